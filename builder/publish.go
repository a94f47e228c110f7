package builder

import (
	"context"

	"handbook/builder/publish"
)

// Publish writes the outputs to a folder, which may be none of the protected ones and hold none of them. See
// publish.Write for what it promises.
func (r Result) Publish(ctx context.Context, dir string, protect ...string) (publish.Stats, error) {
	files := make([]publish.File, len(r.Outputs))
	for i, o := range r.Outputs {
		files[i] = publish.File{Path: o.Path, Data: o.Data}
	}
	return publish.Write(ctx, dir, files, protect...)
}
