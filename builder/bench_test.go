package builder

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"handbook/builder/memo"
	"handbook/builder/render"
)

// corpus makes a handbook of n pages, always the same one: about 1,200 words a page, ten links, three tags, an owner,
// review dates, tables and lists, and in a third of the pages one to three blocks of code. Forty pages to a folder.
func corpus(n int) map[string]string {
	types := []string{"roles", "specs", "faq", "beta-reports", "runbooks", "decisions", "guides", "policies"}
	path := func(i int) string {
		return fmt.Sprintf("%s/area-%04d/page-%06d", types[i/40%len(types)], i/40, i)
	}
	syllables := strings.Fields("al be cor dan el fi gra hol im jus kel lo mar ne or pel qui ras sol tan um ver wil xen yor zel")
	files := map[string]string{}
	for i := range n {
		r := rand.New(rand.NewPCG(7, uint64(i)))
		word := func() string {
			// Common words are short and frequent, as in prose.
			k := int(r.ExpFloat64() * 300)
			w := syllables[k%26]
			for k /= 26; k > 0; k /= 26 {
				w += syllables[k%26]
			}
			return w
		}
		words := func(n int) string {
			var b strings.Builder
			for k := range n {
				if k > 0 {
					b.WriteByte(' ')
				}
				b.WriteString(word())
			}
			return b.String()
		}
		link := func() string {
			to := r.IntN(n)
			if r.IntN(10) < 6 {
				to = min(i/40*40+r.IntN(40), n-1)
			}
			return fmt.Sprintf("[%s](../../%s.md)", words(2), path(to))
		}
		var b strings.Builder
		fmt.Fprintf(&b, "---\ntitle: %q\nowner: team-%d\nreviewed: 2026-%02d-%02d\nreview_every: %s\nstatus: active\ntags: [%s, %s, %s]\n---\n\n",
			words(3)+fmt.Sprint(" ", i), i%24, 1+r.IntN(11), 1+r.IntN(28), []string{"30d", "90d", "180d", "1 year"}[r.IntN(4)], word(), word(), word())
		blocks := 0
		if r.IntN(3) == 0 {
			blocks = 1 + r.IntN(3)
		}
		for section := range 8 + r.IntN(5) {
			fmt.Fprintf(&b, "%s %s\n\n", []string{"##", "##", "###"}[section%3], words(3))
			for range 2 {
				fmt.Fprintf(&b, "%s, see %s. %s, *%s* and `%s`.\n\n", words(25), link(), words(20), words(2), word())
			}
			switch r.IntN(6) {
			case 0:
				fmt.Fprintf(&b, "- %s\n- %s\n- [x] %s\n\n", words(6), words(8), words(5))
			case 1:
				fmt.Fprintf(&b, "| %s | %s |\n| --- | --- |\n| %s | %s |\n| %s | %s |\n\n", word(), word(), words(3), words(2), words(2), words(4))
			case 2:
				fmt.Fprintf(&b, "> [!NOTE] %s\n> %s\n\n", word(), words(12))
			}
			if blocks > 0 {
				blocks--
				switch r.IntN(3) {
				case 0:
					fmt.Fprintf(&b, "```go\nfunc %s(ctx context.Context) error {\n", word())
					for range 12 {
						fmt.Fprintf(&b, "\tif %s, err := s.%s(ctx, %q, %d); err != nil {\n\t\treturn fmt.Errorf(\"%s: %%w\", err)\n\t}\n", word(), word(), word(), r.IntN(99), word())
					}
					b.WriteString("\treturn nil\n}\n```\n\n")
				case 1:
					b.WriteString("```yaml\n")
					for range 20 {
						fmt.Fprintf(&b, "%s:\n  - name: %s # %s\n    count: %d\n", word(), word(), word(), r.IntN(900))
					}
					b.WriteString("```\n\n")
				default:
					b.WriteString("```sql\n")
					for range 12 {
						fmt.Fprintf(&b, "SELECT %s, count(*) FROM %s WHERE %s > %d; -- %s\n", word(), word(), word(), r.IntN(500), word())
					}
					b.WriteString("```\n\n")
				}
			}
		}
		files["content/"+path(i)+".md"] = b.String()
	}
	return files
}

// BenchmarkBuild measures a session on 1,000 and 10,000 pages: from nothing, with nothing changed, after an edit of
// one page's text and after an edit of one page's title, in a real folder. Every changed output is rendered; in "served"
// only the page that was edited, as a preview does before it looks for what else has changed.
func BenchmarkBuild(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		files := corpus(n)
		target := "content/specs/area-0001/page-000047.md"
		text := files[target]
		job := folder(b, files)
		save := func(text string) {
			if err := os.WriteFile(filepath.Join(job.Root, filepath.FromSlash(target)), []byte(text), 0o644); err != nil {
				b.Fatal(err)
			}
		}
		renderAll := func(r Result, before Keys) (Keys, int64) {
			keys, err := r.Keys(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			var rendered atomic.Int64
			memo.Each(len(r.Outputs), func(i int) {
				o := r.Outputs[i]
				if before[o.Path] == keys[o.Path] {
					return
				}
				rendered.Add(1)
				if _, err := o.Data(); err != nil {
					b.Error(err)
				}
			})
			return keys, rendered.Load()
		}
		run := func(name string, edit func(i int)) {
			b.Run(fmt.Sprintf("pages=%d/%s", n, name), func(b *testing.B) {
				save(text)
				s := NewSession()
				var keys Keys
				if name != "cold" {
					r, err := s.Build(b.Context(), job)
					if err != nil {
						b.Fatal(err)
					}
					if keys, err = r.Keys(b.Context()); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportAllocs()
				parsed, changed := 0, int64(0)
				i := 0
				for b.Loop() {
					i++
					if name == "cold" {
						s, keys = NewSession(), nil
					}
					edit(i)
					r, err := s.Build(b.Context(), job)
					if err != nil {
						b.Fatal(err)
					}
					parsed += r.Work.Parsed
					if name == "served" {
						if _, err := s.Render(r.Outputs[slices.IndexFunc(r.Outputs, func(o render.Output) bool { return o.URL == "/specs/area-0001/page-000047/" })]); err != nil {
							b.Fatal(err)
						}
						changed++
						continue
					}
					var n int64
					keys, n = renderAll(r, keys)
					changed += n
				}
				b.ReportMetric(float64(parsed)/float64(b.N), "parsed/op")
				b.ReportMetric(float64(changed)/float64(b.N), "rendered/op")
			})
		}
		run("cold", func(int) {})
		run("same", func(int) {})
		run("served", func(i int) { save(text + fmt.Sprintf("\nEdit %d.\n", i)) })
		run("text", func(i int) { save(text + fmt.Sprintf("\nEdit %d.\n", i)) })
		run("title", func(i int) { save(strings.Replace(text, "title: \"", fmt.Sprintf("title: \"%d ", i), 1)) })
	}
}
