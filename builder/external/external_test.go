package external

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"
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

func TestOnlyTheWebIsAsked(t *testing.T) {
	for list, want := range map[string]bool{
		"0.0.0.0 0.1.2.3 10.1.2.3 100.64.0.1 100.100.100.200 100.127.255.255 127.0.0.1 127.8.9.1 169.254.169.254 172.16.0.1 172.31.255.255 " +
			"192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 240.0.0.1 255.255.255.255 " +
			":: ::1 ::ffff:127.0.0.1 ::ffff:100.64.0.1 ::10.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b::6440:1 64:ff9b:1::808:808 100::1 100:0:0:1::1 " +
			"2001::1 2001:0:7f00:1:: 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1::1 2002:a9fe:a9fe:: 2002:c0a8:101::1 3fff::1 5f00::1 " +
			"fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1": false,
		"1.1.1.1 100.63.255.255 100.128.0.0 172.15.0.1 172.32.0.1 192.0.1.1 192.31.196.1 198.17.0.1 198.20.0.1 223.255.255.255 ::ffff:8.8.8.8 " +
			"64:ff9b::808:808 2002:808:808::1 2001:4860:4860::8888 2606:4700::1111 2a00:1450::1": true,
	} {
		for a := range strings.FieldsSeq(list) {
			if got := isWeb(netip.MustParseAddr(a)); got != want {
				t.Errorf("%s is asked: %v, want %v", a, got, want)
			}
		}
	}
	if isWeb(netip.Addr{}) {
		t.Error("no address is asked")
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
