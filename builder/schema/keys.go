package schema

// CanonicalKeys are the frontmatter keys that mean something on a page of any type, sorted.
func CanonicalKeys() []string {
	return []string{"acknowledge", "aliases", "also_known_as", "audience", "cascade", "date", "depends_on", "description", "draft",
		"glossary", "layout", "nav_title",
		"owner", "related", "review_every", "reviewed", "reviewed_by", "reviewers", "slug", "status", "supersedes", "tags", "title", "tracks",
		"type", "weight"}
}

// preset is another tool's convention for frontmatter.
type preset struct {
	name string
	keys map[string]string // their key to ours; a dot reaches into a map: "sidebar.order"
}

// presets lists the conventions that are known, sorted by name.
func presets() []preset {
	return []preset{
		{"docusaurus", map[string]string{"sidebar_position": "weight", "sidebar_label": "nav_title", "sidebar.order": "weight",
			"sidebar.label": "nav_title"}},
		{"govuk", map[string]string{"last_reviewed_on": "reviewed", "review_in": "review_every", "owner_slack": "owner", "old_paths": "aliases"}},
		{"hugo", map[string]string{"linkTitle": "nav_title", "linktitle": "nav_title", "summary": "description"}},
		{"jekyll", map[string]string{"nav_order": "weight", "redirect_from": "aliases"}},
		{"microsoft", map[string]string{"ms.author": "owner", "ms.date": "reviewed", "ms.update-cycle": "review_every"}},
		{"nextra", map[string]string{"sidebarTitle": "nav_title"}},
		{"obsidian", map[string]string{"alias": "also_known_as", "tag": "tags"}}, // `aliases` without a slash are names; page decides
		{"reviews", map[string]string{"last_reviewed": "reviewed", "last_reviewed_at": "reviewed", "last reviewed": "reviewed", "reviewed_on": "reviewed",
			"reviewed_at": "reviewed"}}, // of handbooks, whatever makes them
	}
}

// PresetOf names the convention that a key of frontmatter belongs to; "" for none.
func PresetOf(key string) string {
	for _, p := range presets() {
		if p.keys[key] != "" {
			return p.name
		}
	}
	return ""
}
