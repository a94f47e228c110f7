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
	chapters := a.chapters()
	headline := a.headline(chapters)
	blocks := []block{{Type: "header", ID: a.idOf("slack").short(), Text: &text{"plain_text", cut(headline, slackHeader)}}}
	if len(chapters) == 0 {
		blocks = append(blocks, section(a.idOf("nothing"), slackEscape(a.nothing(), slackText)))
	}
	for _, c := range chapters {
		if c.command != reviewCommand {
			ids := []string{c.command}
			for _, e := range c.entries {
				ids = append(ids, e.id.short())
			}
			blocks = append(blocks, section(a.idOf(ids...), a.slackChapter(c)))
			continue
		}
		shown := c.entries
		if room := slackBlocks - 2 - (len(chapters) - 1); len(shown) > room { // but the header, the foot and other chapters
			shown = shown[:room-1]
		}
		for _, e := range shown {
			// The title is cut well before the limit, so that the reason has room.
			s := a.slackTitle(e) + " " + e.label + "\n"
			blocks = append(blocks, section(e.id, s+slackEscape(e.why, slackText-utf8.RuneCountInString(s))))
		}
		if more := a.Tasks[len(shown):]; len(more) > 0 {
			s := schema.Fill(a.Site.Phrases.More, "n", strconv.Itoa(len(more)), "states", a.count(more))
			blocks = append(blocks, section(a.idOf("more"), slackEscape(s, slackText)))
		}
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
	}{slackEscape(headline, slackText), blocks})
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
	chapters := a.chapters()
	fmt.Fprintf(&b, "## %s\n\n%s", markdownEscape(a.headline(chapters)), a.asOf())
	if len(chapters) == 0 {
		fmt.Fprintf(&b, " %s\n\n<!-- handbook:%s -->\n", markdownEscape(a.nothing()), a.idOf("nothing").short())
	} else if len(chapters) > 1 {
		b.WriteString("\n")
	}
	for _, c := range chapters {
		if len(chapters) > 1 {
			b.WriteString("\n")
		}
		b.WriteString(a.markdown(c, len(chapters) == 1))
	}
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
	return a.markdownEntry(entry{node: t.Node, title: t.Node.Title})
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
	chapters := a.chapters()
	for _, c := range chapters {
		for _, e := range c.entries {
			parts = append(parts, e.id.short())
		}
	}
	name := a.idOf(parts...)

	var b bytes.Buffer
	header := func(key, value string) { b.WriteString(fold(key+": "+value) + "\r\n") }
	header("From", (&mail.Address{Name: cut(oneLine(a.Site.Name), 100), Address: "handbook@" + host}).String())
	if to := a.address(); to != nil {
		header("To", to.String())
		addressed = true
	}
	header("Subject", mime.QEncoding.Encode("utf-8", cut(oneLine(a.headline(chapters)), 200)))
	header("Date", time.Date(a.Today.Year, time.Month(a.Today.Month), a.Today.Day, 0, 0, 0, 0, time.UTC).Format(time.RFC1123Z))
	header("Message-ID", "<"+name.uuid()+"@"+host+">")
	header("MIME-Version", "1.0")
	boundary := "handbook-" + name.short()
	header("Content-Type", `multipart/alternative; boundary="`+boundary+`"`)
	b.WriteString("\r\n")
	for _, part := range [][2]string{{"text/plain", a.plain(chapters)}, {"text/html", a.html(chapters)}} {
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
func (a Agenda) plain(chapters []chapter) string {
	text := oneLine(a.headline(chapters)) + "\n" + a.asOf() + "\n"
	if len(chapters) == 0 {
		return text + "\n" + oneLine(a.nothing()) + "\n"
	}
	for _, c := range chapters {
		text += a.plainChapter(c, len(chapters) == 1)
	}
	return text
}

// html is the text of a mail.
func (a Agenda) html(chapters []chapter) string {
	text := fmt.Sprintf("<!doctype html>\n<html lang=\"%s\">\n<h1>%s</h1>\n<p>%s", html.EscapeString(cmp.Or(a.Site.Language, "en")), html.EscapeString(oneLine(a.headline(chapters))), html.EscapeString(a.asOf()))
	if len(chapters) == 0 {
		return text + " " + html.EscapeString(oneLine(a.nothing())) + "</p>\n"
	}
	text += "</p>\n"
	for _, c := range chapters {
		text += a.htmlChapter(c, len(chapters) == 1)
	}
	return text
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
