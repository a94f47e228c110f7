package review

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/page"
	"handbook/builder/schema"
)

// A branch is a page, a section that it relies on, and the lines of its records.
type branch struct {
	site         *schema.Site
	text, relied string
	lines        [2][]string // by kind
}

func (b branch) judge(today schema.Date) (*book.Node, *Verdict, page.Pages) {
	site := b.site
	parser := page.NewParser(site)
	var pages []*page.Page
	for _, f := range [][2]string{
		{"people/ana.md", "---\n{title: Ana, type: person}\n---\n"},
		{"plan.md", "---\n{review_every: 90d, depends_on: [\"rules#money\"], acknowledge: [ana]}\n---\n" + b.text},
		{"rules.md", "## Money\n\n" + b.relied},
	} {
		p, _ := parser.Parse("content/"+f[0], f[0], []byte(f[1]))
		pages = append(pages, p)
	}
	in := Input{Today: today, Pages: page.PagesOf(pages)}
	in.Book, _ = book.Resolve(book.Input{Site: site, Pages: page.Faces(pages)})
	in.Records, _ = ReadRecords(Reviews, Reviews.File(), []byte(strings.Join(b.lines[Reviews], "")))
	in.Acks, _ = ReadRecords(Acknowledgements, Acknowledgements.File(), []byte(strings.Join(b.lines[Acknowledgements], "")))
	vs, _ := Judge(context.Background(), in)
	n, _ := in.Book.Lookup("plan")
	return n, vs.Of(n), in.Pages
}

// record is the line of a review, or of an acknowledgement, of what stands there.
func (b branch) record(kind Kind, day schema.Date) string {
	n, _, read := b.judge(day)
	r := Record{Page: "plan", Date: day, By: "ana", Text: TextSum(read(n.Page))}
	if kind == Reviews {
		sum, _ := SectionSum(read(n.Depends[0].Target.Node.Page), "money")
		r.Relies = map[string]Sum{"rules#money": sum}
	}
	return string(r.Line())
}

// union is what git makes of the lines of two branches: all of them, those that only one has in either order.
func union(base, ours, theirs []string) []string {
	return slices.Concat(base, ours[len(base):], theirs[len(base):])
}

// pick is what a merge makes of a text: the change of the side that has one.
func pick(base, ours, theirs string) string {
	if theirs != base {
		return theirs
	}
	return ours
}

// However a page came to read as it does, it is fresh if and only if somebody vouched for it as it reads, and the latest who
// did is named. Acknowledgements are the same.
func TestWhoeverVouchedForTheTextAsItReadsCounts(t *testing.T) {
	site := english()
	for seed := range uint64(100) {
		random := rand.New(rand.NewPCG(seed, 7))
		text := func() string { return []string{"One.\n", "Two.\n", "Three.\n"}[random.IntN(3)] }
		now := branch{site: site, text: text(), relied: text()}
		today := day("2026-11-20")
		vouched := map[[2]string]schema.Date{} // by what stood there
		read := map[string]schema.Date{}
		var trail []string
		work := func(b *branch) {
			for range 1 + random.IntN(4) {
				switch random.IntN(6) {
				case 0:
					b.text = text()
					trail = append(trail, "edit "+b.text)
				case 1:
					b.relied = text()
					trail = append(trail, "edit rules "+b.relied)
				case 2:
					b.lines[Acknowledgements] = append(b.lines[Acknowledgements], b.record(Acknowledgements, today))
					if read[b.text].Before(today) {
						read[b.text] = today
					}
					trail = append(trail, "ack on "+today.String())
				case 3:
					if random.IntN(2) == 0 {
						today = today.AddDays(1)
					}
				default:
					b.lines[Reviews] = append(b.lines[Reviews], b.record(Reviews, today))
					if key := [2]string{b.text, b.relied}; vouched[key].Before(today) {
						vouched[key] = today
					}
					trail = append(trail, "review on "+today.String())
				}
			}
		}
		for range 4 {
			work(&now)
			base, theirs := now, now
			for kind := range base.lines {
				base.lines[kind], theirs.lines[kind] = slices.Clip(base.lines[kind]), slices.Clip(base.lines[kind])
			}
			now.lines = base.lines
			work(&now)
			trail = append(trail, "on the other branch")
			work(&theirs)
			trail = append(trail, "merge")
			ours := now
			now.text, now.relied = pick(base.text, ours.text, theirs.text), pick(base.relied, ours.relied, theirs.relied)
			for kind := range now.lines {
				if random.IntN(2) == 0 {
					now.lines[kind] = union(base.lines[kind], ours.lines[kind], theirs.lines[kind])
				} else {
					now.lines[kind] = union(base.lines[kind], theirs.lines[kind], ours.lines[kind])
				}
			}

			_, v, _ := now.judge(today)
			when, vouch := vouched[[2]string{now.text, now.relied}]
			broken := v.State == Suspect || v.State == Changed
			if vouch && (broken || v.Reviewed != when) || !vouch && len(v.Reviews) > 0 && !broken {
				t.Fatalf("seed %d: it is %s, reviewed on %s; somebody vouched for this text: %t, on %s\n%s\n%s", seed, v.State, v.Reviewed, vouch, when,
					strings.Join(trail, "\n"), strings.Join(now.lines[Reviews], ""))
			}
			if len(v.Reviews) > 0 && (v.Reviews[0].Date != v.Reviewed || !slices.IsSortedFunc(v.Reviews[1:], latestFirst)) {
				t.Fatalf("seed %d: the reviews are not the one that counts and then the latest", seed)
			}
			when, seen := read[now.text]
			if r := v.SignOff.Readers[0]; r.Open == seen || seen && r.Last.Date != when {
				t.Fatalf("seed %d: open %t, read last on %s; somebody has read this text: %t, on %s\n%s", seed, r.Open, r.Last.Date, seen, when, strings.Join(trail, "\n"))
			}
		}
	}
}

// What frontmatter says of a day is the word of somebody who may have read another text than the records of that day.
func TestFrontmatterOfTheDayOfARecord(t *testing.T) {
	site := english()
	parser := page.NewParser(site)
	parse := func(text string) *page.Page {
		p, _ := parser.Parse("content/plan.md", "plan.md", []byte("---\n{reviewed: 2026-11-20, review_every: 90d}\n---\n"+text))
		return p
	}
	old, now := parse("One.\n"), parse("Two.\n")
	record := func(p *page.Page, on string) Record {
		return Record{Page: "plan", Date: day(on), By: "ana", Text: TextSum(p)}
	}
	edit := func(on string) Past { return pastOf{{Edit{Day: day(on), Commit: "1"}, old, now}} }
	for name, c := range map[string]struct {
		past    Past
		records []Record
		state   State
		by      string
	}{
		"the record is of the text":                    {nil, []Record{record(now, "2026-11-20")}, Fresh, "ana"},
		"it is not, and nobody knows more":             {nil, []Record{record(old, "2026-11-20")}, Changed, "ana"},
		"it is not, and the text was changed that day": {edit("2026-11-20"), []Record{record(old, "2026-11-20")}, Fresh, ""},
		"the text was changed the day after":           {edit("2026-11-21"), []Record{record(old, "2026-11-20")}, Changed, "ana"},
		"a later record is not":                        {nil, []Record{record(old, "2026-11-21")}, Changed, "ana"},
		"an earlier record is not":                     {nil, []Record{record(old, "2026-11-19")}, Fresh, ""},
		"a later record of two":                        {edit("2026-11-21"), []Record{record(now, "2026-11-22"), record(old, "2026-11-22")}, Fresh, "ana"},
	} {
		in := Input{Today: day("2026-11-23"), Pages: page.PagesOf([]*page.Page{now}), Past: c.past, Records: c.records}
		in.Book, _ = book.Resolve(book.Input{Site: site, Pages: []*page.Face{now.Face}})
		vs, _ := Judge(context.Background(), in)
		n, _ := in.Book.Lookup("plan")
		if v := vs.Of(n); v.State != c.state || v.ByName != c.by {
			t.Errorf("%s: %s by %q, want %s by %q", name, v.State, v.ByName, c.state, c.by)
		}
	}
}

// pastOf is a page's history.
type pastOf []struct {
	edit          Edit
	before, after *page.Page
}

func (p pastOf) Edits(string) (edits []Edit) {
	for _, one := range p {
		edits = append(edits, one.edit)
	}
	return edits
}

func (p pastOf) Versions(_ string, e Edit) (before, after *page.Page, ok bool) {
	for _, one := range p {
		if one.edit == e {
			return one.before, one.after, true
		}
	}
	return nil, nil, false
}

func (pastOf) Alike(string) []*page.Page                         { return nil }
func (pastOf) Tracked(string, schema.Date) ([]Edit, []Sum, bool) { return nil, nil, false }
func (pastOf) Deleted(schema.Date) []Deleted                     { return nil }

// A page that was renamed is known by any text of it that was recorded, in whatever order the lines stand.
func TestARenamedPageIsKnownByAnyOfItsRecords(t *testing.T) {
	site := english()
	parser := page.NewParser(site)
	p, _ := parser.Parse("content/new.md", "new.md", []byte("---\n{review_every: 90d}\n---\nAs it reads.\n"))
	q, _ := parser.Parse("content/old.md", "old.md", []byte("As it read.\n"))
	lines := []string{
		string(Record{Page: "old", Date: day("2026-11-22"), By: "ana", Text: TextSum(p)}.Line()),
		string(Record{Page: "old", Date: day("2026-11-22"), By: "bo", Text: TextSum(q)}.Line()),
	}
	said := map[string]bool{}
	for range 2 {
		slices.Reverse(lines)
		in := Input{Today: day("2026-11-22"), Pages: page.PagesOf([]*page.Page{p})}
		in.Book, _ = book.Resolve(book.Input{Site: site, Pages: []*page.Face{p.Face}})
		in.Records, _ = ReadRecords(Reviews, Reviews.File(), []byte(strings.Join(lines, "")))
		vs, msgs := Judge(context.Background(), in)
		n, _ := in.Book.Lookup("new")
		v := vs.Of(n)
		said[fmt.Sprintln(v.State, v.ByName, len(v.Reviews), len(msgs), msgs[0].Rule)] = true
	}
	if want := map[string]bool{"fresh ana 2 1 moved-record\n": true}; !maps.Equal(said, want) {
		t.Errorf("%v, want %v", said, want)
	}
}

// Where one branch renames a page and reviews it, and another edits it and reviews that, whoever vouched for the merged text
// counts.
func TestAMergeAcrossARenameKeepsTheReviewOfTheMergedText(t *testing.T) {
	site := english()
	parser := page.NewParser(site)
	p, _ := parser.Parse("content/new.md", "new.md", []byte("---\n{review_every: 90d}\n---\nAs it was edited.\n"))
	q, _ := parser.Parse("content/old.md", "old.md", []byte("As it was.\n"))
	edited := string(Record{Page: "old", Date: day("2026-11-22"), By: "ana", Text: TextSum(p)}.Line())
	renamed := string(Record{Page: "new", Date: day("2026-11-22"), By: "bo", Text: TextSum(q)}.Line())
	for _, lines := range []string{edited + renamed, renamed + edited} {
		in := Input{Today: day("2026-11-22"), Pages: page.PagesOf([]*page.Page{p})}
		in.Book, _ = book.Resolve(book.Input{Site: site, Pages: []*page.Face{p.Face}})
		in.Records, _ = ReadRecords(Reviews, Reviews.File(), []byte(lines))
		vs, msgs := Judge(context.Background(), in)
		n, _ := in.Book.Lookup("new")
		if v := vs.Of(n); v.State != Fresh || v.ByName != "ana" || len(v.Reviews) != 2 || len(msgs) != 1 || msgs[0].Rule != diag.MovedRecord {
			t.Errorf("%s by %q of %d reviews, %v; want it fresh by ana, and one moved record", v.State, v.ByName, len(v.Reviews), msgs)
		}
	}
}
