package schema

import (
	"cmp"
	"strconv"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// Phrases are the sentences about reviews in the site's language: why a page is in its state, and what owners are sent.
// They stand under `reviews` in the theme's i18n/LANGUAGE.yaml, where each has its English. Places in braces are filled
// in by Fill.
type Phrases struct {
	Date   string   `yaml:"date"`
	Months []string `yaml:"months"` // whole names, January first

	// How often a page is reviewed.

	EveryDays   Plural `yaml:"every_days"`
	EveryWeeks  Plural `yaml:"every_weeks"`
	EveryMonths Plural `yaml:"every_months"`
	EveryYears  Plural `yaml:"every_years"`

	// Why a page is in its state.

	Ended       string `yaml:"ended"`
	Never       string `yaml:"never"`
	Unplanned   string `yaml:"unplanned"`
	Once        string `yaml:"once"`
	Unreviewed  string `yaml:"unreviewed"`
	By          string `yaml:"by"` // behind a date
	Overdue     string `yaml:"overdue"`
	Due         string `yaml:"due"`
	Fresh       string `yaml:"fresh"`
	Edit        string `yaml:"edit"`     // when and by whom
	EditDay     string `yaml:"edit_day"` // when, where nobody is named
	EditOpen    string `yaml:"edit_open"`
	Changed     string `yaml:"changed"`
	ChangedEdit string `yaml:"changed_edit"`
	Section     string `yaml:"section"`
	Relies      string `yaml:"relies"`
	ReliesEdit  string `yaml:"relies_edit"`
	ReliesAway  string `yaml:"relies_away"` // on what is not named to these readers
	Tracks      string `yaml:"tracks"`
	TracksEdit  string `yaml:"tracks_edit"`
	AlsoSuspect string `yaml:"also_suspect"`

	// What owners are sent.

	Handbook  string `yaml:"handbook"` // stands for the owner when everybody is meant and the site has no name
	Calendar  string `yaml:"calendar"` // name of a calendar or feed
	Event     string `yaml:"event"`
	Reviewed  string `yaml:"reviewed"`
	BestDone  string `yaml:"best_done"`
	Nothing   string `yaml:"nothing"`
	Headline  string `yaml:"headline"` // what there is to do, in short
	ToReview  Plural `yaml:"to_review"`
	ToRead    Plural `yaml:"to_read"`
	ReadBy    string `yaml:"read_by"`
	ReadWasBy string `yaml:"read_was_by"`
	ReadAgain string `yaml:"read_again"`
	ReadDo    string `yaml:"read_do"`

	// What else there is to do, by kind.

	Answer   DutyWords `yaml:"answer"`
	Decide   DutyWords `yaml:"decide"`
	Approve  DutyWords `yaml:"approve"`
	Write    DutyWords `yaml:"write"`
	Solve    DutyWords `yaml:"solve"`
	Retest   DutyWords `yaml:"retest"`
	Conclude DutyWords `yaml:"conclude"`
	Reply    DutyWords `yaml:"reply"`
	Waiver   DutyWords `yaml:"waiver"`
	KeepDay  DutyWords `yaml:"keep_day"`

	DutyFor   string `yaml:"duty_for"`
	DutyBy    string `yaml:"duty_by"`
	DutyWas   string `yaml:"duty_was"`
	DutySince string `yaml:"duty_since"`
	DutyIn    string `yaml:"duty_in"`

	NoPage   string            `yaml:"no_page"`
	None     string            `yaml:"none"`
	NoneTill string            `yaml:"none_till"`
	AsOf     string            `yaml:"as_of"`
	Relied   Plural            `yaml:"relied"` // of an owner's own pages, how many can be relied on
	ToDo     string            `yaml:"to_do"`
	More     string            `yaml:"more"`
	Reasons  Plural            `yaml:"reasons"` // that are not told
	AllPages string            `yaml:"all_pages"`
	Labels   map[string]string `yaml:"labels"` // states in a list
}

// DutyWords are what is said of one kind of thing to do.
type DutyWords struct {
	Count   Plural `yaml:"count"`   // how many there are
	Event   string `yaml:"event"`   // what is to be done, before what it is about
	Do      string `yaml:"do"`      // how it is done; where there is a command, it ends before that
	Command string `yaml:"command"` // "handbook new"; "" for none
}

// Duty are the words of a kind of duty, by its name.
func (p *Phrases) Duty(kind string) *DutyWords {
	words := map[string]*DutyWords{"answer": &p.Answer, "decide": &p.Decide, "approve": &p.Approve, "write": &p.Write, "solve": &p.Solve, "retest": &p.Retest,
		"conclude": &p.Conclude, "reply": &p.Reply, "waiver": &p.Waiver, "day": &p.KeepDay}[kind]
	if words == nil {
		words = &DutyWords{}
	}
	return words
}

// Plural is a phrase in the singular and in the plural; {n} stands for the number. Languages that have more forms than
// English write those too, under the names that Unicode gives them (cldr.unicode.org, plural rules).
type Plural struct {
	Zero  string `yaml:"zero"`
	One   string `yaml:"one"`
	Two   string `yaml:"two"`
	Few   string `yaml:"few"`
	Many  string `yaml:"many"`
	Other string `yaml:"other"`

	Language string `yaml:"-"` // whose rules hold; "" for those of English
}

// Count puts a number into a phrase. A form that is not written is that for other numbers.
func (p Plural) Count(n int) string {
	form := p.Other
	switch p.rule(n) {
	case plural.Zero:
		form = cmp.Or(p.Zero, form)
	case plural.One:
		form = cmp.Or(p.One, form)
	case plural.Two:
		form = cmp.Or(p.Two, form)
	case plural.Few:
		form = cmp.Or(p.Few, form)
	case plural.Many:
		form = cmp.Or(p.Many, form)
	}
	return Fill(form, "n", strconv.Itoa(n))
}

func (p Plural) rule(n int) plural.Form {
	switch {
	case p.Language != "":
		return plural.Cardinal.MatchPlural(language.Make(p.Language), n, 0, 0, 0, 0)
	case n == 1:
		return plural.One
	}
	return plural.Other
}

// Day writes a date as people say it: "28 October 2026".
func (p *Phrases) Day(d Date) string {
	month := strconv.Itoa(d.Month)
	if d.Month >= 1 && d.Month <= len(p.Months) {
		month = p.Months[d.Month-1]
	}
	return Fill(p.Date, "day", strconv.Itoa(d.Day), "month", month, "year", strconv.Itoa(d.Year))
}

// Every says how often: "every 6 months".
func (p *Phrases) Every(i Interval) string {
	return map[Unit]Plural{Days: p.EveryDays, Weeks: p.EveryWeeks, Months: p.EveryMonths, Years: p.EveryYears}[i.Unit].Count(i.Count)
}

// Fill fills the places of a phrase: pairs of a place's name and its value. Braces in values stay as they are.
func Fill(phrase string, pairs ...string) string {
	var b strings.Builder
	size := len(phrase)
	for i := 1; i < len(pairs); i += 2 {
		size += len(pairs[i])
	}
	b.Grow(size)
	for {
		before, rest, found := strings.Cut(phrase, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		at := 0
		for at+1 < len(pairs) && pairs[at] != name {
			at += 2
		}
		if !closed || at+1 >= len(pairs) {
			b.WriteByte('{')
			phrase = rest
			continue
		}
		b.WriteString(pairs[at+1])
		phrase = after
	}
}
