package book

import (
	"cmp"
	"fmt"
	"math/bits"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"

	"handbook/builder/diag"
	"handbook/builder/page"
)

// comparisons is how many names are compared letter by letter in one Resolve: about a twentieth of a second. A
// handbook with thousands of broken links gets plainer help for the last of them.
const comparisons = 300_000

// suggester finds names that are spelled nearly like a given one.
type suggester struct {
	byLength [64][]nameKey // longer names are in the last list
	budget   *int
	spell    diag.Speller
}

type nameKey struct {
	key     []rune
	letters uint64 // which letters the key has; one edit changes at most two bits
	node    *Node
	asset   string
}

func newSuggester(r *resolver) *suggester {
	if r.budget == nil {
		budget := comparisons
		r.budget = &budget
	}
	return &suggester{budget: r.budget}
}

func (s *suggester) add(name string, n *Node, asset string) {
	if key := []rune(fold(name)); len(key) > 0 {
		i := min(len(key), len(s.byLength)-1)
		s.byLength[i] = append(s.byLength[i], nameKey{key, letters(key), n, asset})
	}
}

// addNode enters a node by the last part of its id and by its title.
func (s *suggester) addNode(n *Node) {
	s.add(last(n.ID), n, "")
	if fold(n.Title) != fold(last(n.ID)) {
		s.add(n.Title, n, "")
	}
}

func letters(name []rune) uint64 {
	var set uint64
	for _, r := range name {
		set |= 1 << (r & 63)
	}
	return set
}

// nearest lists the names most like the word, all at one distance, if they are near enough to have been meant. The path most
// like whole comes first, then the shorter. A file of another name has to lie in the same folder, or anywhere.
func (s *suggester) nearest(word, whole string, anywhere bool) []nameKey {
	name, path := []rune(fold(word)), []rune(fold(whole))
	set := letters(name)
	least := diag.Reach(len(name))
	var best []nameKey
	for size := max(1, len(name)-least); size <= len(name)+least; size++ {
		for _, k := range s.byLength[min(size, len(s.byLength)-1)] {
			if bits.OnesCount64(k.letters^set) > 2*least {
				continue
			}
			if *s.budget--; *s.budget < 0 {
				return nil
			}
			switch d := s.spell.Near(name, k.key, least); {
			case d > least || d > 0 && k.asset != "" && !anywhere && parent(k.asset) != parent(whole): // another file, of another folder
			case d < least || best == nil:
				least, best = d, append(best[:0], k)
			case len(best) < 20:
				best = append(best, k)
			}
		}
		if size >= len(s.byLength)-1 {
			break
		}
	}
	far := func(k nameKey) int { return s.spell.Distance([]rune(fold(k.path())), path, 40) }
	slices.SortFunc(best, func(a, b nameKey) int {
		pa, pb := a.path(), b.path()
		return cmp.Or(cmp.Compare(far(a), far(b)), cmp.Compare(len(pa), len(pb)), cmp.Compare(pa, pb))
	})
	return best
}

func (k nameKey) path() string {
	if k.node != nil {
		return k.node.ID
	}
	return k.asset
}

// help is the next step for a reference that leads nowhere: the nearest target, written as the reference was.
func (l *linker) help() string {
	if len(l.between) > 0 {
		return l.betweenHelp()
	}
	if l.wanted != nil {
		return l.fieldHelp()
	}
	if l.path != "" && slices.Contains(l.Unread, l.path) {
		return "the file lies there, and another message says why it is not published; take out the link, or see to that"
	}
	if l.path != "" && l.Site.Ignores(l.path) {
		return fmt.Sprintf("`ignore` in handbook.yaml leaves %s out; take it off that list, or take out the link", l.path)
	}
	if n, asset := l.meant(); n != nil || asset != "" {
		return fmt.Sprintf("did you mean %s?", l.form(n, asset))
	}
	if host(l.link.Target) {
		return fmt.Sprintf("write the whole address: https://%s", l.link.Target)
	}
	file := l.path
	if file == "" {
		file = strings.Trim(stem(l.link.Target), "/ ")
		if !strings.Contains(file, "/") && l.noun() == "page" {
			file = Slug(file, "page")
		}
	}
	if !fileName(file) {
		return "write where it is to lead, or take out the link"
	}
	if noun := l.noun(); noun != "page" {
		return fmt.Sprintf("add the %s as %s%s, or take out the link", noun, l.content, file)
	}
	for _, ending := range []string{".html", ".htm"} {
		file = strings.TrimSuffix(file, ending)
	}
	return fmt.Sprintf("write the page %s%s.md, or take out the link", l.content, stem(file))
}

// fieldHelp is the next step for a reference to which only pages of some types will do.
func (l *linker) fieldHelp() string {
	if n := l.nearest(l.from, l.wanted, l.link.Target); n != nil {
		return fmt.Sprintf("did you mean `%s: %s`?", l.wanted.Name, n.ID)
	}
	name := strings.Trim(stem(l.link.Target), "/ ")
	if !strings.Contains(name, "/") {
		name = Slug(name, "page")
		if t := l.Site.Type(l.wanted.To[0]); t != nil && t.Folder != "" {
			name = t.Folder + "/" + name
		}
	}
	if !fileName(name) {
		return "write the id of " + l.kindOfPage(l.wanted) + ", or take out the entry"
	}
	return fmt.Sprintf("write the page %s%s.md, or take out the entry", l.content, name)
}

// fileName reports whether a path below the content folder can be that of a file that is published, on any system.
func fileName(path string) bool {
	return !slices.ContainsFunc(strings.Split(path, "/"), func(part string) bool {
		return part == "" || len(part) > 200 || part[0] == '.' || part[0] == '_' && !indexName(stem(part)) || strings.TrimSpace(part) != part ||
			strings.ContainsAny(part, "\\:*?\"<>|[]") || strings.ContainsFunc(part, unicode.IsControl)
	})
}

// host reports whether a path begins like the address of another site: "github.com/acme".
func host(target string) bool {
	first, rest, _ := strings.Cut(target, "/")
	top := strings.TrimPrefix(path.Ext(first), ".")
	letters := len(top) > 1 && strings.Trim(strings.ToLower(top), "abcdefghijklmnopqrstuvwxyz") == ""
	return letters && first[0] != '.' && (rest != "" || strings.HasPrefix(first, "www."))
}

func (l *linker) outsideHelp() string {
	inside, _ := join(nil, "", strings.TrimLeft(l.link.Target, "./"))
	n, asset := l.file(inside)
	if n == nil && asset == "" {
		n, asset = l.similar(string(inside))
	}
	if n != nil || asset != "" {
		return fmt.Sprintf("did you mean %s?", l.form(n, asset))
	}
	return "link to a page below " + strings.TrimSuffix(l.content, "/") + ", or write the whole address with https://"
}

// meant guesses the target by the nearest spelling.
func (l *linker) meant() (*Node, string) {
	if l.path == "" {
		return l.similar(l.link.Target)
	}
	return l.similar(strings.TrimLeft(l.path, "./"))
}

// similar finds what is spelled nearly like a path or name.
func (l *linker) similar(name string) (*Node, string) {
	if l.near == nil {
		l.near = newSuggester(l.resolver)
		for _, n := range l.nodes {
			if n.Kind == KindOwner {
				continue // made because somebody names it: that is no page to lead to
			}
			l.near.addNode(n)
			if n.Page != nil {
				for _, other := range n.Page.Meta.AlsoKnownAs {
					l.near.add(other, n, "")
				}
			}
		}
		l.nearFile, l.nearImage = newSuggester(l.resolver), newSuggester(l.resolver)
		for _, a := range sortedKeys(l.assets) {
			near := l.nearFile
			if picture(strings.ToLower(path.Ext(a))) {
				near = l.nearImage
			}
			near.add(withoutEnding(last(a)), nil, a)
		}
		l.guessed = map[string][]nameKey{}
	}
	kind := l.noun()
	known, ok := l.guessed[kind+" "+name]
	if !ok {
		known = l.search(kind, name)
		l.guessed[kind+" "+name] = known
	}
	best := leadTo(l.from, known)
	return best.node, best.asset
}

// leadTo is the first of some names to suggest on a page: a file, or another page that whoever reads this one may read.
func leadTo(from *Node, names []nameKey) nameKey {
	for _, k := range names {
		to := k.node
		if to == nil || to != from && !to.Draft && !slices.ContainsFunc(from.Audience, func(a string) bool { return !slices.Contains(to.Audience, a) }) {
			return k
		}
	}
	return nameKey{}
}

func (l *linker) search(kind, name string) []nameKey {
	switch kind {
	case "image":
		return l.nearImage.nearest(withoutEnding(last(name)), name, l.path == "")
	case "file":
		return l.nearFile.nearest(withoutEnding(last(name)), name, l.path == "")
	}
	name = stem(strings.TrimSuffix(strings.Trim(name, "/"), ".html"))
	if indexName(last(name)) && parent(name) != "" {
		name = parent(name)
	}
	return l.near.nearest(last(name), name, true)
}

// withoutEnding is the name of a file without what says how it is written: the same picture may be a PNG or an SVG.
func withoutEnding(name string) string { return strings.TrimSuffix(name, path.Ext(name)) }

func sortedKeys[T any](m map[string]T) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// form writes a target the way the reference at hand is written.
func (l *linker) form(n *Node, asset string) string {
	switch l.link.Kind {
	case page.LinkWiki, page.LinkEmbed, page.LinkRelated, page.LinkDepends, page.LinkField:
		if asset != "" {
			return l.brackets(asset)
		}
		if l.path != "" && l.inFrontmatter() {
			break
		}
		return l.written(n)
	}
	target := l.link.Target
	file := asset
	if n != nil {
		file = n.ID
		if n.Page != nil {
			file = n.Page.Path
		}
		switch ending := strings.ToLower(path.Ext(target)); {
		case n.Page == nil:
		case ending == ".html" || ending == ".htm":
			file = n.facts.node.ID + ending
			if n.Section && n.Page.Index {
				file = path.Join(n.ID, "index"+ending)
			}
		case strings.HasPrefix(target, "/") && (ending == "" || strings.HasSuffix(target, "/")):
			file = strings.TrimPrefix(n.URL, l.Site.BasePath)
		case ending == "" && !strings.HasSuffix(target, "/") && !n.Page.Index:
			file = n.ID
		}
	}
	switch {
	case strings.HasPrefix(target, "~/") || strings.HasPrefix(target, "@/"):
		file = target[:2] + file
	case strings.HasPrefix(target, "/"):
		file = "/" + strings.TrimPrefix(file, "/")
	default:
		file = Relative(parent(l.from.Page.Path), file)
		if l.inFrontmatter() && !strings.HasPrefix(file, "../") {
			file = "./" + file // else it would be a name
		}
	}
	return escapeLink(file)
}

// written is a node in the form of a wikilink, an embed, or a value of `related`.
func (l *linker) written(n *Node) string {
	if n.ID == "" && n.Page != nil {
		return l.brackets(stem(n.Page.Path))
	}
	return l.brackets(n.ID)
}

func (l *linker) brackets(name string) string {
	switch l.link.Kind {
	case page.LinkEmbed:
		return "![[" + name + "]]"
	case page.LinkWiki:
		return "[[" + name + "]]"
	}
	return name
}

// Relative is the path to a file from a folder.
func Relative(dir, file string) string {
	up := ""
	for dir != "" && !strings.HasPrefix(file, dir+"/") {
		up += "../"
		dir = parent(dir)
	}
	if dir != "" {
		file = file[len(dir)+1:]
	}
	return up + file
}

// escapeLink percent-encodes only what would end a link's destination in Markdown.
func escapeLink(path string) string {
	return strings.NewReplacer(" ", "%20", "(", "%28", ")", "%29", "#", "%23", "?", "%3F", "%", "%25", "<", "%3C", ">", "%3E").Replace(path)
}

// anchorHelp names the heading that was probably meant.
func (l *linker) anchorHelp(n *Node) string {
	if n.Page == nil {
		return "take out the part behind the #: this page is a list that handbook makes"
	}
	fragment := l.link.Fragment
	if decoded, err := url.PathUnescape(fragment); err == nil {
		fragment = decoded
	}
	best := l.nearestHeading(n.Page, plainWords(fragment))
	switch {
	case best.ID == "":
		return fmt.Sprintf("link to the page alone, or give the heading the id: `## Heading {#%s}`", Slug(fragment, "name"))
	case l.link.Kind == page.LinkWiki || l.link.Kind == page.LinkEmbed:
		return fmt.Sprintf("did you mean %s?", l.brackets(l.link.Target+"#"+best.Text))
	}
	return fmt.Sprintf("did you mean %s?", escapeLink(l.link.Target)+"#"+best.ID)
}

// nearestHeading is the heading, or another place that has an id, whose text or id is most like the words.
func (l *linker) nearestHeading(p *page.Face, words string) (best page.Heading) {
	near := newSuggester(l.resolver)
	name := []rune(words)
	limit := min(len(name)/3, 8)
	try := func(text string, h page.Heading) bool {
		if *l.budget--; *l.budget < 0 || limit < 0 {
			return false
		}
		if d := near.spell.NearPhrase(name, []rune(plainWords(text)), limit); d <= limit {
			best, limit = h, d-1
		}
		return true
	}
	for _, h := range p.Headings {
		if !try(h.Text, h) {
			return best
		}
	}
	for _, id := range p.IDs {
		if !try(id, page.Heading{ID: id, Text: id}) {
			return best
		}
	}
	return best
}

// plainWords is a text as lower-case words with one space between, for comparing headings.
func plainWords(s string) string {
	return strings.Join(strings.FieldsFunc(fold(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.Is(unicode.M, r)
	}), " ")
}
