package preview

import (
	"context"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
)

// watcher tells which files change.
type watcher struct {
	changed chan []string // absolute paths, sorted
	settles chan chan struct{}
	ended   chan struct{}
	group   sync.WaitGroup
}

// settle returns once every folder is watched that exists: what changes from now on is told, and what has changed
// before can be read.
func (w *watcher) settle() {
	done := make(chan struct{})
	select {
	case w.settles <- done:
		<-done
	case <-w.ended:
	}
}

// wait returns when everything that watch started has ended, which it does with its context.
func (w *watcher) wait() { w.group.Wait() }

// watch starts to watch until ctx ends: by events of the system where they come, else by looking at every file again
// and again.
func watch(ctx context.Context, cfg Config) *watcher {
	return watchWith(ctx, cfg, system{folders: newFolders, remote: isRemote})
}

// system is what decides whether there are events.
type system struct {
	folders func(scope) (*folders, error)
	remote  func(dir string) bool // whether others may write there without this machine being told
}

func watchWith(ctx context.Context, cfg Config, sys system) *watcher {
	w := &watcher{changed: make(chan []string), settles: make(chan chan struct{}), ended: make(chan struct{})}
	notice := cfg.Notice
	if notice == nil {
		notice = func(string) {}
	}
	scope := newScope(cfg)
	every := cfg.Poll
	var events *folders
	if every == 0 {
		var err error
		if events, err = sys.folders(scope); err != nil {
			events = nil
			notice(limitHelp(err))
			every = pollDefault
		} else if slices.ContainsFunc(scope.trees, sys.remote) {
			notice("the folder lies on a network or shared disk, where changes made elsewhere give no event: looking at its files twice a second")
			every = pollDefault
		}
	}
	w.group.Go(func() {
		defer close(w.ended)
		w.run(ctx, scope, events, every, notice)
	})
	return w
}

// run passes on what it hears. It never waits for whom it tells, so that settle cannot wait for itself.
func (w *watcher) run(ctx context.Context, scope scope, events *folders, every time.Duration, notice func(string)) {
	var polled chan []string
	poll := func(every time.Duration) {
		polled = make(chan []string)
		out, last := polled, look(scope, nil) // before the next build, so that nothing falls in between
		w.group.Go(func() { pollFiles(ctx, scope, last, every, out) })
	}
	if every > 0 {
		poll(every)
	}
	defer func() {
		if events != nil {
			events.close()
		}
	}()
	places := time.NewTicker(placesEvery)
	defer places.Stop()
	var pending []string
	for {
		var out chan []string
		if len(pending) > 0 {
			out = w.changed
		}
		var heard <-chan fsnotify.Event
		var errs <-chan error
		if events != nil {
			heard, errs = events.watcher.Events, events.watcher.Errors
		}
		select {
		case <-ctx.Done():
			return
		case out <- pending:
			pending = nil
		case done := <-w.settles:
			if events != nil && events.stale {
				pending = add(pending, events.waiting())
				if err := events.renew(); err != nil {
					events = nil
					notice(limitHelp(err))
					poll(pollDefault)
				}
			}
			close(done)
		case more := <-polled:
			pending = add(pending, more)
		case <-places.C:
			if events != nil && !events.stale && events.moved() {
				events.stale = true
				pending = add(pending, scope.trees)
			}
		case e, ok := <-heard:
			if !ok {
				events = nil // cannot happen: only close and renew close it
				continue
			}
			if !scope.holds(e.Name) {
				continue
			}
			if err := events.note(e); err != nil {
				events.close()
				events = nil
				notice(limitHelp(err))
				poll(pollDefault)
			}
			pending = add(pending, []string{e.Name})
		case <-errs:
			// Too many events at once, or a folder that went away while it was looked at. What was missed is not known.
			events.stale = true
			pending = add(pending, scope.trees)
		}
	}
}

// limitHelp says what to do about an error of watching.
func limitHelp(err error) string {
	if isWatchLimit(err) {
		return "the system allows no more watched folders, so changes are looked for twice a second; to raise the limit: sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=1024"
	}
	return "the system does not tell of changed files (" + err.Error() + "), so they are looked for twice a second"
}

// scope is what is watched.
type scope struct {
	trees, files []string // absolute
	ignore, heed func(name string) bool
}

func newScope(cfg Config) scope {
	s := scope{ignore: cfg.Ignore, heed: cfg.Heed}
	if s.ignore == nil {
		s.ignore = func(string) bool { return false }
	}
	for _, p := range cfg.Trees {
		s.trees = append(s.trees, absolute(p))
	}
	for _, p := range cfg.Files {
		s.files = append(s.files, absolute(p))
	}
	return s
}

// absolute is a path with links resolved as far as it exists, because events name real paths.
func absolute(p string) string {
	p, err := filepath.Abs(p)
	if err != nil {
		return p
	}
	if real, err := filepath.EvalSymlinks(p); err == nil {
		return real
	}
	if parent, err := filepath.EvalSymlinks(filepath.Dir(p)); err == nil {
		return filepath.Join(parent, filepath.Base(p))
	}
	return p
}

// holds says whether a change of the path can change the site.
func (s scope) holds(p string) bool {
	if slices.Contains(s.files, p) || s.holdsFile(p) {
		return true
	}
	for _, tree := range s.trees {
		if p == tree {
			return true
		}
		if below, ok := strings.CutPrefix(p, tree+string(filepath.Separator)); ok {
			for name := range strings.SplitSeq(below, string(filepath.Separator)) {
				if s.skips(name) {
					return false
				}
			}
			return true
		}
	}
	return false
}

// holdsFile says whether a path is the folder of a single file that is watched.
func (s scope) holdsFile(p string) bool {
	return slices.ContainsFunc(s.files, func(file string) bool { return filepath.Dir(file) == p })
}

func (s scope) skips(name string) bool {
	return strings.HasPrefix(name, ".") && (s.heed == nil || !s.heed(name)) || s.ignore(name)
}

// placesEvery is how often the folders that hold what is watched are looked at. Nothing tells of a folder that comes back, or of another
// one in its place, where the folder above it is not watched.
const placesEvery = time.Second

// folders watches each folder of a scope with the events of the system.
type folders struct {
	scope   scope
	watcher *fsnotify.Watcher
	known   map[string]bool
	places  map[string]fs.FileInfo // the folders that hold the trees and files, as they were; nil for one that was not there
	stale   bool                   // folders were moved or deleted: what is watched is not what is there
}

func newFolders(s scope) (*folders, error) {
	f := &folders{scope: s}
	return f, f.renew()
}

// waiting takes what has been told already and nobody has listened to. The build that follows reads those files anyway;
// it would only not know that they changed.
func (f *folders) waiting() []string {
	var list []string
	for {
		select {
		case e := <-f.watcher.Events:
			if f.scope.holds(e.Name) {
				list = add(list, []string{e.Name})
			}
		default:
			return list
		}
	}
}

func (f *folders) close() { _ = f.watcher.Close() }

// renew watches every folder anew. The watch of a folder that was moved goes on under its old name, and cannot be
// told from one of the folder that took its place; so all are dropped and made again.
func (f *folders) renew() error {
	if f.watcher != nil {
		f.close()
	}
	w, err := fsnotify.NewBufferedWatcher(256)
	if err != nil {
		return err
	}
	f.watcher, f.known, f.places, f.stale = w, map[string]bool{}, map[string]fs.FileInfo{}, false
	for _, p := range slices.Concat(f.scope.trees, f.scope.files) {
		// The folder above tells when the tree or file itself comes and goes.
		dir := filepath.Dir(p)
		f.places[dir], _ = os.Stat(dir)
		if err := f.add(dir); err != nil {
			f.close()
			return err
		}
	}
	for _, tree := range f.scope.trees {
		if err := f.addTree(tree); err != nil {
			f.close()
			return err
		}
	}
	return nil
}

// moved says whether one of the places is another folder than before, has come or has gone.
func (f *folders) moved() bool {
	for dir, before := range f.places {
		now, err := os.Stat(dir)
		if before == nil || err != nil {
			if before != nil || err == nil {
				return true
			}
			continue
		}
		if !os.SameFile(before, now) {
			return true
		}
	}
	return false
}

func (f *folders) add(dir string) error {
	if f.known[dir] {
		return nil
	}
	err := f.watcher.Add(dir)
	if err == nil {
		f.known[dir] = true
	}
	if isWatchLimit(err) {
		return err
	}
	return nil // gone, or not readable: the build says so where it matters
}

// addTree watches a folder and all below it. A folder is watched before it is listed, so that what is made in it
// meanwhile is either listed or told.
func (f *folders) addTree(root string) error {
	if err := f.add(root); err != nil || !f.known[root] {
		return err
	}
	entries, err := os.ReadDir(root)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		if e.IsDir() && !f.scope.skips(e.Name()) {
			if err := f.addTree(filepath.Join(root, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// note follows the folders: new ones are watched, lost ones make the watch stale.
func (f *folders) note(e fsnotify.Event) error {
	switch {
	case f.stale:
	case e.Has(fsnotify.Remove) || e.Has(fsnotify.Rename):
		f.stale = f.known[e.Name]
	case e.Has(fsnotify.Create) && !slices.Contains(f.scope.files, e.Name):
		info, err := os.Lstat(e.Name)
		switch {
		case err != nil || !info.IsDir():
		case f.known[e.Name]:
			f.stale = true // another folder of the same name
		case f.scope.holdsFile(e.Name):
			f.stale = true // it may be of a tree, too
		default:
			return f.addTree(e.Name)
		}
	}
	return nil
}

// pollDefault is how often files are looked at where events do not come.
const pollDefault = 500 * time.Millisecond

// pollFiles looks at every file again and again and tells which are not as they were.
func pollFiles(ctx context.Context, s scope, last map[string]seen, every time.Duration, changed chan<- []string) {
	var took time.Duration
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(max(every, 10*took)): // looking takes at most a tenth of the time
		}
		start := time.Now()
		now := look(s, last)
		took = time.Since(start)
		differ := differing(last, now)
		last = now
		if len(differ) == 0 {
			continue
		}
		select {
		case changed <- differ:
		case <-ctx.Done():
			return
		}
	}
}

// sumOf tells the bytes of a file apart; 0 for one that cannot be read.
func sumOf(p string) uint64 {
	f, err := os.Open(p)
	if err != nil {
		return 0
	}
	defer f.Close()
	h := fnv.New64a()
	if _, err := io.Copy(h, f); err != nil {
		return 0
	}
	return h.Sum64()
}

func differing(last, now map[string]seen) []string {
	var list []string
	for p, stamp := range now {
		if old, ok := last[p]; !ok || !old.same(stamp) {
			list = append(list, p)
		}
	}
	for p := range last {
		if _, ok := now[p]; !ok {
			list = append(list, p)
		}
	}
	slices.Sort(list)
	return list
}

// seen is what tells two states of a file apart.
type seen struct {
	size int64
	time int64
	mode fs.FileMode
	racy bool   // changed so lately that a further change may not show in size and time
	sum  uint64 // of the bytes of a file that was racy when it was looked at first; else 0
}

func (a seen) same(b seen) bool {
	return a.size == b.size && a.time == b.time && a.mode == b.mode && a.sum == b.sum
}

// look notes every file. last is what was seen at the look before; nil at the first.
func look(s scope, last map[string]seen) map[string]seen {
	lately := time.Now().Add(-50 * time.Millisecond).UnixNano()
	all := map[string]seen{}
	note := func(p string, info fs.FileInfo) {
		if info.IsDir() {
			all[p] = seen{mode: info.Mode()} // its entries tell the rest
			return
		}
		now := seen{size: info.Size(), time: info.ModTime().UnixNano(), mode: info.Mode()}
		now.racy = now.time >= lately
		old := last[p]
		if old.size != now.size || old.time != now.time {
			old = seen{}
		}
		if now.sum = old.sum; now.racy || old.racy {
			now.sum = sumOf(p)
		}
		all[p] = now
	}
	for _, p := range s.files {
		if info, err := os.Stat(p); err == nil {
			note(p, info)
		}
	}
	for _, tree := range s.trees {
		_ = filepath.WalkDir(tree, func(p string, e fs.DirEntry, err error) error {
			if err != nil {
				return nil // the build says so where it matters
			}
			if p != tree && s.skips(e.Name()) {
				if e.IsDir() {
					return fs.SkipDir
				}
				return nil
			}
			if info, err := e.Info(); err == nil {
				note(p, info)
			}
			return nil
		})
	}
	return all
}
