package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"handbook/builder/fixture"
	"handbook/builder/preview"
)

// desk is a folder that somebody writes in, built as the preview builds it.
type desk struct {
	t    *testing.T
	root string
	*live
}

func newDesk(t *testing.T, files ...string) *desk {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, root: root}
	for i := 0; i < len(files); i += 2 {
		d.write(files[i], files[i+1])
	}
	flags := siteFlags{dir: root, asOf: "2026-11-22"}
	job, err := flags.job()
	if err != nil {
		t.Fatal(err)
	}
	job.CacheDir = ""
	d.live = newLive(flags, job)
	return d
}

func (d *desk) path(name string) string { return filepath.Join(d.root, filepath.FromSlash(name)) }

func (d *desk) write(name, text string) {
	d.t.Helper()
	if err := os.MkdirAll(filepath.Dir(d.path(name)), 0o755); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(d.path(name), []byte(text), 0o644); err != nil {
		d.t.Fatal(err)
	}
}

// builds builds after these files changed.
func (d *desk) builds(changed ...string) preview.Result {
	d.t.Helper()
	for i, name := range changed {
		changed[i] = d.path(name)
	}
	r, err := d.build(d.t.Context(), changed)
	if err != nil {
		d.t.Fatal(err)
	}
	return r
}

func (d *desk) output(r preview.Result, path string) string {
	d.t.Helper()
	i := slices.IndexFunc(r.Outputs, func(o preview.Output) bool { return o.Path == path })
	if i < 0 {
		return ""
	}
	data, err := r.Outputs[i].Data()
	if err != nil {
		d.t.Fatal(err)
	}
	return string(data)
}

func TestTheSiteStaysWhileItsConfigurationOrThemeCannotBeRead(t *testing.T) {
	const config = "name: Acme\nbase_url: https://x.example/team/\ntheme: own\nrules: {no-owner: off}\n"
	d := newDesk(t, "content/_index.md", "# Home\n", "handbook.yaml", config, "themes/own/styles/x.css", "a { color: red }\n")
	if r := d.builds(); r.BasePath != "/team/" || len(r.Messages) != 0 {
		t.Fatalf("at %q: %v", r.BasePath, r.Messages)
	}
	for _, broken := range []struct{ file, bad, good string }{
		{"handbook.yaml", "name: [Acme\n", config},
		{"handbook.yaml", "name: Acme\ntheme: nowhere\n", config},
		{"themes/own/404.html", "{{broken", "{{define \"main\"}}none{{end}}"},
	} {
		d.write(broken.file, broken.bad)
		r := d.builds(broken.file)
		if len(r.Messages) == 0 || r.BasePath != "/team/" || !strings.Contains(d.output(r, "index.html"), "Acme") {
			t.Errorf("%s: at %q, %d messages", broken.file, r.BasePath, len(r.Messages))
		}
		d.write(broken.file, broken.good)
		if r := d.builds(broken.file); len(r.Messages) != 0 {
			t.Errorf("%s mended: %v", broken.file, r.Messages)
		}
	}
}

func TestTheSiteStaysWhileItsFolderIsAway(t *testing.T) {
	d := newDesk(t, "content/_index.md", "# Home\n", "content/a.md", "# A\n", "handbook.yaml", "base_url: https://x.example/team/\nrules: {no-owner: off}\n")
	d.builds()
	for _, part := range []string{"content", ""} {
		if err := os.Rename(d.path(part), d.root+"-away"); err != nil {
			t.Fatal(err)
		}
		r := d.builds("content")
		if len(r.Messages) != 1 || r.BasePath != "/team/" || !strings.Contains(d.output(r, "a/index.html"), "<h1>A</h1>") {
			t.Errorf("without %q: at %q, %v", part, r.BasePath, r.Messages)
		}
		if err := os.Rename(d.root+"-away", d.path(part)); err != nil {
			t.Fatal(err)
		}
		if r := d.builds("content"); len(r.Messages) != 0 {
			t.Errorf("with %q again: %v", part, r.Messages)
		}
	}
}

func TestAPageThatCannotBeReadStaysAndItsOldWarningsGo(t *testing.T) {
	d := newDesk(t, "content/_index.md", "# Home\n", "content/a.md", "---\ntitle: A\n---\n[[nowhere]]\n", "handbook.yaml", "rules: {no-owner: off}\n")
	if r := d.builds(); len(r.Messages) != 1 {
		t.Fatal(r.Messages)
	}
	d.write("content/a.md", "---\ntitle: \"A\n---\n[[nowhere]]\n")
	r := d.builds("content/a.md")
	if len(r.Messages) != 1 || r.Messages[0].Rule != "invalid-frontmatter" {
		t.Errorf("%v", r.Messages)
	}
	if !strings.Contains(d.output(r, "a/index.html"), "nowhere") {
		t.Error("the page is gone")
	}
}

func TestWhoLedToADeletedPageIsKnown(t *testing.T) {
	d := newDesk(t, "content/_index.md", "# Home\n[[a]]\n", "content/a.md", "# A\n", "content/b.md", "# B\nSee [[a]].\n", "content/c.md", "# C\n")
	d.builds()
	if d.left("a/index.html") != nil {
		t.Error("a page that is there is told to be gone")
	}
	for _, name := range []string{"content/a.md", "content/c.md"} {
		if err := os.Remove(d.path(name)); err != nil {
			t.Fatal(err)
		}
	}
	d.builds("content/a.md", "content/c.md")
	d.builds() // and it stays known
	if got := fmt.Sprint(d.left("a/index.html").From); got != "[{B /b/} {Home /}]" {
		t.Errorf("a: %s", got)
	}
	if got := d.left("c/index.html"); got == nil || len(got.From) != 0 || got.Now.URL != "" {
		t.Errorf("c, to which nobody led: %v", got)
	}
	if d.left("never/index.html") != nil {
		t.Error("a page that never was is told to be gone")
	}
	d.write("content/a.md", "# A\n")
	d.builds("content/a.md")
	if d.left("a/index.html") != nil {
		t.Error("a page that came back is told to be gone")
	}
}

func TestWhereARenamedPageIsIsKnown(t *testing.T) {
	d := newDesk(t, "content/_index.md", "# Home\n[[a]]\n", "content/a.md", "# A\nThe same text.\n", "content/other.md", "# Other\nAnother text.\n")
	d.builds()
	if err := os.Rename(d.path("content/a.md"), d.path("content/b.md")); err != nil {
		t.Fatal(err)
	}
	d.builds("content/a.md", "content/b.md")
	if got := d.left("a/index.html"); got == nil || got.Now != (preview.Link{Title: "A", URL: "/b/"}) {
		t.Errorf("a: %+v", got)
	}
	if err := os.Rename(d.path("content/other.md"), d.path("content/else.md")); err != nil {
		t.Fatal(err)
	}
	d.write("content/else.md", "# Other\nA text of its own.\n")
	d.builds("content/other.md", "content/else.md")
	if got := d.left("other/index.html"); got == nil || got.Now.URL != "" {
		t.Errorf("one that was deleted while another was written: %+v", got)
	}
}

func TestTabsGoToTheOnePageThatIsWritten(t *testing.T) {
	d := newDesk(t, "content/_index.md", "# Home\n", "content/a.md", "# A\n", "content/b/README.md", "# B\n")
	d.follow = true
	for _, c := range []struct{ changed, want string }{
		{"", ""},
		{"content/a.md", "a/index.html"},
		{"content/b/README.md", "b/index.html"},
		{"content/a.md content/a.md~ content", "a/index.html"},
		{"content/a.md content/b/README.md", ""},
		{"handbook.yaml", ""},
		{"content/gone.md", ""},
	} {
		if got := d.builds(strings.Fields(c.changed)...).Edited; got != c.want {
			t.Errorf("after %q changed they go to %q, want %q", c.changed, got, c.want)
		}
	}
	d.follow = false
	if got := d.builds("content/a.md").Edited; got != "" {
		t.Errorf("nobody asked to go to %q", got)
	}
}

func TestAReviewInTheBrowserIsThatOfTheCommandLine(t *testing.T) {
	const ana = "---\ntitle: Ana\ntype: person\nemail: ana@example.com\n---\n"
	d := newDesk(t, "content/_index.md", "# Home\n", "content/a.md", "---\nreview_every: 30d\n---\nRead me.\n", "content/people/ana.md", ana)
	review := func(r preview.Result, file string) (string, error) {
		i := slices.IndexFunc(r.Outputs, func(o preview.Output) bool { return o.File == file })
		return r.Outputs[i].Review(t.Context())
	}
	git := func(args ...string) {
		cmd := exec.Command("git", args...)
		cmd.Dir = d.root
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_SYSTEM", os.DevNull)
	git("init", "-q")
	r := d.builds()
	if _, err := review(r, "content/a.md"); err == nil || !strings.Contains(err.Error(), "git knows no user.email") || !strings.Contains(err.Error(), "handbook review a --by NAME") {
		t.Errorf("nobody is known: %v", err)
	}
	git("config", "user.email", "bo@example.com")
	if _, err := review(r, "content/a.md"); err == nil || !strings.Contains(err.Error(), "bo@example.com") {
		t.Errorf("somebody without a page: %v", err)
	}
	git("config", "user.email", "ana@example.com")
	said, err := review(r, "content/a.md")
	if err != nil || !strings.HasPrefix(said, "Reviewed by ana; the next review is due on 22 December 2026. It is recorded in ") {
		t.Errorf("%q, %v", said, err)
	}
	records := d.path("content/_records/reviews.jsonl")
	clicked, err := os.ReadFile(records)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(records); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if status := run([]string{"review", "a", "-C", d.root, "--as-of", "2026-11-22"}, &out, &out); status != exitFine {
		t.Fatal(out.String())
	}
	if typed, err := os.ReadFile(records); err != nil || string(typed) != string(clicked) {
		t.Errorf("the browser records\n%s, the command\n%s (%v)", clicked, typed, err)
	}
	d.write("content/a.md", "---\ntitle: \"A\n---\nRead me.\n")
	if _, err := review(d.builds("content/a.md"), "content/a.md"); err == nil || !strings.Contains(err.Error(), "Mend it first") {
		t.Errorf("a page with an error: %v", err)
	}
}

// serveProcess starts the real command, and waits for a line that it writes.
func serveProcess(t *testing.T, args ...string) (p *exec.Cmd, until func(part string) string) {
	t.Helper()
	p, lines := startServe(t, args...)
	late := time.AfterFunc(2*time.Minute, func() { _ = p.Process.Kill() }) // a failure, not a part of the test
	t.Cleanup(func() { late.Stop() })
	return p, func(part string) string {
		t.Helper()
		return untilSaid(t, lines, part)
	}
}

func startServe(t *testing.T, args ...string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &exec.Cmd{Path: self, Args: append([]string{"handbook", "serve"}, args...), Env: append(os.Environ(), "VISUAL=")}
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill() })
	return p, bufio.NewScanner(out)
}

func untilSaid(t *testing.T, lines *bufio.Scanner, part string) string {
	t.Helper()
	for lines.Scan() {
		if strings.Contains(lines.Text(), part) {
			return lines.Text()
		}
	}
	t.Fatalf("it never says %q: %v", part, lines.Err())
	return ""
}

func TestServeTakesTheNextFreePortAndEndsWhenItIsToldTo(t *testing.T) {
	d := newDesk(t, "content/_index.md", "# Home\n")
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	p, until := serveProcess(t, "-C", d.root, "--addr", taken.Addr().String(), "--poll", "50ms")
	until(taken.Addr().String() + " is taken, so this is the next free port.")
	address := until("http://127.0.0.1:")
	until(" 1 page in ")
	r, err := http.Get(address + "_handbook/events")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close() // an open stream does not hold it up
	d.write("content/a.md", "[[nowhere]]\n")
	until("a.md: ")
	until(`no page "nowhere"`)
	if err := p.Process.Signal(os.Interrupt); err != nil {
		fixture.Elsewhere(t, err) // Windows has no such signal
	}
	if err := p.Wait(); err != nil {
		t.Errorf("after Ctrl-C: %v", err)
	}
}

func TestVerifyFailsWhenTheSessionIsStale(t *testing.T) {
	d := newDesk(t, "content/_index.md", "# Home\n", "content/a.md", "# A\n")
	var said []string
	v := &verifier{say: func(format string, a ...any) { said = append(said, fmt.Sprintf(format, a...)) }}
	d.check = v.check
	d.builds()
	other := newDesk(t, "content/_index.md", "# Home\n", "content/a.md", "# B\n")
	r, err := other.session.Build(t.Context(), other.job)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.check(t.Context(), d.job, other.session, r); err != nil {
		t.Fatal(err)
	}
	if got := v.summary(); got != "verify: 1 build the same as a clean build, 1 different" {
		t.Error(got)
	}
	if len(said) != 1 || !strings.Contains(said[0], " differs from a clean build: line ") {
		t.Errorf("%q", said)
	}
}

// TestVerifySkipsWhereALastGoodVersionStands breaks a page that has lost its address to another: its last good version is in
// no book, and is still what a message is about.
func TestVerifySkipsWhereALastGoodVersionStands(t *testing.T) {
	d := newDesk(t, "content/_index.md", "# Home\n", "content/specs.md", "---\ntitle: One\n---\n", "content/specs/README.md", "---\ntitle: Two\n---\n")
	v := &verifier{say: t.Logf}
	d.check = v.check
	d.builds()
	d.write("content/specs.md", "---\ntitle: \"One\n---\n")
	d.builds("content/specs.md")
	if v.same != 1 || v.skipped != 1 || v.differences != 0 {
		t.Errorf("%d builds are the same, %d are not compared and %d differ, want 1, 1 and none", v.same, v.skipped, v.differences)
	}
}
