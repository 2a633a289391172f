package scenario

// Code is the code of a member agency, "C05".
type Code string

// Cluster is the group of agencies and its year.
type Cluster struct {
	Code        string       `key:"code" must:"yes"`
	Kind        ClusterKind  `key:"kind" must:"yes"`
	Name        string       `key:"name" must:"yes"`
	ShortName   string       `key:"short_name"`
	Year        int          `key:"year" must:"yes"`
	Decision    *Decision    `key:"decision"`
	Blocks      []Block      `key:"blocks" must:"yes"`
	Leadership  Leadership   `key:"leadership" must:"yes"`
	Secretariat *Secretariat `key:"secretariat"`
	Witnesses   []Witness    `key:"witness"`
}

// Decision is the paper that set the cluster up.
type Decision struct {
	Number  string `key:"number"`
	Date    *When  `key:"date"`
	Issuer  string `key:"issuer"`
	Summary string `key:"summary"`
}

// Block is a group of like agencies with a measuring period of its own.
type Block struct {
	Code        string `key:"code" must:"yes"`
	Name        string `key:"name" must:"yes"`
	PeriodStart When   `key:"period_start" must:"yes"`
	PeriodEnd   When   `key:"period_end" must:"yes"`
}

// AllBlocks is the block code of a target that every member has.
const AllBlocks = "ALL"

// Leadership names who leads this year, and who is proposed for the next.
type Leadership struct {
	Lead     Code      `key:"lead" must:"yes"`
	Deputies []Code    `key:"deputies"`
	NextYear *NextYear `key:"next_year_proposal"`
}

// NextYear is the proposal for next year's leadership.
type NextYear struct {
	Lead     Code   `key:"lead"`
	Deputies []Code `key:"deputies"`
}

// Secretariat is the office that does the paper work, and its people.
type Secretariat struct {
	Host    Code    `key:"host"`
	Unit    string  `key:"unit"`
	Persons []Clerk `key:"persons"`
}

// Clerk is one person of the secretariat; Role "" means an ordinary one.
type Clerk struct {
	Name     string    `key:"name" must:"yes"`
	Position string    `key:"position"`
	Role     ClerkRole `key:"role"`
}

// Witness attends for a higher authority. Signs reserves an optional field on the paper.
type Witness struct {
	Code        string       `key:"code" must:"yes"`
	Name        string       `key:"name"`
	Position    string       `key:"position"`
	Agency      string       `key:"agency"`
	Signs       bool         `key:"signs"`
	Label       string       `key:"label"`
	Certificate *Certificate `key:"certificate"`
}

// Member is an agency that concludes the pact.
type Member struct {
	Code        Code         `key:"code" must:"yes"`
	Block       string       `key:"block" must:"yes"`
	Agency      string       `key:"agency" must:"yes"`
	Parent      string       `key:"parent"`
	Abbr        string       `key:"abbr"`
	Place       string       `key:"place"`
	Role        string       `key:"role" must:"yes"` // thanh_vien, truong_cum, pho_truong_khu_vuc, …
	Signer      Signer       `key:"signer" must:"yes"`
	Focal       *Focal       `key:"focal"`       // nil: an invented contact
	Certificate *Certificate `key:"certificate"` // nil: a key in process
}

// Focal is the agency's contact, who writes its comments.
type Focal struct {
	Name string `key:"name" must:"yes"`
}

// Person signs for an agency. Formula is printed as it stands, line break included ("KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC").
type Person struct {
	Name          string         `key:"name" must:"yes"`
	Position      string         `key:"position" must:"yes"`
	Formula       string         `key:"formula" must:"yes"`
	HeadName      string         `key:"head_name"`
	DelegationDoc *DelegationDoc `key:"delegation_doc"`
}

// Signer is who signs for a member, and who takes over from a day on.
type Signer struct {
	Person
	ReplacedBy *Replacement `key:"replaced_by"`
}

// Replacement signs from From on, with an own certificate and paper.
type Replacement struct {
	Person
	Certificate *Certificate `key:"certificate"`
	From        When         `key:"from" must:"yes"`
}

// DelegationDoc is the paper on which a formula (TUQ., TL., Q.) rests.
type DelegationDoc struct {
	Number string `key:"number" must:"yes"`
	Date   When   `key:"date" must:"yes"`
	Scope  string `key:"scope" must:"yes"`
}

// Certificate says who issued a signer's certificate and where the key lives.
type Certificate struct {
	Issuer        string `key:"issuer" must:"yes"`
	Device        Device `key:"device" must:"yes"`
	PolicyWarning bool   `key:"policy_warning"`
}

// Successor merges or renames agencies from a day on.
type Successor struct {
	From []Code `key:"from" must:"yes"`
	To   string `key:"to" must:"yes"`
	At   When   `key:"at" must:"yes"`
}

// On is the person who signs at that time, with the certificate that is used (nil: a key in process).
func (m *Member) On(at When) (Person, *Certificate) {
	if r := m.Signer.ReplacedBy; r != nil && !at.Day().Before(r.From.Day()) {
		return r.Person, r.Certificate
	}
	return m.Signer.Person, m.Certificate
}
