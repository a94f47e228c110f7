package builder

import (
	"context"

	"handbook/builder/publish"
)

// Publish writes the outputs to a folder. See publish.Write for what it promises.
func (r Result) Publish(ctx context.Context, dir string, protect ...string) (publish.Stats, error) {
	files := make([]publish.File, len(r.Outputs))
	for i, o := range r.Outputs {
		files[i] = publish.File{Path: o.Path, Data: o.Data}
	}
	return publish.Write(ctx, dir, files)
}
