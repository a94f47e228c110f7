package book

import (
	"cmp"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"handbook/builder/diag"
	"handbook/builder/ending"
	"handbook/builder/page"
)

// A reference that leads nowhere is read by the rules of other tools: addresses instead of files, folders that are called
// otherwise elsewhere, letter case that a file system did not mind. Where exactly one target fits, it leads there.

// otherRule is a way in which other tools read a reference.
type otherRule uint8

const (
	otherCase otherRule = iota
	otherSlash
	otherEscapes
	otherEnding
	fromAddress
	fromTop
	fromMount
	fromAround
	fromStatic
	besideContent
	otherAnchor
)

// groups say what all references that are read by one rule have in common.
var groups = map[otherRule]diag.Group{
	otherCase:     {Text: "references differ in letter case from what they mean"},
	otherSlash:    {Text: "references have a backslash where a slash belongs"},
	otherEscapes:  {Text: "references write their %-signs otherwise than the file's name"},
	otherEnding:   {Text: "references name a page's file as another tool would"},
	fromAddress:   {Text: "references count from the page's address instead of its file"},
	fromTop:       {Text: "references count from the content folder without saying so"},
	fromMount:     {Text: "references begin with the name of the content folder"},
	fromAround:    {Text: "references begin at a folder that another tool takes for the top"},
	fromStatic:    {Text: "references leave out the folder that another tool publishes at the top"},
	besideContent: {Text: "references lead to files beside the content folder, which are published with it"},
	otherAnchor:   {Text: "links name a heading as another tool would"},
}

// AllPlaces is the next step for many references.
const allPlaces = "`handbook fix` shows what to write at each place, and `handbook fix --write` writes it"

// fit is a target that a reference may mean.
type fit struct {
	node  *Node
	asset string // path below the content folder
	out   string // for a file beside that folder: where it is published
	from  string // and the folder it lies in
	rule  otherRule
}

func (f fit) same(g fit) bool { return f.node == g.node && f.asset == g.asset && f.out == g.out }

// otherwise reads a reference by the rules of other tools.
func (l *linker) otherwise() Target {
	if l.path != ".." && l.unpublished() != nil {
		return l.broken()
	}
	switch fits := l.fits(); len(fits) {
	case 0:
	case 1:
		return l.lead(fits[0])
	default:
		l.between = fits
	}
	return l.broken()
}

// lead tells by which rule a reference is read, and leads where it does.
func (l *linker) lead(f fit) Target {
	group := groups[f.rule]
	if f.rule == besideContent {
		group.Help = "nothing need be done; files in the content folder are published whether or not a page shows them"
		l.msgs.AddTo(group, diag.LinkByOtherRules, l.link.At, fmt.Sprintf("%q is taken from the folder %s beside the content", l.link.Target, f.from),
			"nothing need be done; to keep pages and pictures together, move it into the content folder")
		return Target{Asset: l.takeBeside(f), Fragment: escapeFragment(l.link.Fragment)}
	}
	group.Help = allPlaces
	sure := l.form(f.node, f.asset)
	l.msgs.AddTo(group, diag.LinkByOtherRules, l.link.At, fmt.Sprintf("%q can only mean %s", l.link.Target, sure), fmt.Sprintf("write %s; `handbook fix` does it", sure))
	var t Target
	if f.node != nil {
		t = l.fragment(f.node)
	} else {
		t = Target{Asset: l.assets[f.asset], Fragment: escapeFragment(l.link.Fragment)}
	}
	if t.Mend == nil {
		t.Mend = &Mend{}
	}
	t.Mend.Sure = l.bare(sure)
	return t
}

// bare is what is written between the brackets of a wikilink.
func (l *linker) bare(form string) string {
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(form, "!"), "[["), "]]")
}

// takeBeside publishes a file that lies beside the content folder, and gives its address.
func (l *linker) takeBeside(f fit) string {
	url, known := l.beside[f.out]
	if !known {
		url = l.Site.BasePath + EscapePath(f.out)
		l.beside[f.out] = url
		from := f.from
		if strings.HasPrefix(f.out, "assets/") {
			from = strings.TrimSuffix(from, "assets")
		}
		l.claims.claim(f.out, claim{what: path.Join(from, f.out), url: url})
		l.book.Assets[f.out] = url
		l.book.Beside = append(l.book.Beside, f.out)
	}
	return url
}

// fits lists what the reference may mean by the rules of other tools, each once. From one place, a name that is the same to
// the letter comes before those in another letter case.
func (l *linker) fits() []fit {
	tries := l.tries()
	var found []fit
	add := func(f fit, ok bool) {
		if ok && (f.node == nil || l.link.Kind != page.LinkImage) && !slices.ContainsFunc(found, f.same) {
			found = append(found, f)
		}
	}
	for _, t := range tries {
		f, ok := l.exactly(t)
		if ok && f.rule <= otherEnding && (f.node == nil || l.link.Kind != page.LinkImage) { // from where a path counts, another name of the same page
			return []fit{f}
		}
		if add(f, ok); ok {
			continue
		}
		for _, other := range l.spellings(t) {
			add(l.exactly(other))
		}
	}
	if len(found) == 0 {
		for _, t := range tries {
			add(l.outside(t))
		}
	}
	return found
}

// try is a path below the content folder that a reference may mean, by a rule.
type try struct {
	path string
	rule otherRule
}

// tries lists the paths that a reference may mean, in the order in which its rule is told.
func (l *linker) tries() []try {
	type written struct {
		text string
		rule otherRule
	}
	target := l.link.Target
	texts := []written{{target, otherCase}}
	vary := func(text string, rule otherRule) {
		if !slices.ContainsFunc(texts, func(w written) bool { return w.text == text }) {
			texts = append(texts, written{text, rule})
		}
	}
	if slashed := strings.ReplaceAll(target, `\`, "/"); slashed != target {
		texts[0] = written{slashed, otherSlash}
	}
	first := texts[0].text
	if decoded, err := url.PathUnescape(first); err == nil && strings.IndexByte(decoded, 0) < 0 {
		vary(decoded, otherEscapes)
	}
	vary(strings.ReplaceAll(first, "+", " "), otherEscapes)
	vary(strings.ReplaceAll(first, " ", "%20"), otherEscapes)

	var all []try
	add := func(dir, text string, rule otherRule) {
		if joined, inside := join(nil, dir, text); inside && (len(joined) > 0 || strings.Trim(text, "./") == "") {
			if t := (try{string(joined), rule}); !slices.Contains(all, t) {
				all = append(all, t)
			}
		}
	}
	named := l.named()
	for _, w := range texts {
		text, rest := w.text, strings.TrimLeft(w.text, "/~@")
		top := strings.HasPrefix(text, "/") || strings.HasPrefix(text, "~/") || strings.HasPrefix(text, "@/")
		with := func(rule otherRule) otherRule { return max(rule, w.rule) }
		switch {
		case named && !strings.Contains(text, "/"):
			add("", text, w.rule)
			continue
		case top || named:
			add("", rest, w.rule)
		default:
			add(parent(l.from.Page.Path), text, w.rule)
			add(l.address(), text, with(fromAddress))
			add(l.from.facts.node.ID, text, with(fromAddress))
			if !strings.HasPrefix(text, ".") && !indexName(stem(text)) { // every folder has one of that name
				add("", text, with(fromTop))
			}
		}
		for _, folder := range staticFolders {
			if below, ok := strings.CutPrefix(rest, folder+"/"); ok {
				add("", below, besideContent) // "/static/logo.svg", whose folder is published at the top
			}
		}
		if strings.HasPrefix(text, "@") && !top {
			add("", rest, besideContent) // "@assets/flow.png", as a program calls a folder
			add("", strings.TrimPrefix(rest, "site/static/"), besideContent)
		}
		for around := parent(l.from.Page.Path); top && around != ""; around = parent(around) {
			add(around, rest, with(fromAround)) // of a language, or of all pages but those beside them
		}
		if l.Mount == nil {
			continue
		}
		for mount := l.Mount(); mount != ""; _, mount, _ = strings.Cut(mount, "/") {
			under := ""
			if !top && !named {
				under = mount + "/" + parent(l.from.Page.Path)
			}
			for _, dir := range []string{under, ""} {
				if joined, inside := join(nil, dir, rest); inside && (dir == "" || strings.HasPrefix(rest, "../")) {
					if below, ok := strings.CutPrefix(string(joined)+"/", mount+"/"); ok {
						add("", below, with(fromMount))
					}
					for above := mount; above != "" && dir != ""; {
						above = parent(above)
						for _, folder := range staticFolders {
							if below, ok := strings.CutPrefix(string(joined), path.Join(above, folder)+"/"); ok {
								add("", below, besideContent)
							}
						}
						if strings.HasPrefix(string(joined), path.Join(above, "assets")+"/") {
							add("", strings.TrimPrefix(strings.TrimPrefix(string(joined), above), "/"), besideContent)
						}
					}
				}
			}
		}
		if top {
			for _, folder := range staticFolders {
				add(folder, rest, with(fromStatic))
			}
		}
	}
	return all
}

// staticFolders are what other tools publish at the top of a site.
var staticFolders = []string{"static", "public"}

// address is the path of the address at which the page that holds the reference is shown.
func (l *linker) address() string {
	below, err := url.PathUnescape(strings.Trim(strings.TrimPrefix(l.from.URL, l.Site.BasePath), "/"))
	if err != nil {
		return l.from.ID
	}
	return below
}

// exactly finds what is at a path, or was named so by another tool.
func (l *linker) exactly(t try) (fit, bool) {
	p := t.path
	if l.book.Assets[p] != "" && l.assets[p] != "" && t.rule != besideContent {
		return fit{asset: p, rule: t.rule}, true
	}
	if t.rule == fromStatic || t.rule == besideContent {
		return fit{}, false
	}
	if n, asset := l.file([]byte(p)); n != nil && asset == "" {
		return fit{node: n, rule: t.rule}, true
	}
	if l.named() {
		if found, best := l.choose(stem(p), parent(l.from.Page.ID)); len(found) == 1 {
			return fit{node: best, rule: t.rule}, true
		}
	}
	bare := strings.TrimSuffix(strings.TrimSuffix(stem(p), ".html"), ".htm")
	if n := cmp.Or(l.moved[bare], l.formerly[strings.Trim(bare, "/")]); n != nil {
		return fit{node: n, rule: max(t.rule, otherEnding)}, true
	}
	index := indexName(last(bare))
	readme := strings.EqualFold(last(bare), "readme") // many folders have one that is not published
	if index {
		bare = parent(bare)
	}
	if bare != p {
		n := l.ids[bare]
		if n == nil || readme && (n.Page == nil || !n.Page.Index || n == l.from || t.rule > otherEnding) {
			return fit{}, false
		}
		if index && n.Kind == KindFolder || n.Page != nil {
			return fit{node: n, rule: max(t.rule, otherEnding)}, true
		}
	}
	return fit{}, false
}

// named reports whether the reference is a name, not a path.
func (l *linker) named() bool {
	return l.path == "" && l.link.Kind != page.LinkPath && l.link.Kind != page.LinkImage
}

// spellings are what a path is in another letter case: paths of files, with the ending or without, and ids.
func (l *linker) spellings(t try) []try {
	var all []try
	if l.spelling(t.path); l.spelled != nil {
		for _, end := range append([]string{""}, ending.All...) {
			key := fold(t.path) + end
			if known := l.spelled[key]; known != "" {
				all = append(all, try{known, t.rule})
				for _, other := range l.doubles[key] {
					all = append(all, try{other, t.rule})
				}
			}
		}
	}
	for i, bare := range []string{t.path, strings.TrimSuffix(stem(t.path), ".html")} {
		if n := l.folded[fold(bare)]; n != nil && n.Kind != KindOwner && n.ID != bare && (n.Page != nil || i == 0) {
			all = append(all, try{n.ID, t.rule})
		}
	}
	return all
}

// outside finds a file in a folder beside or above the content folder that another tool would publish at the top.
func (l *linker) outside(t try) (fit, bool) {
	switch ending := strings.ToLower(path.Ext(t.path)); {
	case l.Beside == nil || t.rule == fromStatic || t.rule == fromMount || t.rule == fromAround:
		return fit{}, false
	case ending == "" || strings.HasPrefix(ending, ".htm") || strings.HasPrefix(ending, ".md"): // a page, not a file
		return fit{}, false
	}
	if other, _ := l.claims.holder(fold(t.path)); other != nil && l.beside[t.path] == "" {
		return fit{}, false
	}
	from, ok := l.Beside(t.path)
	return fit{out: t.path, from: from, rule: besideContent}, ok
}

// looseHeadings finds a page's headings as other tools name them, and by "=" and their folded ids.
func looseHeadings(p *page.Face) map[string][]string {
	loose := map[string][]string{}
	enter := func(text, id string) {
		for _, key := range looseKeys(text) {
			if !slices.Contains(loose[key], id) {
				loose[key] = append(loose[key], id)
			}
		}
	}
	for _, h := range p.Headings {
		enter(h.Text, h.ID)
	}
	for _, id := range p.IDs {
		enter(id, id)
		loose["="+fold(id)] = append(loose["="+fold(id)], id) // tells headings of one name apart
	}
	return loose
}

// heading finds the one id of a page that a fragment means by the rules of other tools.
func (f *facts) heading(fragment string) (string, bool) {
	loose := f.loose.of(f.page, looseHeadings)
	if ids := loose["="+fold(fragment)]; len(ids) == 1 {
		return ids[0], true
	}
	for _, key := range looseKeys(fragment) {
		if key[0] == '#' && digit(strings.TrimLeft(fragment, "_-")[0]) {
			break // it has a number, and what has another or none is another heading
		}
		if ids := loose[key]; len(ids) > 0 {
			return ids[0], len(ids) == 1
		}
	}
	return "", false
}

// looseKeys are a heading's text or id without what tools make differently of it, the surest first: letter case and the
// marks between words, accents and marks within words, a number at the beginning.
func looseKeys(text string) []string {
	if decoded, err := url.PathUnescape(text); err == nil {
		text = decoded
	}
	words := plainWords(text)
	plain := plainWords(strings.Map(func(r rune) rune {
		if r >= 0x300 && r < 0x370 { // accents
			return -1
		}
		return r
	}, norm.NFKD.String(text)))
	var letters []byte // without blanks, but for those between two numbers
	for i := range len(plain) {
		if plain[i] != ' ' || digit(plain[i-1]) && digit(plain[i+1]) {
			letters = append(letters, plain[i])
		}
	}
	keys := []string{" " + words, string(letters), "#" + strings.TrimLeft(string(letters), "0123456789 ")}
	return slices.DeleteFunc(keys, func(key string) bool { return strings.Trim(key, " #") == "" })
}

// betweenHelp names the targets among which a reference cannot choose.
func (l *linker) betweenHelp() string {
	var forms []string
	for _, f := range l.between {
		form := l.form(f.node, f.asset)
		if f.rule == besideContent {
			form = path.Join(f.from, f.out)
		}
		forms = append(forms, form)
	}
	return "did you mean " + strings.Join(forms[:len(forms)-1], ", ") + " or " + forms[len(forms)-1] + "?"
}
