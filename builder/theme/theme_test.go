package theme

import (
	"bytes"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"go.yaml.in/yaml/v3"

	"handbook/builder/diag"
	"handbook/builder/schema"
	"handbook/themes"
)

func TestBuiltInThemeHasNoFault(t *testing.T) {
	for _, language := range []string{"en", "de", "xx"} {
		site := schema.Default()
		site.Language = language
		theme, msgs := Load(themes.Default(), nil, site)
		for _, m := range msgs {
			if language != "xx" || m.Rule != diag.MissingWords { // which has none
				t.Errorf("%s: %s:%d: %s (%s)", language, m.File, m.Start, m.Text, m.Help)
			}
		}
		if bad := theme.try(read(themes.Default(), "default", &msgs)); bad != nil {
			t.Errorf("%s: %s:%d: %s (%s)", language, bad.name, bad.start, bad.text, bad.help)
		}
	}
}

// A site's theme overrides file by file, and a file that cannot be used is reported where it is wrong.
func TestOverride(t *testing.T) {
	const good = `{{define "main"}}<h1 class="ours">{{.Title}}</h1>{{end}}`
	for name, test := range map[string]struct {
		over  fstest.MapFS
		kind  string // the template to look at
		shows string // what is in it
		file  string // where the message is, "" for none
		at    string // the text that the message points to
		text  string
		help  string
	}{
		"a page of one's own": {
			over: files("page.html", good), kind: "page", shows: `<h1 class="ours">`,
		},
		"the frame stays": {
			over: files("page.html", good), kind: "page", shows: `<header class="top">`,
		},
		"a partial": {
			over: files("partials/notice.html", `{{with .Notice}}<p class="ours">{{.Reason}}</p>{{end}}`), kind: "page", shows: `<p class="ours">`,
		},
		"a page without the frame": {
			over: files("404.html", `<!doctype html><title>{{.Title}}</title>`), kind: "404", shows: `<!doctype html><title>`,
		},
		"an unclosed action": {
			over: files("page.html", "{{define \"main\"}}\n  {{if .Title}}\n{{end}}\n"), kind: "page", shows: `<h1>`,
			file: "themes/acme/page.html", text: "unexpected EOF", help: "built-in one is used",
		},
		"a field that does not exist": {
			over: files("page.html", "{{define \"main\"}}\n  <h1>{{.Titel}}</h1>\n{{end}}\n"), kind: "page", shows: `<h1>Sample`,
			file: "themes/acme/page.html", at: ".Titel", text: `no field "Titel" in View`, help: "did you mean .Title?",
		},
		"a field that does not exist, in a partial": {
			over: files("partials/badge.html", `{{define "mark"}}{{end}}<b>{{.Wrod}}</b>`), kind: "page", shows: `class="badge"`,
			file: "themes/acme/partials/badge.html", at: ".Wrod", text: `no field "Wrod" in Badge`, help: "did you mean .Word?",
		},
		"a method that does not exist": {
			over: files("partials/foot.html", `<img src="{{.Site.Aset "logo.svg"}}">`), kind: "page", shows: `<h1>`,
			file: "themes/acme/partials/foot.html", at: ".Site.Aset", text: `no field "Aset" in Site`, help: "did you mean .Asset?",
		},
		"a place in a page without what it needs": {
			over: files("page.html", `{{define "main"}}{{.Trust.Badge.Word}}{{end}}`), kind: "page", shows: `<h1>`,
			file: "themes/acme/page.html", at: ".Trust.Badge.Word", text: "nil pointer",
		},
		"a template that would let HTML break": {
			over: files("page.html", `{{define "main"}}<a href="{{.URL}}>x</a>{{end}}`), kind: "page", shows: `<h1>`,
			file: "themes/acme/page.html", text: "an attribute or a comment is not closed",
		},
		"a partial without what others take from it": {
			over: files("partials/badge.html", ``), kind: "page", shows: `class="badge"`,
			file: "themes/acme/partials/badge.html", text: `no such template "mark"`, help: "compare it with",
		},
		"a style that names a file which is not there": {
			over: files("styles/9-brand.css", "body { color: red }\n.logo { background: url(\"../assets/favicn.svg\") }"), kind: "page", shows: `<h1>`,
			file: "themes/acme/styles/9-brand.css", at: `../assets/favicn.svg`, text: `no file "favicn.svg"`, help: `did you mean "favicon.svg"?`,
		},
		"a script that is none": {
			over: files("scripts/9-own.js", "let a = 1;\nlet c d = {;\n"), kind: "page", shows: `<h1>`,
			file: "themes/acme/scripts/9-own.js", at: "let c d = {;", text: "unexpected",
		},
		"words that are no YAML": {
			over: files("i18n/en.yaml", "home: Start\nmonths: {\n"), kind: "page", shows: `>Edit<`,
			file: "themes/acme/i18n/en.yaml", text: "did not find",
		},
		"words of the wrong kind": {
			over: files("i18n/en.yaml", "home: Start\nmonths: January\n"), kind: "page", shows: `>Edit<`,
			file: "themes/acme/i18n/en.yaml", at: "months: January", text: "cannot unmarshal",
		},
		"a word that does not exist": {
			over: files("i18n/en.yaml", "edit: Change it\nedti: x\n"), kind: "page", shows: `>Edit<`,
			file: "themes/acme/i18n/en.yaml", at: "edti: x", text: "edti",
		},
		"one word of one's own": {
			over: files("i18n/en.yaml", "edit: Change it\n"), kind: "page", shows: `>Change it<`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			theme, msgs := load(test.over)
			if test.file == "" && len(msgs) > 0 {
				t.Errorf("unexpected message: %v", msgs)
			}
			if test.file != "" {
				checkMessage(t, msgs, test.over, test.file, test.at, test.text, test.help)
			}
			if got := sample(t, theme, test.kind); !strings.Contains(got, test.shows) {
				t.Errorf("the page does not show %q:\n%s", test.shows, got)
			}
		})
	}
}

func checkMessage(t *testing.T, msgs diag.List, over fstest.MapFS, file, at, text, help string) {
	t.Helper()
	if len(msgs) != 1 {
		t.Fatalf("want one message, got %d: %v", len(msgs), msgs)
	}
	m := msgs[0]
	if m.File != file || m.Rule != diag.InvalidTheme || !strings.Contains(m.Text, text) || !strings.Contains(m.Help, help) || m.Help == "" {
		t.Errorf("got %s [%s] %s (%s), want %s: %s (%s)", m.File, m.Rule, m.Text, m.Help, file, text, help)
	}
	if f, ok := over[strings.TrimPrefix(file, "themes/acme/")]; ok {
		if m.Start < 0 || m.End > len(f.Data) || m.Start > m.End {
			t.Fatalf("place %d to %d is outside of the file", m.Start, m.End)
		}
		if got := string(f.Data[m.Start:m.End]); at != "" && got != at {
			t.Errorf("the message points to %q, want %q", got, at)
		}
	}
}

// Two mistakes are both reported in one go.
func TestEveryMistakeIsReported(t *testing.T) {
	over := files("page.html", `{{define "main"}}{{.A}}{{end}}`)
	over["tag.html"] = &fstest.MapFile{Data: []byte(`{{define "main"}}{{.B}}{{end}}`)}
	_, msgs := load(over)
	if len(msgs) != 2 {
		t.Errorf("want two messages, got %v", msgs)
	}
}

func TestStylesheetIsOneFileNamedByItsBytes(t *testing.T) {
	plain, _ := load(nil)
	ours, _ := load(files("styles/9-brand.css", ":root { --accent: #123456; }\n/* gone */"))
	a, b := asset(t, plain, "assets/handbook.", ".css"), asset(t, ours, "assets/handbook.", ".css")
	if a.Path == b.Path {
		t.Error("the name of the stylesheet does not follow its bytes")
	}
	if !strings.HasSuffix(string(b.Data), ":root{--accent:#123456}\n") || strings.Contains(string(b.Data), "gone") {
		t.Errorf("the site's style does not stand last and squeezed: …%s", b.Data[len(b.Data)-80:])
	}
	if plain.Sum == ours.Sum {
		t.Error("the theme's sum does not follow its bytes")
	}
}

// A style names files of assets/ as they stand in the theme, and readers find them where they are published.
func TestStylesFindTheirFiles(t *testing.T) {
	over := files("styles/9-brand.css", `.logo { background: url("../assets/logo.svg") }`)
	over["styles/charts/1-own.css"] = &fstest.MapFile{Data: []byte(`b { list-style: url(../../assets/logo.svg) }`)}
	over["assets/logo.svg"] = &fstest.MapFile{Data: []byte(`<svg/>`)}
	theme, msgs := load(over)
	if len(msgs) > 0 {
		t.Fatal(msgs)
	}
	logo := strings.TrimPrefix(asset(t, theme, "assets/logo.", ".svg").Path, "assets/")
	for _, sheet := range []string{"assets/handbook.", "assets/charts."} {
		if css := string(asset(t, theme, sheet, ".css").Data); !strings.Contains(css, "url("+logo+")") {
			t.Errorf("%s does not name %s: %s", sheet, logo, css)
		}
	}
	if css := string(asset(t, theme, "assets/handbook.", ".css").Data); strings.Contains(css, "b{list-style") {
		t.Error("a part of charts.css is in every page's stylesheet")
	}
}

// So does a script, which also has the words that it says.
func TestScriptsFindTheirFilesAndWords(t *testing.T) {
	over := files("scripts/9-own.js", `document.querySelector(".logo").src = new URL("../assets/logo.svg", handbookTheme.base);`)
	over["assets/logo.svg"] = &fstest.MapFile{Data: []byte(`<svg/>`)}
	over["i18n/en.yaml"] = &fstest.MapFile{Data: []byte(`copy: "Take </script>"`)}
	theme, msgs := load(over)
	if len(msgs) > 0 {
		t.Fatal(msgs)
	}
	script := string(asset(t, theme, "assets/handbook.", ".js").Data)
	for _, want := range []string{
		`new URL("` + strings.TrimPrefix(asset(t, theme, "assets/logo.", ".svg").Path, "assets/") + `",`,
		`"copy":"Take \u003c/script\u003e"`,
		strings.TrimPrefix(asset(t, theme, "assets/search.", ".js").Path, "assets/"),
	} {
		if !strings.Contains(script, want) {
			t.Errorf("the script does not say %s", want)
		}
	}
}

// Firefox writes an error into the console of every page whose typefaces have a table STAT that names what a subset left out.
func TestTypefacesBringNoTableThatABrowserRefuses(t *testing.T) {
	theme, _ := Load(themes.Default(), nil, schema.Default())
	seen := 0
	for _, a := range theme.Assets {
		if strings.HasSuffix(a.Path, ".woff2") {
			seen++
			if bytes.Contains(a.Data[:500], []byte("STAT")) { // the list of tables, which is not compressed
				t.Errorf("%s has a table STAT", a.Path)
			}
		}
	}
	if seen < 6 {
		t.Errorf("only %d typefaces were looked at", seen)
	}
}

// With `font: system` a page asks for no typeface, and the stylesheet names none.
func TestSystemFont(t *testing.T) {
	site := schema.Default()
	site.Font = schema.FontSystem
	for name, test := range map[string]struct {
		site *schema.Site
		has  bool
	}{"the theme's own": {schema.Default(), true}, "the system's": {site, false}} {
		theme, msgs := Load(themes.Default(), nil, test.site)
		if len(msgs) > 0 {
			t.Fatal(msgs)
		}
		page, css := sample(t, theme, "page"), string(asset(t, theme, "assets/handbook.", ".css").Data)
		fonts := slices.ContainsFunc(theme.Assets, func(a Asset) bool { return strings.HasSuffix(a.Path, ".woff2") })
		if got := strings.Count(page, `as="font"`); got != map[bool]int{true: 3}[test.has] || strings.Contains(css, "@font-face") != test.has || fonts != test.has {
			t.Errorf("%s: %d preloads, in the stylesheet %v, among the assets %v", name, got, strings.Contains(css, "@font-face"), fonts)
		}
	}
}

func TestLanguage(t *testing.T) {
	site := schema.Default()
	site.Language, site.Theme = "nl-BE", "acme"
	over := files("i18n/nl.yaml", "states: {fresh: Getest}\nedit: Bearbeiten\nmonths: [Jän, Feb, Mär, Apr, Mai, Jun, Jul, Aug, Sep, Okt, Nov, Dez]\ndate_form: \"{day}. {month} {year}\"\n")
	theme, msgs := Load(themes.Default(), asFiles(over), site)
	checkWords := func(msgs diag.List, file, text string) {
		t.Helper()
		if len(msgs) != 1 || msgs[0].Rule != diag.MissingWords || msgs[0].File != file || !strings.Contains(msgs[0].Text, text) {
			t.Errorf("got %v, want one message on %s: %s", msgs, file, text)
		}
	}
	checkWords(msgs, "themes/acme/i18n/nl.yaml", "shown in English: dir, week_form, percent, skip")
	_, none := Load(themes.Default(), nil, site)
	checkWords(none, "handbook.yaml", `no words in the language "nl-BE"`)
	got := sample(t, theme, "page")
	for _, want := range []string{">Bearbeiten<", ">History<", `<time datetime="0002-02-02">2. Feb 2</time>`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in the page", want)
		}
	}
}

// A language has as many forms of the plural as it has.
func TestPluralsFollowTheLanguage(t *testing.T) {
	site := schema.Default()
	site.Language, site.Theme = "ru", "acme"
	theme, _ := Load(themes.Default(), asFiles(files("i18n/ru.yaml", "pages: {one: \"{n} страница\", few: \"{n} страницы\", many: \"{n} страниц\", other: \"{n} страницы\"}\n")), site)
	for n, want := range map[int]string{1: "1 страница", 3: "3 страницы", 5: "5 страниц", 21: "21 страница", 112: "112 страниц"} {
		if got := theme.words.Pages.Count(n); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	english, _ := load(nil)
	if one, none := english.words.Pages.Count(1), english.words.Pages.Count(0); one != "1 page" || none != "0 pages" {
		t.Errorf("got %q and %q", one, none)
	}
}

// German is complete: a word that is added in English has to be added there too.
func TestGermanIsComplete(t *testing.T) {
	site := schema.Default()
	for _, language := range []string{"de", "de-CH", "en-GB"} {
		site.Language = language
		theme, msgs := Load(themes.Default(), nil, site)
		for _, m := range msgs {
			t.Errorf("%s: %s: %s", language, m.File, m.Text)
		}
		if language != "en-GB" && theme.words.States["overdue"] != "Prüfung überfällig" {
			t.Errorf("%s is not German", language)
		}
	}
	german := placesIn(t, "i18n/de.yaml")
	for name, want := range placesIn(t, "i18n/en.yaml") {
		if got := german[name]; !slices.Equal(got, want) {
			t.Errorf("%s fills in %v in German and %v in English", name, got, want)
		}
	}
}

// placesIn are the places in braces of each word of a file.
func placesIn(t *testing.T, file string) map[string][]string {
	t.Helper()
	var all map[string]any
	if err := yaml.Unmarshal([]byte(style(t, file)), &all); err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	var walk func(name string, v any)
	walk = func(name string, v any) {
		if list, ok := v.(map[string]any); ok {
			for key, v := range list {
				walk(name+"."+key, v)
			}
			return
		}
		found[name] = regexp.MustCompile(`\{[a-z]+\}`).FindAllString(fmt.Sprint(v), -1)
		slices.Sort(found[name])
	}
	walk("", all)
	return found
}

// The words that the parser has of its own, for a site without a theme, are the theme's.
func TestEnglishIsTheSameEverywhere(t *testing.T) {
	site := schema.Default()
	own := site.Text
	theme, _ := Load(themes.Default(), nil, site)
	theme.Speak(site)
	if site.Text.Callouts = nil; !reflect.DeepEqual(own, site.Text) {
		t.Errorf("the parser says %+v and the theme %+v", own, site.Text)
	}
}

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{
		"Ana Lind": "AL", "Payments": "P", "ada b. lovelace": "AL", "Team 7": "T7", "élodie Ångström": "ÉÅ", "": "", "??": "",
	} {
		if got := Initials(name); got != want {
			t.Errorf("Initials(%q) = %q, want %q", name, got, want)
		}
	}
}

func load(over fstest.MapFS) (*Theme, diag.List) {
	site := schema.Default()
	site.Theme = "acme"
	return Load(themes.Default(), asFiles(over), site)
}

func files(name, data string) fstest.MapFS {
	return fstest.MapFS{name: &fstest.MapFile{Data: []byte(data)}}
}

func sample(t *testing.T, theme *Theme, kind string) string {
	t.Helper()
	site := SampleSite()
	theme.Prepare(site)
	html, err := theme.Execute(Sample(site, kind))
	if err != nil {
		t.Fatal(err)
	}
	return string(html)
}

func asset(t *testing.T, theme *Theme, prefix, suffix string) Asset {
	t.Helper()
	for _, a := range theme.Assets {
		if strings.HasPrefix(a.Path, prefix) && strings.HasSuffix(a.Path, suffix) {
			return a
		}
	}
	t.Fatalf("no asset %s…%s", prefix, suffix)
	return Asset{}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		load(nil)
	}
}

func asFiles(over fstest.MapFS) Files {
	files := Files{}
	for p := range over {
		files[p] = func() ([]byte, error) { return over.ReadFile(p) }
	}
	return files
}
