package validate

import (
	"crypto/x509"
	"time"

	"kyket/internal/pdf"
)

const (
	anyUsage     = x509.ExtKeyUsageAny
	stampPurpose = x509.ExtKeyUsageTimeStamping

	etsi  = pdf.Name("ETSI.CAdES.detached")
	adobe = pdf.Name("adbe.pkcs7.detached")
	stamp = pdf.Name("ETSI.RFC3161")
)

// signer is the certificate that made the value: the one named by the signed attributes, and for the older Adobe
// form, which need not have that attribute, the one that the SignerInfo names.
func (p *parts) signer(s *found, pool *pool) *x509.Certificate {
	if p.cms.has(oidSigningCert2) {
		return p.cms.signer(pool.shared(), false)
	}
	if s.dict.Get("SubFilter") != pdf.Object(adobe) {
		return nil
	}
	for _, cert := range p.cms.certs {
		if p.cms.named(cert) {
			return cert
		}
	}
	return nil
}

// head fills what can be said of a signature before it is judged.
func (c *judgement) head(i int) *Signature {
	f, s := c.found[i], &c.report.Signatures[i]
	s.Field, s.Kind, s.Revision, s.Coverage = f.field, Approval, f.revision, f.coverage(c.file)
	sub, _ := f.dict.Get("SubFilter").(pdf.Name)
	s.SubFilter = string(sub)
	if m, ok := f.dict.Get("M").(pdf.String); ok {
		if at, ok := pdf.ParseDate(m); ok {
			s.ClaimedAt = &at
		}
	}
	return s
}

func (s *Signature) names(cert *x509.Certificate) {
	if cert != nil {
		s.Certificate, s.Signer, s.Issuer = cert, name509(cert), issuerName(cert)
	}
}

// proofFrom is the time of the first trusted document time stamp in revision or later.
func (c *judgement) proofFrom(revision int) (time.Time, bool) {
	p, ok := c.firstProof(revision)
	return p.at, ok
}

func (c *judgement) firstProof(revision int) (best proof, ok bool) {
	for _, p := range c.proofs {
		if p.revision >= revision && (!ok || p.revision < best.revision) {
			best, ok = p, true
		}
	}
	return best, ok
}

// clock judges whom a token comes from: chain, purpose, and revocation up to the time at which a later stamp proves
// that the token existed; without one, up to now. It returns since when all revocation data is there.
func (c *judgement) clock(t *token, revision int) (trusted bool, v verdict, chain []*x509.Certificate, f *failure) {
	until, ok := c.proofFrom(revision + 1)
	if !ok {
		until = c.options.At
	}
	if t.at.After(c.options.At.Add(skew)) {
		return false, v, nil, indeterminate(TimestampOrderFailure, "stamp_future", day(t.at))
	}
	if ok && t.at.After(until.Add(skew)) {
		return false, v, nil, indeterminate(TimestampOrderFailure, "stamp_order", day(t.at))
	}
	chain, f = c.clocks.chain(t.signer, until)
	if f != nil {
		return false, v, chain, f
	}
	for _, cert := range chain {
		if f := within(cert, t.at); f != nil {
			return false, v, chain, f
		}
	}
	if f := stampUsage(t.signer); f != nil {
		return false, v, chain, f
	}
	v, f = c.status.check(chain, t.at, until)
	return f == nil || f.sub == TryLater, v, chain, f
}

// stamp judges a document time stamp (ETSI EN 319 142-1, 5.4.3). They are judged from the last to the first, since
// each proves that the ones before it existed.
func (c *judgement) stamp(i int) {
	s, f, p := c.head(i), c.found[i], &c.parts[i]
	s.Kind = Timestamp
	if p.token != nil {
		s.names(p.token.signer)
	}
	if p.bad == nil && s.SubFilter != string(stamp) {
		p.bad = failed(FormatFailure, "sub_filter", s.SubFilter)
	}
	if p.bad != nil {
		s.fail(p.bad)
		return
	}
	trusted, v, chain, bad := c.clock(p.token, f.revision)
	c.trial(s, chain)
	if trusted {
		at := p.token.at
		s.ProvenAt = &at
		c.proofs = append(c.proofs, proof{f.revision, at, v, bad == nil})
	}
	s.fail(bad)
	s.fail(c.bag(p.token.bag, c.clocks, c.people))
	if s.Indication == "" {
		s.Indication = Passed
	}
}

// trial says so where a certificate is a trial one, or the paper itself is.
func (c *judgement) trial(s *Signature, chain []*x509.Certificate) {
	switch {
	case trial(chain):
		s.tell("trial", name509(chain[len(chain)-1]))
	case c.manifest.Trial:
		s.tell("trial_paper")
	}
}

// bag asks for more than the standards do, of papers whose form is ours.
func (c *judgement) bag(certs []*x509.Certificate, likely, other *chains) *failure {
	if c.manifest.Policy == reserved && len(c.options.Trust) > 0 && strangers(certs, likely, other) {
		return indeterminate(ConstraintsFailure, "bag_stranger")
	}
	return nil
}

// signature judges an approval or certification.
func (c *judgement) signature(i int) {
	s, f, p := c.head(i), c.found[i], &c.parts[i]
	if c.certifies(f) {
		s.Kind = Certification
	}
	if p.cms != nil {
		s.names(p.signer(f, c.pool))
	}
	if p.bad != nil {
		s.fail(p.bad)
		return
	}
	c.baseline(s, f, p)
	s.fail(c.constraints(s, f))
	s.fail(signerUsage(s.Certificate))
	c.time(s, f, p)
	c.organisation(s)
	s.fail(c.bag(p.cms.certs, c.people, c.clocks))
	if p.token != nil {
		s.fail(c.bag(p.token.bag, c.clocks, c.people))
	}
	if s.Indication == "" {
		s.Indication = Passed
	}
}

// baseline checks the form that ETSI EN 319 142-1, 6.3 asks of the signature dictionary and signed attributes, and
// names the level B-B where it is kept.
func (c *judgement) baseline(s *Signature, f *found, p *parts) {
	code := ""
	switch {
	case s.SubFilter == string(adobe):
		code = "not_baseline_adobe"
	case s.SubFilter != string(etsi):
		s.fail(failed(FormatFailure, "sub_filter", s.SubFilter))
		return
	case p.cms.has(oidSigningTime):
		code = "not_baseline_signing_time"
	case s.ClaimedAt == nil:
		code = "not_baseline_time"
	case f.dict.Get("Cert") != nil:
		code = "not_baseline_cert"
	case f.dict.Get("Type") != nil && f.dict.Get("Type") != pdf.Object(pdf.Name("Sig")):
		s.fail(failed(FormatFailure, "value_form"))
		return
	case !contains(p.cms.certs, s.Certificate):
		code = "not_baseline_certificate"
	default:
		s.Level = LevelB
		return
	}
	if c.manifest.Policy == open {
		s.tell(code) // tools of others sign in their own form there; the level stays empty
		return
	}
	s.fail(indeterminate(ConstraintsFailure, code))
}

// existence is how it is known when a signature existed.
type existence struct {
	at       *time.Time // nil: not known
	evidence verdict    // revocation data of the authority
	missing  *failure   // why the authority is not wholly known, or the own stamp of no use
}

// exists takes the signature's own time stamp, else the first trusted document time stamp over it.
func (c *judgement) exists(s *Signature, f *found, p *parts) existence {
	e := existence{evidence: verdict{-1}}
	if p.late != nil {
		s.fail(&failure{Indeterminate, ConstraintsFailure, p.late.message})
	}
	if p.token != nil {
		trusted, v, _, bad := c.clock(p.token, f.revision)
		e.missing = bad
		if trusted {
			at := p.token.at
			e.at, e.evidence = &at, v
			return e
		}
	}
	first, ok := c.firstProof(f.revision + 1)
	if !ok {
		return e
	}
	if e.missing != nil {
		s.tell("own_stamp_unused")
	}
	e = existence{&first.at, first.verdict, nil}
	if !first.complete {
		e.missing = indeterminate(TryLater, "stamp_status_missing")
	}
	return e
}

// time judges the certificate at the proven time, without one as of now, and names the level reached: by what is
// proven, not by what is merely there.
func (c *judgement) time(s *Signature, f *found, p *parts) {
	e := c.exists(s, f, p)
	at := c.options.At
	if s.ProvenAt = e.at; e.at != nil {
		at = *e.at
	}
	chain, bad := c.people.chain(s.Certificate, at)
	if e.at != nil && at.Before(s.Certificate.NotBefore) {
		bad = failed(NotYetValid, "not_yet_valid", name509(s.Certificate), day(s.Certificate.NotBefore))
	}
	c.trial(s, chain)
	s.fail(bad)
	v, unknown := verdict{-1}, bad
	if chain != nil {
		v, unknown = c.status.check(chain, at, at)
		s.fail(unknown)
	}
	if e.at == nil && e.missing == nil {
		e.missing = indeterminate(TryLater, "no_proof")
	}
	s.fail(e.missing)
	if e.at == nil || s.Level != LevelB {
		return
	}
	s.Level = LevelT
	if bad != nil || unknown != nil || e.missing != nil {
		return
	}
	s.Level = LevelLT
	if _, ok := c.proofFrom(max(v.revision, e.evidence.revision, s.Revision+1)); ok {
		s.Level = LevelLTA
	}
}

// organisation holds the certificate against the agency that the signed manifest gives the field.
func (c *judgement) organisation(s *Signature) {
	agency, kind := c.manifest.expects(s.Field)
	switch {
	case kind == "certification" || s.Kind == Certification:
	case kind == "dts":
		s.fail(indeterminate(ConstraintsFailure, "field_kind"))
	case agency == "":
		s.tell("person_not_checked")
	case !belongs(s.Certificate, agency):
		s.fail(indeterminate(ConstraintsFailure, "agency_differs", agency))
	default:
		s.tell("agency_same", agency)
	}
}
