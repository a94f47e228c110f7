package book

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"handbook/builder/diag"
)

// Generated is a file that handbook publishes beside the pages, at this address and no other.
type Generated struct {
	Out    string // below the output folder: "feed.xml"; one that ends in a slash is a folder of such files
	Yields bool   // a file of the content at this address takes its place
}

// rank says who keeps an address that several want: whoever has the higher one, and of the same rank whoever comes first in the
// order of ids. The others give way as their rank says; nothing is lost without a message.
type rank uint8

const (
	rankSite   rank = iota // a file of handbook's own, or the file of the content in its place; never gives way
	rankFile               // a page at the address of its file, home among them; moves to the next free address: "guide-2"
	rankSlug               // a page that asks for another address; falls back on that of its file
	rankMoved              // a page that has given way once
	rankFolder             // the page of a folder that has none of its own; moves, but lets an index.html of the folder stand for it
	rankBeside             // a folder of handbook's own files, which moves for pages but not for assets
	rankAsset              // any other file; is left out
	rankRest               // tags and owners, which have many addresses to choose from, and aliases, which are left out
	ranks
)

// claim is who wants an address.
type claim struct {
	what  string // for messages: "content/a.md", "the page of the tag design"
	place diag.Place
	node  *Node
	url   string
	own   bool // of handbook itself
}

// claims knows who is published where. Two paths clash when they differ in letter case only, or when one would be a
// folder where the other is a file.
type claims struct {
	files, folders map[string]*claim
}

// newClaims has room for so many files.
func newClaims(files int) *claims {
	return &claims{files: make(map[string]*claim, files), folders: make(map[string]*claim, files)}
}

// lists are the names of the lists of files that lie in the output folder, as package publish calls them; nothing else has one.
var lists = []string{".handbook-manifest", ".handbook-keys"}

// claim takes a path below the output folder, or returns who has it.
func (c *claims) claim(out string, by claim) (claim, bool) { return c.claimFolded(fold(out), by) }

func (c *claims) claimFolded(key string, by claim) (claim, bool) {
	other, at := c.holder(key)
	if other != nil {
		return *other, false
	}
	c.files[key] = &by
	for dir := parent(key); dir != at; dir = parent(dir) {
		c.folders[dir] = &by
	}
	return claim{}, true
}

// holder is who keeps a file from being at a folded path; nil for nobody. With a holder, at is the part of the path that is
// taken; else it is the nearest folder that is one already.
func (c *claims) holder(key string) (by *claim, at string) {
	for _, name := range lists {
		if i := strings.Index("/"+key+"/", "/"+name+"/"); i >= 0 {
			return &claim{what: "handbook's own list of files", own: true}, key[:i+len(name)]
		}
	}
	if other := c.files[key]; other != nil {
		return other, key
	}
	if other := c.folders[key]; other != nil {
		return other, key
	}
	known := parent(key)
	for ; known != ""; known = parent(known) {
		if other := c.files[known]; other != nil {
			return other, known
		}
		if c.folders[known] != nil {
			break
		}
	}
	return nil, known
}

func (c *claims) taken(out string) bool {
	other := c.files[fold(out)]
	return other != nil && !other.own
}

func (c *claims) free(out string) bool {
	key := fold(out)
	other, at := c.holder(key)
	return other == nil || other.own && at == key
}

// beside is the free address nearest to the one of a page that has to give way: the part of it that is taken gets a number.
func (c *claims) beside(out string) string {
	dir := strings.TrimSuffix(out, "/index.html")
	for {
		key := fold(dir) + "/index.html"
		other, at := c.holder(key)
		if other == nil {
			return dir
		}
		end := len(dir)
		if at != key { // a file stands where a folder would be; folding may change how long a part is, but not how many there are
			end = nthSlash(dir, strings.Count(at, "/"))
		}
		for k := 2; ; k++ {
			head := dir[:end] + "-" + strconv.Itoa(k)
			whole := fold(head) // which no file may be; where a page is to be, nothing may be at its file either
			if c.files[whole] == nil && (end < len(dir) || c.files[whole+"/index.html"] == nil && c.folders[whole+"/index.html"] == nil) {
				dir = head + dir[end:]
				break
			}
		}
	}
}

// nthSlash is where the slash after the nth one is in a path, counted from 0, or its end.
func nthSlash(path string, n int) int {
	for i := range len(path) {
		if path[i] == '/' {
			if n == 0 {
				return i
			}
			n--
		}
	}
	return len(path)
}

// settle gives every node and asset its address, and tells of those that had to give way.
func (r *resolver) settle() {
	assets := slices.Clone(r.Assets)
	slices.Sort(assets)
	assets = slices.Compact(assets)
	var queue [ranks][]settling
	for _, n := range r.nodes {
		s := settling{node: n}
		switch f := n.facts; {
		case f == nil && n != r.book.Home:
			queue[rankFolder] = append(queue[rankFolder], s)
		case f != nil && f.slug:
			s.raw = r.slugs[n]
			at := rankSlug
			if s.raw == n.ID {
				at = rankFile
			}
			queue[at] = append(queue[at], s)
		default:
			at := rankFile
			if s.raw = r.published(n.ID); s.raw != n.ID {
				at = rankSlug
			}
			queue[at] = append(queue[at], s)
		}
	}
	// Of pages whose addresses differ in letter case alone, the page of a folder comes first.
	slices.SortStableFunc(queue[rankFile], func(a, b settling) int { return cmp.Compare(a.order(), b.order()) })
	for _, path := range assets {
		queue[rankAsset] = append(queue[rankAsset], settling{asset: path})
	}
	for _, g := range r.Own {
		at := rankSite
		if strings.HasSuffix(g.Out, "/") {
			at = rankBeside
		}
		s := settling{asset: g.Out, own: true}
		// What yields does so for a file, not for a page or an old address that would be a folder of that name.
		if i := slices.IndexFunc(assets, func(path string) bool { return fold(path) == fold(g.Out) }); g.Yields && i >= 0 {
			s = settling{asset: assets[i]}
		}
		queue[at] = append(queue[at], s)
	}
	for at := range ranks {
		for i := 0; i < len(queue[at]); i++ {
			s := &queue[at][i]
			switch at {
			case rankSite:
				if !s.own {
					r.settleAsset(s.asset)
					continue
				}
				r.claims.claim(s.asset, claim{what: "handbook's own " + s.asset, url: r.Site.BasePath + EscapePath(s.asset), own: true})
			case rankBeside:
				dir := strings.TrimSuffix(s.asset, "/")
				if page := parent(dir) + "/index.html"; !r.claims.taken(page) { // else handbook's page is elsewhere, and its files with it
					r.claims.claim(dir, claim{what: "handbook's own folder " + s.asset, own: true})
				}
			case rankFile, rankSlug:
				if !r.settlePage(s) {
					queue[rankMoved] = append(queue[rankMoved], *s)
				}
			case rankMoved:
				r.movePage(s)
			case rankFolder:
				r.settleFolder(s, assets)
			case rankAsset:
				r.settleAsset(s.asset)
			}
		}
	}
}

// settling is who is to get an address.
type settling struct {
	node  *Node
	raw   string // the address that a page wants
	asset string
	own   bool   // of handbook itself
	other claim  // who has it
	lost  string // the address that it did not get
}

// order is 0 for the page of a folder, which others give way to.
func (s settling) order() int {
	if s.node.Section {
		return 0
	}
	return 1
}

// settlePage gives a page the address that it wants, if that is free.
func (r *resolver) settlePage(s *settling) bool {
	n := s.node
	key := ""
	switch {
	case s.raw != n.ID || n.facts == nil || n.ID != n.facts.node.ID:
		n.URL, n.Out = r.address(s.raw)
		key = fold(n.Out)
	default:
		n.URL, n.Out, key = n.facts.node.URL, n.facts.node.Out, n.facts.claim
		if r.Site.BasePath != "/" {
			n.URL = r.Site.BasePath + n.URL[1:]
		}
	}
	by := claim{what: "the home page", node: n, url: n.URL}
	if p := n.Page; p != nil {
		by.what, by.place = p.File, diag.Place{File: p.File}
		if s.raw != n.ID {
			by.place = p.Place("slug")
		}
	}
	other, ok := r.claims.claimFolded(key, by)
	if !ok {
		s.other, s.lost = other, n.URL
		return false
	}
	if s.raw != n.ID {
		r.moved[s.raw] = n
	}
	return true
}

// movePage gives a page that has to give way the address of its file, or the nearest one that is free.
func (r *resolver) movePage(s *settling) {
	n, first := s.node, *s
	at, help := diag.Place{File: n.Page.File}, renamePage
	if s.raw != n.ID {
		if n.facts.slug {
			at, help = n.Page.Place("slug"), "write another `slug`, or take it out"
		}
		s.raw = n.ID
	} else {
		s.raw = r.claims.beside(n.Out)
	}
	for !r.settlePage(s) {
		s.raw = r.claims.beside(n.Out)
	}
	r.sameAddress(at, n.Page.File, first.lost, first.other, fmt.Sprintf("it is shown at %s", n.URL), help)
}

// settleFolder gives the page of a folder that has none of its own an address. An index.html that lies in the folder is its
// page.
func (r *resolver) settleFolder(s *settling, assets []string) {
	n := s.node
	raw := r.published(n.ID)
	n.URL, n.Out = r.address(raw)
	if raw != n.ID {
		r.moved[raw] = n
	}
	path := n.ID + "/index.html"
	if _, found := slices.BinarySearch(assets, path); found && path == n.Out {
		if _, ok := r.claims.claim(path, claim{what: r.content + path, place: diag.Place{File: r.content + path}, url: r.Site.BasePath + EscapePath(path)}); ok {
			r.assets[path] = r.Site.BasePath + EscapePath(path)
			r.book.Assets[path] = r.assets[path]
			n.Out = ""
			return
		}
	}
	by := claim{what: "the page of the folder " + r.content + n.ID, node: n}
	for wanted, first := n.URL, true; ; first = false {
		by.url = n.URL
		other, ok := r.claims.claim(n.Out, by)
		if ok {
			break
		}
		if first && other.place.File != "" {
			defer func() {
				r.sameAddress(other.place, "the folder "+r.content+n.ID, wanted, other, fmt.Sprintf("it is shown at %s", n.URL),
					fmt.Sprintf("make that file the folder's own page, %s%s/_index.md, or give it another `slug`", r.content, n.ID))
			}()
		}
		dir := r.claims.beside(n.Out)
		n.URL, n.Out = r.address(dir)
		r.moved[dir] = n
	}
}

// settleAsset publishes a file as it is, where nothing else is. A reference to one that is left out leads to what stands there.
func (r *resolver) settleAsset(path string) {
	if r.book.Assets[path] != "" {
		return
	}
	url := r.Site.BasePath + EscapePath(path)
	at := diag.Place{File: r.content + path}
	other, ok := r.claims.claim(path, claim{what: at.File, place: at, url: url})
	if ok {
		r.assets[path], r.book.Assets[path] = url, url
		return
	}
	if there := r.claims.files[fold(path)]; there != nil {
		r.assets[path] = there.url
	}
	r.sameAddress(at, at.File, url, other, "it is left out", "rename the file, or take it out of the content folder")
}

// sameAddress reports that what stands at a place would be published where another thing already is, and what is done about it.
func (r *resolver) sameAddress(at diag.Place, what, url string, other claim, done, help string) {
	var notes []diag.Note
	if other.place.File != "" && other.place != at {
		notes = []diag.Note{{Place: other.place, Text: "this is the other one"}}
	}
	r.msgs.Add(diag.SameAddress, at, fmt.Sprintf("%s would be published at %s, where %s is already; %s", what, url, other.what, done), help, notes...)
}

// outPath makes a path of raw segments safe to write below the output folder on any system.
func outPath(raw string) string {
	safe := true
	for i, start := 0, 0; i <= len(raw) && safe; i++ {
		if i == len(raw) || raw[i] == '/' {
			safe = safeSegment(raw[start:i]) == raw[start:i]
			start = i + 1
		}
	}
	if safe {
		return raw
	}
	segments := strings.Split(raw, "/")
	for i, s := range segments {
		segments[i] = safeSegment(s)
	}
	return strings.Join(segments, "/")
}

// safeSegment percent-encodes what a file system could take for more than a name: dots alone, backslashes, control
// characters, drive letters, the device names of Windows, and index.html, which is a file in every folder.
func safeSegment(s string) string {
	all := strings.Trim(s, ".") == ""
	first := device(s) || strings.EqualFold(s, "index.html") || len(s) > 1 && s[1] == ':' && (s[0]|0x20 >= 'a' && s[0]|0x20 <= 'z')
	plain := !all && !first
	for i := 0; i < len(s) && plain; i++ {
		plain = s[i] >= 0x20 && s[i] != 0x7f && s[i] != '\\'
	}
	if plain {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if c := s[i]; all || c < 0x20 || c == 0x7f || c == '\\' || first && i == 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// device tells the names that Windows keeps for devices, with any ending.
func device(s string) bool {
	if len(s) < 3 || !strings.ContainsRune("cpanlCPANL", rune(s[0])) {
		return false
	}
	name, _, _ := strings.Cut(s, ".")
	switch name = strings.ToLower(strings.TrimRight(name, " ")); name {
	case "con", "prn", "aux", "nul":
		return true
	}
	return len(name) == 4 && (name[:3] == "com" || name[:3] == "lpt") && digit(name[3])
}

// EscapePath percent-encodes each segment for use in an address.
func EscapePath(path string) string {
	if plain(path) {
		return path
	}
	segments := strings.Split(path, "/")
	for i, s := range segments {
		segments[i] = url.PathEscape(s)
	}
	return strings.Join(segments, "/")
}

// escapeFragment percent-encodes an id for use behind '#'.
func escapeFragment(id string) string {
	if plain(id) {
		return id
	}
	return (&url.URL{Fragment: id}).EscapedFragment()
}

// plain reports whether nothing in a path needs escaping.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || digit(c) || c == '-' || c == '_' || c == '.' || c == '/') {
			return false
		}
	}
	return true
}

// address is the URL and the file of what is shown at a raw path such as "specs/checkout".
func (r *resolver) address(raw string) (url, out string) {
	below, out := address(raw)
	return r.Site.BasePath + below, out
}

// address is the same for a site without a base path.
func address(raw string) (below, out string) {
	if raw == "" {
		return "", "index.html"
	}
	out = outPath(raw)
	return EscapePath(out) + "/", out + "/index.html"
}
