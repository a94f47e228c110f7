package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"
	"unicode"

	"github.com/pelletier/go-toml/v2"
	"go.yaml.in/yaml/v3"
	"golang.org/x/net/html"
)

// TestScore builds the handbooks of other generators that HANDBOOK_SCORE names, unedited, and prints a table of how much of each
// reads as its authors meant it; with HANDBOOK_SCORE_LIST also what does not. It judges nothing, and knows of the program only what a reader sees:
// its site. `.ci/score FOLDER…` runs it.
//
// A folder holds the Markdown somewhere below it, and may hold left-out.txt, a list of files that its links lead to and that are
// not there for want of space.
func TestScore(t *testing.T) {
	named := os.Getenv("HANDBOOK_SCORE")
	if named == "" {
		t.Skip("HANDBOOK_SCORE names no folders of other generators' Markdown")
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "site\tfiles\tpages\tread right\tlinks right\ttitles right\torder right\tfirst build\t")
	var details strings.Builder
	for _, folder := range filepath.SplitList(named) {
		s := &score{folder: folder, docs: docsBelow(folder), out: filepath.Join(t.TempDir(), "site"), left: map[string]int{}}
		if err := s.build(); err != nil {
			fmt.Fprintf(table, "%s\t%d\t-\t-\t-\t-\t-\t%v\t\n", filepath.Base(folder), len(s.files), err)
			continue
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%s\t%s\t%s\t%s\t%s\t\n", filepath.Base(folder), len(s.files), len(s.pages), s.read, s.links, s.titles, s.order, s.first)
		if os.Getenv("HANDBOOK_SCORE_LIST") != "" {
			s.explain(&details)
		}
	}
	fmt.Println()
	table.Flush()
	fmt.Print(details.String())
}

// score is one handbook and what there is to say of it.
type score struct {
	folder, docs, out string
	files             []string         // of Markdown, below docs
	pages             map[string]built // by file
	at                map[string]int   // address in the navigation: its place there
	leftOut           map[string]bool  // names of files that are not there
	read, links       share
	titles, order     share
	first             string         // what became of the first build
	left              map[string]int // leftovers by construct
	wrong             [4][]string    // what does not read, lead, is not titled and ordered right
}

type built struct{ URL, File, Title string }

// share is how many of all are right.
type share struct{ right, all int }

func (s *share) count(right bool) {
	s.all++
	if right {
		s.right++
	}
}

func (s share) String() string {
	if s.all == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f %% of %d", 100*float64(s.right)/float64(s.all), s.all)
}

// docsBelow is the folder that holds the Markdown: the way down leads into the folder that holds nearly all of it, until pages
// lie beside each other.
func docsBelow(dir string) string {
	for {
		best, most, all, here := "", 0, 0, 0
		entries, _ := os.ReadDir(dir)
		for _, e := range entries {
			switch {
			case e.IsDir():
				n := len(markdownBelow(filepath.Join(dir, e.Name())))
				if all += n; n > most {
					best, most = e.Name(), n
				}
			case isMarkdown(e.Name()) && strings.ToUpper(e.Name()) != e.Name()[:len(e.Name())-len(path.Ext(e.Name()))]+strings.ToUpper(path.Ext(e.Name())):
				here++ // other than README.md and its like
			}
		}
		if here > 0 || most == 0 || most*10 < all*9 {
			return dir
		}
		dir = filepath.Join(dir, best)
	}
}

func isMarkdown(name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return ext == ".md" || ext == ".mdx" || ext == ".markdown"
}

// markdownBelow lists files of Markdown that are pages: what begins with a dot or an underscore is a part of others.
func markdownBelow(dir string) (files []string) {
	_ = filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		name := ""
		if d != nil {
			name = d.Name()
		}
		hidden := strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") && name != "_index.md" || name == "node_modules"
		switch {
		case err != nil || p == dir:
		case hidden && d.IsDir():
			return fs.SkipDir
		case !hidden && !d.IsDir() && isMarkdown(name):
			below, _ := filepath.Rel(dir, p)
			files = append(files, filepath.ToSlash(below))
		}
		return nil
	})
	return files
}

// build builds the site and judges it.
func (s *score) build() error {
	s.files = slices.DeleteFunc(markdownBelow(s.docs), func(f string) bool { return f == "SUMMARY.md" })
	if data, err := os.ReadFile(filepath.Join(s.folder, "left-out.txt")); err == nil {
		s.leftOut = map[string]bool{}
		for name := range strings.FieldsSeq(string(data)) {
			s.leftOut[path.Base(name)] = true
		}
	}
	var said bytes.Buffer
	status := run([]string{"build", "-C", s.folder, "--content", s.docs, "--out", s.out, "--cache", "off", "--format", "json"}, &said, &said)
	s.first = []string{"fine", "with errors", "called wrongly"}[status]
	data, err := os.ReadFile(filepath.Join(s.out, "handbook.json"))
	if err != nil {
		return fmt.Errorf("refused")
	}
	var model struct{ Pages []built }
	if err := json.Unmarshal(data, &model); err != nil {
		return err
	}
	s.pages = map[string]built{}
	for _, p := range model.Pages {
		if p.File != "" && isMarkdown(p.File) {
			s.pages[p.File] = p
		}
	}
	for _, file := range s.files {
		s.page(file)
	}
	return s.ordered()
}

// verbatim is what an author wants to be shown as it stands.
var verbatim = regexp.MustCompile(`(?s)<\w+ v-pre>(.+?)</|\n::: v-pre\n(.+?)\n:::`)

func (s *score) page(file string) {
	source, _ := os.ReadFile(filepath.Join(s.docs, filepath.FromSlash(file)))
	p, ok := s.pages[file]
	if keys, _ := frontmatterOf(string(source)); !ok && keys["draft"] == true {
		return // which no generator shows
	}
	if !ok {
		s.read.count(false)
		s.note(0, file, "is no page")
		return
	}
	data, err := os.ReadFile(s.outputOf(p.URL))
	if err != nil {
		s.read.count(false)
		s.note(0, file, err.Error())
		return
	}
	doc, err := html.Parse(bytes.NewReader(data))
	if err != nil {
		s.read.count(false)
		s.note(0, file, err.Error())
		return
	}
	var asItIs []string
	for _, m := range verbatim.FindAllStringSubmatch(string(source), -1) {
		asItIs = append(asItIs, m[1]+m[2], "")
	}
	meant := strings.NewReplacer(asItIs...)
	good := true
	each(doc, func(n *html.Node) bool {
		if !isText(n) {
			return true
		}
		for _, text := range blocks(n) {
			for _, found := range leftIn(meant.Replace(text)) {
				construct, words, _ := strings.Cut(found, "\t")
				good = false
				s.left[construct]++
				s.note(0, file, construct+"   "+words)
			}
		}
		s.leads(file, n)
		return false
	})
	s.read.count(good)
	if want := titleMeant(file, string(source)); want != "" {
		same := bare(want) == bare(p.Title)
		s.titles.count(same)
		if !same {
			s.note(2, file, fmt.Sprintf("is titled %q, not %q", p.Title, want))
		}
	}
}

func (s *score) outputOf(address string) string {
	name, err := url.PathUnescape(address)
	if err != nil {
		name = address
	}
	if strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	return filepath.Join(s.out, filepath.FromSlash(name))
}

func each(n *html.Node, do func(*html.Node) bool) {
	if !do(n) {
		return
	}
	for c := range n.ChildNodes() {
		each(c, do)
	}
}

func attribute(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// isText reports whether an element holds what the author wrote.
func isText(n *html.Node) bool {
	class, _ := attribute(n, "class")
	return n.Type == html.ElementNode && (n.Data == "h1" || class == "text")
}

// leads counts references of a text into the handbook.
func (s *score) leads(file string, text *html.Node) {
	each(text, func(n *html.Node) bool {
		if n.Type != html.ElementNode {
			return true
		}
		class, _ := attribute(n, "class")
		title, _ := attribute(n, "title")
		href, link := attribute(n, "href")
		src, picture := attribute(n, "src")
		switch {
		case slices.Contains(strings.Fields(class), "broken"):
			s.leadsNowhere(file, title)
			return false
		case picture && strings.HasPrefix(src, "data:,"):
			if s.leftOut == nil { // else nobody knows which picture this is
				s.leadsNowhere(file, "a picture has no source")
			}
		case link && n.Data == "a" && inside(href) || picture && inside(src):
			s.links.count(true)
		}
		return true
	})
}

func inside(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "" && u.Host == "" && u.Path != ""
}

func (s *score) leadsNowhere(file, title string) {
	target := title
	if _, quoted, ok := strings.Cut(title, `"`); ok {
		target, _, _ = strings.Cut(quoted, `"`)
	}
	target, _, _ = strings.Cut(target, "#")
	target, _, _ = strings.Cut(target, "?")
	if name := path.Base(target); name != "." && s.leftOut[name] || s.leftOut != nil && isPicture(target) {
		return
	}
	s.links.count(false)
	s.note(1, file, title)
}

// isPicture tells targets apart that a copy without large files may lack.
func isPicture(target string) bool {
	return slices.Contains([]string{".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", ".mp4"}, strings.ToLower(path.Ext(target)))
}

var (
	heading  = regexp.MustCompile(`(?m)^#[ \t]+(.+?)[ \t]*#*[ \t]*$`)
	under    = regexp.MustCompile(`(?m)^([^\n#>\-*][^\n]*)\n=+[ \t]*$`)
	fenced   = regexp.MustCompile("(?ms)^[ \t]*(```+|~~~+).*?^[ \t]*(```+|~~~+)[ \t]*$")
	comments = regexp.MustCompile(`(?s)<!--.*?-->`)
)

// frontmatterOf are the keys of a page and the text behind them.
func frontmatterOf(source string) (keys map[string]any, text string) {
	source = strings.ReplaceAll(strings.TrimPrefix(source, "\uFEFF"), "\r\n", "\n")
	if rest, ok := strings.CutPrefix(source, "---\n"); ok {
		if front, text, ok := strings.Cut(rest, "\n---"); ok && yaml.Unmarshal([]byte(front), &keys) == nil {
			return keys, text
		}
	}
	if rest, ok := strings.CutPrefix(source, "+++\n"); ok {
		if front, text, ok := strings.Cut(rest, "\n+++"); ok && toml.Unmarshal([]byte(front), &keys) == nil {
			return keys, text
		}
	}
	return nil, source
}

// titleMeant is what the generator would call a page; "" where that is the name of the site.
func titleMeant(file, source string) string {
	keys, text := frontmatterOf(source)
	for key, value := range keys {
		if strings.EqualFold(key, "title") && value != nil {
			return fmt.Sprint(value)
		}
	}
	text = comments.ReplaceAllString(fenced.ReplaceAllString(text, ""), "")
	if m := heading.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	if m := under.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	name := strings.TrimSuffix(path.Base(file), path.Ext(file))
	if slices.Contains([]string{"index", "_index", "readme"}, strings.ToLower(name)) {
		if name = path.Base(path.Dir(file)); name == "." {
			return ""
		}
	}
	return name
}

var markup = regexp.MustCompile(`\{[^{}]*\}|<[^<>]*>|!\[[^\[\]]*\]\([^()]*\)|\]\([^()]*\)|:[a-z][\w+-]*:|&[a-z]+;|^\d+[-_.]`)

// badge is a component whose words stand in an attribute.
var badge = regexp.MustCompile(`<[A-Z]\w*[^<>]*\stext="([^"<>]*)"[^<>]*>`)

// bare is a title without its marks.
func bare(title string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, markup.ReplaceAllString(badge.ReplaceAllString(title, "$1"), ""))
}

// ordered compares neighbours of the generator's own navigation with the order in the site's.
func (s *score) ordered() error {
	data, err := os.ReadFile(filepath.Join(s.out, "api", "tree.json"))
	if err != nil {
		return nil // a handbook of one page has none
	}
	var navigation struct {
		Base string
		Tree []any
	}
	if err := json.Unmarshal(data, &navigation); err != nil {
		return err
	}
	s.at = map[string]int{}
	s.walk(navigation.Tree, navigation.Base)
	for _, list := range s.ownOrder() {
		for i := 1; i < len(list); i++ {
			a, okA := s.placeOf(list[i-1])
			b, okB := s.placeOf(list[i])
			if !s.exists(list[i-1]) || !s.exists(list[i]) || list[i-1] == list[i] {
				continue
			}
			right := okA && okB && a < b
			s.order.count(right)
			if !right {
				s.note(3, list[i], fmt.Sprintf("does not stand behind %s", list[i-1]))
			}
		}
	}
	return nil
}

// walk numbers the entries of the site's navigation: a title, an address that may be below the one above, and what is below.
func (s *score) walk(tree []any, above string) {
	for _, entry := range tree {
		parts, _ := entry.([]any)
		if len(parts) < 2 {
			continue
		}
		address, _ := parts[1].(string)
		if !strings.HasPrefix(address, "/") && address != "" && !strings.Contains(address, "://") {
			address = strings.TrimSuffix(above, "/") + "/" + strings.TrimSuffix(address, "/") + "/"
		}
		if _, known := s.at[address]; !known {
			s.at[address] = len(s.at)
		}
		if len(parts) > 2 {
			below, _ := parts[2].([]any)
			s.walk(below, address)
		}
	}
}

func (s *score) exists(name string) bool {
	if _, ok := s.pages[name]; ok {
		return true
	}
	return slices.ContainsFunc(s.files, func(f string) bool { return strings.HasPrefix(f, name+"/") })
}

// placeOf is where a file stands, or what is first of a folder.
func (s *score) placeOf(name string) (int, bool) {
	if p, ok := s.pages[name]; ok {
		at, ok := s.at[p.URL]
		if !ok && p.URL == "/" {
			return -1, true // home stands above
		}
		return at, ok
	}
	best, ok := 1<<30, false
	for file, p := range s.pages {
		if at, known := s.at[p.URL]; known && strings.HasPrefix(file, name+"/") && at < best {
			best, ok = at, true
		}
	}
	return best, ok
}

// ownOrder are lists of files and folders below docs, each in the order of the generator's own navigation, where that is data.
func (s *score) ownOrder() (lists [][]string) {
	for dir := s.docs; strings.HasPrefix(dir, s.folder); dir = filepath.Dir(dir) {
		for _, name := range []string{"mkdocs.yml", "mkdocs.yaml"} {
			if data, err := os.ReadFile(filepath.Join(dir, name)); err == nil {
				var config struct{ Nav yaml.Node }
				_ = yaml.Unmarshal(data, &config)
				lists = append(lists, listsOf(&config.Nav, "")...)
			}
		}
	}
	if data, err := os.ReadFile(filepath.Join(s.docs, "SUMMARY.md")); err == nil {
		var list []string
		for _, m := range regexp.MustCompile(`\]\(<?([^()#<>\s]+\.md)`).FindAllStringSubmatch(string(data), -1) {
			list = append(list, path.Clean(m[1]))
		}
		lists = append(lists, list)
	}
	_ = filepath.WalkDir(s.docs, func(p string, d fs.DirEntry, err error) error {
		if err == nil && d.Name() == ".pages" {
			data, _ := os.ReadFile(p)
			var config struct{ Nav yaml.Node }
			_ = yaml.Unmarshal(data, &config)
			below, _ := filepath.Rel(s.docs, filepath.Dir(p))
			lists = append(lists, listsOf(&config.Nav, filepath.ToSlash(below))...)
		}
		return nil
	})
	if len(lists) > 0 {
		return lists
	}
	return s.weighed()
}

// listsOf are the lists in a navigation in YAML; what is no file or folder parts one list from the next.
func listsOf(n *yaml.Node, dir string) (lists [][]string) {
	var list []string
	for _, c := range n.Content {
		if c.Kind == yaml.MappingNode && len(c.Content) == 2 {
			c = c.Content[1]
		}
		switch {
		case c.Kind == yaml.SequenceNode:
			lists = append(lists, listsOf(c, dir)...)
		case c.Value == "...":
			lists, list = append(lists, list), nil
		case c.Kind == yaml.ScalarNode && !strings.Contains(c.Value, "://"):
			list = append(list, path.Join(dir, c.Value))
		}
	}
	return append(lists, list)
}

// weighed are the pages of each folder by the numbers in their frontmatter.
func (s *score) weighed() (lists [][]string) {
	type entry struct {
		name   string
		number float64
	}
	folders := map[string][]entry{}
	for _, file := range s.files {
		data, _ := os.ReadFile(filepath.Join(s.docs, filepath.FromSlash(file)))
		keys, _ := frontmatterOf(string(data))
		dir, name := path.Dir(file), file
		if base := path.Base(file); base == "_index.md" {
			dir, name = path.Dir(dir), dir
			if name == "." {
				continue
			}
		} else if strings.HasPrefix(strings.ToLower(base), "index.") {
			continue
		}
		for _, key := range []string{"sidebar_position", "weight", "nav_order"} {
			if number, err := strconv.ParseFloat(fmt.Sprint(keys[key]), 64); err == nil && number > 0 {
				folders[dir] = append(folders[dir], entry{name, number})
				break
			}
		}
	}
	for _, list := range folders {
		slices.SortFunc(list, func(a, b entry) int {
			if a.number < b.number {
				return -1
			}
			return 1
		})
		var names []string
		for i, e := range list {
			if i > 0 && e.number == list[i-1].number { // no order between the two
				lists, names = append(lists, names), nil
			}
			names = append(names, e.name)
		}
		lists = append(lists, names)
	}
	return lists
}

func (s *score) note(kind int, file, what string) {
	s.wrong[kind] = append(s.wrong[kind], file+": "+what)
}

// shownOf is how many of each kind are listed.
const shownOf = 10

// explain lists the first of what is not right.
func (s *score) explain(w *strings.Builder) {
	fmt.Fprintf(w, "\n%s\n", filepath.Base(s.folder))
	for construct, n := range s.left {
		fmt.Fprintf(w, "  %5d %s\n", n, construct)
	}
	for kind, what := range []string{"does not read right", "leads nowhere", "is not titled right", "is not ordered right"} {
		if len(s.wrong[kind]) == 0 {
			continue
		}
		fmt.Fprintf(w, "  %s:\n", what)
		for i, line := range s.wrong[kind] {
			if i == shownOf {
				fmt.Fprintf(w, "    … and %d more\n", len(s.wrong[kind])-i)
				break
			}
			fmt.Fprintf(w, "    %s\n", line)
		}
	}
}
