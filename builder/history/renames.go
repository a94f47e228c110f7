package history

import (
	"context"
	"strings"
)

// Renames says where the files of the content folder that were renamed by some commit lie at the one that is checked out:
// by their earlier path below the content folder, their path then. What was deleted since is among them. It is empty where
// nothing is known.
func Renames(ctx context.Context, contentDir string) (map[string]string, error) {
	r := NewReader(contentDir, Options{})
	if err := r.locate(ctx); err != nil || r.place == nil {
		return nil, ctx.Err()
	}
	g := r.place.git
	if r.place.state(ctx).head == "" {
		return nil, nil
	}
	out, err := g.output(ctx, "log", "--format=", "--name-status", "-z", "-M", "--diff-filter=R", "--no-relative", "--no-ext-diff",
		"--no-textconv", "HEAD", "--", ".")
	if err != nil {
		return nil, ctx.Err() // a clone without old contents cannot tell, and nothing depends on it alone
	}
	now := map[string]string{}
	words := strings.Split(string(out), "\x00")
	for i := 0; i+2 < len(words); {
		if !strings.HasPrefix(strings.TrimSpace(words[i]), "R") {
			i++
			continue
		}
		old, inside := strings.CutPrefix(words[i+1], r.place.prefix)
		to, stayed := strings.CutPrefix(words[i+2], r.place.prefix)
		i += 3
		if !inside || !stayed {
			continue
		}
		if later, again := now[to]; again { // the newest comes first
			to = later
		}
		if _, known := now[old]; !known && old != to {
			now[old] = to
		}
	}
	return now, nil
}
