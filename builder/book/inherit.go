package book

import (
	"cmp"
	"slices"

	"handbook/builder/diag"
	"handbook/builder/page"
	"handbook/builder/schema"
)

// inherited is what a folder hands down to the pages below it: the cascades from the top to this folder, the nearest
// one winning, and the type that claims it.
type inherited struct {
	meta    page.Meta
	ownerAt diag.Place
	fields  []page.Field // keys that are not common ones, the nearest folder's first
	claimed string       // the type that claims this folder or the nearest one above
}

// heritage works out what folders hand down.
type heritage struct {
	cascades map[string]*page.Page // by folder: the page whose cascade counts
	types    map[string]string     // by folder: the type that claims it
	known    map[string]*inherited
}

func newHeritage(site *schema.Site, pages []*page.Page) *heritage {
	h := &heritage{cascades: map[string]*page.Page{}, types: map[string]string{}, known: map[string]*inherited{}}
	for _, p := range pages {
		// A page beside a folder of its name is the folder's own page; beside nothing its cascade reaches nobody.
		if p.Meta.Cascade != nil && h.cascades[p.ID] == nil {
			h.cascades[p.ID] = p
		}
	}
	for _, t := range site.Types {
		if folder, ok := join(nil, "", t.Folder); ok && len(folder) > 0 && h.types[string(folder)] == "" {
			h.types[string(folder)] = t.Name
		}
	}
	return h
}

// in returns what the folder with this path hands down.
func (h *heritage) in(folder string) *inherited {
	if i := h.known[folder]; i != nil {
		return i
	}
	i := &inherited{}
	if folder != "" {
		*i = *h.in(parent(folder))
	}
	if t := h.types[folder]; t != "" {
		i.claimed = t
	}
	if p := h.cascades[folder]; p != nil {
		i.take(p)
	}
	h.known[folder] = i
	return i
}

// take lets a page's cascade override what comes from above.
func (i *inherited) take(p *page.Page) {
	c := p.Meta.Cascade
	if c.Type != "" {
		i.meta.Type = c.Type
	}
	if c.Owner != "" {
		i.meta.Owner, i.ownerAt = c.Owner, cascadePlace(p, "owner")
	}
	if !c.ReviewEvery.IsZero() {
		i.meta.ReviewEvery = c.ReviewEvery
	}
	if c.Status != "" {
		i.meta.Status = c.Status
	}
	if len(c.Tags) > 0 {
		i.meta.Tags = c.Tags
	}
	if slices.ContainsFunc(p.Meta.CascadeSet, func(f page.Field) bool { return f.Key == "glossary" }) {
		i.meta.NoGlossary = c.NoGlossary
	}
	if c.Acknowledge != nil {
		i.meta.Acknowledge = c.Acknowledge
	}
	if c.Draft || slices.ContainsFunc(p.Meta.CascadeSet, func(f page.Field) bool { return f.Key == "draft" }) {
		i.meta.Draft = c.Draft
	}
	common := schema.CanonicalKeys()
	if own := slices.DeleteFunc(slices.Clone(p.Meta.CascadeSet), func(f page.Field) bool { return slices.Contains(common, f.Key) }); len(own) > 0 {
		i.fields = slices.Concat(own, i.fields)
	}
}

func cascadePlace(p *page.Page, key string) diag.Place {
	for _, f := range p.Meta.CascadeSet {
		if f.Key == key {
			return f.At
		}
	}
	return p.Place("cascade")
}

// above is what a page inherits. A folder's own page is also covered by its own cascade where that says who answers
// for the folder and how often: whoever owns everything below owns it too.
func (h *heritage) above(p *page.Page) inherited {
	if p.ID == "" {
		return h.own(inherited{}, p)
	}
	return h.own(*h.in(parent(p.ID)), p)
}

func (h *heritage) own(i inherited, p *page.Page) inherited {
	c := p.Meta.Cascade
	if c == nil {
		return i
	}
	if c.Owner != "" {
		i.meta.Owner, i.ownerAt = c.Owner, cascadePlace(p, "owner")
	}
	if !c.ReviewEvery.IsZero() {
		i.meta.ReviewEvery = c.ReviewEvery
	}
	return i
}

// sets reports whether the page's own frontmatter names the key.
func sets(p *page.Page, key string) bool {
	return slices.ContainsFunc(p.Fields, func(f page.Field) bool { return f.Key == key })
}

func (h *heritage) draft(p *page.Page) bool {
	if p.Meta.Draft || sets(p, "draft") {
		return p.Meta.Draft
	}
	return p.ID != "" && h.in(parent(p.ID)).meta.Draft
}

// leaveOut returns the pages that are to be published: no drafts, and none whose frontmatter cannot be read.
func (r *resolver) leaveOut(pages []*page.Page) []*page.Page {
	h := newHeritage(r.Site, pages)
	var kept []*page.Page
	for _, p := range pages {
		if p.Broken || !r.Drafts && h.draft(p) {
			r.leftOut[p.Path], r.leftOut[p.ID] = p, p
			continue
		}
		kept = append(kept, p)
	}
	return kept
}

// inherit sets what a node takes from its own frontmatter, else from the folders above, else from its type or the
// site. The owner comes later.
func (r *resolver) inherit() {
	h := newHeritage(r.Site, r.Pages)
	every := map[string]page.Interval{}
	for _, t := range r.Site.Types {
		every[t.Name], _ = schema.ParseInterval(t.Every) // the schema has reported what is no interval
	}
	siteEvery, _ := schema.ParseInterval(r.Site.Review.Every)
	for _, n := range r.nodes {
		p := n.Page
		if p == nil {
			continue
		}
		above := h.above(p)
		n.Type = cmp.Or(p.Meta.Type, above.meta.Type, above.claimed, "page")
		n.Schema = r.Site.Type(n.Type)
		n.fields = above.fields
		n.named = cmp.Or(p.Meta.Type, above.meta.Type) != ""
		n.Status = cmp.Or(p.Meta.Status, above.meta.Status)
		n.Draft = h.draft(p)
		n.ReviewEvery = cmp.Or(p.Meta.ReviewEvery, above.meta.ReviewEvery, every[n.Type], siteEvery)
		if n.OwnerName, n.OwnerAt = p.Meta.Owner, p.Place("owner"); n.OwnerName == "" {
			n.OwnerName, n.OwnerAt = above.meta.Owner, above.ownerAt
		}
		n.NoGlossary = p.Meta.NoGlossary || above.meta.NoGlossary && !sets(p, "glossary")
		if n.Acknowledge = cmp.Or(p.Meta.Acknowledge, above.meta.Acknowledge); n.Acknowledge != nil && len(n.Acknowledge.By) == 0 {
			n.Acknowledge = nil
		}
		n.tags = p.Meta.Tags
		if len(n.tags) == 0 && !sets(p, "tags") {
			n.tags = above.meta.Tags
		}
	}
}
