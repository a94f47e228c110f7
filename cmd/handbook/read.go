package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"handbook/builder"
	"handbook/builder/diag"
	"handbook/builder/people"
	"handbook/builder/schema"

	"github.com/spf13/cobra"
)

// read builds the handbook for a command that asks something of it.
func read(cmd *cobra.Command, site *siteFlags) (builder.Job, builder.Result, error) {
	job, err := site.job()
	if err != nil {
		return job, builder.Result{}, err
	}
	done := progress(cmd.ErrOrStderr(), &job)
	result, err := builder.NewSession().Build(cmd.Context(), job)
	done()
	return job, result, err
}

// tellErrors says that the answer leaves something out.
func tellErrors(cmd *cobra.Command, result builder.Result) {
	files := map[string]bool{}
	for m := range diag.Each(result.Messages) {
		if m.Severity == diag.Error {
			files[m.File] = true
		}
	}
	if len(files) > 0 {
		fmt.Fprintf(cmd.ErrOrStderr(), "note: %s errors and may be left out; `handbook check` shows them\n", have(len(files), "file"))
	}
}

// have counts things that have something: "1 file has", "2 files have".
func have(n int, thing string) string {
	if n == 1 {
		return "1 " + thing + " has"
	}
	return fmt.Sprintf("%d %ss have", n, thing)
}

// addChoice adds a flag that takes one of a few words, the first by default.
func addChoice(cmd *cobra.Command, value *string, name, usage string, words ...string) {
	*value = words[0]
	cmd.Flags().Var(&choice{value, words}, name, usage+": `"+strings.Join(words, ", ")+"`")
	cobra.CheckErr(cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)))
}

// withinFlag is --within: how far a command looks ahead.
type withinFlag struct{ value string }

func (f *withinFlag) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.value, "within", "14d", "also list pages whose next review falls within this `time`")
	cobra.CheckErr(cmd.RegisterFlagCompletionFunc("within", cobra.FixedCompletions([]string{"7d", "14d", "30d", "3 months"}, cobra.ShellCompDirectiveNoFileComp)))
}

// until is the last day to look at.
func (f *withinFlag) until(today schema.Date) (schema.Date, error) {
	i, err := schema.ParseInterval(f.value)
	if err != nil || i.Unit == schema.Never {
		return schema.Date{}, misuse("--within %s: not a length of time; write it like 14d, 6w or 3 months", f.value)
	}
	return today.Add(i), nil
}

// addOwner adds --owner, with the owners of the handbook to choose from.
func addOwner(cmd *cobra.Command, site *siteFlags, owner *string, usage string) {
	cmd.Flags().StringVar(owner, "owner", "", usage)
	completeNames(cmd, "owner", site, func(r builder.Result) [][2]string { return people.Owners(r.Book) })
}

// completeNames completes a flag with names and what they mean.
func completeNames(cmd *cobra.Command, flag string, site *siteFlags, names func(builder.Result) [][2]string) {
	cobra.CheckErr(cmd.RegisterFlagCompletionFunc(flag, func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		_, result, err := read(cmd, site)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var words []string
		for _, n := range names(result) {
			if strings.HasPrefix(n[0], typed) {
				words = append(words, n[0]+"\t"+plain(n[1]))
			}
		}
		return words, cobra.ShellCompDirectiveNoFileComp
	}))
}

// printJSON writes a value as indented JSON.
func printJSON(cmd *cobra.Command, v any) error {
	enc := json.NewEncoder(diag.JSONWriter(cmd.OutOrStdout()))
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// plain keeps a hostile title from writing to the terminal or beginning a line.
func plain(s string) string { return diag.Plain(s) }

// plainLines is plain for a text of several lines.
func plainLines(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = plain(lines[i])
	}
	return strings.Join(lines, "\n")
}
