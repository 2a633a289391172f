package pact

import (
	"fmt"
	"time"
)

// ICT is Vietnam's time zone.
var ICT = time.FixedZone("ICT", 7*3600)

// ParseDate reads 2026-01-22; the empty string is the zero date.
func ParseDate(s string) (Date, error) {
	if s == "" {
		return Date{}, nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, ErrField.With("field", "date").With("value", s).Because(err)
	}
	return DateOf(t), nil
}

// DateOf is the day of t in t's own zone.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{Year: y, Month: m, Day: d}
}

// DateIn is the day of t in Vietnam.
func DateIn(t time.Time) Date { return DateOf(t.In(ICT)) }

// IsZero says whether no day is stated.
func (d Date) IsZero() bool { return d == Date{} }

// Before says whether d lies before o.
func (d Date) Before(o Date) bool { return d.Time().Before(o.Time()) }

// Time is the beginning of the day in Vietnam.
func (d Date) Time() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, ICT) }

// String is the ISO form, empty for none.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// MarshalText makes a date an ISO string wherever text is stored.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Date) UnmarshalText(b []byte) (err error) { *d, err = ParseDate(string(b)); return err }

// MarshalText makes a digest hexadecimal wherever text is stored.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Digest) UnmarshalText(b []byte) (err error) { *d, err = ParseDigest(string(b)); return err }
