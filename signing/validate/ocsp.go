package validate

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"time"

	"golang.org/x/crypto/cryptobyte"
)

// statement is what one OCSP answer or CRL says about one certificate, before its maker is judged.
type statement struct {
	revoked    bool
	at         time.Time // of the revocation
	reason     int
	this, next time.Time // next is zero when the maker promised nothing
}

type ocspEnvelope struct {
	Status   asn1.Enumerated
	Response struct {
		Type asn1.ObjectIdentifier
		Data []byte
	} `asn1:"explicit,tag:0,optional"`
}

type ocspBasic struct {
	TBS          ocspData
	Algorithm    asn1.RawValue
	Signature    asn1.BitString
	Certificates []asn1.RawValue `asn1:"explicit,tag:0,optional"`
}

type ocspData struct {
	Raw        asn1.RawContent
	Version    int `asn1:"optional,default:0,explicit,tag:0"`
	Responder  asn1.RawValue
	ProducedAt time.Time `asn1:"generalized"`
	Responses  []ocspSingle
	Extensions []pkix.Extension `asn1:"explicit,tag:1,optional"`
}

type ocspSingle struct {
	ID struct {
		Hash      pkix.AlgorithmIdentifier
		Name, Key []byte
		Serial    *big.Int
	}
	Good    asn1.Flag `asn1:"tag:0,optional"`
	Revoked struct {
		At     time.Time       `asn1:"generalized"`
		Reason asn1.Enumerated `asn1:"explicit,tag:0,optional"`
	} `asn1:"tag:1,optional"`
	Unknown    asn1.Flag        `asn1:"tag:2,optional"`
	This       time.Time        `asn1:"generalized"`
	Next       time.Time        `asn1:"generalized,explicit,tag:0,optional"`
	Extensions []pkix.Extension `asn1:"explicit,tag:1,optional"`
}

var (
	oidBasicOCSP = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 1}
	oidNoCheck   = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 5}
	oidSHA1      = asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}
)

// answer is an OCSP response (RFC 6960, 4.2) of the DSS dictionary.
type answer struct {
	basic     ocspBasic
	algorithm algorithm
	bag       []*x509.Certificate
	evidence
}

// evidence says since which revision revocation data is in the file: later time stamps prove that it existed.
type evidence struct{ revision int }

func parseOCSP(der []byte, revision int, p *pool) *answer {
	var e ocspEnvelope
	if rest, err := asn1.Unmarshal(der, &e); err != nil || len(rest) > 0 || e.Status != 0 || !e.Response.Type.Equal(oidBasicOCSP) {
		return nil
	}
	a := &answer{evidence: evidence{revision}}
	if rest, err := asn1.Unmarshal(e.Response.Data, &a.basic); err != nil || len(rest) > 0 || len(a.basic.Certificates) > maxCertificates {
		return nil
	}
	a.algorithm = signatureAlgorithm(cryptobyte.String(a.basic.Algorithm.FullBytes), 0)
	for _, raw := range a.basic.Certificates {
		c, err := p.certificate(raw.FullBytes)
		if err != nil {
			return nil
		}
		a.bag = append(a.bag, c)
	}
	return a
}

// about returns what the answer says of cert; nil when it speaks of others only.
func (a *answer) about(cert, issuer *x509.Certificate) *statement {
	for i := range a.basic.TBS.Responses {
		r := &a.basic.TBS.Responses[i]
		if r.ID.Serial == nil || r.ID.Serial.Cmp(cert.SerialNumber) != 0 || !issuedBy(r, issuer) || bool(r.Unknown) || critical(r.Extensions) {
			continue
		}
		s := &statement{this: r.This, next: r.Next, at: r.Revoked.At, reason: int(r.Revoked.Reason)}
		if s.revoked = !bool(r.Good); s.revoked && s.at.IsZero() {
			continue
		}
		return s
	}
	return nil
}

func critical(list []pkix.Extension) bool {
	for _, e := range list {
		if e.Critical {
			return true
		}
	}
	return false
}

// issuedBy compares the hashes of the issuer's name and key (RFC 6960, 4.1.1).
func issuedBy(r *ocspSingle, issuer *x509.Certificate) bool {
	hash := crypto.SHA1
	if !r.ID.Hash.Algorithm.Equal(oidSHA1) {
		hash = 0
		for _, d := range digests {
			if d.oid.Equal(r.ID.Hash.Algorithm) {
				hash = d.hash
			}
		}
	}
	var spki struct {
		Algorithm pkix.AlgorithmIdentifier
		Key       asn1.BitString
	}
	if _, err := asn1.Unmarshal(issuer.RawSubjectPublicKeyInfo, &spki); err != nil || hash == 0 {
		return false
	}
	sum := func(b []byte) []byte {
		h := hash.New()
		h.Write(b)
		return h.Sum(nil)
	}
	return bytes.Equal(r.ID.Name, sum(issuer.RawSubject)) && bytes.Equal(r.ID.Key, sum(spki.Key.RightAlign()))
}

// responder finds who signed the answer: the issuer itself, or a certificate that the issuer gave the purpose
// id-kp-OCSPSigning (RFC 6960, 4.2.2.2). Nobody else may speak for an issuer.
func (a *answer) responder(issuer *x509.Certificate, p *pool) *x509.Certificate {
	if p.may() && a.algorithm.verifies(issuer, a.basic.TBS.Raw, a.basic.Signature.RightAlign()) {
		return issuer
	}
	for _, list := range [][]*x509.Certificate{a.bag, p.shared()} {
		for _, c := range list {
			if !delegated(c) || !a.namedBy(c) || !bytes.Equal(c.RawIssuer, issuer.RawSubject) || !p.may() || c.CheckSignatureFrom(issuer) != nil || !strong(c) {
				continue
			}
			if a.algorithm.verifies(c, a.basic.TBS.Raw, a.basic.Signature.RightAlign()) {
				return c
			}
		}
	}
	return nil
}

func delegated(c *x509.Certificate) bool {
	for _, u := range c.ExtKeyUsage {
		if u == x509.ExtKeyUsageOCSPSigning {
			return len(c.UnhandledCriticalExtensions) == 0
		}
	}
	return false
}

// namedBy compares the ResponderID, by name [1] or key hash [2].
func (a *answer) namedBy(c *x509.Certificate) bool {
	id := a.basic.TBS.Responder
	switch id.Tag {
	case 1:
		return bytes.Equal(id.Bytes, c.RawSubject)
	case 2:
		return true // the value must verify with its key all the same
	}
	return false
}

func noCheck(c *x509.Certificate) bool {
	for _, e := range c.Extensions {
		if e.Id.Equal(oidNoCheck) {
			return true
		}
	}
	return false
}
