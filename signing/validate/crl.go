package validate

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"sync"
	"time"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"
)

// revocationList is a CRL (RFC 5280, 5) of the DSS dictionary.
type revocationList struct {
	list   *x509.RevocationList
	scope  scope
	byNum  map[string]*x509.RevocationListEntry
	mu     sync.Mutex
	signed map[*x509.Certificate]bool
	evidence
}

// scope is what issuingDistributionPoint (RFC 5280, 5.2.5) restricts a list to.
type scope struct{ users, authorities bool }

var (
	oidIDP     = asn1.ObjectIdentifier{2, 5, 29, 28}
	oidCRLNo   = asn1.ObjectIdentifier{2, 5, 29, 20}
	oidKeyID   = asn1.ObjectIdentifier{2, 5, 29, 35}
	oidExpired = asn1.ObjectIdentifier{2, 5, 29, 60} // expiredCertsOnCRL
)

// parseCRL refuses delta, indirect and partial lists and any critical extension it does not know.
func parseCRL(der []byte, revision int) *revocationList {
	list, err := x509.ParseRevocationList(der)
	if err != nil {
		return nil
	}
	r := &revocationList{list: list, byNum: make(map[string]*x509.RevocationListEntry, len(list.RevokedCertificateEntries)),
		signed: map[*x509.Certificate]bool{}, evidence: evidence{revision}}
	for _, e := range list.Extensions {
		switch {
		case e.Id.Equal(oidIDP):
			var ok bool
			if r.scope, ok = parseIDP(e.Value); !ok {
				return nil
			}
		case e.Critical && !e.Id.Equal(oidCRLNo) && !e.Id.Equal(oidKeyID) && !e.Id.Equal(oidExpired):
			return nil
		}
	}
	for i := range list.RevokedCertificateEntries {
		e := &list.RevokedCertificateEntries[i]
		for _, x := range e.Extensions {
			if x.Critical {
				return nil // certificateIssuer: an indirect list
			}
		}
		r.byNum[string(e.SerialNumber.Bytes())] = e
	}
	return r
}

func parseIDP(der cryptobyte.String) (scope, bool) {
	var s scope
	var in cryptobyte.String
	if !der.ReadASN1(&in, tag.SEQUENCE) || !in.SkipOptionalASN1(explicit(0)) {
		return s, false
	}
	for !in.Empty() {
		var v cryptobyte.String
		var t tag.Tag
		if !in.ReadAnyASN1(&v, &t) {
			return s, false
		}
		on := len(v) == 1 && v[0] != 0
		switch t {
		case tag.Tag(1).ContextSpecific():
			s.users = on
		case tag.Tag(2).ContextSpecific():
			s.authorities = on
		default: // reasons, indirect, attribute certificates
			return s, false
		}
	}
	return s, true
}

// about returns what the list says of cert; nil when it is another authority's, or not for such certificates.
func (r *revocationList) about(cert, issuer *x509.Certificate) *statement {
	if !bytes.Equal(r.list.RawIssuer, issuer.RawSubject) || r.scope.users && cert.IsCA || r.scope.authorities && !cert.IsCA {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	good, known := r.signed[issuer]
	if !known {
		good = strong(issuer) && r.list.CheckSignatureFrom(issuer) == nil
		r.signed[issuer] = good
	}
	if !good {
		return nil
	}
	s := &statement{this: r.list.ThisUpdate, next: r.list.NextUpdate}
	if e := r.byNum[string(cert.SerialNumber.Bytes())]; e != nil {
		s.revoked, s.at, s.reason = true, e.RevocationTime, e.ReasonCode
	} else if !cert.NotAfter.IsZero() && s.this.After(cert.NotAfter) && !r.keepsExpired(cert.NotAfter) {
		return nil // expired certificates leave the list: silence says nothing
	}
	return s
}

func (r *revocationList) keepsExpired(notAfter time.Time) bool {
	for _, e := range r.list.Extensions {
		if !e.Id.Equal(oidExpired) {
			continue
		}
		var since time.Time
		if _, err := asn1.UnmarshalWithParams(e.Value, &since, "generalized"); err == nil {
			return !notAfter.Before(since)
		}
	}
	return false
}
