package builder

import (
	"context"
	"encoding/binary"
	"fmt"

	"handbook/builder/memo"
	"handbook/builder/publish"
)

// Publish writes the outputs to a folder, which may be none of the protected ones and hold none of them. See
// publish.Write for what it promises.
func (r Result) Publish(ctx context.Context, dir string, protect ...string) (publish.Stats, error) {
	var by memo.Hash // what is in no key, because a session knows it
	by.String(r.program)
	by.Sum(r.in.config.sum)
	by.Value(r.in.slice.only())
	all := by.End()
	files := make([]publish.File, len(r.Outputs))
	for i, o := range r.Outputs {
		files[i] = publish.File{Path: o.Path, Data: func() ([]byte, error) {
			data, err := o.Data()
			if f := r.in.lost.Load(); f != nil && err == nil {
				err = fmt.Errorf("%s was changed while the handbook was built; build it again", f.Name)
			}
			return data, err
		}, Free: o.Free}
		if r.program != "" && !o.Fleeting {
			files[i].Key = func() memo.Sum { return memo.SumOf(all[:], binary.LittleEndian.AppendUint64(nil, o.Key())) }
		}
	}
	return publish.Write(ctx, dir, files, protect...)
}
