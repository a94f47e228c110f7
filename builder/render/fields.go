package render

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"handbook/builder/book"
	"handbook/builder/page"
	"handbook/builder/schema"
	"handbook/builder/signs"
	"handbook/builder/theme"
)

// Limits of what is shown of a field, so that a page that everything refers to stays a page.
const (
	factValues   = 50
	factRecords  = 200
	relatingRows = 20
)

// addFields adds what a page says in the fields of its type, and who refers to it in theirs.
func (m *around) addFields(v *theme.View, n *book.Node) {
	owner := signs.IsOwner(n)
	for _, value := range n.Values {
		switch {
		case owner && slices.Contains(onOwnerCard(), value.Name):
		case len(v.Blocks) > 0 && slices.Contains(inViews(), value.Name): // they stand there with what became of them
		case value.Name == "compare": // they stand side by side below the text
		case value.Kind == schema.KindRecords && value.Many:
			if t := m.records(value); len(t.Rows) > 0 {
				v.Records = append(v.Records, t)
			}
		default:
			if f := m.fact(value); len(f.Values) > 0 {
				f.Values[0].Late = m.late(n.DueBy(&value))
				v.Facts = append(v.Facts, f)
			}
		}
	}
	m.addRelating(v, n)
	v.Untold = slices.Clone(n.Untold.Fields)
	for _, f := range n.Untold.Back {
		v.Untold = append(v.Untold, f.Name)
	}
}

// inViews are the records that the views of their types show.
func inViews() []string { return []string{"requires", "measures", "history"} }

// onOwnerCard are the fields of teams and people that stand on their card.
func onOwnerCard() []string { return []string{"members", "department", "channel", "email", "handle"} }

func (m *around) fact(value book.Value) theme.Fact {
	f := theme.Fact{Name: value.Name, Label: value.Field.Label}
	f.Values = m.said(value)
	f.More = max(0, len(f.Values)-factValues)
	f.Values = f.Values[:len(f.Values)-f.More]
	return f
}

// said is a value as readers see it: a list entry by entry, a record key by key.
func (m *around) said(value book.Value) []theme.Said {
	var out []theme.Said
	for _, e := range value.Each() {
		if e.Kind == schema.KindRecords && !e.Wrong {
			for _, k := range e.Keys {
				for _, s := range m.said(k) {
					s.Label = cmp.Or(s.Label, k.Field.Label)
					out = append(out, s)
				}
			}
			continue
		}
		if s := m.say(e); s.Text != "" || !s.Day.IsZero() {
			out = append(out, s)
		}
	}
	return out
}

// say is one value as readers see it. What is not of its kind is shown as it is written.
func (m *around) say(v book.Value) theme.Said {
	s := theme.Said{Text: v.Text}
	switch {
	case v.Target.Node != nil:
		s.Text, s.URL = v.Target.Node.Title, v.Target.Node.URL
		if f := v.Target.Fragment; f != "" {
			s.URL += "#" + f
			s.Text += " · " + v.Target.Node.Page.Heading(f)
		}
		f := m.signs.Of(v.Target.Node).Signs()
		s.Mark, s.Dates = f.Mark, f.Dates()
	case v.Target.Asset != "":
		s.URL = v.Target.Asset
	case v.Target.Broken != "":
		s.Broken = v.Target.Broken
	case v.Wrong:
	case v.Kind == schema.KindDate:
		s.Text, s.Day = "", v.Date
	case v.Kind == schema.KindPeriod && len(v.Keys) > 0:
		s.Text = m.period(v)
	case v.Kind == schema.KindBoolean && v.Bool:
		s.Text = m.signs.Words.Yes
	case v.Kind == schema.KindBoolean:
		s.Text = m.signs.Words.No
	case v.Kind == schema.KindEnum:
		s.Text = schema.Spoken(v.Text)
	case page.IsWeb(v.Text):
		s.URL = v.Text
	}
	return s
}

// period is a period in words.
func (m *around) period(v book.Value) string {
	from, _ := v.Value("from")
	until := m.signs.Words.Day(v.Until())
	if from.Date.IsZero() {
		return "– " + until
	}
	return m.signs.Words.Day(from.Date) + " – " + until
}

// late is the badge of what was not done by a day; nil where nothing is to be done.
func (m *around) late(due schema.Date) *theme.AgedBadge {
	if due.IsZero() {
		return nil
	}
	b := &theme.AgedBadge{Badge: m.signs.State("overdue")}
	b.Word = m.signs.Words.ViewPlan["late"]
	b.Ages = theme.Ages("from", due.AddDays(1), !due.Before(m.signs.Today))
	return b
}

// records lays records out as a table, with a column for each field that one of them sets.
func (m *around) records(value book.Value) theme.RecordTable {
	t := theme.RecordTable{ID: "hb:field-" + value.Name, Title: value.Field.Label}
	var names []string
	for _, f := range value.Field.Fields {
		if slices.ContainsFunc(value.List, func(rec book.Value) bool { _, ok := rec.Value(f.Name); return ok }) {
			names = append(names, f.Name)
			t.Head = append(t.Head, f.Label)
		}
	}
	list := value.List
	if value.Name == "findings" { // those that somebody still has to do something about come first
		list = slices.Clone(list)
		slices.SortStableFunc(list, func(a, b book.Value) int { return cmp.Compare(closed(a), closed(b)) })
	}
	for i, rec := range list {
		if i == factRecords {
			t.More = len(list) - i
			break
		}
		if len(rec.Keys) == 0 {
			continue
		}
		row := make([][]theme.Said, len(names))
		for j, name := range names {
			if k, ok := rec.Value(name); ok {
				row[j] = m.said(k)
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// addRelating adds the pages that refer to this one in fields, under the name of the relation from this side. What has
// taken the page's place is a fact of it.
func (m *around) addRelating(v *theme.View, n *book.Node) {
	for i := 0; i < len(n.Relating); {
		back := n.Relating[i].Field.Back
		end := i
		for end < len(n.Relating) && n.Relating[end].Field.Back == back {
			end++
		}
		all := n.Relating[i:end]
		i = end
		switch {
		case back == "":
		case all[0].Field.Name == "supersedes":
			f := theme.Fact{Name: "superseded_by", Label: back}
			for _, rel := range all[:min(len(all), factValues)] {
				from := m.signs.Of(rel.From).Signs()
				f.Values = append(f.Values, theme.Said{Text: rel.From.Title, URL: rel.From.URL, Mark: from.Mark, Dates: from.Dates()})
			}
			f.More = len(all) - len(f.Values)
			v.Facts = append(v.Facts, f)
		default:
			rel := m.relating("hb:from-"+strconv.Itoa(len(v.Relations)+1), back, apart(n, all))
			if rel.Field = all[0].Field.Name; len(rel.Rows) > 0 {
				v.Relations = append(v.Relations, rel)
			}
		}
	}
}

// apart leaves out those that the page itself names in the same field, where the relation is the same from both sides.
func apart(n *book.Node, all []book.Relation) []book.Relation {
	f := all[0].Field
	own, ok := n.Value(f.Name)
	if !ok || f.Back != f.Label {
		return all
	}
	named := own.Nodes()
	return slices.DeleteFunc(slices.Clone(all), func(rel book.Relation) bool { return slices.Contains(named, rel.From) })
}

func (m *around) relating(id, back string, all []book.Relation) theme.Relation {
	out := theme.Relation{ID: id, Title: back}
	for i, rel := range all {
		if i > 0 && rel.Record == nil && rel.From == all[i-1].From {
			continue // two sections of one page
		}
		if len(out.Rows) == relatingRows {
			out.More++
			continue
		}
		from := m.signs.Of(rel.From).Signs()
		row := theme.Row{Title: rel.From.Title, URL: rel.From.URL, Label: schema.Spoken(rel.From.Status), Mark: from.Mark, Dates: from.Dates()}
		if rel.Record != nil {
			row.Summary, row.Label = recordTitle(rel.Record), ""
			if status, ok := rel.Record.Value("status"); ok {
				row.Label = schema.Spoken(status.Text)
			}
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// recordTitle names a record: by its id and title, else by its first texts.
func recordTitle(rec *book.Value) string {
	var parts []string
	for _, k := range rec.Keys {
		if k.Kind == schema.KindText && !k.Many && k.Text != "" && len(parts) < 2 {
			parts = append(parts, k.Text)
		}
	}
	return strings.Join(parts, " ")
}

// proposalsLimit is how many proposals are shown on the page that they would change.
const proposalsLimit = 10

// addProposals says what is proposed to change on a page.
func (m *around) addProposals(v *theme.View, n *book.Node) {
	all := m.signs.Of(n).Verdict.Proposals
	for _, p := range all[:min(len(all), proposalsLimit)] {
		row := theme.Proposal{Title: p.Node.Title, URL: p.Node.URL, Summary: p.Node.Summary, DecideBy: m.deadline(p.DecideBy), Agreed: p.Agreed}
		if p.Fragment != "" {
			row.Section = theme.Link{Title: n.Page.Heading(p.Fragment), URL: "#" + p.Fragment}
		}
		v.Proposals = append(v.Proposals, row)
	}
}

// addProgress says how far the findings of a beta report have been dealt with, the most severe first.
func (m *around) addProgress(v *theme.View, n *book.Node) {
	list, ok := n.Value("findings")
	if !ok || n.Type != "beta-report" {
		return
	}
	var severities []string // the mildest first
	for _, f := range list.Field.Fields {
		if f.Name == "severity" {
			severities = slices.Clone(f.Options)
		}
	}
	known := len(severities)
	for _, finding := range list.List {
		if s, _ := finding.Value("severity"); !slices.Contains(severities, s.Text) {
			severities = append(severities, s.Text) // what is no severity stands last
		}
	}
	slices.Reverse(severities[:known])
	var all theme.ProgressRow
	var rows []theme.ProgressRow
	for _, severity := range severities {
		row := theme.ProgressRow{Severity: schema.Spoken(severity)}
		for _, finding := range list.List {
			if s, _ := finding.Value("severity"); s.Text == severity {
				row.Add(step(finding), 1)
			}
		}
		if row.N == 0 {
			continue
		}
		for _, s := range row.Steps {
			all.Add(s.Name, s.N)
		}
		rows = append(rows, row.Drawn(m.signs.Words))
	}
	if all.N > 0 {
		v.Progress = &theme.Progress{All: all.Drawn(m.signs.Words), Rows: rows}
	}
}

// step is how far a finding has come. One that is closed was seen to be mended, or is not to be.
func step(finding book.Value) string {
	status, _ := finding.Value("status")
	retested, _ := finding.Value("retested")
	switch {
	case status.Text == "closed", status.Text == "fixed" && !retested.Date.IsZero():
		return "retested"
	case status.Text == "accepted":
		return "decided"
	case status.Text == "fixed", status.Text == "rejected":
		return status.Text
	}
	return "open"
}
