package templates

import (
	"slices"
	"strings"

	"kyket/pact"
)

// composer makes blocks of a paper's content.
type composer struct {
	paper  *Paper
	blocks []block
	annex  []block // of the annexes, which follow the signatures
}

func (c *composer) add(b ...block) { c.blocks = append(c.blocks, b...) }

// text composes everything down to the signatures, and the annexes.
func (c *composer) text() {
	p := c.paper
	c.add(&letterhead{clean(p.Superior), clean(p.Issuer), clean(p.Number), clean(p.PlaceAndDate)})
	kind := centre(clean(p.Content.TypeName), bodySize)
	kind.tag, kind.above = "H1", 8
	subject := centre(clean(p.Content.Subject), bodySize)
	subject.rule = 1.0 / 3
	c.add(kind, subject)
	for i, b := range p.Content.Bases {
		mark := ";"
		if i == len(p.Content.Bases)-1 {
			mark = "."
		}
		c.add(body(italic(strings.TrimRight(clean(b.Text), ";. ") + mark)))
	}
	p.Content.Walk(func(a pact.Anchor, label string, cl *pact.Clause) {
		switch {
		case cl.Kind == pact.Annex:
			c.annexOf(label, cl)
		case cl.Kind != pact.Row:
			c.clause(label, cl)
		}
	})
	c.keepEnd()
}

// clause composes heading and text of one clause. A heading stands beside the label, the text below it; without a
// heading the text stands beside the label.
func (c *composer) clause(label string, cl *pact.Clause) {
	label, heading, paragraphs := label, clean(cl.Heading), lines(cl.Text)
	lead := plain
	switch cl.Kind {
	case pact.Article, pact.Part, pact.Letter:
		lead = bold
	}
	if label != "" {
		label += " "
	}
	if heading != "" {
		h := body(bold(label + heading))
		h.keeping, h.tag, h.bookmark = keepAll, "P", false
		switch cl.Kind {
		case pact.Article, pact.Part:
			h.tag, h.bookmark = "H2", true
		case pact.Letter:
			h.tag = "H3"
		case pact.Paragraph, pact.Section:
			if len(cl.Children) == 0 && len(paragraphs) == 0 { // a heading that heads nothing is the clause itself
				h.keeping, h.spans = keepNothing, []span{plain(label + heading)}
			}
		}
		c.add(h)
	} else if len(paragraphs) > 0 {
		c.add(announcing(body(lead(label), plain(paragraphs[0]))))
		paragraphs = paragraphs[1:]
	}
	for _, text := range paragraphs {
		c.add(announcing(body(plain(text))))
	}
}

// announcing keeps the end of a paragraph that announces something with what it announces.
func announcing(p *paragraph) *paragraph {
	if strings.HasSuffix(textOf(p.spans), ":") {
		p.keeping = keepTail
	}
	return p
}

// lines splits a text at its line breaks: each is a paragraph.
func lines(text string) []string {
	var out []string
	for part := range strings.SplitSeq(text, "\n") {
		if part = clean(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// keepEnd keeps the last two lines of the text with the first signatures.
func (c *composer) keepEnd() {
	for i, b := range slices.Backward(c.blocks) {
		p, ok := b.(*paragraph)
		if !ok {
			return
		}
		if i < len(c.blocks)-1 { // the last paragraph is one line: the one before it goes along
			if p.keeping == keepNothing {
				p.keeping = keepTail
			}
			return
		}
		p.keeping = keepTail
		fonts := c.paper.Fonts
		if len(p.lines(measurer{fonts})) > 1 {
			return
		}
	}
}

// annexOf composes an annex, on a page of its own.
func (c *composer) annexOf(label string, cl *pact.Clause) {
	name := centre(label, bodySize)
	name.tag, name.bookmark = "H2", true
	c.annex = append(c.annex, newPart{}, name)
	if title := clean(cl.Heading); title != "" {
		h := centre(strings.ToUpper(title), bodySize)
		h.tag = "H3"
		c.annex = append(c.annex, h)
	}
	for _, text := range lines(cl.Text) {
		c.annex = append(c.annex, body(plain(text)))
	}
	if cl.Table != nil {
		if g := c.table(cl); len(g.columns) > 0 {
			c.annex = append(c.annex, g)
		}
	}
}

// Headings of tables whose annex names none.
var (
	registrationColumns = []string{"STT", "Đơn vị", "Danh hiệu, hình thức khen thưởng đăng ký", "Cấp xét tặng", "Ghi chú"}
	targetColumns       = []string{"STT", "Chỉ tiêu", "Đơn vị tính", "Mức giao ước", "Khối thực hiện", "Nguồn số liệu"}
	awardLevels         = map[string]string{"tinh": "Cấp tỉnh", "bo": "Bộ Tư pháp", "chinh_phu": "Chính phủ"}
)

// numberColumn is the column that is filled here.
const numberColumn = "STT"

func (c *composer) table(cl *pact.Clause) *grid {
	g := &grid{columns: slices.Clone(cl.Table.Columns), centre: map[int]bool{}}
	var rows [][]string
	switch cl.Table.Content {
	case pact.RegistrationTable:
		g.columns = orDefault(g.columns, registrationColumns)
		rows = c.registrations()
	case pact.TargetTable:
		g.columns = orDefault(g.columns, targetColumns)
		rows = c.targets()
	default:
		for _, kid := range cl.Children {
			rows = append(rows, kid.Cells)
		}
	}
	for i := range g.columns {
		g.columns[i] = clean(g.columns[i])
	}
	for i, cells := range rows {
		g.rows = append(g.rows, g.numbered(i+1, cells))
	}
	for i := range g.columns {
		if short := func(r []string) bool { return len([]rune(r[i])) <= 8 }; len(g.rows) > 0 && allOf(g.rows, short) {
			g.centre[i] = true
		}
	}
	return g
}

func orDefault(columns, otherwise []string) []string {
	if len(columns) == 0 {
		return slices.Clone(otherwise)
	}
	return columns
}

func allOf(rows [][]string, ok func([]string) bool) bool {
	return !slices.ContainsFunc(rows, func(r []string) bool { return !ok(r) })
}

func (c *composer) registrations() [][]string {
	var rows [][]string
	for _, r := range c.paper.Content.Registrations {
		level := r.Level
		if s, ok := awardLevels[level]; ok {
			level = s
		}
		rows = append(rows, []string{c.paper.nameOf(r.Agency), r.Award, level, r.Note})
	}
	return rows
}

func (c *composer) targets() [][]string {
	var rows [][]string
	for _, t := range c.paper.Content.Targets {
		block := t.Block
		if s, ok := c.paper.Blocks[t.Block]; ok {
			block = s
		} else if block == "ALL" {
			block = "Tất cả các đơn vị"
		}
		rows = append(rows, []string{t.Indicator, t.Unit, threshold(t.Op, t.Value.Vietnamese()), block, t.Source})
	}
	return rows
}

// threshold says a target's value in words.
func threshold(op, value string) string {
	switch op {
	case ">=":
		return "Từ " + value + " trở lên"
	case ">":
		return "Trên " + value
	case "<=":
		return "Không quá " + value
	case "<":
		return "Dưới " + value
	}
	return value
}

// nameOf is an agency's name on the day of the paper.
func (p *Paper) nameOf(code pact.AgencyCode) string {
	if s := p.Names[code]; s != "" {
		return s
	}
	for _, seat := range p.Seating.Seats {
		if seat.Code == string(code) {
			return seat.Name
		}
	}
	return string(code)
}
