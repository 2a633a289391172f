package templates

import (
	"strings"

	"kyket/internal/pdf/font"
	"kyket/pact"
	"kyket/templates/finish"
)

// seatRow is one row of boxes for signatures, never parted.
type seatRow struct {
	seats  []boxed
	layout seatLayout
	// place is told where each field came to stand.
	place func(f pact.Field, page int, rect [4]float64)
}

// boxed is a seat with the fields in its box; without a field of ours the box is only drawn.
type boxed struct {
	caption string
	sign    pact.Field
	seal    *pact.Field
	foreign bool
}

// seatLayout is the measure of the boxes, in points. A box takes two lines of formula, handwriting, a name and the time.
type seatLayout struct {
	columns                  int
	width, height            float64 // of a box
	sealWidth                float64
	caption, gap, below, air float64
}

var (
	wideSeats   = seatLayout{columns: 2, width: 226, height: 104, sealWidth: 76, caption: 12, gap: 3, below: 8, air: 10}
	narrowSeats = seatLayout{columns: 3, width: 150, height: 82, sealWidth: 50, caption: 10.5, gap: 3, below: 5, air: 6}
)

// manySeats is from how many seats on three stand in a row.
const manySeats = 13

// seatRows makes the rows of boxes.
func seatRows(s Seating, fields []pact.Field, place func(pact.Field, int, [4]float64)) []block {
	layout := wideSeats
	if len(s.Seats) >= manySeats && s.Seals != pact.EachSeal {
		layout = narrowSeats
	}
	seats, witnesses, seals := boxes(s, fields)
	var out []block
	for _, group := range [][]boxed{seats, seals, witnesses} {
		for len(group) > 0 {
			n := min(layout.columns, len(group))
			out = append(out, &seatRow{group[:n], layout, place})
			group = group[n:]
		}
	}
	return out
}

// boxes puts fields into boxes. Each agency's seal stands beside its head's signature; the lead's alone comes after all.
func boxes(s Seating, fields []pact.Field) (seats, witnesses, seals []boxed) {
	if s.Policy == pact.OpenTool {
		for _, seat := range s.Seats {
			seats = append(seats, boxed{caption: clean(seat.Name), foreign: true,
				sign: pact.Field{Kind: pact.AgencyField, Agency: pact.AgencyCode(seat.Code), Title: clean(seat.Name)}})
		}
		for _, seat := range s.Witnesses {
			witnesses = append(witnesses, boxed{caption: clean(seat.Name), foreign: true,
				sign: pact.Field{Kind: pact.WitnessField, Title: clean(seat.Name)}})
		}
		return seats, witnesses, nil
	}
	for _, f := range fields {
		switch f.Kind {
		case pact.AgencyField:
			seats = append(seats, boxed{caption: f.Title, sign: f})
		case pact.SealField:
			if s.Seals == pact.EachSeal {
				seats[len(seats)-1].seal = &f
			} else {
				seals = append(seals, boxed{caption: "Chữ ký số của cơ quan " + f.Title, sign: f})
			}
		case pact.WitnessField:
			witnesses = append(witnesses, boxed{caption: f.Title, sign: f})
		}
	}
	return seats, witnesses, seals
}

func (r *seatRow) keep() keeping { return keepNothing }

func (r *seatRow) captions(m measurer) (all [][]row, most int) {
	for _, s := range r.seats {
		lines := m.balanced(r.layout.caption, r.layout.width, bold(strings.ToUpper(s.caption)))
		all = append(all, lines)
		most = max(most, len(lines))
	}
	return all, most
}

func (r *seatRow) pitch() float64 { return r.layout.caption * single }

func (r *seatRow) head(m measurer) (float64, bool) {
	_, most := r.captions(m)
	l := r.layout
	return l.air + float64(most)*r.pitch() + l.gap + l.height + l.below, true
}

func (r *seatRow) draw(f *flow, _ float64) {
	captions, most := r.captions(f.measurer)
	l := r.layout
	top := f.y + l.air
	boxTop := top + float64(most)*r.pitch() + l.gap
	slot := textWidth / float64(l.columns)
	first := marginLeft + (textWidth-slot*float64(len(r.seats)))/2 // a row that is not full stands in the middle
	for i, s := range r.seats {
		x := first + slot*float64(i) + (slot-l.width)/2
		f.begin(&finish.Element{Tag: "Div"})
		f.begin(&finish.Element{Tag: "P"})
		y := boxTop - l.gap - float64(len(captions[i]))*r.pitch()
		for _, line := range captions[i] {
			f.setLine(line, x, y+l.caption*ascent, l.width, l.caption, centred)
			y += r.pitch()
		}
		f.end()
		width := l.width
		left := x
		if s.seal != nil {
			width -= l.sealWidth + l.gap
			x += l.sealWidth + l.gap
		}
		r.box(f, s.sign, x, boxTop, width, s.foreign)
		if s.seal != nil { // read after the head's signature, as it is set
			r.box(f, *s.seal, left, boxTop, l.sealWidth, false)
		}
		f.end()
	}
	f.y = boxTop + l.height + l.below
}

// box draws a frame and reserves the field in it. The frame is an artifact: what is inside is the signature's.
func (r *seatRow) box(f *flow, field pact.Field, x, y, width float64, foreign bool) {
	h := r.layout.height
	f.artifact(func() {
		const grey = 0.6
		f.line(x, y, x+width, y, 0.3, grey)
		f.line(x, y+h, x+width, y+h, 0.3, grey)
		f.line(x, y, x, y+h, 0.3, grey)
		f.line(x+width, y, x+width, y+h, 0.3, grey)
	})
	if foreign {
		left, bottom := cents(x), cents(pageHeight-y-h)
		r.place(field, f.sheets, [4]float64{left, bottom, cents(left + width), cents(bottom + h)})
		return
	}
	r.place(field, f.sheets, f.field(field.Name, tooltip(field), x, y, width, h))
}

// unseen reserves the fields whose signatures show nothing.
type unseen struct {
	fields []pact.Field
	place  func(pact.Field, int, [4]float64)
}

func (u unseen) head(measurer) (float64, bool) { return 0, true }
func (u unseen) keep() keeping                 { return keepNothing }
func (u unseen) draw(f *flow, _ float64) {
	for _, field := range u.fields {
		u.place(field, f.sheets, f.field(field.Name, tooltip(field), 0, pageHeight, 0, 0))
	}
}

// recipients is the list "Nơi nhận" (Decree 30/2020/NĐ-CP, Phụ lục I, II.9), which stays together where a page can hold it.
type recipients struct{ lines []string }

const (
	recipientHead = 12.0
	recipientSize = 11.0
	recipientGap  = 8.0
	recipientDash = "- "
)

func (r recipients) width() float64 { return textWidth * 0.62 }

func (r recipients) broken(m measurer) (all [][]row) {
	for i, s := range r.lines {
		mark := ";"
		if i == len(r.lines)-1 {
			mark = "."
		}
		all = append(all, m.lines(recipientSize, r.width(), 0, plain(recipientDash+strings.TrimRight(s, ";. ")+mark)))
	}
	return all
}

func (r recipients) keep() keeping { return keepNothing }

func (r recipients) head(m measurer) (float64, bool) {
	h := recipientGap + recipientHead*single
	for _, lines := range r.broken(m) {
		h += float64(len(lines)) * recipientSize * single
	}
	return min(h, textBottom-marginTop), true
}

func (r recipients) draw(f *flow, _ float64) {
	f.y += recipientGap
	f.begin(&finish.Element{Tag: "P"})
	f.text(marginLeft, f.y+recipientHead*ascent, typeface{font.BoldItalic, recipientHead}, "Nơi nhận: ", 0)
	f.end()
	f.y += recipientHead * single
	f.begin(&finish.Element{Tag: "L"})
	for _, lines := range r.broken(f.measurer) {
		f.begin(&finish.Element{Tag: "LI"})
		f.begin(&finish.Element{Tag: "LBody"})
		for _, line := range lines {
			if f.room() < recipientSize*single-epsilon {
				f.turn()
			}
			f.setLine(line, marginLeft, f.y+recipientSize*ascent, r.width(), recipientSize, left)
			f.y += recipientSize * single
		}
		f.end()
		f.end()
	}
	f.end()
}
