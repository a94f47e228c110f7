package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"handbook/builder/bring"
	"handbook/builder/schema"

	"github.com/spf13/cobra"
)

// importing is an import as it is asked for.
type importing struct {
	dir, content, into, format string
	dry                        bool

	typ string // of csv
	as  []string
}

func importCommand() *cobra.Command {
	cmd := command("import", &cobra.Command{
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return misuse("no command %q: %s has confluence, csv and notion", args[0], cmd.CommandPath())
			}
			return cmd.Help()
		},
		Args: cobra.ArbitraryArgs,
	})
	cmd.AddCommand(importFrom("confluence", bring.Confluence), importFrom("notion", bring.Notion), importCSV())
	return cmd
}

func (i *importing) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVarP(&i.dir, "dir", "C", ".", "the `folder` that holds handbook.yaml and content/")
	flags.StringVar(&i.content, "content", "", "the `folder` of pages (default DIR/content)")
	flags.StringVar(&i.into, "into", "", "the `folder` below the pages that the import is written to")
	flags.BoolVar(&i.dry, "dry-run", false, "say what would be written, and write nothing")
	addChoice(cmd, &i.format, "format", "how it is told: `text, json`", "text", "json")
}

// importFrom is the import of an archive or a folder.
func importFrom(tool string, read func(fs.FS, []bring.Note) (*bring.Export, error)) *cobra.Command {
	var i importing
	cmd := command("import "+tool, &cobra.Command{
		Args: one("import "+tool, "the export"),
		RunE: func(cmd *cobra.Command, args []string) error {
			files, refused, closing, err := bring.Open(args[0])
			if err != nil {
				return misuse("%v", err)
			}
			defer closing()
			e, err := read(files, refused)
			if err != nil {
				return misuse("%v", err)
			}
			return i.run(cmd, e, files)
		},
		ValidArgsFunction: files("zip"),
	})
	i.add(cmd)
	return cmd
}

func importCSV() *cobra.Command {
	var i importing
	cmd := command("import csv", &cobra.Command{
		Args: one("import csv", "a file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			data, err := os.ReadFile(args[0])
			if err != nil {
				return misuse("%v", err)
			}
			site, err := configIn(i.dir)
			if err != nil {
				return err
			}
			if err := knownTypes(site, []string{i.typ}); err != nil {
				return err
			}
			typ, _ := site.TypeNamed(i.typ)
			table := bring.Table{Type: i.typ, Fields: append(slices.Clone(schema.CanonicalKeys()), fieldNames(typ, false)...), Many: append([]string{"tags", "reviewers"}, fieldNames(typ, true)...), Map: map[string]string{}}
			for _, m := range i.as {
				header, field, ok := strings.Cut(m, "=")
				if !ok {
					return misuse("--map %s: write it like 'Header=field', or 'Header=' to leave the column out", m)
				}
				table.Map[strings.TrimSpace(header)] = strings.TrimSpace(field)
			}
			e, err := table.CSV(filepath.Base(args[0]), data)
			if err != nil {
				return misuse("%v", err)
			}
			i.into = cmp.Or(i.into, typ.Folder)
			return i.run(cmd, e, nil)
		},
		ValidArgsFunction: files("csv"),
	})
	i.add(cmd)
	cmd.Flags().StringVar(&i.typ, "type", "page", "the `type` of the pages")
	cmd.Flags().StringArrayVar(&i.as, "map", nil, "a `HEADER=field` for a column that is not called like its field; may be given again")
	return cmd
}

// fieldNames are the fields of a type, or those of them that hold lists.
func fieldNames(typ schema.Type, many bool) (names []string) {
	for _, f := range typ.Fields {
		if f.Many || !many {
			names = append(names, f.Name)
		}
	}
	return names
}

// one is for a command that takes one argument.
func one(name, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != 1 {
			return misuse("handbook %s takes %s, but got %d arguments", name, what, len(args))
		}
		return nil
	}
}

// files completes names of files that end so, and folders.
func files(ext string) func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return []string{ext}, cobra.ShellCompDirectiveFilterFileExt
	}
}

// imported is what came of an import, for people and for scripts.
type imported struct {
	Documents int            `json:"documents"`
	Files     map[string]int `json:"files"` // by what became of them
	Steps     []bring.Step   `json:"steps"`
	Notes     []bring.Note   `json:"notes"`
	DryRun    bool           `json:"dry_run"`
}

// run writes what is brought into the content folder, and tells of it.
func (i *importing) run(cmd *cobra.Command, e *bring.Export, archive fs.FS) error {
	into := path.Clean(filepath.ToSlash(i.into))
	if into == "." {
		into = ""
	}
	if into != "" && !fs.ValidPath(into) || strings.HasPrefix(into, "_") || strings.HasPrefix(into, ".") {
		return misuse("--into %s: name a folder below the pages, such as wiki", i.into)
	}
	content := cmp.Or(i.content, filepath.Join(i.dir, "content"))
	if !isFolder(content) {
		return misuse("there is no folder %s; make it, or name yours with --content", content)
	}
	root, err := os.OpenRoot(content)
	if err != nil {
		return err
	}
	defer root.Close()
	recorded, err := root.ReadFile(filepath.FromSlash(bring.Records))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	known := bring.ReadRecords(recorded)
	outputs := e.Write(archive, into, bring.Paths(known))
	there := func(p string) []byte {
		data, err := root.ReadFile(filepath.FromSlash(p))
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return append([]byte{}, data...) // what cannot be read is in the way
	}
	result := imported{Documents: len(e.Docs), Files: map[string]int{}, Steps: bring.Compare(e.Tool, into, outputs, there, known), Notes: e.Notes(), DryRun: i.dry}
	for _, s := range result.Steps {
		result.Files[string(s.Action)]++
	}
	if !i.dry {
		if err := i.write(cmd.Context(), root, content, result.Steps); err != nil {
			return err
		}
	}
	if i.format == "json" {
		return printJSON(cmd, result)
	}
	return i.print(cmd, content, result)
}

// write writes files, each whole or not at all, and records those that it wrote, also when one fails or somebody stops it.
func (i *importing) write(ctx context.Context, root *os.Root, content string, steps []bring.Step) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	var lines []byte
	var failed error
	for _, s := range steps {
		if failed == nil && ctx.Err() != nil {
			failed = errors.New("stopped; import again to go on")
		}
		if s.Writes() && failed == nil {
			data, err := s.Data()
			if failed = err; err == nil {
				failed = replaceIn(root, filepath.FromSlash(s.Path), data)
			}
		}
		if r, ok := s.Record(); ok && failed == nil {
			lines = append(lines, r.Line()...)
		}
	}
	if len(lines) > 0 {
		if err := root.MkdirAll("_records", 0o755); err != nil {
			return errors.Join(failed, err)
		}
		_, err := disk{}.add(root, filepath.FromSlash(bring.Records), func([]byte) []byte { return lines })
		_, _, merging := mergeByLine(i.dir, content)
		failed = errors.Join(failed, cannotWrite(bring.Records, err), merging)
	}
	return failed
}

// replaceIn writes a file below a folder whole or not at all.
func replaceIn(root *os.Root, name string, data []byte) error {
	if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return cannotWrite(name, err)
	}
	temp := filepath.Join(filepath.Dir(name), fmt.Sprintf(".import-%d~", os.Getpid()))
	err := root.WriteFile(temp, data, 0o644)
	if err == nil {
		err = root.Rename(temp, name)
	}
	if err != nil {
		root.Remove(temp)
	}
	return cannotWrite(name, err)
}

// told are the actions that people are told of a file each.
var told = []bring.Action{bring.Both, bring.Taken, bring.Gone, bring.Left, bring.Lost}

// maxImported is how many files of a kind are named; JSON has all.
const maxImported = 20

func (i *importing) print(cmd *cobra.Command, content string, r imported) error {
	out := cmd.OutOrStdout()
	did := "brought"
	if r.DryRun {
		did = "would bring"
	}
	var counts []string
	for _, a := range []bring.Action{bring.New, bring.Update, bring.Same, bring.Edited, bring.Both, bring.Taken, bring.Left, bring.Gone, bring.Lost} {
		if n := r.Files[string(a)]; n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", n, a))
		}
	}
	fmt.Fprintf(out, "%s %s: %s\n", did, count(r.Documents, "page"), cmp.Or(strings.Join(counts, ", "), "no files"))
	for _, a := range told {
		shown := 0
		for _, s := range r.Steps {
			if s.Action != a {
				continue
			}
			if shown++; shown <= maxImported {
				fmt.Fprintf(out, "  %s: %s\n", a, plain(show(content, s.Path)))
			}
		}
		if shown > maxImported {
			fmt.Fprintf(out, "  and %d more of these; --format json lists them\n", shown-maxImported)
		}
	}
	for n, note := range r.Notes {
		if n == maxImported {
			fmt.Fprintf(out, "  and %d more kinds; --format json lists them\n", len(r.Notes)-maxImported)
			break
		}
		where := ""
		if len(note.Pages) > 0 {
			where = fmt.Sprintf(", in %q", note.Pages[0])
			if more := len(note.Pages) - 1; more > 0 {
				where += fmt.Sprintf(" and %s", count(more, "other page"))
			}
		}
		fmt.Fprintf(out, "note: %s: %d%s; %s\n", plain(note.What), note.Count, plain(where), plain(note.Help))
	}
	if !r.DryRun && slices.ContainsFunc(r.Steps, bring.Step.Writes) {
		fmt.Fprintln(out, "next: `handbook check` tells what is left to do; `handbook serve` shows it")
	}
	return nil
}
