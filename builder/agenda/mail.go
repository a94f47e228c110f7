package agenda

import (
	"bytes"
	"cmp"
	"fmt"
	"html"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"net/url"
	"strings"
	"time"
)

// Email writes the message as a mail (RFC 5322) in plain text and HTML, dated midnight of the day. Its Message-ID stays
// the same as long as there is the same to tell, so that no mailbox shows it twice.
func (m *Message) Email() []byte {
	host := "handbook.invalid"
	if u, err := url.Parse(m.Site.BaseURL); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	name := m.id(append([]string{"mail"}, m.ids(m.Chapters...)...)...)

	var b bytes.Buffer
	header := func(key, value string) { b.WriteString(fold(key+": "+value) + "\r\n") }
	header("From", (&mail.Address{Name: cut(oneLine(m.Site.Name), 100), Address: "handbook@" + host}).String())
	if m.To != nil {
		header("To", (&mail.Address{Name: cut(oneLine(m.To.Name), 100), Address: m.To.Address}).String())
	}
	header("Subject", mime.QEncoding.Encode("utf-8", cut(oneLine(m.Headline), 200)))
	header("Date", time.Date(m.Today.Year, time.Month(m.Today.Month), m.Today.Day, 0, 0, 0, 0, time.UTC).Format(time.RFC1123Z))
	header("Message-ID", "<"+name.uuid()+"@"+host+">")
	header("MIME-Version", "1.0")
	boundary := "handbook-" + name.short()
	header("Content-Type", `multipart/alternative; boundary="`+boundary+`"`)
	b.WriteString("\r\n")
	for _, part := range [][2]string{{"text/plain", m.plain()}, {"text/html", m.html()}} {
		fmt.Fprintf(&b, "--%s\r\nContent-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", boundary, part[0])
		w := quotedprintable.NewWriter(&b)
		w.Write([]byte(part[1])) // a buffer takes everything
		w.Close()
		b.WriteString("\r\n")
	}
	fmt.Fprintf(&b, "--%s--\r\n", boundary)
	return b.Bytes()
}

// plain is the text of a mail for those who read no HTML.
func (m *Message) plain() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n", oneLine(m.Headline), m.asOf())
	if len(m.Chapters) == 0 {
		fmt.Fprintf(&b, "\n%s\n", oneLine(m.Nothing))
	}
	for _, c := range m.Chapters {
		if len(m.Chapters) > 1 {
			fmt.Fprintf(&b, "\n%s\n", oneLine(c.Headline))
		}
		for _, e := range c.Entries {
			fmt.Fprintf(&b, "\n* %s%s\n  %s\n", oneLine(e.Title), told(": ", e.Label), oneLine(e.Why))
			if e.Path != "" {
				fmt.Fprintf(&b, "  %s\n", oneLine(e.Path))
			}
		}
		if c.Do != "" {
			fmt.Fprintf(&b, "\n%s\n", c.Do)
		}
		if c.Command != "" {
			fmt.Fprintf(&b, "\n  %s%s\n", c.Command, c.Arg)
		}
	}
	return b.String()
}

func (m *Message) html() string {
	escape := func(s string) string { return html.EscapeString(oneLine(s)) }
	var b strings.Builder
	fmt.Fprintf(&b, "<!doctype html>\n<html lang=\"%s\">\n<h1>%s</h1>\n<p>%s", html.EscapeString(cmp.Or(m.Site.Language, "en")), escape(m.Headline), html.EscapeString(m.asOf()))
	if len(m.Chapters) == 0 {
		b.WriteString(" " + escape(m.Nothing))
	}
	b.WriteString("</p>\n")
	for _, c := range m.Chapters {
		if len(m.Chapters) > 1 {
			fmt.Fprintf(&b, "<h2>%s</h2>\n", escape(c.Headline))
		}
		b.WriteString("<ul>\n")
		for _, e := range c.Entries {
			title := escape(e.Title)
			if e.Link != "" {
				title = `<a href="` + html.EscapeString(e.Link) + `">` + title + "</a>"
			}
			fmt.Fprintf(&b, "<li id=\"handbook-%s\"><strong>%s</strong>%s<br>%s</li>\n", m.id(e.Key...).short(), title, told(": ", e.Label), escape(e.Why))
		}
		b.WriteString("</ul>\n")
		if c.Do != "" {
			fmt.Fprintf(&b, "<p>%s</p>\n", c.how(html.EscapeString(c.Do), "<code>", "</code>"))
		}
	}
	return b.String()
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
