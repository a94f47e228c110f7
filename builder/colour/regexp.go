package colour

import (
	"errors"
	"fmt"
	"slices"
	"unicode"

	"github.com/dlclark/regexp2/v2/syntax"
)

// program is a regular expression as chroma's rules have them, read by regexp2 and run here: regexp2 bounds what an
// expression may cost by the clock, so that a block would look otherwise on a busy machine. This one counts steps.
type program struct {
	first  step
	groups int // with the whole match
	loops  int
}

// step is one part of an expression. match tries it at a place of the text, and all that comes behind it.
type step interface {
	match(m *matcher, at int) bool
}

// matcher is one attempt to match a program.
type matcher struct {
	text  []rune
	start int
	steps *int // that are left to all of a block; errTooMuch is thrown when there are none
	end   int  // of the match
	caps  []int
	open  []int // where groups that are being matched begin
	loops []lap
}

// lap is how far a loop has come: how often, and where it began last.
type lap struct{ count, mark int }

// errTooMuch is thrown by an expression that takes too many steps.
var errTooMuch = errors.New("the code takes too long to colour")

func (m *matcher) spend(n int) {
	if *m.steps -= n; *m.steps < 0 {
		panic(errTooMuch)
	}
}

// run tries to match at a place. What is caught stands in m until the next attempt.
func (p *program) run(m *matcher, at int) bool {
	m.start = at
	m.caps = renewed(m.caps, 2*p.groups, -1)
	m.open = renewed(m.open, p.groups, -1)
	m.loops = renewed(m.loops, p.loops, lap{})
	return p.first.match(m, at)
}

func renewed[T any](s []T, n int, v T) []T {
	s = slices.Grow(s[:0], n)[:n]
	for i := range s {
		s[i] = v
	}
	return s
}

// group is what a group caught, "" for nothing.
func (m *matcher) group(i int) string {
	if i == 0 {
		return string(m.text[m.start:m.end])
	}
	if m.caps[2*i] < 0 {
		return ""
	}
	return string(m.text[m.caps[2*i]:m.caps[2*i+1]])
}

// newProgram reads an expression, and what it can begin with.
func newProgram(pattern string) (*program, *asciiSet, error) {
	tree, err := syntax.Parse(pattern, syntax.ParseOptions{})
	if err != nil {
		return nil, nil, err
	}
	c := compiler{slots: tree.Caps, program: &program{groups: tree.Captop}}
	if tree.Capnumlist == nil || tree.Captop == len(tree.Capnumlist) {
		c.slots = nil
	} else {
		c.program.groups = len(tree.Capnumlist)
	}
	root := tree.Root
	if root.T == syntax.NtCapture && root.M == 0 && len(root.Children) == 1 {
		root = root.Children[0]
	}
	c.program.first = c.step(root, done{})
	starts := &asciiSet{}
	if starts.start(root) {
		starts = nil
	}
	return c.program, starts, c.err
}

type compiler struct {
	*program
	slots map[int]int // of groups whose numbers have gaps
	err   error
}

func (c *compiler) slot(n int) int {
	if c.slots != nil {
		return c.slots[n]
	}
	return n
}

func (c *compiler) step(n *syntax.RegexNode, next step) step {
	back := n.Options&syntax.RightToLeft != 0
	switch n.T {
	case syntax.NtEmpty, syntax.NtUpdateBumpalong:
		return next
	case syntax.NtNothing:
		return nothing{}
	case syntax.NtGroup:
		return c.step(n.Children[0], next)
	case syntax.NtConcatenate:
		for _, child := range slices.Backward(n.Children) {
			next = c.step(child, next)
		}
		return next
	case syntax.NtAlternate:
		a := make(either, len(n.Children))
		for i, child := range n.Children {
			a[i] = c.step(child, next)
		}
		return a
	case syntax.NtOne, syntax.NtNotone, syntax.NtSet:
		return &char{newClass(n), back, next}
	case syntax.NtMulti:
		return &word{n.Str, n.Options&syntax.IgnoreCase != 0, back, next}
	case syntax.NtOneloop, syntax.NtNotoneloop, syntax.NtSetloop:
		return &chars{newClass(n), n.M, n.N, back, next}
	case syntax.NtOnelazy, syntax.NtNotonelazy, syntax.NtSetlazy:
		return &lazyChars{chars{newClass(n), n.M, n.N, back, next}}
	case syntax.NtOneloopatomic, syntax.NtNotoneloopatomic, syntax.NtSetloopatomic:
		return &allChars{chars{newClass(n), n.M, n.N, back, next}}
	case syntax.NtLoop, syntax.NtLazyloop:
		l := &loop{id: c.loops, min: n.M, max: n.N, lazy: n.T == syntax.NtLazyloop, next: next}
		c.loops++
		l.body = c.step(n.Children[0], again{l})
		return l
	case syntax.NtCapture:
		if n.N == -1 {
			i := c.slot(n.M)
			return &opens{i, c.step(n.Children[0], &closes{i, next})}
		}
	case syntax.NtRef:
		return &repeats{c.slot(n.M), n.Options&syntax.IgnoreCase != 0, back, next}
	case syntax.NtPosLook, syntax.NtNegLook, syntax.NtAtomic:
		return &aside{c.step(n.Children[0], done{}), n.T, catches(n), next}
	case syntax.NtBol, syntax.NtEol, syntax.NtBoundary, syntax.NtNonboundary, syntax.NtBeginning, syntax.NtStart, syntax.NtEndZ, syntax.NtEnd:
		return &between{n.T, next}
	}
	c.err = fmt.Errorf("an expression of kind %d", n.T)
	return nothing{}
}

// catches tells whether there is a group in an expression.
func catches(n *syntax.RegexNode) bool {
	return n.T == syntax.NtCapture || slices.ContainsFunc(n.Children, catches)
}

// done is the end of an expression, or of one within it that is looked at alone.
type done struct{}

func (done) match(m *matcher, at int) bool {
	m.end = at
	return true
}

type nothing struct{}

func (nothing) match(*matcher, int) bool { return false }

type either []step

func (a either) match(m *matcher, at int) bool {
	for _, s := range a {
		m.spend(1)
		if s.match(m, at) {
			return true
		}
	}
	return false
}

// class is a set of characters.
type class struct {
	ascii asciiSet
	node  *syntax.RegexNode
}

func newClass(n *syntax.RegexNode) class {
	c := class{node: n}
	for r := range rune(unicode.MaxASCII + 1) {
		if c.slow(r) {
			c.ascii.add(r, r)
		}
	}
	return c
}

func (c *class) has(r rune) bool {
	if r <= unicode.MaxASCII {
		return c.ascii.has(r)
	}
	return c.slow(r)
}

func (c *class) slow(r rune) bool {
	switch {
	case c.node.Set != nil:
		return c.node.Set.CharIn(r)
	case c.node.IsNotoneFamily():
		return r != c.node.Ch
	}
	return r == c.node.Ch
}

// char is one character. Behind a look back it is the one before.
type char struct {
	class class
	back  bool
	next  step
}

func (s *char) match(m *matcher, at int) bool {
	m.spend(1)
	if s.back {
		return at > 0 && s.class.has(m.text[at-1]) && s.next.match(m, at-1)
	}
	return at < len(m.text) && s.class.has(m.text[at]) && s.next.match(m, at+1)
}

// word is several characters.
type word struct {
	text []rune
	fold bool
	back bool
	next step
}

func (s *word) match(m *matcher, at int) bool {
	m.spend(1)
	from := at
	if s.back {
		from, at = at-len(s.text), at-len(s.text)
	} else {
		at += len(s.text)
	}
	if from < 0 || from+len(s.text) > len(m.text) {
		return false
	}
	for i, r := range s.text {
		c := m.text[from+i]
		if s.fold {
			c = unicode.ToLower(c)
		}
		if c != r {
			return false
		}
	}
	return s.next.match(m, at)
}

// chars is a run of characters, as long as it can be.
type chars struct {
	class    class
	min, max int
	back     bool
	next     step
}

// run counts the characters at a place.
func (s *chars) run(m *matcher, at, most int) int {
	n := 0
	if s.back {
		for n < most && at-n > 0 && s.class.has(m.text[at-n-1]) {
			n++
		}
	} else {
		for rest := m.text[at:]; n < most && n < len(rest) && s.class.has(rest[n]); {
			n++
		}
	}
	m.spend(1 + n)
	return n
}

func (s *chars) behind(at, n int) int {
	if s.back {
		return at - n
	}
	return at + n
}

func (s *chars) match(m *matcher, at int) bool {
	for n := s.run(m, at, s.max); n >= s.min; n-- {
		m.spend(1)
		if s.next.match(m, s.behind(at, n)) {
			return true
		}
	}
	return false
}

// lazyChars is a run of characters, as short as it can be.
type lazyChars struct{ chars }

func (s *lazyChars) match(m *matcher, at int) bool {
	n := s.run(m, at, s.min)
	if n < s.min {
		return false
	}
	for ; ; n++ {
		m.spend(1)
		if s.next.match(m, s.behind(at, n)) {
			return true
		}
		if n == s.max || s.run(m, s.behind(at, n), 1) == 0 {
			return false
		}
	}
}

// allChars is a run of characters, of which none is given back.
type allChars struct{ chars }

func (s *allChars) match(m *matcher, at int) bool {
	n := s.run(m, at, s.max)
	return n >= s.min && s.next.match(m, s.behind(at, n))
}

// loop is an expression several times.
type loop struct {
	id, min, max int
	lazy         bool
	body, next   step
}

func (l *loop) match(m *matcher, at int) bool {
	before := m.loops[l.id]
	m.loops[l.id] = lap{0, -1}
	if l.round(m, at) {
		return true
	}
	m.loops[l.id] = before
	return false
}

// again is the end of the body of a loop.
type again struct{ *loop }

func (s again) match(m *matcher, at int) bool { return s.round(m, at) }

func (l *loop) round(m *matcher, at int) bool {
	m.spend(1)
	now := m.loops[l.id]
	more := now.count < l.max && now.mark != at // what matches nothing is not repeated for nothing
	if now.count < l.min {
		return l.more(m, at)
	}
	if l.lazy {
		return l.next.match(m, at) || more && l.more(m, at)
	}
	return more && l.more(m, at) || l.next.match(m, at)
}

func (l *loop) more(m *matcher, at int) bool {
	before := m.loops[l.id]
	m.loops[l.id] = lap{before.count + 1, at}
	if l.body.match(m, at) {
		return true
	}
	m.loops[l.id] = before
	return false
}

// opens and closes are the ends of a group.
type opens struct {
	group int
	next  step
}

func (s *opens) match(m *matcher, at int) bool {
	before := m.open[s.group]
	m.open[s.group] = at
	if s.next.match(m, at) {
		return true
	}
	m.open[s.group] = before
	return false
}

type closes struct {
	group int
	next  step
}

func (s *closes) match(m *matcher, at int) bool {
	c := m.caps[2*s.group:][:2]
	from, to, open := c[0], c[1], m.open[s.group]
	c[0], c[1] = min(open, at), max(open, at)
	if s.next.match(m, at) {
		return true
	}
	c[0], c[1] = from, to
	return false
}

// repeats is what a group caught.
type repeats struct {
	group int
	fold  bool
	back  bool
	next  step
}

func (s *repeats) match(m *matcher, at int) bool {
	from, to := m.caps[2*s.group], m.caps[2*s.group+1]
	if from < 0 {
		return false
	}
	m.spend(1 + to - from)
	w := word{m.text[from:to], false, s.back, s.next}
	if s.fold {
		w.fold, w.text = true, slices.Clone(w.text)
		for i, r := range w.text {
			w.text[i] = unicode.ToLower(r)
		}
	}
	return w.match(m, at)
}

// aside is an expression that is matched alone, and once: one that looks ahead or back, or gives nothing back.
type aside struct {
	body    step
	kind    syntax.NodeType
	catches bool // it has groups
	next    step
}

func (s *aside) match(m *matcher, at int) bool {
	m.spend(1)
	var before []int
	if s.catches {
		before = slices.Clone(m.caps)
	}
	matched := s.body.match(m, at)
	switch {
	case s.kind == syntax.NtNegLook && matched:
		copy(m.caps, before)
		return false
	case s.kind == syntax.NtNegLook:
		return s.next.match(m, at)
	case !matched:
		return false
	case s.kind == syntax.NtAtomic:
		at = m.end
	}
	if s.next.match(m, at) {
		return true
	}
	copy(m.caps, before)
	return false
}

// between matches between characters.
type between struct {
	kind syntax.NodeType
	next step
}

func (s *between) match(m *matcher, at int) bool {
	m.spend(1)
	return s.holds(m, at) && s.next.match(m, at)
}

func (s *between) holds(m *matcher, at int) bool {
	rest := m.text[at:]
	switch s.kind {
	case syntax.NtBol:
		return at == 0 || m.text[at-1] == '\n'
	case syntax.NtEol:
		return len(rest) == 0 || rest[0] == '\n'
	case syntax.NtBeginning:
		return at == 0
	case syntax.NtStart:
		return at == m.start
	case syntax.NtEndZ:
		return len(rest) == 0 || len(rest) == 1 && rest[0] == '\n'
	case syntax.NtEnd:
		return len(rest) == 0
	}
	boundary := (at > 0 && syntax.IsWordChar(m.text[at-1])) != (len(rest) > 0 && syntax.IsWordChar(rest[0]))
	return boundary == (s.kind == syntax.NtBoundary)
}

// asciiSet is a set of ASCII characters.
type asciiSet [2]uint64

func (s *asciiSet) has(c rune) bool { return s[c>>6]&(1<<(c&63)) != 0 }

func (s *asciiSet) add(from, to rune) {
	for c := from; c <= min(to, unicode.MaxASCII); c++ {
		s[c>>6] |= 1 << (c & 63)
	}
}

// start adds what a match can begin with, and reports whether it can be empty.
func (s *asciiSet) start(n *syntax.RegexNode) (empty bool) {
	switch n.T {
	case syntax.NtNothing:
		return false
	case syntax.NtOne, syntax.NtNotone, syntax.NtSet:
		s.join(newClass(n))
		return false
	case syntax.NtMulti:
		for r := range rune(unicode.MaxASCII + 1) {
			if r == n.Str[0] || n.Options&syntax.IgnoreCase != 0 && unicode.ToLower(r) == n.Str[0] { // one that is too many does no harm
				s.add(r, r)
			}
		}
		return false
	case syntax.NtOneloop, syntax.NtNotoneloop, syntax.NtSetloop, syntax.NtOnelazy, syntax.NtNotonelazy, syntax.NtSetlazy,
		syntax.NtOneloopatomic, syntax.NtNotoneloopatomic, syntax.NtSetloopatomic:
		s.join(newClass(n))
		return n.M == 0
	case syntax.NtLoop, syntax.NtLazyloop:
		return s.start(n.Children[0]) || n.M == 0
	case syntax.NtGroup, syntax.NtCapture, syntax.NtAtomic:
		return s.start(n.Children[0])
	case syntax.NtConcatenate:
		for _, child := range n.Children {
			if !s.start(child) {
				return false
			}
		}
		return true
	case syntax.NtAlternate:
		for _, child := range n.Children {
			empty = s.start(child) || empty
		}
		return empty
	}
	return true // what looks only, and what a group caught
}

func (s *asciiSet) join(c class) {
	s[0] |= c.ascii[0]
	s[1] |= c.ascii[1]
}
