package validate_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"testing"
	"time"

	"kyket/internal/cms"
	"kyket/internal/pdf"
	"kyket/internal/trialpki"
	"kyket/signing/pades"
	"kyket/signing/validate"
)

// own is a tiny authority of the test's own, for certificates that a decent one does not issue.
type own struct {
	key  crypto.Signer
	cert *x509.Certificate
}

func (a own) issue(t testing.TB, template x509.Certificate) own {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if template.SerialNumber == nil {
		template.SerialNumber = big.NewInt(time.Now().UnixNano())
	}
	if template.NotBefore.IsZero() {
		template.NotBefore, template.NotAfter = noon.AddDate(0, 0, -1), noon.AddDate(10, 0, 0)
	}
	template.BasicConstraintsValid = true
	if a.cert == nil {
		a = own{key, &template}
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, a.cert, key.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return own{key, c}
}

func authority(t testing.TB, name string) own {
	return own{}.issue(t, x509.Certificate{Subject: pkix.Name{CommonName: name}, IsCA: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign})
}

var persons = x509.KeyUsageContentCommitment | x509.KeyUsageDigitalSignature

// signedBy is a paper of one seat signed by p at B-B, and stamped by the trial authority.
func (s *stage) signedBy(p own, chain ...*x509.Certificate) *stage {
	s.t.Helper()
	c := s.on(paper(s.t, 1, func(_ *pdf.Writer, root d) d { return root.With("AF", pdf.Array{}) }))
	prepared, err := pades.Prepare(c.head, pades.Request{Field: "ky_01", Certificate: p.cert, Chain: chain, At: c.now, TokenSize: c.probe, Appearance: look(7)})
	if err != nil {
		s.t.Fatal(err)
	}
	v := person(p).value(s.t, prepared.SignedAttributes)
	h := sha256.Sum256(v)
	c.grow(pades.Finish(prepared, v, c.token(h[:])))
	return c
}

// with adds validation data and a document time stamp.
func (s *stage) with(e pades.Evidence) {
	s.t.Helper()
	s.grow(pades.Seal(s.head, e))
	s.stamp()
}

func (a own) crl(t testing.TB, number int64, this time.Time, revoked ...x509.RevocationListEntry) []byte {
	t.Helper()
	der, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{Number: big.NewInt(number), ThisUpdate: this, NextUpdate: this.AddDate(0, 1, 0), RevokedCertificateEntries: revoked}, a.cert, a.key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// TestRevocationLists: a list counts when its issuer made it, in time, for this certificate.
func TestRevocationLists(t *testing.T) {
	s := newStage(t, trialpki.P256)
	root, other := authority(t, "Gốc"), authority(t, "Gốc") // of the same name, with another key
	p := root.issue(t, x509.Certificate{Subject: pkix.Name{CommonName: "A"}, KeyUsage: persons})
	entry := func(at time.Time) x509.RevocationListEntry {
		return x509.RevocationListEntry{SerialNumber: p.cert.SerialNumber, RevocationTime: at}
	}
	for name, c := range map[string]struct {
		crl  []byte
		want string
	}{
		"good":                    {root.crl(t, 1, noon.Add(time.Second)), "TOTAL_PASSED/"},
		"good, from before":       {root.crl(t, 1, noon.Add(-time.Hour)), "TOTAL_PASSED/"},
		"stale":                   {root.crl(t, 1, noon.AddDate(0, -2, 0)), "INDETERMINATE/TRY_LATER"},
		"from the future":         {root.crl(t, 1, noon.AddDate(0, 2, 0)), "INDETERMINATE/TRY_LATER"},
		"of a namesake":           {other.crl(t, 1, noon.Add(time.Second)), "INDETERMINATE/TRY_LATER"},
		"revoked before":          {root.crl(t, 1, noon.Add(time.Second), entry(noon.Add(-time.Minute))), "INDETERMINATE/REVOKED_NO_POE"},
		"revoked after":           {root.crl(t, 1, noon.AddDate(0, 0, 2), entry(noon.AddDate(0, 0, 1))), "TOTAL_PASSED/"},
		"revoked, by a namesake":  {other.crl(t, 1, noon.Add(time.Second), entry(noon.Add(-time.Minute))), "INDETERMINATE/TRY_LATER"},
		"cut":                     {root.crl(t, 1, noon.Add(time.Second))[:90], "INDETERMINATE/TRY_LATER"},
		"of another, not revoked": {nil, "INDETERMINATE/TRY_LATER"},
	} {
		t.Run(name, func(t *testing.T) {
			s.now = noon
			x := s.signedBy(p)
			x.now = noon.AddDate(0, 0, 3)
			x.with(x.evidence(c.crl))
			o := x.options()
			o.Trust = []*x509.Certificate{root.cert}
			r := validate.Verify(x.file, o)
			if got := r.Signatures[0].Indication + "/" + r.Signatures[0].SubIndication; got != c.want {
				t.Errorf("want %s: %s", c.want, short(r))
			}
		})
	}
}

// evidence is what the trial authority of stamps needs, and one more list.
func (s *stage) evidence(crl []byte) pades.Evidence {
	s.t.Helper()
	var e pades.Evidence
	for _, name := range []string{"tsaca", "tsaroot"} {
		b, err := s.world.CRL(name)
		if err != nil {
			s.t.Fatal(err)
		}
		e.CRLs = append(e.CRLs, b)
	}
	if crl != nil {
		e.CRLs = append(e.CRLs, crl)
	}
	return e
}

// TestCertificates: what a certificate must be to sign.
func TestCertificates(t *testing.T) {
	s := newStage(t, trialpki.P256)
	root := authority(t, "Gốc")
	ca := root.issue(t, x509.Certificate{Subject: pkix.Name{CommonName: "CA"}, IsCA: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign})
	noCA := root.issue(t, x509.Certificate{Subject: pkix.Name{CommonName: "Không phải CA"}, KeyUsage: persons})
	leaf := func(a own, c x509.Certificate) own {
		c.Subject.CommonName = "A"
		return a.issue(t, c)
	}
	for name, c := range map[string]struct {
		p     own
		chain *x509.Certificate
		want  string
	}{
		"good":                     {leaf(root, x509.Certificate{KeyUsage: persons}), nil, "TRY_LATER"},
		"good, below a CA":         {leaf(ca, x509.Certificate{KeyUsage: persons}), ca.cert, "TRY_LATER"},
		"CA left out":              {leaf(ca, x509.Certificate{KeyUsage: persons}), nil, "NO_CERTIFICATE_CHAIN_FOUND"},
		"issued by a person":       {leaf(noCA, x509.Certificate{KeyUsage: persons}), noCA.cert, "NO_CERTIFICATE_CHAIN_FOUND"},
		"self-signed":              {own{}.issue(t, x509.Certificate{Subject: pkix.Name{CommonName: "A"}, KeyUsage: persons}), nil, "NO_CERTIFICATE_CHAIN_FOUND"},
		"only for encryption":      {leaf(root, x509.Certificate{KeyUsage: x509.KeyUsageKeyEncipherment}), nil, "CHAIN_CONSTRAINTS_FAILURE"},
		"a web server's":           {leaf(root, x509.Certificate{KeyUsage: persons, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}), nil, "CHAIN_CONSTRAINTS_FAILURE"},
		"a time-stamp authority's": {leaf(root, x509.Certificate{KeyUsage: persons, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}}), nil, "CHAIN_CONSTRAINTS_FAILURE"},
		"expired":                  {leaf(root, x509.Certificate{KeyUsage: persons, NotBefore: noon.AddDate(0, 0, -1), NotAfter: noon.Add(-time.Hour)}), nil, "OUT_OF_BOUNDS_NO_POE"},
		"not valid yet":            {leaf(root, x509.Certificate{KeyUsage: persons, NotBefore: noon.Add(time.Hour), NotAfter: noon.AddDate(1, 0, 0)}), nil, "NOT_YET_VALID"},
	} {
		t.Run(name, func(t *testing.T) {
			s.now = noon
			var chain []*x509.Certificate
			if c.chain != nil {
				chain = append(chain, c.chain)
			}
			x := s.signedBy(c.p, chain...)
			o := x.options()
			o.Trust = []*x509.Certificate{root.cert}
			if r := validate.Verify(x.file, o); r.Signatures[0].SubIndication != c.want {
				t.Errorf("want %s: %s", c.want, short(r))
			}
		})
	}
}

// stampToken makes a token by hand.
func stampToken(t testing.TB, a own, digest []byte, at time.Time) []byte {
	t.Helper()
	type alg struct{ OID asn1.ObjectIdentifier }
	type imprint struct {
		Alg    alg
		Digest []byte
	}
	info, err := asn1.Marshal(struct {
		Version int
		Policy  asn1.ObjectIdentifier
		Imprint imprint
		Serial  *big.Int
		Time    time.Time `asn1:"generalized"`
	}{1, asn1.ObjectIdentifier{2, 999, 1}, imprint{alg{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}}, digest}, big.NewInt(5), at.UTC()})
	if err != nil {
		t.Fatal(err)
	}
	der, err := cms.Sign(cms.OIDTSTInfo, info, a.cert, nil, a.key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// TestForgedStamps: a document time stamp proves only what it covers, and only when it is trusted.
func TestForgedStamps(t *testing.T) {
	s := newStage(t, trialpki.P256)
	root := authority(t, "Gốc TSA")
	critical := func(list ...asn1.ObjectIdentifier) []pkix.Extension {
		b, err := asn1.Marshal(list)
		if err != nil {
			t.Fatal(err)
		}
		return []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true, Value: b}}
	}
	stamping, ocsp := asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 8}, asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 9}
	tsa := func(c x509.Certificate) own {
		c.Subject.CommonName = "TSA"
		if c.KeyUsage = x509.KeyUsageDigitalSignature; c.ExtraExtensions == nil && c.ExtKeyUsage == nil {
			c.ExtraExtensions = critical(stamping)
		}
		return root.issue(t, c)
	}
	for name, c := range map[string]struct {
		a       own
		anchors []*x509.Certificate
		digest  func(p pades.Prepared) []byte
		at      time.Time
		change  func(der []byte)
		want    string // of the stamp
		level   string // of the signature before it
	}{
		"good":                   {tsa(x509.Certificate{}), nil, nil, noon, nil, "INDETERMINATE/TRY_LATER", "B-T"},
		"the anchor itself":      {tsa(x509.Certificate{}), []*x509.Certificate{}, nil, noon, nil, "TOTAL_PASSED/", "B-T"},
		"unknown":                {own{}.issue(t, x509.Certificate{ExtraExtensions: critical(stamping)}), nil, nil, noon, nil, "INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND", "B-B"},
		"another digest":         {tsa(x509.Certificate{}), nil, func(pades.Prepared) []byte { return make([]byte, 32) }, noon, nil, "TOTAL_FAILED/HASH_FAILURE", "B-B"},
		"future":                 {tsa(x509.Certificate{}), nil, nil, noon.AddDate(1, 0, 0), nil, "INDETERMINATE/TIMESTAMP_ORDER_FAILURE", "B-B"},
		"purpose not critical":   {tsa(x509.Certificate{ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}}), nil, nil, noon, nil, "INDETERMINATE/CHAIN_CONSTRAINTS_FAILURE", "B-B"},
		"another purpose beside": {tsa(x509.Certificate{ExtraExtensions: critical(stamping, ocsp)}), nil, nil, noon, nil, "INDETERMINATE/CHAIN_CONSTRAINTS_FAILURE", "B-B"},
		"a person's":             {root.issue(t, x509.Certificate{Subject: pkix.Name{CommonName: "A"}, KeyUsage: persons}), nil, nil, noon, nil, "INDETERMINATE/CHAIN_CONSTRAINTS_FAILURE", "B-B"},
		"before its certificate": {tsa(x509.Certificate{NotBefore: noon, NotAfter: noon.AddDate(5, 0, 0)}), nil, nil, noon.Add(-time.Hour), nil, "INDETERMINATE/OUT_OF_BOUNDS_NO_POE", "B-B"},
		"another time": {tsa(x509.Certificate{}), nil, nil, noon, func(der []byte) {
			k := bytes.Index(der, []byte("20260302050000Z"))
			copy(der[k:], "20250302050000Z")
		}, "TOTAL_FAILED/HASH_FAILURE", "B-B"},
		"another value": {tsa(x509.Certificate{}), nil, nil, noon, func(der []byte) { der[len(der)-1] ^= 1 }, "TOTAL_FAILED/SIG_CRYPTO_FAILURE", "B-B"},
		"expired since": {tsa(x509.Certificate{NotBefore: noon.AddDate(-1, 0, 0), NotAfter: noon.Add(time.Minute)}), nil, nil, noon, nil, "INDETERMINATE/OUT_OF_BOUNDS_NO_POE", "B-B"},
	} {
		t.Run(name, func(t *testing.T) {
			s.now = noon
			x := s.on(paper(t, 1, nil))
			x.sign("he_thong", x.person("Dịch vụ", "Kyket"), false)
			p, err := pades.PrepareStamp(x.head, x.probe)
			if err != nil {
				t.Fatal(err)
			}
			digest := p.Digest[:]
			if c.digest != nil {
				digest = c.digest(p)
			}
			o := x.options()
			o.At = noon.Add(time.Hour)
			o.TSATrust = []*x509.Certificate{root.cert}
			if c.anchors != nil {
				o.TSATrust = []*x509.Certificate{c.a.cert}
			}
			token := stampToken(t, c.a, digest, c.at)
			if c.change != nil {
				c.change(token)
			}
			r := validate.Verify(x.fill(p, token), o)
			if len(r.Signatures) != 2 || len(r.Unexplained) > 0 {
				t.Fatal(short(r))
			}
			if got := r.Signatures[1].Indication + "/" + r.Signatures[1].SubIndication; got != c.want {
				t.Errorf("want %s: %s", c.want, short(r))
			}
			levels(t, r, c.level)
			if r.ExitCode() == 0 {
				t.Error(short(r))
			}
		})
	}
}

// TestStampAuthorityRevoked: an authority that was replaced stamped honestly before; one whose key was lost proves
// nothing, and the next stamp over the signature must do.
func TestStampAuthorityRevoked(t *testing.T) {
	s := newStage(t, trialpki.P256)
	root, anchor := authority(t, "Gốc"), authority(t, "Gốc TSA")
	p := root.issue(t, x509.Certificate{Subject: pkix.Name{CommonName: "A"}, KeyUsage: persons})
	purpose, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}})
	if err != nil {
		t.Fatal(err)
	}
	tsa := anchor.issue(t, x509.Certificate{Subject: pkix.Name{CommonName: "TSA"}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true, Value: purpose}}})
	for name, c := range map[string]struct {
		reason int
		at     time.Time
		own    bool
	}{
		"replaced later":   {4, noon.AddDate(0, 0, 1), true},
		"replaced before":  {4, noon.AddDate(0, 0, -1), false},
		"key lost later":   {1, noon.AddDate(0, 0, 1), false},
		"no reason, later": {0, noon.AddDate(0, 0, 1), false},
	} {
		t.Run(name, func(t *testing.T) {
			s.now = noon
			x := s.on(paper(t, 1, func(_ *pdf.Writer, root d) d { return root.With("AF", pdf.Array{}) }))
			prepared, err := pades.Prepare(x.head, pades.Request{Field: "ky_01", Certificate: p.cert, At: x.now, TokenSize: x.probe, Appearance: look(7)})
			if err != nil {
				t.Fatal(err)
			}
			v := person(p).value(t, prepared.SignedAttributes)
			h := sha256.Sum256(v)
			x.grow(pades.Finish(prepared, v, stampToken(t, tsa, h[:], noon)))
			x.now = noon.AddDate(0, 0, 3)
			e := x.evidence(root.crl(t, 1, noon.AddDate(0, 0, 2)))
			e.CRLs = append(e.CRLs, anchor.crl(t, 2, noon.AddDate(0, 0, 2), x509.RevocationListEntry{SerialNumber: tsa.cert.SerialNumber, RevocationTime: c.at, ReasonCode: c.reason}))
			x.with(e)
			o := x.options()
			o.Trust, o.TSATrust = []*x509.Certificate{root.cert}, append(o.TSATrust, anchor.cert)
			r := validate.Verify(x.file, o)
			got := r.Signatures[0]
			if r.ExitCode() != 0 || got.ProvenAt == nil || got.ProvenAt.Equal(noon) != c.own {
				t.Errorf("proven at %v: %s", got.ProvenAt, short(r))
			}
		})
	}
}

// TestStampOrder: a stamp later than one that covers it cannot be.
func TestStampOrder(t *testing.T) {
	s := newStage(t, trialpki.P256).certified(1)
	at := s.now.Add(time.Hour)
	p, err := pades.PrepareStamp(s.head, s.probe)
	if err != nil {
		t.Fatal(err)
	}
	back := s.now
	s.now = at
	s.grow(pades.FinishStamp(p, s.token(p.Digest[:])))
	s.now = back
	s.stamp()
	s.now = at.Add(time.Hour)
	sub(t, s.verify(), 1, validate.Indeterminate, validate.TimestampOrderFailure)
}
