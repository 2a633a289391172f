// Package templates sets a pact as the paper that a secretariat sends out: the page of Decree 30/2020/NĐ-CP, drawn
// with gofpdf behind a small canvas that carries structure and form fields, and finished into tagged PDF/A-3a and
// PDF/UA-1 with the machine-readable pact attached and every signature field reserved. The same paper gives the
// same bytes. It also draws the appearance of a signature, and keeps the templates that a new pact starts from.
// It knows neither keys nor storage.
package templates

import (
	"time"

	"kyket/internal/pdf/font"
	"kyket/pact"
)

// Paper is everything that is printed, attached or reserved when a version is frozen.
type Paper struct {
	Content pact.Content
	// Superior is the line above the issuer, usually empty; Issuer names the cluster. Both are printed in capitals.
	Superior, Issuer string
	// Number is printed after "Số:", as "07/BTT-STP"; without a number there is no such line.
	Number string
	// PlaceAndDate is "Tây Ninh, ngày 22 tháng 01 năm 2026".
	PlaceAndDate string
	Seating      Seating
	// Names of agencies by code on the day of the paper, for the table of registrations. Those that sign are known from their seats.
	Names map[pact.AgencyCode]string
	// Blocks names the blocks by code, for the table of targets.
	Blocks map[string]string
	// Recipients are printed when the content has none.
	Recipients []string
	// VerifyURL is the public address that the QR code holds; Code is printed beside it. Both empty: no QR code.
	VerifyURL, Code string
	// Trial marks every page as a paper without legal effect.
	Trial bool
	// Created is the document's date in its properties.
	Created time.Time
	// Manifest and PactJSON are attached byte by byte as manifest.json and pact.json; an empty one is left out.
	Manifest, PactJSON []byte
	// Fonts is the family to set the paper in; nil is Liberation Serif.
	Fonts *font.Family
}

// Rendered is a finished paper.
type Rendered struct {
	PDF   []byte
	Pages int
	// Fields are the reserved fields in the order of Seating.Fields, with their places.
	Fields []PlacedField
	// Boxes are the drawn boxes without a field of ours, under the open policy.
	Boxes []PlacedField
	// Warnings are things that a secretariat may want to look at before the paper is frozen.
	Warnings []pact.Detail
}

// PlacedField is a field with its place.
type PlacedField struct {
	pact.Field
	// Page from 1.
	Page int
	// Rect in points from the lower left corner: left, bottom, right, top. Without size the signature shows nothing.
	Rect [4]float64
}

// Width of the field's box in points.
func (f PlacedField) Width() float64 { return cents(f.Rect[2] - f.Rect[0]) }

// Height of the field's box in points.
func (f PlacedField) Height() float64 { return cents(f.Rect[3] - f.Rect[1]) }
