package main

import (
	"os"
	"path/filepath"
	"strings"

	"handbook/builder"
	"handbook/builder/agenda"
	"handbook/builder/people"

	"github.com/spf13/cobra"
)

func digestCommand() *cobra.Command {
	var (
		site   siteFlags
		within withinFlag
		format string
		owner  string
		about  string
		all    bool
		out    string
	)
	cmd := command("digest", &cobra.Command{
		RunE: func(cmd *cobra.Command, args []string) error {
			var m *agenda.Message
			var err error
			switch {
			case about != "" && owner != "" || all && (about != "" || owner != ""):
				return misuse("one of --owner, --department and --all, please")
			case all:
				return allDigests(cmd, &site, within, format, out)
			case out != "":
				return misuse("--out is for --all; one digest goes to the standard output")
			case about != "":
				m, err = departmentDigest(cmd, &site, about)
			case owner != "":
				m, err = ownerDigest(cmd, &site, within, owner)
			default:
				return misuse("whose digest? name a team or a person with --owner, or a department with --department, or take --all; see `%s --help`",
					cmd.CommandPath())
			}
			if err != nil {
				return err
			}
			if format == "email" && m.To == nil {
				note(cmd, "%s gives no mail address, so the message has no To; write `email: …` at the top of the owner's page", m.Whom)
			}
			_, err = cmd.OutOrStdout().Write(written(m, format))
			return err
		},
	})
	site.add(cmd)
	within.add(cmd)
	cmd.Flags().StringVar(&about, "department", "", "whose findings: a `department` that findings or teams name")
	suggestNames(cmd, "department", &site, func(r builder.Result) [][2]string {
		var names [][2]string
		for _, name := range departments(r) {
			names = append(names, [2]string{name, "findings of beta tests"})
		}
		return names
	})
	addOwner(cmd, &site, &owner, "whose duties: a team or person (`owner`)")
	cmd.Flags().BoolVar(&all, "all", false, "a digest for everybody who has something to do")
	cmd.Flags().StringVar(&out, "out", "", "with --all: the `folder` in which each has a file")
	addChoice(cmd, &format, "format", "how the message is written: `markdown, slack, email, jsonl`", "markdown", "slack", "email", "jsonl")
	return cmd
}

// written is a message in one of the forms.
func written(m *agenda.Message, format string) []byte {
	switch format {
	case "slack":
		return m.Slack()
	case "email":
		return m.Email()
	case "jsonl":
		return m.JSON()
	}
	return m.Markdown()
}

// allDigests writes a digest for everybody with something to do: a file for each, or a line.
func allDigests(cmd *cobra.Command, site *siteFlags, within withinFlag, format, out string) error {
	if out == "" && format != "jsonl" {
		return misuse("--all writes many messages: name a folder with --out, or take --format jsonl for a line each")
	}
	job, err := site.job()
	if err != nil {
		return err
	}
	until, err := within.until(job.Today)
	if err != nil {
		return err
	}
	_, result, err := ask(cmd, site)
	if err != nil {
		return err
	}
	tellErrors(cmd, result)
	if out != "" {
		if err := os.MkdirAll(out, 0o777); err != nil {
			return err
		}
	}
	duties, files := result.Views.Duties(), 0
	for _, n := range people.Known(result.Book) {
		m := agenda.New(result.Book, result.Verdicts, n, job.Today, until).With(duties).Message()
		if len(m.Chapters) == 0 {
			continue
		}
		if out == "" {
			if _, err := cmd.OutOrStdout().Write(written(m, format)); err != nil {
				return err
			}
			continue
		}
		ending := map[string]string{"slack": ".json", "email": ".eml", "jsonl": ".jsonl", "markdown": ".md"}[format]
		name := filepath.Join(out, strings.ReplaceAll(people.ShortName(result.Book, n), "/", "-")+ending)
		if err := os.WriteFile(name, written(m, format), 0o666); err != nil {
			return err
		}
		files++
	}
	if out != "" {
		note(cmd, "%s in %s", count(files, "digest"), out)
	}
	return nil
}

// ownerDigest is a message about what an owner has to do.
func ownerDigest(cmd *cobra.Command, site *siteFlags, within withinFlag, owner string) (*agenda.Message, error) {
	a, err := askAgenda(cmd, site, within, owner)
	if err != nil {
		return nil, err
	}
	return a.Message(), nil
}
