package builder

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"handbook/builder/diag"
	"handbook/builder/review"
	"handbook/builder/schema"
)

// judged is a handbook with pages in every state, some of which change with time alone.
func judged() map[string]string {
	files := map[string]string{
		"handbook.yaml":                  "base_url: https://acme.example/team/\n",
		"content/_index.md":              "---\nreview_every: never\nowner: ana\n---\n# Home\n\n```handbook\nfrom: all\ncolumns: [title, freshness, states]\ntitle: All\n```\n\n```handbook\nfrom: all\nwhere: next_review < today + \"30d\"\ncolumns: [title]\ntitle: Soon\n```\n\n```handbook\nfrom: spec\ncolumns: [title, product.freshness]\ntitle: Of products\n```\n\n```handbook\nfrom: all\ncolumns: [title, owner]\ntitle: Plain\n```\n",
		"content/people/ana.md":          "---\nreview_every: never\n---\n# Ana\n",
		"content/a/near.md":              "---\nreviewed: 2026-11-20\nreview_every: 30d\nowner: ana\n---\n# Near\n",
		"content/a/far.md":               "---\nreviewed: 2026-10-01\nreview_every: 1 year\nowner: ana\n---\n# Far\n",
		"content/a/past.md":              "---\nreviewed: 2025-01-01\nreview_every: 90d\nowner: ana\n---\n# Past\n",
		"content/a/never-read.md":        "---\nreview_every: 90d\nowner: ana\n---\n# Never read\n",
		"content/a/once.md":              "---\nreviewed: 2026-10-01\n---\n# Once\n",
		"content/a/edited.md":            "---\nreview_every: 90d\nowner: ana\n---\n# Edited\n\nNew words.\n",
		"content/a/doubtful.md":          "---\nreview_every: 200d\nowner: ana\ndepends_on: [edited]\n---\n# Doubtful\n",
		"content/a/doubtful-and-late.md": "---\nreview_every: 30d\ndepends_on: [edited]\n---\n# Both\n",
		"content/specs/_index.md":        "---\nreview_every: never\n---\n# Specs\n",
		"content/specs/pay.md":           "---\nreview_every: 30d\nreviewed: 2026-11-10\nstatus: dropped\nproduct: box\n---\n# Pay\n",
		"content/products/box.md":        "---\nreview_every: 60d\nreviewed: 2026-11-10\nowner: ana\n---\n# Box\n",
		"content/_records/reviews.jsonl": "",
	}
	for _, line := range []string{
		`{"page":"a/edited","date":"2026-11-01","by":"ana","text":"0000000000000001"}`,
		`{"page":"a/doubtful","date":"2026-11-02","by":"ana","text":"0000000000000004","relies":{"a/edited":"0000000000000002"}}`,
		`{"page":"a/doubtful-and-late","date":"2026-11-03","by":"ana","text":"0000000000000003","relies":{"a/edited":"0000000000000002"}}`,
	} {
		files["content/_records/reviews.jsonl"] += line + "\n"
	}
	return files
}

func onDay(t *testing.T, s *Session, day schema.Date) Result {
	t.Helper()
	job := memory(judged())
	job.Today = day
	r, err := s.Build(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// byRule works out the state on a day as the manual says (freshness.md, On another day).
func byRule(of func(key string) string, on schema.Date) review.State {
	reached := func(key string) bool { return of(key) != "" && of(key) <= on.String() }
	switch {
	case reached("next_review"):
		return review.Overdue
	case reached("suspect_since"):
		return review.Suspect
	case reached("changed_since"):
		return review.Changed
	case of("reviewed") == "" && of("review_every") != "" && of("review_every") != "never":
		return review.Unreviewed
	case reached("due_from"):
		return review.Due
	case of("next_review") != "":
		return review.Fresh
	}
	return review.Exempt
}

// headOf is the frontmatter of a page's Markdown.
func headOf(text string) func(key string) string {
	_, head, _ := strings.Cut(text, "---\n")
	head, _, _ = strings.Cut(head, "\n---\n")
	values := map[string]string{}
	for line := range strings.Lines(head) {
		key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		values[key] = strings.Trim(value, `"`)
	}
	return func(key string) string { return values[key] }
}

// TestWhatMachinesReadHoldsOnAnyDay takes what one build writes for programs, works out the state of each page on later days
// from that alone, and compares it with builds on those days.
func TestWhatMachinesReadHoldsOnAnyDay(t *testing.T) {
	s := NewSession()
	first := onDay(t, s, today)
	files := bytesOf(t, first)
	var model struct {
		Pages []struct {
			ID, Markdown string
			Freshness    struct {
				State, Reviewed, Every string
				AsOf                   string `json:"as_of"`
				DueFrom                string `json:"due_from"`
				NextReview             string `json:"next_review"`
				Reasons                []struct{ State, Since, Sentence string }
			}
		}
	}
	if err := json.Unmarshal([]byte(files["handbook.json"]), &model); err != nil {
		t.Fatal(err)
	}
	table, err := csv.NewReader(strings.NewReader(files["all.csv"])).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[review.State]bool{}
	for day := today; day.Before(today.AddDays(420)); day = day.AddDays(9) {
		then := onDay(t, s, day)
		for _, p := range model.Pages {
			n, _ := then.Book.Lookup(p.ID)
			want := then.Verdicts.Of(n).State
			seen[want] = true

			name := strings.TrimPrefix(p.Markdown, "/team/")
			if got := byRule(headOf(files[name]), day); got != want {
				t.Errorf("%s is %s on %s, and its Markdown of %s says %s:\n%s", p.ID, want, day, today, got, files[name])
			}
			f := p.Freshness
			if got := later(f.State, f.DueFrom, f.NextReview, day); got != want || f.AsOf != today.String() {
				t.Errorf("%s is %s on %s, and handbook.json of %s says %s: %+v", p.ID, want, day, today, got, f)
			}
			row := slices.IndexFunc(table, func(cells []string) bool { return cells[0] == n.Title })
			cell := func(name string) string { return table[row][slices.Index(table[0], name)] }
			if got := later(cell("freshness"), cell("due_from"), cell("next_review"), day); got != want || cell("as_of") != today.String() {
				t.Errorf("%s is %s on %s, and the table of %s says %s: %v", p.ID, want, day, today, got, table[row])
			}
		}
	}
	for _, state := range review.States() {
		if !seen[state] {
			t.Errorf("no page is ever %s", state)
		}
	}
}

// later is the state on a day, from that of an earlier day and the days beside it.
func later(state, dueFrom, next string, on schema.Date) review.State {
	reached := func(day string) bool { return day != "" && day <= on.String() }
	switch s := review.State(state); {
	case s == review.Exempt, s == review.Overdue:
		return s
	case reached(next):
		return review.Overdue
	case s == review.Fresh && reached(dueFrom):
		return review.Due
	default:
		return s
	}
}

// TestNoStateWithoutItsDay looks for the names of states in all that programs read: each stands beside a day.
func TestNoStateWithoutItsDay(t *testing.T) {
	state := func(s string) bool {
		return s != "exempt" && slices.Contains(review.States(), review.State(s))
	}
	found := 0
	for name, text := range bytesOf(t, onDay(t, NewSession(), today)) {
		switch ext := path.Ext(name); {
		case name == "api/tree.json" || strings.HasPrefix(name, "search/"): // read by the site's own scripts, which know the days beside each
		case ext == ".json":
			var whole any
			if err := json.Unmarshal([]byte(text), &whole); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			var walk func(v any, dated bool)
			walk = func(v any, dated bool) {
				switch v := v.(type) {
				case map[string]any:
					day, ok := v["as_of"].(string)
					for key, value := range v {
						walk(value, ok && day == today.String() || dated && key != "pages")
					}
				case []any:
					for _, value := range v {
						walk(value, dated)
					}
				case string:
					if state(v) {
						if found++; !dated {
							t.Errorf("%s says %q, and not of which day", name, v)
						}
					}
				}
			}
			walk(whole, false)
		case ext == ".csv":
			rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range rows[1:] {
				if slices.ContainsFunc(row, func(c string) bool { return state(strings.Split(c, ", ")[0]) }) {
					if found++; !slices.Contains(row, today.String()) {
						t.Errorf("%s: %v does not say of which day it is", name, row)
					}
				}
			}
		case ext == ".md":
			head, _, _ := strings.Cut(strings.TrimPrefix(text, "---\n"), "\n---\n")
			if !strings.Contains(head, "\nas_of: "+today.String()+"\n") {
				t.Errorf("%s does not say of which day it is:\n%s", name, head)
			}
			for line := range strings.Lines(head) {
				if _, value, _ := strings.Cut(strings.TrimSpace(line), ": "); state(strings.Trim(value, `"`)) {
					t.Errorf("%s says %q of no day", name, line)
				}
			}
		case name == "llms.txt":
			if !strings.Contains(text, "\nas_of: "+today.String()+"\n") {
				t.Errorf("llms.txt does not say of which day it is:\n%s", text)
			}
			if !strings.Contains(text, "(reviewed: 2025-01-01, next_review: 2025-04-01)") || !strings.Contains(text, "(reviewed: 2026-11-01, next_review: 2027-01-30, changed_since: 2026-11-01)") {
				t.Errorf("llms.txt does not say when pages were reviewed:\n%s", text)
			}
			for _, word := range []string{"overdue)", "fresh", "Overdue", "Verified"} {
				if strings.Contains(text, word) {
					t.Errorf("llms.txt says %q of no day:\n%s", word, text)
				}
			}
		case ext == ".xml":
			var feed struct {
				Entries []struct {
					Updated  string `xml:"updated"`
					Category struct {
						Term string `xml:"term,attr"`
					} `xml:"category"`
				} `xml:"entry"`
			}
			if err := xml.Unmarshal([]byte(text), &feed); err != nil {
				t.Fatal(err)
			}
			for _, e := range feed.Entries {
				if state(e.Category.Term) {
					if found++; e.Updated == "" {
						t.Errorf("%s says %s of no day", name, e.Category.Term)
					}
				}
			}
		case ext == ".ics":
			for line := range strings.Lines(text) {
				_, value, _ := strings.Cut(strings.TrimSpace(line), ":")
				if slices.ContainsFunc(strings.Fields(value), func(w string) bool { return state(strings.ToLower(w)) && w != "due" }) {
					t.Errorf("%s says %q of no day", name, line)
				}
			}
		}
	}
	if found < 20 {
		t.Errorf("only %d states are told of at all", found)
	}
}

// TestRowsThatDependOnTheDaySayWhichItIs asks the files of views: what does not depend on the day has no such column.
func TestRowsThatDependOnTheDaySayWhichItIs(t *testing.T) {
	files := bytesOf(t, onDay(t, NewSession(), today))
	for name, want := range map[string]string{
		"all.csv":         "title,freshness,states,as_of,reviewed,due_from,next_review,url",
		"soon.csv":        "title,as_of,url",
		"of-products.csv": "title,product.freshness,as_of,product.reviewed,product.due_from,product.next_review,url",
		"plain.csv":       "title,owner,url",
	} {
		if head, _, _ := strings.Cut(files[name], "\n"); head != want {
			t.Errorf("%s has %s, want %s", name, head, want)
		}
	}
	if want := "Pay,fresh,2026-11-22,2026-11-10,2026-12-26,2027-01-09,https://acme.example/team/specs/pay/\n"; !strings.HasSuffix(files["of-products.csv"], want) {
		t.Errorf("got %s", files["of-products.csv"])
	}
}

// TestAPageAndItsMarkdownKnowEachOther holds the address of a page's Markdown to that of the page, wherever it is told, and
// follows the links in it.
func TestAPageAndItsMarkdownKnowEachOther(t *testing.T) {
	for _, base := range []string{"", "base_url: https://acme.example/team/\n"} {
		files := map[string]string{
			"handbook.yaml":               base,
			"content/_index.md":           "# Home\n\nTo [specs](specs/_index.md), [pay](specs/pay.md#the-end), ![a picture](specs/a%20b.png) and [ours](https://else.example/x.md).\n",
			"content/specs/_index.md":     "# Specs\n\n[Pay](pay.md), [moved](<old name.md>), [by reference][home], ![it](./a%20b.png \"with a title\"), [a folder](sub/), [here](#specs), [gone](nothing.md).\n\n[home]: ../_index.md 'Home'\n",
			"content/specs/pay.md":        "# Pay\n\n## The end\n\nUp to [specs](_index.md), [specs](/specs/) and [moved](old%20name.md#x); <a href=\"old%20name.md\">raw</a>.\r\n",
			"content/specs/old name.md":   "---\nslug: /far/away (2)\n---\n# Moved\n\n## X\n\n[Pay](pay.md) and ![it](a%20b.png).\n",
			"content/specs/sub/README.md": "# Sub\n\n[Up](../pay.md)\n",
			"content/specs/a b.png":       "x",
		}
		r := build(t, files)
		out := bytesOf(t, r)
		at := r.Book.Site.BasePath
		copies := 0
		for _, n := range r.Book.Nodes {
			if n.Page == nil {
				continue
			}
			copies++
			url := strings.TrimSuffix(n.URL, "/") + ".md"
			if n == r.Book.Home {
				url = n.URL + "index.md"
			}
			name := strings.NewReplacer("%20", " ", "%28", "(", "%29", ")").Replace(strings.TrimPrefix(url, at))
			text, ok := out[name]
			if !ok {
				t.Errorf("%s has no Markdown at %s", n.URL, name)
				continue
			}
			if want := `<link rel="alternate" type="text/markdown" href="` + url + `">`; !strings.Contains(out[n.Out], want) {
				t.Errorf("%s lacks %s", n.Out, want)
			}
			for _, list := range []string{"llms.txt", "handbook.json"} {
				if !strings.Contains(out[list], url) {
					t.Errorf("%s lacks %s", list, url)
				}
			}
			followLinks(t, name, text, out)
		}
		found := 0
		for name := range out {
			if strings.HasSuffix(name, ".md") {
				found++
			}
		}
		if found != copies {
			t.Errorf("%d pages have %d files of Markdown", copies, found)
		}
		if want := "[Pay](specs/pay.md), [moved](<far/away%20%282%29.md>), [by reference][home], ![it](specs/a%20b.png \"with a title\"), [a folder](specs/sub.md), [here](#specs), [gone](<>).\n\n[home]: index.md 'Home'\n"; !strings.Contains(out["specs.md"], want) {
			t.Errorf("specs.md reads\n%s\nwant\n%s", out["specs.md"], want)
		}
		if want := "Up to [specs](../specs.md), [specs](../specs.md) and [moved](../far/away%20%282%29.md#x); <a href=\"../far/away%20%282%29.md\">raw</a>.\r\n"; !strings.Contains(out["specs/pay.md"], want) {
			t.Errorf("specs/pay.md reads\n%s", out["specs/pay.md"])
		}
	}
}

// followLinks reads the links of a page's Markdown as a program would that knows nothing of the handbook.
func followLinks(t *testing.T, name, text string, out map[string]string) {
	t.Helper()
	_, text, _ = strings.Cut(text, "\n---\n")
	for _, part := range strings.Split(text, "](")[1:] {
		to, _, _ := strings.Cut(strings.TrimPrefix(part, "<"), ")")
		to, _, _ = strings.Cut(to, ">")
		to, _, _ = strings.Cut(to, " \"")
		to, _, _ = strings.Cut(to, "#")
		if to == "" || strings.Contains(to, "://") {
			continue
		}
		to = strings.NewReplacer("%20", " ", "%28", "(", "%29", ")").Replace(to)
		if _, ok := out[path.Join(path.Dir(name), to)]; !ok {
			t.Errorf("%s leads to %s, where nothing is:\n%s", name, to, text)
		}
	}
}

// TestMarkdownMakesWayAndSaysSo: what the content puts at the address of a page's Markdown stays there.
func TestMarkdownMakesWayAndSaysSo(t *testing.T) {
	r := build(t, map[string]string{
		"content/_index.md":     "# Home\n\nTo [a](a.md), [b](b.md), [index](c.md).\n",
		"content/a.md":          "---\nowner: ana\n---\n# A\n",
		"content/b.md":          "---\nslug: a.md\nowner: ana\n---\n# B\n",
		"content/c.md":          "---\nslug: /index\nowner: ana\n---\n# C\n",
		"content/people/ana.md": "# Ana\n",
	})
	out := bytesOf(t, r)
	if out["a.md"] != "" || out["a.md/index.html"] == "" || out["a.md.md"] == "" || !strings.Contains(out["index.md"], "# Home") || strings.Contains(out["a/index.html"], "text/markdown") {
		t.Errorf("got %v", pathsOf(r))
	}
	var said []string
	for _, m := range r.Messages {
		if m.Rule == diag.SameAddress {
			said = append(said, fmt.Sprintf("%s:%d: %s: %s", m.File, m.Line, m.Severity, m.Text))
		}
	}
	if want := []string{
		"content/a.md:0: warning: the Markdown of this page would be published at /a.md, where something else is already",
		"content/c.md:2: warning: the Markdown of this page would be published at /index.md, where something else is already",
	}; !slices.Equal(said, want) {
		t.Errorf("got %q", said)
	}
}

// TestGitHubPagesLeavesTheSiteAsItIs: a text may hold what Jekyll takes for its own, so the file that stops it goes with
// every site.
func TestGitHubPagesLeavesTheSiteAsItIs(t *testing.T) {
	out := bytesOf(t, build(t, map[string]string{"content/a.md": "# A\n\n{% include x %}\n"}))
	if text, ok := out[".nojekyll"]; !ok || text != "" || !strings.Contains(out["a.md"], "{% include x %}") {
		t.Errorf("there is %q, %t", text, ok)
	}
}

// TestAddressesThatMachinesReadExist is law 4 for what is no page: whatever files for programs and hosts lead to is there.
func TestAddressesThatMachinesReadExist(t *testing.T) {
	for _, base := range []string{"", "base_url: https://acme.example/team/\n"} {
		files := judged()
		files["handbook.yaml"] = base
		files["content/a/b c (d).md"] = "---\nslug: /far/é (1)\naliases: [/old place/, /older.html, sub/é]\ntags: [two words, c++, plugin/filter]\nowner: a stranger\n---\n# Odd\n\n![it](<p q.png>)\n"
		files["content/a/p q.png"] = "x"
		r := build(t, files)
		out := bytesOf(t, r)
		at := r.Book.Site.BasePath
		told := 0
		check := func(name, address string) {
			t.Helper()
			told++
			address, _, _ = strings.Cut(strings.TrimPrefix(address, "https://acme.example"), "#")
			below, ok := strings.CutPrefix(address, at)
			file, err := url.PathUnescape(below)
			if file == "" || strings.HasSuffix(file, "/") {
				file += "index.html"
			}
			if _, there := out[file]; !ok || err != nil || !there {
				t.Errorf("%s leads to %s, where nothing is", name, address)
			}
		}
		var all func(name string, v any)
		all = func(name string, v any) {
			switch v := v.(type) {
			case map[string]any:
				for key, value := range v {
					if text, ok := value.(string); ok && slices.Contains([]string{"url", "markdown", "from", "to", "base_path"}, key) && !strings.HasSuffix(name, ".site") {
						check(name, text)
					}
					all(name+"."+key, value)
				}
			case []any:
				for _, value := range v {
					all(name, value)
				}
			}
		}
		for _, name := range []string{"handbook.json", "api/pages.json"} {
			var v any
			if err := json.Unmarshal([]byte(out[name]), &v); err != nil {
				t.Fatal(err)
			}
			all(name, v)
		}
		for name, text := range out {
			switch {
			case name == "sitemap.xml":
				for _, part := range strings.Split(text, "<loc>")[1:] {
					address, _, _ := strings.Cut(part, "</loc>")
					check(name, html.UnescapeString(address))
				}
			case strings.HasSuffix(name, ".xml"):
				for _, part := range strings.Split(text, ` href="`)[1:] {
					address, _, _ := strings.Cut(part, `"`)
					check(name, html.UnescapeString(address))
				}
			case strings.HasSuffix(name, ".ics"):
				for line := range strings.Lines(strings.ReplaceAll(text, "\r\n ", "")) {
					if address, ok := strings.CutPrefix(strings.TrimSpace(line), "URL:"); ok {
						check(name, address)
					}
				}
			case name == "llms.txt":
				for _, part := range strings.Split(text, "](")[1:] {
					address, _, _ := strings.Cut(part, ")")
					check(name, address)
				}
			case name == "_redirects":
				for line := range strings.Lines(text) {
					fields := strings.Fields(line)
					if len(fields) != 3 {
						t.Errorf("%s has the line %q", name, line)
						continue
					}
					check(name, fields[0])
					check(name, fields[1])
				}
			case name == "_headers":
				for line := range strings.Lines(text) {
					if line = strings.TrimSpace(line); strings.HasPrefix(line, "/") && !strings.Contains(line, "*") {
						check(name, line)
					}
				}
			case strings.HasSuffix(name, ".csv"):
				rows, _ := csv.NewReader(strings.NewReader(text)).ReadAll()
				for _, row := range rows[1:] {
					check(name, row[len(row)-1])
				}
			}
		}
		if told < 100 {
			t.Errorf("only %d addresses are told", told)
		}
	}
}
