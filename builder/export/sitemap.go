package export

import (
	"html"
	"strings"

	"handbook/builder/book"
)

// Address is one of the site.
type Address struct {
	URL  string
	Node *book.Node // nil for what is made for no single node
}

// Sitemap lists what search engines may find, with the day of each page's last change where that is known.
func (x *Book) Sitemap(pages []Address) []byte {
	s := x.Signs
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n")
	old := map[string]bool{}
	for _, red := range s.Book.Redirects {
		old[red.From] = true
	}
	for _, o := range pages {
		if old[o.URL] || o.Node != nil && o.Node.Draft {
			continue
		}
		b.WriteString("<url><loc>" + html.EscapeString(s.Book.Site.Whole(o.URL)) + "</loc>")
		if o.Node != nil && o.Node.URL == o.URL {
			if day := s.Of(o.Node).Verdict.Changed.Day; !day.IsZero() {
				b.WriteString("<lastmod>" + day.String() + "</lastmod>")
			}
		}
		b.WriteString("</url>\n")
	}
	b.WriteString("</urlset>\n")
	return []byte(b.String())
}
