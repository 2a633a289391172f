package workflow_test

import (
	"testing"
	"time"

	"kyket/pact"
)

// TestAttemptEnds lets somebody come back too late, from elsewhere, or as somebody who no longer may.
func TestAttemptEnds(t *testing.T) {
	later := func(p *play, d time.Duration) {
		p.w.Machine = func() time.Time { return time.Now().Add(d) }
		p.advance(d)
	}
	for name, c := range map[string]struct {
		change func(*play, *pact.Actor)
		code   string
	}{
		"another sign-in": {func(_ *play, a *pact.Actor) { a.Session = "another" }, "attempt_of_other_sign_in"},
		"forty days":      {func(p *play, _ *pact.Actor) { later(p, 40*24*time.Hour) }, "attempt_expired"},
		"revoked": {func(p *play, _ *pact.Actor) {
			p.world.Revoke(mustLeaf(t, p.heads["A2"].cert.DER).SerialNumber, p.now())
		}, "certificate_revoked"},
		"replaced": {func(p *play, _ *pact.Actor) {
			cl, err := p.w.Cluster(t.Context(), p.call(p.chief), p.cl.ID)
			check(t, err)
			a := cl.Agency("A2")
			a.Heads = append(a.Heads, pact.Head{Name: "Người Kế Nhiệm", Position: "Giám đốc", Formula: "GIÁM ĐỐC", From: pact.DateIn(p.now())})
			_, err = p.w.SaveCluster(t.Context(), p.call(p.admin), *cl)
			check(t, err)
		}, "not_signatory"},
		"another title": {func(p *play, _ *pact.Actor) {
			cl, err := p.w.Cluster(t.Context(), p.call(p.chief), p.cl.ID)
			check(t, err)
			cl.Agency("A2").Heads[0].Position = "Giám đốc Sở"
			_, err = p.w.SaveCluster(t.Context(), p.call(p.admin), *cl)
			check(t, err)
		}, "signatory_changed"},
	} {
		t.Run(name, func(t *testing.T) {
			p := signingOpen(t, pact.StampMayFollow)
			h := p.heads["A2"]
			a := p.begin(h, "A2")
			value := h.value(t, a)
			actor := h.actor
			c.change(p, &actor)
			_, err := p.w.ResumeSignature(t.Context(), p.call(actor), p.id, a.Session, value)
			if !isCode(err, c.code) {
				t.Fatalf("%v, want %s", err, c.code)
			}
			if n, err := p.w.Pact(t.Context(), p.call(p.chief), p.id); err != nil || len(n.Signing.Signatures) != 0 {
				t.Fatalf("recorded: %v", err)
			}
		})
	}
}

// TestPlaceEnds lets somebody wait in the queue for longer than the consent is good for.
func TestPlaceEnds(t *testing.T) {
	p := signingOpen(t, pact.StampMayFollow)
	p.begin(p.heads["A1"], "A1")
	waiting := p.begin(p.heads["A2"], "A2")
	p.w.Machine = func() time.Time { return time.Now().Add(time.Hour) }
	a, err := p.w.Attempt(t.Context(), p.call(p.heads["A2"].actor), p.id, waiting.Session)
	check(t, err)
	if a.State != "failed" || a.Reason != "attempt_expired" || len(a.ToSign) != 0 {
		t.Fatalf("%+v", a)
	}
}
