package query

// Health counts pages by state, with a row for each group.
var Health = &Layout{Name: "health", every: true, fields: func(p *prepared) {
	p.need("freshness")
	p.columns = p.has("title", "owner", "freshness", "next_review")
}}

// Weeks are the reviews of the coming weeks.
var Weeks = &Layout{Name: "weeks", every: true, fields: func(p *prepared) {
	Health.fields(p)
	if p.group != nil {
		p.wrong(p.Group, "the weeks to come have no groups", `write "view: health", which shows the weeks of each group`)
	}
}}
