package bring

import (
	"slices"
	"strings"

	"handbook/builder/schema"

	"golang.org/x/net/html"
)

// maxFact is how long a value is that is frontmatter and not text.
const maxFact = 200

// properties makes frontmatter of the tables in which a page of Confluence says what it is, and leaves the tables where they are. What
// somebody wrote there counts for more than who made the page.
func (d *Doc) properties(root *html.Node) {
	for _, n := range all(root, func(n *html.Node) bool { return n.Data == facts }) {
		n.Data, n.Attr = "div", nil
		for _, row := range all(n, func(n *html.Node) bool { return n.Data == "tr" }) {
			cells := all(row, func(n *html.Node) bool { return n.Data == "td" || n.Data == "th" })
			if len(cells) != 2 {
				continue
			}
			k := Key{Name: named("confluence", text(cells[0]))}
			for _, item := range all(cells[1], func(n *html.Node) bool { return n.Data == "li" || n.Data == task }) {
				k.Values, k.List = append(k.Values, strings.Join(strings.Fields(text(item)), " ")), true
			}
			value := strings.Join(strings.Fields(text(cells[1])), " ")
			switch day, ok := dayOf(value); {
			case k.List:
			case k.Name == "tags":
				k.Values, k.List = items(value), true
			case ok:
				k.Values = []string{day}
			case k.Name == "reviewed":
				k.Name, k.Values = "confluence_reviewed", []string{value}
			default:
				k.Values = []string{value}
			}
			if k.Name == "" || value == "" || len(value) > maxFact {
				continue
			}
			d.Front = append(slices.DeleteFunc(d.Front, func(o Key) bool { return o.Name == k.Name }), k)
		}
	}
}

// sameKeys are the keys of properties that mean the same in every workspace.
var sameKeys = map[string]string{
	"last_edited_time": "last_edited", "last_edited": "last_edited", "created_time": "created", "created": "created", "last_reviewed": "reviewed", "reviewed_on": "reviewed", "reviewed_at": "reviewed", "tag": "tags", "labels": "tags",
	"description": "description", "summary": "description", "owner": "owner", "status": "status", "tags": "tags", "reviewed": "reviewed",
}

// named is the key of a property. What means something else to handbook gets another name. The day of an edit is no review; a property
// that says when a page was reviewed does.
func named(tool, property string) string {
	key := keyOf(property)
	if same := sameKeys[key]; same != "" {
		return same
	}
	if slices.Contains(schema.CanonicalKeys(), key) || schema.PresetOf(key) != "" {
		return tool + "_" + key
	}
	return key
}

func wordSet(s string) map[string]bool {
	all := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		all[w] = true
	}
	return all
}
