package review

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"net/url"
	"strings"
	"time"

	"handbook/builder/schema"
)

// Message is something to tell people about that is no agenda of reviews, in the forms of a digest.
type Message struct {
	Site     *schema.Site
	Today    schema.Date
	About    string // what tells this message from others to the same people: "findings support"
	Headline string
	Nothing  string        // in place of entries, when there are none
	To       *mail.Address // nil when it is not known
	Entries  []Entry
}

// Entry is one line of a Message.
type Entry struct {
	Key   string // stays the same as long as there is the same to tell
	Title string
	Link  string // a whole address; "" for none
	Why   string
}

func (m Message) id(parts ...string) id {
	h := sha256.New()
	for _, p := range append([]string{cmp.Or(m.Site.BaseURL, m.Site.Name), m.About}, parts...) {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return id(h.Sum(nil))
}

func (m Message) asOf() string { return Agenda{Site: m.Site, Today: m.Today}.asOf() }

// Markdown writes the message as a list. Each entry ends with its id in a comment, which is not shown.
func (m Message) Markdown() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "## %s\n\n%s", markdownEscape(m.Headline), m.asOf())
	if len(m.Entries) == 0 {
		fmt.Fprintf(&b, " %s\n\n<!-- handbook:%s -->\n", markdownEscape(m.Nothing), m.id("nothing").short())
		return b.Bytes()
	}
	b.WriteString("\n\n")
	for _, e := range m.Entries {
		title := markdownEscape(e.Title)
		if e.Link != "" {
			title = "[" + title + "](" + strings.NewReplacer("(", "%28", ")", "%29", " ", "%20", "<", "%3C", ">", "%3E").Replace(e.Link) + ")"
		}
		fmt.Fprintf(&b, "- **%s**: %s <!-- handbook:%s -->\n", title, markdownEscape(e.Why), m.id(e.Key).short())
	}
	return b.Bytes()
}

// Slack writes the message as blocks for Slack's chat.postMessage, chat.update and webhooks. What goes beyond Slack's
// limits is counted in the last block.
func (m Message) Slack() []byte {
	type text struct {
		Type string `json:"type"`
		Text string `json:"text"`
	}
	type block struct {
		Type string `json:"type"`
		ID   string `json:"block_id"`
		Text text   `json:"text"`
	}
	section := func(name id, s string) block { return block{"section", name.short(), text{"mrkdwn", s}} }
	blocks := []block{{"header", m.id("slack").short(), text{"plain_text", cut(oneLine(m.Headline), slackHeader)}}}
	if len(m.Entries) == 0 {
		blocks = append(blocks, section(m.id("nothing"), slackEscape(m.Nothing, slackText)))
	}
	shown := m.Entries[:min(len(m.Entries), slackBlocks-3)]
	for _, e := range shown {
		s := "*" + slackLink(e.Link, e.Title) + "*\n"
		blocks = append(blocks, section(m.id(e.Key), s+slackEscape(e.Why, slackText-1000)))
	}
	if more := len(m.Entries) - len(shown); more > 0 {
		blocks = append(blocks, section(m.id("more"), fmt.Sprintf("+ %d", more)))
	}
	blocks = append(blocks, section(m.id("foot"), slackEscape(m.asOf(), slackText)))
	return indented(struct {
		Text   string  `json:"text"` // for notifications
		Blocks []block `json:"blocks"`
	}{slackEscape(m.Headline, slackText), blocks})
}

// Email writes the message as a mail (RFC 5322) in plain text, dated midnight of the day. Its Message-ID stays the same
// as long as there is the same to tell.
func (m Message) Email() []byte {
	host := "handbook.invalid"
	if u, err := url.Parse(m.Site.BaseURL); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	parts := []string{"mail"}
	for _, e := range m.Entries {
		parts = append(parts, e.Key)
	}
	var b bytes.Buffer
	header := func(key, value string) { b.WriteString(fold(key+": "+value) + "\r\n") }
	header("From", (&mail.Address{Name: cut(oneLine(m.Site.Name), 100), Address: "handbook@" + host}).String())
	if m.To != nil {
		header("To", m.To.String())
	}
	header("Subject", mime.QEncoding.Encode("utf-8", cut(oneLine(m.Headline), 200)))
	header("Date", time.Date(m.Today.Year, time.Month(m.Today.Month), m.Today.Day, 0, 0, 0, 0, time.UTC).Format(time.RFC1123Z))
	header("Message-ID", "<"+m.id(parts...).uuid()+"@"+host+">")
	header("MIME-Version", "1.0")
	header("Content-Type", "text/plain; charset=utf-8")
	header("Content-Transfer-Encoding", "quoted-printable")
	b.WriteString("\r\n")
	var text strings.Builder
	fmt.Fprintf(&text, "%s\n%s\n", oneLine(m.Headline), m.asOf())
	if len(m.Entries) == 0 {
		text.WriteString("\n" + oneLine(m.Nothing) + "\n")
	}
	for _, e := range m.Entries {
		fmt.Fprintf(&text, "\n* %s\n  %s\n", oneLine(e.Title), oneLine(e.Why))
		if e.Link != "" {
			fmt.Fprintf(&text, "  %s\n", e.Link)
		}
	}
	w := quotedprintable.NewWriter(&b)
	_, _ = w.Write([]byte(text.String())) // a buffer takes everything
	_ = w.Close()
	return b.Bytes()
}
