package pact

import (
	_ "embed"
	"encoding/json"
	"slices"
	"time"
)

// Calendar says which days nobody works. Its values are data with a source, for the administrator to check and replace.
type Calendar struct {
	Holidays []Holiday
	Workdays []Workday
}

// Holiday is a span of days off, both included.
type Holiday struct {
	From, To     Date
	Name, Source string
}

// Workday is a Saturday or Sunday that is worked in exchange for another day.
type Workday struct {
	Day    Date
	Source string
}

//go:embed data/calendar.json
var calendarData []byte

// DefaultCalendar is the calendar that comes with the product. Each entry's source says whether it was verified.
func DefaultCalendar() Calendar {
	var c Calendar
	if err := json.Unmarshal(calendarData, &c); err != nil {
		return Calendar{} // weekends alone; a test reads the file
	}
	return c
}

// Works says whether the day is a working day.
func (c Calendar) Works(d Date) bool {
	if slices.ContainsFunc(c.Workdays, func(w Workday) bool { return w.Day == d }) {
		return true
	}
	if wd := d.Time().Weekday(); wd == time.Saturday || wd == time.Sunday {
		return false
	}
	return !slices.ContainsFunc(c.Holidays, func(h Holiday) bool { return !d.Before(h.From) && !h.To.Before(d) })
}

// DueAfter is 17:00 in Vietnam on the days-th working day after the day of opening; days counts from 1 to 250.
func DueAfter(opened time.Time, days int, cal Calendar) time.Time {
	day := DateIn(opened).Time()
	for left := min(max(days, 1), 250); left > 0; {
		day = day.AddDate(0, 0, 1)
		if cal.Works(DateOf(day)) {
			left--
		}
	}
	return day.Add(17 * time.Hour)
}
