package stencil

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"reflect"
	"strings"
	"sync"
	"testing"
)

type thing struct {
	Text, Empty string
	URL         string
	Kind        word
	N, Zero     int
	Small       int8
	Yes, No     bool
	Safe        template.HTML
	Attr        template.HTMLAttr
	Code        template.JS
	At          *thing
	Nothing     *thing
	Sub         inner
	List        []thing
	Words       []string
	Pair        [2]string
	Named       map[string]string
	Numbers     map[int]string
	Any         any
	inner
}

type (
	word  string
	inner struct{ Deep string }
)

func (t thing) Loud() string                         { return strings.ToUpper(t.Text) }
func (t *thing) Pointed() string                     { return "->" + t.Text }
func (t thing) Fails() (string, error)               { return "", errors.New("it failed") }
func (t thing) Panics() string                       { panic("it broke") }
func (t thing) Join(a string, n int) string          { return fmt.Sprint(t.Text, a, n) }
func (t thing) Mark(s string) (template.HTML, error) { return template.HTML("<i>" + s + "</i>"), nil }
func (i inner) String() string                       { return "inner & " + i.Deep }

var functions = template.FuncMap{
	"shout":  strings.ToUpper,
	"all":    func(first string, rest ...any) string { return first + fmt.Sprint(rest...) },
	"sub":    func(i inner) string { return i.Deep },
	"subAt":  func(t *thing) string { return t.Text },
	"broken": func() (string, error) { return "", errors.New("out of order") },
	"safe":   func(s string) template.HTML { return template.HTML(s) },
}

// hostile are texts that no escaping may mistake.
var hostile = []string{
	"", "plain", `<b a="1" c='2'>&amp;+`, "javascript:alert(1)", "/a/b-c.html#d", "/a b?c=d&e=ü%20%zz", "\x00\xff\u2028", "</script><!--", "ä ö 日本 😀", "mailto:a@b.c", "//evil", "#x", "a:b/c",
}

func make_(s string, depth int) thing {
	t := thing{
		Text: s, URL: s, Kind: word(s), N: len(s) - 3, Small: int8(len(s)), Yes: true, Safe: template.HTML(s), Attr: " data-x", Code: `{"a":1}`, Sub: inner{s}, Words: []string{s, "x"},
		Pair: [2]string{"a", s}, Named: map[string]string{"a": s}, Numbers: map[int]string{1: s}, Any: s, inner: inner{"embedded"},
	}
	if depth > 0 {
		at := make_(s, depth-1)
		t.At, t.List = &at, []thing{at, {Text: "second"}}
	}
	return t
}

// Templates that are compiled whole.
var known = []string{
	`{{.Text}}|{{.Kind}}|{{.N}}|{{.Small}}|{{.Yes}}|{{.Safe}}|{{.Sub}}|{{.Deep}}|{{.Words}}`,
	`<a href="{{.URL}}" title="{{.Text}}" class="x-{{.Kind}} {{.N}}"{{.Attr}}>{{.Text}}</a>`,
	`<a href="#{{.Text}}">x</a><a href="/q?x={{.Text}}&y={{.N}}">y</a><img srcset="{{.URL}} 2x" alt={{.Text}}>`,
	`<title>{{.Text}} {{.Safe}}</title><textarea>{{.Text}}</textarea><i title="{{.Safe}}"></i>`,
	`<script>var a = {{.Text}}; var b = "{{.Text}}"; var c = {{.N}}; var d = {{.Words}}</script>`,
	`<script type="application/ld+json">{{.Code}}</script><style>p { color: {{.Text}} }</style>`,
	`<p {{.Attr}}>{{/* a comment */}}<!-- another -->{{- .Text -}} </p>`,
	`{{if .Text}}a{{else if .Yes}}b{{else}}c{{end}}{{if .Empty}}d{{end}}{{if .Nothing}}e{{end}}{{if .Sub}}f{{end}}{{if .List}}g{{end}}{{if not .Zero}}h{{end}}`,
	`{{if and .Text .Yes}}a{{end}}{{if or .Empty .At .N}}b{{end}}{{if or .Empty .No}}c{{else}}d{{end}}{{if not (and .Yes (or .No .Text))}}e{{end}}`,
	`{{or .Empty .Text "none"}}{{and .Yes .No}}{{not .Yes}}{{or .Empty .URL | len}}`,
	`{{if eq .Text "plain" "x"}}a{{end}}{{if ne .Text .URL}}b{{end}}{{if lt .N 3}}c{{end}}{{if ge .N .Zero}}d{{end}}{{if eq .Kind "plain"}}e{{end}}{{eq .N 2}}{{gt (len .Words) 1}}{{le .Small 4}}`,
	`{{with .At}}{{.Text}}{{with .At}}{{.Text}}{{else}}deepest{{end}}{{$.Text}}{{end}}{{with .Empty}}a{{else}}b{{.Text}}{{end}}{{with $x := .Text}}{{$x}}{{else}}none{{$x}}{{end}}`,
	`{{range .List}}{{.Text}},{{$.N}}{{else}}none{{end}}{{range $i, $x := .Words}}{{if $i}}; {{end}}{{$x}}{{end}}{{range $x := .Pair}}{{$x}}{{end}}`,
	`{{$n := len .Words}}{{$n}}{{$t := .Text}}{{if .Yes}}{{$t = "changed"}}{{end}}{{$t}}{{if true}}{{$t := 1}}{{$t}}{{end}}{{$t}}`,
	`{{.Loud}}{{.Pointed}}{{.At.Pointed}}{{.Join "x" 3}}{{.Text | .Mark}}{{.At.Sub.Deep}}{{(.Mark "a")}}{{(index .List 0).Text}}{{(len .Text) | printf "%03d"}}`,
	`{{shout .Text}}{{all .Text}}{{all "a" .N true "b" .Words .Sub .At.Text}}{{.Text | all "x" 1}}{{sub .Sub}}{{subAt .At}}{{safe .Text}}{{print .N 1 "a"}}{{println .Text}}`,
	`{{.Named.a}}{{index .Named "a"}}{{index .Named "none"}}{{index .Numbers 1}}{{index .Words 1}}{{index .Pair 0}}{{len .Named}}`,
	`{{define "a"}}<{{.}}>{{end}}{{define "b"}}{{template "a" .Text}}{{with .At}}{{template "b" .}}{{end}}{{end}}{{template "b" .}}{{template "c"}}{{define "c"}}nothing{{end}}{{block "d" .Sub}}{{.Deep}}{{end}}`,
}

// Templates, or parts of them, that are left to html/template.
var others = []string{
	`{{.Any}}`, `{{range .Named}}{{.}}{{end}}`, `{{range 3}}{{.}}{{end}}`, `{{range .Words}}{{break}}{{end}}`, `{{1.5}}{{'a'}}`, `{{html .Text}}`, `{{slice .Text 0 0}}`,
	`{{define "a"}}{{.Any}}{{end}}<b>{{template "a" .}}</b>{{.Text}}`, `{{define "a"}}{{.Text}}{{end}}<b title="{{template "a" .}}">{{template "a" .}}</b>`, `{{eq .Yes true}}{{eq .At .Nothing}}`,
	`{{$x := .Text}}{{range $x = .Words}}{{end}}{{$x}}`, `{{or .Text .N}}`, `{{nil | printf "%v"}}`, `{{with .Any}}{{.}}{{end}}`, `{{index .List 0 | print}}`, `{{.Words | len | index .Words}}`,
}

// Templates that fail, some of them only for some values.
var failing = []string{
	`{{.None}}`, `{{.Nothing.Text}}`, `{{.At.At.At.At.At.Text}}`, `{{.Fails}}`, `{{.Panics}}`, `{{broken}}`, `{{index .Words 7}}`, `{{.Named.none}}`, `{{.Join "a"}}`, `{{shout 3}}`, `{{template "none" .}}`,
	`{{range .List}}{{.At.Text}}{{end}}`, `<a href={{.Text}}`, `{{index .Words .N}}`, `{{.Text.Text}}`, `text{{with .At}}{{.Fails}}{{end}}`, `{{with .Sub}}{{.None}}{{end}}`,
	`{{(index .Named "a").Text}}`, `{{sub .Text}}`, `{{eq .Text .N}}`, `{{lt .At .At}}`, `{{len .N}}`, `{{range .N}}{{.Text}}{{end}}`, `{{.inner}}`, `{{$.Nothing.Pointed}}`,
}

// same runs a template as html/template does and from a Set, which compiles it after the first time.
func same(t *testing.T, text string, data any) (compiled bool) {
	t.Helper()
	parse := func() (*template.Template, error) { return template.New("x").Funcs(functions).Parse(text) }
	plain, err := parse()
	if err != nil {
		return false
	}
	var want bytes.Buffer
	wantErr := plain.Execute(&want, data)
	again, _ := parse()
	set := New(again, functions)
	for i := range 4 {
		got := bytes.NewBufferString("before")
		err := set.Execute(got, "x", data)
		if fmt.Sprint(err) != fmt.Sprint(wantErr) {
			t.Fatalf("%s\nrun %d: the error is %v, and html/template's %v", text, i, err, wantErr)
		}
		if got.String() != "before"+want.String() {
			t.Fatalf("%s\nrun %d:\n got %q\nwant %q", text, i, got, want.String())
		}
	}
	return set.made[key{"x", reflect.TypeOf(data)}] != nil
}

func TestATemplateMakesTheSame(t *testing.T) {
	for _, s := range hostile {
		data := make_(s, 3)
		for _, text := range known {
			if !same(t, text, &data) {
				t.Fatalf("not compiled: %s", text)
			}
		}
		for _, text := range append(others, failing...) {
			same(t, text, &data)
		}
	}
}

// A value that is not in memory has no methods of its pointer, and a bare string has no fields.
func TestADotOfAnyType(t *testing.T) {
	for _, text := range append(append([]string{`{{.}}`, `{{len .}}`, `{{range .}}{{.}}{{end}}`, `<a href="{{.}}">`}, known...), failing...) {
		for _, data := range []any{make_("x<", 2), "a<b", 12, []string{"a", "<"}, map[string]string{"Text": "<"}, inner{"&"}, (*thing)(nil), nil, true} {
			same(t, text, data)
		}
	}
}

// What fails for one value is compiled for nobody any more, and right for all.
func TestAFailureIsToldByHTMLTemplate(t *testing.T) {
	all := template.Must(template.New("x").Funcs(functions).Parse(`{{with .At}}{{.Text}}{{else}}{{.Nothing.Text}}{{end}}`))
	set := New(all, functions)
	good, bad := make_("a&b", 1), make_("a&b", 0)
	for i, data := range []thing{good, good, bad, good, bad} {
		var b bytes.Buffer
		err := set.Execute(&b, "x", &data)
		if data.At == nil && (err == nil || !strings.Contains(err.Error(), "x:1:39: executing \"x\" at <.Nothing.Text>: nil pointer evaluating *stencil.thing.Text")) {
			t.Errorf("%d: %v", i, err)
		}
		if data.At != nil && (err != nil || b.String() != "a&amp;b") {
			t.Errorf("%d: %q %v", i, b.String(), err)
		}
	}
}

func TestATemplateThatShowsItselfForEver(t *testing.T) {
	same(t, `{{define "a"}}{{if .Yes}}{{template "a" .At}}{{end}}{{end}}{{template "a" .}}`, &thing{})
	data := thing{Yes: true}
	data.At = &data
	same(t, `{{define "a"}}{{if .Yes}}{{template "a" .At}}{{end}}{{end}}{{template "a" .}}`, &data)
}

// Templates are escaped and compiled when they are first asked for, by whoever is first.
func TestManyGoroutines(t *testing.T) {
	all := template.Must(template.New("x").Funcs(functions).Parse(`{{define "a"}}<i>{{.Text}}</i>{{end}}{{define "b"}}{{template "a" .}}{{.Any}}{{end}}{{template "a" .}}{{template "b" .At}}`))
	set := New(all, functions)
	data := make_("<", 1)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for j := range 20 {
				name := []string{"x", "a", "b"}[(i+j)%3]
				var got bytes.Buffer
				if err := set.Execute(&got, name, &data); err != nil || !strings.HasPrefix(got.String(), "<i>&lt;</i>") {
					t.Error(got.String(), err)
				}
			}
		})
	}
	group.Wait()
}

// FuzzStencil tries templates that nobody thought of.
func FuzzStencil(f *testing.F) {
	for _, list := range [][]string{known, others, failing} {
		for i, text := range list {
			f.Add(text, hostile[i%len(hostile)])
		}
	}
	f.Fuzz(func(t *testing.T, text, s string) {
		if len(text) > 500 || strings.Contains(text, "define") && strings.Count(text, "template") > 1 { // which can take as long as it likes
			return
		}
		data := make_(s, 2)
		same(t, text, &data)
	})
}
