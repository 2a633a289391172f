package pact

import "time"

type (
	// ClusterID, PactID, CommentID, PersonID and SessionID are opaque row ids.
	ClusterID string
	// PactID names a pact.
	PactID string
	// CommentID names a comment.
	CommentID string
	// PersonID names a person who has an account.
	PersonID string
)

// Cluster is the group of agencies of one emulation year with its rules. It is one aggregate with its agencies.
type Cluster struct {
	ID          ClusterID
	Code        string
	Kind        ClusterKind
	Name        string
	ShortName   string
	Year        int
	Decision    Paper
	Blocks      []Block
	Lead        AgencyCode
	Deputies    []AgencyCode
	Secretariat Secretariat
	Tacit       TacitConsent
	// RemindDays are days before the due date at which silent agencies are reminded.
	RemindDays []int
	Agencies   []Agency
	Witnesses  []Witness
	RowVersion int64
}

// ClusterKind is the word that a cluster calls itself by.
type ClusterKind string

// The kinds of clusters.
const (
	Cum    ClusterKind = "cum"
	Khoi   ClusterKind = "khoi"
	KhuVuc ClusterKind = "khu_vuc"
)

// Paper is a reference to a paper document: number and date, and what it is about.
type Paper struct {
	Number  string
	Date    Date
	Issuer  string
	Summary string
}

// Block is a group of agencies with an own measuring period.
type Block struct {
	Code, Name string
	Period     Period
}

// Secretariat is the office that does the work for the lead.
type Secretariat struct {
	Host AgencyCode
	Unit string
}

// TacitConsent is the cluster's rule that silence counts as consent. It needs the place where it was agreed.
type TacitConsent struct {
	Enabled  bool
	Wording  string
	AgreedIn string
}

// Agency is a member with its dated names and heads.
type Agency struct {
	Code   AgencyCode
	Block  string
	Parent string
	Place  string
	Names  []DatedName // oldest first
	Heads  []Head      // oldest first
}

// DatedName is a name from a day on. A zero From holds from the beginning.
type DatedName struct {
	Name string
	From Date
	// MergedWith lists agencies that bear this name together from that day on.
	MergedWith []AgencyCode
}

// Head is who signs for an agency from a day on: the head, or somebody in the head's place.
type Head struct {
	Name     string
	Position string // Giám đốc
	Formula  string // as printed, lines separated by \n: "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC"
	HeadName string // for KT., TUQ., TL.: the head in whose place
	// Authority is the paper on which TUQ., TL. and Q. rest.
	Authority *AuthorityPaper
	From      Date // zero: from the beginning
	// Certificate says what the person is expected to sign with.
	Certificate CertificateInfo
}

// AuthorityPaper is a letter of authorisation, an assignment or an appointment.
type AuthorityPaper struct {
	Number string
	Date   Date
	Scope  string
}

// CertificateInfo is what a person declares to sign with.
type CertificateInfo struct {
	Issuer string // VGCA, or the name of a public CA
	Device string // usb_token, sim_pki, ky_so_tu_xa, hsm, tep_p12, cong_cu_vgca, tu_ky_tai_len; empty: a key in process
}

// Witness may sign in an optional field; a witness never blocks and counts for nothing.
type Witness struct {
	Code     string
	Name     string
	Position string
	Agency   string
	Label    string
	Signs    bool
}

// Role is what a person may be.
type Role string

// The roles.
const (
	Admin          Role = "admin"
	LeadHead       Role = "lead_head"
	SecretaryChief Role = "secretary_chief"
	Secretary      Role = "secretary"
	Clerk          Role = "clerk"
	Focal          Role = "focal"
	HeadOfAgency   Role = "head"
	Archivist      Role = "archivist"
	Auditor        Role = "auditor"
)

// Grant gives a person a role, for a cluster or one of its agencies, for a time. Admin has neither.
type Grant struct {
	Role    Role
	Cluster ClusterID
	Agency  AgencyCode
	From    time.Time // zero: from the beginning
	To      time.Time // zero: without end
}

// Actor is who acts: a signed-in person, or the service itself (a job, the certifying key).
type Actor struct {
	Person  PersonID
	Name    string
	Grants  []Grant
	Service bool
	Session string // the sign-in, for tickets; empty for the service
}

// Consent is the confirmed will of a person to sign one paper: made by identity after a step-up, bound to the frozen
// base, checked by workflow.
type Consent struct {
	Person  PersonID
	Session string
	Pact    PactID
	Base    Digest // of the frozen paper
	At      time.Time
	Expires time.Time
}
