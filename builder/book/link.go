package book

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"handbook/builder/diag"
	"handbook/builder/ending"
	"handbook/builder/page"
	"handbook/builder/schema"
)

// resolveLinks gives every reference its target, or says why it has none.
func (r *resolver) resolveLinks() {
	total := 0
	for _, n := range r.nodes {
		if n.Page != nil {
			total += n.facts.links
		}
	}
	all := make([]Target, total)
	for _, n := range r.nodes {
		if n.Page != nil {
			count := n.facts.links
			n.Targets, all = all[:count:count], all[count:]
		}
	}
	left := r.resolvePlain()
	var buf []byte
	for _, n := range r.nodes {
		if !left[n.index] {
			continue
		}
		for i := range n.Page.Links {
			if n.Targets[i].Node != nil {
				continue
			}
			l := linker{resolver: r, from: n, link: &n.Page.Links[i], buf: buf}
			n.Targets[i] = l.resolve()
			buf = l.buf
		}
	}
}

// resolvePlain gives their targets to the links that name a file by its path, or a page by its whole id, and no heading in it,
// which most do and about which there is nothing to tell. It is done on all processors; what is left takes turns, because it
// shares what it finds. It returns the nodes, by index, that have links left.
func (r *resolver) resolvePlain() []bool {
	left := make([]bool, len(r.nodes))
	inParts(len(r.nodes), func(start, end int) {
		var buf []byte
		for _, n := range r.nodes[start:end] {
			if n.Page == nil {
				continue
			}
			for i := range n.Targets {
				t := &n.Targets[i]
				t.Node, buf = r.plain(n, &n.Page.Links[i], buf)
				left[n.index] = left[n.index] || t.Node == nil
			}
		}
	})
	return left
}

// plain finds the node that a link means by a path or a whole id alone. It works in buf.
func (r *resolver) plain(from *Node, link *page.Link, buf []byte) (to *Node, _ []byte) {
	if link.Fragment != "" || link.Target == "" || strings.IndexByte("/~@", link.Target[0]) >= 0 {
		return nil, buf
	}
	switch link.Kind {
	case page.LinkPath:
		var inside bool
		if buf, inside = join(buf, parent(from.Page.Path), link.Target); inside {
			to = r.files[string(buf)]
		}
		return to, buf
	case page.LinkWiki, page.LinkEmbed, page.LinkRelated, page.LinkDepends:
		if link.Target[0] == '.' || strings.TrimSpace(link.Target) != link.Target {
			break
		}
		name := stem(link.Target)
		if to = r.ids[name]; to != nil && to.Page != nil && to.Page.ID == name && !indexName(last(name)) {
			return to, buf
		}
	}
	return nil, buf
}

// spelling is the path of a page or an asset that a path is without regard to letter case; "" when there is none.
func (r *resolver) spelling(path string) string {
	if r.spelled == nil {
		r.spell()
	}
	return r.spelled[fold(path)]
}

func (r *resolver) spell() {
	r.spelled, r.doubles = make(map[string]string, len(r.files)+len(r.assets)), map[string][]string{}
	enter := func(p string) {
		key := fold(p)
		if other := r.spelled[key]; other != "" {
			r.doubles[key] = append(r.doubles[key], max(p, other))
			p = min(p, other)
		}
		r.spelled[key] = p
	}
	for p := range r.files {
		enter(p)
	}
	for p := range r.assets {
		enter(p)
	}
}

// linker resolves one reference of one page.
type linker struct {
	*resolver
	from    *Node
	link    *page.Link
	buf     []byte        // reused from link to link
	between []fit         // what it may mean, where that is more than one thing
	wanted  *schema.Field // of a reference in a field to which only some types will do; else nil
	path    string        // the path below the content folder that was looked for; "" when the reference is a name
}

// inFrontmatter reports whether the reference is a value of frontmatter, where ids and paths are both at home.
func (l *linker) inFrontmatter() bool {
	return l.link.Kind == page.LinkRelated || l.link.Kind == page.LinkDepends || l.link.Kind == page.LinkField
}

func (l *linker) resolve() Target {
	switch l.link.Kind {
	case page.LinkWiki, page.LinkEmbed:
		return l.byName()
	case page.LinkRelated, page.LinkDepends, page.LinkField:
		t := l.link.Target
		if strings.HasPrefix(t, ".") || strings.HasPrefix(t, "/") || strings.HasPrefix(t, "~/") || strings.HasPrefix(t, "@/") {
			return l.byPath()
		}
		return l.byName()
	}
	return l.byPath()
}

// byPath reads the target as on GitHub: a file, from the folder of the file in which the link stands.
func (l *linker) byPath() Target {
	target, dir := l.link.Target, parent(l.from.Page.Path)
	if target == "" {
		return l.fragment(l.from)
	}
	absolute := target[0] == '/'
	if absolute || strings.HasPrefix(target, "~/") || strings.HasPrefix(target, "@/") {
		target, dir = strings.TrimLeft(target, "~@"), ""
	}
	if absolute && l.Site.BasePath != "/" {
		if below, ok := strings.CutPrefix(target+"/", l.Site.BasePath); ok {
			if t, ok := l.at(dir, below); ok {
				return t
			}
			if t, ok := l.published(dir, below); ok {
				return t
			}
		}
	}
	t, ok := l.at(dir, target)
	if !ok && absolute {
		t, ok = l.published(dir, target)
	}
	if !ok {
		return l.otherwise()
	}
	return t
}

// at looks for a file or folder of the content.
func (l *linker) at(dir, target string) (Target, bool) {
	var inside bool
	l.buf, inside = join(l.buf, dir, target)
	if !inside {
		l.path = ".."
		return Target{}, false
	}
	if n, asset := l.file(l.buf); n != nil {
		return l.fragment(n), true
	} else if asset != "" {
		return Target{Asset: asset, Fragment: escapeFragment(l.link.Fragment)}, true
	}
	l.path = string(l.buf)
	if spelled := l.spelling(l.path); spelled != "" && composed(spelled) == composed(l.path) {
		if n, asset := l.file([]byte(spelled)); n != nil { // the same letters in another Unicode form
			return l.fragment(n), true
		} else if asset != "" {
			return Target{Asset: asset, Fragment: escapeFragment(l.link.Fragment)}, true
		}
	}
	return Target{}, false
}

// file finds the page or asset at a path below the content folder: the file itself, a folder's page, a page without
// its ending, or one whose ending was written as it is published.
func (l *linker) file(path []byte) (*Node, string) {
	if n := l.files[string(path)]; n != nil {
		return n, ""
	}
	if asset := l.assets[string(path)]; asset != "" {
		return nil, asset
	}
	if n := l.ids[string(path)]; n != nil && n.Kind != KindOwner {
		return n, ""
	}
	p := string(path)
	for _, end := range ending.All {
		if n := cmp.Or(l.files[p+end], l.files[p+".html"+end]); n != nil {
			return n, "" // "dir/README"
		}
	}
	base, ok := strings.CutSuffix(p, ".html")
	if !ok {
		base, ok = strings.CutSuffix(p, ".htm")
	}
	if !ok {
		return nil, ""
	}
	if last(base) == "index" {
		base = parent(base)
		if n := l.ids[base]; n != nil && n.Page != nil && n.Page.Index {
			return n, ""
		}
		return nil, ""
	}
	if n := l.ids[base]; n != nil && n.Page != nil {
		return n, ""
	}
	return nil, ""
}

// published looks for an address of the site that no file of the content explains: a slug, an alias, an owner's page,
// a generated page.
func (l *linker) published(dir, target string) (Target, bool) {
	joined, inside := join(nil, dir, target)
	if !inside {
		return Target{}, false
	}
	raw := string(joined)
	for _, raw := range []string{raw, strings.TrimSuffix(raw, "/index.html")} {
		if n := l.moved[raw]; n != nil {
			t := l.fragment(n)
			t.Old = n.URL != l.Site.BasePath+EscapePath(outPath(raw))+"/" // else it is the page's slug
			return t, true
		}
		if n := l.ids[raw]; n != nil {
			return l.fragment(n), true
		}
		if url := l.urls[raw]; url != "" {
			return Target{Asset: url, Fragment: escapeFragment(l.link.Fragment)}, true
		}
	}
	return Target{}, false
}

// byName reads the target as a wikilink: an id, the end of one, a title or other name, or the name of an asset.
func (l *linker) byName() Target {
	name := strings.TrimSpace(l.link.Target)
	if name == "" {
		return l.fragment(l.from)
	}
	if strings.HasPrefix(name, "./") || strings.HasPrefix(name, "../") {
		if t, ok := l.at(parent(l.from.Page.Path), name); ok {
			return t
		}
	}
	if n := l.files[strings.Trim(name, "/")]; n != nil {
		return l.fragment(n)
	}
	name = stem(strings.Trim(name, "/"))
	if indexName(last(name)) && l.ids[name] == nil {
		if n := l.ids[parent(name)]; n != nil && n.Page != nil && n.Page.Index {
			return l.fragment(n)
		}
	}
	if found, best := l.choose(name, l.from.facts.folder); best != nil {
		if len(found) > 1 {
			l.ambiguous(l.link.At, l.link.Target, best, found, l.written)
		}
		return l.fragment(best)
	}
	if asset := l.assetNamed(name); asset != "" {
		return Target{Asset: l.assets[asset], Fragment: escapeFragment(l.link.Fragment)}
	}
	if l.inFrontmatter() {
		if t, ok := l.at(parent(l.from.Page.Path), name); ok {
			return t
		}
	}
	if t, ok := l.published("", name); ok {
		return t
	}
	l.path = ""
	return l.otherwise()
}

// choice is what a name was found to mean, remembered where there was something to choose.
type choice struct {
	found []*Node
	best  *Node            // for a page in a folder that holds none of them
	in    map[string]*Node // by folder, for the pages in it
}

// choose returns all that a name may mean in its surest reading, and the one to take on a page in this folder: nil when
// it means nothing.
func (r *resolver) choose(name, dir string) ([]*Node, *Node) {
	c, known := r.choices[name]
	for reading := wholeID; reading < readings && !known; reading++ {
		switch found := r.candidates(name, reading); len(found) {
		case 0:
		case 1:
			return found, found[0]
		default:
			c, known = choice{found, closest(found), map[string]*Node{}}, true
			for _, n := range found {
				folder := parent(n.ID)
				if other := c.in[folder]; other == nil || closer(n, other) < 0 {
					c.in[folder] = n
				}
			}
			r.choices[name] = c
		}
	}
	if here := c.in[dir]; here != nil {
		return c.found, here
	}
	return c.found, c.best
}

// The readings of a name, the surest first.
const (
	wholeID = iota
	endOfID
	otherName // title or also_known_as
	readings
)

// candidates returns what a name may mean in one reading. Pages come before generated nodes, and the exact letter case
// before any other.
func (r *resolver) candidates(name string, reading int) []*Node {
	if n := r.ids[name]; n != nil && reading == wholeID {
		return []*Node{n}
	}
	key := fold(name)
	switch reading {
	case wholeID:
		if n := r.folded[key]; n != nil {
			return []*Node{n}
		}
		return nil
	case otherName:
		return r.names[key]
	}
	all := r.ends[last(key)]
	if len(all) == 1 && last(key) == key {
		return all
	}
	var exact, other, generated []*Node
	for _, n := range all {
		id := n.ID
		if n.Page != nil {
			id = n.facts.node.ID
		}
		switch {
		case !endsIn(fold(id), key):
		case n.Page == nil:
			generated = append(generated, n)
		case endsIn(id, name):
			exact = append(exact, n)
		default:
			other = append(other, n)
		}
	}
	switch {
	case len(exact) > 0:
		return exact
	case len(other) > 0:
		return other
	}
	return generated
}

// endsIn reports whether id ends in whole segments that are end.
func endsIn(id, end string) bool {
	rest, ok := strings.CutSuffix(id, end)
	return ok && (rest == "" || rest[len(rest)-1] == '/')
}

// closest is the candidate to take when there are several: the one with the shortest id, else the first by alphabet.
func closest(found []*Node) *Node { return slices.MinFunc(found, closer) }

func closer(a, b *Node) int {
	return cmp.Or(cmp.Compare(len(a.ID), len(b.ID)), cmp.Compare(a.ID, b.ID))
}

// maxNotes is how many pages a message about an ambiguous name lists.
const maxNotes = 10

func (r *resolver) ambiguous(at diag.Place, name string, taken *Node, found []*Node, written func(*Node) string) {
	var notes []diag.Note
	for i, n := range found {
		if i == maxNotes {
			notes = append(notes, diag.Note{Text: fmt.Sprintf("and %d more", len(found)-i)})
			break
		}
		note := diag.Note{Text: fmt.Sprintf("%s, %q", idText(n), n.Title)}
		if n.Page != nil {
			note.Place.File = n.Page.File
		}
		notes = append(notes, note)
	}
	r.msgs.Add(diag.AmbiguousLink, at, fmt.Sprintf("%q fits %d pages; %s is taken", name, len(found), idText(taken)),
		fmt.Sprintf("write `%s`, or the whole id of the one you mean", written(taken)), notes...)
}

// idText is an id for people; the home page has none.
func idText(n *Node) string {
	if n.ID == "" {
		return "the home page"
	}
	return n.ID
}

// dropAsides leaves out those files that no page of the book refers to.
func (r *resolver) dropAsides() {
	if len(r.Aside) == 0 {
		return
	}
	used := map[string]bool{}
	for _, n := range r.nodes {
		for _, t := range n.Targets {
			used[t.Asset] = true
		}
	}
	for _, path := range r.Aside {
		if !used[r.book.Assets[path]] {
			delete(r.book.Assets, path)
		}
	}
}

// assetNamed finds an asset by the end of its path. Of several, the one in the page's folder wins, then the shortest.
func (l *linker) assetNamed(name string) string {
	if beside := path.Join(parent(l.from.Page.Path), name); l.assets[beside] != "" {
		return beside
	}
	if l.assets[name] != "" {
		return name
	}
	if l.assetEnds == nil {
		l.indexAssets()
	}
	best, key := "", fold(name)
	for _, a := range l.assetEnds[last(key)] {
		if endsIn(fold(a), key) && (best == "" || len(a) < len(best)) {
			best = a
		}
	}
	return best
}

// indexAssets enters assets by file name; each list is sorted.
func (r *resolver) indexAssets() {
	r.assetEnds = map[string][]string{}
	for a := range r.assets {
		key := fold(last(a))
		r.assetEnds[key] = append(r.assetEnds[key], a)
	}
	for _, list := range r.assetEnds {
		slices.Sort(list)
	}
}

// fragment leads to a part of a page. A part that does not exist is reported, and the link leads to the whole page.
func (l *linker) fragment(n *Node) Target {
	t := Target{Node: n}
	if l.link.Fragment == "" {
		return t
	}
	if id, ok := l.anchor(n); ok {
		t.Fragment = escapeFragment(id)
		return t
	}
	on := ""
	if n != l.from {
		on = " on " + idText(n)
	}
	if n.Page != nil && l.link.Kind != page.LinkEmbed {
		if id, ok := n.facts.heading(l.link.Fragment); ok {
			group := groups[otherAnchor]
			group.Help = allPlaces
			l.msgs.AddTo(group, diag.LinkByOtherRules, l.link.At, fmt.Sprintf("%q can only mean %q%s", "#"+l.link.Fragment, "#"+id, on), fmt.Sprintf("write #%s; `handbook fix` does it", id))
			t.Fragment, t.Mend = escapeFragment(id), &Mend{Heading: id}
			return t
		}
	}
	noun, help := "heading", ""
	if blockID(l.link.Fragment) {
		noun, help = "block", fmt.Sprintf("write %s at the end of the block that is meant, or link to the page alone", l.link.Fragment)
	} else {
		help = l.anchorHelp(n)
	}
	l.msgs.Add(diag.BrokenAnchor, l.link.At, fmt.Sprintf("no %s %q%s", noun, "#"+l.link.Fragment, on), help)
	t.Mend = &Mend{}
	return t
}

// anchor returns the id of the part of the page that the link's fragment means.
func (l *linker) anchor(n *Node) (string, bool) {
	f := l.link.Fragment
	if strings.EqualFold(f, "top") && l.link.Kind != page.LinkEmbed {
		return f, true
	}
	if n.Page == nil {
		return "", false
	}
	if blockID(f) {
		return f, has(n.Page, f)
	}
	switch l.link.Kind {
	case page.LinkWiki, page.LinkEmbed, page.LinkRelated, page.LinkDepends, page.LinkField:
		named := n.facts.named.of(n.Page, headingsOf)
		if id, ok := named[plainWords(f)]; ok {
			return id, true
		}
		if l.link.Kind == page.LinkEmbed {
			return "", false // only what a heading begins can be shown in place
		}
	}
	if has(n.Page, f) {
		return f, true
	}
	if id, ok := strings.CutPrefix(f, "user-content-"); ok && has(n.Page, id) {
		return id, true
	}
	return "", false
}

// blockID reports whether a fragment is the id of a block: "^refunds".
func blockID(fragment string) bool { return strings.HasPrefix(fragment, "^") }

func has(p *page.Face, id string) bool {
	_, found := slices.BinarySearch(p.IDs, id)
	return found
}

// headingsOf finds a page's headings by their texts and, where no text says otherwise, by their ids. Of headings with
// the same text the first counts. The page's title stands for the whole page.
func headingsOf(p *page.Face) map[string]string {
	named := make(map[string]string, len(p.Headings)+1)
	enter := func(text, id string) {
		if words := plainWords(text); named[words] == "" && words != "" {
			named[words] = id
		}
	}
	for _, h := range p.Headings {
		enter(h.Text, h.ID)
	}
	for _, h := range p.Headings {
		enter(h.ID, h.ID)
	}
	if title := plainWords(p.Title); title != "" {
		if _, ok := named[title]; !ok {
			named[title] = ""
		}
	}
	return named
}

// broken reports a reference that leads nowhere.
func (l *linker) broken() Target {
	if l.path == ".." && l.between == nil {
		text := fmt.Sprintf("%q leads out of the handbook", l.link.Target)
		l.msgs.Add(diag.BrokenLink, l.link.At, text, l.outsideHelp())
		return Target{Broken: l.tell(l.Site.Text.Outside, l.link.Target, "")}
	}
	if d := l.unpublished(); d != nil {
		if d.Broken { // which has been told where it is broken
			return Target{Broken: l.tell(l.Site.Text.Unreadable, d.ID, "")}
		}
		text := fmt.Sprintf("%s is a draft and is not published", d.ID)
		l.msgs.Add(diag.BrokenLink, l.link.At, text, fmt.Sprintf("write `draft: false` in %s to publish it, or take out the link", d.File))
		return Target{Broken: l.tell(l.Site.Text.IsDraft, d.ID, "")}
	}
	noun := l.noun()
	why := l.Site.Text.Missing[noun]
	if l.wanted != nil {
		_, noun, _ = strings.Cut(l.kindOfPage(l.wanted), " ")
		why = l.Site.Text.MissingKind
	}
	if !l.sayAbsent() {
		l.msgs.Add(diag.BrokenLink, l.link.At, fmt.Sprintf("no %s %q", noun, l.link.Target), l.help())
	}
	return Target{Broken: l.tell(why, l.link.Target, noun), Mend: &Mend{Missing: cmp.Or(l.path, l.link.Target)}}
}

// tell is why the reference leads nowhere, in the language of the reader.
func (l *linker) tell(sentence, name, kind string) string {
	return cmp.Or(schema.Fill(sentence, "name", name, "kind", kind), l.Site.Text.Nowhere)
}

// unpublished returns the page that the reference means, if it is one that was left out.
func (l *linker) unpublished() *page.Face {
	if l.path != "" {
		return cmp.Or(l.leftOutAt(l.path), l.leftOut[strings.TrimSuffix(l.path, ".html")])
	}
	if l.leftOutNames == nil {
		l.leftOutNames = map[string]*page.Face{}
		for _, path := range sortedKeys(l.leftOut) {
			d := l.leftOut[path]
			for end := fold(d.ID); ; {
				l.nameLeftOut(end, d)
				_, rest, more := strings.Cut(end, "/")
				if !more {
					break
				}
				end = rest
			}
			l.nameLeftOut(fold(d.Title), d)
		}
	}
	return l.leftOutNames[fold(stem(strings.Trim(l.link.Target, "/ ")))]
}

// leftOutAt is the page at a path, with the ending or without, that was left out.
func (r *resolver) leftOutAt(path string) *page.Face {
	found := cmp.Or(r.leftOut[path], r.leftOut[stem(path)])
	for _, end := range ending.All {
		found = cmp.Or(found, r.leftOut[path+end])
	}
	return found
}

func (r *resolver) nameLeftOut(name string, p *page.Face) {
	if r.leftOutNames[name] == nil {
		r.leftOutNames[name] = p
	}
}

// noun is what the reference wants: an image, a page, or another file.
func (l *linker) noun() string {
	switch end := strings.ToLower(path.Ext(l.link.Target)); {
	case l.link.Kind == page.LinkImage, picture(end):
		return "image"
	case end == "" || ending.Of(l.link.Target) != "" || end == ".html" || end == ".htm":
		return "page"
	case l.path == "" || len(end) > 6 || strings.ContainsAny(end, " 0123456789"):
		return "page" // a name such as "Release 1.4"
	}
	return "file"
}

func picture(ending string) bool {
	return slices.Contains([]string{".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", ".bmp", ".ico"}, ending)
}
