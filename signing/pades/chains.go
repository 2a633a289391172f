package pades

import (
	"crypto/x509"
	"fmt"

	"kyket/internal/cms"
	"kyket/internal/pdf"
)

// Chains lists the certificates that a seal needs evidence for: one slice for each signer, signature time stamp and
// document time stamp in the file, its own certificate first, then what came beside it. It reads, it does not judge:
// the file is to be validated apart.
func Chains(file []byte) ([][]*x509.Certificate, error) { return chains(file, false) }

// StampChains lists those of the document time stamps only: all that a renewal needs, since the signatures' evidence
// is in the store already and proven by them.
func StampChains(file []byte) ([][]*x509.Certificate, error) { return chains(file, true) }

func chains(file []byte, stampsOnly bool) ([][]*x509.Certificate, error) {
	f, err := pdf.Open(file)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPaper, err)
	}
	r := reader{f}
	cat, err := r.Catalog()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPaper, err)
	}
	form, err := r.dict(cat.Get("AcroForm"), "/AcroForm")
	if err != nil {
		return nil, err
	}
	list, err := r.Resolve(form.Get("Fields"))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPaper, err)
	}
	fields, _ := list.(pdf.Array)
	if len(fields) > maxFields {
		return nil, fmt.Errorf("%w: more than %d fields", ErrPaper, maxFields)
	}
	var out [][]*x509.Certificate
	for _, o := range fields {
		field, err := r.dict(o, "a field")
		if err != nil {
			return nil, err
		}
		sig, err := r.dict(field.Get("V"), "a signature")
		if err != nil {
			return nil, err
		}
		contents, ok := sig.Get("Contents").(pdf.String)
		if !ok || stampsOnly && sig.Get("Type") != pdf.Object(pdf.Name("DocTimeStamp")) {
			continue
		}
		m, err := cms.Parse(cms.Trim(contents))
		if err != nil {
			return nil, err
		}
		if out, err = appendChain(out, m); err != nil {
			return nil, err
		}
		if token := m.Token(); token != nil {
			t, err := cms.Parse(token)
			if err != nil {
				return nil, err
			}
			if out, err = appendChain(out, t); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

func appendChain(out [][]*x509.Certificate, m *cms.Message) ([][]*x509.Certificate, error) {
	own, err := m.Signer()
	if err != nil {
		return nil, err
	}
	chain := []*x509.Certificate{own}
	for _, c := range m.Certificates {
		if !c.Equal(own) {
			chain = append(chain, c)
		}
	}
	return append(out, chain), nil
}
