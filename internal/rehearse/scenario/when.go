package scenario

import (
	"regexp"
	"time"
)

// Vietnam has no daylight saving; its offset is fixed here so that a reading does not depend on a zone database.
var vietnam = time.FixedZone("+07:00", 7*60*60)

// When is a date or a time of the file, with its offset as written. A date without hour is 17:00 +07:00 of that day,
// a time without offset is +07:00.
type When struct {
	time.Time
	HasHour bool // the file states the hour
}

// Day is the calendar day as written, at midnight UTC, for comparing days.
func (w When) Day() time.Time {
	y, m, d := w.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// DateText is the calendar day as written, 2026-01-22.
func (w When) DateText() string { return w.Format(time.DateOnly) }

// The timestamps of YAML 1.1, as far as anybody writes them. https://yaml.org/type/timestamp.html
var timestamp = regexp.MustCompile(`^\d{4}-\d{1,2}-\d{1,2}(?:[Tt ]+\d{1,2}:\d{2}:\d{2}(?:\.\d{1,6})?(?: ?(?:Z|[-+]\d{2}:\d{2}))?)?$`)

// parseWhen reads a plain scalar; false when it is no date and no time.
func parseWhen(text string) (When, bool) {
	if !timestamp.MatchString(text) {
		return When{}, false
	}
	if t, err := time.ParseInLocation("2006-1-2", text, vietnam); err == nil {
		return When{Time: t.Add(17 * time.Hour)}, true
	}
	for _, form := range []string{"2006-1-2T15:4:5Z07:00", "2006-1-2T15:4:5", "2006-1-2t15:4:5Z07:00", "2006-1-2 15:4:5Z07:00", "2006-1-2 15:4:5 Z07:00", "2006-1-2 15:4:5"} {
		if t, err := time.ParseInLocation(form, text, vietnam); err == nil {
			return When{Time: t, HasHour: true}, true
		}
	}
	return When{}, false
}
