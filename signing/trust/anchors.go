// Package trust answers what a signature's certificates are worth: anchors and chains, time stamps from an authority
// (RFC 3161), revocation by OCSP (RFC 6960) and lists (RFC 5280), and the evidence that a long-term seal holds. It asks
// the network only through Transport, by rules that keep a certificate from sending us anywhere; it knows neither PDF
// nor pacts.
package trust

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"
	"time"

	"kyket/pact"
)

// Errors of this package that a person can act on.
var (
	// ErrNoAnswer: the authority did not answer in time, or answered with an error. Trying later helps.
	ErrNoAnswer = pact.Problem(pact.Unavailable, "tsa_no_answer", "Máy chủ cấp dấu thời gian chưa trả lời; hệ thống sẽ thử lại.", "The time-stamp authority does not answer; it will be asked again.")
	// ErrToken: the authority answered with a token that must not get into a paper.
	ErrToken = pact.Problem(pact.Unavailable, "tsa_untrusted_token", "Dấu thời gian nhận được không đáng tin cậy ({why}); không đưa vào văn bản.", "The time stamp received cannot be trusted ({why}); it was not used.")
	// ErrChain: no path from the certificate to an installed anchor.
	ErrChain = pact.Problem(pact.Invalid, "certificate_untrusted", "Chứng thư số của {subject} không thuộc tổ chức chứng thực được tin cậy.", "The certificate of {subject} does not lead to a trusted authority.")
	// ErrRevoked: the certificate is revoked now.
	ErrRevoked = pact.Problem(pact.Conflict, "certificate_revoked", "Chứng thư số của {subject} đã bị thu hồi.", "The certificate of {subject} has been revoked.")
	// ErrStatus: nobody could say whether the certificate is revoked.
	ErrStatus = pact.Problem(pact.Unavailable, "revocation_unknown", "Chưa kiểm tra được tình trạng thu hồi của chứng thư số {subject}.", "Whether the certificate of {subject} is revoked could not be found out.")
	// ErrAddress: an address that must not be asked.
	ErrAddress = pact.Problem(pact.Forbidden, "address_refused", "Địa chỉ {address} không được phép truy vấn.", "The address {address} may not be asked.")
)

// Anchor is a root that an administrator installed.
type Anchor struct {
	Certificate *x509.Certificate
	// Hosts may be asked about certificates below this anchor: names, without port. None: nobody is asked.
	Hosts []string
}

// Anchors is a set of roots. The zero value trusts nobody.
type Anchors struct {
	list []Anchor
	pool *x509.CertPool
}

// NewAnchors makes a set.
func NewAnchors(list ...Anchor) *Anchors {
	a := &Anchors{list: list, pool: x509.NewCertPool()}
	for _, one := range list {
		a.pool.AddCert(one.Certificate)
	}
	return a
}

// List returns the anchors of the set.
func (a *Anchors) List() []Anchor {
	if a == nil {
		return nil
	}
	return a.list
}

// With returns a set of both.
func (a *Anchors) With(b *Anchors) *Anchors {
	return NewAnchors(append(append([]Anchor(nil), a.List()...), b.List()...)...)
}

// maxPEM bounds a file of anchors.
const maxPEM = 1 << 20

// ParsePEM reads the certificates of a PEM file; anything else in it is an error.
func ParsePEM(b []byte) ([]*x509.Certificate, error) {
	if len(b) > maxPEM {
		return nil, fmt.Errorf("trust: PEM file of %d bytes", len(b))
	}
	var out []*x509.Certificate
	for len(strings.TrimSpace(string(b))) > 0 {
		block, rest := pem.Decode(b)
		if block == nil || block.Type != "CERTIFICATE" {
			return nil, fmt.Errorf("trust: something that is no certificate behind %d certificates", len(out))
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("trust: certificate %d: %w", len(out)+1, err)
		}
		out, b = append(out, c), rest
	}
	return out, nil
}

// Chain builds the path from leaf over certificates of the pool to an anchor, leaf first, anchor last, valid at a
// time and for a usage (x509.ExtKeyUsageAny: whatever). The error is ErrChain.
func (a *Anchors) Chain(leaf *x509.Certificate, pool []*x509.Certificate, at time.Time, usage x509.ExtKeyUsage) ([]*x509.Certificate, Anchor, error) {
	fail := ErrChain.With("subject", leaf.Subject.CommonName)
	if a == nil || a.pool == nil {
		return nil, Anchor{}, fail
	}
	between := x509.NewCertPool()
	for _, c := range pool {
		between.AddCert(c)
	}
	paths, err := leaf.Verify(x509.VerifyOptions{Roots: a.pool, Intermediates: between, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{usage}})
	if err != nil {
		return nil, Anchor{}, fail.Because(err)
	}
	path := paths[0]
	for _, p := range paths {
		if len(p) < len(path) {
			path = p
		}
	}
	root := path[len(path)-1]
	for _, one := range a.list {
		if one.Certificate.Equal(root) {
			return path, one, nil
		}
	}
	return nil, Anchor{}, fail
}
