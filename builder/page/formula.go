package page

import (
	"fmt"

	"github.com/yuin/goldmark/ast"
	gtext "github.com/yuin/goldmark/text"

	"handbook/builder/diag"
	"handbook/builder/formula"
)

// maxFormulas is how many formulas of a page are made: each takes a millisecond.
const maxFormulas = 2000

// formulaBlock writes a formula that stands on lines of its own.
func (w *writer) formulaBlock(n ast.Node) {
	w.beginBlock()
	w.tag("<p>")
	w.formula(n.Lines().Sliced(0, n.Lines().Len()), true)
	w.tag("</p>\n")
	w.endBlock('\n')
}

// formula writes TeX as MathML; as code where it is wrong. Readers find and copy it by its source.
func (w *writer) formula(parts []gtext.Segment, display bool) {
	tex := w.tex(nil, parts)
	if w.wordless || len(tex) == 0 {
		w.show(tex)
		return
	}
	html, wrong := "", &formula.Wrong{Text: fmt.Sprintf("the page has more than %d", maxFormulas), End: len(tex)}
	if w.mathematics++; w.mathematics <= maxFormulas {
		html, wrong = w.formulas.Make(string(tex), display)
	} else if w.mathematics > maxFormulas+1 {
		wrong = nil // it is told once
	}
	if html != "" {
		w.special |= Formulas
		w.tag(html)
		w.plain = append(w.plain, tex...)
		w.hash.words(tex)
		return
	}
	w.word("<code>")
	w.show(tex)
	w.word("</code>")
	if wrong == nil {
		return
	}
	at := func(n int) int { // where byte n of the TeX stands in the text
		for _, s := range parts {
			if n < s.Len() {
				return w.base + s.Start + n
			}
			n -= s.Len()
		}
		return w.base + parts[len(parts)-1].Stop
	}
	w.msgs.Add(diag.WrongFormula, w.text.place(at(wrong.Start), at(wrong.End)), "this formula cannot be read: "+wrong.Text,
		"correct the TeX; or, where no formula is meant, write `\\$` for each dollar")
}

// tex is the source of a formula.
func (w *writer) tex(dst []byte, parts []gtext.Segment) []byte {
	for _, s := range parts {
		dst = append(dst, s.Value(w.src)...)
	}
	return dst
}
