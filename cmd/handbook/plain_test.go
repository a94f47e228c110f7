package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// hostile is what a text may hold that steers a terminal or turns its lines around, as YAML writes it.
const hostile = `\x00\x07\e]0;owned\a\e[31mred\u0085\u009b31m\x7f\u2028\u202edet\u2066x`

// hostileSite is a handbook that says it wherever something can be said.
func hostileSite(t *testing.T) string {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(strings.ReplaceAll(text, "EVIL", hostile)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	raw := "\x00\x1b]0;owned\a\x1b[31m\u009b31m\x7f\u202e"
	write("handbook.yaml", `name: "Acme EVIL"
description: "About EVIL"
base_url: https://acme.example/
types:
  spec: {label: "Spec EVIL", plural: "Specs EVIL", headings: [], fields: {note: {label: "Note EVIL"}}}
`)
	head := "title: \"%s EVIL\"\ndescription: \"=cmd EVIL\"\nowner: people/ana\ntags: [\"tag EVIL\"]\nalso_known_as: [\"other EVIL %s\"]\nnote: \"note EVIL\"\nstatus: \"open EVIL\"\nreviewed_by: \"bo EVIL\"\n"
	page := func(name, more, text string) {
		write("content/"+name, "---\n"+fmt.Sprintf(head, name, name)+more+"---\n"+text)
	}
	page("_index.md", "", "Text "+raw+" and [a link"+raw+"](nowhere"+raw+".md) and [[no"+raw+"body]].\n\n# Heading "+raw+"\n\n```handbook\nfrom: all\ncolumns: [title, description, owner, tags, status, reviewed_by]\ntitle: \"View\"\n```\n")
	page("specs/late.md", "reviewed: 2025-01-01\nreview_every: 30d\nunknown key EVIL: \"x EVIL\"\n", "![]("+raw+".png)\n")
	page("specs/never.md", "review_every: 30d\nneeds: [\"gone EVIL\"]\n", "Text.\n")
	write("content/specs/nobodys.md", "---\ntitle: Nobody's\nowner: \"stranger EVIL\"\nreview_every: 30d\nreviewed: \"EVIL\"\n---\nText.\n")
	page("specs/read.md", "acknowledge: {by: [people/ana, \"who EVIL\"], until: 2026-01-01}\n", "Text.\n")
	page("people/ana.md", "review_every: never\nemail: \"ana@acme.example EVIL\"\nchannel: \"#ana EVIL\"\n", "Ana.\n")
	page("betas/one.md", "type: beta-report\nfindings: [{id: \"F1 EVIL\", title: \"=broken EVIL\", severity: high, department: \"dev EVIL\", status: open}]\n", "Text.\n")
	page("faq/pay.md", "type: faq\n", "# How "+raw+"?\n\n## By "+raw+"?\n")
	write("content/_records/reviews.jsonl", `{"page":"specs/never","date":"2026-11-01","by":"bo `+"\x1b[31m"+`","text":"0000000000000001"}`+"\n"+`{"page":"gone\u001b[31m","date":"2026-11-01","by":"bo\u009b","text":"0000000000000001","note":"\u001b[31m"}`+"\n")
	return dir
}

// steers finds what a text holds that a terminal acts on, or that begins a line where none was meant.
func steers(text []byte) string {
	if !utf8.Valid(text) {
		return "bytes that are not UTF-8"
	}
	for i, r := range string(text) {
		if unicode.IsControl(r) && r != '\n' && r != '\t' && (r != '\r' || i+1 == len(text) || text[i+1] != '\n') || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return fmt.Sprintf("%U in %q", r, text[max(0, i-60):min(len(text), i+20)])
		}
	}
	return ""
}

// TestNothingThatIsWrittenSteersATerminal runs whatever prints, in each of its forms, over a handbook that is full of escape
// sequences, and reads what a build writes for programs.
func TestNothingThatIsWrittenSteersATerminal(t *testing.T) {
	dir := hostileSite(t)
	t.Chdir(dir)
	do := func(args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		run(args, &out, &errs)
		for name, text := range map[string][]byte{"output": out.Bytes(), "errors": errs.Bytes()} {
			if found := steers(text); found != "" {
				t.Errorf("handbook %s: the %s hold %s", strings.Join(args, " "), name, found)
			}
		}
		return out.String()
	}
	today := []string{"--as-of", "2026-11-22"}
	of := func(args ...string) string { t.Helper(); return do(append(args, today...)...) }
	for _, form := range []string{"text", "json", "github", "gitlab", "sarif", "junit"} {
		if out := of("check", "--format", form); !strings.Contains(out, "broken-link") {
			t.Errorf("check --format %s says\n%s", form, out)
		}
	}
	for _, form := range []string{"text", "json", "markdown"} {
		of("stale", "--format", form)
	}
	for _, form := range []string{"markdown", "slack", "email"} {
		of("digest", "--owner", "people/ana", "--format", form)
		of("digest", "--department", "dev \x00\x07\x1b]0;owned\a\x1b[31mred\u0085\u009b31m\x7f\u2028\u202edet\u2066x", "--format", form)
	}
	for _, form := range []string{"text", "json"} {
		of("owners", "--format", form)
		of("owners", "specs/late", "--format", form)
	}
	for _, form := range []string{"table", "json", "csv"} {
		for _, question := range []string{"from: all, columns: [title, description, owner, tags, status, reviewed_by]", "from: beta-report.findings",
			"from: all, view: count, group: status", "from: all, view: count, group: owner", "from: sign-offs", "from: questions", "from: all, rows: owner, columns: tags, view: matrix"} {
			out := of("query", question, "--format", form)
			if form == "csv" {
				for _, row := range strings.Split(out, "\n") {
					for _, cell := range strings.Split(row, ",") {
						if strings.HasPrefix(strings.Trim(cell, `"`), "=") {
							t.Errorf("query %s: a spreadsheet would work out %q", question, cell)
						}
					}
				}
			}
		}
	}
	of("query", "from: all, where: title == \"\x1b[31m")
	of("review", "gone\x1b[31m", "--by", "\x1b[31mx")
	of("fix")
	do("types")
	do("rules", "--format", "json")
	of("build", "--out", filepath.Join(dir, "public"))

	read := 0
	err := filepath.WalkDir(filepath.Join(dir, "public"), func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.Contains(filepath.ToSlash(name), "/assets/") {
			return err
		}
		switch filepath.Ext(name) {
		case ".txt", ".csv", ".md", ".json", ".xml", ".ics", "":
			text, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			if head, body, ok := bytes.Cut(text, []byte("\n---\n")); ok { // which may turn the order of its letters around, as on the page
				text = append(head, strings.ReplaceAll(string(body), "\u202e", "")...)
			}
			if found := steers(text); found != "" {
				t.Errorf("%s holds %s", strings.TrimPrefix(name, dir), found)
			}
			read++
		}
		return nil
	})
	if err != nil || read < 20 {
		t.Errorf("read %d files: %v", read, err)
	}
}
