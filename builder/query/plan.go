package query

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/schema"

	"golang.org/x/text/unicode/norm"
)

// PlanState is how a document of a product's plan stands.
type PlanState string

// The states of a document, the worst first.
const (
	PlanOverdue  PlanState = "overdue"  // it is not there, or a draft, and its day has come
	PlanMissing  PlanState = "missing"  // it is not there yet
	PlanDraft    PlanState = "draft"    // it is there, and not finished
	PlanWaived   PlanState = "waived"   // somebody has agreed that it may be missing
	PlanOptional PlanState = "optional" // it is not there, and nobody misses it
	PlanPresent  PlanState = "present"
)

// Document is one line of a product's plan: a document that has to exist.
type Document struct {
	Product *book.Node
	Type    string // of the document
	Title   string // what it is called; the label of its type when the plan does not say
	Page    *book.Node
	Near    *book.Node // where there is no page: one that may be meant and has another title; nil for none
	State   PlanState
	Due     schema.Date  // zero when the plan gives no day
	Waiver  schema.Date  // the day until which it may be missing, while it may
	Waived  *book.Node   // who has agreed to that; nil for nobody
	Owner   *book.Node   // who writes it: as the plan says, else the product's TPM, else its owner; nil for nobody
	At      diag.Place   // of its type
	Record  diag.Place   // of all that the plan says of it
	Later   []PlanChange // what only time changes, in the order of the days

	finished, optional bool
	last               schema.Date // the day from which nothing excuses that it is missing: Due, or the end of a waiver behind that

	fields map[string]Value
}

// PlanChange is a day on which a document's state changes if nobody writes it.
type PlanChange struct {
	Day   schema.Date
	State PlanState
}

// Plan lists the documents that products require, in the order of products and their plans. What a smaller launch than
// the product's does not need is left out.
func (e *Engine) Plan() []Document {
	var list []Document
	may := map[*schema.Type]bool{nil: false} // require documents, of the types seen so far
	for _, r := range e.rows() {
		n := r.node
		has, seen := may[n.Schema]
		if !seen {
			has = n.Schema.Field("requires") != nil
			may[n.Schema] = has
		}
		if !has || slices.Contains(n.Schema.Ended, n.Status) {
			continue
		}
		requires, _ := n.Value("requires")
		for _, record := range requires.List {
			if d, needed := e.document(n, record); needed {
				list = append(list, d)
			}
		}
	}
	return list
}

// document judges one line of a plan.
func (e *Engine) document(product *book.Node, record book.Value) (Document, bool) {
	get := func(v book.Value, name string) book.Value { out, _ := v.Value(name); return out }
	typ := get(record, "type").Text
	t, _ := e.Book.Site.TypeNamed(typ)
	d := Document{Product: product, Type: typ, Title: cmp.Or(get(record, "title").Text, t.Label), Due: get(record, "due").Date, At: get(record, "type").At, Record: record.At, fields: map[string]Value{}}
	if typ == "" {
		return d, false
	}
	for i := range record.Keys {
		d.fields[record.Keys[i].Name] = valueOf(&record.Keys[i])
	}
	tier, _ := product.Value("tier")
	if tiers := []string{"small", "medium", "large"}; tier.Text != "" && get(record, "tier").Text != "" &&
		slices.Index(tiers, tier.Text) < slices.Index(tiers, get(record, "tier").Text) {
		return d, false
	}
	tpm, _ := product.Value("tpm")
	for _, who := range []*book.Node{get(record, "from").Target.Node, tpm.Target.Node, product.Owner} {
		if d.Owner == nil {
			d.Owner = who
		}
	}
	draft := true
	var found []*book.Node
	found, d.Near = e.documents(product, typ, get(record, "page").Target.Node, get(record, "title").Text)
	for _, n := range found {
		if unfinished := isDraft(n); d.Page == nil || draft && !unfinished {
			d.Page, draft = n, unfinished
		}
	}
	d.optional = get(record, "optional").Bool
	d.finished = d.Page != nil && !draft
	waiver := get(record, "waiver")
	d.Waiver, d.Waived = get(waiver, "until").Date, get(waiver, "owner").Target.Node
	if d.last = d.Due; !d.Due.IsZero() && d.Due.Before(d.Waiver) {
		d.last = d.Waiver
	}
	d.State = d.on(e.Today)
	for _, day := range []schema.Date{d.Due, d.Waiver} {
		if e.Today.Before(day) && d.on(day) != d.on(day.AddDays(-1)) {
			d.Later = append(d.Later, PlanChange{day, d.on(day)})
		}
	}
	slices.SortFunc(d.Later, func(a, b PlanChange) int { return a.Day.Compare(b.Day) })
	if d.State != PlanWaived {
		d.Waiver = schema.Date{}
	}
	return d, true
}

// on is how the document stands on a day, if nobody writes it.
func (d *Document) on(day schema.Date) PlanState {
	late := !d.Due.IsZero() && !day.Before(d.Due)
	switch {
	case d.finished:
		return PlanPresent
	case day.Before(d.Waiver):
		return PlanWaived
	case d.optional && d.Page == nil:
		return PlanOptional
	case late && !d.optional:
		return PlanOverdue
	case d.Page != nil:
		return PlanDraft
	}
	return PlanMissing
}

// documents are the pages that a line of a plan may mean: the one that it names, else those of the type that say which
// product they are about, and of these the ones with the title when it is given, whatever their letter case, marks and stop
// words. Where none has the title, near is the one whose title is most like it.
func (e *Engine) documents(product *book.Node, typ string, page *book.Node, title string) (pages []*book.Node, near *book.Node) {
	if page != nil {
		return []*book.Node{page}, nil
	}
	var found, called []*book.Node
	plain := plainTitle(title)
	for _, rel := range product.Relating {
		if rel.From.Type == typ && rel.Record == nil && !slices.Contains(found, rel.From) {
			found = append(found, rel.From)
			if title != "" && e.plainTitle(rel.From) == plain {
				called = append(called, rel.From)
			}
		}
	}
	if title == "" {
		return found, nil
	}
	if len(called) == 0 {
		near = e.likeliest(plain, found)
	}
	return called, near
}

// likeliest is the page whose title shares most words with another, at least half of them; nil when none does.
func (e *Engine) likeliest(plain string, pages []*book.Node) (best *book.Node) {
	words := strings.Fields(plain)
	most := 0.5
	for _, n := range pages {
		theirs := strings.Fields(e.plainTitle(n))
		same := 0
		for _, w := range theirs {
			if slices.Contains(words, w) {
				same++
			}
		}
		if share := float64(same) / float64(max(len(words), len(theirs))); share >= most && (best == nil || share > most) {
			best, most = n, share
		}
	}
	return best
}

// isDraft reports whether a document is there and not finished.
func isDraft(n *book.Node) bool { return n.Draft || !typeOf(n).Finished(n.Status) }

// typeOf is the type of a page; that of pages of no type in particular where it is not declared.
func typeOf(n *book.Node) *schema.Type {
	if n.Schema != nil {
		return n.Schema
	}
	t, _ := new(schema.Site).TypeNamed(n.Type)
	return &t
}

// stopWords tell no title from another.
var stopWords = strings.Fields("a an and at by for from in of on or our the to with your " +
	"am an auf aus bei das dem den der des die ein eine einer eines für im in mit über und unser unsere von vom zu zum zur")

// plainTitle is a title without what people change when they write it down again: letter case, accents, marks, and words
// such as "for" and "on".
func plainTitle(title string) string {
	words := strings.FieldsFunc(strings.ToLower(norm.NFKD.String(title)), func(r rune) bool { return !unicode.In(r, unicode.L, unicode.N, unicode.Mn) })
	for i, w := range words {
		words[i] = strings.Map(func(r rune) rune {
			if unicode.Is(unicode.Mn, r) {
				return -1
			}
			return r
		}, w)
	}
	if kept := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return slices.Contains(stopWords, w) }); len(kept) > 0 {
		words = kept
	}
	return strings.Join(words, " ")
}

// plainTitle is the plain title of a page, which each line of a plan looks at.
func (e *Engine) plainTitle(n *book.Node) string {
	if known, ok := e.plain.Load(n); ok {
		return known.(string)
	}
	plain := plainTitle(n.Title)
	e.plain.Store(n, plain)
	return plain
}

// sign is the state of a page that a badge is drawn as; "" for a document that is there, whose own badge counts.
func (s PlanState) sign() string {
	return map[PlanState]string{PlanOverdue: "overdue", PlanMissing: "unowned", PlanDraft: "draft", PlanWaived: "exempt", PlanOptional: "exempt"}[s]
}

// chip is the document as it stands in a cell.
func (d *Document) chip() Value {
	v := Value{Set: true, Word: string(d.State), Day: d.Due, State: d.State.sign()}
	if d.State == PlanDraft && !d.Page.Draft {
		v.Word = d.Page.Status // in the word of its type
	}
	for _, c := range d.Later {
		v.Later = append(v.Later, Change{c.Day, string(c.State), c.State.sign()})
	}
	if d.Page != nil {
		v.Node, v.Text = d.Page, d.Page.Title
	}
	return v
}

// addPlan adds the documents that products require.
func (s *source) addPlan(e *Engine) {
	states := []string{string(PlanOverdue), string(PlanMissing), string(PlanDraft), string(PlanWaived), string(PlanOptional), string(PlanPresent)}
	plan := e.Plan()
	for i := range plan {
		d := &plan[i]
		s.rows = append(s.rows, &row{node: d.Product, verdict: e.row(d.Product).verdict, doc: d})
	}
	add := func(name, label string, kind Kind, options, to []string, get func(*Document) Value) {
		s.field(&Field{Name: name, Label: label, Kind: kind, Options: options, to: to, get: func(r *row) Value {
			if r.doc == nil {
				return Value{}
			}
			return get(r.doc)
		}})
	}
	add("product", "Product", Ref, nil, []string{"product"}, func(d *Document) Value { return ref(d.Product) })
	add("document", "Document", Text, nil, nil, func(d *Document) Value {
		v := text(d.Title)
		if d.Page != nil {
			v.URL = d.Page.URL
		}
		return v
	})
	add("type", "", Choice, e.types(), nil, func(d *Document) Value { return text(d.Type) })
	add("state", "State", Choice, states, nil, func(d *Document) Value {
		v := d.chip()
		v.Day = schema.Date{}
		if v.Node = nil; d.State == PlanPresent {
			v.State = "fresh"
		}
		v.Text = string(d.State)
		return v
	})
	s.fields["state"].ages, s.fields["state"].by = true, []string{"due", "waived_until"}
	add("due", "Due", Day, nil, nil, func(d *Document) Value { return day(d.Due) })
	add("from", "From", Ref, nil, nil, func(d *Document) Value { return ref(d.Owner) })
	add("start", "Start", Day, nil, nil, func(d *Document) Value {
		if v := d.fields["start"]; v.Set || d.Page == nil {
			return v
		}
		return day(e.came(d.Page))
	})
	add("launch", "Launch", Day, nil, nil, func(d *Document) Value { v, _ := d.Product.Value("launch"); return day(v.Date) })
	add("page", "", Ref, nil, nil, func(d *Document) Value { return ref(d.Page) })
	add("waived_until", "Waived until", Day, nil, nil, func(d *Document) Value { return day(d.Waiver) })
	t, _ := e.Book.Site.TypeNamed("product")
	if requires := t.Field("requires"); requires != nil {
		for i := range requires.Fields {
			if f := fieldOf(&requires.Fields[i]); s.fields[f.Name] == nil {
				add(f.Name, f.Label, f.Kind, f.Options, f.to, func(d *Document) Value { return d.fields[f.Name] })
			}
		}
	}
}
