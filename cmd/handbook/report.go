package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"handbook/builder"
	"handbook/builder/diag"
	"handbook/builder/source"

	"github.com/spf13/cobra"
)

// forms are the ways in which check writes messages; markdown only with --since.
func forms() []string {
	return []string{"text", "json", "github", "sarif", "junit", "gitlab", "markdown"}
}

// reportFlags say in which forms messages are written, and where to.
type reportFlags struct {
	asked  []report
	output string
	all    bool
}

// report is one form and the file it goes to; "" for where the output goes.
type report struct{ form, file string }

func (f *reportFlags) add(cmd *cobra.Command) {
	cmd.Flags().Var(f, "format", "how messages are written: `FORM or FORM=FILE`, several times if need be; "+strings.Join(forms(), ", "))
	cmd.Flags().StringVar(&f.output, "output", "", "the `file` that takes the form without a file of its own (default: the terminal)")
	cmd.Flags().BoolVar(&f.all, "all", false,
		fmt.Sprintf("show all messages on a terminal too, where otherwise of more than %d the first are shown", firstShown))
	suggest(cmd, "format", forms()...)
}

func (f *reportFlags) String() string {
	var all []string
	for _, r := range f.asked {
		all = append(all, strings.TrimSuffix(r.form+"="+r.file, "="))
	}
	return strings.Join(all, " ")
}

func (f *reportFlags) Type() string { return "FORM[=FILE]" }

func (f *reportFlags) Set(s string) error {
	form, file, named := strings.Cut(s, "=")
	if !slices.Contains(forms(), form) {
		return errors.New("it is one of " + strings.Join(forms(), ", ") + diag.Meant("; did you mean %s?", form, forms(), ""))
	}
	if named && file == "" {
		return fmt.Errorf("name the file behind %s=, or leave out the =", form)
	}
	f.asked = append(f.asked, report{form, file})
	return nil
}

// ready puts the forms in order and finds out early what cannot be written.
func (f *reportFlags) ready(since string) error {
	if since == "" && slices.ContainsFunc(f.asked, func(r report) bool { return r.form == "markdown" }) {
		return misuse("--format markdown is the comment on a change; say since when, such as --since origin/main")
	}
	loose := 0
	for i, r := range f.asked {
		if r.file == "" {
			loose++
			f.asked[i].file = f.output
		}
	}
	switch {
	case loose > 1:
		return misuse("--format is given twice without a file; write --format %s=FILE for all but one", f.asked[0].form)
	case loose == 0 && f.output != "" && len(f.asked) > 0:
		return misuse("--output %s: every --format has a file of its own", f.output)
	case len(f.asked) == 0:
		f.asked = []report{{"text", f.output}}
	}
	files := map[string]bool{"": true}
	for _, r := range f.asked {
		if r.file == "" {
			continue
		}
		if files[filepath.Clean(r.file)] {
			return misuse("two forms would be written to %s", r.file)
		}
		files[filepath.Clean(r.file)] = true
		if !isFolder(filepath.Dir(r.file)) {
			return misuse("%s cannot be written: there is no folder %s; make it first", r.file, filepath.Dir(r.file))
		}
		if isFolder(r.file) {
			return misuse("%s cannot be written: it is a folder", r.file)
		}
	}
	return nil
}

// findings are what check has found.
type findings struct {
	job      builder.Job
	messages []diag.Located
	summary  string
	failOn   diag.Severity
	change   *changeReport // with --since
}

// write writes every form, files before the terminal, so that a reader who goes away leaves them whole.
func (f *reportFlags) write(ctx context.Context, w io.Writer, found findings) error {
	fromTop := reachFromTop(ctx, found.job)
	last := func() error { _, err := fmt.Fprintln(w, found.summary); return err }
	for _, r := range f.asked {
		if r.file == "" {
			last = func() error { return f.put(r.form, w, found, fromTop) }
			continue
		}
		var all bytes.Buffer
		if err := f.put(r.form, &all, found, fromTop); err != nil {
			return err
		}
		if err := writeFile(r.file, all.Bytes()); err != nil {
			return err
		}
	}
	return last()
}

// put writes one form. What services read names files from the top of the repository.
func (f *reportFlags) put(form string, w io.Writer, found findings, fromTop func(string) string) error {
	switch form {
	case "json":
		return diag.JSON(w, found.messages, reach(found.job))
	case "github":
		return diag.GitHub(w, found.messages, fromTop)
	case "gitlab":
		return diag.GitLab(w, found.messages, fromTop)
	case "sarif":
		return diag.SARIF(w, found.messages, fromTop, version)
	case "junit":
		return diag.JUnit(w, found.messages, fromTop, found.failOn)
	case "markdown":
		return found.change.markdown(w, fromTop)
	}
	p := printerFor(w, reach(found.job))
	p.Brief = p.Brief && !f.all
	if err := p.print(w, found.messages); err != nil {
		return err
	}
	if found.change != nil {
		return found.change.text(w, p.Reach)
	}
	_, err := fmt.Fprintln(w, found.summary)
	return err
}

// writeFile writes a file as a whole or not at all. What is no ordinary file, such as /dev/stderr, is written to.
func writeFile(name string, data []byte) error {
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		return cannotWrite(name, os.WriteFile(name, data, 0o666))
	}
	target := name
	if real, err := filepath.EvalSymlinks(name); err == nil {
		target = real
	}
	mode := fs.FileMode(0o666)
	if info, err := os.Stat(target); err == nil {
		mode = info.Mode().Perm()
	}
	temp, err := writeBeside(target, data, mode)
	if err == nil {
		if err = os.Rename(temp, target); err != nil {
			os.Remove(temp)
		}
	}
	return cannotWrite(name, err)
}

// writeBeside writes a new file in the folder of another, with a name that no build takes for a page.
func writeBeside(name string, data []byte, mode fs.FileMode) (temp string, err error) {
	dir, base := filepath.Split(name)
	for i := 0; ; i++ {
		temp = filepath.Join(dir, fmt.Sprintf(".%s.%d-%d~", base, os.Getpid(), i))
		file, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		if errors.Is(err, fs.ErrExist) && i <= 100 {
			continue
		}
		if err != nil {
			return "", err
		}
		_, err = file.Write(data)
		if err = errors.Join(err, file.Close()); err != nil {
			os.Remove(temp)
		}
		return temp, err
	}
}

// cannotWrite says which file could not be written, and why.
func cannotWrite(name string, err error) error {
	if err == nil {
		return nil
	}
	reason := err
	var pathError *fs.PathError
	var linkError *os.LinkError
	switch {
	case errors.As(err, &pathError):
		reason = pathError.Err
	case errors.As(err, &linkError):
		reason = linkError.Err
	}
	return fmt.Errorf("%s cannot be written: %v; nothing of it was", name, reason)
}

// reachFromTop turns a message's file into a path from the repository's top folder, which is how the tools of services
// know files; from the working directory where there is no repository.
func reachFromTop(ctx context.Context, job builder.Job) func(string) string {
	cmd := exec.CommandContext(ctx, "git", "rev-parse", "--show-toplevel")
	cmd.Dir = job.Content
	out, err := cmd.Output()
	top := strings.TrimSuffix(string(out), "\n")
	if err != nil || top == "" {
		return reach(job)
	}
	top = filepath.FromSlash(top)
	content, inside := source.Below(top, job.Content)
	root, rootInside := source.Below(top, job.Root)
	if !inside || !rootInside {
		return reach(job)
	}
	return func(file string) string {
		if file == "content" {
			return path.Clean(content)
		}
		if rest, ok := strings.CutPrefix(file, "content/"); ok {
			return path.Join(content, rest)
		}
		return path.Join(root, file)
	}
}
