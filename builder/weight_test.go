package builder

import (
	"bytes"
	"compress/gzip"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A spec of this repository's own handbook stays light: what a browser asks for before anything is shown, packed as
// hosts pack it. Typefaces are packed already.
func TestWeightOfASpec(t *testing.T) {
	r, err := NewSession().Build(t.Context(), Job{Root: "..", Content: filepath.Join("..", "content"), Today: today})
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, o := range r.Outputs {
		if strings.HasPrefix(o.Path, "assets/") || strings.HasPrefix(o.Path, "specs/") {
			data, err := o.Data()
			if err != nil {
				t.Fatal(err)
			}
			files[o.Path] = data
		}
	}
	specs := 0
	for path, html := range files {
		if !strings.HasPrefix(path, "specs/") || !bytes.Contains(html, []byte(`data-label="Spec"`)) {
			continue
		}
		specs++
		weight := map[string]int{"page": packed(t, html)}
		asked := asksFor(string(html))
		for _, file := range asked {
			data, ok := files[file]
			switch ext := filepath.Ext(file); {
			case !ok:
				t.Errorf("%s asks for %s, which is not there", path, file)
			case ext == ".woff2":
				weight["typefaces"] += len(data)
			case ext == ".css":
				weight["styles"] += packed(t, data)
			case ext == ".js":
				weight["scripts"] += packed(t, data)
			}
		}
		for what, limit := range map[string]int{"page": 7 << 10, "styles": 8_704, "scripts": 6 << 10, "typefaces": 60_000} {
			if got := weight[what]; got > limit || got == 0 {
				t.Errorf("%s: the %s weigh %d bytes, want at most %d", path, what, got, limit)
			}
		}
		if n := len(element.FindAll(html, -1)); n > 700 && path == "specs/checkout/index.html" {
			t.Errorf("%s: %d elements, want at most 700", path, n)
		}
		if n := len(asked) + 1; n > 8 {
			t.Errorf("%s: %d requests, want at most 8: %v", path, n, asked)
		}
		if strings.Contains(string(html), " style=") || strings.Contains(string(html), "<style") {
			t.Errorf("%s: a style in the page itself", path)
		}
	}
	if specs < 3 {
		t.Errorf("only %d specs were weighed", specs)
	}
}

// A page with a diagram is no heavier than others until the diagram is near: its library is no part of it.
func TestWeightOfAPageWithADiagram(t *testing.T) {
	r, err := NewSession().Build(t.Context(), Job{Root: "..", Content: filepath.Join("..", "content"), Today: today})
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, o := range r.Outputs {
		if strings.HasPrefix(o.Path, "assets/") || o.Path == "manual/markdown/index.html" {
			if files[o.Path], err = o.Data(); err != nil {
				t.Fatal(err)
			}
		}
	}
	html := files["manual/markdown/index.html"]
	if !bytes.Contains(html, []byte("language-mermaid")) || bytes.Contains(html, []byte("<img")) {
		t.Fatal("it has no diagram, or pictures, which would have to be weighed")
	}
	weight := packed(t, html)
	for _, file := range asksFor(string(html)) {
		if filepath.Ext(file) == ".woff2" {
			weight += len(files[file])
		} else {
			weight += packed(t, files[file])
		}
	}
	if weight > 90<<10 || weight < 50<<10 {
		t.Errorf("it weighs %d bytes, want at most 90 KB", weight)
	}
}

var (
	element = regexp.MustCompile(`<[a-z]`)
	asking  = regexp.MustCompile(`<(?:link|script)\b[^>]*>`)
	wanted  = regexp.MustCompile(`rel="(?:stylesheet|preload|icon)"|^<script`)
	where   = regexp.MustCompile(`(?:href|src)="/([^"]*)"`)
)

// asksFor lists the files that a page's markup makes a browser fetch at once, pictures aside.
func asksFor(html string) (files []string) {
	for _, tag := range asking.FindAllString(html, -1) {
		if m := where.FindStringSubmatch(tag); m != nil && wanted.MatchString(tag) && !slices.Contains(files, m[1]) {
			files = append(files, m[1])
		}
	}
	return files
}

// A page of a handbook in which most reviews are overdue stays light: the bytes that a host stores and, packed, those that
// a browser asks for. Half of the pages are no heavier.
func TestWeightOfAPage(t *testing.T) {
	job := folder(t, corpus(320))
	job.Today = today
	r, err := NewSession().Build(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	var raw, zipped []int
	for _, o := range r.Outputs {
		if !strings.Contains(o.Path, "/page-") || filepath.Ext(o.Path) != ".html" {
			continue
		}
		html, err := o.Data()
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Count(html, []byte(`<i data-state`)) < 10 {
			t.Fatalf("%s has hardly a mark", o.Path)
		}
		if n := bytes.Count(html, []byte("<svg")); n > 0 {
			t.Errorf("%s: %d pictures stand in its markup", o.Path, n)
		}
		raw, zipped = append(raw, len(html)), append(zipped, packed(t, html))
	}
	if len(raw) != 320 {
		t.Fatalf("%d pages were weighed, want 320", len(raw))
	}
	slices.Sort(raw)
	slices.Sort(zipped)
	t.Logf("half of the pages have at most %d bytes, %d packed", raw[160], zipped[160])
	if raw[160] > 30_720 || zipped[160] > 8_400 {
		t.Errorf("half of the pages have more than %d bytes, or %d packed; want at most 30720 and 8400", raw[160], zipped[160])
	}
}

func packed(t *testing.T, data []byte) int {
	t.Helper()
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if _, err := z.Write(data); err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	return b.Len()
}
