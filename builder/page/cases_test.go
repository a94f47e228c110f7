package page

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"handbook/builder/diag"
	"handbook/builder/schema"
)

var update = flag.Bool("update", false, "rewrite what testdata/cases expect")

// Each archive in testdata/cases shows one behaviour, which its head names. NAME.md is a page; NAME.html, .words,
// .links, .messages, .meta and .headings are what becomes of it. A head line "markdown: typographer" turns a switch on.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/cases/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			runCase(t, archive)
			if *update {
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func runCase(t *testing.T, archive *txtar.Archive) {
	site := schema.Default()
	site.Markdown.Typographer = bytes.Contains(archive.Comment, []byte("markdown: typographer"))
	site.Markdown.RawHTML = bytes.Contains(archive.Comment, []byte("markdown: raw_html"))
	site.Markdown.HardWraps = bytes.Contains(archive.Comment, []byte("markdown: hard_wraps"))
	p := NewParser(site)
	var page *Page
	var msgs diag.List
	var source []byte
	for i, f := range archive.Files {
		if name, ok := strings.CutSuffix(f.Name, ".md"); ok {
			source = f.Data
			page, msgs = p.Parse("content/"+name+".md", name+".md", source)
			if err := lawful(page, msgs, source); err != nil {
				t.Error(err)
			}
			continue
		}
		got := describe(filepath.Ext(f.Name), page, msgs, source)
		if want := string(f.Data); got != want && !*update {
			t.Errorf("%s\n--- got\n%s--- want\n%s", f.Name, got, want)
		}
		archive.Files[i].Data = []byte(got)
	}
}

// describe writes one aspect of a page as a reader of the archive can follow it.
func describe(aspect string, p *Page, msgs diag.List, source []byte) string {
	var b strings.Builder
	switch aspect {
	case ".html":
		b.WriteString(withHoles(p))
	case ".words":
		fmt.Fprintf(&b, "%d words: %s\n", p.Words, p.Summary)
	case ".links":
		for i, l := range p.Links {
			kind := []string{"path", "image", "wiki", "embed", "related", "depends"}[l.Kind]
			fmt.Fprintf(&b, "%d %s %s%s", i, kind, l.Target, l.Query)
			if l.Fragment != "" {
				fmt.Fprintf(&b, "#%s", l.Fragment)
			}
			a := p.Anchors[i]
			if a.Label != "" {
				fmt.Fprintf(&b, " %q", a.Label)
			}
			fmt.Fprintf(&b, " at %s\n", where(source, p.At(l.At)))
			if a.Sentence != "" {
				fmt.Fprintf(&b, "  %s«%s»%s\n", a.Sentence[:a.Mark[0]], a.Sentence[a.Mark[0]:a.Mark[1]], a.Sentence[a.Mark[1]:])
			}
		}
	case ".messages":
		msgs.Sort()
		for _, m := range msgs {
			fmt.Fprintf(&b, "%s %s: %s\n  %s\n", where(source, m.Place), m.Rule, m.Text, m.Help)
			for _, n := range m.Notes {
				fmt.Fprintf(&b, "  %s %s\n", where(source, n.Place), n.Text)
			}
		}
	case ".headings":
		for i, s := range p.Sections {
			html := p.Body().HTML[s.Start:s.End]
			if s.Heading < 0 {
				fmt.Fprintf(&b, "%d before the first heading: %d bytes\n", i, len(html))
				continue
			}
			h := p.Headings[s.Heading]
			fmt.Fprintf(&b, "%d %s %s #%s\n", i, strings.Repeat("#", h.Level), h.Text, h.ID)
		}
		fmt.Fprintf(&b, "ids %s\n", strings.Join(p.IDs, " "))
	case ".meta":
		fmt.Fprintf(&b, "page %q %q\n", p.ID, p.Title)
		if p.Broken {
			fmt.Fprintln(&b, "broken")
		}
		describeMeta(&b, "", &p.Meta)
		for _, f := range p.Fields {
			fmt.Fprintf(&b, "%s at %s = %v\n", f.Key, where(source, f.At), f.Value)
		}
	}
	if s := b.String(); s != "" && !strings.HasSuffix(s, "\n") {
		return s + "\n" // as every file of an archive ends
	}
	return b.String()
}

func describeMeta(b *strings.Builder, prefix string, m *Meta) {
	v := reflect.ValueOf(*m)
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		switch {
		case v.Field(i).IsZero() || name == "places" || name == "CascadeSet":
		case name == "Cascade":
			describeMeta(b, prefix+"Cascade.", m.Cascade)
		default:
			fmt.Fprintf(b, "%s%s: %v\n", prefix, name, v.Field(i).Interface())
		}
	}
}

// where is "3:8 `the bytes`", line and column from 1, the column in bytes.
func where(source []byte, at diag.Place) string {
	line := 1 + bytes.Count(source[:at.Start], []byte("\n"))
	column := at.Start - bytes.LastIndexByte(source[:at.Start], '\n')
	return fmt.Sprintf("%d:%d `%s`", line, column, strings.ReplaceAll(string(source[at.Start:at.End]), "\n", `\n`))
}

// withHoles writes a body with a word in braces for each hole. What an embed leaves out stands between bars.
func withHoles(p *Page) string {
	var b strings.Builder
	at := int32(0)
	for _, h := range p.Holes {
		b.WriteString(p.Body().HTML[at:h.At])
		name := []string{"open", "close", "title", "src", "embed", "id", "here", "view", "code"}[h.Kind]
		switch h.Kind {
		case HoleID:
			fmt.Fprintf(&b, "|%s|", p.Body().HTML[h.At:h.End])
		case HoleLocal:
			b.WriteString("{here}")
		case HoleCode:
			b.WriteString(p.Body().Blocks[h.Link].HTML())
		default:
			fmt.Fprintf(&b, "{%s %d}", name, h.Link)
		}
		at = h.End
	}
	b.WriteString(p.Body().HTML[at:])
	return b.String()
}
