package templates

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"

	"github.com/jung-kurt/gofpdf"

	"kyket/internal/pdf/font"
	"kyket/templates/finish"
)

// A4 in points, as gofpdf rounds it.
const pageWidth, pageHeight = 595.28, 841.89

// mm is a millimetre in points.
const mm = 72 / 25.4

// canvas is what the layout draws on. Places are in points from the top left corner; y of a text is its baseline.
// Everything drawn belongs to the innermost open element, or to an artifact.
type canvas interface {
	// newPage starts a page and returns its number, from 1.
	newPage() int
	// width measures s.
	width(t typeface, s string) float64
	// text draws s in black, or in a grey from 0 (black) to 1.
	text(x, y float64, t typeface, s string, grey float64)
	// line draws a line of a width and grey.
	line(x1, y1, x2, y2, width, grey float64)
	// fill fills a rectangle with black.
	fill(x, y, w, h float64)
	// begin opens an element below the innermost one, end closes it.
	begin(e *finish.Element)
	end()
	// artifact draws what a reader aloud leaves out.
	artifact(draw func())
	// field reserves a signature field.
	field(name, tooltip string, x, y, w, h float64) [4]float64
}

// typeface is a face at a size in points.
type typeface struct {
	style font.Style
	size  float64
}

// drawing is what the canvas needs of a drawing library. gofpdf has it, and so has its continuation
// codeberg.org/go-pdf/fpdf, which the tests draw with as well.
type drawing interface {
	AddPage()
	SetFont(family, style string, size float64)
	SetTextColor(r, g, b int)
	SetDrawColor(r, g, b int)
	SetFillColor(r, g, b int)
	SetLineWidth(width float64)
	Text(x, y float64, s string)
	Line(x1, y1, x2, y2 float64)
	Rect(x, y, w, h float64, style string)
	RawWriteStr(s string)
	Output(w io.Writer) error
}

// sheet is the canvas over gofpdf. gofpdf draws with its built-in Times, into which two-byte codes are written; the
// finisher puts our own faces in its place. Given the real font programs, gofpdf would read, measure and subset each
// of them anew for every document (6 ms a face), to no use: its subsets are malformed and are replaced anyway.
type sheet struct {
	pdf   drawing
	fonts *font.Family
	used  [4]map[rune]bool
	root  *finish.Element
	stack []*finish.Element
	// open is the element whose marked content is being written, nil for none.
	open      *finish.Element
	artifacts int
	marks     []int // by page
	face      typeface
	grey      int
	codes     []byte
}

// gofpdfStyles are gofpdf's names of the styles.
var gofpdfStyles = [4]string{"", "B", "I", "BI"}

func newGofpdf(created time.Time) drawing {
	p := gofpdf.New("P", "pt", "A4", "")
	p.SetCompression(false) // the finisher compresses, once
	p.SetAutoPageBreak(false, 0)
	p.SetMargins(0, 0, 0)
	p.SetCellMargin(0)
	p.SetCatalogSort(true)
	p.SetCreationDate(created)
	p.SetModificationDate(created)
	p.AliasNbPages("")
	return p
}

func newSheet(d drawing, fonts *font.Family) *sheet {
	root := &finish.Element{Tag: "Document"}
	s := &sheet{pdf: d, fonts: fonts, root: root, stack: []*finish.Element{root}, marks: []int{0}}
	for i := range s.used {
		s.used[i] = map[rune]bool{}
	}
	return s
}

func (s *sheet) newPage() int {
	s.closeMark()
	s.pdf.AddPage()
	s.marks = append(s.marks, 0)
	s.face, s.grey = typeface{size: -1}, 0
	return len(s.marks) - 1
}

func (s *sheet) page() int { return len(s.marks) - 1 }

func (s *sheet) width(t typeface, text string) float64 { return s.fonts[t.style].Width(text, t.size) }

func (s *sheet) text(x, y float64, t typeface, text string, grey float64) {
	if text == "" {
		return
	}
	s.mark()
	if s.face != t {
		s.pdf.SetFont("Times", gofpdfStyles[t.style], t.size)
		s.face = t
	}
	if g := int(math.Round(grey * 255)); g != s.grey {
		s.pdf.SetTextColor(g, g, g)
		s.grey = g
	}
	used := s.used[t.style]
	for _, r := range text {
		if !used[r] {
			used[r] = true
		}
	}
	s.codes = font.Codes(s.codes[:0], text)
	s.pdf.Text(x, y, string(s.codes))
}

func (s *sheet) line(x1, y1, x2, y2, width, grey float64) {
	s.mark()
	g := int(math.Round(grey * 255))
	s.pdf.SetDrawColor(g, g, g)
	s.pdf.SetLineWidth(width)
	s.pdf.Line(x1, y1, x2, y2)
}

func (s *sheet) fill(x, y, w, h float64) {
	s.mark()
	s.pdf.Rect(x, y, w, h, "F")
}

func (s *sheet) begin(e *finish.Element) {
	s.closeMark()
	top := s.stack[len(s.stack)-1]
	top.Kids = append(top.Kids, e)
	s.stack = append(s.stack, e)
}

func (s *sheet) end() {
	s.closeMark()
	s.stack = s.stack[:len(s.stack)-1]
}

func (s *sheet) artifact(draw func()) {
	s.closeMark()
	if s.artifacts++; s.artifacts == 1 {
		s.pdf.RawWriteStr("/Artifact BMC")
	}
	draw()
	if s.artifacts--; s.artifacts == 0 {
		s.pdf.RawWriteStr("EMC")
	}
}

// mark makes sure that what is drawn next belongs to the innermost element.
func (s *sheet) mark() {
	top := s.stack[len(s.stack)-1]
	if s.artifacts > 0 || s.open == top {
		return
	}
	s.closeMark()
	page := s.page()
	id := s.marks[page]
	s.marks[page]++
	top.Kids = append(top.Kids, finish.Mark{Page: page, ID: id})
	s.pdf.RawWriteStr("/" + top.Tag + " <</MCID " + strconv.Itoa(id) + ">> BDC")
	s.open = top
}

func (s *sheet) closeMark() {
	if s.open != nil {
		s.pdf.RawWriteStr("EMC")
		s.open = nil
	}
}

// field returns the place of the field as the file has it: from the lower left corner, to a hundredth of a point.
func (s *sheet) field(name, tooltip string, x, y, w, h float64) [4]float64 {
	left, bottom := cents(x), cents(pageHeight-y-h)
	w2 := &finish.Widget{Name: name, Tooltip: tooltip, Page: s.page(), Rect: [4]float64{left, bottom, cents(left + w), cents(bottom + h)}}
	s.begin(&finish.Element{Tag: "Form", Alt: tooltip, Kids: []finish.Kid{w2}})
	s.end()
	return w2.Rect
}

func cents(v float64) float64 { return math.Round(v*100) / 100 }

// bytes ends the drawing.
func (s *sheet) bytes() ([]byte, error) {
	s.closeMark()
	var b bytes.Buffer
	if err := s.pdf.Output(&b); err != nil {
		return nil, fmt.Errorf("draw: %w", err)
	}
	return b.Bytes(), nil
}
