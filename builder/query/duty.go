package query

import (
	"cmp"
	"slices"
	"strings"

	"handbook/builder/book"
	"handbook/builder/people"
	"handbook/builder/review"
	"handbook/builder/schema"
)

// Duty is something that somebody has to do: what a page asks of the people and teams whose names are on it.
type Duty struct {
	Kind  string       // one of DutyKinds
	Node  *book.Node   // where it stands
	Page  *book.Node   // what there is of a document that is to be written; nil for nothing, and for other kinds
	About string       // what it is about: "C-1 Two orders are charged twice", a document of a plan, the title of a page
	Key   string       // tells it from others of its kind on the page: the id of a finding
	URL   string       // of what it is about
	Who   []*book.Node // teams and people who have to do it
	For   []*book.Node // in whose lists it stands: theirs, that of teams they are members of, that of teams of the department
	Due   schema.Date  // the day that is written; zero for none
	From  schema.Date  // the first day on which it is late; zero for never
	Since schema.Date  // since when it is to be done; zero where nobody knows
	Now   bool         // it is to be done at once, whatever day is written: the text is in doubt
	Ends  schema.Date  // the day from which there is nothing to do any more; zero for none
	Note  string       // how far it is, or how bad, in a word of its type: "draft", "high"
}

// The kinds of duties.
const (
	DutyAnswer   = "answer"   // a client waits
	DutyDecide   = "decide"   // a proposal is open, or a finding that nobody has decided about
	DutyApprove  = "approve"  // a spec waits for an agreement
	DutyWrite    = "write"    // a document of a plan
	DutySolve    = "solve"    // a finding
	DutyRetest   = "retest"   // a finding that was mended
	DutyConclude = "conclude" // a test that ends, or has
	DutyRead     = "read"     // a page that asks to be read
	DutyReview   = "review"   // a page whose review is due, or whose text is in doubt
	DutyReply    = "reply"    // a question of an FAQ
	DutyWaiver   = "waiver"   // an exception that ends
	DutyDay      = "day"      // a day of a field of one's own
)

// DutyKinds lists the kinds, those first for which somebody outside waits.
func DutyKinds() []string {
	return []string{DutyAnswer, DutyDecide, DutyApprove, DutyWrite, DutySolve, DutyRetest, DutyConclude, DutyRead, DutyReview, DutyReply, DutyWaiver, DutyDay}
}

// Late reports whether it should be done by now.
func (d *Duty) Late(today schema.Date) bool { return !d.From.IsZero() && !today.Before(d.From) }

// Duties lists what there is to do, in reading order of the pages.
func (e *Engine) Duties() []Duty { return e.duties() }

// collectDuties is what Duties remembers.
func (e *Engine) collectDuties() []Duty {
	c := &collector{Engine: e, teams: map[*book.Node][]*book.Node{}, departments: map[string][]*book.Node{}}
	for _, r := range e.table().of("team") {
		for _, m := range people.Members(e.Book, r.node) {
			c.teams[m] = append(c.teams[m], r.node)
		}
		department, _ := r.node.Value("department")
		for _, d := range department.Each() {
			if d.Text != "" {
				c.departments[strings.ToLower(d.Text)] = append(c.departments[strings.ToLower(d.Text)], r.node)
			}
		}
	}
	for _, r := range e.rows() {
		c.page(r)
	}
	plan := e.Plan()
	for i := range plan {
		c.document(&plan[i])
	}
	return c.list
}

// collector collects duties.
type collector struct {
	*Engine
	teams       map[*book.Node][]*book.Node // by their members
	departments map[string][]*book.Node     // teams, by the name of the department
	list        []Duty
}

// add adds a duty of somebody; teams are those whose list it stands in besides.
func (c *collector) add(d Duty, teams ...*book.Node) {
	add := func(n *book.Node) {
		if n != nil && !slices.Contains(d.For, n) {
			d.For = append(d.For, n)
		}
	}
	if d.From.IsZero() && !d.Due.IsZero() {
		d.From = d.Due.AddDays(1)
	}
	d.Who = slices.DeleteFunc(slices.Clone(d.Who), func(n *book.Node) bool { return n == nil })
	for _, who := range d.Who {
		add(who)
		for _, t := range c.teams[who] {
			add(t)
		}
	}
	for _, t := range teams {
		add(t)
	}
	if d.URL == "" {
		d.URL = d.Node.URL
	}
	c.list = append(c.list, d)
}

// page adds what one page asks of people.
func (c *collector) page(r *row) {
	n := r.node
	owner := []*book.Node{n.Owner}
	c.review(r)
	if s := r.verdict.SignOff; s != nil {
		for _, reader := range s.Readers {
			if reader.Open {
				c.add(Duty{Kind: DutyRead, Node: n, About: n.Title, Who: []*book.Node{reader.Node}, Due: s.Until, Since: reader.Last.Date})
			}
		}
	}
	for i := range n.Questions {
		if q := &n.Questions[i]; !q.Answered {
			h := n.Page.Headings[q.Heading]
			c.add(Duty{Kind: DutyReply, Node: n, About: h.Text, Key: h.ID, URL: n.URL + "#" + h.ID, Who: owner})
		}
	}
	if n.Schema == nil || n.Draft {
		return
	}
	for i := range n.Values {
		v := &n.Values[i]
		switch due := n.DueBy(v); {
		case v.Kind == schema.KindPeriod && !due.IsZero():
			c.add(Duty{Kind: DutyConclude, Node: n, About: n.Title, Who: owner, Due: due, Note: n.Status})
		case v.Kind == schema.KindPeriod && c.silent(n) && !v.Until().IsZero():
			c.add(Duty{Kind: DutyConclude, Node: n, About: n.Title, Who: owner, Due: v.Until()})
		case !due.IsZero():
			kind := map[string]string{"answer_due": DutyAnswer, "decide_by": DutyDecide}[v.Name]
			c.add(Duty{Kind: cmp.Or(kind, DutyDay), Node: n, About: n.Title, Key: v.Name, Who: owner, Due: due, Note: n.Status})
		case v.Name == "approvers" && n.Status != "" && !v.Field.Met(n.Schema, n.Status) && n.Status != n.Schema.First():
			c.add(Duty{Kind: DutyApprove, Node: n, About: n.Title, Who: v.Nodes(), Note: n.Status})
		case v.Name == "findings":
			for k := range v.List {
				c.finding(n, finding{&v.List[k]})
			}
		}
	}
}

// silent reports whether a page of a type with verdicts has none.
func (c *collector) silent(n *book.Node) bool {
	_, concluded := n.Value("verdict")
	return !concluded && n.Schema.Field("verdict") != nil
}

// review adds the review of a page: by its day, and at once while its text is in doubt.
func (c *collector) review(r *row) {
	v := r.verdict
	doubt := v.State != "" && v.State.Rank() < review.Due.Rank() && v.State != review.Overdue
	if v.State == review.Exempt || v.Next.IsZero() && !doubt {
		return
	}
	d := Duty{Kind: DutyReview, Node: r.node, About: r.node.Title, Who: []*book.Node{r.node.Owner}, Due: v.Next, From: v.Next, Since: v.Since(firstOf(v.Reasons))}
	d.Now = doubt
	c.add(d)
}

func firstOf(reasons []review.Reason) review.Reason {
	if len(reasons) == 0 {
		return review.Reason{}
	}
	return reasons[0]
}

// finding adds what is to be done about a finding.
func (c *collector) finding(n *book.Node, f finding) {
	if len(f.Keys) == 0 {
		return
	}
	id := f.text("id")
	d := Duty{Node: n, About: joined(id, f.text("title")), Key: id, URL: n.URL + "#hb:field-findings", Note: f.text("severity"), Since: f.day("found")}
	department, _ := f.Value.Value("department")
	teams := c.departments[strings.ToLower(department.Text)]
	if owner, ok := f.Value.Value("owner"); ok {
		d.Who = owner.Nodes()
	}
	switch f.text("status") {
	case "open":
		if decide, err := schema.ParseInterval(n.Schema.Decide); err == nil && !decide.IsZero() && decide.Unit != schema.Never && !d.Since.IsZero() {
			d.Due = d.Since.Add(decide)
		}
		d.Kind = DutyDecide
		if len(d.Who) == 0 {
			d.Who = []*book.Node{n.Owner}
		}
		c.add(d, teams...)
	case "accepted":
		d.Kind = DutySolve
		c.add(d, teams...)
	case "fixed":
		if f.day("retested").IsZero() {
			d.Kind, d.Since, d.Who = DutyRetest, f.day("fixed"), []*book.Node{n.Owner}
			c.add(d, teams...)
		}
	}
	if waiver, ok := f.Value.Value("waiver"); ok && f.text("status") != "closed" && f.text("status") != "rejected" {
		c.waiver(n, waiver, d.About, d.URL)
	}
}

// waiver adds an exception that ends, to be prolonged or made needless by whoever granted it.
func (c *collector) waiver(n *book.Node, waiver book.Value, about, url string) {
	until, _ := waiver.Value("until")
	owner, _ := waiver.Value("owner")
	if !until.Date.IsZero() && !until.Date.Before(c.Today) {
		c.add(Duty{Kind: DutyWaiver, Node: n, About: about, Key: about, URL: url, Who: owner.Nodes(), Due: until.Date, Ends: until.Date.AddDays(1)})
	}
}

// document adds a document that is to be written.
func (c *collector) document(d *Document) {
	switch d.State {
	case PlanWaived:
		c.add(Duty{Kind: DutyWaiver, Node: d.Product, About: d.Title, Key: d.Title, Who: []*book.Node{d.Waived}, Due: d.Waiver, Ends: d.Waiver})
		if d.last.IsZero() {
			return
		}
		fallthrough // it has to be there when the waiver ends
	case PlanOverdue, PlanMissing, PlanDraft:
		one := Duty{Kind: DutyWrite, Node: d.Product, About: d.Title, Key: d.Title, Who: []*book.Node{d.Owner}, Due: d.last, From: d.last}
		if d.Page != nil {
			one.Page, one.URL, one.Note = d.Page, d.Page.URL, d.Page.Status
		}
		c.add(one)
	}
}

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}

// The stretches of time in which duties are due.
const (
	whenLate  = "late"
	whenThis  = "this-week"
	whenNext  = "next-week"
	whenLater = "later"
	whenOpen  = "open" // no day is named
	whenGone  = "gone" // nothing is to be done any more, and the row is nobody's
)

// when is the stretch in which a duty is due, seen from a day.
func (d *Duty) when(today schema.Date) string {
	switch week := review.Week(today); {
	case !d.Ends.IsZero() && !today.Before(d.Ends):
		return whenGone
	case d.Late(today):
		return whenLate
	case d.Due.IsZero() || d.Now:
		return whenOpen
	case d.Due.Before(week.AddDays(7)):
		return whenThis
	case d.Due.Before(week.AddDays(14)):
		return whenNext
	}
	return whenLater
}

// turns are the days on which when becomes another.
func (d *Duty) turns(today schema.Date) []schema.Date {
	week := review.Week(d.Due)
	days := []schema.Date{week.AddDays(-7), week, d.From}
	if d.Due.IsZero() || d.Now {
		days = days[2:]
	}
	if !d.Ends.IsZero() {
		days = append(days, d.Ends)
		slices.SortFunc(days, schema.Date.Compare)
	}
	return slices.DeleteFunc(days, func(day schema.Date) bool { return !today.Before(day) })
}

// addDuties adds what there is to do.
func (s *source) addDuties(e *Engine) {
	duties := e.Duties()
	for i := range duties {
		d := &duties[i]
		r := e.row(d.Node)
		if r == nil {
			continue
		}
		s.rows = append(s.rows, &row{node: d.Node, verdict: r.verdict, duty: d, today: e.Today, when: d.when(e.Today)})
	}
	add := func(name string, kind Kind, get func(*row) Value) *Field {
		return s.own(name, kind, func(r *row) Value {
			if r.duty == nil {
				return Value{}
			}
			return get(r)
		})
	}
	refs := func(nodes []*book.Node) Value {
		list := make([]Value, len(nodes))
		for i, n := range nodes {
			list[i] = ref(n)
		}
		return many(list)
	}
	who := []string{"person", "team"}
	add("task", Choice, func(r *row) Value { return text(r.duty.Kind) }).Options = DutyKinds()
	add("about", Text, func(r *row) Value { v := text(r.duty.About); v.URL = r.duty.URL; return v })
	f := add("who", Ref, func(r *row) Value { return refs(r.duty.Who) })
	f.Many, f.to = true, who
	f = add("concerns", Ref, func(r *row) Value {
		if r.when == whenGone {
			return Value{}
		}
		return refs(r.duty.For)
	})
	f.Many, f.to = true, who
	add("due", Day, func(r *row) Value {
		v := day(r.duty.Due)
		switch {
		case !v.Set:
		case r.duty.Late(e.Today):
			v.State, v.Word = string(PlanOverdue), "late"
		default:
			v.Later = []Change{{r.duty.From, "late", string(PlanOverdue)}}
		}
		return v
	})
	add("since", Day, func(r *row) Value { return day(r.duty.Since) })
	add("note", Text, func(r *row) Value { return text(r.duty.Note) })
	when := add("when", Choice, func(r *row) Value { return text(r.when) })
	when.Options, when.ages, when.by = []string{whenLate, whenThis, whenNext, whenLater, whenOpen}, true, []string{"due"}
	add("page", Ref, func(r *row) Value { return ref(r.node) })
	s.ofPages(e, "due")
}
