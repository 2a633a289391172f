package validate_test

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"kyket/internal/trialpki"
	"kyket/signing/validate"
)

// TestAnswers: an OCSP answer counts when it is about this certificate, in time, and made by who may make it.
func TestAnswers(t *testing.T) {
	s := newStage(t, trialpki.P256)
	root := authority(t, "Gốc")
	other := authority(t, "Nơi khác")
	p := root.issue(t, x509.Certificate{Subject: pkix.Name{CommonName: "A"}, KeyUsage: persons})
	responder := func(by own, noCheck bool, purpose ...x509.ExtKeyUsage) own {
		c := x509.Certificate{Subject: pkix.Name{CommonName: "OCSP"}, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: purpose}
		if noCheck {
			c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 5}, Value: []byte{5, 0}}}
		}
		return by.issue(t, c)
	}
	good := ocsp.Response{Status: ocsp.Good, ThisUpdate: noon.Add(time.Second), NextUpdate: noon.AddDate(0, 0, 7)}
	revoked := func(at time.Time) ocsp.Response {
		r := good
		r.Status, r.RevokedAt, r.RevocationReason = ocsp.Revoked, at, ocsp.KeyCompromise
		return r
	}
	old := good
	old.ThisUpdate, old.NextUpdate = noon.AddDate(0, 0, -9), noon.AddDate(0, 0, -2)
	future := good
	future.ThisUpdate, future.NextUpdate = noon.AddDate(1, 0, 0), noon.AddDate(2, 0, 0)
	unknown := good
	unknown.Status = ocsp.Unknown
	delegate := responder(root, true, x509.ExtKeyUsageOCSPSigning)
	shortLived := root.issue(t, x509.Certificate{Subject: pkix.Name{CommonName: "OCSP"}, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning},
		NotBefore: noon.Add(-time.Hour), NotAfter: noon.Add(time.Hour), ExtraExtensions: delegate.cert.Extensions[len(delegate.cert.Extensions)-1:]})
	const passed, later, gone = "TOTAL_PASSED/", "INDETERMINATE/TRY_LATER", "INDETERMINATE/REVOKED_NO_POE"
	for name, c := range map[string]struct {
		issuer, by own
		answer     ocsp.Response
		want       string
	}{
		"by the issuer":                      {root, root, good, passed},
		"by its delegate":                    {root, delegate, good, passed},
		"by one whose status is unknown":     {root, responder(root, false, x509.ExtKeyUsageOCSPSigning), good, later},
		"by one that expired before a stamp": {root, shortLived, good, later},
		"by one without the purpose":         {root, responder(root, true), good, later},
		"by one for web servers":             {root, responder(root, true, x509.ExtKeyUsageServerAuth), good, later},
		"by the person":                      {root, p, good, later},
		"by another authority's delegate":    {root, responder(other, true, x509.ExtKeyUsageOCSPSigning), good, later},
		"by another authority":               {root, other, good, later},
		"about another authority's":          {other, delegate, good, later},
		"changed afterwards":                 {root, delegate, good, later},
		"from before":                        {root, delegate, old, later},
		"from the future":                    {root, delegate, future, later},
		"unknown":                            {root, delegate, unknown, later},
		"revoked before":                     {root, delegate, revoked(noon.Add(-time.Minute)), gone},
		"revoked after":                      {root, delegate, revoked(noon.Add(time.Hour)), passed},
		"revoked, by one who may not say so": {root, other, revoked(noon.Add(-time.Minute)), later},
	} {
		t.Run(name, func(t *testing.T) {
			a := c.answer
			a.SerialNumber = p.cert.SerialNumber
			if c.by.cert != c.issuer.cert {
				a.Certificate = c.by.cert
			}
			der, err := ocsp.CreateResponse(c.issuer.cert, c.by.cert, a, c.by.key)
			if err != nil {
				t.Fatal(err)
			}
			if name == "changed afterwards" {
				k := bytes.Index(der, []byte("20260302050001Z"))
				der[k+13]++
			}
			s.now = noon
			x := s.signedBy(p)
			x.now = noon.AddDate(0, 0, 3)
			e := x.evidence(nil)
			e.OCSPs = append(e.OCSPs, der)
			x.with(e)
			o := x.options()
			o.Trust = []*x509.Certificate{root.cert}
			r := validate.Verify(x.file, o)
			if got := r.Signatures[0].Indication + "/" + r.Signatures[0].SubIndication; got != c.want {
				t.Errorf("want %s: %s", c.want, short(r))
			}
		})
	}
}
