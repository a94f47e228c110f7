package main

//lint:file-ignore ST1005 these errors are sentences that people read in the browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"handbook/builder"
	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/page"
	"handbook/builder/people"
	"handbook/builder/preview"
	"handbook/builder/review"
	"handbook/builder/source"
)

// live builds a handbook for the preview: in one session, on the day it is then.
type live struct {
	flags   siteFlags
	job     builder.Job
	session *builder.Session
	check   auditing // of each build, before it is served; nil for none
	follow  bool     // open tabs go to the page that is being written
	first   func(job *builder.Job) (done func())

	whoOnce sync.Once
	email   string // of whoever commits here; known once a page asks people to read it

	good preview.Result // the last build without errors in what all pages are made of

	mu   sync.Mutex
	gone map[string]*preview.Gone // by output
	old  *book.Book               // of the last build
	read page.Pages               // its texts
}

// auditing looks at a build of a session. The error is the context's.
type auditing func(ctx context.Context, job builder.Job, s *builder.Session, r builder.Result) error

// newLive builds with the flags, which job was made of.
func newLive(flags siteFlags, job builder.Job) *live {
	s := openSession(job)
	s.Shelve()
	return &live{flags: flags, job: job, session: s, gone: map[string]*preview.Gone{}}
}

// jobNow is the job as of this moment.
func (l *live) jobNow() (builder.Job, error) {
	job := l.job
	day, err := today(l.flags.asOf, os.Getenv("SOURCE_DATE_EPOCH"), time.Now())
	job.Today, job.KeepGood = day, true
	return job, err
}

func (l *live) build(ctx context.Context, changed []string) (preview.Result, error) {
	job, err := l.jobNow()
	if err != nil {
		return preview.Result{}, err
	}
	if l.first != nil {
		done := l.first(&job)
		defer done()
		l.first = nil
	}
	job.Told = changed
	r, err := l.session.Build(ctx, job)
	if err != nil {
		return preview.Result{}, err
	}
	if l.check != nil {
		if err := l.check(ctx, job, l.session, r); err != nil {
			return preview.Result{}, err
		}
	}
	result := preview.Result{Messages: certain(r.Messages), BasePath: r.Site.BasePath, Pages: r.Work.Pages, Edited: l.edited(r, changed)}
	result.Outputs = make([]preview.Output, len(r.Outputs))
	for i := range r.Outputs {
		o, out := &r.Outputs[i], &result.Outputs[i]
		out.Path, out.Asset, out.Aside = o.Path, o.Asset, o.Aside
		out.Key = func() uint64 { return o.Key() }
		out.Data = func() ([]byte, error) { return l.session.Render(*o) }
		if o.Node == nil || o.Node.Page == nil || o.Node.Out != o.Path {
			continue
		}
		out.File = o.Node.Page.File
		if len(job.Audience) == 0 { // others see a part of the text
			if who := l.asked(ctx, job, r, o.Node); who != nil {
				out.Ack = func(ctx context.Context) (string, error) { return ackHere(job, r, o.Node, who) }
			}
			out.Review = func(ctx context.Context) (string, error) { return vouchHere(ctx, job, r, o.Node) }
		}
	}
	if slices.ContainsFunc(r.Messages, breaksAll) && l.good.Outputs != nil {
		result.Outputs, result.BasePath = l.good.Outputs, l.good.BasePath
		return result, nil
	}
	l.good = result
	l.remember(r)
	return result, nil
}

// certain leaves out the warnings of pages that cannot be read: they are about the last good version, and their places
// are not those of the file as it is now.
func certain(messages []diag.Located) []diag.Located {
	broken := map[string]bool{}
	for i := range messages {
		if m := &messages[i]; m.Rule == diag.InvalidFrontmatter && m.Severity == diag.Error {
			broken[m.File] = true
		}
	}
	if len(broken) == 0 {
		return messages
	}
	return diag.Only(messages, func(m diag.Located) bool { return !broken[m.File] || m.Severity == diag.Error })
}

// breaksAll tells the errors with which every page would look otherwise than it will once they are mended: those of the
// configuration and the theme, and a content folder that is away. The whole site stays as it was until then.
func breaksAll(m diag.Located) bool {
	return m.Severity == diag.Error && (m.File == "handbook.yaml" || m.File == "content" || strings.HasPrefix(m.File, "themes/"))
}

// edited is the output to go to: that of the one page that has changed.
func (l *live) edited(r builder.Result, changed []string) string {
	if !l.follow || len(changed) == 0 {
		return ""
	}
	content := source.RealPath(l.job.Content)
	out := ""
	for _, n := range r.Book.Nodes {
		if n.Page == nil || !slices.Contains(changed, filepath.Join(content, filepath.FromSlash(n.Page.Path))) {
			continue
		}
		if out != "" {
			return "" // a checkout, or a command that works on many
		}
		out = n.Out
	}
	return out
}

// maxGone is how many pages that are gone are remembered.
const maxGone = 1000

// remember keeps where each page is that is gone since the last build, and who led to it.
func (l *live) remember(r builder.Result) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.old != nil {
		for i, n := range l.old.Nodes {
			if n.Out == "" || n.Page == nil || i < len(r.Book.Nodes) && r.Book.Nodes[i].ID == n.ID && r.Book.Nodes[i].Out == n.Out {
				continue // most are where they were
			}
			next, ok := r.Book.Lookup(n.ID)
			if ok && next.Out == n.Out {
				continue
			}
			if len(l.gone) >= maxGone {
				clear(l.gone) // whoever deletes so much looks for none of it
			}
			gone := &preview.Gone{}
			if !ok {
				next = l.renamed(n, r)
			}
			if next != nil {
				gone.Now = preview.Link{Title: next.Title, URL: next.URL}
			}
			for _, b := range n.Backlinks {
				gone.From = append(gone.From, preview.Link{Title: b.From.Title, URL: b.From.URL})
			}
			l.gone[n.Out] = gone
		}
	}
	if len(l.gone) > 0 {
		for _, n := range r.Book.Nodes {
			delete(l.gone, n.Out)
		}
	}
	l.old, l.read = r.Book, r.Pages
}

// renamed is the one new page that reads as a page did which is gone; nil for none.
func (l *live) renamed(n *book.Node, r builder.Result) (now *book.Node) {
	if l.read(n.Page).Words == 0 { // one empty page is like another
		return nil
	}
	was := review.TextSum(l.read(n.Page))
	for _, next := range r.Book.Nodes {
		if next.Page == nil || next.URL == "" || review.TextSum(r.Pages(next.Page)) != was {
			continue
		}
		if _, old := l.old.Lookup(next.ID); old {
			continue
		}
		if now != nil {
			return nil
		}
		now = next
	}
	return now
}

// left is what is known of an output that is no longer there; nil for one that never was.
func (l *live) left(output string) *preview.Gone {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.gone[output]
}

// asked is whoever commits here, if a page asks them to read it and they have not; else nil.
func (l *live) asked(ctx context.Context, job builder.Job, r builder.Result, n *book.Node) *book.Node {
	s := r.Verdicts.Of(n).SignOff
	if s == nil || s.Missing() == 0 {
		return nil
	}
	l.whoOnce.Do(func() { l.email = gitEmail(ctx, job.Root) })
	who := people.WithMail(r.Book, l.email)
	if who == nil || !slices.ContainsFunc(s.Readers, func(reader review.Reader) bool { return reader.Node == who && reader.Open }) {
		return nil
	}
	return who
}

// ackHere records that somebody has read a page as a build shows it.
func ackHere(job builder.Job, r builder.Result, n, who *book.Node) (string, error) {
	return recordHere(job, r, n, reading{kind: review.Acknowledgements, who: people.ShortName(r.Book, who), day: job.Today},
		"Read by "+who.Title)
}

// vouchHere records that whoever commits here has read a page as a build shows it.
func vouchHere(ctx context.Context, job builder.Job, r builder.Result, n *book.Node) (string, error) {
	who, why := committer(ctx, r, job)
	if why != "" {
		return "", fmt.Errorf("Who has read it? %s. Record it with `handbook review %s --by NAME`", why, pageID(n.ID))
	}
	return recordHere(job, r, n, reading{kind: review.Reviews, who: who, day: job.Today}, "Reviewed by "+who)
}

// recordHere records a reading, and says so in a sentence that begins with done.
func recordHere(job builder.Job, r builder.Result, n *book.Node, reading reading, done string) (string, error) {
	for m := range diag.Each(r.Messages) {
		if m.Severity == diag.Error && m.File == n.Page.File {
			return "", errors.New("The page has an error, so this is not how its file reads. Mend it first")
		}
	}
	got := reading.of(r, n)
	var said strings.Builder
	if err := record(&said, job, reading.kind, got.line); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s; %s. It is %s", done, got.why, strings.ReplaceAll(strings.TrimSpace(said.String()), "\n", "; handbook ")), nil
}
