package dialect

import (
	"regexp"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"
)

// abbreviations reads "*[VAT]: value added tax", which explains the word wherever it stands on the page.
func abbreviations() Part {
	return Part{
		Name: "abbreviations", Tools: "MkDocs, kramdown, PHP Markdown Extra",
		Blocks: []Block{{Parser: abbreviationParser{oneLine{"*", abbreviationForm, abbreviation}}, Priority: 93, Leaf: true}},
		Trees:  []Tree{{explain{}, 100}},
	}
}

var abbreviationForm = regexp.MustCompile(`^ {0,3}\*\[([^\[\]\n]{1,80})\]:[ \t]*(\S[^\n]*?)[ \t]*\n?$`)

var abbreviationsKey = parser.NewContextKey()

type abbreviationParser struct{ oneLine }

func (abbreviationParser) CanInterruptParagraph() bool { return false }

func abbreviation(f found, _ gtext.Reader, pc parser.Context) ast.Node {
	long, _ := pc.Get(abbreviationsKey).(map[string]string)
	if long == nil {
		long = map[string]string{}
		pc.Set(abbreviationsKey, long)
	}
	if _, known := long[f.text(1)]; !known {
		long[f.text(1)] = f.text(2)
	}
	return gapAt(gtext.NewSegment(f.start, f.start+len(f.line)))
}

// explain finds the words that are explained.
type explain struct{}

func (explain) Transform(doc *ast.Document, reader gtext.Reader, pc parser.Context) {
	long, _ := pc.Get(abbreviationsKey).(map[string]string)
	if long == nil {
		return
	}
	var texts []*ast.Text
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // nothing in it fails
		switch t := n.(type) {
		case *ast.CodeSpan, *ast.AutoLink, *ast.Image:
			return ast.WalkSkipChildren, nil
		case *ast.Text:
			if entering {
				texts = append(texts, t)
			}
		}
		return ast.WalkContinue, nil
	})
	for _, t := range texts {
		explainIn(t, reader.Source(), long)
	}
}

// explainIn parts a text around the words in it that are explained.
func explainIn(t *ast.Text, source []byte, long map[string]string) {
	parent := t.Parent()
	from, stop := t.Segment.Start, t.Segment.Stop
	for at := from; at < stop; {
		end := wordEnd(source[:stop], at)
		if end == at {
			_, n := utf8.DecodeRune(source[at:stop])
			at += n
			continue
		}
		meaning, ok := long[string(source[at:end])]
		if !ok || at > from && (source[at-1] == '&' || source[at-1] == '#') {
			at = end
			continue
		}
		if at > from {
			parent.InsertBefore(parent, t, ast.NewTextSegment(gtext.NewSegment(from, at)))
		}
		short := &Short{Long: meaning}
		short.AppendChild(short, ast.NewTextSegment(gtext.NewSegment(at, end)))
		parent.InsertBefore(parent, t, short)
		from, at = end, end
	}
	t.Segment = t.Segment.WithStart(from)
}

// wordEnd is where the word ends that begins there.
func wordEnd(text []byte, at int) int {
	for at < len(text) {
		r, n := utf8.DecodeRune(text[at:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			break
		}
		at += n
	}
	return at
}
