// Package cms reads and writes the one shape of CMS SignedData (RFC 5652) that signatures in papers and time-stamp
// tokens have: one signer, DER, signed attributes with a signing certificate (RFC 5035). It builds what PAdES asks
// (EN 319 142-1: no signing-time) and says whether a value fits a certificate; it knows nothing of trust, PDF or keys.
package cms

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"slices"
)

// MaxSize is the longest message that Parse looks at, in bytes.
const MaxSize = 256 << 10

// Object identifiers of content types and attributes.
var (
	OIDData                 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	OIDTSTInfo              = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
	OIDContentType          = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	OIDMessageDigest        = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	OIDSigningTime          = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 5}
	OIDSigningCertificate   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 12}
	OIDSigningCertificateV2 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
	OIDTimeStampToken       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 14}

	oidSignedData = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
)

// ErrMalformed is wrapped by every error of Parse: the bytes are not a message of the shape this package reads.
var ErrMalformed = errors.New("malformed CMS message")

// ErrNotVerified is wrapped when digest, signature value or signing certificate do not fit.
var ErrNotVerified = errors.New("signature does not verify")

// ErrAlgorithm is wrapped when a key or an algorithm is not among those this package knows: RSA (PKCS #1 v1.5 and PSS)
// and ECDSA with SHA-256, SHA-384 or SHA-512.
var ErrAlgorithm = errors.New("unsupported algorithm")

// Attribute is one signed or unsigned attribute: its type and the DER of its only value.
type Attribute struct {
	Type  asn1.ObjectIdentifier
	Value []byte
}

type (
	wireAttribute struct {
		Type   asn1.ObjectIdentifier
		Values asn1.RawValue
	}
	wireContent struct {
		Type    asn1.ObjectIdentifier
		Content asn1.RawValue `asn1:"optional"`
	}
	wireSignerInfo struct {
		Version   int
		Sid       asn1.RawValue
		Digest    pkix.AlgorithmIdentifier
		Signed    asn1.RawValue `asn1:"optional,tag:0"`
		SigAlg    pkix.AlgorithmIdentifier
		Signature []byte
		Unsigned  asn1.RawValue `asn1:"optional,tag:1"`
	}
	wireSignedData struct {
		Version int
		Digests asn1.RawValue
		Encap   wireContent
		Certs   asn1.RawValue `asn1:"optional,tag:0"`
		CRLs    asn1.RawValue `asn1:"optional,tag:1"`
		Signers asn1.RawValue
	}
	issuerSerial struct {
		Issuer asn1.RawValue
		Serial *big.Int
	}
	wireESSv2 struct {
		Hash         pkix.AlgorithmIdentifier `asn1:"optional"`
		CertHash     []byte
		IssuerSerial asn1.RawValue `asn1:"optional"`
	}
	wireESSv1 struct {
		CertHash     []byte
		IssuerSerial asn1.RawValue `asn1:"optional"`
	}
)

// SignedAttributes returns the DER SET OF that is signed: content-type, message-digest and signing-certificate-v2
// (EN 319 142-1, 6.3; RFC 5652, 5.4), and no signing-time, which PAdES forbids. digest is the SHA-256 of the content.
func SignedAttributes(contentType asn1.ObjectIdentifier, digest []byte, signer *x509.Certificate) ([]byte, error) {
	if len(digest) != sha256.Size {
		return nil, fmt.Errorf("message digest of %d bytes: %w", len(digest), ErrAlgorithm)
	}
	ess := sha256.Sum256(signer.Raw)
	id := struct{ Certs []struct{ Hash []byte } }{[]struct{ Hash []byte }{{ess[:]}}}
	var set [][]byte
	for _, a := range []struct {
		oid asn1.ObjectIdentifier
		v   any
	}{{OIDContentType, contentType}, {OIDMessageDigest, digest}, {OIDSigningCertificateV2, id}} {
		v, err := asn1.Marshal(a.v)
		if err != nil {
			return nil, err
		}
		b, err := asn1.Marshal(wireAttribute{a.oid, setOf(v)})
		if err != nil {
			return nil, err
		}
		set = append(set, b)
	}
	return asn1.Marshal(setOf(set...))
}

// Parts are what a message is built from.
type Parts struct {
	ContentType asn1.ObjectIdentifier
	// Content is the encapsulated content; nil for a detached signature.
	Content []byte
	// Certificate is the signer's, Chain what goes in beside it.
	Certificate *x509.Certificate
	Chain       []*x509.Certificate
	// SignedAttributes is the DER that SignedAttributes returned, Value the signature over it (ECDSA as ASN.1 DER).
	SignedAttributes, Value []byte
	// Token is the signature time stamp (RFC 3161, appendix A), or nil.
	Token []byte
}

// Build returns the DER of a ContentInfo with one SignerInfo. It verifies nothing.
func Build(p Parts) ([]byte, error) {
	signer, err := signerInfo(p)
	if err != nil {
		return nil, err
	}
	digests, err := asn1.Marshal(pkix.AlgorithmIdentifier{Algorithm: oidSHA256})
	if err != nil {
		return nil, err
	}
	version := 1
	encap := wireContent{Type: p.ContentType}
	if p.Content != nil {
		octets, err := asn1.Marshal(p.Content)
		if err != nil {
			return nil, err
		}
		encap.Content = asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: octets}
	}
	if !p.ContentType.Equal(OIDData) { // RFC 5652, 5.1
		version = 3
	}
	raw := slices.Clone(p.Certificate.Raw)
	for _, c := range p.Chain {
		raw = append(raw, c.Raw...)
	}
	der, err := asn1.Marshal(wireSignedData{
		Version: version, Digests: setOf(digests), Encap: encap, Signers: setOf(signer),
		Certs: asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: raw},
	})
	if err != nil {
		return nil, err
	}
	return asn1.Marshal(wireContent{oidSignedData, asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: der}})
}

func signerInfo(p Parts) ([]byte, error) {
	alg, err := signatureAlgorithm(p.Certificate)
	if err != nil {
		return nil, err
	}
	if len(p.SignedAttributes) == 0 || p.SignedAttributes[0] != 0x31 {
		return nil, fmt.Errorf("signed attributes: %w", ErrMalformed)
	}
	sid, err := asn1.Marshal(issuerSerial{asn1.RawValue{FullBytes: p.Certificate.RawIssuer}, p.Certificate.SerialNumber})
	if err != nil {
		return nil, err
	}
	signed := slices.Clone(p.SignedAttributes)
	signed[0] = 0xa0 // [0] IMPLICIT; signed as SET OF (RFC 5652, 5.4)
	si := wireSignerInfo{
		Version: 1, Sid: asn1.RawValue{FullBytes: sid}, Digest: pkix.AlgorithmIdentifier{Algorithm: oidSHA256},
		Signed: asn1.RawValue{FullBytes: signed}, SigAlg: alg, Signature: p.Value,
	}
	if p.Token != nil {
		a, err := asn1.Marshal(wireAttribute{OIDTimeStampToken, setOf(p.Token)})
		if err != nil {
			return nil, err
		}
		si.Unsigned = asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 1, IsCompound: true, Bytes: a}
	}
	return asn1.Marshal(si)
}

// setOf sorts its members as DER asks (X.690, 11.6).
func setOf(members ...[]byte) asn1.RawValue {
	slices.SortFunc(members, bytes.Compare)
	return asn1.RawValue{Tag: asn1.TagSet, IsCompound: true, Bytes: bytes.Join(members, nil)}
}

// Sign builds a whole message with a key at hand: for the trial world's authority and for tests.
func Sign(contentType asn1.ObjectIdentifier, content []byte, c *x509.Certificate, chain []*x509.Certificate, key crypto.Signer) ([]byte, error) {
	d := sha256.Sum256(content)
	attrs, err := SignedAttributes(contentType, d[:], c)
	if err != nil {
		return nil, err
	}
	h := sha256.Sum256(attrs)
	value, err := key.Sign(rand.Reader, h[:], crypto.SHA256)
	if err != nil {
		return nil, err
	}
	return Build(Parts{ContentType: contentType, Content: content, Certificate: c, Chain: chain, SignedAttributes: attrs, Value: value})
}
