package main

import (
	"handbook/builder"
	"handbook/builder/agenda"

	"github.com/spf13/cobra"
)

func digestCommand() *cobra.Command {
	var (
		site   siteFlags
		within withinFlag
		format string
		owner  string
		about  string
	)
	cmd := command("digest", &cobra.Command{
		RunE: func(cmd *cobra.Command, args []string) error {
			var m *agenda.Message
			var err error
			switch {
			case about != "" && owner != "":
				return misuse("one of --owner and --department, please")
			case about != "":
				m, err = departmentDigest(cmd, &site, about)
			case owner != "":
				m, err = ownerDigest(cmd, &site, within, owner)
			default:
				return misuse("whose digest? name a team or a person with --owner, or a department with --department; see `%s --help`",
					cmd.CommandPath())
			}
			if err != nil {
				return err
			}
			text := m.Markdown()
			switch format {
			case "slack":
				text = m.Slack()
			case "email":
				text = m.Email()
				if m.To == nil {
					note(cmd, "%s gives no mail address, so the message has no To; write `email: …` at the top of the owner's page", m.Whom)
				}
			}
			_, err = cmd.OutOrStdout().Write(text)
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
	addOwner(cmd, &site, &owner, "whose reviews: a team or person (`owner`)")
	addChoice(cmd, &format, "format", "how the message is written: `markdown, slack, email`", "markdown", "slack", "email")
	return cmd
}

// ownerDigest is a message about what an owner has to do.
func ownerDigest(cmd *cobra.Command, site *siteFlags, within withinFlag, owner string) (*agenda.Message, error) {
	a, err := askAgenda(cmd, site, within, owner)
	if err != nil {
		return nil, err
	}
	return a.Message(), nil
}
