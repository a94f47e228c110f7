package schema

import (
	"strings"
	"testing"
)

func TestDirection(t *testing.T) {
	for _, tag := range strings.Fields("ar ar-EG arc ckb dv fa fa-AF he iw nqo ps sd syr ug ur yi az-Arab ku-Arab pa-Arab pa-PK ar-Syrc ff-Adlm HE") {
		if d := Direction(tag); d != "rtl" {
			t.Errorf("%s is written %s", tag, d)
		}
	}
	for _, tag := range strings.Fields("en de fr ja zh-Hant ru az ku tr uz ur-Latn he-Latn ks-Deva sd-Deva xx nonsense_ -") {
		if d := Direction(tag); d != "ltr" {
			t.Errorf("%s is written %s", tag, d)
		}
	}
	if d := Direction(""); d != "ltr" {
		t.Errorf("no language is written %s", d)
	}
}
