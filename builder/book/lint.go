package book

import (
	"fmt"
	"path"
	"strings"

	"handbook/builder/diag"
	"handbook/builder/page"
)

// lint tells of what is no mistake of one reference but of the pages together.
func (r *resolver) lint() {
	if r.Site.Asks(diag.DuplicateTitle) {
		r.sameTitles()
	}
	orphans, old := r.Site.Asks(diag.OrphanPage), r.Site.Asks(diag.AliasOnly)
	for _, n := range r.nodes {
		if n.Page == nil {
			continue
		}
		if orphans && len(n.Backlinks) == 0 && !n.Section && n.Owns == nil && !isOwner(n) {
			r.msgs.Add(diag.OrphanPage, diag.Place{File: n.Page.File}, fmt.Sprintf("no text links to %q", n.Title),
				"link to it from a page whose readers need it, or take it out")
		}
		if old && len(n.facts.aliases) > 0 && len(n.Backlinks) > 0 {
			r.onlyOld(n)
		}
	}
	if r.Site.Asks(diag.UnusedAsset) {
		r.unusedAssets()
	}
}

// titleOf is what tells a page's title apart. Departments may mean different things by one term.
func titleOf(n *Node) string {
	title := n.facts.title
	if n.Type == "term" {
		if v, ok := n.Value("department"); ok {
			title += "\x00" + fold(v.Text)
		}
	}
	return title
}

// sameTitles tells of each title that several pages have, once.
func (r *resolver) sameTitles() {
	first, same := make(map[string]*Node, len(r.nodes)), map[*Node][]*Node{}
	var order []*Node // the first of each title that several have
	for _, n := range r.nodes {
		if n.Page == nil {
			continue
		}
		title := titleOf(n)
		switch one := first[title]; {
		case one == nil:
			first[title] = n
		case same[one] == nil:
			order = append(order, one)
			same[one] = []*Node{one, n}
		default:
			same[one] = append(same[one], n)
		}
	}
	for _, n := range order {
		all := same[n]
		var notes []diag.Note
		for i, other := range all[1:] {
			if i == maxNotes {
				notes = append(notes, diag.Note{Text: fmt.Sprintf("and %d more", len(all)-1-i)})
				break
			}
			notes = append(notes, diag.Note{Place: diag.Place{File: other.Page.File}, Text: "this page has it too"})
		}
		r.msgs.Add(diag.DuplicateTitle, n.Page.Place("title"), fmt.Sprintf("%d pages have the title %q", len(all), n.Title),
			"say in each title what sets the page apart", notes...)
	}
}

// onlyOld tells of a page that every link reaches by an old address.
func (r *resolver) onlyOld(n *Node) {
	var first *page.Link
	for _, b := range n.Backlinks {
		for i, t := range b.From.Targets {
			if t.Node != n {
				continue
			}
			l := &b.From.Page.Links[i]
			if !t.Old {
				return
			}
			if first == nil {
				first = l
			}
		}
	}
	if first == nil {
		return
	}
	r.msgs.Add(diag.AliasOnly, first.At, fmt.Sprintf("every link to %s takes an old address of it, such as this one", idText(n)),
		"link to "+n.Page.File+"; `handbook fix` does it")
}

// unusedAssets tells of files that no page shows or links to. What a browser or a service asks for by its name is used.
func (r *resolver) unusedAssets() {
	used := map[string]bool{}
	for _, n := range r.nodes {
		for _, t := range n.Targets {
			used[t.Asset] = true
		}
		if n.Page == nil {
			continue
		}
		for _, f := range n.Page.Fields { // a picture of the page, named in frontmatter
			if name, ok := f.Value.(string); ok {
				if below, inside := join(nil, parent(n.Page.Path), name); inside {
					used[r.assets[string(below)]] = true
				}
				used[r.assets[strings.TrimPrefix(name, "/")]] = true
			}
		}
	}
	for _, a := range sortedKeys(r.assets) {
		if !used[r.assets[a]] && !askedByName(a) {
			r.msgs.Add(diag.UnusedAsset, diag.Place{File: r.content + a}, "no page shows this file or links to it", "link to it, or delete it")
		}
	}
}

// askedByName tells the files that are asked for without a link.
func askedByName(asset string) bool {
	if strings.Contains(asset, "/") {
		return false
	}
	switch asset {
	case "CNAME", "robots.txt", "favicon.ico", "_redirects", "_headers", "humans.txt", "security.txt", "manifest.json", "site.webmanifest", "CODEOWNERS":
		return true
	}
	base := strings.TrimSuffix(asset, path.Ext(asset))
	return base == "favicon" || base == "apple-touch-icon"
}
