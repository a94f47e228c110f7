package bring

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf16"
)

func TestCSV(t *testing.T) {
	table := Table{Type: "need", Fields: []string{"customers", "severity", "owner", "tags"}, Many: []string{"customers", "tags"}, Map: map[string]string{"Wer": "owner", "Intern": ""}}
	e, err := table.CSV("needs.csv", []byte("\ufeffTitle;Severity;Wer;Tags;Intern;Asked on;Customers\nFast refunds;high;ana;\"money; web\";x;2026-10-01;\"Acme, Globex\"\n\nToo few;high\n;low;;;;;\nFast refunds;low;bo;;;;\n"))
	got := written(t, e, err, nil)
	for path, want := range map[string]string{
		"wiki/fast-refunds.md":   "---\ntitle: Fast refunds\ntype: need\nseverity: high\nowner: ana\ntags: [money, web]\nasked_on: 2026-10-01\ncustomers: [Acme, Globex]\n---\n",
		"wiki/fast-refunds-2.md": "---\ntitle: Fast refunds\ntype: need\nseverity: low\nowner: bo\n---\n",
	} {
		if got[path] != want {
			t.Errorf("%s is\n%s\nwant\n%s", path, got[path], want)
		}
	}
	if told := tells(e); told != "line 4 has 2 columns, the header 7 1; line 5 has no Title 1" {
		t.Errorf("told is %s", told)
	}
	for data, want := range map[string]string{
		"":                    "is empty",
		"a,b\n\xff\xfe,x\n":   "is not UTF-8",
		"Name,name \nx,y\n":   `the columns "Name" and "name" would both be name`,
		"Title,A\rOne,1\r":    "",
		"Title,A\nOne,\"x\n":  "",
		"Title,A\n\"One\n":    "",
		"Title,Type\nOne,x\n": `the column "Type" would be the type of the pages`,
		"Title,Text,Body\n":   `the columns "Text" and "Body" would both be text`,
	} {
		table := Table{Type: "need"}
		if _, err := table.CSV("t.csv", []byte(data)); want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v, want %s", data, err, want)
		}
	}
	if _, err := (Table{Map: map[string]string{"Nope": "owner"}}).CSV("t.csv", []byte("Title\nx\n")); err == nil || !strings.Contains(err.Error(), "the columns are Title") {
		t.Errorf("a column that is not there: %v", err)
	}
}

// Excel writes tables in its own ways.
func TestCSVOfExcel(t *testing.T) {
	rows := "Title;Text;Asked on\r\n\"Fast; refunds\";\"One\r\n\r\n- two\";2026-10-01\r\n"
	var wide bytes.Buffer
	binary.Write(&wide, binary.LittleEndian, utf16.Encode([]rune("\ufeffTitle\tText\tAsked on\r\nFast refunds\t\"One\r\n\r\n- two\"\t2026-10-01\r\n")))
	for name, data := range map[string][]byte{"semicolons": []byte(rows), "with a mark": []byte("\xef\xbb\xbf" + rows), "sep": []byte("sep=;\r\n" + rows), "Unicode text": wide.Bytes()} {
		e, err := Table{Type: "need"}.CSV("needs.csv", data)
		got := written(t, e, err, nil)
		for p, page := range got {
			if !strings.HasPrefix(p, "wiki/fast-refunds") || !strings.Contains(page, "asked_on: 2026-10-01\n---\nOne\n\n- two\n") {
				t.Errorf("%s: %s is\n%s", name, p, page)
			}
		}
		if len(got) != 1 || tells(e) != "" {
			t.Errorf("%s: there are %v, told is %s", name, got, tells(e))
		}
	}
	if _, err := (Table{}).CSV("t.csv", []byte("sep=|\na|b\n")); err == nil || !strings.Contains(err.Error(), "not by '|'") {
		t.Errorf("another separator: %v", err)
	}
}

// Names of an export are not paths: they lead nowhere else, are no devices, and no two lie in one file.
func TestHostileNames(t *testing.T) {
	titles := []string{"../../etc/passwd", "CON", "nul.txt", "Index", "README", "A", "a", "Ä", "ä", "", "...", strings.Repeat("long ", 100), "x\x00y", "_private", ".git", "a/b", `a\b`, "日本語"}
	e := &Export{Tool: "test"}
	for i, title := range titles {
		e.Docs = append(e.Docs, &Doc{ID: fmt.Sprint(i), Title: title, text: func(*links) string { return "" }, Files: []File{{Name: title + ".png", From: "x"}}})
	}
	e.place("wiki", nil)
	seen := map[string]bool{}
	for _, d := range e.Docs {
		for _, p := range append([]string{d.path}, filePaths(d)...) {
			name := p[strings.LastIndexByte(p, '/')+1:]
			base, _, _ := strings.Cut(name, ".")
			if !strings.HasPrefix(p, "wiki/") || strings.Contains(p, "..") || strings.ContainsAny(p, "\\\x00:*?") || len(name) > 255 || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") ||
				slices.Contains([]string{"con", "nul", "index", "readme"}, strings.ToLower(base)) || strings.HasSuffix(name, ".") {
				t.Errorf("%q lies in %q", d.Title, p)
			}
			if key := strings.ToLower(p); seen[key] {
				t.Errorf("two lie in %s", p)
			} else {
				seen[key] = true
			}
		}
	}
}

func filePaths(d *Doc) (list []string) {
	for _, f := range d.Files {
		list = append(list, f.path)
	}
	return list
}

// An attachment is no page, and one that a browser runs is told of.
func TestAttachmentsAreFiles(t *testing.T) {
	e := &Export{Tool: "test", Docs: []*Doc{{ID: "1", Title: "Home", text: func(*links) string { return "" }, Files: []File{{Name: "notes.md", From: "x"}, {Name: "Tool.HTML", From: "x"}, {Name: "a.mdx", From: "x"}}}}}
	got := written(t, e, nil, fstest.MapFS{"x": &fstest.MapFile{}})
	for _, path := range []string{"wiki/home/notes.md.txt", "wiki/home/Tool.HTML", "wiki/home/a.mdx.txt"} {
		if _, there := got[path]; !there {
			t.Errorf("%s is not there, but %v", path, got)
		}
	}
	if told := tells(e); told != "attachments that a browser runs 1 Home" {
		t.Errorf("told is %s", told)
	}
}

func TestHostileArchives(t *testing.T) {
	pack := func(files map[string]string) string {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for name, data := range files {
			f, err := w.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			f.Write([]byte(data))
		}
		w.Close()
		name := filepath.Join(t.TempDir(), "export.zip")
		if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	files, refused, close, err := Open(pack(map[string]string{"../evil.md": "# Evil\n", "/etc/evil.md": "x", "C:\\evil.md": "# C\n", "Home.md": "# Home\n"}))
	if err != nil {
		t.Fatal(err)
	}
	defer close()
	e, err := Notion(files, refused)
	got := written(t, e, err, nil)
	if got["wiki/home.md"] == "" || len(refused) == 0 || !strings.Contains(refused[0].What, "lead out of the archive") || refused[0].Count != 2 {
		t.Errorf("brought %v, told %+v", got, refused)
	}
	if _, _, _, err := Open(pack(map[string]string{"bomb.md": strings.Repeat("0", 40<<20)})); err == nil || !strings.Contains(err.Error(), "more than it can honestly hold") {
		t.Errorf("a bomb: %v", err)
	}
	part := pack(map[string]string{"Home.md": "# Home\n"})
	data, err := os.ReadFile(part)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		files map[string]string
		want  int
	}{
		"an export in parts":      {map[string]string{"Export-1-Part-1.zip": string(data), "__MACOSX/._a": "x"}, 1},
		"an archive on a page":    {map[string]string{"Home.md": "# Home\n", "Home/sources.zip": string(data)}, 2},
		"an archive that is none": {map[string]string{"Home.md": "# Home\n", "sources.zip": "no archive"}, 2},
	} {
		files, _, close, err := Open(pack(c.files))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		e, err := Notion(files, nil)
		if got := written(t, e, err, files); len(got) != c.want || !strings.HasPrefix(got["wiki/home.md"], "---\ntitle: Home\n---\n") {
			t.Errorf("%s: there is %q", name, got)
		}
		close()
	}
	plain := filepath.Join(t.TempDir(), "a.zip")
	os.WriteFile(plain, []byte("no archive"), 0o600)
	if _, _, _, err := Open(plain); err == nil || !strings.Contains(err.Error(), "is no zip archive") {
		t.Errorf("no archive: %v", err)
	}
	if _, err := Confluence(exported(map[string]string{"a.txt": "x"}), nil); err == nil || !strings.Contains(err.Error(), "no pages of Confluence") {
		t.Errorf("no export: %v", err)
	}
}

// A large page costs as much as its size, whatever is wrong with it.
func TestBrokenPagesCostNoMore(t *testing.T) {
	body := strings.Repeat("<div><b><table><tr><td>x<ul><li>", 3000)
	e, err := Confluence(exported(map[string]string{"A_1.html": htmlPage("A", "", body, "")}), nil)
	got := written(t, e, err, nil)
	if n := strings.Count(got["wiki/a.md"], "x"); n < 3000 {
		t.Errorf("of 3000 words %d are left", n)
	}
}

func TestASecondImportLeavesWhatPeopleWrote(t *testing.T) {
	out := func(path, data string) Output {
		return Output{path, "notion:" + path, func() ([]byte, error) { return []byte(data), nil }}
	}
	first := []Output{out("wiki/a.md", "A1"), out("wiki/b.md", "B1"), out("wiki/c.md", "C1"), out("wiki/d.md", "D1"), out("wiki/e.md", "E1"), out("wiki/f.md", "F1")}
	disk, known := map[string]string{"wiki/f.md": "mine"}, map[string]Record{}
	apply := func(outputs []Output) string {
		var all []string
		var lines []byte
		for _, s := range Compare("notion", "wiki", outputs, func(p string) []byte {
			if data, ok := disk[p]; ok {
				return []byte(data)
			}
			return nil
		}, known) {
			all = append(all, s.Path+" "+string(s.Action))
			if s.Writes() {
				data, _ := s.Data() // it is in memory
				disk[s.Path] = string(data)
			}
			if r, ok := s.Record(); ok {
				lines = append(lines, r.Line()...)
			}
		}
		for p, r := range ReadRecords(append(lines, "torn {\n"...)) {
			known[p] = r
		}
		return strings.Join(all, ", ")
	}
	if got, want := apply(first), "wiki/a.md new, wiki/b.md new, wiki/c.md new, wiki/d.md new, wiki/e.md new, wiki/f.md there already"; got != want {
		t.Errorf("the first: %s, want %s", got, want)
	}
	disk["wiki/b.md"], disk["wiki/c.md"] = "B by hand", "C by hand"
	delete(disk, "wiki/d.md")
	second := []Output{out("wiki/a.md", "A2"), out("wiki/b.md", "B1"), out("wiki/c.md", "C2"), out("wiki/d.md", "D2"), out("wiki/g.md", "G1")}
	known["other/x.md"], disk["other/x.md"] = Record{"other/x.md", "notion:x", ""}, "of another export"
	if got, want := apply(second), "wiki/a.md updated, wiki/b.md edited here, wiki/c.md edited in both, wiki/d.md deleted here, wiki/e.md no longer in export, wiki/g.md new"; got != want {
		t.Errorf("the second: %s, want %s", got, want)
	}
	if disk["wiki/a.md"] != "A2" || disk["wiki/b.md"] != "B by hand" || disk["wiki/c.md"] != "C by hand" || disk["wiki/e.md"] != "E1" {
		t.Errorf("there is %v", disk)
	}
	if got := apply(second); !strings.HasPrefix(got, "wiki/a.md unchanged, wiki/b.md edited here") {
		t.Errorf("the same again: %s", got)
	}
}

// Rows of one title stay apart, also from a row whose title looks like a number given to another.
func TestASecondImportFindsEachDocument(t *testing.T) {
	rows := []byte("Title,Index\nA 2,1\nA,2\nA,3\n")
	known := map[string]Record{}
	for range 2 {
		e, err := Table{Type: "page"}.CSV("a.csv", rows)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, o := range e.Write(nil, "wiki", Paths(known)) {
			data, _ := o.Data() // it is in memory
			all = append(all, o.Path+" "+string(data))
			known[o.Path] = Record{Path: o.Path, Source: o.Source}
		}
		want := []string{"wiki/a-2.md ---\ntitle: A 2\ntype: page\nindex: 1\n---\n", "wiki/a.md ---\ntitle: A\ntype: page\nindex: 2\n---\n", "wiki/a-3.md ---\ntitle: A\ntype: page\nindex: 3\n---\n"}
		if !slices.Equal(all, want) {
			t.Errorf("it brought %q, want %q", all, want)
		}
	}
}

// A page that has another title lies where it lay.
func TestANewTitleMovesNothing(t *testing.T) {
	e, err := Table{Type: "page"}.CSV("a.csv", []byte("Title\nOne\n"))
	if err != nil {
		t.Fatal(err)
	}
	e.Docs[0].Title = "Another"
	if outputs := e.Write(nil, "wiki", map[string]string{"csv-a:one": "wiki/one.md"}); outputs[0].Path != "wiki/one.md" {
		t.Errorf("it lies in %s", outputs[0].Path)
	}
}
