package render

import (
	"cmp"
	"slices"

	"handbook/builder/book"
	"handbook/builder/review"
	"handbook/builder/schema"
	"handbook/builder/signs"
	"handbook/builder/theme"
)

// around adds to a view what stands around the text of a page: what it says in its fields, who answers for it, who has to read
// it, what refers to it.
type around struct {
	signs  *signs.Book
	places *places
	recent []review.Recent
	boards func() []theme.Board
	asks   map[*book.Node][]*book.Node // by person or team: pages that they have to read, those with most to do first
}

func newAround(s *signs.Book, p *places, recent []review.Recent, boards func() []theme.Board) *around {
	m := &around{signs: s, places: p, recent: recent, boards: boards}
	m.collectAsks()
	return m
}

// frontBoards is how many boards the home page leads to with a number.
const frontBoards = 4

// frontRows is how many pages each list beside the text of the home page shows.
const frontRows = 5

// lifeSteps is how many steps a life must have to be drawn: of one with fewer the status says all.
const lifeSteps = 3

// addLife lays out the statuses of a document's life: from each to the next that comes later in its type, without those that
// end it. Where a life has ended is known if only one of them leads there.
func (m *around) addLife(v *theme.View, n *book.Node) {
	typ := m.signs.Book.Site.Type(n.Type)
	if typ == nil || typ.Status(n.Status) == nil {
		return
	}
	var steps []string
	for at := 0; at >= 0; {
		s := typ.Statuses[at]
		if typ.Ends(s.Name) {
			break
		}
		steps = append(steps, s.Name)
		next := -1
		for i := at + 1; i < len(typ.Statuses); i++ {
			if s.Next == nil || slices.Contains(s.Next, typ.Statuses[i].Name) {
				next = i
				break
			}
		}
		at = next
	}
	if len(steps) < lifeSteps {
		return
	}
	life := &theme.Life{At: slices.Index(steps, n.Status) + 1, Name: schema.Spoken(n.Status)}
	last := life.At
	if last == 0 {
		var before []int
		for i, name := range steps {
			if slices.Contains(typ.Status(name).Next, n.Status) {
				before = append(before, i+1)
			}
		}
		if len(before) != 1 {
			return
		}
		last = before[0]
	}
	for i := range steps {
		life.Steps = append(life.Steps, i < last)
	}
	v.Life = life
}

// addMeter counts what is open: the findings of a beta report, or of the reports on a spec; the questions of an FAQ.
func (m *around) addMeter(v *theme.View, n *book.Node) {
	var meter theme.Meter
	count := func(of *book.Node, url string) {
		if value, ok := of.Value("findings"); ok {
			for _, rec := range value.List {
				meter.All++
				meter.Done += closed(rec)
			}
			meter.URL = url
		}
	}
	count(n, "#hb:field-findings")
	seen := map[*book.Node]bool{}
	for _, rel := range n.Relating {
		if rel.Field.Name == "spec" && rel.Record == nil && !seen[rel.From] {
			seen[rel.From] = true
			count(rel.From, rel.From.URL+"#hb:field-findings")
		}
	}
	for _, q := range n.Questions {
		meter.All++
		if q.Answered {
			meter.Done++
		}
	}
	if meter.All > 0 {
		v.Meter = &meter
	}
}

// closed is 1 for a finding that nobody has to do anything about any more.
func closed(rec book.Value) int {
	if status, ok := rec.Value("status"); ok && (status.Text == "closed" || status.Text == "rejected") {
		return 1
	}
	return 0
}

// front is what stands beside the text of the home page.
func (m *around) front() *theme.Front {
	f := &theme.Front{Boards: slices.DeleteFunc(slices.Clone(m.boards()), func(b theme.Board) bool { return !b.Counts })}
	slices.SortStableFunc(f.Boards, func(a, b theme.Board) int { return cmp.Compare(min(1, b.Open.N), min(1, a.Open.N)) }) // good news last
	f.Boards = f.Boards[:min(len(f.Boards), frontBoards)]
	seen := map[*book.Node]bool{}
	for _, c := range m.recent {
		if len(f.Recent) == frontRows {
			break
		}
		if c.Deleted || seen[c.Node] {
			continue
		}
		seen[c.Node] = true
		row := theme.Lately{Title: c.Node.Title, URL: c.Node.URL, Day: c.Last.Day, New: c.New}
		if !m.signs.Narrow { // who works on the handbook is for those who have all of it
			row.By = m.signs.Who(c.Last.By)
		}
		f.Recent = append(f.Recent, row)
	}
	f.All = m.places.changes
	var needy []*book.Node
	for _, n := range m.signs.Book.Nodes {
		if mark := m.signs.Of(n).Signs().Mark; mark != nil && mark.State != "draft" && n.URL != "" {
			needy = append(needy, n)
		}
	}
	needy = m.signs.WorstFirst(needy)
	for _, n := range needy[:min(len(needy), frontRows)] {
		row := theme.Row{Title: n.Title, URL: n.URL, Badge: m.signs.Of(n).Signs().Mark}
		row.Owner = signs.OwnerOf(n)
		f.Needs = append(f.Needs, row)
	}
	f.More = len(needy) - len(f.Needs)
	return f
}

// membersLimit is how many pages of a team's members stand on the team's page.
const membersLimit = 100

// ofMembers lists the pages that the members of a team own themselves.
func (m *around) ofMembers(n *book.Node) []theme.Group {
	if n.Type != "team" {
		return nil
	}
	var owned []*book.Node
	for _, name := range n.Words("members") {
		if m := m.signs.People.Find(name); m != nil && m != n {
			owned = append(owned, m.Owns...)
		}
	}
	if len(owned) == 0 {
		return nil
	}
	owned = slices.Compact(m.signs.WorstFirst(owned))
	g := theme.Group{ID: "hb:members", Title: m.signs.Words.OwnsMembers}
	for _, owns := range owned[:min(len(owned), membersLimit)] {
		row := m.signs.Row(owns)
		row.Owner = signs.OwnerOf(owns)
		g.Rows = append(g.Rows, row)
	}
	if more := len(owned) - membersLimit; more > 0 {
		g.More = m.signs.NotShown(more)
	}
	return []theme.Group{g}
}
