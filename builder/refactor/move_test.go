package refactor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"handbook/builder"
	"handbook/builder/fixture"
)

// movable is a handbook in memory that links in every way there is.
func movable() map[string]string {
	return map[string]string{
		"handbook.yaml":          "rules: {no-owner: off, missing-field: off, missing-heading: off}\n",
		"content/a.md":           "\uFEFF---\r\ntitle: A\r\nrelated:\r\n  - b\r\n  - ./sub/b.md\r\n---\r\n[b](sub/b.md)\t[b](<sub/b.md#part> \"t\") [[b|x]] ![[b#Part]]\r\n\r\n[ref]: sub/b.md?x=1#part\r\n\r\n[Ref], [y][ref]\r\n\r\n--8<-- \"sub/b.md\"\r\n",
		"content/sub/b.md":       "# B title\n\n## Part\n\n[a](../a.md) [c](c.md) [p](p.png) [self](b.md#part) [top](/a/) [gone](gone.md) <img src=\"p.png\" alt=\"\"> <a href='../a.md'>raw</a>\n",
		"content/sub/c.md":       "+++\ntitle = \"C\"\naliases = [\"old/c\"]\n+++\n[b](./b.md) [[sub/b]] [index](./) [index](../sub/)\n",
		"content/sub/_index.md":  "---\ntitle: Sub\naliases:\n  - /before/\n---\n[b](b) [c](../sub/c.html)\n",
		"content/sub/p.png":      "x",
		"content/draft.md":       "---\ntitle: D\ndraft: true\n---\n[b](sub/b.md)\n",
		"content/j.md":           "{\n  \"title\": \"J\",\n  \"related\": [\"sub/b\"]\n}\n\n[c](sub/c.md)\n",
		"content/specs/s.md":     "---\ntitle: S\nproduct: p\n---\nText.\n",
		"content/products/p.md":  "---\ntitle: The product\ntype: product\n---\n[s](../specs/s.md)\n",
		"content/deep/er/own.md": "---\ntitle: Own\nowner: \"@crew\"\n---\n",
		"content/teams/crew.md":  "---\ntitle: The crew\ntype: team\n---\n",
	}
}

// applied is the handbook after edits.
func applied(files map[string]string, e Edits) map[string]string {
	out := map[string]string{}
	for name, text := range files {
		out[name] = text
	}
	for _, f := range e.Files {
		delete(out, f.Old)
	}
	for _, f := range e.Files {
		out[f.New] = string(f.After)
	}
	return out
}

// leads lists where every reference leads, by the titles of pages, and every address that is published.
func leads(r builder.Result) string {
	var b strings.Builder
	for _, n := range r.Book.Nodes {
		if n.Page == nil {
			continue
		}
		for _, ref := range n.References() {
			to := ref.Target.Asset
			if to != "" {
				to = "a file"
			}
			if t := ref.Target.Node; t != nil {
				to = t.Title
			}
			fmt.Fprintf(&b, "%s: %d %s#%s\n", n.Title, ref.Link.Kind, to, ref.Target.Fragment)
		}
		if n.Owner != nil {
			fmt.Fprintf(&b, "%s: owner %s\n", n.Title, n.Owner.Title)
		}
	}
	lines := strings.Split(b.String(), "\n")
	return strings.Join(lines, "\n")
}

func sorted(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		for j := i; j > 0 && lines[j] < lines[j-1]; j-- {
			lines[j], lines[j-1] = lines[j-1], lines[j]
		}
	}
	return strings.Join(lines, "\n")
}

// TestMoveKeepsEveryReference moves every file and folder to several places. Afterwards each reference leads to the same
// page, each old address is still there, and only the bytes of references and aliases have changed.
func TestMoveKeepsEveryReference(t *testing.T) {
	files := movable()
	before := build(t, files)
	for _, move := range [][2]string{
		{"a.md", "z.md"}, {"a.md", "sub/a.md"}, {"sub/b.md", "b.md"}, {"sub/b.md", "sub/renamed b (1).md"}, {"sub/c.md", "x/y/c.md"}, {"sub", "sup"},
		{"sub", "specs/sub"}, {"sub/p.png", "q.png"}, {"sub/_index.md", "sub.md"}, {"products", "made/products"}, {"products/p.md", "products/q.md"},
		{"teams/crew.md", "teams/band.md"}, {"teams", "people/teams"}, {"draft.md", "sub/draft.md"}, {"j.md", "sub/j.md"},
	} {
		t.Run(move[0]+" to "+move[1], func(t *testing.T) {
			e, err := Move(t.Context(), memory(files), move[0], move[1])
			var no *RefusedError
			if errors.As(err, &no) {
				t.Fatalf("%v\n%s", err, fixture.Lines(no.Messages))
			}
			if err != nil {
				t.Fatal(err)
			}
			now := applied(files, e)
			after := build(t, now)
			if a, b := sorted(leads(before)), sorted(leads(after)); a != b {
				t.Errorf("references led\n%s\nand now lead\n%s\nin\n%s", a, b, now)
			}
			there := map[string]bool{}
			for _, n := range after.Book.Nodes {
				there[n.URL] = true
			}
			for _, r := range after.Book.Redirects {
				there[r.From] = true
			}
			for _, n := range before.Book.Nodes {
				if n.Page != nil && !there[n.URL] {
					t.Errorf("%s leads nowhere", n.URL)
				}
			}
			for _, r := range before.Book.Redirects {
				if !there[r.From] {
					t.Errorf("%s leads nowhere", r.From)
				}
			}
			if d := now["content/draft.md"]; strings.HasPrefix(move[0], "sub/b") && d == files["content/draft.md"] {
				t.Error("the draft still links to the old file")
			}
			for _, f := range e.Files {
				if bytes.Count(f.Before, []byte("\r\n")) != bytes.Count(f.After, []byte("\r\n")) && !bytes.Contains(f.After, []byte("aliases")) {
					t.Errorf("%s: line ends changed", f.Old)
				}
			}
		})
	}
}

func TestMoveRefusesWhatItCannotDoRightly(t *testing.T) {
	files := movable()
	for _, c := range []struct{ from, to, because string }{
		{"sub/c.md", "a.md", "would be published at"},
		{"nothing.md", "x.md", "there is no page or file"},
	} {
		_, err := Move(context.Background(), memory(files), c.from, c.to)
		var no *RefusedError
		if !errors.As(err, &no) {
			t.Errorf("%s to %s: %v, want a refusal: %s", c.from, c.to, err, c.because)
		}
	}
	files["content/bad.md"] = "---\ntitle: \"x\n---\n"
	_, err := Move(context.Background(), memory(files), "a.md", "z.md")
	var no *RefusedError
	if !errors.As(err, &no) || len(no.Messages) != 1 {
		t.Errorf("with errors: %v", err)
	}
}

func TestAddAliasKeepsTheRestOfTheFile(t *testing.T) {
	for _, c := range []struct{ name, before, after string }{
		{"none", "Text.\n", "---\naliases: [/x/]\n---\n\nText.\n"},
		{"windows line ends", "---\r\ntitle: A # one\r\n---\r\nText.\r\n", "---\r\ntitle: A # one\r\naliases: [/x/]\r\n---\r\nText.\r\n"},
		{"byte order mark", "\uFEFFText.\n", "\uFEFF---\naliases: [/x/]\n---\n\nText.\n"},
		{"brackets", "---\naliases: [ /a/ , \"/b/\" ] # old\n---\n", "---\naliases: [ /a/ , \"/b/\", /x/ ] # old\n---\n"},
		{"empty brackets", "---\naliases: []\ntitle: A\n---\n", "---\naliases: [/x/]\ntitle: A\n---\n"},
		{"dashes", "---\naliases:\n  - /a/\n  - /b/ # b\ntitle: A\n---\n", ""},
		{"one word", "---\naliases: /a/\n---\n", "---\naliases: [/a/, /x/]\n---\n"},
		{"TOML", "+++\ntitle = \"A\"\n[extra]\nx = 1\n+++\n", "+++\naliases = [\"/x/\"]\ntitle = \"A\"\n[extra]\nx = 1\n+++\n"},
		{"TOML list", "+++\naliases = [\"/a/\"]\n+++\n", "+++\naliases = [\"/a/\", \"/x/\"]\n+++\n"},
		{"old line ends", "---\rtitle: A\r---\rText.\r", "---\rtitle: A\raliases: [/x/]\r---\rText.\r"},
		{"old line ends and dashes", "---\raliases:\r- /a/\r---\rText.\r", "---\raliases:\r- /a/\r- /x/\r---\rText.\r"},
		{"nothing", "---\naliases: ~\ntitle: A\n---\n", "---\naliases: [/x/]\ntitle: A\n---\n"},
		{"no value", "---\naliases:\ntitle: A\n---\n", "---\naliases: [/x/]\ntitle: A\n---\n"},
		{"empty block", "---\n# nothing yet\n---\nText.\n", ""},
		{"empty TOML", "+++\n+++\n", ""},
		{"JSON without keys", "{}\n\nText.\n", ""},
		{"JSON without a value", "{\n\"aliases\": null,\n\"title\": \"A\"\n}\n", "{\n\"aliases\": [\"/x/\"],\n\"title\": \"A\"\n}\n"},
		{"JSON", "{\n  \"title\": \"A\"\n}\n\nText.\n", "{\n  \"aliases\": [\"/x/\"],\n  \"title\": \"A\"\n}\n\nText.\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := build(t, map[string]string{"content/a.md": c.before})
			n, _ := r.Book.Lookup("a")
			got, ok := n.Page.AddAlias([]byte(c.before), "/x/")
			if !ok || c.after != "" && string(got) != c.after {
				t.Errorf("got %q, want %q", got, c.after)
			}
			again := build(t, map[string]string{"content/a.md": string(got)})
			var aliases []string
			for _, x := range again.Book.Redirects {
				aliases = append(aliases, x.From)
			}
			if len(aliases) != len(r.Book.Redirects)+1 || again.Failed() {
				t.Errorf("%q has the aliases %v", got, aliases)
			}
		})
	}
}
