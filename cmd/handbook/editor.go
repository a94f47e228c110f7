package main

//lint:file-ignore ST1005 these errors are sentences that people read in the browser

import (
	"fmt"
	"net/url"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"handbook/builder"
)

// editor opens files in the editor of whoever writes. The zero editor opens none.
type editor struct {
	address string   // with {path}, {line} and {column}: the browser asks the system to open it
	command []string // the same, to be started; the first is the program
}

// addresses are the editors that can be opened from a browser by an address of their own.
func addresses() map[string]string {
	vscode := func(scheme string) string { return scheme + "://file{path}:{line}:{column}" }
	jetbrains := func(product string) string { return product + "://open?file={query}&line={line}&column={column}" }
	return map[string]string{
		"code": vscode("vscode"), "vscode": vscode("vscode"), "code-insiders": vscode("vscode-insiders"), "codium": vscode("vscodium"),
		"cursor": vscode("cursor"), "windsurf": vscode("windsurf"), "zed": vscode("zed"), "zeditor": vscode("zed"),
		"idea": jetbrains("idea"), "webstorm": jetbrains("webstorm"), "pycharm": jetbrains("pycharm"), "goland": jetbrains("goland"),
	}
}

// commands are the editors with a window of their own that are started, and how each is told the place. An editor that
// runs in a terminal cannot be: there is no terminal for it.
func commands() map[string]string {
	return map[string]string{
		"subl": "{file}:{line}:{column}", "sublime_text": "{file}:{line}:{column}", "geany": "{file}:{line}:{column}",
		"kate": "--line {line} --column {column} {file}", "kwrite": "--line {line} --column {column} {file}",
		"gedit": "+{line}:{column} {file}", "gnome-text-editor": "+{line}:{column} {file}", "xed": "+{line} {file}", "pluma": "+{line} {file}",
		"gvim": "+{line} {file}", "mvim": "+{line} {file}",
		"mate": "-l {line}:{column} {file}", "bbedit": "+{line} {file}", "notepad++": "-n{line} -c{column} {file}",
	}
}

// newEditor makes an editor of what --editor says, or else of what $VISUAL says if that has a window of its own. What is
// no editor that is known is a command, its parts between white space; {file}, {line} and {column} stand for the place,
// and without {file} the file comes last. The error is one of use.
func newEditor(flag, visual string) (editor, error) {
	said := flag
	if said == "" {
		said = visual
	}
	words := strings.Fields(said)
	if len(words) == 0 || flag == "none" {
		return editor{}, nil
	}
	program := strings.TrimSuffix(strings.ToLower(filepath.Base(words[0])), ".exe")
	if address, ok := addresses()[program]; ok {
		return editor{address: address}, nil
	}
	if args, ok := commands()[program]; ok && !strings.Contains(said, "{file}") {
		return editor{command: append(words, strings.Fields(args)...)}, nil
	}
	if flag == "" {
		return editor{}, nil
	}
	if _, err := exec.LookPath(words[0]); err != nil {
		return editor{}, misuse("--editor %s: there is no such program; name code, cursor, zed, idea, or a command such as \"gvim +{line} {file}\"", flag)
	}
	if !strings.Contains(said, "{file}") {
		words = append(words, "{file}")
	}
	return editor{command: words}, nil
}

// at is the address that opens a place; "" when the editor has none.
func (e editor) at(path string, line, column int) string {
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // C:/handbook/content
	}
	return strings.NewReplacer("{path}", (&url.URL{Path: slashed}).EscapedPath(), "{query}", url.QueryEscape(path),
		"{line}", strconv.Itoa(line), "{column}", strconv.Itoa(column)).Replace(e.address)
}

// open starts the editor at a place. No shell is involved, so nothing in a file's name means anything.
func (e editor) open(path string, line, column int) error {
	if !filepath.IsAbs(path) {
		return fmt.Errorf("%s cannot be opened", path)
	}
	words := e.words(path, line, column)
	cmd := exec.Command(words[0], words[1:]...)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("The editor did not start: %w", err)
	}
	go cmd.Wait() // it runs as long as it likes
	return nil
}

// words are the command for a place.
func (e editor) words(path string, line, column int) []string {
	place := strings.NewReplacer("{file}", path, "{line}", strconv.Itoa(line), "{column}", strconv.Itoa(column))
	words := e.command[:1:1]
	for _, word := range e.command[1:] {
		words = append(words, place.Replace(word))
	}
	return words
}

// fileOf is the path of a file that messages name: "content/a.md" or "handbook.yaml".
func fileOf(job builder.Job, name string) string {
	path, err := filepath.Abs(filepath.FromSlash(reach(job)(name)))
	if err != nil {
		return ""
	}
	return path
}
