package book_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/page"
	"handbook/builder/schema"
	"handbook/builder/source"
)

var update = flag.Bool("update", false, "rewrite what the archives in testdata expect")

// Each archive in testdata shows one rule: the comment says it, content/ and handbook.yaml are the handbook, and each
// file below want/ is one view of what becomes of it. A file named drafts publishes drafts.
func TestArchives(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no archives", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files := map[string]string{}
			drafts := false
			for _, f := range archive.Files {
				files[f.Name] = string(f.Data)
				drafts = drafts || f.Name == "drafts"
			}
			b, msgs, snap := resolve(t, files, drafts)
			checkBook(t, b, msgs)
			for i, f := range archive.Files {
				view, ok := strings.CutPrefix(f.Name, "want/")
				if !ok {
					continue
				}
				got := show(t, view, b, msgs, snap)
				if *update {
					archive.Files[i].Data = []byte(got)
				} else if got != string(f.Data) {
					t.Errorf("%s\n%s\n-- is --\n%s-- should be --\n%s", f.Name, archive.Comment, got, f.Data)
				}
			}
			if *update {
				if err := os.WriteFile(name, txtar.Format(archive), 0o666); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// resolve makes a book of files such as "content/a.md" and "handbook.yaml".
func resolve(t testing.TB, files map[string]string, drafts bool) (*book.Book, diag.List, source.Snapshot) {
	t.Helper()
	snap := source.Memory(files)
	site := schema.Default()
	if snap.Config != nil {
		data, err := snap.Config.Read()
		if err != nil {
			t.Fatal(err)
		}
		var msgs diag.List
		if site, msgs = schema.Read(snap.Config.Name, data); len(msgs) > 0 {
			t.Fatalf("handbook.yaml: %+v", msgs)
		}
	}
	in := book.Input{Site: site, Drafts: drafts, BuiltIn: []book.BuiltIn{{Name: "health"}, {Name: "owners"}, {Name: "changes"}},
		Own: []book.Generated{{Out: "404.html", Yields: true}, {Out: "assets/handbook.1234.js"}, {Out: "feed.xml"}, {Out: "search/data/"}, {Out: "sitemap.xml"}}}
	parser := page.NewParser(site)
	var pages []*page.Page
	for _, f := range snap.Pages {
		data, err := f.Read()
		if err != nil {
			t.Fatal(err)
		}
		p, _ := parser.Parse(f.Name, f.Path, data)
		in.Pages, pages = append(in.Pages, p.Face), append(pages, p)
		texts.Store(p.Face, p.Text)
	}
	for _, a := range snap.Assets {
		in.Assets = append(in.Assets, a.Path)
	}
	b, msgs := book.Resolve(in)
	return b, placed(msgs, pages), snap
}

// texts are those of the faces that resolve parsed.
var texts sync.Map // of *page.Text by *page.Face

// placed are messages with places that count from the beginnings of files, sorted.
func placed(msgs diag.List, pages []*page.Page) diag.List {
	byFile := map[string]*page.Page{}
	for _, p := range pages {
		byFile[p.File] = p
	}
	at := func(at diag.Place) diag.Place {
		if p := byFile[at.File]; p != nil {
			return p.At(at)
		}
		return at
	}
	for i := range msgs {
		msgs[i].Place = at(msgs[i].Place)
		for k := range msgs[i].Notes {
			msgs[i].Notes[k].Place = at(msgs[i].Notes[k].Place)
		}
	}
	msgs.Sort()
	return msgs
}

// show writes one view of a book as lines of text.
func show(t *testing.T, view string, b *book.Book, msgs diag.List, snap source.Snapshot) string {
	t.Helper()
	var s strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&s, format+"\n", args...) }
	switch view {
	case "messages":
		for _, m := range diag.Sum(diag.Locate(msgs, snap.Read)) {
			line("%s:%d:%d: %s: %s [%s]", m.File, m.Line, m.Column, m.Severity, m.Text, m.Rule)
			line("  help: %s", m.Help)
			for _, n := range m.Notes {
				line("  note: %s: %s", n.File, n.Text)
			}
		}
	case "nodes":
		for _, n := range b.Nodes {
			depth := 0
			for p := n.Parent; p != nil; p = p.Parent {
				depth++
			}
			file := map[book.NodeKind]string{book.KindFolder: "a folder", book.KindOwner: "an owner"}[n.Kind]
			if n.Page != nil {
				file = n.Page.Path
			}
			line("%s%s  %s  %s  (%s)", strings.Repeat("  ", depth), n.Title, n.URL, n.Out, file)
		}
	case "reading order":
		for _, n := range b.Nodes {
			line("%s: after %s, before %s", id(n), id(n.Prev), id(n.Next))
		}
	case "inherited":
		for _, n := range b.Nodes {
			if n.Page != nil {
				line("%s: type %s, every %s, status %q, owner %s, tags %s", id(n), n.Type, n.ReviewEvery, n.Status, id(n.Owner), tagNames(n))
			}
		}
	case "owners":
		for _, n := range b.Owners {
			line("%s  %q  %s  owns %s", id(n), n.Title, n.URL, ids(n.Owns))
		}
	case "links":
		for _, n := range b.Nodes {
			for i, to := range n.Targets {
				l := n.Page.Links[i]
				from := l.Target
				if l.Fragment != "" {
					from += "#" + l.Fragment
				}
				line("%s: %s -> %s", id(n), from, target(to))
			}
		}
	case "backlinks":
		for _, n := range b.Nodes {
			for _, l := range n.Backlinks {
				sentence := ""
				if text, ok := texts.Load(l.From.Page); ok && l.Link >= 0 {
					sentence = text.(*page.Text).Anchors[l.Link].Sentence
				}
				line("%s: from %s: %s", id(n), id(l.From), sentence)
			}
		}
	case "related":
		for _, n := range b.Nodes {
			if n.Page != nil {
				line("%s: %s", id(n), ids(n.Related))
			}
		}
	case "tags":
		for _, tag := range b.Tags {
			line("%s  %s  %s: %s", tag.Name, tag.URL, tag.Out, ids(tag.Nodes))
		}
	case "redirects":
		for _, r := range b.Redirects {
			line("%s  %s  to %s", r.From, r.Out, r.To.URL)
		}
	case "assets":
		for _, f := range snap.Assets {
			line("%s  %s", f.Path, b.Assets[f.Path])
		}
	default:
		t.Fatalf("no view %q", view)
	}
	return s.String()
}

func target(t book.Target) string {
	text := t.Asset
	if t.Node != nil {
		text = id(t.Node)
	}
	if t.Fragment != "" {
		text += "#" + t.Fragment
	}
	if t.Cycle {
		text += " as a link"
	}
	if t.Broken != "" {
		text += "broken: " + t.Broken
	}
	return text
}

func id(n *book.Node) string {
	switch {
	case n == nil:
		return "nobody"
	case n.ID == "":
		return "home"
	}
	return n.ID
}

func ids(nodes []*book.Node) string {
	var all []string
	for _, n := range nodes {
		all = append(all, id(n))
	}
	return strings.Join(all, ", ")
}

func tagNames(n *book.Node) string {
	var all []string
	for _, t := range n.Tags {
		all = append(all, t.Name)
	}
	return strings.Join(all, ", ")
}
