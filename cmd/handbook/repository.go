package main

import (
	"context"
	"os/exec"
	"path/filepath"
	"strings"
)

// repositoryFiles are the files and folders of the repository that a handbook is made of, beside its own: who has
// committed what, whose commits do not count, and who owns what. There are none without a repository or without git.
func repositoryFiles(ctx context.Context, content string) (trees, files []string) {
	cmd := exec.CommandContext(ctx, "git", "rev-parse", "--absolute-git-dir", "--git-common-dir", "--show-toplevel")
	cmd.Dir = content
	out, err := cmd.Output()
	lines := strings.Split(string(out), "\n")
	if err != nil || len(lines) != 4 { // more of them when a folder's name has a line break
		return nil, nil
	}
	own, common, top := lines[0], lines[1], lines[2]
	if !filepath.IsAbs(common) {
		common = filepath.Join(content, common)
	}
	trees = []string{filepath.Join(common, "refs", "heads"), filepath.Join(common, "reftable")}
	files = []string{filepath.Join(own, "HEAD"), filepath.Join(common, "packed-refs"), filepath.Join(common, "shallow")}
	for _, name := range []string{".mailmap", ".git-blame-ignore-revs"} {
		files = append(files, filepath.Join(top, name))
	}
	return trees, append(files, codeOwners(top)...)
}

// codeOwners are the files of a folder that say who owns what, and the one that says whose rules they follow.
func codeOwners(top string) []string {
	var files []string
	for _, name := range []string{".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS", ".gitlab-ci.yml"} {
		files = append(files, filepath.Join(top, filepath.FromSlash(name)))
	}
	return files
}
