package render

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"
)

// Pictures of all forms that people take photographs and screens in say how large they are.
func TestPicturesSayHowLargeTheyAre(t *testing.T) {
	var p, j, g bytes.Buffer
	picture := image.NewPaletted(image.Rect(0, 0, 30, 20), color.Palette{color.Black})
	if png.Encode(&p, picture) != nil || jpeg.Encode(&j, picture, nil) != nil || gif.Encode(&g, picture, nil) != nil {
		t.Fatal("cannot draw")
	}
	riff := "RIFF\x00\x00\x00\x00WEBP"
	for name, data := range map[string]string{
		"png": p.String(), "jpeg": j.String(), "gif": g.String(),
		"webp of a photograph": riff + "VP8 \x00\x00\x00\x00\x00\x00\x00\x9d\x01\x2a\x1e\x00\x14\x00............",
		"webp without loss":    riff + "VP8L\x00\x00\x00\x00\x2f\x1d\xc0\x04\x00...................",
		"webp with more":       riff + "VP8X\x00\x00\x00\x00\x00\x00\x00\x00\x1d\x00\x00\x13\x00\x00............",
		"svg":                  `<!DOCTYPE svg><svg width="30" height="20">`,
	} {
		if got := sizeOf([]byte(data)); got != (size{30, 20}) {
			t.Errorf("%s: %v, want 30 by 20", name, got)
		}
	}
	for _, data := range []string{"", "words", `<html><svg width="30" height="20">`, `<svg width="3cm" height="2cm">`, riff + "VP8Q........................"} {
		if got := sizeOf([]byte(data)); got != (size{}) {
			t.Errorf("%q: %v, want nothing", data, got)
		}
	}
}
