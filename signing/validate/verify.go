package validate

import (
	"crypto"
	"runtime"
	"slices"
	"sync"
	"time"

	"kyket/internal/pdf"
)

// Verify judges a file. It never fails: a file that cannot be read gets a report that says so (ExitCode 3).
func Verify(data []byte, o Options) Report {
	if o.At.IsZero() {
		o.At = time.Now()
	}
	f, err := pdf.Open(data)
	if err != nil {
		return unreadable(data, err)
	}
	list, err := collect(f)
	if err != nil {
		return unreadable(data, err)
	}
	revs := f.Revisions()
	known, whole := heads(data, revs)
	r := Report{SHA256: whole, Revisions: len(revs), Verdict: Indeterminate}
	if len(list) > 0 {
		c := &judgement{options: o, file: f, found: list, report: &r}
		c.run()
	} else {
		r.Pact = readManifest(f).Pact
	}
	for _, want := range o.Expected {
		if !slices.Contains(known, want) {
			r.Unexplained = append(r.Unexplained, Unexplained{"sha256 " + want, len(revs), Reason(say("revision_missing"))})
		}
	}
	r.conclude()
	return r
}

func unreadable(data []byte, err error) Report {
	_, whole := heads(data, nil)
	why := say("unreadable")
	why.VI, why.EN = why.VI+": "+err.Error(), why.EN+": "+err.Error()
	return Report{SHA256: whole, Verdict: Failed, unreadable: true, Unexplained: []Unexplained{{"file", 0, Reason(why)}}}
}

// conclude: passed only when every signature is and nothing is unexplained.
func (r *Report) conclude() {
	if len(r.Signatures) == 0 && len(r.Unexplained) == 0 {
		return
	}
	r.Verdict = Passed
	for _, s := range r.Signatures {
		if s.Indication == Failed || s.Indication == Indeterminate && r.Verdict == Passed {
			r.Verdict = s.Indication
		}
	}
	if len(r.Unexplained) > 0 {
		r.Verdict = Failed
	}
}

// judgement is one run over a file that has signatures.
type judgement struct {
	options Options
	file    *pdf.File
	found   []*found
	report  *Report

	pool     *pool
	manifest manifest
	people   *chains
	clocks   *chains
	status   *status
	parts    []parts
	proofs   []proof
}

// parts is what parsing one signature gave.
type parts struct {
	cms   *container
	token *token   // its own time stamp, or that which a document time stamp is
	bad   *failure // of the signature itself
	late  *failure // of its own time stamp
}

// proof is a trusted document time stamp: all bytes up to the end of its revision existed then.
type proof struct {
	revision int
	at       time.Time
	verdict
	complete bool // revocation data for the authority's chain is there
}

func (c *judgement) run() {
	c.pool = newPool()
	first := c.file.At(c.found[0].revision)
	c.manifest = readManifest(first)
	c.report.Pact = c.manifest.Pact
	m := readDSS(c.file, c.pool)
	c.parse()
	between := intermediates(c.pool)
	stampAnchors := c.options.TSATrust
	if len(stampAnchors) == 0 {
		stampAnchors = c.options.Trust
	}
	c.people = newChains(c.options.Trust, between, anyUsage)
	c.clocks = newChains(stampAnchors, between, stampPurpose)
	c.status = &status{now: c.options.At, pool: c.pool, answers: m.answers, lists: m.lists, proof: c.proofFrom, facts: map[pair][]fact{}}
	c.report.Signatures = make([]Signature, len(c.found))
	for i := len(c.found) - 1; i >= 0; i-- {
		if c.found[i].stamp() {
			c.stamp(i)
		}
	}
	slices.Reverse(c.proofs) // earliest first from here on
	c.each(func(i int) {
		if !c.found[i].stamp() {
			c.signature(i)
		}
	})
	c.promised()
	c.changes()
	c.content(first)
}

// each calls f for every signature, on all processors.
func (c *judgement) each(f func(i int)) {
	var wg sync.WaitGroup
	next := make(chan int)
	for range min(runtime.GOMAXPROCS(0), len(c.found)) {
		wg.Go(func() {
			for i := range next {
				f(i)
			}
		})
	}
	for i := range c.found {
		next <- i
	}
	close(next)
	wg.Wait()
}

// parse reads every container and its token, and checks the values. Digests of the file are made in one pass for each
// algorithm in use.
func (c *judgement) parse() {
	c.parts = make([]parts, len(c.found))
	c.each(func(i int) {
		p, s := &c.parts[i], c.found[i]
		if p.bad = s.bad; p.bad != nil {
			return
		}
		if s.stamp() {
			p.token, p.bad = parseToken(s.der, c.pool)
			return
		}
		var err error
		if p.cms, err = parseCMS(s.der, c.pool); err != nil {
			p.bad = failed(FormatFailure, "cms_format")
		}
	})
	spans := map[crypto.Hash][]span{}
	for i, s := range c.found {
		if h := c.parts[i].hash(); h != 0 {
			spans[h] = append(spans[h], span{s.gapStart, s.gapEnd, s.end})
		}
	}
	sums := map[crypto.Hash]map[span][]byte{}
	for h, list := range spans {
		sums[h] = digestSpans(c.file.Bytes(), h, list)
	}
	c.each(func(i int) {
		p, s := &c.parts[i], c.found[i]
		if p.bad == nil {
			p.check(s, sums[p.hash()][span{s.gapStart, s.gapEnd, s.end}], c.pool)
		}
	})
}

// hash is the digest that the signature is made over the file with.
func (p *parts) hash() crypto.Hash {
	switch {
	case p.bad != nil:
		return 0
	case p.cms != nil:
		return p.cms.hash
	case p.token != nil:
		return p.token.hash
	}
	return 0
}

// check judges digest and value, and reads the own time stamp.
func (p *parts) check(s *found, sum []byte, pool *pool) {
	if p.token != nil {
		if !p.token.stamps(sum) {
			p.bad = failed(HashFailure, "digest")
		}
		return
	}
	switch {
	case p.cms.content != nil:
		p.bad = failed(FormatFailure, "cms_content")
		return
	case p.cms.hash == 0 || !p.cms.algorithm.known() || p.cms.algorithm.hash != p.cms.hash:
		p.bad = indeterminate(CryptoConstraints, "algorithm")
		return
	case !p.cms.signs(oidData, sum):
		p.bad = failed(HashFailure, "digest")
		return
	}
	cert := p.signer(s, pool)
	if cert == nil {
		p.bad = indeterminate(NoSigningCertificate, "signer")
		return
	}
	if !p.cms.algorithm.verifies(cert, p.cms.attrs, p.cms.value) {
		p.bad = failed(CryptoFailure, "value")
		return
	}
	if der, ok := p.cms.unsigned[oidToken.String()]; ok {
		if p.token, p.late = parseToken(der, pool); p.token != nil {
			h := p.token.hash.New()
			h.Write(p.cms.value)
			if !p.token.stamps(h.Sum(nil)) {
				p.token, p.late = nil, failed(HashFailure, "token_digest")
			}
		}
	}
}

// first is the revision that the first signature ends, also one that was taken out of its field since.
func (c *judgement) first() int {
	for i := range c.found[0].revision {
		fields, err := signatureFields(c.file.At(i))
		if err != nil || slices.ContainsFunc(fields, func(f formField) bool { return !equal(nil, f.value) }) {
			return i
		}
	}
	return c.found[0].revision
}

func (c *judgement) changes() {
	d := &differ{file: c.file, signs: map[int]*found{}, fillable: true}
	for i, s := range c.found {
		d.signs[s.revision] = s
		if p := c.permission(s); p == 1 && i == 0 {
			d.fillable = false
		}
	}
	d.compare(c.first())
	c.report.Unexplained = d.unexplained
	worst := -1
	for _, ch := range d.changes {
		if !ch.Allowed {
			worst = max(worst, ch.revision)
		}
	}
	for i, s := range c.found {
		sig := &c.report.Signatures[i]
		if k := slices.IndexFunc(d.changes, func(ch Change) bool { return ch.revision > s.revision }); k >= 0 {
			sig.ChangesAfter = d.changes[k:] // in the order of revisions
		}
		if worst > s.revision {
			sig.fail(failed(FormatFailure, "changed_after"))
		}
	}
}

// fail keeps the worst finding, and every message. What is only missing yet gives way to what is wrong.
func (s *Signature) fail(f *failure) {
	if f == nil {
		return
	}
	s.Messages = append(s.Messages, f.message)
	if s.Indication == "" || s.Indication == Passed || s.Indication == Indeterminate && (f.indication == Failed || s.SubIndication == TryLater) {
		s.Indication, s.SubIndication = f.indication, f.sub
	}
}

func (s *Signature) tell(code string, args ...any) {
	s.Messages = append(s.Messages, say(code, args...))
}
