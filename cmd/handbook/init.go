package main

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"handbook/builder/schema"

	"github.com/spf13/cobra"
)

func initCommand() *cobra.Command {
	var example bool
	cmd := command("init", &cobra.Command{
		Args: func(cmd *cobra.Command, args []string) error {
			return between(0, 1, fmt.Sprintf("handbook init takes one folder, but got %d", len(args)))(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "."
			if len(args) == 1 {
				dir = args[0]
			}
			day, err := today("", os.Getenv("SOURCE_DATE_EPOCH"), time.Now())
			if err != nil {
				return err
			}
			if info, err := os.Stat(dir); err == nil && !info.IsDir() {
				return misuse("%s is a file; name a folder, or one to make", dir)
			}
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return err
			}
			return initIn(cmd, dir, day, example)
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
	})
	cmd.Flags().BoolVar(&example, "example", false, "make the example handbook, with pages of every type")
	return cmd
}

//go:embed all:starter
var starterFiles embed.FS

// starter is a file of a new handbook, reviewed on a day.
func starter(name string, day schema.Date) string {
	text, err := starterFiles.ReadFile("starter/" + name)
	if err != nil {
		panic(err) // the files are in the program
	}
	return strings.ReplaceAll(string(text), "reviewed: TODAY", "reviewed: "+day.String())
}

// initIn makes the files that are not there.
func initIn(cmd *cobra.Command, dir string, day schema.Date, example bool) error {
	out := cmd.OutOrStdout()
	config, pages := "handbook.yaml", []string(nil)
	if example {
		config = "example.yaml"
	}
	content := filepath.Join(dir, "content")
	entries, err := os.ReadDir(content)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	switch {
	case len(entries) == 0 && example:
		n, err := makeExample(content)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "made   %s: %d files of the example\n", show(dir, "content"), n)
	case len(entries) == 0:
		pages = []string{"content/_index.md", "content/keeping-pages-true.md", "content/teams/core.md"}
	default:
		fmt.Fprintf(out, "kept   %s: it holds something already, so no page was added\n", show(dir, "content"))
	}
	if err := place(out, dir, "handbook.yaml", starter(config, day), ""); err != nil {
		return err
	}
	if err := place(out, dir, ".gitignore", starter(".gitignore", day), ": add the lines /public/ and /.handbook/, which is what handbook writes itself"); err != nil {
		return err
	}
	for _, name := range pages {
		if err := place(out, dir, name, starter(name, day), ""); err != nil {
			return err
		}
	}
	attributes, line, err := mergeByLine(dir, content)
	if err != nil {
		return err
	}
	if attributes != "" {
		fmt.Fprintf(out, "made   %s: %s\n", show(dir, ".gitattributes"), line)
	} else {
		fmt.Fprintf(out, "kept   %s\n", show(dir, ".gitattributes"))
	}
	next := "handbook serve"
	if filepath.Clean(dir) != "." {
		next += " -C " + dir
	}
	fmt.Fprintf(out, "next: %s\n", next)
	return nil
}

// place writes a file unless there is one, and says so. What is kept may lack something, which advice tells.
func place(out io.Writer, dir, name, text, advice string) error {
	made, err := create(filepath.Join(dir, filepath.FromSlash(name)), text)
	switch {
	case err != nil:
		return err
	case made:
		fmt.Fprintf(out, "made   %s\n", show(dir, name))
	default:
		fmt.Fprintf(out, "kept   %s%s\n", show(dir, name), advice)
	}
	return nil
}

func show(dir, path string) string {
	return filepath.ToSlash(filepath.Join(dir, filepath.FromSlash(path)))
}

// create writes a file unless there is one, and the folders above it.
func create(path, text string) (made bool, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return false, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		return true, err
	}
	return true, f.Close()
}
