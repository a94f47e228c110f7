package memo_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"handbook/builder/memo"
)

// upper is a Func that needs no imagination.
var upper = &memo.Func[string, string]{
	Name: "upper",
	Sum:  sumOf,
	Make: func(_ context.Context, s string) string { return strings.ToUpper(s) },
}

func sumOf(s string) memo.Sum { return memo.SumOf([]byte(s)) }

// expect compares what came of a Func in this generation.
func expect(t *testing.T, s *memo.Set, name string, want memo.Count) {
	t.Helper()
	if got := s.Counts()[name]; got != want {
		t.Errorf("%s: %+v, want %+v", name, got, want)
	}
}

func TestTheSameArgumentGivesTheSameResultAndIsMadeOnce(t *testing.T) {
	s := memo.NewSet()
	for range 3 {
		for _, word := range []string{"tea", "coffee"} {
			if got := memo.Of(t.Context(), s, upper, word); got != strings.ToUpper(word) {
				t.Errorf("%s gave %s", word, got)
			}
		}
	}
	expect(t, s, "upper", memo.Count{Asked: 6, Made: 2})
}

func TestNoSetRemembersNothing(t *testing.T) {
	var s *memo.Set
	s.Next()
	if got := memo.Of(t.Context(), s, upper, "tea"); got != "TEA" {
		t.Error(got)
	}
	if counts := s.Counts(); len(counts) != 0 {
		t.Error(counts)
	}
}

func TestFuncsOfOneArgumentAreToldApartByName(t *testing.T) {
	s := memo.NewSet()
	length := &memo.Func[string, int]{Name: "length", Sum: sumOf, Make: func(_ context.Context, s string) int { return len(s) }}
	for range 2 {
		if memo.Of(t.Context(), s, upper, "tea") != "TEA" || memo.Of(t.Context(), s, length, "tea") != 3 {
			t.Error("one function gave another's result")
		}
	}
	expect(t, s, "length", memo.Count{Asked: 2, Made: 1})
}

func TestWhatTwoGenerationsDidNotAskForIsForgotten(t *testing.T) {
	s := memo.NewSet()
	ask := func(made int, words ...string) {
		t.Helper()
		for _, word := range words {
			memo.Of(t.Context(), s, upper, word)
		}
		expect(t, s, "upper", memo.Count{Asked: len(words), Made: made})
		s.Next()
	}
	ask(2, "tea", "coffee")
	ask(0, "tea", "coffee") // of the last one
	ask(0, "tea")
	ask(0, "tea", "coffee") // of the one before
	ask(0, "tea")
	ask(0, "tea")
	ask(1, "tea", "coffee") // forgotten
}

func TestOneMakesItAndTheOthersWait(t *testing.T) {
	s := memo.NewSet()
	var made atomic.Int64
	slow := &memo.Func[int, []int]{
		Name: "slow",
		Sum:  func(n int) memo.Sum { return memo.SumOf([]byte{byte(n)}) },
		Make: func(_ context.Context, n int) []int { made.Add(1); runtime.Gosched(); return []int{n} },
	}
	var first [200]atomic.Pointer[int]
	var wait sync.WaitGroup
	for range 8 {
		order := rand.Perm(len(first))
		wait.Go(func() {
			for _, i := range order {
				got := memo.Of(context.Background(), s, slow, i)
				if got[0] != i {
					t.Errorf("%d gave %d", i, got[0])
				}
				if !first[i].CompareAndSwap(nil, &got[0]) && first[i].Load() != &got[0] {
					t.Errorf("%d was made twice", i)
				}
			}
		})
	}
	wait.Wait()
	if made.Load() != int64(len(first)) {
		t.Errorf("%d were made, want %d", made.Load(), len(first))
	}
	expect(t, s, "slow", memo.Count{Asked: 8 * len(first), Made: len(first)})
}

func TestGenerationsMayBeginWhileSomebodyAsks(t *testing.T) {
	s := memo.NewSet()
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for i := range 2000 {
				if word := fmt.Sprint("w", i%50); memo.Of(context.Background(), s, upper, word) != strings.ToUpper(word) {
					t.Error("another word's result")
				}
			}
		})
	}
	for range 200 {
		s.Next()
		s.Counts()
		runtime.Gosched()
	}
	wait.Wait()
}

// TestAPanicLeavesNobodyWaiting panics once while others wait for the result.
func TestAPanicLeavesNobodyWaiting(t *testing.T) {
	s := memo.NewSet()
	asked := make(chan struct{})
	var calls atomic.Int64
	shaky := &memo.Func[string, string]{Name: "shaky", Sum: sumOf, Make: func(context.Context, string) string {
		if calls.Add(1) == 1 {
			<-asked
			panic("no tea")
		}
		return "TEA"
	}}
	var wait sync.WaitGroup
	wait.Go(func() {
		defer func() {
			if recover() != "no tea" {
				t.Error("the panic was swallowed")
			}
		}()
		memo.Of(context.Background(), s, shaky, "tea")
	})
	for calls.Load() == 0 {
		runtime.Gosched()
	}
	for range 7 {
		wait.Go(func() {
			if got := memo.Of(context.Background(), s, shaky, "tea"); got != "TEA" {
				t.Error(got)
			}
		})
	}
	for s.Counts()["shaky"].Asked < 8 {
		runtime.Gosched()
	}
	close(asked)
	wait.Wait()
	if calls.Load() != 2 {
		t.Errorf("it was called %d times, want 2", calls.Load())
	}
}

func TestHalfAResultIsNeitherKeptNorGivenToOthers(t *testing.T) {
	s := memo.NewSet()
	begun, ended := make(chan struct{}), make(chan struct{})
	whole := &memo.Func[string, string]{Name: "whole", Sum: sumOf, Make: func(ctx context.Context, word string) string {
		if ctx.Done() != nil {
			close(begun)
			<-ctx.Done()
			return "half"
		}
		return word
	}}
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer close(ended)
		memo.Of(ctx, s, whole, "tea")
	}()
	<-begun
	var other sync.WaitGroup
	other.Go(func() {
		if got := memo.Of(context.Background(), s, whole, "tea"); got != "tea" {
			t.Errorf("who waited got %s", got)
		}
	})
	for s.Counts()["whole"].Asked < 2 {
		runtime.Gosched()
	}
	cancel()
	other.Wait()
	<-ended
	if got := memo.Of(context.Background(), s, whole, "tea"); got != "tea" {
		t.Errorf("kept %s", got)
	}
}

func TestSumsTellPartsApart(t *testing.T) {
	long := bytes.Repeat([]byte("handbook "), 1000)
	cut := func(at ...int) memo.Sum {
		var parts [][]byte
		from := 0
		for _, to := range append(at, len(long)) {
			parts = append(parts, long[from:to])
			from = to
		}
		return memo.SumOf(parts...)
	}
	seen := map[memo.Sum]bool{}
	for _, s := range []memo.Sum{cut(), cut(0), cut(len(long)), cut(1), cut(1023), cut(1024), cut(1025), cut(1, 1), cut(5000), memo.SumOf(), memo.SumOf(nil)} {
		if seen[s] {
			t.Error("two cuts have one sum")
		}
		seen[s] = true
	}
	var h memo.Hash
	h.String(string(long))
	if h.End() != memo.SumOf(long) {
		t.Error("a string and its bytes differ")
	}
	var a, b memo.Hash
	a.Uint(1)
	a.Sum(memo.Sum{2})
	b.Sum(memo.Sum{2})
	b.Uint(1)
	if a.End() == b.End() {
		t.Error("order does not count")
	}
}

func TestEachCallsEveryNumberOnce(t *testing.T) {
	for _, processors := range []int{1, 2, 7} {
		t.Run(fmt.Sprint(processors), func(t *testing.T) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
			for _, each := range []func(int, func(int)){memo.Each, memo.Behind} {
				for _, n := range []int{0, 1, 2, 3, 15, 16, 17, 129, 5000} {
					calls := make([]atomic.Int32, n)
					each(n, func(i int) { calls[i].Add(1) })
					for i := range calls {
						if got := calls[i].Load(); got != 1 {
							t.Errorf("of %d numbers %d was called %d times", n, i, got)
						}
					}
				}
			}
		})
	}
}

func BenchmarkTenThousandPagesAreAskedFor(b *testing.B) {
	words := make([]string, 10_000)
	for i := range words {
		words[i] = fmt.Sprint("page ", i)
	}
	s := memo.NewSet()
	ask := func() { memo.Each(len(words), func(i int) { memo.Of(b.Context(), s, upper, words[i]) }) }
	ask()
	for b.Loop() {
		s.Next()
		ask()
	}
}
