package theme

// PictureWords are what pictures say.
type PictureWords struct {
	Table string `yaml:"table"` // opens the same as a table

	// What is not drawn, and where it stands.

	Cut      string `yaml:"cut"`
	CutLinks string `yaml:"cut_links"`
	CutTable string `yaml:"cut_table"`
	CutFile  string `yaml:"cut_file"`
	AsOf     string `yaml:"as_of"`

	// What a picture shows, in a sentence, and the heads of its table.

	Net      string   `yaml:"net"`
	NetOf    string   `yaml:"net_of"` // where one box stands in the middle
	Ties     Plural   `yaml:"ties"`
	TieHeads []string `yaml:"tie_heads"`
	Launch   string   `yaml:"launch"`
	Flag     string   `yaml:"flag"`
	Today    string   `yaml:"today"`
	Flow     string   `yaml:"flow"`
	Ends     Plural   `yaml:"ends"`
	Trend    string   `yaml:"trend"`
	Share    string   `yaml:"share"`
	Map      string   `yaml:"map"`
	Others   Plural   `yaml:"others"` // groups that are too many for areas of their own
	Bullets  string   `yaml:"bullets"`
	Target   string   `yaml:"target"`
	Reached  string   `yaml:"reached"`
	Missed   string   `yaml:"missed"`
	Unknown  string   `yaml:"unknown"`
	Path     string   `yaml:"path"`    // of one row
	PathOf   string   `yaml:"path_of"` // of several
	Start    string   `yaml:"start"`
	Reason   string   `yaml:"reason"`
}
