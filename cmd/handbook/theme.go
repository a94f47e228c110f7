package main

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"handbook/builder/theme"
	"handbook/themes"

	"github.com/spf13/cobra"
)

func themeCommand() *cobra.Command {
	cmd := command("theme", &cobra.Command{
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return misuse("no command %q: %s has eject and tokens", args[0], cmd.CommandPath())
			}
			return cmd.Help()
		},
		Args: cobra.ArbitraryArgs,
	})
	cmd.AddCommand(ejectCommand(), tokensCommand())
	return cmd
}

func ejectCommand() *cobra.Command {
	var dir, name string
	cmd := command("theme eject", &cobra.Command{
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				for _, f := range themeFiles() {
					fmt.Fprintln(cmd.OutOrStdout(), f)
				}
				return nil
			}
			var paths []string
			for _, name := range args { // all are looked up before one is written
				p, err := themeFile(name)
				if err != nil {
					return err
				}
				paths = append(paths, p)
			}
			site, err := configIn(dir)
			if err != nil {
				return err
			}
			to := cmp.Or(name, site.Theme)
			if to == "" || to == "default" || strings.ContainsAny(to, `/\:`) || strings.HasPrefix(to, ".") {
				return misuse("this site has no theme of its own; add a line such as `theme: acme` to handbook.yaml, or name it with --theme")
			}
			return eject(cmd, dir, to, site.Theme, paths)
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			return themeFiles(), cobra.ShellCompDirectiveNoFileComp
		},
	})
	cmd.Flags().StringVarP(&dir, "dir", "C", ".", "the `folder` that holds handbook.yaml and themes/")
	cmd.Flags().StringVar(&name, "theme", "", "the `name` of the theme to copy to (default the one that handbook.yaml names)")
	return cmd
}

// eject copies files to the theme called to; used is the one that handbook.yaml names.
func eject(cmd *cobra.Command, dir, to, used string, paths []string) error {
	out := cmd.OutOrStdout()
	for _, p := range paths {
		data, err := fs.ReadFile(themes.Default(), p)
		if err != nil {
			return err
		}
		if err := place(out, dir, path.Join("themes", to, p), string(data), ": it is there already"); err != nil {
			return err
		}
	}
	if used != to {
		fmt.Fprintf(out, "next: write `theme: %s` into %s\n", to, show(dir, "handbook.yaml"))
	}
	return nil
}

// themeFiles are the files of the built-in theme, by path.
func themeFiles() (list []string) {
	_ = fs.WalkDir(themes.Default(), ".", func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			list = append(list, p)
		}
		return err
	}) // the files are in the program
	return list
}

// themeFile finds a file by its path, or by its name where no other file has it, with or without its ending.
func themeFile(name string) (string, error) {
	name = strings.TrimPrefix(path.Clean(filepath.ToSlash(name)), "themes/default/")
	var found []string
	for _, p := range themeFiles() {
		if p == name {
			return p, nil
		}
		if base := path.Base(p); base == name || strings.TrimSuffix(base, path.Ext(base)) == name || strings.TrimSuffix(p, path.Ext(p)) == name {
			found = append(found, p)
		}
	}
	if i := slices.IndexFunc(found, func(p string) bool { return !strings.Contains(p, "/") }); i >= 0 {
		return found[i], nil // page.html rather than types/page.html
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return "", misuse("the built-in theme has no file %q; %s", name, meant(name, themeFiles(), "`handbook theme eject` lists them"))
	}
	return "", misuse("%q can be %s; write the whole path", name, strings.Join(found, " or "))
}

func tokensCommand() *cobra.Command {
	var dir string
	var format string
	cmd := command("theme tokens", &cobra.Command{
		Args: noArguments,
		RunE: func(cmd *cobra.Command, args []string) error {
			site, err := configIn(dir)
			if err != nil {
				return err
			}
			var over fs.FS
			if site.Theme != "" {
				over = os.DirFS(filepath.Join(dir, "themes", site.Theme))
			}
			tokens, err := theme.Tokens(themes.Default(), over, site.Theme)
			if err != nil {
				return err
			}
			if format == "json" {
				return printJSON(cmd, tokens)
			}
			rows := [][]string{{"TOKEN", "SET IN", "LIGHT", "DARK"}}
			for _, t := range tokens {
				if t.Dark == t.Light {
					t.Dark = ""
				}
				rows = append(rows, []string{t.Name, t.File, t.Light, t.Dark})
			}
			return printTable(cmd.OutOrStdout(), rows)
		},
	})
	cmd.Flags().StringVarP(&dir, "dir", "C", ".", "the `folder` that holds handbook.yaml and themes/")
	addChoice(cmd, &format, "format", "how the values are printed: `text, json`", "text", "json")
	return cmd
}
