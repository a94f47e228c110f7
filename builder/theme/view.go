package theme

import (
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"unicode"

	"handbook/builder/schema"
)

// This file is the manual for writers of themes: everything that a template sees is declared and explained here.
//
// Every output is made by one template with one View as its dot. base.html is the frame; page.html, section.html,
// home.html, tag.html, tags.html, owner.html, all.html, search.html, changes.html and 404.html define "main", which
// the frame shows.
// redirect.html has no "main" and stands alone. The files in partials/ can be used by all of them; nav.html is
// given a Nav instead of a View; view.html and those in views/, one for each layout, a Block, which blocks.go explains; links.html,
// top.html and end.html, which are made once for all pages, the Site.
// types/NAME.html is what a page of a type shows above its text; types.go explains what they are given.
//
// A field that does not apply is empty, and {{with}} leaves it out. Functions for all templates:
//
//	date Day                  <time datetime="2026-10-28">28 Oct 2026</time>
//	week Day                  the same without the year
//	say "Built {date}" "date" (date .Site.Today)    fills the places of a sentence; the text around is escaped
//	piece "mark" .Mark                              a template of this theme for a badge, made once for equal badges
//	count Plural 12           "12 pages", in the words of the language
//	percent 11 12             91, rounded down so that only all is 100
//	typed .                   what types/NAME.html makes of the View, for the name in its Template
//	about .                   what it defines as "about NAME", rows of the list of facts
//	layout .                  what partials/views/NAME.html makes of a Block, for the name in its Layout
//	words                     the interface's words, for a part whose dot is not the View
//	link .Name .URL           <a href="/teams/payments/">Payments</a>
//	figure "overdue" 3        a number that the browser's script keeps true, inside an element with Bar.Data
//
// All addresses begin with the site's base path and can be written into href as they are.
//
// Pages age in the browser. What is called Dates, Before, After, Ages or Data are attributes that tell the script what
// it needs to know, to be written inside a tag: <li{{.Badge.After}}>. They also hide what does not show on the day of
// the build.

// View is what the template of one output sees.
//
// The tag `from` says which part of the handbook a field comes from; it is what `handbook explain` prints.
type View struct {
	Site *Site `from:"site"`

	Kind        string // the template's name without ".html": "page", "section", "owner"…
	Title       string `from:"its text"` // plain text; also the page's only h1
	Summary     string `from:"its text"` // one sentence under the title, from the frontmatter's description; often empty
	Description string `from:"its text"` // for search engines: the summary, else the first paragraph; often empty
	URL         string `from:"its text"` // "/specs/checkout/"; for a redirect the address it leads to
	Canonical   string `from:"its text"` // the absolute address; empty when the site's address is not known
	Type        string `from:"its text"` // the document's type as in frontmatter: "spec"; empty on generated pages
	Label       string `from:"its text"` // the type as people say it: "Spec"
	Template    string `from:"its text"` // which file of types/ shows what is particular to its type: "spec"
	Minutes     int    `from:"its text"` // reading time, at least 1; 0 where there is no text to read
	EditURL     string `from:"its text"` // where the page's source can be edited; often empty
	History     string `from:"its text"` // where its history is
	Markdown    string `from:"its text"` // the address of its Markdown; empty when that is not published
	TOC         []Head `from:"its text"` // "on this page"; empty for fewer than two headings
	Italic      bool   `from:"its text"` // some words of the text are in italics
	Rare        bool   `from:"its text"` // it has what text.css is for: tabs, embeds, lists of definitions…
	Text        uint64 `from:"its text"` // a sum of the page's file; it stands for the words of Body

	Body  Fragment `from:"its links"` // the text; {{.Body.HTML}}
	Crowd *Crowd   `from:"its links"` // that many of the pages that it links to are overdue, now or later; nil for never
	Wide  bool     `from:"its text"`  // whether its text takes all the room there is, for large tables
	None  bool     `from:"its text"`  // the page of a section that has neither text nor anything in it

	Crumbs []Link   `from:"its branch"` // from the home page to the page's folder, without the page itself
	Nav    Fragment `from:"its branch"` // the navigation, prepared by partials/nav.html; {{.Nav.HTML}}
	Prev   *Link    `from:"its branch"` // the page before in reading order
	Next   *Link    `from:"its branch"` // the page after

	Print     string     `from:"its branch"` // the address of this section as one document to print; empty where there is none
	Documents []Document `from:"its list"`   // print.html: the section and its pages, in reading order

	Trust   *Trust  `from:"its review"` // who answers for the page and since when it can be trusted; nil on generated pages
	Notice  *Notice `from:"its review"` // the warning above the text on the day of the build; nil most of the time
	Diffs   []Diff  `from:"its review"` // changes.html: what changed since the review, the worst first
	Command string  `from:"its review"` // changes.html: the command that records a review of the page, or that it was read
	AskFor  string  `from:"its review"` // changes.html: a sentence that says when to use Command

	FAQ Fragment `from:"its links"` // the questions of an FAQ for search engines, as schema.org has them; {{.FAQ.HTML}}

	Compare   *Comparison `from:"its fields"` // pages that are laid side by side; nil for none
	Proposals []Proposal  `from:"proposals"`  // what is proposed to change on the page
	SignOff   *SignOff    `from:"sign-off"`   // who has to read the page, and who has; nil for nobody
	ToRead    *ToRead     `from:"sign-off"`   // owner.html: what they have to read; nil for nothing

	Life      *Life         `from:"its fields"` // how far it has come in the life of its type; nil for none
	Meter     *Meter        `from:"its fields"` // findings that are closed, questions that are answered; nil for none
	Front     *Front        `from:"its list"`   // home.html: what is new and what needs someone
	Facts     []Fact        `from:"its fields"` // what the page says in the fields of its type
	Progress  *Progress     `from:"its fields"` // how far the findings of a beta report have been dealt with; nil for none
	Records   []RecordTable `from:"its fields"` // fields that hold records, such as the findings of a beta report
	Relations []Relation    `from:"relations"`  // pages that refer to this one in their fields
	Untold    []string      `from:"relations"`  // the fields of both kinds that hold what this audience is not told

	Blocks []Shown `from:"its views"` // views that the page's type shows below the text, with their headings

	Tags      []Link     `from:"tags"`
	Related   []Row      `from:"related pages"` // "you may also be interested in"
	Backlinks *Backlinks `from:"backlinks"`     // nil when nothing links here
	Groups    []Group    `from:"its list"`      // lists of pages: what a section holds, what an owner owns, all pages
	Pager     *Pager     `from:"its list"`      // nil when the list fits on one page
	Letters   []Link     `from:"its list"`      // all.html: the alphabet, each with the address of its first page
	Owner     *OwnerCard `from:"its list"`      // owner.html: who this is; nil elsewhere
	Bar       *Bar       `from:"its list"`      // owner.html and the home page: pages by state; nil elsewhere
	Weeks     Weeks      `from:"its list"`      // owner.html: the coming reviews, this week first

	taken map[string]bool // facts and relations that its type's template has shown; see Fact
}

// Site is the same for every output of a build.
type Site struct {
	Name        string
	Description string
	Language    string // "en"
	Dir         string // "ltr" or "rtl"
	Home        string // address of the home page: "/"
	Health      string // address of the health page
	All         string // address of the list of all pages
	Search      string // address of the search page; empty when search is off
	SearchIndex string // address of the folder with the search index, where it is not data/ below the search page
	Tags        string // address of the list of tags; empty when there are none
	Lists       []Link // further lists of the whole handbook, such as what has to be read
	Today       Day    // the day of the build
	Feed        string // address of the Atom feed of what changed; empty when there is none
	Origin      string // what makes an address whole: "https://handbook.example.com"; empty when it is not known
	Built       string // what it was built from: "4c1f2ab"; often empty
	Words       *Words // the interface's words in the site's language
	Fonts       bool   // the theme's own typefaces are used, rather than those of the reader's system
	Base        string // the base path, "/" or "/team/"; with Asset it makes an address of a file in assets/

	// What is the same on every page, made once by the partial of that name; {{.Site.Links.HTML}}.

	Links Fragment // what the head asks for: stylesheet, script, typefaces
	Top   Fragment // the skip link and the top bar
	End   Fragment // the foot

	assets map[string]string // name in assets/ to its path in the output; covered by the theme's sum
}

// Asset is the address of a file in the theme's assets/: {{.Site.Asset "favicon.svg"}}. The joined stylesheet and
// script are "handbook.css" and "handbook.js"; the parts in styles/charts/ are "charts.css", and so on.
func (s *Site) Asset(name string) (string, error) {
	path, ok := s.assets[name]
	if !ok {
		return "", fmt.Errorf("no file %q in the theme's assets", name)
	}
	return s.Base + path, nil
}

// once are the pieces that are made once for all pages, by the name of their partial.
func (s *Site) once() map[string]*Fragment {
	return map[string]*Fragment{"links": &s.Links, "top": &s.Top, "end": &s.End}
}

// Fragment is a piece of finished HTML that is made when a template asks for it.
type Fragment struct {
	Sum  uint64 // of everything the HTML is made of
	Make func() (template.HTML, error)
}

// HTML is the finished piece, empty for an empty Fragment.
func (f Fragment) HTML() (template.HTML, error) {
	if f.Make == nil {
		return "", nil
	}
	return f.Make()
}

// Day is a calendar day; it prints as "2026-10-28", and the zero Day, which means none, as nothing. {{date .Next}}
// writes it for people; {{if not .Next.IsZero}} asks whether there is one.
type Day = schema.Date

// Link is a title with an address. An empty URL means that there is nothing to link to.
type Link struct {
	Title string
	URL   string
	Count int // how many pages stand behind it, where that is shown
}

// Head is one heading in "on this page".
type Head struct {
	ID, Title string
	Deep      bool // below another heading of the list
}

// Shown is a view below the text, with its heading.
type Shown struct {
	Head
	Fragment
}

// Badge says how far a page can be trusted. It carries the dates, so that the browser can age it after the build: write
// its state, its arc and its Dates into the tag, as partials/badge.html does.
type Badge struct {
	State    string // "overdue", "suspect", "changed", "unreviewed", "due", "fresh", "exempt", "unowned" or "draft"
	Word     string // the state in words: "Verified"
	Reviewed Day    // the last review
	Warn     Day    // from this day a review is due soon
	Next     Day    // from this day the review is overdue
	Arc      int    // the share of the review period that is left, in steps of an eighth: 0 to 48
}

// Due is the day of the next review, and how many days before it the warning begins where it has not yet:
// "2027-01-26-14". It is empty where time changes nothing any more.
func (b Badge) Due() string {
	switch {
	case !b.Coming() || b.State == "exempt":
		return ""
	case b.State == "fresh":
		return b.Next.String() + "-" + strconv.Itoa(b.Warn.DaysUntil(b.Next))
	}
	return b.Next.String()
}

// Dates are the attributes by which the script works out the state on the day of reading.
func (b Badge) Dates() template.HTMLAttr {
	due := b.Due()
	if due == "" {
		return ""
	}
	s := ` data-due="` + due + `"`
	if !b.Reviewed.IsZero() {
		s += ` data-reviewed="` + b.Reviewed.String() + `"`
	}
	return template.HTMLAttr(s)
}

// Coming reports whether there is a review to come.
func (b Badge) Coming() bool { return !b.Next.IsZero() && b.State != "overdue" }

// Before are the attributes of an element that shows until the review is overdue; they are empty without a review to
// come. After are those of one that shows from then on.
func (b Badge) Before() template.HTMLAttr { return b.ages("until", b.State == "overdue") }

// After is explained at Before.
func (b Badge) After() template.HTMLAttr { return b.ages("from", b.State != "overdue") }

func (b Badge) ages(when string, hidden bool) template.HTMLAttr {
	if b.Next.IsZero() {
		return ""
	}
	return Ages(when, b.Next, hidden)
}

// Ages are the attributes of an element that shows until a day, or from a day on; hidden, where it does not today.
func Ages(when string, day Day, hidden bool) template.HTMLAttr {
	s := " data-" + when + `="` + day.String() + `"`
	if hidden {
		s += " hidden"
	}
	return template.HTMLAttr(s)
}

// Trust is the row under the title, with the panel that its badge opens.
type Trust struct {
	Around    Fragment // a picture of what the page relies on and what relies on it; of most pages nothing
	Owner     *Person  // nil: nobody
	Unowned   Badge    // to show when Owner is nil; without a state where readers are not told who it is
	Status    string
	Badge     Badge
	By        Link     // who reviewed last; its Title is empty when that is not known
	Reasons   []Reason // what explains the badge, the worst first
	Details   []string // sentences about what does not change the badge
	Plan      Day      // the Monday of the week in which the review is best done; none when that is the week of Badge.Next
	Reviews   []Review // the last reviews, the latest first, at most five
	Earlier   int      // how many reviews there were before these
	Changed   Day      // the last change of the text; none when it is not known
	ChangedBy Link     // who made it; its Title is empty when it is not committed yet
	Loud      bool     // readers are warned above the text: now by Notice, or when the review is overdue
}

// Reason is one thing that holds for a page, in a sentence.
type Reason struct {
	State    string
	Sentence string
	Diff     string // the address of what changed; often empty
}

// Review is one review of a page.
type Review struct {
	Day  Day
	By   Link
	Note string
}

// Person is an owner as shown on their pages.
type Person struct {
	Name, URL string
	Initials  string // at most two letters
	Channel   string // "#payments"
	Email     string
}

// Notice is a warning above the text. It makes way for another when the review is overdue.
type Notice struct {
	State  string // the state that it comes from, or "unowned"
	Reason string // one sentence; empty for "unowned"
	Diff   string // the address of what changed; often empty
}

// Helped reports whether readers of a page that they are warned of are told whom to ask, or how to mend it.
func (v *View) Helped() bool { return v.Trust != nil && v.Trust.Owner != nil || v.EditURL != "" }

// Crowd says that more than a third of the pages that a text links to are overdue, so that no word need stand behind each link.
type Crowd struct {
	From Day // since when; none for always
}

// Ages are the attributes of what says so.
func (c *Crowd) Ages() template.HTMLAttr {
	if c.From.IsZero() {
		return ""
	}
	return Ages("from", c.From, true)
}

// Row is one page in a list; partials/row.html shows it in every one.
type Row struct {
	Title, URL string
	Summary    string
	Sentence   template.HTML // in place of Summary, of a page that links here
	Label      string        // its type: "Spec"; empty for a plain page, and where all of the list are of one type
	Badge      *Badge        // nil for pages that nobody has to review
	Unowned    *Badge        // not nil when the handbook has owners and this page has none
	Owner      Link
	Pages      int               // for a section: how many pages it holds
	Links      int               // how many pages link here, where that is shown
	Mark       *Badge            // the one thing to say of it in a narrow place: nil when there is nothing to warn of
	Dates      template.HTMLAttr // for the tag of the link that Mark stands in, as Badge.Dates
	Coming     bool              // it belongs here only when its review is overdue: write Badge.After into its tag
}

// Fact is one field of a page and what the page says in it.
type Fact struct {
	Name   string // the key: "product"; "superseded_by" for what has taken the page's place
	Label  string // "Product"
	Values []Said
	More   int // how many further ones are not shown
}

// ID is that of the heading over a list of sentences.
func (f Fact) ID() string { return "hb:field-" + f.Name }

// List reports whether the values are sentences, which read as a list.
func (f Fact) List() bool {
	return len(f.Values) > 1 && f.Wide() && !slices.ContainsFunc(f.Values, func(s Said) bool { return s.URL != "" || s.Broken != "" || !s.Day.IsZero() || s.Label != "" })
}

// Wide reports whether some value is too long for a narrow column.
func (f Fact) Wide() bool {
	return slices.ContainsFunc(f.Values, func(s Said) bool { return len(s.Text) > 28 })
}

// Said is one value of a field.
type Said struct {
	Label  string            // inside a record: the name of the value; often empty
	Text   string            // as readers see it; empty for a day
	URL    string            // of the page that it refers to, or of another site; often empty
	Broken string            // why a reference leads nowhere; often empty
	Day    Day               // of a date
	Late   *AgedBadge        // behind the last day on which it is done in time; nil for what needs no doing
	Mark   *Badge            // of the page that it refers to, as in Row
	Dates  template.HTMLAttr // for the tag of the link, as Badge.Dates
}

// RecordTable is a field that holds records, one a row.
type RecordTable struct {
	ID    string // of its heading
	Title string
	Head  []string
	Rows  [][][]Said // by row and column; a cell may hold several values, or none
	More  int        // how many further ones are not shown
}

// Relation is the pages that refer to this one in one field.
type Relation struct {
	ID    string // of its heading
	Title string // the relation as it is called from this side: "Answered by"
	Field string // the field by which they refer to it: "needs"
	Rows  []Row  // Label is the page's status. Of a record: Summary is its title, Label its status
	More  int    // how many further ones are not shown
}

// Group is a list of pages under a heading.
type Group struct {
	ID    string // of the heading, unique on the page
	Title string // empty for a list without a heading
	Note  string // a sentence under the heading
	None  string // a sentence in its place when no row shows; empty when one does
	More  string // a sentence about rows that are left out; often empty
	Rows  []Row
	// When Note, None and More show, for the tags of their elements; see Badge.Before.
	NoteAges, NoneAges, MoreAges template.HTMLAttr
}

// Document is one page within a document to print.
type Document struct {
	ID      string // of the page within the document; links to the page lead there
	Title   string
	Depth   int // how far below the section the page stands; 0 for the section's own page, whose title is the document's
	URL     string
	Summary string
	Label   string // its type: "Spec"; empty for a plain page
	Status  string
	Owner   string
	Badge   *Badge // nil for pages that nobody has to review
	Reason  string // why it cannot be relied on, in a sentence; often empty
	Body    Fragment
}

// Pager leads through a list that is spread over several pages.
type Pager struct {
	Page, Pages int // counted from 1
	Total       int // entries of the whole list
	Prev, Next  *Link
}

// Backlinks are the pages that link here.
type Backlinks struct {
	Total int
	First []Row // shown at once, each with the sentence around its link
	Rest  []Row // folded
	More  int   // how many further ones are not shown
}

// Quote is a sentence with the words of its link in bold; the sentence alone where they are not known.
func Quote(before, link, after string) template.HTML {
	esc := template.HTMLEscapeString
	if link == "" {
		return template.HTML(esc(before + after))
	}
	return template.HTML(esc(before) + "<b>" + esc(link) + "</b>" + esc(after))
}

// OwnerCard is what is known of a team or a person.
type OwnerCard struct {
	Initials   string
	Department string
	Channel    string
	Email      string
	Members    []Link
	Owns       int
	Calendar   string // the address of the coming reviews as a calendar; empty when nothing was ever reviewed
	Feed       string // the same as an Atom feed
}

// Bar counts pages by state.
type Bar struct {
	Total   int // pages that are counted
	Needed  int // pages that need reviews
	Relied  int // of these, those that can be relied on: reviewed as they read, and inside their review date
	Inside  int // of these, inside their review date, whether or not the text has changed since
	Overdue int
	Unowned int
	Counts  []Count
	// Moves is what time will change unless somebody reviews: "2027-01-26do3-2" says that on this day three pages go from
	// due to overdue, whose reviews are best done two weeks before that week. States are named by their first letters.
	Moves string
}

// Data are the attributes by which the script keeps figures, bars and weeks in an element true.
func (b Bar) Data() template.HTMLAttr {
	s := ""
	for _, c := range b.Counts {
		if c.N > 0 && c.State != "" {
			s += c.State[:1] + strconv.Itoa(c.N)
		}
	}
	return template.HTMLAttr(` data-counts="` + s + `" data-moves="` + b.Moves + `"`)
}

// Count is one stretch of a Bar.
type Count struct {
	Badge // its state and word
	N     int
	X, W  int // where its stretch of the bar stands, in thousandths
}

// Week is one week of the coming reviews.
type Week struct {
	Monday       Day
	Due, Planned int // reviews that fall due in it, and those that are best done in it
	X            int // where it stands in a chart of the weeks: 0, 10, 20…
	// How large they are in thousandths of the largest in the chart.
	DuePart, PlannedPart int
}

// Weeks are the coming weeks, this one first.
type Weeks []Week

// Due is how many reviews fall due in them.
func (w Weeks) Due() (n int) {
	for _, week := range w {
		n += week.Due
	}
	return n
}

// Few reports whether there is so little to do that it is sooner said than drawn.
func (w Weeks) Few() bool { return w.Due() < 4 }

// Diff is a text as the reviewer read it and as it reads now. Rows lays the two side by side.
type Diff struct {
	ID       string   // of its heading
	Title    string   // the page, or the section of it
	URL      string   // where that stands
	Sentence string   // what changed, when and by whom
	Was      string   // the head of the old text, with a place for its day: "As reviewed on {date}"
	Day      Day      // of the old text
	Is       string   // the head of the new text; empty for "As it now reads"
	Most     int      // rows that are shown; 0 for as many as a page can hold
	Old, New []string // paragraphs, headings, list items, table rows
}

// Nav is what partials/nav.html sees.
type Nav struct {
	Site     *Site
	HomeHere template.HTMLAttr // as NavItem.Here, for the home page
	// Likewise for the health page and for the list of all pages.
	HealthHere, AllHere template.HTMLAttr
	Boards              []Board // the pages that show the whole handbook from one side
	AtBoard             bool    // the navigation is that of the home page or of a board
	Items               []NavItem
	More                *Link // the whole list, when Items is only a part of it
}

// Late are the attributes by which the script says of a section that further pages of it are overdue from a day on.
func Late(day Day) template.HTMLAttr {
	if day.IsZero() {
		return ""
	}
	return template.HTMLAttr(` data-late="` + day.String() + `"`)
}

// Board is a page that shows the whole handbook from one side, such as the document plan.
type Board struct {
	Title, URL string
	Counts     bool              // it lists what somebody has to do something about, and Open is how much that is
	Open       Number            // 0 for nothing to do
	Word       string            // what these are, with a place for the number: "{n} open"
	Here       template.HTMLAttr // as NavItem.Here
}

// NavItem is one entry of the navigation. One without URL is words that stand above what follows; one may lead to another site.
type NavItem struct {
	Title, URL string
	Section    bool
	// Here must stand inside the entry's <a>: it becomes aria-current="page" on the entry's own page. The
	// navigation is made once for a folder, so the template cannot tell which page it is on.
	Here  template.HTMLAttr
	Dates template.HTMLAttr // for the same tag, as Badge.Dates
	Mark  *Badge            // nil when there is nothing to warn of; of a section whose pages are not marked, the worst of theirs
	Count int               // how many pages of the section are in that state; 0 where the mark is the page's own
	Items []NavItem
	More  *Link // the whole section, when Items is only a part of it
}

// Words are the interface's words in one language, from i18n/LANGUAGE.yaml; i18n/en.yaml shows each with its English.
// Places in braces are filled in with say, numbers with count.
type Words struct {
	// How the language writes.

	Dir      string   `yaml:"dir"` // "ltr" or "rtl"
	DateForm string   `yaml:"date_form"`
	WeekForm string   `yaml:"week_form"` // a day without its year
	Months   []string `yaml:"months"`    // short names, January first
	Percent  string   `yaml:"percent"`

	Search   SearchWords  `yaml:"search"`
	Types    TypeWords    `yaml:"types"`
	Pictures PictureWords `yaml:"pictures"`

	// The frame.

	Skip       string `yaml:"skip"`
	Menu       string `yaml:"menu"`       // the button that opens the navigation on a phone
	Navigation string `yaml:"navigation"` // name of the navigation, for screen readers
	Site       string `yaml:"site"`       // name of the links at the foot, for screen readers
	Home       string `yaml:"home"`
	Health     string `yaml:"health"`
	AllPages   string `yaml:"all_pages"`
	Crumbs     string `yaml:"crumbs"` // for screen readers

	SchemeAuto  string `yaml:"scheme_auto"` // the switch of colours says what holds
	SchemeLight string `yaml:"scheme_light"`
	SchemeDark  string `yaml:"scheme_dark"`
	Copy        string `yaml:"copy"` // on a block of code
	Copied      string `yaml:"copied"`
	Diagram     string `yaml:"diagram"` // for screen readers
	Zoom        string `yaml:"zoom"`    // on a picture
	Close       string `yaml:"close"`

	BuiltOn   string `yaml:"built_on"`
	BuiltFrom string `yaml:"built_from"`

	// Under the title.

	Owner            string `yaml:"owner"`
	Status           string `yaml:"status"`
	Freshness        string `yaml:"freshness"`
	Changed          string `yaml:"changed"`
	About            string `yaml:"about"`              // opens all that is about the page
	AboutAndContents string `yaml:"about_and_contents"` // the same, with its contents
	Nobody           string `yaml:"nobody"`
	ByName           string `yaml:"by_name"`
	Reviewed         string `yaml:"reviewed"`
	// Behind a badge.
	ReviewedOn   string `yaml:"reviewed_on"`
	OverdueSince string `yaml:"overdue_since"`
	By           string `yaml:"by"`
	Why          string `yaml:"why"`
	Edit         string `yaml:"edit"`
	History      string `yaml:"history"`
	Length       string `yaml:"length"`
	Minutes      Plural `yaml:"minutes"`

	// The panel that the badge opens.

	PanelNext    string `yaml:"panel_next"`
	PanelPlan    string `yaml:"panel_plan"`
	PanelReviews string `yaml:"panel_reviews"`
	PanelEarlier string `yaml:"panel_earlier"`
	SeeChange    string `yaml:"see_change"`

	// What changed since the review.

	ChangesTitle string `yaml:"changes_title"`
	ChangesNote  string `yaml:"changes_note"`
	ChangesNext  string `yaml:"changes_next"`
	DiffSection  string `yaml:"diff_section"`
	DiffOld      string `yaml:"diff_old"`
	DiffNew      string `yaml:"diff_new"`
	DiffWas      string `yaml:"diff_was"` // for screen readers
	DiffIs       string `yaml:"diff_is"`  // for screen readers
	DiffLinks    string `yaml:"diff_links"`
	DiffSame     Plural `yaml:"diff_same"`
	DiffMore     Plural `yaml:"diff_more"`

	// Pages that ask to be read.

	SignOff       string `yaml:"sign_off"`
	SignOffCount  string `yaml:"sign_off_count"`
	SignOffBy     string `yaml:"sign_off_by"`
	SignOffWasBy  string `yaml:"sign_off_was_by"`
	SignOffOpen   string `yaml:"sign_off_open"`
	SignOffDone   string `yaml:"sign_off_done"`
	SignOffBefore string `yaml:"sign_off_before"`
	SignOffOn     string `yaml:"sign_off_on"`
	SignOffNext   string `yaml:"sign_off_next"`
	ToRead        string `yaml:"to_read"`
	ToReadTeam    string `yaml:"to_read_team"`
	ToReadNothing string `yaml:"to_read_nothing"`
	ToReadDone    Plural `yaml:"to_read_done"`
	ChangesRead   string `yaml:"changes_read"`
	DiffRead      string `yaml:"diff_read"`
	DiffReadBy    string `yaml:"diff_read_by"`

	// Questions and answers.

	QuestionsOther string `yaml:"questions_other"` // of no product
	UnansweredHere string `yaml:"unanswered_here"` // in place of an answer

	// What has changed in the last weeks.

	RecentWeek      string `yaml:"recent_week"`
	RecentNoHistory string `yaml:"recent_no_history"`
	RecentBefore    string `yaml:"recent_before"`
	RecentAfter     string `yaml:"recent_after"`

	// Pages side by side.

	Compare     string `yaml:"compare"`
	CompareNote string `yaml:"compare_note"`

	// Proposals to change a page.

	Proposed        string `yaml:"proposed"`
	ProposedSection string `yaml:"proposed_section"`
	DecideBy        string `yaml:"decide_by"`
	DecideWasBy     string `yaml:"decide_was_by"`
	Agreed          string `yaml:"agreed"`
	AgreedOn        string `yaml:"agreed_on"`

	// Warnings above the text.

	NoticeTitle        string `yaml:"notice_title"`
	NoticeMore         string `yaml:"notice_more"` // opens what to do
	NoticeDue          string `yaml:"notice_due"`  // when the review has become overdue since the build
	NoticeAsk          string `yaml:"notice_ask"`
	NoticeAskIn        string `yaml:"notice_ask_in"`
	NoticeEdit         string `yaml:"notice_edit"`
	NoticeUnownedTitle string `yaml:"notice_unowned_title"`
	NoticeUnowned      string `yaml:"notice_unowned"`

	// Around the text.

	OnThisPage   string `yaml:"on_this_page"`
	Embedded     string `yaml:"embedded"` // under a piece of another page that is shown in place
	Tags         string `yaml:"tags"`
	Related      string `yaml:"related"`
	LinkedFrom   string `yaml:"linked_from"`
	LinkedMore   string `yaml:"linked_more"` // opens the folded rest
	LinkedHidden string `yaml:"linked_hidden"`
	Previous     string `yaml:"previous"`
	Next         string `yaml:"next"`
	Turn         string `yaml:"turn"`  // for screen readers
	Pager        string `yaml:"pager"` // for screen readers
	PagerAt      string `yaml:"pager_at"`
	AllOf        string `yaml:"all_of"` // in the navigation, when a section is too long for it

	// Sections, tags, owners.

	EmptySection string            `yaml:"empty_section"`
	TagsNote     string            `yaml:"tags_note"`
	TagTitle     string            `yaml:"tag_title"`
	Owns         string            `yaml:"owns"`
	ItsPages     string            `yaml:"its_pages"` // over the states of what an owner owns
	OwnsNote     string            `yaml:"owns_note"`
	OwnsNothing  string            `yaml:"owns_nothing"`
	OwnsMembers  string            `yaml:"owns_members"`
	Progress     string            `yaml:"progress"`      // how far findings have been dealt with
	ProgressDone string            `yaml:"progress_done"` // how many of them need nothing more
	Steps        map[string]string `yaml:"steps"`         // how far a finding has come
	Facts        string            `yaml:"facts"`         // for screen readers
	Yes          string            `yaml:"yes"`
	No           string            `yaml:"no"`
	NotShown     string            `yaml:"not_shown"`
	Feeds        string            `yaml:"feeds"`
	Calendar     string            `yaml:"calendar"`
	Feed         string            `yaml:"feed"`
	Contact      string            `yaml:"contact"` // for screen readers
	Members      string            `yaml:"members"`
	Channel      string            `yaml:"channel"`
	Email        string            `yaml:"email"`
	Department   string            `yaml:"department"`

	// Health.

	HealthNone  string `yaml:"health_none"`
	Relied      Plural `yaml:"relied"` // the one sentence about how pages stand
	UnownedLine Plural `yaml:"unowned_line"`
	ReliedHead  string `yaml:"relied_head"` // head of a column
	ReliedOf    string `yaml:"relied_of"`   // in it
	Weeks       string `yaml:"weeks"`
	WeeksNote   string `yaml:"weeks_note"`
	WeeksFew    string `yaml:"weeks_few"`   // in place of the weeks where hardly any review falls due
	Week        string `yaml:"week"`        // head of a column
	WeeksShort  string `yaml:"weeks_short"` // head of a column
	Due         string `yaml:"due"`         // head of a column
	Planned     string `yaml:"planned"`     // head of a column
	State       string `yaml:"state"`
	Inside      string `yaml:"inside"` // head of the column with shares
	Overdue     string `yaml:"overdue"`
	HomeSection string `yaml:"home_section"`

	// Lists of everything.

	AllNote      string `yaml:"all_note"`
	Letters      string `yaml:"letters"`       // for screen readers
	OtherLetters string `yaml:"other_letters"` // stands for all that does not begin with a letter
	NotFound     string `yaml:"not_found"`
	NotFoundNote string `yaml:"not_found_note"`
	NotFoundNear string `yaml:"not_found_near"`
	NotFoundAsk  string `yaml:"not_found_ask"` // who answers for the part in which there is no such page
	Moved        string `yaml:"moved"`
	MovedTo      string `yaml:"moved_to"`

	OpenSection string `yaml:"open_section"` // for screen readers
	Boards      string `yaml:"boards"`       // the pages that show the whole handbook from one side
	// What a board counts, by its name; "other" for those that are not named.
	BoardOpen map[string]string `yaml:"board_open"`

	// Print.

	Print     string `yaml:"print"`
	PrintNote string `yaml:"print_note"`
	Contents  string `yaml:"contents"`

	// Views.

	ViewOwn     string            `yaml:"view_own"` // before the command that makes a built-in page one's own
	ViewWrong   string            `yaml:"view_wrong"`
	ViewShown   string            `yaml:"view_shown"`
	ViewMore    string            `yaml:"view_more"` // in its place when time has added rows that are not kept ready
	ViewFile    string            `yaml:"view_file"`
	ViewGap     string            `yaml:"view_gap"`
	ViewUnset   string            `yaml:"view_unset"` // over rows that have nothing by which they are grouped
	ViewEmpty   string            `yaml:"view_empty"`
	ViewNone    string            `yaml:"view_none"` // a column of a board without a card
	ViewAll     string            `yaml:"view_all"`  // what the rows are when they are pages of all types
	ViewToday   string            `yaml:"view_today"`
	ViewRadar   string            `yaml:"view_radar"` // for screen readers
	ViewRows    Plural            `yaml:"view_rows"`
	ViewYes     string            `yaml:"view_yes"`
	ViewNo      string            `yaml:"view_no"`
	ViewMoved   map[string]string `yaml:"view_moved"` // by the way that an entry of a radar moved
	ViewPlan    map[string]string `yaml:"view_plan"`  // by the state of a document in a plan, or of a page that is to be read
	ViewLists   map[string]string `yaml:"view_lists"` // what the rows are when they are neither pages of a type nor records
	ViewChange  map[string]string `yaml:"view_change"`
	ViewTask    map[string]string `yaml:"view_task"`
	ViewWhen    map[string]string `yaml:"view_when"`
	ViewSince   string            `yaml:"view_since"`
	ViewWhere   string            `yaml:"view_where"`
	ViewUndated string            `yaml:"view_undated"` // it asks how fresh pages are, and none has to be reviewed
	ViewUnowned string            `yaml:"view_unowned"` // it asks for owners, and no page has one
	ViewFields  map[string]string `yaml:"view_fields"`  // heads of columns

	// For machines.

	FeedTitle string `yaml:"feed_title"`
	LlmsNote  string `yaml:"llms_note"`

	// Within the text of a page.

	Text schema.TextWords `yaml:"text"`

	// Why a page is in its state, and what owners are sent.

	Reviews schema.Phrases `yaml:"reviews"`

	// With a number.

	Pages   Plural `yaml:"pages"`
	Readers Plural `yaml:"readers"`
	Linking Plural `yaml:"linking"`

	// What is known of a page, by state: as its badge says it, and beside a link in as few letters as possible.

	States map[string]string `yaml:"states"`
	Marks  map[string]string `yaml:"marks"`
	Crowd  string            `yaml:"crowd"` // the same of many pages at once
}

// Plural is a phrase in the singular and in the plural; {n} stands for the number.
type Plural = schema.Plural

// Initials are the first letters of the first and last word of a name, in capitals.
func Initials(name string) string {
	var first, last rune
	start := true
	for _, r := range name {
		letter := unicode.IsLetter(r) || unicode.IsDigit(r)
		if letter && start {
			if first == 0 {
				first = unicode.ToUpper(r)
			} else {
				last = unicode.ToUpper(r)
			}
		}
		start = !letter
	}
	return string(slices.DeleteFunc([]rune{first, last}, func(r rune) bool { return r == 0 }))
}
