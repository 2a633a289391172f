package pades

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"

	"kyket/internal/cms"
)

// Finish puts a value into a prepared signature. value is RSA PKCS #1 v1.5, or ECDSA as ASN.1 DER (see FromRaw), over
// the SHA-256 of SignedAttributes; it is verified with the certificate first (ErrValue). token is a time-stamp token
// over the value's SHA-256 (B-T), which signing/trust must have verified, or nil (B-B). Nothing grows: what does not
// fit is ErrTooLong. CheckIncrement against the stored head comes next, before anything is committed.
func Finish(p Prepared, value, token []byte) (Increment, error) {
	if p.Kind == Timestamp {
		return Increment{}, fmt.Errorf("%w: a document time stamp has no value", ErrValue)
	}
	cert, err := x509.ParseCertificate(p.Certificate)
	if err != nil {
		return Increment{}, fmt.Errorf("%w: %w", ErrValue, err)
	}
	if err := cms.VerifyValue(cert, p.SignedAttributes, value); err != nil {
		return Increment{}, fmt.Errorf("%w: %w", ErrValue, err)
	}
	if token != nil {
		t, err := cms.Parse(token)
		if err != nil {
			return Increment{}, fmt.Errorf("%w: %w", ErrToken, err)
		}
		if err := verifyToken(t, sha256.Sum256(value)); err != nil {
			return Increment{}, err
		}
	}
	parts := cms.Parts{ContentType: cms.OIDData, Certificate: cert, SignedAttributes: p.SignedAttributes, Value: value, Token: token}
	for _, raw := range p.Chain {
		c, err := x509.ParseCertificate(raw)
		if err != nil {
			return Increment{}, fmt.Errorf("%w: chain: %w", ErrValue, err)
		}
		parts.Chain = append(parts.Chain, c)
	}
	message, err := cms.Build(parts)
	if err != nil {
		return Increment{}, err
	}
	return p.embed(message)
}

// FinishStamp puts a token over p.Digest into a prepared document time stamp. signing/trust must have verified it
// against the anchors: a bad one can never be removed and spoils the signatures before it.
func FinishStamp(p Prepared, token []byte) (Increment, error) {
	if p.Kind != Timestamp {
		return Increment{}, fmt.Errorf("%w: %s is a signature", ErrToken, p.Field)
	}
	t, err := cms.Parse(token)
	if err != nil {
		return Increment{}, fmt.Errorf("%w: %w", ErrToken, err)
	}
	if err := verifyToken(t, p.Digest); err != nil {
		return Increment{}, err
	}
	return p.embed(token)
}

func (p Prepared) embed(message []byte) (Increment, error) {
	if len(message) > p.Reserve {
		return Increment{}, fmt.Errorf("%w: %d bytes for %d", ErrTooLong, len(message), p.Reserve)
	}
	out := bytes.Clone(p.Bytes)
	hex.Encode(out[p.ContentsAt:p.ContentsAt+2*p.Reserve], message)
	next, err := p.Next.extend(p.Next.State, out)
	if err != nil {
		return Increment{}, err
	}
	return Increment{Bytes: out, Head: next, Base: p.Base}, nil
}

// verifyContents checks a /Contents string over a byte range's digest.
func verifyContents(contents []byte, digest Digest, kind Kind) error {
	m, err := cms.Parse(cms.Trim(contents))
	if err != nil {
		return err
	}
	if kind == Timestamp {
		return verifyToken(m, digest)
	}
	if _, err := m.Verify(digest[:]); err != nil {
		return fmt.Errorf("%w: %w", ErrValue, err)
	}
	if m.Content != nil || m.Has(cms.OIDSigningTime) || !m.ContentType.Equal(cms.OIDData) {
		return fmt.Errorf("%w: not the profile of PAdES", ErrChanged)
	}
	token := m.Token()
	if token == nil {
		return nil
	}
	t, err := cms.Parse(token)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrToken, err)
	}
	return verifyToken(t, sha256.Sum256(m.Value))
}

// verifyToken checks a token's own signature and its imprint; trust is not asked here.
func verifyToken(m *cms.Message, digest Digest) error {
	info, err := m.TimeStamp()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrToken, err)
	}
	if _, err := m.Verify(nil); err != nil {
		return fmt.Errorf("%w: %w", ErrToken, err)
	}
	if !info.Stamps(digest[:]) {
		return ErrToken
	}
	return nil
}

// FromRaw turns an ECDSA value as tokens give it (r and s one after the other) into the ASN.1 DER that Finish takes.
func FromRaw(rs []byte) ([]byte, error) {
	der, err := cms.FromRaw(rs)
	if err != nil {
		return nil, errors.Join(ErrValue, err)
	}
	return der, nil
}
