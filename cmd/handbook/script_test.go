package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"handbook/builder/browser"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(browser.Tests{M: m}, map[string]func(){"handbook": main})
}

// TestScripts runs the real binary as its users do; each script is one file in testdata/script.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("SOURCE_DATE_EPOCH", "1795305600") // 22 November 2026
			return nil
		},
		Condition: func(cond string) (bool, error) {
			if cond == "disks" {
				return canMakeDisks(), nil
			}
			return false, fmt.Errorf("no condition %q", cond)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			// website FILE: a web site runs on this machine until the script ends, and the file links to a page of it that is there
			// and one that is not.
			"website": func(ts *testscript.TestScript, neg bool, args []string) {
				site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.URL.Path == "/gone" {
						w.WriteHeader(http.StatusNotFound)
					}
				}))
				ts.Defer(site.Close)
				text := fmt.Sprintf("\n[there](%s/there) and [gone](%s/gone)\n", site.URL, site.URL)
				ts.Check(os.WriteFile(ts.MkAbs(args[0]), append([]byte(ts.ReadFile(args[0])), text...), 0o666))
			},
			// enlarge SIZE FILE: the file is made, with this many bytes.
			"enlarge": func(ts *testscript.TestScript, neg bool, args []string) {
				size, err := strconv.Atoi(args[0])
				ts.Check(err)
				ts.Check(os.WriteFile(ts.MkAbs(args[1]), make([]byte, size), 0o666))
			},
			// unprivileged STATUS TEXT ARGUMENT…: handbook is run by somebody who may read what is here and write nothing. It ends
			// with this exit status and says the text; - for none.
			"unprivileged": unprivileged,
			// tinydisk SIZE FOLDER: the folder becomes a disk of this many bytes until the script ends.
			"tinydisk": tinyDisk,
			// exits STATUS COMMAND…: the command ends with this exit status.
			"exits": func(ts *testscript.TestScript, neg bool, args []string) {
				err := ts.Exec(args[1], args[2:]...)
				var exit *exec.ExitError
				if !errors.As(err, &exit) || fmt.Sprint(exit.ExitCode()) != args[0] {
					ts.Fatalf("%s: %v, want exit status %s", strings.Join(args[1:], " "), err, args[0])
				}
			},
		},
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
	})
}
