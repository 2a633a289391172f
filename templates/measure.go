package templates

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"kyket/internal/pdf/font"
)

// span is a stretch of text in one style.
type span struct {
	text  string
	style font.Style
}

// word is what stands between two spaces; glued, it follows the word before it without one; bound, it stays on the
// line of the word before it.
type word struct {
	text         string
	style        font.Style
	width        float64
	glued, bound bool
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
			out = append(out, word{text: part, style: s.style, width: m.width(typeface{s.style, size}, part), glued: !spaced})
			spaced = false
		}
	}
	return out
}

// lines breaks spans into lines of a width, the first one shorter by indent.
func (m measurer) lines(size, width, indent float64, spans ...span) []row {
	return m.pour(size, width, indent, m.words(size, spans))
}

func (m measurer) pour(size, width, indent float64, words []word) []row {
	const tolerance = 0.01
	var out []row
	gap := m.space(size)
	var line row
	room := width - indent
	flush := func() {
		out = append(out, line)
		line, room = row{}, width
	}
	for i := 0; i < len(words); {
		next := i + 1
		unit, inner := words[i].width, 0
		for next < len(words) && (words[next].glued || words[next].bound) {
			if !words[next].glued {
				unit += gap
				inner++
			}
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
				words = slices.Clone(words)
				words[i] = tail
				flush()
				continue
			}
		}
		if len(line.words) > 0 {
			line.gaps++
		}
		line.gaps += inner
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

// balanced breaks centred text into as few lines as lines does, of about the same length, and where it can between
// the parts of a name.
func (m measurer) balanced(size, width float64, spans ...span) []row {
	best := m.lines(size, width, 0, spans...)
	if len(best) < 2 {
		return best
	}
	words := m.words(size, spans)
	bind(words)
	if parted := m.pour(size, width, 0, words); len(parted) == len(best) && widestRow(parted) <= width {
		best = parted
	} else {
		words = m.words(size, spans)
	}
	narrow, wide := width/3, width
	for range 8 {
		middle := (narrow + wide) / 2
		if try := m.pour(size, middle, 0, words); len(try) == len(best) && widestRow(try) <= middle+1 {
			best, wide = try, middle
		} else {
			narrow = middle
		}
	}
	return best
}

func widestRow(rows []row) (w float64) {
	for _, r := range rows {
		w = max(w, r.width)
	}
	return w
}

// terms are names that a title does not break, in lower case.
var terms = [][]string{
	{"thi", "hành", "án", "dân", "sự"}, {"thi", "hành", "án"}, {"sở", "tư", "pháp"}, {"bộ", "tư", "pháp"}, {"cơ", "quan", "tư", "pháp"}, {"tư", "pháp"},
	{"thi", "đua"}, {"khen", "thưởng"}, {"giao", "ước"}, {"thành", "phố"}, {"giám", "đốc"}, {"cục", "trưởng"}, {"phó", "trưởng"},
}

// places are the words that a name of a place follows.
var places = []string{"tỉnh", "phố"}

// longestPlace is how many words the name of a place has at most: Bà Rịa - Vũng Tàu.
const longestPlace = 5

// bind keeps terms, and places with their names, on one line.
func bind(words []word) {
	lower := make([]string, len(words))
	for i, w := range words {
		lower[i] = strings.ToLower(w.text)
	}
	for i := range words {
		for _, term := range terms {
			if i+len(term) > len(words) || !matches(lower[i:], term) {
				continue
			}
			for k := 1; k < len(term); k++ {
				words[i+k].bound = true
			}
			break
		}
		if slices.Contains(places, lower[i]) {
			for k := i + 1; k < len(words) && k <= i+longestPlace && properName(words[k].text); k++ {
				words[k].bound = true
				if strings.HasSuffix(lower[k], ",") {
					break
				}
			}
		}
	}
}

// properName says whether a word may be part of a name of a place.
func properName(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r) || r == '-'
}

// matches says whether words begin with a term; the last may have a mark behind it.
func matches(words, term []string) bool {
	for i, t := range term {
		if words[i] != t && (i+1 < len(term) || strings.TrimRight(words[i], ",;.:") != t) {
			return false
		}
	}
	return true
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
