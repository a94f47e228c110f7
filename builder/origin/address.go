package origin

import (
	"cmp"
	"net/url"
	"path"
	"regexp"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"go.yaml.in/yaml/v3"
)

// Site is where a generator published the pages of a folder.
type Site struct {
	Generator Generator

	base   string            // what all addresses begin with: "/", "/project/"
	below  string            // the way from the folder of the generator's pages to the content folder; "" where they are one
	within string            // the way from the content folder to the pages, where these are a part of it
	plain  bool              // pages were published as files: "a/b.html"
	links  string            // Jekyll's `permalink`
	forms  map[string]string // Hugo's `permalinks`, by section
	moves  map[string]string
}

// SiteOf reads where a generator published the pages in a folder, as far as its files say it as data; nil for none that has
// addresses of its own, and where its pages lie elsewhere: a repository may hold a site of a generator and a handbook beside it.
func SiteOf(files Files, content string, of Generator) *Site {
	content = path.Clean(content)
	s := &Site{Generator: of, base: "/", moves: map[string]string{}}
	config, dir := s.config(files, content)
	switch of {
	case MkDocs:
		s.mkdocs(config)
	case MdBook:
		s.mdbook(config)
	case GitBook:
		s.gitbook(config)
	case Docusaurus:
		s.docusaurus(config)
	case VitePress, Rspress:
		s.base = slashed(literal(config, "base"))
		s.plain = !strings.Contains(config, "cleanUrls: true")
	case Starlight:
		s.base = slashed(literal(config, "base"))
	case Hugo:
		s.hugo(config, content)
	case Jekyll:
		s.jekyll(config)
	case GovUK, DocFX:
		s.plain = true
	default:
		return nil
	}
	if config == "" || of == Starlight {
		return s // what orders the pages lies among them, or frontmatter does
	}
	for _, pages := range of.pages(config) {
		if s.between(path.Join(dir, pages), content) {
			if of == Hugo && language.MatchString(s.below) {
				s.below = "" // whose place in addresses the base says
			}
			return s
		}
	}
	return nil
}

// Publishes reports whether it is known at which addresses a generator publishes pages.
func Publishes(of Generator) bool { return SiteOf(Map{}, ".", of) != nil }

// config finds the file that configures the generator, in the folder of pages or in one above it.
func (s *Site) config(files Files, content string) (text, dir string) {
	for dir = content; ; dir = path.Dir(dir) {
		for _, m := range marks {
			if m.of != s.Generator || strings.HasPrefix(m.names[0], "sidebars.") {
				continue
			}
			if name := m.in(files, dir); name != "" {
				data, _ := files.Read(name) // which was read a moment ago
				return string(data), dir
			}
		}
		if dir == "." {
			return "", content
		}
	}
}

// slashed is a path with a slash on both sides.
func slashed(p string) string {
	if p = strings.Trim(p, "/"); p == "" {
		return "/"
	}
	return "/" + p + "/"
}

// pathOf is the path of an address.
func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "/"
	}
	return slashed(u.Path)
}

// between says how a folder of pages and the content folder lie to each other. It reports false where neither holds the other.
func (s *Site) between(pages, content string) bool {
	switch pages = path.Clean(pages); {
	case pages == content:
	case pages == ".":
		s.below = content
	case strings.HasPrefix(content, pages+"/"):
		s.below = content[len(pages)+1:]
	case content == ".":
		s.within = pages
	case strings.HasPrefix(pages, content+"/"):
		s.within = pages[len(content)+1:]
	default:
		return false
	}
	return true
}

func (s *Site) mkdocs(config string) {
	var c struct {
		Site yaml.Node `yaml:"site_url"` // which may be a tag that a program would work out
		Dirs *bool     `yaml:"use_directory_urls"`
		Plug yaml.Node `yaml:"plugins"`
	}
	_ = yaml.Unmarshal([]byte(config), &c) // who reads the navigation tells of a file that cannot be read
	if c.Site.Tag == "!!str" {
		s.base = pathOf(c.Site.Value)
	}
	s.plain = c.Dirs != nil && !*c.Dirs
	eachMap(&c.Plug, "redirect_maps", 0, func(from, to string) { s.moves[from] = to })
}

// eachMap calls do for each pair of texts in maps of this name, however deep they lie.
func eachMap(n *yaml.Node, name string, depth int, do func(key, value string)) {
	if depth > 5 {
		return
	}
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 1 && n.Content[i-1].Value == name {
			for k := 0; k+1 < len(c.Content); k += 2 {
				do(c.Content[k].Value, c.Content[k+1].Value)
			}
		} else {
			eachMap(c, name, depth+1, do)
		}
	}
}

func (s *Site) mdbook(config string) {
	var c struct {
		Output struct {
			HTML struct {
				Site     string `toml:"site-url"`
				Redirect map[string]string
			}
		}
	}
	_ = toml.Unmarshal([]byte(config), &c)
	s.base, s.plain = pathOf(c.Output.HTML.Site), true
	for from, to := range c.Output.HTML.Redirect {
		s.moves[strings.Trim(from, "/")] = path.Join(path.Dir(strings.Trim(from, "/")), to)
	}
}

func (s *Site) gitbook(config string) {
	var c struct {
		Redirects map[string]string
	}
	_ = yaml.Unmarshal([]byte(config), &c)
	for from, to := range c.Redirects {
		s.moves[strings.Trim(from, "/")] = strings.TrimPrefix(to, "./")
	}
}

// Summary is the path of the file in which GitBook looks for the order of pages, by its configuration, whose own path is given too.
func Summary(config string, data []byte) string {
	var c struct {
		Root      string
		Structure struct{ Summary string }
	}
	_ = yaml.Unmarshal(data, &c)
	return path.Join(path.Dir(config), c.Root, cmp.Or(c.Structure.Summary, "SUMMARY.md"))
}

func (s *Site) docusaurus(config string) {
	route := "docs"
	if m := regexp.MustCompile(`routeBasePath:\s*['"]([^'"]*)['"]`).FindStringSubmatch(config); m != nil {
		route = m[1]
	}
	s.base = slashed(path.Join(literal(config, "baseUrl"), route))
}

// literal is the text that a program gives to a key, where it is written out.
func literal(program, key string) string {
	m := regexp.MustCompile(`(?m)^\s*` + key + `:\s*['"]([^'"\n]*)['"]`).FindStringSubmatch(program)
	if m == nil {
		return ""
	}
	return m[1]
}

func (s *Site) hugo(config, content string) {
	get := func(key string) string {
		m := regexp.MustCompile(`(?mi)^\s*"?` + key + `"?\s*[:=]\s*["']?([^"'\s,#]*)`).FindStringSubmatch(config)
		if m == nil {
			return ""
		}
		return m[1]
	}
	s.base, s.plain = pathOf(get("baseURL")), strings.EqualFold(get("uglyURLs"), "true")
	s.forms = permalinks(config)
	if lang := path.Base(content); strings.EqualFold(get("defaultContentLanguageInSubdir"), "true") && lang != "content" {
		s.base += lang + "/"
	}
}

// permalinks are the forms of addresses that Hugo's configuration gives the pages of sections.
func permalinks(config string) map[string]string {
	var c struct{ Permalinks map[string]any }
	if toml.Unmarshal([]byte(config), &c) != nil {
		_ = yaml.Unmarshal([]byte(config), &c) // who reads the navigation tells of a file that cannot be read
	}
	forms := map[string]string{}
	add := func(all map[string]any) {
		for section, form := range all {
			if text, ok := form.(string); ok {
				forms[section] = text
			}
		}
	}
	add(c.Permalinks)
	if pages, ok := c.Permalinks["page"].(map[string]any); ok {
		add(pages)
	}
	return forms
}

func (s *Site) jekyll(config string) {
	var c struct {
		Base  string `yaml:"baseurl"`
		Links string `yaml:"permalink"`
	}
	_ = yaml.Unmarshal([]byte(config), &c)
	s.base, s.links = slashed(c.Base), c.Links
}

// Collections are the folders of Jekyll that are published although their names begin with "_", by what _config.yml says.
func Collections(config []byte) []string {
	var c struct {
		Collections yaml.Node
		Public      string `yaml:"public_dir"` // which Hexo has
	}
	if err := yaml.Unmarshal(config, &c); err != nil || c.Public != "" {
		return nil
	}
	folders := []string{"_posts"}
	for i := 0; i+1 < len(c.Collections.Content) && c.Collections.Kind == yaml.MappingNode; i += 2 {
		var set struct{ Output bool }
		if name := c.Collections.Content[i].Value; c.Collections.Content[i+1].Decode(&set) == nil && set.Output && !strings.ContainsAny(name, "/.") {
			folders = append(folders, "_"+name)
		}
	}
	return folders
}

// Addresses are those at which the generator published a page, whose path is below the content folder. front gives what its
// frontmatter says for a key, "" for nothing.
func (s *Site) Addresses(page string, front func(key string) string) []string {
	page = strings.TrimSuffix(page, ".erb")
	bare := strings.TrimSuffix(page, path.Ext(page))
	if s.Generator == GovUK {
		bare = strings.TrimSuffix(bare, ".html")
	}
	if s.within != "" {
		below, ok := strings.CutPrefix(bare, s.within+"/")
		if !ok {
			return nil
		}
		bare = below
	}
	bare = strings.TrimPrefix(path.Join(s.below, bare), "/")
	name := path.Base(bare)
	index := strings.EqualFold(name, "index") || strings.EqualFold(name, "readme") || name == "_index"
	switch s.Generator {
	case Docusaurus:
		return s.docusaurusAddresses(bare, index, front)
	case Hugo:
		return s.hugoAddresses(bare, index, front)
	case Jekyll:
		return s.jekyllAddresses(bare, index, front)
	case Starlight, GitBook:
		bare = strings.ToLower(strings.ReplaceAll(bare, " ", "-"))
		if slug := front("slug"); slug != "" && s.Generator == Starlight {
			bare, index = strings.Trim(slug, "/"), false
		}
	}
	switch {
	case index:
		return []string{strings.TrimSuffix(s.base+strings.TrimPrefix(path.Dir(bare), "."), "/") + "/"}
	case s.plain:
		return s.both(bare + ".html")
	}
	return []string{s.base + bare + "/"}
}

// both are an address below the base, and at the top of the host: a site that is moved to a host of its own has no base there.
func (s *Site) both(below string) []string {
	if s.base == "/" {
		return []string{"/" + below}
	}
	return []string{s.base + below, "/" + below}
}

func (s *Site) docusaurusAddresses(bare string, index bool, front func(string) string) []string {
	parts := strings.Split(bare, "/")
	for i := range parts {
		parts[i] = withoutNumber(parts[i])
	}
	dir, name := path.Join(parts[:len(parts)-1]...), parts[len(parts)-1]
	if id := front("id"); id != "" {
		name = id
	}
	at := path.Join(dir, name)
	if index || dir != "" && strings.EqualFold(name, path.Base(dir)) {
		at = dir
	}
	switch slug := front("slug"); {
	case strings.HasPrefix(slug, "/"):
		at = strings.Trim(slug, "/")
	case slug != "":
		at = path.Join(dir, slug)
	}
	return []string{strings.TrimSuffix(s.base+at, "/") + "/"}
}

// numbered is a name with a number before it that Docusaurus takes off.
var numbered = regexp.MustCompile(`^\d+\s*[-_.]+\s*([^-_.\s].*)$`)

// dated is a name that begins with a date or a version, which it does not take for such a number.
var dated = regexp.MustCompile(`^\d+[-_.]\d+`)

func withoutNumber(name string) string {
	if m := numbered.FindStringSubmatch(name); m != nil && !dated.MatchString(name) {
		return m[1]
	}
	return name
}

func (s *Site) hugoAddresses(bare string, index bool, front func(string) string) []string {
	bare = strings.ToLower(strings.ReplaceAll(bare, " ", "-"))
	dir := path.Dir(bare)
	if index {
		bare, dir = dir, path.Dir(dir)
	}
	if slug := front("slug"); slug != "" && !strings.Contains(slug, "/") {
		bare = path.Join(dir, slug)
	}
	if at := front("url"); at != "" {
		return []string{"/" + strings.TrimPrefix(at, "/")}
	}
	if bare == "." {
		return []string{s.base}
	}
	section, _, _ := strings.Cut(bare, "/")
	if form := s.forms[section]; form != "" && !index {
		return s.formed(form, bare, front)
	}
	if s.plain && !index {
		return s.both(bare + ".html")
	}
	return []string{s.base + bare + "/"}
}

// formed is the address of a page by one of Hugo's forms; none where it is made of more than is known here.
func (s *Site) formed(form, bare string, front func(string) string) []string {
	date, name, dir := front("date"), path.Base(bare), path.Dir(bare)
	if len(date) < len("2006-01-02") {
		date = "0000-00-00"
	}
	section, _, _ := strings.Cut(dir, "/")
	at := strings.NewReplacer(":sections", dir, ":section", section, ":slugorcontentbasename", name, ":slugorfilename", name, ":contentbasename", name,
		":filename", name, ":slug", name, ":title", strings.ToLower(strings.Join(strings.Fields(front("title")), "-")),
		":year", date[:4], ":month", date[5:7], ":day", date[8:10]).Replace(form)
	if strings.Contains(at, ":") || strings.Contains(at, "0000") {
		return nil
	}
	return []string{strings.TrimSuffix(s.base+strings.Trim(at, "/"), "/") + "/"}
}

// post is the name of a post of Jekyll.
var post = regexp.MustCompile(`^(\d{4})-(\d{2})-(\d{2})-(.+)$`)

func (s *Site) jekyllAddresses(bare string, index bool, front func(string) string) []string {
	if at := front("permalink"); at != "" {
		return []string{s.base + strings.TrimPrefix(at, "/")}
	}
	if !strings.HasPrefix(bare, "_posts/") {
		bare = strings.TrimPrefix(bare, "_") // a collection
	} else {
		bare = strings.TrimPrefix(bare, "_posts/")
	}
	category, _, posts := strings.Cut("/"+bare, "/_posts/")
	bare = strings.TrimPrefix(bare, "_") // before the name of a collection
	dir, name := path.Split(bare)
	m := post.FindStringSubmatch(name)
	if m == nil {
		switch {
		case index:
			return []string{s.base + dir}
		case s.links == "pretty":
			return []string{s.base + bare + "/"}
		}
		return s.both(bare + ".html")
	}
	pattern := s.links
	switch pattern {
	case "", "date":
		pattern = "/:categories/:year/:month/:day/:title.html"
	case "pretty":
		pattern = "/:categories/:year/:month/:day/:title/"
	case "none":
		pattern = "/:categories/:title.html"
	}
	title := m[4]
	if slug := front("slug"); slug != "" {
		title = slug
	}
	categories := strings.ReplaceAll(front("categories"), " ", "/")
	if categories == "" && posts {
		categories = category // the folder in which _posts lies
	}
	at := strings.NewReplacer(":categories", categories, ":year", m[1], ":month", m[2], ":day", m[3],
		":i_month", strings.TrimPrefix(m[2], "0"), ":i_day", strings.TrimPrefix(m[3], "0"), ":short_year", m[1][2:], ":title", title, ":slug", title).Replace(pattern)
	if strings.Contains(at, ":") {
		return nil // it is made of more than the file says
	}
	ending := ""
	if strings.HasSuffix(at, "/") {
		ending = "/"
	}
	return []string{s.base + strings.TrimPrefix(path.Clean("/"+at), "/") + ending}
}

// Moved are addresses that the generator itself redirected, each with the path below the content folder of the page that it led to.
func (s *Site) Moved() map[string]string {
	all := map[string]string{}
	for from, to := range s.moves {
		to, _, _ = strings.Cut(to, "#")
		if to == "" || strings.Contains(to, "://") {
			continue
		}
		at := from
		switch ending := path.Ext(from); {
		case s.Generator != MkDocs:
		case ending == ".md":
			at = strings.TrimPrefix((&Site{base: "/", plain: s.plain, Generator: MkDocs}).Addresses(from, func(string) string { return "" })[0], "/")
		}
		if s.Generator == GitBook && path.Ext(at) == "" {
			at += "/"
		}
		below := strings.TrimSuffix(strings.TrimSuffix(to, ".html"), ".md") + ".md"
		if s.below != "" {
			inside, ok := strings.CutPrefix(below, s.below+"/")
			if !ok {
				continue
			}
			below = inside
		}
		all[s.base+at] = path.Join(s.within, below)
	}
	return all
}
