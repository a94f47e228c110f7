package agenda

import (
	"bytes"
	"fmt"
	"strings"

	"handbook/builder/people"
)

// Markdown writes the message as a list, for an issue or a chat. Each entry ends with its id in a comment, which is not
// shown.
func (m *Message) Markdown() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "## %s\n\n%s", markdownEscape(m.Headline), m.asOf())
	switch alone := len(m.Chapters) == 1; {
	case len(m.Chapters) == 0:
		fmt.Fprintf(&b, " %s\n\n<!-- handbook:%s -->\n", markdownEscape(m.Nothing), m.id("nothing").short())
	case alone:
		b.WriteString(told(" ", markdownDo(m.Chapters[0])) + "\n\n")
		m.markdownEntries(&b, m.Chapters[0])
	default:
		b.WriteString("\n")
		for _, c := range m.Chapters {
			fmt.Fprintf(&b, "\n### %s\n\n%s\n\n", markdownEscape(c.Headline), markdownDo(c))
			m.markdownEntries(&b, c)
		}
	}
	return b.Bytes()
}

func markdownDo(c Chapter) string {
	return c.how(markdownEscape(c.Do), "`", "`")
}

func (m *Message) markdownEntries(b *bytes.Buffer, c Chapter) {
	for _, e := range c.Entries {
		fmt.Fprintf(b, "- **%s**%s. %s <!-- handbook:%s -->\n", markdownTitle(e), told(", ", e.Label), markdownEscape(e.Why), m.id(e.Key...).short())
	}
}

// markdownTitle is the title of an entry as a link; with what its page is called behind it where there is no address.
func markdownTitle(e Entry) string {
	title := markdownEscape(e.Title)
	switch {
	case e.Link != "":
		return "[" + title + "](" + strings.NewReplacer("(", "%28", ")", "%29", " ", "%20", "<", "%3C", ">", "%3E", "|", "%7C", "\\", "%5C").Replace(e.Link) + ")"
	case e.Page != "":
		return title + " (" + markdownEscape(e.Page) + ")"
	}
	return title
}

// MarkdownTable writes the tasks of an agenda as a table, or a sentence when there is none.
func MarkdownTable(a Agenda) []byte {
	if len(a.Tasks) == 0 {
		return []byte(markdownEscape(a.nothing()) + "\n")
	}
	var b bytes.Buffer
	b.WriteString("| State | Page | Owner | Next review | Reason |\n|---|---|---|---|---|\n")
	for _, t := range a.Tasks {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", t.StatesText(), markdownTitle(a.entry(t.Node)), markdownEscape(people.OwnerName(t.Node.Owner)), t.Verdict.Next,
			markdownEscape(t.Verdict.Reasons[0].Sentence))
	}
	return b.Bytes()
}

// markdownEscape writes a text so that Markdown shows it as it is, on one line, in a table too.
func markdownEscape(s string) string {
	var b strings.Builder
	for _, r := range oneLine(s) {
		if strings.ContainsRune("\\`*_[]<>|~#&", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
