package templates

import (
	"math"
	"strings"

	"kyket/internal/pdf/font"
	"kyket/templates/finish"
)

// grid is a table whose header is repeated on every page and whose rows are not split.
type grid struct {
	columns []string
	rows    [][]string
	// centre lists the columns whose cells are centred.
	centre map[int]bool
	widths []float64
}

const (
	tableSize = 12.0
	cellPad   = 3.5
	linePitch = tableSize * single
)

func (g *grid) keep() keeping { return keepNothing }

func (g *grid) head(m measurer) (float64, bool) {
	h := g.rowHeight(m, g.columns, font.Bold) + above
	if len(g.rows) > 0 {
		h += g.rowHeight(m, g.rows[0], font.Regular)
	}
	return h, len(g.rows) < 2
}

// column is what a column of a table asks for.
type column struct {
	least   float64 // its longest word
	natural float64 // its longest cell on one line
	weight  float64 // how much text it holds, evened out
}

// evening makes the weight of columns less unlike than what they hold: a column of half the text gets more than half
// of the width, since a narrow one breaks badly.
const evening = 0.65

// modest is the part of an even share that a column may take to stand on one line, whatever the others need.
const modest = 0.75

// fit shares the text's width among the columns. Those that are content with little get what they need on one line;
// the others share the rest by how much text they hold, but none gets less than its longest word.
func (g *grid) fit(m measurer) []float64 {
	if g.widths != nil {
		return g.widths
	}
	asks := make([]column, len(g.columns))
	g.widths = make([]float64, len(g.columns))
	all := 0.0
	for i := range asks {
		asks[i] = g.ask(m, i)
		all += asks[i].natural
	}
	if all <= textWidth { // everything stands on one line: spread what is left
		for i, a := range asks {
			g.widths[i] = a.natural * textWidth / all
		}
		return g.widths
	}
	room := g.settle(asks, textWidth, func(a column, room, _ float64, open int) (float64, bool) {
		return a.natural, a.natural <= modest*room/float64(open)
	})
	room = g.settle(asks, room, func(a column, room, weight float64, _ int) (float64, bool) {
		return a.least, a.least > room*a.weight/weight
	})
	g.settle(asks, room, func(a column, room, weight float64, _ int) (float64, bool) {
		return room * a.weight / weight, true
	})
	if wide := sum(g.widths); wide > textWidth { // too many long words: they are cut
		for i := range g.widths {
			g.widths[i] *= textWidth / wide
		}
	}
	return g.widths
}

// settle gives a width to every open column that rule settles, until none is left to settle; it returns the room left.
// rule sees the room and the weight of the columns still open, and how many they are.
func (g *grid) settle(asks []column, room float64, rule func(a column, room, weight float64, open int) (float64, bool)) float64 {
	for again := true; again; {
		again = false
		for i, a := range asks {
			if g.widths[i] != 0 {
				continue
			}
			weight, open := 0.0, 0
			for k, other := range asks {
				if g.widths[k] == 0 {
					weight, open = weight+other.weight, open+1
				}
			}
			if w, ok := rule(a, max(room, 0), weight, open); ok {
				g.widths[i], room, again = max(w, 1), room-w, true
			}
		}
	}
	return room
}

func sum(list []float64) (s float64) {
	for _, v := range list {
		s += v
	}
	return s
}

// ask measures a column.
func (g *grid) ask(m measurer, i int) column {
	const border = 2*cellPad + 1
	var a column
	var squares float64
	cell := func(s string, style font.Style) {
		word, natural := m.widest(tableSize, span{s, style})
		a.least = max(a.least, min(word, textWidth/2)+border)
		a.natural = max(a.natural, natural+border)
		squares += natural * natural
	}
	cell(g.columns[i], font.Bold)
	for _, r := range g.rows {
		if i < len(r) {
			cell(r[i], font.Regular)
		}
	}
	a.weight = math.Pow(1+math.Sqrt(squares/float64(1+len(g.rows))), evening)
	return a
}

func (g *grid) cell(m measurer, i int, s string, style font.Style) []row {
	return m.lines(tableSize, g.fit(m)[i]-2*cellPad, 0, span{s, style})
}

func (g *grid) rowHeight(m measurer, cells []string, style font.Style) float64 {
	lines := 1
	for i := range g.columns {
		if i < len(cells) {
			lines = max(lines, len(g.cell(m, i, cells[i], style)))
		}
	}
	return float64(lines)*linePitch + 2*cellPad
}

func (g *grid) draw(f *flow, _ float64) {
	f.y += above
	f.begin(&finish.Element{Tag: "Table"})
	f.begin(&finish.Element{Tag: "THead"})
	g.drawRow(f, g.columns, "TH")
	f.end()
	f.begin(&finish.Element{Tag: "TBody"})
	for _, whole := range g.rows {
		for _, r := range g.parted(f.measurer, whole) {
			if f.room() < g.rowHeight(f.measurer, r, font.Regular)-epsilon {
				f.turn()
				f.artifact(func() { g.drawCells(f, g.columns, "TH", false) })
			}
			g.drawRow(f, r, "TD")
		}
	}
	f.end()
	f.end()
}

// parted returns a row as it is, or in parts when no page is high enough for it.
func (g *grid) parted(m measurer, cells []string) [][]string {
	most := int((textBottom - marginTop - g.rowHeight(m, g.columns, font.Bold) - 2*cellPad) / linePitch)
	if g.rowHeight(m, cells, font.Regular) <= float64(most)*linePitch+2*cellPad {
		return [][]string{cells}
	}
	var out [][]string
	for i, s := range cells {
		for part := 0; ; part++ {
			lines := g.cell(m, i, s, font.Regular)
			if part == len(out) {
				out = append(out, make([]string, len(cells)))
			}
			if len(lines) <= most {
				out[part][i] = s
				break
			}
			out[part][i] = textOfRows(lines[:most])
			s = textOfRows(lines[most:])
		}
	}
	return out
}

// textOfRows joins lines again; a word that was cut stays in two.
func textOfRows(rows []row) string {
	var words []string
	for _, r := range rows {
		for _, w := range r.words {
			words = append(words, w.text)
		}
	}
	return strings.Join(words, " ")
}

func (g *grid) drawRow(f *flow, cells []string, tag string) {
	f.begin(&finish.Element{Tag: "TR"})
	g.drawCells(f, cells, tag, true)
	f.end()
}

// drawCells draws a row and its lines; a repeated header has no elements.
func (g *grid) drawCells(f *flow, cells []string, tag string, tagged bool) {
	style := font.Regular
	if tag == "TH" {
		style = font.Bold
	}
	h := g.rowHeight(f.measurer, cells, style)
	x := marginLeft
	for i, w := range g.fit(f.measurer) {
		if tagged {
			e := &finish.Element{Tag: tag}
			if tag == "TH" {
				e.Scope = "Column"
			}
			f.begin(e)
		}
		text := ""
		if i < len(cells) {
			text = cells[i]
		}
		lines := g.cell(f.measurer, i, text, style)
		y, a := f.y+(h-float64(len(lines))*linePitch)/2, left
		if tag == "TH" || g.centre[i] {
			a = centred
		}
		for k, r := range lines {
			f.setLine(r, x+cellPad, y+tableSize*ascent+float64(k)*linePitch, w-2*cellPad, tableSize, a)
		}
		if tagged {
			f.end()
		}
		x += w
	}
	f.artifact(func() { g.rules(f, h) })
	f.y += h
}

func (g *grid) rules(f *flow, h float64) {
	const width = 0.5
	x, corner := marginLeft, width/2 // lines end square, so that corners close
	f.line(x-corner, f.y, x+textWidth+corner, f.y, width, 0)
	f.line(x-corner, f.y+h, x+textWidth+corner, f.y+h, width, 0)
	f.line(x, f.y, x, f.y+h, width, 0)
	for _, w := range g.widths {
		x += w
		f.line(x, f.y, x, f.y+h, width, 0)
	}
}
