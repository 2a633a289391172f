package templates

import (
	"strings"

	"kyket/internal/pdf/font"
	"kyket/templates/finish"
)

// paragraph is a block of running text.
type paragraph struct {
	spans []span
	tag   string // of the structure; "" is P
	size  float64
	pitch float64 // distance of lines by size
	align align
	// first is the indent of the first line.
	first float64
	// above is the space before it.
	above    float64
	keeping  keeping
	bookmark bool
	// rule draws a line below, of that share of the last line's width.
	rule float64
	// cached are the broken lines.
	cached []row
}

// body is a paragraph of the text, by Decree 30/2020/NĐ-CP.
func body(spans ...span) *paragraph {
	return &paragraph{spans: spans, size: bodySize, pitch: bodyPitch, first: indent, above: above}
}

// centre is a centred line of a title.
func centre(text string, size float64) *paragraph {
	return &paragraph{spans: []span{{text, font.Bold}}, size: size, pitch: single * 1.05, align: centred, keeping: keepAll}
}

func plain(text string) span  { return span{text, font.Regular} }
func bold(text string) span   { return span{text, font.Bold} }
func italic(text string) span { return span{text, font.Italic} }

func (p *paragraph) lines(m measurer) []row {
	if p.cached == nil {
		if p.align == centred {
			p.cached = m.balanced(p.size, textWidth, p.spans...)
		} else {
			p.cached = m.lines(p.size, textWidth, p.first, p.spans...)
		}
	}
	return p.cached
}

func (p *paragraph) height(lines int) float64 { return float64(lines) * p.size * p.pitch }

const ruleGap = 9.0 // from the text's last line over the rule to what follows

func (p *paragraph) extra() float64 {
	if p.rule > 0 {
		return ruleGap
	}
	return 0
}

func (p *paragraph) keep() keeping { return p.keeping }

func (p *paragraph) head(m measurer) (float64, bool) {
	n := len(p.lines(m))
	if p.keeping == keepAll || n < 2*minLines {
		return p.above + p.height(n) + p.extra(), true
	}
	return p.above + p.height(minLines), false
}

func (p *paragraph) draw(f *flow, after float64) {
	lines := p.lines(f.measurer)
	if f.y > marginTop+epsilon {
		f.y += p.above
	}
	if p.bookmark {
		f.bookmark(textOf(p.spans))
	}
	f.begin(&finish.Element{Tag: orP(p.tag)})
	for done := 0; done < len(lines); {
		n := p.fitting(f, len(lines)-done, after)
		for _, r := range lines[done : done+n] {
			x, w := marginLeft, textWidth
			if done == 0 {
				x, w = x+p.first, w-p.first
			}
			f.setLine(r, x, f.y+p.size*ascent, w, p.size, p.align)
			f.y += p.size * p.pitch
			done++
		}
		if done < len(lines) {
			f.turn()
		}
	}
	f.end()
	p.drawRule(f)
}

// fitting says how many of the remaining lines go on this page.
func (p *paragraph) fitting(f *flow, remaining int, after float64) int {
	fit := int((f.room() + epsilon) / (p.size * p.pitch))
	if fit >= remaining {
		if p.keeping == keepTail && f.room()-p.height(remaining) < after-epsilon && remaining >= 2*minLines {
			return remaining - minLines // the end goes along with the signatures
		}
		return remaining
	}
	if remaining-fit < minLines {
		fit = remaining - minLines
	}
	return max(fit, 1)
}

func (p *paragraph) drawRule(f *flow) {
	if p.rule == 0 || len(p.cached) == 0 {
		return
	}
	w := p.cached[len(p.cached)-1].width * p.rule
	f.artifact(func() {
		f.line(marginLeft+(textWidth-w)/2, f.y+3, marginLeft+(textWidth+w)/2, f.y+3, 0.6, 0)
	})
	f.y += ruleGap
}

func orP(tag string) string {
	if tag == "" {
		return "P"
	}
	return tag
}

func textOf(spans []span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.text)
	}
	return strings.TrimSpace(b.String())
}
