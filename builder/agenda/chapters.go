package agenda

import (
	"cmp"
	"net/mail"
	"strconv"
	"strings"

	"handbook/builder/book"
	"handbook/builder/people"
	"handbook/builder/query"
	"handbook/builder/schema"
)

// Message is the agenda as something to send.
func (a Agenda) Message() *Message {
	say := &a.Site.Phrases
	m := &Message{Site: a.Site, Today: a.Today, About: a.about(), Whom: people.OwnerName(a.Owner), Nothing: a.nothing(), To: a.to(), All: a.link(a.Owner),
		AllText: schema.Fill(say.AllPages, "owner", a.who()), Chapters: filled(append(a.duties(), a.reviews(), a.reads())...)}
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

// duties are a chapter for each kind.
func (a Agenda) duties() []Chapter {
	var chapters []Chapter
	for _, kind := range query.DutyKinds() {
		words := a.Site.Phrases.Duty(kind)
		c := Chapter{Do: words.Do, Command: words.Command}
		for _, d := range a.Duties {
			if d.Kind != kind {
				continue
			}
			e := a.entry(cmp.Or(d.Page, d.Node))
			e.Key = []string{kind, d.Node.Name(), d.Key, d.Due.String(), strconv.FormatBool(d.Late(a.Today))}
			e.Title, e.State, e.Label, e.Why = d.About, words.Event, d.Note, a.dutyWhy(d)
			if link := a.Site.Whole(d.URL); d.URL != "" && link != "" {
				e.Link = link
			}
			c.add(d.Due, e)
		}
		c.Headline = words.Count.Count(len(c.Entries))
		chapters = append(chapters, c)
	}
	return chapters
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

// dutyWhy says for what it is, and by when.
func (a Agenda) dutyWhy(d query.Duty) string {
	say := &a.Site.Phrases
	var why []string
	if d.About != d.Node.Title {
		phrase := say.DutyIn
		if d.Kind == query.DutyWrite {
			phrase = say.DutyFor
		}
		why = append(why, schema.Fill(phrase, "page", d.Node.Title))
	}
	switch {
	case d.Late(a.Today):
		why = append(why, schema.Fill(say.DutyWas, "date", say.Day(d.Due)))
	case !d.Due.IsZero():
		why = append(why, schema.Fill(say.DutyBy, "date", say.Day(d.Due)))
	case !d.Since.IsZero():
		why = append(why, schema.Fill(say.DutySince, "date", say.Day(d.Since)))
	}
	return strings.Join(why, " ")
}
