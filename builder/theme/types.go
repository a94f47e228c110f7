package theme

import (
	"fmt"
	"html/template"
	"slices"

	"handbook/builder/diag"
	"handbook/builder/schema"
)

// This file holds what types/NAME.html is given beyond what every page has. A file there shows what somebody in a hurry
// needs of a page of its type, above the text. What it defines as "about NAME" are rows of the list of facts beside the text,
// in place of those that all types have. A type names its file by `page_template` in handbook.yaml; without that the
// file is called like the type, and types/page.html stands in where there is none.

// Life is how far a document has come in the life of its type.
type Life struct {
	Steps []bool // the statuses from first to last, without those that end it: whether each has been reached; empty where that is not known
	At    int    // which of them is the page's own, from 1; 0 when its life has ended
	Name  string // the page's status
}

// Meter is how far something has got.
type Meter struct {
	Done, All int
	URL       string // where it stands in full; often empty
}

// Open are those that are not done.
func (m Meter) Open() int { return m.All - m.Done }

// Part is what is done in thousandths.
func (m Meter) Part() int {
	if m.All == 0 {
		return 0
	}
	return m.Done * 1000 / m.All
}

// Front is what a home page shows beside its text.
type Front struct {
	Boards []Board  // those on which there is most to do first; at most four
	Recent []Lately // what has changed last
	All    string   // the address of all changes; empty without a history
	Needs  []Row    // pages that cannot be relied on, the worst first
	More   int      // how many more of these there are
}

// Due is the value as a last day, on the day of the build.
func (s Said) Due(today Day) Deadline { return Deadline{Day: s.Day, Passed: s.Day.Before(today)} }

// Lately is a page that changed.
type Lately struct {
	Title, URL string
	Day        Day
	By         Link // who changed it; its Title is empty when that is not known or not told
	New        bool // it came then
}

// Answer says below an answer of an FAQ how far it can be trusted, where that is not what its page says.
type Answer struct {
	Badge Badge
	By    Link // who reviewed it; its Title is empty when that is not known
}

// Fact is the field with the key, nil where the page does not say it. A fact and a relation that were asked for are shown
// by the template and left out of Rest, and of what stands below the text.
func (v *View) Fact(name string) *Fact {
	i := slices.IndexFunc(v.Facts, func(f Fact) bool { return f.Name == name })
	if i < 0 {
		return nil
	}
	v.take("fact " + name)
	return &v.Facts[i]
}

// Says reports whether the page says something in the field with the key.
func (v *View) Says(name string) bool {
	return slices.ContainsFunc(v.Facts, func(f Fact) bool { return f.Name == name })
}

// Rest are the facts that were not asked for yet. They are from then on.
func (v *View) Rest() []Fact {
	rest := v.left(func(Fact) bool { return true })
	for _, f := range rest {
		v.take("fact " + f.Name)
	}
	return rest
}

// Brief are those of the facts that were not asked for that say something in a few words. They stand beside the text.
func (v *View) Brief() []Fact { return v.left(func(f Fact) bool { return !f.List() }) }

// Lists are the others: lists of sentences, which stand below the text.
func (v *View) Lists() []Fact { return v.left(Fact.List) }

func (v *View) left(which func(Fact) bool) []Fact {
	return slices.DeleteFunc(slices.Clone(v.Facts), func(f Fact) bool { return v.taken["fact "+f.Name] || !which(f) })
}

// Parts are the headings of what stands below the text, in order. It is to be asked when the facts and relations that stand
// above have been.
func (v *View) Parts() []Head {
	var list []Head
	add := func(id, title string) {
		if title != "" {
			list = append(list, Head{ID: id, Title: title})
		}
	}
	w := v.Site.Words
	if v.Kind == "owner" {
		if v.Bar != nil {
			add("hb:owned", w.ItsPages)
		}
		if len(v.Weeks) > 0 {
			add("hb:weeks", w.Weeks)
		}
		if v.ToRead != nil {
			add("hb:to-read", w.ToRead)
		}
	}
	if v.Kind == "owner" || v.Kind == "section" {
		for _, g := range v.Groups {
			add(g.ID, g.Title)
		}
	}
	if v.Compare != nil {
		add("hb:compare", w.Compare)
	}
	for _, f := range v.Lists() {
		add(f.ID(), f.Label)
	}
	for _, b := range v.Blocks {
		add(b.ID, b.Title)
	}
	for _, r := range v.Records {
		add(r.ID, r.Title)
	}
	for _, r := range v.Relating() {
		add(r.ID, r.Title)
	}
	if len(v.Related) > 0 {
		add("hb:related", w.Related)
	}
	if v.Backlinks != nil {
		add("hb:links", w.LinkedFrom)
	}
	return list
}

// Relation is the pages that refer to this one in a field, nil for none; see Fact.
func (v *View) Relation(field string) *Relation {
	i := slices.IndexFunc(v.Relations, func(r Relation) bool { return r.Field == field })
	if i < 0 {
		return nil
	}
	v.take("relation " + field)
	return &v.Relations[i]
}

// Relating are the relations that were not asked for yet.
func (v *View) Relating() []Relation {
	return slices.DeleteFunc(slices.Clone(v.Relations), func(r Relation) bool { return v.taken["relation "+r.Field] })
}

// Untells reports whether a field holds something that this audience is not told: nobody may say that it is empty.
func (v *View) Untells(field string) bool { return slices.Contains(v.Untold, field) }

func (v *View) take(what string) {
	if v.taken == nil {
		v.taken = map[string]bool{}
	}
	v.taken[what] = true
}

// TypeNames are the names of the files in types/, sorted.
func (t *Theme) TypeNames() []string { return t.types }

// lacksTypes tells of types that name a file that is not there.
func (t *Theme) lacksTypes(site *schema.Site, msgs *diag.List) {
	names := t.TypeNames()
	for _, typ := range site.Types {
		if typ.Page == "" || slices.Contains(names, typ.Page) {
			continue
		}
		help := "add the file to the site's theme, or name one of " + diag.Names(typ.Page, names)
		if near := diag.Nearest(typ.Page, names); near != "" {
			help = "did you mean " + near + "?"
		}
		msgs.Add(diag.InvalidTheme, diag.Place{File: "handbook.yaml"}, fmt.Sprintf("the type %s asks for types/%s.html, which the theme does not have", typ.Name, typ.Page), help)
	}
}

// about is what the template of a page's type shows beside the text: what it defines as "about NAME".
func (t *Theme) about(v *View) (template.HTML, error) {
	page, err := t.pages["page"]()
	if err != nil {
		return "", err
	}
	name := "about " + v.Template
	if page.all.Lookup(name) == nil {
		name = "about page"
	}
	return t.made(name, v)
}

// typed is what the template of a page's type shows above the text.
func (t *Theme) typed(v *View) (template.HTML, error) {
	name := v.Template
	if _, ok := slices.BinarySearch(t.types, name); !ok {
		name = "page"
	}
	return t.made("types/"+name+".html", v)
}

// Answer renders partials/answer.html.
func (t *Theme) Answer(a *Answer) (template.HTML, error) { return t.made("partials/answer.html", a) }

// TypeWords are the words of the templates in types/.
type TypeWords struct {
	Step       string `yaml:"step"`
	Findings   Plural `yaml:"findings"` // that are open
	Settled    string `yaml:"settled"`
	Done       string `yaml:"done"` // how many of all findings are closed
	Unanswered string `yaml:"unanswered"`
	NoVerdict  string `yaml:"no_verdict"`
	Vacant     string `yaml:"vacant"`
	Since      string `yaml:"since"`
	Questions  Plural `yaml:"questions"`
	Waiting    Plural `yaml:"waiting"` // of these, how many have no answer
	Lately     string `yaml:"lately"`
	LatelyAll  string `yaml:"lately_all"`
	Sections   string `yaml:"sections"`
	New        string `yaml:"new"` // a page that came lately
	Needs      string `yaml:"needs"`
}
