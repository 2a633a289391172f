package validate_test

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"testing"

	"kyket/internal/cms"
	"kyket/internal/trialpki"
	"kyket/signing/pades"
	"kyket/signing/validate"
)

// forge writes a signature whose container build makes.
func (s *stage) forge(field string, p person, build func(prepared pades.Prepared) []byte) []byte {
	s.t.Helper()
	prepared := s.prepare(field, p)
	return s.fill(prepared, build(prepared))
}

func (s *stage) fill(prepared pades.Prepared, der []byte) []byte {
	s.t.Helper()
	tail := bytes.Clone(prepared.Bytes)
	if len(der) > prepared.Reserve {
		s.t.Fatalf("%d bytes for %d", len(der), prepared.Reserve)
	}
	copy(tail[prepared.ContentsAt:], fmt.Sprintf("%X", der))
	return append(bytes.Clone(s.file), tail...)
}

func (s *stage) build(parts cms.Parts) []byte {
	s.t.Helper()
	der, err := cms.Build(parts)
	if err != nil {
		s.t.Fatal(err)
	}
	return der
}

// TestForgedContainers: each is a file whose structure is right and whose container is not.
func TestForgedContainers(t *testing.T) {
	s := newStage(t, trialpki.P256).certified(2)
	head, world := s.person("Giám đốc", agency), s.world
	stranger := s.person("Người lạ", "Nơi khác")
	chain := []*x509.Certificate{world.IssuingCA()}
	good := func(p pades.Prepared) cms.Parts {
		v := head.value(t, p.SignedAttributes)
		h := sha256.Sum256(v)
		return cms.Parts{ContentType: cms.OIDData, Certificate: head.cert, Chain: chain, SignedAttributes: p.SignedAttributes, Value: v, Token: s.token(h[:])}
	}
	attributes := func(digest []byte, p person) []byte {
		a, err := cms.SignedAttributes(cms.OIDData, digest, p.cert)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	for name, c := range map[string]struct {
		build            func(p pades.Prepared) []byte
		indication, code string
	}{
		"genuine": {func(p pades.Prepared) []byte { return s.build(good(p)) }, validate.Indeterminate + "/" + validate.TryLater, "revocation_missing"},
		"a stranger's key, the head's certificate in the bag": {func(p pades.Prepared) []byte {
			parts := good(p)
			parts.Value = stranger.value(t, p.SignedAttributes)
			parts.Chain = append(parts.Chain, stranger.cert)
			return s.build(parts)
		}, validate.Failed + "/" + validate.CryptoFailure, "value"},
		"signed attributes name the stranger, the SignerInfo the head": {func(p pades.Prepared) []byte {
			parts := good(p)
			parts.SignedAttributes = attributes(p.Digest[:], stranger)
			parts.Value = stranger.value(t, parts.SignedAttributes)
			parts.Chain = append(parts.Chain, stranger.cert)
			return s.build(parts)
		}, validate.Indeterminate + "/" + validate.NoSigningCertificate, "signer"},
		"another document": {func(p pades.Prepared) []byte {
			parts := good(p)
			parts.SignedAttributes = attributes(make([]byte, 32), head)
			parts.Value = head.value(t, parts.SignedAttributes)
			return s.build(parts)
		}, validate.Failed + "/" + validate.HashFailure, "digest"},
		"stamp of another signature": {func(p pades.Prepared) []byte {
			parts := good(p)
			parts.Token = s.token(make([]byte, 32))
			return s.build(parts)
		}, validate.Indeterminate + "/" + validate.ConstraintsFailure, "token_digest"},
		"another agency's person": {func(p pades.Prepared) []byte {
			parts := good(p)
			parts.Certificate, parts.SignedAttributes = stranger.cert, attributes(p.Digest[:], stranger)
			parts.Value = stranger.value(t, parts.SignedAttributes)
			h := sha256.Sum256(parts.Value)
			parts.Token = s.token(h[:])
			return s.build(parts)
		}, validate.Indeterminate + "/" + validate.ConstraintsFailure, "agency_differs"},
		"rubbish": {func(pades.Prepared) []byte { return []byte{0x30, 3, 2, 1, 1} }, validate.Failed + "/" + validate.FormatFailure, "cms_format"},
		"content type of a token": {func(p pades.Prepared) []byte {
			parts := good(p)
			parts.ContentType = cms.OIDTSTInfo
			return s.build(parts)
		}, validate.Failed + "/" + validate.HashFailure, "digest"},
	} {
		t.Run(name, func(t *testing.T) {
			c0 := *s
			r := validate.Verify(c0.forge("ky_01", head, c.build), s.options())
			if len(r.Signatures) != 2 {
				t.Fatal(short(r))
			}
			got := r.Signatures[1]
			found := false
			for _, m := range got.Messages {
				found = found || m.Code == c.code
			}
			if got.Indication+"/"+got.SubIndication != c.indication || !found || r.ExitCode() == 0 {
				t.Errorf("want %s %s: %s", c.indication, c.code, short(r))
			}
		})
	}
}
