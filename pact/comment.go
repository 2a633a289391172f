package pact

import (
	"fmt"
	"slices"
	"strings"
)

// Refusals of comments and of their answers.
var (
	ErrQuote = Problem(Invalid, "quote_not_in_clause",
		"Đoạn trích “{quote}” không có nguyên văn trong {clause}; hãy chọn lại đoạn cần góp ý.",
		"The quoted words “{quote}” do not stand in {clause}; select them again.")
	ErrCommentKind = Problem(Invalid, "unknown_comment_kind",
		"Không có loại góp ý “{kind}”.",
		"There is no kind of comment “{kind}”.")
	ErrDisposition = Problem(Invalid, "unknown_disposition",
		"Không có cách xử lý “{disposition}”.",
		"There is no disposition “{disposition}”.")
	ErrNoReason = Problem(Invalid, "reason_missing",
		"Mỗi góp ý phải được trả lời có lý do; hãy ghi nội dung tiếp thu, giải trình.",
		"Every comment is answered with a reason; state it.")
	ErrNoResult = Problem(Invalid, "accepted_without_result",
		"Đã chọn “{disposition}” thì phải ghi lời văn mới hoặc thao tác trên điều khoản, hoặc nêu vì sao không sửa văn bản.",
		"“{disposition}” needs the resulting words or a change of clauses, or the reason why the text stays as it is.")
	ErrBothResults = Problem(Invalid, "result_and_no_change",
		"Không thể vừa sửa văn bản vừa ghi lý do không sửa; hãy giữ một trong hai.",
		"An answer cannot both change the text and say why it stays as it is; keep one of the two.")
	ErrChanges = Problem(Invalid, "disposition_changes_nothing",
		"“{disposition}” không làm thay đổi văn bản; hãy bỏ lời văn mới và thao tác, hoặc chọn tiếp thu.",
		"“{disposition}” changes nothing in the text; remove the new words and operations, or accept the comment.")
	ErrOperation = Problem(Invalid, "invalid_operation",
		"Thao tác thứ {index} không hợp lệ: {field}.",
		"Operation {index} is not valid: {field}.")
	ErrRowWords = Problem(Invalid, "row_takes_no_text",
		"{clause} là dòng của bảng: hãy xóa dòng rồi thêm dòng mới thay vì ghi lời văn.",
		"{clause} is a row of a table: delete it and add a new one instead of giving it words.")
)

var commentKinds = []CommentKind{Clarify, Supplement, Reword, Raise, Lower, Postpone, Opposed, OutOfScope}

// CheckComment says whether c is a comment on text, the version that is commented on: its clause exists, the quote is
// exact words of it, the kind is known.
func CheckComment(text Content, c Comment) error {
	cl := text.Find(c.Clause)
	if cl == nil {
		return ErrNoClause.With("clause", c.Clause)
	}
	if !strings.Contains(cl.Words(), c.Quote) {
		return ErrQuote.With("quote", c.Quote).With("clause", text.LabelOf(c.Clause))
	}
	if !slices.Contains(commentKinds, c.Kind) {
		return ErrCommentKind.With("kind", string(c.Kind))
	}
	var f findings
	f.needed("text", c.Text)
	f.clean("text", "text", c.Text, MaxText, CleanText)
	f.clean("proposal", "proposal", c.Proposal, MaxText, CleanText)
	f.clean("quote", "quote", c.Quote, MaxText, CleanText)
	if f.list != nil {
		return ErrComment.Listing(f.list...)
	}
	return nil
}

// ErrComment carries the findings about a comment's own words, ErrResolution those about an answer.
var (
	ErrComment = Problem(Invalid, "invalid_comment",
		"Góp ý chưa hợp lệ; xem từng điểm bên dưới.",
		"The comment is not valid yet; see each finding below.")
	ErrResolution = Problem(Invalid, "invalid_resolution",
		"Nội dung trả lời góp ý chưa hợp lệ; xem từng điểm bên dưới.",
		"The answer is not valid yet; see each finding below.")
)

// Accepts says whether the disposition may change the text.
func (d Disposition) Accepts() bool { return d == Accepted || d == PartlyAccepted }

// Changes says whether the answer changes words or clauses.
func (r *Resolution) Changes() bool { return r.NewText != nil || len(r.Operations) > 0 }

// CheckResolution says whether r answers c, a comment on roundText: a reason always; when accepted either a result or
// why nothing changes, never both; the other dispositions change nothing.
func CheckResolution(roundText Content, c Comment, r Resolution) error {
	if err := CheckComment(roundText, c); err != nil {
		return err
	}
	switch r.Disposition {
	case Accepted, PartlyAccepted, DeclinedExplained, Noted, Forwarded:
	default:
		return ErrDisposition.With("disposition", string(r.Disposition))
	}
	if strings.TrimSpace(r.Reason) == "" {
		return ErrNoReason
	}
	change, why := r.Changes(), r.NoTextChange != ""
	switch {
	case !r.Disposition.Accepts() && (change || why || len(r.Targets) > 0):
		return ErrChanges.With("disposition", r.Disposition)
	case r.Disposition.Accepts() && !change && !why:
		return ErrNoResult.With("disposition", r.Disposition)
	case change && why:
		return ErrBothResults
	}
	var f findings
	f.clean("reason", "reason", r.Reason, MaxText, CleanText)
	f.clean("no_text_change", "no_text_change", r.NoTextChange, MaxText, CleanText)
	checkNewText(&f, &roundText, c, r)
	for i, o := range r.Operations {
		checkOperation(&f, &roundText, i, o)
	}
	for _, t := range r.Targets {
		checkTargetChange(&f, &roundText, t)
	}
	if slices.Contains(r.Conflicts, c.ID) {
		f.add("conflicts", ErrField.With("field", "conflicts").With("value", c.ID))
	}
	if f.list != nil {
		return ErrResolution.Listing(f.list...)
	}
	return nil
}

func checkNewText(f *findings, text *Content, c Comment, r Resolution) {
	if r.NewText == nil {
		return
	}
	cl := text.Find(c.Clause)
	if cl.Kind == Row {
		f.add("new_text", ErrRowWords.With("clause", text.LabelOf(c.Clause)))
		return
	}
	after := Clause{Kind: cl.Kind, Heading: cl.Heading, Text: *r.NewText}
	checkWords(f, text.AnchorOf(c.Clause), "new_text", &after)
}

func checkOperation(f *findings, text *Content, i int, o Operation) {
	ref := fmt.Sprintf("operations[%d]", i)
	bad := func(field string) { f.add(ref, ErrOperation.With("index", i+1).With("field", field)) }
	if o.Op != OpAdd && text.Find(o.Clause) == nil {
		f.add(ref, ErrNoClause.With("clause", o.Clause))
	}
	if o.Op != OpDelete && !o.To.Fits(text.Structure) {
		f.add(ref, ErrAnchorForm.With("anchor", o.To))
		return
	}
	words := o.Heading != "" || o.Text != "" || len(o.Cells) > 0
	switch o.Op {
	case OpAdd:
		_, last, _ := o.To.split()
		cl := &Clause{Kind: last.kind, Heading: o.Heading, Text: o.Text, Cells: o.Cells}
		checkWords(f, o.To, ref, cl)
		if up, _, _ := o.To.split(); last.kind == Row {
			var table *Table
			if annex := text.At(up); annex != nil {
				table = annex.Table
			}
			checkRow(f, o.To, ref, cl, table)
		}
	case OpMove:
		if words {
			bad("text")
		}
	case OpDelete:
		if words || o.To != "" {
			bad("text")
		}
	default:
		bad("op")
	}
}

// checkTargetChange looks at the target itself; whether its clause exists shows in the consolidated text.
func checkTargetChange(f *findings, text *Content, t TargetChange) {
	ref := "target/" + string(t.Target)
	have := slices.ContainsFunc(text.Targets, func(x Target) bool { return x.ID == t.Target })
	if t.Drop == (t.Set != nil) {
		f.add(ref, ErrField.With("field", "targets").With("value", t.Target))
		return
	}
	if t.Set == nil {
		return
	}
	if t.Set.ID != t.Target {
		f.add(ref, ErrField.With("field", "targets.set.id").With("value", t.Set.ID))
	}
	if t.At != "" && !t.At.Fits(text.Structure) {
		f.add(ref, ErrAnchorForm.With("anchor", t.At))
	}
	one := Content{Structure: text.Structure, Targets: []Target{*t.Set}}
	var own findings
	one.checkTargets(&own)
	for _, d := range own.list {
		if d.Code != ErrTargetClause.Code {
			f.list = append(f.list, d)
		}
	}
	if !have && t.At == "" && t.Set.Clause == "" {
		f.add(ref, ErrTargetClause.With("target", t.Target))
	}
}
