package diag

import "testing"

func TestNearestIsNearInMeaning(t *testing.T) {
	for _, c := range []struct {
		word, other string
		near        bool
	}{
		{"refnuds", "refunds", true},
		{"Escalation", "escalations", true},
		{"teh", "the", true},
		{"on-call-rota", "oncall-rota", true},
		{"incidents-proces", "incident-process", true},
		{"überblik", "überblick", true},
		{"проверка", "проверки", true},
		{"g", "x", false},
		{"g", "ge", false},
		{"hr", "it", false},
		{"cats", "dogs", false},
		{"rust-vision", "asyn-vision", false},
		{"reports-q3", "reports-q2", false},
		{"release 12", "release 13", false},
		{"arm-notes", "arm64-notes", false},
		{"get-property", "set-property", true},
		{"copy-property", "move-property", false},
	} {
		if got := Nearest(c.word, []string{c.other}); (got != "") != c.near {
			t.Errorf("%q and %q: near is %t", c.word, c.other, got != "")
		}
	}
}

func TestNearPhrases(t *testing.T) {
	var s Speller
	for _, c := range []struct {
		a, b string
		near bool
	}{
		{"gain access to the cluster", "gain access to a cluster", true},
		{"overall recommendation of us", "overall hiring recommendation of us", true},
		{"5 stipends and travel", "4 stipends and travel", true},
		{"fiscal year 2026", "fiscal year 2027", false},
		{"how to schedule an interview", "how to schedule a debrief", false},
		{"with pip", "with git", false},
		{"goals of the team", "tasks of our firm", false},
	} {
		a, b := []rune(c.a), []rune(c.b)
		if most := min(len(a)/3, 8); (s.NearPhrase(a, b, most) <= most) != c.near {
			t.Errorf("%q and %q: near is %t", c.a, c.b, !c.near)
		}
	}
}

func TestANameIsKnownByAPart(t *testing.T) {
	for _, c := range [][2]string{
		{"sms-fallback", "specs/sms-fallback-rollout"}, {"fallback-by-sms-spec", "sms-fallback"}, {"sara", "Sarah Lund"}, {"lund", "people/sarah-lund"},
		{"refunds-fast", "specs/fast-refunds"}, {"Fast refund", "specs/fast-refunds"},
	} {
		if got := NearestName(c[0], []string{"people/bo", "teams/it", c[1]}); got != c[1] {
			t.Errorf("%q: %q, want %q", c[0], got, c[1])
		}
	}
	for _, c := range [][2]string{{"it", "it-support"}, {"zzz", "Sarah Lund"}, {"sms", "a-very-long-name-about-the-sms"}, {"reports-q3", "reports-q2"}} {
		if got := NearestName(c[0], []string{c[1]}); got != "" {
			t.Errorf("%q: %q, want nothing", c[0], got)
		}
	}
	if got := NearestName("checkout", []string{"pay/checkout-and-refunds", "checkout-spec"}); got != "checkout-spec" {
		t.Errorf("%q has more than need be", got)
	}
}
