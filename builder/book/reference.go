package book

import (
	"strings"

	"handbook/builder/diag"
	"handbook/builder/page"
)

// Reference is one place where a page names another page, or a file.
type Reference struct {
	From   *Node
	Link   page.Link
	Target Target
}

// References lists the references of a page: those of its text and of `related` and `depends_on`, in the order of
// Page.Links, then those in the fields of its type that stand in its own file.
func (n *Node) References() []Reference {
	if n.Page == nil {
		return nil
	}
	refs := make([]Reference, 0, len(n.Targets)+len(n.Relations))
	for i, t := range n.Targets {
		refs = append(refs, Reference{n, n.Page.Links[i], t})
	}
	for _, r := range n.Relations {
		if r.At.File != n.Page.File {
			continue
		}
		// What is written there is read from the file: see page.ReferenceIn.
		target := Target{Node: r.To, Fragment: r.Fragment}
		if v := valueAt(n.Values, r.At); v != nil {
			target = v.Target
		}
		refs = append(refs, Reference{n, page.Link{Kind: page.LinkField, At: r.At}, target})
	}
	return missing(refs, n, n.Values)
}

// valueAt finds what stands at a place among values and what is in them; nil when nothing does.
func valueAt(values []Value, at diag.Place) *Value {
	for i := range values {
		v := &values[i]
		for _, inner := range [][]Value{v.List, v.Keys} {
			if found := valueAt(inner, at); found != nil {
				return found
			}
		}
		if v.At == at && v.Target.Node != nil {
			return v
		}
	}
	return nil
}

// missing adds the references in fields that lead nowhere.
func missing(refs []Reference, n *Node, values []Value) []Reference {
	for _, v := range values {
		refs = missing(missing(refs, n, v.List), n, v.Keys)
		if v.Target.Node == nil && v.Target.Mend != nil && v.At.File == n.Page.File {
			refs = append(refs, Reference{n, page.Link{Kind: page.LinkField, At: v.At}, v.Target})
		}
	}
	return refs
}

// Rewrite is how a reference names a page or an asset in its own manner, without the part behind the #: relative or from
// the top, with or without an ending. asset is a path below the content folder, for what is no page.
func (b *Book) Rewrite(r Reference, from, to *Node, asset string) string {
	l := linker{resolver: &resolver{Input: Input{Site: b.Site}}, from: from, link: &r.Link}
	t := r.Link.Target
	if strings.HasPrefix(t, ".") || strings.HasPrefix(t, "/") || strings.HasPrefix(t, "~/") || strings.HasPrefix(t, "@/") {
		l.path = t // a value of frontmatter that is a path
	}
	if to != nil && to.Page != nil && r.Link.Kind == page.LinkEmbed && strings.HasSuffix(strings.ToLower(t), ".md") {
		return to.Page.Path // other generators know a page by its file alone: `--8<-- "limits.md"`
	}
	text := l.form(to, asset)
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(text, "!"), "[["), "]]")
}

// Relocate is a path that leads nowhere, or to something that is no page, as it reads from another folder; renamed says
// what has become of what it names. It gives false for what does not depend on the folder.
func (r Reference) Relocate(from, to *Node, renamed func(path string) string) (string, bool) {
	t := r.Link.Target
	if t == "" || t[0] == '/' || strings.HasPrefix(t, "~/") || strings.HasPrefix(t, "@/") || r.Link.Kind == page.LinkWiki || r.Link.Kind == page.LinkEmbed {
		return "", false
	}
	if r.Link.Kind != page.LinkPath && r.Link.Kind != page.LinkImage && t[0] != '.' {
		return "", false
	}
	joined, inside := join(nil, parent(from.Page.Path), t)
	if !inside {
		return "", false
	}
	text := escapeLink(Relative(parent(to.Page.Path), renamed(string(joined))))
	if strings.HasSuffix(t, "/") && text != "" {
		text += "/"
	}
	return text, text != ""
}
