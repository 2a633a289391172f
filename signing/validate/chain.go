package validate

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"slices"
	"sync"
	"time"
)

// skew is how far a clock elsewhere may be ahead of the time of judgement.
const skew = 5 * time.Minute

// chains builds certificate chains to one set of anchors. A chain is looked for at a time at which it may hold; whether
// it held when it mattered is asked afterwards, so that an expired certificate is told from an unknown one.
type chains struct {
	roots, between *x509.CertPool
	usage          x509.ExtKeyUsage

	mu    sync.Mutex
	known map[*x509.Certificate][]*x509.Certificate
}

func newChains(anchors []*x509.Certificate, between *x509.CertPool, usage x509.ExtKeyUsage) *chains {
	c := &chains{roots: x509.NewCertPool(), between: between, usage: usage, known: map[*x509.Certificate][]*x509.Certificate{}}
	for _, a := range anchors {
		c.roots.AddCert(a)
	}
	return c
}

// chain returns the certificates from leaf to anchor, all of them valid at the time at.
func (c *chains) chain(leaf *x509.Certificate, at time.Time) ([]*x509.Certificate, *failure) {
	c.mu.Lock()
	chain := c.known[leaf]
	c.mu.Unlock()
	if chain == nil {
		var err error
		for _, when := range []time.Time{at, leaf.NotAfter, leaf.NotBefore} {
			var found [][]*x509.Certificate
			found, err = leaf.Verify(x509.VerifyOptions{Roots: c.roots, Intermediates: c.between, CurrentTime: when, KeyUsages: []x509.ExtKeyUsage{c.usage}})
			if err == nil {
				chain = found[0]
				break
			}
		}
		if chain == nil {
			return nil, chainFailure(err)
		}
		c.mu.Lock()
		c.known[leaf] = chain
		c.mu.Unlock()
	}
	for _, cert := range chain {
		if !strong(cert) {
			return nil, indeterminate(CryptoConstraints, "key_weak", name509(cert))
		}
		if f := within(cert, at); f != nil {
			return chain, f
		}
	}
	return chain, nil
}

// strangers says whether a bag holds a certificate that leads to none of the anchors. Nobody signs the bag, so bytes of
// it could be changed unseen; the papers of this house carry nothing there but the chain.
func strangers(bag []*x509.Certificate, anchors ...*chains) bool {
	for _, cert := range bag {
		if !slices.ContainsFunc(anchors, func(c *chains) bool {
			chain, _ := c.chain(cert, cert.NotBefore)
			return chain != nil
		}) {
			return true
		}
	}
	return false
}

func within(cert *x509.Certificate, at time.Time) *failure {
	if at.Before(cert.NotBefore) || at.After(cert.NotAfter) {
		return indeterminate(OutOfBounds, "expired", name509(cert), day(cert.NotBefore), day(cert.NotAfter))
	}
	return nil
}

func chainFailure(err error) *failure {
	var unknown x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &unknown):
		return indeterminate(NoChain, "no_chain")
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		// never valid together with its issuers
		return indeterminate(OutOfBounds, "never_together")
	case errors.As(err, &invalid) && invalid.Reason == x509.IncompatibleUsage:
		return indeterminate(ChainConstraints, "usage")
	}
	return indeterminate(ChainFailure, "chain_bad")
}

// signerUsage: a person's key must be meant for signatures (EN 319 412-2, 4.3.2), a service's purpose is no person's.
func signerUsage(c *x509.Certificate) *failure {
	if c.KeyUsage&(x509.KeyUsageContentCommitment|x509.KeyUsageDigitalSignature) == 0 || c.IsCA {
		return indeterminate(ChainConstraints, "usage")
	}
	service := len(c.ExtKeyUsage) > 0 && len(c.UnknownExtKeyUsage) == 0
	for _, u := range c.ExtKeyUsage {
		if u != x509.ExtKeyUsageTimeStamping && u != x509.ExtKeyUsageOCSPSigning && u != x509.ExtKeyUsageServerAuth && u != x509.ExtKeyUsageCodeSigning {
			service = false
		}
	}
	if service {
		return indeterminate(ChainConstraints, "usage")
	}
	return nil
}

var oidExtKeyUsage = asn1.ObjectIdentifier{2, 5, 29, 37}

// stampUsage: the purpose timeStamping alone, and critical (RFC 3161, 2.3).
func stampUsage(c *x509.Certificate) *failure {
	if len(c.ExtKeyUsage) == 1 && c.ExtKeyUsage[0] == x509.ExtKeyUsageTimeStamping && len(c.UnknownExtKeyUsage) == 0 {
		for _, e := range c.Extensions {
			if e.Id.Equal(oidExtKeyUsage) && e.Critical {
				return nil
			}
		}
	}
	return indeterminate(ChainConstraints, "stamp_usage")
}

// name509 is what people call a certificate's holder.
func name509(c *x509.Certificate) string {
	if c.Subject.CommonName != "" {
		return c.Subject.CommonName
	}
	return c.Subject.String()
}

func issuerName(c *x509.Certificate) string {
	if c.Issuer.CommonName != "" {
		return c.Issuer.CommonName
	}
	return c.Issuer.String()
}

func day(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05Z") }

func contains(list []*x509.Certificate, c *x509.Certificate) bool {
	for _, x := range list {
		if bytes.Equal(x.Raw, c.Raw) {
			return true
		}
	}
	return false
}
