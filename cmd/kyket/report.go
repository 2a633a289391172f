package main

import (
	"bytes"
	_ "embed"
	"html/template"
	"time"

	"kyket/signing/validate"
)

//go:embed report.html
var reportPage string

// writeReport writes a page that needs no other file.
func writeReport(name string, reports []validate.Report, lang string, o validate.Options) error {
	page, err := template.New("report").Parse(reportPage)
	if err != nil {
		return err
	}
	at := o.At
	if at.IsZero() {
		at = time.Now()
	}
	var b bytes.Buffer
	if err := page.Execute(&b, struct {
		S       wording
		At      *time.Time
		Reports []validate.Report
	}{words(lang), &at, reports}); err != nil {
		return err
	}
	return writeWhole(name, b.Bytes())
}
