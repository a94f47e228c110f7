package builder

import (
	"context"
	"fmt"
	"path"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/memo"
	"handbook/builder/owners"
)

// codeOwners is what CODEOWNERS says.
type codeOwners struct {
	owningArgs
	rules *owners.Rules
	of    func(page string) []book.Named // who owns a page; nil when there is none
	sum   memo.Sum
}

// owning is CODEOWNERS as it is read.
type owning struct {
	rules *owners.Rules
	msgs  diag.List
}

type owningArgs struct {
	name string // as messages call it; "" when there is none
	file owners.Source
}

var ownersOf = &memo.Func[owningArgs, owning]{
	Name: "CODEOWNERS",
	Sum:  func(a owningArgs) memo.Sum { return sumOf(a) },
	Make: func(_ context.Context, a owningArgs) owning {
		rules, msgs := owners.Parse(a.name, a.file.Data, a.file.Flavour)
		return owning{rules, msgs}
	},
}

// codeOwners reads the CODEOWNERS of a world.
func (s *Session) codeOwners(ctx context.Context, in *inputs, w World, l *log) codeOwners {
	file, top, prefix, err := w.CodeOwners(l)
	if err != nil {
		if !owners.IsNone(err) {
			in.msgs.Add(diag.InvalidCodeowners, diag.Place{}, fmt.Sprintf("CODEOWNERS cannot be read: %v", err), "see who may read the file, or take it away")
		}
		return codeOwners{}
	}
	a := owningArgs{path.Join(top, file.Path), file}
	o := memo.Of(ctx, s.set, ownersOf, a)
	in.msgs = append(in.msgs, o.msgs...)
	return codeOwners{a, o.rules, func(page string) []book.Named {
		var named []book.Named
		for _, o := range o.rules.Owners(prefix + page) {
			named = append(named, book.Named{Name: o.Name, At: o.At})
		}
		return named
	}, sumOf(a, prefix)}
}

// reader reads files by the names that messages give them, CODEOWNERS too.
func (c codeOwners) reader(read func(name string) ([]byte, error)) func(name string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		if name == c.name && name != "" {
			return c.file.Data, nil
		}
		return read(name)
	}
}
