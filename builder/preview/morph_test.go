package preview

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// What a theme's script does to code, wherever it comes in: it wraps it and adds a button.
const wrapping = `
	const wrap = () => {
		for (const pre of document.querySelectorAll("pre")) {
			if (pre.closest(".copyable")) continue;
			const box = document.createElement("div");
			box.className = "copyable";
			pre.replaceWith(box);
			box.append(pre, document.createElement("button"));
		}
	};
	wrap();
	document.addEventListener("hb:update", wrap);`

// unwrapped is the page's body without what the script made and the preview added.
const unwrapped = `(() => {
	const body = document.body.cloneNode(true);
	for (const box of body.querySelectorAll(".copyable")) box.replaceWith(box.querySelector("pre"));
	return body.innerHTML;
})()`

// made is a page of random elements, with a script.
func made(r *rand.Rand, version int) (page, body string) {
	words := []string{"one", "two", "three", "four", "five", "six"}
	var block func(depth int) string
	blocks := func(depth, most int) string {
		var b strings.Builder
		for range r.IntN(most + 1) {
			b.WriteString(block(depth) + "\n")
		}
		return b.String()
	}
	block = func(depth int) string {
		word := words[r.IntN(len(words))]
		switch kind := r.IntN(8); {
		case kind == 0:
			return "<pre>" + word + "</pre>"
		case kind == 1:
			return `<h2 id="` + word + `">` + word + "</h2>"
		case kind == 2:
			return "<details><summary>" + word + "</summary>" + word + "</details>"
		case kind < 5 && depth < 3:
			return `<section class="` + word + `">` + blocks(depth+1, 4) + "</section>"
		case kind == 5 && depth < 3:
			return "<ul><li>" + strings.Join(words[:r.IntN(len(words))], "</li><li>") + "</li></ul>"
		}
		return "<p>" + word + " <em>" + words[r.IntN(len(words))] + "</em></p>"
	}
	body = fmt.Sprintf(`<p id="version">%d</p>%s<p>the end</p>`, version, blocks(0, 12)+strings.Repeat(" ", version))
	return `<!doctype html><html><head><title>x</title><script src="/site.0123abcd.js" defer></script></head><body>` + body + `</body></html>`, body
}

// Whatever a page becomes, the tab shows that page and what the theme's scripts make of it: nothing twice, nothing left.
func TestATabBecomesThePageThatIsServed(t *testing.T) {
	b := openTab(t)
	address, _, build := online(t)
	const seed = 7
	r := rand.New(rand.NewPCG(seed, seed))
	page, _ := made(r, 0)
	site := func(page string) Result {
		return Result{Outputs: outputs("index.html", page, "site.0123abcd.js", wrapping)}
	}
	build(site(page))
	b.open(address)
	b.Run(`window.stays = true`)
	for version := 1; version <= 20 && !t.Failed(); version++ {
		page, body := made(r, version)
		build(site(page))
		b.Until(fmt.Sprintf(`document.querySelector("#version").textContent === "%d"`, version))
		b.Is(fmt.Sprintf("version %d", version), unwrapped, body)
		b.Is("code that the script has not seen", `document.querySelectorAll("pre").length - document.querySelectorAll(".copyable > button").length`, 0)
	}
	b.Is("no reload", `window.stays`, true)
}

func TestWhatScriptsMadeOfAPageStays(t *testing.T) {
	b := openTab(t)
	address, _, build := online(t)
	page := func(text, drawing, more string) Result {
		return Result{Outputs: outputs("index.html", `<!doctype html><html><head><script src="/early.js"></script><script src="/site.0123abcd.js" defer></script></head><body><p id="text">`+text+`</p><pre id="drawing">`+drawing+`</pre>
<p id="badge">fresh</p><ul><li>a</li><li>b</li><li>c</li>`+more+`</ul></body></html>`, "early.js", `document.documentElement.className = "js"`, "site.0123abcd.js", `
			const draw = () => {
				const drawing = document.querySelector("#drawing");
				if (drawing) drawing.outerHTML = "<figure>" + drawing.textContent + "</figure>";
			};
			draw();
			document.addEventListener("hb:update", draw);
			document.querySelector("#badge").textContent = "overdue";
			document.querySelector("ul").append(...[...document.querySelectorAll("li")].reverse());`)}
	}
	build(page("one", "A", ""))
	b.open(address)
	b.Run(`window.stays = true`)
	seen := func(text, want string) {
		t.Helper()
		b.Until(`document.querySelector("#text").textContent === "` + text + `"`)
		b.Is("what was set on the root", `document.documentElement.className`, "js")
		b.Is(text, `[...document.querySelectorAll("figure, #badge, li")].map((e) => e.textContent).join(" ")`, want)
	}
	build(page("another text", "A", ""))
	seen("another text", "A overdue c b a")
	build(page("a drawing", "B!", ""))
	seen("a drawing", "B! overdue c b a")
	build(page("an item", "B!", "<li>d</li>"))
	seen("an item", "B! overdue c d b a")
	b.Is("no reload", `window.stays`, true)
}
