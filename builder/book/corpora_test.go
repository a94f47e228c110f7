package book_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/page"
	"handbook/builder/schema"
	"handbook/builder/source"
)

// HANDBOOK_CORPORA names a folder of handbooks that other people wrote: NAME/content, NAME/left-out.txt, and
// truth/dev-NAME.json with the broken references that another program found. The test compares ours with those.
func TestCorpora(t *testing.T) {
	root := os.Getenv("HANDBOOK_CORPORA")
	if root == "" {
		t.Skip("HANDBOOK_CORPORA names no folder of real handbooks to compare with")
	}
	truths, err := filepath.Glob(filepath.Join(root, "truth", "dev-*.json"))
	if err != nil || len(truths) == 0 {
		t.Fatal("no truth/dev-*.json in", root, err)
	}
	for _, file := range truths {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "dev-"), ".json")
		t.Run(name, func(t *testing.T) { compareCorpus(t, filepath.Join(root, name), file) })
	}
}

// reported is one broken reference in either report.
type reported struct {
	File   string
	Line   int
	Dest   string // with fragment; in truth as written, in ours decoded
	Link   string // a wikilink with its label
	Status string
	Target string // below the content folder
}

type truth struct {
	Links   []reported `json:"broken_relative_links"`
	Lenient []reported `json:"not_strict_files"`
	Images  []reported `json:"broken_relative_images"`
	HTML    []reported `json:"broken_relative_html"`
	Anchors []reported `json:"broken_anchors"`
	Wiki    []reported `json:"broken_wikilinks"`
}

func compareCorpus(t *testing.T, folder, truthFile string) {
	data, err := os.ReadFile(truthFile)
	if err != nil {
		t.Fatal(err)
	}
	var want truth
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	links, anchors, wiki := breakage(t, folder)
	absent := notHere(t, folder)
	if strings.HasSuffix(folder, "oddities") {
		t.Logf("%d broken links, %d anchors, %d wikilinks; the neighbours of these pages are not here", len(links), len(anchors), len(wiki))
		return
	}
	relative := slices.Concat(want.Links, want.Images, want.HTML)
	links = slices.DeleteFunc(links, func(r reported) bool {
		return absent[r.Target] || slices.ContainsFunc(want.Lenient, func(l reported) bool { return key(l) == key(r) })
	})
	relative = slices.DeleteFunc(relative, func(r reported) bool { return r.Status == "left-out" })
	if differ(t, "links and images", links, relative) {
		t.Error("broken relative links are not those of the truth")
	}
	differ(t, "anchors", anchors, want.Anchors)
	for i := range want.Wiki {
		want.Wiki[i].Dest, _, _ = strings.Cut(want.Wiki[i].Link, "|")
	}
	wiki = slices.DeleteFunc(wiki, func(r reported) bool { return absent[r.Target] })
	differ(t, "wikilinks", wiki, want.Wiki)
}

// differ logs recall, precision and every difference, and reports whether there is one.
func differ(t *testing.T, what string, ours, truth []reported) bool {
	count := map[string]int{}
	for _, r := range truth {
		count[key(r)]++
	}
	hits := 0
	var lines []string
	for _, r := range ours {
		if count[key(r)] > 0 {
			count[key(r)]--
			hits++
		} else {
			lines = append(lines, "only ours:  "+key(r))
		}
	}
	for _, r := range truth {
		if count[key(r)] > 0 {
			count[key(r)]--
			lines = append(lines, "only truth: "+key(r)+" "+r.Status)
		}
	}
	t.Logf("%s: %d of %d found, %d of %d reports right", what, hits, len(truth), hits, len(ours))
	slices.Sort(lines)
	for _, l := range lines {
		t.Log(l)
	}
	return len(lines) > 0
}

func key(r reported) string {
	dest := r.Dest
	if decoded, err := url.PathUnescape(dest); err == nil {
		dest = decoded
	}
	before, fragment, _ := strings.Cut(dest, "#")
	before, _, _ = strings.Cut(before, "?")
	if fragment != "" {
		fragment = "#" + fragment
	}
	return fmt.Sprintf("%s:%d %s%s", r.File, r.Line, before, fragment)
}

// breakage builds the corpus and returns its broken relative paths, anchors and wikilinks.
func breakage(t *testing.T, folder string) (links, anchors, wiki []reported) {
	snap, _ := source.Load(source.Folder{Root: folder, Content: filepath.Join(folder, "content")})
	site := schema.Default()
	in := book.Input{Site: site, Drafts: true}
	parser := page.NewParser(site)
	at := map[diag.Place]*page.Link{}
	var pages []*page.Page
	for _, f := range snap.Pages {
		data, err := f.Read()
		if err != nil {
			t.Fatal(err)
		}
		p, _ := parser.Parse(f.Name, f.Path, data)
		in.Pages, pages = append(in.Pages, p.Face), append(pages, p)
		for i, l := range p.Links {
			at[p.At(l.At)] = &p.Links[i]
		}
	}
	for _, a := range snap.Assets {
		in.Assets = append(in.Assets, a.Path)
	}
	_, msgs := book.Resolve(in)
	rules := map[diag.Rule]int{}
	for _, m := range diag.Locate(placed(msgs, pages), snap.Read) {
		rules[m.Rule]++
		l := at[m.Place]
		if l == nil || m.Rule != diag.BrokenLink && m.Rule != diag.BrokenAnchor {
			continue
		}
		file := strings.TrimPrefix(m.File, "content/")
		r := reported{File: file, Line: m.Line, Dest: l.Target, Target: path.Join(path.Dir(file), l.Target)}
		if l.Fragment != "" {
			r.Dest += "#" + l.Fragment
		}
		switch {
		case l.Kind == page.LinkWiki || l.Kind == page.LinkEmbed:
			r.Target = l.Target
			wiki = append(wiki, r)
		case m.Rule == diag.BrokenAnchor:
			anchors = append(anchors, r)
		case !strings.ContainsAny(l.Target[:1], "/~@"):
			links = append(links, r)
		}
	}
	t.Logf("%d pages, messages %v", len(in.Pages), rules)
	return links, anchors, wiki
}

// notHere lists what the origin has and the corpus lacks: files, by path and by name, and their folders.
func notHere(t *testing.T, folder string) map[string]bool {
	data, err := os.ReadFile(filepath.Join(folder, "left-out.txt"))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	absent := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		file := strings.TrimSpace(line)
		absent[path.Base(file)] = true
		for file != "." && file != "/" {
			absent[file] = true
			file = path.Dir(file)
		}
	}
	return absent
}
