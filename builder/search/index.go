package search

import (
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"handbook/builder/memo"
)

// index is the whole index of one build.
type index struct {
	site      Site
	given     func() []Page // as they were given
	number    func()        // makes pages
	pages     []Page        // by number
	set       *memo.Set     // in which words of pages are remembered; nil for none
	key       func() uint64
	cardsEach int // cards in one file
	pieces    int // files of words
	nears     int // files of words by their ends
	make      func()
	tie       func() string // see version

	// Made by build:
	words  []word // sorted by text
	found  []hit  // what words are on which pages, word after word
	bounds []int  // the first word of each piece
	ends   []string
	cuts   []int // in ends: where the files begin

	starts, endStarts []string // what files of words begin with
}

// word is one word of the index.
type word struct {
	text     string
	from, to int // in found
}

// hit is a page that has a word: the page's number, and in its low byte how much the word says about it.
type hit uint32

func (h hit) page() int  { return int(h >> 8) }
func (h hit) level() int { return int(h & 0xff) }

// build puts the index together.
func (ix *index) build() {
	ix.number()
	lists, texts := ix.read()
	counts := make([]uint32, len(texts))
	total := 0
	for _, l := range lists {
		for _, e := range l {
			counts[e>>8]++
		}
		total += len(l)
	}
	order := make([]uint32, 0, len(texts))
	for id, n := range counts {
		if n > 0 {
			order = append(order, uint32(id))
		}
	}
	slices.SortFunc(order, func(a, b uint32) int { return strings.Compare(texts[a], texts[b]) })
	ix.words = make([]word, len(order))
	ix.found = make([]hit, total)
	next := make([]int, len(texts))
	at := 0
	for i, id := range order {
		n := int(counts[id])
		ix.words[i] = word{texts[id], at, at + n}
		next[id] = at
		at += n
	}
	for number, l := range lists {
		for _, e := range l {
			id := e >> 8
			ix.found[next[id]] = hit(number)<<8 | hit(e&0xff)
			next[id]++
		}
	}
	ix.cut()
	ix.turn()
	ix.part()
}

// cut divides the words into pieces of about the same size.
func (ix *index) cut() {
	sizes := make([]float64, len(ix.words))
	total := 0.0
	for i, w := range ix.words {
		n := float64(w.to - w.from)
		// About the bytes that are left after compression: the word, and for each page the distance to the one before
		// and a level.
		sizes[i] = 3 + float64(len(w.text))/3 + n*(math.Log2(float64(len(ix.pages))/n+1)+2.5)/8
		total += sizes[i]
	}
	// A word that many pages have may be larger than a piece. It has one alone, and the others share what is left: a piece
	// with nothing in it would cost a reader a request.
	ix.bounds = make([]int, ix.pieces+1)
	sum, left, k := 0.0, total, 1
	for i, size := range sizes {
		if sum > 0 && k < ix.pieces && sum+size/2 >= left/float64(ix.pieces-k+1) {
			ix.bounds[k] = i
			sum, left, k = 0, left-sum, k+1
		}
		sum += size
	}
	for ; k <= ix.pieces; k++ {
		ix.bounds[k] = len(ix.words)
	}
	for k := 1; k < ix.pieces; k++ {
		at := min(max(ix.bounds[k], ix.bounds[k-1]+1), len(ix.words)) // the bound before may have moved past this one
		ix.bounds[k] = ix.shortest(at, ix.bounds[k-1], sizes, total/float64(ix.pieces)/4)
	}
}

// shortest is a place near the word at, behind the word after, where a shorter text than there parts the words before from those
// behind: all of these texts stand in index.js. What lies between is no larger than room.
func (ix *index) shortest(at, after int, sizes []float64, room float64) int {
	best, least := at, math.MaxInt
	look := func(i int) bool {
		if i <= after || i >= len(ix.words) {
			return false
		}
		if n := len(between(ix.words[i-1].text, ix.words[i].text)); n < least {
			best, least = i, n
		}
		return true
	}
	look(at)
	for i, left := at, room; i > 0 && left > sizes[i-1] && look(i-1); i-- {
		left -= sizes[i-1]
	}
	for i, left := at, room; i < len(sizes) && left > sizes[i] && look(i+1); i++ {
		left -= sizes[i]
	}
	return best
}

// turn sorts the words that a typing error is likely to stand for by their ends.
func (ix *index) turn() {
	for _, w := range ix.words {
		if utf8.RuneCountInString(w.text) < 4 || w.text[0] < 'a' {
			continue
		}
		if n := w.to - w.from; n < 2 && len(ix.pages) > 300 && ix.found[w.from].level() < 6 {
			continue
		}
		ix.ends = append(ix.ends, reversed(w.text))
	}
	slices.Sort(ix.ends)
	ix.cuts = make([]int, ix.nears+1)
	for i := range ix.cuts {
		ix.cuts[i] = len(ix.ends) * i / ix.nears
	}
}

func reversed(s string) string {
	r := []rune(s)
	slices.Reverse(r)
	return string(r)
}

// list is the file that says what the others hold.
func (ix *index) list() []byte {
	drafts := 0
	for _, p := range ix.pages {
		if p.Draft {
			drafts++
		}
	}
	about := json.RawMessage(ix.site.About)
	if len(about) == 0 {
		about = json.RawMessage("{}")
	}
	return script("index", ix.version(), struct {
		Build  string          `json:"build"` // of everything in the index
		Pages  int             `json:"pages"`
		Base   string          `json:"base"`
		Drafts int             `json:"drafts"` // the last so many
		Each   int             `json:"each"`
		Stem   string          `json:"stem"`
		Elided string          `json:"elided,omitempty"`
		Words  string          `json:"words"`
		Ends   string          `json:"ends"`
		About  json.RawMessage `json:"about"`
	}{number36(ix.key()), len(ix.pages), ix.site.Base, drafts, ix.cardsEach, ix.site.Language, elided[ix.site.Language], packed(ix.starts), packed(ix.endStarts), about})
}

// packed writes a sorted list of texts without capital letters: of each how many bytes it shares with the one before, as
// a capital letter, and the rest.
func packed(list []string) string {
	var b strings.Builder
	last := ""
	for _, s := range list {
		n := 0
		for n < min(len(s), len(last), 25) && s[n] == last[n] && s[n] < utf8.RuneSelf {
			n++
		}
		b.WriteByte(byte('A' + n))
		b.WriteString(s[n:])
		last = s
	}
	return b.String()
}

// between is the shortest text that is greater than a and at most b.
func between(a, b string) string {
	for i := range b {
		if i > 0 && b[:i] > a {
			return b[:i]
		}
	}
	return b
}

// version is told by every file that counts pages by number, so that files of two builds that count otherwise are never mixed. It is
// not that of the words: a word that is typed changes the files that have it, and no other.
func (ix *index) version() string { return ix.tie() }

// parted says also what words a file holds, where the browser knows it from the list: another build may have parted them elsewhere.
func (ix *index) parted(starts []string, i int) string {
	end := ""
	if i+1 < len(starts) {
		end = starts[i+1]
	}
	return ix.version() + " " + starts[i] + " " + end
}

func (ix *index) ties() string {
	ix.number()
	var h memo.Hash
	h.Value([]any{len(ix.pages), ix.cardsEach, ix.site.Language})
	for i := range ix.pages {
		h.String(ix.pages[i].URL)
	}
	sum := h.End()
	return number36(binary.LittleEndian.Uint64(sum[:]))
}

// part finds the texts with which files begin, as far as they are needed to tell them from the one before.
func (ix *index) part() {
	ix.starts, ix.endStarts = make([]string, ix.pieces), make([]string, ix.nears)
	for i := range ix.starts {
		from := ix.bounds[i]
		if i > 0 && from > 0 && from < len(ix.words) {
			ix.starts[i] = between(ix.words[from-1].text, ix.words[from].text)
		} else if i > 0 && from >= len(ix.words) {
			ix.starts[i] = "\U0010FFFF"
		}
	}
	for i := range ix.endStarts {
		from := ix.cuts[i]
		if i > 0 && from > 0 && from < len(ix.ends) {
			ix.endStarts[i] = between(ix.ends[from-1], ix.ends[from])
		}
	}
}

// piece is one file of words.
func (ix *index) piece(i int) []byte {
	var data []string
	for _, w := range ix.words[ix.bounds[i]:ix.bounds[i+1]] {
		data = append(data, w.text, hits(ix.found[w.from:w.to]))
	}
	return script("t"+number10(i), ix.parted(ix.starts, i), data)
}

// near is one file of words by their ends.
func (ix *index) near(i int) []byte {
	return script("n"+number10(i), ix.parted(ix.endStarts, i), strings.Join(ix.ends[ix.cuts[i]:ix.cuts[i+1]], " "))
}

// card is what is shown of a page that was found, in the order of the list in the file.
func (ix *index) cards(name string, i int) []byte {
	var data [][]any
	for _, p := range ix.pages[i*ix.cardsEach : min((i+1)*ix.cardsEach, len(ix.pages))] {
		state := p.State
		if p.Draft {
			state = "draft"
		}
		data = append(data, []any{p.Title, p.URL, p.Label, p.Owner, state, p.Warn.String(), p.Next.String(), p.text(), strings.Join(p.In, " › ")})
	}
	return script(name, ix.version(), data)
}

// text is where the text of a page is read from: the name of a file of the index, or its Markdown, 1 for where that mostly is.
func (p *Page) text() any {
	switch p.Markdown {
	case "":
		return textName(p.URL)
	case strings.TrimSuffix(p.URL, "/") + ".md":
		return 1
	}
	return p.Markdown
}

// dates are the states and review dates of all pages, for each page its state, the days since the page before and
// the length of the warning.
func (ix *index) dates() []byte {
	var b []byte
	last := 0
	for _, p := range ix.pages {
		b = append(b, cmp.Or(p.State, "x")[0])
		if p.Next.IsZero() {
			b = append(b, '!')
			continue
		}
		day := dayNumber(p.Next)
		step := last - day
		last = day
		if step < 0 {
			step = -2*step - 1
		} else {
			step *= 2
		}
		b = digits(b, step+2)
		b = digits(b, max(0, p.Warn.DaysUntil(p.Next)))
	}
	return script("dates", ix.version(), string(b))
}

// alphabet is what numbers are written in: one character below 64, more above. A number's last character is one of the
// first 64, those before it are of the others.
const alphabet = " !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~"

const more = len(alphabet) - 64

// digits appends a number.
func digits(b []byte, n int) []byte {
	if n >= 64 {
		b = moreDigits(b, n/64)
	}
	return append(b, alphabet[n%64])
}

func moreDigits(b []byte, n int) []byte {
	if n >= more {
		b = moreDigits(b, n/more)
	}
	return append(b, alphabet[64+n%more])
}

// hits writes the pages that have a word: how many, the distances between their numbers, and their levels.
func hits(list []hit) string {
	b := digits(nil, len(list))
	last := -1
	for _, h := range list {
		b = digits(b, h.page()-last-1)
		last = h.page()
	}
	for _, h := range list {
		b = append(b, alphabet[h.level()])
	}
	return string(b)
}

// saying is a page whose words are asked for.
type saying struct {
	page     *Page
	language string
	by       *sync.Pool // of *counter, with which its words are counted
}

// said is what words there are on a page, and how much each says about it.
type said struct {
	Words  string // a line each
	Levels string // a byte each
}

// saids counts the words of a page. They lie in the folder of the session, and no second time in memory.
var saids = &memo.Func[saying, said]{
	Name: "search words",
	Sum: func(s saying) memo.Sum {
		p := s.page
		var h memo.Hash
		h.Value([]any{s.language, p.Title, p.Also, p.About, p.Tags, p.Type, p.Label, p.Status, p.Owner, p.Owners, p.Owned, p.In, p.Paths})
		h.Uint(p.textSum())
		return h.End()
	},
	Make: func(_ context.Context, s saying) said {
		c := s.by.Get().(*counter)
		defer s.by.Put(c)
		return c.count(s.page)
	},
	Codec: memo.CodecOf[said](),
	Aside: true,
}

// vocabulary gives each word of the pages a number.
type vocabulary struct {
	mu      sync.Mutex
	numbers map[string]uint32
	texts   []string
}

// number gives the number of a word, and the word as it is kept.
func (v *vocabulary) number(text string) (uint32, string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	n, ok := v.numbers[text]
	if !ok {
		n = uint32(len(v.texts))
		text = strings.Clone(text)
		v.numbers[text] = n
		v.texts = append(v.texts, text)
	}
	return n, v.texts[n]
}

// read gives for each page its words, each an index in texts with a level in the low byte.
func (ix *index) read() (lists [][]uint32, texts []string) {
	all := vocabulary{numbers: map[string]uint32{}}
	counters := &sync.Pool{New: func() any { return &counter{known: map[string]uint32{}, elides: elides(ix.site.Language)} }}
	known := &sync.Pool{New: func() any { return map[string]uint32{} }} // so that most words are looked up without a lock
	lists = make([][]uint32, len(ix.pages))
	memo.Each(len(ix.pages), func(i int) {
		numbers := known.Get().(map[string]uint32)
		defer known.Put(numbers)
		s := memo.Of(context.Background(), ix.set, saids, saying{&ix.pages[i], ix.site.Language, counters})
		list, at := make([]uint32, len(s.Levels)), 0
		for word := range strings.SplitSeq(s.Words, "\n") {
			if at == len(list) {
				break
			}
			n, ok := numbers[word]
			if !ok {
				n, word = all.number(word)
				numbers[word] = n
			}
			list[at] = n<<8 | uint32(s.Levels[at])
			at++
		}
		lists[i] = list[:at]
	})
	return lists, all.texts
}

// counter counts the words of one page after another, on one goroutine.
type counter struct {
	known  map[string]uint32 // words as written, with their index + 1 in all
	elides map[string]bool
	all    []tally
	on     []uint32 // those of all that are on the page at hand
	buf    []byte
}

// tally is what was seen of a word on the page at hand.
type tally struct {
	text                                       string
	times                                      uint16
	title, also, heading, question, about, tag float32
	weak                                       float32 // what the page is, where it stands and whose it is
	seen                                       bool
}

// count gives the words of a page.
func (c *counter) count(p *Page) said {
	size := 0
	body := func(raw []byte, folded bool) {
		size++
		if t := c.tally(raw, folded); t != nil && t.times < math.MaxUint16 {
			t.times++
		}
	}
	best := func(field func(t *tally) *float32, text string, whole, share float32) {
		b := []byte(text)
		n := 0
		words(b, c.elides, func([]byte, bool) { n++ })
		put := func(raw []byte, folded bool) {
			if t := c.tally(raw, folded); t != nil {
				f := field(t)
				*f = max(*f, whole+share/float32(n))
			}
		}
		two := joined{between: " -", f: put}
		words(b, c.elides, func(raw []byte, folded bool) {
			put(raw, folded)
			two.next(b, raw, folded)
		})
	}
	best(func(t *tally) *float32 { return &t.title }, p.Title, 3, 4)
	for _, s := range p.Also {
		best(func(t *tally) *float32 { return &t.also }, s, 2.5, 3)
	}
	best(func(t *tally) *float32 { return &t.about }, p.About, 1, 0)
	for _, s := range p.Tags {
		best(func(t *tally) *float32 { return &t.tag }, s, 1, 0.5)
	}
	c.buf = p.passages(c.buf, func(s passage) {
		if s.heading != "" {
			best(func(t *tally) *float32 { return &t.heading }, s.heading, 1, 1.5)
			if strings.HasSuffix(s.heading, "?") {
				best(func(t *tally) *float32 { return &t.question }, s.heading, 0.5, 1)
			}
		}
		two := joined{between: "-", f: body}
		words(s.text, c.elides, func(raw []byte, folded bool) {
			body(raw, folded)
			two.next(s.text, raw, folded)
		})
	})
	for _, s := range append([]string{p.Label, p.Owner}, p.In...) {
		best(func(t *tally) *float32 { return &t.weak }, s, 0.25, 0)
	}
	length := 0.3 + 0.7*float64(min(max(size, 50), 4000))/400
	var words strings.Builder
	levels := make([]byte, 0, len(c.on)+8)
	add := func(text string, level byte) {
		words.WriteString(text + "\n")
		levels = append(levels, level)
	}
	for _, i := range c.on {
		t := &c.all[i]
		n := float64(t.times)
		score := n * 2.2 / (n + 1.2*length)
		score += float64(max(t.title, t.also) + t.heading + t.question + t.about + t.tag + t.weak)
		// A level is in quarters, of which every other is used: finer ones find no better pages and make pieces a tenth larger.
		add(t.text, byte(2*min(max(math.Round(score*2), 1), 31)))
		*t = tally{text: t.text}
	}
	c.on = c.on[:0]
	for _, f := range append(p.filters(), c.called(p)...) {
		add(f, 1)
	}
	return said{words.String(), string(levels)}
}

// called are a page's names, each as one word that no text can hold.
func (c *counter) called(p *Page) []string {
	var list []string
	for _, name := range append([]string{p.Title}, p.Also...) {
		var parts []string
		words([]byte(name), c.elides, func(raw []byte, _ bool) {
			if part := fold(string(raw)); part != "" && !strings.ContainsAny(part, "_.") { // which is its parts once more
				parts = append(parts, part)
			}
		})
		if len(parts) > 0 {
			list = append(list, ":="+strings.Join(parts, "-"))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// filters are words that no text can hold, for what is asked for by name.
func (p *Page) filters() []string {
	var list []string
	add := func(kind, value string) {
		if value = name(value); value != "" {
			list = append(list, ":"+kind+":"+value)
		}
	}
	add("type", p.Type)
	add("status", p.Status)
	for _, o := range p.Owners {
		add("owner", o)
	}
	if !p.Owned {
		add("owner", "nobody")
	}
	for _, t := range p.Tags {
		add("tag", t)
	}
	for _, s := range p.Paths {
		add("in", s)
	}
	if p.asks() {
		list = append(list, ":?")
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// asks tells a page with questions and answers.
func (p *Page) asks() bool {
	if p.Text == nil {
		return false
	}
	for _, h := range p.Text.Headings {
		if strings.HasSuffix(h.Text, "?") {
			return true
		}
	}
	return false
}

// tally is where a word is counted; nil for one that is nothing once it is folded.
func (c *counter) tally(raw []byte, folded bool) *tally {
	i, ok := c.known[string(raw)]
	if !ok {
		text := string(raw)
		key := text
		if !folded || len(text) > longest {
			text = fold(text)
		}
		switch at, ok := c.known[text]; {
		case text == "":
		case ok && text != key:
			i = at
		default:
			c.all = append(c.all, tally{text: strings.Clone(text)})
			i = uint32(len(c.all))
			c.known[text] = i
		}
		c.known[key] = i
	}
	if i == 0 {
		return nil
	}
	t := &c.all[i-1]
	if !t.seen {
		t.seen = true
		c.on = append(c.on, i-1)
	}
	return t
}
