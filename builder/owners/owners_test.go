package owners

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// names returns the owners of a path as one string.
func names(r *Rules, path string) string {
	var all []string
	for _, o := range r.Owners(path) {
		all = append(all, o.Name)
	}
	return strings.Join(all, " ")
}

// want checks lines of "path: owners" against rules.
func want(t *testing.T, f Flavour, file, lines string) {
	t.Helper()
	rules, list := Parse("CODEOWNERS", []byte(file), f)
	for _, m := range list {
		t.Errorf("unexpected message: %s", m.Text)
	}
	for line := range strings.Lines(lines) {
		path, owners, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok {
			continue
		}
		if owners == "nobody" {
			owners = ""
		}
		if got := names(rules, path); got != owners {
			t.Errorf("%s: owned by %q, want %q", path, got, owners)
		}
	}
}

func TestGitHub(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"the last line that matches decides", `
* @all
*.md @writers
/specs/ @product
`, `
main.go: @all
faq/refunds.md: @writers
specs/checkout.md: @product
specs/old/checkout.md: @product
old/specs/checkout.md: @writers
`},
		{"a name without a slash stands anywhere, for a file or a folder", `
handbook @docs
`, `
handbook: @docs
handbook/a.md: @docs
x/handbook/y/a.md: @docs
x/handbooks/a.md: nobody
`},
		{"a slash in the middle ties the pattern to the root", `
docs/api @api
`, `
docs/api: @api
docs/api/v1/a.md: @api
x/docs/api/a.md: nobody
`},
		{"a slash at the end means a folder, never a file", `
apps/ @apps
/build/logs/ @logs
`, `
apps: nobody
apps/a.md: @apps
x/apps/y/a.md: @apps
build/logs/x/a.log: @logs
x/build/logs/a.log: nobody
`},
		{"a star at the end of a path does not go deeper", `
docs/* @docs
/* @root
`, `
docs/start.md: @docs
docs/build/trouble.md: nobody
README.md: @root
content/a.md: nobody
`},
		{"a star within a name matches folders too", `
docs/adr-* @architects
`, `
docs/adr-1.md: @architects
docs/adr-2/index.md: @architects
docs/other.md: nobody
`},
		{"two stars at the beginning", `
**/logs @logs
`, `
logs/a: @logs
x/y/logs/a: @logs
x/logs.md: nobody
`},
		{"two stars in the middle", `
/docs/**/api.md @api
`, `
docs/api.md: @api
docs/a/b/api.md: @api
api.md: nobody
docs/a/b/api.txt: nobody
`},
		{"two stars at the end", `
docs/** @docs
`, `
docs/a.md: @docs
docs/a/b.md: @docs
docs: nobody
x/docs/a.md: nobody
`},
		{"two stars in the middle twice", `
/a/**/b/**/c.md @deep
`, `
a/b/c.md: @deep
a/x/b/y/z/c.md: @deep
a/b/b/c.md: @deep
a/x/c.md: nobody
`},
		{"a question mark is one letter of a name", `
/v?/ @versions
`, `
v1/a.md: @versions
v12/a.md: nobody
v/a.md: nobody
vé/a.md: @versions
`},
		{"a line without owners takes the owners away", `
/apps/ @apps
/apps/github
/apps/site # nobody yet
`, `
apps/a.md: @apps
apps/github/a.md: nobody
apps/site/a.md: nobody
`},
		{"comments stand on their own line or behind a rule", `
# all of it
* @all @org/team # see /wiki @nobody
   # indented
`, `
a.md: @all @org/team
`},
		{"a space with a backslash belongs to the path", `
/product\ specs/ @product
content/Über\ uns.md @people
`, `
product specs/a.md: @product
content/Über uns.md: @people
`},
		{"teams, people and addresses", `
*.md @acme/tech-writers @ana_b ana.b+docs@example.com
`, `
a.md: @acme/tech-writers @ana_b ana.b+docs@example.com
`},
		{"letter case counts", `
/Docs/ @docs
`, `
docs/a.md: nobody
Docs/a.md: @docs
`},
		{"tabs, line ends of Windows, a byte order mark", "\uFEFF*\t@all\r\n/docs/\t \t@docs\r\n", `
a.md: @all
docs/a.md: @docs
`},
		{"a name is repeated once", `
* @ana @ana
`, `
a.md: @ana
`},
		{"an empty file", ``, `
a.md: nobody
`},
	} {
		t.Run(c.name, func(t *testing.T) { want(t, GitHub, c.file, c.want) })
	}
}

func TestGitLab(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"each section adds its last match", `
* @admin

[Readme]
README.md @ana @ben
internal/README.md @cleo

[Others]
README.md @dan
`, `
README.md: @admin @ana @ben @dan
internal/README.md: @admin @cleo @dan
docs/internal/README.md: @admin @cleo @dan
`},
		{"a path without a slash at the beginning stands anywhere", `
docs/api.md @api
model/db/ @db
`, `
docs/api.md: @api
x/docs/api.md: @api
x/model/db/y/z.sql: @db
`},
		{"a path without a slash at the end is a file, not a folder", `
/docs @docs
`, `
docs: @docs
docs/a.md: nobody
`},
		{"a star does not cross a slash, two stars before a slash do", `
/docs/*.md @top
/docs/**/index.md @indexes
/guides/* @guides
/blog/** @blog
`, `
docs/a.md: @top
docs/x/a.md: nobody
docs/index.md: @indexes
docs/x/y/index.md: @indexes
guides/a.md: @guides
guides/x/a.md: nobody
blog/a.md: @blog
blog/x/a.md: nobody
`},
		{"owners of the heading are for lines that name none", `
[Documentation] @writers
docs/
README.md @ana

[Database][2] @dba @ben
model/
`, `
docs/a.md: @writers
README.md: @ana
model/a.sql: @dba @ben
`},
		{"an optional section owns like any other", `
^[Go] @gophers
*.go
`, `
main.go: @gophers
`},
		{"sections of one name in any case are one", `
[Docs] @writers
*.md
[Code]
*.go @gophers
[DOCS]
/specs/*.md @product
/faq/*.md
`, `
a.md: @writers
specs/a.md: @product
faq/a.md: @writers
main.go: @gophers
`},
		{"a line without owners in a section without defaults takes the owners away", `
[Docs]
*.md @writers
/drafts/*.md
`, `
a.md: @writers
drafts/a.md: nobody
`},
		{"an exclusion holds for its section, wherever it stands", `
* @all
!*.rb

[Ruby]
!/config/**/*
*.rb @ruby
/config/routes.rb @routes

[Late]
/lib/late.rb @late
!late.rb
`, `
a.md: @all
lib/late.rb: @ruby
a.rb: @ruby
config/routes.rb: nobody
config/a.md: @all
`},
		{"roles", `
/config/ @@maintainer @group/sub/team
`, `
config/a: @@maintainer @group/sub/team
`},
		{"sets of characters", `
/v[0-9]/*.md @versions
/x[!a-c]y @others
`, `
v1/a.md: @versions
vx/a.md: nobody
xdy: @others
xby: nobody
`},
		{"a number sign with a backslash begins a path", `
\#odd.md @odd
# comment
`, `
#odd.md: @odd
`},
		{"names count in what looks like a comment", `
*.md @ana # and @ben
`, `
a.md: @ana @ben
`},
	} {
		t.Run(c.name, func(t *testing.T) { want(t, GitLab, c.file, c.want) })
	}
}

func TestAnOddLineIsReportedAtItsPlaceAndTheRestStands(t *testing.T) {
	for _, c := range []struct {
		flavour          Flavour
		line, at, reason string
	}{
		{GitHub, "!*.rb @ana", "!*.rb", "no exclusions"},
		{GitHub, "[ab].md @ana", "[ab].md", "no [ ]"},
		{GitHub, "[Docs] @ana", "[Docs]", "no [ ]"},
		{GitHub, `\#a.md @ana`, `\#a.md`, "begins with #"},
		{GitHub, "/a/***/b @ana", "/a/***/b", "no ***"},
		{GitHub, "/ @ana", "/", "matches no file"},
		{GitHub, "a//b @ana", "a//b", "matches no file"},
		{GitHub, "../a @ana", "../a", "matches no file"},
		{GitHub, "*.go ana", "ana", "neither"},
		{GitHub, "*.go @ana @", "@", "neither"},
		{GitHub, "*.go @a/ @ana", "@a/", "neither"},
		{GitHub, "*.go @@maintainer", "@@maintainer", "neither"},
		{GitHub, "my docs/ @ana", "docs/", "neither"},
		{GitHub, "*.go \xff@ana", "*.go \xff@ana", "UTF-8"},
		{GitLab, "[] @ana", "[] @ana", "no name"},
		{GitLab, "[Docs][x] @ana", "x", "number of approvals"},
		{GitLab, "[Docs][0] @ana", "0", "number of approvals"},
		{GitLab, "[Docs @ana", "[Docs @ana", "no section heading"},
		{GitLab, "^[Docs]{2} @ana", "^[Docs]{2} @ana", "no section heading"},
		{GitLab, "*.go ana @ben", "ana", "neither"},
		{GitLab, "! @ana", "", "matches no file"},
	} {
		t.Run(c.line, func(t *testing.T) {
			before := "* @all\n"
			data := before + c.line + "\n/last.md @last\n"
			rules, list := Parse("../CODEOWNERS", []byte(data), c.flavour)
			if len(list) != 1 {
				t.Fatalf("%d messages, want 1: %v", len(list), list)
			}
			m := list[0]
			if !strings.Contains(m.Text, c.reason) || m.Help == "" || m.Rule != "invalid-codeowners" || m.File != "../CODEOWNERS" {
				t.Errorf("message %+v, want one about %q", m, c.reason)
			}
			if got := data[m.Start:m.End]; got != c.at {
				t.Errorf("it points at %q, want %q", got, c.at)
			}
			if got := names(rules, "last.md"); !strings.HasSuffix(got, "@last") {
				t.Errorf("the line after it gives %q, want @last", got)
			}
			if got := names(rules, "x.md"); !strings.HasPrefix(got, "@all") {
				t.Errorf("the line before it gives %q, want @all", got)
			}
		})
	}
}

func TestGitHubSkipsALineWithAWrongOwner(t *testing.T) {
	rules, _ := Parse("CODEOWNERS", []byte("* @all\n*.md @ana ben\n"), GitHub)
	if got := names(rules, "a.md"); got != "@all" {
		t.Errorf("owned by %q, want @all", got)
	}
	rules, _ = Parse("CODEOWNERS", []byte("* @all\n*.md @ana ben\n"), GitLab)
	if got := names(rules, "a.md"); got != "@ana" {
		t.Errorf("on GitLab owned by %q, want @ana", got)
	}
}

func TestGitHubIgnoresAFileThatIsTooLarge(t *testing.T) {
	data := []byte(strings.Repeat("/a/b/c/d.md @ana\n", maxGitHub/17+1))
	rules, list := Parse("CODEOWNERS", data, GitHub)
	if len(list) != 1 || len(rules.Owners("a/b/c/d.md")) != 0 {
		t.Errorf("%d messages and owners %v, want 1 and none", len(list), rules.Owners("a/b/c/d.md"))
	}
}

func TestAnOwnerKnowsWhereItIsWritten(t *testing.T) {
	file := "\uFEFF# é\r\n*.md @ana\t@acme/docs\r\n[Docs] @late\r\n/specs/\r\n"
	rules, _ := Parse("CODEOWNERS", []byte(file), GitLab)
	for path, want := range map[string]string{"a.md": "@ana @acme/docs", "specs/a.txt": "@late"} {
		var got []string
		for _, o := range rules.Owners(path) {
			got = append(got, file[o.At.Start:o.At.End])
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s: the places hold %q, want %q", path, s, want)
		}
	}
}

func TestWhichFileCounts(t *testing.T) {
	github, gitlab := "* @hub\n", "[All]\n* @lab\n"
	for _, c := range []struct {
		name, files, want string
		flavour           Flavour
	}{
		{"GitHub's own folder comes first", ".github/CODEOWNERS CODEOWNERS docs/CODEOWNERS .gitlab/CODEOWNERS", ".github/CODEOWNERS", GitHub},
		{"then the root", "CODEOWNERS docs/CODEOWNERS .gitlab/CODEOWNERS", "CODEOWNERS", GitHub},
		{"then docs", "docs/CODEOWNERS .gitlab/CODEOWNERS", "docs/CODEOWNERS", GitHub},
		{"then GitLab's own folder", ".gitlab/CODEOWNERS", ".gitlab/CODEOWNERS", GitLab},
		{"a section makes it GitLab's", "CODEOWNERS=lab", "CODEOWNERS", GitLab},
		{"a section does not in GitHub's own folder", ".github/CODEOWNERS=lab", ".github/CODEOWNERS", GitHub},
		{"GitLab's pipeline makes it GitLab's", "CODEOWNERS .gitlab-ci.yml", "CODEOWNERS", GitLab},
		{"none", "content/CODEOWNERS", "", GitHub},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := fstest.MapFS{}
			for _, f := range strings.Fields(c.files) {
				name, lab := strings.CutSuffix(f, "=lab")
				root[name] = &fstest.MapFile{Data: []byte(map[bool]string{true: gitlab, false: github}[lab])}
			}
			got, err := Find(root.ReadFile)
			if got.Path != c.want || got.Flavour != c.flavour {
				t.Errorf("found %q of flavour %d, want %q of flavour %d", got.Path, got.Flavour, c.want, c.flavour)
			}
			if errors.Is(err, fs.ErrNotExist) != (c.want == "") || IsNone(err) != (c.want == "") {
				t.Errorf("error %v", err)
			}
		})
	}
	dir := t.TempDir()
	for _, name := range []string{"CODEOWNERS", "docs"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "docs", "CODEOWNERS"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if s, err := FindIn(dir); s.Path != "docs/CODEOWNERS" {
		t.Errorf("a folder of that name was taken for the file: %q, %v", s.Path, err)
	}
}

// The index must never hide a rule that matches.
func TestTheIndexFindsWhatTryingEveryRuleFinds(t *testing.T) {
	parts := []string{"a", "b", "a.md", "*.md", "*", "**", "a*", "?", "*b*", `\*`, "a.b.md"}
	var file strings.Builder
	for i, x := range parts {
		for j, y := range parts {
			for k, form := range []string{"/%s/%s", "%s/%s", "%s/%s/", "/%s/**/%s", "%[2]s"} {
				fmt.Fprintf(&file, form+" @r%d-%d-%d\n", x, y, i, j, k)
			}
		}
	}
	for _, f := range []Flavour{GitHub, GitLab} {
		rules, _ := Parse("CODEOWNERS", []byte(file.String()), f)
		for _, path := range []string{"a", "a.md", "a/b", "b/a.md", "a/b/a.md", "b/a/x.b.md", "a/b/a/b", "*", "x/*/a", "x.md/y", "a/x/a.b.md"} {
			want := ""
			for _, r := range rules.rules {
				if r.pattern.match(path) && len(r.owners) > 0 {
					want = r.owners[0].Name
				}
			}
			if got := names(rules, path); got != want || want == "" {
				t.Errorf("flavour %d, %s: %q, want %q", f, path, got, want)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"* @a\n", "[A][2] @b\n!x\n\\# @c", "/**/[a-\\]x]/?*\\ é/ @d # e", "a/\\", "\xff\x00"} {
		f.Add(s, "a/b.md")
	}
	f.Fuzz(func(t *testing.T, data, path string) {
		for _, flavour := range []Flavour{GitHub, GitLab} {
			rules, list := Parse("CODEOWNERS", []byte(data), flavour)
			for _, o := range rules.Owners(path) {
				if data[o.At.Start:o.At.End] != o.Name {
					t.Errorf("owner %q at %q", o.Name, data[o.At.Start:o.At.End])
				}
			}
			for _, m := range list {
				if m.Start < 0 || m.Start > m.End || m.End > len(data) || m.Help == "" {
					t.Errorf("message %+v in %d bytes", m, len(data))
				}
			}
		}
	})
}

// A file and a repository of 10,000 each; the patterns that no literal name helps to find are the worst.
func BenchmarkOwners(b *testing.B) {
	for _, c := range []struct{ name, form string }{
		{"files", "/content/team-%d/page-%[1]d.md @team-%[1]d\n"},
		{"folders", "team-%d/ @team-%[1]d\n"},
		{"endings", "*.type%d @team-%[1]d\n"},
		{"worst", "/*/*%d*/*-*%[1]d.* @team-%[1]d\n"},
	} {
		b.Run(c.name, func(b *testing.B) {
			var file strings.Builder
			for i := range 10000 {
				fmt.Fprintf(&file, c.form, i)
			}
			for b.Loop() {
				start := time.Now()
				rules, _ := Parse("CODEOWNERS", []byte(file.String()), GitLab)
				b.ReportMetric(float64(time.Since(start).Microseconds()), "parse-µs")
				for i := range 10000 {
					rules.Owners(fmt.Sprintf("content/team-%d/page-%[1]d.md", i))
				}
			}
		})
	}
}
