package theme

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"handbook/builder/diag"
	"handbook/builder/schema"
)

// readWords takes the words of the language from i18n/, with English for what is not said.
func (t *Theme) readWords(language string, files map[string]*file) *fault {
	t.words = &Words{}
	for _, p := range wordFiles(files, language) {
		f := files[p]
		for _, data := range layers(f) {
			d := yaml.NewDecoder(bytes.NewReader(data))
			d.KnownFields(true)
			if err := d.Decode(t.words); err != nil && err != io.EOF {
				return blameYAML(err, p, f)
			}
		}
	}
	if short, _, _ := strings.Cut(strings.ToLower(language), "-"); short != "en" && short != "de" {
		countIn(reflect.ValueOf(t.words).Elem(), language)
	}
	return nil
}

// countIn has every phrase with a number follow the rules of a language.
func countIn(v reflect.Value, language string) {
	for i := range v.NumField() {
		switch f := v.Field(i); {
		case f.Type() == reflect.TypeFor[Plural]():
			f.FieldByName("Language").SetString(language)
		case f.Kind() == reflect.Struct:
			countIn(f, language)
		}
	}
}

// wordFiles are the paths of the files that hold the words of a language, English first, where it falls back to.
func wordFiles(files map[string]*file, language string) (paths []string) {
	language = strings.ToLower(language)
	short, _, _ := strings.Cut(language, "-")
	for _, l := range []string{"en", short, language} {
		p := "i18n/" + l + ".yaml"
		if files[p] != nil && !slices.Contains(paths, p) {
			paths = append(paths, p)
		}
	}
	return paths
}

// lacks tells of words that there are in English and not in the site's language.
func lacks(files map[string]*file, language string, msgs *diag.List) {
	short, _, _ := strings.Cut(strings.ToLower(language), "-")
	paths := wordFiles(files, language)
	if short == "en" || short == "" || len(paths) == 0 {
		return
	}
	if len(paths) == 1 {
		msgs.Add(diag.MissingWords, diag.Place{File: "handbook.yaml"}, fmt.Sprintf("the interface has no words in the language %q and is in English", language),
			fmt.Sprintf("translate the built-in i18n/en.yaml to i18n/%s.yaml in the site's theme, or turn this rule off", short))
		return
	}
	names := func(paths ...string) (list []string) {
		for _, p := range paths {
			for _, data := range layers(files[p]) {
				list = append(list, wordNames(data)...)
			}
		}
		return list
	}
	have := names(paths[1:]...)
	missing := slices.DeleteFunc(names(paths[0]), func(name string) bool { return slices.Contains(have, name) })
	if len(missing) == 0 {
		return
	}
	const most = 8
	some := strings.Join(missing[:min(len(missing), most)], ", ")
	if more := len(missing) - most; more > 0 {
		some += fmt.Sprintf(" and %d more", more)
	}
	msgs.Add(diag.MissingWords, diag.Place{File: files[paths[len(paths)-1]].name}, "these words are not translated and are shown in English: "+some,
		"add them as the built-in i18n/en.yaml has them")
}

// wordNames lists the words that a file holds, those of a group with the group's name: "states.fresh".
func wordNames(data []byte) (names []string) {
	var walk func(node *yaml.Node, before string)
	walk = func(node *yaml.Node, before string) {
		for i := 0; i+1 < len(node.Content); i += 2 {
			name, value := before+node.Content[i].Value, node.Content[i+1]
			if value.Kind == yaml.MappingNode {
				walk(value, name+".")
			} else {
				names = append(names, name)
			}
		}
	}
	var doc yaml.Node
	if yaml.Unmarshal(data, &doc) == nil && len(doc.Content) > 0 && doc.Content[0].Kind == yaml.MappingNode {
		walk(doc.Content[0], "")
	}
	return names
}

// layers are the file that f hides and f, so that a site's file need only hold the words that differ.
func layers(f *file) [][]byte {
	if f.base != nil {
		return [][]byte{f.base.data, f.data}
	}
	return [][]byte{f.data}
}

func blameYAML(err error, p string, f *file) *fault {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if wrong := (&yaml.TypeError{}); errors.As(err, &wrong) && len(wrong.Errors) > 0 {
		text = wrong.Errors[0]
	}
	bad := &fault{path: p, name: f.name, text: text, help: "compare it with the built-in i18n/en.yaml"}
	if rest, ok := strings.CutPrefix(text, "line "); ok {
		number, reason, _ := strings.Cut(rest, ": ")
		if line, err := strconv.Atoi(number); err == nil {
			bad.text = reason
			bad.start, bad.end = lineAt(f.data, line)
		}
	}
	return bad
}

// Day writes a date as the language does, without markup.
func (w *Words) Day(d Day) string { return w.day(d, w.DateForm) }

func (w *Words) day(d Day, form string) string {
	if d.IsZero() {
		return ""
	}
	b := make([]byte, 0, 24)
	for form != "" {
		switch {
		case strings.HasPrefix(form, "{day}"):
			b = strconv.AppendInt(b, int64(d.Day), 10)
		case strings.HasPrefix(form, "{month}") && d.Month >= 1 && d.Month <= len(w.Months):
			b = append(b, w.Months[d.Month-1]...)
		case strings.HasPrefix(form, "{month}"):
			b = strconv.AppendInt(b, int64(d.Month), 10)
		case strings.HasPrefix(form, "{year}"):
			b = strconv.AppendInt(b, int64(d.Year), 10)
		default:
			b = append(b, form[0])
			form = form[1:]
			continue
		}
		form = form[strings.IndexByte(form, '}')+1:]
	}
	return string(b)
}

// date is Day in a <time> element.
func (w *Words) date(d Day) template.HTML { return timeElement(d, w.Day(d)) }

// week is date without the year.
func (w *Words) week(d Day) template.HTML { return timeElement(d, w.day(d, w.WeekForm)) }

func timeElement(d Day, text string) template.HTML {
	if d.IsZero() {
		return ""
	}
	return template.HTML(`<time datetime="` + d.String() + `">` + template.HTMLEscapeString(text) + `</time>`)
}

// count puts a number into a phrase.
func count(p Plural, n int) string { return p.Count(n) }

// Speak gives a site the theme's words for what is not in templates.
func (t *Theme) Speak(site *schema.Site) { site.Speak(t.words.Text, t.words.Reviews) }
