// Package query answers what views ask of a handbook: a block such as "from: spec, where: status != "shipped"" becomes
// rows with values, grouped and sorted, laid out as the block says.
//
// An answer is data. The package does not write HTML, know words of the interface, or read files; its messages stand at
// their own place inside the block.
//
// The built-in pages (/health/, /changes/ and the others) are Markdown files of view blocks in pages, one folder a language. They are
// answered like anybody's, so `handbook eject` is a copy.
package query

import (
	"fmt"
	"maps"
	"slices"
	"sync"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/memo"
	"handbook/builder/page"
	"handbook/builder/review"
	"handbook/builder/schema"
)

// Input is what views are answered from.
type Input struct {
	Book     *book.Book
	Verdicts review.Verdicts
	Today    schema.Date
	Recent   []review.Recent       // what was changed on pages in the last weeks, the newest first
	Narrow   bool                  // it is for some audience: what a block names and is not there is nothing, since the handbook may have it
	BuiltIn  map[string]*page.Face // pages that stand in no book, by name; only Read asks for them
	Words    func(*page.Face) int  // how many words the text of a page has
	Past     review.Past           // when texts changed; nil when nothing is known
}

// Answer is what a view shows.
type Answer struct {
	Layout  *Layout
	Title   string
	From    []string // what the rows are: names of types, of records, or "plan"
	Where   string   // the condition as written; "" for none
	Empty   string   // the author's sentence for a view without rows
	Columns []*Field // what each row tells; for a matrix of two fields one for each column
	Dates   []*Field // for machines: the day of which the rows are true, and those by which they can be worked out for another; most views need none
	Rows    *Field   // of a matrix of two fields: what stands in its first column
	Group   *Field   // nil when there is one group
	Sub     *Field   // by what the rows of a group are grouped again; nil for nothing
	Day     *Field   // of a timeline: by what it is laid out
	Also    []*Field // what a picture is drawn by, beside its columns
	Groups  []Group  // at least one when there are rows
	Limit   int      // how many rows the block asks for; 0 for all
	Total   int      // rows that fit, also those that are not shown
	Later   []Step   // what time makes of Total, if nobody reviews
	Shown   int
	Cut     schema.Date // from this day on there are rows that are not kept ready; zero for never
	Lacks   Lack        // why no row can fit, where that is no good sign

	Mistakes []Mistake // what is wrong with the block; then there are no rows

	all    []Row // every row that fits now or will soon, those that are shown first
	today  schema.Date
	titles *book.Collation
	engine *Engine
	this   *book.Node
	place  *Field
	comes  bool // time alone brings rows and takes them away
}

// Lack is what there has to be before it means anything that a condition fits no row.
type Lack string

// The kinds of lack.
const (
	LacksNothing Lack = ""
	LacksRows    Lack = "rows"   // there is nothing that could fit
	LacksDates   Lack = "dates"  // it asks for freshness, and none of the pages has to be reviewed
	LacksOwners  Lack = "owners" // it asks for owners, and no page has one
)

// Group is rows that have something in common.
type Group struct {
	Value Value // what they have in common; not set for the rows that have nothing there
	Rows  []Row
	Total int    // also those that are not shown
	Later []Step // what time makes of Total
}

// Row is one page, record or, in a matrix of two fields, one value.
type Row struct {
	Node   *book.Node // the page, or the page that the record stands on; nil in a matrix of two fields
	Head   *Value     // of a matrix of two fields
	Cells  []Value    // one for each column; none where a view shows no rows
	Within *Value     // what the rows of the group are grouped by again, where they are
	// From and Until are days on which the row begins and ceases to stand here, if nobody reviews; zero for never. What
	// moves from group to group is a row in each.
	From, Until schema.Date

	row *row
	as  *row // the row as it is between the two days
}

// MaxRows is how many rows one view shows at most. The others are counted, and stand in its file.
const MaxRows = 300

// Engine answers the views of one handbook on one day. Nothing is made ready before somebody asks. It may be used by several
// goroutines at once.
type Engine struct {
	Input
	table    func() *table
	types    func() []string
	guesses  func() []guessed
	backs    func() backs
	mu       sync.Mutex
	sources  map[string]*source
	plans    map[string]*prepared
	views    map[*page.View]*View
	names    func() map[string][]*book.Node
	reliedOn func() map[*book.Node][]*book.Node
	duties   func() []Duty
	present  func() map[diag.Place]bool // the lines of plans whose document is there
	plain    sync.Map                   // titles by node, as plans compare them
}

// New prepares to answer.
func New(in Input) *Engine {
	e := &Engine{Input: in, sources: map[string]*source{}, plans: map[string]*prepared{}, views: map[*page.View]*View{}}
	e.table = sync.OnceValue(e.tabulate)
	e.types = sync.OnceValue(e.typeNames)
	e.guesses = sync.OnceValue(e.guess)
	e.backs = sync.OnceValue(e.otherSides)
	e.names = sync.OnceValue(e.nodeNames)
	e.duties = sync.OnceValue(e.collectDuties)
	e.present = sync.OnceValue(e.presentLines)
	e.reliedOn = sync.OnceValue(e.dependents)
	return e
}

// table is what views choose from.
type table struct {
	rows   []*row          // one for each node with a page, in reading order
	byNode []*row          // the same, by the node's number
	byType map[string]*kin // the same, by the node's type
	owned  bool            // some page has an owner, so one without stands out

	statuses []status // that pages have, each once for each type, in the order of the first page
}

func (e *Engine) tabulate() *table {
	nodes := e.Book.Nodes
	t := &table{rows: make([]*row, 0, len(nodes)), byNode: make([]*row, len(nodes)), byType: map[string]*kin{}}
	rows := make([]row, len(nodes))
	var k *kin
	typ := "" // of k
	for i, n := range nodes {
		if n.Page == nil {
			continue
		}
		t.owned = t.owned || n.Owner != nil
		r := &rows[i]
		r.node, r.verdict = n, e.Verdicts.Of(n)
		t.rows, t.byNode[n.Number()] = append(t.rows, r), r
		if k == nil || typ != n.Type {
			typ = n.Type
			if k = t.byType[typ]; k == nil {
				k = &kin{}
				t.byType[typ] = k
			}
		}
		k.rows = append(k.rows, r)
		if n.Status != "" && !slices.Contains(k.statuses, n.Status) {
			k.statuses = append(k.statuses, n.Status)
			t.statuses = append(t.statuses, status{typ, n.Status})
		}
	}
	return t
}

type status struct{ typ, name string }

// kin are the pages of one type.
type kin struct {
	rows     []*row
	statuses []string
}

// of are the rows of the pages of a type.
func (t *table) of(typ string) []*row {
	if k := t.byType[typ]; k != nil {
		return k.rows
	}
	return nil
}

// rows are those of all pages, in reading order.
func (e *Engine) rows() []*row { return e.table().rows }

// row is that of a page; nil for a node without one, and for none.
func (e *Engine) row(n *book.Node) *row {
	if n == nil {
		return nil
	}
	all := e.table().byNode
	if i := n.Number(); i < len(all) && all[i] != nil && all[i].node == n {
		return all[i]
	}
	return nil
}

// View is a view of a page, ready to be answered.
type View struct {
	Title  string // of the block; often empty
	Wrong  bool   // it cannot be answered
	Source string // the block
	Layout *Layout
	get    func() *Answer
}

// Answer is what the view shows. It is worked out when it is asked for first.
func (v *View) Answer() *Answer { return v.get() }

// View is a view that stands on a page; n is nil, or in no book, for a built-in one. A nil Engine knows none.
func (e *Engine) View(n *book.Node, v *page.View) *View {
	if e == nil {
		return nil
	}
	e.mu.Lock()
	known := e.views[v]
	e.mu.Unlock()
	if known == nil {
		if e.row(n) == nil {
			n = nil
		}
		known, _ = e.read(n, v)
		e.mu.Lock()
		defer e.mu.Unlock()
		if first := e.views[v]; first != nil { // somebody else was faster
			return first
		}
		e.views[v] = known
	}
	return known
}

// read makes a view ready and finds what is wrong with it. Rows are looked for only where that alone shows whether all is
// well.
func (e *Engine) read(n *book.Node, view *page.View) (*View, []Mistake) {
	p := e.prepare(view.Source)
	v := &View{Title: p.Title.Text, Source: view.Source, Layout: p.View, get: sync.OnceValue(func() *Answer { return e.answer(p, n) })}
	mistakes := p.mistakes
	if p.condition != nil && p.condition.mayFail {
		mistakes = v.Answer().Mistakes
	}
	v.Wrong = len(mistakes) > 0
	return v, mistakes
}

// Read reads every view of the handbook's pages and of the built-in ones, and tells what is wrong with them.
func (e *Engine) Read() diag.List {
	type asked struct {
		node *book.Node
		view *page.View
	}
	var all []asked
	for _, n := range e.Book.Nodes {
		if n.Page != nil {
			for i := range n.Page.Views {
				all = append(all, asked{n, &n.Page.Views[i]})
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(e.BuiltIn)) {
		for i := range e.BuiltIn[name].Views {
			all = append(all, asked{nil, &e.BuiltIn[name].Views[i]})
		}
	}
	views := make([]*View, len(all))
	mistakes := make([][]Mistake, len(all))
	memo.Each(len(all), func(i int) { views[i], mistakes[i] = e.read(all[i].node, all[i].view) })
	var msgs diag.List
	for _, t := range e.Book.Site.Types {
		if e.table().byType[t.Name] == nil {
			continue
		}
		for _, source := range t.Views {
			for _, m := range e.prepare(source).mistakes {
				msgs.Add(diag.InvalidView, diag.Place{File: "handbook.yaml"}, fmt.Sprintf("a view of type %s is wrong at %q: %s", t.Name, source[m.Start:m.End], m.Text), m.Help)
			}
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for i, v := range views {
		e.views[all[i].view] = v
		for _, m := range mistakes[i] {
			msgs.Add(diag.InvalidView, all[i].view.Place(m.Start, m.End), m.Text, m.Help)
		}
	}
	return msgs
}

// OfType are the views that the type of a page has, for the page.
func (e *Engine) OfType(n *book.Node) []*View {
	if e == nil || n.Schema == nil {
		return nil
	}
	var list []*View
	for _, source := range n.Schema.Views {
		list = append(list, e.Of(n, source))
	}
	return list
}

// Of is a block as if it stood on a page.
func (e *Engine) Of(n *book.Node, source string) *View {
	v, _ := e.read(n, &page.View{Source: source})
	return v
}

// Answer answers one block that stands on a page; nil for no page.
func (e *Engine) Answer(source string, this *book.Node) *Answer {
	return e.answer(e.prepare(source), this)
}
