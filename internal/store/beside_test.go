package store

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"kyket/archive"
	"kyket/pact"
	"kyket/workflow"
)

// TestVerifySeesWhatStandsBeside changes rows that no event names by themselves: the signed file's head, the index of a
// reply's comments, the order in which the history is shown.
func TestVerifySeesWhatStandsBeside(t *testing.T) {
	now := time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC)
	content := pact.Content{Structure: pact.Articles, Clauses: []*pact.Clause{{ID: "c1", Kind: pact.Article, Text: "Một."}}}
	canonical, err := pact.CanonicalVersion(content)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		sql     []string
		problem archive.Problem
	}{
		"nothing":           {},
		"head":              {[]string{`UPDATE files SET sha256 = zeroblob(32)`}, archive.StateChanged},
		"head's number":     {[]string{`UPDATE files SET number = 3`}, archive.StateChanged},
		"head gone":         {[]string{`DELETE FROM files`}, archive.StateChanged},
		"comment gone":      {[]string{`DELETE FROM comments WHERE id = 'k1'`}, archive.StateChanged},
		"order of the acts": {[]string{`UPDATE events SET pos = 1000 WHERE id = 'act-0'`}, archive.HistoryBroken},
	} {
		t.Run(name, func(t *testing.T) {
			x := newTampered(t)
			p := &pact.Pact{ID: "h", Cluster: "c", Code: "other", State: pact.Frozen, CreatedAt: now, Issue: &pact.Issue{Base: pact.Digest{1}}}
			y := &pact.Reply{ID: "y", Pact: "h", Round: 1, Agency: "A", Stance: pact.Object, SentAt: now,
				Comments: []pact.Comment{{ID: "k1", Pact: "h", Round: 1, Agency: "A", At: now}, {ID: "k2", Pact: "h", Round: 1, Agency: "A", At: now}}}
			acts := []func(workflow.Tx) error{
				func(tx workflow.Tx) error { return tx.SavePact(p) },
				func(tx workflow.Tx) error {
					return errors.Join(tx.AddVersion(&pact.Version{Pact: "h", Number: 1, Content: content, SHA256: pact.DigestOf(canonical), CreatedAt: now}),
						tx.SaveRound(&pact.Round{Pact: "h", Number: 1, Version: 1, OpenedAt: now, DueAt: now}))
				},
				func(tx workflow.Tx) error { return tx.SaveReply(y) },
				func(tx workflow.Tx) error {
					return tx.SaveFile(&workflow.File{Pact: "h", SHA256: pact.Digest{1}, Head: []byte("{}"), Queue: []byte("{}")})
				},
			}
			for i, act := range acts {
				_, err := x.s.Do(ctx, workflow.Call{}, nil, func(tx workflow.Tx) ([]byte, error) {
					if err := act(tx); err != nil {
						return nil, err
					}
					return nil, tx.Append(&workflow.Event{ID: fmt.Sprintf("act-%d", i), Act: pact.ActPaperFreeze, Actor: "p", Cluster: "c", Pact: "h",
						OccurredAt: now, RecordedAt: now, Body: []byte(`{}`)})
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			if _, err := x.log.Integrate(ctx); err != nil {
				t.Fatal(err)
			}
			x.exec(t, c.sql...)
			r, err := x.log.Verify(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if c.problem == "" && r.Finding != nil || c.problem != "" && (r.Finding == nil || r.Finding.Problem != c.problem) {
				t.Errorf("%+v, want %s", r.Finding, c.problem)
			}
		})
	}
}
