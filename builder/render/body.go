package render

import (
	"bytes"
	"cmp"
	"html"
	"html/template"
	"path"
	"slices"
	"strings"

	"handbook/builder/book"
	"handbook/builder/page"
	"handbook/builder/query"
	"handbook/builder/schema"
	"handbook/builder/signs"
	"handbook/builder/theme"
)

// texts fill the holes of the texts of pages.
type texts struct {
	signs   *signs.Book
	places  *places
	theme   *theme.Theme
	views   *query.Engine
	terms   Terms
	pages   page.Pages
	builtIn map[string]*page.Page   // by name
	code    func(page.Block) string // in its colours

	pictures pictures
	sizes    sizes
}

// text is the page of a node, with its text; nil without.
func (m *texts) text(n *book.Node) *page.Page {
	switch {
	case n.Page == nil:
		return nil
	case m.builtIn[n.ID] != nil && m.builtIn[n.ID].Face == n.Page:
		return m.builtIn[n.ID]
	}
	return m.pages(n.Page)
}

// body is everything that the HTML of a text is made of: a page's, or, in an embed, a stretch of one. The HTML itself is asked for
// when it is written: its sum is enough for a key.
type body struct {
	Sum     uint64      // of the HTML with holes
	Holes   []page.Hole // in it; their Link is an index in Fills
	Fills   []answer
	Terms   []term         // that the text says; a hole of kind holeTerm holds an index
	Views   []*theme.Block // for holes that are views
	Answers *answers       // what is said below the answers of an FAQ
	URL     string         // of the page
	Title   string         // of the page
	Crowd   *theme.Crowd   // what too many of its links would say
	Deeper  int            // how many levels headings go down, so that an embed's stand below the heading it is under

	from *stretch
}

// stretch is a part of the HTML of a page.
type stretch struct {
	page       *page.Page
	start, end int
}

func (s *stretch) len() int { return s.end - s.start }

// answer is where one link leads, as its holes show it.
type answer struct {
	Href   string
	Broken string // why it leads nowhere
	Title  string // what a link without a label says
	Mark   string // the word after the link
	State  string // its state
	Next   theme.Day
	Embed  *body
	Image  bool // an embed that is a picture
	Size   size // of a picture, where the page leaves that to it
	Asked  int  // as page.Anchor has it
	Label  string
}

// embedCount is how many embeds one page shows, those within embeds included. What is beyond is shown as a link.
const embedCount = 200

// body collects the answers for a node's text.
func (m *texts) body(n *book.Node, h *hasher) *body {
	left, p := embedCount, m.text(n)
	b := &body{Sum: p.Text.Sum, Holes: p.Holes, URL: n.URL, Title: n.Title, from: &stretch{p, 0, p.Size}}
	b.Fills = h.newAnswers(len(p.Links))
	for i, file := range m.places.rowsFiles(n) {
		b.Views = append(b.Views, m.viewBlock(n, i, file))
	}
	for _, hole := range b.Holes {
		if i := int(hole.Link); hole.Kind != page.HoleView && hole.Kind != page.HoleCode && i >= 0 && i < len(b.Fills) && b.Fills[i] == (answer{}) {
			b.Fills[i] = m.answer(n, p, hole, &left)
		}
	}
	b.Crowd = m.crowd(n, b.Fills)
	m.explain(n, b)
	m.markUnanswered(n, b)
	return b
}

// crowd is the day from which on more than a third of the pages that a text links to are overdue; nil for never, and for few.
func (m *texts) crowd(n *book.Node, fills []answer) *theme.Crowd {
	const least, share = 6, 3
	if len(fills) < least {
		return nil
	}
	days, seen := []schema.Date{}, map[*book.Node]bool{}
	for i := range fills {
		if i >= len(n.Targets) || fills[i].Href == "" || fills[i].Embed != nil {
			continue
		}
		to := n.Targets[i].Node
		if to == nil || to == n || seen[to] {
			continue
		}
		seen[to] = true
		if fills[i].State == "overdue" {
			days = append(days, schema.Date{})
		} else if !fills[i].Next.IsZero() {
			days = append(days, fills[i].Next)
		}
	}
	needed := len(seen)/share + 1
	if len(seen) < least || len(days) < needed {
		return nil
	}
	slices.SortFunc(days, schema.Date.Compare)
	return &theme.Crowd{From: days[needed-1]}
}

// part is a part of a node's text as an embed shows it. Its holes are counted from its start, so that it stays
// the same when the text around it changes.
func (m *texts) part(n *book.Node, start, end int, left *int) *body {
	p := m.text(n)
	b := &body{Sum: stretchSum(p, start, end), URL: n.URL, Title: n.Title, from: &stretch{p, start, end}}
	known := map[int32]int32{}
	files := m.places.rowsFiles(n)
	for _, hole := range p.Holes {
		if int(hole.At) < start || int(hole.End) > end {
			continue
		}
		if hole.Kind == page.HoleView {
			b.Views = append(b.Views, m.viewBlock(n, int(hole.Link), files[hole.Link]))
			hole.Link = int32(len(b.Views) - 1)
		} else if link := hole.Link; link >= 0 && hole.Kind != page.HoleCode {
			at, ok := known[link]
			if !ok {
				at = int32(len(b.Fills))
				known[link] = at
				b.Fills = append(b.Fills, m.answer(n, p, hole, left))
			}
			hole.Link = at
		}
		hole.At -= int32(start)
		hole.End -= int32(start)
		b.Holes = append(b.Holes, hole)
	}
	return b
}

// stretchSum is the sum of sections that follow each other, or of the whole text.
func stretchSum(p *page.Page, start, end int) uint64 {
	if start == 0 && end == p.Size {
		return p.Text.Sum
	}
	h := newHasher(nil)
	for _, s := range p.Sections {
		if s.Start >= start && s.End <= end {
			h.Uint(s.Sum)
		}
	}
	return h.end()
}

func (m *texts) answer(n *book.Node, p *page.Page, hole page.Hole, left *int) answer {
	i := int(hole.Link)
	if i >= len(n.Targets) || i >= len(p.Links) {
		return answer{Broken: m.signs.Book.Site.Text.Nowhere}
	}
	link, to := &p.Links[i], n.Targets[i]
	a := answer{Broken: to.Broken, Label: p.Anchors[i].Label}
	switch {
	case to.Node != nil && to.Node.URL != "":
		a.Href = to.Node.URL + link.Query
		if to.Fragment != "" {
			a.Href += "#" + to.Fragment
		}
		a.Title = to.Node.Title
		if to.Node != n {
			f := m.signs.Of(to.Node).Signs()
			a.State, a.Mark = f.Link, m.signs.Words.Marks[f.Link]
			if f.Ages {
				a.Next = f.Badge.Next
			}
		}
	case to.Asset != "":
		a.Href = to.Asset + link.Query
		if to.Fragment != "" {
			a.Href += "#" + to.Fragment
		}
		a.Title = path.Base(link.Target)
		if a.Image = picture(to.Asset); a.Image && hole.Kind != page.HoleOpen {
			a.Asked = p.Anchors[i].Asked
			if hole.Kind == page.HoleEmbed {
				_, width, height := page.Sized(a.Label, true)
				a.Asked = page.Asked(width, height)
			}
			a.Size = m.sizes.room(to.Asset, a.Asked)
		}
	default:
		a.Broken = cmp.Or(to.Broken, m.signs.Book.Site.Text.Nowhere)
		a.Title = cmp.Or(a.Label, link.Target, link.Fragment)
	}
	if hole.Kind == page.HoleEmbed && to.Node != nil && to.Node.Page != nil && a.Broken == "" && !to.Cycle && *left > 0 {
		*left--
		shown := m.text(to.Node)
		start, end, top := section(shown, to.Fragment)
		a.Embed = m.part(to.Node, start, end, left)
		if top > 0 {
			a.Embed.Deeper = levelAt(p, int(hole.At)) + 1 - top
		}
	}
	return a
}

// section finds the stretch of a page below the heading with the id, or the block that has it, and its highest level of heading, 0 for none; the whole
// page for "" and for what is no heading.
func section(p *page.Page, id string) (start, end, top int) {
	sections := p.Sections
	end = p.Size
	if b, ok := p.Block(id); ok {
		return b.Start, b.End, 0
	}
	if found := p.Section(id); id != "" && len(found) > 0 {
		sections, start, end = found, found[0].Start, found[len(found)-1].End
	}
	for _, s := range sections {
		if s.Heading >= 0 && (top == 0 || p.Headings[s.Heading].Level < top) {
			top = max(2, p.Headings[s.Heading].Level)
		}
	}
	return start, end, top
}

// levelAt is the level of the heading that an offset stands under; 1 for the page's title.
func levelAt(p *page.Page, at int) int {
	level := 1
	for _, s := range p.Sections {
		if s.Heading >= 0 && s.Heading < len(p.Headings) && s.Start < at {
			level = max(2, p.Headings[s.Heading].Level)
		}
	}
	return level
}

func picture(file string) bool {
	switch strings.ToLower(path.Ext(file)) {
	case ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif":
		return true
	}
	return false
}

// player is the element that plays a file; "" for one that is read.
func player(href string) string {
	bare, _, _ := strings.Cut(href, "#")
	bare, _, _ = strings.Cut(bare, "?")
	switch strings.ToLower(path.Ext(bare)) {
	case ".mp4", ".webm", ".ogv", ".mov":
		return "video"
	case ".mp3", ".wav", ".ogg", ".m4a", ".flac":
		return "audio"
	}
	return ""
}

// fragment is the text as the template asks for it. Its sum leaves the text itself to View.Text.
func (m *texts) fragment(h *hasher, b *body) theme.Fragment {
	var sum uint64
	if h != nil {
		sum = h.sum(b.Fills)
		if len(b.Terms)+len(b.Views) > 0 || b.Answers != nil {
			sum = h.sum(struct {
				fills   uint64
				terms   []term
				views   []*theme.Block
				answers *answers
			}{sum, b.Terms, b.Views, b.Answers})
		}
	}
	return theme.Fragment{Sum: sum, Make: func() (template.HTML, error) {
		var w strings.Builder
		w.Grow(b.from.len() + 100*len(b.Fills)) // a filled link is about that long
		if err := m.write(&w, b, false); err != nil {
			return "", err
		}
		return template.HTML(w.String()), nil
	}}
}

// inside makes groups of the landmarks of a text that stands in another page, where others may have the same names.
var inside = strings.NewReplacer(
	`class="table" role="region"`, `class="table" role="group"`,
	`class="footnotes" role="doc-endnotes"`, `class="footnotes" role="group"`,
)

// write fills the holes of a stretch. An embedded one has no ids of its own, so nothing in it is explained by one.
func (m *texts) write(w *strings.Builder, b *body, embedded bool) error {
	from := b.from.page.Body()
	text, at := from.HTML[b.from.start:b.from.end], 0
	holes, marks := b.marked(text)
	plain := func(s string) {
		if embedded {
			s = inside.Replace(s)
		}
		w.WriteString(s)
	}
	for _, hole := range holes {
		start, end := int(hole.At), int(hole.End)
		if start < at || end > len(text) || end < start {
			continue
		}
		plain(text[at:start])
		at = end
		switch hole.Kind {
		case page.HoleID:
			if !embedded {
				w.WriteString(text[start:end])
			}
			continue
		case page.HoleLocal:
			if embedded {
				w.WriteString(html.EscapeString(b.URL))
			}
			continue
		case holeUnanswered:
			w.WriteString(`<p class="unanswered">` + html.EscapeString(m.signs.Words.UnansweredHere) + "</p>\n")
			continue
		case holeAnswer:
			mark, err := m.theme.Answer(&marks[hole.Link])
			if err != nil {
				return err
			}
			w.WriteString(string(mark))
			continue
		case holeTerm:
			if embedded {
				plain(text[start:end])
			} else {
				m.term(w, text, int(hole.Link), &b.Terms[hole.Link])
			}
			continue
		case page.HoleCode:
			plain(m.code(from.Blocks[hole.Link]))
			continue
		case page.HoleView:
			view, err := m.theme.Block(b.Views[hole.Link])
			if err != nil {
				return err
			}
			w.WriteString(string(view))
			continue
		}
		if i := int(hole.Link); i >= 0 && i < len(b.Fills) {
			if err := m.fillHole(w, hole.Kind, &b.Fills[i]); err != nil {
				return err
			}
		}
	}
	plain(text[at:])
	return nil
}

// viewBlock is the i-th view of the text of a page as its hole shows it. Its rows lie in a file.
func (m *texts) viewBlock(n *book.Node, i int, path string) *theme.Block {
	view := &n.Page.Views[i]
	known := m.views.View(n, view)
	if known == nil {
		return &theme.Block{Site: m.signs.Site, Layout: query.Table.Name, Label: m.signs.Words.ViewAll}
	}
	file := ""
	if path != "" {
		file = m.signs.Site.Base + book.EscapePath(path)
	}
	heading, _ := under(n.Page, view)
	return m.block(n, known, heading, file)
}

func (m *texts) fillHole(w *strings.Builder, kind page.HoleKind, a *answer) error {
	esc := html.EscapeString
	put := func(parts ...string) {
		for _, p := range parts {
			w.WriteString(p)
		}
	}
	switch kind {
	case page.HoleOpen:
		switch {
		case a.Broken != "":
			put(`<span class="broken" title="`, esc(a.Broken), `">`)
		case !a.Next.IsZero():
			put(`<a href="`, esc(a.Href), `" data-next="`, a.Next.String(), `">`)
		default:
			put(`<a href="`, esc(a.Href), `">`)
		}
	case page.HoleClose:
		if a.Broken != "" {
			put(`</span>`)
			return nil
		}
		put(`</a>`)
		if a.Mark != "" {
			put(` <span class="linkmark" data-state="`, esc(a.State), `">`, esc(a.Mark), `</span>`)
		}
	case page.HoleTitle:
		put(esc(a.Title))
	case page.HoleSrc:
		if a.Broken != "" {
			put(`data:,`) // the browser shows the alternative text
			return nil
		}
		put(esc(a.Href))
		if more := a.Size.attributes(a.Asked); more != "" {
			put(`"`, strings.TrimSuffix(more, `"`)) // the quote that ends it stands behind the hole
		}
	case page.HoleEmbed:
		return m.embed(w, a)
	}
	return nil
}

// deepen moves all headings some levels down, or up when that is negative. In text and attributes "<" is escaped.
func deepen(text string, levels int) string {
	if levels == 0 {
		return text
	}
	out := []byte(text)
	for i := 0; i+3 < len(out); i++ {
		next := bytes.IndexByte(out[i:], '<')
		if next < 0 {
			break
		}
		i += next
		at := i + 1
		if at < len(out) && out[at] == '/' {
			at++
		}
		if at+2 < len(out) && out[at] == 'h' && '1' <= out[at+1] && out[at+1] <= '6' && (out[at+2] == '>' || out[at+2] == ' ') {
			out[at+1] = byte('0' + min(6, max(2, int(out[at+1]-'0')+levels)))
		}
	}
	return string(out)
}

// embed shows another page, a part of it, or a picture in place.
func (m *texts) embed(w *strings.Builder, a *answer) error {
	title := html.EscapeString(cmp.Or(a.Label, a.Title))
	href := html.EscapeString(a.Href)
	switch {
	case a.Broken != "":
		w.WriteString(`<span class="broken" title="` + html.EscapeString(a.Broken) + `">` + title + `</span>`)
	case a.Embed == nil && a.Image:
		alt, width, height := page.Sized(a.Label, true)
		size := ""
		if width != "" {
			size = ` width="` + width + `"`
		}
		if height != "" {
			size += ` height="` + height + `"`
		}
		w.WriteString(`<img src="` + href + `" alt="` + html.EscapeString(alt) + `"` + size + a.Size.attributes(a.Asked) + ` loading="lazy">`)
	case a.Embed == nil && player(a.Href) != "":
		name := player(a.Href)
		w.WriteString(`<` + name + ` controls preload="metadata" src="` + href + `" aria-label="` + title + `"></` + name + `>`)
	case a.Embed == nil:
		w.WriteString(`<a href="` + href + `">` + title + `</a>`)
	default:
		w.WriteString(`<div class="embed">`)
		var inner strings.Builder
		if err := m.write(&inner, a.Embed, true); err != nil {
			return err
		}
		w.WriteString(deepen(inner.String(), a.Embed.Deeper))
		from := html.EscapeString(m.signs.Words.Embedded)
		link := `<a href="` + href + `">` + html.EscapeString(a.Embed.Title) + `</a>`
		w.WriteString(`<p class="source">` + strings.ReplaceAll(from, "{page}", link) + `</p></div>`)
	}
	return nil
}
