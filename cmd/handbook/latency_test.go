package main

import (
	"bufio"
	"errors"
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

// TestLatency measures the preview of the handbooks that HANDBOOK_BENCH names, separated by commas: how long it takes until a page
// is served after the start, and after a save until the edited page is served over loopback and until its pixels have changed in
// Chromium, and how much processor time an idle preview takes. It prints a table and judges nothing: what is fast enough depends on
// the machine. HANDBOOK_BENCH_HUGO names a hugo program whose server is measured on the same folders, with testdata/hugo. A folder
// without content/ is taken for one of pages.
//
//	HANDBOOK_BENCH=docs,/srv/wiki go test ./cmd/handbook -run Latency -v
func TestLatency(t *testing.T) {
	for _, folder := range foldersToMeasure(t) {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			all := []latencies{measure(t, folder)}
			if bin := os.Getenv("HANDBOOK_BENCH_HUGO"); bin != "" {
				all = append(all, measureHugo(t, bin, folder))
			}
			printLatencies(all)
		})
	}
}

func foldersToMeasure(t *testing.T) []string {
	folders := os.Getenv("HANDBOOK_BENCH")
	if folders == "" {
		t.Skip("HANDBOOK_BENCH names no folders to measure with")
	}
	return strings.Split(folders, ",")
}

// copyToMeasure copies a handbook to a new folder, with the site that Hugo makes of it.
func copyToMeasure(t *testing.T, folder string) string {
	root := t.TempDir()
	to := root
	if _, err := os.Stat(filepath.Join(folder, "content")); err != nil {
		to = filepath.Join(root, "content")
	}
	if err := os.CopyFS(to, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(root, os.DirFS("testdata/hugo")); err != nil && !errors.Is(err, fs.ErrExist) {
		t.Fatal(err)
	}
	return root
}

// latencies are what was measured of one preview.
type latencies struct {
	pages int
	start time.Duration     // until the first page is served
	saves [][]time.Duration // of each kind
	cost  []float64         // milliseconds of a processor of each kind, on average; 0 where that is not told
	drawn []time.Duration   // from a save to pixels
	more  string
}

func edits() int { // of each kind
	if testing.Short() {
		return 5
	}
	return 40
}

func measure(t *testing.T, folder string) (l latencies) {
	root := copyToMeasure(t, folder)
	m := &measured{t: t, dir: filepath.Join(root, "content")}
	m.findPages()
	if len(m.pages) < 20 {
		t.Fatalf("%s has %d pages with a title in their frontmatter, and at least 20 are needed", folder, len(m.pages))
	}
	begin := time.Now()
	p, lines := startServe(t, "-C", root, "--addr", "127.0.0.1:0", "--editor", "none")
	until := func(part string) string { return untilSaid(t, lines, part) }
	m.base = strings.TrimSuffix(until("http://"), "/")
	m.get(m.address(m.pages[len(m.pages)/2]))
	l.pages, l.start = len(m.pages), time.Since(begin)
	until(" pages in ")
	l.more = fmt.Sprintf("The whole site is known %s after the start.", took(time.Since(begin)))
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
	l.saves, l.cost = m.allSaves(p, m.save)
	if before := m.idle(p.Process.Pid); before > 0 {
		time.Sleep(10 * time.Second) // this is what is measured
		after, _ := cpu(p.Process.Pid)
		l.more += fmt.Sprintf(" Ten seconds without a save take %s of a processor.", took(after-before))
	}
	if !testing.Short() {
		l.drawn = m.pixels(edits())
	}
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	stop := time.Now()
	if err := p.Wait(); err != nil {
		t.Error(err)
	}
	l.more += fmt.Sprintf(" It ends %s after Ctrl-C.", took(time.Since(stop)))
	return l
}

// allSaves takes the times of saves of each kind, and the processor time that a process takes for one.
func (m *measured) allSaves(p *exec.Cmd, save func(i int, edit edit) time.Duration) (times [][]time.Duration, cost []float64) {
	for _, kind := range kindsOfSave {
		var of []time.Duration
		before := m.idle(p.Process.Pid)
		for i := range edits() {
			of = append(of, save(i, kind.edit))
		}
		times = append(times, of)
		cost = append(cost, float64((m.idle(p.Process.Pid)-before).Microseconds())/1000/float64(edits()))
	}
	return times, cost
}

func printLatencies(all []latencies) {
	head, line := "| From a save until the page is served |", "|---|"
	for _, name := range []string{"handbook", "Hugo"}[:len(all)] {
		head += fmt.Sprintf(" %s: p50 | p95 | processor |", name)
		line += "--:|--:|--:|"
	}
	fmt.Printf("\n%d documents, saves of each kind: %d; load %s.\n\n%s\n%s\n", all[0].pages, edits(), load(), head, line)
	for i, kind := range kindsOfSave {
		row := "| " + kind.what + " |"
		for _, l := range all {
			row += fmt.Sprintf(" %s | %s | %.1f ms |", within(l.saves[i], .5), within(l.saves[i], .95), l.cost[i])
		}
		fmt.Println(row)
	}
	if drawn := all[0].drawn; drawn != nil {
		fmt.Printf("| a text, until it is drawn in Chromium | %s | %s | |%s\n", within(drawn, .5), within(drawn, .95), strings.Repeat(" |", 3*(len(all)-1)))
	}
	row := "| start, until the first page is served |"
	for _, l := range all {
		row += fmt.Sprintf(" %s | | |", milliseconds(l.start))
	}
	fmt.Printf("%s\n\n%s\n", row, all[0].more)
}

// within is the time in which a share of them have ended.
func within(times []time.Duration, share float64) string {
	times = slices.Sorted(slices.Values(times))
	return milliseconds(times[int(math.Ceil(share*float64(len(times))))-1])
}

func milliseconds(d time.Duration) string {
	if d >= 10*time.Second {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
}

// edit makes a text another one, in which a word stands that its page shows. link is the way to another page.
type edit func(text, word, link string) string

var kindsOfSave = []struct {
	what string
	edit edit
}{
	{"a word", func(text, word, _ string) string { return text + "\n" + word + "\n" }},
	{"a title", func(text, word, _ string) string { return titleLine.ReplaceAllString(text, "title: "+word) }},
	{"a link", func(text, word, link string) string { return fmt.Sprintf("%s\n[%s](%s)\n", text, word, link) }},
	{"an owner", func(text, word, _ string) string {
		return titleLine.ReplaceAllString(ownerLine.ReplaceAllString(text, ""), "$0\nowner: "+word)
	}},
}

// measureHugo takes the times of saves with Hugo's server, from just before the file is written until the page has come
// with the edit. It is asked every two milliseconds.
func measureHugo(t *testing.T, bin, folder string) (l latencies) {
	root := copyToMeasure(t, folder)
	m := &measured{t: t, dir: filepath.Join(root, "content")}
	m.findPages()
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
	l.start = time.Since(begin)
	l.saves, l.cost = m.allSaves(p, m.saveAndAsk)
	return l
}

// saveAndAsk is save for a server that does not say when it has built.
func (m *measured) saveAndAsk(i int, edit edit) time.Duration {
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

var (
	titleLine = regexp.MustCompile(`(?m)^title:.*$`)
	ownerLine = regexp.MustCompile(`(?m)^owner:.*\n`)
)

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
func (m *measured) save(i int, edit edit) time.Duration {
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
func (m *measured) next(i int, edit edit) (path string, next []byte, word string) {
	path = m.pages[i*len(m.pages)/edits()]
	m.ask(m.address(path))
	text, err := os.ReadFile(path)
	if err != nil {
		m.t.Fatal(err)
	}
	word = fmt.Sprintf("word%dx%d", i, time.Now().UnixNano())
	link, err := filepath.Rel(filepath.Dir(path), m.pages[(i+1)%len(m.pages)])
	if err != nil {
		m.t.Fatal(err)
	}
	return path, []byte(edit(string(text), word, filepath.ToSlash(link))), word
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
