package main

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"math"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestLatency measures the preview of folders of Markdown that HANDBOOK_BENCH names, separated by commas: how long it
// takes until a page is served after the start, and after a save until the edited page is served over loopback and
// until its pixels have changed in Chromium, and how much processor time an idle preview takes. It prints a table and
// judges nothing: what is fast enough depends on the machine. HANDBOOK_BENCH_HUGO names a hugo program whose server is
// measured on the same folders, with templates that show a page's title, text, tags and neighbours and no more.
//
//	HANDBOOK_BENCH=docs,/srv/wiki go test ./cmd/handbook -run Latency -v
func TestLatency(t *testing.T) {
	folders := os.Getenv("HANDBOOK_BENCH")
	if folders == "" {
		t.Skip("HANDBOOK_BENCH names no folders to measure with")
	}
	for folder := range strings.SplitSeq(folders, ",") {
		t.Run(filepath.Base(folder), func(t *testing.T) { measure(t, folder) })
		if bin := os.Getenv("HANDBOOK_BENCH_HUGO"); bin != "" {
			t.Run(filepath.Base(folder)+" with Hugo", func(t *testing.T) { measureHugo(t, bin, folder) })
		}
	}
}

const edits = 40 // of each kind

func measure(t *testing.T, folder string) {
	dir := filepath.Join(t.TempDir(), "content")
	if err := os.CopyFS(dir, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	m := &measured{t: t, dir: dir}
	m.findPages()
	if len(m.pages) < 20 {
		t.Fatalf("%s has %d pages with a title in their frontmatter, and at least 20 are needed", folder, len(m.pages))
	}
	begin := time.Now()
	p, lines := startServe(t, "--content", dir, "--addr", "127.0.0.1:0", "--editor", "none")
	until := func(part string) string { return untilSaid(t, lines, part) }
	m.base = strings.TrimSuffix(until("http://"), "/")
	m.get(m.address(m.pages[len(m.pages)/2]))
	firstPage := time.Since(begin)
	built := until(" pages in ")
	wholeSite := time.Since(begin)
	m.built = make(chan bool, 1000)
	go func() { // all that it says is read, so that it need not wait
		for lines.Scan() {
			if strings.Contains(lines.Text(), " pages in ") {
				m.built <- true
			}
		}
	}()
	m.get("/")
	m.listen()
	m.get(m.address(m.pages[0]))

	fmt.Printf("\n%s: %d files, %s; load of the machine %s\n", folder, len(m.pages), strings.TrimSpace(built[9:]), load())
	fmt.Printf("%-44s %s, whole site known after %s\n", "start to first page", took(firstPage), took(wholeSite))
	for _, kind := range kindsOfSave() {
		var times []time.Duration
		before := m.idle(p.Process.Pid)
		for i := range edits {
			times = append(times, m.save(i, kind.edit))
		}
		row("save of a "+kind.what+" to page served", times)
		if after := m.idle(p.Process.Pid); after > 0 {
			fmt.Printf("%-44s mean %5.1f ms\n", "processor time of that", float64((after-before).Microseconds())/1000/edits)
		}
	}
	if before := m.idle(p.Process.Pid); before > 0 {
		time.Sleep(10 * time.Second) // this is what is measured
		after, _ := cpu(p.Process.Pid)
		fmt.Printf("%-44s %.2f ms\n", "processor time of 10 s idle", float64((after-before).Microseconds())/1000)
	}
	if !testing.Short() {
		row("save of a text to pixels in Chromium", m.pixels(edits))
	}
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	stop := time.Now()
	if err := p.Wait(); err != nil {
		t.Error(err)
	}
	fmt.Printf("%-44s %s\n\n", "Ctrl-C to end", took(time.Since(stop)))
}

// row prints times.
func row(what string, times []time.Duration) {
	slices.Sort(times)
	at := func(q float64) float64 {
		return float64(times[int(math.Ceil(q*float64(len(times))))-1].Microseconds()) / 1000
	}
	fmt.Printf("%-44s p50 %7.1f ms   p95 %7.1f ms   n %d\n", what, at(.5), at(.95), len(times))
}

type kindOfSave struct {
	what string
	edit func(text, word string) string
}

func kindsOfSave() []kindOfSave {
	return []kindOfSave{
		{"text", func(text, word string) string { return text + "\n" + word + "\n" }},
		{"title", func(text, word string) string { return titleLine.ReplaceAllString(text, "title: "+word) }},
	}
}

// measureHugo takes the times of saves with Hugo's server, from just before the file is written until the page has come
// with the edit. It is asked every two milliseconds.
func measureHugo(t *testing.T, bin, folder string) {
	root := t.TempDir()
	m := &measured{t: t, dir: filepath.Join(root, "content")}
	if err := os.CopyFS(m.dir, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	m.findPages()
	for name, text := range map[string]string{
		"hugo.toml":                    "baseURL = 'http://127.0.0.1/'\ntitle = 'Measured'\n",
		"layouts/_default/baseof.html": "<!doctype html><html><head><title>{{ .Title }}</title></head><body>{{ block \"main\" . }}{{ end }}</body></html>",
		"layouts/_default/single.html": "{{ define \"main\" }}<h1>{{ .Title }}</h1>{{ .Content }}{{ range .Params.tags }}<i>{{ . }}</i>{{ end }}{{ with .PrevInSection }}<a href=\"{{ .RelPermalink }}\">{{ .Title }}</a>{{ end }}{{ with .NextInSection }}<a href=\"{{ .RelPermalink }}\">{{ .Title }}</a>{{ end }}{{ end }}",
		"layouts/_default/list.html":   "{{ define \"main\" }}<h1>{{ .Title }}</h1>{{ .Content }}{{ range .Pages }}<a href=\"{{ .RelPermalink }}\">{{ .Title }}</a>{{ end }}{{ end }}",
	} {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	port := freePort(t)
	begin := time.Now()
	p := exec.Command(bin, "server", "--source", root, "--bind", "127.0.0.1", "--port", port, "--cacheDir", filepath.Join(root, "cache"), "--appendPort=true")
	out, err := p.StdoutPipe()
	if err == nil {
		err = p.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill(); _ = p.Wait() })
	lines := bufio.NewScanner(out)
	untilSaid(t, lines, "Web Server is available")
	go func() {
		for lines.Scan() {
		}
	}()
	m.base = "http://127.0.0.1:" + port
	for m.ask(m.address(m.pages[len(m.pages)/2])) == "" {
		time.Sleep(10 * time.Millisecond)
	}
	fmt.Printf("\n%s with Hugo; load of the machine %s\n%-44s %s\n", folder, load(), "start to first page", took(time.Since(begin)))
	for _, kind := range kindsOfSave() {
		var times []time.Duration
		before := m.idle(p.Process.Pid)
		for i := range edits {
			times = append(times, m.saveAndAsk(i, kind.edit))
		}
		row("save of a "+kind.what+" to page served", times)
		if after := m.idle(p.Process.Pid); after > 0 {
			fmt.Printf("%-44s mean %5.1f ms\n", "processor time of that", float64((after-before).Microseconds())/1000/edits)
		}
	}
}

// saveAndAsk is save for a server that does not say when it has built.
func (m *measured) saveAndAsk(i int, edit func(text, word string) string) time.Duration {
	path, next, word := m.next(i, edit)
	begin := time.Now()
	if err := os.WriteFile(path, next, 0o644); err != nil {
		m.t.Fatal(err)
	}
	for time.Since(begin) < time.Minute {
		if strings.Contains(m.ask(m.address(path)), word) {
			took := time.Since(begin)
			time.Sleep(300 * time.Millisecond) // people do not save faster
			return took
		}
		time.Sleep(2 * time.Millisecond)
	}
	m.t.Fatalf("%s never shows its edit", path)
	return 0
}

// ask is get for a server that may answer with half a page while it builds.
func (m *measured) ask(address string) string {
	r, err := http.Get(m.base + address)
	if err != nil {
		return ""
	}
	defer r.Body.Close()
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return ""
	}
	return string(data)
}

func freePort(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// idle waits until a process has nothing to do, and returns the processor time that it has taken; 0 where that is not told.
func (m *measured) idle(pid int) time.Duration {
	last, ok := cpu(pid)
	for quiet := 0; ok && quiet < 5; quiet++ {
		time.Sleep(200 * time.Millisecond)
		now, _ := cpu(pid)
		if now-last > 2*time.Millisecond {
			quiet = 0
		}
		last = now
	}
	return last
}

// load is how many programs wanted a processor in the last minutes; "unknown" where the system does not tell.
func load() string {
	data, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(data))[:2], " ") + fmt.Sprintf(" on %d processors", runtime.NumCPU())
}

// measured is a preview and the folder that it shows.
type measured struct {
	t     *testing.T
	dir   string
	base  string
	pages []string // paths of files with a title, evenly over the folder
	event *bufio.Scanner
	built chan bool // it has said that a build is done
}

var titleLine = regexp.MustCompile(`(?m)^title:.*$`)

func (m *measured) findPages() {
	err := filepath.WalkDir(m.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".md" || d.Name() == "README.md" || strings.HasPrefix(d.Name(), "_") || d.Name() == "index.md" {
			return err
		}
		data, err := os.ReadFile(path)
		if err == nil && titleLine.Match(data) && !strings.Contains(string(data), "\nslug:") && !strings.Contains(string(data), "\ndraft:") {
			m.pages = append(m.pages, path)
		}
		return err
	})
	if err != nil {
		m.t.Fatal(err)
	}
}

func (m *measured) address(path string) string {
	below, err := filepath.Rel(m.dir, path)
	if err != nil {
		m.t.Fatal(err)
	}
	return "/" + strings.TrimSuffix(filepath.ToSlash(below), ".md") + "/"
}

func (m *measured) get(address string) string {
	r, err := http.Get(m.base + address)
	if err != nil {
		m.t.Fatal(err)
	}
	defer r.Body.Close()
	data, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK && address != "/" {
		m.t.Fatalf("%s: %s %v", address, r.Status, err)
	}
	return string(data)
}

// listen hears of builds as a browser does.
func (m *measured) listen() {
	r, err := http.Get(m.base + "/_handbook/events")
	if err != nil {
		m.t.Fatal(err)
	}
	m.t.Cleanup(func() { r.Body.Close() })
	m.event = bufio.NewScanner(r.Body)
	m.event.Buffer(nil, 1<<24)
	m.build()
}

func (m *measured) build() {
	for m.event.Scan() {
		if strings.HasPrefix(m.event.Text(), "data: ") {
			return
		}
	}
	m.t.Fatal("the preview says nothing any more")
}

// save edits the i-th of some pages that are open, and takes the time from just before the file is written until the
// page has come with the edit. Then it waits until the preview has told of the build in the terminal.
func (m *measured) save(i int, edit func(text, word string) string) time.Duration {
	path, next, word := m.next(i, edit)
	begin := time.Now()
	if err := os.WriteFile(path, next, 0o644); err != nil {
		m.t.Fatal(err)
	}
	for {
		m.build()
		if strings.Contains(m.get(m.address(path)), word) {
			took := time.Since(begin)
			<-m.built
			return took
		}
	}
}

// next is the i-th of some pages, which is opened, and what it will be: with a word that it shows.
func (m *measured) next(i int, edit func(text, word string) string) (path string, next []byte, word string) {
	path = m.pages[i*len(m.pages)/edits]
	m.ask(m.address(path))
	text, err := os.ReadFile(path)
	if err != nil {
		m.t.Fatal(err)
	}
	word = fmt.Sprintf("word%dx%d", i, time.Now().UnixNano())
	return path, []byte(edit(string(text), word)), word
}

// pixels takes the times until a frame with the edit has been drawn.
func (m *measured) pixels(n int) (times []time.Duration) {
	b := newTab(m.t)
	path := m.pages[len(m.pages)/3]
	b.Open(m.base + m.address(path))
	b.Until(`document.querySelector("script[data-handbook-state=listening]")`)
	b.Run(`document.addEventListener("hb:update", () => requestAnimationFrame(() => {
		const channel = new MessageChannel();
		channel.port1.onmessage = () => { window.drawn = performance.timeOrigin + performance.now(); };
		channel.port2.postMessage(0);
	}))`)
	text, err := os.ReadFile(path)
	if err != nil {
		m.t.Fatal(err)
	}
	for i := range n {
		b.Run(`window.drawn = 0`)
		begin := time.Now()
		if err := os.WriteFile(path, fmt.Appendf(text, "\nDrawn %dx.\n", i), 0o644); err != nil {
			m.t.Fatal(err)
		}
		b.Until(fmt.Sprintf(`window.drawn > 0 && document.body.textContent.includes("Drawn %dx.")`, i))
		drawn, err := strconv.ParseFloat(b.Text(`String(window.drawn)`), 64)
		if err != nil {
			m.t.Fatal(err)
		}
		times = append(times, time.UnixMicro(int64(drawn*1000)).Sub(begin))
		<-m.built
	}
	return times
}

// cpu is the processor time that a process has taken; false where that is not told by the thread.
func cpu(pid int) (total time.Duration, ok bool) {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil || len(threads) == 0 {
		return 0, false
	}
	for _, file := range threads {
		data, err := os.ReadFile(file)
		if err != nil {
			continue // the thread has ended
		}
		var ran int64
		if _, err := fmt.Sscan(string(data), &ran); err != nil {
			return 0, false
		}
		total += time.Duration(ran)
	}
	return total, true
}
