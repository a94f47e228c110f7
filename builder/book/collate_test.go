package book

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// sorted puts texts that stand in one line, parted by commas, in the order of a language.
func sorted(language, texts string) string {
	list := strings.Split(texts, ", ")
	titles := CollationOf(language)
	slices.SortFunc(list, func(a, b string) int { return strings.Compare(titles.Key(a), titles.Key(b)) })
	return strings.Join(list, ", ")
}

func TestTextsAreInTheOrderOfTheirLanguage(t *testing.T) {
	for language, want := range map[string]string{
		"en":      "(About), 2 steps, 10 steps, co-op, coat, Émile, emu, Step 2, step 10, zebra",
		"de":      "Ähre, Apfel, Öl, Ost, Straße, Strauch, über, Ufer, Zebra",
		"sv":      "Apfel, Ost, Zebra, Ås, Ähre, Öl",
		"nb":      "Ask, Zoo, Ærlig, Ørret, Ål",
		"da":      "Ask, Zoo, Ærlig, Ørred, Aarhus",
		"es":      "nota, nube, ñandú, oso",
		"cs":      "cena, dům, hrad, chata, zima",
		"sk":      "cena, čas, dom, hrad, chata",
		"bs":      "cena, čas, dan, đak, zima",
		"tr":      "hız, ısı, ince, Zil",
		"xx-none": "Öl, Ost, Zebra",
		"":        "Öl, Ost, Zebra",
	} {
		list := strings.Split(want, ", ")
		slices.Reverse(list)
		if got := sorted(language, strings.Join(list, ", ")); got != want {
			t.Errorf("%s: got %s, want %s", language, got, want)
		}
	}
	if titles := CollationOf("fr"); titles.Key("é") != titles.Key("e\u0301") || titles.Key(" a ") != titles.Key("a") {
		t.Error("two spellings of one letter are in different places")
	}
}

func TestTheLettersOfAnIndexAreThoseOfTheLanguage(t *testing.T) {
	for _, test := range []struct{ language, text, want string }{
		{"en", "élan", "E"}, {"en", "“Quoted”", "Q"}, {"en", "10 things", ""}, {"en", "…", ""}, {"de", "Öl", "O"}, {"sv", "öl", "Ö"}, {"es", "ñandú", "Ñ"},
		{"cs", "chata", "Ch"}, {"cs", "CHATA", "Ch"}, {"en", "chat", "C"}, {"tr", "ince", "İ"}, {"tr", "ısı", "I"}, {"ja", "日本", "日"}, {"ru", "ёж", "Е"},
	} {
		if got, _ := CollationOf(test.language).Letter(test.text); got != test.want {
			t.Errorf("%s: %s stands under %q, want %q", test.language, test.text, got, test.want)
		}
	}
}

func BenchmarkKeys(b *testing.B) {
	titles := CollationOf("en")
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		titles.Key(fmt.Sprintf("Page %d of the handbook", i%10000))
	}
}
