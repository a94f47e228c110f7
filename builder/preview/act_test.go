package preview

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"handbook/builder/diag"
)

// deeds is what a preview was made to do.
type deeds struct {
	opened   []string
	reviewed []string
	fail     error
}

// acting is a preview of one page, an asset and a message about a file of its own.
func acting(t *testing.T) (*server, *deeds) {
	t.Helper()
	d := &deeds{}
	r := Result{Outputs: outputs("index.html", "<body>home</body>", "logo.svg", "<svg/>")}
	r.Outputs[0].File = "content/_index.md"
	r.Outputs[0].Review = func(context.Context) (string, error) {
		if d.fail != nil {
			return "", d.fail
		}
		d.reviewed = append(d.reviewed, "content/_index.md")
		return "Reviewed by ana.", nil
	}
	r.Messages = []diag.Located{{Message: diag.Message{Place: diag.Place{File: "handbook.yaml"}, Severity: diag.Error, Text: "no"}, Line: 3, Column: 5}}
	cfg := Config{Open: func(file string, line, column int) error {
		d.opened = append(d.opened, fmt.Sprintf("%s:%d:%d", file, line, column))
		return nil
	}}
	return servingAs(t, cfg, "127.0.0.1:4321", r), d
}

// asks is a request as the live script sends it, but for what headers say otherwise; an empty one is not sent.
func asks(s *server, path, body string, headers ...string) *http.Response {
	r := httptest.NewRequest("POST", path, strings.NewReader(body))
	r.Host, r.RemoteAddr = "127.0.0.1:4321", here
	r.Header.Set("Origin", "http://127.0.0.1:4321")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(tokenHeader, s.token)
	for i := 0; i < len(headers); i += 2 {
		switch name, value := headers[i], headers[i+1]; name {
		case "Method":
			r.Method = value
		case "Host":
			r.Host = value
		case "From":
			r.RemoteAddr = value
		default:
			r.Header.Del(name)
			if value != "" {
				r.Header.Set(name, value)
			}
		}
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

func reviewOf(s *server) string {
	o, _ := s.now.Load().pageOf("content/_index.md")
	return fmt.Sprintf(`{"file":"content/_index.md","key":%q}`, keyOf(o))
}

func TestOnlyAPageOfThisPreviewMakesItDoSomething(t *testing.T) {
	s, d := acting(t)
	for _, c := range []struct {
		name    string
		headers []string
		want    int
	}{
		{"as the live script asks", nil, 200},
		{"a browser that sends no Sec-Fetch-Site", []string{"Sec-Fetch-Site", ""}, 200},
		{"another name for this machine", []string{"Host", "localhost:4321", "Origin", "http://localhost:4321"}, 200},
		{"with a character set", []string{"Content-Type", "application/json; charset=utf-8"}, 200},
		{"a foreign website", []string{"Origin", "https://evil.example"}, 403},
		{"a file on disk", []string{"Origin", "null"}, 403},
		{"another port", []string{"Origin", "http://127.0.0.1:3000"}, 403},
		{"no origin", []string{"Origin", ""}, 403},
		{"a foreign name for this address", []string{"Host", "evil.example:4321", "Origin", "http://evil.example:4321"}, 403},
		{"from elsewhere by the browser's word", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"no token", []string{tokenHeader, ""}, 403},
		{"a wrong token", []string{tokenHeader, strings.Repeat("A", 26)}, 403},
		{"a token that is longer", []string{tokenHeader, s.token + "A"}, 403},
		{"another machine", []string{"From", "192.168.0.7:55555"}, 403},
		{"a form", []string{"Content-Type", "text/plain"}, 415},
		{"another form", []string{"Content-Type", "application/x-www-form-urlencoded"}, 415},
		{"no type", []string{"Content-Type", ""}, 415},
		{"GET", []string{"Method", "GET"}, 405},
		{"HEAD", []string{"Method", "HEAD"}, 405},
		{"PUT", []string{"Method", "PUT"}, 405},
	} {
		for path, wish := range map[string]string{openPath: `{"file":"content/_index.md"}`, reviewPath: reviewOf(s)} {
			*d = deeds{}
			r := asks(s, path, wish, c.headers...)
			if done := len(d.opened)+len(d.reviewed) == 1; r.StatusCode != c.want || done != (c.want == 200) {
				t.Errorf("%s, %s: %d, want %d; done: %v", c.name, path, r.StatusCode, c.want, done)
			}
			if r.StatusCode == 405 && r.Header.Get("Allow") != "POST" {
				t.Errorf("%s, %s: allows %q", c.name, path, r.Header.Get("Allow"))
			}
		}
	}
}

func TestOnlyFilesOfTheSiteAreOpened(t *testing.T) {
	s, d := acting(t)
	for _, c := range []struct {
		wish string
		want int
		at   string
	}{
		{`{"file":"content/_index.md"}`, 200, "content/_index.md:1:1"},
		{`{"file":"handbook.yaml","line":3,"column":5}`, 200, "handbook.yaml:3:5"},
		{`{"file":"handbook.yaml","line":-3}`, 200, "handbook.yaml:1:1"},
		{`{"file":"logo.svg"}`, 403, ""},
		{`{"file":"/etc/passwd"}`, 403, ""},
		{`{"file":"content/../../etc/passwd"}`, 403, ""},
		{`{"file":""}`, 403, ""},
		{`{}`, 403, ""},
		{`nonsense`, 400, ""},
		{``, 400, ""},
		{`{"file":7}`, 400, ""},
		{`{"file":"` + strings.Repeat("a", 1<<20) + `"}`, 400, ""},
	} {
		*d = deeds{}
		r := asks(s, openPath, c.wish)
		if got := strings.Join(d.opened, " "); r.StatusCode != c.want || got != c.at {
			t.Errorf("%.60s: %d, opened %q", c.wish, r.StatusCode, got)
		}
	}
	none := serving(t, handbook())
	if r := asks(none, openPath, `{"file":"content/_index.md"}`); r.StatusCode != 404 {
		t.Errorf("without an editor: %d", r.StatusCode)
	}
}

// What is asked of readers is recorded like a review, and offered only where it is asked.
func TestReadersSayThatTheyHaveRead(t *testing.T) {
	s, d := acting(t)
	if r := asks(s, ackPath, reviewOf(s)); r.StatusCode != 403 {
		t.Errorf("a page that asks nobody: %d", r.StatusCode)
	}
	s.cfg.Build = func(context.Context, []string) (Result, error) {
		r := Result{Outputs: outputs("index.html", "<body>home</body>")}
		r.Outputs[0].File = "content/_index.md"
		r.Outputs[0].Ack = func(context.Context) (string, error) {
			d.reviewed = append(d.reviewed, "read")
			return "Read by ana.", nil
		}
		return r, nil
	}
	if err := s.build(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	page, _ := s.now.Load().pageOf("content/_index.md")
	wish := fmt.Sprintf(`{"file":"content/_index.md","key":%q}`, keyOf(page))
	if r := asks(s, ackPath, wish, "Origin", ""); r.StatusCode != 403 || len(d.reviewed) != 0 {
		t.Errorf("from elsewhere: %d", r.StatusCode)
	}
	if r := asks(s, ackPath, strings.Replace(wish, keyOf(page), "0", 1)); r.StatusCode != 409 || len(d.reviewed) != 0 {
		t.Errorf("another text than is served: %d", r.StatusCode)
	}
	if r := asks(s, ackPath, wish); r.StatusCode != 200 || body(t, r) != "Read by ana.\n" || len(d.reviewed) != 1 {
		t.Errorf("the page that was read: %d, %v", r.StatusCode, d.reviewed)
	}
}

func TestOnlyThePageThatWasReadIsReviewed(t *testing.T) {
	s, d := acting(t)
	read := reviewOf(s)
	r := asks(s, reviewPath, read)
	if got := body(t, r); r.StatusCode != 200 || got != "Reviewed by ana.\n" {
		t.Errorf("%d %q", r.StatusCode, got)
	}
	s.cfg.Build = func(context.Context, []string) (Result, error) {
		edited := Result{Outputs: outputs("index.html", "<body>home, edited</body>")}
		edited.Outputs[0].File = "content/_index.md"
		edited.Outputs[0].Review = func(context.Context) (string, error) { d.reviewed = append(d.reviewed, "edited"); return "", nil }
		return edited, nil
	}
	if err := s.build(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if r := asks(s, reviewPath, read); r.StatusCode != 409 || len(d.reviewed) != 1 {
		t.Errorf("after an edit that nobody has seen: %d, reviewed %q", r.StatusCode, d.reviewed)
	}
	if r := asks(s, reviewPath, reviewOf(s)); r.StatusCode != 200 || len(d.reviewed) != 2 {
		t.Errorf("once it was seen: %d, reviewed %q", r.StatusCode, d.reviewed)
	}
	if r := asks(s, reviewPath, `{"file":"handbook.yaml","key":""}`); r.StatusCode != 403 {
		t.Errorf("a file that is no page: %d", r.StatusCode)
	}
	s, d = acting(t)
	d.fail = errors.New("Who has read it?")
	if r := asks(s, reviewPath, reviewOf(s)); r.StatusCode != 422 || body(t, r) != "Who has read it?\n" {
		t.Errorf("what cannot be recorded: %d", r.StatusCode)
	}
}

func TestTheButtonsAreOfferedToThisMachineOnly(t *testing.T) {
	s, _ := acting(t)
	page := func(from, path string) string {
		return body(t, asks(s, path, "", "Method", "GET", "From", from))
	}
	const file = `data-handbook-file="content/_index.md" data-handbook-name="content/_index.md" data-handbook-review="`
	for _, from := range []string{"127.0.0.1:50000", "[::1]:50000"} {
		if got := page(from, "/"); !strings.Contains(got, s.token) || !strings.Contains(got, file) || !strings.Contains(got, `data-handbook-editor=""`) {
			t.Errorf("from %s: %s", from, got)
		}
	}
	if got := page("127.0.0.1:50000", "/nowhere/"); !strings.Contains(got, s.token) || strings.Contains(got, "data-handbook-file") {
		t.Errorf("no page: %s", got)
	}
	for _, from := range []string{"192.168.0.7:50000", "[fe80::1]:50000", "", "nonsense"} {
		if got := page(from, "/"); strings.Contains(got, s.token) || strings.Contains(got, "data-handbook-file") {
			t.Errorf("from %q: %s", from, got)
		}
	}
	withAddress := servingAs(t, Config{Editor: func(file string, line, column int) string {
		return fmt.Sprintf("vscode://file/%s:%d:%d", file, line, column)
	}}, "127.0.0.1:4321", s.now.Load().result())
	if got := body(t, asks(withAddress, "/", "", "Method", "GET")); !strings.Contains(got, `data-handbook-editor="vscode://file/content/_index.md:1:1"`) {
		t.Error(got)
	}
}

// result is what a state was made of.
func (s *state) result() Result { return Result{Outputs: s.site.outputs, Messages: s.messages} }

func TestAPageThatIsGoneSaysWhoLedToIt(t *testing.T) {
	gone := func(output string) *Gone {
		switch output {
		case "specs/old/index.html":
			return &Gone{From: []Link{{`A "quoted" <title>`, "/specs/a&b/"}}}
		case "alone/index.html":
			return &Gone{}
		case "was/index.html":
			return &Gone{Now: Link{"A <b>", "/team/is/"}}
		}
		return nil
	}
	s := servingAs(t, Config{Gone: gone}, "127.0.0.1:4321", Result{BasePath: "/team/", Outputs: outputs("404.html", `<body><h1>None</h1><p class="summary">It may have moved.</p>`+"<p>Nothing.</p></body>", "index.html", "home")})
	for path, want := range map[string]string{
		"/team/specs/old/":           `<h1>None</h1><section class="text" id="handbook-gone"><h2>This page has just gone</h2><p>These pages led to it:</p><ul><li><a href="/specs/a&amp;b/">A &#34;quoted&#34; &lt;title&gt;</a></li></ul></section><p>Nothing.`,
		"/team/specs/old/index.html": `This page has just gone`,
		"/team/specs/old":            `This page has just gone`,
		"/team/alone/":               `<p>No page led to it.</p>`,
		"/team/was/":                 `<h1>None</h1><section class="text" id="handbook-gone"><h2>This page has another address now</h2><p><a href="/team/is/">A &lt;b&gt;</a> is at /team/is/.</p>`,
		"/team/never/":               `<h1>None</h1><p class="summary">It may have moved.</p><p>Nothing.`,
		"/specs/old/":                `<h1>None</h1><p class="summary">It may have moved.</p><p>Nothing.`,
	} {
		if r := ask(s, "GET", path, "From", here); r.StatusCode != 404 || !strings.Contains(body(t, r), want) {
			t.Errorf("%s: %d\n%s", path, r.StatusCode, body(t, ask(s, "GET", path, "From", here)))
		}
	}
}

func TestOpenTabsAreToldWhereToGo(t *testing.T) {
	address, client, build := online(t)
	build(handbook())
	l := listenTo(t, client, address)
	defer l.close()
	if first := l.next(t); first.Go != "" {
		t.Errorf("whoever opens a page is sent to %q", first.Go)
	}
	r := handbook()
	r.Edited = "a b/index.html"
	build(r)
	if e := l.next(t); e.Go != "/a%20b/" {
		t.Errorf("sent to %q", e.Go)
	}
	r.Edited = "gone/index.html"
	build(r)
	if e := l.next(t); e.Go != "" {
		t.Errorf("sent to %q, which is not there", e.Go)
	}
}

// leaving is a browser that goes away when something has come.
type leaving struct {
	*httptest.ResponseRecorder
	leave func()
}

func (l leaving) Flush() { l.leave() }

// What others see of a preview is its pages, and that there are new ones: messages quote files, and may be about pages that are
// not for them.
func TestOtherMachinesAreToldOfNewPagesOnly(t *testing.T) {
	const secret = "specs/quagmire is not for customer"
	wrong := handbook()
	wrong.Messages = []diag.Located{{Message: diag.Message{Place: diag.Place{File: "content/quagmire.md"}, Severity: diag.Error, Text: secret}, Line: 1, Column: 1, Excerpt: "quagmire"}}
	wrong.Edited = "index.html"
	cfg := Config{Open: func(string, int, int) error { return nil }, Gone: func(string) *Gone { return &Gone{From: []Link{{Title: "Quagmire", URL: "/quagmire/"}}} }}
	s := servingAs(t, cfg, "0.0.0.0:4321", wrong)
	said := func(from, path string) string {
		r := httptest.NewRequest("GET", path, nil)
		ctx, leave := context.WithCancel(r.Context())
		defer leave()
		r.Host, r.RemoteAddr = "127.0.0.1:4321", from
		w := httptest.NewRecorder()
		s.ServeHTTP(leaving{w, leave}, r.WithContext(ctx))
		return strings.ToLower(w.Body.String())
	}
	for _, path := range []string{eventsPath, "/", "/nowhere/", "/broken/", "/logo.svg", scriptPath} {
		if there := said(elsewhere, path); strings.Contains(there, "quagmire") || strings.Contains(there, "token=") || strings.Contains(there, "template is broken") || strings.Contains(there, `"errors":1`) || strings.Contains(there, `"go"`) {
			t.Errorf("another machine reads at %s: %s", path, there)
		}
	}
	if there := said(elsewhere, eventsPath); !strings.Contains(there, `"build":"`+s.run) {
		t.Errorf("another machine is not told of a build: %s", there)
	}
	for path, want := range map[string]string{eventsPath: secret, "/nowhere/": "quagmire", "/broken/": "template is broken"} {
		if got := said(here, path); !strings.Contains(got, want) {
			t.Errorf("this machine does not read %q at %s: %s", want, path, got)
		}
	}
}

func TestAFileOfTheContentRunsNothingAndKnowsNoToken(t *testing.T) {
	const report = `<!doctype html><head><script src="report.js"></script></head><body>Report</body>`
	files := outputs("404.html", report, "index.html", "<head></head><body>home</body>", "manual.pdf", "%PDF", "report.html", report, "report.js", "steal()", "flow.svg", "<svg/>")
	for i := range files {
		files[i].Asset = files[i].Path != "index.html"
	}
	s := serving(t, Result{Outputs: files})
	for _, c := range []struct {
		path, body string
		own, runs  bool
	}{
		{"/", "home", true, true},
		{"/report.html", report, false, false},
		{"/flow.svg", "<svg/>", false, false},
		{"/report.js", "steal()", false, false},
		{"/manual.pdf", "%PDF", false, true}, // no browser shows one in a sandbox
		{"/none/", "There is no page", true, true},
	} {
		r := httptest.NewRequest("GET", c.path, nil)
		r.Host, r.RemoteAddr = "127.0.0.1:4321", "127.0.0.1:55555" // who sits here is offered the token
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		answer := w.Result()
		got := body(t, answer)
		if !strings.Contains(got, c.body) || strings.Contains(got, s.token) != c.own || strings.Contains(got, scriptPath) != c.own {
			t.Errorf("%s: %s", c.path, got)
		}
		if !c.own && got != c.body {
			t.Errorf("%s is not as it was written: %s", c.path, got)
		}
		sandboxed := strings.Contains(strings.Join(answer.Header.Values("Content-Security-Policy"), "; "), "sandbox")
		if sandboxed == c.runs {
			t.Errorf("%s: in a sandbox: %t", c.path, sandboxed)
		}
	}
}
