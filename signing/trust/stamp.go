package trust

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"sync/atomic"
	"time"

	"github.com/digitorus/timestamp"

	"kyket/internal/cms"
)

// Token is a time-stamp token that was verified when it came.
type Token struct {
	// DER is the CMS message itself, as it goes into a signature.
	DER []byte
	// Time is the proven time, right within Accuracy.
	Time     time.Time
	Accuracy time.Duration
	// Path leads from the authority's certificate to the anchor.
	Path []*x509.Certificate
}

// Stamper is what a signing room needs of a time-stamp authority.
type Stamper interface {
	// Stamp asks for a token over a SHA-256. ErrNoAnswer: none came, later may help; ErrToken: one came that must not be
	// used.
	Stamp(ctx context.Context, digest []byte) (Token, error)
	// Probe is the length of this authority's tokens in bytes, for the room that a signature reserves. It asks only until a
	// token has come once.
	Probe(ctx context.Context) (int, error)
}

// skew is how far an authority's clock and ours may be apart.
const skew = 5 * time.Minute

// Authority is a time-stamp authority at an address.
type Authority struct {
	address   string
	transport Transport
	anchors   *Anchors
	clock     func() time.Time
	timeout   time.Duration
	length    atomic.Int64 // of the newest token; 0 before the first
}

// NewAuthority makes a Stamper. anchors are those of time stamps, clock is what the token's time is held against (the
// pact's), timeout bounds one question (10 s is usual). The address is an administrator's, not a certificate's.
func NewAuthority(address string, t Transport, anchors *Anchors, clock func() time.Time, timeout time.Duration) *Authority {
	return &Authority{address: address, transport: t, anchors: anchors, clock: clock, timeout: timeout}
}

// Stamp implements Stamper.
func (a *Authority) Stamp(ctx context.Context, digest []byte) (Token, error) {
	if len(digest) != sha256.Size {
		return Token{}, fmt.Errorf("trust: digest of %d bytes", len(digest))
	}
	nonce, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 63))
	if err != nil {
		return Token{}, err
	}
	nonce.SetBit(nonce, 62, 1) // always eight bytes: the probe has the length of what follows
	q := timestamp.Request{HashAlgorithm: crypto.SHA256, HashedMessage: digest, Certificates: true, Nonce: nonce}
	body, err := q.Marshal()
	if err != nil {
		return Token{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, a.timeout)
	defer cancel()
	answer, err := a.transport.Ask(ctx, a.address, "application/timestamp-query", body)
	if err != nil {
		return Token{}, ErrNoAnswer.Because(err)
	}
	if len(answer) > maxAnswer {
		return Token{}, ErrToken.With("why", "too long")
	}
	der, err := granted(answer)
	if err != nil {
		return Token{}, err
	}
	t, got, err := VerifyToken(der, digest, a.anchors, a.clock())
	if err != nil {
		return Token{}, err
	}
	if got == nil || got.Cmp(nonce) != 0 {
		return Token{}, ErrToken.With("why", "nonce")
	}
	a.length.Store(int64(len(der)))
	return t, nil
}

// Probe implements Stamper.
func (a *Authority) Probe(ctx context.Context) (int, error) {
	if n := a.length.Load(); n > 0 {
		return int(n), nil
	}
	t, err := a.Stamp(ctx, make([]byte, sha256.Size))
	return len(t.DER), err
}

// granted takes the token out of a TimeStampResp (RFC 3161, 2.4.2). A refusal counts as no answer: later may help.
func granted(answer []byte) ([]byte, error) {
	var r struct {
		Status struct {
			Status int
			Text   asn1.RawValue  `asn1:"optional"`
			Fail   asn1.BitString `asn1:"optional"`
		}
		Token asn1.RawValue `asn1:"optional"`
	}
	rest, err := asn1.Unmarshal(answer, &r)
	if err != nil || len(rest) > 0 {
		return nil, ErrNoAnswer.Because(errors.New("no time-stamp response"))
	}
	if r.Status.Status > 1 || len(r.Token.FullBytes) == 0 {
		return nil, ErrNoAnswer.Because(fmt.Errorf("refused with status %d, failure %x", r.Status.Status, r.Status.Fail.Bytes))
	}
	return r.Token.FullBytes, nil
}

// VerifyToken says whether a token may get into a paper: over this SHA-256, signed by the certificate it names (ESS),
// whose only, critical extended key usage is time stamping (RFC 3161, 2.3), below an anchor, and of about now. It also
// returns the nonce. Errors are ErrToken.
func VerifyToken(der, digest []byte, anchors *Anchors, now time.Time) (Token, *big.Int, error) {
	bad := func(why string, err error) (Token, *big.Int, error) {
		return Token{}, nil, ErrToken.With("why", why).Because(err)
	}
	m, err := cms.Parse(der)
	if err != nil {
		return bad("format", err)
	}
	info, err := m.TimeStamp()
	if err != nil {
		return bad("format", err)
	}
	signer, err := m.Verify(nil)
	if err != nil {
		return bad("signature", err)
	}
	if !info.Stamps(digest) {
		return bad("imprint", nil)
	}
	if !stampsOnly(signer) {
		return bad("extended key usage", nil)
	}
	path, _, err := anchors.Chain(signer, m.Certificates, info.Time, x509.ExtKeyUsageTimeStamping)
	if err != nil {
		return bad("chain", err)
	}
	if d := info.Time.Sub(now); d > skew+info.Accuracy || d < -skew-info.Accuracy {
		return bad("time", fmt.Errorf("%v away from our clock", d))
	}
	return Token{DER: der, Time: info.Time, Accuracy: info.Accuracy, Path: path}, info.Nonce, nil
}

func stampsOnly(c *x509.Certificate) bool {
	if len(c.ExtKeyUsage) != 1 || c.ExtKeyUsage[0] != x509.ExtKeyUsageTimeStamping || len(c.UnknownExtKeyUsage) > 0 {
		return false
	}
	for _, e := range c.Extensions {
		if e.Id.Equal(asn1.ObjectIdentifier{2, 5, 29, 37}) {
			return e.Critical
		}
	}
	return false
}
