package main

import (
	"fmt"

	"handbook/builder/review"

	"github.com/spf13/cobra"
)

func digestCommand() *cobra.Command {
	var (
		site   siteFlags
		within withinFlag
		format string
		owner  string
	)
	cmd := &cobra.Command{
		Use:   "digest",
		Short: "Write an owner's reviews as a message to send",
		Long: `digest writes what one owner should review as a message that a bot or a job can send: blocks for Slack,
Markdown, or a mail. handbook itself sends nothing.

Each page carries an id that stays the same until its state or its due date is another, so that a bot can
update what it said instead of repeating it: block_id in Slack's blocks, a comment in Markdown, the id of the
list item in a mail. The Message-ID of a mail stays the same as long as there is the same to tell.`,
		Example: `  handbook digest --owner payments --format slack
  handbook digest --owner ana --format email > ana.eml
  handbook digest --owner payments --format markdown --within 30d`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if owner == "" {
				return misuse("whose digest? name a team or a person with --owner; see `%s --help`", cmd.CommandPath())
			}
			agenda, err := askAgenda(cmd, &site, within, owner)
			if err != nil {
				return err
			}
			var text []byte
			switch format {
			case "slack":
				text = review.Slack(agenda)
			case "email":
				addressed := false
				if text, addressed = review.Email(agenda); !addressed {
					fmt.Fprintf(cmd.ErrOrStderr(), "note: %s gives no mail address, so the message has no To; write `email: …` at the top of the owner's page\n",
						review.OwnerName(agenda.Owner))
				}
			default:
				text = review.Markdown(agenda)
			}
			_, err = cmd.OutOrStdout().Write(text)
			return err
		},
	}
	site.add(cmd)
	within.add(cmd)
	addOwner(cmd, &site, &owner, "whose reviews: a team or person (`owner`)")
	addChoice(cmd, &format, "format", "how the message is written", "markdown", "slack", "email")
	return cmd
}
