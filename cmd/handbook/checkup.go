package main

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"handbook/builder"
	"handbook/builder/diag"
	"handbook/builder/origin"
	"handbook/builder/schema"
	"handbook/builder/source"
)

// checkup is what there is to know of a folder of Markdown before anybody commits to it. All of it follows from one build, and
// from the messages that check gives of it.
type checkup struct {
	Folder    string        `json:"folder"`
	Content   string        `json:"content"`     // the folder of pages, as reachable from the working directory
	ContentBy string        `json:"content_why"` // "" where it was named
	Prepared  bool          `json:"prepared"`    // it has a handbook.yaml
	Pages     int           `json:"pages"`       // without drafts
	Generator generatorSeen `json:"generator"`
	Presets   []presetSeen  `json:"presets"`
	Constructs
	Links   linksSeen  `json:"links"`
	Owners  ownersSeen `json:"owners"`
	Dates   datesSeen  `json:"dates"`
	Errors  int        `json:"errors"`
	Config  string     `json:"handbook_yaml"` // the one that fits; "" where there is one
	Written bool       `json:"written"`       // it was written
	Next    []step     `json:"next"`
}

type generatorSeen struct {
	Name         string       `json:"name"` // "" for none
	Sure         bool         `json:"sure"`
	Reasons      []reasonSeen `json:"reasons"`
	OldAddresses int          `json:"old_addresses"` // that lead on
}

type reasonSeen struct {
	File string `json:"file"`
	Says string `json:"says"`
}

type presetSeen struct {
	Name  string `json:"name"`
	Pages int    `json:"pages"`
}

// Constructs are what other tools have words for, read and not read.
type Constructs struct {
	Right  int          `json:"pages_right"` // of which everything is read
	Other  int          `json:"no_pages"`    // files that are pages for another tool
	Read   []presetSeen `json:"read"`
	Unread []unreadSeen `json:"not_read"`
}

// unreadSeen is one construct, as the message about it says.
type unreadSeen struct {
	Rule   diag.Rule `json:"rule"`
	Text   string    `json:"text"`
	Help   string    `json:"help"`
	Places int       `json:"places"`
	First  string    `json:"first"`
}

type linksSeen struct {
	Inside  int          `json:"inside"` // into the handbook
	Lead    int          `json:"lead"`   // somewhere
	Outside int          `json:"outside"`
	ByRules []unreadSeen `json:"by_other_rules"`
	Broken  string       `json:"first_broken"` // "" for none
	Anchors int          `json:"broken_anchors"`
}

type ownersSeen struct {
	Pages      int `json:"in_pages"`
	Cascade    int `json:"in_folders"`
	CodeOwners int `json:"in_codeowners"`
	Nobody     int `json:"nobody"`
	Owners     int `json:"owners"`
}

type datesSeen struct {
	Reviewed  int  `json:"reviewed"`  // pages that say when they were reviewed
	Intervals int  `json:"intervals"` // pages that say how often they are
	FromGit   int  `json:"git"`       // pages of which git says when the text changed
	Shallow   bool `json:"shallow"`   // the clone lacks history
}

// step is one thing to do next: a command, or "" where it is no command, and what for.
type step struct {
	Command string `json:"command"`
	For     string `json:"for"`
}

// examine makes a checkup of a build.
func examine(job builder.Job, r builder.Result, why string) checkup {
	c := checkup{Folder: filepath.ToSlash(filepath.Clean(job.Root)), Content: filepath.ToSlash(filepath.Clean(job.Content)), ContentBy: why,
		Prepared: r.Prepared, Pages: pagesOf(r), Presets: []presetSeen{}}
	c.Generator = generatorOf(job, r)
	c.Presets = presetsOf(job, r)
	c.Constructs = constructsOf(job, r)
	c.Links, c.Owners, c.Dates = linksOf(job, r), ownersOf(r), datesOf(r)
	c.Errors, _ = r.Count()
	if !c.Prepared {
		c.Config = c.fitting(job)
	}
	return c
}

// pagesOf counts the pages, those with errors too.
func pagesOf(r builder.Result) (n int) {
	for _, node := range r.Book.Nodes {
		if node.Page != nil {
			n++
		}
	}
	broken := map[string]bool{}
	for m := range diag.Each(r.Messages) {
		if m.Rule == diag.InvalidFrontmatter || m.Rule == diag.UnreadableFile {
			broken[m.File] = true
		}
	}
	return min(n+len(broken), r.Work.Pages)
}

func generatorOf(job builder.Job, r builder.Result) generatorSeen {
	name, reasons := r.Former.Generator, r.Former.Reasons
	if name == "" { // no file says so, but pages may
		below, err := filepath.Rel(job.Root, job.Content)
		top := job.Root
		if err != nil || !filepath.IsLocal(below) {
			top, below = job.Content, "."
		}
		of, found := origin.Of(os.DirFS(top), filepath.ToSlash(below))
		name, reasons = string(of), found
	}
	g := generatorSeen{Name: name, Sure: origin.Sure(reasons), Reasons: []reasonSeen{}, OldAddresses: r.Former.Addresses}
	for _, reason := range reasons {
		g.Reasons = append(g.Reasons, reasonSeen{reason.File, reason.Says})
	}
	return g
}

// presetsOf counts the pages whose frontmatter has keys of other tools.
func presetsOf(job builder.Job, r builder.Result) []presetSeen {
	count := map[string]int{}
	for _, n := range r.Book.Nodes {
		if n.Page == nil || len(n.Page.Fields) == 0 {
			continue
		}
		text, err := os.ReadFile(filepath.Join(job.Content, filepath.FromSlash(n.Page.Path)))
		if err != nil {
			continue
		}
		seen := map[string]bool{}
		for _, f := range n.Page.Fields {
			if at := f.KeyAt; at.Start >= 0 && at.Start < at.End && at.End <= len(text) {
				seen[schema.PresetOf(strings.Trim(string(text[at.Start:at.End]), `"' :=`))] = true
			}
		}
		for name := range seen {
			count[name]++
		}
	}
	delete(count, "")
	return ranked(count)
}

func ranked(count map[string]int) []presetSeen {
	all := []presetSeen{}
	for _, name := range slices.Sorted(maps.Keys(count)) {
		all = append(all, presetSeen{name, count[name]})
	}
	slices.SortStableFunc(all, func(a, b presetSeen) int { return cmp.Compare(b.Pages, a.Pages) })
	return all
}

// unreadRules tell of what readers do not see as its author meant it.
var unreadRules = []diag.Rule{diag.NotRead, diag.WrongFormula, diag.NotAPage, diag.RemovedHTML}

// constructsOf counts pages with what other tools have words for, and those on which some of it is not read.
func constructsOf(job builder.Job, r builder.Result) Constructs {
	wrong := map[string]bool{}
	var list []diag.Located
	other := 0
	for m := range diag.Each(r.Messages) {
		if slices.Contains(unreadRules, m.Rule) {
			list = append(list, m)
		}
		if m.Rule == diag.NotAPage && source.Foreign(path.Base(m.File)) != "" {
			other++
		}
		if m.Severity == diag.Error || m.Rule == diag.NotRead || m.Rule == diag.WrongFormula { // words stay where HTML is left out
			wrong[m.File] = true
		}
	}
	c := Constructs{Other: other, Unread: seenOf(job, diag.Sum(list))}
	slices.SortStableFunc(c.Unread, func(a, b unreadSeen) int { return cmp.Compare(looks(a.Rule), looks(b.Rule)) })
	count := map[string]int{}
	for _, n := range r.Book.Nodes {
		if n.Page == nil {
			continue
		}
		if !wrong[n.Page.File] {
			c.Right++
		}
		if p := r.Pages(n.Page); p != nil {
			for _, name := range p.Special.Names() {
				count[name]++
			}
		}
	}
	c.Read = ranked(count)
	return c
}

// looks is 1 for a rule that tells of how things look, which matters less than what they say.
func looks(r diag.Rule) int {
	if r == diag.RemovedHTML {
		return 1
	}
	return 0
}

// seenOf are messages in short, what there is most of first.
func seenOf(job builder.Job, list []diag.Located) []unreadSeen {
	style := diag.Style{Reach: reach(job)}
	all := []unreadSeen{}
	for _, m := range list {
		all = append(all, unreadSeen{m.Rule, diag.Sentence(style.Reach, m.Text), diag.Sentence(style.Reach, m.Help), max(1, len(m.Members)),
			style.At(m.File, m.Line, m.Column)})
	}
	slices.SortStableFunc(all, func(a, b unreadSeen) int { return cmp.Compare(b.Places, a.Places) })
	return all
}

func linksOf(job builder.Job, r builder.Result) linksSeen {
	var l linksSeen
	for _, n := range r.Book.Nodes {
		if n.Page == nil {
			continue
		}
		for _, t := range n.Targets {
			l.Inside++
			if t.Broken == "" {
				l.Lead++
			}
		}
		if p := r.Pages(n.Page); p != nil {
			l.Outside += len(p.External)
		}
	}
	var others []diag.Located
	style := diag.Style{Reach: reach(job)}
	for m := range diag.Each(r.Messages) {
		switch m.Rule {
		case diag.LinkByOtherRules:
			others = append(others, m)
		case diag.BrokenAnchor:
			l.Anchors++
		case diag.BrokenLink:
			l.Broken = cmp.Or(l.Broken, style.At(m.File, m.Line, m.Column))
		}
	}
	l.ByRules = seenOf(job, diag.Sum(others))
	return l
}

func ownersOf(r builder.Result) ownersSeen {
	var o ownersSeen
	for _, n := range r.Book.Owners {
		if len(n.Owns) > 0 {
			o.Owners++
		}
	}
	for _, n := range r.Book.Nodes {
		switch {
		case n.Page == nil:
		case n.Owner == nil:
			o.Nobody++
		case n.OwnerAt.File == n.Page.File:
			o.Pages++
		case path.Base(n.OwnerAt.File) == "CODEOWNERS":
			o.CodeOwners++
		default:
			o.Cascade++
		}
	}
	return o
}

func datesOf(r builder.Result) datesSeen {
	var d datesSeen
	for n, v := range r.Verdicts {
		if !v.Reviewed.IsZero() {
			d.Reviewed++
		}
		if n.ReviewEvery.Unit != schema.Never && n.ReviewEvery != (schema.Interval{}) {
			d.Intervals++
		}
		if !v.Changed.Day.IsZero() {
			d.FromGit++
		}
	}
	d.Shallow = slices.ContainsFunc(r.Messages, func(m diag.Located) bool { return m.Rule == diag.ShallowHistory })
	return d
}

// fitting is the handbook.yaml that fits. What nobody can know, such as the address, stands there to be filled in.
func (c *checkup) fitting(job builder.Job) string {
	var b strings.Builder
	fmt.Fprintf(&b, "name: %s\n", schema.Quoted(plain(c.name(job))))
	if lang := path.Base(c.Content); len(lang) == 2 && lang != "en" && path.Base(path.Dir(c.Content)) != "." {
		fmt.Fprintf(&b, "language: %s\n", lang)
	}
	if len(c.Presets) > 0 {
		var names []string
		for _, p := range c.Presets {
			names = append(names, p.Name)
		}
		slices.Sort(names)
		fmt.Fprintf(&b, "presets: [%s] # whose keys the pages have\n", strings.Join(names, ", "))
	}
	b.WriteString("# base_url: https://handbook.example.com/ # for feeds\n")
	if c.Dates.Intervals == 0 {
		b.WriteString("# review: {every: 6 months} # unreviewed pages then say so\n")
	}
	return b.String()
}

// name is what the generator's configuration calls the site, else the name of the folder.
func (c *checkup) name(job builder.Job) string {
	for _, r := range c.Generator.Reasons {
		for dir := job.Content; ; dir = filepath.Dir(dir) {
			if name := siteName(filepath.Join(dir, path.Base(r.File))); name != "" && path.Ext(r.File) != ".md" {
				return name
			}
			if dir == filepath.Dir(dir) || dir == filepath.Clean(job.Root) {
				break
			}
		}
	}
	whole, err := filepath.Abs(job.Root)
	if slices.Contains([]string{"content", "docs", "repo"}, filepath.Base(whole)) {
		whole = filepath.Dir(whole)
	}
	if name := filepath.Base(whole); err == nil && len(name) > 1 {
		return sentence(strings.ReplaceAll(strings.ReplaceAll(name, "-", " "), "_", " "))
	}
	return "Handbook"
}

// siteName is what a configuration calls the site; "" for what is no ordinary file, and for one that nobody wrote by hand.
func siteName(file string) string {
	info, err := os.Lstat(file)
	if err != nil || !info.Mode().IsRegular() || info.Size() > 1<<20 {
		return ""
	}
	data, _ := os.ReadFile(file) // what cannot be read names nothing
	return origin.Name(string(data))
}

// steps are what to do next, in order.
func (c *checkup) steps() []step {
	where := ""
	if c.Folder != "." {
		where = " -C " + shellWord(c.Folder)
	}
	if c.Content != path.Join(c.Folder, "content") {
		where += " --content " + shellWord(c.Content)
	}
	dir := ""
	if c.Folder != "." {
		dir = " " + shellWord(c.Folder)
	}
	switch {
	case c.Pages == 0 && len(c.Unread) > 0:
		return []step{{"", "write as Markdown what is named above, or name the folder that holds pages: `handbook doctor FOLDER`"}}
	case c.Pages == 0:
		return []step{{"handbook init" + dir, "makes a small handbook, to begin with"}}
	}
	var list []step
	add := func(need bool, command, what string) {
		if need {
			list = append(list, step{command, what})
		}
	}
	add(true, "handbook serve"+where, "look at it")
	add(c.Config != "" && !c.Written, "handbook doctor"+dir+" --write", "writes these settings")
	add(c.Errors > 0, "handbook check"+where, fmt.Sprintf("%s %s pages from being made", count(c.Errors, "error"), agree(c.Errors, "keeps", "keep")))
	add(len(c.Unread) > 0, "", "read a page that is named above: does it matter?")
	add(c.fixable() > 0, "handbook fix"+where, fmt.Sprintf("shows how to mend %s", count(c.fixable(), "reference")))
	add(c.Links.Broken != "" && c.Errors == 0, "handbook check"+where, "lists "+count(c.Links.Inside-c.Links.Lead, "broken link"))
	add(2*c.Owners.Nobody > c.Pages, "", "say who answers for pages: `owner:` in them, or CODEOWNERS")
	add(c.Dates.Intervals == 0, "", "say how often pages are reviewed: `review:` in handbook.yaml")
	add(c.Dates.Shallow, "git fetch --unshallow", "then pages show when their text changed")
	return list
}

// fixable is how many references fix would write otherwise.
func (c *checkup) fixable() (n int) {
	for _, l := range c.Links.ByRules {
		if strings.Contains(l.Help, "handbook fix") {
			n += l.Places
		}
	}
	return n
}

// shellWord is a path as a shell takes it.
func shellWord(s string) string {
	if strings.ContainsAny(s, " '\"\\$`&;()<>|*?~#!\n\t") {
		return "'" + strings.ReplaceAll(plain(s), "'", `'\''`) + "'"
	}
	return s
}
