package main

import (
	"slices"
	"strings"

	"handbook/builder"
	"handbook/builder/book"
	"handbook/builder/people"
	"handbook/builder/schema"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// completeFlags says what may follow each flag, by what its usage calls that: a folder, a file, one of a few words. Nobody
// knows what else may.
func completeFlags(cmd *cobra.Command) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if _, known := cmd.GetFlagCompletionFunc(f.Name); known {
			return
		}
		switch what, _ := pflag.UnquoteUsage(f); what {
		case "", "file": // a flag without a value, and one for which the shell lists files by itself
		case "folder":
			cobra.CheckErr(cmd.MarkFlagDirname(f.Name))
		default:
			var words []string
			if c, ok := f.Value.(*choice); ok {
				words = c.words
			}
			suggest(cmd, f.Name, words...)
		}
	})
}

// suggest completes a flag with words that are often meant.
func suggest(cmd *cobra.Command, flag string, words ...string) {
	cobra.CheckErr(cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)))
}

// suggestNames completes a flag with names in the handbook and what they mean.
func suggestNames(cmd *cobra.Command, flag string, site *siteFlags, names func(builder.Result) [][2]string) {
	cobra.CheckErr(cmd.RegisterFlagCompletionFunc(flag, func(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		_, result, err := ask(cmd, site)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return described(names(result), typed), cobra.ShellCompDirectiveNoFileComp
	}))
}

// described are the names that begin with what is typed, each with what it means.
func described(names [][2]string, typed string) []string {
	var words []string
	for _, n := range names {
		if strings.HasPrefix(n[0], typed) {
			words = append(words, n[0]+"\t"+plain(n[1]))
		}
	}
	return words
}

// firstArgument completes the first argument with names and what they mean; what follows it is nothing of the kind.
func firstArgument(names func() [][2]string) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return described(names(), typed), cobra.ShellCompDirectiveNoFileComp
	}
}

// completePages offers the ids of pages.
func completePages(site *siteFlags, fits func(*book.Node) bool) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		_, result, err := ask(cmd, site)
		if err != nil {
			return nil, cobra.ShellCompDirectiveDefault
		}
		var names [][2]string
		for _, p := range knownPages(result) {
			if p.node >= 0 && fits(result.Book.Nodes[p.node]) {
				names = append(names, [2]string{p.id, p.title})
			}
		}
		if ids := described(names, typed); len(ids) > 0 {
			return ids, cobra.ShellCompDirectiveNoFileComp
		}
		return nil, cobra.ShellCompDirectiveDefault // a file may be meant
	}
}

func anyPage(*book.Node) bool { return true }

// between takes so many arguments, and otherwise says what is wrong.
func between(least, most int, wrong string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < least || len(args) > most {
			return misuse("%s; see `%s --help`", wrong, cmd.CommandPath())
		}
		return nil
	}
}

const anyNumber = 1 << 30

func noArguments(cmd *cobra.Command, args []string) error {
	return between(0, 0, cmd.CommandPath()+" takes no arguments, but got "+strings.Join(args, " "))(cmd, args)
}

// choice is a flag that takes one of a few words.
type choice struct {
	value *string
	words []string
}

func (c *choice) String() string { return *c.value }
func (c *choice) Type() string   { return strings.Join(c.words, "|") }
func (c *choice) Set(s string) error {
	if !slices.Contains(c.words, s) {
		return misuse("it is one of %s", strings.Join(c.words, ", "))
	}
	*c.value = s
	return nil
}

// addChoice adds a flag that takes one of a few words, the first by default. Its usage names them.
func addChoice(cmd *cobra.Command, value *string, name, usage string, words ...string) {
	*value = words[0]
	cmd.Flags().Var(&choice{value, words}, name, usage)
}

// addOwner adds --owner, with the owners of the handbook to choose from.
func addOwner(cmd *cobra.Command, site *siteFlags, owner *string, usage string) {
	cmd.Flags().StringVar(owner, "owner", "", usage)
	suggestNames(cmd, "owner", site, func(r builder.Result) [][2]string { return people.Owners(r.Book) })
}

// withinFlag is --within: how far a command looks ahead.
type withinFlag struct{ value string }

func (f *withinFlag) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.value, "within", "14d", "also list pages whose next review falls within this `time`")
	suggest(cmd, "within", "7d", "14d", "30d", "3 months")
}

// until is the last day to look at.
func (f *withinFlag) until(today schema.Date) (schema.Date, error) {
	i, err := schema.ParseInterval(f.value)
	if err != nil || i.Unit == schema.Never {
		return schema.Date{}, misuse("--within %s: not a length of time; write it like 14d, 6w or 3 months", f.value)
	}
	return today.Add(i), nil
}
