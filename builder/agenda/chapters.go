package agenda

import (
	"net/mail"
	"strconv"
	"strings"

	"handbook/builder/book"
	"handbook/builder/people"
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

// Message is the agenda as something to send.
func (a Agenda) Message() *Message {
	say := &a.Site.Phrases
	m := &Message{Site: a.Site, Today: a.Today, About: a.about(), Whom: people.OwnerName(a.Owner), Nothing: a.nothing(), To: a.to(), All: a.link(a.Owner),
		AllText: schema.Fill(say.AllPages, "owner", a.who()), Chapters: filled(a.reviews(), a.reads(), a.writes())}
	what := make([]string, len(m.Chapters))
	for i, c := range m.Chapters {
		what[i] = c.Headline
	}
	if s := a.Stand; s.Needed > 0 {
		m.Stand = schema.Fill(say.Relied.Count(s.Needed), "relied", strconv.Itoa(s.Relied), "share", strconv.Itoa(s.Share()))
	}
	m.Headline = schema.Fill(say.Headline, "owner", a.who(), "what", strings.Join(what, ", "))
	if len(what) == 0 {
		m.Headline = schema.Fill(say.Nothing, "owner", a.who())
	}
	return m
}

// to is where the owner's page says that mail goes; nil when it does not say.
func (a Agenda) to() *mail.Address {
	if a.Owner == nil {
		return nil
	}
	return Address(a.Owner)
}

// Address is where the page of a team or person says that mail goes; nil when it does not say.
func Address(n *book.Node) *mail.Address {
	for _, address := range n.Words("email") {
		if to, err := mail.ParseAddress(address); err == nil {
			to.Name = n.Title
			return to
		}
	}
	return nil
}

// entry begins an entry about a page.
func (a Agenda) entry(n *book.Node) Entry {
	return Entry{Title: n.Title, Link: a.link(n), Page: n.Name(), Path: a.Address(n)}
}

func (a Agenda) reviews() Chapter {
	say := &a.Site.Phrases
	c := Chapter{Headline: say.ToReview.Count(len(a.Tasks)), Do: say.ToDo, Command: "handbook review", Arg: " PAGE", Each: true}
	for _, t := range a.Tasks {
		e := a.entry(t.Node)
		e.Key, e.State, e.Label, e.Why = t.key(), a.told(t.Verdict.State), a.label(t), a.why(t)
		c.add(t.Verdict.Next, e)
	}
	return c
}

func (a Agenda) reads() Chapter {
	say := &a.Site.Phrases
	c := Chapter{Headline: say.ToRead.Count(len(a.Reads)), Do: say.ReadDo, Command: "handbook ack", Arg: " PAGE"}
	for _, t := range a.Reads {
		e := a.entry(t.Node)
		e.Key = []string{"read", t.Node.Name(), t.Until.String(), t.Last.String(), strconv.FormatBool(!t.Until.IsZero() && t.Until.Before(a.Today))}
		e.Why = a.readWhy(t)
		c.add(t.Until, e)
	}
	return c
}

func (a Agenda) writes() Chapter {
	say := &a.Site.Phrases
	c := Chapter{Headline: say.ToWrite.Count(len(a.Writes)), Do: say.WriteDo, Command: "handbook new"}
	for _, t := range a.Writes {
		node := t.Product
		if t.Page != nil {
			node = t.Page
		}
		e := a.entry(node)
		e.Key = []string{"write", t.Product.Name(), t.Document, t.Due.String(), strconv.FormatBool(t.Late)}
		e.Title, e.Why = t.Document, a.writeWhy(t)
		c.add(t.Due, e)
	}
	return c
}

func (c *Chapter) add(due schema.Date, e Entry) {
	if compareDue(due, c.due) < 0 {
		c.due = due
	}
	c.Entries = append(c.Entries, e)
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
