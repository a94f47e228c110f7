package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"
)

// nobodyID is the user and the group that own nothing.
const nobodyID = 65534

func unprivileged(ts *testscript.TestScript, neg bool, args []string) {
	work := ts.MkAbs(".")
	var out, wrong bytes.Buffer
	cmd := exec.Command("handbook", args[2:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = work, &out, &wrong
	cmd.Env = append(os.Environ(), "SOURCE_DATE_EPOCH="+ts.Getenv("SOURCE_DATE_EPOCH"), "HOME=/nonexistent", "XDG_CACHE_HOME=/nonexistent", "PWD="+work)
	if os.Getuid() == 0 {
		// The folders of tests are closed to others, the program's own included.
		for dir := work; dir != filepath.Dir(dir) && dir != os.TempDir(); dir = filepath.Dir(dir) {
			ts.Check(os.Chmod(dir, 0o755))
		}
		bin := filepath.Join(work, "bin")
		if _, err := os.Stat(bin); err != nil {
			self, err := os.Executable()
			ts.Check(err)
			data, err := os.ReadFile(self)
			ts.Check(err)
			ts.Check(os.Mkdir(bin, 0o755))
			ts.Check(os.WriteFile(filepath.Join(bin, "handbook"), data, 0o755))
		}
		cmd.Path = filepath.Join(bin, "handbook")
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobodyID, Gid: nobodyID}}
	} else {
		ts.Check(os.Chmod(work, 0o555))
		defer os.Chmod(work, 0o755)
		path, err := exec.LookPath("handbook")
		ts.Check(err)
		cmd.Path = path
	}
	cmd.Err = nil
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		ts.Logf("skipped: nobody else can be made to run the program here: %v", err)
		return
	}
	said := strings.TrimSpace(out.String() + wrong.String())
	ts.Logf("[%s]\n%s", strings.Join(args, " "), said)
	if got := fmt.Sprint(cmd.ProcessState.ExitCode()); got != args[0] {
		ts.Fatalf("%v: exit status %s, want %s", args, got, args[0])
	}
	if args[1] != "-" && !strings.Contains(said, args[1]) {
		ts.Fatalf("%v: it does not say %q", args, args[1])
	}
}

func tinyDisk(ts *testscript.TestScript, neg bool, args []string) {
	dir := ts.MkAbs(args[1])
	ts.Check(os.MkdirAll(dir, 0o755))
	ts.Check(syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+args[0]))
	ts.Defer(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
}

// canMakeDisks tries whether this user may mount one.
func canMakeDisks() bool {
	dir, err := os.MkdirTemp("", "disk")
	if err != nil {
		return false
	}
	defer os.Remove(dir)
	if syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k") != nil {
		return false
	}
	return syscall.Unmount(dir, 0) == nil
}
