package preview

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"handbook/builder/diag"
)

// maxStreams is how many browsers may listen at a time. Each costs a connection.
const maxStreams = 200

// maxChanged and the others keep an event small: beyond them a browser is told that any file may have changed, and how
// many messages it is not shown.
const (
	maxChanged = 500
	maxShown   = 40
	maxPlaces  = 10 // of one message
)

// abroad is what other machines are told: which files to load again. Messages name files, quote them and may be about pages that
// are not for who looks; where the author goes is the author's.
func (e event) abroad() event {
	return event{Build: e.Build, All: e.All, Changed: e.Changed, Messages: []message{}}
}

// heartbeat is how often a stream says that it lives, so that both ends notice when it does not. The live script counts
// on it.
const heartbeat = 20 * time.Second

// event is what a browser is told after a build.
type event struct {
	Build    string    `json:"build"`             // differs from event to event and from run to run
	All      bool      `json:"all,omitempty"`     // too many files have changed to list them
	Changed  []string  `json:"changed,omitempty"` // addresses of files that are no pages, escaped; a tab asks for its page itself
	Go       string    `json:"go,omitempty"`      // the address to go to
	Errors   int       `json:"errors"`
	Warnings int       `json:"warnings"`
	Messages []message `json:"messages"`       // errors first
	Sums     []string  `json:"sums,omitempty"` // "12 × broken-link", where not all messages are shown
}

// message is a diag.Located as the panel shows it.
type message struct {
	Severity string   `json:"severity"`
	Rule     string   `json:"rule"`
	At       string   `json:"at"` // "content/a.md:3:7"
	File     string   `json:"file,omitempty"`
	Text     string   `json:"text"`
	Help     string   `json:"help,omitempty"`
	Notes    []string `json:"notes,omitempty"`
	Line     int      `json:"line,omitempty"`
	Column   int      `json:"column,omitempty"`
	Excerpt  string   `json:"excerpt,omitempty"`
	CaretAt  int      `json:"caretAt"`
	CaretLen int      `json:"caretLen"`
	Open     string   `json:"open,omitempty"` // the address that opens an editor; openPath for one to which the place is posted
}

// eventFor is what browsers are told of a build. files are the addresses that are known to differ.
func (s *server) eventFor(r Report, files []string) event {
	e := event{Build: s.nextEvent(), Changed: files, Messages: []message{}}
	if len(e.Changed) > maxChanged {
		e.All, e.Changed = true, nil
	}
	if r.Err != nil {
		e.Errors = 1
		e.Messages = append(e.Messages, message{Severity: "error", Text: r.Err.Error()})
	}
	for _, m := range r.Result.Messages {
		if m.Severity == diag.Error {
			e.Errors++
		}
	}
	e.Warnings = len(r.Result.Messages) - e.Errors
	for _, m := range s.worstFirst(r, maxShown-len(e.Messages)) {
		e.Messages = append(e.Messages, s.shown(m))
	}
	if e.Errors+e.Warnings > len(e.Messages) {
		for _, t := range diag.Tallies(r.Result.Messages) {
			e.Sums = append(e.Sums, fmt.Sprintf("%d × %s", t.Places, t.Rule))
		}
	}
	return e
}

// worstFirst picks of a build's messages as many as are shown: errors before warnings, and those that came up while somebody
// writes before those that were there at the start, which in a large handbook may be thousands.
func (s *server) worstFirst(r Report, most int) []diag.Located {
	all := r.Result.Messages
	if s.start == nil && r.Err == nil {
		s.start = make(map[diag.Said]bool, len(all))
		for m := range diag.Each(all) {
			s.start[m.Said()] = true
		}
	}
	var ranks [4][]diag.Located
	var alone [4]int // of each, those that no others are told with
	for m := range diag.Each(all) {
		n := 0
		if m.Severity != diag.Error {
			n = 2
		}
		if s.start[m.Said()] {
			n++
		}
		grouped := m.Group != (diag.Group{})
		if grouped || alone[n] < most {
			ranks[n] = append(ranks[n], m)
		}
		if !grouped {
			alone[n]++
		}
	}
	var list []diag.Located
	for _, rank := range ranks {
		list = append(list, diag.Sum(rank)...)
	}
	return list[:min(most, len(list))]
}

func (s *server) shown(m diag.Located) message {
	out := message{
		Severity: m.Severity.String(), Rule: string(m.Rule), At: s.at(m.File, m.Line, m.Column),
		Text: diag.Sentence(s.cfg.Reach, m.Text), Help: diag.Sentence(s.cfg.Reach, m.Help),
		File: m.File, Line: m.Line, Column: m.Column, Excerpt: m.Excerpt, CaretAt: m.CaretAt, CaretLen: m.CaretLen,
	}
	for _, n := range m.Beside(maxPlaces) {
		text := s.at(n.File, n.Line, n.Column) + ": " + diag.Sentence(s.cfg.Reach, n.Text)
		out.Notes = append(out.Notes, strings.TrimPrefix(text, ": "))
	}
	switch {
	case m.File == "":
	case s.cfg.Editor != nil:
		out.Open = s.cfg.Editor(m.File, max(m.Line, 1), max(m.Column, 1))
	case s.cfg.Open != nil:
		out.Open = openPath
	}
	return out
}

func (s *server) at(file string, line, column int) string {
	return diag.Style{Reach: s.cfg.Reach}.At(file, line, column)
}

// serveEvents keeps a browser told: first what is, then each build.
func (s *server) serveEvents(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		w.Header().Set("Allow", "GET")
		plain(w, r, http.StatusMethodNotAllowed, "")
		return
	}
	// Subscribed before the present state is read, so that no build falls in between.
	events, leave := s.hub.join()
	if events == nil {
		w.Header().Set("Retry-After", "5")
		plain(w, r, http.StatusServiceUnavailable, "Too many browsers listen already.\n")
		return
	}
	defer leave()
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	s.mu.Lock()
	first := s.now.Load().event
	first.Changed, first.All = s.past.since(cmp.Or(r.Header.Get("Last-Event-ID"), r.URL.Query().Get("since")))
	first.Go = ""
	s.mu.Unlock()
	out := stream{w, http.NewResponseController(w), isLocal(r)}
	if !out.write("retry: 1000\n\n") || !out.event(first) {
		return
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		select {
		case <-r.Context().Done():
			return
		case <-beat.C:
			if !out.write("event: alive\ndata: .\n\n") {
				return
			}
		case e := <-events:
			if !out.event(e) {
				return
			}
		}
	}
}

// past is which files changed with each event, so that a browser that listens again learns what it has missed.
type past struct {
	steps []step // the oldest first; earlier ones are forgotten
	files int    // in all steps
}

type step struct {
	build string
	files []string
}

// add remembers an event.
func (p *past) add(e event) {
	if e.All {
		p.steps, p.files = nil, 0
	}
	p.steps = append(p.steps, step{e.Build, e.Changed})
	p.files += len(e.Changed)
	for p.files > maxChanged || len(p.steps) > maxChanged {
		p.files -= len(p.steps[0].files)
		p.steps = p.steps[1:]
	}
}

// since lists the files that have changed after a build; all says that this is not known. Who names no build has missed
// nothing.
func (p *past) since(build string) (files []string, all bool) {
	at := slices.IndexFunc(p.steps, func(s step) bool { return s.build == build })
	if at < 0 {
		return nil, build != ""
	}
	for _, s := range p.steps[at+1:] {
		files = append(files, s.files...)
	}
	slices.Sort(files)
	return slices.Compact(files), false
}

// stream writes server-sent events.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	local   bool // who listens sits at this machine
}

func (s stream) event(e event) bool {
	if !s.local {
		e = e.abroad()
	}
	data, err := json.Marshal(e)
	return err == nil && s.write("id: "+e.Build+"\ndata: "+string(data)+"\n\n")
}

// write gives up on a browser that takes nothing for ten seconds.
func (s stream) write(text string) bool {
	_ = s.control.SetWriteDeadline(time.Now().Add(10 * time.Second))
	_, err := s.w.Write([]byte(text))
	return err == nil && s.control.Flush() == nil
}

// hub hands each event to every stream. A stream that is slow gets several as one.
type hub struct {
	mu      sync.Mutex
	streams map[chan event]bool
}

func newHub() *hub { return &hub{streams: map[chan event]bool{}} }

// join returns a channel of events and a function to leave with; nil when there are too many.
func (h *hub) join() (events chan event, leave func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.streams) >= maxStreams {
		return nil, nil
	}
	events = make(chan event, 1)
	h.streams[events] = true
	return events, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.streams, events)
	}
}

func (h *hub) send(e event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for events := range h.streams {
		next := e
		select {
		case earlier := <-events:
			next = earlier.and(e)
		default:
		}
		events <- next // has room: only send fills it, and holds the lock
	}
}

// and is the event that says what e and then later say.
func (e event) and(later event) event {
	later.All = later.All || e.All
	later.Go = cmp.Or(later.Go, e.Go)
	later.Changed = slices.Concat(e.Changed, later.Changed)
	slices.Sort(later.Changed)
	later.Changed = slices.Compact(later.Changed)
	if later.All || len(later.Changed) > maxChanged {
		later.All, later.Changed = true, nil
	}
	return later
}
