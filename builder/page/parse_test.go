package page

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"handbook/builder/diag"
	"handbook/builder/schema"
)

func parse(t *testing.T, data string) (*Page, diag.List) {
	t.Helper()
	p, msgs := Parse("content/x.md", "x.md", []byte(data), schema.Default())
	if err := lawful(p, msgs, []byte(data)); err != nil {
		t.Error(err)
	}
	return p, msgs
}

// The same page in other bytes is the same page, and its places count the bytes of the file.
func TestBytes(t *testing.T) {
	const text = "---\ntitle: Größe\n---\n\nOne [a](b.md)\ntwo.\n\n```\ncode\n```\n\n## Three\n"
	want, _ := parse(t, text)
	variants := map[string]string{
		"byte order mark": "\uFEFF" + text,
		"CRLF":            strings.ReplaceAll(text, "\n", "\r\n"),
		"lone CR":         strings.ReplaceAll(text, "\n", "\r"),
		"all of it":       "\uFEFF" + strings.Replace(strings.ReplaceAll(text, "\n", "\r\n"), "One", "One", 1),
	}
	for name, data := range variants {
		got, msgs := parse(t, data)
		if got.Body().HTML != want.Body().HTML || got.Title != "Größe" || len(msgs) > 0 || got.Sections[1].Fingerprint != want.Sections[1].Fingerprint {
			t.Errorf("%s: %q, %v\n%s", name, got.Title, msgs, got.Body().HTML)
		}
		if at := got.At(got.Links[0].At); data[at.Start:at.End] != "b.md" {
			t.Errorf("%s: the link is placed at %q", name, data[at.Start:at.End])
		}
		if at := got.Place("title"); data[at.Start:at.End] != "Größe" {
			t.Errorf("%s: the title is placed at %q", name, data[at.Start:at.End])
		}
		if at := got.At(got.HeadingAt(0)); !strings.HasPrefix(data[at.Start:], "## Three") {
			t.Errorf("%s: the heading is placed at %q", name, data[at.Start:])
		}
	}
}

func TestInvalidText(t *testing.T) {
	latin1 := "caf\xe9 and [na\xefve](b.md) text that goes on\x00 for a while, so that it is a text with slips in it and no image\n"
	p, msgs := parse(t, latin1)
	if len(msgs) != 1 || msgs[0].Rule != diag.InvalidText || msgs[0].Start != 3 || !strings.HasPrefix(msgs[0].Text, "3 bytes") {
		t.Errorf("%v", msgs)
	}
	if !strings.Contains(p.Body().HTML, "caf\uFFFD and") || latin1[p.Link(0).At.Start:p.Link(0).At.End] != "b.md" {
		t.Errorf("%s %+v", p.Body().HTML, p.Links)
	}
	png := "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + strings.Repeat("\x00\xff\xd8\x01", 1000)
	p, msgs = parse(t, png)
	if len(msgs) != 1 || msgs[0].Rule != diag.InvalidText || !strings.Contains(p.Body().HTML, "not text") || len(p.Links) > 0 {
		t.Errorf("%v\n%s", msgs, p.Body().HTML)
	}
	if p, msgs = parse(t, ""); len(msgs) > 0 || p.Body().HTML != "" || p.Title != "X" {
		t.Errorf("an empty file: %v %q", msgs, p.Title)
	}
}

// What people do not write costs a message, not the build.
func TestHostileText(t *testing.T) {
	bounded := map[string]string{
		"quotes":   strings.Repeat(">", 10_000) + " x",
		"lists":    strings.Repeat("- ", 10_000) + "x",
		"emphasis": strings.Repeat("**x*a* ", 5_000),
		"brackets": strings.Repeat("[", 20_000),
		"links":    strings.Repeat("[a](", 20_000),
		"cells":    strings.Repeat("a|", 5000) + "\n" + strings.Repeat("-|", 5000) + "\n" + strings.Repeat("b\n", 5000),
	}
	for name, text := range bounded {
		_, msgs := parse(t, text)
		if len(msgs) != 1 || msgs[0].Rule != diag.InvalidText || msgs[0].Help == "" {
			t.Errorf("%s: %v", name, msgs)
		}
	}
	free := map[string]string{
		"definitions": strings.Repeat("[a]: b\n", 50_000),
		"long line":   strings.Repeat("word ", 20_000),
		"aliases":     "---\na: &a [x, x, x, x]\n" + strings.Repeat("b: [*a, *a]\n", 1) + "---\n",
		"rules":       strings.Repeat("---\n", 20_000),
		"footnotes":   strings.Repeat("[^1]", 5_000) + "\n\n[^1]: x\n",
		"code":        "```fish\n" + strings.Repeat("word ", 20_000) + "\n```\n```jsonata\n\\\"\\\"\n```\n",
	}
	for name, text := range free {
		if _, msgs := parse(t, text); len(msgs) > 0 {
			t.Errorf("%s: %v", name, msgs)
		}
	}
	bomb := "---\na0: &a0 [x, x]\n"
	for i := range 30 {
		bomb += fmt.Sprintf("a%d: &a%d [*a%d, *a%d]\n", i+1, i+1, i, i)
	}
	if p, msgs := parse(t, bomb+"---\n"); !p.Broken || len(msgs) == 0 {
		t.Errorf("an unfolding of aliases: %v", msgs)
	}
}

// A fingerprint changes with what a section says, and with nothing else.
func TestFingerprint(t *testing.T) {
	const base = "Intro.\n\n## One\n\nA *plan* for [two](b.md) things,\nwrapped: 14 days.\n\n- item\n\n<p>raw html\ntext</p>\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```go\nx := 1\n```\n\n![p](i.png)\n\n- [ ] task\n\n## Two\n\nOther.[^1]\n\n[^1]: Note.\n"
	prints := func(text string) []uint64 {
		p, _ := parse(t, text)
		var out []uint64
		for _, s := range p.Sections {
			out = append(out, s.Fingerprint)
		}
		return out
	}
	was := prints(base)
	if len(was) != 3 || was[1] != 9913047684907552455 { // a number, so that no machine and no release has another one
		t.Errorf("fingerprints %v", was)
	}
	same := []string{"things,\nwrapped", "things, wrapped", "*plan*", "__plan__", "## One", "One\n---", "## One", "## One {#first}", "- item", "* item",
		"| a | b |\n|---|---|", "|a|b|\n|:-:|-|", "for [two](b.md)", "for\n**[two](b.md)**", "Intro.", "---\ntitle: t\nowner: o\n---\nIntro.  ",
		"```go", "~~~ {linenos}", "\n## Two", "\n\n\n## Two", "[two](b.md)", "[two](b.md \"title\")", "raw html\ntext", "raw\nhtml text"}
	for i := 0; i < len(same); i += 2 {
		text := strings.Replace(base, same[i], same[i+1], 1)
		if strings.Contains(same[i+1], "~~~") {
			text = strings.Replace(text, "```\n\n![", "~~~\n\n![", 1)
		}
		if got := prints(text); !slices.Equal(got, was) {
			t.Errorf("%q for %q changes %v to %v", same[i+1], same[i], was, got)
		}
	}
	other := []string{"plan", "plans", "(b.md)", "(c.md)", "14", "15", "item", "thing", "| 1 | 2 |", "| 12 |", "x := 1", "x :=  1", "i.png", "j.png", "[ ]", "[x]",
		"## One", "## Won", "A *plan*", "A ~~plan~~", "![p]", "![q]"}
	for i := 0; i < len(other); i += 2 {
		got := prints(strings.Replace(base, other[i], other[i+1], 1))
		if got[1] == was[1] || got[0] != was[0] || got[2] != was[2] {
			t.Errorf("%q for %q: %v, was %v", other[i+1], other[i], got, was)
		}
	}
	if got := prints(strings.Replace(base, "Note.", "Another note.", 1)); got[2] == was[2] || got[1] != was[1] {
		t.Errorf("a footnote: %v, was %v", got, was)
	}
}

func TestSum(t *testing.T) {
	site := schema.Default()
	p := NewParser(site)
	sum := p.Sum("a.md", []byte("x"))
	if got, _ := p.Parse("content/a.md", "a.md", []byte("x")); got.Text.Sum != sum {
		t.Errorf("Parse says %d, Sum says %d", got.Text.Sum, sum)
	}
	if p.Sum("b.md", []byte("x")) == sum || p.Sum("a.md", []byte("y")) == sum || p.Sum("a.mdx", nil) == p.Sum("a.md", []byte("x")) {
		t.Error("different pages have one sum")
	}
	site.Sum++
	if NewParser(site).Sum("a.md", []byte("x")) == sum {
		t.Error("another configuration has the same sum")
	}
}

// One parser serves many goroutines, and gives each what it would give alone.
func TestParserIsShared(t *testing.T) {
	p := NewParser(schema.Default())
	var texts []string
	for i := range 20 {
		texts = append(texts, fmt.Sprintf("# Page %d\n\n<b>[l](%d.md)\n\n```go {%d}\nx := %d\n```\n\n```go\nsame()\n```\n", i, i, i%3+1, i%4))
	}
	var alone []string
	for i, text := range texts {
		page, _ := Parse("content/x.md", fmt.Sprint(i, ".md"), []byte(text), schema.Default())
		alone = append(alone, withHoles(page))
	}
	var all sync.WaitGroup
	for range 4 {
		for i, text := range texts {
			all.Go(func() {
				page, _ := p.Parse("content/x.md", fmt.Sprint(i, ".md"), []byte(text))
				if got := withHoles(page); got != alone[i] {
					t.Errorf("page %d:\n%s", i, got)
				}
			})
		}
	}
	all.Wait()
}

// What is remembered of highlighted blocks has a bound, and forgetting changes nothing.
func TestHighlighterForgets(t *testing.T) {
	h := newHighlighter()
	first := h.block(Block{readFence("go"), "x := 1\n"})
	for i := range 400 {
		h.block(Block{readFence("text"), fmt.Sprint(i, strings.Repeat("x", 100_000))})
	}
	held := 0
	for _, generation := range []map[[32]byte]string{h.fresh, h.old} {
		for _, html := range generation {
			held += len(html)
		}
	}
	if held > 2*maxMemory+200_000 {
		t.Errorf("%d bytes are remembered", held)
	}
	if got := h.block(Block{readFence("go"), "x := 1\n"}); got != first {
		t.Errorf("%s, was %s", got, first)
	}
}

func TestSlug(t *testing.T) {
	for heading, want := range map[string]string{
		"Hello, World!": "hello-world", " a  b ": "a--b", "C++ & C#": "c--c", "snake_case-kebab": "snake_case-kebab", "ÄÖÜ ß": "äöü-ß",
		"日本語 見出し": "日本語-見出し", "ΟΔΟΣ ΣΑΣ": "οδος-σας", "İstanbul": "i̇stanbul", "1. First": "1-first", "é e\u0301": "é-e\u0301", "tab\there": "tabhere", "🎉 Party": "-party", "a—b": "ab", "½ ² Ⅷ": "--ⅷ",
	} {
		if got := slug(heading); got != want {
			t.Errorf("%q: %q, want %q", heading, got, want)
		}
	}
}

func TestUniqueIDs(t *testing.T) {
	ids := newIDs()
	var got []string
	for _, id := range []string{"a", "a-1", "a", "a", "a-1", "b"} {
		got = append(got, ids.unique(id))
	}
	if want := []string{"a", "a-1", "a-2", "a-3", "a-1-1", "b"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// A block too large to colour is shown all the same.
func TestLargeCode(t *testing.T) {
	code := strings.Repeat("func f() {}\n", 3000)
	p, _ := parse(t, "```go\n"+code+"```\n")
	if len(p.Body().Blocks) > 0 || strings.Contains(p.Body().HTML, "<span") || !strings.Contains(p.Body().HTML, code) {
		t.Error("a block of 36 kB is coloured or cut")
	}
	h := newHighlighter()
	if h.block(Block{readFence("go linenos=1"), "x\n"}) == h.block(Block{readFence("go linenos=2"), "x\n"}) {
		t.Error("a block is numbered like another one")
	}
}

func TestWords(t *testing.T) {
	for text, want := range map[string]int{"": 0, "one two\nthree": 3, "日本語です": 5, "the 日本 word": 4, " - ": 1, "co-op, (x)": 2} {
		if got := countWords(text); got != want {
			t.Errorf("%q: %d words, want %d", text, got, want)
		}
	}
}

func TestIdentify(t *testing.T) {
	for path, want := range map[string]string{"a.md": "a", "specs/a.md": "specs/a", "specs/_index.md": "specs *", "specs/index.md": "specs *", "README.md": " *", "x/readme.md": "x *", "x.y.md": "x.y"} {
		id, index := identify(path)
		if index {
			id += " *"
		}
		if id != want {
			t.Errorf("%s: %q, want %q", path, id, want)
		}
	}
}

// BenchmarkParse parses handbook pages of about nine kilobytes, two in three with a block of code. Every page is new
// to the parser; a block of code is not always.
func BenchmarkParse(b *testing.B) {
	pages := make([][]byte, 100)
	size := 0
	for i := range pages {
		pages[i] = samplePage(i)
		size += len(pages[i])
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		p := NewParser(schema.Default())
		for i, data := range pages {
			p.Parse("content/x.md", fmt.Sprint("specs/", i, ".md"), data)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(pages)), "µs/page")
}

func samplePage(n int) []byte {
	var b bytes.Buffer
	word := func() string {
		n = (n*1103515245 + 12345) & 0x7fffffff
		return []string{"release", "customer", "the", "of", "checkout", "team", "is", "refund", "before", "review", "a", "ledger", "and", "spec", "to", "owner"}[n>>8&15]
	}
	sentence := func(words int) {
		for i := range words {
			switch i % 17 {
			case 5:
				fmt.Fprintf(&b, "*%s* ", word())
			case 11:
				fmt.Fprintf(&b, "`%s` ", word())
			case 16:
				fmt.Fprintf(&b, "[%s %s](%s-%s.md) ", word(), word(), word(), word())
			default:
				b.WriteString(word() + " ")
			}
		}
		b.WriteString("ends.\n")
	}
	fmt.Fprintf(&b, "---\ntitle: \"Page %d %s\"\ntype: spec\nowner: %s\nreviewed: 2026-03-01\ntags: [%s, %s]\n---\n\n", n, word(), word(), word(), word())
	for i := range 14 {
		fmt.Fprintf(&b, "## %s %s %s\n\n", word(), word(), word())
		sentence(45)
		b.WriteByte('\n')
		for range 3 {
			b.WriteString("- ")
			sentence(9)
		}
		b.WriteByte('\n')
		if i == 4 && n%3 > 0 {
			fmt.Fprintf(&b, "```go\nfunc %s(ctx context.Context, id int) error {\n", word())
			for range 8 {
				fmt.Fprintf(&b, "\tif err := s.%s(ctx, %q); err != nil {\n\t\treturn fmt.Errorf(\"%s: %%w\", err) // %s\n\t}\n", word(), word(), word(), word())
			}
			b.WriteString("\treturn nil\n}\n```\n\n")
		}
		if i == 9 {
			b.WriteString("| name | state |\n|------|-------|\n")
			for range 5 {
				fmt.Fprintf(&b, "| %s | %s |\n", word(), word())
			}
			b.WriteByte('\n')
		}
	}
	return b.Bytes()
}
