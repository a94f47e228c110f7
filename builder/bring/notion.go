package bring

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
)

// notionName is a name of an export with the 32 digits that Notion adds.
var notionName = regexp.MustCompile(`^(.*?)[ -]?([0-9a-f]{32})$`)

// exportName is the folder of an export, which is another one each time.
var exportName = regexp.MustCompile(`^Export-[0-9a-f-]+/`)

// notion reads an archive of Notion, of Markdown and CSV.
type notion struct {
	export *Export
	byFile map[string]*Doc   // by the name of its file
	tables map[*Doc][]string // the columns of databases
	rows   map[*Doc]int      // how many they have
	folder map[string]*Doc   // by the folder whose files stand below it
	owner  map[string]*Doc   // of attachments, by name of the file
	byID   map[string]*Doc
	texts  map[*Doc]string // below the title
	props  map[*Doc][][2]string
}

// Notion reads an export of Notion in Markdown and CSV.
func Notion(files fs.FS, refused []Note) (*Export, error) {
	list, err := names(files)
	if err != nil {
		return nil, err
	}
	n := &notion{export: &Export{Tool: "notion"}, byFile: map[string]*Doc{}, tables: map[*Doc][]string{}, rows: map[*Doc]int{}, folder: map[string]*Doc{}, owner: map[string]*Doc{}, byID: map[string]*Doc{}, texts: map[*Doc]string{}, props: map[*Doc][][2]string{}}
	n.export.notes.took(refused)
	slices.SortStableFunc(list, func(a, b string) int { return cmp.Compare(strings.Count(a, "/"), strings.Count(b, "/")) })
	for _, name := range list {
		n.read(files, name)
	}
	if len(n.export.Docs) == 0 {
		if slices.ContainsFunc(list, func(name string) bool { return path.Ext(name) == ".html" }) {
			return nil, fmt.Errorf("it holds HTML; export from Notion again, as Markdown & CSV")
		}
		return nil, fmt.Errorf("there are no pages of Notion in it; export them as Markdown & CSV")
	}
	for _, name := range list { // what is no page is attached to the page in whose folder it lies
		if ext := path.Ext(name); n.byFile[name] == nil && ext != ".md" && !strings.HasSuffix(name, "_all.csv") && path.Base(name) != "index.html" {
			n.attach(name)
		}
	}
	n.order()
	for _, d := range n.export.Docs {
		n.properties(d)
		d.text = func(l *links) string { return n.text(d, l) }
	}
	return n.export, nil
}

// read makes a document of a page or a database.
func (n *notion) read(files fs.FS, name string) {
	ext := path.Ext(name)
	base := strings.TrimSuffix(path.Base(name), ext)
	if ext != ".md" && ext != ".csv" || strings.HasSuffix(base, "_all") {
		return
	}
	data, err := readFile(files, name)
	if err != nil {
		n.export.unreadable(name)
		return
	}
	d := &Doc{ID: exportName.ReplaceAllString(name, ""), Title: base}
	if m := notionName.FindStringSubmatch(base); m != nil {
		d.Title, d.ID = strings.TrimSpace(m[1]), m[2]
		d.Old = []string{"/" + strings.Trim(notSlug.ReplaceAllString(d.Title, "-"), "-") + "-" + m[2] + "/"}
	}
	if p := n.below(path.Dir(name)); p != nil {
		d.Parent = p.ID
	}
	if ext == ".md" {
		text := strings.TrimPrefix(strings.ReplaceAll(string(bytes.ToValidUTF8(data, []byte("�"))), "\r\n", "\n"), "\ufeff")
		if rest, ok := strings.CutPrefix(text, "# "); ok {
			title, below, _ := strings.Cut(rest, "\n")
			d.Title, text = cmp.Or(strings.TrimSpace(title), d.Title), below
		}
		n.texts[d] = text
	} else {
		if whole, err := readFile(files, strings.TrimSuffix(name, ".csv")+"_all.csv"); err == nil {
			data = whole
			d.Files = append(d.Files, File{Name: d.Title + ".csv", From: strings.TrimSuffix(name, ".csv") + "_all.csv"})
		} else {
			d.Files = append(d.Files, File{Name: d.Title + ".csv", From: name})
		}
		rows := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
		rows.FieldsPerRecord, rows.LazyQuotes = -1, true
		header, _ := rows.Read()
		n.tables[d] = append([]string{}, header...)
		for {
			if _, err := rows.Read(); err != nil {
				break
			}
			n.rows[d]++
		}
	}
	d.Title = cmp.Or(d.Title, "Untitled")
	n.byFile[name], d.file = d, name
	if n.byID[d.ID] == nil {
		n.byID[d.ID] = d
	}
	n.export.Docs = append(n.export.Docs, d)
	folder := path.Join(path.Dir(name), base)
	n.folder[folder] = d
	if m := notionName.FindStringSubmatch(base); m != nil {
		if short := path.Join(path.Dir(name), strings.TrimSpace(m[1])); n.folder[short] == nil { // newer exports leave the digits out of folders
			n.folder[short] = d
		}
	}
}

var notSlug = regexp.MustCompile(`[^\pL\pN]+`)

// below is the document whose folder this is, or the nearest above.
func (n *notion) below(folder string) *Doc {
	for folder != "." && folder != "/" {
		if d := n.folder[folder]; d != nil {
			return d
		}
		folder = path.Dir(folder)
	}
	return nil
}

func (n *notion) attach(name string) {
	d := n.below(path.Dir(name))
	if d == nil && len(n.export.Docs) > 0 {
		d = n.export.Docs[0]
	}
	if d == nil {
		return
	}
	d.Files = append(d.Files, File{Name: path.Base(name), From: name})
	n.owner[name] = d
}

// order puts siblings in the order in which their parent names them, which is theirs in Notion.
func (n *notion) order() {
	at := map[string]int{}
	for name, d := range n.byFile {
		for i, m := range markdownLink.FindAllStringSubmatch(n.texts[d], -1) {
			if to := n.doc(name, m[2]); to != nil && to.Parent == d.ID {
				if _, known := at[to.ID]; !known {
					at[to.ID] = i + 1
				}
			}
		}
	}
	for _, d := range n.export.Docs {
		if w := at[d.ID]; w > 0 {
			d.Front = append(d.Front, Key{Name: "weight", Values: []string{number(w)}})
		}
	}
}

// target is the file of the export that a link of a file leads to.
func (n *notion) target(from, dest string) string {
	if to, err := url.PathUnescape(dest); err == nil {
		dest = to
	}
	return path.Join(path.Dir(from), dest)
}

// doc is the document that a link of a file leads to: the one in the file that it names, or with the id in that name or address, as exports
// cut long names, and call a view of a database a file that is not there.
func (n *notion) doc(from, dest string) *Doc {
	if d := n.byFile[n.target(from, dest)]; d != nil {
		return d
	}
	u, err := url.Parse(dest)
	if err != nil || u.Host != "" && u.Host != "notion.so" && u.Host != "notion.com" && !strings.HasSuffix(u.Host, ".notion.so") && !strings.HasSuffix(u.Host, ".notion.com") && !strings.HasSuffix(u.Host, ".notion.site") {
		return nil
	}
	base := path.Base(u.Path)
	if m := notionName.FindStringSubmatch(strings.TrimSuffix(base, path.Ext(base))); m != nil {
		return n.byID[m[2]]
	}
	return nil
}

// property is a line below the title of a page of a database.
var property = regexp.MustCompile(`^([^:\n]{1,80}): (.*)$`)

// properties takes off the text of a page of a database what Notion knows of it.
func (n *notion) properties(d *Doc) {
	var columns []string
	for table, header := range n.tables {
		if table.ID == d.Parent {
			columns = header
		}
	}
	if columns == nil {
		return
	}
	text := strings.TrimLeft(n.texts[d], "\n")
	for {
		line, rest, _ := strings.Cut(text, "\n")
		m := property.FindStringSubmatch(line)
		if m == nil || !slices.Contains(columns, m[1]) {
			break
		}
		n.props[d] = append(n.props[d], [2]string{m[1], strings.TrimSpace(m[2])})
		text = rest
	}
	n.texts[d] = text
}

// front makes frontmatter of a property.
func (n *notion) front(d *Doc, name, value string) (Key, bool) {
	key := named("notion", name)
	if value == "" {
		return Key{}, false
	}
	if refs := relation.FindAllStringSubmatch(value, -1); refs != nil {
		k := Key{Name: key}
		for _, m := range refs {
			if to := n.doc(d.file, m[2]); to != nil {
				k.Values = append(k.Values, idOf(to.path))
			} else {
				k.Values = append(k.Values, strings.TrimSpace(m[1]))
			}
		}
		return k, true
	}
	if paths := n.files(d, value); paths != nil {
		return Key{Name: key, Values: paths}, true
	}
	if t, ok := moment(value); ok {
		form := time.DateOnly
		if sameKeys[key] == "" && t.Hour()+t.Minute() > 0 {
			form += " 15:04"
		}
		value = t.Format(form)
	} else if key == "reviewed" {
		key = "notion_reviewed"
	}
	if key == "tags" {
		return Key{key, items(value), true}, true
	}
	return Key{Name: key, Values: []string{value}}, true
}

// relation is a page in a property: "Checkout (Products%20…/Checkout%20….md)".
var relation = regexp.MustCompile(`(.*?) \(([^()\s]+\.md|https://(?:www\.)?notion\.(?:so|com)/[^()\s]+)\)(?:, |$)`)

// files are where the files of a property will lie; nil where it holds something else.
func (n *notion) files(d *Doc, value string) (paths []string) {
	for v := range strings.SplitSeq(value, ", ") {
		owner := n.owner[n.target(d.file, v)]
		if owner == nil {
			return nil
		}
		for _, f := range owner.Files {
			if f.From == n.target(d.file, v) {
				paths = append(paths, "/"+f.path)
			}
		}
	}
	return paths
}

// idOf is how the handbook calls a page.
func idOf(path string) string {
	return strings.TrimSuffix(strings.TrimSuffix(path, ".md"), "/_index")
}

// dayOf reads a day as exports write it.
func dayOf(s string) (string, bool) {
	t, ok := moment(s)
	return t.Format(time.DateOnly), ok
}

func moment(s string) (time.Time, bool) {
	for _, form := range []string{"January 2, 2006", "January 2, 2006 3:04 PM", "January 2, 2006 15:04", "Jan 2, 2006", "Jan 02, 2006", "2 Jan 2006", "2 January 2006", "2006/01/02", "2006-01-02", "2006-01-02 15:04:05.000", "2006-01-02 15:04:05", time.RFC3339} {
		if t, err := time.Parse(form, strings.TrimSpace(s)); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// markdownLink is a link or picture: what it begins with, and where it leads.
var markdownLink = regexp.MustCompile(`(!?\[(?:[^\[\]\\]|\\.|\[[^\[\]]*\])*\]\()([^()\s]+(?:\([^()\s]*\)[^()\s]*)*)(\))`)

// text is the Markdown of a page, its links leading to where pages will lie; of a database a view of its pages.
func (n *notion) text(d *Doc, l *links) string {
	for _, p := range n.props[d] {
		if k, ok := n.front(d, p[0], p[1]); ok && !slices.ContainsFunc(d.Front, func(o Key) bool { return o.Name == k.Name }) {
			d.Front = append(d.Front, k)
			if k.Name == "verification" {
				n.export.notes.add("the property `"+p[0]+"`", d.Title, "it is kept as `verification`; a review is what somebody says of the page here, with `handbook review`")
			}
		}
	}
	if _, table := n.tables[d]; table {
		pages := 0
		for _, row := range n.export.Docs {
			if row.Parent == d.ID {
				pages++
			}
		}
		for range n.rows[d] - pages {
			n.export.notes.add("rows of databases that have no page in the export", d.Title, "they stay in the CSV file beside the page")
		}
		return n.view(d) + "\n\n[The whole table, as it was exported](" + l.file(d, d.Title+".csv") + ")"
	}
	var out []string
	fence, quote := "", "" // what ends the code; what the lines of a callout begin with
	for line := range strings.SplitSeq(strings.Trim(n.texts[d], "\n"), "\n") {
		trimmed := strings.TrimSpace(line)
		indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		switch {
		case fence != "":
			if strings.HasPrefix(trimmed, fence) && strings.Trim(trimmed, fence[:1]) == "" {
				fence = ""
			}
		case strings.HasPrefix(trimmed, "```") || strings.HasPrefix(trimmed, "~~~"):
			fence = trimmed[:3]
		case trimmed == "<aside>":
			out, quote = append(out, indent+"> [!NOTE]"), indent+"> "
			continue
		case trimmed == "</aside>" && quote != "":
			for len(out) > 0 && out[len(out)-1] == strings.TrimRight(quote, " ") {
				out = out[:len(out)-1]
			}
			quote = ""
			continue
		default:
			line = markdownLink.ReplaceAllStringFunc(line, func(s string) string { return n.link(d, l, s) })
			line = picture.ReplaceAllStringFunc(line, func(s string) string { return n.picture(d, l, s) })
		}
		if quote != "" {
			line = strings.TrimRight(quote+strings.TrimPrefix(line, strings.TrimSuffix(quote, "> ")), " ")
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// picture is an icon of a callout, which Notion writes as HTML.
var picture = regexp.MustCompile(`<img src="([^"]*)"[^<>]*/?>`)

func (n *notion) picture(d *Doc, l *links, written string) string {
	src := picture.FindStringSubmatch(written)[1]
	if o := n.owner[n.target(d.file, src)]; o != nil {
		return strings.Replace(written, src, l.file(o, path.Base(n.target(d.file, src))), 1)
	}
	if strings.Contains(src, "notion.so/icons/") {
		return ""
	}
	return written
}

// maxColumns is how many columns of a database are shown; the CSV has all.
const maxColumns = 6

// view is a database as a table of its pages.
func (n *notion) view(d *Doc) string {
	columns := []string{"title"}
	for _, header := range n.tables[d] {
		for _, row := range n.export.Docs {
			if row.Parent != d.ID || len(columns) == maxColumns {
				continue
			}
			for _, p := range n.props[row] {
				if k, ok := n.front(row, p[0], p[1]); ok && p[0] == header && !slices.Contains(columns, k.Name) {
					columns = append(columns, k.Name)
				}
			}
		}
	}
	return fmt.Sprintf("```handbook\nfrom: page\nwhere: folder == %q\ncolumns: [%s]\n```", d.folder, strings.Join(columns, ", "))
}

// link leads a link of a page to where what it means will lie.
func (n *notion) link(d *Doc, l *links, written string) string {
	m := markdownLink.FindStringSubmatch(written)
	dest, _, _ := strings.Cut(m[2], "#") // which is the id of a block
	target := n.target(d.file, dest)
	switch to, o := n.doc(d.file, dest), n.owner[target]; {
	case dest == "":
		return written
	case to != nil:
		if m[1] == "[](" {
			m[1] = "[" + literal(to.Title) + "]("
		}
		return m[1] + l.to(to) + m[3]
	case o != nil:
		return m[1] + l.file(o, path.Base(target)) + m[3]
	case strings.Contains(dest, ":"):
		return written
	}
	l.lost()
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(m[1], "!"), "["), "](")
}
