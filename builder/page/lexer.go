package page

import (
	"regexp/syntax"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
)

// lexer is what colours code: chroma's own, or one of its lexers run by quickLexer.
type lexer interface {
	Tokenise(*chroma.TokeniseOptions, string) (chroma.Iterator, error)
}

// quickLexer runs the rules of a chroma lexer as chroma does, with the same tokens, but asks only those rules that can
// match at the character at hand. chroma asks one after the other, a dozen regular expressions for each token, which
// is two thirds of what highlighting costs.
type quickLexer struct {
	lexer  *chroma.RegexLexer
	rules  chroma.CompiledRules
	starts map[*chroma.CompiledRule]*asciiSet // rules that are not in it may match anywhere
}

// findLexer gives the lexer of a language; nil for one that nobody knows.
func findLexer(language string) lexer {
	known := lexers.Get(language)
	if known == nil {
		return nil
	}
	if regex, ok := known.(*chroma.RegexLexer); ok {
		if quick := newQuickLexer(regex); quick != nil {
			return quick
		}
	}
	return known
}

// newQuickLexer is nil where the rules cannot be had.
func newQuickLexer(from *chroma.RegexLexer) *quickLexer {
	raw, err := from.Rules()
	if err != nil {
		return nil
	}
	q := &quickLexer{starts: map[*chroma.CompiledRule]*asciiSet{}}
	const hook = "handbook: compiled rules"
	rules := raw.Clone()
	rules[hook] = []chroma.Rule{{Mutator: &compiledRules{func(compiled chroma.CompiledRules) {
		q.rules = compiled
		delete(compiled, hook)
	}}}}
	q.lexer, err = chroma.NewLexer(from.Config(), func() chroma.Rules { return rules })
	if err != nil {
		return nil
	}
	q.lexer.SetRegistry(lexers.GlobalLexerRegistry)
	if _, err := q.lexer.Rules(); err != nil || q.rules == nil {
		return nil
	}
	for _, state := range q.rules {
		for _, rule := range state {
			if _, done := q.starts[rule]; !done {
				q.starts[rule] = startsOf(rule.Pattern, from.Config().CaseInsensitive)
			}
		}
	}
	return q
}

// compiledRules is how chroma hands out what it compiled: to a rule that wants to change it.
type compiledRules struct{ take func(chroma.CompiledRules) }

func (c *compiledRules) MutateLexer(rules chroma.CompiledRules, _ string, _ int) error {
	c.take(rules)
	return nil
}

func (*compiledRules) Mutate(*chroma.LexerState) error { return nil }

// Tokenise takes the text apart, beginning in the state of the options.
func (q *quickLexer) Tokenise(options *chroma.TokeniseOptions, text string) (chroma.Iterator, error) {
	added := false
	if q.lexer.Config().EnsureNL && !strings.HasSuffix(text, "\n") {
		text += "\n"
		added = true
	}
	r := &quickRun{
		quickLexer: q, text: text, begin: options.State,
		LexerState: chroma.LexerState{
			Registry: lexers.GlobalLexerRegistry, Lexer: q.lexer, Text: []rune(text), Stack: []string{options.State},
			Rules: q.rules, MutatorContext: map[any]any{},
		},
	}
	r.plain = len(r.Text) == len(text)
	r.end = len(r.Text)
	if added {
		r.end--
	}
	return r.next, nil
}

// quickRun is one text on its way through a lexer.
type quickRun struct {
	*quickLexer
	chroma.LexerState
	text  string
	plain bool // characters are bytes
	end   int
	begin string // the first state
	open  []chroma.Iterator
}

// next gives the next token. Its steps are those of chroma.LexerState.Iterator.
func (r *quickRun) next() chroma.Token {
	for {
		if t, ok := r.emitted(); ok {
			return t
		}
		if r.Pos >= r.end || len(r.Stack) == 0 {
			break
		}
		r.State = r.Stack[len(r.Stack)-1]
		rules, ok := r.LexerState.Rules[r.State]
		if !ok {
			panic("unknown state " + r.State)
		}
		if t, ok := r.match(rules); ok {
			return t
		}
	}
	if r.Pos != len(r.Text) && len(r.Stack) == 0 {
		rest := string(r.Text[r.Pos:])
		r.Pos = len(r.Text)
		return chroma.Token{Type: chroma.Error, Value: rest}
	}
	return chroma.EOF
}

// emitted gives the next token that a rule has made already.
func (r *quickRun) emitted() (chroma.Token, bool) {
	for n := len(r.open); n > 0; n = len(r.open) {
		switch t := r.open[n-1](); {
		case t == chroma.EOF:
			r.open = r.open[:n-1]
		case t.Type != chroma.Ignore:
			return t, true
		}
	}
	return chroma.Token{}, false
}

// match applies the first rule that matches. It gives a token where that needs no iterator.
func (r *quickRun) match(rules []*chroma.CompiledRule) (chroma.Token, bool) {
	c := r.Text[r.Pos]
	for i, rule := range rules {
		if s := r.starts[rule]; s != nil && !s.has(c) {
			continue
		}
		m, err := rule.Regexp.FindRunesMatchStartingAt(r.Text, r.Pos)
		if m == nil || err != nil || m.RuneIndex != r.Pos {
			continue
		}
		from := r.Pos
		r.Pos += m.RuneLength
		kind, simple := rule.Type.(chroma.TokenType)
		if simple && rule.Mutator == nil {
			if kind == chroma.Ignore {
				return chroma.Token{}, false
			}
			return chroma.Token{Type: kind, Value: r.cut(from, r.Pos)}, true
		}
		r.Rule = i
		r.Groups, r.NamedGroups = nil, map[string]string{}
		for _, g := range m.Groups() {
			s := g.String()
			r.Groups = append(r.Groups, s)
			r.NamedGroups[g.Name] = s
		}
		if rule.Mutator != nil {
			if err := rule.Mutator.Mutate(&r.LexerState); err != nil {
				panic(err)
			}
		}
		if rule.Type != nil {
			r.open = append(r.open, rule.Type.Emit(r.Groups, &r.LexerState))
		}
		return chroma.Token{}, false
	}
	if c == '\n' && r.State != r.begin { // an unclosed string and the like ends with its line
		r.Stack = []string{r.begin}
		return chroma.Token{}, false
	}
	r.Pos++
	return chroma.Token{Type: chroma.Error, Value: r.cut(r.Pos-1, r.Pos)}, true
}

func (r *quickRun) cut(from, to int) string {
	if r.plain {
		return r.text[from:to]
	}
	return string(r.Text[from:to])
}

// asciiSet is a set of ASCII characters; every other character counts as in it.
type asciiSet [2]uint64

func (s *asciiSet) has(c rune) bool { return c >= utf8.RuneSelf || s[c>>6]&(1<<(c&63)) != 0 }

func (s *asciiSet) add(from, to rune) {
	for c := from; c <= min(to, unicode.MaxASCII); c++ {
		s[c>>6] |= 1 << (c & 63)
	}
}

// startsOf tells which characters a match of a pattern can begin with; nil for any. The pattern is read as Go's
// regular expressions are, which is as chroma's are where both know the form; what Go does not know gives nil.
func startsOf(pattern string, fold bool) *asciiSet {
	for _, otherwise := range []string{"[:", `\Q`, "-[", `\W`, `\D`, `[^\S`} { // read otherwise by Go
		if strings.Contains(pattern, otherwise) {
			return nil
		}
	}
	flags := syntax.Perl | syntax.DotNL
	if fold {
		flags |= syntax.FoldCase
	}
	re, err := syntax.Parse(withoutLooking(pattern), flags)
	if err != nil {
		return nil
	}
	s := &asciiSet{}
	if s.start(re) {
		return nil
	}
	s.add(0, '\t'-1) // what counts as white space differs
	s.add('\n'+1, ' '-1)
	return s
}

// start adds what a match can begin with, and reports whether it can be empty.
func (s *asciiSet) start(re *syntax.Regexp) (empty bool) {
	switch re.Op {
	case syntax.OpNoMatch:
		return false
	case syntax.OpLiteral:
		c := re.Rune[0]
		s.add(c, c)
		if re.Flags&syntax.FoldCase != 0 {
			for f := unicode.SimpleFold(c); f != c; f = unicode.SimpleFold(f) {
				s.add(f, f)
			}
		}
		return false
	case syntax.OpCharClass:
		for i := 0; i < len(re.Rune); i += 2 {
			s.add(re.Rune[i], re.Rune[i+1])
		}
		return false
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		s.add(0, unicode.MaxASCII)
		return false
	case syntax.OpCapture, syntax.OpPlus:
		return s.start(re.Sub[0])
	case syntax.OpStar, syntax.OpQuest:
		s.start(re.Sub[0])
		return true
	case syntax.OpRepeat:
		return s.start(re.Sub[0]) || re.Min == 0
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if !s.start(sub) {
				return false
			}
		}
		return true
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			empty = s.start(sub) || empty
		}
		return empty
	}
	return true // what matches between characters
}

// withoutLooking replaces what only looks ahead or back by nothing: without it a pattern matches more, never less.
func withoutLooking(pattern string) string {
	var b strings.Builder
	var skip int   // depth of groups inside one that is left out
	var class bool // inside [ ]
	for i := 0; i < len(pattern); i++ {
		n := 1
		switch c := pattern[i]; {
		case c == '\\':
			n = min(2, len(pattern)-i)
		case class:
			class = c != ']'
		case c == '[':
			class = true
			for _, sign := range []byte("^]") { // a bracket in the first place is a character
				if i+n < len(pattern) && pattern[i+n] == sign {
					n++
				}
			}
		case c == '(' && skip > 0:
			skip++
		case c == '(' && looks(pattern[i:]):
			skip = 1
		case c == ')' && skip > 1:
			skip--
		case c == ')' && skip == 1:
			skip = 0
			b.WriteString("(?:)")
			continue
		}
		if skip == 0 {
			b.WriteString(pattern[i : i+n])
		}
		i += n - 1
	}
	return b.String()
}

func looks(group string) bool {
	for _, start := range []string{"(?=", "(?!", "(?<=", "(?<!"} {
		if strings.HasPrefix(group, start) {
			return true
		}
	}
	return false
}
