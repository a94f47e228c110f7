package book

import (
	"cmp"
	"fmt"
	"slices"

	"handbook/builder/diag"
	"handbook/builder/page"
	"handbook/builder/schema"
)

// inherited is what a folder hands down to the pages below it: the cascades from the top to this folder, the nearest
// one winning, and the type that claims it.
type inherited struct {
	meta     page.Meta
	ownerAt  diag.Place
	fields   []page.Field // keys that are not common ones, the nearest folder's first
	audience bool         // a cascade says who pages are for, if only by an empty list
	claimed  string       // the type that claims this folder or the nearest one above
}

// heritage works out what folders hand down.
type heritage struct {
	cascades map[string][]*page.Face // by folder: the pages whose cascades count, the first most
	types    map[string]string       // by folder: the type that claims it
	known    map[string]*inherited
	last     string // the folder that was asked for last, which most often is the next one too
	lastIn   *inherited
}

func newHeritage(site *schema.Site, pages []*page.Face) *heritage {
	h := &heritage{cascades: map[string][]*page.Face{}, types: map[string]string{}, known: map[string]*inherited{}}
	for _, p := range pages {
		// A page beside a folder of its name is the folder's own page; beside nothing its cascade reaches nobody. That of a page
		// which gave way to another holds where the other says nothing, so that a file more never shows anybody more.
		if p.Meta.Cascade != nil {
			h.cascades[p.ID] = append(h.cascades[p.ID], p)
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
	for _, p := range slices.Backward(h.cascades[folder]) {
		i.take(p)
	}
	h.known[folder] = i
	return i
}

// take lets a page's cascade override what comes from above.
func (i *inherited) take(p *page.Face) {
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
	if set := slices.ContainsFunc(p.Meta.CascadeSet, func(f page.Field) bool { return f.Key == "audience" }); set {
		i.meta.Audience = c.Audience
		i.audience = true
	}
	if c.Draft || slices.ContainsFunc(p.Meta.CascadeSet, func(f page.Field) bool { return f.Key == "draft" }) {
		i.meta.Draft = c.Draft
	}
	common := schema.CanonicalKeys()
	if own := slices.DeleteFunc(slices.Clone(p.Meta.CascadeSet), func(f page.Field) bool { return slices.Contains(common, f.Key) }); len(own) > 0 {
		i.fields = slices.Concat(own, i.fields)
	}
}

func cascadePlace(p *page.Face, key string) diag.Place {
	for _, f := range p.Meta.CascadeSet {
		if f.Key == key {
			return f.At
		}
	}
	return p.Place("cascade")
}

// above is what a page inherits. A folder's own page is also covered by its own cascade where that says who answers
// for the folder and how often: whoever owns everything below owns it too.
func (h *heritage) above(f *facts) *inherited {
	if f.node.ID == "" {
		return h.own(&inherited{}, f)
	}
	return h.own(h.over(f), f)
}

// over returns what the folder of a page hands down. Pages come folder by folder.
func (h *heritage) over(f *facts) *inherited {
	if h.lastIn == nil || h.last != f.folder {
		h.last, h.lastIn = f.folder, h.in(f.folder)
	}
	return h.lastIn
}

func (h *heritage) own(above *inherited, f *facts) *inherited {
	if !f.cascade {
		return above
	}
	p, c := f.page, f.page.Meta.Cascade
	own := *above
	i := &own
	if c.Owner != "" {
		i.meta.Owner, i.ownerAt = c.Owner, cascadePlace(p, "owner")
	}
	if !c.ReviewEvery.IsZero() {
		i.meta.ReviewEvery = c.ReviewEvery
	}
	return i
}

// sets reports whether the page's own frontmatter names the key.
func sets(p *page.Face, key string) bool {
	return p.Field(key) != nil
}

func (h *heritage) draft(f *facts) bool {
	if f.draft {
		return f.node.Draft
	}
	return f.node.ID != "" && h.over(f).meta.Draft
}

// leaveOut returns the pages that are to be published: no drafts, none whose frontmatter cannot be read, and none that are not
// for the audience. Their cascades hold all the same.
func (r *resolver) leaveOut(all []*facts) []*facts {
	kept := make([]*facts, 0, len(all))
	for _, f := range all {
		p := f.page
		if f.broken || !r.Drafts && r.heritage.draft(f) || r.Only != nil && r.Only.Away[p.Path] {
			r.leftOut[p.Path], r.leftOut[f.node.ID] = p, p
			continue
		}
		kept = append(kept, f)
	}
	return kept
}

// inherit sets what a node takes from its own frontmatter, else from the folders above, else from its type or the
// site. The owner comes later.
func (r *resolver) inherit() {
	h := r.heritage
	r.book.folders = func(folder string) []string {
		if i := h.in(folder); i.audience {
			return i.meta.Audience
		}
		return r.Site.Audience.Default
	}
	type declared struct {
		schema *schema.Type
		every  page.Interval
	}
	types := map[string]declared{}
	for _, t := range r.Site.Types {
		every, _ := schema.ParseInterval(t.Every) // the schema has reported what is no interval
		types[t.Name] = declared{r.Site.Type(t.Name), every}
	}
	siteEvery, _ := schema.ParseInterval(r.Site.Review.Every)
	for _, n := range r.nodes {
		f := n.facts
		if f == nil {
			continue
		}
		above := h.above(f)
		n.named = n.Type != "" || above.meta.Type != ""
		n.Type = cmp.Or(n.Type, above.meta.Type, above.claimed, "page")
		typ := types[n.Type]
		if n.Schema = typ.schema; n.Schema != nil {
			n.Type = n.Schema.Name // the same letters, side by side with those it is compared with
		}
		n.fields = above.fields
		n.Status = cmp.Or(n.Status, above.meta.Status)
		n.Draft = h.draft(f)
		n.ReviewEvery = cmp.Or(n.ReviewEvery, above.meta.ReviewEvery, typ.every, siteEvery)
		if n.OwnerName == "" {
			n.OwnerName, n.OwnerAt = above.meta.Owner, above.ownerAt
		}
		n.NoGlossary = n.NoGlossary || above.meta.NoGlossary && !f.glossary
		if n.Acknowledge = cmp.Or(n.Acknowledge, above.meta.Acknowledge); n.Acknowledge != nil && len(n.Acknowledge.By) == 0 {
			n.Acknowledge = nil
		}
		n.Audience = r.audience(f, above)
		if f.audience {
			r.checkAudience(f.page)
		}
		if len(n.tags) == 0 && !f.tags {
			n.tags = above.meta.Tags
		}
	}
}

// audience is who a page is for. A list without a name is for nobody, so that a mistake publishes nothing.
func (r *resolver) audience(f *facts, above *inherited) []string {
	switch {
	case f.audience && slices.ContainsFunc(f.page.Fields, func(f page.Field) bool { return f.Key == "audience" && f.Value != nil }):
		return f.page.Meta.Audience
	case above.audience:
		return above.meta.Audience
	}
	return r.Site.Audience.Default
}

// Folders gives for the path of a folder those for whom its pages are that say nothing themselves.
func (b *Book) Folders() func(folder string) []string { return b.folders }

// checkAudience tells of a name that nobody builds for. Where the site has no list of its own, only what looks like a slip in
// one of the usual names is told: other tools have the key too.
func (r *resolver) checkAudience(p *page.Face) {
	known := r.Site.Audience.Known
	check := func(fields []page.Field) {
		for _, f := range fields {
			if f.Key != "audience" {
				continue
			}
			entries := f.Entries
			if list, ok := f.Value.([]any); ok && len(entries) == 0 {
				for _, item := range list {
					text, _ := item.(string)
					entries = append(entries, page.Field{Raw: text, At: f.At})
				}
			} else if len(entries) == 0 {
				entries = []page.Field{f}
			}
			for _, e := range entries {
				near := diag.Nearest(e.Raw, known)
				if e.Raw == "" || slices.Contains(known, e.Raw) || !r.Site.Audience.Declared && near == "" {
					continue
				}
				help := "write one of " + diag.Names(e.Raw, known) + ", or add it to `audience: {known: […]}` in handbook.yaml"
				if near != "" {
					help = fmt.Sprintf("did you mean %q?", near)
				}
				r.msgs.Add(diag.UnknownAudience, e.At, fmt.Sprintf("no audience %q", e.Raw), help)
			}
		}
	}
	check(p.Fields)
	if p.Meta.Cascade != nil {
		check(p.Meta.CascadeSet)
	}
}
