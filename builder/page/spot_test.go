package page

import (
	"bytes"
	"slices"
	"testing"

	"handbook/builder/schema"
)

// FuzzSpot holds that a reference is found at bytes that say it: writing them anew changes nothing, and another target
// written there is the target that is read. One more alias is one more alias, and the rest of the page stays.
func FuzzSpot(f *testing.F) {
	for _, seed := range []string{
		"[a](b.md#c) [a](<b c.md> 't') ![i](x.png) [[w#h|l]] ![[e]] <a href=\"b.md?x=1#y\">z</a>\n\n[r][l] [l]\n\n[l]: ../b.md\n",
		"---\naliases: [/a/]\nrelated: [b, \"c#d\", \"[[e|f]]\"]\ndepends_on: ./g.md\n---\n[a](b&amp;c.md) [a](b\\_c.md) [a](b%20c.md)\n",
		"---\r\naliases:\r\n  - /a/\r\n---\r\n[a](b.md)\r\n", "+++\naliases = [\"/a/\"]\n+++\n", "{\n  \"title\": \"J\"\n}\n\nx\n", "\uFEFF[a](b.md)", "---\naliases:\n---\n", "---\ntitle: x\n...\n",
		"---\naliases: &a [/b/]\nx: *a\n---\n", "---\naliases: |\n  /b/\n---\n", "<!-- handbook-ignore broken-link: x -->\n[a](b.md)\n",
	} {
		f.Add([]byte(seed))
	}
	site := schema.Default()
	f.Fuzz(func(t *testing.T, data []byte) {
		p, _ := Parse("content/a.md", "a.md", data, site)
		for _, l := range p.Links {
			s, ok := l.Spot(data)
			if !ok {
				continue
			}
			if s.Start < 0 || s.Start > s.End || s.End > len(data) || s.Fragment < s.Start || s.Fragment > s.FragmentEnd || s.FragmentEnd > len(data) {
				t.Fatalf("%+v lies outside of %d bytes", s, len(data))
			}
			if l.Target == "" || s.Start == s.End {
				continue
			}
			changed := slices.Concat(data[:s.Start], []byte("new-target.md"), data[s.End:])
			again, _ := Parse("content/a.md", "a.md", changed, site)
			if len(again.Links) != len(p.Links) {
				continue // it was part of something else too, such as a heading's id
			}
			found := false
			for _, n := range again.Links {
				found = found || n.Target == "new-target.md"
			}
			if !found {
				t.Fatalf("%q: %q is not where %q is written", data, data[s.Start:s.End], l.Target)
			}
		}
		grown, ok := p.AddAlias(data, "/old/place/")
		if !ok {
			return
		}
		again, _ := Parse("content/a.md", "a.md", grown, site)
		if !bytes.Contains(grown, []byte("/old/place/")) || len(grown) <= len(data) {
			t.Fatalf("%q has no alias more", grown)
		}
		if !again.Broken && slices.Contains(again.Meta.Aliases, "/old/place/") && again.Title != p.Title && p.Meta.Title != "" {
			t.Fatalf("the title of %q was %q and is %q", data, p.Title, again.Title)
		}
	})
}
