package review

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"handbook/builder/diag"
	"handbook/builder/schema"
)

// RecordsFile is where reviews are recorded, below the content folder.
const RecordsFile = "_records/reviews.jsonl"

// Record is one review: somebody vouched for a page as it then read. It is one line of RecordsFile.
type Record struct {
	Page   string         // the page's id; "" is the home page
	Date   schema.Date    // the day of the review
	By     string         // who, as they are called in `owner`
	Text   Sum            // of the page's text
	Relies map[string]Sum // of what the page relied on, by the entry of depends_on or tracks as written
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

// Line is the record as it is appended to RecordsFile, with the end of the line.
func (r Record) Line() []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	// Strings, numbers and a map of them: encoding cannot fail.
	enc.Encode(line{&r.Page, r.Date.String(), r.By, &r.Text, r.Relies, r.Note})
	return b.Bytes()
}

// ReadRecords reads the lines of RecordsFile. A line that is no record costs that line only.
func ReadRecords(file string, data []byte) ([]Record, diag.List) {
	var records []Record
	var msgs diag.List
	start := 0
	for text := range bytes.Lines(data) {
		at := diag.Place{File: file, Start: start, End: start + len(bytes.TrimRight(text, "\r\n"))}
		start += len(text)
		text = bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\uFEFF")))
		if len(text) == 0 {
			continue
		}
		r, err := readRecord(text)
		if err != nil {
			help := "mend the line, or delete it and review the page again"
			if bytes.HasPrefix(text, []byte("<<<<<<<")) || bytes.HasPrefix(text, []byte("=======")) || bytes.HasPrefix(text, []byte(">>>>>>>")) {
				help = "keep the lines of both sides and delete this one; `handbook review` sets git up so that it need not ask"
			}
			msgs.Add(diag.InvalidRecord, at, "this line is not a review: "+err.Error(), help)
			continue
		}
		r.At = at
		records = append(records, r)
	}
	return records, msgs
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
		return Record{}, errors.New(`it does not say who reviewed, "by"`)
	case l.Text == nil:
		return Record{}, errors.New(`it has no fingerprint, "text"`)
	}
	return Record{Page: *l.Page, Date: date, By: l.By, Text: *l.Text, Relies: l.Relies, Note: l.Note}, nil
}
