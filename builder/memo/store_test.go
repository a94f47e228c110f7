package memo_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"handbook/builder/fixture"
	"handbook/builder/memo"
)

const roomy = 1 << 30

// shout is upper, of whose results some lie on disk.
var shout = &memo.Func[string, string]{
	Name:  "shout",
	Sum:   sumOf,
	Make:  func(_ context.Context, s string) string { return strings.ToUpper(s) },
	Codec: memo.CodecOf[string](),
}

// ask asks for words, and expects what came of that.
func ask(t *testing.T, set *memo.Set, f *memo.Func[string, string], want memo.Count, words ...string) {
	t.Helper()
	for _, word := range words {
		if got := memo.Of(context.Background(), set, f, word); got != strings.ToUpper(word) {
			t.Errorf("%s gave %.40q", word, got)
		}
	}
	want.Asked = len(words)
	expect(t, set, f.Name, want)
}

// run is a run of the program that asks for words.
func run(t *testing.T, dir string, want memo.Count, words ...string) {
	t.Helper()
	store := memo.Open(dir, roomy, "1")
	ask(t, store.NewSet(), shout, want, words...)
	store.Close()
}

// some is so many words.
func some(n int) (words []string) {
	for i := range n {
		words = append(words, fmt.Sprintf("word %d %s", i, strings.Repeat("x", i%50)))
	}
	return words
}

func packs(t *testing.T, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.pack"))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestTheNextRunReadsWhatTheLastOneMade(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "cache")
	run(t, dir, memo.Count{Made: 3}, "tea", "coffee", "")
	run(t, dir, memo.Count{Read: 3}, "tea", "coffee", "")
	run(t, dir, memo.Count{Read: 1, Made: 1}, "tea", "water")
	run(t, dir, memo.Count{Read: 4}, "tea", "coffee", "", "water")
	if names := packs(t, dir); len(names) != 2 {
		t.Errorf("a run that makes nothing wrote: %v", names)
	}
	if git, err := os.ReadFile(filepath.Join(dir, ".gitignore")); string(git) != "*\n" {
		t.Error(string(git), err)
	}
}

func TestWhatIsFlushedIsForgottenByTheSetAndRead(t *testing.T) {
	store := memo.Open(t.TempDir(), roomy, "1")
	defer store.Close()
	set := store.NewSet()
	ask(t, set, shout, memo.Count{Made: 1}, "tea")
	store.Flush()
	for range 3 {
		set.Next()
	}
	ask(t, set, shout, memo.Count{Read: 1}, "tea", "tea")
}

func TestAnotherFunctionIsAnotherTable(t *testing.T) {
	dir := t.TempDir()
	run(t, dir, memo.Count{Made: 1}, "tea")
	other := func(version, name, function string, codec memo.Codec[string], want memo.Count) {
		t.Helper()
		f := *shout
		f.Name, f.Version, f.Codec = name, function, codec
		store := memo.Open(dir, roomy, version)
		ask(t, store.NewSet(), &f, want, "tea")
		store.Close()
	}
	same := shout.Codec
	other("1", "shout", "", same, memo.Count{Read: 1})
	other("2", "shout", "", same, memo.Count{Made: 1})
	other("1", "cry", "", same, memo.Count{Made: 1})
	other("1", "shout", "", memo.CodecOf[string](day{}), memo.Count{Made: 1}) // another layout
	other("1", "shout", "1", same, memo.Count{Made: 1})                       // "1" of the function is not "1" of the program
	other("2", "shout", "1", same, memo.Count{Read: 1})                       // but any program's
}

func TestAnotherLayoutIsAnotherTable(t *testing.T) {
	type inner struct{ A, B int }
	type other struct{ B, A int }
	dir := t.TempDir()
	first := &memo.Func[string, []inner]{Name: "pairs", Sum: sumOf, Codec: memo.CodecOf[[]inner](),
		Make: func(context.Context, string) []inner { return []inner{{1, 2}} }}
	second := &memo.Func[string, []other]{Name: "pairs", Sum: sumOf, Codec: memo.CodecOf[[]other](),
		Make: func(context.Context, string) []other { return []other{{A: 1, B: 2}} }}
	for range 2 {
		store := memo.Open(dir, roomy, "1")
		if got := memo.Of(t.Context(), store.NewSet(), first, "x")[0]; got.A != 1 {
			t.Error(got)
		}
		if got := memo.Of(t.Context(), store.NewSet(), second, "x")[0]; got.A != 1 {
			t.Error(got)
		}
		store.Close()
	}
}

func TestWhatIsNotWholeIsNeitherKeptNorBelieved(t *testing.T) {
	dir := t.TempDir()
	run(t, dir, memo.Count{Made: 2}, "tea", "coffee")
	picky := *shout
	picky.Keep = func(s string) bool { return s != "TEA" }
	for range 2 {
		store := memo.Open(dir, roomy, "1")
		ask(t, store.NewSet(), &picky, memo.Count{Made: 2, Read: 1}, "tea", "tea", "coffee")
		store.Close()
	}
	run(t, dir, memo.Count{Read: 2}, "tea", "coffee") // what was there before
}

func TestWhatLiesAsideIsReadEachTime(t *testing.T) {
	dir := t.TempDir()
	run(t, dir, memo.Count{Made: 1}, "tea")
	aside := *shout
	aside.Aside = true
	store := memo.Open(dir, roomy, "1")
	defer store.Close()
	ask(t, store.NewSet(), &aside, memo.Count{Made: 1, Read: 2}, "tea", "tea", "coffee", "coffee")
}

// TestATornPackCostsTime damages the one pack of a folder in every way at every place.
func TestATornPackCostsTime(t *testing.T) {
	words := some(8)
	dir := t.TempDir()
	run(t, dir, memo.Count{Made: len(words)}, words...)
	name := packs(t, dir)[0]
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	torn := func(what string, data []byte) {
		t.Helper()
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(name)), data, 0o666); err != nil {
			t.Fatal(err)
		}
		for _, last := range []bool{false, true} {
			store := memo.Open(dir, roomy, "1")
			set := store.NewSet()
			for _, word := range words {
				if got := memo.Of(t.Context(), set, shout, word); got != strings.ToUpper(word) {
					t.Fatalf("%s: %q gave %q", what, word, got)
				}
			}
			if made := set.Counts()["shout"].Made; last && made > 0 {
				t.Errorf("%s: %d are made again in each run", what, made)
			}
			store.Close()
		}
	}
	step := 1
	if testing.Short() {
		step = 7
	}
	for n := 0; n < len(whole); n += step {
		torn(fmt.Sprint("cut to ", n), whole[:n])
		flipped := bytes.Clone(whole)
		flipped[n] ^= 1 << (n % 8)
		torn(fmt.Sprint("flipped ", n), flipped)
		torn(fmt.Sprint("zeros from ", n), append(bytes.Clone(whole[:n]), make([]byte, len(whole)-n)...))
	}
	torn("longer", append(bytes.Clone(whole), 0))
	torn("twice", append(bytes.Clone(whole), whole...))
}

func TestStrangeFoldersCostTime(t *testing.T) {
	home := t.TempDir()
	precious := filepath.Join(home, "precious")
	if err := os.WriteFile(precious, []byte("precious"), 0o666); err != nil {
		t.Fatal(err)
	}
	for name, prepare := range map[string]func(dir string) error{
		"a file in its place": func(dir string) error { return os.WriteFile(dir, []byte("x"), 0o666) },
		"a file above it":     func(dir string) error { return os.WriteFile(filepath.Dir(dir), []byte("x"), 0o666) },
		"a link to nowhere":   func(dir string) error { return os.Symlink(filepath.Join(home, "nowhere"), dir) },
		"a link to itself":    func(dir string) error { return os.Symlink(dir, dir) },
		"a pack that is a folder": func(dir string) error {
			return os.MkdirAll(filepath.Join(dir, "A.pack", "B.pack"), 0o777)
		},
		"a pack that is a link": func(dir string) error {
			return os.Symlink(precious, filepath.Join(dir, "A.pack"))
		},
		"a folder that nobody may read": func(dir string) error { return os.Chmod(dir, 0) },
		"a folder that nobody may write": func(dir string) error {
			if err := os.WriteFile(filepath.Join(dir, "A.pack"), []byte("x"), 0); err != nil {
				return err
			}
			return os.Chmod(dir, 0o555)
		},
		"a huge file": func(dir string) error {
			return os.Truncate(create(t, filepath.Join(dir, "A.pack")), 1<<40)
		},
		"a huge index": func(dir string) error {
			end := binary.LittleEndian.AppendUint64(nil, 1<<20)
			end = append(append(end, make([]byte, 8)...), "handbook memo 1\n"...)
			name := create(t, filepath.Join(dir, "A.pack"))
			if err := os.Truncate(name, 1<<29); err != nil {
				return err
			}
			return appendTo(name, end)
		},
		"many files": func(dir string) error {
			for i := range 2000 {
				create(t, filepath.Join(dir, fmt.Sprint(i, ".pack")))
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			above := filepath.Join(t.TempDir(), "above")
			dir := filepath.Join(above, "cache")
			if err := os.MkdirAll(dir, 0o777); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(name, "link to") || strings.Contains(name, "place") {
				os.Remove(dir)
			} else if strings.Contains(name, "above") {
				os.RemoveAll(above)
			}
			if err := prepare(dir); err != nil {
				fixture.Elsewhere(t, err)
			}
			for range 3 {
				store := memo.Open(dir, roomy, "1")
				set := store.NewSet()
				for _, word := range some(20) {
					if got := memo.Of(t.Context(), set, shout, word); got != strings.ToUpper(word) {
						t.Errorf("%q gave %q", word, got)
					}
				}
				store.Close()
			}
			os.Chmod(dir, 0o777)
			if data, err := os.ReadFile(precious); string(data) != "precious" {
				t.Error("a link was followed:", string(data), err)
			}
			if name == "many files" && len(packs(t, dir)) > 10 {
				t.Error("they are still there")
			}
		})
	}
}

func create(t *testing.T, name string) string {
	t.Helper()
	if err := os.WriteFile(name, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	return name
}

func appendTo(name string, data []byte) error {
	f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

func TestTheFolderMayVanishMeanwhile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cache")
	run(t, dir, memo.Count{Made: 1}, "tea")
	store := memo.Open(dir, roomy, "1")
	set := store.NewSet()
	if err := os.RemoveAll(dir); err != nil {
		fixture.Elsewhere(t, err) // Windows
	}
	if got := memo.Of(t.Context(), set, shout, "tea"); got != "TEA" {
		t.Error(got)
	}
	ask(t, set, &memo.Func[string, string]{Name: "other", Sum: sumOf, Make: shout.Make, Codec: shout.Codec}, memo.Count{Made: 1}, "coffee")
	store.Close()
	if len(packs(t, dir)) != 1 {
		t.Error("it was not made again")
	}
}

func TestManyStoresOfOneFolderAtOnce(t *testing.T) {
	dir := t.TempDir()
	words := some(300)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for range 6 {
				store := memo.Open(dir, 40_000, "1")
				set := store.NewSet()
				for _, i := range rand.Perm(len(words))[:100] {
					if got := memo.Of(context.Background(), set, shout, words[i]); got != strings.ToUpper(words[i]) {
						t.Errorf("%q gave %q", words[i], got)
					}
					if i%30 == 0 {
						store.Flush()
					}
				}
				store.Close()
			}
		})
	}
	wait.Wait()
	store := memo.Open(dir, roomy, "1")
	set := store.NewSet()
	for _, word := range words {
		memo.Of(t.Context(), set, shout, word)
	}
	if set.Counts()["shout"].Read == 0 {
		t.Error("nothing was left")
	}
}

// TestAStoreIsAskedWhileItIsFlushed lets one store become one pack again and again under those who read.
func TestAStoreIsAskedWhileItIsFlushed(t *testing.T) {
	store := memo.Open(t.TempDir(), roomy, "1")
	aside := *shout
	aside.Aside = true
	set := store.NewSet()
	words := some(200)
	var wait sync.WaitGroup
	for range 3 {
		wait.Go(func() {
			for range 5 {
				for _, i := range rand.Perm(len(words)) {
					if got := memo.Of(context.Background(), set, &aside, words[i]); got != strings.ToUpper(words[i]) {
						t.Errorf("%q gave %q", words[i], got)
					}
				}
			}
		})
	}
	for range 50 {
		store.Flush()
		set.Next()
	}
	wait.Wait()
	store.Close()
	if got := memo.Of(t.Context(), set, &aside, words[0]); got != strings.ToUpper(words[0]) {
		t.Errorf("after the end: %q", got)
	}
}

func TestManyRunsLeaveFewPacks(t *testing.T) {
	dir := t.TempDir()
	words := some(60)
	for i := range words {
		want := memo.Count{Made: 1}
		if i > 0 {
			want.Read = 1
		}
		run(t, dir, want, words[max(0, i-1):i+1]...)
		if names := packs(t, dir); len(names) > 9 {
			t.Fatalf("%d packs", len(names))
		}
	}
	run(t, dir, memo.Count{Read: len(words)}, words...)
}

// TestWhatWasNotUsedForTheLongestTimeGoesFirst leaves old words alone while new ones are made, in a folder for some of them.
func TestWhatWasNotUsedForTheLongestTimeGoesFirst(t *testing.T) {
	dir := t.TempDir()
	const limit = 100_000
	word := func(i int) string { return fmt.Sprintf("%04d%s", i, strings.Repeat("x", 1000)) }
	for i := range 40 {
		store := memo.Open(dir, limit, "1")
		set := store.NewSet()
		for _, n := range []int{0, 1, 2} { // in each run
			memo.Of(t.Context(), set, shout, word(n))
		}
		for n := range 5 { // in this run
			memo.Of(t.Context(), set, shout, word(1000+5*i+n))
		}
		store.Close()
		var total int64
		for _, name := range packs(t, dir) {
			info, err := os.Stat(name)
			if err != nil {
				t.Fatal(err)
			}
			total += info.Size()
		}
		if total > limit {
			t.Fatalf("%d bytes after run %d", total, i)
		}
	}
	there := func(n int) bool {
		store := memo.Open(dir, limit, "1")
		set := store.NewSet()
		memo.Of(t.Context(), set, shout, word(n))
		return set.Counts()["shout"].Read == 1
	}
	if !there(0) || !there(1) || !there(2) {
		t.Error("what every run uses is gone")
	}
	if there(1000) || there(1050) {
		t.Error("what was used once long ago is there")
	}
	for n := 1000 + 5*30; n < 1000+5*40; n++ {
		if !there(n) {
			t.Errorf("%d of the last runs is gone", n)
		}
	}
}

// TestWhatOtherRunsUsedStays lets a run sort out that uses nothing of what was there.
func TestWhatOtherRunsUsedStays(t *testing.T) {
	dir := t.TempDir()
	ask := func(from, to int) memo.Count {
		store := memo.Open(dir, 100_000, "1")
		defer store.Close()
		set := store.NewSet()
		for n := from; n < to; n++ {
			memo.Of(t.Context(), set, shout, fmt.Sprintf("%04d%s", n, strings.Repeat("x", 1000)))
		}
		return set.Counts()["shout"]
	}
	ask(0, 20)
	ask(100, 120)
	ask(200, 230)
	ask(300, 330) // this is too much, so 0 goes, and nothing was used since but 300
	if got := ask(100, 110); got.Read != 10 {
		t.Errorf("%+v", got)
	}
	ask(400, 430) // too much again
	for _, test := range []struct{ from, to, there int }{{400, 430, 30}, {300, 330, 30}, {100, 110, 10}, {210, 230, 0}} {
		if got := ask(test.from, test.to); got.Read != test.there {
			t.Errorf("of %d there are %d, want %d", test.from, got.Read, test.there)
		}
	}
}

func TestAPackThatWasNeverFinishedGoes(t *testing.T) {
	dir := t.TempDir()
	old, young := create(t, filepath.Join(dir, "OLD.part")), create(t, filepath.Join(dir, "YOUNG.part"))
	other := create(t, filepath.Join(dir, "other.txt"))
	long := time.Now().Add(-24 * time.Hour)
	for _, name := range []string{old, other} {
		if err := os.Chtimes(name, long, long); err != nil {
			t.Fatal(err)
		}
	}
	run(t, dir, memo.Count{Made: 1}, "tea")
	if _, err := os.Stat(old); err == nil {
		t.Error("it is still there")
	}
	for _, name := range []string{young, other} {
		if _, err := os.Stat(name); err != nil {
			t.Error(err)
		}
	}
}

func FuzzPack(f *testing.F) {
	dir := f.TempDir()
	store := memo.Open(dir, roomy, "1")
	set := store.NewSet()
	words := some(3)
	for _, word := range words {
		memo.Of(f.Context(), set, shout, word)
	}
	store.Close()
	names, _ := filepath.Glob(filepath.Join(dir, "*.pack"))
	whole, err := os.ReadFile(names[0])
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[1:])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "A.pack"), data, 0o666); err != nil {
			t.Fatal(err)
		}
		store := memo.Open(dir, int64(len(data)), "1") // so that it is read, and then tidied away
		set := store.NewSet()
		for _, word := range words {
			if got := memo.Of(t.Context(), set, shout, word); got != strings.ToUpper(word) && !bytes.Contains(data, []byte(got)) {
				t.Errorf("%q gave %q", word, got)
			}
		}
		store.Close()
	})
}

// pageLike is about as large as what is kept of a page.
type pageLike struct {
	ID    string
	HTML  string
	Links []field
}

func benchPages(n int) ([]string, *memo.Func[string, *pageLike]) {
	body := strings.Repeat("<p>A cart that is empty cannot be checked out.</p>\n", 120)
	var links []field
	for i := range 30 {
		links = append(links, field{Key: fmt.Sprint("../guides/page-", i, ".md"), Value: "the guide", at: [2]int32{int32(i), int32(i + 9)}})
	}
	var ids []string
	for i := range n {
		ids = append(ids, fmt.Sprint("page-", i))
	}
	return ids, &memo.Func[string, *pageLike]{Name: "page", Sum: sumOf, Codec: memo.CodecOf[*pageLike](),
		Make: func(_ context.Context, id string) *pageLike { return &pageLike{id, body, links} }}
}

func BenchmarkTenThousandPagesAreWritten(b *testing.B) {
	ids, f := benchPages(10_000)
	for b.Loop() {
		store := memo.Open(b.TempDir(), roomy, "1")
		set := store.NewSet()
		memo.Each(len(ids), func(i int) { memo.Of(b.Context(), set, f, ids[i]) })
		store.Close()
	}
}

func BenchmarkTenThousandPagesAreRead(b *testing.B) {
	ids, f := benchPages(10_000)
	dir := b.TempDir()
	store := memo.Open(dir, roomy, "1")
	set := store.NewSet()
	memo.Each(len(ids), func(i int) { memo.Of(b.Context(), set, f, ids[i]) })
	store.Close()
	for b.Loop() {
		store := memo.Open(dir, roomy, "1")
		set := store.NewSet()
		memo.Each(len(ids), func(i int) { memo.Of(b.Context(), set, f, ids[i]) })
		if set.Counts()["page"].Made > 0 {
			b.Fatal("not all were read")
		}
		store.Close()
	}
}
