package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"handbook/builder/preview"
)

// TestEditsOfEveryKindAreServedAsACleanBuildWould is law 1 from end to end: edits to a folder in a real repository, seen
// by the real watcher, and each build of the session held to one from nothing.
func TestEditsOfEveryKindAreServedAsACleanBuildWould(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("no git on this machine")
	}
	t.Parallel()
	edits := 500
	if testing.Short() {
		edits = 60
		t.Logf("short: %d edits instead of 500", edits)
	}
	w := newWriter(t)
	end := w.serve()
	kinds := w.kinds()
	made := map[string]int{}
	for i := 0; i < edits; {
		k := kinds[w.r.IntN(len(kinds))]
		if w.next != nil {
			k = *w.next
			w.next = nil
		}
		w.step = fmt.Sprintf("edit %d, which %s", i+1, k.name)
		changed := k.edit()
		if changed == "" {
			continue // there is nothing to do it to
		}
		w.untilBuilt(changed)
		made[k.name]++
		i++
	}
	if w.next != nil {
		w.untilBuilt(w.next.edit())
	}
	w.step = "the last edit"
	w.write("handbook.yaml", "name: The last\n")
	w.write("content/last.txt", "the last change")
	w.untilBuilt("content/last.txt")
	if text := w.get(w.base + "last.txt"); text != "the last change" {
		t.Errorf("at the end it serves %.80q", text)
	}
	end()

	if v := w.verifier; v.differences > 0 || v.same < edits*3/4 {
		t.Error(v.summary())
	}
	for _, k := range kinds {
		if made[k.name] == 0 && edits == 500 {
			t.Errorf("nobody %s", k.name)
		}
	}
	t.Logf("%s; %d times a build was waited for by another file; %v", w.verifier.summary(), w.asides, made)
}

// writer is somebody who writes a handbook, in no sensible order.
type writer struct {
	t    *testing.T
	r    *rand.Rand
	root string
	base string // where the preview is
	step string
	next *kindOfEdit // what has to follow, when something must not stay as it is

	reports  chan preview.Report
	verifier *verifier
	commits  int
	asides   int // files that were written to wait for a build
}

// kindOfEdit is one thing that people do. edit returns the path that the watcher must tell of last, from the root; ""
// when there was nothing to do it to.
type kindOfEdit struct {
	name string
	edit func() string
}

func newWriter(t *testing.T) *writer {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w := &writer{t: t, r: rand.New(rand.NewPCG(4, 2026)), root: filepath.Join(root, "site"), step: "the beginning", reports: make(chan preview.Report, 10_000), verifier: &verifier{say: t.Logf}}
	w.write("content/_index.md", "---\ntitle: Home\n---\n[[a]], [b](specs/b.md), ![[c#One]] and [[people/ana]].\n")
	w.write("content/people/ana.md", "---\ntitle: Ana\ntype: person\nemail: ana@example.com\n---\n")
	for i, p := range pagePaths() {
		if i%2 == 0 {
			w.write("content/"+p, w.text())
		}
	}
	w.write("content/specs/flow.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>")
	w.write("themes/unused/0.txt", "") // on both branches, so that the folder stays
	w.git("init", "-q", "-b", "main")
	w.git("config", "user.name", "Ana")
	w.git("config", "user.email", "ana@example.com")
	w.git("config", "gc.auto", "0")
	w.commit()
	w.git("checkout", "-q", "-b", "other")
	w.write("content/specs/b.md", w.text())
	w.write("content/other/only-here.md", w.text())
	w.commit()
	w.git("checkout", "-q", "main")
	return w
}

// serve starts the preview; the function it returns ends it.
func (w *writer) serve() (end func()) {
	job, err := w.flags().job()
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	w.t.Cleanup(stop)
	address := make(chan string, 1)
	s := serving{addr: "127.0.0.1:0", check: w.verifier.check, listening: func(url string) { address <- url }, built: func(r preview.Report) { w.reports <- r }}
	ended := make(chan error, 1)
	go func() { ended <- s.run(ctx, *w.flags(), job, io.Discard) }()
	w.base = <-address
	<-w.reports
	return func() {
		http.DefaultClient.CloseIdleConnections()
		stop()
		if err := <-ended; err != nil {
			w.t.Errorf("it ends with: %v", err)
		}
	}
}

// untilBuilt waits until a build has been finished that was told of the path. When a folder comes or goes every folder is watched anew, and
// then a change just before is not told but built. So after a while a file is written that changes nothing: a build that is told of it has
// read all that was written before.
func (w *writer) untilBuilt(changed string) {
	w.t.Helper()
	limit := time.After(2 * time.Minute) // a failure, not a part of the test
	again := time.NewTicker(time.Second)
	defer again.Stop()
	told := []string{w.path(changed)}
	for {
		select {
		case r := <-w.reports:
			if r.Err != nil {
				w.t.Fatalf("%s: %v", w.step, r.Err)
			}
			if slices.ContainsFunc(told, func(p string) bool { return slices.Contains(r.Changed, p) }) {
				return
			}
		case <-again.C:
			w.asides++
			aside := w.path(fmt.Sprintf("themes/unused/%d.txt", w.asides))
			told = append(told, aside)
			w.must(os.WriteFile(aside, nil, 0o644))
		case <-limit:
			w.t.Fatalf("%s: no build was told that %s changed", w.step, changed)
		}
	}
}

func (w *writer) flags() *siteFlags { return &siteFlags{dir: w.root, asOf: "2026-11-22"} }

func (w *writer) kinds() []kindOfEdit {
	return []kindOfEdit{
		{"writes a page", func() string { return w.write(w.anyPage(), w.text()) }},
		{"edits a page", func() string { return w.edit(w.some(".md")) }},
		{"edits a page again", func() string { return w.edit(w.some(".md")) }},
		{"edits the words of a page", func() string {
			p := w.some(".md")
			w.next = &kindOfEdit{"edits its words once more", func() string { return w.reword(p) }}
			return w.reword(p)
		}},
		{"changes a title", func() string { return w.write(w.some(".md"), "---\ntitle: "+w.word()+" "+w.word()+"\n---\n"+w.text()) }},
		{"saves a page as editors do", w.save},
		{"deletes a page", func() string { return w.remove(w.some(".md")) }},
		{"renames a page", func() string { return w.rename(w.some(".md"), w.anyPage()) }},
		{"moves a folder", func() string { return w.rename(w.folder(), path.Join(w.folder(), w.word())) }},
		{"moves a folder to the top", func() string { return w.rename(w.folder(), "content/"+w.word()) }},
		{"deletes a folder", func() string { return w.remove(w.folder()) }},
		{"brings a folder", w.bring},
		{"writes many pages", w.many},
		{"breaks a page", w.breakPage},
		{"writes an asset", func() string { return w.write("content/specs/flow.svg", "<svg><!-- "+w.word()+" --></svg>") }},
		{"deletes an asset", func() string { return w.remove(w.some(".svg")) }},
		{"changes the configuration", w.configure},
		{"changes the theme", w.paint},
		{"records a review", w.record},
		{"reviews a page in the browser", w.review},
		{"loses the records", func() string { return w.remove(w.some(".jsonl")) }},
		{"changes who owns what", func() string {
			return w.write("CODEOWNERS", "* @"+w.word()+"\n/content/specs/ @ana\n")
		}},
		{"changes who is who", func() string { return w.write(".mailmap", w.word()+" <ana@example.com>\n") }},
		{"commits", func() string { w.commit(); return w.branchFile() }},
		{"switches the branch", w.switchBranch},
		{"goes back a commit", func() string { w.commit(); w.git("reset", "-q", "--hard", "HEAD~1"); return w.branchFile() }},
		{"takes the content away", w.takeAway},
	}
}

// pagePaths are where pages may be: enough to meet each other, with names that clash.
func pagePaths() []string {
	return []string{"a.md", "specs/a.md", "specs/b.md", "specs/_index.md", "specs/README.md", "specs/deep/c.md", "c.md", "faq/index.md", "faq/d.md", "Specs/e.md",
		"teams/payments.md", "teams/web.md", "specs.md", "guides/é f.md", "guides/g.md", "_index.md"}
}

func (w *writer) pick(list ...string) string { return list[w.r.IntN(len(list))] }

func (w *writer) word() string {
	return w.pick("amber", "birch", "cedar", "dune", "ember", "fjord", "grove", "heath") + fmt.Sprint(w.r.IntN(90))
}

// text is a page in which anything may refer to anything.
func (w *writer) text() string {
	front := w.pick("", "---\ntitle: Checkout\nowner: payments\ntags: [money, web]\n---\n", "---\nowner: ana\nreviewed: 2026-10-01\nreview_every: 30d\n---\n",
		"---\ncascade: {owner: web, review_every: 7d}\n---\n", "---\naliases: [/old/, /specs/]\nrelated: [a, specs/b]\n---\n", "---\ndraft: true\n---\n",
		"---\ndepends_on: [specs/b, \"c#One\"]\nreviewed: 2026-09-01\ntracks: [CODEOWNERS]\n---\n", "---\ntitle: A\nalso_known_as: [The A]\nweight: 3\n---\n", "---\nslug: moved\n---\n")
	return front + w.pick("# One\n\nText.\n", "## One\n\nSee [[a]] and [[specs/b#One]].\n", "![[c#One]]\n\n[x](../specs/a.md)\n", "```go\nfunc main() {}\n```\n",
		"![flow](flow.svg) and [nowhere](nothing.md)\n", "[[The A]] [[checkout]] [[payments]]\n", "") + "\n" + w.word() + " " + w.word() + ".\n"
}

func (w *writer) path(p string) string { return filepath.Join(w.root, filepath.FromSlash(p)) }

func (w *writer) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("%s: %v", w.step, err)
	}
}

// write makes a file, and its folder if that is not there, which the watcher then has to tell of first.
func (w *writer) write(p, text string) string {
	w.t.Helper()
	if p == "" {
		return ""
	}
	missing := ""
	for dir := path.Dir(p); dir != "."; dir = path.Dir(dir) {
		if info, err := os.Stat(w.path(dir)); err == nil && info.IsDir() {
			break
		}
		missing = dir
	}
	if missing != "" {
		w.must(os.MkdirAll(w.path(path.Dir(p)), 0o755))
		if w.base != "" {
			w.untilBuilt(missing)
		}
	}
	w.must(os.WriteFile(w.path(p), []byte(text), 0o644))
	return p
}

func (w *writer) edit(p string) string {
	if p == "" {
		return ""
	}
	old, err := os.ReadFile(w.path(p))
	w.must(err)
	return w.write(p, string(old)+"\nAnd "+w.pick("[[a]]", "[[specs/deep/c]]", w.word(), "[b](/specs/b/)")+".\n")
}

// reword adds a sentence that leads nowhere.
func (w *writer) reword(p string) string {
	if p == "" {
		w.next = nil
		return ""
	}
	old, err := os.ReadFile(w.path(p))
	w.must(err)
	return w.write(p, string(old)+"\nIn other words, "+w.word()+".\n")
}

// save goes through another file, as many editors do.
func (w *writer) save() string {
	p := w.some(".md")
	if p == "" {
		return ""
	}
	w.must(os.WriteFile(w.path(p+"~"), []byte("the old text"), 0o644))
	w.must(os.WriteFile(w.path(path.Dir(p)+"/.saving"), []byte(w.text()), 0o644))
	w.must(os.Rename(w.path(path.Dir(p)+"/.saving"), w.path(p)))
	w.must(os.Remove(w.path(p + "~")))
	return p
}

func (w *writer) remove(p string) string {
	if p != "" {
		w.must(os.RemoveAll(w.path(p)))
	}
	return p
}

func (w *writer) rename(from, to string) string {
	if from == "" || from == to || strings.HasPrefix(to, from+"/") {
		return ""
	}
	if _, err := os.Stat(w.path(path.Dir(to))); err != nil {
		return ""
	}
	if _, err := os.Stat(w.path(to)); err == nil && path.Ext(to) == "" {
		return "" // a folder is not moved onto another
	}
	w.must(os.Rename(w.path(from), w.path(to)))
	return to
}

// bring moves a folder with pages in from elsewhere, as unpacking and drag and drop do.
func (w *writer) bring() string {
	to := "content/" + w.word()
	if _, err := os.Stat(w.path(to)); err == nil {
		return ""
	}
	elsewhere := filepath.Join(filepath.Dir(w.root), "elsewhere")
	w.must(os.MkdirAll(filepath.Join(elsewhere, "deep"), 0o755))
	w.must(os.WriteFile(filepath.Join(elsewhere, "a.md"), []byte(w.text()), 0o644))
	w.must(os.WriteFile(filepath.Join(elsewhere, "deep", "h.md"), []byte(w.text()), 0o644))
	w.must(os.Rename(elsewhere, w.path(to)))
	return to
}

// many writes into a folder faster than anybody can begin to watch it, and then elsewhere.
func (w *writer) many() string {
	dir := w.path("content/many/" + w.word())
	w.must(os.MkdirAll(dir, 0o755))
	for i := range 20 {
		w.must(os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.md", i)), []byte(w.text()), 0o644))
	}
	w.next = &kindOfEdit{"deletes many pages", func() string { return w.remove("content/many") }}
	return w.write("content/_index.md", w.text())
}

// breakPage writes what cannot be read, and mends it with the next edit.
func (w *writer) breakPage() string {
	p := w.some(".md")
	if p == "" {
		return ""
	}
	w.next = &kindOfEdit{"mends a page", func() string { return w.write(p, w.text()) }}
	return w.write(p, "---\ntitle: \"not closed\n---\n")
}

func (w *writer) configure() string {
	return w.write("handbook.yaml", w.pick("name: "+w.word()+"\n", "theme: acme\n", "theme: nowhere\n", "review: {every: 7d}\n", "base_url: https://x.example/team/\n", "presets: []\n", "rules: {broken-link: error}\n", "nonsense", ""))
}

func (w *writer) paint() string {
	return w.write("themes/acme/"+w.pick("404.html", "styles/x.css", "assets/x.txt"), w.pick("{{define \"main\"}}"+w.word()+"{{end}}", "{{broken", "a { color: red }", ""))
}

func (w *writer) record() string {
	p := w.pick("content/_records/reviews.jsonl")
	old, _ := os.ReadFile(w.path(p))
	line := fmt.Sprintf(`{"page":%q,"date":"2026-1%d-0%d","by":"ana","text":"%016x"}`, w.pick("a", "specs/b", "c", "", "nowhere"), w.r.IntN(2), 1+w.r.IntN(9), w.r.Uint64())
	return w.write(p, string(old)+w.pick(line, line, line, "{nonsense")+"\n")
}

var scriptTag = regexp.MustCompile(`data-handbook-token="([^"]*)" data-handbook-file="([^"]*)" data-handbook-name="[^"]*" data-handbook-review="([^"]*)"`)

// review presses the button on the home page.
func (w *writer) review() string {
	const records = "content/_records/reviews.jsonl"
	if _, err := os.Stat(w.path(path.Dir(records))); err != nil {
		return w.write(records, "")
	}
	said := scriptTag.FindStringSubmatch(w.get(w.base))
	if said == nil {
		return "" // the site lies elsewhere, or the page cannot be read
	}
	r, err := http.NewRequest("POST", w.base+"_handbook/review", strings.NewReader(fmt.Sprintf(`{"file":%q,"key":%q}`, said[2], said[3])))
	w.must(err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Origin", strings.TrimSuffix(w.base, "/"))
	r.Header.Set("X-Handbook-Token", said[1])
	answer, err := http.DefaultClient.Do(r)
	w.must(err)
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil || answer.StatusCode != http.StatusOK {
		return "" // Ana has no page at the moment
	}
	return records
}

// takeAway moves the whole content folder, and back with the next edit.
func (w *writer) takeAway() string {
	w.must(os.Rename(w.path("content"), w.path("elsewhere")))
	w.next = &kindOfEdit{"brings the content back", func() string { w.must(os.Rename(w.path("elsewhere"), w.path("content"))); return "content" }}
	return "content"
}

func (w *writer) switchBranch() string {
	w.commit()
	to := "main"
	if strings.TrimSpace(w.git("branch", "--show-current")) == "main" {
		to = "other"
	}
	w.git("checkout", "-q", to)
	return ".git/HEAD"
}

func (w *writer) branchFile() string {
	return ".git/refs/heads/" + strings.TrimSpace(w.git("branch", "--show-current"))
}

func (w *writer) commit() {
	w.commits++
	w.git("add", "-A")
	w.git("commit", "-q", "--allow-empty", "-m", "edit")
}

func (w *writer) git(args ...string) string {
	w.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = w.root
	day := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC).Add(time.Duration(w.commits) * time.Hour).Format(time.RFC3339)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull, "GIT_AUTHOR_DATE="+day, "GIT_COMMITTER_DATE="+day)
	out, err := cmd.CombinedOutput()
	if err != nil {
		w.t.Fatalf("%s: git %s: %v\n%s", w.step, strings.Join(args, " "), err, out)
	}
	return string(out)
}

func (w *writer) get(address string) string {
	r, err := http.Get(address)
	w.must(err)
	defer r.Body.Close()
	data, err := io.ReadAll(r.Body)
	w.must(err)
	return string(data)
}

func (w *writer) anyPage() string { return "content/" + w.pick(pagePaths()...) }

// some is one of the files below content with an ending; "" when there is none.
func (w *writer) some(ext string) string {
	return w.one(func(p string, d fs.DirEntry) bool {
		return !d.IsDir() && path.Ext(p) == ext && !strings.Contains(p, "/people/")
	})
}

// folder is one of the folders below content.
func (w *writer) folder() string {
	return w.one(func(p string, d fs.DirEntry) bool {
		return d.IsDir() && strings.Contains(p, "/") && path.Base(p) != "_records" && path.Base(p) != "people"
	})
}

func (w *writer) one(fits func(p string, d fs.DirEntry) bool) string {
	var all []string
	w.must(fs.WalkDir(os.DirFS(w.root), "content", func(p string, d fs.DirEntry, err error) error {
		if err == nil && fits(p, d) {
			all = append(all, p)
		}
		return err
	}))
	if len(all) == 0 {
		return ""
	}
	return w.pick(all...)
}
