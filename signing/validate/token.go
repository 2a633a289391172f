package validate

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"time"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"
)

// token is a time-stamp token (RFC 3161, 2.4.2) whose own signature holds.
type token struct {
	at     time.Time
	signer *x509.Certificate
	hash   crypto.Hash
	print  []byte
	bag    []*x509.Certificate
}

// parseToken reads a token and checks it in itself: one signer, named by its certificate's digest, its value and
// the content it signs. Whom the authority is trusted by, and what was stamped, is asked by others.
func parseToken(der []byte, p *pool) (*token, *failure) {
	c, err := parseCMS(der, p)
	if err != nil || c.content == nil {
		return nil, failed(FormatFailure, "token_format")
	}
	if c.hash == 0 || !c.algorithm.known() || c.algorithm.hash != c.hash {
		return nil, indeterminate(CryptoConstraints, "token_algorithm")
	}
	h := c.hash.New()
	h.Write(c.content)
	if !c.signs(oidTSTInfo, h.Sum(nil)) {
		return nil, failed(HashFailure, "token_digest")
	}
	t := &token{signer: c.signer(p.shared(), true), bag: c.certs}
	if t.signer == nil {
		return nil, indeterminate(NoSigningCertificate, "token_signer")
	}
	if !c.algorithm.verifies(t.signer, c.attrs, c.value) {
		return nil, failed(CryptoFailure, "token_value")
	}
	if !t.read(c.content) {
		return nil, failed(FormatFailure, "token_format")
	}
	return t, nil
}

// read takes imprint and time out of a TSTInfo.
func (t *token) read(in cryptobyte.String) bool {
	var body, imprint, alg, sum cryptobyte.String
	var version int
	var policy asn1.ObjectIdentifier
	serial := new(big.Int)
	if !in.ReadASN1(&body, tag.SEQUENCE) || !in.Empty() || !body.ReadASN1Integer(&version) || version != 1 ||
		!body.ReadASN1ObjectIdentifier(&policy) || !body.ReadASN1(&imprint, tag.SEQUENCE) ||
		!imprint.ReadASN1Element(&alg, tag.SEQUENCE) || !imprint.ReadASN1(&sum, tag.OCTET_STRING) || !imprint.Empty() ||
		!body.ReadASN1Integer(serial) {
		return false
	}
	var when cryptobyte.String
	if !body.ReadASN1(&when, tag.GeneralizedTime) || len(when) > 32 {
		return false
	}
	at, err := time.Parse("20060102150405Z", string(when)) // a fraction is read though the layout has none
	if err != nil {
		return false
	}
	t.at, t.hash, t.print = at.UTC(), digestAlgorithm(alg), sum
	return t.hash != 0 && len(sum) == t.hash.Size()
}

// stamps says whether sum, made with the token's own digest, is what was stamped.
func (t *token) stamps(sum []byte) bool { return len(sum) > 0 && bytes.Equal(t.print, sum) }
