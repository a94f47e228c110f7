package review

import (
	"cmp"
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"handbook/builder/book"
	"handbook/builder/schema"
)

// ToRead is a page that a person is asked to read and has not read as it now reads.
type ToRead struct {
	Node  *book.Node
	Until schema.Date // the last day to do so; zero for none
	Last  schema.Date // when they read it last; zero for never
}

// Unread lists what a person is asked to read and has not, what has to be read first coming first. A team reads with the eyes
// of its members, so it has nothing itself unless it names none.
func Unread(b *book.Book, vs Verdicts, who *book.Node) []ToRead {
	var list []ToRead
	for _, n := range b.Nodes {
		s := vs.Of(n).SignOff
		if s == nil || who == nil {
			continue
		}
		for _, r := range s.Readers {
			if r.Node == who && r.Open {
				list = append(list, ToRead{n, s.Until, r.Last.Date})
			}
		}
	}
	slices.SortStableFunc(list, func(s, t ToRead) int {
		return cmp.Or(compareDue(s.Until, t.Until), cmp.Compare(s.Node.ID, t.Node.ID))
	})
	return list
}

// readHeadline is what stands above the list: "2 pages to read".
func (a Agenda) readHeadline() string { return a.Site.Phrases.ToRead.Count(len(a.Reads)) }

// readWhy says by when a page is to be read, and why again.
func (a Agenda) readWhy(t ToRead) string {
	say := &a.Site.Phrases
	var why []string
	switch {
	case t.Until.IsZero():
	case t.Until.Before(a.Today):
		why = append(why, schema.Fill(say.ReadWasBy, "date", say.Day(t.Until)))
	default:
		why = append(why, schema.Fill(say.ReadBy, "date", say.Day(t.Until)))
	}
	if !t.Last.IsZero() {
		why = append(why, schema.Fill(say.ReadAgain, "date", say.Day(t.Last)))
	}
	return strings.Join(why, " ")
}

// readID names an entry as long as there is the same to tell.
func (a Agenda) readID(t ToRead) id {
	return a.idOf("read", nameOf(t.Node), t.Until.String(), t.Last.String(), strconv.FormatBool(!t.Until.IsZero() && t.Until.Before(a.Today)))
}

// readMarkdown, readPlain and readHTML write the list, and what to do; nothing where it is empty.
func (a Agenda) readMarkdown() string {
	if len(a.Reads) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n### %s\n\n%s `handbook ack`.\n\n", markdownEscape(a.readHeadline()), markdownEscape(a.Site.Phrases.ReadDo))
	for _, t := range a.Reads {
		fmt.Fprintf(&b, "- **%s**. %s <!-- handbook:%s -->\n", a.markdownTitle(Task{Node: t.Node}), markdownEscape(a.readWhy(t)), a.readID(t).short())
	}
	return b.String()
}

func (a Agenda) readPlain() string {
	if len(a.Reads) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s\n", oneLine(a.readHeadline()))
	for _, t := range a.Reads {
		fmt.Fprintf(&b, "\n* %s\n  %s\n  %s\n", oneLine(t.Node.Title), oneLine(a.readWhy(t)), oneLine(a.Address(Task{Node: t.Node})))
	}
	return b.String() + "\n" + a.Site.Phrases.ReadDo + "\n\n  handbook ack PAGE\n"
}

func (a Agenda) readHTML() string {
	if len(a.Reads) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "<h2>%s</h2>\n<ul>\n", html.EscapeString(oneLine(a.readHeadline())))
	for _, t := range a.Reads {
		title := html.EscapeString(oneLine(t.Node.Title))
		if link := a.link(t.Node); link != "" {
			title = `<a href="` + html.EscapeString(link) + `">` + title + "</a>"
		}
		fmt.Fprintf(&b, "<li id=\"handbook-%s\"><strong>%s</strong><br>%s</li>\n", a.readID(t).short(), title, html.EscapeString(oneLine(a.readWhy(t))))
	}
	return b.String() + "</ul>\n<p>" + html.EscapeString(a.Site.Phrases.ReadDo) + " <code>handbook ack</code>.</p>\n"
}

// readSlack is one block of text, as much of the list as goes into it.
func (a Agenda) readSlack() string {
	s := "*" + slackEscape(a.readHeadline(), slackHeader) + "*"
	for i, t := range a.Reads {
		line := "\n• " + slackLink(a.link(t.Node), t.Node.Title)
		if a.link(t.Node) == "" {
			line += " (" + slackEscape(nameOf(t.Node), 200) + ")"
		}
		line += " " + slackEscape(a.readWhy(t), 300)
		if utf8.RuneCountInString(s+line) > slackText-300 {
			return s + fmt.Sprintf("\n… +%d", len(a.Reads)-i)
		}
		s += line
	}
	return s + "\n" + slackEscape(a.Site.Phrases.ReadDo, 200) + " `handbook ack`."
}
