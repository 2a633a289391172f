package pact

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Findings about what the words say.
var (
	ErrFigure = Problem(Conflict, "figure_not_in_text",
		"Chỉ tiêu {target} ({indicator}: {figure}) không khớp với lời văn của {clause}; hãy sửa lời văn hoặc chỉ tiêu cho thống nhất.",
		"The figure of target {target} ({indicator}: {figure}) does not stand in the words of {clause}; bring words and figure in line.")
	ErrReference = Problem(Conflict, "reference_to_nothing",
		"{clause} dẫn chiếu đến {reference}, nhưng văn bản không có phần đó.",
		"{clause} refers to {reference}, which the text does not have.")
	ErrTheme = Problem(Conflict, "theme_not_in_text",
		"Chủ đề thi đua không được nêu nguyên văn ở điều khoản nào.",
		"No clause quotes the theme word for word.")
	ErrBlock = Problem(Invalid, "unknown_block",
		"Chỉ tiêu {target} ghi khối {block}, cụm không có khối này.",
		"The target {target} names the block {block}, which the cluster does not have.")
	ErrMember = Problem(Invalid, "unknown_agency",
		"Cụm không có đơn vị {agency}.",
		"The cluster has no agency {agency}.")
	WarnBasisNotYet = Problem(Conflict, "basis_not_in_force",
		"Căn cứ “{basis}” chưa có hiệu lực vào ngày {date}.",
		"The basis “{basis}” is not in force yet on {date}.")
	WarnBasisExpired = Problem(Conflict, "basis_expired",
		"Căn cứ “{basis}” đã hết hiệu lực từ {until}, trước ngày {date}.",
		"The basis “{basis}” ended on {until}, before {date}.")
	WarnBasisEnds = Problem(Conflict, "basis_ends_early",
		"Căn cứ “{basis}” hết hiệu lực ngày {until}, trước khi giao ước kết thúc ({to}).",
		"The basis “{basis}” ends on {until}, before the pact does ({to}).")
)

// AllBlocks is the block of a target that every member has.
const AllBlocks = "ALL"

// FigureFindings holds the words against the targets: every figure stands in its clause. While a text is being consolidated
// they may disagree, and that is shown; a text is adopted only when they do not.
func (c *Content) FigureFindings() []Detail {
	var f findings
	for _, t := range c.Targets {
		ref := "target/" + string(t.ID)
		cl := c.Find(t.Clause)
		if cl == nil {
			f.add(ref, ErrTargetClause.With("target", t.ID))
		} else if !t.standsIn(cl.Text) {
			f.add(ref, ErrFigure.With("target", t.ID).With("indicator", t.Indicator).
				With("figure", t.Figure()).With("clause", c.LabelOf(t.Clause)))
		}
	}
	return f.list
}

// ReferenceFindings are warnings: a "khoản 1 Điều 4" or "Phụ lục II" that the text does not have, a theme that no clause
// quotes. They block nothing, since words may point into another document in ways that no rule here foresees.
func (c *Content) ReferenceFindings() []Detail {
	var f findings
	c.references(&f)
	quoted := false
	c.Walk(func(_ Anchor, _ string, cl *Clause) { quoted = quoted || strings.Contains(cl.Text, c.Theme) })
	if c.Theme != "" && !quoted {
		f.add("theme", ErrTheme)
	}
	return f.list
}

// Figure is the target as a person reads it: "> 84,5 %", ">= 4 hội nghị".
func (t Target) Figure() string {
	return strings.TrimSpace(t.Op + " " + t.Value.Vietnamese() + " " + t.Unit)
}

// standsIn says whether the target's value stands in text as a pact writes it: "84,5%", "04 hội nghị"; > as "trên", < as
// "dưới". A number may have a leading zero, and thousands may be grouped by points.
func (t Target) standsIn(text string) bool {
	text = strings.ToLower(text)
	unit := strings.ToLower(t.Unit)
	if unit != "%" && unit != "" {
		unit = " " + unit
	}
	word := map[string]string{">": "trên", "<": "dưới"}[t.Op]
	for _, number := range []string{t.Value.Vietnamese(), grouped(t.Value)} {
		for at := 0; ; {
			i := strings.Index(text[at:], number+unit)
			if i < 0 {
				break
			}
			before, after := text[:at+i], text[at+i+len(number+unit):]
			if (leads(before, word) || leads(strings.TrimSuffix(before, "0"), word)) && (unit != "" || numberEnd.MatchString(after)) {
				return true
			}
			at += i + 1
		}
	}
	return false
}

// numberEnd is what may follow a number without a unit.
var numberEnd = regexp.MustCompile(`^([.,]?$|[.,]\D|[^\d.,])`)

// leads says whether a number may begin after before: not inside another number, and after the word if one is asked for.
func leads(before, word string) bool {
	if word == "" {
		r, _ := utf8.DecodeLastRuneInString(before)
		return !unicode.IsDigit(r) && r != '.' && r != ','
	}
	bare := strings.TrimRightFunc(before, unicode.IsSpace)
	if bare == before || !strings.HasSuffix(bare, word) {
		return false
	}
	r, n := utf8.DecodeLastRuneInString(strings.TrimSuffix(bare, word))
	return n == 0 || !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_'
}

// grouped writes thousands apart, 12.640, as Vietnamese papers often do.
func grouped(d Decimal) string {
	whole, frac, point := strings.Cut(string(d), ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "." + whole[i:]
	}
	if point {
		whole += "," + frac
	}
	return whole
}

var (
	paragraphRef = regexp.MustCompile(`khoản (\d+) Điều (\d+|này)`)
	annexRef     = regexp.MustCompile(`Phụ lục ([IVX]+)`)
	// otherPaper follows a reference that points into another document.
	otherPaper = regexp.MustCompile(`^\s+(?:của\s+)?(?:Luật|Bộ luật|Pháp lệnh|Nghị định|Nghị quyết|Thông tư|Quyết định|Quy chế|Hiến pháp)`)
)

func (c *Content) references(f *findings) {
	have := map[Anchor]bool{}
	c.Walk(func(a Anchor, _ string, _ *Clause) { have[a] = true })
	c.Walk(func(a Anchor, _ string, cl *Clause) {
		say := func(words string) {
			f.add(clauseRef(a, cl), ErrReference.With("clause", a.Name()).With("reference", words))
		}
		for _, m := range paragraphRef.FindAllStringSubmatchIndex(cl.Text, -1) {
			words, k, d := cl.Text[m[0]:m[1]], cl.Text[m[2]:m[3]], cl.Text[m[4]:m[5]]
			article, _, _ := strings.Cut(string(a), ".")
			if d != "này" {
				article = "dieu-" + d
			}
			if !have[Anchor(article+".khoan-"+k)] && !otherPaper.MatchString(cl.Text[m[1]:]) {
				say(words)
			}
		}
		for _, m := range annexRef.FindAllStringSubmatchIndex(cl.Text, -1) {
			if !have[Anchor("phu-luc-"+cl.Text[m[2]:m[3]])] && !otherPaper.MatchString(cl.Text[m[1]:]) {
				say(cl.Text[m[0]:m[1]])
			}
		}
	})
}

// MemberFindings says which targets and registrations name a block or an agency that the cluster does not have.
func (c *Content) MemberFindings(cl *Cluster) []Detail {
	var f findings
	blocks := map[string]bool{"": true, AllBlocks: true}
	for _, b := range cl.Blocks {
		blocks[b.Code] = true
	}
	for _, t := range c.Targets {
		if !blocks[t.Block] {
			f.add("target/"+string(t.ID), ErrBlock.With("target", t.ID).With("block", t.Block))
		}
	}
	for i, r := range c.Registrations {
		if cl.Agency(r.Agency) == nil {
			f.add(fmt.Sprintf("registrations[%d]", i), ErrMember.With("agency", r.Agency))
		}
	}
	return f.list
}

// BasisFindings are warnings about legal bases that are not in force on that day or end before the pact does. They are
// shown at drafting, adoption and signing and block nothing.
func (c *Content) BasisFindings(on Date) []Detail {
	var f findings
	for i, b := range c.Bases {
		ref := fmt.Sprintf("bases[%d]", i)
		e := func(p *Error) *Error { return p.With("basis", b.Text).With("date", on).With("until", b.ValidTo) }
		switch {
		case !b.ValidFrom.IsZero() && on.Before(b.ValidFrom):
			f.add(ref, e(WarnBasisNotYet))
		case !b.ValidTo.IsZero() && b.ValidTo.Before(on):
			f.add(ref, e(WarnBasisExpired))
		case !b.ValidTo.IsZero() && !c.Effective.To.IsZero() && b.ValidTo.Before(c.Effective.To):
			f.add(ref, e(WarnBasisEnds).With("to", c.Effective.To))
		}
	}
	return f.list
}
