package browser

import (
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
)

func TestMain(m *testing.M) { os.Exit(Tests{m}.Run()) }

const sheet = `<!doctype html><meta charset="utf-8"><title>Sheet</title>
<style>input { display: block; height: 30px } body { margin: 0 } div { width: 100px; height: 60px } @media print { input { display: none } } @media screen and (min-width: 1px) { p { color: red } }</style>
<input><div></div><p>Text</p>
<script>
	window.heard = [];
	for (const kind of ["keydown", "click", "mouseover"]) document.addEventListener(kind, e => heard.push(kind + " " + (e.key ? (e.ctrlKey ? "^" : "") + e.key : e.target.localName)));
</script>`

// Each engine does what a test asks of it, the same as the others.
func TestATabIsTheSameInEveryEngine(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Write([]byte(sheet))
	}))
	t.Cleanup(server.Close)
	for _, engine := range Engines {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			b := NewTabIn(t, engine)
			b.OnEveryPage(`window.early = document.documentElement ? document.body : "nothing yet"`)
			b.Size(700, 500)
			b.Open(server.URL)
			b.Is("the window", `innerWidth + " " + innerHeight`, "700 500")
			b.Is("what ran before the page", `early || "nothing yet"`, "nothing yet")
			b.Is("the day", `new Date().toDateString()`, "Sun Nov 22 2026")
			b.Is("what a promise gives", `Promise.resolve([1, 2])`, "[1 2]")
			b.Is("nothing", `undefined`, nil)
			b.Point("div")
			b.Click("input")
			b.Press("aB/ " + ArrowDown + ArrowUp + Escape)
			b.PressCtrl("k")
			b.Is("what was typed", `document.querySelector("input").value`, "aB/ ")
			b.Is("what the page heard", `heard.filter(h => !/Shift|Control/.test(h)).join()`, "mouseover div,mouseover input,click input,keydown a,keydown B,keydown /,keydown  ,keydown ArrowDown,keydown ArrowUp,keydown Escape,keydown ^k")
			b.HasNoErrors()

			b.Run(`setTimeout(() => location = "/two#there")`)
			b.Until(`location.pathname == "/two"`)
			b.UntilAt("/two#there")
			b.Open(server.URL + "/two#here")
			b.UntilAt("/two#here")
			b.Run(`console.error("wrong"); setTimeout(() => { throw Error("worse") })`)
			b.Until(`new Promise(done => setTimeout(() => done(true), 0))`)
			if got := b.Problems(); len(got) != 2 {
				t.Errorf("the problems are %q", got)
			}
			if len(b.Picture()) < 500 {
				t.Error("the picture is empty")
			}
			b.Is("on the screen", `getComputedStyle(document.querySelector("input")).display + getComputedStyle(document.querySelector("p")).color`, "blockrgb(255, 0, 0)")
			b.Print()
			b.Open(server.URL)
			b.Is("on paper", `getComputedStyle(document.querySelector("input")).display + getComputedStyle(document.querySelector("p")).color`, "nonergb(0, 0, 0)")
		})
	}
}
