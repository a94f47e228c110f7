package preview

import (
	"bytes"
	"context"
	"crypto/rand"
	_ "embed"
	"fmt"
	"html"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"handbook/builder/diag"
)

//go:embed live.js
var liveScript []byte

// Addresses that preview adds to the site. No page can have them: names with a leading underscore are no pages.
const (
	ownPrefix  = "/_handbook/"
	scriptPath = ownPrefix + "live.js"
	eventsPath = ownPrefix + "events"
	openPath   = ownPrefix + "open"
	reviewPath = ownPrefix + "review"
	ackPath    = ownPrefix + "ack"
)

// maxURL is the longest address that is looked at, in bytes.
const maxURL = 4096

// server answers requests with the last good build.
type server struct {
	cfg   Config
	hosts []string // with port, lower case
	any   string   // the port, when any address of this machine may be named; "" otherwise
	run   string   // names this run of the program, so that a browser notices a new one
	token string   // which pages of this server know and others do not
	now   atomic.Pointer[state]
	ready chan struct{} // closed with the first build
	hub   *hub

	mu    sync.Mutex         // while what is served changes
	count int                // builds
	event int                // what browsers were told
	past  past               // of that, what a browser may have missed
	start map[diag.Said]bool // the messages of the first build

	compared comparison
}

// state is what is served at one moment.
type state struct {
	site     *site
	messages []diag.Located
	event    event // what a browser that comes now is told
}

func newServer(cfg Config, addr string) *server {
	s := &server{cfg: cfg, run: strings.ToLower(rand.Text()[:8]), token: rand.Text(), ready: make(chan struct{}), hub: newHub(),
		compared: comparison{built: cfg.Built}}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		host, port = addr, "80"
	}
	for _, name := range append([]string{"localhost", "127.0.0.1", "::1", host}, cfg.Hosts...) {
		s.hosts = append(s.hosts, strings.ToLower(net.JoinHostPort(name, port)))
		if port == "80" {
			s.hosts = append(s.hosts, strings.ToLower(name))
		}
	}
	if ip := net.ParseIP(host); ip != nil && !ip.IsLoopback() {
		s.any = port
	}
	return s
}

// build runs one build and serves what it gives. The error is the context's, when the build was dropped.
func (s *server) build(ctx context.Context, changed []string) error {
	s.compared.stop()
	start := time.Now()
	result, err := s.cfg.Build(ctx, changed)
	s.mu.Lock()
	defer s.mu.Unlock()
	if ctx.Err() != nil && (err != nil || s.now.Load() != nil) {
		return ctx.Err() // a page of a later state may be served already
	}
	s.count++
	report := Report{Number: s.count, Changed: changed, Result: result, Err: err}
	old := s.now.Load()
	next := &state{messages: result.Messages}
	if old != nil {
		next.site = old.site
	}
	var files []string
	if last := next.site; err == nil {
		next.site = newSite(result, last)
		if last != nil {
			files = changes(last.quick(), next.site.quick())
		}
	}
	next.event = s.eventFor(report, files)
	if _, ok := next.find(result.Edited); ok {
		next.event.Go = address(next.site.base, result.Edited)
	}
	s.now.Store(next)
	if old == nil {
		close(s.ready)
	}
	s.past.add(next.event)
	s.hub.send(next.event)
	report.Took = time.Since(start)
	s.compared.start(report, next.site)
	return nil
}

// nextEvent names an event; no other event of any run of the program has that name.
func (s *server) nextEvent() string {
	s.event++
	return fmt.Sprintf("%s-%d", s.run, s.event)
}

func (s *state) find(output string) (Output, bool) {
	if s.site == nil || output == "" {
		return Output{}, false
	}
	return s.site.find(output)
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "same-origin")
	if code, why := s.refuse(r); code != 0 {
		if code == http.StatusMethodNotAllowed {
			h.Set("Allow", methods(r.URL.Path))
		}
		// The body is read by nobody, so the connection is not worth keeping.
		h.Set("Connection", "close")
		plain(w, r, code, why)
		return
	}
	select {
	case <-s.ready:
	case <-r.Context().Done():
		return
	}
	if r.URL.Path == eventsPath {
		s.serveEvents(w, r)
		return
	}
	// Event streams have no such limit; a page has been written by then or never will be.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(time.Minute))
	switch r.URL.Path {
	case scriptPath:
		s.bytes(w, r, scriptPath, liveScript)
	case openPath, reviewPath, ackPath:
		s.act(w, r)
	default:
		s.page(w, r)
	}
}

// methods are those that an address takes.
func methods(path string) string {
	switch path {
	case openPath, reviewPath, ackPath:
		return "POST"
	}
	return "GET, HEAD"
}

// refuse says why a request is not answered; 0 when it is.
func (s *server) refuse(r *http.Request) (code int, why string) {
	switch {
	case !s.known(r.Host):
		return http.StatusForbidden, "This preview answers requests for its own address only, so that a website you visit cannot read it by another name. See --addr.\n"
	case !s.ownOrigin(r.Header.Get("Origin")):
		return http.StatusForbidden, "This preview does not answer other websites.\n"
	case !slices.Contains(strings.Split(methods(r.URL.Path), ", "), r.Method):
		return http.StatusMethodNotAllowed, "This address takes " + methods(r.URL.Path) + ".\n"
	case len(r.RequestURI) > maxURL:
		return http.StatusRequestURITooLong, "The address is too long.\n"
	case !cleanPath(r.URL.Path):
		return http.StatusBadRequest, "There is no such address.\n"
	}
	return 0, ""
}

// known says whether a Host header names this server. A website can make its own name lead to 127.0.0.1, but it
// cannot make the browser send another name than its own. Where other machines may ask, an address in numbers is
// as good as a name we know: no website is behind it.
func (s *server) known(host string) bool {
	host = strings.ToLower(host)
	if slices.Contains(s.hosts, host) {
		return true
	}
	name, port, err := net.SplitHostPort(host)
	return s.any != "" && err == nil && port == s.any && net.ParseIP(name) != nil
}

// ownOrigin says whether a request comes from a page of this server, or from no page.
func (s *server) ownOrigin(origin string) bool {
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Scheme == "http" && s.known(u.Host)
}

// cleanPath says whether a decoded path is one that a site can have: absolute, without empty parts, dots, control
// characters and backslashes. In particular it never begins with "//", which would be another host in a redirect.
func cleanPath(p string) bool {
	if !strings.HasPrefix(p, "/") || strings.ContainsFunc(p, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\\' }) {
		return false
	}
	parts := strings.Split(p[1:], "/")
	for i, part := range parts {
		if part == "." || part == ".." || part == "" && i < len(parts)-1 {
			return false
		}
	}
	return true
}

// page answers with an output of the site.
func (s *server) page(w http.ResponseWriter, r *http.Request) {
	now := s.now.Load()
	if now.site == nil {
		w.Header().Set("Content-Security-Policy", policyFor(""))
		s.html(w, r, http.StatusServiceUnavailable, noSite, now, Output{})
		return
	}
	w.Header().Set("Content-Security-Policy", now.site.policy)
	found, o, to := now.site.lookup(r.URL.Path)
	switch found {
	case moved:
		if r.URL.RawQuery != "" {
			to += "?" + r.URL.RawQuery
		}
		w.Header().Set("Location", to)
		plain(w, r, http.StatusMovedPermanently, "See "+to+"\n")
		return
	case missing:
		body := []byte(noPage)
		if o, ok := now.site.find("404.html"); ok && !o.Asset {
			if data, err := o.Data(); err == nil {
				body = data
			}
		}
		page := string(body)
		if isLocal(r) {
			page = s.tellGone(page, now.site, r.URL.Path)
		}
		s.html(w, r, http.StatusNotFound, page, now, Output{})
		return
	}
	if o.Asset {
		// Whoever wrote the file may be of another mind than whoever looks at it: on the branch of a colleague, say. It runs nothing here,
		// so it cannot ask for what is done in the name of who sits here. Its own styles and pictures it may load.
		if kind, _, _ := strings.Cut(contentType(o.Path), ";"); kind != "application/pdf" { // browsers show none in a sandbox
			w.Header().Add("Content-Security-Policy", "sandbox allow-same-origin")
		}
	}
	isPage := !o.Asset && strings.HasPrefix(contentType(o.Path), "text/html")
	if isPage && s.unchanged(w, r, o, now) {
		return
	}
	data, err := o.Data()
	switch {
	case err != nil:
		w.Header().Del("ETag")
		why := "The terminal of the preview says why."
		if isLocal(r) {
			why = err.Error()
		}
		s.html(w, r, http.StatusInternalServerError, fmt.Sprintf(failed, html.EscapeString(why)), now, o)
	case isPage:
		s.html(w, r, http.StatusOK, string(data), now, o)
	default:
		s.bytes(w, r, o.Path, data)
	}
}

const (
	noSite = "<!doctype html><meta charset=utf-8><title>Not built yet</title><body><h1>Not built yet</h1><p>The first build failed. This page shows the site as soon as there is one.</p></body>"
	noPage = "<!doctype html><meta charset=utf-8><title>Not found</title><body><h1>Not found</h1><p>There is no page at this address.</p></body>"
	failed = "<!doctype html><meta charset=utf-8><title>Cannot be shown</title><body><h1>This file cannot be shown</h1><p>%s</p></body>"
)

// buildHeader names the build that a page comes from, also where the page itself is not sent again.
const buildHeader = "X-Handbook-Build"

// unchanged answers a tab that has the page already. Tabs ask after each build; nothing is rendered for them unless it
// looks otherwise.
func (s *server) unchanged(w http.ResponseWriter, r *http.Request, o Output, now *state) bool {
	tag := fmt.Sprintf(`"%s-%s"`, keyOf(o), s.run)
	w.Header().Set("ETag", tag)
	w.Header().Set(buildHeader, now.event.Build)
	if r.Header.Get("If-None-Match") != tag {
		return false
	}
	w.WriteHeader(http.StatusNotModified)
	return true
}

// summary is what the page for missing addresses says below its title.
var summary = regexp.MustCompile(`<p class="summary">[^<]*</p>\s*`)

// tellGone adds to the page for missing addresses where the page is now that was here, and who linked to it.
func (s *server) tellGone(page string, site *site, urlPath string) string {
	below, ok := strings.CutPrefix(urlPath, site.base)
	if s.cfg.Gone == nil || !ok {
		return page
	}
	gone := s.cfg.Gone(strings.TrimSuffix(below, "index.html") + "index.html")
	if gone == nil && !strings.HasSuffix(below, "/") {
		gone = s.cfg.Gone(below + "/index.html")
	}
	if gone == nil {
		return page
	}
	page = summary.ReplaceAllString(page, "") // which can only guess
	var b strings.Builder
	to := html.EscapeString(gone.Now.URL)
	b.WriteString(`<section class="text" id="handbook-gone">`)
	switch {
	case to != "":
		fmt.Fprintf(&b, `<h2>This page has another address now</h2><p><a href="%s">%s</a> is at %s.</p>`, to, html.EscapeString(gone.Now.Title), to)
	default:
		b.WriteString("<h2>This page has just gone</h2>")
	}
	switch {
	case len(gone.From) > 0:
		b.WriteString("<p>These pages led to it:</p><ul>")
		for _, l := range gone.From {
			fmt.Fprintf(&b, `<li><a href="%s">%s</a></li>`, html.EscapeString(l.URL), html.EscapeString(l.Title))
		}
		b.WriteString("</ul>")
	default:
		b.WriteString("<p>No page led to it.</p>")
	}
	b.WriteString("</section>")
	at := strings.Index(page, "</h1>") + len("</h1>")
	if at < len("</h1>") {
		at = lastIndexFold(page, "</body>")
	}
	if at < 0 {
		return page + b.String()
	}
	return page[:at] + b.String() + page[at:]
}

// html answers with a page, the live script added. o is the output that it is, if it is one.
func (s *server) html(w http.ResponseWriter, r *http.Request, code int, page string, now *state, o Output) {
	h := w.Header()
	offers := s.offers(r, o)
	if tag := h.Get("ETag"); tag != "" {
		offers = append(offers, "tag", tag)
	}
	body := inject(page, now.event.Build, offers...)
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(code)
	if r.Method != http.MethodHead {
		_, _ = w.Write([]byte(body)) // the browser went away
	}
}

// inject puts the live script at the beginning of a page's head, so that it is the first of the deferred scripts and
// sees the page as it was sent. build names the build that the page comes from; more are names and values that the
// script is told.
func inject(page, build string, more ...string) string {
	script := `<script src="` + scriptPath + `" data-handbook-build="` + html.EscapeString(build) + `"`
	for i := 0; i < len(more); i += 2 {
		script += ` data-handbook-` + more[i] + `="` + html.EscapeString(more[i+1]) + `"`
	}
	script += ` defer></script>`
	if at := head.FindStringIndex(page); at != nil {
		return page[:at[1]] + script + page[at[1]:]
	}
	at := lastIndexFold(page, "</body>")
	if at < 0 {
		return page + script
	}
	return page[:at] + script + page[at:]
}

// head is where a page's head begins. What comes before it is a doctype and comments.
var head = regexp.MustCompile(`(?i)<head(?:\s[^>]*)?>`)

// lastIndexFold is strings.LastIndex for an ASCII text in lower case, in any letter case.
func lastIndexFold(s, text string) int {
	for i := len(s) - len(text); i >= 0; i-- {
		if strings.EqualFold(s[i:i+len(text)], text) {
			return i
		}
	}
	return -1
}

// bytes answers with a file that is no page, or the part of it that is asked for.
func (s *server) bytes(w http.ResponseWriter, r *http.Request, name string, data []byte) {
	w.Header().Set("Content-Type", contentType(name))
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(data))
}

func plain(w http.ResponseWriter, r *http.Request, code int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Length", fmt.Sprint(len(text)))
	w.WriteHeader(code)
	if r.Method != http.MethodHead {
		_, _ = w.Write([]byte(text))
	}
}
