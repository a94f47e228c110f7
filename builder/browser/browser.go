// Package browser lets tests read pages as a reader would, in the engines that readers have: Chromium, Firefox and WebKit,
// which is Safari's. Only tests import it, and no test drives a browser in another way.
//
// A package that uses it starts one browser of an engine, when its first test asks for it, and ends all in its TestMain. Each
// test has tabs in contexts of their own: they share no storage and no window, so that tests may run in parallel. In Firefox and
// WebKit they take turns, since there only one tab has what a reader looks at.
//
// Where an engine is missing such a test is skipped, and so it is with -short. With the variable HANDBOOK_BROWSER set to
// "require" it fails instead, and runs with -short too.
package browser

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
)

// Day is the day that it is in every tab that sets no other, and as of which tests build the sites that they read.
const Day = "2026-11-22"

// Engine is what shows pages in a browser.
type Engine string

// The engines. Chromium can be asked for more than the others: see the methods of Tab in chromium.go.
const (
	Chromium Engine = "Chromium"
	Firefox  Engine = "Firefox"
	WebKit   Engine = "WebKit"
)

// Engines are all of them.
var Engines = []Engine{Chromium, Firefox, WebKit}

// program is a running browser.
type program interface {
	// tab opens one, and calls said for each error, warning and refusal of a policy on its pages.
	tab(ctx context.Context, said func(string)) (view, error)
	end()
}

// view is a tab of a browser, in terms that all engines share.
type view interface {
	open(ctx context.Context, address string) error
	// eval gives the text that a JavaScript expression gives, or its promise.
	eval(ctx context.Context, expression string) (string, error)
	// before runs JavaScript in each page that is opened from now on, before any of its own.
	before(ctx context.Context, script string) error
	press(ctx context.Context, keys string, ctrl bool) error
	// mouse moves the mouse to a place in the window, and may click there.
	mouse(ctx context.Context, x, y float64, click bool) error
	size(ctx context.Context, width, height int64) error
	print(ctx context.Context) error
	picture(ctx context.Context) ([]byte, error)
	close()
}

// absent is an error for an engine that is not on this machine.
type absent struct{ engine Engine }

func (a absent) Error() string { return fmt.Sprintf("no %s was found", a.engine) }

// running is the one browser of an engine in a test binary.
type running struct {
	once sync.Once
	turn sync.Mutex // held by the test that has tabs, where they take turns
	program
	err error
}

var started = map[Engine]*running{Chromium: {}, Firefox: {}, WebKit: {}}

var starts = map[Engine]func() (program, error){Chromium: startChromium, Firefox: startFirefox, WebKit: startWebKit}

// Tests are the tests of a package that uses the browser. TestMain runs them in place of its *testing.M.
type Tests struct{ M *testing.M }

// Run runs them and then ends the browsers.
func (t Tests) Run() int {
	defer func() {
		for _, r := range started {
			r.once.Do(func() {})
			if r.program != nil {
				r.end()
			}
		}
	}()
	return t.M.Run()
}

// Need skips a test, or fails it, where there is no Chromium for it. NewTab does the same; a test that has much to prepare
// asks before.
func Need(t testing.TB) { t.Helper(); browser(t, Chromium) }

func browser(t testing.TB, engine Engine) *running {
	t.Helper()
	wanted := os.Getenv("HANDBOOK_BROWSER")
	if testing.Short() && wanted != "require" {
		t.Skip("short: no browser is started")
	}
	r := started[engine]
	r.once.Do(func() { r.program, r.err = starts[engine]() })
	if _, is := r.err.(absent); is && wanted != "require" {
		t.Skipf("%v, so nothing is tried in it; HANDBOOK_BROWSER=require makes this an error", r.err)
	}
	if r.err != nil {
		t.Fatalf("%s: %v; HANDBOOK_BROWSER is %q", engine, r.err, wanted)
	}
	return r
}

// first is the first of some programs that is on this machine.
func first(engine Engine, names ...string) (string, error) {
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", absent{engine}
}
