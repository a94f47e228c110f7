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

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Tab is a page in the browser. What goes wrong in one of its methods fails the test.
type Tab struct {
	t     testing.TB
	ctx   context.Context
	close context.CancelFunc

	mu   sync.Mutex
	seen []string // errors, warnings and what the policy refused
}

// NewTab opens a tab with a storage and a window of its own, for as long as the test runs. It is noon of Day in it.
func NewTab(t testing.TB) *Tab {
	t.Helper()
	b := newTab(t, browser(t), chromedp.WithNewBrowserContext())
	b.SetDay(Day)
	b.seemFocused(true)
	return b
}

// seemFocused makes the tab think that its window is the one in front, which only one of the windows can be: without the
// focus an element that gets it does not hear of it.
func (b *Tab) seemFocused(yes bool) {
	b.t.Helper()
	call(b, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: yes})
}

// NextTab opens another tab in the window of this one, which is hidden behind it.
func (b *Tab) NextTab() *Tab {
	b.t.Helper()
	b.seemFocused(false)
	return newTab(b.t, b.ctx, chromedp.WithNewWindow(false))
}

// NextWindow opens a tab beside this one, with the same storage.
func (b *Tab) NextWindow() *Tab { b.t.Helper(); return newTab(b.t, b.ctx) }

func newTab(t testing.TB, parent context.Context, options ...chromedp.ContextOption) *Tab {
	t.Helper()
	b := &Tab{t: t}
	ctx, end := chromedp.NewContext(parent, append(options, chromedp.WithListener(b.listen))...)
	t.Cleanup(end)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	b.ctx, b.close = ctx, end
	return b
}

// Close closes the tab before the end of the test.
func (b *Tab) Close() { b.close() }

func (b *Tab) listen(event any) {
	said := ""
	switch e := event.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			said = fmt.Sprintf("%s: %s", e.Entry.URL, e.Entry.Text)
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			said = fmt.Sprintf("console: %v", e.Args)
		}
	case *runtime.EventExceptionThrown:
		said = "exception: " + e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			said += " " + e.ExceptionDetails.Exception.Description
		}
	}
	if said != "" {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.seen = append(b.seen, said)
	}
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

func ask[T any](b *Tab, action chromedp.Action[T]) (T, error) {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, action)
}

func (b *Tab) do(action chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if _, err := ask(b, action); err != nil {
		b.t.Fatal(err)
	}
}

// call asks the browser for something whose answer says nothing.
func call[P, R any](b *Tab, command cdp.Command[P, R], params P) {
	b.t.Helper()
	b.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, command, params)
		return err
	}))
}

// Open goes to an address.
func (b *Tab) Open(address string) { b.t.Helper(); b.do(chromedp.Navigate(address)) }

// Run runs JavaScript.
func (b *Tab) Run(script string) { b.t.Helper(); b.do(chromedp.Evaluate[chromedp.Void](script)) }

// Text is what a JavaScript expression gives, or the promise that it gives.
func (b *Tab) Text(expression string) string {
	b.t.Helper()
	got, err := ask(b, chromedp.Evaluate[string](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%.200s: %v", expression, err)
	}
	return got
}

// Until waits for a JavaScript expression to be true. It looks at each frame and, unlike chromedp's own poll, makes no
// function of a text, which a site's policy forbids.
func (b *Tab) Until(expression string) {
	b.t.Helper()
	script := `new Promise(done => { const look = () => { if (` + expression + `) done(true); else requestAnimationFrame(look); }; look(); })`
	for {
		_, err := ask(b, chromedp.Evaluate[bool](script, chromedp.EvalAwaitPromise))
		if err == nil {
			return
		}
		if errors.Is(err, context.DeadlineExceeded) || b.ctx.Err() != nil || !strings.Contains(err.Error(), "navigated") && !strings.Contains(err.Error(), "context") {
			b.t.Fatalf("never true: %s: %v", expression, err)
		}
	} // the page that was asked is gone; its successor is asked
}

// UntilAt waits for the tab to be at an address of the site. A page that is left does not answer any more, so it is asked
// again and again.
func (b *Tab) UntilAt(address string) {
	b.t.Helper()
	for begin := time.Now(); time.Since(begin) < patience; {
		at, err := ask(b, chromedp.Evaluate[string](`location.pathname + location.hash`))
		if err == nil && at == address {
			return
		}
	}
	b.t.Fatalf("the tab never came to %s", address)
}

// Is checks a JavaScript expression.
func (b *Tab) Is(what, expression string, want any) {
	b.t.Helper()
	got, err := ask(b, chromedp.Evaluate[any](expression))
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		b.t.Errorf("%s: %q, want %q (%v)", what, got, want, err)
	}
}

// Visible is an expression for the text that a reader sees in all elements that match, in one line.
func Visible(selector string) string {
	s, _ := json.Marshal(selector)
	return `[...document.querySelectorAll(` + string(s) + `)].filter(e => e.checkVisibility()).map(e => e.innerText).join(" ").replace(/\s+/g, " ").trim()`
}

// OnEveryPage runs JavaScript in each page that is opened from now on, before any of its own.
func (b *Tab) OnEveryPage(script string) {
	b.t.Helper()
	call(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
}

// Keys that have no letter.
const (
	Enter     = kb.Enter
	Escape    = kb.Escape
	ArrowUp   = kb.ArrowUp
	ArrowDown = kb.ArrowDown
)

// Press presses the keys of a text one after the other.
func (b *Tab) Press(keys string) { b.t.Helper(); b.do(chromedp.KeyEvent(keys)) }

// PressCtrl presses a key while Ctrl is held.
func (b *Tab) PressCtrl(key string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(key, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
}

// Click clicks the middle of the first element that matches, when it is there.
func (b *Tab) Click(selector string) { b.t.Helper(); b.do(chromedp.Click(chromedp.CSS(selector))) }

// Focus gives the first element that matches the focus.
func (b *Tab) Focus(selector string) { b.t.Helper(); b.do(chromedp.Focus(chromedp.CSS(selector))) }

// Point moves the mouse to the middle of an element.
func (b *Tab) Point(selector string) {
	b.t.Helper()
	type place struct{ X, Y float64 }
	at, err := ask(b, chromedp.Evaluate[place](`(() => { const r = document.querySelector(`+"`"+selector+"`"+`).getBoundingClientRect(); return { X: r.x + r.width / 2, Y: r.y + r.height / 2 }; })()`))
	if err != nil {
		b.t.Fatal(err)
	}
	b.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, at.X, at.Y))
}

// Picture is what the tab shows, as PNG.
func (b *Tab) Picture() []byte {
	b.t.Helper()
	picture, err := ask(b, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
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

// SetTimezone moves the reader, to "Pacific/Auckland" for example.
func (b *Tab) SetTimezone(zone string) {
	b.t.Helper()
	call(b, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: zone})
}

// WithoutScript turns the pages' JavaScript off. That of the test still runs.
func (b *Tab) WithoutScript() {
	b.t.Helper()
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
}

// Size makes the window another one.
func (b *Tab) Size(width, height int64) {
	b.t.Helper()
	call(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1})
}

// Prefers sets one of the reader's preferences that styles ask for, and takes back all others.
func (b *Tab) Prefers(name, value string) {
	b.t.Helper()
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: name, Value: value}}})
}

// Print shows pages as they are printed.
func (b *Tab) Print() {
	b.t.Helper()
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
}

// SlowDown makes the tab that of a cheap phone on a slow line, with nothing in its cache.
func (b *Tab) SlowDown() {
	b.t.Helper()
	call(b, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: 4})
	call(b, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
	call(b, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{Latency: 150, DownloadThroughput: 200_000, UploadThroughput: 100_000}}})
}

// ToFront shows the tab before the others of its window.
func (b *Tab) ToFront() { b.t.Helper(); call(b, page.BringToFront, cdp.Empty{}) }

// Freeze puts a hidden tab to sleep, as browsers do to save power.
func (b *Tab) Freeze() { b.t.Helper(); b.live(page.SetWebLifecycleStateStateFrozen) }

// Wake ends its sleep.
func (b *Tab) Wake() { b.t.Helper(); b.live(page.SetWebLifecycleStateStateActive) }

func (b *Tab) live(state page.SetWebLifecycleStateState) {
	b.t.Helper()
	call(b, page.SetWebLifecycleState, page.SetWebLifecycleStateParams{State: state})
}
