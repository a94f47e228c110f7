package dialect

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// phrases reads marks in a line of text: ==marked==, ^^inserted^^, x^2^, ++ctrl+c++ and icons.
func phrases() Part {
	return Part{
		Name: "marks, keys and icons", Tools: "MkDocs Material, Obsidian, pandoc",
		Inlines: []Inline{
			{Parser: inLine{"+", keysForm, keys}, Priority: 480},
			{Parser: pair{'=', "mark"}, Priority: 500, Pairs: true},
			{Parser: pair{'^', "ins"}, Priority: 500, Pairs: true},
			{Parser: inLine{"^", raisedForm, raised}, Priority: 510},
			{Parser: inLine{":", iconForm, iconNamed}, Priority: 990},
			{Parser: inLine{":", pictogramForm, pictogram}, Priority: 999},
			{Parser: inLine{"<", drawnForm, drawn}, Priority: 62},
		},
	}
}

// pair reads two equal characters on both sides of words, in a place where they are no part of a word: `a==b` is none.
type pair struct {
	char byte
	tag  string
}

func (p pair) Trigger() []byte                                     { return []byte{p.char} }
func (p pair) IsDelimiter(b byte) bool                             { return b == p.char }
func (p pair) CanOpenCloser(opener, closer *parser.Delimiter) bool { return opener.Char == closer.Char }
func (p pair) OnMatch(int) ast.Node                                { return &Phrase{Tag: p.tag} }

func (p pair) Parse(_ ast.Node, block gtext.Reader, pc parser.Context) ast.Node {
	before := block.PrecendingCharacter()
	line, at := block.PeekLine()
	d := parser.ScanDelimiter(line, before, 2, p)
	if d == nil || d.OriginalLength != 2 || before == rune(p.char) {
		return nil
	}
	d.CanOpen = d.CanOpen && !inWord(before)
	d.CanClose = d.CanClose && (len(line) == 2 || !inWord(util.ToRune(line, 2)))
	if !d.CanOpen && !d.CanClose {
		return nil
	}
	d.Segment = at.WithStop(at.Start + 2)
	block.Advance(2)
	pc.PushDelimiter(d)
	return d
}

func inWord(r rune) bool {
	return !util.IsSpaceRune(r) && !util.IsPunctRune(r)
}

// raisedForm is x^2^: letters and digits alone, so that x^2+y^2 stays.
var raisedForm = regexp.MustCompile(`^\^([A-Za-z0-9]{1,20})\^`)

func raised(f found, before rune) ast.Node {
	if before == '^' || f.goesOn('^') {
		return nil
	}
	return phrase("sup", ast.NewTextSegment(f.at(1)))
}

// goesOn reports whether a letter or a mark stands right behind what was found.
func (f found) goesOn(mark byte) bool {
	rest := f.behind()
	return len(rest) > 0 && (rest[0] == mark || inWord(util.ToRune(rest, 0)))
}

// keysForm is keys that are pressed together: ++ctrl+alt+del++. "C++ and C++" are none.
var keysForm = regexp.MustCompile(`^\+\+((?:[a-z0-9-]{1,20}|"[^"\n+]{1,40}")(?:\+(?:[a-z0-9-]{1,20}|"[^"\n+]{1,40}"))*)\+\+`)

// keyNames are the names of keys that are not their names with a capital letter.
var keyNames = map[string]string{
	"ctrl": "Ctrl", "cmd": "Cmd", "alt": "Alt", "del": "Del", "esc": "Esc", "ins": "Ins", "win": "Win", "fn": "Fn",
	"page-up": "Page Up", "page-down": "Page Down", "left-bracket": "[", "right-bracket": "]", "plus": "+", "minus": "-",
	"comma": ",", "period": ".", "slash": "/", "backslash": `\`, "grave": "`", "equal": "=", "colon": ":", "semicolon": ";",
	"arrow-up": "↑", "arrow-down": "↓", "arrow-left": "←", "arrow-right": "→", "up": "↑", "down": "↓", "left": "←", "right": "→",
}

func keys(f found, before rune) ast.Node {
	if before == '+' || inWord(before) || f.goesOn('+') {
		return nil
	}
	all := &Phrase{}
	for i, key := range strings.Split(f.text(1), "+") {
		if i > 0 {
			all.AppendChild(all, Words("+"))
		}
		all.AppendChild(all, phrase("kbd", Words(keyName(key))))
	}
	return all
}

func keyName(key string) string {
	if strings.HasPrefix(key, `"`) {
		return strings.Trim(key, `"`)
	}
	if name := keyNames[key]; name != "" {
		return name
	}
	words := strings.Split(key, "-")
	for i, w := range words {
		if w != "" {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, " ")
}

// iconForm is a picture by name, which belongs to a theme: ":material-check:" says yes, most say nothing.
var iconForm = regexp.MustCompile(`^:(material|octicons|fontawesome|simple)-([a-z0-9-]{1,80}):`)

// iconWords are what some icons say without words beside them.
var iconWords = map[string]string{"check": "✓", "check-bold": "✓", "check-circle": "✓", "check-all": "✓", "close": "✗", "close-circle": "✗", "close-thick": "✗", "x": "✗"}

func iconNamed(f found, _ rune) ast.Node {
	if word := iconWords[strings.TrimRight(f.text(2), "-0123456789")]; word != "" {
		return phrase("", Words(word))
	}
	return &Mention{Construct: Construct{What: "an icon of a theme, such as `:material-…:`", At: f.at(0), Help: iconHelp}}
}

// pictogramForm is an icon of Font Awesome, as GitBook has them: ":puzzle-piece:". No emoji has such a name.
var pictogramForm = regexp.MustCompile(`^:[a-z][a-z0-9]{0,30}(?:-[a-z0-9]{1,30}){1,5}:`)

func pictogram(f found, before rune) ast.Node {
	if before == ':' || inWord(before) || f.goesOn(':') {
		return nil
	}
	return &Mention{Construct: Construct{What: "an icon by its name, such as `:puzzle-piece:`", At: f.at(0), Help: iconHelp}}
}

// drawnForm is the element that draws an icon, without the name in it, which is taken out.
var drawnForm = regexp.MustCompile(`^<i class="fa-[^"<>\n]*"[^<>\n]*>[ ]+</i>`)

func drawn(f found, _ rune) ast.Node {
	return &Mention{Construct: Construct{What: "an icon by its name, such as `:puzzle-piece:`", At: f.at(0), Help: iconHelp}}
}

const iconHelp = "write in words what an icon says, or an emoji such as :bulb:; what only adorns can go"
