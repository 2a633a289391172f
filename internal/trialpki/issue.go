package trialpki

import (
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
)

// Subject is what a person's certificate says. Empty parts are left out.
type Subject struct {
	CommonName   string
	Organization string
	Unit         string
	Locality     string
	Title        string
	Email        string
}

func (s Subject) name() pkix.Name {
	one := func(v string) []string {
		if v == "" {
			return nil
		}
		return []string{v}
	}
	n := pkix.Name{Country: []string{"VN"}, Organization: one(s.Organization), OrganizationalUnit: one(s.Unit), Locality: one(s.Locality), CommonName: s.CommonName}
	if s.Title != "" {
		n.ExtraNames = append(n.ExtraNames, pkix.AttributeTypeAndValue{Type: asn1.ObjectIdentifier{2, 5, 4, 12}, Value: s.Title})
	}
	return n
}

// Issue certifies a person's public key for signing papers: key usage digitalSignature and contentCommitment.
func (w *World) Issue(public crypto.PublicKey, s Subject) (*x509.Certificate, error) {
	if s.CommonName == "" {
		return nil, errors.New("certificate without a common name")
	}
	t := w.template(s.name())
	t.KeyUsage = x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment
	if s.Email != "" {
		t.EmailAddresses = []string{s.Email}
	}
	t.OCSPServer = []string{w.base + "/ocsp"}
	t.IssuingCertificateURL = []string{w.base + "/certs/ca.cer"}
	t.CRLDistributionPoints = []string{w.base + "/crl/ca.crl"}
	c, err := sign(t, w.entity["ca"], public)
	if err != nil {
		return nil, fmt.Errorf("certificate of %s: %w", s.CommonName, err)
	}
	return c, nil
}

// IssueRequest certifies the key of a PKCS #10 request (DER) under the given subject; what the request itself asks
// for beyond its key is ignored.
func (w *World) IssueRequest(der []byte, s Subject) (*x509.Certificate, error) {
	r, err := x509.ParseCertificateRequest(der)
	if err != nil {
		return nil, fmt.Errorf("certificate request: %w", err)
	}
	if err := r.CheckSignature(); err != nil {
		return nil, fmt.Errorf("certificate request: %w", err)
	}
	return w.Issue(r.PublicKey, s)
}

// NewPerson makes a key of the world's kind and certifies it.
func (w *World) NewPerson(s Subject) (crypto.Signer, *x509.Certificate, error) {
	key, err := w.kind.Generate()
	if err != nil {
		return nil, nil, err
	}
	c, err := w.Issue(key.Public(), s)
	return key, c, err
}

// NewService makes key and certificate of the certifying service.
func (w *World) NewService(organization string) (crypto.Signer, *x509.Certificate, error) {
	return w.NewPerson(Subject{CommonName: "Kyket TRIAL – Dịch vụ chứng thực (THỬ NGHIỆM)", Organization: organization})
}
