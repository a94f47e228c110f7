package browser

import (
	"context"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// chromium is a running Chromium, asked by its own protocol.
type chromium struct {
	ctx  context.Context
	ends []context.CancelFunc
}

func startChromium() (program, error) {
	path, err := first(Chromium, "/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome", "chrome")
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1440, 900))
	for _, flag := range []string{"disable-quic", "disable-component-update"} {
		options = append(options, chromedp.Flag(flag, true))
	}
	ctx, endProgram := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, endBrowser := chromedp.NewContext(ctx)
	c := &chromium{ctx, []context.CancelFunc{endBrowser, endProgram}}
	return c, chromedp.Do(ctx)
}

func (c *chromium) end() {
	for _, end := range c.ends {
		end()
	}
}

func (c *chromium) tab(ctx context.Context, said func(string)) (view, error) {
	v, err := newTarget(c.ctx, said, chromedp.WithNewBrowserContext())
	if err != nil {
		return nil, err
	}
	return v, v.seemFocused(ctx, true)
}

// target is a tab of Chromium.
type target struct {
	ctx  context.Context
	stop context.CancelFunc
}

func newTarget(parent context.Context, said func(string), options ...chromedp.ContextOption) (*target, error) {
	ctx, stop := chromedp.NewContext(parent, append(options, chromedp.WithListener(func(event any) { listen(event, said) }))...)
	return &target{ctx, stop}, chromedp.Do(ctx)
}

func listen(event any, said func(string)) {
	switch e := event.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			said(fmt.Sprintf("%s: %s", e.Entry.URL, e.Entry.Text))
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			said(fmt.Sprintf("console: %v", e.Args))
		}
	case *runtime.EventExceptionThrown:
		text := "exception: " + e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
		said(text)
	}
}

// run runs an action in the tab for as long as the caller wants to wait.
func run[T any](ctx context.Context, t *target, action chromedp.Action[T]) (T, error) {
	own, cancel := context.WithCancelCause(t.ctx)
	defer cancel(nil)
	defer context.AfterFunc(ctx, func() { cancel(context.Cause(ctx)) })()
	got, err := chromedp.Run(own, action)
	if ctx.Err() != nil && err != nil {
		err = context.Cause(ctx)
	}
	return got, err
}

// call asks Chromium for something whose answer says nothing.
func call[P, R any](ctx context.Context, t *target, command cdp.Command[P, R], params P) error {
	_, err := run(ctx, t, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, command, params)
		return err
	}))
	return err
}

func (t *target) close() { t.stop() }

func (t *target) open(ctx context.Context, address string) error {
	_, err := run(ctx, t, chromedp.Navigate(address))
	return err
}

func (t *target) eval(ctx context.Context, expression string) (string, error) {
	text, err := run(ctx, t, chromedp.Evaluate[string](expression, chromedp.EvalAwaitPromise))
	if err != nil && ctx.Err() == nil && t.ctx.Err() == nil && (strings.Contains(err.Error(), "navigated") || strings.Contains(err.Error(), "context")) {
		err = fmt.Errorf("%w: %v", errGone, err)
	}
	return text, err
}

func (t *target) before(ctx context.Context, script string) error {
	return call(ctx, t, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
}

func (t *target) press(ctx context.Context, keys string, ctrl bool) error {
	var options []chromedp.KeyOption
	if ctrl {
		options = append(options, chromedp.KeyModifiers(chromedp.ModifierCtrl))
	}
	_, err := run(ctx, t, chromedp.KeyEvent(keys, options...))
	return err
}

func (t *target) mouse(ctx context.Context, x, y float64, click bool) error {
	if _, err := run(ctx, t, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y)); err != nil || !click {
		return err
	}
	_, err := run(ctx, t, chromedp.MouseClickXY(x, y))
	return err
}

func (t *target) size(ctx context.Context, width, height int64) error {
	return call(ctx, t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1})
}

func (t *target) print(ctx context.Context) error {
	return call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
}

func (t *target) picture(ctx context.Context) ([]byte, error) {
	return run(ctx, t, chromedp.CaptureScreenshot())
}

// seemFocused makes the tab think that its window is the one in front, which only one of the windows can be: without the
// focus an element that gets it does not hear of it.
func (t *target) seemFocused(ctx context.Context, yes bool) error {
	return call(ctx, t, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: yes})
}

// ask asks Chromium for something that the other engines cannot do.
func ask[P, R any](b *Tab, command cdp.Command[P, R], params P) {
	b.t.Helper()
	b.do(func(ctx context.Context) error { return call(ctx, b.target(), command, params) })
}

func (b *Tab) target() *target {
	b.t.Helper()
	t, ok := b.view.(*target)
	if !ok {
		b.t.Fatal("only Chromium can do this")
	}
	return t
}

// NextTab opens another tab in the window of this one, which is hidden behind it.
func (b *Tab) NextTab() *Tab {
	b.t.Helper()
	b.do(func(ctx context.Context) error { return b.target().seemFocused(ctx, false) })
	return b.next(chromedp.WithNewWindow(false))
}

// NextWindow opens a tab beside this one, with the same storage.
func (b *Tab) NextWindow() *Tab { b.t.Helper(); return b.next() }

func (b *Tab) next(options ...chromedp.ContextOption) *Tab {
	b.t.Helper()
	next := &Tab{Engine: b.Engine, t: b.t}
	v, err := newTarget(b.target().ctx, next.heard, options...)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(v.close)
	next.view = v
	return next
}

// SetTimezone moves the reader, to "Pacific/Auckland" for example.
func (b *Tab) SetTimezone(zone string) {
	b.t.Helper()
	ask(b, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: zone})
}

// WithoutScript turns the pages' JavaScript off. That of the test still runs.
func (b *Tab) WithoutScript() {
	b.t.Helper()
	ask(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
}

// Prefers sets one of the reader's preferences that styles ask for, and takes back all others.
func (b *Tab) Prefers(name, value string) {
	b.t.Helper()
	ask(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: name, Value: value}}})
}

// SlowDown makes the tab that of a cheap phone on a slow line, with nothing in its cache.
func (b *Tab) SlowDown() {
	b.t.Helper()
	ask(b, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: 4})
	ask(b, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
	ask(b, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{Latency: 150, DownloadThroughput: 200_000, UploadThroughput: 100_000}}})
}

// ToFront shows the tab before the others of its window.
func (b *Tab) ToFront() { b.t.Helper(); ask(b, page.BringToFront, cdp.Empty{}) }

// Freeze puts a hidden tab to sleep, as browsers do to save power.
func (b *Tab) Freeze() { b.t.Helper(); b.live(page.SetWebLifecycleStateStateFrozen) }

// Wake ends its sleep.
func (b *Tab) Wake() { b.t.Helper(); b.live(page.SetWebLifecycleStateStateActive) }

func (b *Tab) live(state page.SetWebLifecycleStateState) {
	b.t.Helper()
	ask(b, page.SetWebLifecycleState, page.SetWebLifecycleStateParams{State: state})
}
