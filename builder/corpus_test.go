package builder

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"

	"handbook/builder/fixture"
)

var (
	corpusDir   = flag.String("corpus", "", "write a handbook to measure with into this folder")
	corpusPages = flag.Int("pages", 1_000, "how many documents it has")
)

// TestCorpus writes the handbook that other programs are measured with: go test ./builder -run Corpus -corpus DIR -pages 200.
// Nothing in it is wrong.
func TestCorpus(t *testing.T) {
	files := company(*corpusPages)
	if *corpusDir != "" {
		write(t, *corpusDir, files)
		return
	}
	if r := build(t, company(200)); len(r.Messages) > 0 {
		t.Error(fixture.Lines(r.Messages))
	}
}

// company is a corpus with what is around the documents of a company: teams, people, a product, terms, views, and a page for each
// folder.
func company(n int) map[string]string {
	files := map[string]string{
		"handbook.yaml":               "name: Company\ntheme: own\nrules: {review-overdue: off, missing-heading: off}\n",
		"themes/own/styles/9-own.css": ":root { --own: 1 }\n",
		"content/_index.md":           "---\ntitle: Company\nowner: team-0\n---\n\nHow we work.\n",
		"content/overview.md":         overview,
		"content/products/app.md":     "---\ntitle: App\nstatus: active\nowner: team-0\n---\n\nWhat we sell.\n",
	}
	for i := range 24 {
		files[fmt.Sprintf("content/teams/team-%d.md", i)] = fmt.Sprintf("---\ntitle: Team %d\nowner: team-%d\nmembers: [person-%d]\n---\n\nWhat team %d does.\n", i, i, i, i)
		files[fmt.Sprintf("content/people/person-%d.md", i)] = fmt.Sprintf("---\ntitle: Person %d\nowner: team-%d\n---\n\nWhat to ask person %d about, see [overview](../overview.md).\n", i, i, i)
		files[fmt.Sprintf("content/terms/term-%d.md", i)] = fmt.Sprintf("---\ntitle: %s%s\nowner: team-%d\n---\n\nWhat it means.\n", syllables[i], syllables[i/2], i)
	}
	for name, text := range corpus(n) {
		status := "active"
		switch kind := strings.Split(name, "/")[1]; kind {
		case "specs", "beta-reports":
			status = map[string]string{"specs": "shipped", "beta-reports": "closed"}[kind] + "\nproduct: app"
		case "decisions":
			status = "accepted"
		}
		files[name] = strings.Replace(text, "status: active", "status: "+status, 1)
	}
	for _, name := range slices.Collect(maps.Keys(files)) {
		for dir := path.Dir(name); dir != "content" && dir != "."; dir = path.Dir(dir) {
			files[dir+"/_index.md"] = fmt.Sprintf("---\ntitle: %s\ntype: page\nowner: team-0\n---\n\nPages of %s.\n", path.Base(dir), path.Base(dir))
		}
	}
	return files
}

const overview = "---\ntitle: Overview\nowner: team-0\n---\n" +
	"\n```handbook\ntitle: To review\nfrom: all\nwhere: freshness == \"overdue\"\ncolumns: [title, owner, next_review]\nsort: next_review\nlimit: 50\n```\n" +
	"\n```handbook\ntitle: How they stand\nfrom: all\nview: count\ngroup: freshness\n```\n" +
	"\n```handbook\ntitle: Of whom\nfrom: all\nview: chart\ngroup: owner\n```\n" +
	"\n```handbook\ntitle: Long ones\nfrom: spec\nwhere: words > 1300\nview: list\nlimit: 50\n```\n"

var syllables = strings.Fields("al be cor dan el fi gra hol im jus kel lo mar ne or pel qui ras sol tan um ver wil xen yor zel")

// corpus makes a handbook of n pages, always the same one: about 1,200 words a page, ten links, three tags, an owner,
// review dates, tables and lists, and in a third of the pages one to three blocks of code. Forty pages to a folder.
func corpus(n int) map[string]string {
	types := []string{"roles", "specs", "faq", "beta-reports", "runbooks", "decisions", "guides", "policies"}
	path := func(i int) string {
		return fmt.Sprintf("%s/area-%04d/page-%06d", types[i/40%len(types)], i/40, i)
	}
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
			words(3)+fmt.Sprint(" ", i), i%24, 1+r.IntN(10), 1+r.IntN(28), []string{"30d", "90d", "180d", "1 year"}[r.IntN(4)], word(), word(), word())
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
