package trialpki

import (
	"crypto"
	"crypto/rand"
	"crypto/sha1" // OCSP names an issuer by SHA-1 hashes (RFC 6960, 4.1.1)
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"time"

	"golang.org/x/crypto/ocsp"

	"github.com/digitorus/timestamp"

	"kyket/internal/cms"
)

// ErrUnreachable is what the time-stamp authority answers while it is switched off.
var ErrUnreachable = errors.New("the trial time-stamp authority does not answer")

// policy under which the trial authority stamps; an arc for examples (2.999).
var policy = asn1.ObjectIdentifier{2, 999, 1, 1}

// Revoke marks a certificate that this world issued as revoked at a time; the earlier of two times stays.
func (w *World) Revoke(serial *big.Int, at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	k := serial.Text(16)
	if old, known := w.revoked[k]; known && old.at.Before(at) {
		return
	}
	issuer := "ca"
	for _, p := range places {
		if p.issuer != "" && w.entity[p.file].cert.SerialNumber.Cmp(serial) == 0 {
			issuer = p.issuer
		}
	}
	w.revoked[k] = revocation{issuer, at.UTC().Truncate(time.Second)}
}

// SetTSA switches the time-stamp authority on or off. While it is off, a stamp is answered with ErrUnreachable, and
// over HTTP with 503.
func (w *World) SetTSA(on bool) { w.deaf.Store(!on) }

// CRL returns the list (DER) of an authority: root, ca, tsaroot or tsaca.
func (w *World) CRL(authority string) ([]byte, error) {
	e, known := w.entity[authority]
	if !known || !e.cert.IsCA {
		return nil, fmt.Errorf("no authority %q", authority)
	}
	now := w.now()
	l := &x509.RevocationList{Number: big.NewInt(now.Unix()), ThisUpdate: now, NextUpdate: now.AddDate(freshYears, 0, 0)}
	w.mu.Lock()
	for serial, r := range w.revoked {
		if n, ok := new(big.Int).SetString(serial, 16); ok && r.issuer == authority && !r.at.After(now) {
			l.RevokedCertificateEntries = append(l.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: n, RevocationTime: r.at})
		}
	}
	w.mu.Unlock()
	return x509.CreateRevocationList(rand.Reader, l, e.cert, e.key)
}

type (
	certID struct {
		Hash                pkix.AlgorithmIdentifier
		NameHash, IssuerKey []byte
		Serial              *big.Int
	}
	singleResponse struct {
		ID         certID
		Status     asn1.RawValue
		ThisUpdate time.Time `asn1:"generalized"`
		NextUpdate time.Time `asn1:"generalized,explicit,tag:0"`
	}
	responseData struct {
		Responder  asn1.RawValue
		ProducedAt time.Time `asn1:"generalized"`
		Responses  []singleResponse
	}
	basicResponse struct {
		Data      asn1.RawValue
		Algorithm pkix.AlgorithmIdentifier
		Signature asn1.BitString
		Certs     []asn1.RawValue `asn1:"explicit,tag:0"`
	}
	ocspResponse struct {
		Status asn1.Enumerated
		Bytes  struct {
			Type  asn1.ObjectIdentifier
			Basic []byte
		} `asn1:"explicit,tag:0"`
	}
)

// AnswerOCSP answers a DER request about a certificate of the issuing CA. x/crypto/ocsp would date the answer by the
// machine's clock (producedAt), so it is built here.
func (w *World) AnswerOCSP(request []byte) ([]byte, error) {
	q, err := ocsp.ParseRequest(request)
	if err != nil {
		return ocsp.MalformedRequestErrorResponse, nil //nolint:nilerr // that is the answer (RFC 6960, 2.3)
	}
	ca, responder := w.entity["ca"].cert, w.entity["ocsp"]
	id, err := caID(ca, q.SerialNumber)
	if err != nil {
		return nil, err
	}
	if q.HashAlgorithm != crypto.SHA1 || string(q.IssuerNameHash) != string(id.NameHash) || string(q.IssuerKeyHash) != string(id.IssuerKey) {
		return ocsp.UnauthorizedErrorResponse, nil
	}
	now := w.now()
	one := singleResponse{ID: id, ThisUpdate: now, NextUpdate: now.AddDate(freshYears, 0, 0)}
	if one.Status, err = w.status(q.SerialNumber, now); err != nil {
		return nil, err
	}
	key := sha1.Sum(publicKeyBits(responder.cert))
	keyID, err := asn1.Marshal(key[:])
	if err != nil {
		return nil, err
	}
	data, err := asn1.Marshal(responseData{
		Responder:  asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 2, IsCompound: true, Bytes: keyID},
		ProducedAt: now, Responses: []singleResponse{one},
	})
	if err != nil {
		return nil, err
	}
	h := sha256.Sum256(data)
	value, err := responder.key.Sign(rand.Reader, h[:], crypto.SHA256)
	if err != nil {
		return nil, err
	}
	basic, err := asn1.Marshal(basicResponse{
		Data: asn1.RawValue{FullBytes: data}, Algorithm: w.algorithm(),
		Signature: asn1.BitString{Bytes: value, BitLength: 8 * len(value)},
		Certs:     []asn1.RawValue{{FullBytes: responder.cert.Raw}},
	})
	if err != nil {
		return nil, err
	}
	var r ocspResponse
	r.Bytes.Type, r.Bytes.Basic = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 1}, basic
	return asn1.Marshal(r)
}

// status is CertStatus: good [0], or revoked [1] with its time.
func (w *World) status(serial *big.Int, now time.Time) (asn1.RawValue, error) {
	w.mu.Lock()
	r, revoked := w.revoked[serial.Text(16)]
	w.mu.Unlock()
	if !revoked || r.at.After(now) {
		return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0}, nil
	}
	at, err := asn1.MarshalWithParams(r.at, "generalized")
	return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 1, IsCompound: true, Bytes: at}, err
}

func (w *World) algorithm() pkix.AlgorithmIdentifier {
	if w.kind == RSA2048 {
		return pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}, Parameters: asn1.NullRawValue}
	}
	return pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}}
}

func caID(ca *x509.Certificate, serial *big.Int) (certID, error) {
	name, key := sha1.Sum(ca.RawSubject), sha1.Sum(publicKeyBits(ca))
	alg := pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}, Parameters: asn1.NullRawValue}
	return certID{alg, name[:], key[:], serial}, nil
}

// publicKeyBits is the subjectPublicKey BIT STRING without its header, which OCSP hashes.
func publicKeyBits(c *x509.Certificate) []byte {
	var info struct {
		Algorithm pkix.AlgorithmIdentifier
		Key       asn1.BitString
	}
	if _, err := asn1.Unmarshal(c.RawSubjectPublicKeyInfo, &info); err != nil {
		return nil // crypto/x509 has parsed it already
	}
	return info.Key.RightAlign()
}

type tstInfo struct {
	Version int
	Policy  asn1.ObjectIdentifier
	Imprint struct {
		Algorithm pkix.AlgorithmIdentifier
		Hash      []byte
	}
	Serial   *big.Int
	Time     time.Time `asn1:"generalized"`
	Accuracy struct {
		Seconds int
	}
	Nonce *big.Int `asn1:"optional"`
}

// AnswerStamp answers a DER request (RFC 3161) with a token over its SHA-256 imprint: time from the world's clock,
// accuracy one second, the nonce echoed, the certificates of the unit and its CA inside when asked for.
// digitorus/timestamp would write a signing-time of the machine's clock into the token, so it reads the request only.
func (w *World) AnswerStamp(request []byte) ([]byte, error) {
	if w.deaf.Load() {
		return nil, ErrUnreachable
	}
	q, err := timestamp.ParseRequest(request)
	switch {
	case err != nil:
		return timestamp.CreateErrorResponse(timestamp.Rejection, timestamp.BadDataFormat)
	case q.HashAlgorithm != crypto.SHA256 || len(q.HashedMessage) != sha256.Size:
		return timestamp.CreateErrorResponse(timestamp.Rejection, timestamp.BadAlgorithm)
	case q.TSAPolicyOID != nil && !q.TSAPolicyOID.Equal(policy):
		return timestamp.CreateErrorResponse(timestamp.Rejection, timestamp.UnacceptedPolicy)
	}
	serial := make([]byte, 16)
	if _, err := rand.Read(serial); err != nil {
		return nil, err
	}
	serial[0] = serial[0]&0x3f | 0x40 // every token of the same length
	info := tstInfo{Version: 1, Policy: policy, Serial: new(big.Int).SetBytes(serial), Time: w.now(), Nonce: q.Nonce}
	info.Imprint.Algorithm = pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}, Parameters: asn1.NullRawValue}
	info.Imprint.Hash = q.HashedMessage
	info.Accuracy.Seconds = 1
	content, err := asn1.Marshal(info)
	if err != nil {
		return nil, err
	}
	unit := w.entity["tsa"]
	token, err := cms.Sign(cms.OIDTSTInfo, content, unit.cert, []*x509.Certificate{w.entity["tsaca"].cert}, unit.key)
	if err != nil {
		return nil, err
	}
	return asn1.Marshal(struct {
		Status struct{ Status int }
		Token  asn1.RawValue
	}{Token: asn1.RawValue{FullBytes: token}})
}
