package trust

import (
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/crypto/ocsp"
)

// RevocationSource is what a signing room needs to know of certificates.
type RevocationSource interface {
	// Check says whether a certificate leads to an anchor and is not revoked now: nil, ErrChain, ErrRevoked or ErrStatus.
	// pool holds what may stand between it and the anchor.
	Check(ctx context.Context, leaf *x509.Certificate, pool []*x509.Certificate) error
	// Collect gathers the evidence for a long-term seal.
	Collect(ctx context.Context, chains [][]*x509.Certificate) (Evidence, error)
}

// Source asks the responders and lists that certificates name.
type Source struct {
	anchors   *Anchors
	transport Transport
	clock     func() time.Time
	timeout   time.Duration
}

// NewSource makes a RevocationSource. anchors are those of signers and of time stamps together (Anchors.With): their
// hosts alone are asked. clock is the pact's; timeout bounds one question.
func NewSource(anchors *Anchors, t Transport, clock func() time.Time, timeout time.Duration) *Source {
	return &Source{anchors, t, clock, timeout}
}

// status is what was found out about one certificate.
type status struct {
	ocsp, crl []byte
	responder *x509.Certificate // a delegated one
	revokedAt time.Time         // zero: good
}

// Check implements RevocationSource.
func (s *Source) Check(ctx context.Context, leaf *x509.Certificate, pool []*x509.Certificate) error {
	path, anchor, err := s.anchors.Chain(leaf, pool, s.clock(), x509.ExtKeyUsageAny)
	if err != nil {
		return err
	}
	lists := map[string][]byte{}
	for i := range len(path) - 1 {
		st, err := s.status(ctx, path[i], path[i+1], anchor, lists)
		if err != nil {
			return err
		}
		if !st.revokedAt.IsZero() {
			return ErrRevoked.With("subject", path[i].Subject.CommonName)
		}
	}
	return nil
}

// status asks by OCSP, and by a list when nobody answers there. lists keeps what one round has fetched already.
func (s *Source) status(ctx context.Context, c, issuer *x509.Certificate, anchor Anchor, lists map[string][]byte) (status, error) {
	fail := ErrStatus.With("subject", c.Subject.CommonName)
	var errs []error
	responders, err := anchor.allowed(c.OCSPServer)
	errs = append(errs, err)
	for _, address := range responders {
		st, err := s.askOCSP(ctx, address, c, issuer)
		if err == nil {
			return st, nil
		}
		errs = append(errs, fmt.Errorf("%s: %w", address, err))
	}
	points, err := anchor.allowed(c.CRLDistributionPoints)
	errs = append(errs, err)
	for _, address := range points {
		st, err := s.askList(ctx, address, c, issuer, lists)
		if err == nil {
			return st, nil
		}
		errs = append(errs, fmt.Errorf("%s: %w", address, err))
	}
	if err := errors.Join(errs...); err != nil {
		return status{}, fail.Because(err)
	}
	return status{}, fail.Because(errors.New("the certificate names nobody to ask"))
}

func (s *Source) ask(ctx context.Context, address, kind string, body []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	return s.transport.Ask(ctx, address, kind, body)
}

func (s *Source) askOCSP(ctx context.Context, address string, c, issuer *x509.Certificate) (status, error) {
	q, err := ocsp.CreateRequest(c, issuer, nil)
	if err != nil {
		return status{}, err
	}
	der, err := s.ask(ctx, address, "application/ocsp-request", q)
	if err != nil {
		return status{}, err
	}
	if len(der) > maxAnswer {
		return status{}, errors.New("answer too long")
	}
	r, err := ocsp.ParseResponseForCert(der, c, issuer) // verifies, below the issuer when delegated
	if err != nil {
		return status{}, err
	}
	if err := responder(r, issuer, s.clock()); err != nil {
		return status{}, err
	}
	st := status{ocsp: der}
	if r.Certificate != nil && !r.Certificate.Equal(issuer) {
		st.responder = r.Certificate
	}
	switch r.Status {
	case ocsp.Good:
		return st, nil
	case ocsp.Revoked:
		st.revokedAt = r.RevokedAt
		return st, nil
	}
	return status{}, errors.New("the responder does not know the certificate")
}

// responder checks what x/crypto/ocsp leaves to its caller: the delegation (RFC 6960, 4.2.2.2) and the dates.
func responder(r *ocsp.Response, issuer *x509.Certificate, now time.Time) error {
	if c := r.Certificate; c != nil && !c.Equal(issuer) {
		if !slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageOCSPSigning) {
			return errors.New("responder without the OCSP signing usage")
		}
		if now.Before(c.NotBefore) || now.After(c.NotAfter) {
			return errors.New("responder's certificate is not valid now")
		}
	}
	return fresh(r.ThisUpdate, r.NextUpdate, now)
}

func fresh(this, next, now time.Time) error {
	switch {
	case this.After(now.Add(skew)):
		return fmt.Errorf("dated in the future: %v", this)
	case !next.IsZero() && next.Before(now.Add(-skew)):
		return fmt.Errorf("out of date since %v", next)
	}
	return nil
}

func (s *Source) askList(ctx context.Context, address string, c, issuer *x509.Certificate, lists map[string][]byte) (status, error) {
	der, known := lists[address]
	if !known {
		var err error
		if der, err = s.ask(ctx, address, "", nil); err != nil {
			return status{}, err
		}
		if len(der) > maxList {
			return status{}, errors.New("list too long")
		}
	}
	l, err := x509.ParseRevocationList(der)
	if err != nil {
		return status{}, err
	}
	if err := l.CheckSignatureFrom(issuer); err != nil {
		return status{}, err
	}
	for _, e := range l.Extensions { // a partial list proves nothing about the others
		if e.Critical {
			return status{}, fmt.Errorf("list with the critical extension %v", e.Id)
		}
	}
	if err := fresh(l.ThisUpdate, l.NextUpdate, s.clock()); err != nil {
		return status{}, err
	}
	lists[address] = der
	st := status{crl: der}
	for _, e := range l.RevokedCertificateEntries {
		if e.SerialNumber.Cmp(c.SerialNumber) == 0 {
			st.revokedAt = e.RevocationTime
		}
	}
	return st, nil
}

// noCheck says that a responder need not be asked about (RFC 6960, 4.2.2.2.1).
func noCheck(c *x509.Certificate) bool {
	return slices.ContainsFunc(c.Extensions, func(e pkix.Extension) bool {
		return e.Id.Equal(asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 5})
	})
}
