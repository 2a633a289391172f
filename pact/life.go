package pact

import (
	"fmt"
	"slices"
	"strings"
)

// Act is something that somebody does; the name is stable and goes into events.
type Act string

// The acts on a pact, in the order of its life.
const (
	ActPactCreate      Act = "pact_create"
	ActDraftEdit       Act = "draft_edit"
	ActRoundOpen       Act = "round_open"
	ActRoundExtend     Act = "round_extend"
	ActRoundRemind     Act = "round_remind"
	ActReplySave       Act = "reply_save"
	ActReplySend       Act = "reply_send"
	ActReplyRecord     Act = "reply_record"
	ActReplyLateDecide Act = "reply_late_decide"
	ActRoundClose      Act = "round_close"
	ActCommentResolve  Act = "comment_resolve"
	ActLedgerClose     Act = "ledger_close"
	ActTextAgree       Act = "text_agree"
	ActTextReopen      Act = "text_reopen"
	ActHallComment     Act = "hall_comment"
	ActAdopt           Act = "adopt"
	ActAdoptUndo       Act = "adopt_undo"
	ActPaperFreeze     Act = "paper_freeze"
	ActPaperUnfreeze   Act = "paper_unfreeze"
	ActSigningOpen     Act = "signing_open"
	ActSign            Act = "sign"
	ActSignDecline     Act = "sign_decline"
	ActStamp           Act = "stamp"
	ActSigningClose    Act = "signing_close"
	ActSeal            Act = "seal"
	ActArchive         Act = "archive"
	ActWithdraw        Act = "withdraw"
)

// The acts that read, and those that belong to no pact: they need a permission and no state.
const (
	ActPactRead       Act = "pact_read"
	ActRepliesReadOwn Act = "replies_read_own"
	ActRepliesReadAll Act = "replies_read_all"
	ActRecordRead     Act = "record_read"
	ActLogRead        Act = "log_read"
	ActClusterCreate  Act = "cluster_create"
	ActClusterEdit    Act = "cluster_edit"
	ActPersonCreate   Act = "person_create"
)

// Refusals of the guards that look at the pact alone.
var (
	ErrSignatures = Problem(Conflict, "signatures_missing",
		"Chưa thể niêm phong: chưa đủ chữ ký và việc ký chưa được kết thúc.",
		"It cannot be sealed yet: signatures are missing and the signing has not been closed.")
	ErrLevel = Problem(Conflict, "level_not_reached",
		"Chưa thể niêm phong: có chữ ký mới đạt mức {level}, cụm yêu cầu ít nhất {least}.",
		"It cannot be sealed yet: a signature is at {level}, the cluster asks for {least} at least.")
	ErrSigningEnded = Problem(Conflict, "signing_ended",
		"Việc ký đã kết thúc, không nhận thêm chữ ký.",
		"The signing has ended and takes no more signatures.")
)

// guard is a condition of a transition beside the state. Those without a check need more than the pact, or the input, and
// are held by the act itself.
type guard struct {
	name, vi string
	// picks chooses between two rows of the same state and act; nil takes the row.
	picks func(*Pact) bool
	check func(*Pact) error
}

var (
	noGuard       = guard{}
	hallOnly      = guard{name: "hall_only", vi: "chỉ góp ý tại hội nghị"}
	textValid     = guard{name: "text_valid", vi: "văn bản hợp lệ; các bản tổng hợp trước đã chốt"}
	roundReady    = guard{name: "round_ready", vi: "không còn việc gì mở trong đợt góp ý"}
	ledgerReady   = guard{name: "ledger_ready", vi: "mọi góp ý có đúng một trả lời"}
	ledgersClosed = guard{name: "ledgers_closed", vi: "mọi bản tổng hợp đã chốt; đợt cuối có trả lời hoặc kết quả im lặng của mọi đơn vị được hỏi"}
	withReason    = guard{name: "with_reason", vi: "nêu lý do"}
	voteHolds     = guard{name: "vote_holds", vi: "đủ số đơn vị dự họp, biểu quyết quá nửa, lời văn khớp chỉ tiêu"}
	paperReady    = guard{name: "paper_ready", vi: "số, ngày, nơi ký đã định; bản in dựng được"}
	certified     = guard{name: "certified", vi: "chính sách “reserved”: hệ thống chứng nhận bản in được"}
	entitled      = guard{name: "entitled", vi: "đúng người ký của ngày hôm đó, việc ký chưa kết thúc", check: signingOpen}
	notAllSigned  = guard{name: "not_all_signed", vi: "còn đơn vị chưa ký; nêu lý do"}
	allSigned     = guard{name: "all_signed", vi: "mọi đơn vị đã ký, đạt mức tối thiểu", picks: signingGoesOn, check: complete}
	closedEarly   = guard{name: "closed_incomplete", vi: "việc ký đã kết thúc khi còn thiếu; chữ ký đã có đạt mức tối thiểu", picks: signingEnded, check: (*Pact).levelReached}
)

// transition is a row of the one table of a pact's life.
type transition struct {
	from State
	act  Act
	to   State
	when guard
}

// transitions is the life of a pact. What is not here does not happen. docs/states.md is generated from it.
var transitions = []transition{
	{"", ActPactCreate, Drafting, noGuard},
	{Drafting, ActDraftEdit, Drafting, noGuard},
	{Drafting, ActRoundOpen, InReview, textValid},
	{Consolidating, ActRoundOpen, InReview, textValid},
	{InReview, ActRoundExtend, InReview, noGuard},
	{InReview, ActRoundRemind, InReview, noGuard},
	{InReview, ActReplySave, InReview, noGuard},
	{InReview, ActReplySend, InReview, noGuard},
	{InReview, ActReplyRecord, InReview, noGuard},
	{InReview, ActReplyLateDecide, InReview, noGuard},
	{InReview, ActRoundClose, Consolidating, roundReady},
	{Consolidating, ActCommentResolve, Consolidating, noGuard},
	{Consolidating, ActLedgerClose, Consolidating, ledgerReady},
	{Consolidating, ActTextAgree, Agreed, ledgersClosed},
	{Agreed, ActTextReopen, Consolidating, withReason},
	{Agreed, ActHallComment, Agreed, noGuard},
	{Agreed, ActCommentResolve, Agreed, hallOnly},
	{Agreed, ActAdopt, Adopted, voteHolds},
	{Adopted, ActAdoptUndo, Agreed, withReason},
	{Adopted, ActPaperFreeze, Frozen, paperReady},
	{Frozen, ActPaperUnfreeze, Adopted, withReason},
	{Frozen, ActSigningOpen, Signing, certified},
	{Signing, ActSign, Signing, entitled},
	{Signing, ActSignDecline, Signing, entitled},
	{Signing, ActStamp, Signing, noGuard},
	{Signing, ActSigningClose, Signing, notAllSigned},
	{Signing, ActSeal, Sealed, allSigned},
	{Signing, ActSeal, SealedIncomplete, closedEarly},
	{Sealed, ActArchive, Archived, noGuard},
	{SealedIncomplete, ActArchive, Archived, noGuard},
	{Drafting, ActWithdraw, Withdrawn, withReason},
	{InReview, ActWithdraw, Withdrawn, withReason},
	{Consolidating, ActWithdraw, Withdrawn, withReason},
	{Agreed, ActWithdraw, Withdrawn, withReason},
	{Adopted, ActWithdraw, Withdrawn, withReason},
	{Frozen, ActWithdraw, Withdrawn, withReason},
}

// States lists the states in the order of a pact's life.
func States() []State {
	return []State{Drafting, InReview, Consolidating, Agreed, Adopted, Frozen, Signing, Sealed, SealedIncomplete, Archived,
		Superseded, Withdrawn}
}

// Acts lists the acts on a pact in the order of its life.
func Acts() (acts []Act) {
	for _, t := range transitions {
		if !slices.Contains(acts, t.act) {
			acts = append(acts, t.act)
		}
	}
	return acts
}

// step finds the row that the act takes now; an act that belongs to no state of a pact has none and is allowed.
func (p *Pact) step(act Act) (State, error) {
	known := false
	for _, t := range transitions {
		if t.act != act {
			continue
		}
		known = true
		if t.from != p.State || t.when.picks != nil && !t.when.picks(p) {
			continue
		}
		if t.when.check != nil {
			if err := t.when.check(p); err != nil {
				return "", err
			}
		}
		return t.to, nil
	}
	switch {
	case known:
		return "", ErrState.With("act", act).With("state", p.State)
	case slices.Contains(stateless, act):
		return p.State, nil
	}
	return "", ErrField.With("field", "act").With("value", string(act))
}

// stateless are the acts that no state forbids.
var stateless = []Act{ActPactRead, ActRepliesReadOwn, ActRepliesReadAll, ActRecordRead, ActLogRead, ActClusterCreate,
	ActClusterEdit, ActPersonCreate}

// Allow says whether the act is possible in the pact's state, as far as the pact alone shows it: ErrState, or the refusal of
// the guard.
func (p *Pact) Allow(act Act) error {
	_, err := p.step(act)
	return err
}

// Move takes the pact to the state that the act leads to.
func (p *Pact) Move(act Act) error {
	to, err := p.step(act)
	if err == nil {
		p.State = to
	}
	return err
}

// unsigned lists the agencies of the seats that have not signed.
func (p *Pact) unsigned() (missing []AgencyCode) {
	if p.Issue == nil || p.Signing == nil {
		return nil
	}
	for _, code := range p.Issue.Order {
		if !slices.ContainsFunc(p.Signing.Signatures, func(s Signature) bool { return s.Agency == code }) {
			missing = append(missing, code)
		}
	}
	return missing
}

func signingEnded(p *Pact) bool  { return p.Signing != nil && p.Signing.Close != nil }
func signingGoesOn(p *Pact) bool { return !signingEnded(p) }

func signingOpen(p *Pact) error {
	if signingEnded(p) {
		return ErrSigningEnded
	}
	return nil
}

func complete(p *Pact) error {
	if p.Signing == nil || len(p.unsigned()) > 0 {
		return ErrSignatures
	}
	return p.levelReached()
}

// levelReached holds each signature against the least level that the paper demands.
func (p *Pact) levelReached() error {
	order := []Level{LevelB, LevelT, LevelLT, LevelLTA}
	least := 1 // B-T; what lies above is the seal's own work
	if p.Issue.LevelMin == LevelB {
		least = 0
	}
	for _, s := range p.Signing.Signatures {
		if slices.Index(order, s.Level) < least {
			return ErrLevel.With("level", s.Level).With("least", order[least])
		}
	}
	return nil
}

// StatesMarkdown is docs/states.md: the chart and the table of a pact's life.
func StatesMarkdown() string {
	var b strings.Builder
	b.WriteString("# The life of a pact\n\nGenerated from the transition table in `pact/life.go` by `go generate ./pact`; a test fails when it differs.\n\n")
	b.WriteString("```mermaid\nstateDiagram-v2\n")
	for _, t := range transitions {
		from := string(t.from)
		if from == "" {
			from = "[*]"
		}
		if t.from != t.to {
			fmt.Fprintf(&b, "    %s --> %s: %s\n", from, t.to, t.act)
		}
	}
	b.WriteString("    archived --> [*]\n    withdrawn --> [*]\n```\n\n")
	b.WriteString("`superseded` is reached by an amendment, which no act brings about yet.\n\n## States\n\n| State | Vietnamese | English |\n|---|---|---|\n")
	for _, s := range States() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", s, s.Words("vi"), s.Words("en"))
	}
	b.WriteString("\n## Transitions\n\n| In state | Act | Vietnamese | Leads to | Condition |\n|---|---|---|---|---|\n")
	for _, t := range transitions {
		from, cond := string(t.from), ""
		if from == "" {
			from = "(none)"
		}
		if t.when.name != "" {
			cond = "`" + t.when.name + "`: " + t.when.vi
		}
		fmt.Fprintf(&b, "| `%s` | `%s` | %s | `%s` | %s |\n", from, t.act, t.act.Words("vi"), t.to, cond)
	}
	return b.String()
}
