package memo_test

import (
	"reflect"
	"testing"

	"handbook/builder/memo"
)

type held struct {
	Name  string
	count int
	on    bool
	ratio float64
	list  []string
	table map[string]any
	to    *held
	any   any
	pair  [2]int
}

func sumOfValue(v any) memo.Sum {
	var h memo.Hash
	h.Value(v)
	return h.End()
}

func TestEveryFieldIsInTheSumOfAValue(t *testing.T) {
	full := func() held {
		return held{Name: "a", count: 1, on: true, ratio: 0.5, list: []string{"x"}, table: map[string]any{"k": []any{int64(1)}, "l": "m"}, to: &held{Name: "b"}, any: int64(3), pair: [2]int{1, 2}}
	}
	if one, other := full(), full(); sumOfValue(one) != sumOfValue(other) {
		t.Fatal("equal values have different sums")
	}
	for name, change := range map[string]func(*held){
		"name":        func(h *held) { h.Name = "b" },
		"number":      func(h *held) { h.count = 2 },
		"truth":       func(h *held) { h.on = false },
		"fraction":    func(h *held) { h.ratio = 0.25 },
		"entry":       func(h *held) { h.list[0] = "y" },
		"more":        func(h *held) { h.list = append(h.list, "") },
		"value":       func(h *held) { h.table["k"] = []any{int64(2)} },
		"key":         func(h *held) { h.table["n"] = h.table["l"]; delete(h.table, "l") },
		"led to":      func(h *held) { h.to.count = 1 },
		"led nowhere": func(h *held) { h.to = nil },
		"type":        func(h *held) { h.any = uint64(3) },
		"pair":        func(h *held) { h.pair[1] = 3 },
	} {
		other := full()
		change(&other)
		if sumOfValue(full()) == sumOfValue(other) {
			t.Errorf("another %s has the same sum", name)
		}
	}
	if reflect.TypeFor[held]().NumField() != 9 {
		t.Error("a field is not looked at here")
	}
}
