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
	files, s := small(), NewSession()
	files["content/_index.md"] += "\n## Goals\n\nSee [below](#goals), ![[refunds]] and ![[checkout]].\n"
	files["content/specs/b.md"] = "---\nreviewed: 2026-11-01\nreview_every: 90d\n---\nIt *says* [what](checkout.md) it does.\n\n## Ends\n\nHere, see [[b#Ends]].\n"
	first := checkSame(t, s, memory(files))
	for _, id := range []string{"specs/checkout", "specs/b"} {
		n, _ := first.Book.Lookup(id)
		record := first.Review(n, "ana", schema.Date{Year: 2026, Month: 11, Day: 2}, "")
		files["content/_records/reviews.jsonl"] += fmt.Sprintf(`{"page":%q,"date":"2026-11-02","by":"ana","text":"%016x"}`+"\n", id, uint64(record.Text))
	}
	checkSame(t, s, memory(files))
	start := maps.Clone(files)
	var names []string
	for name := range files {
		if strings.HasSuffix(name, ".md") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	early, late := 0, 0
	for range 300 {
		name := names[random.IntN(len(names))]
		files[name] = anotherText(random, files[name], start[name])
		o, now := s.Early(memory(files), strings.TrimPrefix(name, "content/"))
		var got []byte
		if now != nil {
			var err error
			if got, err = s.Render(o); err != nil {
				t.Fatal(err)
			}
		}
		rendered := s.Rendered()
		r, err := s.Build(t.Context(), memory(files))
		if err != nil {
			t.Fatal(err)
		}
		if now == nil {
			late++
			continue
		}
		early++
		at := slices.IndexFunc(r.Outputs, func(made render.Output) bool { return made.Path == o.Path })
		if at < 0 {
			t.Fatalf("%s is no output of the build", o.Path)
		}
		want, err := r.Outputs[at].Data()
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Fatalf("early, %s is\n%s\nand in the end\n%s\nwith the text\n%s", o.Path, got, want, files[name])
		}
		if _, err := s.Render(r.Outputs[at]); err != nil || s.Rendered() != rendered {
			t.Errorf("%s is rendered again by the build", o.Path)
		}
	}
	if early < 40 || late < 40 {
		t.Errorf("%d edits were shown early and %d not, so one of the two is not tested", early, late)
	}
}

// anotherText edits a text as people do: most edits are to the words alone.
func anotherText(random *rand.Rand, text, first string) string {
	word := "See"
	if words := strings.Fields(text); len(words) > 0 {
		word = words[random.IntN(len(words))]
	}
	switch random.IntN(9) {
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
		return strings.Replace(text, "title: ", fmt.Sprintf("title: %d ", random.IntN(9)), 1)
	}
	return strings.Replace(text, "\n\n", fmt.Sprintf("\n\nBetween %d.\n\n", random.IntN(9)), 1)
}
