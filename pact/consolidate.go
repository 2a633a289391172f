package pact

import (
	"cmp"
	"fmt"
	"slices"
)

// Findings that keep a ledger open.
var (
	OpenUnanswered = Problem(Conflict, "comment_unanswered",
		"Góp ý số {number} của {agency} về {clause} chưa được trả lời.",
		"Comment {number} of {agency} on {clause} has no answer yet.")
	OpenTwice = Problem(Conflict, "comment_answered_twice",
		"Góp ý số {number} có hơn một câu trả lời.",
		"Comment {number} has more than one answer.")
	OpenStranger = Problem(Conflict, "answer_without_comment",
		"Có câu trả lời cho góp ý {comment} không thuộc đợt này.",
		"There is an answer to {comment}, which is no comment of this round.")
	OpenConflict = Problem(Conflict, "conflict_one_sided",
		"Góp ý số {number} ghi là trái với góp ý {other}, nhưng hai bên chưa cùng ghi hoặc không cùng một điều khoản.",
		"Comment {number} is marked as excluding {other}, but not the other way round, or it is on another clause.")
	OpenShared = Problem(Conflict, "conflict_unresolved",
		"Góp ý số {number} và {other} trái nhau mà cùng được tiếp thu với lời văn khác nhau; cần một lời văn chung.",
		"Comments {number} and {other} exclude each other and are both accepted with different words; they need one shared text.")
	OpenApply = Problem(Conflict, "answers_do_not_apply",
		"Không áp dụng được câu trả lời cho góp ý số {number}: {why}",
		"The answer to comment {number} cannot be applied: {why}")
	ErrUnnumbered = Problem(Internal, "comment_without_number",
		"Góp ý chưa được đánh số.", "The comment has no number yet.")
)

// AddedClause is the id of the clause that the index-th operation (from 1) of the answer to a comment adds.
func AddedClause(comment, index int) ClauseID {
	return ClauseID(fmt.Sprintf("g%d-%d", comment, index))
}

// Consolidate applies the answers to base in their order and returns the new text; base stays as it is. Clauses are named
// by their ids, so that earlier answers of the round may have moved them; an operation's To is read in the text as it
// then stands. New words come before the operations of the same answer. A target's change follows when all answers are
// applied. The comments must be numbered.
func Consolidate(base Content, comments []Comment, res []Resolution) (Content, error) {
	c := base.Clone()
	byID := make(map[CommentID]Comment, len(comments))
	for _, m := range comments {
		byID[m.ID] = m
	}
	known := map[ClauseID]*Clause{} // of base, also those that an answer deletes: a later one may bring them back
	c.Walk(func(_ Anchor, _ string, cl *Clause) { known[cl.ID] = cl })
	order := inOrder(res, byID)
	for _, r := range order {
		m, ok := byID[r.Comment]
		if !ok {
			return Content{}, OpenStranger.With("comment", r.Comment)
		}
		if m.Number == 0 {
			return Content{}, ErrUnnumbered
		}
		if err := c.apply(known, m, r); err != nil {
			return Content{}, OpenApply.With("number", m.Number).With("why", reason{err}).Because(err)
		}
	}
	for _, r := range order {
		for _, t := range r.Targets {
			c.change(t)
		}
	}
	return c, nil
}

// inOrder sorts the answers by their order, and by the comment's number where that says nothing.
func inOrder(res []Resolution, byID map[CommentID]Comment) []Resolution {
	all := slices.Clone(res)
	slices.SortStableFunc(all, func(a, b Resolution) int {
		return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(byID[a.Comment].Number, byID[b.Comment].Number))
	})
	return all
}

// reason is an error as an argument of another one.
type reason struct{ err error }

// Words is the sentence in the language.
func (r reason) Words(lang string) string { return asError(r.err).Sentence(lang) }

func (c *Content) apply(known map[ClauseID]*Clause, m Comment, r Resolution) error {
	if r.NewText != nil {
		cl := known[m.Clause]
		if cl == nil {
			return ErrNoClause.With("clause", m.Clause)
		}
		cl.Text = *r.NewText
	}
	for i, o := range r.Operations {
		cl := known[o.Clause]
		if o.Op == OpAdd {
			cl = &Clause{ID: AddedClause(m.Number, i+1), Heading: o.Heading, Text: o.Text, Cells: slices.Clone(o.Cells)}
			known[cl.ID] = cl
		}
		if cl == nil {
			return ErrNoClause.With("clause", o.Clause)
		}
		remove(&c.Clauses, cl) // not there when an earlier answer deleted it
		if o.Op == OpDelete {
			continue
		}
		if err := c.Place(o.To, cl); err != nil {
			return err
		}
	}
	return nil
}

// change brings one target in line.
func (c *Content) change(t TargetChange) {
	i := slices.IndexFunc(c.Targets, func(x Target) bool { return x.ID == t.Target })
	if t.Drop {
		if i >= 0 {
			c.Targets = slices.Delete(c.Targets, i, i+1)
		}
		return
	}
	if t.Set == nil {
		return
	}
	n := *t.Set
	if cl := c.At(t.At); t.At != "" && cl != nil {
		n.Clause = cl.ID
	}
	if i < 0 {
		c.Targets = append(c.Targets, n)
		return
	}
	if n.Clause == "" {
		n.Clause = c.Targets[i].Clause
	}
	c.Targets[i] = n
}

// Open lists exactly what keeps the ledger of these comments open: each comment without an answer or with two, conflicts
// that are not settled, answers that cannot be applied to base, and what the resulting text lacks to be a text at all.
// Nothing: the ledger may be closed. Figures that the words do not state yet are shown (FigureFindings of the result) and
// stop the adoption only: a later round, or the hall, may bring them in line.
func Open(base Content, comments []Comment, res []Resolution) []Detail {
	var f findings
	answers := map[CommentID][]Resolution{}
	for _, r := range res {
		answers[r.Comment] = append(answers[r.Comment], r)
	}
	byID := map[CommentID]Comment{}
	for _, m := range comments {
		byID[m.ID] = m
		ref := "comment/" + string(m.ID)
		switch len(answers[m.ID]) {
		case 0:
			f.add(ref, OpenUnanswered.With("number", m.Number).With("agency", m.Agency).With("clause", base.LabelOf(m.Clause)))
		case 1:
			if err := CheckResolution(base, m, answers[m.ID][0]); err != nil {
				f.add(ref, OpenApply.With("number", m.Number).With("why", reason{err}))
			}
		default:
			f.add(ref, OpenTwice.With("number", m.Number))
		}
	}
	for _, r := range inOrder(res, byID) {
		if m, ok := byID[r.Comment]; !ok {
			f.add("comment/"+string(r.Comment), OpenStranger.With("comment", r.Comment))
		} else {
			conflicts(&f, m, r, byID, answers)
		}
	}
	if f.list != nil {
		return f.list
	}
	text, err := Consolidate(base, comments, res)
	if err != nil {
		return []Detail{asError(err).At("round")}
	}
	if err := text.Check(); err != nil {
		return asError(err).Details
	}
	return nil
}

// conflicts holds the marks of one answer against those of the others.
func conflicts(f *findings, m Comment, r Resolution, byID map[CommentID]Comment, answers map[CommentID][]Resolution) {
	ref := "comment/" + string(m.ID)
	for _, id := range r.Conflicts {
		o, ok := byID[id]
		if !ok { // of an earlier round, whose ledger is closed
			continue
		}
		if o.Clause != m.Clause {
			f.add(ref, OpenConflict.With("number", m.Number).With("other", id))
			continue
		}
		for _, x := range answers[id] {
			mutual := slices.Contains(x.Conflicts, m.ID)
			switch {
			case !mutual:
				f.add(ref, OpenConflict.With("number", m.Number).With("other", o.Number))
			case m.Number < o.Number && r.Disposition.Accepts() && x.Disposition.Accepts() && !sameText(r.NewText, x.NewText):
				f.add(ref, OpenShared.With("number", m.Number).With("other", o.Number))
			}
		}
	}
}

func sameText(a, b *string) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}
