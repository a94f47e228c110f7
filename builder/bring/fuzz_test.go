package bring

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

var word = regexp.MustCompile(`[a-zA-Z0-9]{3,}`)

// keeps checks that each word of a text came out, or something was told.
func keeps(t *testing.T, e *Export, source, got string) {
	t.Helper()
	if len(e.Notes()) > 0 {
		return
	}
	plain := strings.NewReplacer(`\`, "", "<u>", "", "</u>", "", "<sub>", "", "</sub>", "", "<sup>", "", "</sup>", "", "*", "", "~~", "", "`", "").Replace(got)
	for _, w := range word.FindAllString(source, -1) {
		if !strings.Contains(plain, w) {
			t.Errorf("%q is neither in the page nor told of:\n%s", w, got)
		}
	}
}

// lies checks what holds for every export: each file has a place of its own below the folder.
func lies(t *testing.T, e *Export) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, o := range e.Write(exported(nil), "wiki", nil) {
		data, _ := o.Data() // attachments are none
		if _, twice := all[strings.ToLower(o.Path)]; twice || !filepath.IsLocal(filepath.FromSlash(o.Path)) || !strings.HasPrefix(o.Path, "wiki/") {
			t.Errorf("a file is to lie in %q", o.Path)
		}
		all[strings.ToLower(o.Path)] = string(data)
	}
	return all
}

func FuzzConfluenceHTML(f *testing.F) {
	f.Add("Home", `<p>See <a href="Home_1.html#Home-Top">top</a></p><h2 id="Home-Top">Top</h2><table><tr><th>Ask</th><td><ul><li>one<p>two</p></li></ul></td></tr></table>`)
	f.Add("../x", `<div class="panel"><div class="panelContent"><pre>some
code</pre></div></div><ul class="inline-task-list"><li>task</li></ul><div data-macro-name="details"><table><tr><td>Type</td><td>x</td></tr></table></div>`)
	f.Add("", `<dl><dt>abc<dd>def</dl><blockquote>ghi<details><summary>jkl</summary>mno</details></blockquote><b><table><td>pqr<table><td>stu`)
	f.Fuzz(func(t *testing.T, title, body string) {
		e, err := Confluence(exported(map[string]string{"Home_1.html": htmlPage(html.EscapeString(title), "", body, "")}), nil)
		if err != nil {
			t.Fatal(err)
		}
		got := lies(t, e)
		root := byID(parseHTML([]byte(htmlPage("x", "", body, ""))), "main-content")
		var said strings.Builder
		for n := range root.Descendants() {
			if n.Type == html.TextNode && n.Parent.Type == html.ElementNode && !strings.Contains(" script style title head noscript iframe template textarea select option ", " "+n.Parent.Data+" ") && n.Parent.Namespace == "" {
				said.WriteString(strings.Map(legible, n.Data) + " ")
			}
		}
		for name, page := range got {
			if strings.HasSuffix(name, ".md") && !strings.Contains(body, "class") && !strings.Contains(body, "<template") {
				keeps(t, e, said.String(), page)
			}
		}
	})
}

func FuzzConfluenceXML(f *testing.F) {
	f.Add("Home", `<p>See <ac:link ac:anchor="top"><ri:page ri:content-title="Home"/></ac:link></p><ac:structured-macro ac:name="info"><ac:rich-text-body><p>abc</p></ac:rich-text-body></ac:structured-macro>`)
	f.Add("a", `<ac:structured-macro ac:name="x"><ac:parameter ac:name="y">zzz</ac:parameter></ac:structured-macro><ac:task-list><ac:task><ac:task-body>def</ac:task-body></ac:task></ac:task-list>`)
	f.Add("b", `<table><tbody><tr><th>abc</th><td><ac:image><ri:attachment ri:filename="q.png"/><ac:caption><p>def</p></ac:caption></ac:image></td></tr></tbody></table><h2>ghi<br/></h2>`)
	f.Fuzz(func(t *testing.T, title, body string) {
		e, err := Confluence(spaceXML(pageXML("1", strings.ReplaceAll(title, "]]>", ""), body), pageXML("2", "Second", "<h2>Top</h2>", "Page:parent", "1")), nil)
		if err != nil {
			return // the title broke the file
		}
		got := lies(t, e)
		root, err := parseStorage(body)
		if err != nil {
			return
		}
		var said strings.Builder
		for n := range root.Descendants() {
			if n.Type == html.TextNode && n.Parent.Type == html.ElementNode && !strings.Contains(n.Parent.Data, ":") && !strings.Contains(" script style title head meta link iframe time noscript textarea ", " "+n.Parent.Data+" ") {
				said.WriteString(strings.Map(legible, n.Data) + " ")
			}
		}
		if !strings.Contains(body, ":") {
			keeps(t, e, said.String(), got["wiki/"+strings.ToLower(e.Docs[0].path[len("wiki/"):])])
		}
	})
}

func FuzzNotion(f *testing.F) {
	f.Add("Home", "[x](Home%20"+id(1)+"/T%20"+id(2)+".csv)\n<aside>\n<img src=\"a.png\">\n</aside>\n", "\ufeffName,Tags\nA,\"x\ny\"\n", "A: x\nTags: B (A.md), C (f)\n")
	f.Fuzz(func(t *testing.T, title, text, table, row string) {
		e, err := Notion(exported(map[string]string{"Home " + id(1) + ".md": "# " + title + "\n" + text, "Home " + id(1) + "/T " + id(2) + ".csv": table, "Home " + id(1) + "/T " + id(2) + "/A " + id(3) + ".md": row, "Home " + id(1) + "/a.png": ""}), nil)
		if err != nil {
			t.Fatal(err)
		}
		lies(t, e)
	})
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("Title;Tags\r\n\"a\nb\";x\r\n"))
	f.Add([]byte("sep=;\nTitle;Text\na;b\n"))
	f.Add([]byte("\xff\xfea\x00\n\x00b\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if e, err := (Table{Type: "page", Many: []string{"tags"}}).CSV("t.csv", data); err == nil {
			lies(t, e)
		}
	})
}

func FuzzArchive(f *testing.F) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	file, _ := w.Create("Home.md") // into memory
	file.Write([]byte("# Home\n"))
	w.Close()
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		name := filepath.Join(t.TempDir(), "a.zip")
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
		files, refused, closing, err := Open(name)
		if err != nil {
			return
		}
		defer closing()
		if e, err := Notion(files, refused); err == nil {
			lies(t, e)
		}
		if e, err := Confluence(files, refused); err == nil {
			lies(t, e)
		}
	})
}
