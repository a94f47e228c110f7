// Package atom writes Atom feeds (RFC 4287).
package atom

import (
	"encoding/xml"

	"handbook/builder/diag"
	"handbook/builder/schema"
)

// Feed is a feed. What is empty is left out, but for what the RFC asks for.
type Feed struct {
	XMLName  xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	Language string   `xml:"xml:lang,attr,omitempty"`
	Title    Text     `xml:"title"`
	Subtitle Text     `xml:"subtitle,omitempty"`
	ID       string   `xml:"id"`
	Updated  Day      `xml:"updated"`
	Links    []Link   `xml:"link"`
	Author   *Author  `xml:"author"`
	Entries  []Entry  `xml:"entry"`
}

// Entry is one thing that a feed tells of. One without Content needs a Link.
type Entry struct {
	Title    Text      `xml:"title"`
	ID       string    `xml:"id"`
	Updated  Day       `xml:"updated"`
	Author   *Author   `xml:"author"`
	Links    []Link    `xml:"link"`
	Category *Category `xml:"category"`
	Summary  Text      `xml:"summary,omitempty"`
	Content  Text      `xml:"content,omitempty"`
}

// Link leads from a feed or an entry to a page.
type Link struct {
	Rel  string `xml:"rel,attr,omitempty"` // "" is "alternate"
	Type string `xml:"type,attr,omitempty"`
	Href Text   `xml:"href,attr"`
}

// Author is who wrote something.
type Author struct {
	Name Text `xml:"name"`
}

// Category is what kind of thing an entry is about.
type Category struct {
	Term  string `xml:"term,attr"`
	Label Text   `xml:"label,attr,omitempty"`
}

// Text is what people wrote.
type Text string

// MarshalText leaves out what steers a terminal, and what XML cannot hold.
func (t Text) MarshalText() ([]byte, error) { return []byte(diag.Plain(string(t))), nil }

// Day is midnight of a day: what happened is known by days. The zero one is that on which time began.
type Day schema.Date

// MarshalText writes a date and time as RFC 3339 has it.
func (d Day) MarshalText() ([]byte, error) {
	day := schema.Date(d)
	if day.IsZero() {
		day = schema.Date{Year: 1970, Month: 1, Day: 1}
	}
	return []byte(day.String() + "T00:00:00Z"), nil
}

// By is an author with a name; nil without one.
func By(name string) *Author {
	if name == "" {
		return nil
	}
	return &Author{Text(name)}
}

// To are links to an address; none without one.
func To(address string) []Link {
	if address == "" {
		return nil
	}
	return []Link{{Href: Text(address)}}
}

// Bytes writes the feed.
func (f Feed) Bytes() []byte {
	text, err := xml.MarshalIndent(f, "", " ")
	if err != nil {
		panic(err) // texts only: this cannot fail
	}
	return append([]byte(xml.Header), append(text, '\n')...)
}
