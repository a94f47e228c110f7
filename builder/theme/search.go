package theme

// SearchWords are the words of the search. The script in the browser gets them with the index; places in braces are
// filled in there.
type SearchWords struct {
	Title   string   `yaml:"title" json:"title"`     // of the page and the dialog
	Note    string   `yaml:"note" json:"-"`          // under the title of the page
	Open    string   `yaml:"open" json:"-"`          // the button in the top bar
	Script  string   `yaml:"script" json:"-"`        // in place of the search when there is no JavaScript
	Field   string   `yaml:"field" json:"field"`     // name of the field, for screen readers
	Ask     string   `yaml:"ask" json:"ask"`         // in the empty field
	Close   string   `yaml:"close" json:"close"`     // the button that closes the dialog
	Results string   `yaml:"results" json:"results"` // name of the list, for screen readers
	Filters string   `yaml:"filters" json:"filters"` // name of the filters, for screen readers
	One     string   `yaml:"one" json:"one"`
	Many    string   `yaml:"many" json:"many"`
	Some    string   `yaml:"some" json:"some"`       // above pages that have some of the words only
	Rest    string   `yaml:"rest" json:"rest"`       // when a phrase was not looked for everywhere
	Instead string   `yaml:"instead" json:"instead"` // when a word was taken for a typing error
	Beside  string   `yaml:"beside" json:"beside"`   // when it is looked for as well as what it may be mistyped for
	More    string   `yaml:"more" json:"more"`       // the button for further results
	None    string   `yaml:"none" json:"none"`
	Hint    string   `yaml:"hint" json:"hint"`     // what to do when nothing was found
	Looser  string   `yaml:"looser" json:"looser"` // the button that asks without filters or quotes
	All     string   `yaml:"all" json:"all"`       // the link to all pages
	Failed  string   `yaml:"failed" json:"failed"` // when the index cannot be read
	Wait    string   `yaml:"wait" json:"wait"`
	Try     string   `yaml:"try" json:"try"`       // above the filters that an empty search teaches
	Start   string   `yaml:"start" json:"start"`   // above the sections that an empty search offers
	Recent  string   `yaml:"recent" json:"recent"` // above what was opened from the search before
	Keys    []string `yaml:"keys" json:"keys"`     // at the foot: move, open, open in a new tab, close
	// What the filters that an empty search teaches are good for, by the filter.
	Teach map[string]string `yaml:"teach" json:"teach"`
}
