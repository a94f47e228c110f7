package book

import (
	"fmt"
	"slices"

	"handbook/builder/diag"
	"handbook/builder/page"
)

const (
	maxEmbedDepth  = 8         // embeds within embeds
	maxEmbedPieces = 500       // pages and sections that one embed brings in, counted again each time they are shown
	maxEmbedText   = 512 << 10 // bytes of HTML that embeds bring into one page
	maxEmbedAll    = 128 << 20 // and into all pages
)

// cutCycles marks the embeds that would show themselves, so that whoever fills them in writes a link instead. What is
// left has an end: no embed goes deeper than maxEmbedDepth or brings in more than maxEmbedPieces, and a page that many others
// show does not fill the disk.
func (r *resolver) cutCycles() {
	g := r.embedGraph()
	if len(g.units) == 0 {
		return
	}
	g.sortTargetsFirst()
	depth, pieces, text := make([]int, len(g.units)), make([]int, len(g.units)), make([]int, len(g.units))
	tooMuch := func(u int) bool {
		return depth[u] >= maxEmbedDepth || pieces[u] >= maxEmbedPieces || text[u] > maxEmbedText
	}
	for _, u := range g.order { // what a unit shows has been counted before the unit itself
		text[u] = g.units[u].size()
		for _, e := range g.inside[u] {
			to := g.embeds[e].unit
			if g.group[to] == g.group[u] {
				g.embeds[e].cyclic = true
			}
			if g.embeds[e].cyclic || tooMuch(to) {
				continue
			}
			text[u] += text[to]
			depth[u] = max(depth[u], 1+depth[to])
			pieces[u] += 1 + pieces[to]
		}
	}
	all, here := 0, 0
	for i, e := range g.embeds { // those of a page stand together
		if i == 0 || e.from != g.embeds[i-1].from {
			here = 0
		}
		size := text[e.unit]
		if e.cyclic || tooMuch(e.unit) || here+size > maxEmbedText || all+size > maxEmbedAll {
			e.from.Targets[e.link].Cycle = true
			r.reportEmbed(e)
			continue
		}
		here, all = here+size, all+size
	}
}

func (r *resolver) reportEmbed(e embed) {
	link := &e.from.Page.Links[e.link]
	to := e.from.Targets[e.link].Node
	text := fmt.Sprintf("%s shows %s in place, which shows %s again", idText(e.from), idText(to), idText(e.from))
	switch {
	case !e.cyclic:
		text = fmt.Sprintf("embeds go too deep, become too many or bring too much at %s", idText(to))
	case to == e.from:
		text = fmt.Sprintf("%s shows itself in place", idText(to))
	}
	r.msgs.Add(diag.EmbedCycle, link.At, text, fmt.Sprintf("link to it instead: [[%s]]", to.ID))
}

// unit is what an embed shows: a whole page, or a heading with all below it.
type unit struct {
	node    *Node
	heading int // index in Page.Headings; -1 for the whole page
}

// size is about how many bytes of HTML it shows, without what is embedded in it.
func (u unit) size() (n int) {
	first, end := sectionsOf(u)
	for _, s := range u.node.Page.Outline[first:min(end, len(u.node.Page.Outline))] {
		n += s.Bulk
	}
	return n
}

type embed struct {
	from    *Node
	link    int  // index in Page.Links
	section int  // index in Page.Outline in which it stands
	unit    int  // what it shows
	cyclic  bool // what it shows leads back to it
}

// embedGraph holds every unit that some embed shows, and the embeds inside each.
type embedGraph struct {
	units  []unit
	embeds []embed
	inside [][]int // for each unit, indexes of embeds
	group  []int   // for each unit; units that show each other have one group
	order  []int   // units, those that are shown before those that show them

	headings map[*page.Face]map[string]int // for each page that is shown in part, its headings by id
}

func (r *resolver) embedGraph() *embedGraph {
	g := &embedGraph{headings: map[*page.Face]map[string]int{}}
	units := map[unit]int{}
	on := map[*Node][]int{}
	for _, n := range r.nodes {
		if n.Page == nil {
			continue
		}
		for _, i := range n.facts.embeds {
			to := n.Targets[i].Node
			if to == nil || to.Page == nil {
				continue
			}
			u := unit{to, g.shown(to.Page, n.Targets[i].Fragment)}
			if _, ok := units[u]; !ok {
				units[u] = len(g.units)
				g.units = append(g.units, u)
			}
			on[n] = append(on[n], len(g.embeds))
			g.embeds = append(g.embeds, embed{from: n, link: i, section: n.Page.Links[i].Section, unit: units[u]})
		}
	}
	g.inside = make([][]int, len(g.units))
	for i, u := range g.units {
		first, end := sectionsOf(u)
		here := on[u.node] // in the order of sections
		start, _ := slices.BinarySearchFunc(here, first, func(e, section int) int { return g.embeds[e].section - section })
		stop, _ := slices.BinarySearchFunc(here, end, func(e, section int) int { return g.embeds[e].section - section })
		g.inside[i] = here[start:max(start, stop)]
	}
	return g
}

// shown is the heading that an embed shows, -1 for the whole page.
func (g *embedGraph) shown(p *page.Face, fragment string) int {
	if fragment == "" {
		return -1
	}
	if g.headings[p] == nil {
		g.headings[p] = make(map[string]int, len(p.Headings))
		for i, h := range p.Headings {
			g.headings[p][escapeFragment(h.ID)] = i
		}
	}
	if i, ok := g.headings[p][fragment]; ok {
		return i
	}
	return -1
}

// sectionsOf is the range of sections that a unit shows.
func sectionsOf(u unit) (first, end int) {
	sections := u.node.Page.Outline
	if u.heading < 0 {
		return 0, max(1, len(sections))
	}
	first, found := slices.BinarySearchFunc(sections, u.heading, func(s page.Part, heading int) int { return s.Heading - heading })
	if !found {
		return 0, 0
	}
	level := u.node.Page.Headings[u.heading].Level
	for end = first + 1; end < len(sections); end++ {
		if h := sections[end].Heading; h >= 0 && u.node.Page.Headings[h].Level <= level {
			break
		}
	}
	return first, end
}

// sortTargetsFirst finds the groups of units that show each other, by Tarjan's algorithm, which also gives the order.
func (g *embedGraph) sortTargetsFirst() {
	n := len(g.units)
	g.group = make([]int, n)
	seen, low, open := make([]int, n), make([]int, n), make([]bool, n)
	var stack []int
	count := 0
	var visit func(u int)
	visit = func(u int) {
		count++
		seen[u], low[u] = count, count
		stack = append(stack, u)
		open[u] = true
		for _, e := range g.inside[u] {
			to := g.embeds[e].unit
			if seen[to] == 0 {
				visit(to)
				low[u] = min(low[u], low[to])
			} else if open[to] {
				low[u] = min(low[u], seen[to])
			}
		}
		if low[u] != seen[u] {
			return
		}
		for {
			top := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			open[top] = false
			g.group[top] = u
			g.order = append(g.order, top)
			if top == u {
				return
			}
		}
	}
	for u := range g.units {
		if seen[u] == 0 {
			visit(u)
		}
	}
}
