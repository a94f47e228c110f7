package main

import (
	_ "embed"
	"strings"

	"github.com/spf13/cobra"
)

// helpTexts say of each command how it is called, what it does in a line, what it does, and examples.
//
//go:embed help.md
var helpTexts string

// command gives a command its texts. name is the whole one, such as "theme eject".
func command(name string, cmd *cobra.Command) *cobra.Command {
	for part := range strings.SplitSeq("\n"+helpTexts, "\n# ") {
		head, text, _ := strings.Cut(part, "\n")
		if head == name || strings.HasPrefix(head, name+" ") {
			cmd.Use = head[strings.LastIndexByte(name, ' ')+1:]
			cmd.Short, text, _ = strings.Cut(text, "\n")
			cmd.Long, cmd.Example, _ = strings.Cut(text, "## Examples\n")
			cmd.Long, cmd.Example = strings.TrimSpace(cmd.Long), strings.TrimRight(cmd.Example, "\n")
			return cmd
		}
	}
	return cmd
}
