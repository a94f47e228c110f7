package page

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

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
	quick, pruned := 0, 0
	for _, l := range lexers.GlobalLexerRegistry.Lexers {
		from, ok := l.(*chroma.RegexLexer)
		if !ok || underRace && from.Config().Name[0] != 'G' { // compiling every language takes minutes with it
			continue
		}
		q := newQuickLexer(from)
		if q == nil {
			t.Errorf("%s: no quick lexer", from.Config().Name)
			continue
		}
		quick++
		for _, s := range q.starts {
			if s != nil {
				pruned++
			}
		}
		for _, state := range q.rules { // no rule gives up because the machine is busy
			for _, rule := range state {
				rule.Regexp.MatchTimeout = time.Hour
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
	from := q.lexer
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

func tokens(l lexer, text string) (list []chroma.Token, panicked bool) {
	defer func() { panicked = recover() != nil }()
	next, err := l.Tokenise(&chroma.TokeniseOptions{State: "root"}, text)
	if err != nil {
		return nil, false
	}
	for token := next(); token != chroma.EOF && len(list) < 100_000; token = next() {
		list = append(list, token)
	}
	return list, false
}

// BenchmarkLexers compares the two on code as handbooks have it.
func BenchmarkLexers(b *testing.B) {
	source := strings.Repeat("func add(a, b int) (int, error) {\n\t// the sum\n\tif a > 0x10 {\n\t\treturn 0, fmt.Errorf(\"too much: %d\", a)\n\t}\n\treturn a + b, nil\n}\n", 20)
	from := lexers.Get("go").(*chroma.RegexLexer)
	for name, l := range map[string]lexer{"chroma": from, "quick": newQuickLexer(from)} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(source)))
			for b.Loop() {
				tokens(l, source)
			}
		})
	}
}
