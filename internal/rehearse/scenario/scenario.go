// Package scenario reads scenario files: one cluster year as data, in the vocabulary of test/scenarios/SCHEMA.md.
//
// It gives the player typed values and refuses whatever the vocabulary does not know, naming the place. It answers
// what a scenario uses, so that the player can say what cannot be played. It knows no HTTP, no database and none of
// the rules of a pact: whether a text may be adopted is decided by the program that is being rehearsed.
package scenario

// Scenario is one file. Optional maps are pointers, nil when absent or empty; a text that is absent is "".
type Scenario struct {
	SchemaVersion int          `key:"schema_version" must:"yes"`
	Synthetic     bool         `key:"synthetic"`
	About         About        `key:"scenario" must:"yes"`
	Cluster       Cluster      `key:"cluster" must:"yes"`
	Members       []Member     `key:"members" must:"yes"`
	Successors    []Successor  `key:"successors"`
	Pact          Pact         `key:"pact" must:"yes"`
	Consultation  Consultation `key:"consultation" must:"yes"`
	Adoption      Adoption     `key:"adoption" must:"yes"`
	Signing       Signing      `key:"signing" must:"yes"`
	Amendment     *Amendment   `key:"amendment"`
	Import        *Import      `key:"import"`
	Archive       *Archive     `key:"archive"`
}

// About says what the scenario is for.
type About struct {
	Code      string    `key:"code" must:"yes"` // "C"
	NameVi    string    `key:"name_vi" must:"yes"`
	NameEn    string    `key:"name_en"`
	Purpose   string    `key:"purpose"`
	EdgeCases []any     `key:"edge_cases"` // free remarks
	Structure Structure `key:"structure" must:"yes"`
}

// Member returns the member with this code; false when there is none.
func (s *Scenario) Member(code Code) (*Member, bool) {
	for i := range s.Members {
		if s.Members[i].Code == code {
			return &s.Members[i], true
		}
	}
	return nil, false
}

// Codes are the members' codes in the order of the file.
func (s *Scenario) Codes() []Code {
	codes := make([]Code, len(s.Members))
	for i := range s.Members {
		codes[i] = s.Members[i].Code
	}
	return codes
}
