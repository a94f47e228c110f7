package review

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/page"
)

// Owner finds the owner that somebody means by a name: an id, the last part of one, or a title, in any letter case.
// Without exactly one it returns nil and the next step.
func Owner(b *book.Book, name string) (owner *book.Node, help string) { return choose(b.Owners, name) }

// Reviewer finds the page of the team or person that somebody means by a name, as Owner does.
func Reviewer(b *book.Book, name string) (reviewer *book.Node, help string) {
	return choose(reviewers(b), name)
}

// ReviewerName is the shortest name by which a record knows a reviewer: the last part of the id where that is theirs
// alone. It stays right when the page moves to another folder.
func ReviewerName(b *book.Book, n *book.Node) string {
	if found, _ := Reviewer(b, path.Base(n.ID)); found == n {
		return path.Base(n.ID)
	}
	return n.ID
}

// Person finds the person whose page gives this mail address; nil when nobody's does.
func Person(b *book.Book, email string) *book.Node {
	for _, n := range b.Nodes {
		if n.Type == "person" && email != "" && strings.EqualFold(fieldText(n, "email"), strings.TrimSpace(email)) {
			return n
		}
	}
	return nil
}

// HasPeople reports whether anybody has a page.
func HasPeople(b *book.Book) bool {
	return slices.ContainsFunc(b.Nodes, func(n *book.Node) bool { return n.Type == "person" && n.Page != nil })
}

// Owners lists the names that Owner takes, with titles, in the order of titles.
func Owners(b *book.Book) [][2]string { return titled(b.Owners) }

// Reviewers lists the names that Reviewer takes, with titles.
func Reviewers(b *book.Book) [][2]string {
	nodes := reviewers(b)
	names := titled(nodes)
	for i, n := range nodes {
		names[i][0] = ReviewerName(b, n)
	}
	return names
}

// OwnerName is an owner's id, or the name as written of one without a page; "" for nobody.
func OwnerName(n *book.Node) string {
	switch {
	case n == nil:
		return ""
	case n.Page == nil:
		return n.Title
	}
	return nameOf(n)
}

func reviewers(b *book.Book) []*book.Node {
	return slices.DeleteFunc(slices.Clone(b.Owners), func(n *book.Node) bool { return n.Page == nil || n.Type != "team" && n.Type != "person" })
}

func titled(nodes []*book.Node) [][2]string {
	names := make([][2]string, len(nodes))
	for i, n := range nodes {
		names[i] = [2]string{OwnerName(n), n.Title}
	}
	return names
}

// choose finds the one node that a name means.
func choose(nodes []*book.Node, name string) (*book.Node, string) {
	found := named(nodes, name)
	if len(found) == 1 {
		return found[0], ""
	}
	var ids []string
	for _, n := range found {
		ids = append(ids, OwnerName(n))
	}
	if len(ids) > 0 {
		return nil, "it may be " + strings.Join(ids, " or ")
	}
	var near []string
	means := map[string]*book.Node{}
	for _, n := range nodes {
		for _, s := range []string{n.ID, path.Base(n.ID), n.Title} {
			if means[s] == nil {
				near, means[s] = append(near, s), n
			}
		}
	}
	if s := diag.NearestName(page.BareName(name), near); s != "" {
		return nil, fmt.Sprintf("did you mean %s?", OwnerName(means[s]))
	}
	if len(nodes) == 0 {
		return nil, "no page is of the type team or person yet"
	}
	for _, n := range nodes {
		ids = append(ids, OwnerName(n))
	}
	return nil, "there is " + diag.Names(name, ids)
}

// named finds the nodes of a name by its strongest reading: the id, the last part of an id, a title.
func named(nodes []*book.Node, name string) []*book.Node {
	name = page.BareName(name)
	for _, reading := range []func(*book.Node) bool{
		func(n *book.Node) bool { return n.ID == name },
		func(n *book.Node) bool { return strings.EqualFold(n.ID, name) },
		func(n *book.Node) bool { return hasEnd(n.ID, name) },
		func(n *book.Node) bool { return strings.EqualFold(n.Title, name) },
	} {
		var found []*book.Node
		for _, n := range nodes {
			if reading(n) {
				found = append(found, n)
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// hasEnd reports whether an id is a name or ends in it, in any letter case: "people/ana" in "Ana".
func hasEnd(id, name string) bool {
	start := len(id) - len(name)
	return start >= 0 && (start == 0 || id[start-1] == '/') && strings.EqualFold(id[start:], name)
}

// pagesOf lists the pages of an owner, and of a team's members; all pages for nil.
func pagesOf(b *book.Book, owner *book.Node) []*book.Node {
	if owner == nil {
		return slices.DeleteFunc(slices.Clone(b.Nodes), func(n *book.Node) bool { return n.Page == nil })
	}
	var pages []*book.Node
	seen := map[*book.Node]bool{}
	for _, o := range append([]*book.Node{owner}, members(b, owner)...) {
		for _, n := range o.Owns {
			if !seen[n] {
				seen[n] = true
				pages = append(pages, n)
			}
		}
	}
	return pages
}

// members finds the people of a team by what its frontmatter says. A name that means nobody, or several, is left out.
func members(b *book.Book, team *book.Node) []*book.Node {
	if team.Type != "team" || team.Page == nil {
		return nil
	}
	var found []*book.Node
	for _, name := range fieldWords(team, "members") {
		if n, _ := Owner(b, name); n != nil {
			found = append(found, n)
		}
	}
	return found
}

// field is what a page's frontmatter says under a key; nil when it says nothing.
func field(n *book.Node, key string) any {
	if n.Page == nil {
		return nil
	}
	i := slices.IndexFunc(n.Page.Fields, func(f page.Field) bool { return f.Key == key })
	if i < 0 {
		return nil
	}
	return n.Page.Fields[i].Value
}

// fieldText is a line of frontmatter; "" when there is none.
func fieldText(n *book.Node, key string) string {
	s, _ := field(n, key).(string)
	return strings.TrimSpace(s)
}

// fieldWords lists the words of a frontmatter list; one word stands for a list of it.
func fieldWords(n *book.Node, key string) []string {
	switch v := field(n, key).(type) {
	case string:
		return []string{v}
	case []any:
		var words []string
		for _, item := range v {
			if s, ok := item.(string); ok {
				words = append(words, s)
			}
		}
		return words
	}
	return nil
}
