package formula

import (
	"regexp"
	"strings"
	"testing"
)

func TestFormulas(t *testing.T) {
	var m Maker
	for _, c := range []struct {
		tex   string
		block bool
		want  string // in the MathML
	}{
		{`a^2`, false, `<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mrow><msup><mi>a</mi><mn>2</mn></msup></mrow><annotation encoding="application/x-tex">a^2</annotation></semantics></math>`},
		{`a^2`, true, `display="block"`},
		{`\frac{1}{2}`, false, `<mfrac><mn>1</mn><mn>2</mn></mfrac>`},
		{`\begin{pmatrix}a&b\\c&d\end{pmatrix}`, true, `<mtable`},
		{`x < y`, false, `<mo>&lt;</mo>`},
		{`\text{Größe}`, false, `Größe`},
	} {
		got, wrong := m.Make(c.tex, c.block)
		if wrong != nil || !strings.Contains(got, c.want) || !strings.HasPrefix(got, "<math") {
			t.Errorf("%s: %s, %+v, want %s", c.tex, got, wrong, c.want)
		}
	}
}

func TestWrongFormulasAreToldAtTheirPlace(t *testing.T) {
	var m Maker
	for tex, want := range map[string]Wrong{
		`a + \foo{x}`:             {`Undefined control sequence: \foo`, 4, 8},
		`ä + é \foo`:              {`Undefined control sequence: \foo`, 8, 12},
		`ä + 𝔸`:                   {`Unexpected character: '𝔸'`, 5, 9},
		`\frac{1`:                 {`Unexpected end of input in a macro argument, expected '}'`, 7, 7},
		`\def\a{\a\a}\a`:          {`Too many expansions: infinite loop or need to increase maxExpand setting`, 0, 14},
		`\left( x`:                {`Expected '\right', got 'EOF'`, 8, 8},
		`x & y`:                   {`Expected 'EOF', got '&'`, 2, 3},
		"x\xff + \\foo":           {`Undefined control sequence: \foo`, 5, 9},
		strings.Repeat("x", 5001): {`it is longer than 5000 bytes`, 0, 5001},
	} {
		got, wrong := m.Make(tex, false)
		if got != "" || wrong == nil || *wrong != want {
			t.Errorf("%.40s: %s, %+v, want %+v", tex, got, wrong, want)
		}
	}
}

// elements are all that MathML of a formula may be made of.
var elements = regexp.MustCompile(`^(?:[^<>]|</?(?:math|semantics|annotation|m[a-z]+)(?: [a-z]+="[^"<>]*")*/?>)*$`)

// A formula brings nothing but mathematics into a page, and ends in time whatever it asks for.
func TestHostileFormulas(t *testing.T) {
	var m Maker
	for _, tex := range []string{
		`\href{javascript:alert(1)}{x}`, `\url{javascript:alert(1)}`, `\includegraphics{https://example.org/a.png}`, `\htmlStyle{position:fixed}{x}`, `\htmlData{a=b}{x}`,
		`\htmlId{a}{x}`, `\htmlClass{a}{x}`, `\color{red" onload="alert(1)}x`, `\text{<script>alert(1)</script>}`, `</annotation></semantics></math><script>`, `\char"3C`, `\unicode{x3c}`,
		strings.Repeat(`{`, 2000) + strings.Repeat(`}`, 2000), strings.Repeat(`\frac{1}{`, 500) + strings.Repeat(`}`, 500), strings.Repeat(`x^`, 2000) + "x",
		strings.Repeat(`\sqrt`, 900) + "x", `\def\a#1{#1#1#1#1}` + strings.Repeat(`\a{`, 30) + "x" + strings.Repeat("}", 30), strings.Repeat(`\left(`, 800), `\kern 1000000em`, "\x00", "a\u202eb",
		`\rule{99999em}{99999em}`, `\gdef\x{y}\x`, `\let\frac\sqrt`, `\newcommand{\x}[9]{#9}`,
	} {
		got, _ := m.Make(tex, true)
		if !elements.MatchString(got) || strings.Contains(got, "style=") || strings.Contains(got, "href") && !strings.Contains(got, `<mtext>\href</mtext>`) {
			t.Errorf("%.60s gives %.300s", tex, got)
		}
	}
	if got, wrong := m.Make(`\frac12`, false); wrong != nil || !strings.Contains(got, "mfrac") {
		t.Errorf("after all that a formula gives %s, %+v", got, wrong)
	}
	if got, _ := m.Make(`\x`, false); got != "" {
		t.Errorf("what one formula defines another knows: %s", got)
	}
}

func BenchmarkFirst(b *testing.B) {
	for b.Loop() {
		var m Maker
		m.Make(`a^2 + b^2 = c^2`, false)
	}
}

func BenchmarkFormula(b *testing.B) {
	var m Maker
	m.make("x", false)
	for b.Loop() {
		m.make(`\frac{1}{2}\sum_{i=0}^n x_i`, true)
	}
}

func BenchmarkAgain(b *testing.B) {
	var m Maker
	for b.Loop() {
		m.Make(`\frac{1}{2}\sum_{i=0}^n x_i`, true)
	}
}
