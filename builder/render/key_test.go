package render

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"handbook/builder/book"
	"handbook/builder/page"
	"handbook/builder/theme"
)

// Every field of a view, however deep, is in the key: changing one changes it. So is every field of what fills the
// holes of a text, and of the navigation.
func TestEveryFieldIsInTheKey(t *testing.T) {
	site := theme.SampleSite()
	for _, value := range []any{theme.Sample(site, "page"), theme.SampleNav(site), sampleBody()} {
		root := reflect.ValueOf(value)
		before := newHasher(nil).sum(value)
		count := 0
		fields(root.Elem(), root.Elem().Type().Name(), 0, func(name string, v reflect.Value) {
			old := reflect.New(v.Type()).Elem()
			old.Set(v)
			change(v)
			if newHasher(nil).sum(value) == before {
				t.Errorf("%s is not in the key", name)
			}
			v.Set(old)
			count++
		})
		if newHasher(nil).sum(value) != before {
			t.Error("the same value has another sum")
		}
		if count < 20 {
			t.Errorf("only %d fields of %T were tried", count, value)
		}
	}
}

func TestEveryFieldOfAViewIsInOneGroup(t *testing.T) {
	all := map[int]string{}
	for _, g := range viewGroups() {
		for _, f := range g.fields {
			if all[f] != "" {
				t.Errorf("field %d is in %s and %s", f, all[f], g.name)
			}
			all[f] = g.name
		}
	}
	if n := reflect.TypeFor[theme.View]().NumField(); len(all) != n {
		t.Errorf("%d of %d fields are in a group", len(all), n)
	}
}

// A view must not reach the book: what a template could see there would not be in the key.
func TestAViewHoldsNoNode(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var visit func(t reflect.Type) bool
	visit = func(t reflect.Type) bool {
		if t == reflect.TypeFor[book.Node]() || t == reflect.TypeFor[page.Page]() {
			return true
		}
		if seen[t] {
			return false
		}
		seen[t] = true
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			return visit(t.Elem())
		case reflect.Struct:
			for i := range t.NumField() {
				if visit(t.Field(i).Type) {
					return true
				}
			}
		}
		return false
	}
	if visit(reflect.TypeFor[theme.View]()) || visit(reflect.TypeFor[theme.Nav]()) {
		t.Error("a view leads to a node or a page")
	}
}

// What an edit touches has a new key, and nothing else has.
func TestKeysFollowWhatTheyAreMadeOf(t *testing.T) {
	for name, test := range map[string]struct {
		old, new string
		changed  []string // outputs with a new key, sorted
		from     string   // what explain says of the first
	}{
		"nothing": {"", "", nil, ""},
		"one text": {"We move money.", "We move much money.",
			[]string{"owners/index.html", "owners/teams-and-people.csv", "teams/index.html", "teams/payments/index.html"}, "its links"},
		"a text that others summarise by its description": {"First.", "Other.", []string{"specs/refunds/index.html"}, "its text"},
		"the sentence around a link": {"Start with [the spec]", "Begin with [the spec]",
			[]string{"index.html", "specs/refunds/index.html"}, "its text"},
		"a text around what another page shows in place": {"Nothing is", "Nothing at all is", []string{"plan/index.html"}, "its text"},
		"a text that another page shows in place":        {"Soon", "Later", []string{"new/index.html", "plan/index.html"}, "its links"},
		"the site's name": {"name: Acme", "name: Apex", nil, "site"},
	} {
		t.Run(name, func(t *testing.T) {
			before := makeSite(t, refunds).outputs
			after := makeSite(t, strings.Replace(refunds, test.old, test.new, 1)).outputs
			keys := map[string]Output{}
			for _, o := range before {
				keys[o.Path] = o
			}
			var changed, copies []string
			for _, o := range after {
				old := keys[o.Path]
				if old.Key() == o.Key() || o.From()[0].Name == "every page" || o.From()[0].Name == "its pages" || o.Aside && !strings.HasSuffix(o.Path, ".md") {
					continue // files about the whole handbook follow every page, and documents to print theirs
				}
				if strings.HasSuffix(o.Path, ".md") { // the Markdown of a page follows its text
					copies = append(copies, o.Path)
					continue
				}
				changed = append(changed, o.Path)
				if len(changed) == 1 && !slices.Contains(differences(old, o), test.from) {
					t.Errorf("%s has a new key by %q, want %q", o.Path, differences(old, o), test.from)
				}
			}
			if name == "the site's name" {
				if len(changed) < 15 {
					t.Errorf("only %v changed", changed)
				}
				return
			}
			if test.old != "" && len(copies) != 1 {
				t.Errorf("the Markdown of %v changed, want that of one page", copies)
			}
			if !slices.Equal(changed, test.changed) {
				t.Errorf("%v changed, want %v", changed, test.changed)
			}
		})
	}
}

func differences(a, b Output) []string {
	var names []string
	for i := range a.From() {
		if a.From()[i] != b.From()[i] {
			names = append(names, a.From()[i].Name)
		}
	}
	return names
}

func sampleBody() *body {
	inner := &body{Sum: 1, URL: "/x/", Fills: []answer{{Href: "/y/"}}}
	holes := []page.Hole{{Kind: page.HoleEmbed, At: 1, End: 2, Link: 3}}
	return &body{Sum: 2, Holes: holes, URL: "/a/", Title: "A", Deeper: 1, Fills: []answer{{
		Href: "/x/", Broken: "no", Title: "X", Mark: "overdue", State: "overdue", Next: theme.Day{Year: 1, Month: 2, Day: 3},
		Embed: inner, Image: true, Label: "x",
	}}}
}

// fields calls f for every exported field that is not made of others.
func fields(v reflect.Value, name string, depth int, f func(string, reflect.Value)) {
	if depth > 12 || !v.CanSet() {
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[theme.Fragment]() {
			f(name+".Sum", v.FieldByName("Sum"))
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fields(v.Field(i), name+"."+v.Type().Field(i).Name, depth+1, f)
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			fields(v.Elem(), name, depth+1, f)
			f(name, v)
		}
	case reflect.Slice:
		for i := range min(1, v.Len()) {
			fields(v.Index(i), name+"[]", depth+1, f)
		}
		f(name, v)
	default:
		f(name, v)
	}
}

// change makes a value another one.
func change(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(v.String() + "x")
	case reflect.Int, reflect.Int32:
		v.SetInt(v.Int() + 1)
	case reflect.Uint64, reflect.Uint8:
		v.SetUint(v.Uint() + 1)
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Slice:
		v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
	case reflect.Pointer:
		v.SetZero()
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{"x": "y"}))
	}
}

// The navigation is on every page of its folder; the page's own sum tells which entry is marked.
func TestNavigationSumTellsPagesApart(t *testing.T) {
	s := makeSite(t, manyPages(5, "a/", ""))
	sums := map[uint64]string{}
	for _, o := range s.outputs {
		for _, in := range o.From() {
			if in.Name == "its branch" {
				if other := sums[in.Sum]; other != "" && o.Node != nil && !o.Aside { // a document to print marks no entry
					t.Errorf("%s and %s have the same branch", o.Path, other)
				}
				sums[in.Sum] = o.Path
			}
		}
	}
}
