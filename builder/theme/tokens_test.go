package theme

import (
	"testing"
	"testing/fstest"

	"handbook/themes"
)

func TestTokensAreThoseThatHold(t *testing.T) {
	over := fstest.MapFS{"styles/9-acme.css": {Data: []byte(`/* --gone: 1; */
:root { --accent: light-dark(#7A1E48, #F0A6C4); --logo-width: 8rem }
.badge { --on: red; }
@media (prefers-contrast: more) { :root { --ink: black; } }
`)}}
	tokens, err := Tokens(themes.Default(), over, "acme")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]Token{}
	for _, k := range tokens {
		got[k.Name] = k
	}
	for _, want := range []Token{
		{"--canvas", "#FAF8F4", "#15181B", "themes/default/styles/1-tokens.css"},
		{"--ink", "#23262B", "#E5E3DD", "themes/default/styles/1-tokens.css"},
		{"--accent", "#7A1E48", "#F0A6C4", "themes/acme/styles/9-acme.css"},
		{"--logo-width", "8rem", "8rem", "themes/acme/styles/9-acme.css"},
	} {
		if got[want.Name] != want {
			t.Errorf("got %v, want %v", got[want.Name], want)
		}
	}
	if len(got["--gone"].Name)+len(got["--on"].Name) > 0 {
		t.Error("what is no token of the page is listed")
	}
}
