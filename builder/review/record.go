package review

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"handbook/builder/diag"
	"handbook/builder/schema"
)

// Kind is what a file of records holds.
type Kind uint8

// The kinds of records.
const (
	Reviews          Kind = iota // somebody vouched for a page
	Acknowledgements             // somebody has read a page that asks for it
)

// Kinds lists all kinds of records.
func Kinds() []Kind { return []Kind{Reviews, Acknowledgements} }

// kindWords are how messages speak of a kind.
type kindWords struct{ file, one, again, command, done string }

func (k Kind) words() kindWords {
	if k == Acknowledgements {
		return kindWords{"_records/acknowledgements.jsonl", "acknowledgement", "acknowledge the page again", "handbook ack", "acknowledged"}
	}
	return kindWords{"_records/reviews.jsonl", "review", "review the page again", "handbook review", "reviewed"}
}

// File is where records of the kind are kept, below the content folder.
func (k Kind) File() string { return k.words().file }

func (k Kind) String() string { return k.words().one }

// Record says that somebody dealt with a page as it then read: vouched for it, or read it. It is one line of a file of
// records.
type Record struct {
	Page   string         // the page's id; "" is the home page
	Date   schema.Date    // the day on which it was read
	By     string         // who, as they are called in `owner`
	Text   Sum            // of the page's text
	Relies map[string]Sum // of what the page relied on, by the entry of depends_on or tracks as written; for reviews
	Note   string

	At diag.Place // the line; not part of the record
}

// Sum is a fingerprint as it is written in records: sixteen hexadecimal digits.
type Sum uint64

// MarshalText writes the sixteen digits.
func (s Sum) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%016x", uint64(s)), nil }

// UnmarshalText reads the sixteen digits.
func (s *Sum) UnmarshalText(text []byte) error {
	n, err := strconv.ParseUint(string(text), 16, 64)
	if err != nil || len(text) != 16 {
		return errors.New("a fingerprint has sixteen hexadecimal digits")
	}
	*s = Sum(n)
	return nil
}

// line is a Record as JSON.
type line struct {
	Page   *string        `json:"page"`
	Date   string         `json:"date"`
	By     string         `json:"by"`
	Text   *Sum           `json:"text"`
	Relies map[string]Sum `json:"relies,omitempty"`
	Note   string         `json:"note,omitempty"`
}

// Line is the record as it is appended to its file, with the end of the line.
func (r Record) Line() []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	// Strings, numbers and a map of them: encoding cannot fail.
	enc.Encode(line{&r.Page, r.Date.String(), r.By, &r.Text, r.Relies, r.Note})
	return b.Bytes()
}

// Unrecorded gives those of some lines of records that say what no line of the file says yet.
func Unrecorded(kind Kind, file, lines []byte) []byte {
	said := map[string]bool{}
	records, _ := ReadRecords(kind, kind.File(), file)
	for _, r := range records {
		said[string(r.Line())] = true
	}
	var fresh []byte
	for line := range bytes.Lines(lines) {
		if !said[string(line)] {
			said[string(line)] = true
			fresh = append(fresh, line...)
		}
	}
	return fresh
}

// maxRecordMessages is how many lines of a file are told of one by one.
const maxRecordMessages = 100

// ReadRecords reads the lines of a file of records. A line that is no record costs that line only.
func ReadRecords(kind Kind, file string, data []byte) ([]Record, diag.List) {
	var records []Record
	var msgs diag.List
	start, more := 0, 0
	for text := range bytes.Lines(data) {
		at := diag.Place{File: file, Start: start, End: start + len(bytes.TrimRight(text, "\r\n"))}
		start += len(text)
		text = bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\uFEFF")))
		if len(text) == 0 {
			continue
		}
		r, err := readRecord(text)
		if err != nil {
			if len(msgs) == maxRecordMessages {
				more++
				continue
			}
			help := "mend the line, or delete it and " + kind.words().again
			if bytes.HasPrefix(text, []byte("<<<<<<<")) || bytes.HasPrefix(text, []byte("=======")) || bytes.HasPrefix(text, []byte(">>>>>>>")) {
				help = fmt.Sprintf("keep the lines of both sides and delete this one; `%s` sets git up so that it need not ask", kind.words().command)
			}
			msgs.Add(diag.InvalidRecord, at, fmt.Sprintf("this line is not %s: %v", withArticle(kind.String()), err), help)
			continue
		}
		r.At = at
		records = append(records, r)
	}
	if more > 0 {
		last := &msgs[len(msgs)-1]
		last.Text += fmt.Sprintf("; nor are %d more lines of the file", more)
	}
	return records, msgs
}

// withArticle puts "a" or "an" before a word.
func withArticle(word string) string {
	if strings.ContainsRune("aeiou", rune(word[0])) {
		return "an " + word
	}
	return "a " + word
}

func readRecord(text []byte) (Record, error) {
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return Record{}, errors.New("it is not valid JSON")
		}
		return Record{}, err
	}
	date, err := schema.ParseDate(l.Date)
	switch {
	case l.Page == nil:
		return Record{}, errors.New(`it has no "page"`)
	case err != nil:
		return Record{}, fmt.Errorf("its date %q is not a day like 2026-11-22", l.Date)
	case l.By == "":
		return Record{}, errors.New(`it does not say who read the page, "by"`)
	case l.Text == nil:
		return Record{}, errors.New(`it has no fingerprint, "text"`)
	}
	return Record{Page: *l.Page, Date: date, By: l.By, Text: *l.Text, Relies: l.Relies, Note: l.Note}, nil
}
