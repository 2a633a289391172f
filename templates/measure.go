package templates

import (
	"strings"

	"kyket/internal/pdf/font"
)

// span is a stretch of text in one style.
type span struct {
	text  string
	style font.Style
}

// word is what stands between two spaces; glued, it follows the word before it without one.
type word struct {
	text  string
	style font.Style
	width float64
	glued bool
}

// row is a broken line: its words and their width with single spaces.
type row struct {
	words []word
	width float64
	gaps  int
	// last is true where the paragraph ends: such a line is not justified.
	last bool
}

// measurer breaks text into lines.
type measurer struct{ fonts *font.Family }

func (m measurer) width(t typeface, s string) float64 { return m.fonts[t.style].Width(s, t.size) }

func (m measurer) space(size float64) float64 { return m.width(typeface{font.Regular, size}, " ") }

// words splits spans at spaces; a no-break space stays inside its word.
func (m measurer) words(size float64, spans []span) []word {
	var out []word
	spaced := true
	for _, s := range spans {
		for i, part := range strings.Split(s.text, " ") {
			if i > 0 {
				spaced = true
			}
			if part == "" {
				continue
			}
			out = append(out, word{part, s.style, m.width(typeface{s.style, size}, part), !spaced})
			spaced = false
		}
	}
	return out
}

// lines breaks spans into lines of a width, the first one shorter by indent.
func (m measurer) lines(size, width, indent float64, spans ...span) []row {
	const tolerance = 0.01
	var out []row
	gap := m.space(size)
	var line row
	room := width - indent
	flush := func() {
		out = append(out, line)
		line, room = row{}, width
	}
	words := m.words(size, spans)
	for i := 0; i < len(words); {
		next := i + 1
		unit := words[i].width
		for next < len(words) && words[next].glued {
			unit += words[next].width
			next++
		}
		more := unit
		if len(line.words) > 0 {
			more += gap
		}
		if line.width+more > room+tolerance {
			if len(line.words) > 0 {
				flush()
				continue
			}
			if head, tail, ok := m.cut(words[i], size, room); ok { // an address, or letters without a space
				line.words, line.width = append(line.words, head), head.width
				words[i] = tail
				flush()
				continue
			}
		}
		if len(line.words) > 0 {
			line.gaps++
		}
		line.width += more
		line.words = append(line.words, words[i:next]...)
		i = next
	}
	if len(line.words) > 0 {
		flush()
	}
	if len(out) > 0 {
		out[len(out)-1].last = true
	}
	return out
}

// balanced breaks centred text into as few lines as lines does, of about the same length.
func (m measurer) balanced(size, width float64, spans ...span) []row {
	best := m.lines(size, width, 0, spans...)
	if len(best) < 2 {
		return best
	}
	narrow, wide := width/2, width
	for range 8 {
		middle := (narrow + wide) / 2
		if try := m.lines(size, middle, 0, spans...); len(try) == len(best) {
			best, wide = try, middle
		} else {
			narrow = middle
		}
	}
	return best
}

// cut breaks a word that is wider than a whole line; at least one letter stays on each side.
func (m measurer) cut(w word, size, room float64) (head, tail word, ok bool) {
	t := typeface{w.style, size}
	letters := []rune(w.text)
	sum := 0.0
	for i, r := range letters {
		sum += m.width(t, string(r))
		if sum > room && i > 0 {
			head, tail = w, w
			head.text, tail.text = string(letters[:i]), string(letters[i:])
			head.width, tail.width, tail.glued = m.width(t, head.text), m.width(t, tail.text), false
			return head, tail, true
		}
	}
	return w, w, false
}

// widest is the width of the longest word of a text, natural that of the text on one line.
func (m measurer) widest(size float64, spans ...span) (widest, natural float64) {
	for i, w := range m.words(size, spans) {
		widest = max(widest, w.width)
		natural += w.width
		if i > 0 && !w.glued {
			natural += m.space(size)
		}
	}
	return widest, natural
}
