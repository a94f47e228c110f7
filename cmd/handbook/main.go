// Command handbook turns a folder of Markdown with frontmatter into the handbook of a product organisation: a
// cross-linked static site in which every page has an owner and says whether it can still be trusted.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
)

// Exit statuses, as the manual promises them.
const (
	exitFine     = 0
	exitProblems = 1
	exitUsage    = 2
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run is the whole program but for the process around it. It returns the exit status.
func run(args []string, stdout, stderr io.Writer) int {
	cmd := rootCommand()
	cmd.SetArgs(args)
	cmd.SetOut(stdout)
	cmd.SetErr(stderr)
	err := cmd.Execute()
	var wrong usageError
	switch {
	case err == nil:
		return exitFine
	case errors.Is(err, errProblems): // the problems have been printed
		return exitProblems
	case errors.As(err, &wrong):
		fmt.Fprintf(stderr, "handbook: %s\n", plainLines(err.Error()))
		return exitUsage
	}
	fmt.Fprintf(stderr, "handbook: %s\n", plainLines(err.Error()))
	return exitProblems
}

// errProblems says that messages were printed that make the command fail.
var errProblems = errors.New("problems found")

// usageError is a mistake in how the command was called.
type usageError struct{ error }

func misuse(format string, a ...any) error { return usageError{fmt.Errorf(format, a...)} }

func rootCommand() *cobra.Command {
	root := command("handbook", &cobra.Command{
		SilenceUsage:  true,
		SilenceErrors: true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			help := "see `handbook --help`"
			if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
				help = fmt.Sprintf("did you mean `handbook %s`?", near[0])
			}
			return misuse("no command %q: %s", args[0], help)
		},
		RunE: func(cmd *cobra.Command, args []string) error { return cmd.Help() },
	})
	root.SuggestionsMinimumDistance = 2
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return misuse("%v; see `%s --help`", err, cmd.CommandPath())
	})
	root.AddCommand(ackCommand(), buildCommand(), checkCommand(), digestCommand(), doctorCommand(), ejectPageCommand(), fixCommand(), handoverCommand(), importCommand(), initCommand(),
		mvCommand(), newCommand(), ownersCommand(), queryCommand(), reviewCommand(), rulesCommand(), schemaCommand(), serveCommand(),
		staleCommand(), themeCommand(), typesCommand(), versionCommand())
	for _, c := range root.Commands() {
		if c.Args == nil {
			c.Args = noArguments
		}
		for _, c := range append(c.Commands(), c) {
			completeFlags(c)
		}
	}
	return root
}
