package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"handbook/builder"
	"handbook/builder/book"
	"handbook/builder/people"
	"handbook/builder/schema"

	"github.com/spf13/cobra"
)

func newCommand() *cobra.Command {
	var (
		site         siteFlags
		title, owner string
	)
	cmd := command("new", &cobra.Command{
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) == 0:
				return misuse("new takes a type and a name, such as `handbook new spec offline-sync`; `handbook types` lists the types")
			case len(args) == 1:
				return misuse("new takes a type and a name, such as `handbook new %s offline-sync`", args[0])
			case len(args) > 2:
				return misuse("new takes a type and a name, but got %s; put a name with spaces in quotes", strings.Join(args, " "))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return writeNew(cmd, &site, args[0], args[1], title, owner)
		},
		ValidArgsFunction: firstArgument(func() [][2]string { return typeNames(site.dir, nil) }),
	})
	site.add(cmd)
	cmd.Flags().StringVar(&title, "title", "", "the page's `title` (default SLUG made readable)")
	addOwner(cmd, &site, &owner, "the team or person who is the page's `owner` (default you, by git's user.email)")
	return cmd
}

func writeNew(cmd *cobra.Command, flags *siteFlags, typeName, name, title, owner string) error {
	site, err := configIn(flags.dir)
	if err != nil {
		return err
	}
	if err := knownTypes(site, []string{typeName}); err != nil {
		return err
	}
	slug, err := slugOf(name)
	if err != nil {
		return err
	}
	job, result, err := read(cmd, flags)
	if err != nil {
		return err
	}
	typ, _ := result.Site.TypeNamed(typeName)
	id := slug
	if folder := folderFor(result.Book, &typ); folder != "" && !strings.HasPrefix(slug, folder+"/") {
		id = folder + "/" + slug
	}
	file := id + ".md"
	for _, p := range knownPages(result) {
		if p.id == id || strings.EqualFold(p.path, file) {
			return misuse("%s is there already; choose another name", path.Join("content", p.path))
		}
	}
	page := schema.NewPage{Title: cmp.Or(title, titleOf(name)), Today: job.Today, Known: onlyChoices(result.Book, &typ)}
	var notes []string
	switch {
	case owner != "":
		n, help := people.Owner(result.Book, owner)
		if n == nil && people.Any(result.Book) {
			return misuse("--owner %s: no owner of that name; %s", owner, help)
		}
		page.Owner = owner
	default:
		who, why := committer(cmd.Context(), result, job)
		page.Owner = who
		if why != "" {
			notes = append(notes, "no owner is written, because "+why)
		}
	}
	if err := createPage(job, file, typ.NewPage(page)); err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	fmt.Fprintf(out, "made %s\n", show(job.Content, file))
	for _, note := range notes {
		fmt.Fprintf(cmd.ErrOrStderr(), "note: %s\n", plain(note))
	}
	var missing []string
	for _, f := range typ.Fields {
		if f.Required && page.Known[f.Name] == "" && f.Kind != schema.KindDate {
			missing = append(missing, f.Name)
		}
	}
	next := "write the text"
	if len(missing) > 0 {
		next = "fill in " + strings.Join(missing, " and ") + ", then " + next
	}
	fmt.Fprintf(out, "next: %s; `handbook serve` shows it at %s%s/\n", next, result.Site.BasePath, id)
	return nil
}

// createPage writes a file below the content folder that is not there yet.
func createPage(job builder.Job, file string, text []byte) error {
	root, err := os.OpenRoot(job.Content)
	if err != nil {
		return err
	}
	defer root.Close()
	if err := root.MkdirAll(path.Dir(file), 0o755); err != nil {
		return err
	}
	f, err := root.OpenFile(filepath.FromSlash(file), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return misuse("%s is there already; choose another name", path.Join("content", file))
	}
	if err != nil {
		return err
	}
	if _, err := f.Write(text); err != nil {
		return errors.Join(err, f.Close())
	}
	return f.Close()
}

// folderFor is the folder for new pages of a type: the one that it claims if it has pages, else the one in which most
// pages of the type are.
func folderFor(b *book.Book, t *schema.Type) string {
	count := map[string]int{}
	for _, n := range b.Nodes {
		if n.Page != nil && n.Type == t.Name && !n.Page.Index {
			count[folderOf(n.Page.ID)]++
			if t.Folder != "" && strings.HasPrefix(n.Page.ID, t.Folder+"/") {
				return t.Folder
			}
		}
	}
	if t.Name == "page" {
		return ""
	}
	best := t.Folder
	for _, folder := range slices.Sorted(maps.Keys(count)) {
		if folder != "" && count[folder] > count[best] {
			best = folder
		}
	}
	return best
}

func folderOf(id string) string {
	if dir := path.Dir(id); dir != "." {
		return dir
	}
	return ""
}

// onlyChoices are the values of required references for which there is one page only.
func onlyChoices(b *book.Book, t *schema.Type) map[string]string {
	known := map[string]string{}
	for _, f := range t.Fields {
		if !f.Required || f.Kind != schema.KindReference || len(f.To) == 0 {
			continue
		}
		var found []*book.Node
		for _, n := range b.Nodes {
			if n.Page != nil && slices.Contains(f.To, n.Type) {
				found = append(found, n)
			}
		}
		if len(found) == 1 {
			known[f.Name] = found[0].ID
		}
	}
	return known
}

// slugOf makes the path of a file out of what was typed: letters, digits and hyphens, and slashes between folders.
func slugOf(name string) (string, error) {
	written := strings.Trim(strings.TrimSuffix(strings.ReplaceAll(name, `\`, "/"), ".md"), " ")
	written = strings.TrimPrefix(written, "content/")
	var parts []string
	for _, part := range strings.Split(strings.Trim(written, "/"), "/") {
		slug := book.Slug(strings.ReplaceAll(part, "_", "-"), "")
		if slug == "" || part == ".." || strings.HasPrefix(part, ".") {
			return "", misuse("%q is not a name for a page; write it like offline-sync", name)
		}
		parts = append(parts, slug)
	}
	if last := parts[len(parts)-1]; last == "index" || last == "readme" {
		return "", misuse("%q is the name of a folder's own page; write it like offline-sync", name)
	}
	return strings.Join(parts, "/"), nil
}

// titleOf makes a title of what was typed: what is a title already stays.
func titleOf(name string) string {
	if strings.ContainsRune(name, ' ') {
		return strings.TrimSpace(name)
	}
	name = strings.TrimSuffix(path.Base(strings.ReplaceAll(name, `\`, "/")), ".md")
	words := strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r == '-' || r == '_' }), " ")
	first, size := utf8.DecodeRuneInString(words)
	return string(unicode.ToUpper(first)) + words[size:]
}
