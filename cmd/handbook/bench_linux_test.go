package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestBuildTimes measures the program, and the Hugo that HANDBOOK_BENCH_HUGO names, on the handbooks that HANDBOOK_BENCH names, and
// prints a table: the medians of three runs, and of the ratios of each run to Hugo's. They take turns, so that what else the
// machine does disturbs both. It judges nothing.
func TestBuildTimes(t *testing.T) {
	folders := foldersToMeasure(t)
	program := filepath.Join(t.TempDir(), "handbook")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	fmt.Printf("\n%s\n", machine(t, program))
	for _, folder := range folders {
		all := []*contender{{t: t, name: "handbook", root: copyToMeasure(t, folder), program: []string{program}}}
		if hugo := os.Getenv("HANDBOOK_BENCH_HUGO"); hugo != "" {
			all = append(all, &contender{t: t, name: "Hugo", root: copyToMeasure(t, folder), program: []string{hugo, "--noBuildLock"}})
		}
		rounds := 3
		if testing.Short() {
			rounds = 1
		}
		for range rounds {
			for i, task := range tasks {
				for k, c := range all {
					task.before(c)
					c.measure(i, task.do[k])
				}
			}
		}
		printTasks(all)
	}
}

// tasks are what is measured, each on what the one before it has left, and what handbook and Hugo are asked for.
var tasks = []struct {
	what   string
	before func(*contender)
	do     [2][]string
}{
	{"`build`, first", (*contender).forget, [2][]string{{"build"}}},
	{"`build`, nothing changed", (*contender).leave, [2][]string{{"build"}}},
	{"`build`, every page changed", (*contender).rename, [2][]string{{"build"}}},
	{"`build`, one page changed, restored", (*contender).checkOut, [2][]string{{"build"}}},
	{"`check`, first", (*contender).forget, [2][]string{{"check"}, {"--renderToMemory"}}},
	{"`query`", (*contender).leave, [2][]string{{"query", `from: all, where: freshness == "overdue", columns: [title, owner]`}, {"list", "all"}}},
}

// contender is a program with its own copy of a handbook.
type contender struct {
	t       *testing.T
	name    string
	root    string
	program []string
	took    [][]spending // of each task
	wrote   string
}

// spending is what a run took: seconds, seconds of all processors, and the most megabytes at a time.
type spending [3]float64

func (c *contender) measure(task int, args []string) {
	cmd := exec.Command(c.program[0], slices.Concat(c.program[1:], args)...)
	cmd.Dir = c.root
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	begin := time.Now()
	err := cmd.Run()
	wall := time.Since(begin)
	if err != nil {
		c.t.Fatalf("%s: %v: %s", cmd, err, &said)
	}
	if len(c.took) == 0 {
		c.took = make([][]spending, len(tasks))
		c.wrote = fmt.Sprintf("%s writes %s", c.name, weigh(c.t, filepath.Join(c.root, "public")))
	}
	p := cmd.ProcessState
	c.took[task] = append(c.took[task], spending{wall.Seconds(), (p.UserTime() + p.SystemTime()).Seconds(),
		float64(p.SysUsage().(*syscall.Rusage).Maxrss) * 1024 / 1e6})
}

func (c *contender) leave() {}

// forget takes away all that earlier runs have left.
func (c *contender) forget() {
	for _, name := range []string{"public", cacheFolder} {
		if err := os.RemoveAll(filepath.Join(c.root, name)); err != nil {
			c.t.Fatal(err)
		}
	}
}

// rename gives the handbook another name, which is on every page.
func (c *contender) rename() {
	for _, file := range []string{"handbook.yaml", "hugo.toml"} {
		c.edit(file, func(text []byte) []byte {
			return nameLine.ReplaceAll(text, fmt.Appendf(nil, "$1%q", time.Now().String()))
		})
	}
}

var nameLine = regexp.MustCompile(`(?m)^(name: |title = ).*$`)

// checkOut makes a copy of everything as continuous integration does: no file has the time that it had. One page is another one.
func (c *contender) checkOut() {
	last := c.root
	c.root = copyToMeasure(c.t, last)
	if err := os.RemoveAll(last); err != nil {
		c.t.Fatal(err)
	}
	c.edit("content/overview.md", func(text []byte) []byte { return fmt.Appendf(text, "\n%s\n", time.Now()) })
}

func (c *contender) edit(file string, edit func([]byte) []byte) {
	path := filepath.Join(c.root, filepath.FromSlash(file))
	text, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, edit(text), 0o644)
	}
	if err != nil {
		c.t.Fatal(err)
	}
}

// weigh says how much there is in a folder.
func weigh(t *testing.T, dir string) string {
	files, size := 0, int64(0)
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		files++
		size += info.Size()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%.1f MB in %d files", float64(size)/1e6, files)
}

func printTasks(all []*contender) {
	m := &measured{t: all[0].t, dir: filepath.Join(all[0].root, "content")}
	m.findPages()
	wrote := all[0].wrote
	head, line := "| |", "|---|"
	for _, c := range all {
		head += fmt.Sprintf(" %s: time | processor | memory |", c.name)
		line += "--:|--:|--:|"
	}
	if len(all) == 2 {
		wrote += ", " + all[1].wrote
		head += " ratio: time | processor | memory |"
		line += "--:|--:|--:|"
	}
	fmt.Printf("\n%d documents, runs: %d; %s.\n\n%s\n%s\n", len(m.pages), len(all[0].took[0]), wrote, head, line)
	for i, task := range tasks {
		row := "| " + task.what + " |"
		for _, c := range all {
			m := median(c.took[i])
			row += fmt.Sprintf(" %.2f s | %.2f s | %.0f MB |", m[0], m[1], m[2])
		}
		if len(all) == 2 {
			m := median(ratios(all[0].took[i], all[1].took[i]))
			row += fmt.Sprintf(" %.2f | %.2f | %.2f |", m[0], m[1], m[2])
		}
		fmt.Println(row)
	}
}

// ratios compares each run with the one of its turn.
func ratios(ours, theirs []spending) []spending {
	all := slices.Clone(ours)
	for i := range all {
		for k := range all[i] {
			all[i][k] /= theirs[i][k]
		}
	}
	return all
}

func median(all []spending) (m spending) {
	for k := range m {
		of := make([]float64, len(all))
		for i := range all {
			of[i] = all[i][k]
		}
		slices.Sort(of)
		m[k] = of[len(of)/2]
	}
	return m
}

// machine says when and on what is measured.
func machine(t *testing.T, program string) string {
	first := func(bin string) string {
		out, err := exec.Command(bin, "version").Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(out))
	}
	said := fmt.Sprintf("Measured on %s: %s, load %s; %s", time.Now().Format("2 January 2006"), processor(), load(), first(program))
	if bin := os.Getenv("HANDBOOK_BENCH_HUGO"); bin != "" {
		said += ", " + strings.Join(strings.Fields(first(bin))[:2], " ")
	}
	return said + "."
}

var model = regexp.MustCompile(`(?m)^model name\s*: (.*)$`)

func processor() string {
	data, _ := os.ReadFile("/proc/cpuinfo")
	if m := model.FindSubmatch(data); m != nil {
		return string(m[1])
	}
	return "an unknown processor"
}
