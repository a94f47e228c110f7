package builder

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"handbook/builder/diag"
	"handbook/builder/fixture"
	"handbook/builder/render"
	"handbook/builder/schema"
)

// small is a site with every kind of reference between its pages.
func small() map[string]string {
	return map[string]string{
		"content/_index.md":          "---\ntitle: Home\nowner: ana\n---\nSee [checkout](specs/checkout.md#rollout), [[refunds]] and ![[checkout#Goals]].\n",
		"content/specs/_index.md":    "---\ntitle: Specs\ncascade: {owner: payments, review_every: 90d}\n---\n",
		"content/specs/checkout.md":  "---\ntitle: Checkout\nreviewed: 2026-10-01\ntags: [money, web]\naliases: [/pay/]\n---\n## Goals\n\nFast.\n\n## Rollout\n\nSlowly, see [refunds](refunds.md).\n",
		"content/specs/refunds.md":   "---\ntitle: Refunds\ntags: [money]\nrelated: [checkout]\n---\n```go\nfunc main() {}\n```\n",
		"content/people/ana.md":      "---\ntitle: Ana\nowner: ana\n---\n",
		"content/teams/payments.md":  "---\ntitle: Payments\nowner: payments\n---\n",
		"content/specs/flow.svg":     "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
		"content/guides/empty.md":    "",
		"content/guides/a/b/deep.md": "[up](../../../_index.md)\n",
	}
}

// checkSame compares the session's build with one from nothing: law 1.
func checkSame(t testing.TB, s *Session, job Job) Result {
	t.Helper()
	return checkSameAs(t, s, NewSession(), job)
}

func checkSameAs(t testing.TB, s, new *Session, job Job) Result {
	t.Helper()
	kept, err := s.Build(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := new.Build(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fixture.Lines(kept.Messages), fixture.Lines(fresh.Messages); got != want {
		t.Errorf("the session says\n%sa new one\n%s", got, want)
	}
	if got, want := pathsOf(kept), pathsOf(fresh); !slices.Equal(got, want) {
		t.Fatalf("the session has %v, a new one %v", got, want)
	}
	for i, o := range kept.Outputs {
		got, err := s.Render(o)
		if err != nil {
			t.Fatal(err)
		}
		want, err := fresh.Outputs[i].Data()
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("%s is stale:\n%s\nwant\n%s", o.Path, got, want)
		}
	}
	return kept
}

// changed lists the outputs that a build has and another does not, or made of something else.
func changed(t testing.TB, old, new Result) []string {
	t.Helper()
	before, err := old.Keys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, o := range new.Outputs {
		if key, ok := before[o.Path]; !ok || key != o.Key() {
			list = append(list, o.Path)
		}
	}
	return list
}

func TestANewBuildOfTheSameDoesNothing(t *testing.T) {
	s := NewSession()
	first := checkSame(t, s, memory(small()))
	before := s.Rendered()
	r := checkSame(t, s, memory(small()))
	if list := changed(t, first, r); r.Work.Parsed != 0 || len(list) != 0 || s.Rendered() != before {
		t.Errorf("parsed %d pages, changed %v, rendered %d, want none", r.Work.Parsed, list, s.Rendered()-before)
	}
}

// TestOnlyWhatIsAskedForIsMade counts views: a build makes none, and asking for one page makes that page's alone.
func TestOnlyWhatIsAskedForIsMade(t *testing.T) {
	s := NewSession()
	r, err := s.Build(t.Context(), memory(small()))
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(r.Outputs, func(o render.Output) bool { return o.Path == "specs/checkout/index.html" })
	if _, err := s.Render(r.Outputs[i]); err != nil {
		t.Fatal(err)
	}
	made := 0
	for _, o := range r.Outputs {
		if o.Made() && !o.Asset {
			made++
		}
	}
	if made != 1 || s.Rendered() != 1 {
		t.Errorf("made %d views and rendered %d outputs of %d, want one", made, s.Rendered(), len(r.Outputs))
	}
}

// TestWhatWasRenderedIsForgottenInTime holds the memory of a session to its bound.
func TestWhatWasRenderedIsForgottenInTime(t *testing.T) {
	var r rendered
	page := make([]byte, maxRendered/4)
	for _, path := range []string{"a", "b", "c", "a", "d"} {
		r.keep(entry{path: path, key: 1, data: page})
	}
	r.find("b", 1)
	r.keep(entry{path: "e", key: 1, data: page})
	for path, want := range map[string]bool{"a": true, "b": true, "c": false, "d": true, "e": true} {
		if _, ok := r.find(path, 1); ok != want {
			t.Errorf("%s is remembered: %v, want %v", path, ok, want)
		}
	}
	if _, ok := r.find("e", 2); ok {
		t.Error("what is made of something else is taken for the same")
	}
	if r.size != maxRendered || len(r.pages) != 4 || r.order.Len() != 4 {
		t.Errorf("%d bytes in %d entries, %d in order", r.size, len(r.pages), r.order.Len())
	}
	r.keep(entry{path: "huge", data: make([]byte, 2*maxRendered)})
	if _, ok := r.find("huge", 0); !ok || r.order.Len() != 1 {
		t.Errorf("an output larger than the bound leaves %d entries", r.order.Len())
	}
}

func TestATextEditDoesWhatItMustAndNoMore(t *testing.T) {
	s := NewSession()
	first := checkSame(t, s, memory(small()))
	edited := small()
	edited["content/specs/checkout.md"] += "\nOne more sentence.\n"
	r := checkSame(t, s, memory(edited))
	if r.Work.Parsed != 1 {
		t.Errorf("parsed %d pages, want 1", r.Work.Parsed)
	}
	var pages []string
	for _, path := range changed(t, first, r) { // what is made of the whole handbook is not rendered until somebody asks for it
		if strings.HasSuffix(path, ".html") && !strings.HasSuffix(path, "print/index.html") {
			pages = append(pages, path)
		}
	}
	if len(pages) != 1 || pages[0] != "specs/checkout/index.html" {
		t.Errorf("%v changed, want the page alone", pages)
	}
}

func TestADateThatPassesChangesOnlyWhatShowsIt(t *testing.T) {
	s := NewSession()
	job := memory(small())
	first := checkSame(t, s, job)
	job.Today = schema.Date{Year: 2027, Month: 3, Day: 1}
	r := checkSame(t, s, job)
	if list := changed(t, first, r); r.Work.Parsed != 0 || len(list) == 0 || len(list) == len(r.Outputs) {
		t.Errorf("parsed %d, changed %d of %d outputs", r.Work.Parsed, len(list), len(r.Outputs))
	}
}

// FuzzEdits holds the session to law 1 after each of a sequence of edits.
func FuzzEdits(f *testing.F) {
	if testing.Short() {
		f.Skip("short: TestRandomEdits has sequences enough")
	}
	f.Add([]byte{0, 1, 1, 2, 2, 3, 3, 4, 4, 0, 5, 0, 6, 1})
	f.Add([]byte{1, 0, 1, 1, 1, 2, 1, 3, 1, 4, 1, 5, 1, 6, 1, 7})
	f.Add([]byte{2, 0, 2, 0, 2, 0, 2, 0, 2, 0, 2, 0, 2, 0})
	f.Add([]byte{3, 2, 3, 4, 3, 1, 6, 200, 4, 3, 5, 1})
	f.Add([]byte{7, 0, 7, 1, 0, 9, 7, 0, 7, 2, 7, 3, 7, 2, 7, 4})
	f.Fuzz(func(t *testing.T, edits []byte) { checkEdits(t, edits) })
}

// TestRandomEdits does the same for sequences that are always the same ones.
func TestRandomEdits(t *testing.T) {
	seeds := uint64(12)
	if testing.Short() {
		seeds = 2
	}
	for seed := range seeds {
		random := rand.New(rand.NewPCG(seed, 0))
		edits := make([]byte, 16)
		for i := range edits {
			edits[i] = byte(random.UintN(256))
		}
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			checkEdits(t, edits)
			if t.Failed() {
				t.Errorf("the edits are %v", edits)
			}
		})
	}
}

// checkEdits applies edits to the small site and compares builds in one session with builds from nothing.
func checkEdits(t *testing.T, edits []byte) {
	s := NewSession()
	eachEdit(edits, func(job Job, fresh *Session) { checkSameAs(t, s, fresh, job) })
}

// eachEdit applies edits to the small site, one a pair of bytes: add, change, delete, rename, a configuration edit, a theme edit,
// a date that passes. After each there is a job, and a session that remembers nothing.
func eachEdit(edits []byte, do func(job Job, fresh *Session)) {
	bodies := []string{
		"", "# Only a heading\n", "---\ntitle: Checkout\n---\n## Goals\n", "---\ntitle: \"unclosed\n---\n", "![[_index]]\n", "---\nslug: refunds\n---\n",
		"[[checkout]] [[refunds#Nothing]] [x](../pay/) [y](checkout.md)\n", "---\ndraft: true\n---\n", "---\ncascade: {owner: nobody}\naliases: [/checkout/, /pay/]\n---\n",
		"---\ntype: product\npm: ana\nsupersedes: [checkout, refunds]\n---\n", "---\ntype: spec\nproduct: [new]\nstatus: shiped\nneeds: nobody\n---\n## Problem\n",
		"---\ntype: beta-report\nspec: checkout\nreviewed: 2026-11-01\nfindings: [{id: A, owner: ana, link: refunds#goals}, x]\n---\n",
		"---\ntype: term\ntitle: Goals\nalso_known_as: [text, refunds]\ndescription: What we want.\ndepartment: sales\n---\n", "---\ntype: term\ntitle: Goals\n---\nOther goals.\n",
		"---\ntype: faq\nproduct: checkout\n---\n## Text of goals?\n\n### Why?\n\nThe goals.\n", "---\nglossary: off\nacknowledge: {by: [ana, payments, nobody], until: 2026-11-25}\n---\nText of goals.\n",
		"---\ntype: proposal\nstatus: open\nchanges: [checkout#goals, refunds]\ndecide_by: 2026-11-24\n---\n", "---\ncompare: [checkout, refunds]\ncascade: {glossary: off, acknowledge: ana}\n---\nText of goals.\n",
		`{"page":"specs/checkout","date":"2026-11-20","by":"ana","text":"0000000000000001"}` + "\n",
		"---\nowner: payments\ntags: [Money, WEB, new]\nweight: 1\n---\n![a](flow.svg)\n", "\xff\x00", "---\nreviewed: 2026-11-21\nreview_every: 7d\ndepends_on: [checkout#goals]\n---\n",
	}
	names := []string{"content/specs/checkout.md", "content/_index.md", "content/specs/_index.md", "content/specs/new.md", "content/specs/README.md", "content/Specs/checkout.md", "content/people/ana.md", "content/specs.md", "content/_records/reviews.jsonl", "content/_records/acknowledgements.jsonl"}
	files, day := small(), today
	for i := 0; i+1 < min(len(edits), 16); i += 2 {
		n := int(edits[i+1])
		sorted := slices.Sorted(maps.Keys(files))
		fresh := dressed()
		if len(sorted) == 0 {
			return
		}
		switch edits[i] % 8 {
		case 0:
			files[names[n%len(names)]] = bodies[n/len(names)%len(bodies)]
		case 1:
			files[sorted[n%len(sorted)]] = bodies[n%len(bodies)]
		case 2:
			delete(files, sorted[n%len(sorted)])
		case 3:
			from, to := sorted[n%len(sorted)], names[n%len(names)]
			text := files[from]
			delete(files, from)
			files[to] = text
		case 4:
			files["handbook.yaml"] = []string{"name: Acme\n", "theme: acme\n", "review: {every: 7d}\n", "nonsense", "base_url: https://x.example/y/\n", "presets: []\n",
				"types: {spec: {fields: {product: false, twin: {to: spec, back: Twin of, carries: true}}}}\nfields: {cost: number}\n"}[n%7]
			fresh = NewSession()
		case 5:
			files["themes/acme/404.html"] = []string{"{{define \"main\"}}gone{{end}}", "{{broken", ""}[n%3]
			fresh = NewSession()
		case 6:
			day = day.AddDays(n)
		case 7:
			name := []string{"mkdocs.yml", "content/specs/.pages", "docusaurus.config.js", "content/specs/_category_.json", "content/SUMMARY.md"}[n%5]
			if files[name] != "" {
				delete(files, name)
				break
			}
			files[name] = []string{"docs_dir: content\nnav:\n- A part:\n  - specs/refunds.md\n  - https://example.com\n- specs/checkout.md\n- gone.md\n", "title: Other\nnav: [refunds.md, ..., '..']\n",
				"baseUrl: '/x/',\npath: 'content',\n", `{"label": "L", "position": 3}`, "- [R](specs/refunds.md)\n  - [C](specs/checkout.md)\n"}[n%5]
		}
		job := memory(files)
		job.Today = day
		do(job, fresh)
	}
}

func TestTheSameInputGivesTheSameBytes(t *testing.T) {
	onDisk := func() Job {
		dir := t.TempDir()
		for name, text := range small() {
			path := filepath.Join(dir, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return Job{Root: dir, Content: filepath.Join(dir, "content"), Today: today}
	}
	want := ""
	for _, processors := range []int{1, 2, 8} {
		old := runtime.GOMAXPROCS(processors)
		s := NewSession()
		if processors > 1 {
			s.Sparing()
		}
		r, err := s.Build(t.Context(), onDisk())
		runtime.GOMAXPROCS(old)
		if err != nil {
			t.Fatal(err)
		}
		out := bytesOf(t, r)
		var all strings.Builder
		for _, p := range slices.Sorted(maps.Keys(out)) {
			fmt.Fprintf(&all, "%s\n%s\n", p, out[p])
		}
		all.WriteString(fixture.Lines(r.Messages))
		if want == "" {
			want = all.String()
		} else if all.String() != want {
			t.Errorf("with %d processors, in another folder and by a session that is sparing the bytes differ", processors)
		}
	}
}

// TestABusyMachineGivesTheSameBytes builds several times at once, with far more that wants to run beside them than there
// are processors: each build stands still for longer than any patience that a clock could measure.
func TestABusyMachineGivesTheSameBytes(t *testing.T) {
	var code strings.Builder
	for i, language := range []string{"yaml", "go", "json", "bash", "html", "toml", "sql", "css"} {
		fmt.Fprintf(&code, "## %s\n\n```%s\n", language, language)
		for line := range 150 {
			fmt.Fprintf(&code, "key%d: \"a string of $VALUE, %d\" # <b class='x'>and more</b> { \"a\": [1, null] } (%d)\n", line, i, line*i)
		}
		code.WriteString("```\n\n")
	}
	files := map[string]string{"content/code.md": code.String()}
	all := func() string {
		r, err := dressed().Build(t.Context(), memory(files))
		if err != nil {
			t.Error(err)
			return ""
		}
		b := strings.Builder{}
		b.WriteString(fixture.Lines(r.Messages))
		for _, o := range r.Outputs {
			if o.Path != "code/index.html" {
				continue
			}
			data, err := o.Data()
			if err != nil {
				t.Error(err)
			}
			fmt.Fprintf(&b, "%s\n%s\n", o.Path, data)
		}
		return b.String()
	}
	want := all()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var done atomic.Bool
	var busy, builds sync.WaitGroup
	for range 40 {
		busy.Go(func() {
			for !done.Load() {
			}
		})
	}
	for range 2 {
		builds.Go(func() {
			if got := all(); got != want {
				t.Error("the bytes differ from those of a quiet machine")
			}
		})
	}
	builds.Wait()
	done.Store(true)
	busy.Wait()
}

// TestEmbedsDoNotFillTheDisk holds what one large page can become in those that show it.
func TestEmbedsDoNotFillTheDisk(t *testing.T) {
	files := map[string]string{"content/_index.md": "# Home\n", "content/large.md": strings.Repeat("A line of a large page.\n\n", 30_000), "content/half.md": strings.Repeat("Half of it.\n\n", 15_000)}
	for i := range 20 {
		files[fmt.Sprintf("content/shows-%d.md", i)] = "![[large]]\n"
	}
	files["content/twice.md"] = "![[half]]\n\n![[half]]\n\nBehind.\n"
	r := build(t, files)
	told := 0
	for _, m := range r.Messages {
		if m.Rule == diag.EmbedCycle {
			told++
		}
	}
	out := bytesOf(t, r)
	if told != 21 || len(out["shows-3/index.html"]) > 100<<10 {
		t.Errorf("%d embeds are told of, a page that shows the large one has %d bytes", told, len(out["shows-3/index.html"]))
	}
	if n := strings.Count(out["twice/index.html"], "Half of it."); n < 15_000 || n > 16_000 {
		t.Errorf("a page that shows half of it twice has it %d times", n)
	}
}
