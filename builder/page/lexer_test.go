package page

import (
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
)

// TestQuickLexers holds the quick lexers to chroma's own tokens, on chroma's own samples of every language.
func TestQuickLexers(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/alecthomas/chroma/v2").Output()
	if err != nil {
		t.Skipf("chroma's samples are not here: %v", err)
	}
	samples, _ := filepath.Glob(filepath.Join(strings.TrimSpace(string(out)), "lexers", "testdata", "*.actual"))
	more, _ := filepath.Glob(filepath.Join(strings.TrimSpace(string(out)), "lexers", "testdata", "*", "*.actual"))
	samples = append(samples, more...)
	if len(samples) < 200 {
		t.Skipf("chroma's samples are not here: %d files", len(samples))
	}
	quickenAll()
	quick, pruned := 0, 0
	for _, l := range append(chroma.Lexers{quickPHP()}, lexers.GlobalLexerRegistry.Lexers...) {
		q, ok := l.(*quickLexer)
		if !ok || underRace && q.Config().Name[0] != 'G' { // compiling every language takes minutes with it
			continue
		}
		if err := q.prepare(); err != nil {
			if q.Config().Name != "Raku" {
				t.Errorf("%s: %v", q.Config().Name, err)
			}
			continue
		}
		from := q.RegexLexer
		quick++
		for _, state := range q.rules {
			for _, rule := range state {
				if rule.starts != nil {
					pruned++
				}
			}
		}
		name := strings.ToLower(from.Config().Name)
		for _, sample := range samples {
			base := strings.TrimSuffix(filepath.Base(sample), ".actual")
			dir := filepath.Base(filepath.Dir(sample))
			if base != name && dir != name && !slices.Contains(from.Config().Aliases, base) && !slices.Contains(from.Config().Aliases, dir) {
				continue
			}
			data, err := os.ReadFile(sample)
			if err != nil {
				t.Fatal(err)
			}
			same(t, q, string(data))
			same(t, q, strings.TrimRight(string(data), "\n")+" é \" ' ( \\")
		}
	}
	if !underRace && (quick < 200 || pruned < 1000) {
		t.Errorf("%d quick lexers, %d rules of which it is known where they can match", quick, pruned)
	}
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
		h := newHighlighter()
		h.lexers["bomb"] = quicken(bomb)
		for source, coloured := range sources {
			if got := len(h.pieces(fence{language: "bomb"}, source)) > 1; got != coloured {
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
