package query

import (
	"fmt"
	"slices"
)

// Layout is a way in which the rows of a view are shown. Each has a file of its own.
type Layout struct {
	Name   string
	Counts bool // its rows are counted, not told
	Vacant bool // groups without rows are shown, every one that there may be among them
	Drawn  bool // it is a picture, which is drawn once for the same book
	Gaps   bool // it shows what is missing

	every  bool // it is made of every row: what a block limits are groups
	within bool // it has groups within groups
	told   bool // it has room for what changed

	fields func(p *prepared)         // fills in what the block leaves out, and tells what the layout cannot do without
	order  func(p *prepared) []order // of rows, where the block says none; nil for that of the handbook
	group  func(x, y Group) int      // of groups that have no order of their own; nil for none
}

// Layouts lists the layouts in the order of the manual.
func Layouts() []*Layout {
	return []*Layout{Table, List, Board, Matrix, Radar, Timeline, Count, Chart, Health, Weeks,
		Network, Launch, Flow, Trend, Map, Bullets, Path}
}

// String is the name of the layout; "" for that of a view that cannot be read.
func (l *Layout) String() string {
	if l == nil {
		return ""
	}
	return l.Name
}

func layoutNames() (names []string) {
	for _, l := range Layouts() {
		names = append(names, l.Name)
	}
	return names
}

// layOut fills in what the block leaves to the layout, and tells what does not go with it.
func (p *prepared) layOut() {
	if p.sub != nil && !p.View.within {
		p.wrong(p.Sub, fmt.Sprintf("a %s has groups of one kind", p.View), "only a table, a list and a map have groups within groups")
	}
	for i, f := range p.columns {
		if f.Kind == Diff && !p.View.told {
			p.wrong(p.Columns[i], fmt.Sprintf("a %s has no room for what changed", p.View), `write "view: list", or leave diff out`)
		}
	}
	p.View.fields(p)
}

func (p *prepared) wrong(at Word, text, help string) {
	p.mistakes = append(p.mistakes, Mistake{at.Start, at.End, text, help})
}

// has are those of some fields that the rows have.
func (p *prepared) has(names ...string) []*Field {
	var out []*Field
	for _, name := range names {
		if f := p.source.fields[name]; f != nil {
			out = append(out, f)
		}
	}
	return out
}

// need is a field that the layout cannot do without.
func (p *prepared) need(name string) *Field {
	f := p.source.fields[name]
	if f == nil {
		view := "a " + p.View.Name
		if p.View.every {
			view = "the view " + p.View.Name
		}
		p.wrong(p.From[0], fmt.Sprintf("%s needs the field %q, which %s has not", view, name, article(p.source.names)), "choose another view, or rows that have it")
	}
	return f
}

// withTitle puts the title first, where the columns do not say where it stands.
func (p *prepared) withTitle(columns []*Field) []*Field {
	title := p.source.fields["title"]
	if document := p.source.fields["document"]; document != nil && slices.Contains(p.source.names, plan) { // which has a title only where the plan gives one
		title = document
	}
	i := slices.Index(columns, title)
	switch {
	case i == 0 || title == nil:
		return columns
	case i > 0:
		columns = slices.Delete(slices.Clone(columns), i, i+1)
	}
	return append([]*Field{title}, columns...)
}
