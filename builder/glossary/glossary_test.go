package glossary

import (
	"fmt"
	"strings"
	"testing"

	"handbook/builder/page"
	"handbook/builder/schema"
)

// marked is a page's body with what was found in brackets.
func marked(t *testing.T, text string, names ...string) string {
	t.Helper()
	p, _ := page.Parse("a.md", "a.md", []byte("---\ntitle: A\n---\n"+text), schema.Default())
	var b strings.Builder
	at := 0
	for _, m := range New(names).Find(p) {
		fmt.Fprintf(&b, "%s[%s]", p.Body().HTML[at:m.Start], p.Body().HTML[m.Start:m.End])
		at = m.End
	}
	return strings.TrimSpace(b.String() + p.Body().HTML[at:])
}

// The first mention of a name is found: whole words, in any letter case, across a line break, the longest name first.
func TestFirstMention(t *testing.T) {
	names := []string{"Payout", "payouts", "Seat hold", "beta", "Beta partner", "IT", "iPad", "R&D", "C++", ".NET", "Größe", "東京", "vat", ""}
	for text, want := range map[string]string{
		"A payout, a payout.":           "<p>A [payout], a payout.</p>",
		"PAYOUT and Payouts":            "<p>[PAYOUT] and [Payouts]</p>",
		"payoutish, a repayout, pay":    "<p>payoutish, a repayout, pay</p>",
		"A seat\nhold, or seat  hold":   "<p>A [seat\nhold], or seat  hold</p>",
		"A seat, a hold":                "<p>A seat, a hold</p>",
		"A beta partner in a beta":      "<p>A [beta partner] in a [beta]</p>",
		"it is IT":                      "<p>it is [IT]</p>",
		"An ipad and an iPad":           "<p>An ipad and an [iPad]</p>",
		"Our R&D, r&d":                  "<p>Our [R&amp;D], r&amp;d</p>",
		"In C++, or .NET.":              "<p>In [C++], or [.NET].</p>",
		"Die GRÖSSE und die größe":      "<p>Die GRÖSSE und die [größe]</p>",
		"我在東京工作":                        "<p>我在[東京]工作</p>",
		"the payout’s day":              "<p>the [payout]’s day</p>",
		"(payout) and *payouts*":        "<p>([payout]) and <em>[payouts]</em></p>",
		"pre-payout, payout-day":        "<p>pre-payout, payout-day</p>",
		"payout.csv, a/payout, #payout": "<p>payout.csv, a/payout, #payout</p>",
		"We pay VAT & co":               "<p>We pay [VAT] &amp; co</p>",
		"| payout |\n|---|\n| payouts |": "<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"Table 1: payout\">\n<table>\n<thead>\n<tr>\n" +
			"<th scope=\"col\">[payout]</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>[payouts]</td>\n</tr>\n</tbody>\n</table>\n</div>",
	} {
		if got := marked(t, text, names...); got != want {
			t.Errorf("%q gives\n%s\nwant\n%s", text, got, want)
		}
	}
}

// Nothing is found in code, links, headings and the like, nor across their edges.
func TestLeftAlone(t *testing.T) {
	for _, text := range []string{
		"## The payout\n",
		"`payout`",
		"    payout\n",
		"```go\npayout := 1\n```",
		"[payout](b.md)",
		"[the payout](https://example.com/payout)",
		"[[b|payout]]",
		"![payout](a.png)",
		"https://payout.example/payout",
		"<kbd>payout</kbd> <abbr title=\"payout\">payout</abbr>",
		"<details><summary>payout</summary></details>",
		"pay*out* and [pay](b.md)out",
		"<!-- payout -->",
	} {
		if got := marked(t, text, "payout"); strings.Contains(got, "[pay") {
			t.Errorf("%q gives\n%s", text, got)
		}
	}
	if got := marked(t, "[payout](b.md), then payout. [[c|x]] payout", "payout"); strings.Count(got, "[payout]") != 1 || !strings.Contains(got, "then [payout].") {
		t.Errorf("behind a link: %s", got)
	}
	if got := marked(t, "## payout\n\nA payout.", "payout"); !strings.Contains(got, "A [payout].") {
		t.Errorf("behind a heading: %s", got)
	}
}

// Whatever the text, places are in order and inside the text, and no name is found twice.
func FuzzFind(f *testing.F) {
	f.Add("A payout & [x](y.md) <b title='>'>payout</b> `payout`", "payout")
	f.Add("![[a]] [[b|c]] é東京", "東京")
	f.Fuzz(func(t *testing.T, text, name string) {
		p, _ := page.Parse("a.md", "a.md", []byte(text), schema.Default())
		end := 0
		for _, m := range New([]string{name, "a", "payout"}).Find(p) {
			if m.Start < end || m.End <= m.Start || m.End > len(p.Body().HTML) {
				t.Fatalf("%+v in %d bytes, after %d", m, len(p.Body().HTML), end)
			}
			if strings.ContainsAny(p.Body().HTML[m.Start:m.End], "<>") {
				t.Fatalf("%q is more than text", p.Body().HTML[m.Start:m.End])
			}
			for _, h := range p.Holes {
				if int(h.At) > m.Start && int(h.At) < m.End {
					t.Fatalf("%+v spans a hole at %d", m, h.At)
				}
			}
			end = m.End
		}
	})
}

// BenchmarkFind measures how fast texts are searched for 200 names.
func BenchmarkFind(b *testing.B) {
	var names []string
	for i := range 200 {
		names = append(names, fmt.Sprintf("term%d of art", i))
	}
	names[0], names[1] = "operator", "seat hold"
	text := strings.Repeat("The operator keeps a [list](a.md) of places, and the guests who want one of them may wait for an hour.\n\nThen `they` go.\n\n", 40)
	p, _ := page.Parse("a.md", "a.md", []byte(text), schema.Default())
	f := New(names)
	b.SetBytes(int64(len(p.Body().HTML)))
	for b.Loop() {
		f.Find(p)
	}
}
