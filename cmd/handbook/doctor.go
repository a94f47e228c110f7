package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"handbook/builder/origin"

	"github.com/spf13/cobra"
)

func doctorCommand() *cobra.Command {
	var (
		site   siteFlags
		format string
		write  bool
	)
	cmd := command("doctor", &cobra.Command{
		Args: func(cmd *cobra.Command, args []string) error {
			return between(0, 1, fmt.Sprintf("handbook doctor takes one folder, but got %d", len(args)))(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				if cmd.Flags().Changed("dir") {
					return misuse("doctor takes the folder as an argument or with -C, not both")
				}
				site.dir = args[0]
			}
			if !cmd.Flags().Changed("cache") {
				site.cache = noCache // whoever only looks leaves nothing behind
			}
			why, err := findPages(&site)
			if err != nil {
				return err
			}
			job, result, err := read(cmd, &site)
			if err != nil {
				return err
			}
			c := examine(job, result, why)
			if write {
				if err := c.write(cmd, site.dir); err != nil {
					return err
				}
			}
			c.Next = c.steps()
			if format == "json" {
				return printJSON(cmd, c)
			}
			return c.print(cmd.OutOrStdout())
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
	})
	site.add(cmd)
	cmd.Flags().BoolVar(&write, "write", false, "write the handbook.yaml that fits, if there is none")
	addChoice(cmd, &format, "format", "how the answer is printed: `text, json`", "text", "json")
	return cmd
}

// findPages finds the folder of pages, for who names none.
func findPages(site *siteFlags) (why string, err error) {
	switch {
	case !isFolder(site.dir):
		if exists(site.dir) {
			return "", misuse("%s is a file; name the folder that it lies in", site.dir)
		}
		return "", misuse("there is no folder %s; name the one that holds your Markdown", site.dir)
	case site.content != "":
		return "", nil
	case isFolder(filepath.Join(site.dir, "content")) && exists(filepath.Join(site.dir, "handbook.yaml")):
		return "", nil // it is a handbook already
	}
	pages, why := origin.Docs(os.DirFS(site.dir))
	site.content = filepath.Join(site.dir, filepath.FromSlash(pages))
	return why, nil
}

// write writes the handbook.yaml that fits, unless there is one.
func (c *checkup) write(cmd *cobra.Command, dir string) error {
	name := filepath.Join(dir, "handbook.yaml")
	if c.Config == "" || exists(name) {
		note(cmd, "%s is there already, so nothing was written", filepath.ToSlash(name))
		return nil
	}
	made, err := create(name, c.Config)
	c.Written = made && err == nil
	return cannotWrite(name, err)
}

// How much of a list stands on the one screen that people look at. JSON has all of it.
const (
	maxReasons = 1
	maxUnread  = 3
	maxByRules = 1
	maxSeen    = 3
)

// labelled is how wide the labels before the lines are.
const labelled = 12

// sheet is a text of lines with labels, as wide as the terminal.
type sheet struct {
	columns int    // 0 for any
	content string // the folder of pages, which is left out before its files
	text    strings.Builder
}

// line writes a line behind its label; what does not fit goes on below itself.
func (s *sheet) line(label, format string, a ...any) {
	line := fmt.Sprintf("%-*s", labelled, label) + plain(fmt.Sprintf(format, a...))
	lines := []string{line}
	if s.columns > 0 {
		lines = wrap(line, s.columns, labelled)
	}
	s.text.WriteString(strings.TrimRight(strings.Join(lines, "\n"), " ") + "\n")
}

// list writes the first of what messages tell, each with its first place: beside it, or below where that does not fit.
func (s *sheet) list(all []unreadSeen, most int) {
	for i, u := range all {
		if i == most {
			s.line("", "  and %d more: `--format json` lists them", len(all)-i)
			return
		}
		text, _ := strings.CutSuffix("  "+plain(u.Text), ", which is not read")
		place := plain(strings.TrimPrefix(u.First, s.content+"/"))
		room := s.columns - labelled
		if s.columns == 0 || width(text)+2+width(place) <= room {
			s.line("", "%s  %s", text, place)
			continue
		}
		s.line("", "%s", cut(text, max(16, room)))
		s.place("    ", u.First)
	}
}

// place writes where something stands, on one line.
func (s *sheet) place(before, at string) {
	at = plain(strings.TrimPrefix(at, s.content+"/"))
	if s.columns > 0 {
		at = end(at, max(16, s.columns-labelled-width(before)))
	}
	s.line("", "%s%s", before, at)
}

// print writes what people read.
func (c *checkup) print(w io.Writer) error {
	columns := 0
	if file, ok := w.(*os.File); ok && isTerminal(w) {
		columns, _ = terminalSize(file)
	}
	_, err := io.WriteString(w, c.screen(columns))
	return err
}

// screen is one screen of text for a terminal of so many columns; 0 for any.
func (c *checkup) screen(columns int) string {
	s := &sheet{columns: columns, content: c.Content}
	c.about(s)
	if c.Pages > 0 {
		c.says(s)
	}
	c.ends(s)
	return s.text.String()
}

// about tells what this is.
func (c *checkup) about(s *sheet) {
	found := ""
	if c.ContentBy != "" {
		found = ": " + c.ContentBy
	}
	s.line("pages", "%d in %s%s", c.Pages, c.Content, found)
	g := c.Generator
	if g.Name == "" {
		s.line("written for", "no generator that handbook knows by its files or frontmatter")
	}
	for i, r := range g.Reasons {
		label, text := "", ""
		if i == 0 {
			label, text = "written for", g.Name+": "
			if !g.Sure {
				text = "perhaps " + text
			}
		}
		if i < maxReasons {
			s.line(label, "%s%s %s", text, r.File, r.Says)
		}
	}
	if g.OldAddresses > 0 {
		s.line("", agree(g.OldAddresses, "%d old address leads on", "%d old addresses lead on"), g.OldAddresses)
	}
	if len(c.Presets) > 0 {
		s.line("frontmatter", "%s", "keys of "+seenList(c.Presets))
	}
}

// seenList is a list of names, each with its number of pages.
func seenList(all []presetSeen) string {
	var parts []string
	for i, p := range all {
		if i == maxSeen {
			parts = append(parts, fmt.Sprintf("and %d more", len(all)-i))
			break
		}
		pages := fmt.Sprint(p.Pages)
		if i == 0 {
			pages = count(p.Pages, "page")
		}
		parts = append(parts, p.Name+" on "+pages)
	}
	return strings.Join(parts, ", ")
}

// says tells how it reads.
func (c *checkup) says(s *sheet) {
	s.line("fully read", "%s", ofAll(c.Right, c.Pages+c.Other, "page"))
	if len(c.Read) > 0 {
		s.line("", "read: %s", seenList(c.Read))
	}
	s.list(c.Unread, maxUnread)
	l := c.Links
	inside := "none into the handbook"
	if l.Inside > 0 {
		inside = ofAll(l.Lead, l.Inside, "link") + " lead somewhere"
	}
	s.line("links", "%s, %d to other sites", inside, l.Outside)
	s.list(l.ByRules, maxByRules)
	if l.Broken != "" {
		s.place("  the first that leads nowhere: ", l.Broken)
	}
	if l.Anchors > 0 {
		s.line("", agree(l.Anchors, "  %d more leads to a page, but to no heading of it", "  %d more lead to a page, but to no heading of it"), l.Anchors)
	}
	s.line("owners", "%s", c.Owners)
	s.line("dates", "%s", c.Dates)
}

// sum is a list of the numbers that are not 0, each in its sentence.
func sum(none string, sentences ...any) string {
	var parts []string
	for i := 0; i+1 < len(sentences); i += 2 {
		if n := sentences[i].(int); n > 0 {
			parts = append(parts, fmt.Sprintf(sentences[i+1].(string), count(n, "page")))
		}
	}
	if len(parts) == 0 {
		return none
	}
	return strings.Join(parts, ", ")
}

func (o ownersSeen) String() string {
	return sum("", o.Pages, "%s by frontmatter", o.Cascade, "%s by a folder's cascade", o.CodeOwners, "%s by CODEOWNERS", o.Nobody, "nobody for %s")
}

func (d datesSeen) String() string {
	git := sum("no git history", d.FromGit, "git knows when %s changed")
	if d.Shallow {
		git = "a shallow clone, so not when pages changed"
	}
	return sum("no review", d.Reviewed, "%s with a review", d.Intervals, "%s with the next one") + "; " + git
}

// ofAll is a share in words.
func ofAll(n, all int, thing string) string {
	if n == all {
		return "all of " + count(all, thing)
	}
	share := 1000 * n / all // rounded down: it is not all of them
	return fmt.Sprintf("%d of %s (%d.%d %%)", n, count(all, thing), share/10, share%10)
}

// ends tells what fits, and what to do next.
func (c *checkup) ends(s *sheet) {
	if c.Pages == 0 {
		s.list(c.Unread, maxUnread)
	}
	switch {
	case c.Written:
		s.line("settings", "written to %s", show(c.Folder, "handbook.yaml"))
	case c.Prepared:
		s.line("settings", "those of %s", show(c.Folder, "handbook.yaml"))
	case c.Pages > 0:
		s.line("settings", "a handbook.yaml that fits:")
		for line := range strings.Lines(c.Config) {
			s.line("", "  %s", strings.TrimSuffix(line, "\n"))
		}
	}
	for i, step := range c.Next {
		label, text := "", step.For
		if i == 0 {
			label = "next"
		}
		if step.Command != "" {
			text = step.Command + "   " + text
		}
		s.line(label, "%d. %s", i+1, text)
	}
}
