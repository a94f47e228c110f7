package dialect

import (
	"bytes"
	"net/url"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// mentions reads what GitHub and GitLab link by themselves: "#12", "acme/pay#12", "!7" and "@ana". Without an address to link to
// they are words.
func mentions() Part {
	return Part{
		Name: "mentions", Tools: "GitHub, GitLab, Gitea",
		Inlines: []Inline{{Parser: inLine{"&", referenceForm, reference}, Priority: 50}, {Parser: mentionParser{"#!@"}, Priority: 995}},
	}
}

// referenceForm is a reference to a character, "&#39;", which is kept in one text: goldmark parts texts where a parser may begin,
// as one does at "#".
var referenceForm = regexp.MustCompile(`^&#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6});`)

func reference(f found, _ rune) ast.Node { return ast.NewTextSegment(f.at(0)) }

// repository is where mentions lead.
type repository struct {
	host   string // "https://github.com"
	path   string // "/acme/pay"
	gitlab bool
}

var repositoryKey = parser.NewContextKey()

// SetMentions says to which repository mentions lead: "https://github.com/acme/pay". GitLab is known by its name.
func SetMentions(pc parser.Context, address string) {
	if u, err := url.Parse(address); err == nil && address != "" {
		pc.Set(repositoryKey, &repository{u.Scheme + "://" + u.Host, strings.TrimRight(u.EscapedPath(), "/"), strings.Contains(u.Host, "gitlab")})
	}
}

// address is where a mention leads: a number in a repository, or a person.
func (r *repository) address(mark byte, path, name string) string {
	switch {
	case mark == '@':
		return r.host + "/" + name
	case r.gitlab && mark == '!':
		return r.host + path + "/-/merge_requests/" + name
	case r.gitlab:
		return r.host + path + "/-/issues/" + name
	}
	return r.host + path + "/issues/" + name
}

var (
	numberForm = regexp.MustCompile(`^[#!]([0-9]{1,9})`)
	personForm = regexp.MustCompile(`^@([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}[A-Za-z0-9])?)`)
	ownerForm  = regexp.MustCompile(`(?:^|[\s(\["'])([A-Za-z0-9][\w.-]{0,60}(?:/[A-Za-z0-9][\w.-]{0,100}){1,5})$`)
)

type mentionParser struct{ begins }

func (mentionParser) Parse(parent ast.Node, block gtext.Reader, pc parser.Context) ast.Node {
	to, _ := pc.Get(repositoryKey).(*repository)
	if to == nil || pc.IsInLinkLabel() {
		return nil
	}
	line, at := block.PeekLine()
	form := numberForm
	if line[0] == '@' {
		form = personForm
	}
	m := form.FindSubmatch(line)
	if m == nil || line[0] == '!' && !to.gitlab {
		return nil
	}
	if rest := line[len(m[0]):]; len(rest) > 0 && (inWord(util.ToRune(rest, 0)) || bytes.IndexByte([]byte("/_-@"), rest[0]) >= 0) {
		return nil
	}
	path, start := to.path, at.Start
	if before := block.PrecendingCharacter(); inWord(before) || strings.ContainsRune("/.-_#&@\\", before) {
		text, ok := parent.LastChild().(*ast.Text)
		if !ok || line[0] == '@' || text.Segment.Stop != at.Start {
			return nil
		}
		words := text.Segment.Value(block.Source())
		owner := ownerForm.FindSubmatch(words[max(0, len(words)-200):])
		if owner == nil {
			return nil
		}
		start -= len(owner[1])
		path = "/" + string(owner[1])
		if text.Segment.Stop = start; text.Segment.Len() == 0 {
			parent.RemoveChild(parent, text)
		}
	}
	block.Advance(len(m[0]))
	whole := gtext.NewSegment(start, at.Start+len(m[0]))
	link := linkTo([]byte(to.address(line[0], path, string(m[1]))), whole, ast.NewTextSegment(whole))
	link.SetPos(start)
	return link
}
