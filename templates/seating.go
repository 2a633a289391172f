package templates

import (
	"fmt"
	"strings"

	"golang.org/x/text/unicode/norm"

	"kyket/pact"
)

// Seating says who signs where. The order of the seats is that of the paper.
type Seating struct {
	Seats     []Seat
	Witnesses []Seat
	// Seals says whose agency seals follow the persons; Lead is the lead's code.
	Seals pact.OrgSeal
	Lead  pact.AgencyCode
	// Policy reserved (the default) reserves the fields; open draws boxes that other tools put theirs into.
	Policy pact.SigningPolicy
}

// Seat is a place at the end of the paper. It names an agency and never a person.
type Seat struct {
	// Code of the agency, or of a witness within the cluster.
	Code string
	// Name printed above the box: the agency's on the day of the paper, or a witness's label ("ĐẠI DIỆN BỘ TƯ PHÁP").
	Name string
}

// CertificationName is the field of the service's own certification; stampName are those for document time stamps.
const CertificationName = "chung_nhan"

// stampFields is how many document time stamps have a field reserved: the seal, and two renewals. More may come without.
const stampFields = 3

// Fields lists the fields that a paper with this seating has, in a fixed order with fixed names. Nothing else is
// needed: a manifest can name them before the paper is rendered. An open policy reserves only those that show nothing.
func (s Seating) Fields() []pact.Field {
	var out []pact.Field
	names := map[string]bool{}
	add := func(prefix string, kind pact.FieldKind, seat Seat, agency pact.AgencyCode) {
		name := prefix + "_" + ascii(seat.Code)
		for i := 2; names[name]; i++ { // two codes that differ in accents only
			name = fmt.Sprintf("%s_%s_%d", prefix, ascii(seat.Code), i)
		}
		names[name] = true
		out = append(out, pact.Field{Name: name, Kind: kind, Agency: agency, Title: clean(seat.Name)})
	}
	if s.Policy != pact.OpenTool {
		for _, seat := range s.Seats {
			add("ky", pact.AgencyField, seat, pact.AgencyCode(seat.Code))
			if s.Seals == pact.EachSeal {
				add("dau", pact.SealField, seat, pact.AgencyCode(seat.Code))
			}
		}
		for _, seat := range s.Seats { // the lead's seal follows the last person
			if s.Seals == pact.LeadSeal && pact.AgencyCode(seat.Code) == s.Lead {
				add("dau", pact.SealField, seat, s.Lead)
			}
		}
		for _, seat := range s.Witnesses {
			add("chung_kien", pact.WitnessField, seat, "")
		}
		out = append(out, pact.Field{Name: CertificationName, Kind: pact.CertificationField, Title: "Hệ thống xác nhận bản gốc"})
	}
	for i := range stampFields {
		out = append(out, pact.Field{Name: fmt.Sprintf("luu_tru_%d", i+1), Kind: pact.StampField, Title: fmt.Sprintf("Dấu thời gian lưu trữ %d", i+1)})
	}
	return out
}

// tooltip is what a screen reader says at a field.
func tooltip(f pact.Field) string {
	switch f.Kind {
	case pact.AgencyField:
		return "Chữ ký số của người đại diện " + f.Title
	case pact.SealField:
		return "Chữ ký số của cơ quan " + f.Title
	case pact.WitnessField:
		return "Chữ ký số chứng kiến: " + f.Title
	}
	return f.Title
}

// ascii folds a code to lower-case letters, digits and "_", as names of fields need for every tool.
func ascii(code string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(code)) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == 'đ':
			b.WriteByte('d')
		case r == '-' || r == '_' || r == '.' || r == ' ' || r == '/':
			b.WriteByte('_')
		}
	}
	if b.Len() == 0 {
		return "x"
	}
	return b.String()
}

// clean puts text into the form that is set: composed, with single spaces.
func clean(s string) string { return strings.Join(strings.FieldsFunc(norm.NFC.String(s), breaks), " ") }

// breaks reports where a line may be broken: at spaces, but not at a no-break space.
func breaks(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' }
