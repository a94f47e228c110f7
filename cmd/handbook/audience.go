package main

import (
	"errors"
	"slices"
	"strings"

	"handbook/builder"
	"handbook/builder/change"

	"github.com/spf13/cobra"
)

// audienceFlag says for whom a handbook is built.
type audienceFlag struct{ names []string }

func (f *audienceFlag) add(cmd *cobra.Command, site *siteFlags) {
	cmd.Flags().StringSliceVar(&f.names, "audience", nil, "leave out all that is not for this `audience`, such as customer; several with commas")
	cobra.CheckErr(cmd.RegisterFlagCompletionFunc("audience", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		config, err := configIn(site.dir)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return config.Audience.Known, cobra.ShellCompDirectiveNoFileComp
	}))
}

// ask hands the audience to a job.
func (f *audienceFlag) ask(cmd *cobra.Command, job *builder.Job) error {
	job.Audience = nil
	for _, name := range f.names {
		if name = strings.TrimSpace(name); name != "" && !slices.Contains(job.Audience, name) {
			job.Audience = append(job.Audience, name)
		}
	}
	if cmd.Flags().Changed("audience") && len(job.Audience) == 0 {
		return misuse("--audience names nobody; write for whom to build, such as --audience customer, or leave it out for everybody's handbook")
	}
	return nil
}

// heard turns an audience for whom there is nothing, and a revision that is none, into a wrong use of the command.
func heard(err error) error {
	var nobody *builder.AudienceError
	var never *change.Error
	switch {
	case errors.As(err, &nobody):
		return misuse("--audience: %v", err)
	case errors.As(err, &never):
		return misuse("%v", never)
	}
	return err
}
