// Package finish turns the drawing of a PDF library into a paper that lasts: tagged PDF/A-3a and PDF/UA-1, with
// font programs of its own, machine-readable files attached and signature fields reserved. It knows the objects of
// a file; it does not know what a pact is, or how a page is laid out.
package finish

import (
	"errors"
	"fmt"
	"time"

	"kyket/internal/pdf"
	"kyket/internal/pdf/font"
)

// Plan is everything that the drawing itself does not say.
type Plan struct {
	// Root is the structure tree's top element (ISO 32000-1, 14.7); every mark on a page belongs to an element.
	Root *Element
	// Fonts replaces the four placeholder faces of the drawing; Used lists the characters drawn in each.
	Fonts *font.Family
	Used  [4]map[rune]bool
	// Title, Author and Subject are the document's properties; Language is a BCP 47 tag.
	Title, Author, Subject, Language string
	// Producer names the program.
	Producer string
	// Created is written as creation and modification date.
	Created time.Time
	// ID identifies the document among its revisions, "uuid:…".
	ID string
	// Bookmarks lead to the paper's headings.
	Bookmarks []Bookmark
	// Files are attached, sorted by name.
	Files []File
	// Plain asks for a cross-reference table and no object streams: some foreign signing tools harm other files.
	Plain bool
}

// Element is a node of the structure tree.
type Element struct {
	// Tag is a standard structure type (ISO 32000-1, 14.8.4): "P", "H1", "Form" …
	Tag string
	// Alt describes what is not text.
	Alt string
	// Scope is "Column" or "Row" for a TH.
	Scope string
	// Box is the place of a Figure in points from the lower left corner: left, bottom, right, top.
	Box *[4]float64
	// Kids in reading order: *Element, Mark, or one *Widget alone.
	Kids []Kid
}

// Kid is what an element holds.
type Kid interface{ isKid() }

// Mark is a marked-content sequence on a page (from 1), numbered from 0 in the order of the page.
type Mark struct{ Page, ID int }

// Widget is a reserved signature field with its place on a page (from 1), in points from the lower left corner:
// left, bottom, right, top. A field of no size is there for signatures that show nothing.
type Widget struct {
	Name string
	// Tooltip is what a screen reader says, the field's /TU.
	Tooltip string
	Page    int
	Rect    [4]float64
}

func (*Element) isKid() {}
func (Mark) isKid()     {}
func (*Widget) isKid()  {}

// File is attached to the document as an associated file (ISO 19005-3, 6.8).
type File struct {
	Name, Description string
	// Relationship to the document: "Data" or "Source".
	Relationship string
	// Type is the media type.
	Type string
	Data []byte
}

// Bookmark leads to a place on a page (from 1), Top in points from the lower edge.
type Bookmark struct {
	Title string
	Page  int
	Top   float64
}

// Names of the two faces that every paper carries for the text of signatures (AcroForm /DR /Font).
const (
	RegularName pdf.Name = "VN"
	BoldName    pdf.Name = "VNB"
)

var errDrawing = errors.New("finish: the drawing is not in the form that gofpdf writes")

// job is one document under way.
type job struct {
	plan  *Plan
	out   *pdf.Writer
	in    *pdf.File
	tree  pdf.Dict  // the drawing's page tree
	kids  pdf.Array // and its pages
	fonts [4]pdf.Ref
	used  [4]bool
	pages []pdf.Ref // by page number; 0 is unused
	// parents lists the element of every mark, by page and mark.
	parents [][]pdf.Ref
	widgets []placed
}

// placed is a widget with the objects that it needs.
type placed struct {
	*Widget
	field, element pdf.Ref
}

// Finish rewrites drawing, as gofpdf writes it without compression, into the paper that p describes. The same
// input gives the same bytes (per Go release, whose compression may differ).
func Finish(drawing []byte, p Plan) ([]byte, error) {
	in, err := pdf.Open(drawing)
	if err != nil {
		return nil, fmt.Errorf("finish: read the drawing: %w", err)
	}
	j := &job{plan: &p, in: in, out: pdf.NewWriter()}
	j.out.Plain = p.Plain
	j.embedFonts()
	tree := j.out.Reserve()
	if err := j.readPages(); err != nil {
		return nil, err
	}
	root, err := j.structure(tree)
	if err != nil {
		return nil, err
	}
	for _, b := range p.Bookmarks {
		if !j.hasPage(b.Page) {
			return nil, fmt.Errorf("finish: bookmark %q is on page %d of %d", b.Title, b.Page, len(j.pages)-1)
		}
	}
	form := j.form()
	if err := j.writePages(); err != nil {
		return nil, err
	}
	j.writeTree(tree, root)
	info, catalog := j.document(tree, form)
	return j.out.Bytes(catalog, info)
}

// document writes catalog and properties.
func (j *job) document(tree, form pdf.Ref) (info, catalog pdf.Ref) {
	p := j.plan
	metadata := j.out.Add(&pdf.Stream{Dict: pdf.Dict{{Key: "Type", Value: pdf.Name("Metadata")}, {Key: "Subtype", Value: pdf.Name("XML")}}, Data: xmp(p)})
	profile := j.out.AddStream(pdf.Dict{{Key: "N", Value: pdf.Integer(3)}}, sRGB)
	d := pdf.Dict{
		{Key: "Type", Value: pdf.Name("Catalog")},
		{Key: "Pages", Value: j.pages[0]},
		{Key: "Lang", Value: pdf.TextString(p.Language)},
		{Key: "MarkInfo", Value: pdf.Dict{{Key: "Marked", Value: pdf.Bool(true)}}},
		{Key: "ViewerPreferences", Value: pdf.Dict{{Key: "DisplayDocTitle", Value: pdf.Bool(true)}}},
		{Key: "Metadata", Value: metadata},
		{Key: "OutputIntents", Value: pdf.Array{pdf.Dict{
			{Key: "Type", Value: pdf.Name("OutputIntent")},
			{Key: "S", Value: pdf.Name("GTS_PDFA1")},
			{Key: "OutputConditionIdentifier", Value: pdf.String("sRGB IEC61966-2.1")},
			{Key: "RegistryName", Value: pdf.String("http://www.color.org")},
			{Key: "Info", Value: pdf.String("sRGB2014")},
			{Key: "DestOutputProfile", Value: profile},
		}}},
		{Key: "StructTreeRoot", Value: tree},
		{Key: "AcroForm", Value: form},
	}
	if outline, ok := j.outline(); ok {
		d = append(d, pdf.Entry{Key: "Outlines", Value: outline})
	}
	d = append(d, j.attach()...)
	date := pdf.Date(p.Created)
	info = j.out.Add(pdf.Dict{
		{Key: "Title", Value: pdf.TextString(p.Title)},
		{Key: "Author", Value: pdf.TextString(p.Author)},
		{Key: "Subject", Value: pdf.TextString(p.Subject)},
		{Key: "Creator", Value: pdf.TextString(p.Producer)},
		{Key: "Producer", Value: pdf.TextString(p.Producer)},
		{Key: "CreationDate", Value: date},
		{Key: "ModDate", Value: date},
	})
	return info, j.out.Add(d)
}
