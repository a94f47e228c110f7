// Package browser lets tests read pages in Chromium as a reader would. Only tests import it, and no test drives a browser
// in another way.
//
// A package that uses it starts one browser, when its first test asks for it, and ends it in its TestMain. Each test has
// tabs in contexts of their own: they share no storage and no window, so that tests may run in parallel.
//
// Where there is no Chromium such a test is skipped, and so it is with -short. With the variable HANDBOOK_BROWSER set to
// "require" it fails instead, and runs with -short too.
package browser

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// Day is the day that it is in every tab that sets no other, and as of which tests build the sites that they read.
const Day = "2026-11-22"

var errNone = errors.New("no Chromium was found")

// started is the one browser of a test binary.
var started struct {
	sync.Mutex
	ctx context.Context
	end []context.CancelFunc
	err error
}

// Tests are the tests of a package that uses the browser. TestMain runs them in place of its *testing.M.
type Tests struct{ M *testing.M }

// Run runs them and then ends the browser.
func (t Tests) Run() int {
	defer func() {
		started.Lock()
		defer started.Unlock()
		for _, end := range started.end {
			defer end()
		}
	}()
	return t.M.Run()
}

// Need skips a test, or fails it, where there is no browser for it. NewTab does the same; a test that has much to prepare
// asks before.
func Need(t testing.TB) { t.Helper(); browser(t) }

func browser(t testing.TB) context.Context {
	t.Helper()
	wanted := os.Getenv("HANDBOOK_BROWSER")
	if testing.Short() && wanted != "require" {
		t.Skip("short: no browser is started")
	}
	started.Lock()
	defer started.Unlock()
	if started.ctx == nil && started.err == nil {
		start()
	}
	if started.err == errNone && wanted != "require" {
		t.Skipf("%v, so nothing is tried in a browser; HANDBOOK_BROWSER=require makes this an error", errNone)
	}
	if started.err != nil {
		t.Fatalf("%v; HANDBOOK_BROWSER is %q", started.err, wanted)
	}
	return started.ctx
}

func start() {
	path := ""
	for _, name := range []string{"/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome", "chrome"} {
		if p, err := exec.LookPath(name); err == nil && path == "" {
			path = p
		}
	}
	if path == "" {
		started.err = errNone
		return
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1440, 900))
	for _, flag := range []string{"disable-quic", "disable-component-update"} {
		options = append(options, chromedp.Flag(flag, true))
	}
	ctx, endProgram := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, endBrowser := chromedp.NewContext(ctx)
	started.end = []context.CancelFunc{endProgram, endBrowser}
	if started.err = chromedp.Do(ctx); started.err == nil {
		started.ctx = ctx
	}
}
