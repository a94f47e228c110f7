package bring

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Table is a CSV file whose rows become pages.
type Table struct {
	Type   string            // of the pages
	Fields []string          // names of the type's fields and of common keys
	Many   []string          // those of them that hold lists
	Map    map[string]string // headers to names of fields; "" for a column that is left out
}

// CSV reads rows as documents. Rows that do not fit are told by line, and the rest is read.
func (t Table) CSV(name string, data []byte) (*Export, error) {
	data = bytes.TrimPrefix(fromUTF16(data), []byte("\ufeff"))
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("%s is not UTF-8; save it as CSV UTF-8", name)
	}
	if i := bytes.IndexByte(data, '\r'); i >= 0 && !bytes.Contains(data, []byte("\n")) {
		data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
	}
	e := &Export{Tool: "csv-" + slug(strings.TrimSuffix(name, ".csv"))}
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord = -1
	r.Comma = separator(data)
	if first, rest, _ := bytes.Cut(data, []byte("\n")); len(first) > 4 && bytes.EqualFold(first[:4], []byte("sep=")) { // for Excel
		c, _ := utf8.DecodeRune(first[4:])
		r = csv.NewReader(bytes.NewReader(rest))
		r.FieldsPerRecord, r.Comma = -1, c
		if !slices.Contains(separators, c) {
			return nil, fmt.Errorf("%s:1: columns are parted by commas, semicolons or tabs, and not by %q", name, c)
		}
	}
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s is empty; its first line names the columns", name)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	keys, title, err := t.columns(name, header)
	if err != nil {
		return nil, err
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var wrong *csv.ParseError
		if errors.As(err, &wrong) {
			e.notes.add(fmt.Sprintf("line %d: %v", wrong.Line, wrong.Err), "", "correct the line and import again; what follows it in the same quotes is part of it")
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if !slices.ContainsFunc(row, func(s string) bool { return strings.TrimSpace(s) != "" }) {
			continue
		}
		line, _ := r.FieldPos(0)
		if len(row) != len(header) {
			e.notes.add(fmt.Sprintf("line %d has %d columns, the header %d", line, len(row), len(header)), "", "it is left out; quote a value that holds a separator")
			continue
		}
		d := &Doc{Title: strings.TrimSpace(row[title]), text: func(*links) string { return "" }}
		if d.Title == "" {
			e.notes.add(fmt.Sprintf("line %d has no %s", line, header[title]), "", "it is left out; a page needs a title")
			continue
		}
		d.ID = slug(d.Title)
		d.Front = append(d.Front, Key{Name: "type", Values: []string{t.Type}})
		for i, key := range keys {
			value := strings.TrimSpace(row[i])
			switch {
			case i == title || key == "" || value == "":
			case key == "text":
				d.text = func(*links) string { return value }
			case slices.Contains(t.Many, key):
				d.Front = append(d.Front, Key{key, items(value), true})
			default:
				d.Front = append(d.Front, Key{Name: key, Values: []string{value}})
			}
		}
		e.Docs = append(e.Docs, d)
	}
	return e, nil
}

// columns gives the frontmatter key of each column, and which one is the title.
func (t Table) columns(name string, header []string) (keys []string, title int, err error) {
	title = -1
	first := map[string]string{}
	for i, h := range header {
		h = strings.TrimSpace(h)
		key, mapped := t.Map[h]
		if !mapped {
			key = keyOf(h)
			for _, f := range t.Fields {
				if strings.EqualFold(f, key) || strings.EqualFold(strings.ReplaceAll(f, "_", ""), strings.ReplaceAll(key, "_", "")) {
					key = f
				}
			}
		}
		switch key {
		case "body":
			key = "text"
		case "type":
			return nil, 0, fmt.Errorf("%s:1: the column %q would be the type of the pages, which --type names; name it otherwise with --map", name, h)
		}
		if other, twice := first[key]; twice && key != "" {
			return nil, 0, fmt.Errorf("%s:1: the columns %q and %q would both be %s; name one of them otherwise with --map", name, other, h, key)
		}
		first[key] = h
		keys = append(keys, key)
		if key == "title" {
			title = i
		}
	}
	for name := range t.Map {
		if !slices.ContainsFunc(header, func(h string) bool { return strings.TrimSpace(h) == name }) {
			return nil, 0, fmt.Errorf("--map names the column %q, which is not there; the columns are %s", name, strings.Join(header, ", "))
		}
	}
	if title < 0 {
		title = max(0, slices.IndexFunc(keys, func(k string) bool { return k == "name" || k == "summary" }))
	}
	return keys, title, nil
}

var separators = []rune{',', ';', '\t'}

// fromUTF16 gives UTF-8 of what Excel calls Unicode text.
func fromUTF16(data []byte) []byte {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}):
		order = binary.LittleEndian
	case bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		order = binary.BigEndian
	default:
		return data
	}
	units := make([]uint16, 0, len(data)/2)
	for i := 2; i+1 < len(data); i += 2 {
		units = append(units, order.Uint16(data[i:]))
	}
	return []byte(string(utf16.Decode(units)))
}

// separator is what parts the columns: what the first line has most of.
func separator(data []byte) rune {
	line, _, _ := bytes.Cut(data, []byte("\n"))
	return slices.MaxFunc(separators, func(a, b rune) int {
		return cmp.Compare(bytes.Count(line, []byte(string(a))), bytes.Count(line, []byte(string(b))))
	})
}

// items reads "a, b; c".
func items(s string) []string {
	var all []string
	for _, v := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' }) {
		if v = strings.TrimSpace(v); v != "" {
			all = append(all, v)
		}
	}
	return all
}
