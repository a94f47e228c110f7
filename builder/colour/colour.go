// Package colour takes code apart into stretches of one colour, by chroma's rules for about 250 languages.
//
// The rules are chroma's, the loop that runs them is ours, for two reasons. For each token chroma tries one regular
// expression after the other and gives one up after 250 ms by the clock, so that a busy machine coloured otherwise:
// here each expression has steps, which are counted (regexp.go), and a block that takes more than its length allows is
// plain everywhere. And trying a dozen expressions for each token was two thirds of what a cold build cost: here those
// that cannot match at the character at hand are skipped (lexer.go), which is about three times as fast:
//
//	go test -run '^$' -bench Lexers ./builder/colour
//
// Tests hold the loop to chroma's own tokens, on chroma's samples of every language. Should chroma learn both, lexer.go
// and regexp.go can go.
package colour

import (
	"strings"

	"github.com/alecthomas/chroma/v2"
)

// Bounds of colouring. Code beyond them is plain: the regular expressions of some lexers cost the square of a line's
// length, or of a block's.
const (
	maxCode  = 16 << 10 // bytes
	maxLine  = 500      // bytes of a line
	maxBlank = 500      // bytes of white space in a row
	maxIdle  = 1000     // empty tokens in a row: some lexers stand still on code that they do not know
)

// Piece is a stretch of code in one colour: a class of the theme's styles, "" for none.
type Piece struct{ Class, Text string }

// classes are those of kinds of tokens. A kind that is not here has its parent's; what has none is plain.
var classes = map[chroma.TokenType]string{
	chroma.Comment:               "c",
	chroma.CommentPreproc:        "cp",
	chroma.Error:                 "err",
	chroma.Keyword:               "k",
	chroma.KeywordConstant:       "kc",
	chroma.KeywordType:           "kt",
	chroma.LiteralNumber:         "m",
	chroma.LiteralDate:           "m",
	chroma.LiteralString:         "s",
	chroma.LiteralStringEscape:   "se",
	chroma.LiteralStringInterpol: "si",
	chroma.LiteralStringRegex:    "sr",
	chroma.NameAttribute:         "na",
	chroma.NameProperty:          "na",
	chroma.NameBuiltin:           "nb",
	chroma.NameClass:             "nc",
	chroma.NameConstant:          "kc",
	chroma.NameDecorator:         "nd",
	chroma.NameEntity:            "se",
	chroma.NameException:         "nc",
	chroma.NameFunction:          "nf",
	chroma.NameKeyword:           "k",
	chroma.NameLabel:             "na",
	chroma.NameNamespace:         "nn",
	chroma.NameTag:               "nt",
	chroma.NameVariable:          "nv",
	chroma.OperatorWord:          "k",
	chroma.OperatorReserved:      "k",
	chroma.GenericDeleted:        "gd",
	chroma.GenericError:          "err",
	chroma.GenericHeading:        "gh",
	chroma.GenericInserted:       "gi",
	chroma.GenericOutput:         "go",
	chroma.GenericPrompt:         "gp",
	chroma.GenericSubheading:     "gh",
	chroma.GenericTraceback:      "err",
}

func classOf(t chroma.TokenType) string {
	for ; t > 0; t = t.Parent() {
		if class, ok := classes[t]; ok {
			return class
		}
	}
	return classes[t]
}

// Pieces takes code apart; neighbours of one colour are one piece. Code in no known language is one plain piece.
func Pieces(language, source string) []Piece {
	lexer := findLexer(language)
	if lexer == nil || !Takes(source) {
		return []Piece{{Text: source}}
	}
	return pieces(lexer, source)
}

func pieces(lexer chroma.Lexer, source string) (pieces []Piece) {
	plain := []Piece{{Text: source}}
	defer func() { // lexers panic on code that their rules did not foresee
		if recover() != nil {
			pieces = plain
		}
	}()
	next, err := lexer.Tokenise(&chroma.TokeniseOptions{State: "root"}, source)
	if err != nil {
		return plain
	}
	at, length, idle := 0, 0, 0
	for token := next(); token != chroma.EOF; token = next() {
		if idle++; token.Value != "" {
			idle = 0
		} else if idle > maxIdle {
			return plain
		}
		class := classOf(token.Type)
		length += len(token.Value)
		if n := len(pieces); n > 0 && (pieces[n-1].Class == class || strings.TrimLeft(token.Value, " \t\n") == "") {
			continue
		} else if n > 0 {
			pieces[n-1].Text = source[at : length-len(token.Value)]
			at = length - len(token.Value)
		}
		pieces = append(pieces, Piece{Class: class})
	}
	if length != len(source) || len(pieces) == 0 { // a lexer that changes the text is not trusted with it
		return plain
	}
	pieces[len(pieces)-1].Text = source[at:]
	return pieces
}

// Takes tells whether code is within the bounds of what is coloured.
func Takes(source string) bool {
	line, blank := 0, 0
	for i := range len(source) {
		line++
		blank++
		switch c := source[i]; {
		case c == '\n':
			line = 0
		case c != ' ' && c != '\t':
			blank = 0
		}
		if line > maxLine || blank > maxBlank {
			return false
		}
	}
	return len(source) <= maxCode
}
