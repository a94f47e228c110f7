package builder

import (
	"fmt"
	"slices"
	"sort"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/page"
	"handbook/builder/schema"
	"handbook/builder/source"
)

// settle gives each message the severity that the site wants, drops those that a comment on the line above silences,
// says once what most pages have in common, and tells of the comments that silence nothing.
func settle(msgs diag.List, site *schema.Site, pages []*page.Page, b *book.Book) diag.List {
	ignores := map[string]*page.Page{}
	used := map[*page.Ignore]bool{}
	for _, p := range pages {
		if len(p.Ignores) > 0 {
			ignores[p.File] = p
		}
	}
	ignored := func(m diag.Message) bool {
		p := ignores[m.File]
		if p == nil || m.Rule == diag.InvalidIgnore {
			return false
		}
		whole := m.Start == 0 && m.End == 0
		i := 0 // comments stand in the order of the lines that they are about
		if !whole {
			i = sort.Search(len(p.Ignores), func(i int) bool { return p.Ignores[i].End > m.Start })
		}
		hit := false
		for ; i < len(p.Ignores); i++ {
			g := &p.Ignores[i]
			if whole && i > maxWhole || !whole && g.Start > m.Start {
				break
			}
			if g.Rule == m.Rule && (g.Whole || !whole) {
				used[g], hit = true, true
			}
		}
		return hit
	}
	msgs = slices.DeleteFunc(site.Settle(msgs), ignored)
	habits(msgs, b)
	var unused diag.List
	for _, p := range pages {
		if len(p.Ignores) == 0 || p.Broken {
			continue
		}
		if n, ok := b.Lookup(p.ID); !ok || n.Page.Path != p.Path { // a draft: most of its messages were not looked for
			continue
		}
		for i := range p.Ignores {
			if g := &p.Ignores[i]; !used[g] && asks(site, g.Rule, p.File) {
				unused.Add(diag.UnusedIgnore, g.At, fmt.Sprintf("nothing below this comment is wrong by the rule %s", g.Rule),
					"take the comment out, or put it on the line before the problem")
			}
		}
	}
	return append(msgs, site.Settle(unused)...)
}

// habits makes one message of those of a rule that most pages break, if it is one of which a page has at most one message.
func habits(msgs diag.List, b *book.Book) {
	count := map[diag.Rule]int{}
	for _, m := range msgs {
		if m.Rule.Habit() != (diag.Group{}) {
			count[m.Rule]++
		}
	}
	pages := 0
	for _, n := range b.Nodes {
		if n.Page != nil {
			pages++
		}
	}
	for i, m := range msgs {
		if diag.Most(count[m.Rule], pages) {
			msgs[i].Group = m.Rule.Habit()
		}
	}
}

// ignoredAt reports whether a comment silences a rule at a place.
func ignoredAt(ignores []page.Ignore, rule diag.Rule, at diag.Place) bool {
	return slices.ContainsFunc(ignores, func(g page.Ignore) bool { return g.Rule == rule && at.Start >= g.Start && at.Start < g.End })
}

// maxWhole is how many comments are looked at for one about the whole file.
const maxWhole = 200

// asks reports whether a rule's messages about a file are wanted. Rules that only a switch looks for are not.
func asks(site *schema.Site, rule diag.Rule, file string) bool {
	severity, ok := site.Severity(rule, file)
	if !ok {
		severity = rule.Severity()
	}
	return severity != diag.Off && rule != diag.DeadExternal && rule != diag.VanishedAddress && rule != diag.VanishedAnchor
}

// hugePicture is the size in bytes from which a picture is told of: on a slow phone it takes some seconds.
const hugePicture = 1 << 20

// hugePictures tells of pictures that are too large.
func hugePictures(site *schema.Site, assets []source.File) diag.List {
	if !site.Asks(diag.HugeImage) {
		return nil
	}
	var msgs diag.List
	for _, f := range assets {
		if f.Stamp.Size >= hugePicture && source.IsPicture(f.Path) {
			msgs.Add(diag.HugeImage, diag.Place{File: f.Name}, fmt.Sprintf("this picture has %.1f MB", float64(f.Stamp.Size)/(1<<20)),
				"make it smaller: 1600 pixels across are enough for a page, and WebP or AVIF take a fraction of the bytes")
		}
	}
	return msgs
}
