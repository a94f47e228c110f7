package theme

import (
	"bytes"
	"fmt"
	"html/template"
	"math/rand/v2"
	"reflect"
	"testing"

	"handbook/builder/schema"
	"handbook/themes"
)

// Whatever a view holds, the default theme's templates make of it what html/template makes of it.
func TestTemplatesMakeTheSame(t *testing.T) {
	theme := builtIn(t)
	for seed := range uint64(25) {
		run := func(kind, name string, make func(*rand.Rand) any) {
			page, err := theme.pages[kind]()
			if err != nil {
				t.Fatal(err)
			}
			if name == "" {
				name = page.root
			}
			var want bytes.Buffer
			wantErr := page.all.ExecuteTemplate(&want, name, make(rand.New(rand.NewPCG(seed, 1))))
			for i := range 3 { // compiled after the first
				var got bytes.Buffer
				err := page.Execute(&got, name, make(rand.New(rand.NewPCG(seed, 1))))
				if fmt.Sprint(err) != fmt.Sprint(wantErr) || got.String() != want.String() {
					t.Fatalf("seed %d, %s, run %d: %v, want %v\n%s\nwant\n%s", seed, name, i, err, wantErr, got.String(), want.String())
				}
			}
		}
		view := func(kind string) func(r *rand.Rand) any {
			return func(r *rand.Rand) any {
				v := &View{}
				vary(r, reflect.ValueOf(v).Elem(), 0)
				theme.Prepare(v.Site)
				v.Kind = kind
				v.Template = theme.types[r.IntN(len(theme.types))]
				return v
			}
		}
		for _, kind := range Kinds() {
			run(kind, "", view(kind))
		}
		for _, name := range theme.types {
			run("page", "types/"+name+".html", view("page"))
		}
		run("page", "partials/nav.html", func(r *rand.Rand) any {
			n := &Nav{}
			vary(r, reflect.ValueOf(n).Elem(), 0)
			theme.Prepare(n.Site)
			return n
		})
		for _, layout := range []string{"table", "list", "board", "matrix", "radar", "timeline", "count", "chart", "health", "weeks"} {
			run("page", "partials/view.html", func(r *rand.Rand) any {
				b := &Block{}
				vary(r, reflect.ValueOf(b).Elem(), 0)
				theme.Prepare(b.Site)
				if b.Layout = layout; r.IntN(4) > 0 {
					b.Mistakes, b.Empty = nil, ""
				}
				return b
			})
		}
		run("page", "partials/answer.html", func(r *rand.Rand) any {
			a := &Answer{}
			vary(r, reflect.ValueOf(a).Elem(), 0)
			return a
		})
	}
}

// The templates of the default theme are compiled, so that none of them slows all pages down again unseen.
func TestTemplatesAreCompiled(t *testing.T) {
	theme := builtIn(t)
	page, err := theme.pages["page"]()
	if err != nil {
		t.Fatal(err)
	}
	site := SampleSite()
	theme.Prepare(site)
	allocs := func(execute func(*bytes.Buffer, string, any) error) float64 {
		return testing.AllocsPerRun(3, func() {
			if err := execute(theme.buffer(), page.root, Sample(site, "page")); err != nil {
				t.Fatal(err)
			}
		})
	}
	slow := allocs(func(w *bytes.Buffer, name string, data any) error { return page.all.ExecuteTemplate(w, name, data) })
	if fast := allocs(page.Execute); fast > slow/3 {
		t.Errorf("a page takes %v allocations, and %v by html/template", fast, slow)
	}
}

// BenchmarkTemplates makes a page of which every field is filled.
func BenchmarkTemplates(b *testing.B) {
	theme := builtIn(b)
	page, err := theme.pages["page"]()
	if err != nil {
		b.Fatal(err)
	}
	site := SampleSite()
	theme.Prepare(site)
	for name, execute := range map[string]func(*bytes.Buffer, string, any) error{
		"html_template": func(w *bytes.Buffer, name string, data any) error { return page.all.ExecuteTemplate(w, name, data) },
		"stencil":       page.Execute,
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := execute(theme.buffer(), page.root, Sample(site, "page")); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func builtIn(t testing.TB) *Theme {
	site := schema.Default()
	theme, msgs := Load(themes.Default(), nil, site)
	if len(msgs) > 0 {
		t.Fatal(msgs)
	}
	return theme
}

var texts = []string{"", "", "plain", `<b a="1" c='2'>&amp;+`, "javascript:alert(1)", "/a/b-c/#d", "https://example.com/a b?c=d&e=ü", "\x00\xff\u2028", "</script><!--", "日本 😀", "overdue", "fresh", "due", "table", "print"}

// vary fills a value by chance, nil and hostile texts among the rest.
func vary(r *rand.Rand, v reflect.Value, depth int) {
	if !v.CanSet() {
		return
	}
	switch v.Kind() {
	case reflect.String:
		s := texts[r.IntN(len(texts))]
		if v.Type() == reflect.TypeFor[template.HTMLAttr]() {
			s = " data-x"
		}
		v.SetString(s)
	case reflect.Int:
		v.SetInt([]int64{0, 0, 1, 2, -3, 48, 2026}[r.IntN(7)])
	case reflect.Uint64:
		v.SetUint(r.Uint64N(3))
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.Slice:
		n := r.IntN(4)
		if depth > 5 {
			n = 0
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			vary(r, v.Index(i), depth+1)
		}
	case reflect.Pointer:
		if depth > 5 || v.Type() != reflect.TypeFor[*Site]() && r.IntN(3) == 0 {
			return
		}
		v.Set(reflect.New(v.Type().Elem()))
		vary(r, v.Elem(), depth+1)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[Fragment]() {
			html, broken := template.HTML(texts[r.IntN(len(texts))]), r.IntN(200) == 0
			v.Set(reflect.ValueOf(Fragment{Make: func() (template.HTML, error) {
				if broken {
					return "", fmt.Errorf("it cannot be made")
				}
				return html, nil
			}}))
			return
		}
		for i := range v.NumField() {
			vary(r, v.Field(i), depth+1)
		}
	}
}
