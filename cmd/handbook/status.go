package main

import (
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"handbook/builder"
	"handbook/builder/diag"
	"handbook/builder/preview"
	"handbook/builder/source"
)

// status tells what the preview does: a line for each build, and what is wrong. On a terminal the messages stand below
// the last line and are rewritten in place; in a log each stands once, when it is new.
type status struct {
	out   io.Writer
	size  func() (columns, rows int) // of the terminal; nil for a log
	color bool
	job   builder.Job
	now   func() time.Time

	mu     sync.Mutex
	block  []string           // the lines below the last build's, as they were written
	before map[diag.Said]bool // messages of the last build
	start  map[diag.Said]bool // messages of the first
}

// Bounds of what is shown at a time. What is left out is counted, and `handbook check` prints it.
const (
	maxBlock = 30 // lines of messages on a terminal
	maxLog   = 50 // messages of one build in a log
)

// say writes a line of its own.
func (s *status) say(format string, a ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := fmt.Sprintf(format, a...)
	if s.size == nil {
		fmt.Fprintln(s.out, text)
		return
	}
	columns, _ := s.size()
	s.draw(wrap(text, columns, 0), s.block)
}

// built tells of a build.
func (s *status) built(r preview.Report) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := make(map[diag.Said]bool, len(r.Result.Messages))
	for m := range diag.Each(r.Result.Messages) {
		now[m.Said()] = true
	}
	if s.start == nil {
		s.start = now
	}
	all := r.Result.Messages
	fresh := func(m diag.Located) bool { return !s.before[m.Said()] }
	old := func(m diag.Located) bool { // it was there at the start, and has been ever since
		return m.Severity != diag.Error && s.start[m.Said()] && (s.before == nil || !fresh(m))
	}
	messages := slices.Concat(
		diag.Only(all, func(m diag.Located) bool { return m.Severity == diag.Error && fresh(m) }),
		diag.Only(all, func(m diag.Located) bool { return m.Severity == diag.Error && !fresh(m) }),
		diag.Only(all, func(m diag.Located) bool { return m.Severity != diag.Error && !old(m) && fresh(m) }),
		diag.Only(all, func(m diag.Located) bool { return m.Severity != diag.Error && !old(m) && !fresh(m) }))
	known := diag.Only(all, old)
	messages = append(messages, known...)
	if s.size != nil {
		columns, rows := s.size()
		s.draw([]string{cut(s.line(r, messages, columns), columns)}, s.below(messages[:len(messages)-len(known)], known, columns,
			min(maxBlock, rows-4)))
	} else {
		fmt.Fprintln(s.out, s.line(r, messages, 1<<20))
		messages = slices.DeleteFunc(messages, func(m diag.Located) bool { return !fresh(m) })
		_ = s.style().Text(s.out, messages[:min(maxLog, len(messages))])
		if more := len(messages) - maxLog; more > 0 {
			fmt.Fprintf(s.out, "… and %d more: `handbook check --all` prints them\n", more)
		}
	}
	s.before = now
}

// line is what is said of a build in one line: when, what changed, how many pages look otherwise, how long it took, and
// the worst message. Names of files are cut so that all but the message fits into columns.
func (s *status) line(r preview.Report, worstFirst []diag.Located, columns int) string {
	at := s.now().Format("15:04:05") + " "
	if r.Err != nil {
		return at + r.Err.Error()
	}
	names, what := func(int) string { return "" }, count(r.Result.Pages, "page")
	if r.Number > 1 {
		shown := 0
		changed := map[string]bool{} // paths of outputs
		for _, address := range r.Pages {
			if p, err := url.PathUnescape(address); err == nil {
				p = strings.TrimPrefix(p, "/"+strings.TrimPrefix(strings.Trim(r.Result.BasePath, "/")+"/", "/"))
				changed[outputAt(p)] = true
			}
		}
		for _, o := range r.Result.Outputs {
			if o.File != "" && changed[o.Path] { // what handbook makes of all pages, such as lists, nobody counts
				shown++
			}
		}
		names, what = changedFiles(s.job, r.Changed), fmt.Sprintf(": %d of %s", shown, what)
	}
	what += fmt.Sprintf(" in %s, %s", took(r.Took), diag.Severities(worstFirst))
	line := at + names(max(12, columns-width(at+what))) + what
	if len(worstFirst) > 0 {
		line += ": " + plain(diag.Sentence(reach(s.job), worstFirst[0].Text))
	}
	return line
}

// outputAt is the path of the output that is shown at an address below the site's.
func outputAt(address string) string {
	if address == "" || strings.HasSuffix(address, "/") {
		return address + "index.html"
	}
	return address
}

func (s *status) style() diag.Style {
	return diag.Style{Color: s.color, Brief: true, Reach: reach(s.job)}
}

// below are the lines below a build's. Of many warnings that have been there since the start only what they are is said:
// whoever writes looks for what is new.
func (s *status) below(messages, old []diag.Located, columns, rows int) []string {
	if len(old) <= firstShown {
		return s.messages(slices.Concat(messages, old), columns, rows)
	}
	table := overview(old, s.style(), columns)
	most := rows - 2
	if len(messages) > 0 {
		most = rows / 2
	}
	if most = max(3, most); len(table) > most {
		table = append(table[:most-1], cut(fmt.Sprintf("… and %s more", count(len(table)-most+1, "rule")), columns))
	}
	lines := s.messages(messages, columns, rows-len(table)-2)
	if len(lines) == 0 {
		lines = []string{""}
	}
	return append(append(lines, table...), cut("`handbook check --all` prints all of them", columns))
}

// messages are the lines of as many messages as there is room for.
func (s *status) messages(list []diag.Located, columns, rows int) []string {
	var lines []string
	style := s.style()
	whole := style.Reach
	style.Reach = func(file string) string { return end(whole(file), columns-len(":1234:123: ")) }
	for i, m := range list {
		var b strings.Builder
		_ = style.Text(&b, []diag.Located{narrow(m, columns-9)})
		var more []string
		for line := range strings.Lines(b.String()) {
			more = append(more, wrap(strings.TrimSuffix(line, "\n"), columns, 6)...)
		}
		if i > 0 && len(lines)+len(more) > rows {
			return append(lines, cut(fmt.Sprintf("… and %d more: `handbook check` prints them", len(list)-i), columns))
		}
		if len(lines) == 0 {
			lines = append(lines, "")
		}
		lines = append(lines, more...)
	}
	return lines
}

// draw writes lines that stay above lines that are rewritten the next time. Lines that turn out wider than the terminal
// are cut by it, so that each takes one row.
func (s *status) draw(stay, block []string) {
	var b strings.Builder
	columns, _ := s.size()
	rows := 0
	for _, line := range s.block {
		rows += max(1, (width(line)+columns-1)/columns) // narrower than it was, the terminal has wrapped them
	}
	b.WriteString("\r")
	if rows > 0 {
		fmt.Fprintf(&b, "\x1b[%dA", rows)
	}
	b.WriteString("\x1b[J\x1b[?7l")
	for _, line := range slices.Concat(stay, block) {
		b.WriteString(line)
		b.WriteString("\n")
	}
	b.WriteString("\x1b[?7h")
	_, _ = io.WriteString(s.out, b.String()) // nobody is left to be told
	s.block = block
}

// changedFiles names what was saved in so many columns: at most three files of it, and how many more.
func changedFiles(job builder.Job, changed []string) func(columns int) string {
	var names, lost []string
	for _, path := range changed {
		if _, err := os.Lstat(path); err != nil {
			lost = append(lost, plain(changedFile(job, path)))
		} else {
			names = append(names, plain(changedFile(job, path)))
		}
	}
	if len(names) == 0 {
		names = lost // else these may be what an editor has saved through
	}
	names = slices.Compact(names)
	and := " and %d more"
	if len(changed) >= preview.ManyFiles {
		and = " and at least %d more"
	}
	return func(columns int) string {
		switch {
		case len(names) == 0:
			return "a new day"
		case len(names) <= 3 && width(strings.Join(names, ", ")) <= columns || len(names) == 1:
			return cut(strings.Join(names, ", "), columns)
		}
		for shown := min(3, len(names)-1); ; shown-- {
			more := fmt.Sprintf(and, len(names)-shown)
			text := strings.Join(names[:shown], ", ")
			if shown == 1 || width(text+more) <= columns {
				return cut(text, max(4, columns-width(more))) + more
			}
		}
	}
}

// changedFile names a file by its path below the content folder, or else below the site's.
func changedFile(job builder.Job, path string) string {
	if slices.Contains(strings.Split(filepath.ToSlash(path), "/"), ".git") {
		return "git"
	}
	for _, folder := range []string{job.Content, job.Root} {
		if below, err := filepath.Rel(source.RealPath(folder), path); err == nil && filepath.IsLocal(below) {
			return filepath.ToSlash(below)
		}
	}
	return filepath.ToSlash(path)
}

// narrow leaves of a message's line what fits into columns, with the place in it.
func narrow(m diag.Located, columns int) diag.Located {
	line := []rune(m.Excerpt)
	if m.Line == 0 || width(m.Excerpt) <= columns || m.CaretAt > len(line) {
		return m
	}
	from, to := m.CaretAt, m.CaretAt
	used := 2 // for what shows that something is left out
	for grown := true; grown; {
		grown = false
		if to < len(line) && used+width(string(line[to])) <= columns {
			used += width(string(line[to]))
			to, grown = to+1, true
		}
		if from > 0 && used+width(string(line[from-1])) <= columns {
			from--
			used, grown = used+width(string(line[from])), true
		}
	}
	text := string(line[from:to])
	m.CaretAt -= from
	m.CaretLen = max(1, min(m.CaretLen, to-from-m.CaretAt))
	if from > 0 {
		text = "…" + text
		m.CaretAt++
	}
	if to < len(line) {
		text += "…"
	}
	m.Excerpt = text
	return m
}
