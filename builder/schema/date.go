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
func (d Date) AddDays(n int) Date {
	day := d.number() + n
	if d.Year < 1 || d.Month < 1 || day < firstDay {
		return DateOf(d.time().AddDate(0, 0, n))
	}
	return dateNumbered(day)
}

// firstDay is the number of 1 January 1, before which there is no date.
var firstDay = Date{1, 1, 1}.number()

// DaysUntil counts the days from d to e; negative when e is earlier.
func (d Date) DaysUntil(e Date) int { return e.number() - d.number() }

// number counts days, from a day long before any handbook. Years begin in March, so that the day which some of them have
// more comes last. Every build asks for it tens of thousands of times, and package time is slower.
func (d Date) number() int {
	year, month := d.Year, d.Month-3
	if month < 0 {
		year, month = year-1, month+12
	}
	year += 400 // of a date that is not set it would be negative
	return 365*year + year/4 - year/100 + year/400 + (153*month+2)/5 + d.Day
}

// dateNumbered is the date of a number.
func dateNumbered(n int) Date {
	const century4 = 146097 // days of 400 years
	n--
	years, n := n/century4*400, n%century4
	year := (n - n/1460 + n/36524 - n/(century4-1)) / 365
	n -= 365*year + year/4 - year/100
	month := (5*n + 2) / 153
	d := Date{years + year - 400, month + 3, n - (153*month+2)/5 + 1}
	if d.Month > 12 {
		d.Year, d.Month = d.Year+1, d.Month-12
	}
	return d
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

func (d Date) time() time.Time {
	return time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC)
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
