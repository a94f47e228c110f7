package builder

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/metrics"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"handbook/builder/book"
	"handbook/builder/memo"
	"handbook/builder/render"
)

// BenchmarkBuild measures a session on handbooks of 1,000 and 10,000 documents in a real folder:
//
//	cold                     a new session that knows nothing; everything is rendered
//	warm                     a new session with the cache and the keys of an earlier one
//	same                     the same session, and nothing has changed
//	text/guide/all ...       one page was saved, and every output that has changed is rendered
//	text/guide/served ...    of those only what a preview is asked for: the page, one beside it, and one that it links to
//	theme/all, theme/served  a style of the theme was saved
//
// resolved and judged say how often that was done and not remembered, MB-written how many bytes were rendered, and peak-MB what the
// objects of the heap took at most, looked at every other millisecond: live ones and those that were not collected yet.
//
//	go test -run '^$' -bench 'Build/=1000$/text' ./builder
func BenchmarkBuild(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		b.Run(fmt.Sprint("pages=", n), func(b *testing.B) {
			job := folder(b, company(n))
			b.Run("cold", func(b *testing.B) { measureStart(b, job, "") })
			b.Run("warm", func(b *testing.B) { measureStart(b, job, b.TempDir()) })
			s := NewSession()
			b.Run("same", func(b *testing.B) { measureSave(b, s, job, save{}, false) })
			for _, edit := range saves {
				b.Run(edit.name+"/all", func(b *testing.B) { measureSave(b, s, job, edit, false) })
				b.Run(edit.name+"/served", func(b *testing.B) { measureSave(b, s, job, edit, true) })
			}
		})
	}
}

// save is an edit of one file: what its text becomes the i-th time.
type save struct {
	name, file string
	edit       func(text string, i int) string
}

// saves are the edits that are measured. The page that shows what is served after a save of the theme is a guide.
var saves = func() (all []save) {
	for _, p := range []struct{ name, file, beside string }{
		{"guide", "content/guides/area-0006/page-000247.md", "page-%06d.md"},
		{"spec", "content/specs/area-0001/page-000047.md", "../../guides/area-0006/page-%06d.md"},
		{"person", "content/people/person-3.md", "../guides/area-0006/page-%06d.md"},
	} {
		all = append(all,
			save{"text/" + p.name, p.file, func(text string, i int) string { return text + fmt.Sprintf("\nEdit %d.\n", i) }},
			save{"title/" + p.name, p.file, func(text string, i int) string { return titled.ReplaceAllString(text, fmt.Sprint("title: Edit ", i)) }},
			save{"link/" + p.name, p.file, func(text string, i int) string {
				return text + fmt.Sprintf("\nSee [this]("+p.beside+").\n", 240+i%40)
			}},
			save{"frontmatter/" + p.name, p.file, func(text string, i int) string { return owned.ReplaceAllString(text, fmt.Sprint("owner: team-", i%24)) }})
	}
	return append(all, save{"theme", "themes/own/styles/9-own.css", func(text string, i int) string { return text + fmt.Sprintf(":root { --edit: %d }\n", i) }})
}()

var (
	titled = regexp.MustCompile(`(?m)^title:.*$`)
	owned  = regexp.MustCompile(`(?m)^owner:.*$`)
)

// measureStart measures new sessions. With a folder for a cache, they begin with what another one left there.
func measureStart(b *testing.B, job Job, cache string) {
	open, keys := NewSession, Keys(nil)
	if cache != "" {
		open = func() *Session { return OpenSession(cache, "test") }
		s := open()
		keys = everything(b, built(b, s, job), nil).keys
		s.Close()
	}
	total := begin(b)
	for b.Loop() {
		s := open()
		r := built(b, s, job)
		total.add(r, everything(b, r, keys))
		s.Close()
	}
	total.report()
}

// measureSave measures a session that knows the handbook. A save without a name changes nothing.
func measureSave(b *testing.B, s *Session, job Job, edit save, served bool) {
	write := func(int) {}
	if edit.name != "" {
		path := filepath.Join(job.Root, filepath.FromSlash(edit.file))
		text, err := os.ReadFile(path)
		if err != nil {
			b.Fatal(err)
		}
		put := func(text string) {
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				b.Fatal(err)
			}
		}
		defer put(string(text))
		write = func(i int) { put(edit.edit(string(text), i)) }
	}
	write(0)
	r := built(b, s, job)
	shown := shownWith(r, edit.file)
	asked(b, s, r, shown)
	keys, err := r.Keys(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	total := begin(b)
	for i := 1; b.Loop(); i++ {
		write(i)
		r := built(b, s, job)
		if served {
			total.add(r, asked(b, s, r, shown))
			continue
		}
		done := everything(b, r, keys)
		keys = done.keys
		total.add(r, done)
	}
	total.report()
}

func built(b *testing.B, s *Session, job Job) Result {
	r, err := s.Build(b.Context(), job)
	if err != nil {
		b.Fatal(err)
	}
	return r
}

// shownWith are the addresses of the page of a file, of one that names it in its navigation, and of one that it links to.
func shownWith(r Result, file string) []string {
	i := slices.IndexFunc(r.Book.Nodes, func(n *book.Node) bool { return n.Page != nil && n.Page.File == file })
	if i < 0 {
		return shownWith(r, saves[0].file)
	}
	n := r.Book.Nodes[i]
	return []string{n.URL, n.Next.URL, n.Targets[0].Node.URL}
}

// rendering is what was rendered after a build.
type rendering struct {
	keys  Keys
	files int64
	bytes int64
}

// everything renders all outputs whose key is not what it was.
func everything(b *testing.B, r Result, before Keys) rendering {
	keys, err := r.Keys(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	var files, bytes atomic.Int64
	memo.Each(len(r.Outputs), func(i int) {
		o := r.Outputs[i]
		if key, ok := before[o.Path]; ok && key == keys[o.Path] {
			return
		}
		data, err := o.Data()
		if err != nil {
			b.Error(err)
		}
		files.Add(1)
		bytes.Add(int64(len(data)))
	})
	return rendering{keys, files.Load(), bytes.Load()}
}

// asked renders the pages of some addresses, as a preview does.
func asked(b *testing.B, s *Session, r Result, addresses []string) (done rendering) {
	before := s.Rendered()
	for _, address := range addresses {
		i := slices.IndexFunc(r.Outputs, func(o render.Output) bool { return o.URL == address })
		data, err := s.Render(r.Outputs[i])
		if err != nil {
			b.Fatal(err)
		}
		done.bytes += int64(len(data))
	}
	done.files = int64(s.Rendered() - before)
	return done
}

// totals are the sums of what all turns of a benchmark did.
type totals struct {
	b                        *testing.B
	parsed, resolved, judged int
	files, bytes             int64
	stop                     func() uint64
}

func begin(b *testing.B) *totals {
	b.ReportAllocs()
	runtime.GC()
	return &totals{b: b, stop: watchHeap()}
}

func (t *totals) add(r Result, done rendering) {
	t.parsed += r.Work.Parsed
	t.resolved += r.Work.Made["book"].Made
	t.judged += r.Work.Made["verdict"].Made
	t.files += done.files
	t.bytes += done.bytes
}

func (t *totals) report() {
	peak := t.stop()
	n := float64(t.b.N)
	t.b.ReportMetric(float64(t.parsed)/n, "parsed/op")
	t.b.ReportMetric(float64(t.resolved)/n, "resolved/op")
	t.b.ReportMetric(float64(t.judged)/n, "judged/op")
	t.b.ReportMetric(float64(t.files)/n, "rendered/op")
	t.b.ReportMetric(float64(t.bytes)/n/1e6, "MB-written/op")
	t.b.ReportMetric(float64(peak)/1e6, "peak-MB")
}

// watchHeap looks at the heap until it is asked for the most that it has seen.
func watchHeap() (most func() uint64) {
	end, seen := make(chan bool), make(chan uint64)
	go func() {
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for most := uint64(0); ; {
			metrics.Read(sample)
			most = max(most, sample[0].Value.Uint64())
			select {
			case <-tick.C:
			case <-end:
				seen <- most
				return
			}
		}
	}()
	return func() uint64 {
		close(end)
		return <-seen
	}
}
