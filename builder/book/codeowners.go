package book

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"handbook/builder/diag"
)

// Named is an owner's name in CODEOWNERS, "@acme/payments", "@ana" or "ana@acme.example", with its place.
type Named struct {
	Name string
	At   diag.Place
}

// codeOwners asks CODEOWNERS about a page. A role such as GitLab's "@@maintainer" is nobody's name.
func (r *resolver) codeOwners(n *Node) []Named {
	if r.CodeOwners == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(r.CodeOwners(n.Page.Path)), func(o Named) bool { return strings.HasPrefix(o.Name, "@@") })
}

// takeFromCode gives a page that names no owner the first of CODEOWNERS who has a page, else the first.
func (o *owners) takeFromCode(n *Node) {
	named := o.codeOwners(n)
	for _, name := range named {
		if owner := o.inCode(name.Name); owner != nil {
			n.OwnerName, n.OwnerAt, n.Owner = name.Name, name.At, owner
			o.fromCode[n] = true
			return
		}
	}
	if len(named) > 0 {
		n.OwnerName, n.OwnerAt = named[0].Name, named[0].At
		n.Owner = o.generate(codeName(n.OwnerName))
		o.fromCode[n] = true
		o.count(n, n.Owner)
	}
}

// codeName is the part of a name that says who: "@acme/payments" are the payments.
func codeName(written string) string {
	if handle, ok := strings.CutPrefix(written, "@"); ok {
		return last(handle)
	}
	return written
}

// inCode finds the team or person that a name in CODEOWNERS means: by `email`, `github`, `gitlab` or `handle` on their
// page, else by the last part of the name. It is nil when there is none.
func (o *owners) inCode(written string) *Node {
	if owner, ok := o.code[written]; ok {
		return owner
	}
	owner := o.handles()[fold(strings.TrimPrefix(written, "@"))]
	if handle, ok := strings.CutPrefix(written, "@"); ok && owner == nil {
		likely := "person"
		if strings.Contains(handle, "/") {
			likely = "team"
		}
		for reading := 0; reading < readings && owner == nil; reading++ {
			for _, n := range o.candidates(last(handle), reading) {
				if isOwner(n) && (owner == nil || cmp.Or(likelier(n, owner, likely), closer(n, owner)) < 0) {
					owner = n
				}
			}
		}
	}
	o.code[written] = owner
	return owner
}

// likelier orders a page of the type before one that is not.
func likelier(a, b *Node, typ string) int {
	switch {
	case a.Type == typ && b.Type != typ:
		return -1
	case a.Type != typ && b.Type == typ:
		return 1
	}
	return 0
}

// handles finds owners by what they are called elsewhere.
func (o *owners) handles() map[string]*Node {
	if o.byHandle != nil {
		return o.byHandle
	}
	o.byHandle = map[string]*Node{}
	for _, n := range o.nodes {
		if !isOwner(n) || n.Page == nil {
			continue
		}
		for _, key := range elsewhere() {
			for _, name := range n.Words(key) {
				if name = fold(strings.TrimPrefix(name, "@")); o.byHandle[name] == nil {
					o.byHandle[name] = n
				}
			}
		}
	}
	return o.byHandle
}

// elsewhere are the keys under which a team's or person's page says what they are called elsewhere.
func elsewhere() []string { return []string{"email", "github", "gitlab", "handle"} }

// Words are the lines of text in a field of the page's frontmatter, which may be one or a list.
func (n *Node) Words(key string) []string {
	if n.Page == nil {
		return nil
	}
	var out []string
	for _, f := range n.Page.Fields {
		if f.Key != key {
			continue
		}
		values, ok := f.Value.([]any)
		if !ok {
			values = []any{f.Value}
		}
		for _, v := range values {
			if s, ok := v.(string); ok && strings.TrimSpace(s) != "" {
				out = append(out, strings.TrimSpace(s))
			}
		}
	}
	return out
}

// disagreement is a rule of CODEOWNERS and an owner who is named otherwise, with the pages they disagree about.
type disagreement struct {
	code  Named
	owner *Node
	pages []*Node
}

// compareWithCode warns where a page's own word and CODEOWNERS disagree: once for each line of CODEOWNERS and owner.
func (o *owners) compareWithCode() {
	type key struct {
		at    diag.Place
		owner *Node
	}
	known := map[key]*disagreement{}
	var all []*disagreement
	for _, n := range o.nodes {
		if n.Page == nil || n.Owner == nil || o.fromCode[n] {
			continue
		}
		named := o.codeOwners(n)
		if len(named) == 0 || slices.ContainsFunc(named, func(name Named) bool { return o.agree(n.Owner, name.Name) }) {
			continue
		}
		code := named[max(0, slices.IndexFunc(named, func(name Named) bool { return o.inCode(name.Name) != nil }))]
		k := key{code.At, n.Owner}
		if known[k] == nil {
			known[k] = &disagreement{code: code, owner: n.Owner}
			all = append(all, known[k])
		}
		known[k].pages = append(known[k].pages, n)
	}
	for _, d := range all {
		n := d.pages[0]
		what := fmt.Sprintf("%s belongs", n.Page.File)
		if more := len(d.pages) - 1; more > 0 {
			what = fmt.Sprintf("%s and %s belong", n.Page.File, diag.Count(more, "more page"))
		}
		help := "name the same owner in both; until then the page's own word counts"
		if o.inCode(d.code.Name) == nil && d.owner.Page != nil {
			help = fmt.Sprintf("if they are the same, write `handle: %q` into %s; else name the same owner in both", strings.TrimPrefix(d.code.Name, "@"), d.owner.Page.File)
		}
		o.msgs.Add(diag.OwnersDisagree, n.OwnerAt, fmt.Sprintf("%s to %q here and to %q in CODEOWNERS", what, n.OwnerName, d.code.Name), help,
			diag.Note{Place: d.code.At, Text: fmt.Sprintf("%q is named here", d.code.Name)})
	}
}

// agree reports whether an owner is who is meant in CODEOWNERS, or a member of that team, or the team of that member.
func (o *owners) agree(owner *Node, written string) bool {
	other := o.inCode(written)
	if other == nil {
		return owner.Kind == KindOwner && fold(last(owner.Title)) == fold(codeName(written))
	}
	return other == owner || o.isMember(owner, other) || o.isMember(other, owner)
}

func (o *owners) isMember(person, team *Node) bool {
	if team.Type != "team" || team.Page == nil || person.Page == nil {
		return false
	}
	return slices.ContainsFunc(team.Words("members"), func(member string) bool {
		name := ownerName(member)
		return endsIn(fold(person.ID), fold(name)) || fold(person.Title) == fold(name)
	})
}
