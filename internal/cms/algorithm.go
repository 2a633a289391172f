package cms

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
)

var (
	oidSHA256 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidSHA384 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}
	oidSHA512 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}

	oidRSA    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidRSAPSS = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}

	oidECDSAWithSHA256 = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}
)

// valueHash maps combined signature algorithms to their digest; zero means: that of the SignerInfo.
var valueHash = map[string]crypto.Hash{
	oidRSA.String():         0,
	"1.2.840.113549.1.1.11": crypto.SHA256, "1.2.840.113549.1.1.12": crypto.SHA384, "1.2.840.113549.1.1.13": crypto.SHA512,
	oidECDSAWithSHA256.String(): crypto.SHA256, "1.2.840.10045.4.3.3": crypto.SHA384, "1.2.840.10045.4.3.4": crypto.SHA512,
}

func hashOf(oid asn1.ObjectIdentifier) (crypto.Hash, error) {
	switch {
	case oid.Equal(oidSHA256):
		return crypto.SHA256, nil
	case oid.Equal(oidSHA384):
		return crypto.SHA384, nil
	case oid.Equal(oidSHA512):
		return crypto.SHA512, nil
	}
	return 0, fmt.Errorf("digest %v: %w", oid, ErrAlgorithm)
}

// signatureAlgorithm is what Build writes for a key: rsaEncryption, or ECDSA with SHA-256.
func signatureAlgorithm(c *x509.Certificate) (pkix.AlgorithmIdentifier, error) {
	switch c.PublicKey.(type) {
	case *rsa.PublicKey:
		return pkix.AlgorithmIdentifier{Algorithm: oidRSA, Parameters: asn1.NullRawValue}, nil
	case *ecdsa.PublicKey:
		return pkix.AlgorithmIdentifier{Algorithm: oidECDSAWithSHA256}, nil
	}
	return pkix.AlgorithmIdentifier{}, fmt.Errorf("key %T: %w", c.PublicKey, ErrAlgorithm)
}

// MaxValue is the length of the longest signature value that the certificate's key can make, in bytes.
func MaxValue(c *x509.Certificate) (int, error) {
	switch k := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return k.Size(), nil
	case *ecdsa.PublicKey:
		n := (k.Curve.Params().BitSize+7)/8 + 1 // an integer may need a leading zero
		body := 2 * (n + 2)
		if body > 127 {
			return body + 3, nil
		}
		return body + 2, nil
	}
	return 0, fmt.Errorf("key %T: %w", c.PublicKey, ErrAlgorithm)
}

// VerifyValue checks a signature value, PKCS #1 v1.5 or ECDSA with SHA-256, over the signed attributes. This is
// what Build names in the message, so a value that passes here is a value that validators accept.
func VerifyValue(c *x509.Certificate, signedAttributes, value []byte) error {
	h := sha256.Sum256(signedAttributes)
	return verify(c, crypto.SHA256, pkix.AlgorithmIdentifier{}, h[:], value)
}

func verify(c *x509.Certificate, h crypto.Hash, alg pkix.AlgorithmIdentifier, digest, value []byte) error {
	switch k := c.PublicKey.(type) {
	case *rsa.PublicKey:
		if k.N.BitLen() < 2048 || k.N.BitLen() > 8192 {
			return fmt.Errorf("RSA key of %d bits: %w", k.N.BitLen(), ErrAlgorithm)
		}
		var err error
		if alg.Algorithm.Equal(oidRSAPSS) {
			err = rsa.VerifyPSS(k, h, digest, value, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthAuto, Hash: h})
		} else {
			err = rsa.VerifyPKCS1v15(k, h, digest, value)
		}
		if err != nil {
			return fmt.Errorf("RSA value: %w", ErrNotVerified)
		}
		return nil
	case *ecdsa.PublicKey:
		if !ecdsa.VerifyASN1(k, digest, value) {
			return fmt.Errorf("ECDSA value: %w", ErrNotVerified)
		}
		return nil
	}
	return fmt.Errorf("key %T: %w", c.PublicKey, ErrAlgorithm)
}

// FromRaw turns an ECDSA value as tokens give it (PKCS #11: r and s, each as long as the curve's order, one after
// the other) into the ASN.1 DER that Build takes.
func FromRaw(rs []byte) ([]byte, error) {
	if n := len(rs); n == 0 || n%2 != 0 || n > 132 {
		return nil, fmt.Errorf("ECDSA value of %d bytes: %w", n, ErrMalformed)
	}
	half := len(rs) / 2
	return asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(rs[:half]), new(big.Int).SetBytes(rs[half:])})
}

func pssHash(alg pkix.AlgorithmIdentifier) (crypto.Hash, error) {
	var p struct {
		Hash pkix.AlgorithmIdentifier `asn1:"explicit,tag:0,optional"`
		MGF  asn1.RawValue            `asn1:"explicit,tag:1,optional"`
		Salt int                      `asn1:"explicit,tag:2,optional,default:20"`
		Tail int                      `asn1:"explicit,tag:3,optional,default:1"`
	}
	if rest, err := asn1.Unmarshal(alg.Parameters.FullBytes, &p); err != nil || len(rest) > 0 {
		return 0, fmt.Errorf("RSASSA-PSS parameters: %w", ErrMalformed)
	}
	return hashOf(p.Hash.Algorithm)
}
