// Package web draws the pages: html/template, one small style sheet of our own, small ES modules that only improve. A
// page asks workflow and identity for what it shows and hands them what was sent; it decides nothing and stores nothing.
package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"kyket/pact"
)

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err) // an embedded file: the build is broken
	}
	return b
}

func sum(b []byte) string {
	d := sha256.Sum256(b)
	return hex.EncodeToString(d[:6])
}

// day writes a date as papers do (Decree 30/2020/NĐ-CP, Annex I, part II §4: months below three with a leading zero).
func day(d pact.Date, lang string) string {
	switch {
	case d.IsZero():
		return ""
	case lang == "en":
		return fmt.Sprintf("%d %s %d", d.Day, time.Month(d.Month), d.Year)
	case d.Month < 3:
		return fmt.Sprintf("ngày %02d tháng %02d năm %d", d.Day, int(d.Month), d.Year)
	}
	return fmt.Sprintf("ngày %02d tháng %d năm %d", d.Day, int(d.Month), d.Year)
}
