package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"handbook/builder/diag"

	"github.com/spf13/cobra"
)

func schemaCommand() *cobra.Command {
	var dir, out string
	cmd := command("schema", &cobra.Command{
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 || len(args) == 1 && out != "" {
				return misuse("%s takes one name, or --out for all of them; see `%s --help`", cmd.CommandPath(), cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			site, err := configIn(dir)
			if err != nil {
				return err
			}
			files := site.JSONSchemasFor(idsIn(cmd, dir))
			if out != "" {
				return writeSchemas(cmd, out, files)
			}
			name := "frontmatter"
			if len(args) == 1 {
				name = args[0]
			}
			text, ok := files[name+".schema.json"]
			if !ok {
				known := schemaNames(files)
				return misuse("no schema %q: %s", name, meant(name, known, "they are "+diag.Names(name, known)))
			}
			_, err = cmd.OutOrStdout().Write(text)
			return err
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			site, err := configIn(dir)
			if err != nil || len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return schemaNames(site.JSONSchemas()), cobra.ShellCompDirectiveNoFileComp
		},
	})
	addConfigDir(cmd, &dir)
	cmd.Flags().StringVar(&out, "out", "", "write all schemas to this `folder`")
	return cmd
}

// idsIn lists the pages of a handbook by type; nil where there is no content folder to read.
func idsIn(cmd *cobra.Command, dir string) map[string][]string {
	site := siteFlags{dir: dir}
	job, err := site.job()
	if err != nil {
		return nil
	}
	s := openSession(job)
	defer s.Close()
	result, err := s.Build(cmd.Context(), job)
	if err != nil {
		return nil
	}
	ids := map[string][]string{}
	for _, n := range result.Book.Nodes {
		if n.Page != nil && n.ID != "" && !n.Section {
			ids[n.Type] = append(ids[n.Type], n.ID)
		}
	}
	for _, list := range ids {
		slices.Sort(list)
	}
	return ids
}

func schemaNames(files map[string][]byte) []string {
	var names []string
	for _, file := range slices.Sorted(maps.Keys(files)) {
		names = append(names, strings.TrimSuffix(file, ".schema.json"))
	}
	return names
}

func writeSchemas(cmd *cobra.Command, out string, files map[string][]byte) error {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		path := filepath.Join(out, name)
		if err := os.WriteFile(path, files[name], 0o644); err != nil {
			return err
		}
		fmt.Fprintf(cmd.OutOrStdout(), "wrote %s\n", filepath.ToSlash(path))
	}
	fmt.Fprintf(cmd.OutOrStdout(), "next: put this line at the top of handbook.yaml: # yaml-language-server: $schema=%s\n",
		filepath.ToSlash(filepath.Join(out, "handbook.yaml.schema.json")))
	return nil
}
