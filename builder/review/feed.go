package review

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"slices"

	"handbook/builder/diag"
	"handbook/builder/schema"
)

// Feed writes an agenda as an Atom feed (RFC 4287), the newest fact first. An entry is dated by the day on which its
// state began, not by the build. A page that was never reviewed and of which no change is known has no such day and
// is left out. self is the whole address of the feed, "" when it is not known.
func Feed(a Agenda, self string) []byte {
	type entry struct {
		Task
		since schema.Date
	}
	var entries []entry
	updated := a.Last
	for _, t := range a.Tasks {
		if since := a.since(t); !since.IsZero() {
			entries = append(entries, entry{t, since})
			if updated.Before(since) {
				updated = since
			}
		}
	}
	slices.SortStableFunc(entries, func(s, t entry) int {
		return cmp.Or(t.since.Compare(s.since), cmp.Compare(s.Node.ID, t.Node.ID))
	})
	if updated.IsZero() {
		updated = schema.Date{Year: 1970, Month: 1, Day: 1} // nothing has ever happened
	}

	var f feed
	f.WriteString(xml.Header + `<feed xmlns="http://www.w3.org/2005/Atom">` + "\n")
	f.element("", "title", schema.Fill(a.Site.Phrases.Calendar, "owner", a.who()))
	f.element("", "id", "urn:uuid:"+a.idOf("feed").uuid())
	f.element("", "updated", updated.String()+"T00:00:00Z")
	f.WriteString("<author>")
	f.element("", "name", cmp.Or(a.Site.Name, "Handbook"))
	f.WriteString("</author>\n")
	if self != "" {
		f.element(` rel="self" type="application/atom+xml" href="`+attribute(self)+`"`, "link", "")
	}
	if link := a.link(a.Owner); link != "" {
		f.element(` href="`+attribute(link)+`"`, "link", "")
	}
	for _, e := range entries {
		f.WriteString("<entry>\n")
		f.element("", "title", e.Node.Title+": "+a.label(e.Task))
		f.element("", "id", "urn:uuid:"+a.id(e.Task).uuid())
		f.element("", "updated", e.since.String()+"T00:00:00Z")
		if link := a.link(e.Node); link != "" {
			f.element(` href="`+attribute(link)+`"`, "link", "")
		}
		f.element(` term="`+string(e.Verdict.State)+`"`, "category", "")
		f.element(` type="text"`, "content", a.why(e.Task)) // without content an entry would have to have a link
		f.WriteString("</entry>\n")
	}
	f.WriteString("</feed>\n")
	return f.Bytes()
}

// URN is an address for a thing of a site that stays the same wherever the site is put together, for feeds.
func URN(site *schema.Site, parts ...string) string {
	return "urn:uuid:" + Agenda{Site: site}.idOf(parts...).uuid()
}

// since is the day on which the state of a task began; zero when that is not known.
func (a Agenda) since(t Task) schema.Date {
	v := t.Verdict
	if v.State != Due && v.State != Fresh {
		return v.Since(v.Reasons[0])
	}
	// A coming review is told from the beginning of the warning window, or of the time looked ahead to.
	since := v.Warn
	if !a.Until.IsZero() {
		if seen := v.Next.AddDays(-a.Today.DaysUntil(a.Until)); seen.Before(since) {
			since = seen
		}
	}
	if a.Today.Before(since) {
		return schema.Date{}
	}
	return since
}

// feed collects elements.
type feed struct{ bytes.Buffer }

func (f *feed) element(attributes, name, text string) {
	fmt.Fprintf(f, "<%s%s", name, attributes)
	if text == "" {
		f.WriteString("/>\n")
		return
	}
	f.WriteString(">" + attribute(text) + "</" + name + ">\n")
}

// attribute escapes text for an element or a quoted attribute.
func attribute(s string) string {
	var b bytes.Buffer
	xml.EscapeText(&b, []byte(diag.Plain(s))) // a buffer takes everything
	return b.String()
}
