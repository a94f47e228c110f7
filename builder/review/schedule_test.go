package review

import (
	"fmt"
	"testing"

	"handbook/builder/book"
	"handbook/builder/page"
	"handbook/builder/schema"
)

// plan judges n pages of one owner that were all reviewed on one day, and returns the weeks before the due week.
func plan(t *testing.T, n int, every string) map[string]int {
	t.Helper()
	interval, err := schema.ParseInterval(every)
	if err != nil {
		t.Fatal(err)
	}
	owner := &book.Node{ID: "teams/payments", Type: "team"}
	b := &book.Book{Site: english()}
	for i := range n {
		b.Nodes = append(b.Nodes, &book.Node{ID: fmt.Sprintf("p%d", i), Owner: owner, Reviewed: schema.Date{Year: 2026, Month: 6, Day: 10}, ReviewEvery: interval, Page: &page.Face{}})
	}
	vs, _ := Judge(t.Context(), Input{Book: b, Pages: blank, Today: schema.Date{Year: 2026, Month: 11, Day: 22}})
	weeks := map[string]int{}
	for n, v := range vs {
		days := v.Plan.DaysUntil(Week(v.Next))
		if days%7 != 0 || days < 0 {
			t.Fatalf("%s is planned for %s and due on %s", n.ID, v.Plan, v.Next)
		}
		if quarter := v.Reviewed.DaysUntil(v.Next) / 4; days > quarter {
			t.Errorf("%s is planned %d days early, more than a quarter of its interval", n.ID, days)
		}
		weeks[n.ID] = days / 7
	}
	return weeks
}

func TestPagesThatFallDueTogetherAreSpread(t *testing.T) {
	if got := plan(t, 1, "6 months")["p0"]; got != 0 {
		t.Errorf("a page alone is planned %d weeks early", got)
	}
	load := map[int]int{}
	for _, w := range plan(t, 21, "6 months") {
		load[w]++
	}
	for w, n := range load { // a quarter of six months is six whole weeks: seven weeks to choose from
		if n != 3 {
			t.Errorf("%d pages in the week %d before, want 3 in each of 7", n, w)
		}
	}
	for id, w := range plan(t, 5, "12d") {
		if w != 0 {
			t.Errorf("%s is reviewed every twelve days and is planned %d weeks early", id, w)
		}
	}
}

func TestOnePageMoreMovesNoOtherByMoreThanAWeek(t *testing.T) {
	before := plan(t, 1, "1 year")
	for n := 2; n < 60; n++ {
		after := plan(t, n, "1 year")
		for id, w := range before {
			if d := after[id] - w; d > 1 || d < -1 {
				t.Errorf("with %d pages instead of %d, %s moves by %d weeks", n, n-1, id, d)
			}
		}
		before = after
	}
}

func TestAWeekBeginsOnMonday(t *testing.T) {
	for _, day := range []int{16, 17, 22} { // Monday, Tuesday, Sunday
		if got := Week(schema.Date{Year: 2026, Month: 11, Day: day}).String(); got != "2026-11-16" {
			t.Errorf("the week of 2026-11-%d begins on %s, want 2026-11-16", day, got)
		}
	}
}
