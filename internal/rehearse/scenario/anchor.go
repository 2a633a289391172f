package scenario

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Anchor is a place of the text as a path: "dieu-2.khoan-1.diem-a", "phan-II.A.muc-1", "phu-luc-II.dong-3", "mo-dau".
type Anchor string

// Kind is the kind of a place.
type Kind string

// The kinds, outermost first.
const (
	KindPreamble Kind = "mo-dau"
	KindArticle  Kind = "dieu"
	KindClause   Kind = "khoan"
	KindPoint    Kind = "diem"
	KindPart     Kind = "phan"
	KindLetter   Kind = "chu" // the anchor's part is the letter alone
	KindItem     Kind = "muc"
	KindDash     Kind = "gach"
	KindAnnex    Kind = "phu-luc"
	KindAnnexRow Kind = "dong"
)

// Segment is one step of an anchor: the Ordinal-th (from 1) of its kind under its parent.
type Segment struct {
	Kind    Kind
	Ordinal int
}

var (
	romans  = strings.Fields("I II III IV V VI VII VIII IX X XI XII")
	points  = strings.Fields("a b c d dd e g h i k l m n o p q r s t u v x y")
	letters = strings.Split("ABCDĐEGHIKLMN", "")

	forms = map[Structure]*regexp.Regexp{
		Articles: regexp.MustCompile(`^(mo-dau|dieu-\d+(\.khoan-\d+(\.diem-[a-z]+)?)?|phu-luc-[IVX]+(\.dong-\d+)?)$`),
		Parts:    regexp.MustCompile(`^(mo-dau|phan-[IVX]+(\.[A-ZĐ])?(\.muc-\d+(\.gach-\d+)?)?|phu-luc-[IVX]+(\.dong-\d+)?)$`),
	}
)

// Fits says whether the anchor has a form that belongs to the structure.
func (a Anchor) Fits(s Structure) bool {
	form, ok := forms[s]
	return ok && form.MatchString(string(a)) && a.Segments() != nil
}

// Segments takes the anchor apart; nil when a part is no place.
func (a Anchor) Segments() []Segment {
	var all []Segment
	for part := range strings.SplitSeq(string(a), ".") {
		s, ok := segment(part)
		if !ok {
			return nil
		}
		all = append(all, s)
	}
	return all
}

// Parent is the anchor without its last part, "" at the top.
func (a Anchor) Parent() Anchor {
	if i := strings.LastIndexByte(string(a), '.'); i >= 0 {
		return a[:i]
	}
	return ""
}

// Annex is the annex in which the place lies, "" in the text itself.
func (a Anchor) Annex() Anchor {
	if top, _, _ := strings.Cut(string(a), "."); strings.HasPrefix(top, string(KindAnnex)+"-") {
		return Anchor(top)
	}
	return ""
}

func segment(part string) (Segment, bool) {
	if part == string(KindPreamble) {
		return Segment{KindPreamble, 1}, true
	}
	if i := slices.Index(letters, part); i >= 0 {
		return Segment{KindLetter, i + 1}, true
	}
	i := strings.LastIndexByte(part, '-')
	if i < 0 {
		return Segment{}, false
	}
	kind, n := Kind(part[:i]), part[i+1:]
	switch kind {
	case KindPart, KindAnnex:
		return Segment{kind, slices.Index(romans, n) + 1}, slices.Contains(romans, n)
	case KindPoint:
		return Segment{kind, slices.Index(points, n) + 1}, slices.Contains(points, n)
	case KindArticle, KindClause, KindItem, KindDash, KindAnnexRow:
		x, err := strconv.Atoi(n)
		return Segment{kind, x}, err == nil && x > 0 && n == strconv.Itoa(x)
	}
	return Segment{}, false
}
