package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Tab is a page in a browser. What goes wrong in one of its methods fails the test.
type Tab struct {
	Engine Engine
	t      testing.TB
	view

	mu   sync.Mutex
	seen []string // errors, warnings and what the policy refused
}

// NewTab opens a tab of Chromium with a storage and a window of its own, for as long as the test runs. It is noon of Day in it.
func NewTab(t testing.TB) *Tab { t.Helper(); return NewTabIn(t, Chromium) }

// NewTabIn opens such a tab in an engine. A test has one at a time outside Chromium.
func NewTabIn(t testing.TB, engine Engine) *Tab {
	t.Helper()
	r := browser(t, engine)
	if engine != Chromium {
		r.turn.Lock()
		t.Cleanup(r.turn.Unlock)
	}
	b := &Tab{Engine: engine, t: t}
	b.do(func(ctx context.Context) (err error) {
		b.view, err = r.tab(ctx, b.heard)
		return err
	})
	t.Cleanup(b.view.close)
	b.SetDay(Day)
	return b
}

// Close closes the tab before the end of the test.
func (b *Tab) Close() { b.view.close() }

func (b *Tab) heard(said string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.seen = append(b.seen, said)
}

// Problems are the errors and warnings of all pages that the tab has shown, and what their policy refused.
func (b *Tab) Problems() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.seen)
}

// HasNoErrors fails the test for every problem.
func (b *Tab) HasNoErrors() {
	b.t.Helper()
	for _, p := range b.Problems() {
		b.t.Error(p)
	}
}

// patience is how long one thing may take, on a machine that has much else to do: a failure, not a part of a test.
const patience = 2 * time.Minute

func (b *Tab) do(act func(ctx context.Context) error) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := act(ctx); err != nil {
		b.t.Fatal(err)
	}
}

// value is what a JavaScript expression gives, or its promise.
func value[T any](b *Tab, expression string) (got T, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	text, err := b.eval(ctx, "(async () => JSON.stringify(await ("+expression+"\n) ?? null))()")
	if err == nil {
		err = json.Unmarshal([]byte(text), &got)
	}
	return got, err
}

// Open goes to an address.
func (b *Tab) Open(address string) {
	b.t.Helper()
	b.do(func(ctx context.Context) error { return b.open(ctx, address) })
}

// Run runs JavaScript.
func (b *Tab) Run(script string) {
	b.t.Helper()
	b.do(func(ctx context.Context) error {
		_, err := b.eval(ctx, "(() => {"+script+"\nreturn ``; })()")
		return err
	})
}

// Text is the text that a JavaScript expression gives, or the promise that it gives.
func (b *Tab) Text(expression string) string {
	b.t.Helper()
	got, err := value[string](b, expression)
	if err != nil {
		b.t.Fatalf("%.200s: %v", expression, err)
	}
	return got
}

// Until waits for a JavaScript expression to be true. It looks at each frame and, unlike chromedp's own poll, makes no
// function of a text, which a site's policy forbids.
func (b *Tab) Until(expression string) {
	b.t.Helper()
	script := `new Promise((done, fail) => { const look = () => { try { if (` + expression + "\n" + `) done(true); else requestAnimationFrame(look); } catch (e) { fail(e); } }; look(); })`
	for begin := time.Now(); ; {
		_, err := value[bool](b, script)
		if err == nil {
			return
		}
		if !errors.Is(err, errGone) || time.Since(begin) > patience {
			b.t.Fatalf("never true: %s: %v", expression, err)
		}
	} // the page that was asked is gone; its successor is asked
}

// errGone is the error of a question to a page that was left before it could answer.
var errGone = errors.New("the page is gone")

// UntilAt waits for the tab to be at an address of the site. A page that is left does not answer any more, so it is asked
// again and again.
func (b *Tab) UntilAt(address string) {
	b.t.Helper()
	for begin := time.Now(); time.Since(begin) < patience; {
		at, err := value[string](b, `location.pathname + location.hash`)
		if err == nil && at == address {
			return
		}
	}
	b.t.Fatalf("the tab never came to %s", address)
}

// Is checks a JavaScript expression.
func (b *Tab) Is(what, expression string, want any) {
	b.t.Helper()
	got, err := value[any](b, expression)
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		b.t.Errorf("%s: %q, want %q (%v)", what, got, want, err)
	}
}

// quoted writes a text as JavaScript does.
func quoted(text string) string {
	s, _ := json.Marshal(text)
	return string(s)
}

// Visible is an expression for the text that a reader sees in all elements that match, in one line.
func Visible(selector string) string {
	return `[...document.querySelectorAll(` + quoted(selector) + `)].filter(e => e.checkVisibility()).map(e => e.innerText).join(" ").replace(/\s+/g, " ").trim()`
}

// OnEveryPage runs JavaScript in each page that is opened from now on, before any of its own.
func (b *Tab) OnEveryPage(script string) {
	b.t.Helper()
	b.do(func(ctx context.Context) error { return b.before(ctx, script) })
}

// Keys that have no letter, by the characters of chromedp.
const (
	Enter     = "\r"
	Escape    = "\x1b"
	ArrowUp   = "\u0304"
	ArrowDown = "\u0301"
)

// Press presses the keys of a text one after the other.
func (b *Tab) Press(keys string) {
	b.t.Helper()
	b.do(func(ctx context.Context) error { return b.press(ctx, keys, false) })
}

// PressCtrl presses a key while Ctrl is held.
func (b *Tab) PressCtrl(key string) {
	b.t.Helper()
	b.do(func(ctx context.Context) error { return b.press(ctx, key, true) })
}

// Click clicks the middle of the first element that matches, when it is there and nothing lies over it, as the page before does while
// one fades into the other.
func (b *Tab) Click(selector string) {
	b.t.Helper()
	e := `document.querySelector(` + quoted(selector) + `)`
	b.Until(e + `?.checkVisibility()`)
	b.Run(e + `.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" })`)
	b.Until(`(() => { const e = ` + e + `, r = e?.getClientRects()[0]; return r && e.contains(document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2)); })()`)
	b.point(selector, true)
}

// Focus gives the first element that matches the focus, when it is there.
func (b *Tab) Focus(selector string) {
	b.t.Helper()
	e := `document.querySelector(` + quoted(selector) + `)`
	b.Until(e)
	b.Run(e + `.focus()`)
}

// Point moves the mouse to the middle of an element.
func (b *Tab) Point(selector string) { b.t.Helper(); b.point(selector, false) }

func (b *Tab) point(selector string, click bool) {
	b.t.Helper()
	type place struct{ X, Y float64 }
	// Of a link over two lines the middle may be beside both.
	at, err := value[place](b, `(() => { const r = document.querySelector(`+quoted(selector)+`).getClientRects()[0]; return { X: r.x + r.width / 2, Y: r.y + r.height / 2 }; })()`)
	if err != nil {
		b.t.Fatalf("%s: %v", selector, err)
	}
	b.do(func(ctx context.Context) error { return b.mouse(ctx, at.X, at.Y, click) })
}

// Picture is what the tab shows, as PNG.
func (b *Tab) Picture() (picture []byte) {
	b.t.Helper()
	b.do(func(ctx context.Context) (err error) {
		picture, err = b.picture(ctx)
		return err
	})
	return picture
}

// SetDay makes it noon of a day when a page is opened. Time goes on from there. A page tells its states by the reader's
// clock, so a test that left the clock alone would pass on some days only.
func (b *Tab) SetDay(day string) {
	b.t.Helper()
	b.OnEveryPage(`(() => {
		const Real = Date, ahead = Real.parse("` + day + `T12:00:00") - Real.now();
		window.Date = class extends Real {
			constructor(...given) { given.length ? super(...given) : super(Real.now() + ahead); }
			static now() { return Real.now() + ahead; }
		};
	})()`)
}

// SetClock makes it another time in every page that is opened from now on. There, time stands still until
// tick("2027-01-26T00:00:01") runs the timers that are due by then.
func (b *Tab) SetClock(time string) {
	b.t.Helper()
	b.OnEveryPage(`(() => {
		const Real = Date, timers = new Map();
		let now = Real.parse("` + time + `"), last = 0;
		window.Date = class extends Real {
			constructor(...given) { given.length ? super(...given) : super(now); }
			static now() { return now; }
		};
		window.setTimeout = (f, after) => { timers.set(++last, { f, at: now + after }); return last; };
		window.clearTimeout = id => timers.delete(id);
		window.tick = time => {
			now = Real.parse(time);
			for (const [id, { f, at }] of [...timers]) if (at <= now) { timers.delete(id); f(); }
		};
	})()`)
}

// Size makes the window another one.
func (b *Tab) Size(width, height int64) {
	b.t.Helper()
	b.do(func(ctx context.Context) error { return b.size(ctx, width, height) })
}

// Print shows pages as they are printed, from the next one on.
func (b *Tab) Print() { b.t.Helper(); b.do(b.print) }

// thrown tells an exception of a script from a page that is gone.
func thrown(text string) error { return fmt.Errorf("the script failed: %s", strings.TrimSpace(text)) }
