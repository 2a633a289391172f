package workflow

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"errors"
	"time"

	"kyket/pact"
	"kyket/signing"
	"kyket/signing/pades"
	"kyket/signing/trust"
)

// SigningDeps is what the signing acts need.
type SigningDeps struct {
	// Certifier is the service's own key, which certifies every paper before anybody signs.
	Certifier signing.Key
	Stamper   trust.Stamper
	Status    trust.RevocationSource
	Rules     signing.Rules
	// Target is the level that papers are brought to; empty is B-LTA. Below it nothing is sealed: B-T stops at stamped
	// signatures, B-B asks for no stamps.
	Target pact.Level
	// Anchors and StampAnchors are whom this installation believes when it judges a file that somebody brings.
	Anchors, StampAnchors []*x509.Certificate
	// Trial issues certificates in a trial folder; nil elsewhere.
	Trial TrialIssuer
	// Files opens key files that people hand in; TrialKeys keeps those of a trial folder, nil elsewhere.
	Files     KeyFiles
	TrialKeys TrialKeys
}

// head is a signed file's head, opened for work.
type head struct {
	file  *File
	pades pades.Head
	queue signing.Queue
}

func openHead(tx Reader, id pact.PactID) (*head, error) {
	f, err := tx.File(id)
	if err != nil {
		return nil, err
	}
	h := &head{file: f}
	if err := json.Unmarshal(f.Head, &h.pades); err != nil {
		return nil, err
	}
	return h, json.Unmarshal(f.Queue, &h.queue)
}

// save writes the head and its queue back.
func (h *head) save(tx Tx) (err error) {
	h.file.SHA256 = pact.Digest(h.pades.SHA256)
	if h.file.Head, err = json.Marshal(h.pades); err != nil {
		return err
	}
	if h.file.Queue, err = json.Marshal(h.queue); err != nil {
		return err
	}
	return tx.SaveFile(h.file)
}

// remember keeps a chain for the seal, once.
func (h *head) remember(chain []*x509.Certificate) {
	raw := make([][]byte, 0, len(chain))
	for _, c := range chain {
		raw = append(raw, c.Raw)
	}
	for _, had := range h.file.Chains {
		if len(had) > 0 && len(raw) > 0 && bytes.Equal(had[0], raw[0]) {
			return
		}
	}
	h.file.Chains = append(h.file.Chains, raw)
}

// advance appends a durable increment to the file: the head moves and the revision is noted in the pact. The caller
// holds the locks on both and has checked that the increment extends this head.
func (h *head) advance(p *pact.Pact, inc pades.Increment, cause pact.Cause, field string, at time.Time) *pact.Revision {
	h.pades = inc.Head
	h.file.Number++
	p.Signing.Revisions = append(p.Signing.Revisions, pact.Revision{Number: h.file.Number, Cause: cause, Field: field,
		SHA256: pact.Digest(inc.Head.SHA256), Size: inc.Head.Tail.Size, At: at})
	return &p.Signing.Revisions[len(p.Signing.Revisions)-1]
}

// keep reads an increment again beside the verified head that it extends, and makes it durable before anything points
// at it.
func (w *Workflow) keep(ctx context.Context, base pades.Head, inc pades.Increment) error {
	if _, _, err := pades.CheckIncrement(base, inc.Bytes); err != nil {
		return signing.Explain(err)
	}
	return w.Objects.PutIncrement(ctx, pact.Digest(base.SHA256), inc.Bytes, pact.Digest(inc.Head.SHA256))
}

// stamp asks for a token over a signature value. ok is false when none came that may be used: the signature then stays
// at B-B, or the act fails where the stamp is demanded.
func (w *Workflow) stamp(ctx context.Context, digest []byte) (token trust.Token, ok bool, err error) {
	if w.Signing.Target == pact.LevelB {
		return token, false, nil
	}
	token, err = w.Signing.Stamper.Stamp(ctx, digest)
	switch {
	case err == nil:
		return token, true, nil
	case errors.Is(err, trust.ErrNoAnswer), errors.Is(err, trust.ErrToken):
		w.Log.Warn("no time stamp", "error", err)
		return token, false, nil
	}
	return token, false, err
}

// tokenRoom is the space that a signature reserves for a stamp that may come.
func (w *Workflow) tokenRoom(ctx context.Context) int {
	if n, err := w.Signing.Stamper.Probe(ctx); err == nil {
		return n
	}
	return pades.UnknownToken
}

func parseChain(raw [][]byte) (chain []*x509.Certificate, err error) {
	for _, der := range raw {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, err
		}
		chain = append(chain, c)
	}
	return chain, nil
}

// digestOf names a signature value for its time stamp.
func digestOf(value []byte) []byte {
	d := sha256.Sum256(value)
	return d[:]
}

// lowest is the lowest level of the signatures and the certification; the persons' when there are some.
func lowest(p *pact.Pact) pact.Level {
	order := map[pact.Level]int{pact.LevelB: 1, pact.LevelT: 2, pact.LevelLT: 3, pact.LevelLTA: 4}
	least := p.Signing.Certification.Level
	for _, s := range p.Signing.Signatures {
		if order[s.Level] < order[least] {
			least = s.Level
		}
	}
	return least
}

// complete says whether every seat that is to sign has signed.
func complete(p *pact.Pact) bool {
	for _, code := range p.Issue.Order {
		if signatureOf(p, code) == nil {
			return false
		}
	}
	return true
}

func signatureOf(p *pact.Pact, code pact.AgencyCode) *pact.Signature {
	for i := range p.Signing.Signatures {
		if p.Signing.Signatures[i].Agency == code {
			return &p.Signing.Signatures[i]
		}
	}
	return nil
}
