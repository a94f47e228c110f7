package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is the release this source belongs to; CHANGELOG.md says what it holds.
const version = "0.1.0"

func versionCommand() *cobra.Command {
	return command("version", &cobra.Command{
		RunE: func(cmd *cobra.Command, args []string) error {
			commit := ""
			if info, ok := debug.ReadBuildInfo(); ok {
				for _, s := range info.Settings {
					if s.Key == "vcs.revision" && len(s.Value) >= 7 {
						commit = " from " + s.Value[:7]
					}
				}
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "handbook %s%s (%s, %s/%s)\n", version, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	})
}
