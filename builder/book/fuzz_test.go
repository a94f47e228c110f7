package book_test

import (
	"path"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"handbook/builder/book"
	"handbook/builder/diag"
)

// Whatever the pages say, Resolve makes a book whose addresses differ and stay inside the output folder, whose links
// lead somewhere or say why not, and whose messages have a place and a next step.
func FuzzResolve(f *testing.F) {
	f.Add("-- content/_index.md --\n---\nslug: /a/../b\naliases: [/x, x, ../y]\n---\n[a](b.md#c) [[a#b]] ![[a]]\n-- content/a.md --\n---\nslug: con\nowner: '@'\n---\n![[_index]]\n-- content/a/b.md --\n")
	f.Add("-- content/A.md --\n---\ntags: ['', '#', a/b, a]\nrelated: [a, ./a.md]\n---\n[[a]]\n-- content/a.md --\n-- content/tags/a --\n-- content/x/index.html --\n-- content/x/y.md --\n")
	f.Add("-- content/README.md --\n-- content/index.md --\n---\ncascade: {draft: true, owner: x, type: person}\ndraft: true\n---\n-- content/..b.md --\n[x](../../z) [y](/) [z](//)\n")
	f.Fuzz(func(t *testing.T, archive string) {
		files := map[string]string{}
		for _, file := range strings.Split("\n"+archive, "\n-- ") {
			name, text, _ := strings.Cut(file, " --\n")
			if path.Clean("/"+name) == "/"+name && len(files) < 50 {
				files[name] = text
			}
		}
		delete(files, "handbook.yaml") // its mistakes are the schema's
		b, msgs, _ := resolve(t, files, len(archive)%2 == 0)
		checkBook(t, b, msgs)
	})
}

func checkBook(t *testing.T, b *book.Book, msgs diag.List) {
	t.Helper()
	if b.Home == nil || b.Nodes[0] != b.Home || b.Home.Out != "index.html" && b.Home.Out != "" {
		t.Fatal("the book does not begin with its home page")
	}
	outs := map[string]string{}
	publish := func(out, what string) {
		if out == "" {
			return
		}
		for _, segment := range strings.Split(out, "/") {
			if segment == "" || segment == "." || segment == ".." || strings.ContainsFunc(segment, unicode.IsControl) && out != what || strings.Contains(segment, `\`) && out != what {
				t.Errorf("%s would be written to %q", what, out)
			}
		}
		key := strings.ToLower(norm.NFC.String(out))
		if other := outs[key]; other != "" {
			t.Errorf("%s and %s would both be written to %s", what, other, out)
		}
		outs[key] = what
	}
	known, ids := map[*book.Node]bool{}, map[string]bool{}
	for _, n := range b.Nodes {
		if ids[n.ID] {
			t.Errorf("two nodes have the id %q", n.ID)
		}
		known[n], ids[n.ID] = true, true
		publish(n.Out, "node "+n.ID)
	}
	for _, tag := range b.Tags {
		publish(tag.Out, "tag "+tag.Name)
	}
	for _, r := range b.Redirects {
		publish(r.Out, "redirect "+r.From)
	}
	for a := range b.Assets {
		publish(a, a) // assets keep the names they have on disk
	}
	for out, what := range outs {
		for dir := path.Dir(out); dir != "."; dir = path.Dir(dir) {
			if outs[dir] != "" {
				t.Errorf("%s would be a file and a folder: %s, %s", dir, outs[dir], what)
			}
		}
	}
	for _, n := range b.Nodes {
		if n != b.Home && !known[n.Parent] || n.Next != nil && n.Next.Prev != n || n.Owner != nil && !known[n.Owner] {
			t.Errorf("%q is not where its neighbours say", n.ID)
		}
		if n.Page != nil && len(n.Targets) != len(n.Page.Links) {
			t.Errorf("%q has %d links and %d targets", n.ID, len(n.Page.Links), len(n.Targets))
		}
		for i, to := range n.Targets {
			ways := 0
			for _, way := range []bool{to.Node != nil, to.Asset != "", to.Broken != ""} {
				if way {
					ways++
				}
			}
			if ways != 1 || to.Node != nil && !known[to.Node] {
				t.Errorf("%q: the link to %q leads %d ways: %+v", n.ID, n.Page.Links[i].Target, ways, to)
			}
		}
	}
	for _, m := range msgs {
		if m.Text == "" || m.Help == "" || m.Rule == "" || strings.HasSuffix(m.Text, ".") && !strings.HasSuffix(m.Text, "..") {
			t.Errorf("a message without a text or a next step: %+v", m)
		}
	}
}
