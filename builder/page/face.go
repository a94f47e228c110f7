package page

import (
	"reflect"
	"slices"

	"handbook/builder/diag"
)

// SameFace reports whether two versions of a file differ in their text alone: whatever other pages show of a page, link
// to or inherit from it is the same, and so is where its own links lead. How the sentences around its links read, and
// where in the file they stand, may differ.
func (p *Page) SameFace(q *Page) bool { return reflect.DeepEqual(p.face(), q.face()) }

// SameTies reports whether two versions of a file are tied to the rest of the handbook in the same way: they link to the
// same, and their frontmatter says the same but for titles and the description. Texts, headings, titles and summaries may
// differ, and so may the places in the file.
func (p *Page) SameTies(q *Page) bool { return reflect.DeepEqual(p.ties(), q.ties()) }

// face is a page without its text. A field that is added to Page is part of it until it is taken out here.
func (p *Page) face() Page {
	f := *p
	f.Sum, f.Sections, f.External, f.Ignores, f.Words, f.Italic, f.Rare, f.Body, f.code = 0, nil, nil, nil, 0, false, false, Body{}, nil
	f.Headings = make([]Heading, len(p.Headings))
	for i, h := range p.Headings {
		h.At = 0
		f.Headings[i] = h
	}
	f.Links = make([]Link, len(p.Links))
	for i, l := range p.Links {
		f.Links[i] = Link{Kind: l.Kind, Target: l.Target, Fragment: l.Fragment}
	}
	f.Views = make([]View, len(p.Views))
	for i, v := range p.Views {
		f.Views[i] = View{Source: v.Source, Under: v.Under}
	}
	return f
}

// ties is a page's face without what it is called, its headings, and places.
func (p *Page) ties() Page {
	t := p.face()
	t.Title, t.Titled, t.Summary, t.Headings, t.IDs, t.TextAt, t.Own = "", false, "", nil, nil, 0, nil
	t.Meta = *p.Meta.nowhere()
	t.Meta.Title, t.Meta.NavTitle, t.Meta.Description = "", "", ""
	t.Fields = slices.DeleteFunc(nowhere(p.Fields), func(f Field) bool {
		return f.Key == "title" || f.Key == "nav_title" || f.Key == "description"
	})
	for i := range t.Views {
		t.Views[i].Under = 0
	}
	return t
}

// nowhere is what frontmatter says, without places.
func (m *Meta) nowhere() *Meta {
	if m == nil {
		return nil
	}
	n := *m
	n.places, n.Cascade, n.CascadeSet = nil, m.Cascade.nowhere(), nowhere(m.CascadeSet)
	if m.Acknowledge != nil {
		a := Acknowledge{Until: m.Acknowledge.Until}
		for _, by := range m.Acknowledge.By {
			a.By = append(a.By, Name{Text: by.Text})
		}
		n.Acknowledge = &a
	}
	return &n
}

func nowhere(fields []Field) []Field {
	list := slices.Clone(fields)
	for i := range list {
		f := &list[i]
		f.KeyAt, f.At, f.Entries = diag.Place{}, diag.Place{}, nowhere(f.Entries)
	}
	return list
}
