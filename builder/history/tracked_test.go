package history

import (
	"context"
	"fmt"
	"handbook/builder/fixture"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// track writes what is known of one pattern: how many files, how many sums, and the changes.
func (r repo) track(pattern, since string) string {
	r.T.Helper()
	h, _ := r.read()
	all, err := h.Track(context.Background(), []string{pattern}, since)
	if err != nil {
		r.T.Fatal(err)
	}
	t := all[pattern]
	if t == nil {
		return "no pattern"
	}
	s := fmt.Sprintf("%d files, %d sums", t.Files, len(t.Sums))
	for _, c := range t.Changes {
		s += fmt.Sprintf("; %s %s %s", c.Day, c.Author, c.File)
	}
	return s
}

func (r repo) wantTrack(pattern, since, want string) {
	r.T.Helper()
	if got := r.track(pattern, since); got != want {
		r.T.Errorf("%q since %s: %s\nwant %s", pattern, since, got, want)
	}
}

func TestTrackedFiles(t *testing.T) {
	r := newRepo(t)
	r.Write("services/checkout/main.go", "one")
	r.Write("services/checkout/api/v1.proto", "one")
	r.Edit("2026-01-01", "Ana", "content/a.md", "Page.\n")
	r.Edit("2026-02-02", "Ben", "services/checkout/main.go", "two")
	r.Edit("2026-03-03", "Cleo", "services/search/main.go", "one")
	r.Write("services/checkout/main.go", "three")
	r.Edit("2026-04-04", "Dan", "services/checkout/api/v1.proto", "two")

	r.wantTrack("services/checkout/**", "2026-01-01", "2 files, 1 sums; 2026-04-04 Dan services/checkout/api/v1.proto; 2026-02-02 Ben services/checkout/main.go")
	r.wantTrack("services/checkout", "2026-02-02", "2 files, 1 sums; 2026-04-04 Dan services/checkout/api/v1.proto")
	r.wantTrack("**/main.go", "2026-03-03", "2 files, 1 sums; 2026-04-04 Dan services/checkout/main.go")
	r.wantTrack("services/*/main.go", "2026-04-04", "2 files, 1 sums")
	r.wantTrack("services/gone/**", "2026-01-01", "0 files, 1 sums")
	r.wantTrack("content/a.md", "", "1 files, 1 sums")
	r.wantTrack("../handbook", "2026-01-01", "no pattern")
	r.wantTrack(":(glob)**", "2026-01-01", "0 files, 1 sums")
	r.wantTrack("--all", "2026-01-01", "0 files, 1 sums")

	// An edit that is not committed does not count, a deletion does.
	r.Write("services/checkout/main.go", "four")
	r.wantTrack("services/checkout", "2026-04-04", "2 files, 1 sums")
	r.Git("rm", "--quiet", "--force", "services/checkout/main.go")
	r.Commit("2026-05-05", "Eve")
	r.wantTrack("services/checkout", "2026-04-04", "1 files, 1 sums; 2026-05-05 Eve services/checkout/main.go")

	// A rename is a change of both names.
	r.Git("mv", "services/search/main.go", "services/search/moved.go")
	r.Commit("2026-06-06", "Fay")
	r.wantTrack("services/search/main.go", "2026-05-05", "0 files, 1 sums")
	r.wantTrack("services/search/moved.go", "2026-05-05", "1 files, 1 sums; 2026-06-06 Fay services/search/moved.go")
	r.wantTrack("services/search", "2026-05-05", "1 files, 1 sums; 2026-06-06 Fay services/search/main.go")
}

func TestTrackedFilesOfManyPatternsCostTwoCommands(t *testing.T) {
	r := newRepo(t)
	var patterns []string
	for i := range 150 {
		name := fmt.Sprintf("services/s%d/main.go", i)
		r.Write(name, "one")
		patterns = append(patterns, name, fmt.Sprintf("services/s%d/**", i))
	}
	r.Commit("2026-01-01", "Ana")
	r.Edit("2026-02-02", "Ben", "services/s149/main.go", "two")
	asked := counting(t)
	h, _ := r.read()
	for _, some := range [][]string{patterns, patterns[:20]} {
		asked()
		all, err := h.Track(context.Background(), some, "2026-01-01")
		if err != nil || len(all) != len(some) || all[some[0]].Files != 1 {
			t.Errorf("%d answers, %v", len(all), err)
		}
		if got := asked(); got != "ls-tree log" {
			t.Errorf("asked git to %s", got)
		}
	}
	all, _ := h.Track(context.Background(), patterns, "2026-01-01")
	if c := all["services/s149/**"].Changes; len(c) != 1 || c[0].Author != "Ben" {
		t.Errorf("%v", c)
	}
	asked()
	if _, err := h.Track(context.Background(), nil, "2026-01-01"); err != nil || asked() != "" {
		t.Errorf("without a pattern git is asked")
	}
}

func TestTheSumOfTrackedFilesIsOfNamesAndContents(t *testing.T) {
	r := newRepo(t)
	sum := func() uint64 {
		t.Helper()
		h, _ := r.read()
		all, err := h.Track(context.Background(), []string{"src"}, "")
		r.Must(err)
		return all["src"].Sums[0]
	}
	r.Write("src/a", "1")
	r.Edit("2026-01-01", "Ana", "src/b", "2")
	seen := map[uint64]string{sum(): "at first"}
	for _, step := range []struct{ what, file, text string }{
		{"edited", "src/a", "3"}, {"added", "src/c", "1"}, {"swapped", "src/a", "2"}, {"", "src/b", "3"},
	} {
		r.Edit("2026-01-02", "Ana", step.file, step.text)
		if other, ok := seen[sum()]; ok {
			t.Errorf("%s: the sum is the one of %s", step.what, other)
		}
		seen[sum()] = step.what
	}
	was := sum()
	r.Edit("2026-01-03", "Ana", "other", "x")
	if sum() != was {
		t.Error("a file elsewhere counts")
	}
}

func TestTrackedChangesThatDoNotCount(t *testing.T) {
	r := newRepo(t)
	sums := func() []uint64 {
		t.Helper()
		h, _ := r.read()
		all, err := h.Track(context.Background(), []string{"src"}, "2026-01-01")
		r.Must(err)
		return all["src"].Sums
	}
	r.Write("src/old", "x")
	r.Edit("2026-01-01", "Ana", "src/a", "1")
	reviewed := sums()[0]
	r.Write("src/a", " 1 ")
	r.Write("src/new", "2")
	r.Git("rm", "--quiet", "src/old")
	bulk := r.Commit("2026-02-02", "Bot")
	r.wantTrack("src", "2026-01-01", "2 files, 1 sums; 2026-02-02 Bot src/a")
	r.Write(".git-blame-ignore-revs", bulk)
	r.wantTrack("src", "2026-01-01", "2 files, 2 sums")
	if got := sums(); got[1] != reviewed {
		t.Errorf("the sum before the ignored commit is %x, want %x", got[1], reviewed)
	}
	r.Edit("2026-03-03", "Ben", "src/new", "3")
	r.wantTrack("src", "2026-01-01", "2 files, 1 sums; 2026-03-03 Ben src/new")
}

func TestTrackedFilesAndMerges(t *testing.T) {
	r := newRepo(t)
	r.Edit("2026-01-01", "Ana", "src/a", fourLines)
	r.Git("checkout", "--quiet", "-b", "branch")
	r.Edit("2026-02-02", "Ben", "src/a", strings.Replace(fourLines, "One.", "One, by Ben.", 1))
	r.Git("checkout", "--quiet", "main")
	r.Edit("2026-02-04", "Cleo", "src/a", strings.Replace(fourLines, "Four.", "Four, by Cleo.", 1))
	r.merge("2026-03-03", "Merger", "branch", "", "")
	r.wantTrack("src", "2026-01-01", "1 files, 1 sums; 2026-02-04 Cleo src/a; 2026-02-02 Ben src/a")

	// What a merge gave up does not count.
	r.Git("checkout", "--quiet", "-b", "given-up")
	r.Edit("2026-04-04", "Dan", "src/a", "All new.\n")
	r.Git("checkout", "--quiet", "main")
	r.Edit("2026-04-05", "Eve", "other", "x")
	r.merge("2026-05-05", "Merger", "given-up", "", "", "--strategy=ours")
	r.wantTrack("src", "2026-03-03", "1 files, 1 sums")
}

func TestTrackedFilesOfAShallowCloneHaveASum(t *testing.T) {
	r := newRepo(t)
	r.Edit("2026-01-01", "Ana", "src/a", "1")
	r.Edit("2026-02-02", "Ben", "src/a", "2")
	clone := repo{fixture.Repo{T: t, Dir: filepath.Join(t.TempDir(), "clone")}}
	r.Git("clone", "--quiet", "--depth=1", "file://"+r.Dir, clone.Dir)
	r.Must(os.MkdirAll(clone.content(), 0o777))
	clone.wantTrack("src", "2026-01-01", "1 files, 1 sums")
}

func TestTrackedFilesHaveOddNames(t *testing.T) {
	r := newRepo(t)
	for _, name := range []string{"new\nline", ":100644", "-x", `"q"`, "Übergröße", "bad\xff"} {
		if err := os.MkdirAll(filepath.Join(r.Dir, "src"), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(r.Dir, "src", name), []byte("x"), 0o666); err != nil {
			t.Logf("this file system refuses %q: %v", name, err)
			continue
		}
		r.Commit("2026-02-02", "Ana")
		r.wantTrack("src/"+name, "2026-01-01", "1 files, 1 sums; 2026-02-02 Ana src/"+name)
	}
}

// 50 patterns in a repository of 13,000 commits, of which all are newer than the oldest review.
func BenchmarkTrack(b *testing.B) {
	r := newRepo(b)
	var stream strings.Builder
	for c := 1; c <= 13000; c++ {
		fmt.Fprintf(&stream, "commit refs/heads/main\nmark :%d\ncommitter Author %d <a@example.com> %d +0000\ndata 1\nc\n", c, c%40, 1700000000+c*3600)
		for i := range 3 {
			text := fmt.Sprint("text of commit ", c, i)
			fmt.Fprintf(&stream, "M 100644 inline services/s%d/part%d/file%d.go\ndata %d\n%s\n", (c*7+i)%100, c%5, (c/100)%20, len(text), text)
		}
		if c == 1 {
			stream.WriteString("M 100644 inline content/a.md\ndata 1\na\n")
		}
		stream.WriteString("\n")
	}
	r.fastImport(stream.String())
	h, _ := r.read()
	var patterns []string
	for i := range 50 {
		patterns = append(patterns, []string{"services/s%d/**", "services/s%d/part1/*.go", "services/s%d", "**/s%d/**/file1?.go"}[i%4])
		patterns[i] = fmt.Sprintf(patterns[i], i)
	}
	for _, since := range []string{"2000-01-01", "2024-11-22"} {
		b.Run("since="+since, func(b *testing.B) {
			for b.Loop() {
				all, err := h.Track(context.Background(), patterns, since)
				if err != nil || all["services/s0/**"].Files == 0 {
					b.Fatal(err)
				}
			}
		})
	}
}
