// Package preview serves the last good build from memory, watches the folders it was made of, and tells the browser
// what changed.
//
// It is handed a function that builds and does not know the builder, the file formats, or what the site looks like.
// It reads no file of the site from disk: what is not an output of the build cannot be served.
//
// The page that is looked at comes first. After a save the preview builds and tells the open tabs; each asks for its own page, and
// is told "the same" where the key is. What else has changed is found out behind that, for the line in the terminal, and the
// next save ends it.
//
// A burst of files is waited for (loop.go): one saved file is built after 8 ms of silence, several after 60 ms, so that a
// checkout on a slow disk is one build.
package preview

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"handbook/builder/diag"
)

// Config says what to serve and how. Build is the only field that is needed.
type Config struct {
	// Build makes the site. changed lists the files that were seen to change since the last build that was not
	// dropped, as absolute paths; nil for the first and when a new day begins. When ctx ends the state it builds is gone: it may
	// return at once
	// with the context's error. It is called by one goroutine at a time.
	Build func(ctx context.Context, changed []string) (Result, error)

	Addr  string   // "127.0.0.1:4321"; the next free port is taken when this one is not. "" for any port of 127.0.0.1
	Hosts []string // names beside localhost and the address itself that requests may be for: "docs.local"

	Trees  []string               // folders that are watched with all below them; they need not exist
	Files  []string               // single files that are watched; they need not exist
	Ignore func(name string) bool // file names (the last part) whose changes mean nothing; names with a leading dot do not either
	Heed   func(name string) bool // but for these
	Poll   time.Duration          // how often to look at every file instead of waiting for events; 0 to wait for events

	Listening func(url string)         // called once, when requests are taken
	Built     func(Report)             // called after each build, unless the next has begun before all pages were compared
	Notice    func(text string)        // called with what the user should know: no events here, a limit
	Reach     func(file string) string // how a message's file is shown; nil leaves names as they are

	// Editor gives the address that opens an editor at a place, such as "vscode://file/…". Open starts an editor there.
	// Files are named as messages name them. At most one of the two is needed.
	Editor func(file string, line, column int) string
	Open   func(file string, line, column int) error

	// Gone tells of an output which is no longer there; nil for one that never was.
	Gone func(output string) *Gone
}

// Gone is what is known of a page that was there a moment ago.
type Gone struct {
	Now  Link   // where it is now; no URL for one that was deleted
	From []Link // the pages that led to it
}

// Link is a page that can be gone to.
type Link struct{ Title, URL string }

// Result is one build, as it is served.
type Result struct {
	Outputs  []Output       // sorted by Path
	Lost     []string       // paths of outputs that errors kept from being made; what the last build had is served
	Messages []diag.Located // sorted
	BasePath string         // "/team/": where the site lies on its host; "" is "/"
	Policy   string         // Content-Security-Policy of the site; "" for that of its file _headers
	Pages    int            // how many pages somebody wrote, for the terminal
	Edited   string         // path of the output to which open tabs go, because its page is being written; "" for none
}

// Output is one file of the site.
type Output struct {
	Path  string                 // "specs/checkout/index.html"
	Key   func() uint64          // equal keys mean equal bytes; called on any goroutine
	Asset bool                   // published as somebody wrote it: Key takes no time, and it gets no live script, no token, and runs nothing
	Data  func() ([]byte, error) // its bytes; called on any goroutine, as often as the file is asked for
	Aside bool                   // nobody has it open by itself: when it changes, no browser need be told
	File  string                 // the file that it is the page of, as messages name it; "" for none

	// Review records that whoever sits here has read this very page, and returns what to tell them; nil where there is
	// nothing to review. Called on any goroutine.
	Review func(ctx context.Context) (string, error)

	// Ack records that whoever sits here, whom the page asks to read it, has done so; nil where it does not ask them, or where
	// they have.
	Ack func(ctx context.Context) (string, error)
}

// Report is what a build was about, for the terminal.
type Report struct {
	Number  int           // counts from 1
	Changed []string      // what Build was told, for this build and those before it that no report was about; at most ManyFiles
	Pages   []string      // addresses whose bytes differ from the last report's, sorted; empty for the first build
	Took    time.Duration // from the beginning of the build until it was served
	Result  Result
	Err     error // of Build; nothing is served anew then
}

// Run serves until ctx ends, and returns nil then.
func Run(ctx context.Context, cfg Config) error {
	listener, err := listen(cfg.Addr)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()

	server := newServer(cfg, listener.Addr().String())
	web := &http.Server{
		Handler:           server,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    32 << 10,
		BaseContext:       func(net.Listener) context.Context { return ctx }, // ends the event streams
		ErrorLog:          silent(),
	}
	served := make(chan error, 1)
	go func() { served <- web.Serve(listener) }()
	if cfg.Listening != nil {
		cfg.Listening("http://" + listener.Addr().String() + "/")
	}

	source := watch(ctx, cfg)
	built := make(chan struct{})
	go func() {
		defer close(built)
		(&loop{build: server.build, settle: source.settle, midnight: untilMidnight}).run(ctx, source.changed)
	}()

	select {
	case err = <-served:
		cancel()
	case <-ctx.Done():
	}
	stop, done := context.WithTimeout(context.Background(), time.Second)
	defer done()
	if web.Shutdown(stop) != nil {
		web.Close()
	}
	<-built
	server.compared.stop()
	source.wait()
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return err
}

// listen takes the address, or one of the next ports of the same host.
func listen(addr string) (net.Listener, error) {
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("%s is not an address such as 127.0.0.1:4321", addr)
	}
	first, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, fmt.Errorf("%s: %q is not a port, which is a number up to 65535", addr, port)
	}
	const tries = 20
	for p := first; ; p++ {
		l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.FormatUint(p, 10)))
		if err == nil || !isTaken(err) || p >= first+tries || p == 65535 {
			return l, err
		}
	}
}

// untilMidnight is how long the day lasts. Review dates are judged by the day, so the next one is a change.
func untilMidnight() time.Duration {
	now := time.Now()
	return time.Until(time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 1, 0, now.Location()))
}
