// Package people finds teams and people by what they are called: by the id of their page, the last part of it, their
// title, or their mail address.
package people

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/page"
	"handbook/builder/schema"
)

// Owner finds the owner that somebody means by a name: an id, the last part of one, or a title, in any letter case.
// Without exactly one it returns nil and the next step.
func Owner(b *book.Book, name string) (owner *book.Node, help string) { return choose(b.Owners, name) }

// Reviewer finds the page of the team or person that somebody means by a name, as Owner does.
func Reviewer(b *book.Book, name string) (reviewer *book.Node, help string) {
	return choose(Known(b), name)
}

// ShortName is the shortest name by which a record knows a reviewer: the last part of the id where that is theirs
// alone. It stays right when the page moves to another folder.
func ShortName(b *book.Book, n *book.Node) string {
	if found, _ := Reviewer(b, path.Base(n.ID)); found == n {
		return path.Base(n.ID)
	}
	return n.ID
}

// WithMail finds the person whose page gives this mail address; nil when nobody's does.
func WithMail(b *book.Book, email string) *book.Node {
	for _, n := range b.Nodes {
		if n.Type == "person" && email != "" && slices.ContainsFunc(n.Words("email"), func(s string) bool { return strings.EqualFold(s, strings.TrimSpace(email)) }) {
			return n
		}
	}
	return nil
}

// Any reports whether anybody has a page.
func Any(b *book.Book) bool {
	return slices.ContainsFunc(b.Nodes, func(n *book.Node) bool { return n.Type == "person" && n.Page != nil })
}

// Owners lists the names that Owner takes, with titles, in the order of titles.
func Owners(b *book.Book) [][2]string { return titled(b.Owners) }

// Reviewers lists the names that Reviewer takes, with titles.
func Reviewers(b *book.Book) [][2]string {
	nodes := Known(b)
	names := titled(nodes)
	for i, n := range nodes {
		names[i][0] = ShortName(b, n)
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
	return n.Name()
}

// Known are the teams and people who have a page, by title.
func Known(b *book.Book) []*book.Node {
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

// Members are the people of a team, as its page names them; nobody for other nodes. A name that means nobody, or several, is
// left out.
func Members(b *book.Book, team *book.Node) []*book.Node {
	if team.Type != "team" || team.Page == nil {
		return nil
	}
	var found []*book.Node
	for _, name := range team.Words("members") {
		if n, _ := Owner(b, name); n != nil {
			found = append(found, n)
		}
	}
	return found
}

// Left is the day from which a person is gone; zero for one who stays, and for an owner that is no person.
func Left(n *book.Node) schema.Date {
	if f := LeftField(n); f != nil {
		day, _ := f.Value.(schema.Date)
		return day
	}
	return schema.Date{}
}

// LeftField is what the page of a person says of the day they left; nil for nothing.
func LeftField(n *book.Node) *page.Field {
	if n.Page == nil || n.Type != "person" {
		return nil
	}
	if f := n.Page.Field("left"); f != nil && f.Value != nil {
		return f
	}
	return nil
}

// Index finds somebody at once by what frontmatter may call them: by id, by the end of it or by title, in any letter case.
// Of two with the same name, the first stands.
type Index map[string]*book.Node

// NewIndex makes an index of teams and people.
func NewIndex(nodes []*book.Node) Index {
	found := Index{}
	for _, n := range nodes {
		for _, name := range []string{n.ID, path.Base(n.ID), n.Title} {
			if name = strings.ToLower(name); found[name] == nil {
				found[name] = n
			}
		}
	}
	return found
}

// Find is who has a name; nil for nobody.
func (x Index) Find(name string) *book.Node {
	if name == "" {
		return nil
	}
	return x[strings.ToLower(name)]
}
