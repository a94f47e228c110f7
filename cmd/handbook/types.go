package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"handbook/builder/diag"
	"handbook/builder/schema"

	"github.com/spf13/cobra"
)

func typesCommand() *cobra.Command {
	var dir, format string
	cmd := &cobra.Command{
		Use:   "types [TYPE…]",
		Short: "List the types of documents and their fields",
		Long: `types lists the types of documents that this handbook has: the built-in ones and those of handbook.yaml. With a name
it shows one type: its fields, its statuses, and the headings that its pages need.

--format yaml prints the types as handbook.yaml declares them. Copy from there what you want to change.`,
		Example: `  handbook types
  handbook types spec
  handbook types spec --format yaml
  handbook types --format json`,
		Args: func(*cobra.Command, []string) error { return nil },
		RunE: func(cmd *cobra.Command, args []string) error {
			site, err := configIn(dir)
			if err != nil {
				return err
			}
			if err := knownTypes(site, args); err != nil {
				return err
			}
			types := slices.DeleteFunc(slices.Clone(site.Types), func(t schema.Type) bool { return len(args) > 0 && !slices.Contains(args, t.Name) })
			switch format {
			case "yaml":
				text, err := site.WriteTypes(args...)
				if err != nil {
					return err
				}
				_, err = cmd.OutOrStdout().Write(text)
				return err
			case "json":
				return printJSON(cmd, types)
			}
			if len(args) == 0 {
				return printTypes(cmd.OutOrStdout(), types)
			}
			for i := range types {
				if i > 0 {
					fmt.Fprintln(cmd.OutOrStdout())
				}
				if err := printType(cmd.OutOrStdout(), &types[i]); err != nil {
					return err
				}
			}
			return nil
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			return typeNames(dir, args), cobra.ShellCompDirectiveNoFileComp
		},
	}
	addConfigDir(cmd, &dir)
	addChoice(cmd, &format, "format", "how the types are printed", "text", "yaml", "json")
	return cmd
}

// addConfigDir adds -C for a command that reads nothing but handbook.yaml.
func addConfigDir(cmd *cobra.Command, dir *string) {
	cmd.Flags().StringVarP(dir, "dir", "C", ".", "the `folder` that holds handbook.yaml")
	cobra.CheckErr(cmd.MarkFlagDirname("dir"))
}

// knownTypes fails on the first name that is no type.
func knownTypes(site *schema.Site, names []string) error {
	for _, name := range names {
		if site.Type(name) == nil {
			help := "the types are " + diag.Names(name, site.TypeNames())
			if near := diag.Nearest(name, site.TypeNames()); near != "" {
				help = "did you mean " + near + "?"
			}
			return misuse("no type %q: %s", name, help)
		}
	}
	return nil
}

// typeNames completes types, with what each is for.
func typeNames(dir string, but []string) []string {
	site, err := configIn(dir)
	if err != nil {
		return nil
	}
	var names []string
	for _, t := range site.Types {
		if !slices.Contains(but, t.Name) {
			names = append(names, t.Name+"\t"+plain(t.Help))
		}
	}
	return names
}

func printTypes(w io.Writer, types []schema.Type) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, t := range types {
		folder := "-"
		if t.Folder != "" {
			folder = t.Folder + "/"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", plain(t.Name), plain(folder), plain(t.Help))
	}
	if err := table.Flush(); err != nil {
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
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	printFields(table, t.Fields, "  ")
	return table.Flush()
}

func printFields(w io.Writer, fields []schema.Field, indent string) {
	for i := range fields {
		f := &fields[i]
		fmt.Fprintf(w, "%s%s\t%s\t%s\n", indent, plain(f.Name), plain(kindOf(f)), plain(f.Help))
		printFields(w, f.Fields, indent+"  ")
	}
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
