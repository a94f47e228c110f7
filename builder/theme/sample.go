package theme

import (
	"html/template"
	"reflect"
)

// SampleSite is a site with every field filled.
func SampleSite() *Site {
	s := &Site{}
	fill(reflect.ValueOf(s).Elem(), 0)
	s.Language = "en"
	return s
}

// Sample is a view with every field filled, for trying templates on.
func Sample(site *Site, kind string) *View {
	v := &View{Site: site}
	fill(reflect.ValueOf(v).Elem(), 0)
	v.Kind = kind
	return v
}

// SampleBadge is a badge with every field filled.
func SampleBadge() Badge {
	var b Badge
	fill(reflect.ValueOf(&b).Elem(), 0)
	return b
}

// SampleNav is a navigation with every field filled.
func SampleNav(site *Site) *Nav {
	n := &Nav{Site: site}
	fill(reflect.ValueOf(n).Elem(), 0)
	return n
}

// fill sets every exported field that is still empty, so that no sample forgets a field that was added later.
func fill(v reflect.Value, depth int) {
	if !v.CanSet() || depth > 6 || v.Kind() != reflect.Struct && !v.IsZero() {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("Sample")
	case reflect.Int:
		v.SetInt(2)
	case reflect.Uint64:
		v.SetUint(2)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), depth+1)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), depth+1)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[Fragment]() {
			v.Set(reflect.ValueOf(Fragment{Sum: 2, Make: func() (template.HTML, error) { return "<p>Sample</p>", nil }}))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), depth+1)
		}
	}
}

// fieldNames lists what a template can ask of one of the types that a view is made of.
func fieldNames(name string) []string {
	var names []string
	seen := map[reflect.Type]bool{}
	var visit func(reflect.Type)
	visit = func(t reflect.Type) {
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice:
			visit(t.Elem())
		case reflect.Struct:
			if seen[t] {
				return
			}
			seen[t] = true
			if p := reflect.PointerTo(t); t.Name() == name {
				for i := range p.NumMethod() {
					names = append(names, p.Method(i).Name)
				}
			}
			for i := range t.NumField() {
				if t.Name() == name && t.Field(i).IsExported() {
					names = append(names, t.Field(i).Name)
				}
				visit(t.Field(i).Type)
			}
		}
	}
	visit(reflect.TypeFor[View]())
	visit(reflect.TypeFor[Nav]())
	visit(reflect.TypeFor[Block]())
	return names
}
