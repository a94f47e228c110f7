package agenda

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"net/mail"
	"slices"
	"strings"

	"handbook/builder/diag"
	"handbook/builder/schema"
)

// Message is something to tell people about, in the forms in which a bot or a job can send it: Slack, Markdown and Email.
type Message struct {
	Site     *schema.Site
	Today    schema.Date
	About    string // what tells this message from others of the site: an owner's id, "findings support"
	Whom     string // who gets it, as commands call them
	Headline string // "Payments: 1 page to read, 3 pages to review"
	Nothing  string // what to say where there is no chapter
	Stand    string // how their pages stand, in a sentence; "" where that is not the matter
	To       *mail.Address
	All      string // where everything is that the message is a part of; "" for nowhere
	AllText  string
	Chapters []Chapter // none of them is empty
}

// Chapter is one kind of thing to do.
type Chapter struct {
	Headline string // "2 pages to review"; it is told where there is another chapter
	Do       string // "Read the page and run"; "" for nothing
	Command  string // "handbook review"
	Arg      string // what stands behind it where it stands alone
	Each     bool   // in Slack each entry is a block of its own
	Entries  []Entry
	due      schema.Date // the first; zero for none
}

// JSON writes the message as one line, for a job that sends it its own way.
func (m *Message) JSON() []byte {
	type entry struct {
		ID    string  `json:"id"` // stays the same as long as there is the same to tell
		Title string  `json:"title"`
		Page  string  `json:"page"`
		URL   *string `json:"url"` // null where the site's address is not known
		Label *string `json:"label"`
		Why   string  `json:"why"`
	}
	type chapter struct {
		Headline string  `json:"headline"`
		Do       string  `json:"do"`
		Entries  []entry `json:"entries"`
	}
	out := struct {
		Owner    string    `json:"owner"`
		AsOf     string    `json:"as_of"`
		Headline string    `json:"headline"`
		Email    *string   `json:"email"`
		Chapters []chapter `json:"chapters"`
	}{Owner: m.Whom, AsOf: m.Today.String(), Headline: m.Headline, Chapters: []chapter{}}
	if m.To != nil {
		out.Email = &m.To.Address
	}
	for _, c := range m.Chapters {
		one := chapter{Headline: c.Headline, Do: c.how(c.Do, "`", "`")}
		for _, e := range c.Entries {
			one.Entries = append(one.Entries, entry{m.id(e.Key...).short(), e.Title, e.Page, diag.OrNull(e.Link), diag.OrNull(e.Label), e.Why})
		}
		out.Chapters = append(out.Chapters, one)
	}
	return append(diag.AsJSON(out, ""), '\n')
}

// how is what to do, with the command behind it between two marks of code.
func (c Chapter) how(do, open, shut string) string {
	if c.Command == "" {
		return do
	}
	return do + " " + open + c.Command + shut + "."
}

// Entry is one line of a Chapter.
type Entry struct {
	Key   []string // stays the same as long as there is the same to tell
	Title string
	Link  string // an address that works anywhere; "" for none
	Page  string // what commands call the page, for readers without an address
	Path  string // where the page is, where the mail has no links
	State string // what entries that are not shown are counted by
	Label string // "overdue, suspect"
	Why   string
}

// id is the hash of what it names, so that a bot updates what it said before instead of repeating it.
type id [sha256.Size]byte

// idOf hashes parts under a site, and what of it they are about.
func idOf(site *schema.Site, about string, parts ...string) id {
	h := sha256.New()
	for _, p := range append([]string{cmp.Or(site.BaseURL, site.Name), about}, parts...) {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return id(h.Sum(nil))
}

// URN is an address for a thing of a site that stays the same wherever the site is put together, for feeds.
func URN(site *schema.Site, parts ...string) string { return idOf(site, "", parts...).urn() }

// short is sixteen hexadecimal digits.
func (i id) short() string { return fmt.Sprintf("%x", i[:8]) }

// uuid is the id as a UUID of version 8 (RFC 9562), for forms that want an id without like in the world.
func (i id) uuid() string {
	i[6] = i[6]&0x0f | 0x80
	i[8] = i[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", i[0:4], i[4:6], i[6:8], i[8:10], i[10:16])
}

func (i id) urn() string { return "urn:uuid:" + i.uuid() }

func (m *Message) id(parts ...string) id { return idOf(m.Site, m.About, parts...) }

// ids names all entries.
func (m *Message) ids(chapters ...Chapter) []string {
	var ids []string
	for _, c := range chapters {
		for _, e := range c.Entries {
			ids = append(ids, m.id(e.Key...).short())
		}
	}
	return ids
}

// asOf says of which day all this is, and how the owner's pages stand on it.
func (m *Message) asOf() string {
	return schema.Fill(m.Site.Phrases.AsOf, "date", m.Site.Phrases.Day(m.Today)) + told(" ", m.Stand)
}

// count says how many entries are in which state, in the order of the entries: "2 overdue, 1 suspect".
func count(entries []Entry) string {
	var states, parts []string
	n := map[string]int{}
	for _, e := range entries {
		if n[e.State]++; n[e.State] == 1 {
			states = append(states, e.State)
		}
	}
	for _, s := range states {
		parts = append(parts, fmt.Sprintf("%d %s", n[s], s))
	}
	return strings.Join(parts, ", ")
}

// told is a text behind what comes before it, where there is one.
func told(before, text string) string {
	if text == "" {
		return ""
	}
	return before + text
}

// cut shortens a text to at most limit characters.
func cut(s string, limit int) string {
	if chars := []rune(s); len(chars) > limit {
		return string(chars[:limit-1]) + "…"
	}
	return s
}

// oneLine takes out of a text what would begin a new line or steer a terminal.
func oneLine(s string) string { return diag.OneLine(s) }

// filled leaves out chapters in which there is nothing to do, and puts that first of which something is due first.
func filled(chapters ...Chapter) []Chapter {
	chapters = slices.DeleteFunc(chapters, func(c Chapter) bool { return len(c.Entries) == 0 })
	slices.SortStableFunc(chapters, func(c, d Chapter) int { return compareDue(c.due, d.due) })
	return chapters
}
