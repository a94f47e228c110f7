package schema

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Date is a calendar day in no time zone. The zero Date means none.
type Date struct{ Year, Month, Day int }

// ErrDate is what ParseDate returns for anything that is not a day of the calendar.
var ErrDate = errors.New("not a date")

// ParseDate reads YYYY-MM-DD, also with a time of day behind it, and Microsoft Learn's MM/DD/YYYY. The day must exist.
func ParseDate(s string) (Date, error) {
	s = strings.TrimSpace(s)
	layout := time.DateOnly
	switch {
	case len(s) == 10 && s[2] == '/':
		layout = "01/02/2006"
	case len(s) > 10 && (s[10] == 'T' || s[10] == 't' || s[10] == ' '):
		s = s[:10]
	}
	t, err := time.Parse(layout, s)
	if err != nil || t.Year() < 1 {
		return Date{}, ErrDate
	}
	return DateOf(t), nil
}

// DateOf is the calendar day of t in t's own time zone.
func DateOf(t time.Time) Date { return Date{t.Year(), int(t.Month()), t.Day()} }

// IsZero reports whether there is no date.
func (d Date) IsZero() bool { return d == Date{} }

// String is YYYY-MM-DD, or "" for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	// Every build writes thousands of dates, and fmt is slow at it.
	digit := func(n, place int) byte { return byte('0' + n/place%10) }
	return string([]byte{digit(d.Year, 1000), digit(d.Year, 100), digit(d.Year, 10), digit(d.Year, 1), '-',
		digit(d.Month, 10), digit(d.Month, 1), '-', digit(d.Day, 10), digit(d.Day, 1)})
}

// Compare is -1, 0 or 1 as d is before, on or after e.
func (d Date) Compare(e Date) int {
	return cmp.Or(cmp.Compare(d.Year, e.Year), cmp.Compare(d.Month, e.Month), cmp.Compare(d.Day, e.Day))
}

// Before reports whether d is an earlier day than e.
func (d Date) Before(e Date) bool { return d.Compare(e) < 0 }

// AddDays is the day n days later; earlier for a negative n.
func (d Date) AddDays(n int) Date { return DateOf(time.Unix(int64(d.number()+n)*daySeconds, 0).UTC()) }

// DaysUntil counts the days from d to e; negative when e is earlier.
func (d Date) DaysUntil(e Date) int { return e.number() - d.number() }

const daySeconds = 24 * 60 * 60

// number counts days from 1 January 1970.
func (d Date) number() int {
	return int(time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC).Unix() / daySeconds)
}

// Add is the day one interval later. A month after 31 January is the last day of February. Never and no interval
// give no date.
func (d Date) Add(i Interval) Date {
	switch i.Unit {
	case Days:
		return d.AddDays(i.Count)
	case Weeks:
		return d.AddDays(7 * i.Count)
	case Months, Years:
		months := i.Count
		if i.Unit == Years {
			months *= 12
		}
		m := d.Month - 1 + months
		year, month := d.Year+m/12, m%12+1
		last := time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
		return Date{year, month, min(d.Day, last)}
	}
	return Date{}
}

// Interval is a length of time as people write it: "90d", "12w", "6 months", "1 year", "never". The zero Interval
// means that none was given.
type Interval struct {
	Count int
	Unit  Unit
}

// Unit is what an Interval counts.
type Unit byte

// The units. Never is an interval that does not end.
const (
	Days   Unit = 'd'
	Weeks  Unit = 'w'
	Months Unit = 'm'
	Years  Unit = 'y'
	Never  Unit = 'n'
)

// ErrInterval is what ParseInterval returns for anything that is not a length of time between a day and 100 years.
var ErrInterval = errors.New("not a length of time")

var intervalForm = regexp.MustCompile(`^(\d{1,6})[ -]?(d|days?|w|weeks?|m|mo|months?|y|years?)$`)

// ParseInterval reads "90d", "12w", "6 months", "1 year", "1825-days" and "never", in any letter case.
func ParseInterval(s string) (Interval, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	if s == "never" {
		return Interval{Unit: Never}, nil
	}
	m := intervalForm.FindStringSubmatch(s)
	if m == nil {
		return Interval{}, ErrInterval
	}
	n, _ := strconv.Atoi(m[1]) // at most six digits
	i := Interval{n, Unit(m[2][0])}
	days := map[Unit]int{Days: 1, Weeks: 7, Months: 30, Years: 365}[i.Unit] * n
	if n == 0 || days > 36500 {
		return Interval{}, ErrInterval
	}
	return i, nil
}

// IsZero reports whether no interval was given.
func (i Interval) IsZero() bool { return i == Interval{} }

// String is the interval in words: "90 days", "1 year", "never", "".
func (i Interval) String() string {
	word := map[Unit]string{Days: "day", Weeks: "week", Months: "month", Years: "year"}[i.Unit]
	switch {
	case i.Unit == Never:
		return "never"
	case word == "":
		return ""
	case i.Count == 1:
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", i.Count, word)
}
