package main

import (
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"handbook/builder"
	"handbook/builder/diag"
	"handbook/builder/schema"

	"github.com/spf13/cobra"
)

func typesCommand() *cobra.Command {
	var dir, format string
	cmd := command("types", &cobra.Command{
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			site, err := configIn(dir)
			if err != nil {
				return err
			}
			if err := knownTypes(site, args); err != nil {
				return err
			}
			return showTypes(cmd, site, args, format)
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			return described(typeNames(dir, args), typed), cobra.ShellCompDirectiveNoFileComp
		},
	})
	addConfigDir(cmd, &dir)
	addChoice(cmd, &format, "format", "how the types are printed: `text, yaml, json`", "text", "yaml", "json")
	return cmd
}

// showTypes prints the types that are named, all for none.
func showTypes(cmd *cobra.Command, site *schema.Site, names []string, format string) error {
	types := slices.DeleteFunc(slices.Clone(site.Types), func(t schema.Type) bool { return len(names) > 0 && !slices.Contains(names, t.Name) })
	out := cmd.OutOrStdout()
	switch {
	case format == "yaml":
		text, err := site.WriteTypes(names...)
		if err != nil {
			return err
		}
		_, err = out.Write(text)
		return err
	case format == "json":
		return printJSON(cmd, types)
	case len(names) == 0:
		return printTypes(out, types)
	}
	for i := range types {
		if i > 0 {
			fmt.Fprintln(out)
		}
		if err := printType(out, &types[i]); err != nil {
			return err
		}
	}
	return nil
}

// addConfigDir adds -C for a command that reads nothing but handbook.yaml.
func addConfigDir(cmd *cobra.Command, dir *string) {
	cmd.Flags().StringVarP(dir, "dir", "C", ".", "the `folder` that holds handbook.yaml")
}

// configIn reads the handbook.yaml of a folder. One that is not there gives the defaults; what is wrong in it, `handbook
// check` tells.
func configIn(dir string) (*schema.Site, error) {
	if !isFolder(dir) {
		return nil, misuse("-C %s: there is no such folder; name the one that holds handbook.yaml", dir)
	}
	site, _ := builder.ReadSite(filepath.Clean(dir))
	return site, nil
}

// knownTypes fails on the first name that is no type.
func knownTypes(site *schema.Site, names []string) error {
	for _, name := range names {
		if site.Type(name) == nil {
			return misuse("no type %q: %s", name, meant(name, site.TypeNames(), "the types are "+diag.Names(name, site.TypeNames())))
		}
	}
	return nil
}

// typeNames are the types, with what each is for.
func typeNames(dir string, but []string) [][2]string {
	site, err := configIn(dir)
	if err != nil {
		return nil
	}
	var names [][2]string
	for _, t := range site.Types {
		if !slices.Contains(but, t.Name) {
			names = append(names, [2]string{t.Name, t.Help})
		}
	}
	return names
}

func printTypes(w io.Writer, types []schema.Type) error {
	var rows [][]string
	for _, t := range types {
		rows = append(rows, []string{t.Name, cmp.Or(behind("", t.Folder, "/"), "-"), t.Help})
	}
	if err := printTable(w, rows); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w, "`handbook types NAME` shows one of them, `handbook new NAME SLUG` writes a page of it")
	return err
}

func printType(w io.Writer, t *schema.Type) error {
	fmt.Fprintf(w, "%s: %s\n", plain(t.Name), plain(t.Help))
	if t.Folder != "" {
		fmt.Fprintf(w, "folder: %s/\n", plain(t.Folder))
	}
	if t.Every != "" {
		fmt.Fprintf(w, "reviewed every: %s\n", t.Every)
	}
	for i, s := range t.Statuses {
		next := "anywhere"
		switch {
		case s.Next != nil && len(s.Next) == 0:
			next = "nowhere"
		case s.Next != nil:
			next = strings.Join(s.Next, ", ")
		}
		if i == 0 {
			fmt.Fprintln(w, "statuses:")
		}
		fmt.Fprintf(w, "  %s -> %s\n", plain(s.Name), plain(next))
	}
	if len(t.Headings) > 0 {
		fmt.Fprintf(w, "headings: %s\n", plain(strings.Join(t.Headings, ", ")))
	}
	if len(t.Fields) == 0 {
		return nil
	}
	fmt.Fprintln(w, "fields:")
	return printTable(w, fieldRows(nil, t.Fields, "  "))
}

// fieldRows adds a row for each field, and below it for those of its records.
func fieldRows(rows [][]string, fields []schema.Field, indent string) [][]string {
	for i := range fields {
		f := &fields[i]
		rows = append(rows, []string{indent + f.Name, kindOf(f), f.Help})
		rows = fieldRows(rows, f.Fields, indent+"  ")
	}
	return rows
}

// kindOf says in a few words what a field takes.
func kindOf(f *schema.Field) string {
	kind := string(f.Kind)
	switch f.Kind {
	case schema.KindReference:
		kind = "page"
		if len(f.To) > 0 {
			kind = strings.Join(f.To, " or ")
		}
	case schema.KindEnum:
		kind = strings.Join(f.Options, " | ")
	case schema.KindRecords:
		if !f.Many {
			kind = "record"
		}
	}
	if f.Many && f.Kind != schema.KindRecords {
		kind = "list of " + kind
	}
	if f.Required {
		kind += ", required"
	}
	return kind
}
