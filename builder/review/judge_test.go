package review

import (
	"strings"
	"testing"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/page"
	"handbook/builder/schema"
	"handbook/builder/theme"
	"handbook/themes"
)

// english is a site without handbook.yaml, with the words of the built-in theme.
func english() *schema.Site {
	site := schema.Default()
	look, _ := theme.Load(themes.Default(), nil, site)
	look.Speak(site)
	return site
}

func day(s string) schema.Date {
	d, err := schema.ParseDate(s)
	if err != nil {
		panic(s)
	}
	return d
}

// verdict judges one page that was reviewed and is to be reviewed as given, on 22 November 2026.
func verdict(t *testing.T, reviewed, every, status, typ string) (Verdict, diag.List) {
	t.Helper()
	d, _ := schema.ParseDate(reviewed)
	i, _ := schema.ParseInterval(every)
	ana := &book.Node{ID: "people/ana", Title: "Ana Sol", Type: "person", Page: &page.Face{}}
	n := &book.Node{ID: "specs/checkout", Type: typ, Status: status, Reviewed: d, ReviewedBy: "ana", ReviewEvery: i, Page: &page.Face{File: "content/specs/checkout.md"}}
	vs, msgs := Judge(t.Context(), Input{Book: &book.Book{Site: english(), Nodes: []*book.Node{n, ana}, Owners: []*book.Node{ana}}, Today: schema.Date{Year: 2026, Month: 11, Day: 22},
		Pages: func(f *page.Face) *page.Page { return &page.Page{Face: f, Text: &page.Text{}} }})
	return *vs[n], msgs
}

func TestStatesFollowFromDates(t *testing.T) {
	for _, c := range []struct {
		name, reviewed, every, status, typ string
		state                              State
		next, sentence                     string
	}{
		{"inside the period", "2026-10-28", "90d", "", "spec", Fresh, "2027-01-26", "reviewed on 28 October 2026 by Ana Sol. The next review is due on 26 January 2027."},
		{"first day of the warning window", "2026-06-06", "6 months", "", "spec", Due, "2026-12-06", "due soon, on 6 December 2026"},
		{"the day before the window", "2026-06-07", "6 months", "", "spec", Fresh, "2026-12-07", ""},
		{"due today is overdue", "2026-05-22", "6 months", "", "spec", Overdue, "2026-11-22", "was due on 22 November 2026"},
		{"due tomorrow is not", "2026-05-23", "6 months", "", "spec", Due, "2026-11-23", ""},
		{"a weekly page is not always due", "2026-11-20", "7d", "", "spec", Fresh, "2026-11-27", ""},
		{"never reviewed", "", "1 year", "", "spec", Unreviewed, "", "every year and never was"},
		{"reviewed in the future", "2026-11-23", "1 year", "", "spec", Unreviewed, "", ""},
		{"a record", "", "never", "", "decision", Exempt, "", "record"},
		{"nobody asked", "", "", "", "page", Exempt, "", "how often"},
		{"a dropped spec", "2020-01-01", "90d", "dropped", "spec", Exempt, "", "status is dropped"},
		{"dropped means nothing to a team", "2020-01-01", "90d", "dropped", "team", Overdue, "2020-03-31", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			v, msgs := verdict(t, c.reviewed, c.every, c.status, c.typ)
			if v.State != c.state || v.Next.String() != c.next {
				t.Errorf("%s, next %s; want %s, next %s", v.State, v.Next, c.state, c.next)
			}
			if !strings.Contains(v.Reasons[0].Sentence, c.sentence) {
				t.Errorf("the reason is %q, want %q in it", v.Reasons[0].Sentence, c.sentence)
			}
			wantRule := map[string]diag.Rule{"reviewed in the future": diag.InvalidValue}[c.name]
			if c.state == Overdue {
				wantRule = diag.ReviewOverdue
			}
			if wantRule == "" && len(msgs) > 0 || wantRule != "" && (len(msgs) != 1 || msgs[0].Rule != wantRule) {
				t.Errorf("messages %v, want %q", msgs, wantRule)
			}
		})
	}
}

func TestTheOrderIsWorstFirst(t *testing.T) {
	var words []string
	for _, s := range States() {
		words = append(words, string(s))
		if s.Rank() != len(words)-1 {
			t.Errorf("%s ranks %d", s, s.Rank())
		}
	}
	if got := strings.Join(words, " "); got != "overdue suspect changed unreviewed due fresh exempt" {
		t.Error(got)
	}
}

// blank gives pages without a text.
func blank(f *page.Face) *page.Page { return &page.Page{Face: f, Text: &page.Text{}} }
