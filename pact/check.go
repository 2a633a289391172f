package pact

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Refusals of a content.
var (
	ErrContent = Problem(Invalid, "invalid_content",
		"Nội dung văn bản chưa hợp lệ; xem từng điểm bên dưới.",
		"The text is not valid yet; see each finding below.")
	ErrNoWords = Problem(Invalid, "clause_without_words",
		"{clause} chưa có tiêu đề và nội dung.",
		"{clause} has neither heading nor text.")
	ErrLabel = Problem(Invalid, "label_in_text",
		"{clause} bắt đầu bằng số thứ tự hoặc ký hiệu đầu dòng ({words}); hãy bỏ đi, hệ thống tự đánh số.",
		"{clause} begins with a number or mark ({words}); leave it out, numbers follow from the position.")
	ErrWidth = Problem(Invalid, "row_width",
		"{clause} có {cells} ô, bảng có {columns} cột (không kể cột STT).",
		"{clause} has {cells} cells, its table has {columns} columns (not counting STT).")
	ErrRows = Problem(Invalid, "rows_without_table",
		"{clause}: bảng này không nhận dòng nhập tay.",
		"{clause}: this table takes no rows of its own.")
	ErrCells = Problem(Invalid, "cells_outside_table",
		"{clause} không phải dòng của bảng nên không có ô.",
		"{clause} is no row of a table and has no cells.")
	ErrOrder = Problem(Invalid, "clause_order",
		"{clause} đứng sai chỗ: phần mở đầu ở trước, phụ lục ở sau cùng.",
		"{clause} stands in the wrong place: the preamble comes first, annexes last.")
	ErrDuplicate = Problem(Invalid, "duplicate_id",
		"Mã {id} bị dùng hai lần.",
		"The id {id} is used twice.")
	ErrTargetClause = Problem(Invalid, "target_without_clause",
		"Chỉ tiêu {target} gắn với một điều khoản không có trong văn bản.",
		"The target {target} belongs to a clause that is not in the text.")
	ErrClosingMark = Problem(Invalid, "closing_mark",
		"{field}: không ghi gạch đầu dòng và dấu kết thúc, hệ thống tự thêm.",
		"{field}: leave out dash and closing mark, they are added when printed.")
	ErrFiled = Problem(Invalid, "recipients_last_line",
		"{field}: dòng cuối của Nơi nhận, và chỉ dòng đó, bắt đầu bằng “Lưu:”.",
		"{field}: the last line of the recipients, and no other, begins with “Lưu:”.")
	ErrTooMany = Problem(TooLarge, "too_many_items",
		"{field} có {count} mục, vượt giới hạn {limit}.",
		"{field} has {count} items, more than the {limit} that are allowed.")
	ErrNotClean = Problem(Invalid, "text_not_clean",
		"{field} chưa ở dạng chuẩn (NFC, không có khoảng trắng thừa ở đầu và cuối).",
		"{field} is not in normal form (NFC, no space around it).")
)

// Limits of one content.
const (
	maxClauses    = 2000
	maxTargets    = 500
	maxBases      = 100
	maxRecipients = 100
	maxColumns    = 12
	maxRegistered = 1000
)

// labelForm is what must not stand at the beginning of a clause's words.
var labelForm = regexp.MustCompile(`^\s*(Điều\s+\d+|Phụ lục [IVX]+\n?$|\d+[.)]\s|[IVX]+\.\s|[A-ZĐ]\.\s|[a-zđ]\)|[-+–]\s)`)

var (
	clauseIDForm = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)
	targetIDForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$`)
)

// findings collects what is wrong, and knows the text that it is wrong in.
type findings struct {
	list []Detail
}

func (f *findings) add(ref string, e *Error) { f.list = append(f.list, e.At(ref)) }

// clean reports a string that is not in the form that CleanLine or CleanText gives it.
func (f *findings) clean(ref, field, s string, limit int, clean func(string, string, int) (string, error)) {
	got, err := clean(field, s, limit)
	var e *Error
	switch {
	case errors.As(err, &e):
		f.add(ref, e)
	case got != s:
		f.add(ref, ErrNotClean.With("field", field))
	}
}

func (f *findings) line(ref, field, s string) { f.clean(ref, field, s, MaxLine, CleanLine) }

func (f *findings) count(field string, n, limit int) {
	if n > limit {
		f.add(field, ErrTooMany.With("field", field).With("count", n).With("limit", limit))
	}
}

func (f *findings) needed(field, s string) {
	if s == "" {
		f.add(field, ErrMissing.With("field", field))
	}
}

// Check says everything that keeps c from being a text of a pact, all at once, as details of ErrContent. What a text may
// lack while it is being agreed, such as a figure that the words do not state yet, is for FigureFindings.
func (c *Content) Check() error {
	var f findings
	if _, ok := top[c.Structure]; !ok {
		f.add("structure", ErrField.With("field", "structure").With("value", c.Structure))
	}
	f.needed("type_name", c.TypeName)
	f.needed("subject", c.Subject)
	f.line("type_name", "type_name", c.TypeName)
	f.clean("subject", "subject", c.Subject, 2*MaxLine, CleanLine)
	f.clean("theme", "theme", c.Theme, 2*MaxLine, CleanLine)
	if e := c.Effective; !e.From.IsZero() && !e.To.IsZero() && e.To.Before(e.From) {
		f.add("effective", ErrField.With("field", "effective.to").With("value", e.To))
	}
	c.checkBases(&f)
	c.checkRecipients(&f)
	c.checkClauses(&f)
	c.checkTargets(&f)
	c.checkRegistrations(&f)
	if f.list == nil {
		return nil
	}
	return ErrContent.Listing(f.list...)
}

func (c *Content) checkBases(f *findings) {
	f.count("bases", len(c.Bases), maxBases)
	for i, b := range c.Bases {
		field := fmt.Sprintf("bases[%d]", i)
		f.needed(field, b.Text)
		f.clean(field, field, b.Text, 2000, CleanLine)
		f.line(field, field+".source", b.Source)
		if strings.HasSuffix(b.Text, ";") || strings.HasSuffix(b.Text, ".") {
			f.add(field, ErrClosingMark.With("field", field))
		}
		if !b.ValidTo.IsZero() && b.ValidTo.Before(b.ValidFrom) {
			f.add(field, ErrField.With("field", field+".valid_to").With("value", b.ValidTo))
		}
	}
}

func (c *Content) checkRecipients(f *findings) {
	f.count("recipients", len(c.Recipients), maxRecipients)
	for i, s := range c.Recipients {
		field := fmt.Sprintf("recipients[%d]", i)
		f.needed(field, s)
		f.line(field, field, s)
		if strings.HasSuffix(s, ";") || strings.HasSuffix(s, ".") || strings.IndexAny(s, "-+–") == 0 {
			f.add(field, ErrClosingMark.With("field", field))
		}
		if strings.HasPrefix(s, "Lưu:") != (i == len(c.Recipients)-1) {
			f.add(field, ErrFiled.With("field", field))
		}
	}
}

// clauseRef names a clause in a finding: by its id, or by its place while it has none.
func clauseRef(a Anchor, cl *Clause) string {
	if cl.ID == "" {
		return "clause/@" + string(a)
	}
	return "clause/" + string(cl.ID)
}

func (c *Content) checkClauses(f *findings) {
	seen, count, rank := map[ClauseID]bool{}, 0, 0
	var table *Table
	c.Walk(func(a Anchor, _ string, cl *Clause) {
		ref := clauseRef(a, cl)
		count++
		switch {
		case cl.ID == "":
		case !clauseIDForm.MatchString(string(cl.ID)):
			f.add(ref, ErrField.With("field", "clause").With("value", cl.ID))
		case seen[cl.ID]:
			f.add(ref, ErrDuplicate.With("id", cl.ID))
		}
		seen[cl.ID] = true
		if !a.Fits(c.Structure) {
			f.add(ref, ErrAnchorForm.With("anchor", a))
		}
		if up, _, _ := a.split(); up == "" {
			now := slices.Index(top[c.Structure], cl.Kind)
			if now < rank {
				f.add(ref, ErrOrder.With("clause", a.Name()))
			}
			rank, table = max(rank, now), nil
		}
		if cl.Kind == Annex {
			table = cl.Table
			checkTable(f, ref, cl.Table)
		}
		checkWords(f, a, ref, cl)
		if cl.Kind == Row {
			checkRow(f, a, ref, cl, table)
		}
	})
	f.count("clauses", count, maxClauses)
}

func checkTable(f *findings, ref string, t *Table) {
	if t == nil {
		return
	}
	switch t.Content {
	case RegistrationTable, TargetTable, OwnTable:
	default:
		f.add(ref, ErrField.With("field", "table.content").With("value", t.Content))
	}
	f.count(ref, len(t.Columns), maxColumns)
	for _, s := range t.Columns {
		f.line(ref, "table.columns", s)
	}
}

// checkWords holds the words of a clause against the rules that need no other clause.
func checkWords(f *findings, a Anchor, ref string, cl *Clause) {
	if cl.Words() == "" {
		f.add(ref, ErrNoWords.With("clause", a.Name()))
	}
	f.clean(ref, "heading", cl.Heading, 2*MaxLine, CleanLine)
	f.clean(ref, "text", cl.Text, MaxText, CleanText)
	for _, s := range cl.Cells {
		f.clean(ref, "cells", s, 2000, CleanText)
	}
	if cl.Kind != Row && len(cl.Cells) > 0 {
		f.add(ref, ErrCells.With("clause", a.Name()))
	}
	if cl.Kind != Annex && cl.Kind != Row {
		for _, s := range []string{cl.Heading, cl.Text} {
			if m := labelForm.FindString(s); m != "" {
				f.add(ref, ErrLabel.With("clause", a.Name()).With("words", strings.TrimSpace(m)))
			}
		}
	}
}

func checkRow(f *findings, a Anchor, ref string, cl *Clause, t *Table) {
	if t == nil || t.Content != OwnTable {
		f.add(ref, ErrRows.With("clause", a.Name()))
		return
	}
	if width := t.width(); len(cl.Cells) != width {
		f.add(ref, ErrWidth.With("clause", a.Name()).With("cells", len(cl.Cells)).With("columns", width))
	}
	if cl.Heading != "" || cl.Text != "" {
		f.add(ref, ErrField.With("field", "text").With("value", cl.Heading+cl.Text))
	}
}

// width is the number of cells of a row: the renderer fills a column STT.
func (t *Table) width() (n int) {
	for _, s := range t.Columns {
		if s != "STT" {
			n++
		}
	}
	return n
}

func (c *Content) checkTargets(f *findings) {
	f.count("targets", len(c.Targets), maxTargets)
	seen := map[TargetID]bool{}
	for _, t := range c.Targets {
		ref := "target/" + string(t.ID)
		if !targetIDForm.MatchString(string(t.ID)) {
			f.add(ref, ErrField.With("field", "target").With("value", t.ID))
		}
		if seen[t.ID] {
			f.add(ref, ErrDuplicate.With("id", t.ID))
		}
		seen[t.ID] = true
		if c.Find(t.Clause) == nil {
			f.add(ref, ErrTargetClause.With("target", t.ID))
		}
		f.needed(ref+".indicator", t.Indicator)
		for _, s := range [][2]string{{"indicator", t.Indicator}, {"unit", t.Unit}, {"block", t.Block}, {"source", t.Source}} {
			f.line(ref, s[0], s[1])
		}
		if !slices.Contains([]string{">=", ">", "<=", "<", "="}, t.Op) {
			f.add(ref, ErrField.With("field", "op").With("value", t.Op))
		}
		if v, err := ParseDecimal(string(t.Value)); err != nil || v != t.Value {
			f.add(ref, ErrField.With("field", "value").With("value", t.Value))
		}
		if v, err := ParseDecimal(string(t.MaxScore)); t.MaxScore != "" && (err != nil || v != t.MaxScore) {
			f.add(ref, ErrField.With("field", "max_score").With("value", t.MaxScore))
		}
	}
}

func (c *Content) checkRegistrations(f *findings) {
	f.count("registrations", len(c.Registrations), maxRegistered)
	for i, r := range c.Registrations {
		field := fmt.Sprintf("registrations[%d]", i)
		f.needed(field+".agency", string(r.Agency))
		f.needed(field+".award", r.Award)
		f.line(field, field+".award", r.Award)
		f.line(field, field+".note", r.Note)
		if !slices.Contains([]string{"tinh", "bo", "chinh_phu"}, r.Level) {
			f.add(field, ErrField.With("field", field+".level").With("value", r.Level))
		}
	}
}
