package render

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// The same input gives the same bytes, whatever the order of files and the number of processors.
func TestSameInputSameBytes(t *testing.T) {
	archive := refunds + manyPages(130, "many/", "Text with [a link](../specs/refunds.md).")
	files := txtar.Parse([]byte(archive)).Files
	want, _ := Pages(makeJob(t, files))
	random := rand.New(rand.NewPCG(1, 2))
	for _, processors := range []int{1, 3} {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
		random.Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
		got, _ := Pages(makeJob(t, files))
		if len(got) != len(want) {
			t.Fatalf("%d outputs, then %d", len(want), len(got))
		}
		for i, o := range got {
			if o.Path != want[i].Path || o.Key() != want[i].Key() {
				t.Fatalf("%s has key %x, %s had %x", o.Path, o.Key(), want[i].Path, want[i].Key())
			}
			a, _ := want[i].Data()
			b, _ := o.Data()
			if string(a) != string(b) {
				t.Errorf("%s has other bytes", o.Path)
			}
		}
	}
}

// Bytes may be asked for from many goroutines at once.
func TestBytesFromManyGoroutines(t *testing.T) {
	outputs := makeSite(t, refunds+manyPages(70, "many/", "")).outputs
	got := make([][2]string, len(outputs))
	var wait sync.WaitGroup
	for k := range 2 {
		wait.Go(func() {
			for i, o := range outputs {
				data, err := o.Data()
				if err != nil {
					t.Error(err)
				}
				got[i][k] = string(data)
			}
		})
	}
	wait.Wait()
	for i, o := range outputs {
		if got[i][0] != got[i][1] {
			t.Errorf("%s has other bytes the second time", o.Path)
		}
	}
}

// Equal keys mean equal bytes: after an edit, what has the same key has the same bytes.
func TestEqualKeysMeanEqualBytes(t *testing.T) {
	base := txtar.Parse([]byte(refunds)).Files
	before, _ := Pages(makeJob(t, base))
	old := map[uint64]string{}
	for _, o := range before {
		data, _ := o.Data()
		old[o.Key()] = string(data)
	}
	for i, f := range base {
		for _, edit := range [][]byte{nil, []byte("---\ntitle: Other\n---\n# Else\n\n[x](/specs/)\n"), append(f.Data[:len(f.Data):len(f.Data)], "\nMore.\n"...)} {
			if f.Name == "handbook.yaml" {
				continue
			}
			files := append([]txtar.File(nil), base...)
			files[i].Data = edit
			after, _ := Pages(makeJob(t, files))
			for _, o := range after {
				data, _ := o.Data()
				if was, ok := old[o.Key()]; ok && was != string(data) {
					t.Errorf("after an edit of %s, %s has its old key and other bytes", f.Name, o.Path)
				}
			}
		}
	}
}

// Every address and id that a page names exists.
func TestEveryLinkLeadsSomewhere(t *testing.T) {
	checkSite(t, makeSite(t, refunds).outputs)
	checkSite(t, makeSite(t, "-- a b/ü.md --\n# Über\n\n[x](#nothing)\n-- a b/c#d.md --\n# Hash\n\n[u](ü.md#über) ![p](p%20q.png)\n-- a b/p q.png --\n.\n").outputs)
	checkSite(t, makeSite(t, "").outputs)
}

// A crawl sees what is wrong.
func TestCrawlFindsMistakes(t *testing.T) {
	out := func(path, html string) Output {
		return Output{Path: path, URL: "/"}.madeBy(func() ([]byte, error) { return []byte(html), nil }, nil)
	}
	for html, want := range map[string]string{
		`<h1>x</h1><a href="/gone/">x</a>`:                  `index.html: "/gone/" leads to nothing`,
		`<h1>x</h1><a href="#gone">x</a>`:                   `index.html: "#gone" leads to no such id`,
		`<h1>x</h1><a href="up.md">x</a>`:                   `index.html: "up.md" is not an address from the top of the site`,
		`<h1>x</h1><p id="a"><b id="a">`:                    `index.html: the id "a" is there 2 times`,
		`<h1>x</h1><h3>y</h3>`:                              `index.html: a heading of level 3 comes after level 1`,
		`<h1>x</h1><nav></nav>`:                             `index.html: <nav> is not named apart from the others: ""`,
		`<h1>x</h1><a href="/"></a>`:                        `index.html: <a> has no name`,
		`<h1>x</h1><p style="x">y`:                          `index.html: <p> has a style or script in the page`,
		`<h1>x</h1><p><div class="embed"></div></p>`:        `index.html: an empty <p>, so a block stood inside a paragraph`,
		`<h1>x</h1><a href="/#ok">x</a><b id="ok">fine</b>`: "",
	} {
		problems := crawl([]Output{out("index.html", html)})
		switch {
		case want == "" && len(problems) > 0, want != "" && len(problems) == 0:
			t.Errorf("%s: got %v, want %q", html, problems, want)
		case want != "" && problems[0] != want:
			t.Errorf("%s: got %q, want %q", html, problems[0], want)
		}
	}
}
