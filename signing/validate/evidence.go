package validate

import (
	"crypto/x509"

	"kyket/internal/pdf"
)

// Limits against hostile input.
const (
	maxEvidence  = 4096    // streams of the DSS dictionary
	maxStatement = 8 << 20 // bytes of one; national CRLs are large
	maxMaterial  = 64 << 20
)

// material is what the DSS dictionary of the newest revision holds, each with the revision that brought it.
type material struct {
	answers map[string][]*answer
	lists   []*revocationList
}

// readDSS reads certificates into the pool and returns the rest. What cannot be read is left out: it proves nothing.
func readDSS(f *pdf.File, p *pool) material {
	m := material{answers: map[string][]*answer{}}
	cat, err := f.Catalog()
	if err != nil {
		return m
	}
	d, err := resolveDict(f, cat.Get("DSS"))
	if err != nil || d == nil {
		return m
	}
	n, left := 0, maxMaterial
	each := func(key pdf.Name, use func(der []byte, revision int)) {
		list, err := resolveArray(f, d.Get(key))
		if err != nil {
			return
		}
		for _, o := range list {
			ref, ok := o.(pdf.Ref)
			if n++; !ok || n > maxEvidence {
				continue
			}
			if got, err := f.Get(ref); err == nil {
				if st, ok := got.(*pdf.Stream); ok {
					if der, err := st.Decode(min(maxStatement, left)); err == nil {
						left -= len(der)
						use(der, f.Written(ref))
					}
				}
			}
		}
	}
	each("Certs", func(der []byte, _ int) {
		if c, err := p.certificate(der); err == nil {
			p.dss = append(p.dss, c)
		}
	})
	each("OCSPs", func(der []byte, rev int) {
		if a := parseOCSP(der, rev, p); a != nil {
			seen := map[string]bool{}
			for _, r := range a.basic.TBS.Responses {
				if r.ID.Serial == nil || seen[string(r.ID.Serial.Bytes())] {
					continue
				}
				key := string(r.ID.Serial.Bytes())
				seen[key] = true
				m.answers[key] = append(m.answers[key], a)
			}
		}
	})
	each("CRLs", func(der []byte, rev int) {
		if l := parseCRL(der, rev); l != nil {
			m.lists = append(m.lists, l)
		}
	})
	return m
}

// intermediates are all authorities' certificates that the file carries anywhere.
func intermediates(p *pool) *x509.CertPool {
	out := x509.NewCertPool()
	for _, c := range p.parsed {
		if c.IsCA {
			out.AddCert(c)
		}
	}
	return out
}
