package theme

import (
	"fmt"
	"html/template"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"handbook/builder/diag"
	"handbook/builder/stencil"
)

// Kinds are the templates that every theme has, one for each kind of output.
func Kinds() []string {
	return []string{"page", "section", "home", "tag", "tags", "owner", "all", "search", "changes", "print", "404", "redirect"}
}

// parse reads the partials and the frame once. Each kind's "main" is added to a copy of them when its first page is made.
func (t *Theme) parse(paths []string, files map[string]*file) *fault {
	common := template.New("common").Funcs(t.functions())
	for _, p := range paths {
		if p != "base.html" && !((strings.HasPrefix(p, "partials/") || strings.HasPrefix(p, "types/")) && strings.HasSuffix(p, ".html")) {
			continue
		}
		if name, ok := strings.CutPrefix(p, "types/"); ok {
			t.types = append(t.types, strings.TrimSuffix(name, ".html"))
		} else if name, ok := strings.CutPrefix(p, "partials/views/"); ok {
			t.layouts = append(t.layouts, strings.TrimSuffix(name, ".html"))
		}
		if _, err := common.New(p).Parse(string(files[p].data)); err != nil {
			return blame(err, files)
		}
	}
	for _, kind := range Kinds() {
		p := kind + ".html"
		f, ok := files[p]
		if !ok {
			return &fault{name: "themes/default/" + p, text: "the theme has no template " + p, help: "add the file"}
		}
		t.pages[kind] = sync.OnceValues(func() (*templates, error) {
			set, err := common.Clone()
			if err != nil {
				return nil, err
			}
			if _, err := set.New(p).Parse(string(f.data)); err != nil {
				return nil, err
			}
			root := p
			if set.Lookup("main") != nil {
				root = "base.html"
			}
			return &templates{stencil.New(set, t.functions()), set, root}, nil
		})
	}
	return nil
}

// templates are those of a kind of page.
type templates struct {
	*stencil.Set
	all  *template.Template
	root string // the one that makes a page
}

// made is what a part of the theme makes of something.
func (t *Theme) made(name string, of any) (template.HTML, error) {
	page, err := t.pages["page"]()
	if err != nil {
		return "", err
	}
	if page.all.Lookup(name) == nil {
		return "", fmt.Errorf("no such template %q", name)
	}
	b := t.buffer()
	defer t.buffers.Put(b)
	err = page.Execute(b, name, of)
	return template.HTML(b.String()), err
}

// needsTrial reports whether a site's own templates or words are among the files. The built-in ones are tried by a test,
// in each language, and no command has to wait for that.
func needsTrial(files map[string]*file) bool {
	for p, f := range files {
		if f.own && (strings.HasSuffix(p, ".html") || strings.HasPrefix(p, "i18n/")) {
			return true
		}
	}
	return false
}

// try renders every template with a view that has everything and with one that has next to nothing.
func (t *Theme) try(files map[string]*file) *fault {
	site := SampleSite()
	t.Prepare(site)
	for _, f := range site.once() {
		if _, err := f.HTML(); err != nil {
			return blame(err, files)
		}
	}
	for _, name := range []string{"mark", "partials/badge.html"} { // first, so that a mistake is told in its own file
		page, err := t.pages["page"]()
		if err == nil && page.all.Lookup(name) != nil {
			_, err = t.made(name, SampleBadge())
		}
		if err != nil {
			return blame(err, files)
		}
	}
	for _, name := range t.TypeNames() {
		for _, v := range []*View{Sample(site, "page"), {Site: site, Kind: "page"}} {
			v.Template = name
			if _, err := t.typed(v); err != nil {
				return blame(err, files)
			}
			if _, err := t.about(v); err != nil {
				return blame(err, files)
			}
		}
	}
	if _, err := t.Answer(&Answer{Badge: SampleBadge(), By: Link{Title: "Sample", URL: "/sample/"}}); err != nil {
		return blame(err, files)
	}
	for _, kind := range Kinds() {
		for _, v := range []*View{Sample(site, kind), {Site: site, Kind: kind, Title: "Bare"}} {
			if _, err := t.Execute(v); err != nil {
				return blame(err, files)
			}
		}
	}
	if _, err := t.Nav(SampleNav(site)); err != nil {
		return blame(err, files)
	}
	for _, b := range SampleBlocks(site, t.layouts) {
		if _, err := t.Block(b); err != nil {
			return blame(err, files)
		}
	}
	return nil
}

// where finds the template, line and column in an error of text/template or html/template.
var where = regexp.MustCompile(`template: ?([^:\s]+):(\d+)(?::(\d+))?: (?s:(.*))`)

// what takes the reason out of an error of executing.
var what = regexp.MustCompile(`(?s)^executing ".*?" at <(.*?)>: (.*)$`)

var noField = regexp.MustCompile(`can't evaluate field (\w+) in type \S*?(\w+)$`)

// blame turns an error of the template packages into a fault at its place.
func blame(err error, files map[string]*file) *fault {
	m := where.FindStringSubmatch(err.Error())
	if m == nil && strings.Contains(err.Error(), "ends in a non-text context") {
		return &fault{name: "themes/default", text: "a tag, an attribute or a comment is not closed", help: "look for a missing quote or angle bracket"}
	}
	if m == nil {
		return &fault{name: "themes/default", text: "the theme cannot be used: " + err.Error(), help: "compare its templates with the built-in ones"}
	}
	f, ok := files[m[1]]
	if !ok {
		return &fault{name: "themes/default/" + m[1], text: m[4], help: "compare it with the built-in template"}
	}
	bad := &fault{path: m[1], name: f.name, text: m[4], help: "mend the template; until then the built-in one is used"}
	line, _ := strconv.Atoi(m[2])
	bad.start, bad.end = lineAt(f.data, line)
	col, _ := strconv.Atoi(m[3])
	if m := what.FindStringSubmatch(bad.text); m != nil {
		bad.text = strings.TrimPrefix(m[2], "error calling piece: ")
		text := string(f.data[bad.start:bad.end]) // the column is somewhere in the expression
		if i := strings.LastIndex(text[:min(len(text), col+len(m[1]))], m[1]); i >= 0 {
			bad.start += i
			bad.end = bad.start + len(m[1])
		}
	}
	if m := noField.FindStringSubmatch(bad.text); m != nil {
		bad.text = fmt.Sprintf("no field %q in %s", m[1], m[2])
		if near := diag.Nearest(m[1], fieldNames(m[2])); near != "" {
			bad.help = "did you mean ." + near + "?"
		}
	}
	return bad
}

// lineAt is the range of a line, counted from 1, without its indentation and end.
func lineAt(data []byte, line int) (start, end int) {
	for range line - 1 {
		i := slices.Index(data[start:], '\n')
		if i < 0 {
			break
		}
		start += i + 1
	}
	end = len(data)
	if i := slices.Index(data[start:], '\n'); i >= 0 {
		end = start + i
	}
	return start, end
}

// functions are what templates can call; view.go explains them.
func (t *Theme) functions() template.FuncMap {
	return template.FuncMap{
		"date":    t.words.date,
		"week":    t.words.week,
		"count":   count,
		"say":     say,
		"percent": percent,
		"figure":  figure,
		"link":    link,
		"words":   func() *Words { return t.words },
		"piece":   t.piece,
		"typed":   t.typed,
		"about":   t.about,
		"layout":  t.layout,
	}
}

// say fills the places of a sentence: pairs of a place's name and its value.
func say(sentence string, pairs ...any) (template.HTML, error) {
	if len(pairs)%2 != 0 {
		return "", fmt.Errorf("say takes a sentence and pairs of a name and a value")
	}
	out := template.HTMLEscapeString(sentence)
	for i := 0; i < len(pairs); i += 2 {
		var value string
		switch v := pairs[i+1].(type) {
		case template.HTML:
			value = string(v)
		case string:
			value = template.HTMLEscapeString(v)
		default:
			value = template.HTMLEscapeString(fmt.Sprint(v))
		}
		name, _ := pairs[i].(string)
		out = strings.ReplaceAll(out, "{"+name+"}", value)
	}
	return template.HTML(out), nil
}

// percent is a share in whole percent, rounded down, so that 100 means all.
func percent(part, whole int) int {
	if whole == 0 {
		return 100
	}
	return part * 100 / whole
}

// figure marks a number that the script in the browser keeps true as time passes.
func figure(name string, n int) template.HTML {
	return template.HTML(fmt.Sprintf(`<b data-figure="%s">%d</b>`, template.HTMLEscapeString(name), n))
}

// link is a title as a link, or alone when there is no address.
func link(title, url string) template.HTML {
	text := template.HTMLEscapeString(title)
	if url == "" {
		return template.HTML(text)
	}
	return template.HTML(fmt.Sprintf(`<a href="%s">%s</a>`, template.HTMLEscapeString(url), text))
}
