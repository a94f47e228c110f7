package book

import (
	"fmt"
	"slices"
	"strings"

	"handbook/builder/diag"
	"handbook/builder/schema"
)

// checkForms tells where pages are not what their type asks for: fields and headings that are missing, statuses it does
// not know, keys that are nearly those of a field. A folder that is called like one of ours is not taken at its word: the
// built-in types ask for nothing before a page, a cascade or handbook.yaml names them or a page has one of their fields.
func (r *resolver) checkForms() {
	forms := map[*schema.Type]*form{}
	var inOrder []*form
	for _, n := range r.nodes {
		if n.Page == nil {
			continue
		}
		if n.Schema == nil {
			r.checkType(n)
			continue
		}
		f := forms[n.Schema]
		if f == nil {
			f = &form{resolver: r, typ: n.Schema, meant: n.Schema.Own}
			forms[n.Schema] = f
			inOrder = append(inOrder, f)
		}
		f.pages = append(f.pages, n)
		f.meant = f.meant || n.named || slices.ContainsFunc(n.Values, func(v Value) bool { return r.own(v.Name) })
	}
	for _, f := range inOrder {
		if f.meant {
			f.check()
		}
	}
	r.superseded()
	r.compared()
}

// compared tells of comparisons with nothing to compare.
func (r *resolver) compared() {
	for _, n := range r.nodes {
		if n.Page == nil {
			continue
		}
		asked, ok := n.Value("compare")
		if !ok || asked.At.File != n.Page.File {
			continue
		}
		pages := map[*Node]bool{}
		broken := false
		for _, v := range asked.Each() {
			pages[v.Target.Node] = true
			broken = broken || v.Target.Node == nil
		}
		if !broken && len(pages) < 2 { // what is broken is told already
			r.msgs.Add(diag.InvalidValue, asked.At, "compare lays pages side by side, and here is only one", "name at least two pages, this one included if it is meant")
		}
	}
}

// own reports whether a field belongs to some type, not to all.
func (r *resolver) own(name string) bool {
	return !common()[name] && !slices.ContainsFunc(r.Site.Fields, func(f schema.Field) bool { return f.Name == name })
}

// checkType tells of a type that is nearly one of ours. Any other word is a type of its own.
func (r *resolver) checkType(n *Node) {
	if n.Page.Meta.Type == "" || r.types[n.Type] {
		return
	}
	if r.types == nil {
		r.types = map[string]bool{}
	}
	r.types[n.Type] = true
	if near := diag.Nearest(n.Type, r.Site.TypeNames()); near != "" {
		r.msgs.Add(diag.UnknownType, n.Page.Place("type"), fmt.Sprintf("there is no type %q", n.Type),
			fmt.Sprintf("did you mean `type: %s`? A type of your own is declared in handbook.yaml: `types: {%s: {}}`", near, n.Type))
	}
}

// form is one type and all its pages.
type form struct {
	*resolver
	typ   *schema.Type
	pages []*Node // sorted by id
	meant bool    // somebody has said that these pages are of this type
	live  []*Node // those whose life has not ended: nobody has to mend the others any more
}

func (f *form) check() {
	for _, n := range f.pages {
		if !slices.Contains(f.typ.Ended, n.Status) {
			f.live = append(f.live, n)
		}
	}
	for i := range f.typ.Fields {
		if field := &f.typ.Fields[i]; field.Required {
			f.required(field)
		}
	}
	f.headings()
	f.statuses()
	f.nearlyFields()
	for _, n := range f.live {
		if f.typ.Name == "product" {
			f.productRoles(n)
		}
	}
}

// required tells which pages lack a field. Where none has it, that is one thing to tell, not one for each.
func (f *form) required(field *schema.Field) {
	var without []*Node
	for _, n := range f.live {
		if !slices.ContainsFunc(n.Values, func(v Value) bool { return v.Name == field.Name }) {
			without = append(without, n)
		}
	}
	if len(without) > 1 && len(without) == len(f.live) {
		f.msgs.Add(diag.MissingField, diag.Place{File: without[0].Page.File}, fmt.Sprintf("none of the %d pages of type %s has %q", len(without), f.typ.Name, field.Name),
			fmt.Sprintf("%s; or write `types: {%s: {fields: {%s: {required: false}}}}` in handbook.yaml", f.write(field), f.typ.Name, field.Name))
		return
	}
	for _, n := range without {
		f.msgs.Add(diag.MissingField, f.top(n), fmt.Sprintf("this %s lacks %q", f.typ.Name, field.Name), f.write(field))
	}
}

// top is where a message about the frontmatter as a whole stands.
func (f *form) top(n *Node) diag.Place {
	if n.Page.Meta.Type != "" {
		return n.Page.Place("type")
	}
	if n.Page.Meta.Title != "" {
		return n.Page.Place("title")
	}
	return diag.Place{File: n.Page.File}
}

// headings tells which pages lack headings, as required does for fields.
func (f *form) headings() {
	if len(f.typ.Headings) == 0 || len(f.live) == 0 {
		return
	}
	lacks := make([][]string, len(f.live)) // by page: the headings it lacks
	times := map[string]int{}
	wanted := make([]string, len(f.typ.Headings))
	for i, want := range f.typ.Headings {
		wanted[i] = plainWords(want)
	}
	for i, n := range f.live {
		has := n.facts.headings.of(n.Page, headingWords)
		for k, want := range f.typ.Headings {
			if !slices.Contains(has, wanted[k]) {
				lacks[i] = append(lacks[i], want)
				times[want]++
			}
		}
	}
	nowhere := slices.DeleteFunc(slices.Clone(f.typ.Headings), func(h string) bool { return len(f.live) < 2 || times[h] < len(f.live) })
	if len(nowhere) > 0 {
		f.msgs.Add(diag.MissingHeading, diag.Place{File: f.live[0].Page.File}, fmt.Sprintf("none of the %d pages of type %s has %s", len(f.live), f.typ.Name, headingList(nowhere)),
			fmt.Sprintf("write `## %s`, or name the headings that you want with `types: {%s: {headings: […]}}` in handbook.yaml", nowhere[0], f.typ.Name))
	}
	for i, n := range f.live {
		lacks[i] = slices.DeleteFunc(lacks[i], func(h string) bool { return slices.Contains(nowhere, h) || f.nearly(n, h) })
		if len(lacks[i]) > 0 {
			f.msgs.Add(diag.MissingHeading, diag.Place{File: n.Page.File}, fmt.Sprintf("this %s lacks %s", f.typ.Name, headingList(lacks[i])),
				fmt.Sprintf("write `## %s` and what belongs below it", lacks[i][0]))
		}
	}
}

// nearly tells of a heading that is one slip away from one that the page lacks.
func (f *form) nearly(n *Node, want string) bool {
	for i, h := range n.Page.Headings {
		if diag.Nearest(want, []string{h.Text}) != "" {
			f.msgs.Add(diag.MissingHeading, n.Page.HeadingAt(i), fmt.Sprintf("this %s lacks the heading %q", f.typ.Name, want),
				fmt.Sprintf("did you mean %q by %q?", want, h.Text))
			return true
		}
	}
	return false
}

// headingList names headings in a sentence.
func headingList(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = fmt.Sprintf("%q", name)
	}
	if len(quoted) == 1 {
		return "the heading " + quoted[0]
	}
	return "the headings " + strings.Join(quoted[:len(quoted)-1], ", ") + " and " + quoted[len(quoted)-1]
}

// statuses tells of statuses that the type does not have. One that is like none of them is a word of this handbook's
// own, and told once.
func (f *form) statuses() {
	names := f.typ.StatusNames()
	if len(names) == 0 {
		return
	}
	first, more := map[string]*Node{}, map[string]int{}
	meant := map[string]string{} // what a status was meant to be
	var order []string
	for _, n := range f.pages {
		if n.Status == "" || slices.Contains(names, n.Status) {
			continue
		}
		near, known := meant[n.Status]
		if !known {
			near = diag.Nearest(n.Status, names)
			meant[n.Status] = near
		}
		switch {
		case near != "":
			f.msgs.Add(diag.UnknownStatus, f.statusAt(n), fmt.Sprintf("a %s cannot be %q", f.typ.Name, n.Status), fmt.Sprintf("did you mean `status: %s`?", near))
		case first[n.Status] == nil:
			first[n.Status] = n
			order = append(order, n.Status)
		default:
			more[n.Status]++
		}
	}
	for _, status := range order {
		text := fmt.Sprintf("a %s cannot be %q", f.typ.Name, status)
		if k := more[status]; k == 1 {
			text += ", which 1 more page is"
		} else if k > 1 {
			text += fmt.Sprintf(", which %d more pages are", k)
		}
		f.msgs.Add(diag.UnknownStatus, f.statusAt(first[status]), text,
			fmt.Sprintf("write one of %s, or your own with `types: {%s: {statuses: […]}}` in handbook.yaml", strings.Join(names, ", "), f.typ.Name))
	}
}

func (f *form) statusAt(n *Node) diag.Place {
	if n.Page.Meta.Status != "" {
		return n.Page.Place("status")
	}
	return diag.Place{File: n.Page.File}
}

// nearlyFields tells of keys that are one slip away from a field that the page does not set.
func (f *form) nearlyFields() {
	var fields []string
	for _, field := range f.typ.Fields {
		fields = append(fields, field.Name)
	}
	common := schema.CanonicalKeys()
	told := map[string]string{} // key to what it was meant to be
	for _, n := range f.pages {
		for _, i := range n.facts.own {
			w := &n.Page.Fields[i]
			if slices.Contains(fields, w.Key) || len(w.Key) < 4 || f.Site.Keys[w.Key] != "" {
				continue
			}
			near, known := told[w.Key]
			if !known {
				near = diag.Nearest(w.Key, slices.Concat(fields, common))
				told[w.Key] = near
			}
			if near != "" && !sets(n.Page, near) {
				f.msgs.Add(diag.UnknownField, w.KeyAt, fmt.Sprintf("a %s has no field %q", f.typ.Name, w.Key), fmt.Sprintf("did you mean %q?", near))
			}
		}
	}
}

// productRoles tells of a product that lacks one of the two people it needs, or both, or has one for both.
func (f *form) productRoles(n *Node) {
	pm, hasPM := n.Value("pm")
	tpm, hasTPM := n.Value("tpm")
	switch {
	case hasPM && hasTPM:
		for _, who := range pm.Nodes() {
			if slices.Contains(tpm.Nodes(), who) {
				f.msgs.Add(diag.OneManager, tpm.At, fmt.Sprintf("the Product Manager and the Technical Product Manager of this product are one person, %s", who.Title),
					"name somebody else in one of the two: who decides both what is worth building and what can be built has nobody to disagree with")
			}
		}
	case !hasPM && !hasTPM:
		f.msgs.Add(diag.OneManager, f.top(n), "this product has no Product Manager and no Technical Product Manager",
			"write `pm: ID` and `tpm: ID`: nobody decides what is worth building, or judges what can be built and sees to the documents")
	case hasTPM:
		f.msgs.Add(diag.OneManager, tpm.At, "this product has a Technical Product Manager and no Product Manager",
			"write `pm: ID`: whoever judges what is feasible should not decide alone what is worth building")
	default:
		f.msgs.Add(diag.OneManager, pm.At, "this product has a Product Manager and no Technical Product Manager",
			"write `tpm: ID`: whoever decides what is worth building should not judge alone what is feasible, and nobody sees to the documents")
	}
}

// superseded tells of pages that take the place of each other in a circle.
func (r *resolver) superseded() {
	next := func(n *Node) []Relation {
		return slices.DeleteFunc(slices.Clone(n.Relations), func(rel Relation) bool { return rel.Field.Name != "supersedes" || rel.Record != nil })
	}
	const done = -1
	at := map[*Node]int{} // the place in the trail, from 1, while below it
	var trail []*Node
	var visit func(n *Node)
	visit = func(n *Node) {
		trail = append(trail, n)
		at[n] = len(trail)
		for _, rel := range next(n) {
			switch place := at[rel.To]; place {
			case 0:
				visit(rel.To)
			case done:
			default:
				var names []string
				for _, c := range trail[place-1:] {
					names = append(names, idText(c))
				}
				names = append(names, names[0])
				if len(names) > 7 {
					names = slices.Concat(names[:4], []string{"…"}, names[len(names)-2:])
				}
				r.msgs.Add(diag.SupersedesCircle, rel.At, "these pages supersede each other: "+strings.Join(names, " → "),
					"take out the `supersedes` of the older page")
			}
		}
		trail = trail[:len(trail)-1]
		at[n] = done
	}
	for _, n := range r.nodes {
		if len(n.Relations) > 0 && at[n] == 0 {
			visit(n)
		}
	}
}
