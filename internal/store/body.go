package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"reflect"
	"sync"
	"time"

	"kyket/pact"
)

// encode is the body of an aggregate: its JSON under Go's field names. Times become UTC with microseconds in place, so
// that what the caller goes on with is what the next reader gets.
func encode(v any) (string, error) {
	settle(reflect.ValueOf(v))
	b, err := json.Marshal(v)
	return string(b), err
}

// decode reads a body. A field that is unknown is an error: it would be lost at the next save.
func decode(what, body string, v any) error {
	d := json.NewDecoder(bytes.NewReader([]byte(body)))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("read stored %s: %w", what, err)
	}
	return nil
}

func hashOf(body string) pact.Digest { return sha256.Sum256([]byte(body)) }

// utc is a time as both databases keep it.
func utc(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// orNull is a time as a column, in which the zero time is null.
func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = utc(t)
	return &t
}

var timeType = reflect.TypeFor[time.Time]()

// settle brings every time below v to utc, in place.
func settle(v reflect.Value) {
	if !timed(v.Type()) {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			settle(v.Elem())
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			settle(v.Index(i))
		}
	case reflect.Struct:
		if t, ok := v.Addr().Interface().(*time.Time); ok {
			*t = utc(*t)
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				settle(v.Field(i))
			}
		}
	}
}

var timedTypes sync.Map // reflect.Type to bool

// timed says whether a type holds times, so that the texts, which are large and hold none, are not walked.
func timed(t reflect.Type) bool {
	if v, ok := timedTypes.Load(t); ok {
		return v.(bool)
	}
	v := holdsTime(t, map[reflect.Type]bool{})
	timedTypes.Store(t, v)
	return v
}

func holdsTime(t reflect.Type, seen map[reflect.Type]bool) bool {
	if t == timeType {
		return true
	}
	if seen[t] {
		return false
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return holdsTime(t.Elem(), seen)
	case reflect.Struct:
		for i := range t.NumField() {
			if t.Field(i).IsExported() && holdsTime(t.Field(i).Type, seen) {
				return true
			}
		}
	}
	return false
}
