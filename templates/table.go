package templates

import (
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

// fit shares the text's width among the columns: each gets room for its longest word, the rest goes by how much
// text there is.
func (g *grid) fit(m measurer) []float64 {
	if g.widths != nil {
		return g.widths
	}
	n := len(g.columns)
	least, wish := make([]float64, n), make([]float64, n)
	measure := func(i int, s string, style font.Style) {
		w, natural := m.widest(tableSize, span{s, style})
		least[i] = max(least[i], min(w, textWidth/2)+2*cellPad+1)
		wish[i] = max(wish[i], min(natural, 200)+2*cellPad+1)
	}
	for i, c := range g.columns {
		measure(i, c, font.Bold)
		for _, r := range g.rows {
			if i < len(r) {
				measure(i, r[i], font.Regular)
			}
		}
	}
	var sumLeast, sumWish float64
	for i := range n {
		wish[i] = max(wish[i], least[i])
		sumLeast += least[i]
		sumWish += wish[i] - least[i]
	}
	g.widths = make([]float64, n)
	spare := textWidth - sumLeast
	for i := range n {
		switch {
		case spare < 0: // too many long words: they are cut
			g.widths[i] = least[i] * textWidth / sumLeast
		case sumWish > 0:
			g.widths[i] = least[i] + spare*(wish[i]-least[i])/sumWish
		default:
			g.widths[i] = least[i] + spare/float64(n)
		}
	}
	return g.widths
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
