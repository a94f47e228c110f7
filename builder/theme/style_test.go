package theme

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io/fs"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/alecthomas/chroma/v2"

	"handbook/themes"
)

// Text is readable on what it stands on, light and dark: WCAG AA asks for 4.5 to 1, and for 3 to 1 where a line or
// a picture carries the meaning.
func TestColoursCanBeRead(t *testing.T) {
	tokens := readTokens(t)
	check := func(on, ground string, least float64) {
		t.Helper()
		for i, scheme := range []string{"light", "dark"} {
			a, b := tokens[on], tokens[ground]
			if a[i] == "" || b[i] == "" {
				t.Errorf("no token --%s or --%s", on, ground)
				continue
			}
			if got := contrast(t, a[i], b[i]); got < least {
				t.Errorf("%s: --%s on --%s has a contrast of %.2f, want %.1f", scheme, on, ground, got, least)
			}
		}
	}
	for _, ground := range []string{"canvas", "raised", "sunken"} {
		for _, text := range []string{"ink", "muted", "faint", "accent", "hover", "overdue"} {
			check(text, ground, 4.5)
		}
		check("line-strong", ground, 3)
	}
	for _, state := range states {
		check(state, state+"-bg", 4.5)
		check(state, "canvas", 4.5)
		check(state, "raised", 4.5)
		check(state, "sunken", 4.5)
		check("ink", state+"-bg", 4.5)
		check("accent", state+"-bg", 4.5)
	}
	for _, ground := range []string{"mark", "select"} {
		check("ink", ground, 4.5)
	}
}

var states = []string{"fresh", "due", "changed", "suspect", "overdue", "unknown", "exempt"}

// Every class that the highlighter gives is readable on plain, marked, inserted and deleted lines.
func TestCodeCanBeRead(t *testing.T) {
	tokens := readTokens(t)
	colours := classColours(t)
	plain := []string{"n", "nb", "bp", "ne", "nn", "nx", "ni", "nv", "vc", "vg", "vi", "vm", "py", "nc", "nf", "fm", "o", "p", "w", "x", "g", "ge", "gh", "gs", "gu", "gl"}
	lines := []string{"bg", "chroma", "line", "hl", "lntable", "lntd", "lnlinks", "cl", ""}
	for _, class := range chroma.StandardTypes {
		if slices.Contains(lines, class) {
			continue
		}
		colour, ok := colours[class]
		if !ok {
			if !slices.Contains(plain, class) {
				t.Errorf("code of class %q has no colour and is not meant to be plain", class)
			}
			colour = "ink"
		}
		for _, ground := range []string{"sunken", "code-hl", "code-add", "code-del"} {
			if class == "ln" && ground != "sunken" && colour == "" {
				continue
			}
			for i, scheme := range []string{"light", "dark"} {
				if got := contrast(t, tokens[colour][i], tokens[ground][i]); got < 4.5 {
					t.Errorf("%s: .%s (--%s) on --%s has a contrast of %.2f, want 4.5", scheme, class, colour, ground, got)
				}
			}
		}
	}
}

// The two forms of each token, for browsers with light-dark() and without, say the same.
func TestFallbackColoursAreTheLightOnes(t *testing.T) {
	css := style(t, "styles/old/1-tokens.css")
	for name, pair := range readTokens(t) {
		if !strings.Contains(css, fmt.Sprintf("--%s: %s;", name, pair[0])) {
			t.Errorf("--%s is %s in light, and something else in old browsers", name, pair[0])
		}
	}
}

// First view: stylesheet, scripts and typefaces stay small. What a whole page asks for is counted in render.
func TestWeight(t *testing.T) {
	theme, _ := load(nil)
	fonts := 0
	for _, a := range theme.Assets {
		if strings.HasSuffix(a.Path, ".woff2") && !strings.Contains(a.Path, "-ext.") {
			fonts += len(a.Data)
		}
	}
	if fonts > 60_000 {
		t.Errorf("the typefaces have %d bytes, want at most 60000", fonts)
	}
	for name, test := range map[string]struct {
		prefix, suffix string
		zip            int
	}{
		"stylesheet":        {"assets/handbook.", ".css", 8_704},
		"script":            {"assets/handbook.", ".js", 5_632},
		"script that waits": {"assets/theme.", ".js", 512},
	} {
		a := asset(t, theme, test.prefix, test.suffix)
		var b bytes.Buffer
		z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
		z.Write(a.Data)
		z.Close()
		if b.Len() > test.zip {
			t.Errorf("the %s has %d bytes, %d packed; want at most %d", name, len(a.Data), b.Len(), test.zip)
		}
	}
}

// Templates hold no words of their own: another language needs only another i18n file.
func TestTemplatesHoldNoWords(t *testing.T) {
	action, tag := regexp.MustCompile(`(?s)\{\{.*?\}\}`), regexp.MustCompile(`(?s)<[^>]*>`)
	fs.WalkDir(themes.Default(), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(p, ".html") {
			return err
		}
		text := tag.ReplaceAllString(action.ReplaceAllString(style(t, p), "·"), "·")
		for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == '·' || r == ' ' || r == '\n' }) {
			if len(word) > 1 && regexp.MustCompile(`^[A-Za-z]+$`).MatchString(word) {
				t.Errorf("%s says %q itself", p, word)
			}
		}
		return nil
	})
}

var tokenForm = regexp.MustCompile(`--([a-z-]+): light-dark\((#[0-9A-F]{6}), (#[0-9A-F]{6})\)`)

// readTokens is every colour token with its light and dark value.
func readTokens(t *testing.T) map[string][2]string {
	t.Helper()
	tokens := map[string][2]string{}
	for _, m := range tokenForm.FindAllStringSubmatch(style(t, "styles/1-tokens.css"), -1) {
		tokens[m[1]] = [2]string{m[2], m[3]}
	}
	if len(tokens) < 20 {
		t.Fatalf("only %d tokens", len(tokens))
	}
	return tokens
}

// classColours is the colour token that the style gives each class of code.
func classColours(t *testing.T) map[string]string {
	t.Helper()
	colours := map[string]string{}
	rule := regexp.MustCompile(`(?m)^([^{}\n]+) \{ color: var\(--([a-z-]+)\); \}`)
	for _, m := range rule.FindAllStringSubmatch(style(t, "styles/6-code.css"), -1) {
		for selector := range strings.SplitSeq(m[1], ", ") {
			colours[strings.TrimPrefix(selector, ".")] = m[2]
		}
	}
	return colours
}

func style(t *testing.T, name string) string {
	t.Helper()
	data, err := fs.ReadFile(themes.Default(), name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// contrast is the ratio of WCAG 2 between two colours such as #FAF8F4.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + .05) / (min(x, y) + .05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(strings.TrimPrefix(colour, "#"), 16, 32)
	if err != nil {
		t.Fatalf("%q is no colour", colour)
	}
	channel := func(v uint64) float64 {
		c := float64(v&255) / 255
		if c <= .04045 {
			return c / 12.92
		}
		return math.Pow((c+.055)/1.055, 2.4)
	}
	return .2126*channel(n>>16) + .7152*channel(n>>8) + .0722*channel(n)
}
