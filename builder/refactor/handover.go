package refactor

import (
	"context"
	"fmt"
	"strings"

	"handbook/builder"
	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/page"
	"handbook/builder/people"
)

// Handover names somebody else wherever a person or team answers for something, or has something to do: as owner, in the fields of
// pages, as reader and reviewer. What is done and decided keeps the old name, and so does every text. below leaves out the pages
// that are not below a path of the content folder; "" is all of it. Nothing is done unless the handbook then has no new problem.
func Handover(ctx context.Context, job builder.Job, from, to, below string) (Edits, error) {
	s := builder.NewSession()
	job.Drafts = true
	now, err := s.Build(ctx, job)
	if err != nil {
		return Edits{}, err
	}
	if now.Failed() {
		errors := diag.Only(now.Messages, func(m diag.Located) bool { return m.Severity == diag.Error })
		return Edits{}, &RefusedError{"the handbook has errors, so names cannot be followed; mend them first", errors}
	}
	h := &handover{mender: newMender(now), below: strings.Trim(below, "/")}
	if h.from, err = someone(now.Book, from); err != nil {
		return Edits{}, err
	}
	if h.to, err = someone(now.Book, to); err != nil {
		return Edits{}, err
	}
	if h.from == h.to {
		return Edits{}, &RefusedError{Text: from + " and " + to + " are the same"}
	}
	if left := people.Left(h.to); !left.IsZero() && !job.Today.Before(left) {
		return Edits{}, &RefusedError{Text: fmt.Sprintf("%s left on %s", h.to.Title, left)}
	}
	for _, n := range now.Book.Nodes {
		if n.Page != nil {
			h.page(n)
		}
	}
	if err := h.rebuild(ctx, s, job); err != nil {
		return Edits{}, err
	}
	if err := h.worse(); err != nil {
		return Edits{}, err
	}
	h.tellRest()
	return h.edits()
}

// someone finds a person or team by a name.
func someone(b *book.Book, name string) (*book.Node, error) {
	n, help := people.Reviewer(b, name)
	if n == nil {
		return nil, &RefusedError{Text: fmt.Sprintf("no person or team is called %s; %s", name, help)}
	}
	return n, nil
}

// handover replaces a name by another.
type handover struct {
	*mender
	from, to *book.Node
	below    string
}

// inside reports whether a file may be changed.
func (h *handover) inside(file string) bool {
	rest, ok := strings.CutPrefix(file, "content/"+h.below)
	return ok && (rest == "" || h.below == "" || rest[0] == '/' || strings.HasPrefix(rest, "."))
}

func (h *handover) page(n *book.Node) {
	why := "handed over to " + h.to.Title
	if n.Owner == h.from && n != h.from && h.inside(n.OwnerAt.File) {
		h.nameOwner(n, ownerText(h.now.Book, n.OwnerName, h.to), why)
	}
	for _, rel := range n.Relations {
		if rel.To == h.from && h.inside(rel.At.File) && h.now.Views.Asks(rel) {
			h.relation(rel, why)
		}
	}
	if h.inside(n.Page.File) {
		h.followPeople(n, func(name string) string {
			if who, _ := people.Reviewer(h.now.Book, name); who == h.from {
				return personText(h.now.Book, name, h.to)
			}
			return name
		}, "reviewers")
	}
}

// relation writes the new name where a field has the old one.
func (h *handover) relation(rel book.Relation, why string) {
	at := rel.At
	written := page.BareName(string(h.text(at.File)[at.Start:min(at.End, len(h.text(at.File)))]))
	for _, name := range []string{h.from.ID, h.from.Name(), h.from.ID[strings.LastIndexByte(h.from.ID, '/')+1:], h.from.Title} {
		if i := strings.Index(strings.ToLower(written), strings.ToLower(name)); i >= 0 {
			h.replace(at.File, at, written[i:i+len(name)], personText(h.now.Book, name, h.to))
			return
		}
	}
	h.note(at, "%s is named here in another way; write %s (%s)", h.from.Title, h.to.Name(), why)
}

// tellRest tells where the old name still stands for something to be done.
func (h *handover) tellRest() {
	twin := h.twin(h.from)
	if twin == nil {
		return
	}
	for _, n := range twin.Owns {
		if n != twin && h.below == "" {
			h.note(n.OwnerAt, "%s still owns %q", h.from.Title, n.Title)
		}
	}
}
