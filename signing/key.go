// Package signing is the contract between papers and keys: plain data to sign, whose value comes back now or later;
// the ticket that lets one signer at a time extend a paper; and the session that survives until the value is there.
// Everything here is a value with rules; whoever calls keeps it (workflow) and tells it the time. Nothing here stores,
// renders or decides who may sign.
package signing

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"time"

	"kyket/pact"
)

// Errors of keys.
var (
	// ErrDeclined: the person said no on their own device.
	ErrDeclined = pact.Problem(pact.Conflict, "key_declined", "Người ký đã từ chối trên thiết bị ký.", "The signer declined on the signing device.")
	// ErrKeyFailed: the key or its service could not sign now.
	ErrKeyFailed = pact.Problem(pact.Unavailable, "key_failed", "Chưa ký được bằng khóa này: {why}.", "This key could not sign: {why}.")
	// ErrKeyMismatch: key and certificate do not belong together.
	ErrKeyMismatch = pact.Problem(pact.Invalid, "key_certificate_mismatch", "Khóa và chứng thư số không khớp nhau.", "Key and certificate do not belong together.")
)

// Data is all that a key gets to see.
type Data struct {
	// SignedAttributes is DER; its SHA-256 is signed, with RSA PKCS #1 v1.5 or ECDSA.
	SignedAttributes []byte
	// Document is the SHA-256 of the bytes that the signature covers: what a signer's device may show and check, being
	// the message-digest inside SignedAttributes.
	Document [sha256.Size]byte
	// Session names the work: asked twice with the same one, a remote service must not sign twice.
	Session string
	// Text tells the signer on their device what it is about.
	Text string
}

// Answer is a value, or the promise of one.
type Answer struct {
	// Value is the signature: RSA PKCS #1 v1.5, or ECDSA as ASN.1 DER. Nil while Pending.
	Value []byte
	// Pending is set when the value comes later.
	Pending *Pending
}

// Pending says how to ask again.
type Pending struct {
	// Handle is the provider's name for the request; plain text to store.
	Handle string
	// Until is when the provider gives up.
	Until time.Time
}

// Key is one signer's key, wherever it is. Sign returns at once with a value, or with what to resume by; ErrDeclined
// or ErrKeyFailed otherwise.
type Key interface {
	Certificate() *x509.Certificate
	// Chain is what belongs beside the certificate into a signature: its issuing CA first, without the root.
	Chain() []*x509.Certificate
	Sign(ctx context.Context, d Data) (Answer, error)
}

// Resumer is a Key whose answers may be Pending.
type Resumer interface {
	Key
	Resume(ctx context.Context, handle string) (Answer, error)
}

// Local is a key in this process.
type Local struct {
	key   crypto.Signer
	cert  *x509.Certificate
	chain []*x509.Certificate
}

// NewLocal pairs a key with its certificate: RSA or ECDSA, else ErrKeyFailed; ErrKeyMismatch when they do not fit.
func NewLocal(key crypto.Signer, cert *x509.Certificate, chain ...*x509.Certificate) (*Local, error) {
	switch public := cert.PublicKey.(type) {
	case *rsa.PublicKey:
		if !public.Equal(key.Public()) {
			return nil, ErrKeyMismatch
		}
	case *ecdsa.PublicKey:
		if !public.Equal(key.Public()) {
			return nil, ErrKeyMismatch
		}
	default:
		return nil, ErrKeyFailed.With("why", "RSA, ECDSA")
	}
	return &Local{key, cert, chain}, nil
}

// Certificate implements Key.
func (l *Local) Certificate() *x509.Certificate { return l.cert }

// Chain implements Key.
func (l *Local) Chain() []*x509.Certificate { return l.chain }

// Signer gives the key itself, for saving it.
func (l *Local) Signer() crypto.Signer { return l.key }

// Sign implements Key; its answer is never pending.
func (l *Local) Sign(ctx context.Context, d Data) (Answer, error) {
	if err := ctx.Err(); err != nil {
		return Answer{}, err
	}
	h := sha256.Sum256(d.SignedAttributes)
	value, err := l.key.Sign(rand.Reader, h[:], crypto.SHA256)
	if err != nil {
		return Answer{}, ErrKeyFailed.With("why", "sign").Because(err)
	}
	return Answer{Value: value}, nil
}
