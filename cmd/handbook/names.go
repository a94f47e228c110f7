package main

import (
	"net"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"handbook/builder"
	"handbook/builder/diag"
	"handbook/builder/schema"
	"handbook/builder/source"
)

// knownPage is a page that can be named on the command line.
type knownPage struct {
	id    string   // "_index" for the home page; "" for a file whose id another one has
	path  string   // of the file, below the content folder
	urls  []string // its address and its old ones
	node  int      // in Book.Nodes; -1 for a page that cannot be read
	title string
}

// knownPages lists the pages of a handbook, and those that are no part of it because they cannot be read.
func knownPages(result builder.Result) []knownPage {
	var known []knownPage
	files, ids := map[string]bool{}, map[string]bool{"": true}
	old := map[string][]string{}
	for _, r := range result.Book.Redirects {
		old[r.To.ID] = append(old[r.To.ID], r.From)
	}
	for i, n := range result.Book.Nodes {
		if n.Page != nil {
			id := pageID(n.ID)
			files[n.Page.File], ids[id] = true, true
			known = append(known, knownPage{id: id, path: n.Page.Path, urls: append([]string{n.URL}, old[n.ID]...), node: i, title: n.Title})
		}
	}
	for m := range diag.Each(result.Messages) {
		below, ok := strings.CutPrefix(m.File, "content/")
		if !ok || files[m.File] || !strings.EqualFold(path.Ext(below), ".md") {
			continue
		}
		files[m.File] = true
		id := idOf(below)
		if ids[id] {
			id = ""
		}
		known = append(known, knownPage{id: id, path: below, node: -1})
	}
	return known
}

// pageID is how commands and messages call a page.
func pageID(id string) string {
	if id == "" {
		return "_index"
	}
	return id
}

// idOf is how a page is called by its file.
func idOf(file string) string {
	id := strings.TrimSuffix(file, path.Ext(file))
	switch strings.ToLower(path.Base(id)) {
	case "_index", "index", "readme":
		id = strings.TrimPrefix(path.Dir("/"+id), "/")
	}
	return pageID(id)
}

// findPage finds the one page that somebody means: by file, by id, by address or by the end of its id, in this order.
// Otherwise it returns an error of use with what comes into question.
func findPage(known []knownPage, job builder.Job, site *schema.Site, name string) (knownPage, error) {
	slashed := strings.ReplaceAll(name, `\`, "/")
	id := strings.Trim(slashed, "/")
	file, onDisk := fileBelow(job.Content, name)
	if !onDisk {
		file, onDisk = fileBelow(job.Content, slashed)
	}
	address, isAddress := addressIn(site.BaseURL, name)
	readings := []func(knownPage) bool{
		func(p knownPage) bool { return onDisk && p.path == file },
		func(p knownPage) bool { return id != "" && p.id == id },
		func(p knownPage) bool { return onDisk && p.id == pageID(strings.TrimSuffix(file, ".")) }, // a folder
		func(p knownPage) bool {
			return p.path == path.Clean(slashed) || "content/"+p.path == path.Clean(slashed) // as messages name it
		},
		func(p knownPage) bool {
			// People write addresses with the folder that the site is published in and, as in aliases, without.
			return isAddress && slices.ContainsFunc(p.urls, func(u string) bool {
				return sameAddress(u, address) || sameAddress(u, strings.TrimSuffix(site.BasePath, "/")+address)
			})
		},
		func(p knownPage) bool { return id != "" && strings.HasSuffix(p.id, "/"+id) },
	}
	for _, reading := range readings {
		var found []knownPage
		var ids []string
		for _, p := range known {
			if reading(p) {
				found, ids = append(found, p), append(ids, p.id)
			}
		}
		if len(found) == 1 {
			return found[0], nil
		}
		if len(found) > 1 {
			return knownPage{}, misuse("%q may be %s; write the whole id", name, strings.Join(ids, " or "))
		}
	}
	if onDisk {
		return knownPage{}, misuse("%s is no page of the handbook: it is an asset, a draft, or ignored", name)
	}
	return knownPage{}, misuse("no page %q; %s", name, nearestPage(known, idOf(id)))
}

// nearestPage is the next step for a name that no page has.
func nearestPage(known []knownPage, id string) string {
	var near []string
	means := map[string]string{}
	for _, p := range known {
		for _, s := range []string{p.id, path.Base(p.id), p.title} {
			if p.id != "" && means[s] == "" {
				near, means[s] = append(near, s), p.id
			}
		}
	}
	if s := diag.NearestName(id, near); s != "" {
		return "did you mean " + means[s] + "?"
	}
	return "name a page by its id (such as specs/checkout), its file or its address"
}

// fileBelow is the path of a file or folder below the content folder, if there is one; "." is the folder itself.
func fileBelow(content, name string) (string, bool) {
	if name == "" {
		return "", false
	}
	for _, whole := range []func(string) string{wholePath, source.RealPath} {
		file := whole(filepath.FromSlash(name))
		if below, err := filepath.Rel(whole(content), file); err == nil && filepath.IsLocal(below) && exists(file) {
			return filepath.ToSlash(below), true
		}
	}
	return "", false
}

func wholePath(p string) string {
	if whole, err := filepath.Abs(p); err == nil {
		return whole
	}
	return p
}

// addressIn is the path of an address of the site: "/specs/checkout/", also as the whole address, there or in a
// preview.
func addressIn(base, name string) (string, bool) {
	u, err := url.Parse(name)
	if err != nil {
		return "", false
	}
	if u.Host != "" {
		site, err := url.Parse(base)
		ip := net.ParseIP(u.Hostname())
		preview := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
		if !preview && (err != nil || !strings.EqualFold(u.Host, site.Host)) {
			return "", false
		}
		return "/" + strings.TrimPrefix(u.Path, "/"), true
	}
	return u.Path, strings.HasPrefix(u.Path, "/")
}

// sameAddress compares an address as links write it with a path that is not escaped.
func sameAddress(escaped, path string) bool {
	u, err := url.Parse(escaped)
	trim := func(p string) string { return strings.TrimSuffix(strings.TrimSuffix(p, "index.html"), "/") }
	return err == nil && trim(u.Path) == trim(path)
}
