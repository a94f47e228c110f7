package preview

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"handbook/builder/diag"
)

// serving is a server with one build, as if it listened on 127.0.0.1:4321.
func serving(t testing.TB, r Result) *server {
	t.Helper()
	return servingAs(t, Config{}, "127.0.0.1:4321", r)
}

func servingAs(t testing.TB, cfg Config, addr string, r Result) *server {
	t.Helper()
	cfg.Build = func(context.Context, []string) (Result, error) { return r, nil }
	s := newServer(cfg, addr)
	if err := s.build(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	return s
}

func handbook() Result {
	return Result{Outputs: outputs(
		"404.html", "<body>none</body>", "_redirects", "/a /b 301", "a b/index.html", "<body>space</body>", "broken/index.html", "broken",
		"index.html", "<body>home</body>", "logo.svg", "<svg/>", "specs/checkout/index.html", "<body>checkout</body>", "video.mp4", "0123456789")}
}

// here and elsewhere are where requests come from: this machine, and another.
const here, elsewhere = "127.0.0.1:55555", "192.0.2.7:55555"

// ask sends a request line and headers as they are.
func ask(s *server, method, target string, headers ...string) *http.Response {
	r := &http.Request{Method: method, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{}, Host: "127.0.0.1:4321", RequestURI: target, Body: http.NoBody}
	u, err := url.ParseRequestURI(target)
	if err != nil {
		return &http.Response{StatusCode: http.StatusBadRequest, Body: http.NoBody} // as net/http answers before a handler is asked
	}
	r.URL = u
	for i := 0; i < len(headers); i += 2 {
		switch headers[i] {
		case "Host":
			r.Host = headers[i+1]
		case "From":
			r.RemoteAddr = headers[i+1]
		default:
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

func body(t testing.TB, r *http.Response) string {
	t.Helper()
	data, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// tagOf is what the live script is told of the page's ETag.
var tagOf = regexp.MustCompile(` data-handbook-tag="[^"]*"`)

func TestPagesAreServedAsBuiltWithTheLiveScriptAdded(t *testing.T) {
	s := serving(t, handbook())
	script := fmt.Sprintf(`<script src="/_handbook/live.js" data-handbook-build="%s-1" defer></script>`, s.run)
	for _, c := range []struct {
		target string
		status int
		kind   string
		body   string
	}{
		{"/", 200, "text/html; charset=utf-8", "<body>home" + script + "</body>"},
		{"/?q=1", 200, "text/html; charset=utf-8", "<body>home" + script + "</body>"},
		{"/a%20b/", 200, "text/html; charset=utf-8", "<body>space" + script + "</body>"},
		{"/specs/checkout/", 200, "text/html; charset=utf-8", "<body>checkout" + script + "</body>"},
		{"/nowhere/", 404, "text/html; charset=utf-8", "<body>none" + script + "</body>"},
		{"/logo.svg", 200, "image/svg+xml; charset=utf-8", "<svg/>"},
		{"/_redirects", 200, "text/plain; charset=utf-8", "/a /b 301"},
		{"/_handbook/live.js", 200, "text/javascript; charset=utf-8", string(liveScript)},
	} {
		r := ask(s, "GET", c.target)
		sent := body(t, r)
		if got := tagOf.ReplaceAllString(sent, ""); r.StatusCode != c.status || r.Header.Get("Content-Type") != c.kind || got != c.body {
			t.Errorf("%s: %d %s\n%s", c.target, r.StatusCode, r.Header.Get("Content-Type"), got)
		}
		if r.Header.Get("Cache-Control") != "no-store" || r.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: headers %v", c.target, r.Header)
		}
		head := ask(s, "HEAD", c.target)
		if head.StatusCode != c.status || head.Header.Get("Content-Type") != c.kind || head.Header.Get("Content-Length") != fmt.Sprint(len(sent)) || body(t, head) != "" {
			t.Errorf("HEAD %s: %d %v", c.target, head.StatusCode, head.Header)
		}
	}
	if policy := ask(s, "GET", "/").Header.Get("Content-Security-Policy"); !strings.Contains(policy, "script-src 'self'; connect-src 'self'") {
		t.Errorf("policy %q", policy)
	}
	if r := ask(s, "GET", "/broken/", "From", here); r.StatusCode != 500 || !strings.Contains(body(t, r), "template is broken") {
		t.Errorf("a page that cannot be rendered: %d", r.StatusCode)
	}
	if r := ask(s, "GET", "/video.mp4", "Range", "bytes=2-4"); r.StatusCode != 206 || body(t, r) != "234" {
		t.Errorf("a part of a file: %d", r.StatusCode)
	}
}

func TestAMissingSlashIsAddedOnTheSameHost(t *testing.T) {
	s := serving(t, handbook())
	r := ask(s, "GET", "/specs/checkout?as=text")
	if r.StatusCode != 301 || r.Header.Get("Location") != "/specs/checkout/?as=text" {
		t.Errorf("%d %q", r.StatusCode, r.Header.Get("Location"))
	}
	evil := serving(t, Result{Outputs: outputs("evil.example/index.html", "x", "a/index.html", "x")})
	for _, target := range []string{"//evil.example", "//evil.example/", "/\\evil.example", "/%5cevil.example", "/%2fevil.example", "/%2Fevil.example/a", "http://evil.example/a"} {
		r := ask(evil, "GET", target)
		if to := r.Header.Get("Location"); to != "" && (!strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.HasPrefix(to, "/\\")) {
			t.Errorf("%s: sent to %q", target, to)
		}
	}
}

func TestForeignHostsAndOriginsAreRefused(t *testing.T) {
	local := serving(t, handbook())
	open := servingAs(t, Config{Hosts: []string{"docs.local"}}, "0.0.0.0:80", handbook())
	for _, c := range []struct {
		server *server
		host   string
		origin string
		want   int
	}{
		{local, "127.0.0.1:4321", "", 200},
		{local, "localhost:4321", "", 200},
		{local, "LocalHost:4321", "", 200},
		{local, "[::1]:4321", "", 200},
		{local, "127.0.0.1", "", 403},
		{local, "localhost:80", "", 403},
		{local, "evil.example", "", 403},
		{local, "evil.example:4321", "", 403},
		{local, "localhost.evil.example:4321", "", 403},
		{local, "192.168.0.7:4321", "", 403},
		{local, "", "", 403},
		{local, "127.0.0.1:4321", "http://127.0.0.1:4321", 200},
		{local, "127.0.0.1:4321", "http://localhost:4321", 200},
		{local, "127.0.0.1:4321", "http://localhost:3000", 403},
		{local, "127.0.0.1:4321", "https://evil.example", 403},
		{local, "127.0.0.1:4321", "null", 403},
		{local, "127.0.0.1:4321", "http://127.0.0.1:4321.evil.example", 403},
		{open, "localhost", "", 200},
		{open, "localhost:80", "", 200},
		{open, "docs.local", "", 200},
		{open, "192.168.0.7:80", "", 200},
		{open, "[fe80::1]:80", "", 200},
		{open, "192.168.0.7:8080", "", 403},
		{open, "evil.example", "", 403},
		{open, "evil.example:80", "", 403},
	} {
		headers := []string{"Host", c.host}
		if c.origin != "" {
			headers = append(headers, "Origin", c.origin)
		}
		for _, target := range []string{"/", "/_handbook/live.js"} {
			if r := ask(c.server, "GET", target, headers...); r.StatusCode != c.want {
				t.Errorf("host %q, origin %q, %s: %d, want %d", c.host, c.origin, target, r.StatusCode, c.want)
			}
		}
	}
}

func TestNothingCanBeWritten(t *testing.T) {
	s := serving(t, handbook())
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE", "BREW"} {
		if r := ask(s, method, "/"); r.StatusCode != 405 || r.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d", method, r.StatusCode)
		}
	}
	if r := ask(s, "POST", "/_handbook/events"); r.StatusCode != 405 {
		t.Errorf("POST to the events: %d", r.StatusCode)
	}
}

// hostile are addresses that no browser sends for a page.
var hostile = []string{
	"/../../etc/passwd", "/specs/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc/passwd", "/%2e/", "/./", "/.", "/..",
	"/specs/%2e%2e/index.html", "/%00", "/index.html%00.png", "/a%0d%0aSet-Cookie:x", "/%01", "/%7f", "/a\\b", "/%5c..%5c..%5cetc", "//", "///index.html",
	"/specs//checkout/", "/%2f%2f", "/%zz", "/%", "*", "", "index.html", "/" + strings.Repeat("a", 1<<20), "/" + strings.Repeat("../", 1000), "/" + strings.Repeat("%2e%2e/", 500),
}

func TestHostileAddressesGetNothing(t *testing.T) {
	s := serving(t, handbook())
	for _, target := range hostile {
		if r := ask(s, "GET", target); r.StatusCode < 400 || r.StatusCode > 499 {
			t.Errorf("%.60q: %d", target, r.StatusCode)
		}
	}
}

func FuzzHandler(f *testing.F) {
	for _, target := range hostile {
		if len(target) < 1000 {
			f.Add("GET", target, "127.0.0.1:4321", "")
		}
	}
	f.Add("GET", "/specs/checkout", "localhost:4321", "http://localhost:4321")
	s := serving(f, handbook())
	f.Fuzz(func(t *testing.T, method, target, host, origin string) {
		if strings.HasPrefix(target, eventsPath) {
			return // does not end
		}
		r := ask(s, method, target, "Host", host, "Origin", origin)
		switch {
		case r.StatusCode >= 500 && r.StatusCode != 500 || r.StatusCode < 200:
			t.Errorf("%d", r.StatusCode)
		case r.StatusCode < 400 && !s.known(host):
			t.Errorf("host %q got %d", host, r.StatusCode)
		case r.StatusCode < 400 && method != "GET" && method != "HEAD":
			t.Errorf("method %q got %d", method, r.StatusCode)
		}
		if to := r.Header.Get("Location"); to != "" {
			if u, err := url.Parse(to); err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(to, "/") {
				t.Errorf("sent to %q", to)
			}
		}
	})
}

func TestTheFirstBuildIsWaitedFor(t *testing.T) {
	s := newServer(Config{Build: func(context.Context, []string) (Result, error) { return handbook(), nil }}, "127.0.0.1:4321")
	answered := make(chan int)
	go func() { answered <- ask(s, "GET", "/").StatusCode }()
	select {
	case code := <-answered:
		t.Fatalf("answered %d before there was a site", code)
	default:
	}
	if err := s.build(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if code := <-answered; code != 200 {
		t.Errorf("%d", code)
	}
}

func TestAFailedBuildLeavesTheLastSite(t *testing.T) {
	fail := errors.New("cannot build")
	var result Result
	var err error
	told := make(chan Report, 10)
	var reports []Report
	s := newServer(Config{Build: func(context.Context, []string) (Result, error) { return result, err }, Built: func(r Report) { told <- r }}, "127.0.0.1:4321")
	step := func(r Result, e error) string {
		result, err = r, e
		if e := s.build(t.Context(), nil); e != nil {
			t.Fatal(e)
		}
		reports = append(reports, <-told)
		answer := ask(s, "GET", "/")
		return fmt.Sprint(answer.StatusCode, " ", strings.Contains(body(t, answer), "<body>home"))
	}
	if got := step(Result{}, fail); got != "503 false" {
		t.Errorf("no site yet: %s", got)
	}
	if got := step(handbook(), nil); got != "200 true" {
		t.Errorf("a site: %s", got)
	}
	if got := step(Result{}, fail); got != "200 true" {
		t.Errorf("a failed build after it: %s", got)
	}
	if e := s.now.Load().event; e.Errors != 1 || e.Messages[0].Text != "cannot build" {
		t.Errorf("event %+v", e)
	}
	if len(reports) != 3 || reports[2].Err != fail || reports[1].Number != 2 {
		t.Errorf("reports %+v", reports)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err = ctx.Err()
	if s.build(ctx, nil) == nil || len(told) > 0 {
		t.Error("a dropped build was reported")
	}
}

// listener is a browser that listens.
type listener struct {
	close func()
	lines *bufio.Scanner
}

func listenTo(t testing.TB, client *http.Client, address string, query ...string) *listener {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, _ := http.NewRequestWithContext(ctx, "GET", address+eventsPath+strings.Join(query, ""), nil)
	answer, err := client.Do(r)
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	if kind := answer.Header.Get("Content-Type"); answer.StatusCode != 200 || kind != "text/event-stream; charset=utf-8" {
		t.Fatalf("%d %s", answer.StatusCode, kind)
	}
	return &listener{func() { cancel(); answer.Body.Close() }, bufio.NewScanner(answer.Body)}
}

func (l *listener) next(t testing.TB) event {
	t.Helper()
	kind := ""
	for l.lines.Scan() {
		switch name, ok := strings.CutPrefix(l.lines.Text(), "event: "); {
		case ok:
			kind = name
		case l.lines.Text() == "":
			kind = ""
		}
		if kind != "" { // a heartbeat, which a slow machine sees
			continue
		}
		if data, ok := strings.CutPrefix(l.lines.Text(), "data: "); ok {
			var e event
			if err := json.Unmarshal([]byte(data), &e); err != nil {
				t.Fatal(err)
			}
			return e
		}
	}
	t.Fatal("the stream ended", l.lines.Err())
	return event{}
}

// online is a server that really listens, and a function that builds.
func online(t testing.TB) (address string, client *http.Client, build func(Result)) {
	t.Helper()
	address, build = onlineAs(t, Config{})
	client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
	t.Cleanup(client.CloseIdleConnections)
	return address, client, build
}

func onlineAs(t testing.TB, cfg Config) (address string, build func(Result)) {
	t.Helper()
	results := make(chan Result, 1)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	cfg.Build = func(context.Context, []string) (Result, error) { return <-results, nil }
	s := newServer(cfg, l.Addr().String())
	web := &http.Server{Handler: s, ErrorLog: silent()}
	done := make(chan struct{})
	go func() { defer close(done); _ = web.Serve(l) }()
	t.Cleanup(func() { web.Close(); <-done })
	return "http://" + l.Addr().String(), func(r Result) {
		results <- r
		if err := s.build(context.Background(), nil); err != nil {
			t.Error(err)
		}
	}
}

func TestABrowserIsToldWhatChanged(t *testing.T) {
	address, client, build := online(t)
	build(Result{Outputs: outputs("index.html", "one", "style.css", "one")})
	l := listenTo(t, client, address)
	defer l.close()
	first := l.next(t)
	if len(first.Changed) > 0 || first.Build == "" {
		t.Errorf("at first: %+v", first)
	}
	warning := diag.Located{Message: diag.Message{Place: diag.Place{File: "content/a.md"}, Severity: diag.Warning, Rule: diag.BrokenLink, Text: `no page "x"`, Help: "did you mean y?"},
		Line: 3, Column: 5, Excerpt: "see [[x]]", CaretAt: 4, CaretLen: 5}
	broken := diag.Located{Message: diag.Message{Place: diag.Place{File: "content/b.md"}, Severity: diag.Error, Rule: diag.InvalidFrontmatter, Text: "no"}}
	build(Result{Outputs: outputs("index.html", "two", "style.css", "one"), Messages: []diag.Located{warning, broken}})
	second := l.next(t)
	if len(second.Changed) > 0 || second.Build == first.Build {
		t.Errorf("changed %q in build %s after %s", second.Changed, second.Build, first.Build)
	}
	if second.Errors != 1 || second.Warnings != 1 || len(second.Messages) != 2 || second.Messages[0].At != "content/b.md" {
		t.Errorf("messages %+v", second.Messages)
	}
	want := message{Severity: "warning", Rule: "broken-link", At: "content/a.md:3:5", File: "content/a.md", Column: 5, Text: `no page "x"`, Help: "did you mean y?", Line: 3, Excerpt: "see [[x]]", CaretAt: 4, CaretLen: 5}
	if got := second.Messages[1]; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("message %+v, want %+v", got, want)
	}
	build(Result{Outputs: outputs("index.html", "two", "style.css", "2")})
	if third := l.next(t); fmt.Sprint(third.Changed) != "[/style.css]" || len(third.Messages) != 0 {
		t.Errorf("after mending: %+v", third)
	}
}

// A tab asks for its page after each build, and names the state that it has.
func TestATabGetsItsPageOnlyWhenItLooksOtherwise(t *testing.T) {
	s := serving(t, Result{Outputs: outputs("index.html", "one", "other/index.html", "one")})
	rendered := 0
	again := func(text string) {
		s.cfg.Build = func(context.Context, []string) (Result, error) {
			r := Result{Outputs: outputs("index.html", text, "other/index.html", "one")}
			data := r.Outputs[0].Data
			r.Outputs[0].Data = func() ([]byte, error) { rendered++; return data() }
			return r, nil
		}
		if err := s.build(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}
	get := func(tag string) *http.Response {
		r := httptest.NewRequest("GET", "/", nil)
		r.Host = "127.0.0.1:4321"
		r.Header.Set("If-None-Match", tag)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w.Result()
	}
	tag := get("").Header.Get("ETag")
	again("one")
	if r := get(tag); r.StatusCode != 304 || r.Header.Get("X-Handbook-Build") != s.now.Load().event.Build || body(t, r) != "" || rendered != 0 {
		t.Errorf("the same page: %d, rendered %d times", r.StatusCode, rendered)
	}
	again("two")
	if r := get(tag); r.StatusCode != 200 || r.Header.Get("ETag") == tag || !strings.HasPrefix(body(t, r), "two") || rendered != 1 {
		t.Errorf("another page: %d, rendered %d times", r.StatusCode, rendered)
	}
	if other := serving(t, Result{Outputs: outputs("index.html", "one")}); other.run == s.run {
		t.Error("two runs of the program have one name, so a tab would keep the token of the first")
	}
}

// What is served does not wait for the comparison of all pages, and a build that begins before it is done is told of
// together with it.
func TestABuildIsToldOfOnceAllPagesAreCompared(t *testing.T) {
	reports := make(chan Report, 10)
	s := newServer(Config{Built: func(r Report) { reports <- r }}, "127.0.0.1:4321")
	site := func(text string) Result {
		return Result{Outputs: outputs("a/index.html", text, "b/index.html", "same")}
	}
	build := func(r Result, changed string) {
		s.cfg.Build = func(context.Context, []string) (Result, error) { return r, nil }
		if err := s.build(t.Context(), []string{changed}); err != nil {
			t.Fatal(err)
		}
	}
	build(site("one"), "first.md")
	<-reports
	begun, end := make(chan bool), make(chan bool)
	slow := site("two")
	slow.Outputs[0].Key = func() uint64 { begun <- true; <-end; return 2 }
	build(slow, "second.md")
	<-begun
	if data, _ := s.now.Load().site.outputs[0].Data(); string(data) != "two" {
		t.Errorf("while it compares it serves %s", data)
	}
	close(end)
	build(site("three"), "third.md")
	r := <-reports
	if r.Number == 2 { // it was compared after all before the third began
		r = <-reports
		r.Changed = append([]string{"second.md"}, r.Changed...)
	}
	if fmt.Sprint(r.Changed, r.Pages, r.Number) != "[second.md third.md] [/a/] 3" {
		t.Errorf("told of %v, which changed %v, in build %d", r.Changed, r.Pages, r.Number)
	}
}

func TestASlowBrowserGetsSeveralEventsAsOne(t *testing.T) {
	h := newHub()
	events, leave := h.join()
	defer leave()
	h.send(event{Build: "1", Changed: []string{"/b/", "/a/"}, Errors: 1})
	h.send(event{Build: "2", Changed: []string{"/a/", "/c/"}})
	if got := <-events; fmt.Sprint(got) != fmt.Sprint(event{Build: "2", Changed: []string{"/a/", "/b/", "/c/"}}) {
		t.Errorf("%+v", got)
	}
	h.send(event{Build: "3", All: true})
	h.send(event{Build: "4", Changed: []string{"/a/"}})
	if got := <-events; !got.All || got.Build != "4" || got.Changed != nil {
		t.Errorf("%+v", got)
	}
}

func TestEventStreamsAreBounded(t *testing.T) {
	h := newHub()
	var leaves []func()
	for range maxStreams {
		events, leave := h.join()
		if events == nil {
			t.Fatal("refused too early")
		}
		leaves = append(leaves, leave)
	}
	if events, _ := h.join(); events != nil {
		t.Error("one more than allowed")
	}
	leaves[7]()
	if events, _ := h.join(); events == nil {
		t.Error("refused though one left")
	}
}

func TestStreamsAndRequestsLeaveNothingBehind(t *testing.T) {
	before := runtime.NumGoroutine()
	t.Run("load", func(t *testing.T) {
		address, client, build := online(t)
		build(handbook())
		var listeners []*listener
		for range 100 {
			listeners = append(listeners, listenTo(t, client, address))
		}
		requests := 10_000
		if testing.Short() {
			requests = 1000
		}
		work := make(chan int)
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				for range work {
					r, err := client.Get(address + "/specs/checkout/")
					if err != nil {
						t.Error(err)
						continue
					}
					_, _ = io.Copy(io.Discard, r.Body)
					r.Body.Close()
					if r.StatusCode != 200 {
						t.Error(r.StatusCode)
					}
				}
			})
		}
		for i := range requests {
			work <- i
		}
		close(work)
		group.Wait()
		build(Result{Outputs: outputs("index.html", "new", "new.css", "new")})
		for _, l := range listeners {
			for e := l.next(t); len(e.Changed) == 0; e = l.next(t) {
			}
			l.close()
		}
	})
	// What has been told to end does so soon.
	late := time.After(time.Minute) // a failure, not a part of the test
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for runtime.NumGoroutine() > before {
		select {
		case <-again.C:
		case <-late:
			stacks := make([]byte, 1<<20)
			t.Fatalf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
		}
	}
}
