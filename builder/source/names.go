package source

import (
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"handbook/builder/ending"
)

// Dropping says whether a file of this name (its last part) is one that editors and file managers leave behind.
func Dropping(name string) bool {
	switch name {
	case "4913", "Thumbs.db", "desktop.ini", ".DS_Store": // 4913 is how vim asks whether it may write here
		return true
	}
	switch {
	case strings.HasSuffix(name, "~"), strings.HasSuffix(name, "___jb_tmp___"), strings.HasSuffix(name, "___jb_old___"):
		return true
	case len(name) > 1 && name[0] == '#' && name[len(name)-1] == '#':
		return true
	}
	ext := path.Ext(name)
	return ext == ".swp" || ext == ".swo" || ext == ".swx"
}

// Hidden says whether a path below the content folder is neither a page nor an asset nor a record.
func Hidden(p string) bool {
	if rest, ok := strings.CutPrefix(p, records+"/"); ok {
		return hiddenInTheme(rest)
	}
	switch p {
	case "_headers", "_redirects": // which hosts read, and some write themselves
		return false
	case configName, misspelled:
		return true
	}
	for first := true; p != ""; first = false {
		name, rest, more := strings.Cut(p, "/")
		switch {
		case Dropping(name) || name[:min(1, len(name))] == "." || name == "node_modules":
			return true
		case !more && Foreign(name) != "":
			return true
		case strings.HasPrefix(name, "_"):
			isIndex := !more && isPage(name) && strings.EqualFold(name[:len(name)-len(path.Ext(name))], "_index")
			isRecords := first && name == records
			if !isIndex && !isRecords {
				return true
			}
		}
		p = rest
	}
	return false
}

// misspelled is a name that people give to handbook.yaml.
const misspelled = "handbook.yml"

// Foreign is what a file is written in that other generators make pages of and handbook does not, by its ending: "MDX"; "" for
// any other file. Shown as it is, it would be a source that nobody can read.
func Foreign(name string) string {
	ext := strings.ToLower(path.Ext(name))
	if len(ext) == len(name) || isPage(name) { // a name without anything before the dot
		return ""
	}
	return foreign[ext]
}

var foreign = map[string]string{
	".mdoc": "Markdoc", ".rst": "reStructuredText", ".adoc": "AsciiDoc", ".asciidoc": "AsciiDoc", ".org": "Org", ".textile": "Textile",
	".rmd": "R Markdown", ".qmd": "Quarto", ".erb": "a template of Ruby", ".haml": "a template of Ruby", ".slim": "a template of Ruby",
	".njk": "a template of Nunjucks", ".liquid": "a template of Liquid",
	".mdown": otherMarkdown, ".mkd": otherMarkdown, ".mkdn": otherMarkdown, ".mdwn": otherMarkdown, ".mkdown": otherMarkdown,
}

const otherMarkdown = "Markdown with another ending than .md"

// unread says whether a path below the content folder is hidden and somebody may have meant it to be read.
func unread(p string) bool {
	name := path.Base(p)
	switch {
	case Dropping(name) || strings.HasPrefix(p, records+"/") || under(p, "node_modules") || under(p, ".git"):
		return false
	case p == configName, p == misspelled:
		return true
	}
	return isPage(name) || Foreign(name) != "" && !strings.Contains("/"+p, "/.") && !strings.Contains("/"+p, "/_")
}

// askable says whether a hidden file may be published where a page refers to it.
func askable(p string) bool {
	name := path.Base(p)
	return Hidden(p) && name[0] != '.' && !Dropping(name) && !isPage(name) && Foreign(name) == "" && p != configName && p != misspelled &&
		!strings.HasPrefix(p, records+"/") && !under(p, "node_modules") && !under(p, ".git")
}

// under says whether a folder of a path has a name.
func under(p, name string) bool { return strings.Contains("/"+p, "/"+name+"/") }

// records is the folder below content that holds what people put on record: reviews, acknowledgements.
const records = "_records"

// hiddenInTheme is Hidden below a theme folder, where "_" has no meaning.
func hiddenInTheme(p string) bool {
	for name := range strings.SplitSeq(p, "/") {
		if Dropping(name) || strings.HasPrefix(name, ".") {
			return true
		}
	}
	return false
}

// isPage says whether a file name is one of a Markdown file.
func isPage(name string) bool { return ending.Of(name) != "" }

// isTemplate says whether a theme file is text that handbook works on rather than copies.
func isTemplate(name string) bool {
	switch path.Ext(name) {
	case ".html", ".css", ".js", ".txt", ".xml", ".json":
		return true
	}
	return false
}

// badName says what is wrong with a file name that no address can be made of; "" for a good one.
func badName(name string) string {
	if !utf8.ValidString(name) {
		return "bytes that are not UTF-8"
	}
	if strings.ContainsAny(name, "\n\r") {
		return "a line break"
	}
	if strings.ContainsFunc(name, unicode.IsControl) {
		return "a control character"
	}
	return ""
}

// printable is a name with what badName objects to replaced, so that a message can show it.
func printable(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(name, string(utf8.RuneError)))
}

// IsPicture tells files that pages show.
func IsPicture(name string) bool {
	return slices.Contains([]string{".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".bmp", ".svg"}, strings.ToLower(path.Ext(name)))
}
