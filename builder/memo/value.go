package memo

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
)

// Value adds a value field by field, unexported fields included, such that different values give different sums: a field that
// somebody adds to a type is in its sum without anybody remembering to put it there. What a pointer leads to counts, not where
// it is. Functions and channels say nothing of what they do, so a value that holds any is refused with a panic.
func (h *Hash) Value(v any) { h.Reflect(reflect.ValueOf(v)) }

// Reflect is Value for what may be unexported.
func (h *Hash) Reflect(v reflect.Value) {
	if k := v.Kind(); h.Known != nil && (k == reflect.Struct || k == reflect.Pointer) {
		if sum, ok := h.Known(v); ok {
			h.Uint(sum)
			return
		}
	}
	switch v.Kind() {
	case reflect.String:
		h.String(v.String())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		h.Uint(uint64(v.Int()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		h.Uint(v.Uint())
	case reflect.Float32, reflect.Float64:
		h.Uint(math.Float64bits(v.Float()))
	case reflect.Bool:
		if v.Bool() {
			h.Uint(1)
		} else {
			h.Uint(0)
		}
	case reflect.Slice:
		h.Uint(uint64(v.Len()))
		fallthrough
	case reflect.Array:
		for i := range v.Len() {
			h.Reflect(v.Index(i))
		}
	case reflect.Map:
		h.Uint(uint64(v.Len()))
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		for _, k := range keys {
			h.Reflect(k)
			h.Reflect(v.MapIndex(k))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			h.Reflect(v.Field(i))
		}
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			h.Uint(0)
			return
		}
		h.Uint(1)
		if v.Kind() == reflect.Interface {
			h.String(v.Elem().Type().String())
		}
		h.Reflect(v.Elem())
	case reflect.Invalid:
		h.Uint(0)
	default:
		panic("memo: no sum can be made of " + v.Type().String())
	}
}
