package render

import (
	"strings"
	"testing"
)

const searched = `
-- handbook.yaml --
name: Acme
-- _index.md --
---
title: Home
---
See [[plan]] and [[guide]].
-- guide.md --
---
title: Guide
---
Lanterns are lit at dusk.
-- plan.md --
---
title: Hidden plan
draft: true
---
Unsaid.
-- search/data/own.txt --
A file of one's own.
`

// The index holds what is published, and nothing of what is left out.
func TestSearchLeaksNothing(t *testing.T) {
	all := ""
	files := 0
	for _, o := range makeSite(t, searched).outputs {
		if !strings.HasPrefix(o.Path, "search/data-/") {
			continue
		}
		files++
		data, err := o.Data()
		if err != nil {
			t.Fatal(err)
		}
		all += string(data)
	}
	if files < 5 || !strings.Contains(all, "lanterns") || !strings.Contains(all, "Lanterns are lit at dusk.") {
		t.Errorf("%d files do not hold the text of the guide", files)
	}
	for _, secret := range []string{"Hidden", "hidden", "Unsaid", "unsaid"} {
		if strings.Contains(all, secret) {
			t.Errorf("the index says %q of a page that is left out", secret)
		}
	}
}

func TestSearchMakesWayForFilesOfTheContent(t *testing.T) {
	s := makeSite(t, searched)
	if got := s.text("search/data/own.txt"); got != "A file of one's own.\n" {
		t.Errorf("the file reads %q", got)
	}
	if s.text("search/data-/index.js") == "" {
		t.Error("there is no index beside it")
	}
	if page := s.text("guide/index.html"); !strings.Contains(page, `data-index="/search/data-/"`) {
		t.Error("pages do not know where the index is")
	}
}

func TestSearchCanBeOff(t *testing.T) {
	s := makeSite(t, strings.Replace(searched, "name: Acme", "name: Acme\nsearch: {off: true}", 1))
	for _, o := range s.outputs {
		if strings.HasPrefix(o.Path, "search/") && o.Path != "search/data/own.txt" {
			t.Errorf("%s is published", o.Path)
		}
	}
	if strings.Contains(s.text("guide/index.html"), `class="find"`) {
		t.Error("a page has a button that leads nowhere")
	}
}
