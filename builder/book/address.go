package book

import (
	"fmt"
	"net/url"
	"strings"

	"handbook/builder/diag"
)

// Generated is a file that handbook publishes beside the pages.
type Generated struct {
	Out    string // below the output folder; "tags/index.html" is shown at /tags/
	Yields bool   // a file of the content at this address takes its place; otherwise such a file is an error
}

// Reserved lists the addresses that handbook uses for itself. The pages of single tags and owners are not among them:
// they get an address that is free.
func Reserved() []Generated {
	return []Generated{
		{".nojekyll", true},
		{"404.html", true},
		{"_headers", true},
		{"_redirects", false},
		{"all/index.html", true},
		{"api/pages.json", false},
		{"api/tree.json", false},
		{"changes/index.html", true},
		{"feed.xml", false},
		{"handbook.json", false},
		{"health/index.html", true},
		{"llms.txt", true},
		{"owners/index.html", true},
		{"questions/index.html", true},
		{"robots.txt", true},
		{"search/index.html", true},
		{"sign-offs/index.html", true},
		{"sitemap.xml", false},
		{"tags/index.html", true},
	}
}

// claim is who wants an address.
type claim struct {
	what  string // for messages: "content/a.md", "the page of the tag design"
	place diag.Place
	node  *Node
	asset bool
	free  bool // held for a generated file that yields
}

// claims knows who is published where. Two paths clash when they differ in letter case only, or when one would be a
// folder where the other is a file.
type claims struct {
	files, folders map[string]*claim
}

// newClaims has room for so many files.
func newClaims(files int) *claims {
	c := &claims{files: make(map[string]*claim, files), folders: make(map[string]*claim, files)}
	for _, g := range Reserved() {
		c.claim(g.Out, claim{what: "handbook's own " + strings.TrimSuffix(g.Out, "index.html"), free: g.Yields})
	}
	return c
}

// claim takes a path below the output folder, or returns who has it.
func (c *claims) claim(out string, by claim) (claim, bool) { return c.claimFolded(fold(out), by) }

func (c *claims) claimFolded(key string, by claim) (claim, bool) {
	if other, ok := c.files[key]; ok && !other.free {
		return *other, false
	}
	if other, ok := c.folders[key]; ok {
		return *other, false
	}
	known := parent(key) // the nearest folder that is one already
	for ; known != ""; known = parent(known) {
		if other, ok := c.files[known]; ok {
			return *other, false
		}
		if _, ok := c.folders[known]; ok {
			break
		}
	}
	c.files[key] = &by
	for dir := parent(key); dir != known; dir = parent(dir) {
		c.folders[dir] = &by
	}
	return claim{}, true
}

func (c *claims) taken(out string) bool {
	other, ok := c.files[fold(out)]
	return ok && !other.free && (other.node != nil || other.asset)
}

func (c *claims) free(out string) bool {
	key := fold(out)
	if _, ok := c.folders[key]; ok {
		return false
	}
	for ; key != ""; key = parent(key) {
		if other, ok := c.files[key]; ok && !other.free {
			return false
		}
		if _, ok := c.folders[parent(key)]; ok { // neither it nor a folder above it is a file
			return true
		}
	}
	return true
}

// sameAddress reports that what stands at a place would be published where another thing already is.
func (r *resolver) sameAddress(at diag.Place, what, url string, other claim, help string) {
	var notes []diag.Note
	if other.place.File != "" {
		notes = []diag.Note{{Place: other.place, Text: "this is the other one"}}
	}
	r.msgs.Add(diag.SameAddress, at, fmt.Sprintf("%s would be published at %s, where %s is already", what, url, other.what), help, notes...)
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
// characters, drive letters, and the device names of Windows.
func safeSegment(s string) string {
	all := strings.Trim(s, ".") == ""
	first := device(s) || len(s) > 1 && s[1] == ':' && (s[0]|0x20 >= 'a' && s[0]|0x20 <= 'z')
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

// escapePath percent-encodes each segment for use in an address.
func escapePath(path string) string {
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
	return escapePath(out) + "/", out + "/index.html"
}
