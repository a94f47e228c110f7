package theme

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

// Token is one value of the styles that a site's theme may change.
type Token struct {
	Name  string `json:"name"` // "--accent"
	Light string `json:"light"`
	Dark  string `json:"dark"`
	File  string `json:"file"` // where it is set last: "themes/acme/styles/9-acme.css"
}

// Tokens lists the custom properties that the styles of a theme set for the whole page, in the order in which they are
// first set, with the values that hold. over, which may be nil, is the site's own theme of the given name.
func Tokens(base, over fs.FS, name string) ([]Token, error) {
	styles := map[string]file{}
	for _, layer := range []struct {
		from fs.FS
		name string
	}{{base, "default"}, {over, name}} {
		if layer.from == nil {
			continue
		}
		paths, err := fs.Glob(layer.from, "styles/*.css")
		if err != nil {
			return nil, err
		}
		for _, p := range paths {
			data, err := fs.ReadFile(layer.from, p)
			if err != nil {
				return nil, err
			}
			styles[p] = file{name: "themes/" + layer.name + "/" + p, data: data}
		}
	}
	paths := make([]string, 0, len(styles))
	for p := range styles {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	var tokens []Token
	for _, p := range paths {
		for _, set := range rootValues(cssComment.ReplaceAllString(string(styles[p].data), "")) {
			t := Token{Name: set[0], Light: set[1], Dark: set[1], File: styles[p].name}
			if pair, ok := strings.CutPrefix(t.Light, "light-dark("); ok {
				light, dark, _ := strings.Cut(strings.TrimSuffix(pair, ")"), ",")
				t.Light, t.Dark = strings.TrimSpace(light), strings.TrimSpace(dark)
			}
			if i := slices.IndexFunc(tokens, func(old Token) bool { return old.Name == t.Name }); i >= 0 {
				tokens[i] = t
			} else {
				tokens = append(tokens, t)
			}
		}
	}
	return tokens, nil
}

var cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)

// rootValues are the names and values of the custom properties in rules for :root that hold always.
func rootValues(css string) (values [][2]string) {
	var within []string // the heads of the rules around
	for css != "" {
		i := strings.IndexAny(css, "{};")
		if i < 0 {
			return values
		}
		text := strings.TrimSpace(css[:i])
		at := css[i]
		css = css[i+1:]
		if at == '{' {
			within = append(within, text)
			continue
		}
		name, value, ok := strings.Cut(text, ":")
		always := !slices.ContainsFunc(within, func(head string) bool { return head != ":root" && !strings.HasPrefix(head, "@supports") })
		if ok && strings.HasPrefix(name, "--") && always && len(within) > 0 {
			values = append(values, [2]string{name, strings.TrimSpace(value)})
		}
		if at == '}' && len(within) > 0 {
			within = within[:len(within)-1]
		}
	}
	return values
}
