package bring

import (
	"path"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"handbook/builder/ending"
)

// maxName is the length of a name of a file in bytes, which leaves room for what systems and sites add.
const maxName = 100

// place gives each document a path: its folder's own page where others stand below it.
func (e *Export) place(into string, known map[string]string) {
	byID, children, ids := map[string]*Doc{}, map[string]int{}, map[string]int{}
	for _, d := range e.Docs {
		d.ID = free("", d.ID, "", ids) // by which it is known again
		byID[d.ID] = d
	}
	for _, d := range e.Docs {
		if p := byID[d.Parent]; p != nil && p != d {
			children[p.ID]++
		}
	}
	taken := map[string]int{}
	for _, old := range known {
		taken[strings.ToLower(old)] = 1
	}
	for _, d := range e.Docs {
		folder := into
		if p := byID[d.Parent]; p != nil && p.folder != "" {
			folder = p.folder
		}
		if old := known[e.Tool+":"+d.ID]; old != "" {
			d.path, d.folder = old, strings.TrimSuffix(old, ".md")
			if path.Base(old) == "_index.md" {
				d.folder = path.Dir(old)
			}
		} else {
			name := free(folder, slug(d.Title), "", taken)
			d.folder = path.Join(folder, name)
			d.path = d.folder + ".md"
			if children[d.ID] > 0 {
				d.path = d.folder + "/_index.md"
			}
			taken[strings.ToLower(d.path)] = 1
		}
		for i := range d.Files {
			f := &d.Files[i]
			if f.path = known[e.Tool+":"+d.ID+"/"+f.Name]; f.path == "" {
				name := fileName(f.Name)
				ext := path.Ext(name)
				f.path = path.Join(d.folder, free(d.folder, strings.TrimSuffix(name, ext), ext, taken)+ext)
			}
		}
	}
}

// depth is below how many others a document stands.
func depth(byID map[string]*Doc, d *Doc) (n int) {
	for n < maxDepth && byID[d.Parent] != nil {
		d = byID[d.Parent]
		n++
	}
	return n
}

// free is a name that nothing in the folder has yet. taken are names in lower case, as some systems take two letters for one, with the
// last number that was added to each.
func free(folder, name, ext string, taken map[string]int) string {
	base := strings.ToLower(path.Join(folder, name+ext))
	for {
		taken[base]++
		try, key := name, base
		if n := taken[base]; n > 1 {
			try += "-" + strconv.Itoa(n)
			if key = strings.ToLower(path.Join(folder, try+ext)); taken[key] > 0 {
				continue
			}
		}
		if taken[key+".md"] == 0 && taken[key+"/_index.md"] == 0 {
			taken[key] = max(taken[key], 1)
			return try
		}
	}
}

// slug is a title as the name of a file or folder.
func slug(title string) string { return safe(strings.Trim(cut(hyphened(title)), "-")) }

// keyOf is a title as a key of frontmatter.
func keyOf(title string) string {
	return strings.ReplaceAll(strings.Trim(hyphened(title), "-"), "-", "_")
}

// hyphened are the letters and digits of a title in lower case.
func hyphened(title string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(title) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-") && r != '\'' && r != '’':
			b.WriteByte('-')
		}
	}
	return b.String()
}

// fileName is the name of an attachment, without what some systems refuse.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || strings.ContainsRune(`<>:"/|?*#%`, r) || r == utf8.RuneError {
			return '-'
		}
		return r
	}, strings.ToValidUTF8(name, "-"))
	name = strings.TrimLeft(strings.TrimRight(name, ". "), "._ ")
	ext := path.Ext(name)
	if len(ext) > 12 {
		ext = ""
	}
	if ending.Of(name) != "" { // an attachment is no page
		name += ".txt"
		ext = ".txt"
	}
	return safe(strings.TrimSpace(cut(strings.TrimSuffix(name, ext)))) + ext
}

// cut shortens a name to maxName bytes of whole characters.
func cut(name string) string {
	for len(name) > maxName {
		_, n := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-n]
	}
	return name
}

// safe keeps off names that mean something else: devices of Windows, and files of the handbook itself.
func safe(name string) string {
	base, _, _ := strings.Cut(strings.ToLower(name), ".")
	switch base {
	case "":
		return "page" + name
	case "con", "prn", "aux", "nul", "index", "readme", "_index":
		return "page-" + name
	}
	if len(base) == 4 && (base[:3] == "com" || base[:3] == "lpt") && base[3] >= '0' && base[3] <= '9' {
		return "page-" + name
	}
	return name
}

func number(n int) string { return strconv.Itoa(n) }
