package wire

import (
	"time"

	"kyket/pact"
	"kyket/workflow"
)

// OpenRound circulates the newest text.
type OpenRound struct {
	Label    string    `json:"label,omitempty"`
	Request  Paper     `json:"request,omitzero"`
	Signer   string    `json:"signer,omitempty"`
	DueAt    time.Time `json:"due_at" required:"true"`
	Channels []string  `json:"channels,omitempty"`
	Asked    []string  `json:"asked,omitempty"`
}

// Round is one circulation.
type Round struct {
	Pact           string     `json:"pact"`
	Number         int        `json:"number"`
	Version        int        `json:"version"`
	Request        Paper      `json:"request,omitzero"`
	Signer         string     `json:"signer,omitempty"`
	OpenedAt       time.Time  `json:"opened_at"`
	DueAt          time.Time  `json:"due_at"`
	ExtendedTo     time.Time  `json:"extended_to,omitzero"`
	Channels       []string   `json:"channels"`
	Asked          []string   `json:"asked"`
	Reminders      []Reminder `json:"reminders"`
	Open           bool       `json:"open"`
	ClosedAt       time.Time  `json:"closed_at,omitzero"`
	Outcome        []Outcome  `json:"outcome"`
	LedgerClosedAt time.Time  `json:"ledger_closed_at,omitzero"`
	Ledger         string     `json:"ledger,omitempty"`
	Result         int        `json:"result,omitempty"`
	RowVersion     int64      `json:"row_version"`
}

// Reminder is one reminder of a silent agency.
type Reminder struct {
	Agency string    `json:"agency"`
	At     time.Time `json:"at"`
	Phone  bool      `json:"phone"`
}

// Outcome is what an agency is counted as.
type Outcome struct {
	Agency string `json:"agency"`
	Stance string `json:"stance"`
}

// Extension moves a due date.
type Extension struct {
	To time.Time `json:"to" required:"true"`
}

// Remind reminds an agency.
type Remind struct {
	Agency string `json:"agency" required:"true"`
	Phone  bool   `json:"phone,omitempty"`
}

// Comment is one remark on one clause.
type Comment struct {
	ID          string    `json:"id,omitempty"`
	Round       int       `json:"round,omitempty" readOnly:"true"`
	Agency      string    `json:"agency,omitempty" readOnly:"true"`
	Number      int       `json:"number,omitempty" readOnly:"true"`
	Clause      string    `json:"clause,omitempty"`
	Quote       string    `json:"quote,omitempty"`
	Kind        string    `json:"kind,omitempty"`
	Text        string    `json:"text,omitempty"`
	Proposal    string    `json:"proposal,omitempty"`
	At          time.Time `json:"at,omitzero" readOnly:"true"`
	TakenDownBy string    `json:"taken_down_by,omitempty" readOnly:"true"`
}

// ReplyInput is an agency's answer as it writes it; round and agency stand in the address.
type ReplyInput struct {
	Stance   string         `json:"stance,omitempty" doc:"agree, agree_with_comments, no_comment or object"`
	Number   string         `json:"number,omitempty"`
	Note     string         `json:"note,omitempty"`
	Comments []CommentInput `json:"comments,omitempty"`
}

// CommentInput is one remark as it is written.
type CommentInput struct {
	ID       string `json:"id,omitempty" doc:"Of a draft comment saved before"`
	Clause   string `json:"clause"`
	Quote    string `json:"quote,omitempty"`
	Kind     string `json:"kind,omitempty"`
	Text     string `json:"text"`
	Proposal string `json:"proposal,omitempty"`
}

// RecordedReply is a paper reply that the secretariat enters.
type RecordedReply struct {
	ReplyInput
	ReceivedAt time.Time `json:"received_at" required:"true"`
	Scan       []byte    `json:"scan" required:"true" doc:"PDF, PNG or JPEG"`
}

// Reply is an agency's answer.
type Reply struct {
	ID           string    `json:"id"`
	Pact         string    `json:"pact"`
	Round        int       `json:"round"`
	Agency       string    `json:"agency"`
	Stance       string    `json:"stance,omitempty"`
	Number       string    `json:"number,omitempty"`
	Note         string    `json:"note,omitempty"`
	Sent         bool      `json:"sent"`
	SentAt       time.Time `json:"sent_at,omitzero"`
	Late         bool      `json:"late,omitempty"`
	AcceptedLate *bool     `json:"accepted_late,omitempty"`
	RecordedBy   string    `json:"recorded_by,omitempty"`
	Scan         string    `json:"scan,omitempty"`
	Comments     []Comment `json:"comments"`
	RowVersion   int64     `json:"row_version"`
}

// LateDecision is the lead's decision on a late reply.
type LateDecision struct {
	Accept bool `json:"accept" required:"true"`
}

// Resolve answers one comment.
type Resolve struct {
	Disposition  string         `json:"disposition" required:"true"`
	Reason       string         `json:"reason,omitempty"`
	NewText      *string        `json:"new_text,omitempty" nullable:"true"`
	Operations   []Operation    `json:"operations,omitempty"`
	Targets      []TargetChange `json:"targets,omitempty"`
	NoTextChange string         `json:"no_text_change,omitempty"`
	Dissent      bool           `json:"dissent,omitempty"`
	Conflicts    []string       `json:"conflicts,omitempty"`
}

// Operation changes the tree of clauses.
type Operation struct {
	Op      string   `json:"op" doc:"add, move or delete"`
	Clause  string   `json:"clause,omitempty"`
	To      string   `json:"to,omitempty"`
	Heading string   `json:"heading,omitempty"`
	Text    string   `json:"text,omitempty"`
	Cells   []string `json:"cells,omitempty"`
}

// TargetChange brings a target in line with an answer.
type TargetChange struct {
	Target string  `json:"target"`
	Drop   bool    `json:"drop,omitempty"`
	Set    *Target `json:"set,omitempty"`
	At     string  `json:"at,omitempty"`
}

// Resolution is the reasoned answer to a comment.
type Resolution struct {
	Comment      string         `json:"comment"`
	Round        int            `json:"round"`
	Disposition  string         `json:"disposition"`
	Reason       string         `json:"reason,omitempty"`
	NewText      *string        `json:"new_text,omitempty"`
	Operations   []Operation    `json:"operations"`
	Targets      []TargetChange `json:"targets"`
	NoTextChange string         `json:"no_text_change,omitempty"`
	Dissent      bool           `json:"dissent,omitempty"`
	Conflicts    []string       `json:"conflicts"`
	Order        int            `json:"order"`
	DecidedBy    string         `json:"decided_by,omitempty"`
	DecidedAt    time.Time      `json:"decided_at,omitzero"`
	RowVersion   int64          `json:"row_version"`
}

// Finding is one of several things that stand in the way.
type Finding struct {
	Code string `json:"code"`
	Ref  string `json:"ref,omitempty"`
	Vi   string `json:"vi"`
	En   string `json:"en"`
}

// HallComment is a remark taken down at the conference.
type HallComment struct {
	Agency   string `json:"agency" required:"true"`
	Clause   string `json:"clause" required:"true"`
	Quote    string `json:"quote,omitempty"`
	Kind     string `json:"kind,omitempty"`
	Text     string `json:"text" required:"true"`
	Proposal string `json:"proposal,omitempty"`
}

// Reason is an act's reason.
type Reason struct {
	Reason string `json:"reason"`
}

// Label names a version.
type Label struct {
	Label string `json:"label,omitempty"`
}

// Domain reads a request for comments.
func (o OpenRound) Domain() (workflow.OpenRound, error) {
	r := &reading{}
	out := workflow.OpenRound{Label: o.Label, Signer: pact.AgencyCode(o.Signer), DueAt: o.DueAt, Channels: o.Channels,
		Asked: codes[pact.AgencyCode](o.Asked)}
	r.in("request", func() { out.Request = r.paper(o.Request) })
	return out, r.err()
}

// FromRound shows a round.
func FromRound(r *pact.Round) Round {
	return Round{
		Pact: string(r.Pact), Number: r.Number, Version: r.Version, Request: paper(r.Request), Signer: string(r.Signer),
		OpenedAt: utc(r.OpenedAt), DueAt: utc(r.DueAt), ExtendedTo: utc(r.ExtendedTo), Channels: texts(r.Channels),
		Asked: texts(r.Asked),
		Reminders: each(r.Reminders, func(m pact.Reminder) Reminder {
			return Reminder{string(m.Agency), utc(m.At), m.Phone}
		}),
		Open: r.Open(), ClosedAt: utc(r.ClosedAt),
		Outcome:        each(r.Outcome, func(o pact.Outcome) Outcome { return Outcome{string(o.Agency), string(o.Stance)} }),
		LedgerClosedAt: utc(r.LedgerClosedAt), Ledger: r.Ledger.String(), Result: r.Result, RowVersion: r.RowVersion,
	}
}

// Domain reads a reply.
func (y ReplyInput) Domain(round int, agency pact.AgencyCode, version int64) workflow.ReplyInput {
	return workflow.ReplyInput{Round: round, Agency: agency, Stance: pact.Stance(y.Stance), Number: y.Number,
		Note: y.Note, RowVersion: version, Comments: each(y.Comments, func(c CommentInput) workflow.CommentInput {
			return workflow.CommentInput{ID: pact.CommentID(c.ID), Clause: pact.ClauseID(c.Clause), Quote: c.Quote,
				Kind: pact.CommentKind(c.Kind), Text: c.Text, Proposal: c.Proposal}
		})}
}

// FromReply shows a reply.
func FromReply(y *pact.Reply) Reply {
	return Reply{ID: y.ID, Pact: string(y.Pact), Round: y.Round, Agency: string(y.Agency), Stance: string(y.Stance),
		Number: y.Number, Note: y.Note, Sent: y.Sent(), SentAt: utc(y.SentAt), Late: y.Late, AcceptedLate: y.AcceptedLate,
		RecordedBy: string(y.RecordedBy), Scan: y.Scan.String(), RowVersion: y.RowVersion,
		Comments: each(y.Comments, func(c pact.Comment) Comment { return FromComment(&c) })}
}

// FromComment shows a comment.
func FromComment(c *pact.Comment) Comment {
	return Comment{ID: string(c.ID), Round: c.Round, Agency: string(c.Agency), Number: c.Number, Clause: string(c.Clause),
		Quote: c.Quote, Kind: string(c.Kind), Text: c.Text, Proposal: c.Proposal, At: utc(c.At), TakenDownBy: string(c.TakenDownBy)}
}

// Domain reads the answer to a comment.
func (a Resolve) Domain(comment string, version int64) (workflow.ResolveInput, error) {
	r := &reading{}
	out := workflow.ResolveInput{
		Comment: pact.CommentID(comment), Disposition: pact.Disposition(a.Disposition), Reason: a.Reason, NewText: a.NewText,
		NoTextChange: a.NoTextChange, Dissent: a.Dissent, Conflicts: codes[pact.CommentID](a.Conflicts), RowVersion: version,
		Operations: each(a.Operations, func(o Operation) pact.Operation {
			return pact.Operation{Op: pact.OpKind(o.Op), Clause: pact.ClauseID(o.Clause), To: pact.Anchor(o.To),
				Heading: o.Heading, Text: o.Text, Cells: o.Cells}
		}),
	}
	for i, t := range a.Targets {
		r.item("targets", i, func() {
			c := pact.TargetChange{Target: pact.TargetID(t.Target), Drop: t.Drop, At: pact.Anchor(t.At)}
			if t.Set != nil {
				r.in("set", func() { s := r.target(*t.Set); c.Set = &s })
			}
			out.Targets = append(out.Targets, c)
		})
	}
	return out, r.err()
}

// FromResolution shows an answer.
func FromResolution(a *pact.Resolution) Resolution {
	return Resolution{
		Comment: string(a.Comment), Round: a.Round, Disposition: string(a.Disposition), Reason: a.Reason, NewText: a.NewText,
		Operations: each(a.Operations, func(o pact.Operation) Operation {
			return Operation{string(o.Op), string(o.Clause), string(o.To), o.Heading, o.Text, o.Cells}
		}),
		Targets: each(a.Targets, func(t pact.TargetChange) TargetChange {
			return TargetChange{string(t.Target), t.Drop, when(t.Set, fromTarget), string(t.At)}
		}),
		NoTextChange: a.NoTextChange, Dissent: a.Dissent, Conflicts: texts(a.Conflicts), Order: a.Order,
		DecidedBy: string(a.DecidedBy), DecidedAt: utc(a.DecidedAt), RowVersion: a.RowVersion,
	}
}

// FromDetail shows a finding.
func FromDetail(d pact.Detail) Finding { return Finding{d.Code, d.Ref, d.Vi, d.En} }

// Domain reads a remark made in the hall.
func (h HallComment) Domain() workflow.HallComment {
	return workflow.HallComment{Agency: pact.AgencyCode(h.Agency), Clause: pact.ClauseID(h.Clause), Quote: h.Quote,
		Kind: pact.CommentKind(h.Kind), Text: h.Text, Proposal: h.Proposal}
}
