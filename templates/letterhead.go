package templates

import (
	"strings"

	"kyket/internal/pdf/font"
	"kyket/templates/finish"
)

// The national name and motto (Decree 30/2020/NĐ-CP, Phụ lục I, II.1).
const (
	nation = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
	motto  = "Độc lập - Tự do - Hạnh phúc"
)

// letterhead is the two columns at the top of the first page.
type letterhead struct {
	superior, issuer, number, placeAndDate string
}

const (
	headSize  = 12.0 // issuer and national name
	mottoSize = 13.0
	dateSize  = 13.0
	headRule  = 0.6
	headGap   = 10.0 // between the columns
)

func (l *letterhead) keep() keeping { return keepNothing }

func (l *letterhead) head(m measurer) (float64, bool) { return 0, true }

func (l *letterhead) draw(f *flow, _ float64) {
	rightWidth := f.width(typeface{font.Bold, headSize}, nation) + 2
	leftWidth := textWidth - rightWidth - headGap
	rightX := marginLeft + textWidth - rightWidth
	top := f.y
	yl := top
	if l.superior != "" {
		yl, _ = f.column(marginLeft, yl, leftWidth, typeface{font.Regular, headSize}, strings.ToUpper(l.superior))
	}
	yl, wide := f.column(marginLeft, yl, leftWidth, typeface{font.Bold, headSize}, strings.ToUpper(l.issuer))
	f.ruleBelow(marginLeft+leftWidth/2, yl, min(wide, leftWidth)*0.4)
	yr, _ := f.column(rightX, top, rightWidth, typeface{font.Bold, headSize}, nation)
	yr, wide = f.column(rightX, yr, rightWidth, typeface{font.Bold, mottoSize}, motto)
	f.ruleBelow(rightX+rightWidth/2, yr, wide)
	y := max(yl, yr) + 10
	end := y
	if l.number != "" {
		end, _ = f.column(marginLeft, y, leftWidth, typeface{font.Regular, dateSize}, "Số: "+l.number)
	}
	if l.placeAndDate != "" {
		yr, _ = f.column(rightX, y, rightWidth, typeface{font.Italic, dateSize}, l.placeAndDate)
		end = max(end, yr)
	}
	f.y = end + 12
}

// column sets centred lines in a box, as a paragraph of its own; it returns where the box ends and how wide the
// widest line is.
func (f *flow) column(x, y, width float64, t typeface, text string) (end, widest float64) {
	f.begin(&finish.Element{Tag: "P"})
	for _, r := range f.balanced(t.size, width, span{text, t.style}) {
		f.setLine(r, x, y+t.size*ascent, width, t.size, centred)
		y += t.size * single
		widest = max(widest, r.width)
	}
	f.end()
	return y, widest
}

// ruleBelow draws a line of a length below a text, centred on x.
func (f *flow) ruleBelow(x, y, length float64) {
	f.artifact(func() { f.line(x-length/2, y+2.5, x+length/2, y+2.5, headRule, 0) })
}
