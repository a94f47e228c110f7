package schema

import (
	"strings"
	"testing"
	"time"

	"handbook/builder/diag"
)

func TestDefaultsServeWithoutAFile(t *testing.T) {
	s := Default()
	if s.Name != "Handbook" || s.BasePath != "/" || s.Review.Warn != "14d" || s.Review.Alone != 10 {
		t.Errorf("name %q, base path %q, warning window %q", s.Name, s.BasePath, s.Review.Warn)
	}
	if typ, ok := s.TypeNamed("beta-report"); !ok || typ.Label != "Beta report" || typ.Folder != "beta-reports" {
		t.Errorf("beta-report is %+v", typ)
	}
	if s.Keys["last_reviewed_on"] != "reviewed" {
		t.Error("GOV.UK's last_reviewed_on is not understood by default")
	}
}

func TestAFileOverridesKeyByKey(t *testing.T) {
	s, msgs := Read("handbook.yaml", []byte(`
name: Acme
base_url: https://acme.example/docs
review: {every: 6 months, alone: 3}
presets: [hugo]
frontmatter: {reviewed: [checked_on, seen]}
types:
  spec: {every: 90d, notice: quiet}
  runbook: {label: Runbook, folder: ops/runbooks}
rules: {no-owner: off, broken-link: error}
`))
	if len(msgs) > 0 {
		t.Fatal(msgs)
	}
	if s.BaseURL != "https://acme.example/docs/" || s.BasePath != "/docs/" {
		t.Errorf("address %q and %q", s.BaseURL, s.BasePath)
	}
	if s.Review.Warn != "14d" || s.Review.Every != "6 months" || s.Review.Alone != 3 {
		t.Errorf("review %+v: what is not said must stay", s.Review)
	}
	if spec, _ := s.TypeNamed("spec"); spec.Every != "90d" || spec.Label != "Spec" {
		t.Errorf("spec %+v: what is not said must stay", spec)
	}
	spec, _ := s.TypeNamed("spec")
	runbook, _ := s.TypeNamed("runbook")
	if memo, _ := s.TypeNamed("memo"); spec.Notice != NoticeQuiet || runbook.Notice != NoticeBanner || memo.Notice != NoticeBanner {
		t.Errorf("notices of spec %q, runbook %q, an undeclared type %q", spec.Notice, runbook.Notice, memo.Notice)
	}
	if s.Keys["checked_on"] != "reviewed" || s.Keys["last_reviewed_on"] != "" {
		t.Errorf("keys %v: want the site's own and Hugo's only", s.Keys)
	}
	if s.Rules[diag.NoOwner] != diag.Off || s.Rules[diag.BrokenLink] != diag.Error {
		t.Errorf("rules %v", s.Rules)
	}
	if s.Sum == Default().Sum {
		t.Error("another configuration has the same sum")
	}
}

func TestASiteOfAFolderHasItsPathAndNoAddress(t *testing.T) {
	for address, path := range map[string]string{"file:///srv/hand book/public": "/srv/hand%20book/public/", "file:///C:/docs/": "/C:/docs/", "file:///": "/"} {
		s, err := Default().At(address)
		if err != nil || s.BaseURL != "" || s.BasePath != path {
			t.Errorf("%s: address %q, path %q (%v), want none and %q", address, s.BaseURL, s.BasePath, err, path)
		}
	}
	for _, address := range []string{"file:docs", "file://host/docs", "file://", "C:\\docs"} {
		if _, err := Default().At(address); err == nil {
			t.Errorf("%s passes for an address", address)
		}
	}
}

func TestWrongSettingsAreToldAtTheirPlace(t *testing.T) {
	for _, c := range []struct{ yaml, at, text, help string }{
		{"nmae: x", "nmae", `no setting "nmae"`, `did you mean "name"`},
		{"name: [a, b]", "[a, b]", "one line of text", ""},
		{"review: {evry: 6 months}", "evry", `no setting "evry"`, `"every"`},
		{"review: {every: soon}", "soon", `"soon" is not a length of time`, `"90d"`},
		{"review: {every: 0d}", "0d", "not a length of time", ""},
		{"review: {alone: few}", "few", "not a whole number", "10"},
		{"review: {alone: 0}", "0", "not a whole number", ""},
		{"types: {spec: {notice: loud}}", "loud", `"loud" is no kind of notice`, "banner, badge or quiet"},
		{"base_url: example.com", "example.com", "not the address of a site", "https://"},
		{"markdown: {raw_html: perhaps}", "perhaps", "neither true nor false", ""},
		{"ignore: ['[a']", "'[a'", "no pattern of paths", "drafts/"},
		{"theme: ../../etc", "../../etc", "not the name of a theme", ""},
		{"authors: some", "some", "whose names are shown", "write all, or known"},
		{"font: comic", "comic", "no choice of typefaces", "theme or system"},
		{"edit_url: https://x.example/", "https://x.example/", "{path}", ""},
		{"presets: [obsidan]", "obsidan", "no preset", `"obsidian"`},
		{"frontmatter: {reviwed: a}", "reviwed", "no frontmatter key", `"reviewed"`},
		{"rules: {broken-lnik: off}", "broken-lnik", "no rule", `"broken-link"`},
		{"rules: {broken-link: fatal}", "fatal", "no severity", "error, warning or off"},
		{"types: {memo: {folder: specs}}", "specs", `belongs to the type "spec"`, ""},
		{"types: [spec]", "[spec]", "keys and values", ""},
		{"name: x\nreview:\n\twarn: 3d", "\twarn: 3d", "not valid YAML", ""},
		{"just text", "just text", "keys and values", ""},
	} {
		s, msgs := Read("handbook.yaml", []byte(c.yaml))
		if len(msgs) != 1 {
			t.Errorf("%s: %d messages: %v", c.yaml, len(msgs), msgs)
			continue
		}
		m := msgs[0]
		if got := c.yaml[m.Start:m.End]; got != c.at {
			t.Errorf("%s: the place is %q, want %q", c.yaml, got, c.at)
		}
		if !strings.Contains(m.Text, c.text) || !strings.Contains(m.Help, c.help) || m.Help == "" {
			t.Errorf("%s: says %q, help %q", c.yaml, m.Text, m.Help)
		}
		if s.Name == "" {
			t.Errorf("%s: the defaults are gone", c.yaml)
		}
	}
}

func TestDates(t *testing.T) {
	for in, want := range map[string]string{
		"2026-11-22": "2026-11-22", "2026-11-22T10:00:00Z": "2026-11-22", "04/20/2017": "2017-04-20", "2024-02-29": "2024-02-29",
		"2026-02-30": "", "2026-13-01": "", "tomorrow": "", "26-1-5": "", "": "", "2026-11-2": "", "0000-01-01": "",
	} {
		if d, _ := ParseDate(in); d.String() != want {
			t.Errorf("%q is read as %q, want %q", in, d, want)
		}
	}
}

func TestIntervals(t *testing.T) {
	day := Date{2024, 1, 31}
	for in, want := range map[string]string{
		"90d": "2024-04-30", "12w": "2024-04-24", "1 month": "2024-02-29", "6 months": "2024-07-31", "13m": "2025-02-28", "1 year": "2025-01-31",
		"1825-days": "2029-01-29", "Never": "", "0d": "", "-3d": "", "10000 years": "", "soon": "", "3": "",
	} {
		i, err := ParseInterval(in)
		if got := day.Add(i).String(); got != want {
			t.Errorf("%s after %s is %q, want %q (%v)", in, day, got, want, err)
		}
	}
	if n := (Date{1, 1, 1}).DaysUntil(Date{2026, 11, 16}); n%7 != 0 {
		t.Errorf("%d days from one Monday to another, want whole weeks", n)
	}
	if s := (Interval{1, Years}).String() + ", " + (Interval{90, Days}).String(); s != "1 year, 90 days" {
		t.Error(s)
	}
	if n := (Date{2026, 3, 28}).DaysUntil(Date{2026, 3, 30}); n != 2 {
		t.Errorf("%d days over the change to summer time, want 2", n)
	}
}

func TestDaysAreCountedAsTheCalendarHasThem(t *testing.T) {
	from := Date{2000, 1, 1}
	for day := time.Date(1890, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2110; day = day.AddDate(0, 0, 1) {
		want := int((day.Unix() - time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).Unix()) / (24 * 60 * 60))
		if n := from.DaysUntil(DateOf(day)); n != want {
			t.Fatalf("%s is %d days after %s, want %d", DateOf(day), n, from, want)
		}
		if got := from.AddDays(want); got != DateOf(day) {
			t.Fatalf("%d days after %s it is %s, want %s", want, from, got, DateOf(day))
		}
	}
	for _, d := range []Date{{1, 1, 1}, {1, 3, 1}, {400, 2, 29}, {2026, 11, 22}, {9999, 12, 31}, {10001, 1, 1}, {}} {
		for _, n := range []int{-1000000, -366, -60, -1, 0, 1, 59, 60, 365, 366, 146097, 1000000} {
			if got, want := d.AddDays(n), DateOf(time.Date(d.Year, time.Month(d.Month), d.Day+n, 0, 0, 0, 0, time.UTC)); got != want {
				t.Errorf("%d days after %v it is %v, want %v", n, d, got, want)
			}
		}
	}
}
