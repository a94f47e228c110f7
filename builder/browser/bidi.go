package browser

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/net/websocket"
)

// bidi is a browser that is asked by WebDriver BiDi, https://w3c.github.io/webdriver-bidi/.
type bidi struct {
	engine Engine
	ends   func()

	sending sync.Mutex
	out     *json.Encoder

	mu      sync.Mutex
	last    int
	waiting map[int]chan reply
	said    map[string]func(string) // what is called for a tab's messages
}

type reply struct {
	ID             int
	Result, Params json.RawMessage
	Method         string
	Error, Message string
}

// startFirefox starts Debian's, or another. A shell waits for the end of this program and then ends it, however that comes about.
func startFirefox() (program, error) {
	path, err := first(Firefox, "/usr/bin/firefox-esr", "firefox-esr", "firefox")
	if err != nil {
		return nil, err
	}
	profile, err := os.MkdirTemp("", "handbook-firefox")
	if err != nil {
		return nil, err
	}
	// A page that was left is gone, and does not wait for the reader to come back: a question to it must fail.
	if err := os.WriteFile(filepath.Join(profile, "user.js"), []byte(`user_pref("browser.sessionhistory.max_total_viewers", 0);`), 0o600); err != nil {
		return nil, err
	}
	const origin = "http://localhost"
	command := exec.Command("sh", "-c", `"$@" & read end; kill $!; wait $!`, "sh", path, "--headless", "--no-remote", "--profile", profile,
		"--remote-debugging-port", "0", "--remote-allow-origins", origin, "--width", "1440", "--height", "900")
	command.Env = append(os.Environ(), "MOZ_DISABLE_CONTENT_SANDBOX=1", "HOME="+profile)
	stdin, _ := command.StdinPipe()
	stderr, _ := command.StderrPipe()
	if err := command.Start(); err != nil {
		return nil, err
	}
	end := func() {
		stdin.Close()
		command.Wait()
		os.RemoveAll(profile)
	}
	address := ""
	lines := bufio.NewScanner(stderr)
	for address == "" && lines.Scan() {
		_, address, _ = strings.Cut(lines.Text(), "BiDi listening on ")
	}
	if address == "" {
		end()
		return nil, errors.New("it does not listen")
	}
	go io.Copy(io.Discard, stderr)
	socket, err := websocket.Dial(address+"/session", "", origin)
	if err != nil {
		end()
		return nil, err
	}
	b := newBidi(Firefox, socket, socket, end)
	if err := b.ask(context.Background(), "session.new", m{"capabilities": m{}}, nil); err != nil {
		end()
		return nil, err
	}
	return b, b.ask(context.Background(), "session.subscribe", m{"events": []string{"log.entryAdded"}}, nil)
}

// webkit speaks as much of the protocol as is asked for here, with Debian's WebKitGTK. WebKit's own driver cannot run a script
// before those of a page.
//
//go:embed webkit.py
var webkit string

func startWebKit() (program, error) {
	command := exec.Command("/usr/bin/python3", "-c", webkit)
	stdin, _ := command.StdinPipe()
	stdout, _ := command.StdoutPipe()
	if err := command.Start(); err != nil {
		return nil, absent{WebKit}
	}
	end := func() {
		stdin.Close()
		command.Wait()
	}
	b := newBidi(WebKit, stdout, stdin, end)
	if err := b.ask(context.Background(), "session.new", m{}, nil); err != nil { // a part of it is missing
		end()
		return nil, absent{WebKit}
	}
	return b, nil
}

type m map[string]any

func newBidi(engine Engine, in io.Reader, out io.Writer, end func()) *bidi {
	b := &bidi{engine: engine, ends: end, out: json.NewEncoder(out), waiting: map[int]chan reply{}, said: map[string]func(string){}}
	go b.hear(json.NewDecoder(in))
	return b
}

func (b *bidi) end() { b.ends() }

// hear gives what the browser says to whom it is for, until it says no more.
func (b *bidi) hear(in *json.Decoder) {
	for {
		var r reply
		err := in.Decode(&r)
		b.mu.Lock()
		if err != nil {
			for _, c := range b.waiting {
				c <- reply{Error: "the browser has gone"}
			}
			b.waiting = nil
			b.mu.Unlock()
			return
		}
		if c := b.waiting[r.ID]; c != nil && r.Method == "" {
			c <- r
			delete(b.waiting, r.ID)
		}
		if r.Method == "log.entryAdded" {
			b.log(r.Params)
		}
		b.mu.Unlock()
	}
}

func (b *bidi) log(params json.RawMessage) {
	var e struct {
		Level, Text string
		Source      struct{ Context string }
	}
	if json.Unmarshal(params, &e) == nil && (e.Level == "error" || e.Level == "warn") && b.said[e.Source.Context] != nil {
		b.said[e.Source.Context](e.Level + ": " + e.Text)
	}
}

// ask sends a command, and reads its answer into result unless that is nil.
func (b *bidi) ask(ctx context.Context, method string, params, result any) error {
	answer := make(chan reply, 1)
	b.mu.Lock()
	if b.waiting == nil {
		b.mu.Unlock()
		return errors.New("the browser has gone")
	}
	b.last++
	id := b.last
	b.waiting[id] = answer
	b.mu.Unlock()
	b.sending.Lock()
	err := b.out.Encode(m{"id": id, "method": method, "params": params})
	b.sending.Unlock()
	if err != nil {
		return err
	}
	select {
	case r := <-answer:
		if r.Error != "" {
			return fmt.Errorf("%s: %s: %s", method, r.Error, r.Message)
		}
		if result != nil {
			return json.Unmarshal(r.Result, result)
		}
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", method, ctx.Err())
	}
}

// refused writes into the console what a policy forbids, which is no message of the protocol.
const refused = `document.addEventListener("securitypolicyviolation", e => console.error("Content Security Policy: " + e.violatedDirective + " forbids " + e.blockedURI))`

func (b *bidi) tab(ctx context.Context, said func(string)) (view, error) {
	var user struct{ UserContext string }
	if err := b.ask(ctx, "browser.createUserContext", m{}, &user); err != nil {
		return nil, err
	}
	var made struct{ Context string }
	if err := b.ask(ctx, "browsingContext.create", m{"type": "window", "userContext": user.UserContext}, &made); err != nil {
		return nil, err
	}
	b.mu.Lock()
	b.said[made.Context] = said
	b.mu.Unlock()
	v := &window{b, made.Context, user.UserContext}
	if err := v.size(ctx, 1440, 900); err != nil {
		return nil, err
	}
	return v, v.before(ctx, refused)
}

// window is a tab of such a browser.
type window struct {
	*bidi
	id, user string
}

func (w *window) close() {
	w.ask(context.Background(), "browser.removeUserContext", m{"userContext": w.user}, nil)
}

func (w *window) open(ctx context.Context, address string) error {
	return w.ask(ctx, "browsingContext.navigate", m{"context": w.id, "url": address, "wait": "complete"}, nil)
}

func (w *window) eval(ctx context.Context, expression string) (string, error) {
	var r struct {
		Type             string
		Result           struct{ Value any }
		ExceptionDetails struct{ Text string }
	}
	err := w.ask(ctx, "script.evaluate", m{"expression": expression, "target": m{"context": w.id}, "awaitPromise": true}, &r)
	if err != nil && ctx.Err() == nil {
		return "", fmt.Errorf("%w: %v", errGone, err)
	}
	if r.Type == "exception" {
		return "", thrown(r.ExceptionDetails.Text)
	}
	text, _ := r.Result.Value.(string)
	return text, err
}

func (w *window) before(ctx context.Context, script string) error {
	return w.ask(ctx, "script.addPreloadScript", m{"functionDeclaration": "() => {" + script + "\n}", "contexts": []string{w.id}}, nil)
}

// codes are how WebDriver writes keys that have no letter.
var codes = strings.NewReplacer(Enter, "\uE007", Escape, "\uE00C", ArrowUp, "\uE013", ArrowDown, "\uE015")

const control = "\uE009"

func (w *window) press(ctx context.Context, keys string, ctrl bool) error {
	var acts []m
	for _, key := range codes.Replace(keys) {
		acts = append(acts, m{"type": "keyDown", "value": string(key)}, m{"type": "keyUp", "value": string(key)})
	}
	if ctrl {
		acts = append(append([]m{{"type": "keyDown", "value": control}}, acts...), m{"type": "keyUp", "value": control})
	}
	return w.act(ctx, m{"type": "key", "id": "keys", "actions": acts})
}

func (w *window) mouse(ctx context.Context, x, y float64, click bool) error {
	acts := []m{{"type": "pointerMove", "x": int(x), "y": int(y)}}
	if click {
		acts = append(acts, m{"type": "pointerDown", "button": 0}, m{"type": "pointerUp", "button": 0})
	}
	return w.act(ctx, m{"type": "pointer", "id": "mouse", "actions": acts})
}

func (w *window) act(ctx context.Context, source m) error {
	return w.ask(ctx, "input.performActions", m{"context": w.id, "actions": []m{source}}, nil)
}

func (w *window) size(ctx context.Context, width, height int64) error {
	return w.ask(ctx, "browsingContext.setViewport", m{"context": w.id, "viewport": m{"width": width, "height": height}}, nil)
}

// print makes the styles of paper those of the screen. The protocol knows no media.
func (w *window) print(ctx context.Context) error {
	return w.before(ctx, `addEventListener("load", () => {
		const turn = at => {
			if (at.media?.mediaText) at.media.mediaText = at.media.mediaText.replaceAll("print", "all").replaceAll("screen", "tty");
			for (const rule of at.cssRules || []) turn(rule);
		};
		for (const sheet of document.styleSheets) turn(sheet);
		dispatchEvent(new Event("beforeprint"));
	})`)
}

func (w *window) picture(ctx context.Context) ([]byte, error) {
	var r struct{ Data string }
	if err := w.ask(ctx, "browsingContext.captureScreenshot", m{"context": w.id}, &r); err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(r.Data)
}
