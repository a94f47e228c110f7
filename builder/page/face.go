package page

import "reflect"

// SameFace reports whether two versions of a file differ in their text alone: whatever other pages show of a page, link
// to or inherit from it is the same, and so is where its own links lead. How the sentences around its links read, and
// where in the file they stand, may differ.
func (p *Page) SameFace(q *Page) bool { return reflect.DeepEqual(p.face(), q.face()) }

// face is a page without its text. A field that is added to Page is part of it until it is taken out here.
func (p *Page) face() Page {
	f := *p
	f.Sum, f.Sections, f.External, f.Ignores, f.Words, f.Italic, f.Rare, f.Body = 0, nil, nil, nil, 0, false, false, Body{}
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
