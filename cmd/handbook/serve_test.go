package main

import (
	"context"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"handbook/builder/preview"
)

// liveScript is what serve adds to a page.
var liveScript = regexp.MustCompile(`<script[^>]*src="[^"]*/_handbook/[^"]*"[^>]*></script>`)

// TestServeShowsWhatBuildWrites is law 6, on the handbook of this repository.
func TestServeShowsWhatBuildWrites(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	var said strings.Builder
	if status := run([]string{"build", "-C", "../..", "--as-of", "2026-11-22", "--out", out}, &said, &said); status != exitFine {
		t.Fatalf("build exits %d: %s", status, &said)
	}

	flags := siteFlags{dir: "../..", asOf: "2026-11-22"}
	job, err := flags.job()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	address := make(chan string, 1)
	built := make(chan preview.Report, 1)
	ended := make(chan error, 1)
	go func() {
		ended <- preview.Run(ctx, preview.Config{
			Build:     newLive(flags, job).build,
			Addr:      "127.0.0.1:0",
			Listening: func(url string) { address <- url },
			Built:     func(r preview.Report) { built <- r },
		})
	}()
	base := strings.TrimSuffix(<-address, "/")
	report := <-built
	defer func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()

	files := 0
	err = filepath.WalkDir(out, func(path string, d fs.DirEntry, err error) error {
		name := filepath.ToSlash(strings.TrimPrefix(path, out+string(filepath.Separator)))
		if err != nil || d.IsDir() || strings.HasPrefix(name, ".handbook") || strings.HasPrefix(name, "_") {
			return err
		}
		files++
		want, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		address := strings.TrimSuffix(name, "index.html")
		res, err := http.Get(base + "/" + (&url.URL{Path: address}).EscapedPath())
		if err != nil {
			return err
		}
		defer res.Body.Close()
		got, err := io.ReadAll(res.Body)
		if err != nil {
			return err
		}
		if res.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", address, res.Status)
		}
		if strings.HasSuffix(name, ".html") {
			shown := liveScript.ReplaceAllString(string(got), "")
			if shown == string(got) && !strings.Contains(string(want), `http-equiv="refresh"`) {
				t.Errorf("%s is served without the script that reloads it", address)
			}
			got = []byte(shown)
		}
		if string(got) != string(want) {
			t.Errorf("%s is served otherwise than it is written", address)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 100 || len(report.Result.Outputs) < files {
		t.Errorf("compared %d files of %d outputs", files, len(report.Result.Outputs))
	}
}
