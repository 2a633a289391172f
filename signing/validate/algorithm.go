package validate

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	_ "crypto/sha1" // for the certificate identifiers of old time-stamp tokens and of OCSP, never for a signature
	_ "crypto/sha256"
	_ "crypto/sha512"
	"crypto/x509"
	"encoding/asn1"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"
)

// maxRSA bounds the bits of a key: longer ones only cost time.
const maxRSA = 8192

// algorithm is how a value was made; the zero value is one that is not accepted.
type algorithm struct {
	rsa, pss, ecdsa bool
	hash            crypto.Hash
}

var digests = []struct {
	oid  asn1.ObjectIdentifier
	hash crypto.Hash
}{
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}, crypto.SHA256},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}, crypto.SHA384},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}, crypto.SHA512},
}

var signatures = []struct {
	oid asn1.ObjectIdentifier
	algorithm
}{
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}, algorithm{rsa: true, hash: crypto.SHA256}},
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 12}, algorithm{rsa: true, hash: crypto.SHA384}},
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 13}, algorithm{rsa: true, hash: crypto.SHA512}},
	{asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}, algorithm{ecdsa: true, hash: crypto.SHA256}},
	{asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 3}, algorithm{ecdsa: true, hash: crypto.SHA384}},
	{asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 4}, algorithm{ecdsa: true, hash: crypto.SHA512}},
}

var (
	oidRSA    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidRSAPSS = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}
	oidMGF1   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 8}
)

// digestAlgorithm reads an AlgorithmIdentifier; 0 for a digest that is not accepted any more, or unknown.
func digestAlgorithm(in cryptobyte.String) crypto.Hash {
	var id asn1.ObjectIdentifier
	if !in.ReadASN1(&in, tag.SEQUENCE) || !in.ReadASN1ObjectIdentifier(&id) {
		return 0
	}
	for _, d := range digests {
		if d.oid.Equal(id) {
			return d.hash
		}
	}
	return 0
}

// signatureAlgorithm reads an AlgorithmIdentifier; digest is that of the SignerInfo, used with plain rsaEncryption.
func signatureAlgorithm(in cryptobyte.String, digest crypto.Hash) algorithm {
	var id asn1.ObjectIdentifier
	if !in.ReadASN1(&in, tag.SEQUENCE) || !in.ReadASN1ObjectIdentifier(&id) {
		return algorithm{}
	}
	switch {
	case id.Equal(oidRSA):
		return algorithm{rsa: digest != 0, hash: digest}
	case id.Equal(oidRSAPSS):
		return pssAlgorithm(in)
	}
	for _, s := range signatures {
		if s.oid.Equal(id) {
			return s.algorithm
		}
	}
	return algorithm{}
}

// pssAlgorithm reads RSASSA-PSS parameters (RFC 4055, 3.1): one digest for both uses, named.
func pssAlgorithm(in cryptobyte.String) algorithm {
	var hash, mgf, inner cryptobyte.String
	var id asn1.ObjectIdentifier
	if !in.ReadASN1(&in, tag.SEQUENCE) || !in.ReadASN1(&hash, explicit(0)) || !in.ReadASN1(&mgf, explicit(1)) ||
		!mgf.ReadASN1(&inner, tag.SEQUENCE) || !inner.ReadASN1ObjectIdentifier(&id) || !id.Equal(oidMGF1) {
		return algorithm{}
	}
	h := digestAlgorithm(hash)
	return algorithm{pss: h != 0 && h == digestAlgorithm(inner), hash: h}
}

func (a algorithm) known() bool { return a.rsa || a.pss || a.ecdsa }

// verifies checks value over message with cert's key. The key must be strong enough by itself (strong).
func (a algorithm) verifies(cert *x509.Certificate, message, value []byte) bool {
	if !a.known() || !a.hash.Available() {
		return false
	}
	h := a.hash.New()
	h.Write(message)
	sum := h.Sum(nil)
	switch key := cert.PublicKey.(type) {
	case *rsa.PublicKey:
		if key.N.BitLen() > maxRSA {
			return false
		}
		if a.pss {
			return rsa.VerifyPSS(key, a.hash, sum, value, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthAuto, Hash: a.hash}) == nil
		}
		return a.rsa && rsa.VerifyPKCS1v15(key, a.hash, sum, value) == nil
	case *ecdsa.PublicKey:
		return a.ecdsa && ecdsa.VerifyASN1(key, sum, value)
	}
	return false
}

// strong says whether a key is long enough today: RSA from 2048 bits, curves from 256.
func strong(cert *x509.Certificate) bool {
	switch key := cert.PublicKey.(type) {
	case *rsa.PublicKey:
		return key.N.BitLen() >= 2048
	case *ecdsa.PublicKey:
		return key.Curve.Params().BitSize >= 256
	}
	return false
}
