package search

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"handbook/builder/memo"
	"handbook/builder/page"
	"handbook/builder/schema"
)

func site(texts ...string) []Page {
	parser := page.NewParser(schema.Default())
	var pages []Page
	for i := 0; i < len(texts); i += 2 {
		p, _ := parser.Parse("content/"+texts[i]+".md", texts[i]+".md", []byte(texts[i+1]))
		pages = append(pages, Page{URL: texts[i] + "/", Title: p.Title, Also: p.Meta.AlsoKnownAs, About: p.Meta.Description, Text: p, Type: "spec"})
	}
	return pages
}

func these(pages []Page) Pages {
	p := Pages{Make: func() []Page { return slices.Clone(pages) }}
	for i, page := range pages {
		p.URLs = append(p.URLs, page.URL)
		if page.Markdown == "" {
			p.Texts = append(p.Texts, i)
		}
		if page.Text != nil {
			p.Words += page.Text.Words
		}
	}
	return p
}

// all makes every file.
func all(t testing.TB, pages []Page, set *memo.Set) map[string]string {
	t.Helper()
	made := map[string]string{}
	for _, f := range Files(Site{Language: "en", Base: "/"}, these(pages), set) {
		data, err := f.Data()
		if err != nil {
			t.Fatal(err)
		}
		if _, twice := made[f.Path]; twice {
			t.Errorf("two files are called %s", f.Path)
		}
		made[f.Path] = string(data)
	}
	return made
}

var call = regexp.MustCompile(`(?s)^handbookSearch\("([^"]*)","[^"]*",(.*)\);\n$`)

// found reads the pieces: for each word the numbers of its pages with their levels.
func found(t testing.TB, made map[string]string) map[string][]hit {
	t.Helper()
	words := map[string][]hit{}
	last := ""
	for i := 0; ; i++ {
		text, ok := made[fmt.Sprintf("t%d.js", i)]
		if !ok {
			return words
		}
		m := call.FindStringSubmatch(text)
		var list []string
		if m == nil || json.Unmarshal([]byte(m[2]), &list) != nil {
			t.Fatalf("piece %d cannot be read: %s", i, text)
		}
		for k := 0; k < len(list); k += 2 {
			if list[k] <= last {
				t.Errorf("%q stands after %q", list[k], last)
			}
			last = list[k]
			words[last] = unpack(list[k+1])
		}
	}
}

func unpack(s string) []hit {
	at := 0
	number := func() int {
		n := 0
		for {
			d := strings.IndexByte(alphabet, s[at])
			at++
			if d < 64 {
				return n*64 + d
			}
			n = n*more + d - 64
		}
	}
	list := make([]hit, number())
	p := -1
	for i := range list {
		p += number() + 1
		list[i] = hit(p << 8)
	}
	for i := range list {
		list[i] |= hit(strings.IndexByte(alphabet, s[at+i]))
	}
	return list
}

func TestEveryWordIsFoundAtItsPages(t *testing.T) {
	made := all(t, site(
		"a", "---\ntitle: Alpha wolf\nalso_known_as: [Canis]\ndescription: Summary here.\n---\nBody wolf's den. <b>bo</b>ld\nwrapped\n\n## Heading\n\n`max_size` of 東京都\n",
		"b", "# Beta\n\nWolves and the den, the DEN: [a link](/a/ \"unseen\").\n",
	), nil)
	words := found(t, made)
	for word, want := range map[string]string{"alpha": "0", "canis": "0", "summary": "0", "wolf": "0", "wolves": "1", "den": "0 1", "bold": "0", "wrapped": "0",
		"heading": "0", "max": "0", "max_size": "0", "東京": "0", "京都": "0", "beta": "1", "link": "1", "unseen": "", "wolf's": "", "strong": "", ":type:spec": "0 1"} {
		var got []string
		for _, h := range words[word] {
			got = append(got, fmt.Sprint(h.page()))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q is on pages %q, want %q", word, got, want)
		}
	}
	level := func(word string) int { return words[word][0].level() }
	if !(level("alpha") > level("heading") && level("heading") > level("bold")) {
		t.Errorf("title %d, heading %d, text %d: want each to weigh more than the next", level("alpha"), level("heading"), level("bold"))
	}
}

// Two words that stand together in a title or heading, or with a hyphen anywhere, are one word too; so are the parts of a number.
func TestWordsThatAreWrittenAsOneAreFound(t *testing.T) {
	words := found(t, all(t, site(
		"a", "---\ntitle: Fast refunds\nalso_known_as: [Money back]\n---\nBring a check-in desk, 5.1.0 of it and v2.0; review_every day. Not these two.\n\n## Which are fast?\n",
		"b", "---\ntitle: 5.0.1\n---\n1.5, or 1.\n",
	), nil))
	for word, want := range map[string]int{"fastrefunds": 1, "moneyback": 1, "whichare": 1, "checkin": 1, "5.1.0": 1, "v2.0": 1, "5.0.1": 1, "1.5": 1, "review_every": 1,
		":=fast-refunds": 1, ":=money-back": 1, ":=5-0-1": 1, "thesetwo": 0, "1.": 0, "reviewevery": 0} {
		if got := len(words[word]); got != want {
			t.Errorf("%q is on %d pages, want %d", word, got, want)
		}
	}
}

// What a page is, whose it is and where it stands are words of it, weaker than any that it says.
func TestAPageIsFoundByItsKindOwnerAndPlace(t *testing.T) {
	pages := site("a", "# Alpha\n\ngamma\n", "b", "# Beta\n\nteam\n")
	pages[0].Label, pages[0].Owner, pages[0].In = "Team", "Ines Calder", []string{"How we work"}
	words := found(t, all(t, pages, nil))
	for _, word := range []string{"ines", "calder", "work"} {
		if len(words[word]) != 1 {
			t.Errorf("%q is on %d pages, want 1", word, len(words[word]))
		}
	}
	if team := words["team"]; len(team) != 2 || team[0].level() >= team[1].level() {
		t.Errorf("team is found as %v, want the page that says it before the one that is one", team)
	}
}

func TestNumbersAreReadAsTheyWereWritten(t *testing.T) {
	for _, n := range []int{0, 1, 63, 64, 100, 64 * 29, 64*30 - 1, 64 * 30, 100_000, 1 << 23} {
		list := []hit{hit(n<<8 | 7), hit((n+1)<<8 | 63)}
		if got := unpack(hits(list)); !slices.Equal(got, list) {
			t.Errorf("%v becomes %v", list, got)
		}
	}
	if strings.ContainsAny(alphabet, `"\`) || len(alphabet) != 64+more {
		t.Errorf("the alphabet cannot stand in a string: %s", alphabet)
	}
}

func TestTheSamePagesGiveTheSameBytes(t *testing.T) {
	var texts []string
	for i := range 200 {
		texts = append(texts, fmt.Sprintf("p%d", i), fmt.Sprintf("# Page %d\n\nword%d word%d common\n\n## Why %d?\n\nBecause.\n", i, i, i%7, i))
	}
	pages := site(texts...)
	want := all(t, pages, nil)
	memory := memo.NewSet()
	turned := slices.Clone(pages)
	slices.Reverse(turned)
	old := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(old)
	for name, got := range map[string]map[string]string{"again": all(t, pages, memory), "remembered": all(t, pages, memory), "in another order": all(t, turned, memory)} {
		for file, data := range want {
			if got[file] != data {
				t.Errorf("%s, %s is another", name, file)
			}
		}
	}
	// After edits a session with a memory gives what a new one gives.
	edited := site(append(slices.Clone(texts[4:]), "new", "# New\n\nfresh words\n", "p1", "# Other\n\nother\n")...)
	fresh, kept := all(t, edited, nil), all(t, edited, memory)
	for file, data := range fresh {
		if kept[file] != data {
			t.Errorf("after an edit %s is stale", file)
		}
	}
	if words := found(t, kept); words["word0"] == nil || words["fresh"] == nil || len(words["common"]) != 198 {
		t.Errorf("after an edit %d pages have a word that 198 have", len(words["common"]))
	}
}

func TestNothingIsReadBeforeSomebodyAsks(t *testing.T) {
	set := memo.NewSet()
	files := Files(Site{}, these(site("a", "# A\n\ntext\n")), set)
	for _, f := range files {
		f.Key()
	}
	if set.Counts()[saids.Name].Asked > 0 {
		t.Error("the keys of the files took the words of the pages")
	}
}

func TestWhatWillBeDueFirstComesLast(t *testing.T) {
	day := func(month int) schema.Date { return schema.Date{Year: 2027, Month: month, Day: 1} }
	pages := numbered([]Page{
		{URL: "draft", Draft: true}, {URL: "never", State: "unreviewed"}, {URL: "soon", State: "overdue", Next: day(1)}, {URL: "late", State: "fresh", Next: day(9)},
		{URL: "changed", State: "changed", Next: day(9)}, {URL: "suspect", State: "suspect", Next: day(9)}, {URL: "exempt", State: "exempt"},
	})
	var got []string
	for _, p := range pages {
		got = append(got, p.URL)
	}
	if want := "exempt late soon changed suspect never draft"; strings.Join(got, " ") != want {
		t.Errorf("the order is %v, want %s", got, want)
	}
}

func BenchmarkIndex(b *testing.B) {
	var texts []string
	for i := range 1000 {
		texts = append(texts, fmt.Sprintf("p%d", i), fmt.Sprintf("# Page %d\n\n%s\n", i, strings.Repeat(fmt.Sprintf("Some words of page %d and word%d. ", i, i%97), 100)))
	}
	pages := site(texts...)
	for b.Loop() {
		all(b, pages, nil)
	}
}

func TestWhatALanguageElidesIsNoWord(t *testing.T) {
	for _, test := range []struct{ language, text, want string }{
		{"fr", "Chaque lundi l'équipe parle jusqu’à l’aube. L'Alerte qu'on n'a pas d'hier", "chaque lundi equipe parle a aube alerte on a pas hier"},
		{"fr", "aujourd'hui quelqu'un presqu'île l' 'l l'東京", "aujourdhui quelquun presquile l l 東京"},
		{"it", "dell’organizzazione un'idea all'alba nell'anno sull'acqua quest'anno", "organizzazione idea alba anno acqua anno"},
		{"ca", "l'equip d'aquí n'hi", "equip aqui hi"},
		{"en", "don't o'clock l'équipe wolf's", "dont oclock lequipe wolf"},
		{"", "d'accord", "daccord"},
	} {
		var got []string
		words([]byte(test.text), elides(test.language), func(raw []byte, _ bool) { got = append(got, fold(string(raw))) })
		if s := strings.Join(got, " "); s != test.want {
			t.Errorf("%s: the words of %q are %q, want %q", test.language, test.text, s, test.want)
		}
	}
	for language := range elided {
		for word := range elides(language) {
			if len(word) > longestElided || fold(word) != word {
				t.Errorf("%s: %q is never found", language, word)
			}
		}
	}
}

// FuzzWords holds words to what the search in the browser counts on: every word is part of the text, and folding a folded
// word changes nothing.
func FuzzWords(f *testing.F) {
	for _, s := range []string{"customer's résumé", "review_every", "東京の案内 データ", "'' a' 'b", "환불은", "ไทย ภาษา", "\xff\xfe a", "İstanbul ΟΔΟΣ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		check := func(raw []byte, folded bool) {
			if len(raw) == 0 || !strings.Contains(s, string(raw)) {
				t.Errorf("%q has no word %q", s, raw)
			}
			if w := fold(string(raw)); fold(w) != w {
				t.Errorf("%q folds to %q and that to %q", raw, w, fold(w))
			} else if folded && short(string(raw)) != w {
				t.Errorf("%q is folded already, and folds to %q", raw, w)
			}
		}
		words([]byte(s), nil, check)
		words([]byte(s), elides("it"), check)
	})
}

func TestStartsOfPiecesAreWrittenShort(t *testing.T) {
	for _, test := range []struct {
		list []string
		want string
	}{
		{[]string{""}, "A"},
		{[]string{"", "calendara", "calendarn", "calibrationkey_", "é", "étude"}, "AAcalendaraInDibrationkey_AéAétude"},
		{[]string{"", strings.Repeat("a", 40), strings.Repeat("a", 41)}, "AA" + strings.Repeat("a", 40) + "Z" + strings.Repeat("a", 16)},
	} {
		if got := packed(test.list); got != test.want {
			t.Errorf("%q is written %q, want %q", test.list, got, test.want)
		}
	}
}

// TestAWordThatIsTypedChangesItsOwnFiles holds the index to what makes a merge cheap: files that count pages and divide words as
// before stay as they were.
func TestAWordThatIsTypedChangesItsOwnFiles(t *testing.T) {
	var texts []string
	for i := range 400 {
		texts = append(texts, fmt.Sprintf("p%d", i), fmt.Sprintf("# Page %d\n\nword%d word%d common%s\n", i, i, i%7, strings.Repeat(fmt.Sprintf(" filler%d", i), 100)))
	}
	edited := slices.Clone(texts)
	edited[1] += "\nword17 common\n"
	before, after := all(t, site(texts...), nil), all(t, site(edited...), nil)
	var changed []string
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if before[name] != after[name] {
			changed = append(changed, name[:1])
		}
	}
	if got := strings.Join(changed, ""); got != "itx" {
		t.Errorf("files of the kinds %s change, want the list, a piece of words and the page's text", got)
	}
	edited[1] += "\naardvark\n"
	new, pieces, moved := all(t, site(edited...), nil), 0, 0
	for name := range new {
		if name[0] == 't' {
			pieces++
			if new[name] != after[name] {
				moved++
			}
		}
	}
	if pieces < 5 || moved > 2 {
		t.Errorf("a new word changes %d of %d pieces", moved, pieces)
	}
}
