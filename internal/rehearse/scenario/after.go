package scenario

// Amendment is a later change of the pact.
type Amendment struct {
	Document AmendmentDocument `key:"document" must:"yes"`
}

// AmendmentDocument is a small pact of its own; its anchors are those of the final text.
type AmendmentDocument struct {
	TypeName           string             `key:"type_name" must:"yes"`
	Number             string             `key:"number"`
	Date               When               `key:"date" must:"yes"`
	Reason             string             `key:"reason" must:"yes"`
	Clauses            []AmendedClause    `key:"clauses" must:"yes"`
	TargetsChanged     map[string]float64 `key:"targets_changed"`
	AddedMember        *Member            `key:"added_member"`
	Agreement          Agreement          `key:"agreement" must:"yes"`
	SignaturesRequired int                `key:"signatures_required" must:"yes"`
	Signed             []AmendmentSigned  `key:"signed" must:"yes"`
	Close              *Close             `key:"close"`
}

// AmendedClause gives a clause new words.
type AmendedClause struct {
	Anchor        Anchor `key:"anchor" must:"yes"`
	ResultingText string `key:"resulting_text" must:"yes"`
}

// Agreement is how the members agreed: in writing or at a conference.
type Agreement struct {
	Kind       AgreementKind `key:"kind" must:"yes"`
	Request    *Request      `key:"request"`
	DueAt      *When         `key:"due_at"`
	Replies    []Reply       `key:"replies"`
	Conference *Conference   `key:"conference"`
	Quorum     *Quorum       `key:"quorum"`
	Vote       *Vote         `key:"vote"`
	Minutes    *Minutes      `key:"minutes"`
}

// AmendmentSigned is one signature on the amendment.
type AmendmentSigned struct {
	Member Code `key:"member" must:"yes"`
	At     When `key:"at" must:"yes"`
}

// Import brings a paper original into the archive.
type Import struct {
	Scan           Scan  `key:"scan" must:"yes"`
	KnownOCRErrors []any `key:"known_ocr_errors"`
}

// Scan is the file that the digitisation left.
type Scan struct {
	Format       string        `key:"format" must:"yes"`
	DPI          int           `key:"dpi" must:"yes"`
	Colour       bool          `key:"colour"`
	Pages        int           `key:"pages" must:"yes"`
	OCR          bool          `key:"ocr"`
	DigitisedAt  When          `key:"digitised_at" must:"yes"`
	DigitisedBy  string        `key:"digitised_by" must:"yes"`
	OrgSignature *OrgSignature `key:"org_signature"`
}

// OrgSignature is the organisation's signature on an electronic copy ("SAO Y").
type OrgSignature struct {
	Type   string `key:"type" must:"yes"`
	Agency string `key:"agency" must:"yes"`
	At     *When  `key:"at"`
}

// Archive is the file (hồ sơ) that is kept.
type Archive struct {
	Dossier  Dossier `key:"dossier" must:"yes"`
	Contents []any   `key:"contents"`
}

// Dossier is the archive's unit.
type Dossier struct {
	Code      string    `key:"code" must:"yes"`
	Title     string    `key:"title" must:"yes"`
	Opened    When      `key:"opened" must:"yes"`
	Closed    When      `key:"closed" must:"yes"`
	Retention Retention `key:"retention" must:"yes"`
}

// Retention: Value is a number of years or "vinh_vien".
type Retention struct {
	Value string `key:"value" must:"yes"`
	Unit  string `key:"unit"`
	Basis string `key:"basis"`
}
