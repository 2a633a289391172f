// Package pact is the domain: the vocabulary of an emulation pact (giao ước thi đua) and its rules, also who may do
// what. It is pure: it reads no clock, no database and no network, and imports nothing of ours. Its exported types
// carry no tags; the bytes that last have a codec of their own here.
package pact

import (
	"encoding/hex"
	"time"
)

// Digest is a SHA-256 value; the zero value means "none".
type Digest [32]byte

// IsZero says whether there is no digest.
func (d Digest) IsZero() bool { return d == Digest{} }

// String is the lower-case hexadecimal form, empty for none.
func (d Digest) String() string {
	if d.IsZero() {
		return ""
	}
	return hex.EncodeToString(d[:])
}

// State is where a pact is in its life.
type State string

// The states; the transition table says how one leads to another.
const (
	Drafting         State = "drafting"
	InReview         State = "in_review"
	Consolidating    State = "consolidating"
	Agreed           State = "agreed"
	Adopted          State = "adopted"
	Frozen           State = "frozen"
	Signing          State = "signing"
	Sealed           State = "sealed"
	SealedIncomplete State = "sealed_incomplete"
	Archived         State = "archived"
	Superseded       State = "superseded"
	Withdrawn        State = "withdrawn"
)

// Pact is the aggregate that the whole life hangs on. Draft, rounds, replies and resolutions are aggregates of their own.
type Pact struct {
	ID      PactID
	Cluster ClusterID
	// Code is what the QR code holds: at least 60 random bits, base32 in lower case.
	Code    string
	Subject string // of the newest text, for lists
	State   State
	// Text is the number of the newest version, 0 while there is none; Rounds counts the rounds opened; Laid is the
	// version laid before the conference, which remarks of the hall are read in.
	Text   int
	Rounds int
	Laid   int
	// Comments counts the comments numbered so far.
	Comments int
	Adoption *Adoption
	Issue    *Issue
	Signing  *SigningPhase
	Archive  *ArchiveRecord
	// WithdrawnWhy is the reason given.
	WithdrawnWhy string
	CreatedAt    time.Time
	RowVersion   int64
}

// Draft is the text being written before the first round, and the carrier of what only the secretariat edits. A clause
// is edited on its own: two people conflict only on the same clause.
type Draft struct {
	Pact       PactID
	Content    Content
	NextClause int // the number of the next clause id
	RowVersion int64
}

// Version is an immutable text, named by the SHA-256 of its canonical bytes.
type Version struct {
	Pact    PactID
	Number  int // in order of creation, from 1
	Label   string
	SHA256  Digest
	Content Content
	// Cause says what made it: "draft", "round-1" (consolidation of round 1), "hall".
	Cause     string
	CreatedAt time.Time
	Closed    bool // laid open to members or adopted: it is never replaced
}

// Adoption is what the conference decided.
type Adoption struct {
	Conference    Conference
	Version       int
	Quorum        Quorum
	Vote          Vote
	Registrations *Vote
	Minutes       Minutes
	At            time.Time
}

// Conference is the meeting that adopts and signs.
type Conference struct {
	Name       string
	Date       Date
	Time       string // "14:00", empty: not stated
	Place      string
	Mode       string // truc_tiep, truc_tuyen, truc_tiep_ket_hop_truc_tuyen
	Points     int
	Invitation Paper
}

// Quorum counts who must be and who was there.
type Quorum struct{ Required, Present, Online int }

// Vote is a vote and the reservations put on record with it.
type Vote struct {
	Method                   string
	Agree, Disagree, Abstain int
	Dissent                  []Dissent
}

// Dissent is a reservation (bảo lưu ý kiến): written in the minutes and beside the clause; the member may still sign.
type Dissent struct {
	Agency AgencyCode
	Clause ClauseID
	Text   string
}

// Minutes are the conference's minutes.
type Minutes struct {
	Number    string
	Secretary string
	Chair     AgencyCode
}

// NumberPolicy is how a pact is numbered (Decree 30/2020/NĐ-CP knows no rule for it).
type NumberPolicy string

// The numbering policies.
const (
	NoNumber      NumberPolicy = "none"
	ClusterNumber NumberPolicy = "so_rieng_cua_cum"
	LeadNumber    NumberPolicy = "so_cua_don_vi_truong_cum"
	CoverNumber   NumberPolicy = "van_ban_kem_theo"
)

// Issue is what is fixed with the paper, before the first signature.
type Issue struct {
	NumberPolicy  NumberPolicy
	Number        string
	Symbol        string
	NumberDisplay string
	Place         string
	Date          Date
	DateDisplay   string
	Policy        SigningPolicy
	Stamp         StampPolicy
	LevelMin      Level
	OrgSeal       OrgSeal
	Order         []AgencyCode // the order of the seats and of the queue
	Deadline      Date
	Version       int
	Base          Digest // the frozen paper
	BaseSize      int64
	Manifest      Digest
	Ledger        Digest // comment ledger of the whole consultation
	Fields        []Field
	Pages         int
	FrozenAt      time.Time
}

// SigningPolicy says who brings the signature fields.
type SigningPolicy string

// The signing policies: reserved fields and a certification, or boxes that outside tools put their own fields into.
const (
	Reserved SigningPolicy = "reserved"
	OpenTool SigningPolicy = "open"
)

// StampPolicy says what happens when no time stamp comes within the lease.
type StampPolicy string

// The stamp policies.
const (
	StampMayFollow   StampPolicy = "may_follow"
	StampWithinLease StampPolicy = "within_lease"
)

// Level is a PAdES baseline level (ETSI EN 319 142-1).
type Level string

// The levels in order.
const (
	LevelB   Level = "B-B"
	LevelT   Level = "B-T"
	LevelLT  Level = "B-LT"
	LevelLTA Level = "B-LTA"
)

// OrgSeal says whose seals follow the persons.
type OrgSeal string

// Whose seals follow.
const (
	NoSeal   OrgSeal = "khong"
	EachSeal OrgSeal = "moi_don_vi"
	LeadSeal OrgSeal = "don_vi_truong_cum"
)

// Field is a signature field reserved in the paper.
type Field struct {
	Name   string
	Kind   FieldKind
	Agency AgencyCode // of an agency's field or seal
	Title  string     // the agency's name on the day of the paper; a witness's label
}

// FieldKind is what a field is for.
type FieldKind string

// The kinds of fields.
const (
	AgencyField        FieldKind = "agency"
	SealField          FieldKind = "seal"
	WitnessField       FieldKind = "witness"
	CertificationField FieldKind = "certification"
	StampField         FieldKind = "dts"
)

// SigningPhase is the signing: its file's head, who has signed, and how it ended.
type SigningPhase struct {
	OpenedAt time.Time
	// Certification is the service's own signature, the first one.
	Certification Signature
	Revisions     []Revision // in order; the last one is the head
	Signatures    []Signature
	Declined      []Declined
	Close         *SigningClose
	Level         Level // lowest level of the signatures now
}

// Cause is why a revision exists.
type Cause string

// The causes of revisions.
const (
	CauseCertification Cause = "certification"
	CauseSignature     Cause = "signature"
	CauseStamp         Cause = "document_time_stamp"
	CauseEvidence      Cause = "seal_evidence"
	CauseSeal          Cause = "seal"
)

// Revision is one increment of the signed file.
type Revision struct {
	Number int // from 1; the base is 0
	Cause  Cause
	Field  string
	SHA256 Digest // of the whole file up to here
	Size   int64
	Level  Level // lowest of the persons' signatures and the certification in it; empty while there is none
	At     time.Time
}

// Signature is one person's signature in the file.
type Signature struct {
	Agency      AgencyCode
	Person      PersonID
	Signer      string
	Formula     string
	Position    string
	Field       string
	Provider    string // what signed: in_process, pkcs12, …
	Device      string // what the person declares to sign with
	Simulated   bool   // another key stood in for the device
	Level       Level
	OccurredAt  time.Time // claimed, ours
	ProvenAt    time.Time // of the time stamp; zero while there is none
	Revision    int
	SHA256      Digest
	Certificate Digest
	Warning     string // code of a policy warning, such as public_ca
}

// Declined is a member that will not sign.
type Declined struct {
	Agency AgencyCode
	Reason string
	At     time.Time
}

// SigningClose ends a signing that not all have signed.
type SigningClose struct {
	By     AgencyCode
	Reason string
	At     time.Time
}

// ArchiveRecord is the record in the archive.
type ArchiveRecord struct {
	Dossier   string
	Title     string
	Opened    Date
	Closed    Date
	Retention Retention
	At        time.Time
}

// Retention is how long a record is kept; Years 0 with Permanent is for ever. The value is data with a source.
type Retention struct {
	Permanent bool
	Years     int
	Basis     string
}

// ParseDigest reads 64 hexadecimal digits; the empty string is none.
func ParseDigest(s string) (d Digest, err error) {
	if s == "" {
		return d, nil
	}
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(d) {
		return d, ErrField.With("field", "sha256").With("value", s)
	}
	copy(d[:], b)
	return d, nil
}
