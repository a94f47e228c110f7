package diag

import (
	"bytes"
	"sort"
	"strings"
	"unicode/utf8"
)

// Located is a message with everything a reader needs to find its place, without the file at hand.
type Located struct {
	Message
	Line, Column int // from 1; Column counts characters; 0 for a file or site as a whole
	EndLine      int // where the place ends, likewise; EndColumn is behind its last character
	EndColumn    int
	Excerpt      string // the line itself, tabs kept, at most excerptWidth characters around the place
	CaretAt      int    // where the place begins in Excerpt, in characters
	CaretLen     int    // how many characters of Excerpt belong to the place, at least 1
	Notes        []LocatedNote
	Members      []Located // what it stands for, itself as the first, if it is a sum; see Sum
}

// Said tells messages apart wherever they stand in their file: that a line above was added or taken away makes none new.
type Said struct {
	File, Text, Excerpt string
	Rule                Rule
	Severity            Severity
}

// Said is what a message says.
func (m Located) Said() Said { return Said{m.File, m.Text, m.Excerpt, m.Rule, m.Severity} }

// LocatedNote is a Note with its line and column.
type LocatedNote struct {
	Note
	Line, Column int
}

const (
	excerptWidth = 160
	maxExcerpt   = excerptWidth * utf8.UTFMax // bytes that are enough for it
)

// Locate adds lines, columns and excerpts. read returns the bytes of a file by its message name, or an error when
// they cannot be had; the message then stays without an excerpt. It is called at most once for each file.
func Locate(list List, read func(file string) ([]byte, error)) []Located {
	files := map[string]*text{}
	open := func(p Place) *text {
		if p.File == "" || p.Start == 0 && p.End == 0 {
			return nil
		}
		t, ok := files[p.File]
		if !ok {
			if data, err := read(p.File); err == nil {
				t = newText(data)
			}
			files[p.File] = t
		}
		return t
	}
	out := make([]Located, len(list))
	for i, m := range list {
		l := Located{Message: m}
		if t := open(m.Place); t != nil {
			l.Line, l.Column = t.position(m.Start)
			l.EndLine, l.EndColumn = t.position(max(m.Start, m.End))
			l.Excerpt, l.CaretAt, l.CaretLen = t.excerpt(m.Start, m.End)
		}
		for _, n := range m.Notes {
			ln := LocatedNote{Note: n}
			if t := open(n.Place); t != nil {
				ln.Line, ln.Column = t.position(n.Start)
			}
			l.Notes = append(l.Notes, ln)
		}
		out[i] = l
	}
	return out
}

// text is a file with its line starts.
type text struct {
	data  []byte
	lines []int  // offset of each line's first byte
	marks []mark // one for each markEvery bytes; made for the first long line, so that many messages on it cost no square
}

// mark is the beginning of a character, with how many there are before it.
type mark struct{ at, count int }

const markEvery = 256

func newText(data []byte) *text {
	t := &text{data: data, lines: []int{0}}
	for i := 0; i < len(data); i++ {
		switch {
		case data[i] == '\n', data[i] == '\r' && (i+1 == len(data) || data[i+1] != '\n'):
			t.lines = append(t.lines, i+1)
		}
	}
	return t
}

// line returns the index of the line that holds the offset.
func (t *text) line(at int) int {
	lo, hi := 0, len(t.lines)
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; t.lines[mid] <= at {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo
}

func (t *text) position(at int) (line, column int) {
	at = min(max(at, 0), len(t.data))
	n := t.line(at)
	start := t.lines[n]
	if n == 0 && bytes.HasPrefix(t.data[:at], []byte("\uFEFF")) {
		start = 3
	}
	if at-start < 4*markEvery {
		return n + 1, utf8.RuneCount(t.data[start:at]) + 1
	}
	return n + 1, t.characters(at) - t.characters(start) + 1
}

// characters counts those before an offset.
func (t *text) characters(before int) int {
	if t.marks == nil {
		for at, count := 0, 0; at < len(t.data); count++ {
			if at/markEvery == len(t.marks) {
				t.marks = append(t.marks, mark{at, count})
			}
			_, n := utf8.DecodeRune(t.data[at:])
			at += n
		}
	}
	i := min(before/markEvery, len(t.marks)-1)
	if t.marks[i].at > before {
		i--
	}
	return t.marks[i].count + utf8.RuneCount(t.data[t.marks[i].at:before])
}

// Lines finds the bytes of a file that lines and columns stand for, as parsers tell them: both from 1, columns in
// characters. Many places on one long line cost no square.
type Lines struct{ text *text }

// NewLines reads the lines of a file.
func NewLines(data []byte) Lines { return Lines{newText(data)} }

// Line is where a line begins, and where it ends without what ends it.
func (l Lines) Line(n int) (start, end int) {
	t := l.text
	n = min(max(n, 1), len(t.lines))
	start, end = t.lines[n-1], len(t.data)
	if n < len(t.lines) {
		end = t.lines[n]
	}
	for end > start && (t.data[end-1] == '\n' || t.data[end-1] == '\r') {
		end--
	}
	return start, end
}

// Offset is where a character of a line begins; the end of the file where there are not so many.
func (l Lines) Offset(line, column int) int {
	t := l.text
	at, _ := l.Line(line)
	if column > 4*markEvery {
		count := t.characters(at) + column - 1
		if i := sort.Search(len(t.marks), func(i int) bool { return t.marks[i].count > count }); i > 0 {
			at, column = t.marks[i-1].at, count-t.marks[i-1].count+1
		}
	}
	for ; column > 1 && at < len(t.data); column-- {
		_, n := utf8.DecodeRune(t.data[at:])
		at += n
	}
	return at
}

func (t *text) excerpt(start, end int) (line string, at, length int) {
	start = min(max(start, 0), len(t.data))
	end = min(max(end, start), len(t.data))
	n := t.line(start)
	from, to := t.lines[n], len(t.data)
	if n+1 < len(t.lines) {
		to = t.lines[n+1]
	}
	for to > from && (t.data[to-1] == '\n' || t.data[to-1] == '\r') {
		to--
	}
	if n == 0 && bytes.HasPrefix(t.data, []byte("\uFEFF")) {
		from = 3
	}
	start = max(min(start, to), from)
	end = max(min(end, to), start)
	for far := start - maxExcerpt; from < far; from = far { // the rest of a long line is not shown
		for far < start && !utf8.RuneStart(t.data[far]) {
			far++
		}
	}
	to = min(to, start+2*maxExcerpt)
	end = min(end, to)
	before, marked, after := printable(t.data[from:start]), printable(t.data[start:end]), printable(t.data[end:to])
	if cut := len(before) - excerptWidth/2; cut > 0 && len(before)+len(marked)+len(after) > excerptWidth {
		before = append([]rune{'…'}, before[cut:]...)
	}
	all := append(append(before[:len(before):len(before)], marked...), after...)
	at, length = len(before), max(len(marked), 1)
	if len(all) > excerptWidth {
		all = append(all[:excerptWidth:excerptWidth], '…')
		length = max(1, min(length, excerptWidth-at))
	}
	return string(all), at, length
}

// printable replaces what a terminal would act on rather than show.
func printable(b []byte) []rune {
	return []rune(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return '�'
		}
		return r
	}, strings.ToValidUTF8(string(b), "�")))
}
