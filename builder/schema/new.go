package schema

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// NewPage is what is known of a page that is to be written.
type NewPage struct {
	Title string
	Owner string            // "" when nobody is known
	Known map[string]string // values of fields, by key
	Today Date
}

// NewPage writes a page of the type: frontmatter in which every field is explained, those that are not required as
// comments, and the headings that the type asks for.
func (t *Type) NewPage(p NewPage) []byte {
	var b strings.Builder
	b.WriteString("---\ntitle: " + inline(p.Title) + "\n# One sentence, shown under the title and in lists.\ndescription:\n")
	if t.Name != "page" {
		b.WriteString("type: " + inline(t.Name) + "\n")
	}
	if p.Owner != "" {
		b.WriteString("owner: " + inline(p.Owner) + "\n")
	} else {
		b.WriteString("# The team or person who answers for it, unless the folder says so.\n# owner:\n")
	}
	if len(t.Statuses) > 0 {
		names := t.StatusNames()
		fmt.Fprintf(&b, "# %s.\nstatus: %s\n", strings.Join(names, ", "), inline(names[0]))
	}
	for i := range t.Fields {
		t.Fields[i].write(&b, p)
	}
	b.WriteString("---\n\n")
	text := strings.Trim(t.Template, "\n")
	b.WriteString(text)
	for _, h := range t.Headings {
		if line := "## " + h; !strings.Contains("\n"+text+"\n", "\n"+line+"\n") {
			if b.WriteString("\n\n" + line); text == "" {
				text = line
			}
		}
	}
	return []byte(strings.Replace(strings.TrimRight(b.String(), "\n")+"\n", "---\n\n\n\n", "---\n\n", 1))
}

// write explains a field and makes room for it. It is a comment unless it is required or its value is known.
func (f *Field) write(b *strings.Builder, p NewPage) {
	fmt.Fprintf(b, "# %s\n", f.comment())
	switch value := p.Known[f.Name]; {
	case f.Kind == KindRecords:
		mark := ""
		if !f.Required {
			mark = "# "
		}
		fmt.Fprintf(b, "%s%s:\n", mark, f.Name)
		for i := range f.Fields {
			lead := "    "
			if i == 0 && f.Many {
				lead = "  - "
			}
			fmt.Fprintf(b, "# %s%s:  # %s\n", lead, f.Fields[i].Name, f.Fields[i].comment())
		}
	case value != "" && f.Many:
		fmt.Fprintf(b, "%s: [%s]\n", f.Name, inline(value))
	case value != "":
		fmt.Fprintf(b, "%s: %s\n", f.Name, inline(value))
	case f.Required && f.Kind == KindDate && !p.Today.IsZero():
		fmt.Fprintf(b, "%s: %s\n", f.Name, p.Today)
	case f.Required:
		fmt.Fprintf(b, "%s:\n", f.Name)
	default:
		fmt.Fprintf(b, "# %s:%s\n", f.Name, map[bool]string{true: " []"}[f.Many])
	}
}

// comment says in one line what to write.
func (f *Field) comment() string {
	parts := []string{f.Help}
	switch f.Kind {
	case KindEnum:
		parts = append(parts, sentence(strings.Join(f.Options, ", ")))
	case KindDate:
		parts = append(parts, "YYYY-MM-DD.")
	case KindPeriod:
		parts = append(parts, "{from: YYYY-MM-DD, until: YYYY-MM-DD}.")
	case KindReference:
		if len(f.To) > 0 {
			parts = append(parts, "The id of a page of type "+strings.Join(f.To, " or ")+".")
		}
	}
	if f.Required {
		parts = append(parts, "Required.")
	}
	text := strings.TrimSpace(strings.Join(parts, " "))
	if text == "" {
		return f.Label + "."
	}
	return strings.ReplaceAll(text, "\n", " ")
}

func sentence(s string) string { return "One of " + s + "." }

// inline writes a text as YAML wants it on one line.
func inline(s string) string {
	out, err := yaml.Marshal(s)
	if line := strings.TrimRight(string(out), "\n"); err == nil && !strings.Contains(line, "\n") {
		return line
	}
	return fmt.Sprintf("%q", s)
}
