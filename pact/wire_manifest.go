package pact

import "slices"

// Manifest is what the signed paper says about itself: the text and the record of its consultation by their hashes, the
// agencies, what was promised about the signing, and the reserved fields (docs/formats.md, manifest).
type Manifest struct {
	PactCode string
	Text     Digest // of the canonical version
	Ledger   Digest // of the comment ledger of the whole consultation
	Previous []Digest
	Agencies []NamedAgency // in the order of the seats
	Number   string        // as printed; empty: none
	Date     Date
	Place    string
	Policy   SigningPolicy
	Stamp    StampPolicy
	LevelMin Level
	Fields   []Field
	Trial    bool
}

// NamedAgency is an agency with its name on the day that matters.
type NamedAgency struct {
	Code AgencyCode
	Name string
}

type wireManifest struct {
	header
	Pact     string            `json:"pact,omitempty"`
	Text     string            `json:"text_sha256,omitempty"`
	Ledger   string            `json:"ledger_sha256,omitempty"`
	Previous []string          `json:"previous_sha256,omitempty"`
	Agencies []wireNamedAgency `json:"agencies,omitempty"`
	Number   string            `json:"number,omitempty"`
	Date     string            `json:"date,omitempty"`
	Place    string            `json:"place,omitempty"`
	Policy   SigningPolicy     `json:"policy,omitempty"`
	Stamp    StampPolicy       `json:"stamp,omitempty"`
	LevelMin Level             `json:"level_min,omitempty"`
	Fields   []wireField       `json:"fields,omitempty"`
	Trial    bool              `json:"trial"`
}

type wireNamedAgency struct {
	Code AgencyCode `json:"code,omitempty"`
	Name string     `json:"name,omitempty"`
}

type wireField struct {
	Field      string     `json:"field,omitempty"`
	Kind       FieldKind  `json:"kind,omitempty"`
	Agency     AgencyCode `json:"agency,omitempty"`
	AgencyName string     `json:"agency_name,omitempty"`
	Label      string     `json:"label,omitempty"`
}

// Bytes are the manifest's canonical bytes; a manifest that its reader would refuse is refused here too.
func (m Manifest) Bytes() ([]byte, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	w := wireManifest{
		header: header{formatManifest, 1}, Pact: m.PactCode, Text: m.Text.String(), Ledger: m.Ledger.String(), Number: m.Number,
		Date: m.Date.String(), Place: m.Place, Policy: m.Policy, Stamp: m.Stamp, LevelMin: m.LevelMin, Trial: m.Trial,
	}
	for _, d := range m.Previous {
		w.Previous = append(w.Previous, d.String())
	}
	for _, a := range m.Agencies {
		w.Agencies = append(w.Agencies, wireNamedAgency(a))
	}
	for _, f := range m.Fields {
		x := wireField{Field: f.Name, Kind: f.Kind, Agency: f.Agency, AgencyName: f.Title}
		if f.Kind == WitnessField {
			x.AgencyName, x.Label = "", f.Title
		}
		w.Fields = append(w.Fields, x)
	}
	return canonical(w)
}

// DecodeManifest reads canonical bytes of a manifest, at most 1 MiB, and nothing else.
func DecodeManifest(b []byte) (Manifest, error) {
	var w wireManifest
	if err := decode(b, formatManifest, maxManifestBytes, &w); err != nil {
		return Manifest{}, err
	}
	m, err := w.manifest()
	if err != nil {
		return Manifest{}, err
	}
	again, err := m.Bytes()
	if err := sameBytes(formatManifest, b, again, err); err != nil {
		return Manifest{}, err
	}
	return m, nil
}

func badManifest(field string, value any) *Error {
	return ErrFormatValue.With("format", formatManifest).With("field", field).With("value", value)
}

func (w *wireManifest) manifest() (Manifest, error) {
	m := Manifest{PactCode: w.Pact, Number: w.Number, Place: w.Place, Policy: w.Policy, Stamp: w.Stamp, LevelMin: w.LevelMin, Trial: w.Trial}
	var err error
	if m.Text, err = ParseDigest(w.Text); err != nil {
		return m, badManifest("text_sha256", w.Text)
	}
	if m.Ledger, err = ParseDigest(w.Ledger); err != nil {
		return m, badManifest("ledger_sha256", w.Ledger)
	}
	if m.Date, err = ParseDate(w.Date); err != nil {
		return m, badManifest("date", w.Date)
	}
	for _, s := range w.Previous {
		d, err := ParseDigest(s)
		if err != nil {
			return m, badManifest("previous_sha256", s)
		}
		m.Previous = append(m.Previous, d)
	}
	for _, a := range w.Agencies {
		m.Agencies = append(m.Agencies, NamedAgency(a))
	}
	for _, f := range w.Fields {
		m.Fields = append(m.Fields, Field{Name: f.Field, Kind: f.Kind, Agency: f.Agency, Title: f.AgencyName + f.Label})
	}
	return m, nil
}

// check holds the values against their lists and the fields against the agencies.
func (m *Manifest) check() error {
	switch {
	case m.PactCode == "":
		return badManifest("pact", m.PactCode)
	case m.Text.IsZero():
		return badManifest("text_sha256", m.Text)
	case m.Ledger.IsZero():
		return badManifest("ledger_sha256", m.Ledger)
	case m.Date.IsZero():
		return badManifest("date", m.Date)
	case m.Policy != Reserved && m.Policy != OpenTool:
		return badManifest("policy", m.Policy)
	case m.Stamp != StampMayFollow && m.Stamp != StampWithinLease:
		return badManifest("stamp", m.Stamp)
	case !slices.Contains([]Level{LevelB, LevelT, LevelLT, LevelLTA}, m.LevelMin):
		return badManifest("level_min", m.LevelMin)
	case slices.ContainsFunc(m.Previous, Digest.IsZero):
		return badManifest("previous_sha256", "")
	}
	agencies := map[AgencyCode]bool{}
	for _, a := range m.Agencies {
		if a.Code == "" || a.Name == "" || agencies[a.Code] {
			return badManifest("agencies", a.Code)
		}
		agencies[a.Code] = true
	}
	names := map[string]bool{}
	for _, f := range m.Fields {
		if f.Name == "" || names[f.Name] {
			return badManifest("fields.field", f.Name)
		}
		names[f.Name] = true
		switch f.Kind {
		case AgencyField, SealField:
			if !agencies[f.Agency] {
				return badManifest("fields.agency", f.Agency)
			}
		case WitnessField, CertificationField, StampField:
			if f.Agency != "" {
				return badManifest("fields.agency", f.Agency)
			}
		default:
			return badManifest("fields.kind", f.Kind)
		}
	}
	return nil
}

type wirePact struct {
	header
	Pact          string       `json:"pact,omitempty"`
	Cluster       wireCluster  `json:"cluster"`
	Agencies      []wireMember `json:"agencies,omitempty"`
	Blocks        []wireBlock  `json:"blocks,omitempty"`
	NumberPolicy  NumberPolicy `json:"number_policy,omitempty"`
	Number        string       `json:"number,omitempty"`
	Symbol        string       `json:"symbol,omitempty"`
	NumberDisplay string       `json:"number_display,omitempty"`
	Place         string       `json:"place,omitempty"`
	Date          string       `json:"date,omitempty"`
	DateDisplay   string       `json:"date_display,omitempty"`
	Version       wireVersion  `json:"version"`
}

type wireCluster struct {
	Code string      `json:"code,omitempty"`
	Name string      `json:"name,omitempty"`
	Year int         `json:"year,omitempty"`
	Kind ClusterKind `json:"kind,omitempty"`
	Lead AgencyCode  `json:"lead,omitempty"`
}

type wireMember struct {
	Code  AgencyCode `json:"code,omitempty"`
	Name  string     `json:"name,omitempty"`
	Block string     `json:"block,omitempty"`
}

type wireBlock struct {
	Code string `json:"code,omitempty"`
	Name string `json:"name,omitempty"`
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
}

// PactJSON are the canonical bytes of the machine-readable pact: the text with what was fixed with the paper. Code is the
// pact's public code. Agencies come in the order of the seats, with their names on the day of the paper.
func PactJSON(cl *Cluster, code string, is *Issue, c Content) ([]byte, error) {
	w := wirePact{
		header: header{formatPact, 1}, Pact: code, Cluster: wireCluster{cl.Code, cl.Name, cl.Year, cl.Kind, cl.Lead},
		NumberPolicy: is.NumberPolicy, Number: is.Number, Symbol: is.Symbol, NumberDisplay: is.NumberDisplay, Place: is.Place,
		Date: is.Date.String(), DateDisplay: is.DateDisplay, Version: versionWire(c),
	}
	for _, code := range is.Order {
		a := cl.Agency(code)
		if a == nil {
			return nil, ErrMember.With("agency", code)
		}
		w.Agencies = append(w.Agencies, wireMember{a.Code, a.NameOn(is.Date), a.Block})
	}
	for _, b := range cl.Blocks {
		w.Blocks = append(w.Blocks, wireBlock{b.Code, b.Name, b.Period.From.String(), b.Period.To.String()})
	}
	return canonical(w)
}
