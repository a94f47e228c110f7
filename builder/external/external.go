// Package external asks other sites whether the pages that a handbook links to are there. It is only used when somebody
// asks for it, never by a build. It keeps to one question at a time for each host, asks again before it gives a link up,
// and remembers for a week what was there. It does not know pages or messages.
package external

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Options are the choices of Check. The zero value is right for the web.
type Options struct {
	CacheFile string        // where answers are remembered; "" for nowhere
	Agent     string        // what handbook calls itself
	Between   time.Duration // between two questions to one host; 0 for a fifth of a second
	Timeout   time.Duration // of one question; 0 for 20 seconds
	Now       time.Time     // for the cache

	// Inside lets addresses of this machine and its network be asked. By default they are not: the pages may be somebody
	// else's, and what is behind a firewall is none of their business.
	Inside bool

	Wait     func(context.Context, time.Duration) // how to wait; nil for the clock
	Progress func(done, total int)                // called from any goroutine; nil for nobody
}

const (
	tries    = 3
	atOnce   = 16                 // hosts that are asked at the same time
	patience = 30 * time.Second   // the longest that a site may ask to wait
	maxBody  = 64 << 10           // bytes of an answer that are read so that the connection can be used again
	agent    = "handbook"         // see Options.Agent
	between  = time.Second / 5    // see Options.Between
	timeout  = 20 * time.Second   // see Options.Timeout
	keep     = 7 * 24 * time.Hour // how long a page that was there is believed to be
)

// Check asks for each address once and returns why those that do not work do not: "answers 404 Not Found". Addresses
// that differ behind the # only are one. What only refuses programs counts as working.
func Check(ctx context.Context, addresses []string, o Options) (map[string]string, error) {
	c := &checker{Options: o}
	known := load(o.CacheFile, o.Now)
	if c.Wait == nil {
		c.Wait = wait
	}
	c.Between, c.Agent = cmp.Or(c.Between, between), cmp.Or(c.Agent, agent)
	c.client = c.newClient()
	hosts := map[string][]string{}
	total := 0
	for _, a := range unique(addresses) {
		if u, err := url.Parse(a); err == nil && u.Host != "" && known[a].IsZero() {
			hosts[strings.ToLower(u.Host)] = append(hosts[strings.ToLower(u.Host)], a)
			total++
		}
	}
	dead := map[string]string{}
	var mu sync.Mutex
	var group sync.WaitGroup
	slots := make(chan struct{}, atOnce)
	done := 0
	for _, all := range hosts {
		group.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			for i, a := range all {
				if i > 0 {
					c.Wait(ctx, c.Between)
				}
				if ctx.Err() != nil {
					return
				}
				there, why := c.ask(ctx, a)
				mu.Lock()
				dead[a] = why
				if there {
					known[a] = o.Now
				}
				done++
				if c.Progress != nil {
					c.Progress(done, total)
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	found := map[string]string{}
	for _, a := range addresses {
		if why := dead[trim(a)]; why != "" {
			found[a] = why
		}
	}
	store(o.CacheFile, known) // without it, all are asked again next time
	return found, nil
}

// trim takes off what only the reader's browser looks at.
func trim(address string) string {
	address, _, _ = strings.Cut(address, "#")
	return address
}

func unique(addresses []string) []string {
	var all []string
	for _, a := range addresses {
		all = append(all, trim(a))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

type checker struct {
	Options
	client *http.Client
}

// errInside is an address that is none of the web.
var errInside = errors.New("an address of this machine or its network")

func (c *checker) newClient() *http.Client {
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	if !c.Inside && !proxied() {
		dialer.Control = func(_, address string, _ syscall.RawConn) error {
			at, err := netip.ParseAddrPort(address)
			if err != nil || !isWeb(at.Addr()) {
				return errInside
			}
			return nil
		}
	}
	return &http.Client{
		Timeout: cmp.Or(c.Timeout, timeout),
		Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: dialer.DialContext, MaxIdleConnsPerHost: 1,
			IdleConnTimeout: time.Minute, ForceAttemptHTTP2: true},
	}
}

// proxied reports whether a proxy stands between this machine and the web. It then is who is called, and decides itself.
func proxied() bool {
	u, err := http.ProxyFromEnvironment(&http.Request{URL: &url.URL{Scheme: "https", Host: "example.com"}})
	return err == nil && u != nil
}

// ask reports whether an address works, and why not; "" too when nobody can say.
func (c *checker) ask(ctx context.Context, address string) (there bool, why string) {
	for try := range tries {
		pause := time.Duration(1<<try) * time.Second
		status, after, err := c.once(ctx, http.MethodHead, address)
		if err == nil && status >= 400 && status != http.StatusTooManyRequests { // many sites answer this one wrongly
			status, after, err = c.once(ctx, http.MethodGet, address)
		}
		var dns *net.DNSError
		switch {
		case ctx.Err() != nil, errors.Is(err, errInside):
			return false, ""
		case errors.As(err, &dns) && dns.IsNotFound:
			return false, fmt.Sprintf("there is no site %s", dns.Name)
		case err != nil:
			why = "does not answer: " + reason(err)
		case status < 400 || refuses(status):
			return true, ""
		case status < 500 && status != http.StatusTooManyRequests:
			return false, fmt.Sprintf("answers %d %s", status, http.StatusText(status))
		case status == http.StatusTooManyRequests:
			why, pause = "", max(pause, after)
		default:
			why, pause = fmt.Sprintf("answers %d %s", status, http.StatusText(status)), max(pause, after)
		}
		if try < tries-1 {
			c.Wait(ctx, min(pause, patience))
		}
	}
	return false, why
}

// refuses are the answers of sites that want no programs, or want to know who asks.
func refuses(status int) bool {
	return slices.Contains([]int{401, 403, 405, 406, 407, 451, 999}, status)
}

func (c *checker) once(ctx context.Context, method, address string) (status int, after time.Duration, err error) {
	request, err := http.NewRequestWithContext(ctx, method, address, nil)
	if err != nil {
		return 0, 0, err
	}
	request.Header.Set("User-Agent", c.Agent)
	request.Header.Set("Accept", "text/html,*/*;q=0.8")
	answer, err := c.client.Do(request)
	if err != nil {
		return 0, 0, err
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, io.LimitReader(answer.Body, maxBody))
	seconds, _ := strconv.Atoi(answer.Header.Get("Retry-After"))
	return answer.StatusCode, time.Duration(max(0, seconds)) * time.Second, nil
}

// reason is an error without the address, which the reader has.
func reason(err error) string {
	var failed *url.Error
	if errors.As(err, &failed) {
		if failed.Timeout() {
			return "it took too long"
		}
		err = failed.Err
	}
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err
	}
	return err.Error()
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
