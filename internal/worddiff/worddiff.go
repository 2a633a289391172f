// Package worddiff compares two texts word by word, as people read a redline: syllables, numbers and percentages stay
// whole, and both texts are brought to NFC first, so that the same words in another encoding are no change. It knows
// texts only; what a clause or a version is it must not know.
package worddiff

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Op says what happened to a piece of text.
type Op int

// The operations.
const (
	Equal Op = iota
	Delete
	Insert
)

// Segment is a run of text that stayed, went or came.
type Segment struct {
	Op   Op
	Text string
}

// Kept, Gone and New say what the segment is, for templates.
func (s Segment) Kept() bool { return s.Op == Equal }

// Gone says whether only the old text has it.
func (s Segment) Gone() bool { return s.Op == Delete }

// New says whether only the new text has it.
func (s Segment) New() bool { return s.Op == Insert }

// Diff compares a and b. All segments but the inserted ones joined are a in NFC, all but the deleted ones b. A place
// that changed is at most one deletion and one insertion.
func Diff(a, b string) []Segment {
	ta, tb := tokens(norm.NFC.String(a)), tokens(norm.NFC.String(b))
	wa, wb := wordsOf(ta), wordsOf(tb)
	d := &differ{}
	d.a, d.b = intern(ta, wa, tb, wb)
	d.gone, d.came = make([]bool, len(wa)), make([]bool, len(wb))
	d.walk(0, len(wa), 0, len(wb))
	slide(ta, wa, d.gone)
	slide(tb, wb, d.came)
	return segments(ta, wa, d.gone, tb, wb, d.came)
}

// wordsOf lists the places of the tokens that are no blanks. Only they are compared, which halves the lists; what is blank
// between two of them follows its neighbours.
func wordsOf(list []string) []int32 {
	out := make([]int32, 0, len(list)/2+1)
	for i, t := range list {
		if classOfToken(t) != gap {
			out = append(out, int32(i))
		}
	}
	return out
}

// Changes counts the places that differ: a deletion with the insertion beside it is one.
func Changes(list []Segment) (n int) {
	in := false
	for _, s := range list {
		if s.Op != Equal && !in {
			n++
		}
		in = s.Op != Equal
	}
	return n
}

// class of a rune: letters, digits and marks make words, blanks make gaps, everything else stands alone.
type class int

const (
	word class = iota
	gap
	sign
)

func classOf(r rune) class {
	switch {
	case r == '\n':
		return sign
	case r < utf8.RuneSelf && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'):
		return word
	case r == ' ' || unicode.IsSpace(r):
		return gap
	case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
		return word
	}
	return sign
}

// tokens cuts s into words, gaps and signs. "84,5%", "12.640" and "01/10/2026" are one token each.
func tokens(s string) []string {
	out := make([]string, 0, len(s)/3+1)
	start, last, digit := 0, sign, false
	for i, r := range s {
		c := classOf(r)
		if c == sign && last == word && digit && joins(r, s[i+1:]) {
			c = word
		}
		if i > start && (c != last || c == sign) {
			out = append(out, s[start:i])
			start = i
		}
		last, digit = c, r >= '0' && r <= '9' // "%" ends a number since it is no digit
	}
	if start < len(s) {
		out = append(out, s[start:])
	}
	return out
}

// joins says whether a sign after a digit belongs to the number; rest is what follows a sign of one byte.
func joins(r rune, rest string) bool {
	switch r {
	case '%':
		return true
	case '.', ',', '/':
		return rest != "" && rest[0] >= '0' && rest[0] <= '9'
	}
	return false
}

// intern numbers the words, so that comparing two is comparing integers.
func intern(a []string, wa []int32, b []string, wb []int32) ([]int32, []int32) {
	ids := make(map[string]int32, (len(wa)+len(wb))/4+1)
	number := func(list []string, words []int32) []int32 {
		out := make([]int32, len(words))
		for i, w := range words {
			id, ok := ids[list[w]]
			if !ok {
				id = int32(len(ids))
				ids[list[w]] = id
			}
			out[i] = id
		}
		return out
	}
	return number(a, wa), number(b, wb)
}

// slide moves a changed run to the right where the same words then begin at a sign: "công chức[, viên chức]" reads better
// than "công[ chức, viên] chức". What stays is the same words in the same order, so the diff stays true.
func slide(list []string, words []int32, marked []bool) {
	at := func(i int) string { return list[words[i]] }
	for i := 0; i < len(words); i++ {
		if !marked[i] {
			continue
		}
		end := i
		for end < len(words) && marked[end] {
			end++
		}
		best := 0
		for n := 0; end+n < len(words) && !marked[end+n] && at(i+n) == at(end+n); {
			if n++; classOfToken(at(i+n)) == sign {
				best = n
				break
			}
		}
		for k := range best {
			marked[i+k], marked[end+k] = false, true
		}
		i = end + best - 1
		for i+1 < len(words) && marked[i+1] {
			i++
		}
	}
}

func classOfToken(t string) class {
	r, _ := utf8.DecodeRuneInString(t)
	return classOf(r)
}

// segments joins the tokens to runs. Everything between two words that stayed is one changed place.
func segments(a []string, wa []int32, gone []bool, b []string, wb []int32, came []bool) []Segment {
	var out []Segment
	i, j, x, y := 0, 0, 0, 0 // words, and tokens that are written already
	for {
		for i < len(wa) && gone[i] {
			i++
		}
		for j < len(wb) && came[j] {
			j++
		}
		if i == len(wa) || j == len(wb) { // both at once: as many words stayed in a as in b
			return change(out, a[x:], b[y:])
		}
		x1, y1 := int(wa[i]), int(wb[j])
		out = change(out, a[x:x1], b[y:y1])
		// Words that stayed side by side, with the same blanks between them, are one run.
		for i+1 < len(wa) && j+1 < len(wb) && !gone[i+1] && !came[j+1] && slices.Equal(a[wa[i]+1:wa[i+1]], b[wb[j]+1:wb[j+1]]) {
			i, j = i+1, j+1
		}
		out = add(out, Equal, b[y1:wb[j]+1]...)
		x, y = int(wa[i])+1, int(wb[j])+1
		i, j = i+1, j+1
	}
}

// change appends one changed place without what both sides begin or end with.
func change(out []Segment, a, b []string) []Segment {
	p, q := 0, 0
	for p < len(a) && p < len(b) && a[p] == b[p] {
		p++
	}
	for q < len(a)-p && q < len(b)-p && a[len(a)-1-q] == b[len(b)-1-q] {
		q++
	}
	out = add(out, Equal, a[:p]...)
	out = add(out, Delete, a[p:len(a)-q]...)
	out = add(out, Insert, b[p:len(b)-q]...)
	return add(out, Equal, a[len(a)-q:]...)
}

func add(out []Segment, op Op, tokens ...string) []Segment {
	if len(tokens) == 0 {
		return out
	}
	text := strings.Join(tokens, "")
	if n := len(out); n > 0 && out[n-1].Op == op {
		out[n-1].Text += text
		return out
	}
	return append(out, Segment{op, text})
}
