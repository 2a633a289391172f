package validate

import (
	"crypto/x509"
	"encoding/json"
	"slices"
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"kyket/internal/pdf"
)

// manifest is the part of the signed attachment manifest.json that a verdict needs.
type manifest struct {
	Pact   string `json:"pact"`
	Policy string `json:"policy"`
	Trial  bool   `json:"trial"`
	Fields []struct {
		Field  string `json:"field"`
		Agency string `json:"agency_name"`
		Kind   string `json:"kind"`
	} `json:"fields"`
}

// Policies of signing (docs/formats.md, manifest).
const (
	reserved = "reserved"
	open     = "open"
)

const (
	manifestName = "manifest.json"
	maxManifest  = 8 << 20
	maxAttached  = 64
)

// readManifest reads the attachment as the first signature saw it; a paper without one is judged without.
func readManifest(f *pdf.File) manifest {
	var m manifest
	cat, err := f.Catalog()
	if err != nil {
		return m
	}
	list, err := resolveArray(f, cat.Get("AF"))
	if err != nil {
		return m
	}
	for _, o := range list[:min(len(list), maxAttached)] {
		spec, err := resolveDict(f, o)
		if err != nil || fileName(spec) != manifestName {
			continue
		}
		ef, err := resolveDict(f, spec.Get("EF"))
		if err != nil {
			continue
		}
		got, err := f.Resolve(ef.Get("F"))
		st, ok := got.(*pdf.Stream)
		if err != nil || !ok {
			continue
		}
		if text, err := st.Decode(maxManifest); err == nil && json.Unmarshal(text, &m) != nil {
			return manifest{}
		}
		return m
	}
	return m
}

func fileName(spec pdf.Dict) string {
	for _, k := range []pdf.Name{"UF", "F"} {
		if s, ok := spec.Get(k).(pdf.String); ok {
			return s.Text()
		}
	}
	return ""
}

// expects returns the agency and kind that the manifest gives a field.
func (m manifest) expects(field string) (agency, kind string) {
	for _, f := range m.Fields {
		if f.Field == field {
			return f.Agency, f.Kind
		}
	}
	return "", ""
}

// folded makes names comparable: composed, without case, spaces as one.
func folded(s string) string {
	return strings.Join(strings.Fields(cases.Fold().String(norm.NFC.String(s))), " ")
}

// belongs says whether a certificate names the agency as its organisation.
func belongs(c *x509.Certificate, agency string) bool {
	want := folded(agency)
	return slices.ContainsFunc(c.Subject.Organization, func(o string) bool { return folded(o) == want })
}

// trial says whether a chain comes from a trial authority, which says so in its name.
func trial(chain []*x509.Certificate) bool {
	return slices.ContainsFunc(chain, func(c *x509.Certificate) bool {
		n := folded(c.Subject.String() + " " + c.Issuer.String())
		return strings.Contains(n, "trial") || strings.Contains(n, folded("thử nghiệm"))
	})
}
