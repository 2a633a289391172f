package pact

import (
	"slices"
	"strconv"
	"strings"
)

// The numerals of the numbering schemes. A paper with more than these has outgrown the scheme and is refused.
var (
	romans  = strings.Fields("I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX")
	points  = strings.Fields("a b c d dd e g h i k l m n o p q r s t u v x y") // dd is printed đ
	letters = strings.Split("ABCDĐEGHIKLMN", "")
)

// maxPlace is the greatest number of clauses of one kind below one parent where the numerals set no limit.
const maxPlace = 999

// below says which kinds of clauses a clause of a kind may hold; "" is the text itself, by structure.
var below = map[ClauseKind][]ClauseKind{
	Article:   {Paragraph},
	Paragraph: {Point},
	Part:      {Letter, Section},
	Letter:    {Section},
	Section:   {Dash},
	Annex:     {Row},
}

// top says which kinds stand directly in the text, in the order of the paper.
var top = map[Structure][]ClauseKind{
	Articles: {Preamble, Article, Annex},
	Parts:    {Preamble, Part, Annex},
}

// segment is one step of an anchor: the n-th (from 0) clause of a kind below its parent.
type segment struct {
	kind ClauseKind
	n    int
}

// segmentName is the anchor's part for the n-th (from 0) of its kind; "" beyond the numerals.
func segmentName(kind ClauseKind, n int) string {
	switch kind {
	case Preamble:
		if n > 0 {
			return ""
		}
		return string(kind)
	case Letter:
		return pick(letters, n)
	}
	if s := numeral(kind, n); s != "" {
		return string(kind) + "-" + s
	}
	return ""
}

func numeral(kind ClauseKind, n int) string {
	switch kind {
	case Part, Annex:
		return pick(romans, n)
	case Point:
		return pick(points, n)
	case Letter:
		return pick(letters, n)
	case Article, Paragraph, Section, Dash, Row:
		if n < maxPlace {
			return strconv.Itoa(n + 1)
		}
	}
	return ""
}

func pick(list []string, n int) string {
	if n < 0 || n >= len(list) {
		return ""
	}
	return list[n]
}

// parseSegment is the inverse of segmentName.
func parseSegment(part string) (segment, bool) {
	if part == string(Preamble) {
		return segment{Preamble, 0}, true
	}
	if n := slices.Index(letters, part); n >= 0 {
		return segment{Letter, n}, true
	}
	i := strings.LastIndexByte(part, '-')
	if i < 0 {
		return segment{}, false
	}
	kind, s, n := ClauseKind(part[:i]), part[i+1:], -1
	switch kind {
	case Part, Annex:
		n = slices.Index(romans, s)
	case Point:
		n = slices.Index(points, s)
	case Article, Paragraph, Section, Dash, Row:
		x, err := strconv.Atoi(s)
		if err == nil && x >= 1 && x <= maxPlace && strconv.Itoa(x) == s {
			n = x - 1
		}
	}
	return segment{kind, n}, n >= 0
}

// segments takes the anchor apart; nil when it is none.
func (a Anchor) segments() []segment {
	if len(a) > 80 {
		return nil
	}
	var all []segment
	for part := range strings.SplitSeq(string(a), ".") {
		s, ok := parseSegment(part)
		if !ok {
			return nil
		}
		all = append(all, s)
	}
	return all
}

// Fits says whether the anchor has a form that belongs to the structure.
func (a Anchor) Fits(s Structure) bool {
	path := a.segments()
	if len(path) == 0 || !slices.Contains(top[s], path[0].kind) {
		return false
	}
	for i := 1; i < len(path); i++ {
		if !slices.Contains(below[path[i-1].kind], path[i].kind) {
			return false
		}
	}
	return true
}

// split is the anchor of the parent, "" at the top, and the last step.
func (a Anchor) split() (up Anchor, last segment, ok bool) {
	part := string(a)
	if i := strings.LastIndexByte(part, '.'); i >= 0 {
		up, part = Anchor(part[:i]), part[i+1:]
	}
	last, ok = parseSegment(part)
	return up, last, ok
}

// label is what is printed before the words of the n-th (from 0) clause of a kind.
func label(kind ClauseKind, n int) string {
	s := strings.Replace(numeral(kind, n), "dd", "đ", 1)
	switch kind {
	case Article:
		return "Điều " + s + "."
	case Paragraph, Part, Letter, Section:
		return s + "."
	case Point:
		return s + ")"
	case Dash:
		return "-"
	case Annex:
		return "Phụ lục " + s
	case Row:
		return s
	}
	return ""
}

// Name is how a sentence calls the place: "khoản 3 Điều 4", "mục 1 phần II.A", "dòng 3 Phụ lục II".
func (a Anchor) Name() string {
	path := a.segments()
	if path == nil {
		return string(a)
	}
	var words []string
	for i := len(path) - 1; i >= 0; i-- {
		s := strings.Replace(numeral(path[i].kind, path[i].n), "dd", "đ", 1)
		switch path[i].kind {
		case Preamble:
			s = "phần mở đầu"
		case Article:
			s = "Điều " + s
		case Paragraph:
			s = "khoản " + s
		case Point:
			s = "điểm " + s
		case Part:
			s = "phần " + s
		case Letter: // named together with its part: phần II.A
			if i > 0 && path[i-1].kind == Part {
				s = "phần " + numeral(Part, path[i-1].n) + "." + s
				i--
			}
		case Section:
			s = "mục " + s
		case Dash:
			s = "gạch đầu dòng thứ " + s
		case Annex:
			s = "Phụ lục " + s
		case Row:
			s = "dòng " + s
		}
		words = append(words, s)
	}
	return strings.Join(words, " ")
}
