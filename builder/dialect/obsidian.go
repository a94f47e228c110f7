package dialect

import (
	"bytes"
	"path"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"
)

// asks are the languages of blocks of code that a plugin answers. The question is shown as it is.
var asks = words("dataview dataviewjs base tasks query tracker")

// Drawing is what is not read of a file that a page shows in place: a canvas or a base of Obsidian. The zero value is none.
func Drawing(target string) Construct {
	switch strings.ToLower(path.Ext(target)) {
	case ".canvas":
		return Construct{What: "a canvas of Obsidian", Help: "draw it as a diagram in a block named `mermaid`, or save it as a picture and show that"}
	case ".base":
		return Construct{What: "a base of Obsidian", Help: askHelp}
	case ".excalidraw":
		return Construct{What: "a drawing of Excalidraw", Help: "save it as a picture and show that"}
	}
	return Construct{}
}

const askHelp = "ask the same in a block named `handbook`; the manual's page on views says how"

// Asked is what is not read of a block of code that asks a plugin. The zero value is none.
func Asked(language string) Construct {
	if !asks[language] {
		return Construct{}
	}
	return Construct{What: "a block named `" + language + "` for a plugin of Obsidian", Shown: true, Help: askHelp}
}

// inlineFields tells of Dataview's "key:: value", which stays in the text.
func inlineFields() Part {
	return Part{
		Name: "inline fields", Tools: "Dataview",
		Paragraphs: []Paragraph{{fieldLines{}, 160}},
	}
}

type fieldLines struct{}

func (fieldLines) Transform(node *ast.Paragraph, reader gtext.Reader, pc parser.Context) {
	for i := range node.Lines().Len() {
		at := node.Lines().At(i)
		line := at.Value(reader.Source())
		if !bytes.Contains(line, []byte(":: ")) {
			continue
		}
		key, value, ok := strings.Cut(string(line), ":: ")
		if key = strings.Trim(key, "[( \t"); !ok || !isKey(key) || strings.TrimSpace(value) == "" {
			continue
		}
		node.Parent().InsertBefore(node.Parent(), node, &Unread{Construct: Construct{
			What: "a field of Dataview in the text, such as `key:: value`", Shown: true, At: at.TrimRightSpace(reader.Source()),
			Help: "write it into the frontmatter of the page: `key: value`",
		}})
		return
	}
}

// isKey reports whether words are the name of a field: few, and without marks.
func isKey(words string) bool {
	if words == "" || len(words) > maxName || strings.Count(words, " ") > 2 {
		return false
	}
	return strings.IndexFunc(words, func(r rune) bool {
		return r != ' ' && r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) < 0
}
