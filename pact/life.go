package pact

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

// The acts that read, and those that belong to no pact.
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

func (p *Pact) Allow(act Act) error { return nil }
func (p *Pact) Move(act Act) error  { return nil }
func Acts() []Act                   { return nil }
func States() []State               { return nil }
func StatesMarkdown() string        { return "" }
