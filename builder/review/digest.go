package review

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"html"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"handbook/builder/diag"
	"handbook/builder/schema"
)

// What Slack takes (docs.slack.dev/reference/block-kit/blocks).
const (
	slackBlocks = 50
	slackText   = 3000 // of a section
	slackHeader = 150
)

// Slack writes an agenda as a message of blocks for Slack's chat.postMessage, chat.update and webhooks. Each page is
// a block whose block_id stays the same as long as there is the same to tell; the header's names the owner. What goes
// beyond Slack's limits is counted in the last block.
func Slack(a Agenda) []byte {
	type text struct {
		Type string `json:"type"`
		Text string `json:"text"`
	}
	type block struct {
		Type     string `json:"type"`
		ID       string `json:"block_id"`
		Text     *text  `json:"text,omitempty"`
		Elements []text `json:"elements,omitempty"`
	}
	section := func(name id, s string) block {
		return block{Type: "section", ID: name.short(), Text: &text{"mrkdwn", s}}
	}
	headline := cut(a.headline(), slackHeader)
	blocks := []block{{Type: "header", ID: a.idOf("slack").short(), Text: &text{"plain_text", headline}}}
	if len(a.Tasks) == 0 {
		blocks = append(blocks, section(a.idOf("nothing"), slackEscape(a.nothing(), slackText)))
	}
	shown := a.Tasks
	room := slackBlocks - 2
	if len(a.Reads) > 0 {
		room--
	}
	if len(shown) > room { // but the header and the foot
		shown = shown[:room-1]
	}
	for _, t := range shown {
		// The title is cut well before the limit, so that the reason has room.
		s := "*" + slackLink(a.link(t.Node), t.Node.Title) + "*"
		if a.link(t.Node) == "" {
			s += " (" + slackEscape(t.Name(), 200) + ")"
		}
		s += " " + a.label(t) + "\n"
		blocks = append(blocks, section(a.id(t), s+slackEscape(a.why(t), slackText-utf8.RuneCountInString(s))))
	}
	if more := a.Tasks[len(shown):]; len(more) > 0 {
		s := schema.Fill(a.Site.Phrases.More, "n", strconv.Itoa(len(more)), "states", a.count(more))
		blocks = append(blocks, section(a.idOf("more"), slackEscape(s, slackText)))
	}
	if len(a.Reads) > 0 {
		ids := []string{"reads"}
		for _, t := range a.Reads {
			ids = append(ids, a.readID(t).short())
		}
		blocks = append(blocks, section(a.idOf(ids...), a.readSlack()))
	}
	foot := a.asOf()
	if len(a.Tasks) > 0 {
		foot += " " + a.Site.Phrases.ToDo + " `handbook review`."
	}
	if link := a.link(a.Owner); link != "" {
		foot += " " + slackLink(link, schema.Fill(a.Site.Phrases.AllPages, "owner", a.who()))
	}
	blocks = append(blocks, block{Type: "context", ID: a.idOf("foot").short(), Elements: []text{{"mrkdwn", foot}}})
	return indented(struct {
		Text   string  `json:"text"` // for notifications
		Blocks []block `json:"blocks"`
	}{slackEscape(a.headline(), slackText), blocks})
}

// slackLink is a link with a text; the text alone where there is no address.
func slackLink(address, s string) string {
	s = slackEscape(s, 300)
	if address == "" || len(address) > 1000 {
		return s
	}
	return "<" + strings.NewReplacer("&", "&amp;", "<", "%3C", ">", "%3E", "|", "%7C").Replace(address) + "|" + s + ">"
}

// slackEscape writes a text so that Slack shows it as it is, on one line, in at most limit characters.
func slackEscape(s string, limit int) string {
	var b strings.Builder
	room := limit - 1
	for _, r := range oneLine(s) {
		char := string(r)
		switch r {
		case '&':
			char = "&amp;"
		case '<':
			char = "&lt;"
		case '>':
			char = "&gt;"
		}
		if room -= utf8.RuneCountInString(char); room < 0 {
			b.WriteString("…")
			break
		}
		b.WriteString(char)
	}
	return b.String()
}

// Markdown writes an agenda as a list, for an issue or a chat. Each entry ends with its id in a comment, which is not
// shown.
func Markdown(a Agenda) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "## %s\n\n%s", markdownEscape(a.headline()), a.asOf())
	if len(a.Tasks) == 0 {
		fmt.Fprintf(&b, " %s\n\n<!-- handbook:%s -->\n", markdownEscape(a.nothing()), a.idOf("nothing").short())
		b.WriteString(a.readMarkdown())
		return b.Bytes()
	}
	b.WriteString(" " + markdownEscape(a.Site.Phrases.ToDo) + " `handbook review`.\n\n")
	for _, t := range a.Tasks {
		fmt.Fprintf(&b, "- **%s**, %s. %s <!-- handbook:%s -->\n", a.markdownTitle(t), a.label(t), markdownEscape(a.why(t)), a.id(t).short())
	}
	b.WriteString(a.readMarkdown())
	return b.Bytes()
}

// MarkdownTable writes the tasks of an agenda as a table, or a sentence when there is none.
func MarkdownTable(a Agenda) []byte {
	if len(a.Tasks) == 0 {
		return []byte(markdownEscape(a.nothing()) + "\n")
	}
	var b bytes.Buffer
	b.WriteString("| State | Page | Owner | Next review | Reason |\n|---|---|---|---|---|\n")
	for _, t := range a.Tasks {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", t.StatesText(), a.markdownTitle(t), markdownEscape(t.OwnerName()), t.Verdict.Next,
			markdownEscape(t.Verdict.Reasons[0].Sentence))
	}
	return b.Bytes()
}

// markdownTitle is the title of a page as a link; with the id behind it where there is no address.
func (a Agenda) markdownTitle(t Task) string {
	title := markdownEscape(t.Node.Title)
	link := a.link(t.Node)
	if link == "" {
		return title + " (" + markdownEscape(t.Name()) + ")"
	}
	return "[" + title + "](" + strings.NewReplacer("(", "%28", ")", "%29", " ", "%20", "<", "%3C", ">", "%3E", "|", "%7C", "\\", "%5C").Replace(link) + ")"
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

// Email writes an agenda as a message (RFC 5322) in plain text and HTML, dated midnight of the day. Its Message-ID
// stays the same as long as there is the same to tell, so that no mailbox shows it twice. It is for the address that
// the owner's page gives; addressed is false when there is none, and the message then has no To.
func Email(a Agenda) (message []byte, addressed bool) {
	host := "handbook.invalid"
	if u, err := url.Parse(a.Site.BaseURL); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	parts := []string{"mail"}
	for _, t := range a.Tasks {
		parts = append(parts, a.id(t).short())
	}
	for _, t := range a.Reads {
		parts = append(parts, a.readID(t).short())
	}
	name := a.idOf(parts...)

	var b bytes.Buffer
	header := func(key, value string) { b.WriteString(fold(key+": "+value) + "\r\n") }
	header("From", (&mail.Address{Name: cut(oneLine(a.Site.Name), 100), Address: "handbook@" + host}).String())
	if to := a.address(); to != nil {
		header("To", to.String())
		addressed = true
	}
	header("Subject", mime.QEncoding.Encode("utf-8", cut(oneLine(a.headline()), 200)))
	header("Date", time.Date(a.Today.Year, time.Month(a.Today.Month), a.Today.Day, 0, 0, 0, 0, time.UTC).Format(time.RFC1123Z))
	header("Message-ID", "<"+name.uuid()+"@"+host+">")
	header("MIME-Version", "1.0")
	boundary := "handbook-" + name.short()
	header("Content-Type", `multipart/alternative; boundary="`+boundary+`"`)
	b.WriteString("\r\n")
	for _, part := range [][2]string{{"text/plain", a.plain()}, {"text/html", a.html()}} {
		fmt.Fprintf(&b, "--%s\r\nContent-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", boundary, part[0])
		w := quotedprintable.NewWriter(&b)
		w.Write([]byte(part[1])) // a buffer takes everything
		w.Close()
		b.WriteString("\r\n")
	}
	fmt.Fprintf(&b, "--%s--\r\n", boundary)
	return b.Bytes(), addressed
}

// address is where the owner's page says that mail goes; nil when it does not say.
func (a Agenda) address() *mail.Address {
	if a.Owner == nil {
		return nil
	}
	to, err := mail.ParseAddress(fieldText(a.Owner, "email"))
	if err != nil {
		return nil
	}
	to.Name = cut(oneLine(a.Owner.Title), 100)
	return to
}

// plain is the text of a mail for those who read no HTML.
func (a Agenda) plain() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n", oneLine(a.headline()), a.asOf())
	if len(a.Tasks) == 0 {
		return b.String() + "\n" + oneLine(a.nothing()) + "\n" + a.readPlain()
	}
	for _, t := range a.Tasks {
		fmt.Fprintf(&b, "\n* %s: %s\n  %s\n  %s\n", oneLine(t.Node.Title), a.label(t), oneLine(a.why(t)), oneLine(a.Address(t)))
	}
	return b.String() + "\n" + a.Site.Phrases.ToDo + "\n\n  handbook review PAGE\n" + a.readPlain()
}

// html is the text of a mail.
func (a Agenda) html() string {
	var b strings.Builder
	fmt.Fprintf(&b, "<!doctype html>\n<html lang=\"%s\">\n<h1>%s</h1>\n<p>%s", html.EscapeString(cmp.Or(a.Site.Language, "en")), html.EscapeString(oneLine(a.headline())), html.EscapeString(a.asOf()))
	if len(a.Tasks) == 0 {
		return b.String() + " " + html.EscapeString(oneLine(a.nothing())) + "</p>\n" + a.readHTML()
	}
	b.WriteString("</p>\n<ul>\n")
	for _, t := range a.Tasks {
		title := html.EscapeString(oneLine(t.Node.Title))
		if link := a.link(t.Node); link != "" {
			title = `<a href="` + html.EscapeString(link) + `">` + title + "</a>"
		}
		fmt.Fprintf(&b, "<li id=\"handbook-%s\"><strong>%s</strong>: %s<br>%s</li>\n", a.id(t).short(), title, a.label(t), html.EscapeString(oneLine(a.why(t))))
	}
	return b.String() + "</ul>\n<p>" + html.EscapeString(a.Site.Phrases.ToDo) + " <code>handbook review</code>.</p>\n" + a.readHTML()
}

// asOf says of which day all this is.
func (a Agenda) asOf() string {
	return schema.Fill(a.Site.Phrases.AsOf, "date", a.Site.Phrases.Day(a.Today))
}

// fold breaks a header field between words, so that no line is longer than it should be.
func fold(field string) string {
	const width = 76
	var b strings.Builder
	column := 0
	for i, word := range strings.Split(field, " ") {
		if i > 1 && column+1+len(word) > width { // never between the name and the value
			b.WriteString("\r\n")
			column = 0
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(word)
		column += 1 + len(word)
	}
	return b.String()
}

// count says how many tasks are in which state: "2 overdue, 1 suspect".
func (a Agenda) count(tasks []Task) string {
	var parts []string
	for _, s := range States() {
		n := 0
		for _, t := range tasks {
			if t.Verdict.State == s {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, a.told(s)))
		}
	}
	return strings.Join(parts, ", ")
}

// cut shortens a text to at most limit characters.
func cut(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return string([]rune(s)[:limit-1]) + "…"
}

// oneLine takes out of a text what would begin a new line or steer a terminal.
func oneLine(s string) string { return diag.OneLine(s) }

func indented(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	enc.Encode(v) // structs of strings: encoding cannot fail
	return diag.PlainJSON(b.Bytes())
}
