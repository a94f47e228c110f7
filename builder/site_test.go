package builder

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"handbook/builder/diag"
	"handbook/builder/fixture"
	"handbook/builder/memo"
	"handbook/builder/origin"
	"handbook/builder/review"
	"handbook/builder/schema"
	"handbook/builder/source"

	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/net/html"
)

var update = flag.Bool("update", false, "write what the build says into testdata/*.txtar")

// today is the day on which every test is run.
var today = schema.Date{Year: 2026, Month: 11, Day: 22}

// memory is a job over files that are nowhere on disk: "content/a.md", "handbook.yaml", "themes/x/page.html".
func memory(files map[string]string) Job {
	return given(files, nil, nil)
}

// given is such a job with what is known of earlier days, and with a repository.
func given(files map[string]string, past review.Past, repo fs.FS) Job {
	return Job{Today: today, World: Given{func() (source.Snapshot, diag.List) { return source.Memory(files), nil }, past, repo}}
}

// build builds once from nothing.
func build(t testing.TB, files map[string]string) Result {
	t.Helper()
	r, err := NewSession().Build(t.Context(), memory(files))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// bytesOf renders every output.
func bytesOf(t testing.TB, r Result) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, o := range r.Outputs {
		data, err := o.Data()
		if err != nil {
			t.Fatalf("%s: %v", o.Path, err)
		}
		out[o.Path] = string(data)
	}
	return out
}

// TestSites builds each archive of testdata. Beside the site's own files an archive has:
//
//	messages           what the build says, all of it
//	reads PATH         lines that a reader of the page meets in this order, whatever the markup; see asRead
//	has PATH           lines that the output must hold, in this order: for markup that is the point
//	lacks PATH         lines that the output must not hold
//	absent             outputs that must not exist, one a line
//	audience           for whom it is built
//	nowhere            lines that no output and no path of one may hold
//	verdicts           the states of all pages, with their reasons
//
// CODEOWNERS, .github/CODEOWNERS and the like lie in the repository's top folder, and pastOf says how an archive tells
// of earlier days.
//
// A file name may hold \xNN and its text @bom, @crlf, @nul and @bad for bytes that an editor would not keep.
func TestSites(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no archives", err)
	}
	for _, path := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			job := given(siteOf(archive), pastOf(t, archive), repoOf(archive))
			for _, f := range archive.Files {
				if f.Name == "audience" {
					job.Audience = strings.Fields(string(f.Data))
				}
			}
			r, err := NewSession().Build(t.Context(), job)
			if err != nil {
				t.Fatal(err)
			}
			out := bytesOf(t, r)
			for i, f := range archive.Files {
				what, arg, _ := strings.Cut(f.Name, " ")
				switch what {
				case "messages", "verdicts":
					got := fixture.Lines(r.Messages)
					if what == "verdicts" {
						got = verdictsOf(r)
					}
					if got != string(f.Data) {
						if *update {
							archive.Files[i].Data = []byte(got)
							continue
						}
						t.Errorf("%s:\n%swant:\n%s", what, got, f.Data)
					}
				case "has", "reads":
					rest, ok := out[arg]
					if what == "reads" {
						rest = asRead(rest)
					}
					whole := rest
					if !ok {
						t.Errorf("there is no %s, only %s", arg, strings.Join(pathsOf(r), " "))
					}
					for line := range strings.Lines(string(f.Data)) {
						line = strings.TrimSpace(line)
						_, after, found := strings.Cut(rest, line)
						if !found {
							t.Errorf("%s does not hold %q in its place; it is\n%s", arg, line, whole)
							break
						}
						rest = after
					}
				case "lacks":
					for line := range strings.Lines(string(f.Data)) {
						if line = strings.TrimSpace(line); strings.Contains(out[arg], line) {
							t.Errorf("%s holds %q", arg, line)
						}
					}
				case "nowhere":
					for path, text := range out {
						for word := range strings.Lines(string(f.Data)) {
							if word = strings.TrimSpace(word); strings.Contains(path+"\n"+text, word) {
								t.Errorf("%s holds %q", path, word)
							}
						}
					}
				case "absent":
					for _, p := range strings.Fields(string(f.Data)) {
						if _, ok := out[p]; ok {
							t.Errorf("there is a %s", p)
						}
					}
				}
			}
			if *update {
				if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// asRead is the main part of a page in words, on one line: a link is "[words](address)", and other elements part words unless
// they stand within one.
func asRead(page string) string {
	if _, after, ok := strings.Cut(page, "<main"); ok {
		page, _, _ = strings.Cut("<main"+after, "</main>")
	}
	var b strings.Builder
	href, unread := "", ""
	for z := html.NewTokenizer(strings.NewReader(page)); z.Next() != html.ErrorToken; {
		token := z.Token()
		switch token.Type {
		case html.TextToken:
			if unread == "" {
				b.WriteString(token.Data)
			}
			continue
		case html.StartTagToken:
			if token.Data == "script" || token.Data == "style" {
				unread = token.Data
			}
			if token.Data == "a" {
				for _, a := range token.Attr {
					if a.Key == "href" {
						href = a.Val
					}
				}
				b.WriteString("[")
			}
		case html.EndTagToken:
			if token.Data == unread {
				unread = ""
			}
			if token.Data == "a" {
				b.WriteString("](" + href + ")")
			}
		}
		if !slices.Contains([]string{"a", "b", "strong", "em", "code", "time", "del", "ins"}, token.Data) {
			b.WriteString(" ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// siteOf are the files of an archive that belong to the site.
func siteOf(a *txtar.Archive) map[string]string {
	files := map[string]string{}
	special := strings.NewReplacer("@bom", "\uFEFF", "@crlf\n", "\r\n", "@cr\n", "\r", "@nul", "\x00", "@bad", "\xff")
	for _, f := range a.Files {
		if strings.HasPrefix(f.Name, "content/") || strings.HasPrefix(f.Name, "themes/") || f.Name == "handbook.yaml" || slices.Contains(origin.Above(), f.Name) {
			files[f.Name] = special.Replace(string(f.Data))
		}
	}
	return files
}

// repoOf are the files of an archive that lie beside the site in its repository; nil when there is none.
func repoOf(a *txtar.Archive) fs.FS {
	repo := fstest.MapFS{}
	for _, f := range a.Files {
		top, _, _ := strings.Cut(f.Name, "/")
		if strings.HasSuffix(f.Name, "CODEOWNERS") || slices.Contains([]string{"static", "public", "assets", "website"}, top) {
			repo[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	if len(repo) == 0 {
		return nil
	}
	return repo
}

func pathsOf(r Result) []string {
	var paths []string
	for _, o := range r.Outputs {
		paths = append(paths, o.Path)
	}
	return paths
}

// TestEveryRuleHasACase finds for each rule an archive whose messages hold it.
func TestEveryRuleHasACase(t *testing.T) {
	archives, _ := filepath.Glob("testdata/*.txtar")
	var said strings.Builder
	for _, path := range archives {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		said.Write(data)
	}
	// These need a real folder or a real repository; package source, TestWhatGitCannotTellIsSaid and scripts have their cases.
	onDisk := []diag.Rule{diag.UnreadableFile, diag.FileTooLarge, diag.SymlinkOutside, diag.ShallowHistory, diag.UnreadableHistory, diag.HugeImage, diag.DeadExternal, diag.VanishedAddress, diag.VanishedAnchor, diag.StatusSkipped}
	for _, d := range diag.Rules() {
		if d.Sentence == "" || !strings.HasSuffix(d.Sentence, ".") {
			t.Errorf("%s has no sentence", d.Rule)
		}
		if !slices.Contains(onDisk, d.Rule) && !strings.Contains(said.String(), "["+string(d.Rule)+"]") {
			t.Errorf("no archive makes the build say %s", d.Rule)
		}
	}
}

// wardrobe holds the themes of all sessions that dressed makes: loading one is most of a small build.
var wardrobe = memo.NewSet()

// dressed is a new session that may have its theme already.
func dressed() *Session { return &Session{set: memo.NewSet(), looks: wardrobe} }
