// Package worddiff compares two texts word by word, as people read a redline: syllables, numbers and percentages stay
// whole, and both texts are brought to NFC first, so that the same words in another encoding are no change. It knows
// texts only; what a clause or a version is it must not know.
package worddiff

import (
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

// Diff compares a and b. All segments but the inserted ones joined are a in NFC, all but the deleted ones b. Where a
// replaced passage has blanks between its words only, it is shown as one deletion and one insertion.
func Diff(a, b string) []Segment {
	ta, tb := tokens(norm.NFC.String(a)), tokens(norm.NFC.String(b))
	d := &differ{}
	d.a, d.b = intern(ta, tb)
	d.gone, d.came = make([]bool, len(ta)), make([]bool, len(tb))
	d.walk(0, len(ta), 0, len(tb))
	slide(ta, d.gone)
	slide(tb, d.came)
	return segments(ta, tb, d.gone, d.came)
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

// intern numbers the tokens, so that comparing two is comparing integers.
func intern(a, b []string) ([]int32, []int32) {
	ids := make(map[string]int32, (len(a)+len(b))/4+1)
	number := func(list []string) []int32 {
		out := make([]int32, len(list))
		for i, t := range list {
			id, ok := ids[t]
			if !ok {
				id = int32(len(ids))
				ids[t] = id
			}
			out[i] = id
		}
		return out
	}
	return number(a), number(b)
}

// slide moves a changed run to the right where the same words then begin at a sign: "công chức[, viên chức]" reads better
// than "công[ chức, viên] chức". What stays is the same words in the same order, so the diff stays true.
func slide(list []string, marked []bool) {
	for i := 0; i < len(list); i++ {
		if !marked[i] {
			continue
		}
		end := i
		for end < len(list) && marked[end] {
			end++
		}
		best, n := 0, 0
		for end+n < len(list) && !marked[end+n] && list[i+n] == list[end+n] {
			n++
			if classOfToken(list[i+n]) == sign {
				best = n
				break
			}
		}
		for k := range best {
			marked[i+k], marked[end+k] = false, true
		}
		i = end + best - 1
		for i+1 < len(list) && marked[i+1] {
			i++
		}
	}
}

func classOfToken(t string) class {
	r, _ := utf8.DecodeRuneInString(t)
	return classOf(r)
}

// segments joins the tokens to runs and tidies each place that changed.
func segments(a, b []string, gone, came []bool) []Segment {
	var out []Segment
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		i0, j0 := i, j
		for i < len(a) && j < len(b) && !gone[i] && !came[j] {
			i, j = i+1, j+1
		}
		if j > j0 {
			out = add(out, Equal, b[j0:j]...)
			continue
		}
		for {
			for i < len(a) && gone[i] {
				i++
			}
			for j < len(b) && came[j] {
				j++
			}
			// A blank between two changed words belongs to the change.
			if i+1 < len(a) && j+1 < len(b) && blank(a[i]) && (gone[i+1] || came[j+1]) {
				i, j = i+1, j+1
				continue
			}
			break
		}
		out = change(out, a[i0:i], b[j0:j])
	}
	return out
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

func blank(s string) bool { return s != "\n" && strings.TrimSpace(s) == "" }
