package theme

import (
	"testing"

	"handbook/builder/schema"
	"handbook/themes"
)

func TestBuiltInThemeHasNoFault(t *testing.T) {
	_, msgs := Load(themes.Default(), nil, schema.Default())
	for _, m := range msgs {
		t.Errorf("%s:%d: %s (%s)", m.File, m.Start, m.Text, m.Help)
	}
}
