package builder

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"handbook/builder/render"
	"handbook/builder/schema"
)

// TestAnEarlyPageIsThePageOfTheBuild holds pages that are shown before a build is done to what that build makes of them,
// for random edits of every kind of page.
func TestAnEarlyPageIsThePageOfTheBuild(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 9))
	files, s := varied(), NewSession()
	first := checkSame(t, s, memory(files))
	for _, id := range []string{"specs/checkout", "specs/b", "specs/late"} {
		n, _ := first.Book.Lookup(id)
		files["content/_records/reviews.jsonl"] += string(first.Review(n, "ana", schema.Date{Year: 2026, Month: 11, Day: 2}, "").Line())
	}
	checkSame(t, s, memory(files))
	e := earlier{t: t, session: s, start: maps.Clone(files)}
	edit := func(name, text string) {
		files[name] = text
		e.step(memory(files), name)
	}
	for _, name := range pages(files) {
		for way := range ways {
			edit(name, anotherText(random, way, files[name], ""))
			edit(name, e.start[name])
		}
	}
	for range 100 {
		name := pick(random, files)
		edit(name, anotherText(random, random.IntN(ways), files[name], e.start[name]))
	}
	if e.early < 150 || e.late < 40 {
		t.Errorf("%d edits were shown early and %d not, so one of the two is not tested", e.early, e.late)
	}
}

// TestAnEarlyPageKnowsItsHistory does the same in a repository, where commits and reviews come in between.
func TestAnEarlyPageKnowsItsHistory(t *testing.T) {
	r, random, s := newRepo(t), rand.New(rand.NewPCG(2, 3)), NewSession()
	files := varied()
	for name, text := range files {
		r.write("docs/"+name, text)
	}
	r.commit("2026-10-20", "Ana")
	job := r.job()
	if _, err := s.Build(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	e := earlier{t: t, session: s, start: maps.Clone(files)}
	for i := range 80 {
		switch {
		case i%12 == 11:
			r.commit(fmt.Sprintf("2026-11-%02d", 1+i/12), "Ana")
		case i%20 == 9:
			page := []string{"specs/checkout", "specs/b", "specs/late", "faqs/pay"}[i/20%4]
			name := "content/" + page + ".md"
			files[name] = e.start[name] // which can be read
			r.write("docs/"+name, files[name])
			r.record(s, page, schema.Date{Year: 2026, Month: 11, Day: 2 + i/12})
		}
		if _, err := s.Build(t.Context(), job); err != nil {
			t.Fatal(err)
		}
		name := pick(random, files)
		files[name] = anotherText(random, random.IntN(ways), files[name], e.start[name])
		r.write("docs/"+name, files[name])
		e.step(job, name)
	}
	if e.early < 30 || e.late < 10 {
		t.Errorf("%d edits were shown early and %d not, so one of the two is not tested", e.early, e.late)
	}
}

// varied is small with what depends on texts, titles and headings in some other way.
func varied() map[string]string {
	files := small()
	files["content/_index.md"] += "\n## Goals\n\nSee [below](#goals), ![[refunds]] and ![[checkout]].\n"
	files["content/specs/b.md"] = "---\nreviewed: 2026-11-01\nreview_every: 90d\n---\nIt *says* [what](checkout.md) it does.\n\n## Ends\n\nHere, see [[b#Ends]].\n"
	files["content/specs/late.md"] = "---\ntitle: Late\nreview_every: 30d\ndepends_on: ['b', 'checkout#goals']\n---\nA refund takes a day, see [b](b.md).\n"
	files["content/specs/self.md"] = "---\ntitle: Self\n---\n![[self#Part]]\n\nA refund.\n\n## Part\n\nIt shows itself.\n"
	files["content/terms/refund.md"] = "---\ntitle: Refund\ntype: term\n---\nMoney that goes back.\n"
	files["content/terms/chargeback.md"] = "---\ntitle: Chargeback\ntype: term\n---\nA refund that a bank asks for.\n"
	files["content/terms/settlement.md"] = "---\ntitle: Settlement\ntype: term\n---\nMoney that comes in, without any chargeback or refund.\n"
	files["content/faqs/pay.md"] = "---\ntitle: Paying\ntype: faq\nreviewed: 2026-11-01\nreview_every: 90d\n---\nTwo questions.\n\n## Why?\n\nFor a refund.\n\n## When?\n"
	files["content/faqs/none.md"] = "---\ntitle: Nothing asked\ntype: faq\n---\nNo questions yet.\n\n## Later\n\nSome.\n"
	files["content/guides/list.md"] = "---\ntitle: List\n---\nAll of them.\n\n```handbook\nfrom: page\n```\n"
	files["content/guides/words.md"] = "---\ntitle: By words\n---\nThe shortest first.\n\n```handbook\nfrom: page\ncolumns: [title, words]\nsort: words\n```\n"
	files["handbook.yaml"] = "types:\n  note:\n    label: Note\n    views:\n      - |\n        from: note\n        columns: [title, words]\n"
	files["content/guides/note.md"] = "---\ntitle: Note\ntype: note\n---\nIts type shows how long it is.\n"
	files["content/people/bo.md"] = "---\ntitle: Bo\ntype: person\n---\nBo answers.\n"
	files["content/guides/bos.md"] = "---\ntitle: Of Bo\nowner: people/bo\ntags: [money]\n---\nSome words, and [another](empty.md).\n"
	return files
}

func pick(random *rand.Rand, files map[string]string) string {
	names := pages(files)
	return names[random.IntN(len(names))]
}

func pages(files map[string]string) []string {
	var names []string
	for name := range files {
		if strings.HasSuffix(name, ".md") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// earlier counts the edits that were shown before they were built.
type earlier struct {
	t           *testing.T
	session     *Session
	start       map[string]string // the texts at first
	early, late int
}

// step asks for the page of a file that was edited, builds, and compares the two.
func (e *earlier) step(job Job, name string) {
	t, s := e.t, e.session
	t.Helper()
	o, now := s.Early(job, strings.TrimPrefix(name, "content/"))
	var got []byte
	if now != nil {
		var err error
		if got, err = s.Render(o); err != nil {
			t.Fatal(err)
		}
	}
	rendered := s.Rendered()
	r, err := s.Build(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	if now == nil {
		e.late++
		return
	}
	e.early++
	at := slices.IndexFunc(r.Outputs, func(made render.Output) bool { return made.Path == o.Path })
	if at < 0 {
		t.Fatalf("%s is no output of the build", o.Path)
	}
	want, err := r.Outputs[at].Data()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Split(string(got), "\n"), strings.Split(string(want), "\n"); !slices.Equal(got, want) {
		i := 0
		for i < min(len(got), len(want))-1 && got[i] == want[i] {
			i++
		}
		t.Fatalf("early, %s has in line %d\n%s\nand in the end\n%s", o.Path, i+1, got[i], want[i])
	}
	if _, err := s.Render(r.Outputs[at]); err != nil || s.Rendered() != rendered {
		t.Errorf("%s is rendered again by the build", o.Path)
	}
}

const ways = 10 // in which anotherText edits

// anotherText edits a text as people do: most edits are to the words alone.
func anotherText(random *rand.Rand, way int, text, first string) string {
	word := "See"
	if words := strings.Fields(text); len(words) > 0 {
		word = words[random.IntN(len(words))]
	}
	switch way {
	case 0, 1:
		return text + fmt.Sprintf("\nOne more, %d.\n", random.IntN(9))
	case 2:
		return strings.Replace(text, word, word+"s", 1)
	case 3:
		return strings.Replace(text, word, "", 1)
	case 4:
		return first
	case 5:
		return text + "\n\n## Ends\n"
	case 6:
		return text + "\n[more](../_index.md) ![[b]]\n"
	case 7:
		return strings.Replace(text, "title: ", fmt.Sprintf("title: %c", 'A'+random.IntN(26)), 1)
	case 8:
		return strings.Replace(text, "---\n", fmt.Sprintf("---\ndescription: In short %d\n", random.IntN(9)), 1)
	}
	return strings.Replace(text, "\n\n", fmt.Sprintf("\n\nBetween %d.\n\n", random.IntN(9)), 1)
}
