package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// The manual has each command and each flag, and no flag that is not there.
func TestManualHasEachFlag(t *testing.T) {
	data, err := os.ReadFile("../../content/manual/commands.md")
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]string{}
	for _, s := range strings.Split(string(data), "\n## ")[1:] {
		title, text, _ := strings.Cut(s, "\n")
		sections[strings.ToLower(title)] = text
	}
	everywhere := sections["flags for all of them"]
	listed := regexp.MustCompile("(?m)^\\| (?:`-[A-Za-z]`, )?`--([a-z-]+)")
	flags := regexp.MustCompile("(?m)^ +(?:-[A-Za-z], )?--([a-z-]+)")
	for _, cmd := range rootCommand().Commands() {
		if cmd.Hidden || cmd.Name() == "help" || cmd.Name() == "version" {
			continue
		}
		text, ok := sections[cmd.Name()]
		if !ok {
			t.Errorf("commands.md has no section for `handbook %s`", cmd.Name())
			continue
		}
		if !strings.Contains(text, "handbook "+cmd.Name()) {
			t.Errorf("commands.md has no example of `handbook %s`", cmd.Name())
		}
		if cmd.Name() == "completion" {
			continue // its flags are those of the library that makes the scripts
		}
		known := map[string]bool{}
		for _, c := range append([]*cobra.Command{cmd}, cmd.Commands()...) {
			for _, f := range flags.FindAllStringSubmatch(c.LocalFlags().FlagUsages(), -1) {
				known[f[1]] = true
				named := "`--" + f[1]
				if f[1] != "help" && !strings.Contains(text, named) && !strings.Contains(everywhere, named) {
					t.Errorf("commands.md does not say what `handbook %s --%s` does", c.Name(), f[1])
				}
			}
		}
		for _, row := range listed.FindAllStringSubmatch(text, -1) {
			if !known[row[1]] {
				t.Errorf("commands.md lists --%s, which `handbook %s` does not have", row[1], cmd.Name())
			}
		}
	}
}
