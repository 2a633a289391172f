package trust

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
)

// Evidence is what a document security store holds: certificates, OCSP answers and revocation lists, DER, each once.
type Evidence struct{ Certificates, OCSPs, CRLs [][]byte }

// collection gathers evidence without repeating itself.
type collection struct {
	e     Evidence
	have  map[[sha256.Size]byte]bool
	asked map[string]bool // certificates whose status is in
	lists map[string][]byte
}

func (c *collection) add(to *[][]byte, der []byte) {
	sum := sha256.Sum256(der)
	if len(der) > 0 && !c.have[sum] {
		c.have[sum] = true
		*to = append(*to, der)
	}
}

// Collect implements RevocationSource. Each chain has a signer's or a time-stamp authority's certificate first and
// what came with it behind; the evidence is every certificate above them up to the anchor, the responders', and an
// answer or a list for each certificate below an anchor. Signers' own certificates are in their signatures already.
// A revoked certificate is no error: the evidence says when, and what that means depends on the proven time.
func (s *Source) Collect(ctx context.Context, chains [][]*x509.Certificate) (Evidence, error) {
	c := &collection{have: map[[sha256.Size]byte]bool{}, asked: map[string]bool{}, lists: map[string][]byte{}}
	var pool []*x509.Certificate
	for _, chain := range chains {
		pool = append(pool, chain...)
	}
	pool = unique(pool)
	for _, chain := range chains {
		if len(chain) == 0 {
			continue
		}
		if err := s.collect(ctx, c, chain[0], pool); err != nil {
			return Evidence{}, err
		}
	}
	return c.e, nil
}

func unique(list []*x509.Certificate) []*x509.Certificate {
	seen := map[string]bool{}
	var out []*x509.Certificate
	for _, c := range list {
		if c.IsCA && !seen[string(c.Raw)] { // only they can stand between a leaf and an anchor
			seen[string(c.Raw)] = true
			out = append(out, c)
		}
	}
	return out
}

func (s *Source) collect(ctx context.Context, c *collection, leaf *x509.Certificate, pool []*x509.Certificate) error {
	path, anchor, err := s.anchors.Chain(leaf, pool, s.clock(), x509.ExtKeyUsageAny)
	if err != nil {
		return err
	}
	for i := range len(path) - 1 {
		c.add(&c.e.Certificates, path[i+1].Raw)
		if c.asked[string(path[i].Raw)] {
			continue
		}
		c.asked[string(path[i].Raw)] = true
		st, err := s.status(ctx, path[i], path[i+1], anchor, c.lists)
		if err != nil {
			return err
		}
		c.add(&c.e.OCSPs, st.ocsp)
		c.add(&c.e.CRLs, st.crl)
		if st.responder == nil {
			continue
		}
		c.add(&c.e.Certificates, st.responder.Raw)
		if !noCheck(st.responder) && !c.asked[string(st.responder.Raw)] {
			if err := s.collect(ctx, c, st.responder, append(pool, path[i+1])); err != nil {
				return err
			}
		}
	}
	return nil
}
