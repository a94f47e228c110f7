package agenda

import (
	"fmt"
	"strconv"
	"strings"
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

type slackString struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

type slackBlock struct {
	Type     string        `json:"type"`
	ID       string        `json:"block_id"`
	Text     *slackString  `json:"text,omitempty"`
	Elements []slackString `json:"elements,omitempty"`
}

func slackSection(name id, s string) slackBlock {
	return slackBlock{Type: "section", ID: name.short(), Text: &slackString{"mrkdwn", s}}
}

// Slack writes the message as blocks for Slack's chat.postMessage, chat.update and webhooks. Each entry is a block whose
// block_id stays the same as long as there is the same to tell; the header's names whom it is for. What goes beyond
// Slack's limits is counted in the last block.
func (m *Message) Slack() []byte {
	blocks := []slackBlock{{Type: "header", ID: m.id("slack").short(), Text: &slackString{"plain_text", cut(m.Headline, slackHeader)}}}
	if len(m.Chapters) == 0 {
		blocks = append(blocks, slackSection(m.id("nothing"), slackEscape(m.Nothing, slackText)))
	}
	foot := m.asOf()
	for _, c := range m.Chapters {
		if !c.Each {
			blocks = append(blocks, slackSection(m.id(append([]string{c.Command}, m.ids(c)...)...), slackChapter(c)))
			continue
		}
		blocks = append(blocks, m.slackEntries(c)...)
		if c.Do != "" {
			foot += " " + c.how(c.Do, "`", "`")
		}
	}
	if m.All != "" {
		foot += " " + slackLink(m.All, m.AllText)
	}
	blocks = append(blocks, slackBlock{Type: "context", ID: m.id("foot").short(), Elements: []slackString{{"mrkdwn", foot}}})
	return append(diag.AsJSON(struct {
		Text   string       `json:"text"` // for notifications
		Blocks []slackBlock `json:"blocks"`
	}{slackEscape(m.Headline, slackText), blocks}, "  "), '\n')
}

// slackEntries are a chapter in one block an entry, as many as there is room for.
func (m *Message) slackEntries(c Chapter) (blocks []slackBlock) {
	shown := c.Entries
	if room := slackBlocks - 2 - (len(m.Chapters) - 1); len(shown) > room { // but the header, the foot and other chapters
		shown = shown[:room-1]
	}
	for _, e := range shown {
		// The title is cut well before the limit, so that the reason has room.
		s := slackTitle(e) + told(" ", e.Label) + "\n"
		blocks = append(blocks, slackSection(m.id(e.Key...), s+slackEscape(e.Why, slackText-utf8.RuneCountInString(s))))
	}
	if more := c.Entries[len(shown):]; len(more) > 0 {
		s := schema.Fill(m.Site.Phrases.More, "n", strconv.Itoa(len(more)), "states", count(more))
		blocks = append(blocks, slackSection(m.id("more"), slackEscape(s, slackText)))
	}
	return blocks
}

// slackChapter is a chapter in one block of text, as much of it as goes into it.
func slackChapter(c Chapter) string {
	s := "*" + slackEscape(c.Headline, slackHeader) + "*"
	for i, e := range c.Entries {
		line := "\n• " + slackTitle(e) + " " + slackEscape(e.Why, 300)
		if utf8.RuneCountInString(s+line) > slackText-300 {
			return s + fmt.Sprintf("\n… +%d", len(c.Entries)-i)
		}
		s += line
	}
	return s + "\n" + c.how(slackEscape(c.Do, 200), "`", "`")
}

func slackTitle(e Entry) string {
	s := "*" + slackLink(e.Link, e.Title) + "*"
	if e.Link == "" && e.Page != "" {
		s += " (" + slackEscape(e.Page, 200) + ")"
	}
	return s
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
