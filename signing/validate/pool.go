package validate

import (
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"sync"
	"sync/atomic"
)

// pool parses each certificate of a file once. Certificates of the DSS dictionary are shared: they may complete any
// chain. Being in the pool means nothing for trust.
type pool struct {
	mu     sync.Mutex
	parsed map[[32]byte]*x509.Certificate
	dss    []*x509.Certificate
	checks atomic.Int64
}

const maxPool = 4096

// maxChecks bounds the signatures of answers and responders that are verified for one file: with many of each, their
// pairs would be far too many.
const maxChecks = 20000

// may says whether one more check is within bounds.
func (p *pool) may() bool { return p.checks.Add(1) <= maxChecks }

func newPool() *pool { return &pool{parsed: map[[32]byte]*x509.Certificate{}} }

func (p *pool) certificate(raw []byte) (*x509.Certificate, error) {
	sum := sha256.Sum256(raw)
	p.mu.Lock()
	c, ok := p.parsed[sum]
	full := len(p.parsed) >= maxPool
	p.mu.Unlock()
	if ok {
		return c, nil
	}
	if full {
		return nil, errors.New("validate: too many certificates")
	}
	c, err := x509.ParseCertificate(raw)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if old, ok := p.parsed[sum]; ok {
		return old, nil
	}
	p.parsed[sum] = c
	return c, nil
}

func (p *pool) shared() []*x509.Certificate { return p.dss }
