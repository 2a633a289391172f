package pact

import "time"

// Round is one circulation of a version among the members.
type Round struct {
	Pact       PactID
	Number     int // from 1
	Version    int // the version that is commented on
	Request    Paper
	Signer     AgencyCode // who signed the request
	OpenedAt   time.Time
	DueAt      time.Time
	ExtendedTo time.Time // zero: not extended
	Channels   []string
	Asked      []AgencyCode
	Reminders  []Reminder
	ClosedAt   time.Time // zero: open
	// Outcome is each asked agency's stance, fixed when the round closes.
	Outcome []Outcome
	// LedgerClosedAt is when every comment had its answer; Ledger is then the hash of the round's ledger.
	LedgerClosedAt time.Time
	Ledger         Digest
	// Result is the version that the consolidation produced; the same as Version when nothing changed.
	Result     int
	RowVersion int64
}

// Due is the time after which a reply is late.
func (r *Round) Due() time.Time {
	if r.ExtendedTo.IsZero() {
		return r.DueAt
	}
	return r.ExtendedTo
}

// Open says whether replies are still taken.
func (r *Round) Open() bool { return r.ClosedAt.IsZero() }

// Reminder is one reminder of a silent agency.
type Reminder struct {
	Agency AgencyCode
	At     time.Time
	Phone  bool
}

// Outcome is what an agency is counted as in a closed round.
type Outcome struct {
	Agency AgencyCode
	Stance Stance
}

// Stance is an agency's answer to a request.
type Stance string

// The stances. The last two are results of silence, never sent by anybody.
const (
	Agree             Stance = "agree"
	AgreeWithComments Stance = "agree_with_comments"
	NoComment         Stance = "no_comment"
	Object            Stance = "object"
	TacitAgree        Stance = "tacit_agree"
	NoReply           Stance = "no_reply"
)

// Reply is an agency's answer in a round, with its comments: a draft until it is sent as a whole.
type Reply struct {
	ID     string
	Pact   PactID
	Round  int
	Agency AgencyCode
	Stance Stance
	Number string // of the agency's letter
	Note   string
	// SentAt is when it arrived; zero while it is a draft that only the agency sees.
	SentAt time.Time
	Late   bool
	// AcceptedLate is the lead's decision on a late reply; nil while undecided.
	AcceptedLate *bool
	// RecordedBy is the person of the secretariat who entered a paper reply; empty when the agency sent it itself.
	RecordedBy PersonID
	// Scan is the scanned letter in the archive.
	Scan       Digest
	Comments   []Comment
	RowVersion int64
}

// Sent says whether the reply was sent.
func (r *Reply) Sent() bool { return !r.SentAt.IsZero() }

// Counts says whether the reply is taken into account: sent, and when late accepted by the lead.
func (r *Reply) Counts() bool {
	return r.Sent() && (!r.Late || r.AcceptedLate != nil && *r.AcceptedLate)
}

// CommentKind is what a comment wants.
type CommentKind string

// The kinds of comments, by the words of the scenario vocabulary.
const (
	Clarify    CommentKind = "lam_ro"
	Supplement CommentKind = "bo_sung"
	Reword     CommentKind = "sua_loi_van"
	Raise      CommentKind = "tang_chi_tieu"
	Lower      CommentKind = "giam_chi_tieu"
	Postpone   CommentKind = "lui_thoi_han"
	Opposed    CommentKind = "phan_doi"
	OutOfScope CommentKind = "ngoai_pham_vi"
)

// Comment is one remark on one clause. In the hall Round is 0 and TakenDownBy the person who wrote it down.
type Comment struct {
	ID     CommentID
	Pact   PactID
	Round  int
	Agency AgencyCode
	// Number counts the comments of the pact; given when the round closes (in the hall: at once). 0 before.
	Number      int
	Clause      ClauseID
	Quote       string // exact words of the clause; empty: the clause as a whole
	Kind        CommentKind
	Text        string
	Proposal    string
	At          time.Time
	TakenDownBy PersonID
}

// Disposition is the decision on a comment.
type Disposition string

// The dispositions.
const (
	Accepted          Disposition = "accepted"
	PartlyAccepted    Disposition = "partly_accepted"
	DeclinedExplained Disposition = "declined_explained"
	Noted             Disposition = "noted"
	Forwarded         Disposition = "forwarded"
)

// Resolution is the reasoned answer to one comment and what it does to the text.
type Resolution struct {
	Comment     CommentID
	Pact        PactID
	Round       int // 0: in the hall
	Disposition Disposition
	Reason      string
	// NewText replaces the words of the commented clause; nil leaves them.
	NewText    *string
	Operations []Operation
	Targets    []TargetChange
	// NoTextChange says why an accepted comment leaves the text as it is.
	NoTextChange string
	// Dissent notes that the agency's reservation goes into the minutes.
	Dissent bool
	// Conflicts are comments whose proposals exclude this one's.
	Conflicts []CommentID
	// Order is the place in which the answers of a round are applied: that of their first decision, from 1.
	Order      int
	DecidedBy  PersonID
	DecidedAt  time.Time
	RowVersion int64
}

// OpKind is what an operation does to a clause.
type OpKind string

// The clause operations.
const (
	OpAdd    OpKind = "add"
	OpMove   OpKind = "move"
	OpDelete OpKind = "delete"
)

// Operation changes the tree of clauses. To is the place that the clause has when the operation is done, in the text as
// it then stands; what was there moves down, gaps close, children go along.
type Operation struct {
	Op      OpKind
	Clause  ClauseID // moved or deleted; for add: given by us
	To      Anchor
	Heading string
	Text    string
	Cells   []string
}

// TargetChange brings a target in line with an answer: it drops it, sets it, or adds it (when no target has that id).
type TargetChange struct {
	Target TargetID
	Drop   bool
	Set    *Target // the whole target as it will be; its Clause may be empty to keep the old one, or named by At
	At     Anchor  // for an added target: the place of its clause in the consolidated text
}
