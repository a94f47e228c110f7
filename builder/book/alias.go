package book

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"handbook/builder/diag"
)

// redirect gives the old addresses of pages their places.
func (r *resolver) redirect() {
	for _, n := range r.nodes {
		if n.Page == nil {
			continue
		}
		for _, written := range n.facts.aliases {
			r.addAlias(n, written)
		}
	}
	r.former()
	slices.SortFunc(r.book.Redirects, func(a, b Redirect) int { return cmp.Compare(a.From, b.From) })
}

func (r *resolver) addAlias(n *Node, written string) {
	at := n.Page.Place("aliases")
	raw, problem := r.aliasPath(n, written)
	if problem != "" {
		r.msgs.Add(diag.InvalidValue, at, fmt.Sprintf("the alias %q %s", written, problem),
			"write the old address as a path on this site, such as `/old/place/`")
		return
	}
	to := r.leadTo(n, raw)
	other, ok := r.claims.claim(to.Out, claim{what: fmt.Sprintf("the alias of %s", n.Page.File), place: at, node: n, url: to.From})
	switch {
	case ok:
		r.moved[raw] = n
		r.book.Redirects = append(r.book.Redirects, to)
	case other.node == n && other.what == n.Page.File:
		r.msgs.Add(diag.InvalidValue, at, fmt.Sprintf("the alias %q is the page's own address", written), "take it out: nothing has to be redirected")
	case other.node != n:
		r.sameAddress(at, fmt.Sprintf("the alias %q", written), to.From, other, "the alias is left out", "take out the alias, or give the other one another address")
	}
}

// leadTo is a redirect from a raw path to a page.
func (r *resolver) leadTo(n *Node, raw string) Redirect {
	to := Redirect{To: n}
	if lower := strings.ToLower(raw); strings.HasSuffix(lower, ".html") || strings.HasSuffix(lower, ".htm") {
		to.Out = outPath(raw)
		to.From = r.Site.BasePath + EscapePath(to.Out)
	} else {
		to.From, to.Out = r.address(raw)
	}
	return to
}

// former gives the addresses at which another generator published the pages to these, as far as nobody has them.
func (r *resolver) former() {
	if r.Former == nil {
		return
	}
	r.formerly = map[string]*Node{}
	for _, n := range r.nodes {
		if n.Page == nil {
			continue
		}
		for _, old := range r.Former.Addresses(n.Page) {
			r.addFormer(n, old)
		}
		if id := n.facts.node.ID; r.published(id) != id { // where it was before its number was taken off
			r.addFormer(n, r.Site.BasePath+id+"/")
		}
	}
	for _, old := range slices.Sorted(maps.Keys(r.Former.Moved)) {
		if n := r.named(r.Former.Moved[old]); n != nil && n.Page != nil {
			r.addFormer(n, old)
		}
	}
}

// addFormer adds an old address without a word: nobody of this handbook wrote it down.
func (r *resolver) addFormer(n *Node, old string) {
	if !strings.HasPrefix(old, r.Site.BasePath) {
		return // it is of another site on the same host
	}
	raw, problem := r.aliasPath(n, old)
	if problem != "" || raw == "" {
		return
	}
	to := r.leadTo(n, raw)
	switch {
	case to.Out == n.Out:
	case fold(to.Out) == fold(n.Out):
		r.book.OtherCase = append(r.book.OtherCase, to)
	default:
		if _, ok := r.claims.claim(to.Out, claim{what: "an old address of " + n.Page.File, node: n, url: to.From}); ok {
			r.formerly[strings.TrimSuffix(raw, ".html")] = n
			r.book.Redirects = append(r.book.Redirects, to)
			r.book.FormerAddresses++
		}
	}
}

// aliasPath is the raw path that an alias names: from the top with a slash before it, else from the page's folder.
func (r *resolver) aliasPath(n *Node, written string) (raw, problem string) {
	path := strings.TrimSpace(written)
	if decoded, err := url.PathUnescape(path); err == nil {
		path = decoded
	}
	scheme, _, _ := strings.Cut(path, "/")
	switch {
	case path == "":
		return "", "is empty"
	case strings.HasPrefix(path, "//") || strings.HasSuffix(scheme, ":"):
		return "", "is not on this site"
	case strings.ContainsAny(path, "?#"):
		return "", "holds more than a path"
	case strings.ContainsRune(path, 0):
		return "", "is not a path"
	}
	dir := parent(n.Page.Path)
	if strings.HasPrefix(path, "/") {
		dir, path = "", "/"+strings.TrimPrefix(path, r.Site.BasePath)
	}
	joined, inside := join(nil, dir, path)
	raw = folderOf(string(joined))
	switch {
	case !inside:
		return "", "leads out of the handbook"
	case tooLong(raw):
		return "", "is longer than file systems allow"
	}
	return raw, ""
}
