package preview

import (
	"cmp"
	"context"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"

	"handbook/builder/memo"
)

// site is one build as it is served. It is not changed once it is made.
type site struct {
	base    string // "/team/"
	policy  string
	outputs []Output // sorted by Path
}

// newSite makes a site of a build. What the build lost to errors is taken from the last site.
func newSite(r Result, last *site) *site {
	s := &site{base: "/" + strings.Trim(r.BasePath, "/") + "/", outputs: r.Outputs}
	if s.base == "//" {
		s.base = "/"
	}
	if !slices.IsSortedFunc(s.outputs, byPath) {
		s.outputs = slices.SortedFunc(slices.Values(s.outputs), byPath)
	}
	s.policy = policyFor(cmp.Or(r.Policy, policyOf(s)))
	if last == nil {
		return s
	}
	var kept []Output
	for _, p := range r.Lost {
		if _, made := s.find(p); made {
			continue
		}
		if o, ok := last.find(p); ok {
			kept = append(kept, o)
		}
	}
	if len(kept) > 0 {
		s.outputs = slices.SortedFunc(slices.Values(slices.Concat(s.outputs, kept)), byPath)
	}
	return s
}

func byPath(a, b Output) int { return strings.Compare(a.Path, b.Path) }

func (s *site) find(p string) (Output, bool) {
	i, ok := slices.BinarySearchFunc(s.outputs, p, func(o Output, p string) int { return strings.Compare(o.Path, p) })
	if !ok {
		return Output{}, false
	}
	return s.outputs[i], true
}

// answer is what a request for an address gets.
type answer int

const (
	found answer = iota
	moved
	missing
)

// lookup finds what lies at the path of a URL, decoded. When the answer is moved, to is where, as it must be written
// in a Location header: an address on the same host.
func (s *site) lookup(urlPath string) (a answer, o Output, to string) {
	below, ok := strings.CutPrefix(urlPath, s.base)
	if !ok {
		if urlPath == "/" || urlPath+"/" == s.base {
			return moved, Output{}, escape(s.base)
		}
		return missing, Output{}, ""
	}
	if below == "" || strings.HasSuffix(below, "/") {
		if o, ok = s.find(below + "index.html"); ok {
			return found, o, ""
		}
		return missing, Output{}, ""
	}
	if o, ok = s.find(below); ok {
		return found, o, ""
	}
	if _, ok = s.find(below + "/index.html"); ok {
		return moved, Output{}, escape(urlPath + "/")
	}
	return missing, Output{}, ""
}

// address is where an output is served, escaped.
func address(base, p string) string {
	if p == "index.html" || strings.HasSuffix(p, "/index.html") {
		p = strings.TrimSuffix(p, "index.html")
	}
	return escape(base + p)
}

func escape(urlPath string) string { return (&url.URL{Path: urlPath}).EscapedPath() }

// tally is what tells the outputs of two sites apart: their keys by their addresses.
type tally map[string]uint64

// quick tallies what takes no time.
func (s *site) quick() tally {
	t := tally{}
	for _, o := range s.outputs {
		if o.Asset {
			t[address(s.base, o.Path)] = o.Key()
		}
	}
	return t
}

// tally asks every output for its key, behind who looks at a page meanwhile. It is nil when ctx ends before.
func (s *site) tally(ctx context.Context) tally {
	outputs := slices.DeleteFunc(slices.Clone(s.outputs), func(o Output) bool { return o.Aside })
	keys := make([]uint64, len(outputs))
	memo.Behind(len(outputs), func(i int) {
		if ctx.Err() == nil {
			keys[i] = outputs[i].Key()
		}
	})
	if ctx.Err() != nil {
		return nil
	}
	t := make(tally, len(outputs))
	for i, o := range outputs {
		t[address(s.base, o.Path)] = keys[i]
	}
	return t
}

// changes lists the addresses whose bytes differ between two sites, sorted: what is new, gone, or has another key. There are
// none without a site before.
func changes(old, now tally) []string {
	var list []string
	if old == nil {
		return list
	}
	for at, key := range now {
		if was, ok := old[at]; !ok || was != key {
			list = append(list, at)
		}
	}
	for at := range old {
		if _, ok := now[at]; !ok {
			list = append(list, at)
		}
	}
	slices.Sort(list)
	return list
}

// types are the types of files by the endings of their names. Text is UTF-8. The system's own table is not asked: it differs
// between machines.
const types = `
text/html .html .htm
text/css .css
text/javascript .js .mjs
text/markdown .md .mdx .markdown
text/plain .txt .yaml .yml .toml .csv .log
text/calendar .ics
application/json .json .map
application/jsonl .jsonl
application/xml .xml
application/manifest+json .webmanifest
application/pdf .pdf
application/wasm .wasm
application/zip .zip
image/svg+xml .svg
image/png .png
image/jpeg .jpg .jpeg
image/gif .gif
image/webp .webp
image/avif .avif
image/x-icon .ico
font/woff2 .woff2
font/woff .woff
font/ttf .ttf
font/otf .otf
video/mp4 .mp4
video/webm .webm
audio/mpeg .mp3
audio/wav .wav`

var typeOf = sync.OnceValue(func() map[string]string {
	all := map[string]string{}
	for line := range strings.Lines(types) {
		words := strings.Fields(line)
		for _, ext := range words[min(1, len(words)):] {
			all[ext] = words[0]
		}
	}
	return all
})

// contentType is the type of a file by its name.
func contentType(p string) string {
	kind := typeOf()[strings.ToLower(path.Ext(p))]
	if base := path.Base(p); base == "_redirects" || base == "_headers" {
		kind = "text/plain"
	}
	switch {
	case kind == "":
		return "application/octet-stream"
	case strings.HasPrefix(kind, "text/"), strings.Contains(kind, "json"), strings.HasSuffix(kind, "xml"):
		return kind + "; charset=utf-8"
	}
	return kind
}
