package query

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"handbook/builder/diag"
)

// Query is what a block says, before it is known what the handbook holds.
type Query struct {
	From    []Word // types, or records of a type: "beta-report.findings"
	Where   Word   // an expression; its Text is empty for everything
	Columns []Word
	Group   Word
	Sub     Word // within each group
	Rows    Word // a matrix: what its rows are
	Sort    []Word
	Limit   int // 0 for no limit
	View    *Layout
	Title   Word
	Empty   Word // the sentence for a view with no rows
}

// Word is a part of a block with its place in it, in bytes.
type Word struct {
	Text       string
	Start, End int
}

func (w Word) none() bool { return w.Text == "" }

// Mistake is what is wrong with a block, in words for its author.
type Mistake struct {
	Start, End int // in the block
	Text, Help string
}

// maxBlock bounds what a block may say.
const maxBlock = 20_000

// Keys lists what a block can say, in the order of the manual.
func Keys() []string {
	return []string{"from", "where", "columns", "rows", "group", "sort", "limit", "view", "title", "empty"}
}

// Parse reads a block: lines of a key, a colon and what it takes. A line that is indented goes on with the one before it.
// What can be read is in the Query, and what is wrong with the rest a Mistake.
func Parse(source string) (Query, []Mistake) {
	p := &blockParser{source: source}
	if len(source) > maxBlock {
		p.wrong(0, 0, "this view is too long to be read", "write several views")
		return p.query, p.mistakes
	}
	for at := 0; at < len(source); {
		at = p.entry(at)
	}
	p.check()
	return p.query, p.mistakes
}

// Unfold puts each key of a block that is written in one line, "from: spec, where: draft", on a line of its own. Its places
// stay the same.
func Unfold(line string) string {
	if strings.Contains(strings.TrimSpace(line), "\n") {
		return line
	}
	out := []byte(line)
	scan(line, func(i, depth int) bool {
		if line[i] == ',' && depth == 0 {
			rest := strings.TrimLeft(line[i+1:], " \t")
			if key, _, ok := strings.Cut(rest, ":"); ok && slices.Contains(Keys(), strings.TrimSpace(key)) {
				out[i] = '\n'
				for j := i + 1; j < len(line)-len(rest); j++ {
					out[j] = '\r' // white space that indents nothing
				}
			}
		}
		return true
	})
	return string(out)
}

// scan calls f for each byte of an expression that is not in quotes, with how many brackets are open around it, until f
// returns false.
func scan(s string, f func(i, depth int) bool) {
	depth := 0
	var quote byte
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case quote != 0:
			if c == '\\' && quote != '`' {
				i++
			} else if c == quote || c == '\n' && quote != '`' {
				quote = 0
			}
			continue
		case c == '\'' && i > 0 && isLetter(s[i-1]): // an apostrophe: "the team's"
		case c == '"' || c == '\'' || c == '`':
			quote = c
			continue
		case c == '(' || c == '[' || c == '{':
			depth++
		case c == ')' || c == ']' || c == '}':
			depth = max(0, depth-1)
		}
		if !f(i, depth) {
			return
		}
	}
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80 }

type blockParser struct {
	source   string
	query    Query
	mistakes []Mistake
	seen     map[string]Word
}

func (p *blockParser) wrong(start, end int, text, help string) {
	p.mistakes = append(p.mistakes, Mistake{start, end, text, help})
}

// entry reads a key and its value, and returns where the next entry begins.
func (p *blockParser) entry(at int) int {
	s := p.source
	end := at + strings.IndexByte(s[at:]+"\n", '\n')
	line := s[at:end]
	trimmed := strings.TrimSpace(line)
	next := min(end+1, len(s))
	if end == len(s) {
		next = len(s)
	}
	if trimmed == "" || trimmed[0] == '#' {
		return next
	}
	start := at + strings.Index(line, trimmed)
	name, _, ok := strings.Cut(trimmed, ":")
	name = strings.TrimRight(name, " \t")
	if !ok || strings.ContainsAny(name, " \t\"'([") {
		p.wrong(start, start+len(trimmed), "this line is not a key and what it takes", `write it as "from: spec"`)
		return next
	}
	key := Word{name, start, start + len(name)}
	from := start + strings.IndexByte(trimmed, ':') + 1
	for next < len(s) { // lines that are indented, or items of a list
		more := next + strings.IndexByte(s[next:]+"\n", '\n')
		content := strings.TrimSpace(s[next:more])
		if content != "" && s[next] != ' ' && s[next] != '\t' && s[next] != '-' && s[next] != ']' && s[next] != ')' {
			break
		}
		if content != "" {
			end = more
		}
		next = min(more+1, len(s))
	}
	p.set(key, p.value(from, end))
	return next
}

// value is what stands between two places, without the white space and comments around it.
func (p *blockParser) value(start, end int) Word {
	s := p.source[start:end]
	text := []byte(s)
	scan(s, func(i, depth int) bool {
		if s[i] == '#' && depth == 0 && (i == 0 || strings.IndexByte(" \t\n", s[i-1]) >= 0) {
			for j := i; j < len(s) && s[j] != '\n'; j++ {
				text[j] = ' '
			}
		}
		return true
	})
	w := trim(Word{string(text), start, end})
	if first, _, more := strings.Cut(w.Text, "\n"); more && strings.Contains("| > |- >-", strings.TrimSpace(first)) { // as YAML has long texts
		w = trim(Word{w.Text[len(first):], w.Start + len(first), w.End})
	}
	return w
}

func trim(w Word) Word {
	left := len(w.Text) - len(strings.TrimLeft(w.Text, " \t\r\n"))
	text := strings.TrimSpace(w.Text)
	return Word{text, w.Start + left, w.Start + left + len(text)}
}

// plain takes off the quotes around a whole value.
func plain(w Word) Word {
	if n := len(w.Text); n >= 2 && (w.Text[0] == '"' || w.Text[0] == '\'') && w.Text[n-1] == w.Text[0] && !strings.ContainsRune(w.Text[1:n-1], rune(w.Text[0])) {
		return Word{w.Text[1 : n-1], w.Start + 1, w.End - 1}
	}
	return w
}

// list reads "[a, b]", "a, b" or a line with a dash for each.
func list(w Word) []Word {
	s := w.Text
	if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") {
		w = Word{s[1 : len(s)-1], w.Start + 1, w.End - 1}
	}
	var out []Word
	at := 0
	add := func(end int) {
		item := trim(Word{w.Text[at:end], w.Start + at, w.Start + end})
		if rest, ok := strings.CutPrefix(item.Text, "- "); ok {
			item = trim(Word{rest, item.Start + 2, item.End})
		}
		if item = plain(item); !item.none() {
			out = append(out, item)
		}
		at = end + 1
	}
	scan(w.Text, func(i, depth int) bool {
		if depth == 0 && (w.Text[i] == ',' || w.Text[i] == '\n') {
			add(i)
		}
		return true
	})
	if at <= len(w.Text) {
		add(len(w.Text))
	}
	return out
}

func (p *blockParser) set(key, value Word) {
	if p.seen == nil {
		p.seen = map[string]Word{}
	}
	if _, twice := p.seen[key.Text]; twice {
		p.wrong(key.Start, key.End, fmt.Sprintf("%s is written twice", key.Text), "leave one of the two out")
		return
	}
	p.seen[key.Text] = key
	if value.none() {
		if slices.Contains(Keys(), key.Text) {
			p.wrong(key.Start, key.End, key.Text+" says nothing", "write what it takes behind the colon, or leave the line out")
			return
		}
	}
	q := &p.query
	switch key.Text {
	case "from":
		q.From = list(value)
	case "where":
		q.Where = plain(value)
	case "columns":
		q.Columns = list(value)
	case "rows":
		q.Rows = plain(value)
	case "group":
		by := list(value)
		if len(by) > 2 {
			p.wrong(by[2].Start, by[len(by)-1].End, "rows are grouped by two fields at most", "leave this one out")
		}
		if q.Group = plain(value); len(by) > 1 {
			q.Group, q.Sub = by[0], by[1]
		} else if len(by) == 1 {
			q.Group = by[0]
		}
	case "sort":
		q.Sort = list(value)
	case "title":
		q.Title = plain(value)
	case "empty":
		q.Empty = plain(value)
	case "limit":
		n, err := strconv.Atoi(value.Text)
		if err != nil || n < 1 {
			p.wrong(value.Start, value.End, fmt.Sprintf("%q is not a number of rows", value.Text), "write a whole number such as 20")
			return
		}
		q.Limit = n
	case "view":
		value = plain(value)
		i := slices.Index(layoutNames(), value.Text)
		if i < 0 {
			p.wrong(value.Start, value.End, fmt.Sprintf("there is no view %q", value.Text), suggest(value.Text, layoutNames(), "the views are"))
			return
		}
		q.View = Layouts()[i]
	default:
		p.wrong(key.Start, key.End, fmt.Sprintf("a view has no %q", key.Text), suggest(key.Text, Keys(), "a view takes"))
	}
}

// check tells of what is missing.
func (p *blockParser) check() {
	q := &p.query
	if len(q.From) == 0 && len(p.mistakes) == 0 {
		end := len(strings.TrimRight(p.source, "\r\n"))
		if i := strings.IndexByte(p.source, '\n'); i >= 0 {
			end = min(end, i)
		}
		p.wrong(0, end, "this view does not say which pages it shows", `write a line such as "from: spec"`)
	}
	if q.View == nil {
		q.View = Table
	}
	if key, ok := p.seen["rows"]; ok && q.View != Matrix {
		p.wrong(key.Start, key.End, "only a matrix has rows", `write "view: matrix", or "group:" in place of "rows:"`)
	}
}

// suggest is the next step for a name that is not one of those known.
func suggest(name string, known []string, what string) string {
	if near := diag.Nearest(name, known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	if len(known) == 0 {
		return "this handbook has nothing yet that could stand here"
	}
	return what + " " + diag.Names(name, known)
}
