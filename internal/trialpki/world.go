// Package trialpki is the trial world inside the binary: a certification authority for people and for the service, an
// OCSP responder, certificate revocation lists and a time-stamp authority, so that a first run signs real PAdES
// without the internet. Everything in it says TRIAL – THỬ NGHIỆM by name and proves nothing to anybody outside.
//
// All its times come from the clock it is given: a rehearsal plays a year of the past on it. It knows no papers, no
// people and no signatures in PDF.
package trialpki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// KeyKind is the kind of key that every certificate of a world has.
type KeyKind string

// The kinds of keys.
const (
	P256    KeyKind = "p256"
	RSA2048 KeyKind = "rsa2048"
)

// Generate makes a new key.
func (k KeyKind) Generate() (crypto.Signer, error) {
	switch k {
	case P256:
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case RSA2048:
		return rsa.GenerateKey(rand.Reader, 2048)
	}
	return nil, fmt.Errorf("unknown kind of key %q: known are %s and %s", k, P256, RSA2048)
}

// Certificates live twenty years from the clock's time at creation, answers about them stay fresh for nineteen: judges
// refuse a year played in the past otherwise.
const (
	lifeYears  = 20
	freshYears = 19
)

// entity is a certificate with its key.
type entity struct {
	cert *x509.Certificate
	key  crypto.Signer
}

// place names an entity of the world: its file, its common name, its issuer.
type place struct {
	file, name, issuer, crl string
	ca                      bool
	responder, stamper      bool
}

// The declared world. An authority's crl is where its issuer lists it; people are asked about by OCSP. They name no
// address of their issuer (people's certificates do): they go into every signature, where each byte counts twice.
var places = []place{
	{file: "root", name: "Kyket TRIAL Root CA – THỬ NGHIỆM", ca: true},
	{file: "ca", name: "Kyket TRIAL Issuing CA – THỬ NGHIỆM", issuer: "root", crl: "root", ca: true},
	{file: "ocsp", name: "Kyket TRIAL OCSP – THỬ NGHIỆM", issuer: "ca", responder: true},
	{file: "tsaroot", name: "Kyket TRIAL Time Stamp Root – THỬ NGHIỆM", ca: true},
	{file: "tsaca", name: "Kyket TRIAL Time Stamp CA – THỬ NGHIỆM", issuer: "tsaroot", crl: "tsaroot", ca: true},
	{file: "tsa", name: "Kyket TRIAL Time Stamp Unit – THỬ NGHIỆM", issuer: "tsaca", crl: "tsaca", stamper: true},
}

// World is the trial world. It is safe for concurrent use.
type World struct {
	clock  func() time.Time
	kind   KeyKind
	base   string
	entity map[string]entity // by place.file; not changed after New or Load

	deaf atomic.Bool // the time-stamp authority does not answer

	mu      sync.Mutex
	revoked map[string]revocation // by serial number in hex
}

type revocation struct {
	issuer string
	at     time.Time
}

// New makes a world whose certificates point below base, such as "http://127.0.0.1:8080/trial", where Handler is
// mounted. It makes six keys: with RSA that takes a second.
func New(clock func() time.Time, kind KeyKind, base string) (*World, error) {
	w := &World{clock: clock, kind: kind, base: strings.TrimSuffix(base, "/"), entity: map[string]entity{}, revoked: map[string]revocation{}}
	for _, p := range places {
		key, err := kind.Generate()
		if err != nil {
			return nil, err
		}
		t := w.template(pkix.Name{Country: []string{"VN"}, Organization: []string{"Kyket TRIAL"}, CommonName: p.name})
		switch {
		case p.ca:
			t.IsCA, t.KeyUsage = true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign
		case p.responder: // RFC 6960, 4.2.2.2 and 4.2.2.2.1 (nocheck)
			t.KeyUsage, t.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning}
			t.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 5}, Value: []byte{5, 0}}}
		case p.stamper: // RFC 3161, 2.3: the only extended key usage, critical
			t.KeyUsage = x509.KeyUsageDigitalSignature
			eku, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}})
			if err != nil {
				return nil, err
			}
			t.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true, Value: eku}}
		}
		if p.crl != "" {
			t.CRLDistributionPoints = []string{w.base + "/crl/" + p.crl + ".crl"}
		}
		issuer := w.entity[p.issuer]
		if p.issuer == "" {
			issuer = entity{t, key}
		}
		c, err := sign(t, issuer, key.Public())
		if err != nil {
			return nil, fmt.Errorf("certificate of %s: %w", p.name, err)
		}
		w.entity[p.file] = entity{c, key}
	}
	return w, nil
}

// template is a certificate valid from just before now.
func (w *World) template(subject pkix.Name) *x509.Certificate {
	from := w.now().Add(-2 * time.Minute)
	return &x509.Certificate{Subject: subject, NotBefore: from, NotAfter: from.AddDate(lifeYears, 0, 0), BasicConstraintsValid: true}
}

func (w *World) now() time.Time { return w.clock().UTC().Truncate(time.Second) }

func sign(t *x509.Certificate, issuer entity, public crypto.PublicKey) (*x509.Certificate, error) {
	serial := make([]byte, 16)
	if _, err := rand.Read(serial); err != nil {
		return nil, err
	}
	serial[0] = serial[0]&0x3f | 0x40 // positive, and always of the same length
	t.SerialNumber = new(big.Int).SetBytes(serial)
	if issuer.cert != t && t.NotAfter.After(issuer.cert.NotAfter) {
		t.NotAfter = issuer.cert.NotAfter
	}
	der, err := x509.CreateCertificate(rand.Reader, t, issuer.cert, public, issuer.key)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// Kind of the keys of this world.
func (w *World) Kind() KeyKind { return w.kind }

// Base is the address below which the certificates say that the world answers.
func (w *World) Base() string { return w.base }

// Root is the anchor of people's and the service's certificates, StampRoot that of time stamps.
func (w *World) Root() *x509.Certificate      { return w.entity["root"].cert }
func (w *World) StampRoot() *x509.Certificate { return w.entity["tsaroot"].cert }

// IssuingCA is what goes beside a person's certificate into a signature; StampChain is the authority's own
// certificate and its issuer.
func (w *World) IssuingCA() *x509.Certificate { return w.entity["ca"].cert }
func (w *World) StampChain() []*x509.Certificate {
	return []*x509.Certificate{w.entity["tsa"].cert, w.entity["tsaca"].cert}
}

// StampURL is where the time-stamp authority answers (RFC 3161, 3.4).
func (w *World) StampURL() string { return w.base + "/tsa" }
