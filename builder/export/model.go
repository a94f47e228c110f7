package export

import (
	"bytes"
	"cmp"
	"slices"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/page"
	"handbook/builder/people"
	"handbook/builder/review"
	"handbook/builder/schema"
)

// modelVersion is raised when a field of handbook.json is taken away or means something else. New fields do not raise
// it. content/manual/handbook-json.md documents them.
const modelVersion = 1

// modelPage is one page in handbook.json.
type modelPage struct {
	ID          string           `json:"id"`
	URL         string           `json:"url"`
	File        string           `json:"file"`
	Markdown    string           `json:"markdown,omitempty"`
	Title       string           `json:"title"`
	NavTitle    string           `json:"nav_title,omitempty"`
	Summary     string           `json:"summary,omitempty"`
	Type        string           `json:"type"`
	Status      string           `json:"status,omitempty"`
	Draft       bool             `json:"draft,omitempty"`
	Section     bool             `json:"section,omitempty"`
	Parent      *string          `json:"parent"`
	Tags        []string         `json:"tags,omitempty"`
	AlsoKnownAs []string         `json:"also_known_as,omitempty"`
	Owner       *string          `json:"owner"`
	Reviewers   []string         `json:"reviewers,omitempty"`
	Freshness   modelFreshness   `json:"freshness"`
	Changed     *modelChange     `json:"changed"`
	Words       int              `json:"words"`
	Headings    []modelHeading   `json:"headings,omitempty"`
	Links       []modelReference `json:"links,omitempty"`
	DependsOn   []modelReference `json:"depends_on,omitempty"`
	Related     []string         `json:"related,omitempty"`
	Tracks      []string         `json:"tracks,omitempty"`
	Fields      map[string]any   `json:"fields,omitempty"`
	SignOff     *modelSignOff    `json:"sign_off,omitempty"`
}

type modelSignOff struct {
	Until   *string       `json:"until"`
	Readers []modelReader `json:"readers"`
}

type modelReader struct {
	ID   string   `json:"id"`
	Of   []string `json:"of,omitempty"`
	Read *string  `json:"read"`
	Open bool     `json:"open"`
}

type modelFreshness struct {
	AsOf       string        `json:"as_of"` // the day of the state and its reasons
	State      string        `json:"state"`
	Reasons    []modelReason `json:"reasons"`
	Reviewed   *string       `json:"reviewed"`
	ReviewedBy string        `json:"reviewed_by,omitempty"`
	Every      string        `json:"every,omitempty"`
	DueFrom    *string       `json:"due_from"`
	NextReview *string       `json:"next_review"`
	Planned    *string       `json:"planned"`
}

type modelReason struct {
	State    string  `json:"state"`
	Since    *string `json:"since"`
	Sentence string  `json:"sentence"`
	Page     string  `json:"page,omitempty"`
	Section  string  `json:"section,omitempty"`
}

type modelChange struct {
	Date string `json:"date"`
	By   string `json:"by,omitempty"`
}

type modelHeading struct {
	Level int    `json:"level"`
	ID    string `json:"id"`
	Text  string `json:"text"`
}

type modelReference struct {
	Page    string `json:"page"`
	Section string `json:"section,omitempty"`
}

type modelOwner struct {
	ID      string   `json:"id"`
	URL     string   `json:"url"`
	Title   string   `json:"title"`
	Type    string   `json:"type"`
	Members []string `json:"members,omitempty"`
	Owns    []string `json:"owns"`
}

type modelTag struct {
	Name  string   `json:"name"`
	URL   string   `json:"url"`
	Pages []string `json:"pages"`
}

type modelType struct {
	Name   string `json:"name"`
	Label  string `json:"label"`
	Plural string `json:"plural"`
}

type modelRedirect struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// modelHealth is how the handbook stands, on the day that it was built.
type modelHealth struct {
	AsOf   string               `json:"as_of"`
	Pages  int                  `json:"pages"`
	Needed int                  `json:"needed"`
	Relied int                  `json:"relied"`
	States map[review.State]int `json:"states"`
}

type modelSite struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	URL         string `json:"url,omitempty"`
	BasePath    string `json:"base_path"`
	Language    string `json:"language"`
	Built       string `json:"built"`
	BuiltFrom   string `json:"built_from,omitempty"`
}

// Model is the whole handbook as one JSON object, each page on a line of its own.
func (x *Book) Model() []byte {
	s, site := x.Signs, x.Signs.Site
	var b bytes.Buffer
	value := func(name string, v any) {
		b.WriteString(`"` + name + `": `)
		b.Write(diag.AsJSON(v, ""))
	}
	values := func(name string, n int, at func(int) any) {
		b.WriteString(",\n\"" + name + "\": [")
		start := b.Len()
		for i := range n {
			if i == 100 {
				b.Grow((b.Len() - start) / 90 * n) // so that 10,000 pages are not copied again and again
			}
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteByte('\n')
			b.Write(diag.AsJSON(at(i), ""))
		}
		b.WriteString("\n]")
	}
	b.WriteString("{\n")
	value("version", modelVersion)
	b.WriteString(",\n")
	value("site", modelSite{site.Name, site.Description, s.Book.Site.BaseURL, site.Base, site.Language, site.Today.String(), site.Built})
	stand := s.Verdicts.Stand(s.Book.Nodes)
	b.WriteString(",\n")
	value("health", modelHealth{site.Today.String(), len(s.Verdicts), stand.Needed, stand.Relied, stand.States})
	types := s.Book.Site.Types
	values("types", len(types), func(i int) any { return modelType{types[i].Name, types[i].Label, types[i].Plural} })
	var pages []*book.Node
	for _, n := range s.Book.Nodes {
		if n.Page != nil && n.URL != "" {
			pages = append(pages, n)
		}
	}
	values("pages", len(pages), func(i int) any { return x.modelPage(pages[i]) })
	owners := s.Book.Owners
	values("owners", len(owners), func(i int) any {
		n := owners[i]
		o := modelOwner{ID: n.ID, URL: n.URL, Title: n.Title, Type: n.Type, Owns: ids(n.Owns)}
		if n.Type == "team" {
			o.Members = n.Words("members")
		}
		return o
	})
	tags := s.Book.Tags
	values("tags", len(tags), func(i int) any { return modelTag{tags[i].Name, tags[i].URL, ids(tags[i].Nodes)} })
	redirects := s.Book.Redirects
	values("redirects", len(redirects), func(i int) any { return modelRedirect{redirects[i].From, redirects[i].To.URL} })
	b.WriteString("\n}\n")
	return b.Bytes()
}

func (x *Book) modelPage(n *book.Node) modelPage {
	s := x.Signs
	p, f := n.Page, s.Of(n)
	v := f.Verdict
	m := modelPage{
		ID: n.ID, URL: n.URL, File: p.Path, Markdown: x.Copy(n), Title: n.Title, Summary: n.Summary, Type: n.Type, Status: n.Status,
		Draft: n.Draft, Section: n.Section, AlsoKnownAs: p.Meta.AlsoKnownAs, Reviewers: p.Meta.Reviewers, Words: x.Text(n).Words, Tracks: p.Meta.Tracks,
		Owner: diag.OrNull(cmp.Or(people.OwnerName(n.Owner), n.OwnerName)),
		Freshness: modelFreshness{AsOf: s.Today.String(), State: string(v.State), Reasons: []modelReason{}, Reviewed: diag.OrNull(v.Reviewed.String()), ReviewedBy: v.Reviewer(),
			DueFrom: diag.OrNull(v.Warn.String()), NextReview: diag.OrNull(v.Next.String()), Planned: diag.OrNull(v.Plan.String())},
	}
	if n.NavTitle != n.Title {
		m.NavTitle = n.NavTitle
	}
	if n.Parent != nil {
		m.Parent = &n.Parent.ID
	}
	for _, t := range n.Tags {
		m.Tags = append(m.Tags, t.Name)
	}
	if !v.Every.IsZero() {
		m.Freshness.Every = v.Every.String()
	}
	for _, why := range v.Reasons {
		reason := modelReason{State: string(why.State), Since: diag.OrNull(v.Since(why).String()), Sentence: v.Told(why, &s.Book.Site.Phrases), Section: why.Fragment}
		if why.On != nil {
			reason.Page = why.On.ID
		}
		m.Freshness.Reasons = append(m.Freshness.Reasons, reason)
	}
	if !v.Changed.Day.IsZero() {
		m.Changed = &modelChange{v.Changed.Day.String(), v.Changed.By}
	}
	for _, h := range p.Headings {
		m.Headings = append(m.Headings, modelHeading{h.Level, h.ID, h.Text})
	}
	for i, l := range p.Links {
		to := n.Targets[i]
		if to.Node == nil || to.Node.Page == nil {
			continue
		}
		ref := modelReference{to.Node.ID, to.Fragment}
		if l.Kind != page.LinkDepends && l.Kind != page.LinkRelated && !slices.Contains(m.Links, ref) {
			m.Links = append(m.Links, ref)
		}
	}
	for _, on := range n.Depends {
		m.DependsOn = append(m.DependsOn, modelReference{on.Target.Node.ID, on.Target.Fragment})
	}
	m.Fields = fieldsOf(n.Values)
	if asked := v.SignOff; asked != nil {
		m.SignOff = &modelSignOff{Until: diag.OrNull(asked.Until.String()), Readers: []modelReader{}}
		for _, reader := range asked.Readers {
			m.SignOff.Readers = append(m.SignOff.Readers, modelReader{ID: reader.Node.ID, Of: ids(reader.Of), Read: diag.OrNull(reader.Last.Date.String()), Open: reader.Open})
		}
	}
	for _, to := range n.Related {
		m.Related = append(m.Related, to.ID)
	}
	return m
}

// fieldsOf are the fields that the type of a page declares, by name. What leads nowhere is left out, since it may name
// what is not published.
func fieldsOf(values []book.Value) map[string]any {
	fields := map[string]any{}
	for _, v := range values {
		if said := fieldOf(v); said != nil && v.Field != nil {
			fields[v.Name] = said
		}
	}
	return fields
}

func fieldOf(v book.Value) any {
	switch {
	case v.Many:
		list := []any{}
		for _, e := range v.List {
			if said := fieldOf(e); said != nil {
				list = append(list, said)
			}
		}
		return list
	case v.Wrong:
		return nil
	case v.Target.Node != nil:
		return modelReference{v.Target.Node.ID, v.Target.Fragment}
	case v.Target.Broken != "":
		return nil
	}
	switch v.Kind {
	case schema.KindPeriod:
		if len(v.Keys) > 0 {
			return fieldsOf(v.Keys)
		}
	case schema.KindRecords:
		return fieldsOf(v.Keys)
	case schema.KindNumber:
		return v.Number
	case schema.KindBoolean:
		return v.Bool
	case schema.KindDate:
		return v.Date.String()
	}
	return v.Text
}

func ids(nodes []*book.Node) []string {
	list := make([]string, len(nodes))
	for i, n := range nodes {
		list[i] = n.ID
	}
	return list
}
