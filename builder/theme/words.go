package theme

import (
	"bytes"
	"errors"
	"html/template"
	"io"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// readWords takes the words of the language from i18n/, with English for what is not said.
func (t *Theme) readWords(language string, files map[string]*file) *fault {
	t.words = &Words{}
	language = strings.ToLower(language)
	short, _, _ := strings.Cut(language, "-")
	done := ""
	for _, l := range []string{"en", short, language} {
		p := "i18n/" + l + ".yaml"
		f, ok := files[p]
		if !ok || p == done {
			continue
		}
		done = p
		for _, data := range layers(f) {
			d := yaml.NewDecoder(bytes.NewReader(data))
			d.KnownFields(true)
			if err := d.Decode(t.words); err != nil && err != io.EOF {
				return blameYAML(err, p, f)
			}
		}
	}
	return nil
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
func count(p Plural, n int) string {
	form := p.Other
	if n == 1 {
		form = p.One
	}
	return strings.ReplaceAll(form, "{n}", strconv.Itoa(n))
}
