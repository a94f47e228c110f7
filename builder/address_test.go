package builder

import (
	"fmt"
	"math/rand/v2"
	"path"
	"strings"
	"testing"
)

// Whatever files are called and whatever addresses they ask for, all outputs can lie in one folder together, on a computer to
// which letter case means nothing too, and every page that can be read is one of them.
func TestOutputsOfAnyNamesLieTogether(t *testing.T) {
	names := []string{"a", "A", "index", "README", "_index", "index.html", "feed.xml", "search", "data", "page", "2", "print", "changes", "tags", "llms.txt", "404", "404.html", "assets", "x.csv", "view", "a.md", "health", "reviews.ics", ".handbook-manifest", ".handbook-keys", "con"}
	endings := []string{".md", ".md", ".md", ".markdown", ".html", ".csv", "", ".html.md"}
	seeds := uint64(150)
	if testing.Short() {
		seeds = 10
	}
	for seed := range seeds {
		random := rand.New(rand.NewPCG(seed, 1))
		pick := func(list []string) string { return list[random.IntN(len(list))] }
		somewhere := func() string {
			p := pick(names)
			for range random.IntN(3) {
				p += "/" + pick(names)
			}
			return p
		}
		files := map[string]string{"handbook.yaml": "rules: {no-owner: off}\nbase_url: https://acme.example/\n"}
		for range 1 + random.IntN(12) {
			name := "content/" + somewhere() + pick(endings)
			clash := false // no folder holds a file and a folder of one name
			for other := range files {
				clash = clash || strings.HasPrefix(other, name+"/") || strings.HasPrefix(name, other+"/")
			}
			if clash {
				continue
			}
			text := ""
			if random.IntN(2) == 0 {
				text = fmt.Sprintf("---\naliases: [/%s, /%s/]\ntags: [%s]\n", somewhere(), somewhere(), pick(names))
				if random.IntN(2) == 0 {
					text += fmt.Sprintf("slug: /%s\n", somewhere())
				}
				text += "---\n"
			}
			files[name] = text + "# Title\n\n```handbook\nfrom: all\n```\n"
		}
		r := build(t, files)
		outs := map[string]string{}
		for _, o := range r.Outputs {
			if other := outs[strings.ToLower(o.Path)]; other != "" {
				t.Errorf("seed %d: %s and %s are one file", seed, o.Path, other)
			}
			outs[strings.ToLower(o.Path)] = o.Path
		}
		for out := range outs {
			for dir := path.Dir(out); dir != "."; dir = path.Dir(dir) {
				if outs[dir] != "" {
					t.Errorf("seed %d: %s is a file, and a folder that holds %s", seed, dir, out)
				}
			}
		}
		shown := map[string]bool{}
		for _, o := range r.Outputs {
			if o.Node != nil && o.Node.Page != nil && o.Node.Out == o.Path {
				shown[o.Node.Page.File] = true
			}
		}
		for _, m := range r.Messages {
			shown[m.File] = shown[m.File] || m.Rule == "same-page"
		}
		for _, p := range r.in.pages {
			if !shown[p.File] {
				t.Errorf("seed %d: %s is not shown, and nobody is told", seed, p.File)
			}
		}
		if t.Failed() {
			t.Fatalf("files: %q", files)
		}
	}
}

// A file of the content never takes the place of a script, a style or a typeface that pages ask for, and it is told.
func TestTheSitesOwnFilesStay(t *testing.T) {
	files := map[string]string{"content/index.md": "# Home\n", "handbook.yaml": "rules: {no-owner: off}\n"}
	clean := bytesOf(t, build(t, files))
	own := 0
	for out := range clean {
		if strings.HasPrefix(out, "assets/") {
			files["content/"+out] = "not the site's own"
			own++
		}
	}
	r := build(t, files)
	now := bytesOf(t, r)
	for out := range clean {
		if strings.HasPrefix(out, "assets/") && now[out] != clean[out] {
			t.Errorf("%s is what somebody put there", out)
		}
	}
	told := 0
	for _, m := range r.Messages {
		if m.Rule == "same-address" {
			told++
		}
	}
	if own < 5 || told != own {
		t.Errorf("%d files of the site, and %d that are told", own, told)
	}
}

// A page or an old address that would be a folder never takes the place of a file that handbook writes for hosts and readers;
// a file of the content may, where the manual says so.
func TestAPageTakesNoPlaceOfAFileOfTheSite(t *testing.T) {
	files := map[string]string{"content/index.md": "# Home\n", "handbook.yaml": "rules: {no-owner: off}\n", "content/old.md": "---\naliases: [/older/]\n---\n# Old\n"}
	clean := bytesOf(t, build(t, files))
	var own []string
	for _, name := range []string{".nojekyll", "404.html", "_headers", "_redirects", "api/tree.json", "feed.xml", "handbook.json", "llms.txt"} {
		if _, ok := clean[name]; !ok {
			t.Fatalf("there is no %s", name)
		}
		own = append(own, name)
	}
	for i, name := range own {
		files[fmt.Sprintf("content/slug-%d.md", i)] = "---\nslug: " + name + "\n---\n# A page\n"
		files[fmt.Sprintf("content/alias-%d.md", i)] = "---\naliases: [/" + name + "/]\n---\n# Another\n"
	}
	r := build(t, files)
	now := bytesOf(t, r)
	told := 0
	for _, m := range r.Messages {
		if m.Rule == "same-address" {
			told++
		}
	}
	for _, name := range own {
		if _, ok := now[name]; !ok || now[name+"/index.html"] != "" {
			t.Errorf("a page lies where %s was", name)
		}
	}
	if told != 2*len(own) {
		t.Errorf("%d pages and old addresses give way, and %d are told", 2*len(own), told)
	}
	files["content/_headers"], files["content/llms.txt"] = "/*\n  X-Own: 1\n", "Our own."
	if now := bytesOf(t, build(t, files)); now["llms.txt"] != "Our own." || !strings.Contains(now["_headers"], "X-Own") {
		t.Error("a file of the content does not take the place that it may take")
	}
}
