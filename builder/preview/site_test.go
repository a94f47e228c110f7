package preview

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// outputs makes outputs of texts by path; the key is the text's length and first letter.
func outputs(texts ...string) []Output {
	var list []Output
	for i := 0; i < len(texts); i += 2 {
		p, text := texts[i], texts[i+1]
		key := uint64(len(text)) << 8
		if text != "" {
			key += uint64(text[0])
		}
		list = append(list, Output{Path: p, Key: func() uint64 { return key }, Asset: !strings.HasSuffix(p, ".html"), Data: func() ([]byte, error) {
			if text == "broken" {
				return nil, errors.New("template is broken")
			}
			return []byte(text), nil
		}})
	}
	return list
}

func TestAnAddressLeadsToAFileOfTheSite(t *testing.T) {
	files := outputs("404.html", "", "a b/index.html", "", "index.html", "", "logo.png", "", "specs/checkout/index.html", "", "é/index.html", "")
	for _, c := range []struct{ base, path, want string }{
		{"", "/", "index.html"},
		{"", "/index.html", "index.html"},
		{"", "/logo.png", "logo.png"},
		{"", "/logo.png/", "404"},
		{"", "/specs/checkout/", "specs/checkout/index.html"},
		{"", "/specs/checkout", "-> /specs/checkout/"},
		{"", "/specs/", "404"},
		{"", "/specs", "404"},
		{"", "/a b", "-> /a%20b/"},
		{"", "/é", "-> /%C3%A9/"},
		{"", "/nowhere", "404"},
		{"/team/", "/", "-> /team/"},
		{"/team/", "/team", "-> /team/"},
		{"/team/", "/team/", "index.html"},
		{"/team/", "/team/specs/checkout", "-> /team/specs/checkout/"},
		{"/team/", "/logo.png", "404"},
		{"/team/", "/teamlogo.png", "404"},
	} {
		s := newSite(Result{Outputs: files, BasePath: c.base}, nil)
		a, o, to := s.lookup(c.path)
		got := map[answer]string{found: o.Path, moved: "-> " + to, missing: "404"}[a]
		if got != c.want {
			t.Errorf("base %q, %s: %s, want %s", c.base, c.path, got, c.want)
		}
	}
}

func TestChangesAreTheAddressesThatDiffer(t *testing.T) {
	old := newSite(Result{Outputs: outputs("a.css", "1", "b/index.html", "1", "gone/index.html", "1", "index.html", "1")}, nil)
	now := newSite(Result{Outputs: outputs("a.css", "2", "b/index.html", "1", "index.html", "2", "né/index.html", "1")}, old)
	all := func(s *site) tally { return s.tally(t.Context()) }
	if got, want := changes(all(old), all(now)), []string{"/", "/a.css", "/gone/", "/n%C3%A9/"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := changes(old.quick(), now.quick()), []string{"/a.css"}; !slices.Equal(got, want) {
		t.Errorf("without pages %q, want %q", got, want)
	}
	if got := changes(all(now), all(now)); got != nil {
		t.Errorf("a site differs from itself in %q", got)
	}
	moved := newSite(Result{Outputs: now.outputs, BasePath: "/team/"}, now)
	if got := changes(all(now), all(moved)); len(got) != 2*len(now.outputs) { // the old addresses are gone
		t.Errorf("after a move: %q", got)
	}
}

func TestWhatErrorsKeepFromBeingMadeIsServedAsItWas(t *testing.T) {
	first := newSite(Result{Outputs: outputs("a/index.html", "good", "b/index.html", "good", "c/index.html", "good")}, nil)
	second := newSite(Result{Outputs: outputs("c/index.html", "better"), Lost: []string{"a/index.html", "never/index.html"}}, first)
	third := newSite(Result{Outputs: outputs("c/index.html", "better"), Lost: []string{"a/index.html"}}, second)
	var got []string
	for _, o := range third.outputs {
		data, _ := o.Data()
		got = append(got, o.Path+" "+string(data))
	}
	if want := "a/index.html good, c/index.html better"; strings.Join(got, ", ") != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestThePolicyAllowsTheLiveScript(t *testing.T) {
	for policy, want := range map[string]string{
		"":                                       "default-src 'self'; img-src 'self' https: data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; script-src 'self'; connect-src 'self'",
		"default-src 'none'; img-src *":          "default-src 'none'; img-src *; script-src 'self'; connect-src 'self'",
		"default-src 'self' https://cdn.example": "default-src 'self' https://cdn.example; script-src 'self' https://cdn.example; connect-src 'self' https://cdn.example",
		"script-src 'none'; CONNECT-SRC https://s.example;": "script-src 'self'; connect-src 'self' https://s.example",
		"img-src 'self'": "img-src 'self'",
	} {
		if got := policyFor(policy); got != want {
			t.Errorf("%s\n got %s\nwant %s", policy, got, want)
		}
	}
}

func TestThePolicyIsTheOneThatTheSiteAsksItsHostFor(t *testing.T) {
	const headers = "/assets/*\n  Content-Security-Policy: default-src 'none'\n/*\n  X-Frame-Options: DENY\n  content-security-policy: default-src 'self' https://a.example\n"
	const want = "default-src 'self' https://a.example; script-src 'self' https://a.example; connect-src 'self' https://a.example"
	if got := newSite(Result{Outputs: outputs("_headers", headers)}, nil).policy; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := newSite(Result{Outputs: outputs("_headers", "broken")}, nil).policy; got != policyFor("") {
		t.Errorf("with a file that cannot be made: %s", got)
	}
}

func TestTheLiveScriptComesFirst(t *testing.T) {
	const script = `<script src="/_handbook/live.js" data-handbook-build="7" defer></script>`
	for page, want := range map[string]string{
		"<body><p>&lt;/body></p></BODY></html>":                                             "<body><p>&lt;/body></p>" + script + "</BODY></html>",
		"<!doctype html><HTML><Head lang=en><script src=a.js></script></head><body></body>": "<!doctype html><HTML><Head lang=en>" + script + "<script src=a.js></script></head><body></body>",
		"<body><header></header></body>":                                                    "<body><header></header>" + script + "</body>",
		"<p>no body":                                                                        "<p>no body" + script,
		"":                                                                                  script,
		"</body></body>":                                                                    "</body>" + script + "</body>",
	} {
		if got := inject(page, "7"); got != want {
			t.Errorf("%s:\n got %s\nwant %s", page, got, want)
		}
	}
}
