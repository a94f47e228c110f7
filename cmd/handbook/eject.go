package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"handbook/builder/diag"
	"handbook/builder/query"

	"github.com/spf13/cobra"
)

func ejectPageCommand() *cobra.Command {
	var (
		site  siteFlags
		print bool
	)
	cmd := command("eject", &cobra.Command{
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return misuse("which page? one of %s", strings.Join(builtInNames(), ", "))
			}
			return nil
		},
		ValidArgs: builtInNames(),
		RunE: func(cmd *cobra.Command, args []string) error {
			job, result, err := read(cmd, &site)
			if err != nil {
				return err
			}
			name := strings.Trim(args[0], "/")
			for _, b := range query.BuiltIns() {
				if b.Name != name {
					continue
				}
				text := b.Text(result.Site.Language)
				if print {
					_, err := cmd.OutOrStdout().Write(text)
					return err
				}
				return ejectPage(cmd, job.Content, name, text)
			}
			known := builtInNames()
			return misuse("there is no built-in page %q; %s", name, meant(name, known, "the built-in pages are "+diag.Names(name, known)))
		},
	})
	cmd.Long = strings.ReplaceAll(cmd.Long, "{pages}", strings.Join(builtInNames(), ", "))
	site.add(cmd)
	cmd.Flags().BoolVar(&print, "print", false, "print the page instead of writing it")
	return cmd
}

func builtInNames() []string {
	var names []string
	for _, b := range query.BuiltIns() {
		names = append(names, b.Name)
	}
	return names
}

// ejectPage writes the page, as its folder's own page where there is such a folder. Nothing is overwritten.
func ejectPage(cmd *cobra.Command, content, name string, text []byte) error {
	file := filepath.Join(content, name+".md")
	places := []string{file}
	if dir := filepath.Join(content, name); isFolder(dir) {
		file = filepath.Join(dir, "_index.md")
		places = []string{filepath.Join(dir, "index.md"), filepath.Join(dir, "README.md"), file}
	}
	if i := slices.IndexFunc(places, exists); i >= 0 {
		return misuse("%s is in its place already; `handbook eject %s --print` prints the page", places[i], name)
	}
	if _, err := create(file, string(text)); err != nil {
		return err
	}
	_, err := fmt.Fprintf(cmd.OutOrStdout(), "wrote %s\n", file)
	return err
}
