package review

import (
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"handbook/builder/book"
	"handbook/builder/schema"
)

// ToWrite is a document that somebody has to write, or to finish, by a day.
type ToWrite struct {
	Product  *book.Node // whose plan asks for it
	Document string     // what the plan calls it
	Page     *book.Node // what there is of it; nil for nothing
	Status   string     // of that page: its own word, "" where it only is a draft
	Due      schema.Date
	Late     bool // the day has come
}

// chapter is one kind of thing to do: what a message says of it, and the entries.
type chapter struct {
	due      schema.Date // the first; zero for none
	headline string      // "2 pages to review"
	do       string      // "Read the page and run", and then the command
	command  string
	arg      string // of the command, where it stands alone
	entries  []entry
}

// reviewCommand is that of the chapter of reviews, of which each entry is a block of its own in Slack.
const reviewCommand = "handbook review"

// entry is one line of a chapter.
type entry struct {
	id         id
	node       *book.Node // where it leads
	title      string
	label, why string
}

// chapters are what there is to do, that of which something is due first coming first.
func (a Agenda) chapters() []chapter {
	say := &a.Site.Phrases
	reviews := chapter{headline: say.ToReview.Count(len(a.Tasks)), do: say.ToDo, command: reviewCommand, arg: " PAGE"}
	for _, t := range a.Tasks {
		reviews.add(t.Verdict.Next, entry{a.id(t), t.Node, t.Node.Title, a.label(t), a.why(t)})
	}
	reads := chapter{headline: say.ToRead.Count(len(a.Reads)), do: say.ReadDo, command: "handbook ack", arg: " PAGE"}
	for _, t := range a.Reads {
		reads.add(t.Until, entry{a.readID(t), t.Node, t.Node.Title, "", a.readWhy(t)})
	}
	writes := chapter{headline: say.ToWrite.Count(len(a.Writes)), do: say.WriteDo, command: "handbook new"}
	for _, t := range a.Writes {
		node := t.Product
		if t.Page != nil {
			node = t.Page
		}
		writes.add(t.Due, entry{a.idOf("write", nameOf(t.Product), t.Document, t.Due.String(), strconv.FormatBool(t.Late)), node, t.Document, "", a.writeWhy(t)})
	}
	all := slices.DeleteFunc([]chapter{reviews, reads, writes}, func(c chapter) bool { return len(c.entries) == 0 })
	slices.SortStableFunc(all, func(c, d chapter) int { return compareDue(c.due, d.due) })
	return all
}

func (c *chapter) add(due schema.Date, e entry) {
	if compareDue(due, c.due) < 0 {
		c.due = due
	}
	c.entries = append(c.entries, e)
}

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

// writeWhy says for what a document is and by when, and how far it is.
func (a Agenda) writeWhy(t ToWrite) string {
	say := &a.Site.Phrases
	phrase := say.WriteBy
	if t.Late {
		phrase = say.WriteWasBy
	}
	why := schema.Fill(phrase, "product", t.Product.Title, "date", say.Day(t.Due))
	if t.Page != nil && t.Status != "" {
		why += " " + schema.Fill(say.WriteThere, "status", t.Status)
	}
	return why
}

// markdownEntry is the title of an entry as a link; with the id of its page behind it where there is no address.
func (a Agenda) markdownEntry(e entry) string {
	title := markdownEscape(e.title)
	link := a.link(e.node)
	if link == "" {
		return title + " (" + markdownEscape(nameOf(e.node)) + ")"
	}
	return "[" + title + "](" + strings.NewReplacer("(", "%28", ")", "%29", " ", "%20", "<", "%3C", ">", "%3E", "|", "%7C", "\\", "%5C").Replace(link) + ")"
}

// markdown writes a chapter; alone says that there is no other.
func (a Agenda) markdown(c chapter, alone bool) string {
	var b strings.Builder
	if alone {
		fmt.Fprintf(&b, " %s `%s`.\n\n", markdownEscape(c.do), c.command)
	} else {
		fmt.Fprintf(&b, "### %s\n\n%s `%s`.\n\n", markdownEscape(c.headline), markdownEscape(c.do), c.command)
	}
	for _, e := range c.entries {
		label := ""
		if e.label != "" {
			label = ", " + e.label
		}
		fmt.Fprintf(&b, "- **%s**%s. %s <!-- handbook:%s -->\n", a.markdownEntry(e), label, markdownEscape(e.why), e.id.short())
	}
	return b.String()
}

// plainChapter writes a chapter for those who read no HTML.
func (a Agenda) plainChapter(c chapter, alone bool) string {
	var b strings.Builder
	if !alone {
		fmt.Fprintf(&b, "\n%s\n", oneLine(c.headline))
	}
	for _, e := range c.entries {
		label := ""
		if e.label != "" {
			label = ": " + e.label
		}
		fmt.Fprintf(&b, "\n* %s%s\n  %s\n  %s\n", oneLine(e.title), label, oneLine(e.why), oneLine(a.Address(Task{Node: e.node})))
	}
	return b.String() + "\n" + c.do + "\n\n  " + c.command + c.arg + "\n"
}

func (a Agenda) htmlChapter(c chapter, alone bool) string {
	var b strings.Builder
	if !alone {
		fmt.Fprintf(&b, "<h2>%s</h2>\n", html.EscapeString(oneLine(c.headline)))
	}
	b.WriteString("<ul>\n")
	for _, e := range c.entries {
		title := html.EscapeString(oneLine(e.title))
		if link := a.link(e.node); link != "" {
			title = `<a href="` + html.EscapeString(link) + `">` + title + "</a>"
		}
		label := ""
		if e.label != "" {
			label = ": " + e.label
		}
		fmt.Fprintf(&b, "<li id=\"handbook-%s\"><strong>%s</strong>%s<br>%s</li>\n", e.id.short(), title, label, html.EscapeString(oneLine(e.why)))
	}
	return b.String() + "</ul>\n<p>" + html.EscapeString(c.do) + " <code>" + c.command + "</code>.</p>\n"
}

// slackTitle is the title of an entry for Slack.
func (a Agenda) slackTitle(e entry) string {
	s := "*" + slackLink(a.link(e.node), e.title) + "*"
	if a.link(e.node) == "" {
		s += " (" + slackEscape(nameOf(e.node), 200) + ")"
	}
	return s
}

// slackChapter is a chapter in one block of text, as much of it as goes into it.
func (a Agenda) slackChapter(c chapter) string {
	s := "*" + slackEscape(c.headline, slackHeader) + "*"
	for i, e := range c.entries {
		line := "\n• " + a.slackTitle(e) + " " + slackEscape(e.why, 300)
		if utf8.RuneCountInString(s+line) > slackText-300 {
			return s + fmt.Sprintf("\n… +%d", len(c.entries)-i)
		}
		s += line
	}
	return s + "\n" + slackEscape(c.do, 200) + " `" + c.command + "`."
}
