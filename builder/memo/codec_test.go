package memo_test

import (
	"bytes"
	"math"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"handbook/builder/memo"
)

// day and field are such as frontmatter holds.
type day struct{ Year, Month, Day int }

type field struct {
	Key     string
	Value   any
	Entries []field
	at      [2]int32
}

// sheet has something of every kind that a codec takes.
type sheet struct {
	ID       string
	Draft    bool
	Weight   int
	Small    int8
	Sum      uint64
	Level    uint8
	Share    float64
	Fields   []field
	Names    map[string][]string
	Pages    map[int32]*sheet
	Parent   *sheet
	Bytes    []byte
	Key      memo.Sum
	private  secret
	reviewed day
}

type secret interface{ hidden() }

type spy struct{ name string }

func (spy) hidden() {}

var sheets = memo.CodecOf[sheet](day{}, spy{})

func full() sheet {
	return sheet{
		ID: "specs/checkout", Draft: true, Weight: -3, Small: math.MinInt8, Sum: math.MaxUint64, Level: 200, Share: -0.25,
		Fields: []field{
			{Key: "none", at: [2]int32{-1, math.MaxInt32}},
			{Key: "word", Value: "tea"},
			{Key: "number", Value: int64(math.MinInt64)},
			{Key: "share", Value: math.Inf(1)},
			{Key: "truth", Value: true},
			{Key: "day", Value: day{2026, 11, 24}},
			{Key: "list", Value: []any{"a", int64(2), nil, []any{}}, Entries: []field{{Value: "a"}, {Value: int64(2)}}},
			{Key: "table", Value: map[string]any{"b": map[string]any{}, "a": []any(nil), "": false}},
		},
		Names:   map[string][]string{"empty": {}, "nil": nil, "two": {"ä", "\xff"}},
		Pages:   map[int32]*sheet{-1: nil, 7: {ID: "other", Fields: []field{}}},
		Parent:  &sheet{Parent: &sheet{Names: map[string][]string{}}},
		Bytes:   []byte{0, 255},
		Key:     memo.SumOf([]byte("key")),
		private: spy{"x"}, reviewed: day{2026, 1, 2},
	}
}

func TestACodecReadsWhatItWrote(t *testing.T) {
	for _, want := range []sheet{{}, full()} {
		data, ok := sheets.Encode(want)
		if !ok {
			t.Fatal("not written")
		}
		got, ok := sheets.Decode(data)
		if !ok {
			t.Fatal("not read")
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("read %+v, want %+v", got, want)
		}
		for range 5 { // maps have no order
			if again, _ := sheets.Encode(want); !bytes.Equal(again, data) {
				t.Fatal("one value, two forms")
			}
		}
	}
}

func TestACodecRefusesWhatItDoesNotKnow(t *testing.T) {
	deep := any("bottom")
	for range 1000 {
		deep = []any{deep}
	}
	for name, value := range map[string]any{"a type that is not known": struct{}{}, "a depth without end": deep, "an int": 1} {
		if _, ok := sheets.Encode(sheet{Fields: []field{{Value: value}}}); ok {
			t.Errorf("%s was written", name)
		}
	}
	for name, make := range map[string]func(){
		"a function":   func() { memo.CodecOf[struct{ F func() }]() },
		"a channel":    func() { memo.CodecOf[[]chan int]() },
		"a time":       func() { memo.CodecOf[struct{ T time.Time }]() },
		"a map by any": func() { memo.CodecOf[map[any]int]() },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s has a codec", name)
				}
			}()
			make()
		}()
	}
}

func TestTornBytesAreRefused(t *testing.T) {
	data, _ := sheets.Encode(full())
	for n := range data {
		if _, ok := sheets.Decode(data[:n]); ok {
			t.Errorf("%d of %d bytes were read", n, len(data))
		}
	}
	if _, ok := sheets.Decode(append(data, 0)); ok {
		t.Error("a byte too many was read")
	}
}

// TestHostileBytesTakeLittleMemory reads bytes that promise lists in lists in lists, each as long as all that follows.
func TestHostileBytesTakeLittleMemory(t *testing.T) {
	anys := memo.CodecOf[any]()
	for name, data := range map[string][]byte{
		"a list without end":   {1, 4, 1, 255, 255, 255, 255, 255, 255, 255, 255, 127},
		"a length of 64 bits":  {1, 4, 1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1},
		"a text without end":   {1, 0, 255, 255, 255, 255, 15},
		"lists in lists":       bytes.Repeat([]byte{1, 4, 1, 255, 255, 63}, 200_000),
		"maps of empty maps":   append([]byte{1, 5, 1, 255, 255, 63}, bytes.Repeat([]byte{0, 1, 5, 1, 0}, 200_000)...),
		"depth":                bytes.Repeat([]byte{1, 4, 1, 1}, 300_000),
		"an unknown type":      {1, 6, 0},
		"nothing":              {},
		"a number of 11 bytes": bytes.Repeat([]byte{255}, 11),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, ok := anys.Decode(data); ok {
			t.Errorf("%s was read", name)
		}
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > 100*uint64(len(data))+10_000 {
			t.Errorf("%s took %d bytes for %d", name, took, len(data))
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []sheet{{}, full()} {
		data, _ := sheets.Encode(s)
		f.Add(data)
	}
	f.Add([]byte(strings.Repeat("\x01\x04\x01\xff\xff\x3f", 100)))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, ok := sheets.Decode(bytes.Clone(data))
		if !ok {
			return
		}
		form, ok := sheets.Encode(s)
		if !ok {
			t.Fatal("what was read cannot be written")
		}
		again, ok := sheets.Decode(form)
		if !ok {
			t.Fatal("what was written cannot be read")
		}
		if other, _ := sheets.Encode(again); !bytes.Equal(form, other) {
			t.Errorf("%+v is read as %+v", s, again)
		}
	})
}
