package external

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// site is a web site on this machine that counts what it is asked.
type site struct {
	*httptest.Server
	mu    sync.Mutex
	asked map[string]int // "HEAD /a"
	now   int            // questions that are being answered
	most  int
}

func newSite(t *testing.T) *site {
	s := &site{asked: map[string]int{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked[r.Method+" "+r.URL.Path]++
		n := s.asked[r.Method+" "+r.URL.Path]
		s.now++
		s.most = max(s.most, s.now)
		s.mu.Unlock()
		defer func() {
			s.mu.Lock()
			s.now--
			s.mu.Unlock()
		}()
		switch r.URL.Path {
		case "/gone":
			w.WriteHeader(404)
		case "/private":
			w.WriteHeader(403)
		case "/nohead":
			if r.Method == http.MethodHead {
				w.WriteHeader(404)
			}
		case "/moved":
			http.Redirect(w, r, "/", http.StatusMovedPermanently)
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/busy":
			if n == 1 {
				w.Header().Set("Retry-After", "7")
				w.WriteHeader(429)
			}
		case "/always-busy":
			w.WriteHeader(429)
		case "/ill":
			w.WriteHeader(503)
		case "/recovers":
			if n < 3 {
				w.WriteHeader(503)
			}
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *site) count(what string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[what]
}

// check asks without waiting, and returns how long it would have waited.
func check(t *testing.T, o Options, addresses ...string) (map[string]string, []time.Duration) {
	t.Helper()
	var mu sync.Mutex
	var waits []time.Duration
	o.Inside = true
	o.Wait = func(_ context.Context, d time.Duration) {
		mu.Lock()
		waits = append(waits, d)
		mu.Unlock()
	}
	dead, err := Check(t.Context(), addresses, o)
	if err != nil {
		t.Fatal(err)
	}
	return dead, waits
}

func TestOnlyWhatDoesNotWorkIsTold(t *testing.T) {
	s := newSite(t)
	closed := httptest.NewServer(nil)
	closed.Close()
	for path, want := range map[string]string{
		"/": "", "/gone": "answers 404 Not Found", "/gone#part": "answers 404 Not Found", "/private": "", "/nohead": "", "/moved": "",
		"/loop": "stopped after 10 redirects", "/busy": "", "/always-busy": "", "/ill": "answers 503", "/recovers": "",
	} {
		dead, _ := check(t, Options{}, s.URL+path)
		if got := dead[s.URL+path]; want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	if dead, _ := check(t, Options{}, closed.URL); !strings.Contains(dead[closed.URL], "does not answer") {
		t.Errorf("a site that is down: %v", dead)
	}
}

func TestASiteIsAskedOneQuestionAtATimeAndWithPauses(t *testing.T) {
	s := newSite(t)
	var addresses []string
	for _, p := range strings.Split("abcdefgh", "") {
		addresses = append(addresses, s.URL+"/"+p, s.URL+"/"+p+"#again")
	}
	_, waits := check(t, Options{}, addresses...)
	if s.most != 1 || s.count("HEAD /a") != 1 || s.count("GET /a") != 0 {
		t.Errorf("%d questions at once, /a was asked for %d and %d times", s.most, s.count("HEAD /a"), s.count("GET /a"))
	}
	if len(waits) != 7 || waits[0] != between {
		t.Errorf("it waited %v between 8 questions", waits)
	}
}

func TestASiteMaySayWhenToComeBack(t *testing.T) {
	s := newSite(t)
	if _, waits := check(t, Options{}, s.URL+"/busy"); len(waits) != 1 || waits[0] != 7*time.Second {
		t.Errorf("it waited %v, want what the site asked for", waits)
	}
	if _, waits := check(t, Options{}, s.URL+"/ill"); len(waits) != tries-1 || waits[0] >= waits[1] {
		t.Errorf("it waited %v between %d tries", waits, tries)
	}
}

func TestWhatWasThereIsRememberedForAWeek(t *testing.T) {
	s := newSite(t)
	day := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	o := Options{CacheFile: filepath.Join(t.TempDir(), "new", "external.json"), Now: day}
	for _, c := range []struct {
		days, there, gone int // how often each has been asked for by then
	}{{0, 1, 1}, {6, 1, 2}, {8, 2, 3}} {
		o.Now = day.AddDate(0, 0, c.days)
		check(t, o, s.URL+"/a", s.URL+"/gone")
		if a, gone := s.count("HEAD /a"), s.count("HEAD /gone"); a != c.there || gone != c.gone {
			t.Errorf("after %d days /a was asked for %d times and /gone %d, want %d and %d", c.days, a, gone, c.there, c.gone)
		}
	}
}

func TestAddressesOfThisMachineAreNotAsked(t *testing.T) {
	s := newSite(t)
	dead, err := Check(t.Context(), []string{s.URL + "/gone", "http://169.254.169.254/latest/meta-data", "not an address", "https:///x"}, Options{})
	if err != nil || len(dead) > 0 || s.count("HEAD /gone") > 0 {
		t.Errorf("%v %v, asked %d times", dead, err, s.count("HEAD /gone"))
	}
}

func TestCheckingEndsWhenItIsToldTo(t *testing.T) {
	s := newSite(t)
	ctx, cancel := context.WithCancel(t.Context())
	o := Options{Inside: true, Wait: func(context.Context, time.Duration) { cancel() }}
	if _, err := Check(ctx, []string{s.URL + "/a", s.URL + "/b", s.URL + "/c"}, o); err == nil {
		t.Error("it went on to the end")
	}
}
