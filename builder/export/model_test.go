package export

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

// handbook.json is what programs build on, so the manual has each of its fields.
func TestEachFieldOfTheModelIsInTheManual(t *testing.T) {
	manual, err := os.ReadFile("../../content/manual/handbook-json.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{modelSite{}, modelType{}, modelPage{}, modelFreshness{}, modelReason{}, modelChange{}, modelSignOff{}, modelReader{}, modelHeading{}, modelReference{}, modelOwner{}, modelTag{}, modelRedirect{}} {
		typ := reflect.TypeOf(v)
		for i := range typ.NumField() {
			name, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
			if !strings.Contains(string(manual), "| `"+name+"` |") {
				t.Errorf("the manual does not explain %q of %s", name, typ.Name())
			}
		}
	}
}
