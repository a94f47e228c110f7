package page

import (
	"fmt"
	"slices"
	"strings"

	"handbook/builder/diag"
)

// theirs reads keys by which another generator does not publish a page, and tells of those for which handbook does.
func (r *keyReader) theirs(pairs []pair, m *Meta) {
	for _, p := range pairs {
		key := strings.ToLower(p.key)
		switch {
		case r.spellings.page[key] != "": // this site has a meaning of its own for it
		case key == "published" && p.value.any() == false: // Jekyll's word for a draft
			m.Draft = m.Draft || !slices.ContainsFunc(pairs, func(p pair) bool { return strings.EqualFold(p.key, "draft") })
		case (key == "expirydate" || key == "unpublishdate") && p.value.kind != kindNull:
			r.notRead(p.key, p, "the page stays published after that day", "set `"+r.written("draft", "true")+"` on that day, or take the page away")
		case key == "headless" && p.value.any() == true, (key == "_build" || key == "build") && p.value.never("render"):
			r.notRead(p.key, p, "handbook makes a page of a file that Hugo makes none of", "set `"+r.written("draft", "true")+"` if nobody is to see it")
		}
	}
}

// never reports whether a table says of something that it is not done.
func (v value) never(key string) bool {
	return slices.ContainsFunc(v.pairs, func(p pair) bool {
		return strings.EqualFold(p.key, key) && p.value.isScalar() && (p.value.raw == "never" || p.value.any() == false)
	})
}

func (r *keyReader) notRead(key string, p pair, so, help string) {
	if !r.asked[diag.NotRead] {
		return
	}
	r.msgs.AddTo(diag.Group{Text: fmt.Sprintf("pages have the key `%s`, which is not read: %s", key, so), Help: help}, diag.NotRead,
		r.place(p.start, p.end), fmt.Sprintf("`%s` is not read: %s", key, so), help)
}

// ofAll makes one table of Hugo's list of them, without those that are for some pages only.
func (r *keyReader) ofAll(v value) value {
	all := value{kind: kindTable, start: v.start, end: v.end}
	for _, item := range v.items {
		if i := slices.IndexFunc(item.pairs, func(p pair) bool { return strings.EqualFold(strings.TrimPrefix(p.key, "_"), "target") }); i >= 0 {
			r.notRead("cascade", item.pairs[i], "what it says for some pages only", "write it into the folder's own page, or into those pages")
			continue
		}
		all.pairs = append(all.pairs, item.pairs...)
	}
	return all
}
