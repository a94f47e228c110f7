package main

import (
	"bytes"
	"cmp"
	"flag"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"handbook/builder/browser"
)

var update = flag.Bool("update", false, "make the pictures of the README and the manual again")

// typePages are the pages that the manual shows of each type.
var typePages = map[string]string{
	"role": "/roles/technical-product-manager/", "product": "/products/bookings/", "spec": "/specs/fast-refunds/", "need": "/needs/refund-arrives-soon/",
	"demand": "/demands/deposit-for-courses/", "faq": "/faq/refunds/", "beta-report": "/beta-reports/refunds-beta-1/", "proposal": "/proposals/refund-wording/",
	"decision": "/decisions/refund-from-balance/", "technology": "/technologies/sqlite-in-the-browser/", "release": "/releases/2026-10/", "term": "/terms/payout/",
	"team": "/teams/payments/", "person": "/people/leila-haddad/",
}

// pictures are what the README and the manual show: name.png in light and name-dark.png in the dark.
var pictures = []picture{
	{"page", "/specs/checkout/", 1280, 800, nil},
	{"health", "/health/", 1280, 800, nil},
	{"beta", "/beta-reports/checkout-beta-1/", 1280, 800, nil},
	{"search", "/", 1280, 800, func(b tab) {
		b.Press("/")
		b.Until(`document.querySelector("dialog[open] input") == document.activeElement`)
		b.Press("refund")
		b.Until(`(tick(new Date(Date.now() + 1000).toISOString()), document.querySelector("dialog[open]").textContent.includes("Fast refunds"))`) // what waits for a pause in typing
	}},
}

// picture is one of them.
type picture struct {
	name, path    string
	width, height int64
	do            func(b tab)
}

// allPictures adds the pages of the types, which lie beside the pages of the manual that explain them.
func allPictures() []picture {
	all := slices.Clone(pictures)
	for _, name := range slices.Sorted(maps.Keys(typePages)) {
		all = append(all, picture{"types/" + name, typePages[name], 1280, 720, nil})
	}
	return all
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
		browser.Need(t)
		for _, p := range allPictures() {
			for scheme, name := range map[string]string{"light": p.name + ".png", "dark": p.name + "-dark.png"} {
				b := newTab(t)
				b.SetClock("2026-11-22T12:00:00")
				b.Size(p.width, p.height)
				b.Prefers("prefers-color-scheme", scheme)
				b.Open(site.url + p.path)
				b.Until(`document.fonts.status == "loaded" && [...document.images].every(i => i.complete || i.loading == "lazy")`)
				if p.do != nil {
					p.do(b)
				}
				b.Until(`document.getAnimations().every(a => a.playState != "running")`)
				if err := os.WriteFile(filepath.Join(manual, name), smaller(t, b.Picture()), 0o644); err != nil {
					t.Fatal(err)
				}
				b.HasNoErrors()
				b.Close()
			}
		}
	}
	shown := ""
	files := []string{"../../README.md", manual + "/_index.md", manual + "/themes.md", manual + "/freshness.md"}
	for name := range typePages {
		files = append(files, manual+"/types/"+name+".md")
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		shown += string(text)
	}
	for _, p := range allPictures() {
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
			if info, err := os.Stat(filepath.Join(manual, name)); err == nil && info.Size() > 60<<10 {
				t.Errorf("%s has %d KB; make it again with -update", name, info.Size()>>10)
			}
			if !strings.Contains(shown, path.Base(name)) {
				t.Errorf("%s is shown nowhere", name)
			}
		}
	}
}

// smaller is a picture in as few bytes as PNG allows, with the 64 colours that it has most of; each other becomes the one
// most like it. Pages of text have few colours but for the edges of letters.
func smaller(t *testing.T, shot []byte) []byte {
	t.Helper()
	full, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		t.Fatal(err)
	}
	area := full.Bounds()
	count := map[color.RGBA]int{}
	at := func(x, y int) color.RGBA {
		c := color.RGBAModel.Convert(full.At(x, y)).(color.RGBA)
		for _, v := range []*uint8{&c.R, &c.G, &c.B} { // in steps that nobody sees
			*v = uint8(min(255, (int(*v)+4)/8*8))
		}
		return c
	}
	most := map[color.RGBA]color.RGBA{} // the true colour that is rounded to each, seen first
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			c := at(x, y)
			count[c]++
			if _, ok := most[c]; !ok {
				most[c] = color.RGBAModel.Convert(full.At(x, y)).(color.RGBA)
			}
		}
	}
	colours := slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int {
		return cmp.Or(count[b]-count[a], int(a.R)-int(b.R), int(a.G)-int(b.G), int(a.B)-int(b.B))
	})
	var palette color.Palette
	for _, c := range colours[:min(len(colours), 64)] {
		palette = append(palette, most[c])
	}
	picture := image.NewPaletted(area, palette)
	index := map[color.RGBA]uint8{}
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			c := at(x, y)
			i, ok := index[c]
			if !ok {
				i = uint8(palette.Index(c))
				index[c] = i
			}
			picture.SetColorIndex(x, y, i)
		}
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
