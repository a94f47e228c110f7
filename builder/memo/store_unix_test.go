//go:build unix

package memo_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"handbook/builder/fixture"
	"handbook/builder/memo"
)

// writerEnv makes the test binary one that fills the folder named until it is killed, or until its disk is full: no file may
// then be larger than some kilobytes.
const writerEnv, fullEnv = "HANDBOOK_TEST_MEMO_IN", "HANDBOOK_TEST_MEMO_FULL"

func TestMain(m *testing.M) {
	dir := os.Getenv(writerEnv)
	if dir == "" {
		os.Exit(m.Run())
	}
	full := os.Getenv(fullEnv) != ""
	if full {
		signal.Ignore(syscall.SIGXFSZ)
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 5000, Max: 5000}); err != nil {
			fmt.Println(err)
		}
	}
	for n := 0; !full || n < 20; n++ {
		store := memo.Open(dir, roomy, "1")
		set := store.NewSet()
		for i := range 100 {
			word := fmt.Sprintf("%d %d %s", n, i, strings.Repeat("x", 200))
			if memo.Of(context.Background(), set, shout, word) != strings.ToUpper(word) {
				fmt.Println("wrong")
			}
		}
		store.Close()
		if !full {
			fmt.Println("written")
		}
	}
}

func writer(t *testing.T, dir string, env ...string) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Env = append(append(os.Environ(), writerEnv+"="+dir), env...)
	return cmd
}

func TestAFullDiskCostsTime(t *testing.T) {
	dir := t.TempDir()
	if out, err := writer(t, dir, fullEnv+"=1").CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v: %s", err, out)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		t.Errorf("%s was left", f.Name())
	}
}

func TestAKillCostsTime(t *testing.T) {
	dir := t.TempDir()
	for kill := range 10 {
		cmd := writer(t, dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for range kill + 1 {
			if !lines.Scan() || lines.Text() != "written" {
				t.Errorf("it says %q", lines.Text())
			}
		}
		cmd.Process.Kill()
		cmd.Wait()
	}
	store := memo.Open(dir, roomy, "1")
	defer store.Close()
	set := store.NewSet()
	for n := range 10 {
		word := fmt.Sprintf("%d %d %s", n, n, strings.Repeat("x", 200))
		if got := memo.Of(t.Context(), set, shout, word); got != strings.ToUpper(word) {
			t.Error(got)
		}
	}
	if got := set.Counts()["shout"]; got.Read != 10 {
		t.Errorf("%+v: what was written before the kill is gone", got)
	}
}

func TestAPipeIsNotAskedForAPack(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "A.pack"), 0o666); err != nil {
		fixture.Elsewhere(t, err)
	}
	run(t, dir, memo.Count{Made: 1}, "tea")
	run(t, dir, memo.Count{Read: 1}, "tea")
}
