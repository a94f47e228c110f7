package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"handbook/builder/schema"

	"github.com/spf13/cobra"
)

func initCommand() *cobra.Command {
	var example bool
	cmd := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Make a new handbook",
		Long: `init makes a small handbook in a folder, this one by default: handbook.yaml with every setting explained, a home
page, a team, a page about keeping pages true, and what git should know.

With --example it makes a large one instead: the handbook of Marram, a company that does not exist, with pages of every type
and the manual. Look around in it, and keep what you can use.

A file that is there is never overwritten. Where the folder content holds something already, no page is added.`,
		Example: `  handbook init
  handbook init team-handbook
  handbook init --example marram`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return misuse("%s takes one folder, but got %d; see `%s --help`", cmd.CommandPath(), len(args), cmd.CommandPath())
			}
			return nil
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
	}
	cmd.Flags().BoolVar(&example, "example", false, "make the example handbook, with pages of every type")
	return cmd
}

// initIn makes the files that are not there.
func initIn(cmd *cobra.Command, dir string, day schema.Date, example bool) error {
	out := cmd.OutOrStdout()
	files := starterSite()
	if example {
		files[0].text = exampleSite
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
		files = append(files, starterPages(day)...)
	default:
		fmt.Fprintf(out, "kept   %s: it holds something already, so no page was added\n", show(dir, "content"))
	}
	for _, f := range files {
		made, err := create(filepath.Join(dir, filepath.FromSlash(f.path)), f.text)
		if err != nil {
			return err
		}
		what := "made  "
		if !made {
			what = "kept  "
		}
		fmt.Fprintf(out, "%s %s%s\n", what, show(dir, f.path), advice(made, f))
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

func show(dir, path string) string {
	return filepath.ToSlash(filepath.Join(dir, filepath.FromSlash(path)))
}

// advice says what a file that was kept may lack.
func advice(made bool, f starterFile) string {
	if made || f.path != ".gitignore" {
		return ""
	}
	return ": add the line /public/, which is where `handbook build` writes"
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

// starterFile is a file of a new handbook.
type starterFile struct{ path, text string }

func starterSite() []starterFile {
	return []starterFile{
		{"handbook.yaml", `# What the site is called, in the top bar and in the title of each page.
name: Team handbook
description: What we have agreed, and who to ask.
language: en

# Where the site will be. Feeds, mails and the sitemap need the whole address.
# base_url: https://handbook.example.com/

# How often a page is reviewed that says nothing else, and how long before that day it counts as due.
review:
  every: 6 months
  warn: 14d

# Change the severity of a rule: error, warning or off.
# rules:
#   broken-link: error
`},
		{".gitignore", "# What handbook build writes.\n/public/\n"},
	}
}

func starterPages(day schema.Date) []starterFile {
	reviewed := "reviewed: " + day.String() + "\n"
	return []starterFile{
		{"content/_index.md", `---
title: Team handbook
description: What we have agreed, and who to ask.
` + reviewed + `# Holds for every page below that says nothing else.
cascade:
  owner: core
---

Start with [keeping pages true](keeping-pages-true.md). The [core team](teams/core.md) answers for this handbook.
`},
		{"content/keeping-pages-true.md", `---
title: Keeping pages true
description: How a page gets an owner and a review, and what a reader may expect of it.
` + reviewed + `review_every: 90d
---

Each page has an owner and a day on which somebody last read it and found it true.

## When a page is due

1. Read it from the top, as if you had to act on it.
2. Mend what is wrong, and cut what nobody needs.
3. Record that you have read it:

   ` + "```sh" + `
   handbook review keeping-pages-true --by core
   ` + "```" + `

` + "`handbook stale`" + ` lists the pages that need somebody.
`},
		{"content/teams/core.md", `---
title: Core team
description: Answers for this handbook.
` + reviewed + `# members: [ana]          pages of people, such as content/people/ana.md
# channel: "#handbook"
# email: handbook@example.com
---

Ask us about any page that nobody else answers for.
`},
	}
}
