package builder

import (
	"context"
	"fmt"

	"handbook/builder/diag"
	"handbook/builder/external"
)

// DeadExternals asks other sites whether the pages that the handbook links to are there, and tells of those that are not.
// Nothing else calls another site.
func (r Result) DeadExternals(ctx context.Context, o external.Options) ([]diag.Located, error) {
	var addresses []string
	for _, n := range r.Book.Nodes {
		if n.Page != nil {
			for _, e := range r.Pages(n.Page).External {
				addresses = append(addresses, e.URL)
			}
		}
	}
	dead, err := external.Check(ctx, addresses, o)
	if err != nil {
		return nil, err
	}
	var msgs diag.List
	for _, n := range r.Book.Nodes {
		if n.Page == nil {
			continue
		}
		for _, e := range r.Pages(n.Page).External {
			if why := dead[e.URL]; why != "" && !ignoredAt(r.Pages(n.Page).Ignores, diag.DeadExternal, e.At) {
				msgs.Add(diag.DeadExternal, e.At, fmt.Sprintf("%s %s", e.URL, why), "find where it is now, or take out the link")
			}
		}
	}
	msgs = r.Site.Settle(msgs)
	msgs.Sort()
	return diag.Locate(msgs, r.in.snap.Read), nil
}
