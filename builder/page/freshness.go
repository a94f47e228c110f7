package page

import (
	"bytes"
	"regexp"
	"slices"
)

// freshnessForm is the comment in which g3doc says who owns a page and when it was reviewed.
var freshnessForm = regexp.MustCompile(`(?m)^<!--\*[ \t\n]*freshness:[ \t\n]*\{([^{}]{1,400})\}[ \t\n]*\*-->`)

var freshnessKey = regexp.MustCompile(`\b(owner|reviewed)[ \t]*:[ \t]*(?:'([^'\n]*)'|"([^"\n]*)")`)

// maxFreshness is how far below the frontmatter such a comment is looked for.
const maxFreshness = 4000

// freshness reads that comment, as keys of the page that its frontmatter does not have.
func freshness(data []byte, top front) []pair {
	head := data[top.body:min(len(data), top.body+maxFreshness)]
	if !bytes.Contains(head, []byte("freshness:")) {
		return nil
	}
	m := freshnessForm.FindSubmatchIndex(head)
	if m == nil || bytes.Contains(head[:m[0]], []byte("```")) {
		return nil
	}
	var pairs []pair
	at := top.body - top.base
	for _, k := range freshnessKey.FindAllSubmatchIndex(head[m[2]:m[3]], 10) {
		start, end := max(k[4], k[6])+m[2], max(k[5], k[7])+m[2]
		p := pair{key: string(head[m[2]+k[2] : m[2]+k[3]]), start: at + m[2] + k[2], end: at + m[2] + k[3]}
		p.value = value{kind: kindText, raw: string(head[start:end]), start: at + start, end: at + end}
		if d, ok := day(p.value.raw); ok {
			p.value.kind, p.value.date = kindDate, d
		}
		same := func(other pair) bool { return other.key == p.key }
		if !slices.ContainsFunc(top.pairs, same) && !slices.ContainsFunc(pairs, same) {
			pairs = append(pairs, p)
		}
	}
	return pairs
}
