package book

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"handbook/builder/diag"
	"handbook/builder/page"
	"handbook/builder/schema"
)

// TestWithIsWhatResolveGives gives one page after another of a handbook full of references another title, text or heading, and
// holds the book that is made of the last one to the one that is resolved.
func TestWithIsWhatResolveGives(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	site := schema.Default()
	parser := page.NewParser(site)
	in := Input{Site: site, Drafts: true}
	texts := map[*page.Page]string{}
	add := func(path, text string) {
		p, _ := parser.Parse("content/"+path, path, []byte(text))
		in.Pages = append(in.Pages, p)
		texts[p] = text
	}
	for _, name := range names { // one handbook of all archives, each in its folder
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range txtar.Parse(data).Files {
			below, ok := strings.CutPrefix(f.Name, "content/")
			switch {
			case ok && strings.HasSuffix(below, ".md"):
				add(filepath.Base(name)+"/"+below, string(f.Data))
			case ok:
				in.Assets = append(in.Assets, filepath.Base(name)+"/"+below)
			}
		}
	}
	for i := range 40 {
		more := "related: [p1, p2]\n"
		if i%3 == 0 {
			more = fmt.Sprintf("owner: payments\nweight: %d\ndepends_on: [many/p%d]\n", i%5, (i+7)%40)
		}
		if i%4 == 0 {
			more += fmt.Sprintf("type: spec\nsupersedes: [many/p%d]\nsummary: x\n", (i+12)%40)
		}
		add(fmt.Sprintf("many/p%d.md", i), fmt.Sprintf("---\ntitle: Page %d\ntags: [t%d, t%d]\n%s---\nSee [one](p%d.md) and [two](p%d.md#goals), or [[Page %d]].\n\n## Goals\n\nMany.\n", i, i%3, i%4, more, (i*5+1)%40, (i*i)%40, i*13%60))
	}
	for i := range 6 {
		part, embed := "", ""
		if i%2 == 0 {
			part, embed = "#goals", "\n![[p9]]\n"
		}
		add(fmt.Sprintf("many/faq%d.md", i), fmt.Sprintf("---\ntitle: Questions %d\ntype: faq\nproduct: many/product\nowner: many/p3\n---\nFirst.\n\n## Why?\n\nBecause.\n\n## When?\n%s", i, embed))
		add(fmt.Sprintf("many/report%d.md", i), fmt.Sprintf("---\ntitle: Report %d\ntype: beta-report\nproduct: many/product\nspec: many/p%d\nfindings:\n  - {title: Slow, owner: many/payments, link: many/p%d}\n---\n![[faq%d]]\n\n## Goals\n", i, i*4, i+1, i))
		add(fmt.Sprintf("many/demand%d.md", i), fmt.Sprintf("---\ntitle: Demand %d\ntype: demand\nproduct: many/product\nevidence: ['many/report%d%s', many/p%d]\n---\n![[demand%d#Part]]\n\n## Goals\n\n## Part\n\nIt.\n", i, i, part, i, i))
	}
	add("many/payments.md", "---\ntitle: Payments\ntype: team\n---\nWe.\n")
	add("many/product.md", "---\ntitle: The product\ntype: product\n---\nIt.\n")
	first := slices.IndexFunc(in.Pages, func(p *page.Page) bool { return strings.HasPrefix(p.Path, "many/") })
	random := rand.New(rand.NewPCG(7, 1))
	now, _ := Resolve(in)
	made, not := 0, 0
	for turn := range 5 * len(in.Pages[first:]) {
		i := first + turn%len(in.Pages[first:])
		if random.IntN(4) == 0 {
			i = random.IntN(first)
		}
		old := in.Pages[i]
		text := edited(random, (i/6+2*(turn/len(in.Pages[first:])))%10, texts[old])
		p, _ := parser.Parse(old.File, old.Path, []byte(text))
		pages := slices.Clone(in.Pages)
		pages[i] = p
		changed := in
		changed.Pages = pages
		got := now.With(old, p)
		if got == nil {
			not++
			continue
		}
		made++
		want, _ := Resolve(changed)
		if why := differ(placeless(got), placeless(want)); why != "" {
			t.Fatalf("with %s as\n%s\ninstead of\n%s\n%s", p.Path, text, texts[old], why)
		}
		if random.IntN(3) == 0 { // from here on
			in, texts[p] = changed, text
			now, _ = Resolve(in)
		}
	}
	if made < 50 || not < 50 {
		t.Errorf("%d edits were made and %d were not, so one of the two is not tested", made, not)
	}
}

// edited is what somebody made of a text, in one of ten ways.
func edited(random *rand.Rand, way int, text string) string {
	swap := func(old, new string) string { return strings.Replace(text, old, new, 1) }
	switch way {
	case 0, 1:
		return swap("title: ", fmt.Sprintf("title: %c", 'A'+random.IntN(26)))
	case 2:
		return swap("title: ", "nav_title: Short\ntitle: Long ")
	case 3:
		return swap("---\n", fmt.Sprintf("---\ndescription: Another %d\n", random.IntN(9)))
	case 4:
		return text + fmt.Sprintf("\n\n## More %d?\n\nText.\n", random.IntN(9))
	case 5:
		return swap("## ", fmt.Sprintf("## %d ", random.IntN(9)))
	case 6:
		return swap("\n\n", "\n\nBefore it all.\n\n")
	case 7:
		return swap("tags: [", "tags: [more, ")
	case 8: // what is shown in place stands in another section
		if embed := regexp.MustCompile(`!\[\[.*\]\]`).FindString(text); embed != "" {
			return swap(embed, "") + "\n" + embed + "\n"
		}
	}
	return text + "\nSee [that](other.md).\n"
}

// placeless takes out of a book what With leaves as it was, places, and what cannot be compared.
func placeless(b *Book) *Book {
	b.claims, b.folders = nil, nil
	for _, n := range b.Nodes {
		n.OwnerAt, n.fields, n.Acknowledge, n.facts = diag.Place{}, nil, nil, nil
		valuesPlaceless(n.Values)
		for i := range n.Relations {
			n.Relations[i].At = diag.Place{}
		}
		for i := range n.Relating {
			n.Relating[i].At = diag.Place{}
		}
		for i := range n.Depends {
			n.Depends[i].At = diag.Place{}
		}
	}
	return b
}

func valuesPlaceless(list []Value) {
	for i := range list {
		list[i].At = diag.Place{}
		valuesPlaceless(list[i].List)
		valuesPlaceless(list[i].Keys)
	}
}

// differ names the first thing in which two books differ; "" for nothing.
func differ(got, want *Book) string {
	if reflect.DeepEqual(got, want) {
		return ""
	}
	if len(got.Nodes) != len(want.Nodes) {
		return "another number of nodes"
	}
	for i, n := range got.Nodes {
		if m := want.Nodes[i]; n.ID != m.ID {
			return fmt.Sprintf("%s stands where %s should", n.ID, m.ID)
		}
	}
	for i, n := range got.Nodes {
		a, b := reflect.ValueOf(*n), reflect.ValueOf(*want.Nodes[i])
		for k := range a.NumField() {
			if f := a.Type().Field(k); f.Type.Kind() == reflect.String || f.Type.Kind() == reflect.Int {
				if fmt.Sprint(a.Field(k)) != fmt.Sprint(b.Field(k)) {
					return fmt.Sprintf("%s: %s is %v, not %v", n.ID, f.Name, a.Field(k), b.Field(k))
				}
			}
		}
		m := want.Nodes[i]
		for name, pair := range map[string][2]any{
			"Children": {n.Children, m.Children}, "Targets": {n.Targets, m.Targets}, "Backlinks": {n.Backlinks, m.Backlinks}, "Relations": {n.Relations, m.Relations},
			"Relating": {n.Relating, m.Relating}, "Questions": {n.Questions, m.Questions}, "Owns": {n.Owns, m.Owns}, "Tags": {n.Tags, m.Tags}, "Values": {n.Values, m.Values},
		} {
			if !reflect.DeepEqual(pair[0], pair[1]) {
				return fmt.Sprintf("%s: %s differ", n.ID, name)
			}
		}
	}
	return "something differs"
}
