package scenario

// Pact is the paper: its head, its first text and its figures.
type Pact struct {
	TextState     TextState      `key:"text_state" must:"yes"`
	TypeName      string         `key:"type_name" must:"yes"`
	Subject       string         `key:"subject" must:"yes"`
	Number        string         `key:"number"`
	Symbol        string         `key:"symbol"`
	NumberDisplay string         `key:"number_display"`
	NumberPolicy  NumberPolicy   `key:"number_policy" must:"yes"`
	Place         string         `key:"place" must:"yes"`
	Date          When           `key:"date" must:"yes"`
	DateDisplay   string         `key:"date_display"`
	Theme         string         `key:"theme"`
	Effective     Effective      `key:"effective" must:"yes"`
	Copies        any            `key:"copies"` // free
	Bases         []Basis        `key:"bases"`
	Recipients    []string       `key:"recipients"` // empty: see Scenario.Recipients
	Clauses       []Clause       `key:"clauses" must:"yes"`
	Annexes       []Annex        `key:"annexes"`
	Registrations []Registration `key:"registrations"`
	Targets       []Target       `key:"targets"`
}

// TextState labels the first version and says how the targets end up.
type TextState struct {
	Clauses        string                    `key:"clauses" must:"yes"` // label of the first version, "v1"
	Targets        string                    `key:"targets" must:"yes"`
	FinalOverrides map[string]TargetOverride `key:"final_target_overrides"` // by target id
	AddedTargets   []Target                  `key:"added_targets"`
}

// Effective is the time for which the pact binds.
type Effective struct {
	From When `key:"from" must:"yes"`
	To   When `key:"to" must:"yes"`
}

// Basis is a legal basis, without closing mark. The validity is nil where it is not stated.
type Basis struct {
	Text      string `key:"text" must:"yes" bare:"yes"`
	ValidFrom *When  `key:"valid_from"`
	ValidTo   *When  `key:"valid_to"`
	Source    string `key:"source"`
}

// Clause is one place of the text. It has a heading, a text or both.
type Clause struct {
	Anchor  Anchor `key:"anchor" must:"yes"`
	Heading string `key:"heading"`
	Text    string `key:"text"`
}

// Annex follows the text; Rows hold the cells without the column "STT".
type Annex struct {
	Code    Anchor       `key:"code" must:"yes"` // phu-luc-I
	Title   string       `key:"title" must:"yes"`
	Content AnnexContent `key:"content"`
	Text    string       `key:"text"`
	Columns []string     `key:"columns"`
	Rows    [][]string   `key:"rows"`
}

// Registration is the award that a member aims at.
type Registration struct {
	Member Code       `key:"member" must:"yes"`
	Award  string     `key:"award" must:"yes"`
	Level  AwardLevel `key:"level" must:"yes"`
	Note   string     `key:"note"`
}

// Target is a figure that a clause promises.
type Target struct {
	ID        string   `key:"id" must:"yes"`
	Anchor    Anchor   `key:"anchor" must:"yes"`
	Block     string   `key:"block"` // "" counts as AllBlocks
	Indicator string   `key:"indicator" must:"yes"`
	Unit      string   `key:"unit"`
	Op        TargetOp `key:"op" must:"yes"`
	Value     float64  `key:"value" must:"yes"`
	MaxScore  *float64 `key:"max_score"`
	Source    string   `key:"source"`
	Veto      bool     `key:"veto"`
	SplitFrom string   `key:"split_from"` // id of the target that it comes out of
	By        string   `key:"by"`         // id of the comment whose answer brings the change
}

// TargetOverride changes a target in the final text: the fields that are set, or Dropped. A bare number in the file
// is a new Value.
type TargetOverride struct {
	Dropped   bool      `key:"dropped"`
	Block     *string   `key:"block"`
	Indicator *string   `key:"indicator"`
	Unit      *string   `key:"unit"`
	Op        *TargetOp `key:"op"`
	Value     *float64  `key:"value" bare:"yes"`
	MaxScore  *float64  `key:"max_score"`
	Source    *string   `key:"source"`
	Veto      *bool     `key:"veto"`
	SplitFrom *string   `key:"split_from"`
	By        string    `key:"by"` // id of the comment whose answer brings it; "" : the last that alters the clause
}
