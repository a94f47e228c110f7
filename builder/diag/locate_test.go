package diag

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestPlacesOnLongLines counts characters one by one, which is right and costs the square.
func TestPlacesOnLongLines(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	units := []string{"a", "é", "漢", "🙂", "\xff", "\x80\x80", "\n", "\t", strings.Repeat("long ", 400), strings.Repeat("長い", 500)}
	for round := range 60 {
		var data []byte
		if round%3 == 0 {
			data = []byte("\uFEFF")
		}
		for range 40 {
			data = append(data, units[random.IntN(len(units))]...)
		}
		x := newText(data)
		for range 200 {
			at := random.IntN(len(data) + 1)
			line, column := x.position(at)
			from := bytes.LastIndexByte(data[:at], '\n') + 1
			if want := utf8.RuneCount(bytes.TrimPrefix(data[from:at], []byte("\uFEFF"))) + 1; column != want || line != 1+bytes.Count(data[:at], []byte("\n")) {
				t.Fatalf("byte %d of %q is at %d:%d, want column %d", at, data, line, column, want)
			}
			if r, _ := utf8.DecodeRune(data[at:]); utf8.RuneStart(append(data, 0)[at]) && r != utf8.RuneError && !(line == 1 && data[0] == 0xEF) {
				if back := (Lines{x}).Offset(line, column); back != at {
					t.Fatalf("%d:%d of %q is byte %d, want %d", line, column, data, back, at)
				}
			}
			excerpt, caret, length := x.excerpt(at, at+4+random.IntN(300))
			if !utf8.ValidString(excerpt) || utf8.RuneCountInString(excerpt) > excerptWidth+2 || caret+length > excerptWidth+2 {
				t.Fatalf("the excerpt around byte %d is %q, %d, %d", at, excerpt, caret, length)
			}
			if r, _ := utf8.DecodeRune(data[at:]); at < len(data) && r > ' ' && r != utf8.RuneError && []rune(excerpt)[caret] != r {
				t.Fatalf("the caret of byte %d stands below %q of %q, want %q", at, []rune(excerpt)[caret], excerpt, r)
			}
		}
	}
}
