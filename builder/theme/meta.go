package theme

import (
	"encoding/json"
	"html/template"
)

// Breadcrumbs says where the page stands in the form of schema.org, for search engines; empty where the site's address
// is not known, or for a page that stands nowhere.
func (v *View) Breadcrumbs() template.JS {
	if v.Site.Origin == "" || v.Canonical == "" || len(v.Crumbs) == 0 {
		return ""
	}
	type item struct {
		Type     string `json:"@type"`
		Position int    `json:"position"`
		Name     string `json:"name"`
		Item     string `json:"item"`
	}
	list := struct {
		Context string `json:"@context"`
		Type    string `json:"@type"`
		Items   []item `json:"itemListElement"`
	}{Context: "https://schema.org", Type: "BreadcrumbList"}
	for _, c := range v.Crumbs {
		if c.URL != "" {
			list.Items = append(list.Items, item{"ListItem", len(list.Items) + 1, c.Title, v.Site.Origin + c.URL})
		}
	}
	list.Items = append(list.Items, item{"ListItem", len(list.Items) + 1, v.Title, v.Canonical})
	data, _ := json.Marshal(list) // texts and numbers: this cannot fail. It escapes what could end the element
	return template.JS(data)
}
