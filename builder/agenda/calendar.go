package agenda

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"
	"unicode/utf8"

	"handbook/builder/diag"
	"handbook/builder/review"
	"handbook/builder/schema"
)

// Calendar writes the reviews and duties of an agenda as a calendar (RFC 5545): for each page with a next review one event, a
// whole day long, on the Monday of the suggested week. Its bytes are the same on every day that the dates are, so
// make the agenda without an end. A calendar without events has no component; the RFC wants one, readers do not.
func Calendar(a Agenda) []byte {
	var c calendar
	c.line("BEGIN:VCALENDAR")
	c.line("VERSION:2.0")
	c.line("PRODID:-//handbook//reviews//EN")
	c.line("X-WR-CALNAME:" + calendarText(schema.Fill(a.Site.Phrases.Calendar, "owner", a.who())))
	for _, t := range a.Tasks {
		v := t.Verdict
		if v.Next.IsZero() {
			continue
		}
		day := v.Next
		if !v.Plan.IsZero() {
			day = v.Plan
		}
		c.line("BEGIN:VEVENT")
		c.line("UID:" + a.id("event", t.Node.ID).uuid()) // without the date: a page that was reviewed moves its event
		// The stamp says when the dates were last revised, which is the review they follow from.
		c.line("DTSTAMP:" + compact(v.Reviewed) + "T000000Z")
		c.line("DTSTART;VALUE=DATE:" + compact(day))
		c.line("SUMMARY:" + calendarText(schema.Fill(a.Site.Phrases.Event, "page", t.Node.Title)))
		c.line("DESCRIPTION:" + calendarText(a.dates(t)))
		if link := a.link(t.Node); link != "" {
			c.line("URL:" + link)
		}
		c.line("TRANSP:TRANSPARENT") // nobody is busy all day with it
		c.line("END:VEVENT")
	}
	for _, d := range a.Duties {
		if d.Due.IsZero() {
			continue
		}
		c.line("BEGIN:VEVENT")
		c.line("UID:" + a.id("duty", d.Kind, d.Node.ID, d.Key).uuid())
		c.line("DTSTAMP:" + compact(cmp.Or(d.Since, d.Due)) + "T000000Z")
		c.line("DTSTART;VALUE=DATE:" + compact(d.Due))
		c.line("SUMMARY:" + calendarText(a.Site.Phrases.Duty(d.Kind).Event+": "+d.About))
		if d.About != d.Node.Title {
			c.line("DESCRIPTION:" + calendarText(schema.Fill(a.Site.Phrases.DutyIn, "page", d.Node.Title)))
		}
		if link := a.Site.Whole(d.URL); link != "" {
			c.line("URL:" + link)
		}
		c.line("TRANSP:TRANSPARENT")
		c.line("END:VEVENT")
	}
	c.line("END:VCALENDAR")
	return c.Bytes()
}

// dates says what is known of a page's reviews without saying what that means today.
func (a Agenda) dates(t Task) string {
	s := t.Verdict.Told(review.Reason{State: review.Fresh}, &a.Site.Phrases)
	if plan := a.bestDone(t.Verdict); plan != "" {
		s += " " + plan
	}
	return s
}

func compact(d schema.Date) string { return fmt.Sprintf("%04d%02d%02d", d.Year, d.Month, d.Day) }

var separators = strings.NewReplacer("\\", "\\\\", ";", "\\;", ",", "\\,")

// calendarText escapes a value of the type TEXT. Other control characters may not stand in a calendar.
func calendarText(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i, line := range lines {
		lines[i] = separators.Replace(diag.Plain(line))
	}
	return strings.Join(lines, "\\n")
}

// calendar collects lines.
type calendar struct{ bytes.Buffer }

// maxLine is the most octets of a line, its end left out.
const maxLine = 75

// line writes a content line, folded between characters.
func (c *calendar) line(s string) {
	for room := maxLine; len(s) > room; room = maxLine - 1 { // a folded line begins with a space
		cut := room
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		c.WriteString(s[:cut] + "\r\n ")
		s = s[cut:]
	}
	c.WriteString(s + "\r\n")
}
