package colour

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/dlclark/regexp2/v2"
)

// maxSteps is how many steps of regular expressions a block may take for each of its bytes. What people write takes
// about ten, and the slowest of chroma's samples two hundred. A block that takes more is shown plain.
const maxSteps = 250

// quickLexer runs the rules of a chroma lexer as chroma does, with the same tokens, but asks only those rules that can
// match at the character at hand, and counts the steps. chroma asks one rule after the other, a dozen regular
// expressions for each token, which is two thirds of what highlighting costs, and gives one up when a quarter of a
// second has passed: a busy machine would colour otherwise.
type quickLexer struct {
	*chroma.RegexLexer // chroma's own
	once               sync.Once
	err                error
	self               *chroma.RegexLexer // the same with the rules that are run
	compiled           chroma.CompiledRules
	rules              map[string][]quickRule
}

// quickRule is a rule with its expression, and what a match can begin with: nil for anything.
type quickRule struct {
	*chroma.CompiledRule
	program *program
	starts  *asciiSet
}

// findLexer gives the lexer of a language, by its name or by that of a file; nil for one that nobody knows.
func findLexer(language string) chroma.Lexer {
	quickenAll()
	known := languages()
	if !known.names[strings.ToLower(language)] {
		// chroma would hold each name that it does not know to the patterns of a thousand files, which takes milliseconds.
		if !known.files[language] {
			language = language[strings.LastIndexByte(language, '.')+1:]
		}
		if !known.files[language] && !known.names[strings.ToLower(language)] {
			return nil
		}
	}
	l, found := known.found.Load(language)
	if !found {
		l = named(language)
		known.found.Store(language, l)
	}
	lexer, _ := l.(chroma.Lexer)
	return lexer
}

// known is by what names chroma knows languages.
type known struct {
	names map[string]bool // their own, in lower case
	files map[string]bool // endings of files, and whole names of some
	found sync.Map        // lexers by either
}

var languages = sync.OnceValue(func() *known {
	k := &known{names: map[string]bool{}, files: map[string]bool{}}
	for _, name := range lexers.Names(true) {
		k.names[strings.ToLower(name)] = true
	}
	for _, l := range lexers.GlobalLexerRegistry.Lexers {
		for _, glob := range slices.Concat(l.Config().Filenames, l.Config().AliasFilenames) {
			if glob = strings.TrimPrefix(glob, "*."); !strings.ContainsAny(glob, `*?[\`) {
				k.files[glob] = true
			}
		}
	}
	return k
})

func named(language string) chroma.Lexer {
	l := lexers.Get(language)
	if _, left := l.(*chroma.RegexLexer); left {
		return quickPHP()
	}
	return l
}

// quickenAll puts quick lexers in the place of chroma's own, so that those that use others use quick ones.
var quickenAll = sync.OnceFunc(func() {
	regexp2.SetTimeoutCheckPeriod(math.MaxInt64 / 4) // a rule that chroma itself runs is not given up by the clock
	for _, l := range append(chroma.Lexers{}, lexers.GlobalLexerRegistry.Lexers...) {
		if l.Config().Name != php {
			lexers.Register(quicken(l))
		}
	}
	lexers.GoTextTemplate = lexers.Get(lexers.GoTextTemplate.Config().Name) // Go's lexer will use it
})

// php is the one lexer that stays in chroma's list, because another is made of its rules.
const php = "PHP"

var quickPHP = sync.OnceValue(func() chroma.Lexer { return quicken(lexers.Get(php)) })

// quicken gives the quick form of a lexer. Those that are made of others have them in their fields.
func quicken(l chroma.Lexer) chroma.Lexer {
	if regex, ok := l.(*chroma.RegexLexer); ok {
		return &quickLexer{RegexLexer: regex}
	}
	if v := reflect.ValueOf(l); v.Kind() == reflect.Pointer && v.Elem().Kind() == reflect.Struct {
		for i := range v.Elem().NumField() {
			if f := v.Elem().Field(i); f.Type() == reflect.TypeFor[chroma.Lexer]() {
				f = reflect.NewAt(f.Type(), f.Addr().UnsafePointer()).Elem() // not all are exported
				f.Set(reflect.ValueOf(quicken(f.Interface().(chroma.Lexer))))
			}
		}
	}
	return l
}

// prepare reads the rules, which takes long: nobody needs those of every language.
func (q *quickLexer) prepare() error {
	q.once.Do(func() { q.err = q.read() })
	return q.err
}

func (q *quickLexer) read() error {
	if q.Config().Name == "Raku" {
		return errors.New("its rules change as it runs, for all blocks at once")
	}
	raw, err := q.RegexLexer.Rules()
	if err != nil {
		return err
	}
	const hook = "handbook: compiled rules"
	rules := raw.Clone()
	for _, state := range rules {
		for i := range state {
			state[i].Type = q.emitter(state[i].Type)
		}
	}
	rules[hook] = []chroma.Rule{{Mutator: &compiledRules{func(all chroma.CompiledRules) {
		q.compiled = all
		delete(all, hook)
	}}}}
	if q.self, err = chroma.NewLexer(q.Config(), func() chroma.Rules { return rules }); err != nil {
		return err
	}
	q.self.SetRegistry(lexers.GlobalLexerRegistry)
	if _, err := q.self.Rules(); err != nil {
		return err
	}
	done := map[*chroma.CompiledRule]quickRule{}
	q.rules = map[string][]quickRule{}
	for name, state := range q.compiled {
		for _, rule := range state {
			r, ok := done[rule]
			if !ok {
				r.CompiledRule = rule
				if r.program, r.starts, err = newProgram(rule.Regexp.String()); err != nil {
					return err
				}
				done[rule] = r
			}
			q.rules[name] = append(q.rules[name], r)
		}
	}
	return nil
}

// compiledRules is how chroma hands out what it compiled: to a rule that wants to change it.
type compiledRules struct{ take func(chroma.CompiledRules) }

func (c *compiledRules) MutateLexer(rules chroma.CompiledRules, _ string, _ int) error {
	c.take(rules)
	return nil
}

func (*compiledRules) Mutate(*chroma.LexerState) error { return nil }

// emitter gives what emits as e does, with the steps of the block where e uses a lexer.
func (q *quickLexer) emitter(e chroma.Emitter) chroma.Emitter {
	known, ok := e.(chroma.SerialisableEmitter)
	v := reflect.ValueOf(e)
	if !ok || v.Kind() != reflect.Pointer {
		return e
	}
	all := func() []chroma.Emitter {
		list := v.Elem().FieldByName("Emitters").Interface().(chroma.Emitters)
		out := make([]chroma.Emitter, len(list))
		for i, e := range list {
			if e != nil {
				out[i] = q.emitter(e)
			}
		}
		return out
	}
	switch known.EmitterKind() {
	case "bygroups":
		return chroma.ByGroups(all()...)
	case "usingself":
		state := v.Elem().FieldByName("State").String()
		return chroma.EmitterFunc(func(groups []string, s *chroma.LexerState) chroma.Iterator {
			return withinBlock(q, &chroma.TokeniseOptions{State: state, Nested: true}, groups[0], s)
		})
	case "using":
		name := v.Elem().FieldByName("Lexer").String()
		return chroma.EmitterFunc(func(groups []string, s *chroma.LexerState) chroma.Iterator {
			return withinBlock(findLexer(name), &chroma.TokeniseOptions{State: "root", Nested: true}, groups[0], s)
		})
	case "usingbygroup":
		name, code := int(v.Elem().FieldByName("SublexerNameGroup").Int()), int(v.Elem().FieldByName("CodeGroup").Int())
		emitters := all()
		return chroma.EmitterFunc(func(groups []string, s *chroma.LexerState) chroma.Iterator {
			var list []chroma.Iterator
			sub := findLexer(groups[name])
			for i, group := range groups[1:] {
				if i == code-1 && sub != nil {
					list = append(list, withinBlock(sub, nil, group, s))
				} else if emitters[i] != nil {
					list = append(list, emitters[i].Emit([]string{group}, s))
				}
			}
			return chroma.Concaterator(list...)
		})
	}
	return e
}

// stepsLeft is the key under which a run keeps its count for those within it.
type stepsLeft struct{}

// withinBlock takes a part of a text apart by a lexer of its own.
func withinBlock(l chroma.Lexer, options *chroma.TokeniseOptions, text string, s *chroma.LexerState) chroma.Iterator {
	var next chroma.Iterator
	var err error
	if q, ok := l.(*quickLexer); ok {
		steps, _ := s.Get(stepsLeft{}).(*int)
		next, err = q.tokenise(options, text, steps)
	} else {
		next, err = l.Tokenise(options, text)
	}
	if err != nil {
		panic(err)
	}
	return next
}

// Tokenise takes the text apart, beginning in the state of the options.
func (q *quickLexer) Tokenise(options *chroma.TokeniseOptions, text string) (chroma.Iterator, error) {
	steps := maxSteps * (len(text) + 100)
	return q.tokenise(options, text, &steps)
}

func (q *quickLexer) tokenise(options *chroma.TokeniseOptions, text string, steps *int) (chroma.Iterator, error) {
	if err := q.prepare(); err != nil {
		return nil, err
	}
	if options == nil {
		options = &chroma.TokeniseOptions{State: "root"}
	}
	added := false
	if !options.Nested && q.Config().EnsureNL && !strings.HasSuffix(text, "\n") {
		text += "\n"
		added = true
	}
	r := &quickRun{
		quickLexer: q, text: text, begin: options.State,
		LexerState: chroma.LexerState{
			Registry: lexers.GlobalLexerRegistry, Lexer: q.self, Rules: q.compiled, Text: []rune(text), Stack: []string{options.State},
			MutatorContext: map[any]any{stepsLeft{}: steps},
		},
	}
	r.matcher = matcher{text: r.Text, steps: steps}
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
	matcher matcher
	text    string
	plain   bool // characters are bytes
	end     int
	begin   string // the first state
	open    []chroma.Iterator
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
		rules, ok := r.rules[r.State]
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
func (r *quickRun) match(rules []quickRule) (chroma.Token, bool) {
	c, m := r.Text[r.Pos], &r.matcher
	for i, rule := range rules {
		if c < utf8.RuneSelf && rule.starts != nil && !rule.starts.has(c) || !rule.program.run(m, r.Pos) {
			continue
		}
		m.spend(1)
		from := r.Pos
		r.Pos = m.end
		kind, simple := rule.Type.(chroma.TokenType)
		if simple && rule.Mutator == nil {
			if kind == chroma.Ignore {
				return chroma.Token{}, false
			}
			return chroma.Token{Type: kind, Value: r.cut(from, r.Pos)}, true
		}
		r.Rule = i
		r.Groups, r.NamedGroups = nil, map[string]string{}
		for g := range rule.program.groups {
			s := m.group(g)
			r.Groups = append(r.Groups, s)
			r.NamedGroups[rule.Regexp.GroupNameFromNumber(g)] = s
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
