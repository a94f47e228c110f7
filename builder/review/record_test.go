package review

import (
	"strings"
	"testing"
)

// TestAFileOfGarbageIsToldOfInFewMessages keeps what is good in it, wherever it stands.
func TestAFileOfGarbageIsToldOfInFewMessages(t *testing.T) {
	good := `{"page":"a","date":"2026-11-20","by":"ana","text":"0000000000000001"}` + "\n"
	records, msgs := ReadRecords(Reviews, Reviews.File(), []byte(strings.Repeat("x\n", 5000)+good+strings.Repeat("y\n", 5000)))
	if len(records) != 1 || len(msgs) != maxRecordMessages {
		t.Fatalf("%d records, %d messages", len(records), len(msgs))
	}
	if last := msgs[len(msgs)-1].Text; !strings.HasSuffix(last, "nor are 9900 more lines of the file") {
		t.Errorf("the last message is %q", last)
	}
	if _, msgs := ReadRecords(Reviews, Reviews.File(), []byte(strings.Repeat("x\n", maxRecordMessages))); strings.Contains(msgs[maxRecordMessages-1].Text, "more") {
		t.Errorf("the last message is %q", msgs[maxRecordMessages-1].Text)
	}
}
