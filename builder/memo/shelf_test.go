package memo

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"handbook/builder/fixture"
)

type large struct {
	Text  string
	Parts []int32
}

func largeOne(i int) *large {
	return &large{strings.Repeat(fmt.Sprint("text ", i, " "), i%40), []int32{int32(i), -1, 7}}
}

func TestAShelfGivesBackWhatWasPutOnIt(t *testing.T) {
	for name, s := range map[string]*Shelf[large]{"on disk": NewShelf(CodecOf[large]()), "none": nil} {
		var gets [300]func() (*large, bool)
		var group sync.WaitGroup
		for w := range 4 {
			group.Go(func() {
				for i := w; i < len(gets); i += 4 {
					gets[i] = s.Put(largeOne(i))
				}
				for k := range 3 * len(gets) {
					i := (k*7/4*4 + w) % len(gets)
					b, ok := gets[i]()
					if want := largeOne(i); !ok || b.Text != want.Text || fmt.Sprint(b.Parts) != fmt.Sprint(want.Parts) {
						t.Errorf("%s: %d is %v", name, i, b)
					}
				}
			})
		}
		group.Wait()
	}
}

func TestWhatCannotBeWrittenStaysInMemory(t *testing.T) {
	s := NewShelf(CodecOf[large]())
	if s == nil {
		fixture.Elsewhere(t, "an open file keeps its name here")
	}
	before := s.Put(largeOne(3))
	s.file.Close()
	after := s.Put(largeOne(4))
	if b, ok := after(); !ok || b.Text != largeOne(4).Text {
		t.Errorf("it is %v", b)
	}
	if b, ok := before(); ok {
		t.Errorf("a file that is closed gave %v", b)
	}
}
