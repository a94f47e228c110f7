package preview

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
)

// What a tab does when it has been away, or the preview has.

// pictured is an article with a picture of a color.
func pictured(paragraph, color string) Result {
	r := article(paragraph, "red", `<li><img src="/pic.svg" alt=""></li>`)
	r.Outputs = append(r.Outputs, outputs("pic.svg", `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9" fill="`+color+`"/></svg>`)...)
	return r
}

// color is the colour of the picture as it is on the screen.
const color = `(() => {
	const img = document.querySelector("img"), canvas = document.createElement("canvas").getContext("2d");
	if (!img.complete) return "";
	canvas.drawImage(img, 0, 0);
	return [...canvas.getImageData(4, 4, 1, 1).data].slice(0, 3).join();
})()`

// read lets the tab look as somebody left it in the middle of a page.
func (b tab) read() {
	b.t.Helper()
	b.Run(`window.stays = true; document.querySelector("details").open = true; document.querySelector("#text").scrollIntoView({ block: "center" }); window.before = scrollY`)
}

func (b tab) isAsLeft() {
	b.t.Helper()
	b.Is("no reload", `window.stays`, true)
	b.Is("scroll", `Math.abs(scrollY - window.before) < 40 && scrollY > 500`, true)
	b.Is("open details", `document.querySelector("details").open`, true)
}

func TestThePageGoesOnAfterTheServerStartedAnew(t *testing.T) {
	b := openTab(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	address := l.Addr().String()
	start := func(l net.Listener, r Result) *http.Server {
		web := &http.Server{Handler: servingAs(t, Config{}, address, r), ErrorLog: silent()}
		go func() { _ = web.Serve(l) }()
		return web
	}
	first := start(l, pictured("first", "red"))
	b.open("http://" + address)
	b.read()
	first.Close()
	notice := `document.querySelector("#handbook-messages")?.shadowRoot.querySelector(".away")?.textContent.includes("may be old")`
	b.Until(notice)
	l, err = net.Listen("tcp", address)
	must(t, err)
	defer start(l, pictured("after the restart", "white")).Close()
	b.Until(`document.querySelector("#text").textContent === "after the restart"`)
	b.Until(color + ` === "255,255,255"`)
	b.Until(`!document.querySelector("#handbook-messages")`)
	b.isAsLeft()
}

// A browser puts a tab that nobody sees to sleep, and so does a computer that is closed.
func TestATabThatSleptShowsWhatIsNew(t *testing.T) {
	b := openTab(t)
	address, _, build := online(t)
	build(pictured("first", "red"))
	b.open(address)
	b.read()
	other := b.NextTab()
	other.Open("about:blank")
	other.ToFront()
	b.Until(`document.hidden`)
	b.Freeze()
	build(pictured("first", "lime"))
	build(pictured("second", "white"))
	build(pictured("the third", "white"))
	b.Wake()
	b.ToFront()
	b.Until(`document.querySelector("#text").textContent === "the third"`)
	b.Until(color + ` === "255,255,255"`)
	b.isAsLeft()
}

// A page that could not be fetched is fetched again, though the event stream has said all it had to say.
func TestAPageThatDidNotArriveIsAskedForAgain(t *testing.T) {
	b := openTab(t)
	var lose atomic.Int64 // answers; a browser asks twice by itself
	address, build := onlineThrough(t, func(s http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/" && lose.Add(-1) >= 0 {
				panic(http.ErrAbortHandler) // the connection breaks
			}
			s.ServeHTTP(w, r)
		})
	})
	build(article("first", "red"))
	b.open(address)
	b.read()
	lose.Store(3)
	build(article("second", "red"))
	b.Until(`document.querySelector("#text").textContent === "second"`)
	b.isAsLeft()
}

// After a sleep a connection may be dead without either end being told.
func TestADeadConnectionIsNoticed(t *testing.T) {
	b := openTab(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	server, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	p := &tunnel{to: server.Addr().String()}
	go p.serve(l)
	t.Cleanup(func() { l.Close() })
	results := make(chan Result, 1)
	s := newServer(Config{Build: func(context.Context, []string) (Result, error) { return <-results, nil }}, l.Addr().String())
	web := &http.Server{Handler: s, ErrorLog: silent()}
	go func() { _ = web.Serve(server) }()
	t.Cleanup(func() { web.Close() })
	build := func(r Result) {
		results <- r
		must(t, s.build(t.Context(), nil))
	}
	build(article("first", "red"))
	b.open("http://" + l.Addr().String())
	b.read()
	p.cut.Add(1)
	build(article("second", "red"))
	b.Run(`const now = Date.now; let later = 0; Date.now = () => now() + later; setInterval(() => { later += 6000; dispatchEvent(new Event("focus")); }, 100)`)
	b.Until(`document.querySelector("#text").textContent === "second"`)
	b.isAsLeft()
}

// tunnel hands on bytes. When it is cut, the connections that there are stay open and carry nothing any more.
type tunnel struct {
	to  string
	cut atomic.Int64
}

func (p *tunnel) serve(l net.Listener) {
	for {
		from, err := l.Accept()
		if err != nil {
			return
		}
		to, err := net.Dial("tcp", p.to)
		if err != nil {
			from.Close()
			continue
		}
		made := p.cut.Load()
		hand := func(w io.WriteCloser, r io.Reader) {
			defer w.Close()
			data := make([]byte, 32<<10)
			for {
				n, err := r.Read(data)
				if err != nil {
					return
				}
				if p.cut.Load() == made {
					_, _ = w.Write(data[:n])
				}
			}
		}
		go hand(to, from)
		go hand(from, to)
	}
}

// onlineThrough is a server behind another handler, and a function that builds.
func onlineThrough(t testing.TB, wrap func(http.Handler) http.Handler) (address string, build func(Result)) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	results := make(chan Result, 1)
	s := newServer(Config{Build: func(context.Context, []string) (Result, error) { return <-results, nil }}, l.Addr().String())
	web := &http.Server{Handler: wrap(s), ErrorLog: silent()}
	go func() { _ = web.Serve(l) }()
	t.Cleanup(func() { web.Close() })
	return "http://" + l.Addr().String(), func(r Result) {
		results <- r
		must(t, s.build(context.Background(), nil))
	}
}

// A browser that listens again names the last build that it was told of.
func TestWhoListensAgainLearnsWhichFilesItMissed(t *testing.T) {
	address, client, build := online(t)
	files := func(style, script string) Result {
		return Result{Outputs: outputs("index.html", "one", "a.css", style, "b.js", script)}
	}
	build(files("1", "1"))
	l := listenTo(t, client, address)
	first := l.next(t)
	l.close()
	build(files("2", "1"))
	build(files("2", "2"))
	again := func(since string) string {
		l := listenTo(t, client, address, "?since="+since)
		defer l.close()
		e := l.next(t)
		if e.All {
			return "all"
		}
		return strings.Join(e.Changed, " ")
	}
	last := listenTo(t, client, address)
	defer last.close()
	for since, want := range map[string]string{"": "", first.Build: "/a.css /b.js", last.next(t).Build: "", "another-7": "all"} {
		if got := again(since); got != want {
			t.Errorf("since %q: %q, want %q", since, got, want)
		}
	}
}

func TestWhatIsRememberedOfEventsIsBounded(t *testing.T) {
	var p past
	name := func(i int) string { return strings.Repeat("x", i) }
	for i := range 2 * maxChanged {
		p.add(event{Build: name(i), Changed: []string{"/a", "/b"}})
	}
	if len(p.steps) > maxChanged || p.files > maxChanged {
		t.Errorf("%d steps with %d files", len(p.steps), p.files)
	}
	if _, all := p.since(name(3)); !all {
		t.Error("a forgotten build is known")
	}
	if files, all := p.since(name(2*maxChanged - 2)); all || len(files) != 2 {
		t.Errorf("since the last but one: %q, %v", files, all)
	}
	p.add(event{Build: "many", All: true})
	if _, all := p.since(name(2*maxChanged - 1)); !all {
		t.Error("a build before one in which too much changed is known")
	}
	if files, all := p.since("many"); all || len(files) != 0 {
		t.Errorf("since the last: %q, %v", files, all)
	}
}
