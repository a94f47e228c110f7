package render

import (
	"handbook/builder/book"
	"handbook/builder/signs"
	"handbook/builder/theme"
)

// proposalsLimit is how many proposals are shown on the page that they would change.
const proposalsLimit = 10

// addProposals says what is proposed to change on a page.
func (m *around) addProposals(v *theme.View, n *book.Node) {
	all := m.signs.Of(n).Verdict.Proposals
	for _, p := range all[:min(len(all), proposalsLimit)] {
		row := theme.Proposal{Title: p.Node.Title, URL: p.Node.URL, Summary: p.Node.Summary, DecideBy: m.deadline(p.DecideBy), Agreed: p.Agreed}
		if p.Fragment != "" {
			row.Section = theme.Link{Title: signs.Heading(n, p.Fragment), URL: "#" + p.Fragment}
		}
		v.Proposals = append(v.Proposals, row)
	}
}
