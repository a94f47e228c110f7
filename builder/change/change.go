// Package change compares two builds: a handbook as it is and as it was. What a change does follows from the two as values:
// which problems are new, which addresses vanish, which pages nobody can vouch for any more, and what was renamed.
package change

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"

	"handbook/builder"
	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/history"
	"handbook/builder/page"
	"handbook/builder/query"
	"handbook/builder/review"
	"handbook/builder/source"
)

// Change is what was done to a handbook since a revision, and what follows from it.
type Change struct {
	Commit  string // full id of the commit that was compared with
	Forked  bool   // it is where the branch left the revision that was asked for
	Shallow bool   // where the branch left it cannot be known, so what others did since counts too

	Edited, Added, Removed, Renamed int // pages; a renamed one may be edited too

	New    []diag.Located // the problems that there were not, vanished addresses among them
	Mended []diag.Problem
	Doubt  []Doubtful       // the pages that nobody can vouch for any more, worst first
	Reread []Reread         // the sign-offs that are open again
	Lacks  []query.Document // the documents that plans of products lack now and did not before

	Result builder.Result // the handbook as it is
	Old    builder.Result // and as it was
}

// Doubtful is a page that the change makes suspect, or whose text it changes after the last review.
type Doubtful struct {
	Node   *book.Node
	Reason review.Reason
}

// Reread is a page that some have to read once more.
type Reread struct {
	Node    *book.Node
	Readers []*book.Node
}

// Error is a revision that cannot be compared with, and the next step.
type Error struct{ Text, Help string }

func (e *Error) Error() string { return e.Text + "; " + e.Help }

// Since builds the handbook as it is and as it was at a revision, from git's objects, and compares. What is the same in
// both is parsed once.
func Since(ctx context.Context, job builder.Job, rev string) (*Change, error) {
	at, err := history.At(ctx, job.Content, rev)
	if err != nil {
		return nil, explainRevision(rev, err)
	}
	defer at.Close()
	then := job
	then.World = builder.Revision{Disk: builder.Disk{Root: job.Root, Content: job.Content}, At: at}
	before := builder.NewSession()
	old, err := before.Build(ctx, then)
	if err != nil {
		return nil, err
	}
	now, err := before.Another().Build(ctx, job)
	if err != nil {
		return nil, err
	}
	c := Compare(old, now)
	c.Commit, c.Forked, c.Shallow = at.Commit, at.Forked, at.Shallow
	return c, nil
}

func explainRevision(rev string, err error) error {
	switch {
	case errors.Is(err, history.ErrNoRepository):
		return &Error{"--since needs a git repository, and the content folder is in none", "run it where the repository is checked out"}
	case errors.Is(err, history.ErrNoCommit):
		return &Error{"--since has nothing to compare with: the repository has no commit yet", "commit something first"}
	case errors.Is(err, history.ErrShallow):
		return &Error{fmt.Sprintf("--since %s: this clone does not hold it", rev),
			`fetch the whole history: "fetch-depth: 0" for actions/checkout, "GIT_DEPTH: 0" in GitLab CI, or git fetch --unshallow`}
	case errors.Is(err, history.ErrNoRevision):
		return &Error{fmt.Sprintf("--since %s: git knows no such revision", rev),
			"name a branch, a tag or a commit, such as origin/main; git fetch gets what others have pushed"}
	}
	return err
}

// Compare finds what a change does.
func Compare(old, now builder.Result) *Change {
	c := &Change{Old: old, Result: now}
	m := NewMoves(old, now)
	c.count(m)
	c.New, c.Mended = diag.Compare(diag.Problems(old.Messages), now.Messages, func(file string) bool {
		below, ok := strings.CutPrefix(file, "content/")
		return !ok || m.new[below] != nil
	})
	c.New = m.named(stillNew(c.New, old.Messages), m.vanished(now))
	c.New = append(c.New, m.statuses(now)...)
	slices.SortStableFunc(c.New, func(a, b diag.Located) int { return a.Compare(b.Message) })
	for _, n := range now.Book.Nodes {
		if n.Page != nil {
			verdict, was := now.Verdicts.Of(n), old.Verdicts.Of(m.Before(n))
			c.doubt(n, verdict, was)
			c.reread(n, verdict.SignOff, was.SignOff)
		}
	}
	slices.SortStableFunc(c.Doubt, func(a, b Doubtful) int {
		return cmp.Or(cmp.Compare(a.Reason.State.Rank(), b.Reason.State.Rank()), cmp.Compare(a.Node.ID, b.Node.ID))
	})
	c.Lacks = m.lacks(old, now)
	return c
}

// count counts the pages.
func (c *Change) count(m *Moves) {
	sameSite := c.Old.Site.Sum == c.Result.Site.Sum
	for path, n := range m.new {
		switch before := m.old[path]; {
		case before == nil:
			c.Added++
		case wasEdited(c.Old.Pages(before.Page), c.Result.Pages(n.Page), sameSite):
			c.Edited++
		}
	}
	for path := range m.old {
		if m.new[path] == nil {
			c.Removed++
		}
	}
	c.Renamed = len(m.was)
	c.Added, c.Removed = c.Added-c.Renamed, c.Removed-c.Renamed
}

// doubt finds out whether nobody can vouch for a page any more.
func (c *Change) doubt(n *book.Node, now, was *review.Verdict) {
	for _, reason := range now.Reasons {
		doubtful := reason.State == review.Suspect || reason.State == review.Changed
		known := func(r review.Reason) bool { return r.State == reason.State && r.Sentence == reason.Sentence }
		if doubtful && !slices.ContainsFunc(was.Reasons, known) {
			c.Doubt = append(c.Doubt, Doubtful{n, reason})
			return
		}
	}
}

// reread finds those who have read a page, and have to do so once more.
func (c *Change) reread(n *book.Node, now, was *review.SignOff) {
	if now == nil || was == nil {
		return
	}
	r := Reread{Node: n}
	for _, reader := range now.Readers {
		if reader.Open && slices.ContainsFunc(was.Readers, func(b review.Reader) bool { return b.Node.ID == reader.Node.ID && !b.Open }) {
			r.Readers = append(r.Readers, reader.Node)
		}
	}
	if len(r.Readers) > 0 {
		c.Reread = append(c.Reread, r)
	}
}

// stillNew leaves out what is a matter of the whole site and was one before: a page more changes nothing about it.
func stillNew(fresh, old []diag.Located) []diag.Located {
	type matter struct {
		rule diag.Rule
		text string
	}
	known := map[matter]bool{}
	for _, msg := range old {
		known[matter{msg.Rule, msg.Group.Text}] = msg.Group.Whole
	}
	return slices.DeleteFunc(fresh, func(msg diag.Located) bool { return known[matter{msg.Rule, msg.Group.Text}] })
}

// lacks finds the documents of plans that are missing, and were there, were not asked for, or could be missing.
func (m *Moves) lacks(old, now builder.Result) []query.Document {
	type line struct {
		product    *book.Node
		typ, title string
		occurrence int
	}
	missing := func(d query.Document) bool { return d.State == query.PlanMissing || d.State == query.PlanOverdue }
	each := func(r builder.Result, see func(line, query.Document)) {
		seen := map[line]int{}
		for _, d := range query.New(query.Input{Book: r.Book, Verdicts: r.Verdicts, Today: r.Today}).Plan() {
			l := line{product: d.Product, typ: d.Type, title: d.Title}
			l.occurrence = seen[l]
			seen[line{product: d.Product, typ: d.Type, title: d.Title}]++
			see(l, d)
		}
	}
	before := map[line]bool{}
	each(old, func(l line, d query.Document) { before[l] = missing(d) })
	var list []query.Document
	each(now, func(l line, d query.Document) {
		if l.product = m.Before(l.product); missing(d) && !before[l] {
			list = append(list, d)
		}
	})
	return list
}

// wasEdited reports whether a file was edited. With another handbook.yaml, sums say nothing, and what was read has to be compared.
func wasEdited(old, now *page.Page, sameSite bool) bool {
	if sameSite || old.Text.Sum == now.Text.Sum {
		return old.Text.Sum != now.Text.Sum
	}
	return fingerprint(old) != fingerprint(now) || !reflect.DeepEqual(old.Fields, now.Fields)
}

// Moves knows the pages before and after, and which became which.
type Moves struct {
	oldBook, newBook *book.Book
	oldText, newText page.Pages
	old, new         map[string]*book.Node // by path
	became           map[*book.Node]*book.Node
	was              map[*book.Node]*book.Node
}

func NewMoves(before, after builder.Result) *Moves {
	old, now := before.Book, after.Book
	m := &Moves{oldBook: old, newBook: now, oldText: before.Pages, newText: after.Pages, old: ByPath(old), new: ByPath(now),
		became: map[*book.Node]*book.Node{}, was: map[*book.Node]*book.Node{}}
	var gone, come []*book.Node
	for _, n := range old.Nodes {
		if n.Page != nil && m.new[n.Page.Path] == nil {
			gone = append(gone, n)
		}
	}
	for _, n := range now.Nodes {
		if n.Page != nil && m.old[n.Page.Path] == nil {
			come = append(come, n)
		}
	}
	for _, pair := range m.renamed(gone, come) {
		m.became[pair[0]], m.was[pair[1]] = pair[1], pair[0]
	}
	return m
}

// ByPath are the pages of a book, by the paths of their files.
func ByPath(b *book.Book) map[string]*book.Node {
	nodes := make(map[string]*book.Node, len(b.Nodes))
	for _, n := range b.Nodes {
		if n.Page != nil {
			nodes[n.Page.Path] = n
		}
	}
	return nodes
}

// Before is what a page was; nil for a new one.
func (m *Moves) Before(n *book.Node) *book.Node {
	if old := m.old[n.Page.Path]; old != nil {
		return old
	}
	return m.was[n]
}

// After is what became of a page; nil when it is gone.
func (m *Moves) After(n *book.Node) *book.Node {
	if now := m.new[n.Page.Path]; now != nil {
		return now
	}
	return m.became[n]
}

// vanished tells of the addresses that were published and are no more, and of the headings on those that stayed.
func (m *Moves) vanished(now builder.Result) []diag.Located {
	there := map[string]*book.Node{} // who is at an address; nil for a file
	for _, url := range m.newBook.Assets {
		there[url] = nil
	}
	for _, n := range m.newBook.Nodes {
		there[n.URL] = n
	}
	for _, r := range m.newBook.Redirects {
		there[r.From] = r.To
	}
	var msgs diag.List
	gone := func(url string, to *book.Node) {
		if _, ok := there[url]; ok {
			return
		}
		place, who := diag.Place{}, "add `aliases: [%s]` to the page that readers should find instead"
		if to != nil {
			place, who = diag.Place{File: to.Page.File}, "its page seems to be here now: add `aliases: [%s]`; `handbook fix --since` does it"
		}
		msgs.Add(diag.VanishedAddress, place, url+leadsNowhere, fmt.Sprintf(who, "/"+strings.TrimPrefix(url, m.newBook.Site.BasePath)))
	}
	for _, n := range m.oldBook.Nodes {
		if n.Page == nil {
			continue
		}
		to := m.After(n)
		gone(n.URL, to)
		if to != nil && there[n.URL] == to {
			m.anchors(n, to, &msgs)
		}
	}
	for _, r := range m.oldBook.Redirects {
		gone(r.From, m.After(r.To))
	}
	for _, url := range slices.Sorted(maps.Values(m.oldBook.Assets)) {
		if _, ok := there[url]; !ok && !source.IsPicture(url) {
			msgs.Add(diag.VanishedAddress, diag.Place{}, url+leadsNowhere, "put the file back, or see who links to it from elsewhere")
		}
	}
	return diag.Locate(now.Site.Settle(msgs), func(string) ([]byte, error) { return nil, errors.New("no places") })
}

// named puts the new problems together with the addresses that vanished: that references to a page that is gone lead nowhere,
// or to whatever else has a name like it, is one matter, and who makes them is told with it.
func (m *Moves) named(fresh, vanished []diag.Located) []diag.Located {
	led := m.ledToGone()
	if len(led) == 0 {
		return append(fresh, vanished...)
	}
	at := map[string]int{} // the messages by address
	for i, msg := range vanished {
		at[strings.TrimSuffix(msg.Text, leadsNowhere)] = i
	}
	now := map[diag.Place]string{} // what is written at a place
	for _, n := range m.newBook.Nodes {
		if n.Page != nil {
			p := m.newText(n.Page)
			eachReference(n, func(at diag.Place, text string, _ book.Target) { now[p.At(at)] = text })
		}
	}
	fresh = slices.DeleteFunc(fresh, func(msg diag.Located) bool {
		if msg.Rule != diag.BrokenLink && msg.Rule != diag.WrongType && msg.Rule != diag.AmbiguousLink || len(msg.Members) > 0 {
			return false
		}
		to := led[naming{msg.File, now[msg.Place]}]
		if to == nil {
			return false
		}
		i, told := at[to.URL]
		if told {
			note := diag.LocatedNote{Note: diag.Note{Place: msg.Place, Text: "named here"}, Line: msg.Line, Column: msg.Column}
			vanished[i].Notes = append(vanished[i].Notes, note)
		}
		return told
	})
	for i := range vanished {
		v := &vanished[i]
		switch n := len(v.Notes); n {
		case 0:
			continue
		case 1:
			v.Text += ", and 1 reference still names it"
		default:
			v.Text += fmt.Sprintf(", and %d references still name it", n)
		}
		v.Help += ", and take out what names it"
	}
	return append(fresh, vanished...)
}

// naming is what stands on a page.
type naming struct{ file, text string }

// ledToGone are the pages that are gone, by what names them on pages that stay.
func (m *Moves) ledToGone() map[naming]*book.Node {
	led := map[naming]*book.Node{}
	for _, n := range m.oldBook.Nodes {
		if n.Page == nil || m.After(n) == nil {
			continue
		}
		file := m.After(n).Page.File
		eachReference(n, func(_ diag.Place, text string, t book.Target) {
			if t.Node != nil && t.Node.Page != nil && m.After(t.Node) == nil {
				led[naming{file, text}] = t.Node
			}
		})
	}
	return led
}

// eachReference goes through the links and the values of a page.
func eachReference(n *book.Node, see func(at diag.Place, text string, t book.Target)) {
	if n.Page == nil {
		return
	}
	for i, t := range n.Targets {
		see(n.Page.Links[i].At, n.Page.Links[i].Target, t)
	}
	eachValue(n.Values, func(v *book.Value) { see(v.At, v.Text, v.Target) })
}

// eachValue goes through values and those in them.
func eachValue(values []book.Value, see func(*book.Value)) {
	for i := range values {
		see(&values[i])
		eachValue(values[i].List, see)
		eachValue(values[i].Keys, see)
	}
}

// leadsNowhere is what is said of an address that vanished.
const leadsNowhere = " was published and leads nowhere now"

// statuses tells of pages whose status may not follow the one that they had.
func (m *Moves) statuses(now builder.Result) []diag.Located {
	var msgs diag.List
	for _, n := range now.Book.Nodes {
		if n.Page == nil || n.Schema == nil {
			continue
		}
		before := m.Before(n)
		if before == nil || before.Type != n.Type || before.Status == "" || n.Status == "" || n.Schema.MayGo(before.Status, n.Status) {
			continue
		}
		next := "nothing follows it"
		if after := n.Schema.Status(before.Status).Next; len(after) > 0 {
			next = "what may follow is " + strings.Join(after, ", ")
		}
		msgs.Add(diag.StatusSkipped, n.Page.Place("status"), fmt.Sprintf("this %s went from %q to %q", n.Type, before.Status, n.Status),
			fmt.Sprintf("take it there step by step: after %q %s", before.Status, next))
	}
	return diag.Locate(now.Site.Settle(msgs), now.Files().Read)
}

// anchors tells of headings that a page had and has no more.
func (m *Moves) anchors(old, now *book.Node, msgs *diag.List) {
	if old.Page == now.Page {
		return
	}
	at := diag.Place{File: now.Page.File}
	var lost []string
	for _, h := range old.Page.Headings {
		if _, ok := slices.BinarySearch(now.Page.IDs, h.ID); ok {
			continue
		}
		if to := m.LikelyHeading(old, now, h); to >= 0 {
			msgs.Add(diag.VanishedAnchor, at, fmt.Sprintf("%s#%s was published and leads to the top of the page now", now.URL, h.ID),
				fmt.Sprintf("the heading seems to be %q now: write `{#%s}` behind it to keep the address; `handbook fix --since` does it",
					now.Page.Headings[to].Text, h.ID))
			continue
		}
		lost = append(lost, "#"+h.ID)
	}
	switch n := len(lost); {
	case n == 1:
		msgs.Add(diag.VanishedAnchor, at, fmt.Sprintf("%s%s was published and leads to the top of the page now", now.URL, lost[0]),
			fmt.Sprintf("write `{%s}` behind the heading that readers should find instead", lost[0]))
	case n > 1:
		text := strings.Join(lost[:min(n, maxLost)], ", ")
		if n > maxLost {
			text += fmt.Sprintf(" and %d more", n-maxLost)
		}
		msgs.Add(diag.VanishedAnchor, at, fmt.Sprintf("%d headings of %s were published and their addresses lead to the top of the page now: %s", n, now.URL, text),
			fmt.Sprintf("write the id, such as `{%s}`, behind each heading that readers should find instead", lost[0]))
	}
}

// maxLost is how many headings one message names.
const maxLost = 8

// LikelyHeading is the index of the heading that took another's place: the one above the same text, else one that says nearly the
// same; -1 for none.
func (m *Moves) LikelyHeading(before, after *book.Node, h page.Heading) int {
	old, now := m.oldText(before.Page), m.newText(after.Page)
	text := sectionText(old, h.ID)
	best, most, words, named := -1, 0.5, []string(nil), map[string]int{}
	for i, f := range now.Headings {
		if slices.ContainsFunc(old.Headings, func(o page.Heading) bool { return o.ID == f.ID }) {
			continue
		}
		if like := alike(text, sectionText(now, f.ID)); like > most {
			best, most = i, like
		}
		if _, known := named[f.Text]; !known {
			words, named[f.Text] = append(words, f.Text), i
		}
	}
	if near := diag.Nearest(h.Text, words); best < 0 && near != "" {
		return named[near]
	}
	return best
}

// sectionText are the words below a heading, without the heading.
func sectionText(p *page.Page, id string) []string {
	passages := review.Passages(p, id)
	if len(passages) > 0 {
		passages = passages[1:]
	}
	return words(passages)
}

func words(passages []string) []string {
	return strings.Fields(strings.ToLower(strings.Join(passages, " ")))
}

// alike is how much of two texts is the same, from 0 to 1: words that both have, of all.
func alike(a, b []string) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	return 2 * float64(diag.Common(a, b)) / float64(len(a)+len(b))
}

// maxCompared is how many pairs of pages are compared word by word; pages that kept their text are found without.
const maxCompared = 20_000

// renamed pairs pages that are gone with pages that came: those with the same text first, then those most alike. Pages
// without text, as those of people often are, are the same by their title.
func (m *Moves) renamed(gone, come []*book.Node) [][2]*book.Node {
	var pairs [][2]*book.Node
	taken := map[*book.Node]bool{}
	pair := func(a, b *book.Node) {
		pairs = append(pairs, [2]*book.Node{a, b})
		taken[a], taken[b] = true, true
	}
	says := func(p *page.Page, n *book.Node) string {
		if p.Words == 0 {
			return "titled " + n.Title
		}
		return fingerprint(p)
	}
	same := map[string][]*book.Node{}
	for _, n := range come {
		said := says(m.newText(n.Page), n)
		same[said] = append(same[said], n)
	}
	for _, n := range gone {
		for _, c := range same[says(m.oldText(n.Page), n)] {
			if !taken[c] {
				pair(n, c)
				break
			}
		}
	}
	type candidate struct {
		old, now *book.Node
		like     float64
	}
	var candidates []candidate
	texts := map[*book.Node][]string{}
	text := func(pages page.Pages, n *book.Node) []string {
		if _, ok := texts[n]; !ok {
			texts[n] = words(review.Passages(pages(n.Page), ""))
		}
		return texts[n]
	}
	left := maxCompared
	for _, n := range gone {
		for _, c := range come {
			if taken[n] || taken[c] || left == 0 {
				continue
			}
			left--
			like := alike(text(m.oldText, n), text(m.newText, c))
			if n.Title == c.Title || path.Base(n.ID) == path.Base(c.ID) {
				like += 0.2
			}
			if like > 0.5 {
				candidates = append(candidates, candidate{n, c, like})
			}
		}
	}
	slices.SortStableFunc(candidates, func(a, b candidate) int { return cmp.Compare(b.like, a.like) })
	for _, c := range candidates {
		if !taken[c.old] && !taken[c.now] {
			pair(c.old, c.now)
		}
	}
	return pairs
}

// fingerprint is of the whole text of a page.
func fingerprint(p *page.Page) string {
	var b strings.Builder
	for _, s := range p.Sections {
		fmt.Fprintf(&b, "%x ", s.Fingerprint)
	}
	return b.String()
}

// PlacesOf are the files that a path without its ending may mean.
func PlacesOf(name string) []string {
	return []string{name, name + ".md", strings.TrimSuffix(name, "/") + "/_index.md"}
}

// Missing is the page that took the place of one that is gone, by the path or the name that leads nowhere.
func (m *Moves) Missing(name string) *book.Node {
	for _, file := range PlacesOf(name) {
		if old := m.old[file]; old != nil && m.new[file] == nil {
			return m.became[old]
		}
	}
	var found *book.Node
	for old, now := range m.became { // a wikilink: the end of an id
		if old.ID == name || strings.HasSuffix(old.ID, "/"+name) {
			if found != nil {
				return nil
			}
			found = now
		}
	}
	return found
}

// Heading is what a reference has to say of the heading that took another's place on a page, its id or for a wikilink its
// words; "" when that is not clear.
func (m *Moves) Heading(n *book.Node, l page.Link) string {
	id, old := l.Fragment, m.Before(n)
	if old == nil {
		return ""
	}
	for _, h := range old.Page.Headings {
		if h.ID != id && !strings.EqualFold(h.Text, id) {
			continue
		}
		if _, there := slices.BinarySearch(n.Page.IDs, h.ID); there {
			return ""
		}
		if i := m.LikelyHeading(old, n, h); i >= 0 {
			to := n.Page.Headings[i]
			if l.Kind == page.LinkWiki || l.Kind == page.LinkEmbed {
				return to.Text
			}
			return to.ID
		}
	}
	return ""
}
