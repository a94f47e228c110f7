package bring

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
)

// Records is where it is written down what was brought: a line of JSON a file, so that two branches merge by taking both.
const Records = "_records/imports.jsonl"

// Record is what an import wrote.
type Record struct {
	Path   string `json:"path"`   // below the content folder
	Source string `json:"source"` // where it comes from: "confluence-pay:12345"
	Sum    string `json:"sum"`    // of the bytes that were written
}

// ReadRecords reads the lines of a file of records; of one path the last line counts. Lines that are none are left out.
func ReadRecords(data []byte) map[string]Record {
	all := map[string]Record{}
	for line := range bytes.Lines(data) {
		var r Record
		if json.Unmarshal(line, &r) == nil && r.Path != "" {
			all[r.Path] = r
		}
	}
	return all
}

// Line is the record as a line.
func (r Record) Line() []byte {
	data, err := json.Marshal(r)
	if err != nil {
		return nil // three texts can always be written
	}
	return append(data, '\n')
}

// Action says what becomes of a file.
type Action string

// A file that was edited here is left as it is, whatever the export holds.
const (
	New    Action = "new"
	Update Action = "updated"
	Same   Action = "unchanged"
	Edited Action = "edited here"         // and as before in the export
	Both   Action = "edited in both"      // which somebody has to look at
	Taken  Action = "there already"       // no import wrote it
	Gone   Action = "no longer in export" // it stays
	Left   Action = "deleted here"        // and stays so
	Lost   Action = "cannot be read"      // in the export
)

// Step is what becomes of one file.
type Step struct {
	Path   string `json:"path"`
	Action Action `json:"action"`

	record Record
	data   func() ([]byte, error)
	fresh  bool // nothing is recorded of it
}

// Compare plans an import: what it would write below a folder, what lies there (by path; nil for nothing), and what earlier imports wrote. What
// an import wrote into another folder is of another export.
func Compare(tool, into string, outputs []Output, there func(path string) []byte, known map[string]Record) []Step {
	var steps []Step
	wanted := map[string]bool{}
	for _, o := range outputs {
		wanted[o.Path] = true
		data, err := o.Data()
		s := Step{Path: o.Path, record: Record{o.Path, o.Source, sum(data)}, data: o.Data}
		before, was := known[o.Path]
		s.fresh = !was
		now := there(o.Path)
		switch {
		case err != nil:
			s.Action = Lost
		case now == nil && was:
			s.Action = Left
		case now == nil:
			s.Action = New
		case bytes.Equal(now, data):
			s.Action = Same
		case !was:
			s.Action = Taken
		case sum(now) == before.Sum:
			s.Action = Update
		case s.record.Sum == before.Sum:
			s.Action = Edited
		default:
			s.Action = Both
		}
		steps = append(steps, s)
	}
	for path, r := range known {
		if !wanted[path] && strings.HasPrefix(r.Source, tool+":") && (into == "" || strings.HasPrefix(path, into+"/")) && there(path) != nil {
			steps = append(steps, Step{Path: path, Action: Gone})
		}
	}
	slices.SortFunc(steps, func(a, b Step) int { return strings.Compare(a.Path, b.Path) })
	return steps
}

// Writes reports whether a step writes.
func (s Step) Writes() bool { return s.Action == New || s.Action == Update }

// Data gives the bytes of a step.
func (s Step) Data() ([]byte, error) { return s.data() }

// Record gives what is to be recorded of a step. What an import wrote that was killed before it could record it is unchanged.
func (s Step) Record() (r Record, ok bool) {
	return s.record, s.Writes() || s.Action == Same && s.fresh
}

// Paths are where documents of earlier imports lie, by their source.
func Paths(known map[string]Record) map[string]string {
	paths := make(map[string]string, len(known))
	for p, r := range known {
		paths[r.Source] = p
	}
	return paths
}

func sum(data []byte) string {
	s := sha256.Sum256(data)
	return hex.EncodeToString(s[:16])
}
