// Package workflow holds the acts: what people and jobs do with a pact, a file per act, one transaction each. An act
// checks permission, locks its own aggregate, decides with package pact, saves, and appends the event and the jobs that
// follow. It alone joins the rooms templates, signing and archive. It knows no HTTP, no SQL and no PDF.
package workflow

import (
	"encoding/json"
	"strconv"
)

func itoa(n int) string { return strconv.Itoa(n) }

func encode(v any) ([]byte, error) { return json.Marshal(v) }
