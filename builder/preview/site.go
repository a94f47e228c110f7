package preview

import (
	"cmp"
	"context"
	"net/url"
	"path"
	"slices"
	"strings"

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

// tally is what tells the outputs of two sites apart.
type tally struct {
	base  string
	paths []string // sorted
	keys  []uint64
}

// quick tallies what takes no time.
func (s *site) quick() *tally {
	t := &tally{base: s.base}
	for _, o := range s.outputs {
		if o.Asset {
			t.paths, t.keys = append(t.paths, o.Path), append(t.keys, o.Key())
		}
	}
	return t
}

// tally asks every output for its key, behind who looks at a page meanwhile. It is nil when ctx ends before.
func (s *site) tally(ctx context.Context) *tally {
	outputs := slices.DeleteFunc(slices.Clone(s.outputs), func(o Output) bool { return o.Aside })
	t := &tally{base: s.base, paths: make([]string, len(outputs)), keys: make([]uint64, len(outputs))}
	memo.Behind(len(outputs), func(i int) {
		if ctx.Err() == nil {
			t.paths[i], t.keys[i] = outputs[i].Path, outputs[i].Key()
		}
	})
	if ctx.Err() != nil {
		return nil
	}
	return t
}

// changes lists the addresses whose bytes differ between two sites, sorted by path: what is new, gone, or has another
// key. There are none without a site before.
func changes(old, now *tally) []string {
	if old == nil {
		return nil
	}
	var list []string
	for a, b := 0, 0; a < len(old.paths) || b < len(now.paths); {
		switch {
		case b == len(now.paths) || a < len(old.paths) && old.paths[a] < now.paths[b]:
			list = append(list, address(old.base, old.paths[a]))
			a++
		case a == len(old.paths) || now.paths[b] < old.paths[a]:
			list = append(list, address(now.base, now.paths[b]))
			b++
		default:
			if old.keys[a] != now.keys[b] || old.base != now.base {
				list = append(list, address(now.base, now.paths[b]))
			}
			a, b = a+1, b+1
		}
	}
	return list
}

// contentType is the type of a file by its name. The system's own table is not asked: it differs between machines.
func contentType(p string) string {
	switch strings.ToLower(path.Ext(p)) {
	case ".html", ".htm":
		return "text/html; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".json", ".map":
		return "application/json; charset=utf-8"
	case ".jsonl":
		return "application/jsonl; charset=utf-8"
	case ".xml":
		return "application/xml; charset=utf-8"
	case ".md", ".markdown":
		return "text/markdown; charset=utf-8"
	case ".txt", ".yaml", ".yml", ".toml", ".csv", ".log":
		return "text/plain; charset=utf-8"
	case ".ics":
		return "text/calendar; charset=utf-8"
	case ".webmanifest":
		return "application/manifest+json; charset=utf-8"
	case ".svg":
		return "image/svg+xml; charset=utf-8"
	case ".png":
		return "image/png"
	case ".jpg", ".jpeg":
		return "image/jpeg"
	case ".gif":
		return "image/gif"
	case ".webp":
		return "image/webp"
	case ".avif":
		return "image/avif"
	case ".ico":
		return "image/x-icon"
	case ".woff2":
		return "font/woff2"
	case ".woff":
		return "font/woff"
	case ".ttf":
		return "font/ttf"
	case ".otf":
		return "font/otf"
	case ".mp4":
		return "video/mp4"
	case ".webm":
		return "video/webm"
	case ".mp3":
		return "audio/mpeg"
	case ".wav":
		return "audio/wav"
	case ".pdf":
		return "application/pdf"
	case ".wasm":
		return "application/wasm"
	case ".zip":
		return "application/zip"
	}
	if base := path.Base(p); base == "_redirects" || base == "_headers" {
		return "text/plain; charset=utf-8"
	}
	return "application/octet-stream"
}
