package colour

import (
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
)

// TestQuickLexers holds the quick lexers to chroma's own tokens: on words made of each language's own rules, and on
// chroma's samples of every language. With -short it tries the languages with a G.
func TestQuickLexers(t *testing.T) {
	samples := lexerSamples(t)
	quickenAll()
	var quick []*quickLexer
	for _, l := range append(chroma.Lexers{quickPHP()}, lexers.GlobalLexerRegistry.Lexers...) {
		if q, ok := l.(*quickLexer); ok && (!testing.Short() || q.Config().Name[0] == 'G') {
			quick = append(quick, q)
		}
	}
	var pruned atomic.Int64
	t.Run("languages", func(t *testing.T) {
		for _, q := range quick {
			t.Run(q.Config().Name, func(t *testing.T) {
				t.Parallel()
				if err := q.prepare(); err != nil {
					if q.Config().Name != "Raku" {
						t.Error(err)
					}
					return
				}
				for _, state := range q.rules {
					for _, rule := range state {
						if rule.starts != nil {
							pruned.Add(1)
						}
					}
				}
				same(t, q, wordsOf(q))
				for _, file := range samples[strings.ToLower(q.Config().Name)] {
					sameFile(t, q, file)
				}
				for _, alias := range q.Config().Aliases {
					if alias != strings.ToLower(q.Config().Name) {
						for _, file := range samples[alias] {
							sameFile(t, q, file)
						}
					}
				}
			})
		}
	})
	if !testing.Short() && (len(quick) < 200 || pruned.Load() < 1000) {
		t.Errorf("%d quick lexers, %d rules of which it is known where they can match", len(quick), pruned.Load())
	}
}

// lexerSamples are the files that chroma tries its lexers on, by language. They lie beside chroma in the module cache,
// and nowhere when modules are vendored.
func lexerSamples(t *testing.T) map[string][]string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/alecthomas/chroma/v2").Output()
	dir := strings.TrimSpace(string(out))
	if err == nil && dir == "" {
		t.Log("the modules are vendored, so the lexers are tried without chroma's samples")
		return nil
	}
	samples, found := map[string][]string{}, 0
	for _, pattern := range []string{"*.actual", "*/*.actual"} {
		files, _ := filepath.Glob(filepath.Join(dir, "lexers", "testdata", filepath.FromSlash(pattern)))
		for _, file := range files {
			found++
			base, folder := strings.TrimSuffix(filepath.Base(file), ".actual"), filepath.Base(filepath.Dir(file))
			samples[base] = append(samples[base], file)
			if folder != base {
				samples[folder] = append(samples[folder], file)
			}
		}
	}
	if found < 200 {
		t.Fatalf("chroma has %d samples in %s (%v): go mod download github.com/alecthomas/chroma/v2 brings them", found, dir, err)
	}
	return samples
}

// wordsOf is a text of the words and signs that stand in the rules of a language, in an order that is always the same.
func wordsOf(q *quickLexer) string {
	var words []string
	for _, state := range slices.Sorted(maps.Keys(q.compiled)) {
		for _, rule := range q.compiled[state] {
			words = append(words, inRules.FindAllString(rule.Pattern, -1)...)
		}
	}
	words = append(words, "0x1F", "1.5e3", "\"text\"", "'c'", "name", "é", "\\n")
	slices.Sort(words)
	words = slices.Compact(words)
	random := rand.New(rand.NewPCG(2, 2026))
	var text strings.Builder
	for range min(500, 10*len(words)) {
		text.WriteString(words[random.IntN(len(words))])
		text.WriteString([]string{" ", " ", "", "\n", "\n\t", "("}[random.IntN(6)])
	}
	return text.String()
}

var inRules = regexp.MustCompile(`[A-Za-z_]{2,}|[^A-Za-z0-9\s\\]{1,2}`)

func sameFile(t *testing.T, q *quickLexer, file string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	same(t, q, string(data))
	same(t, q, strings.TrimRight(string(data), "\n")+" é \" ' ( \\")
}

// same runs the same rules in chroma's loop and in ours.
func same(t *testing.T, q *quickLexer, text string) {
	t.Helper()
	from := q.RegexLexer
	want, wantPanic := tokens(from, text)
	got, gotPanic := tokens(q, text)
	if gotPanic != wantPanic {
		t.Errorf("%s: panics %v, chroma's %v", from.Config().Name, gotPanic, wantPanic)
		return
	}
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Errorf("%s: token %d is %v, chroma's is %v", from.Config().Name, i, got[i], want[i])
			return
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: %d tokens, chroma has %d", from.Config().Name, len(got), len(want))
	}
}

func tokens(l chroma.Lexer, text string) (list []chroma.Token, panicked bool) {
	defer func() { panicked = recover() != nil }()
	options := &chroma.TokeniseOptions{State: "root"}
	next, err := l.Tokenise(options, text)
	if q, ok := l.(*quickLexer); ok {
		steps := math.MaxInt // chroma knows no bound but a clock, which stands still
		next, err = q.tokenise(options, text, &steps)
	}
	if err != nil {
		return nil, false
	}
	for token := next(); token != chroma.EOF && len(list) < 100_000; token = next() {
		list = append(list, token)
	}
	return list, false
}

// TestLexersWithinOthersAreQuick holds those that are made of others to the bound too.
func TestLexersWithinOthersAreQuick(t *testing.T) {
	quickenAll()
	within := 0
	var look func(name string, l chroma.Lexer)
	look = func(name string, l chroma.Lexer) {
		if _, ok := l.(*chroma.RegexLexer); ok {
			t.Errorf("%s is run by chroma", name)
		}
		if v := reflect.ValueOf(l).Elem(); v.Type() != reflect.TypeFor[quickLexer]() {
			for i := range v.NumField() {
				if f := v.Field(i); f.Type() == reflect.TypeFor[chroma.Lexer]() {
					within++
					look(name, reflect.NewAt(f.Type(), f.Addr().UnsafePointer()).Elem().Interface().(chroma.Lexer))
				}
			}
		}
	}
	for _, l := range lexers.GlobalLexerRegistry.Lexers {
		if name := l.Config().Name; name != php {
			look(name, l)
		}
	}
	if _, ok := lexers.GoTextTemplate.(*quickLexer); !ok || within < 10 {
		t.Errorf("%d lexers within others; Go's templates are %T", within, lexers.GoTextTemplate)
	}
}

// TestExpressionsThatBacktrackAreGivenUp colours code on which an expression would run for years.
func TestExpressionsThatBacktrackAreGivenUp(t *testing.T) {
	for pattern, sources := range map[string]map[string]bool{
		`(?:(?:a|aa)+)+b`: {"aab 0 aa": true, strings.Repeat("a", 400): false},
		`(?=(a*)*b)a`:     {"a0ab": true, strings.Repeat("a", 400): false},
		``:                {"0": false}, // it stands still
	} {
		first := chroma.Rule{Pattern: pattern, Type: chroma.Keyword}
		if pattern == "" {
			first = chroma.Rule{Mutator: chroma.Push("root")}
		}
		bomb, err := chroma.NewLexer(&chroma.Config{Name: "bomb"}, func() chroma.Rules {
			return chroma.Rules{"root": {first, {Pattern: `0`, Type: chroma.Number}, {Pattern: `[^0]`, Type: chroma.Text}}}
		})
		if err != nil {
			t.Fatal(err)
		}
		for source, coloured := range sources {
			if got := len(pieces(quicken(bomb), source)) > 1; got != coloured {
				t.Errorf("%s on %.20q is coloured: %v, want %v", pattern, source, got, coloured)
			}
		}
	}
}

// BenchmarkLexers compares the two on code as handbooks have it.
func BenchmarkLexers(b *testing.B) {
	source := strings.Repeat("func add(a, b int) (int, error) {\n\t// the sum\n\tif a > 0x10 {\n\t\treturn 0, fmt.Errorf(\"too much: %d\", a)\n\t}\n\treturn a + b, nil\n}\n", 20)
	q := findLexer("go").(*quickLexer)
	for name, l := range map[string]chroma.Lexer{"chroma": q.RegexLexer, "quick": q} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(source)))
			for b.Loop() {
				tokens(l, source)
			}
		})
	}
}

// A language is found by what chroma knows it by, and a name that nobody knows costs next to nothing.
func TestALanguageIsFoundByAnyOfItsNames(t *testing.T) {
	quickenAll()
	for _, l := range lexers.GlobalLexerRegistry.Lexers {
		c := l.Config()
		for _, name := range append([]string{c.Name, strings.ToUpper(c.Name)}, c.Aliases...) {
			if findLexer(name) == nil {
				t.Errorf("%q is no language", name)
			}
		}
	}
	for name, want := range map[string]string{"tf": "Terraform", "main.tf": "Terraform", "main.go": "Go", "Makefile": "Makefile", "yml": "YAML", "nobody": "", "x.nobody": "", ".": "", "": ""} {
		got := ""
		if l := findLexer(name); l != nil {
			got = l.Config().Name
		}
		if got != want && !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
	if n := testing.AllocsPerRun(10, func() { findLexer("nobody-knows") }); n > 5 {
		t.Errorf("a name that nobody knows costs %v allocations", n)
	}
}
