package agenda

import (
	"bufio"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/page"
	"handbook/builder/people"
	"handbook/builder/review"
	"handbook/builder/schema"
	"handbook/builder/theme"
	"handbook/themes"

	"github.com/rogpeppe/go-internal/txtar"
)

// example is a handbook in which most states occur on 22 November 2026.
const example = `
-- _index.md --
---
{title: Home, owner: payments, reviewed: 2026-11-01, review_every: 1 year}
---
-- teams/payments.md --
---
{title: Payments, type: team, owner: payments, members: [people/ana, "[[bo]]", nobody], email: pay@example.com, review_every: never}
---
-- people/ana.md --
---
{title: Ana Sol, type: person, owner: ana, email: Ana@example.com, review_every: never}
---
-- people/bo.md --
---
{title: Bo, type: person, owner: bo, review_every: never}
---
-- people/cy.md --
---
{title: Cy, type: person, owner: cy, review_every: never}
---
-- specs/due.md --
---
{title: Due, owner: payments, reviewed: 2026-06-06, review_every: 6 months}
---
-- specs/late.md --
---
{title: Late, owner: ana, reviewed: 2026-05-01, review_every: 6 months}
---
-- specs/later.md --
---
{title: Later, owner: payments, reviewed: 2026-04-01, review_every: 6 months}
---
-- specs/never.md --
---
{title: Never, owner: bo, review_every: 90d}
---
-- specs/soon.md --
---
{title: Soon, owner: cy, reviewed: 2026-06-20, review_every: 6 months}
---
`

var november = day("2026-11-22")

func day(s string) schema.Date {
	d, err := schema.ParseDate(s)
	if err != nil {
		panic(s)
	}
	return d
}

// judged resolves an archive of pages and judges it on a day.
func judged(t *testing.T, archive, baseURL string, today schema.Date) (*book.Book, review.Verdicts) {
	t.Helper()
	site := schema.Default()
	look, _ := theme.Load(themes.Default(), nil, site)
	look.Speak(site)
	site.Name = "Marram & friends"
	if baseURL != "" {
		site.BaseURL, site.BasePath = baseURL, "/team/"
	}
	parser := page.NewParser(site)
	var pages []*page.Page
	for _, f := range txtar.Parse([]byte(archive)).Files {
		p, msgs := parser.Parse("content/"+f.Name, f.Name, f.Data)
		if len(msgs) > 0 {
			t.Fatalf("%s: %v", f.Name, msgs)
		}
		pages = append(pages, p)
	}
	b, _ := book.Resolve(book.Input{Site: site, Pages: page.Faces(pages)})
	vs, _ := review.Judge(t.Context(), review.Input{Book: b, Pages: page.PagesOf(pages), Today: today})
	return b, vs
}

func agenda(t *testing.T, archive, baseURL, owner string, today schema.Date, until string) Agenda {
	t.Helper()
	b, vs := judged(t, archive, baseURL, today)
	var node *book.Node
	if owner != "" {
		var help string
		if node, help = people.Owner(b, owner); node == nil {
			t.Fatalf("no owner %s: %s", owner, help)
		}
	}
	var end schema.Date
	if until != "" {
		end = day(until)
	}
	return New(b, vs, node, today, end)
}

func TestAnAgendaListsTheWorstFirst(t *testing.T) {
	for _, c := range []struct{ name, owner, until, want string }{
		{"everybody", "", "2026-12-06", "specs/later specs/late specs/never specs/due"},
		{"a longer look", "", "2026-12-20", "specs/later specs/late specs/never specs/due specs/soon"},
		{"no end", "", "", "specs/later specs/late specs/never specs/due specs/soon _index"},
		{"a team has its members' pages", "payments", "2026-12-06", "specs/later specs/late specs/never specs/due"},
		{"a person has their own", "ana", "2026-12-06", "specs/late"},
		{"a person with nothing to do", "cy", "2026-12-06", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, task := range agenda(t, example, "", c.owner, november, c.until).Tasks {
				got = append(got, task.Node.Name())
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
		})
	}
}

func TestIDsStayUntilThereIsSomethingElseToTell(t *testing.T) {
	ids := func(today, until string, archive string) map[string]string {
		a := agenda(t, archive, "", "", day(today), until)
		found := map[string]string{}
		for _, task := range a.Tasks {
			found[task.Node.Name()] = a.id(task.key()...).short()
		}
		return found
	}
	first := ids("2026-11-22", "2027-12-31", example)
	next := ids("2026-11-23", "2027-12-31", example)
	window := ids("2026-12-08", "2027-12-31", example) // Soon comes into the warning window, Due is overdue
	if first["specs/soon"] == "" || first["specs/soon"] == first["specs/due"] {
		t.Fatalf("ids %v", first)
	}
	for name, id := range first {
		if next[name] != id {
			t.Errorf("%s has another id on the next day", name)
		}
	}
	if window["specs/soon"] != first["specs/soon"] {
		t.Error("a coming review has another id when the warning window begins")
	}
	if window["specs/due"] == first["specs/due"] {
		t.Error("a page keeps its id when it becomes overdue")
	}
	reviewed := ids("2026-11-22", "2027-12-31", strings.Replace(example, "reviewed: 2026-06-20", "reviewed: 2026-11-22", 1))
	if reviewed["specs/soon"] == first["specs/soon"] {
		t.Error("a page keeps its id when its due date is another")
	}
}

func TestACalendarHasADayForEachReview(t *testing.T) {
	got := string(Calendar(agenda(t, example, "https://handbook.example/team/", "ana", november, "")))
	want := strings.ReplaceAll(`BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//handbook//reviews//EN
X-WR-CALNAME:Reviews: Ana Sol
BEGIN:VEVENT
UID:`+uidOf(t, got)+`
DTSTAMP:20260501T000000Z
DTSTART;VALUE=DATE:`+compact(review.Week(day("2026-11-01")))+`
SUMMARY:Review: Late
DESCRIPTION:Reviewed on 1 May 2026. The next review is due on 1 November 20
 26.
URL:https://handbook.example/team/specs/late/
TRANSP:TRANSPARENT
END:VEVENT
END:VCALENDAR
`, "\n", "\r\n")
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	other := string(Calendar(agenda(t, example, "https://handbook.example/team/", "ana", day("2026-10-01"), "")))
	if other != got {
		t.Error("the calendar is another on another day")
	}
	moved := string(Calendar(agenda(t, strings.Replace(example, "2026-05-01", "2026-11-20", 1), "https://handbook.example/team/", "ana", november, "")))
	if uidOf(t, moved) != uidOf(t, got) || !strings.Contains(moved, "DTSTART;VALUE=DATE:"+compact(review.Week(day("2027-05-20")))) {
		t.Errorf("a review does not move the event: %s", moved)
	}
}

func uidOf(t *testing.T, calendar string) string {
	t.Helper()
	_, after, ok := strings.Cut(calendar, "UID:")
	uid, _, _ := strings.Cut(after, "\r\n")
	if !ok || len(uid) != 36 {
		t.Fatalf("no UID in %s", calendar)
	}
	return uid
}

func TestACalendarShowsTheSuggestedWeek(t *testing.T) {
	archive := "-- teams/payments.md --\n---\n{title: Payments, type: team, owner: payments, review_every: never}\n---\n"
	for i := range 4 {
		archive += fmt.Sprintf("-- p%d.md --\n---\n{title: P%d, owner: payments, reviewed: 2026-06-10, review_every: 6 months}\n---\n", i, i)
	}
	got := string(Calendar(agenda(t, archive, "", "payments", november, "")))
	week := review.Week(day("2026-12-10"))
	for i := range 4 {
		if strings.Count(got, "DTSTART;VALUE=DATE:"+compact(week.AddDays(-7*i))+"\r\n") != 1 {
			t.Errorf("not one event %d weeks before", i)
		}
	}
	if unfolded := strings.ReplaceAll(got, "\r\n ", ""); !strings.Contains(unfolded, "due on 10 December 2026. It is best done in the week of "+review.Words(week.AddDays(-7))+"\\,") {
		t.Error("an event does not name both dates")
	}
}

// odd is a title with everything that a form could take for its own.
const odd = `a;b,c\\d "e" <b>&amp;</b> |*_[x](y)~#` + "`" + ` größe 東京 🦊 ` + "\u0085"

func TestCalendarLinesAreFoldedBetweenCharacters(t *testing.T) {
	for _, title := range []string{odd, strings.Repeat("ö", 200), strings.Repeat("🦊", 90), strings.Repeat("a", 66) + "é", strings.Repeat("a", 300)} {
		a := agenda(t, example, "", "ana", november, "")
		a.Tasks[0].Node.Title = title
		got := Calendar(a)
		if !utf8.Valid(got) {
			t.Error("not UTF-8")
		}
		for line := range bytes.Lines(got) {
			text, ok := bytes.CutSuffix(line, []byte("\r\n"))
			if !ok || len(text) > 75 || !utf8.Valid(text) || bytes.ContainsAny(text, "\r\n") {
				t.Errorf("the line %q", line)
			}
		}
		unfolded := strings.ReplaceAll(string(got), "\r\n ", "")
		_, after, _ := strings.Cut(unfolded, "SUMMARY:Review: ")
		summary, _, _ := strings.Cut(after, "\r\n")
		if title == odd && !strings.HasPrefix(summary, `a\;b\,c\\\\d`) {
			t.Errorf("the title is written as %q", summary)
		}
		if back := strings.NewReplacer(`\\`, `\`, `\;`, ";", `\,`, ",", `\n`, "\n").Replace(summary); back != diag.Plain(title) {
			t.Errorf("the title is read back as %q, want %q", back, diag.Plain(title))
		}
	}
}

func TestAFeedDatesEachFact(t *testing.T) {
	type link struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	}
	var feed struct {
		XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		Title   string   `xml:"title"`
		ID      string   `xml:"id"`
		Updated string   `xml:"updated"`
		Author  string   `xml:"author>name"`
		Links   []link   `xml:"link"`
		Entries []struct {
			Title   string `xml:"title"`
			ID      string `xml:"id"`
			Updated string `xml:"updated"`
			Links   []link `xml:"link"`
			Content string `xml:"content"`
		} `xml:"entry"`
	}
	a := agenda(t, example, "https://handbook.example/team/", "payments", november, "2026-12-06")
	for i := range a.Tasks {
		if a.Tasks[i].Node.ID == "specs/late" {
			a.Tasks[i].Node.Title = odd + "\x00"
		}
	}
	data := Feed(a, "https://handbook.example/team/feeds/payments.xml?a=1&b=2")
	if err := xml.Unmarshal(data, &feed); err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	if feed.Title != "Reviews: Payments" || feed.Author != "Marram & friends" || feed.Updated != "2026-11-22T00:00:00Z" ||
		len(feed.Links) != 2 || feed.Links[0].Href != "https://handbook.example/team/feeds/payments.xml?a=1&b=2" || feed.Links[0].Rel != "self" {
		t.Errorf("the feed is %+v", feed)
	}
	var got []string
	ids := map[string]bool{feed.ID: true}
	for _, e := range feed.Entries {
		got = append(got, e.Updated[:10]+" "+e.Title)
		if ids[e.ID] || !strings.HasPrefix(e.ID, "urn:uuid:") || len(e.Links) != 1 || e.Content == "" {
			t.Errorf("the entry %+v", e)
		}
		ids[e.ID] = true
	}
	want := "2026-11-22 Due: due\n2026-11-01 " + diag.Plain(odd+"\x00") + ": overdue\n2026-10-01 Later: overdue"
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}

	// Nothing to tell is a feed all the same.
	quiet := Feed(agenda(t, example, "", "cy", november, "2026-12-06"), "")
	if err := xml.Unmarshal(quiet, &feed); err != nil || !bytes.Contains(quiet, []byte("<updated>2026-06-20T00:00:00Z</updated>")) {
		t.Errorf("%v\n%s", err, quiet)
	}
}

// many is an agenda of n pages of Payments that are overdue.
func many(t *testing.T, n int, title, baseURL string) Agenda {
	t.Helper()
	var b strings.Builder
	b.WriteString("-- teams/payments.md --\n---\n{title: Payments, type: team, owner: payments, review_every: never}\n---\n")
	for i := range n {
		fmt.Fprintf(&b, "-- p%02d.md --\n---\n{owner: payments, reviewed: 2026-01-01, review_every: 90d}\n---\n", i)
	}
	a := agenda(t, b.String(), baseURL, "payments", november, "2026-12-06")
	if len(a.Tasks) != n {
		t.Fatalf("%d tasks, want %d", len(a.Tasks), n)
	}
	for i := range a.Tasks {
		a.Tasks[i].Node.Title = title
	}
	return a
}

func TestSlackTakesTheMessage(t *testing.T) {
	for _, c := range []struct {
		name, title, base string
		n, blocks         int
	}{
		{"nothing", "Checkout", "", 0, 3},
		{"one page", "Checkout", "https://handbook.example/team/", 1, 3},
		{"as many as fit", "Checkout", "https://handbook.example/team/", 48, 50},
		{"more than fit", "Checkout", "", 70, 50},
		{"titles without end", strings.Repeat("<&>", 3000), "https://handbook.example/team/", 2, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := many(t, c.n, c.title, c.base)
			for _, task := range a.Tasks {
				task.Verdict.Reasons[0].Sentence += c.title
			}
			data := a.Message().Slack()
			var message struct {
				Text   string
				Blocks []struct {
					Type    string
					BlockID string `json:"block_id"`
					Text    struct{ Type, Text string }
				}
			}
			if err := json.Unmarshal(data, &message); err != nil {
				t.Fatal(err)
			}
			if len(message.Blocks) != c.blocks {
				t.Errorf("%d blocks, want %d", len(message.Blocks), c.blocks)
			}
			ids := map[string]bool{}
			for _, b := range message.Blocks {
				limit := map[string]int{"header": 150, "section": 3000, "context": 0}[b.Type]
				if utf8.RuneCountInString(b.Text.Text) > limit || b.BlockID == "" || ids[b.BlockID] {
					t.Errorf("the block %s %s has %d characters", b.Type, b.BlockID, utf8.RuneCountInString(b.Text.Text))
				}
				ids[b.BlockID] = true
			}
			if c.n == 70 && message.Blocks[48].Text.Text != "and 23 more: 23 overdue" {
				t.Errorf("the rest is %q", message.Blocks[48].Text.Text)
			}
		})
	}
	got := string(many(t, 1, "Q&A <now> | later", "https://handbook.example/team/").Message().Slack())
	if want := `*<https://handbook.example/team/p00/|Q&amp;A &lt;now&gt; | later>* overdue\nIt was reviewed on 1 January 2026`; !strings.Contains(got, want) {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestMarkdownShowsATitleAsItIs(t *testing.T) {
	a := many(t, 1, "a|b [c](d) *e* <f> `g`\n# h", "https://handbook.example/team/")
	title := `[a\|b \[c\](d) \*e\* \<f\> \` + "`g\\`" + ` \# h](https://handbook.example/team/p00/)`
	if got := string(a.Message().Markdown()); !strings.Contains(got, "- **"+title+"**, overdue. It was reviewed on 1 January 2026, and") ||
		!strings.Contains(got, " <!-- handbook:"+a.id(a.Tasks[0].key()...).short()+" -->\n") {
		t.Errorf("the list:\n%s\nwant %s", got, title)
	}
	if got := string(MarkdownTable(a)); !strings.Contains(got, "| overdue | "+title+" | teams/payments | 2026-04-01 | It was") {
		t.Errorf("the table:\n%s", got)
	}
	none := many(t, 0, "", "")
	if got := string(MarkdownTable(none)) + string(none.Message().Markdown()); strings.Count(got, "No page has to be reviewed until 6 December 2026.") != 2 {
		t.Errorf("nothing to tell:\n%s", got)
	}
}

func TestAMailCanBeRead(t *testing.T) {
	for _, c := range []struct{ name, email, title, to string }{
		{"a plain owner", "pay@example.com", "Payments", `"Payments" <pay@example.com>`},
		{"letters of other languages", "pay@example.com", "Größe 東京 " + strings.Repeat("東京", 60), "pay@example.com"},
		{"an address that would add a header", "pay@example.com\r\nBcc: all@example.com", "Payments", ""},
		{"a title that would add a header", "pay@example.com", "Payments\r\nBcc: all@example.com", "pay@example.com"},
		{"no address", "", "Payments", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := many(t, 2, "Checkout "+odd, "https://handbook.example/team/")
			a.Owner.Page.Fields = append(a.Owner.Page.Fields, page.Field{Key: "email", Value: c.email})
			a.Owner.Title = c.title
			data, addressed := a.Message().Email(), a.Message().To != nil
			message, err := mail.ReadMessage(bytes.NewReader(data))
			if err != nil {
				t.Fatalf("%v\n%s", err, data)
			}
			for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
				if len(lines.Text()) > 100 {
					t.Errorf("a line of %d octets: %s", len(lines.Text()), lines.Text())
				}
			}
			to := message.Header.Get("To")
			if addressed != (c.to != "") || !strings.Contains(to, c.to) || message.Header.Get("Bcc") != "" {
				t.Errorf("to %q (%t), want %q", to, addressed, c.to)
			}
			if to != "" {
				if _, err := mail.ParseAddress(to); err != nil {
					t.Errorf("to %q: %v", to, err)
				}
			}
			subject, err := new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject"))
			if err != nil || !strings.HasPrefix(subject, strings.Fields(c.title)[0]) {
				t.Errorf("the subject %q, %v", subject, err)
			}
			if at, err := message.Header.Date(); err != nil || at.Format("2006-01-02") != "2026-11-22" {
				t.Errorf("dated %v, %v", at, err)
			}
			for kind, text := range partsOf(t, message) {
				if !strings.Contains(text, "https://handbook.example/team/p01/") || !strings.Contains(text, "größe 東京 🦊") {
					t.Errorf("%s:\n%s", kind, text)
				}
				if kind == "text/html" && strings.Contains(text, "<b>") {
					t.Errorf("the title is not escaped:\n%s", text)
				}
			}
		})
	}
}

func partsOf(t *testing.T, m *mail.Message) map[string]string {
	t.Helper()
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := r.NextRawPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := mime.ParseMediaType(p.Header.Get("Content-Type"))
		parts[kind] = string(text)
	}
	if len(parts) != 2 {
		t.Fatalf("%d parts", len(parts))
	}
	return parts
}

func TestAMailIsSentOnce(t *testing.T) {
	id := func(today string, archive string) string {
		data := agenda(t, archive, "https://handbook.example/team/", "payments", day(today), "2026-12-06").Message().Email()
		m, err := mail.ReadMessage(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		return m.Header.Get("Message-Id")
	}
	first := id("2026-11-22", example)
	if !strings.HasSuffix(first, "@handbook.example>") || id("2026-11-23", example) != first {
		t.Errorf("the next day's mail is another: %s", first)
	}
	if id("2026-11-22", strings.Replace(example, "2026-05-01", "2026-11-22", 1)) == first {
		t.Error("a review does not make another mail")
	}
}

func TestUpcomingCountsByWeek(t *testing.T) {
	archive := "-- teams/payments.md --\n---\n{title: Payments, type: team, owner: payments, review_every: never}\n---\n"
	for i := range 4 { // due in the week of 7 December, planned from 16 November on
		archive += fmt.Sprintf("-- p%d.md --\n---\n{owner: payments, reviewed: 2026-06-10, review_every: 6 months}\n---\n", i)
	}
	archive += "-- late.md --\n---\n{owner: payments, reviewed: 2026-05-20, review_every: 6 months}\n---\n"
	b, vs := judged(t, archive, "", day("2026-11-25"))
	team, _ := people.Owner(b, "payments")
	loads := Upcoming(team.Owns, vs, day("2026-11-25"), 4)
	want := []Load{{Due: 0, Planned: 2}, {Due: 0, Planned: 1}, {Due: 4, Planned: 1}, {}}
	for i := range want {
		want[i].Monday = review.Week(day("2026-11-25")).AddDays(7 * i)
	}
	if !slices.Equal(loads, want) {
		t.Errorf("got %v\nwant %v", loads, want)
	}
}
