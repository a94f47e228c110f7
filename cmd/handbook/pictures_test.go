package main

import (
	"bytes"
	"flag"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

var update = flag.Bool("update", false, "make the pictures of the README and the manual again")

// pictures are what the README and the manual show: name.png in light and name-dark.png in the dark.
var pictures = []struct {
	name, path    string
	width, height int64
	do            func(b *tab)
}{
	{"page", "/specs/checkout/", 1280, 800, nil},
	{"health", "/health/", 1280, 800, nil},
	{"beta", "/beta-reports/checkout-beta-1/", 1280, 800, nil},
	{"search", "/", 1280, 800, func(b *tab) {
		b.do(chromedp.KeyEvent("/"))
		b.until(`document.querySelector("dialog[open] input") == document.activeElement`)
		b.do(chromedp.KeyEvent("refund"))
		b.until(`(tick(new Date(Date.now() + 1000).toISOString()), document.querySelector("dialog[open]").textContent.includes("Fast refunds"))`) // what waits for a pause in typing
	}},
}

// TestPictures makes the pictures of the example with -update:
//
//	go test ./cmd/handbook -run Pictures -update
//
// They show the example as of a fixed day, without what git knows. Without -update it only sees that each picture that
// is shown is there.
func TestPictures(t *testing.T) {
	const manual = "../../content/manual"
	if *update {
		dir := t.TempDir()
		for _, name := range []string{"content", "handbook.yaml"} {
			if err := copyTree(filepath.Join("../..", name), filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
		site := serveSite(t, dir, "2026-11-22")
		browser := startChromium(t)
		for _, p := range pictures {
			for scheme, name := range map[string]string{"light": p.name + ".png", "dark": p.name + "-dark.png"} {
				b := newTab(t, browser)
				b.setClock("2026-11-22T12:00:00")
				b.size(p.width, p.height)
				b.prefers("prefers-color-scheme", scheme)
				b.open(site.url + p.path)
				b.until(`document.fonts.status == "loaded" && [...document.images].every(i => i.complete || i.loading == "lazy")`)
				if p.do != nil {
					p.do(b)
				}
				b.until(`document.getAnimations().every(a => a.playState != "running")`)
				shot, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(manual, name), smaller(t, shot), 0o644); err != nil {
					t.Fatal(err)
				}
				b.hasNoErrors()
				b.close()
			}
		}
	}
	shown := ""
	for _, file := range []string{"../../README.md", manual + "/_index.md", manual + "/themes.md", manual + "/freshness.md"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		shown += string(text)
	}
	for _, p := range pictures {
		for _, name := range []string{p.name + ".png", p.name + "-dark.png"} {
			f, err := os.Open(filepath.Join(manual, name))
			if err != nil {
				t.Fatalf("%v; make it with -update", err)
			}
			size, _, err := image.DecodeConfig(f)
			f.Close()
			if err != nil || int64(size.Width) != p.width || int64(size.Height) != p.height {
				t.Errorf("%s is %d × %d (%v); make it again with -update", name, size.Width, size.Height, err)
			}
			if !strings.Contains(shown, name) {
				t.Errorf("%s is shown nowhere", name)
			}
		}
	}
}

// smaller is a picture in as few bytes as PNG allows.
func smaller(t *testing.T, shot []byte) []byte {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	e := png.Encoder{CompressionLevel: png.BestCompression}
	if err := e.Encode(&b, picture); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// copyTree copies a file or a folder.
func copyTree(from, to string) error {
	if info, err := os.Stat(from); err != nil || info.IsDir() {
		if err != nil {
			return err
		}
		return os.CopyFS(to, os.DirFS(from))
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o644)
}
