package templates

import (
	"math"
	"strconv"

	"kyket/internal/pdf/font"
	"kyket/templates/finish"
)

// The page of Decree 30/2020/NĐ-CP (Phụ lục I, I): A4, margins 20, 20, 30 and 15 mm.
const (
	marginTop    = 20 * mm
	marginBottom = 20 * mm
	marginLeft   = 30 * mm
	marginRight  = 15 * mm
	textWidth    = pageWidth - marginLeft - marginRight
	textBottom   = pageHeight - marginBottom
	indent       = 10 * mm // of a paragraph's first line

	bodySize  = 14.0
	pageSize  = 13.0        // of the page number
	single    = 1.15        // pitch of single spacing in Times, by size
	bodyPitch = 1.15 * 1.15 // 1.15 lines
	above     = 6.0         // between paragraphs
	ascent    = 0.89        // of a line's first baseline, by size
	numberAt  = 12.5 * mm   // baseline of the page number
	minLines  = 2           // widows and orphans
	epsilon   = 0.01
)

// block is a part of the paper that knows how much of it must stay together.
type block interface {
	// head is the least height at the block's beginning that must not be parted; all says that it is the whole block.
	head(m measurer) (height float64, all bool)
	// keep says how the block clings to what follows.
	keep() keeping
	// draw puts the block at the flow's cursor and moves it. after is the height that must stay with its end.
	draw(f *flow, after float64)
}

// keeping says what of a block must stay with what follows it.
type keeping int

const (
	keepNothing keeping = iota
	// keepAll: a heading is on the page of what it heads.
	keepAll
	// keepTail: the last lines of the text are on the page of the first signatures.
	keepTail
)

// flow places blocks on pages.
type flow struct {
	canvas
	measurer
	y float64
	// page is the number printed in the top margin, from 1 in the body and in every annex.
	page      int
	everyPage func(sheet int)
	bookmarks []finish.Bookmark
	sheets    int
}

// run draws the blocks in order.
func (f *flow) run(blocks []block) {
	for i, b := range blocks {
		need := f.lead(blocks[i:])
		if f.room() < need-epsilon && f.y > marginTop+epsilon && need <= textBottom-marginTop {
			f.turn()
		}
		after := 0.0
		if b.keep() != keepNothing && i+1 < len(blocks) {
			after = f.lead(blocks[i+1:])
		}
		b.draw(f, after)
	}
}

// lead is the height that must be free for the first of blocks to begin.
func (f *flow) lead(blocks []block) float64 {
	if len(blocks) == 0 {
		return 0
	}
	h, all := blocks[0].head(f.measurer)
	switch blocks[0].keep() {
	case keepAll:
		return h + f.lead(blocks[1:])
	case keepTail:
		if all {
			return h + f.lead(blocks[1:])
		}
	}
	return h
}

// turn goes to the next page of the same part.
func (f *flow) turn() { f.open(f.page + 1) }

// open starts a page that bears a number; the first of a part shows none.
func (f *flow) open(number int) {
	f.sheets = f.newPage()
	f.page, f.y = number, marginTop
	if number > 1 {
		f.artifact(func() {
			t, s := typeface{font.Regular, pageSize}, strconv.Itoa(number)
			f.text((pageWidth-f.width(t, s))/2, numberAt, t, s, 0)
		})
	}
	if f.everyPage != nil {
		f.everyPage(f.sheets)
	}
}

func (f *flow) width(t typeface, s string) float64 { return f.measurer.width(t, s) }

func (f *flow) room() float64 { return textBottom - f.y }

// bookmark leads to the cursor.
func (f *flow) bookmark(title string) {
	f.bookmarks = append(f.bookmarks, finish.Bookmark{Title: title, Page: f.sheets, Top: cents(pageHeight - f.y)})
}

// align is how a line stands in its width.
type align int

const (
	justified align = iota
	left
	centred
)

// setLine draws one line with its baseline at y. Every line ends with a space: readers of the structure would glue
// the words of two lines together otherwise.
func (f *flow) setLine(r row, x, y, width, size float64, a align) {
	gap := f.space(size)
	switch {
	case a == centred:
		x += (width - r.width) / 2
	case a == justified && !r.last && r.gaps > 0:
		gap += (width - r.width) / float64(r.gaps)
	}
	stretched := math.Abs(gap-f.space(size)) > 1e-9
	run, from := "", x
	for i, w := range r.words {
		if run == "" {
			from = x
		}
		run += w.text
		x += w.width
		next := i + 1
		spaced := next == len(r.words) || !r.words[next].glued
		if spaced {
			run += " "
			if next < len(r.words) {
				x += gap
			}
		}
		if next == len(r.words) || r.words[next].style != w.style || stretched && spaced {
			f.text(from, y, typeface{w.style, size}, run, 0)
			run = ""
		}
	}
}

// break starts a part of the paper with pages numbered from 1.
type newPart struct{}

func (newPart) head(measurer) (float64, bool) { return 0, true }
func (newPart) keep() keeping                 { return keepNothing }
func (newPart) draw(f *flow, _ float64)       { f.open(1) }
