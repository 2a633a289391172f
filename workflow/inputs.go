package workflow

import (
	"time"

	"kyket/pact"
)

// ContentInput is a whole text as people write it: clauses by their places, in the order of the paper and without gaps.
// Clauses that were there before keep their ids by naming them.
type ContentInput struct {
	Structure     pact.Structure
	TypeName      string
	Subject       string
	Theme         string
	Effective     pact.Period
	Bases         []pact.Basis
	Clauses       []pact.Placed
	Targets       []TargetInput
	Registrations []pact.Registration
	Recipients    []string
}

// TargetInput is a target whose clause is named by id or by place.
type TargetInput struct {
	Target pact.Target
	Anchor pact.Anchor
}

// NewPact starts a pact.
type NewPact struct {
	Cluster pact.ClusterID
	Content ContentInput
}

// ClauseEdit replaces the words of one clause of the draft.
type ClauseEdit struct {
	Clause  pact.ClauseID
	Was     string // the clause's tag when it was read; another one is pact.ErrStale
	Heading string
	Text    string
	Cells   []string
}

// OpenRound circulates the newest text.
type OpenRound struct {
	Label    string // of the version: "v1", "dự thảo 2"; empty keeps the one it has
	Request  pact.Paper
	Signer   pact.AgencyCode
	DueAt    time.Time
	Channels []string
	// Asked lists the agencies that are asked; empty means every member but the lead.
	Asked []pact.AgencyCode
}

// CommentInput is one remark as the agency writes it.
type CommentInput struct {
	ID       pact.CommentID // of a draft comment saved before; empty: new
	Clause   pact.ClauseID
	Quote    string
	Kind     pact.CommentKind
	Text     string
	Proposal string
}

// ReplyInput is an agency's answer, as a draft or as a whole to be sent.
type ReplyInput struct {
	Round    int
	Agency   pact.AgencyCode
	Stance   pact.Stance
	Number   string
	Note     string
	Comments []CommentInput
	// RowVersion is the draft that was read; 0 when there was none.
	RowVersion int64
}

// RecordedReply is a paper reply that the secretariat enters, with its scan.
type RecordedReply struct {
	ReplyInput
	ReceivedAt time.Time
	Scan       []byte // PDF, PNG or JPEG
}

// ResolveInput answers one comment.
type ResolveInput struct {
	Comment      pact.CommentID
	Disposition  pact.Disposition
	Reason       string
	NewText      *string
	Operations   []pact.Operation
	Targets      []pact.TargetChange
	NoTextChange string
	Dissent      bool
	Conflicts    []pact.CommentID
	RowVersion   int64 // of the answer that is replaced; 0: none yet
}

// HallComment is a remark taken down at the conference.
type HallComment struct {
	Agency   pact.AgencyCode
	Clause   pact.ClauseID
	Quote    string
	Kind     pact.CommentKind
	Text     string
	Proposal string
}

// AdoptInput is what the conference decided.
type AdoptInput struct {
	Conference    pact.Conference
	Quorum        pact.Quorum
	Vote          pact.Vote
	Registrations *pact.Vote
	Minutes       pact.Minutes
}

// FreezeInput is what is fixed with the paper.
type FreezeInput struct {
	NumberPolicy  pact.NumberPolicy
	Number        string
	Symbol        string
	NumberDisplay string
	Place         string
	Date          pact.Date
	DateDisplay   string
	Policy        pact.SigningPolicy
	Stamp         pact.StampPolicy
	LevelMin      pact.Level
	OrgSeal       pact.OrgSeal
	Order         []pact.AgencyCode // empty: lead, deputies, then the members in their order
	Deadline      pact.Date
}

// SignInput starts an attempt to sign.
type SignInput struct {
	Agency      pact.AgencyCode
	Certificate pact.Digest // registered for this person
	Consent     pact.Consent
}

// Attempt is where an attempt to sign stands.
type Attempt struct {
	Session  string
	State    string // waiting, submitted, done, refused, expired, failed
	Position int    // in the queue; 0: it is this one's turn
	// ToSign is what the key signs with SHA-256 (the DER of the signed attributes), empty while waiting.
	ToSign []byte
	// Document is the digest of the byte range that ToSign covers.
	Document pact.Digest
	Ends     time.Time
	Level    pact.Level // when done
	SHA256   pact.Digest
	// Reason is the code of what ended it otherwise.
	Reason string
}

// ArchiveInput is the record's description.
type ArchiveInput struct {
	Dossier   string
	Title     string
	Opened    pact.Date
	Closed    pact.Date
	Retention pact.Retention
}
