package schema

import (
	"strings"

	"golang.org/x/text/language"
)

// rightToLeft are the scripts that are, by ISO 15924.
const rightToLeft = "Adlm Arab Aran Armi Avst Chrs Hatr Hebr Hung Mand Mani Mend Merc Nbat Nkoo Palm Phli Phlp Phnx Prti Rohg Samr Sarb Sogd Sogo Syrc Syre Syrj Syrn Thaa Yezi"

// Direction is how a language is written: "rtl" or "ltr". Of a tag without a script it is that of the usual one: Arabic
// for ur, Hebrew for yi, Latin for az and Arabic for az-Arab.
func Direction(tag string) string {
	if script, sure := language.Make(tag).Script(); sure > language.No && strings.Contains(rightToLeft, script.String()) {
		return "rtl"
	}
	return "ltr"
}
