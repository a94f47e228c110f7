package export

import (
	"strings"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/people"
	"handbook/builder/signs"
)

// pageFact is a page as bots that remind of reviews read it. The names of its fields are those of GOV.UK's
// tech-docs-gem.
type pageFact struct {
	Title          string  `json:"title"`
	URL            string  `json:"url"`
	ReviewBy       *string `json:"review_by"`
	Owner          *string `json:"owner"`
	OwnerSlack     *string `json:"owner_slack"`
	LastReviewedOn *string `json:"last_reviewed_on"`
}

// Pages lists every page with the day of its next review and whom to tell.
func (x *Book) Pages() []byte {
	s := x.Signs
	facts := []pageFact{} // an empty list, not null
	for _, n := range s.Book.Nodes {
		if n.Page == nil || n.URL == "" {
			continue
		}
		v := s.Of(n).Verdict
		facts = append(facts, pageFact{Title: n.Title, URL: s.Whole(n.URL), ReviewBy: diag.OrNull(v.Next.String()), LastReviewedOn: diag.OrNull(v.Reviewed.String()),
			Owner: diag.OrNull(people.OwnerName(n.Owner)), OwnerSlack: diag.OrNull(slackOf(n))})
	}
	return append(diag.AsJSON(facts, " "), '\n')
}

// slackOf is the channel in which the owner of a page is told; "" when it is not known.
func slackOf(n *book.Node) string {
	if strings.HasPrefix(n.OwnerName, "#") {
		return n.OwnerName
	}
	if n.Owner == nil {
		return ""
	}
	return signs.Field(n.Owner, "channel")
}
