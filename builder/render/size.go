package render

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/xml"
	"image"
	_ "image/gif" // the forms of pictures whose size can be read
	_ "image/jpeg"
	_ "image/png"
	"strconv"
	"strings"

	"handbook/builder/memo"
)

// sizes knows how large the pictures of the content are, so that a browser can keep their place until they are there.
type sizes struct {
	set *memo.Set
	of  map[string]Asset // by address
}

// size is how many pixels a picture has.
type size struct{ Width, Height int }

var measuring = &memo.Func[Asset, size]{
	Name: "picture-size",
	Sum: func(a Asset) memo.Sum {
		var h memo.Hash
		h.Uint(a.Key)
		return h.End()
	},
	Make: func(_ context.Context, a Asset) size {
		data, err := a.Read()
		if err != nil {
			return size{}
		}
		return sizeOf(data)
	},
}

// room is the size that a picture is given on a page which asks for a width, or for any; zero where that is not known, or written.
func (m sizes) room(address string, asked int) size {
	a, ok := m.of[address]
	if !ok || asked < 0 || !picture(address) {
		return size{}
	}
	s := memo.Of(context.Background(), m.set, measuring, a)
	if asked > 0 && s.Width > 0 {
		return size{asked, max(1, asked*s.Height/s.Width)}
	}
	return s
}

// attributes are for the tag of a picture that says nothing of its size, or only its width.
func (s size) attributes(asked int) string {
	switch {
	case s.Width == 0:
		return ""
	case asked > 0:
		return ` height="` + strconv.Itoa(s.Height) + `"`
	}
	return ` width="` + strconv.Itoa(s.Width) + `" height="` + strconv.Itoa(s.Height) + `"`
}

// sizeOf reads the size of a picture out of its first bytes.
func sizeOf(data []byte) size {
	if c, _, err := image.DecodeConfig(bytes.NewReader(data)); err == nil {
		return size{c.Width, c.Height}
	}
	if len(data) > 30 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP" {
		return webp(data[12:])
	}
	return svg(data)
}

// webp reads the three forms of that format.
func webp(data []byte) size {
	switch le := binary.LittleEndian; string(data[:4]) {
	case "VP8 ":
		return size{int(le.Uint16(data[14:]) & 0x3fff), int(le.Uint16(data[16:]) & 0x3fff)}
	case "VP8L":
		bits := le.Uint32(data[9:])
		return size{int(bits&0x3fff) + 1, int(bits>>14&0x3fff) + 1}
	case "VP8X":
		return size{int(le.Uint32(data[12:])&0xffffff) + 1, int(le.Uint32(data[14:])>>8) + 1}
	}
	return size{}
}

// filled is the width of a picture of lines that has none: it takes all the room there is, however large its units are.
const filled = 720

// svg reads the size that a picture of lines says that it has, or else its proportions.
func svg(data []byte) size {
	d := xml.NewDecoder(bytes.NewReader(data[:min(len(data), 64<<10)]))
	d.Strict, d.Entity = false, xml.HTMLEntity
	for {
		t, err := d.RawToken()
		if err != nil {
			return size{}
		}
		root, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		if root.Name.Local != "svg" {
			return size{}
		}
		said := map[string]string{}
		for _, a := range root.Attr {
			said[a.Name.Local] = a.Value
		}
		if w, h := pixels(said["width"]), pixels(said["height"]); w > 0 && h > 0 {
			return size{int(w), int(h)}
		}
		box := strings.FieldsFunc(said["viewBox"], func(r rune) bool { return r == ' ' || r == ',' })
		if len(box) != 4 || pixels(box[2]) <= 0 || pixels(box[3]) <= 0 {
			return size{}
		}
		return size{filled, max(1, int(filled*pixels(box[3])/pixels(box[2])))}
	}
}

// pixels is a length in pixels; 0 for one in other units.
func pixels(length string) float64 {
	n, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(length), "px"), 64)
	if err != nil || n < 1 || n > 1<<16 {
		return 0
	}
	return n
}
