package main

import (
	"fmt"
	"os"
	"testing"

	"handbook/builder/schema"
)

// The example is configured as this repository's own handbook, which is checked, but for what keeps the program's file out.
func TestTheExampleIsOurHandbook(t *testing.T) {
	data, err := os.ReadFile("../../handbook.yaml")
	if err != nil {
		t.Fatal(err)
	}
	ours, _ := schema.Read("handbook.yaml", data)
	example, msgs := schema.Read("handbook.yaml", []byte(starter("example.yaml", schema.Date{})))
	if len(msgs) > 0 {
		t.Fatal(msgs)
	}
	ours.Ignore = nil
	ours.Sum, example.Sum = 0, 0
	if a, b := configText(t, ours), configText(t, example); a != b {
		t.Errorf("ours is\n%s\nthe example\n%s", a, b)
	}
}

func configText(t *testing.T, s *schema.Site) string {
	types, err := s.WriteTypes()
	if err != nil {
		t.Fatal(err)
	}
	return s.Name + s.Description + s.Language + s.Review.Every + s.Review.Warn + string(types) + fmt.Sprint(s.Rules, s.Theme, s.Presets, s.Search, s.Outputs, s.Markdown)
}
