package dialect

import (
	"bytes"
	"strings"

	gtext "github.com/yuin/goldmark/text"
)

// skipLine goes to the end of a line, so that nothing of it is read as a child of what it opens.
func skipLine(reader gtext.Reader) {
	line, _ := reader.PeekLine()
	reader.Advance(len(bytes.TrimRight(line, "\n")))
}

// lineSegment is what remains of a line, without its end and the blanks around it.
func lineSegment(reader gtext.Reader) gtext.Segment {
	_, at := reader.PeekLine()
	at = at.TrimLeftSpace(reader.Source())
	return at.TrimRightSpace(reader.Source())
}

func toLower(b []byte) []byte { return bytes.ToLower(b) }

// words is a set of words.
func words(list string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(list) {
		set[word] = true
	}
	return set
}
