package signs

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"handbook/builder/book"
	"handbook/builder/schema"
	"handbook/builder/theme"
)

// Short is a node's name where there is little room.
func (s *Book) Short(n *book.Node) string {
	if n == s.Book.Home {
		return s.Words.Home
	}
	return cmp.Or(n.NavTitle, n.Title)
}

// AllOf names the whole list of what a folder holds, where only a part of it is shown.
func (s *Book) AllOf(folder *book.Node) string {
	return schema.Fill(s.Words.AllOf, "n", strconv.Itoa(len(folder.Children)), "section", s.Short(folder))
}

// NotShown says how many more there are.
func (s *Book) NotShown(n int) string { return schema.Fill(s.Words.NotShown, "n", strconv.Itoa(n)) }

// Label is a node's type in words; nothing for a plain page, which says nothing.
func (s *Book) Label(n *book.Node) string {
	if n.Page == nil || n.Type == "" || n.Type == "page" {
		return ""
	}
	t, _ := s.Book.Site.TypeNamed(n.Type)
	return t.Label
}

// Whole is the whole address of one on the site; the same where the site's own is not known.
func (s *Book) Whole(url string) string { return cmp.Or(s.Book.Site.Whole(url), url) }

// Source fills the path of a page's file into a pattern of addresses; "" for no pattern.
func Source(pattern string, n *book.Node) string {
	return strings.ReplaceAll(pattern, "{path}", book.EscapePath(n.Page.Path))
}

// Who is a person or team by the name that somebody wrote, with their page if they have one.
func (s *Book) Who(name string) theme.Link {
	if n := s.People.Find(name); n != nil {
		return theme.Link{Title: n.Title, URL: n.URL}
	}
	return theme.Link{Title: name}
}

// Person is somebody who answers for pages.
func Person(n *book.Node) *theme.Person {
	return &theme.Person{Name: n.Title, URL: n.URL, Initials: theme.Initials(n.Title), Channel: Field(n, "channel"), Email: Field(n, "email")}
}

// OwnerOf is who answers for a page; empty for nobody.
func OwnerOf(n *book.Node) theme.Link {
	if n.Owner == nil {
		return theme.Link{}
	}
	return To(n.Owner)
}

// To is a link to a node by its title.
func To(n *book.Node) theme.Link { return theme.Link{Title: n.Title, URL: n.URL} }

// Department is the department of a page, as readers know it.
func (s *Book) Department(n *book.Node) string {
	name := Field(n, "department")
	if to := s.People.Find(name); to != nil {
		return to.Title
	}
	return name
}

// Field is a text of the page's frontmatter; "" when it is not there.
func Field(n *book.Node, key string) string {
	if n.Page != nil {
		if f := n.Page.Field(key); f != nil && f.Value != nil {
			return fmt.Sprint(f.Value)
		}
	}
	return ""
}
