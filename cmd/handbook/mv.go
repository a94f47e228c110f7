package main

import (
	"cmp"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"handbook/builder"
	"handbook/builder/diag"
	"handbook/builder/ending"
	"handbook/builder/refactor"
	"handbook/builder/source"

	"github.com/spf13/cobra"
)

func mvCommand() *cobra.Command {
	var (
		site   siteFlags
		dryRun bool
	)
	cmd := command("mv", &cobra.Command{
		Args: between(2, 2, "handbook mv takes the old name and the new one"),
		RunE: func(cmd *cobra.Command, args []string) error {
			job, err := site.job()
			if err != nil {
				return err
			}
			from, to, err := moving(job, args[0], args[1])
			if err != nil {
				return err
			}
			done := progress(cmd.ErrOrStderr(), &job)
			edits, err := refactor.Move(cmd.Context(), job, from, to)
			done()
			if err != nil {
				return refused(cmd.ErrOrStderr(), job, err)
			}
			if err := takeAlong(job, from, to, &edits); err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			moved, edited := 0, 0
			for _, f := range edits.Files {
				if f.Old != f.New {
					moved++
				}
				if string(f.Before) != string(f.After) {
					edited++
				}
			}
			if dryRun {
				if err := printEdits(out, edits, reach(job)); err != nil {
					return err
				}
			} else if err := applyEdits(job.Content, reach(job), edits); err != nil {
				return err
			}
			printNotes(out, job, edits)
			verb := "moved"
			if dryRun {
				verb = "would move"
			}
			_, err = fmt.Fprintf(out, "%s %s; %s edited\n", verb, count(moved, "file"), count(edited, "file"))
			return err
		},
	})
	site.add(cmd)
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "show what would be done, as a diff, and do nothing")
	return cmd
}

// takeAlong adds the files of a folder that are no part of the handbook, such as those whose names begin with a dot.
func takeAlong(job builder.Job, from, to string, edits *refactor.Edits) error {
	known := map[string]bool{}
	for _, f := range edits.Files {
		known[f.Old] = true
	}
	top := filepath.Join(job.Content, filepath.FromSlash(from))
	return filepath.WalkDir(top, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		below, err := filepath.Rel(top, name)
		if err != nil {
			return err
		}
		f := refactor.Edit{Old: path.Join("content", from, filepath.ToSlash(below)), New: path.Join("content", to, filepath.ToSlash(below))}
		if known[f.Old] {
			return nil
		}
		if f.Before, err = os.ReadFile(name); err == nil {
			f.After = f.Before
			edits.Files = append(edits.Files, f)
		}
		return err
	})
}

// moving finds what is meant by the two names: paths below the content folder.
func moving(job builder.Job, old, name string) (from, to string, err error) {
	from, ok := located(job, old)
	if !ok {
		return "", "", misuse("there is no page, file or folder %s in %s%s", old, filepath.ToSlash(filepath.Clean(job.Content)),
			nearestFile(job, old))
	}
	if from == "." || from == "_records" || strings.HasPrefix(from, "_records/") {
		return "", "", misuse("%s cannot be renamed: handbook finds it by its name", old)
	}
	to, ok = belowContent(job, name)
	if !ok {
		return "", "", misuse("%s lies outside of %s", name, filepath.ToSlash(filepath.Clean(job.Content)))
	}
	info, err := os.Stat(filepath.Join(job.Content, filepath.FromSlash(from)))
	if err != nil {
		return "", "", misuse("%s: %v", old, err)
	}
	at := func(below string) string { return filepath.Join(job.Content, filepath.FromSlash(below)) }
	switch ending := path.Ext(from); {
	case isFolder(at(to)) && !sameFile(at(from), at(to)):
		to = path.Join(to, path.Base(from))
	case info.IsDir() || ending == "" || path.Ext(to) == ending:
	case strings.HasSuffix(name, "/"):
		to = path.Join(to, path.Base(from))
	default:
		to += ending // an id, or a name without its ending
	}
	if to == from {
		return "", "", misuse("%s is where it is already", old)
	}
	if strings.HasPrefix(to, from+"/") {
		return "", "", misuse("%s cannot move into itself", old)
	}
	if there, err := os.Lstat(at(to)); err == nil && !sameFile(at(from), at(to)) {
		what := "file"
		if there.IsDir() {
			what = "folder"
		}
		return "", "", misuse("there is a %s %s already", what, to)
	}
	return from, to, nil
}

// nearestFile asks for the page or folder that was probably meant by a name that nothing has: the same with a slip, or the
// end of an id. It is "" when nothing comes near.
func nearestFile(job builder.Job, name string) string {
	var names []string
	means := map[string]string{}
	_ = filepath.WalkDir(job.Content, func(file string, d os.DirEntry, err error) error { // what cannot be read is not suggested
		below, rel := filepath.Rel(job.Content, file)
		switch {
		case err != nil || rel != nil || below == ".":
			return nil
		case d.IsDir() && strings.HasPrefix(d.Name(), "."), d.IsDir() && d.Name() == "_records":
			return filepath.SkipDir
		}
		id := strings.TrimSuffix(filepath.ToSlash(below), ".md")
		for _, s := range []string{id, path.Base(id)} {
			if means[s] == "" {
				names, means[s] = append(names, s), id
			}
		}
		return nil
	})
	id := strings.TrimSuffix(strings.Trim(strings.TrimPrefix(filepath.ToSlash(name), "content/"), "/"), ".md")
	if near := diag.NearestName(id, names); near != "" {
		return "; did you mean " + means[near] + "?"
	}
	return ""
}

// located is the path of something that is there, named as a file or by its id.
func located(job builder.Job, name string) (string, bool) {
	if below, ok := fileBelow(job.Content, name); ok {
		return below, true
	}
	id := strings.Trim(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "content/"), "/")
	for _, end := range append([]string{""}, ending.All...) {
		file := id + end
		if local := filepath.FromSlash(file); filepath.IsLocal(local) && exists(filepath.Join(job.Content, local)) {
			return path.Clean(file), true
		}
	}
	return "", false
}

// belowContent is the path of something that need not be there: as a file from the working directory where that lies in
// the content folder, else below it.
func belowContent(job builder.Job, name string) (string, bool) {
	slashed := strings.ReplaceAll(name, `\`, "/")
	file := filepath.FromSlash(slashed)
	if below, ok := source.Below(job.Content, file); ok {
		return cmp.Or(below, "."), true
	}
	if filepath.IsAbs(file) || strings.HasPrefix(slashed, "./") || strings.HasPrefix(slashed, "../") {
		return "", false
	}
	below := path.Clean(strings.Trim(slashed, "/"))
	return below, filepath.IsLocal(filepath.FromSlash(below)) && below != "."
}
