package pact

import "time"

// Structure is the numbering scheme of a pact.
type Structure string

const (
	// Articles is Điều – khoản – điểm.
	Articles Structure = "dieu_khoan_diem"
	// Parts is Phần – chữ – mục – gạch.
	Parts Structure = "phan_muc"
)

// ClauseKind is what a clause is, which decides its label.
type ClauseKind string

// The kinds of clauses; each is also the word of its anchor.
const (
	Preamble  ClauseKind = "mo-dau"
	Article   ClauseKind = "dieu"
	Paragraph ClauseKind = "khoan"
	Point     ClauseKind = "diem"
	Part      ClauseKind = "phan"
	Letter    ClauseKind = "chu"
	Section   ClauseKind = "muc"
	Dash      ClauseKind = "gach"
	Annex     ClauseKind = "phu-luc"
	Row       ClauseKind = "dong"
)

type (
	// ClauseID names a clause for its whole life, through renumbering and moves. It is local to its pact ("c7"; a
	// clause that an answer adds is named by the comment's number: "g12-1") and part of the bytes that last.
	ClauseID string
	// Anchor is the position of a clause as a path, such as dieu-2.khoan-1.diem-a or phu-luc-II.dong-3. It holds for
	// one version only.
	Anchor string
	// TargetID names a target within its pact.
	TargetID string
	// AgencyCode names an agency within its cluster.
	AgencyCode string
)

// Clause is a node of the text. Heading, Text and Cells are the words; the label follows from the position.
type Clause struct {
	ID       ClauseID
	Kind     ClauseKind
	Heading  string   // beside the label; an annex's title
	Text     string   // below the heading, or beside the label when there is none
	Cells    []string // of a Row, without the running number
	Table    *Table   // of an Annex
	Children []*Clause
}

// Table says what an annex's table holds.
type Table struct {
	Content TableContent
	Columns []string // a column "STT" is filled by the renderer
}

// TableContent is the source of an annex's rows.
type TableContent string

// The sources of an annex's rows.
const (
	RegistrationTable TableContent = "dang_ky"
	TargetTable       TableContent = "chi_tieu"
	OwnTable          TableContent = "bang"
)

// Content is everything that a version says: what the members comment on, adopt and sign.
type Content struct {
	Structure     Structure
	TypeName      string // BẢN GIAO ƯỚC THI ĐUA
	Subject       string
	Theme         string // exactly as issued; printed where a clause quotes it
	Effective     Period
	Bases         []Basis
	Clauses       []*Clause // annexes last
	Targets       []Target
	Registrations []Registration
	Recipients    []string // "Nơi nhận", a line each, without dash and closing mark
}

// Date is a calendar day without a zone: 2026-01-22.
type Date struct {
	Year, Day int
	Month     time.Month
}

// Period is a span of days, both included; a zero To is open.
type Period struct{ From, To Date }

// Basis is a legal basis ("Căn cứ"), without its closing mark.
type Basis struct {
	Text      string
	ValidFrom Date // zero: not stated
	ValidTo   Date
	Source    string // where the validity was read
}

// Target is a figure that a clause promises. It follows its clause by ClauseID.
type Target struct {
	ID        TargetID
	Clause    ClauseID
	Block     string // "ALL": every member
	Indicator string
	Unit      string
	Op        string // ">=", ">", "<=", "<", "="
	Value     Decimal
	MaxScore  Decimal // zero: none
	Source    string
	Veto      bool
	SplitFrom TargetID
}

// Registration is what an agency registers for.
type Registration struct {
	Agency AgencyCode
	Award  string
	Level  string // tinh, bo, chinh_phu
	Note   string
}
