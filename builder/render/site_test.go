package render

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"handbook/builder/book"
	"handbook/builder/page"
	"handbook/builder/query"
	"handbook/builder/review"
	"handbook/builder/schema"
	"handbook/builder/theme"
	"handbook/themes"
)

var today = page.Date{Year: 2026, Month: 11, Day: 22}

// site is what one archive of files becomes.
type site struct {
	t       testing.TB
	outputs []Output
}

// makeSite parses, resolves, judges and renders an archive: handbook.yaml, and files of the content folder.
func makeSite(t testing.TB, archive string) site {
	t.Helper()
	outputs, _ := Pages(makeJob(t, txtar.Parse([]byte(archive)).Files))
	return site{t, outputs}
}

func makeJob(t testing.TB, files []txtar.File) Job {
	t.Helper()
	config := ""
	for _, f := range files {
		if f.Name == "handbook.yaml" {
			config = string(f.Data)
		}
	}
	conf, msgs := schema.Read("handbook.yaml", []byte(config))
	if len(msgs) > 0 {
		t.Fatalf("handbook.yaml: %v", msgs)
	}
	look, msgs := theme.Load(themes.Default(), nil, conf)
	if len(msgs) > 0 {
		t.Fatalf("theme: %v", msgs)
	}
	look.Speak(conf)
	parser := page.NewParser(conf)
	in := book.Input{Site: conf}
	var assets []Asset
	var pages []*page.Page
	for _, f := range files {
		switch {
		case f.Name == "handbook.yaml":
		case strings.HasSuffix(f.Name, ".md"):
			p, _ := parser.Parse("content/"+f.Name, f.Name, f.Data)
			in.Pages, pages = append(in.Pages, p.Face), append(pages, p)
		default:
			in.Assets = append(in.Assets, f.Name)
			assets = append(assets, Asset{Path: f.Name, Key: uint64(len(f.Data)), Read: func() ([]byte, error) { return f.Data, nil }})
		}
	}
	for _, p := range query.BuiltIns() {
		in.BuiltIn = append(in.BuiltIn, book.BuiltIn{Name: p.Name, Type: p.Type, Field: p.Field})
	}
	b, _ := book.Resolve(in)
	verdicts, _ := review.Judge(t.Context(), review.Input{Book: b, Pages: page.PagesOf(pages), Today: today})
	builtIn, faces := map[string]*page.Page{}, map[string]*page.Face{}
	for _, p := range query.BuiltIns() {
		if slices.Contains(b.BuiltIn, p.Name) && b.Own(p.Name) == nil {
			builtIn[p.Name], _ = parser.Parse("built-in/"+p.Name+".md", p.Name+".md", p.Text(conf.Language))
			faces[p.Name] = builtIn[p.Name].Face
		}
	}
	views := query.New(query.Input{Book: b, Words: func(f *page.Face) int { return page.PagesOf(pages)(f).Words }, Verdicts: verdicts, Today: today, BuiltIn: faces})
	if msgs := views.Read(); len(msgs) > 0 {
		t.Fatalf("views: %v", msgs)
	}
	return Job{Book: b, Pages: page.PagesOf(pages), Code: parser.Code, Verdicts: verdicts, Views: views, BuiltIn: builtIn, Theme: look, Today: today, Built: "4c1f2ab", Assets: assets, Source: func(p *page.Page) ([]byte, bool, error) {
		for _, f := range files {
			if f.Name == p.Path {
				return f.Data, true, nil
			}
		}
		return nil, false, fs.ErrNotExist
	}}
}

// text is the text of one output.
func (s site) text(path string) string {
	s.t.Helper()
	for _, o := range s.outputs {
		if o.Path == path {
			data, err := o.Data()
			if err != nil {
				s.t.Fatalf("%s: %v", path, err)
			}
			return string(data)
		}
	}
	var paths []string
	for _, o := range s.outputs {
		paths = append(paths, o.Path)
	}
	s.t.Fatalf("no output %s among %s", path, strings.Join(paths, " "))
	return ""
}

func (s site) has(path string) bool {
	for _, o := range s.outputs {
		if o.Path == path {
			return true
		}
	}
	return false
}

// expect checks that each piece stands in the output, one after the other.
func (s site) expect(path string, pieces ...string) {
	s.t.Helper()
	whole := s.text(path)
	rest := whole
	for _, piece := range pieces {
		i := strings.Index(rest, piece)
		if i < 0 {
			s.t.Errorf("%s: no %q behind what came before, in\n%s", path, piece, main(rest))
			return
		}
		rest = rest[i+len(piece):]
	}
}

// refuse checks that none of the pieces stands in the output.
func (s site) refuse(path string, pieces ...string) {
	s.t.Helper()
	for _, piece := range pieces {
		if strings.Contains(s.text(path), piece) {
			s.t.Errorf("%s: %q should not be there, in\n%s", path, piece, main(s.text(path)))
		}
	}
}

// main shortens a page to what is its own.
func main(html string) string {
	if _, after, ok := strings.Cut(html, "<main"); ok {
		html = after
	}
	html, _, _ = strings.Cut(html, "</main>")
	return html
}

// manyPages is an archive with numbered pages in one folder.
func manyPages(n int, folder, each string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "-- %spage-%04d.md --\n---\ntitle: Page %04d\n---\n%s\n", folder, i, i, each)
	}
	return b.String()
}
