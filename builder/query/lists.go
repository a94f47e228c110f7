package query

import (
	"fmt"
	"slices"
	"strings"

	"handbook/builder/book"
	"handbook/builder/review"
	"handbook/builder/schema"
)

// The names that `from` takes for what is no page and no record.
const (
	plan      = "plan"      // the document plans of products
	questions = "questions" // what FAQs ask
	signOffs  = "sign-offs" // pages that ask to be read
	owners    = "owners"    // teams and people
	changes   = "changes"   // what was changed on pages in the last weeks
	duties    = "duties"    // what somebody has to do
)

// lists are these names with what adds their rows and fields. A type of the same name comes before them.
func lists() map[string]func(*source, *Engine) {
	return map[string]func(*source, *Engine){
		plan: (*source).addPlan, questions: (*source).addQuestions, signOffs: (*source).addSignOffs,
		owners: (*source).addOwners, changes: (*source).addChanges, duties: (*source).addDuties,
	}
}

// own adds a field that only the rows of a list have.
func (s *source) own(name string, kind Kind, get func(*row) Value) *Field {
	f := &Field{Name: name, Kind: kind, get: get}
	s.field(f)
	return f
}

// ofPages adds what every page tells, and what some types declare, as far as the list itself does not.
func (s *source) ofPages(e *Engine, skip ...string) {
	for _, f := range e.common() {
		if s.fields[f.Name] == nil && !slices.Contains(skip, f.Name) {
			s.field(f)
		}
	}
	f := s.fields["type"]
	f.Kind, f.Options = Choice, e.types()
}

// addQuestions adds the questions of FAQs, in reading order.
func (s *source) addQuestions(e *Engine) {
	for _, page := range e.rows() {
		r := *page
		for k := range r.node.Questions {
			one := r
			one.question = &r.node.Questions[k]
			s.rows = append(s.rows, &one)
		}
	}
	s.own("question", Text, func(r *row) Value {
		if r.question == nil {
			return Value{}
		}
		h := r.node.Page.Headings[r.question.Heading]
		return Value{Set: true, Text: h.Text, URL: r.node.URL + "#" + h.ID}
	})
	s.own("product", Ref, func(r *row) Value {
		v, _ := r.node.Value("product")
		if to := v.Nodes(); len(to) > 0 {
			return ref(to[0])
		}
		return Value{}
	}).to = []string{"product"}
	s.own("answered", Truth, func(r *row) Value { return truth(r.question != nil && r.question.Answered) })
	s.ofPages(e)
}

// The states of a page that asks to be read.
const (
	readLate = "late" // somebody should have read it by now
	readOpen = "open"
	readDone = "done"
)

// readState is how a page that asks to be read stands on a day, if nobody reads it.
func readState(s *review.SignOff, day schema.Date) string {
	switch {
	case s.Missing() == 0:
		return readDone
	case !s.Until.IsZero() && s.Until.Before(day):
		return readLate
	}
	return readOpen
}

// addSignOffs adds the pages that ask to be read.
func (s *source) addSignOffs(e *Engine) {
	for _, page := range e.rows() {
		if r := *page; r.verdict.SignOff != nil && r.node.URL != "" {
			r.reading = readState(r.verdict.SignOff, e.Today)
			s.rows = append(s.rows, &r)
		}
	}
	readers := func(open bool) func(r *row) Value {
		return func(r *row) Value {
			var list []Value
			for _, reader := range r.readers() {
				if reader.Open == open {
					list = append(list, ref(reader.Node))
				}
			}
			return many(list)
		}
	}
	state := s.own("state", Choice, func(r *row) Value {
		if r.reading == "" {
			return Value{}
		}
		signs := map[string]string{readLate: "overdue", readOpen: "due", readDone: "fresh"}
		v := Value{Set: true, Text: r.reading, Word: r.reading, State: signs[r.reading]}
		for _, then := range r.ageing() {
			v.Later = append(v.Later, Change{then.from, then.row.reading, signs[then.row.reading]})
		}
		return v
	})
	state.Options, state.ages, state.by = []string{readLate, readOpen, readDone}, true, []string{"until"}
	s.own("until", Day, func(r *row) Value {
		if so := r.verdict.SignOff; so != nil {
			return day(so.Until)
		}
		return Value{}
	})
	s.own("missing", Ref, readers(true)).Many = true
	s.own("read", Ref, readers(false)).Many = true
	s.own("progress", Text, func(r *row) Value {
		if r.reading == "" {
			return Value{}
		}
		all := len(r.readers())
		return Value{Set: true, Number: float64(all - r.verdict.SignOff.Missing()), All: all, Text: fmt.Sprintf("%d/%d", all-r.verdict.SignOff.Missing(), all)}
	})
	s.ofPages(e)
}

// readers are those who are asked to read the page of a row.
func (r *row) readers() []review.Reader {
	if r.verdict.SignOff == nil {
		return nil
	}
	return r.verdict.SignOff.Readers
}

// addOwners adds teams and people, also those who are only named.
func (s *source) addOwners(e *Engine) {
	none := &review.Verdict{}
	for _, n := range e.Book.Owners {
		r := e.row(n)
		if r == nil {
			r = &row{node: n, verdict: none}
		}
		s.rows = append(s.rows, r)
	}
	said := func(key string) func(*row) Value {
		return func(r *row) Value {
			if r.node.Page == nil {
				return Value{}
			}
			return raw(key)(r)
		}
	}
	s.own("title", Text, func(r *row) Value { return Value{Set: true, Text: r.node.Title, Node: r.node} })
	s.own("type", Choice, func(r *row) Value { return text(r.node.Type) }).Options = []string{"team", "person"}
	s.own("description", Text, func(r *row) Value { return text(r.node.Summary) })
	for _, key := range []string{"department", "channel", "email"} {
		s.own(key, Text, said(key))
	}
	s.own("left", Day, said("left"))
	s.own("pages", Number, func(r *row) Value { return number(len(r.node.Owns)) })
	s.own("alone", Truth, func(r *row) Value {
		most := e.Book.Site.Review.Alone
		return truth(r.node.Type == "person" && most > 0 && len(r.node.Owns) > most)
	})
}

// The kinds of change.
const (
	changeNew     = "new"
	changeEdited  = "changed"
	changeDeleted = "deleted"
)

// addChanges adds what was changed in the last weeks, a row for each page and week.
func (s *source) addChanges(e *Engine) {
	none := &review.Verdict{}
	for i := range e.Recent {
		c := &e.Recent[i]
		r := &row{node: c.Node, verdict: none, change: c}
		if known := e.row(c.Node); known != nil {
			r.verdict = known.verdict
		}
		s.rows = append(s.rows, r)
	}
	add := func(name string, kind Kind, get func(*review.Recent) Value) *Field {
		return s.own(name, kind, func(r *row) Value {
			if r.change == nil {
				return Value{}
			}
			return get(r.change)
		})
	}
	add("week", Day, func(c *review.Recent) Value { return day(c.Week) })
	add("day", Day, func(c *review.Recent) Value { return day(c.Last.Day) })
	add("by", Ref, func(c *review.Recent) Value {
		var list []Value
		for _, name := range c.By {
			if name != "" {
				list = append(list, named(e.owner(name), name))
			}
		}
		return many(list)
	}).Many = true
	kinds := add("change", Choice, func(c *review.Recent) Value {
		switch {
		case c.Deleted:
			return Value{Set: true, Text: changeDeleted}
		case c.New:
			return Value{Set: true, Text: changeNew}
		}
		return Value{Set: true, Text: changeEdited}
	})
	kinds.Options = []string{changeNew, changeEdited, changeDeleted}
	add("diff", Diff, func(c *review.Recent) Value { return Value{Set: true, Change: c, Of: c.Node} })
	s.ofPages(e)
}

// owner is the team or person that somebody calls so; nil for nobody.
func (e *Engine) owner(name string) *book.Node {
	for _, n := range e.Book.Owners {
		for _, known := range []string{n.ID, n.ID[strings.LastIndexByte(n.ID, '/')+1:], n.Title} {
			if strings.EqualFold(known, name) {
				return n
			}
		}
	}
	return nil
}
