package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/rhysd/actionlint"
	"go.yaml.in/yaml/v3"
)

// block is what the manual tells readers to paste into a file.
func block(t *testing.T, section, language string) string {
	t.Helper()
	data, err := os.ReadFile("../../content/manual/ci.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(data), "\n## "+section+"\n")
	_, rest, ok2 := strings.Cut(rest, "\n```"+language+"\n")
	text, _, ok3 := strings.Cut(rest, "\n```\n")
	if !ok || !ok2 || !ok3 {
		t.Fatalf("the manual has no %s for %s", language, section)
	}
	return text + "\n"
}

// ciRepo is a repository with a handbook, whose branch breaks a link, with a handbook to call in its PATH.
func ciRepo(t *testing.T) (dir string, env []string) {
	t.Helper()
	for _, tool := range []string{"git", "bash"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("no %s on this machine, which the commands need", tool)
		}
	}
	dir = t.TempDir()
	bin := filepath.Join(dir, "bin")
	files := map[string]string{
		"repo/content/a.md":   "---\ntitle: A\nowner: ana\n---\n[old](gone.md)\n",
		"repo/content/ana.md": "---\ntitle: Ana\ntype: person\nowner: ana\n---\n",
		"bin/gh":              "#!/bin/sh\necho \"gh $*\" >> \"$GH_LOG\"\ncase \"$*\" in *--jq*) cat \"$GH_MINE\";; esac\n",
		"mine":                "",
	}
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=Ana", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=Ana", "GIT_COMMITTER_EMAIL=a@example.com",
		"GH_LOG="+filepath.Join(dir, "log"), "GH_MINE="+filepath.Join(dir, "mine"), "RUNNER_TEMP="+dir, "GITHUB_REPOSITORY=acme/pages", "SOURCE_DATE_EPOCH=1795305600")
	dir = filepath.Join(dir, "repo")
	sh(t, dir, env, 0, "git init -q -b main && git add . && git commit -q -m one && git checkout -q -b topic && echo '[new](new.md)' >> content/a.md && git commit -q -a -m two")
	return dir, env
}

// sh runs a command as CI services do, and returns what it says. It must end with the status.
func sh(t *testing.T, dir string, env []string, status int, command string) string {
	t.Helper()
	cmd := exec.Command("bash", "-eo", "pipefail", "-c", command)
	cmd.Dir, cmd.Env = dir, env
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != status {
		t.Fatalf("%s: %v, want exit status %d\n%s", command, err, status, out)
	}
	return string(out)
}

func TestTheGitHubWorkflowRuns(t *testing.T) {
	text := block(t, "GitHub", "yaml")
	workflow, errs := actionlint.Parse([]byte(text))
	for _, e := range errs {
		t.Errorf("GitHub would refuse the workflow: %v", e)
	}
	linter, err := actionlint.NewLinter(os.Stderr, &actionlint.LinterOptions{Shellcheck: "", Pyflakes: ""})
	if err != nil {
		t.Fatal(err)
	}
	found, err := linter.Lint("handbook.yml", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range found {
		t.Errorf("the workflow: %v", e)
	}
	dir, env := ciRepo(t)
	base := strings.TrimSpace(sh(t, dir, env, 0, "git rev-parse main"))
	env = append(env, "BASE="+base, "NUMBER=7", "GH_TOKEN=none")
	ran := map[string]string{}
	deep := false
	for _, step := range workflow.Jobs["check"].Steps {
		switch exec := step.Exec.(type) {
		case *actionlint.ExecAction:
			if in := exec.Inputs["fetch-depth"]; in != nil && in.Value.Value == "0" {
				deep = true
			}
		case *actionlint.ExecRun:
			name := step.Name.Value
			status := 0
			switch name {
			case "Install handbook": // the tests are built from the same source
				if exec.Run.Value != "go install ./cmd/handbook" {
					t.Errorf("handbook is installed by %q", exec.Run.Value)
				}
				continue
			case "Check what the change does":
				status = 1
			}
			ran[name] = sh(t, dir, env, status, exec.Run.Value)
		}
	}
	if !deep {
		t.Error("the workflow clones the last commit only")
	}
	change := ran["Check what the change does"]
	if !strings.Contains(change, "::warning file=content/a.md,line=6,") || strings.Contains(change, "gone.md") {
		t.Errorf("the change is reported as\n%s", change)
	}
	if _, err := os.Stat(filepath.Join(dir, "handbook.sarif")); err != nil || !strings.Contains(ran["Check everything"], "2 warnings") {
		t.Errorf("everything is reported as\n%s", ran["Check everything"])
	}
	top := filepath.Dir(dir)
	log, _ := os.ReadFile(filepath.Join(top, "log"))
	comment, _ := os.ReadFile(filepath.Join(top, "comment.md"))
	if !strings.HasPrefix(string(comment), marker+"\n") || !strings.Contains(string(log), "--method POST repos/acme/pages/issues/7/comments") {
		t.Errorf("the comment is\n%s\nand is sent by\n%s", comment, log)
	}
	// The second time there is a comment of ours, which is edited.
	if err := os.WriteFile(filepath.Join(top, "mine"), []byte("4711\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, step := range workflow.Jobs["check"].Steps {
		if run, ok := step.Exec.(*actionlint.ExecRun); ok && step.Name.Value == "Comment on the change" {
			sh(t, dir, env, 0, run.Run.Value)
		}
	}
	if log, _ = os.ReadFile(filepath.Join(top, "log")); !strings.Contains(string(log), "--method PATCH repos/acme/pages/issues/comments/4711") {
		t.Errorf("the comment is not edited:\n%s", log)
	}
}

func TestTheGitLabFileRuns(t *testing.T) {
	var file map[string]struct {
		Image        string
		Rules        []map[string]string
		Variables    map[string]string
		BeforeScript []string `yaml:"before_script"`
		Script       []string
		Cache        struct {
			Key, When string
			Paths     []string
		}
		Artifacts struct {
			When    string
			Reports map[string]string
		}
	}
	dec := yaml.NewDecoder(strings.NewReader(block(t, "GitLab", "yaml")))
	dec.KnownFields(true)
	if err := dec.Decode(&file); err != nil {
		t.Fatal(err)
	}
	job := file["handbook"]
	if paths := job.Cache.Paths; len(paths) != 1 || paths[0] != cacheFolder+"/" {
		t.Errorf("what is kept from run to run is %v", paths)
	}
	if job.Variables["GIT_DEPTH"] != "0" || job.Artifacts.When != "always" || len(job.Rules) != 2 {
		t.Errorf("the job is %+v", job)
	}
	dir, env := ciRepo(t)
	base := strings.TrimSpace(sh(t, dir, env, 0, "git rev-parse main"))
	for _, script := range job.Script {
		out := sh(t, dir, append(env, "CI_MERGE_REQUEST_DIFF_BASE_SHA="+base), 1, script)
		if !strings.Contains(out, "new.md") || strings.Contains(out, "gone.md") {
			t.Errorf("a merge request is reported as\n%s", out)
		}
		if out := sh(t, dir, env, 0, script); !strings.Contains(out, "2 warnings") {
			t.Errorf("the branch is reported as\n%s", out)
		}
	}
	for kind, name := range job.Artifacts.Reports {
		if data, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !strings.Contains(string(data), "content/a.md") {
			t.Errorf("%s: %v\n%s", kind, err, data)
		}
	}
}

func TestTheNetlifyFileBuildsPreviewsForTheirOwnAddress(t *testing.T) {
	var manual, own struct {
		Build   struct{ Command, Publish string }
		Context map[string]struct{ Command string }
	}
	text := block(t, "Netlify", "toml")
	if _, err := toml.Decode(text, &manual); err != nil {
		t.Fatal(err)
	}
	if _, err := toml.DecodeFile("../../netlify.toml", &own); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(manual) != fmt.Sprint(own) {
		t.Errorf("the manual says %v, and this repository does %v", manual, own)
	}
	dir, env := ciRepo(t)
	call := func(command string) string { return strings.ReplaceAll(command, "go run ./cmd/handbook", "handbook") }
	sh(t, dir, env, 0, call(manual.Build.Command))
	sh(t, dir, append(env, "DEPLOY_PRIME_URL=https://deploy-preview-7--acme.netlify.app"), 0, call(manual.Context["deploy-preview"].Command))
	data, err := os.ReadFile(filepath.Join(dir, manual.Build.Publish, "sitemap.xml"))
	if err != nil || !strings.Contains(string(data), "<loc>https://deploy-preview-7--acme.netlify.app/a/</loc>") {
		t.Errorf("%v\n%s", err, data)
	}
	if out := sh(t, dir, env, 2, "handbook build --base-url example.com"); !strings.Contains(out, "write it whole") {
		t.Error(out)
	}
}

func TestThePreCommitHooksRun(t *testing.T) {
	data, err := os.ReadFile("../../.pre-commit-hooks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var hooks []struct {
		ID, Name, Description, Entry, Language, Files string
		PassFilenames                                 *bool `yaml:"pass_filenames"`
	}
	dec := yaml.NewDecoder(strings.NewReader(string(data)))
	dec.KnownFields(true)
	if err := dec.Decode(&hooks); err != nil {
		t.Fatal(err)
	}
	var config struct {
		Repos []struct {
			Repo, Rev string
			Hooks     []struct {
				ID   string
				Args []string
			}
		}
	}
	if err := yaml.Unmarshal([]byte(block(t, "pre-commit", "yaml")), &config); err != nil {
		t.Fatal(err)
	}
	dir, env := ciRepo(t)
	for _, used := range config.Repos[0].Hooks {
		i := slices.IndexFunc(hooks, func(h struct {
			ID, Name, Description, Entry, Language, Files string
			PassFilenames                                 *bool `yaml:"pass_filenames"`
		}) bool {
			return h.ID == used.ID
		})
		if i < 0 {
			t.Fatalf("there is no hook %s", used.ID)
		}
		if out := sh(t, dir, env, 1, hooks[i].Entry+" "+strings.Join(used.Args, " ")); !strings.Contains(out, "new.md") {
			t.Errorf("%s says\n%s", used.ID, out)
		}
	}
	for _, h := range hooks {
		files, err := regexp.Compile(h.Files)
		if err != nil || !files.MatchString("content/a.md") || !files.MatchString("docs/handbook.yaml") || files.MatchString("main.go") {
			t.Errorf("%s is for %s, %v", h.ID, h.Files, err)
		}
		if h.Language != "golang" || h.PassFilenames == nil || *h.PassFilenames || h.Name == "" {
			t.Errorf("the hook is %+v", h)
		}
	}
	if _, err := exec.LookPath("pre-commit"); err != nil {
		t.Log("pre-commit itself is not on this machine, so only its commands were run")
		return
	}
	manifest, err := filepath.Abs("../../.pre-commit-hooks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	sh(t, dir, env, 0, "pre-commit validate-manifest '"+manifest+"'")
	if err := os.WriteFile(filepath.Join(dir, ".pre-commit-config.yaml"), []byte(block(t, "pre-commit", "yaml")), 0o666); err != nil {
		t.Fatal(err)
	}
	sh(t, dir, env, 0, "pre-commit validate-config")
}
