package preview

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// diary runs a loop in a bubble of its own time and notes what it builds, and when.
type diary struct {
	start   time.Time
	changed chan []string
	takes   time.Duration // how long a build takes
	deaf    bool          // a build goes on to its end when it is dropped
	mu      sync.Mutex    // of lines
	lines   []string
}

func keepDiary(t *testing.T, takes time.Duration, story func(d *diary), how ...func(d *diary)) []string {
	d := &diary{takes: takes}
	synctest.Test(t, func(t *testing.T) {
		d.start, d.changed = time.Now(), make(chan []string)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		l := &loop{
			settle: func() {},
			build: func(ctx context.Context, changed []string) error {
				if d.deaf {
					time.Sleep(d.takes)
					d.note("ended", changed)
					return ctx.Err()
				}
				select {
				case <-ctx.Done():
					d.note("dropped", changed)
					return ctx.Err()
				case <-time.After(d.takes):
					d.note("built", changed)
					return nil
				}
			},
			midnight: func() time.Duration { return 24 * time.Hour },
		}
		for _, set := range how {
			set(d)
		}
		go l.run(ctx, d.changed)
		story(d)
	})
	return d.lines
}

func (d *diary) note(what string, changed []string) {
	d.mu.Lock() // a build that does not listen ends beside the next change
	defer d.mu.Unlock()
	d.lines = append(d.lines, strings.TrimSpace(fmt.Sprintf("%v %s %s", time.Since(d.start), what, strings.Join(changed, " "))))
}

// save tells the loop of changed files at a time after the start.
func (d *diary) save(at time.Duration, files ...string) {
	time.Sleep(at - time.Since(d.start)) // time of the bubble, which does not take any
	d.changed <- files
}

func (d *diary) until(at time.Duration) {
	time.Sleep(at - time.Since(d.start))
	synctest.Wait()
}

func wantLines(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got:\n  %s\nwant:\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func TestWritesOfOneSaveAreOneBuild(t *testing.T) {
	lines := keepDiary(t, 5*time.Millisecond, func(d *diary) {
		d.save(100*time.Millisecond, "a.md")
		d.save(104*time.Millisecond, "a.md")
		d.save(109*time.Millisecond, "b.md")
		d.until(time.Second)
	})
	wantLines(t, lines, "5ms built", "122ms built a.md b.md")
}

func TestAChangeDuringABuildDropsIt(t *testing.T) {
	lines := keepDiary(t, 50*time.Millisecond, func(d *diary) {
		d.save(100*time.Millisecond, "a.md")
		d.save(130*time.Millisecond, "b.md")
		d.until(time.Second)
	})
	wantLines(t, lines, "50ms built", "130ms dropped a.md", "240ms built a.md b.md")
}

func TestACheckoutOfManyFilesEndsInOneBuildOfTheLastState(t *testing.T) {
	lines := keepDiary(t, 50*time.Millisecond, func(d *diary) {
		for i := range 80 { // for 400 ms
			d.save(time.Second+time.Duration(i)*5*time.Millisecond, "a.md", fmt.Sprintf("b%d.md", i/20))
		}
		d.until(5 * time.Second)
	})
	var built []string
	for _, line := range lines[1:] {
		if strings.Contains(line, "built") {
			built = append(built, line)
		}
	}
	wantLines(t, built, "1.505s built a.md b0.md b1.md b2.md b3.md")
}

// A slow machine leaves pauses between the files of a checkout in which a small handbook is built.
func TestASlowCheckoutIsNotBuiltFileByFile(t *testing.T) {
	lines := keepDiary(t, 4*time.Millisecond, func(d *diary) {
		for i := range 30 {
			d.save(time.Second+time.Duration(i)*20*time.Millisecond, fmt.Sprintf("p%02d.md", i))
		}
		d.until(5 * time.Second)
	})
	if len(lines) != 3 || lines[1] != "1.012s built p00.md" || !strings.HasPrefix(lines[2], "1.644s built p01.md p02.md") {
		t.Errorf("%d builds: %.200q", len(lines), lines)
	}
}

// Who saves one file again and again sees each save at once.
func TestSavesOfOneFileDoNotWait(t *testing.T) {
	lines := keepDiary(t, 4*time.Millisecond, func(d *diary) {
		for i := range 3 {
			d.save(time.Second+time.Duration(i)*50*time.Millisecond, "a.md")
		}
		d.until(5 * time.Second)
	})
	wantLines(t, lines, "4ms built", "1.012s built a.md", "1.062s built a.md", "1.112s built a.md")
}

func TestChangesThatNeverEndDoNotStarveTheBuild(t *testing.T) {
	lines := keepDiary(t, 50*time.Millisecond, func(d *diary) {
		for i := range 1000 { // for 5 s: something writes a log into the content folder
			d.save(time.Second+time.Duration(i)*5*time.Millisecond, "log.md")
		}
		d.until(10 * time.Second)
	})
	built := 0
	for _, line := range lines {
		if strings.Contains(line, "built log.md") {
			built++
		}
	}
	if built < 3 {
		t.Errorf("%d builds finished in five seconds", built)
	}
}

func TestNothingIsBuiltWhenNothingChanges(t *testing.T) {
	lines := keepDiary(t, time.Millisecond, func(d *diary) { d.until(23 * time.Hour) })
	wantLines(t, lines, "1ms built")
}

func TestANewDayIsAChange(t *testing.T) {
	lines := keepDiary(t, time.Millisecond, func(d *diary) { d.until(49 * time.Hour) })
	wantLines(t, lines, "1ms built", "24h0m0.001s built", "48h0m0.001s built")
}
