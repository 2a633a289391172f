package storetest

import (
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"kyket/archive"
	"kyket/pact"
	"kyket/workflow"
)

// testEventOrder follows the history with a cursor while many write: a reader who pages on misses nothing.
func testEventOrder(t *testing.T, open Open) {
	w := set(t, open)
	const writers, each = 8, 12
	done, more := make(chan struct{}), make(chan struct{}, 1)
	var followed []string
	var wg sync.WaitGroup
	wg.Go(func() {
		after := ""
		for last := false; ; {
			var list []*workflow.Event
			if err := w.s.View(context.Background(), func(r workflow.Reader) (err error) {
				list, err = r.Events(w.pact.ID, after, 5)
				return err
			}); err != nil {
				t.Error(err)
				return
			}
			for _, e := range list {
				followed, after = append(followed, e.ID), e.ID
			}
			if len(list) == 0 {
				if last {
					return
				}
				select {
				case <-done:
					last = true
				case <-more:
				}
			}
		}
	})
	for _, err := range all(writers, func(int) error {
		for range each {
			if err := w.try(func(tx workflow.Tx) error {
				return errors.Join(tx.Append(w.event(pact.ActReplySend)), tx.Append(w.event(pact.ActRoundRemind)))
			}, workflow.Share(workflow.OnRound(w.pact.ID, 1))); err != nil {
				return err
			}
			select {
			case more <- struct{}{}:
			default:
			}
		}
		return nil
	}) {
		if err != nil {
			t.Error(err)
		}
	}
	close(done)
	wg.Wait()
	var want []string
	for _, e := range w.events() {
		want = append(want, e.ID)
	}
	if len(want) != 1+2*writers*each || !slices.Equal(followed, want) {
		t.Errorf("the follower saw %d events of %d, or in another order", len(followed), len(want))
	}
}

// testTouched: the last event of a transaction names what was saved in it, each once, with the hash before and after.
func testTouched(t *testing.T, open Open) {
	w := set(t, open)
	y := w.reply(agency(1))
	draft := *y
	draft.SentAt = pact.Reply{}.SentAt
	w.do(func(tx workflow.Tx) error { return tx.SaveReply(&draft) })
	y.RowVersion = draft.RowVersion
	first, second := w.event(pact.ActReplySend), w.event(pact.ActRoundRemind)
	w.do(func(tx workflow.Tx) error {
		p, err := tx.Pact(w.pact.ID)
		if err != nil {
			return err
		}
		p.Subject = "một"
		return errors.Join(tx.SavePact(p), tx.Append(first), tx.SaveReply(y), tx.SavePact(p), tx.Append(second))
	})
	w.do(func(tx workflow.Tx) error { // from a pact that was read outside the transaction
		p := *w.pact
		p.RowVersion, p.Subject = 3, "hai"
		return errors.Join(tx.SavePact(&p), tx.Append(w.event(pact.ActDraftEdit)))
	})
	ev := w.events()
	if len(ev) != 4 {
		t.Fatalf("%d events", len(ev))
	}
	if len(ev[0].Touched) != 4 || !ev[0].Touched[0].Before.IsZero() {
		t.Errorf("at birth: %s", asJSON(t, ev[0].Touched))
	}
	if len(ev[1].Touched) != 0 {
		t.Error("an event that is not the last of its transaction carries hashes")
	}
	born, reply, again := find(t, ev[0], "pact"), find(t, ev[2], "reply"), find(t, ev[2], "pact")
	if !reply.Before.IsZero() || reply.After.IsZero() || reply.ID != y.ID {
		t.Errorf("a draft that is sent is new to the history: %s", asJSON(t, reply))
	}
	if again.Before != born.After || again.After == born.After || len(ev[2].Touched) != 2 {
		t.Errorf("the chain of the pact's hashes is broken: %s", asJSON(t, ev[2].Touched))
	}
	if last := find(t, ev[3], "pact"); last.Before != again.After || last.After == last.Before {
		t.Errorf("without reading first: %s", asJSON(t, last))
	}
}

func find(t *testing.T, e *workflow.Event, kind string) workflow.Touched {
	t.Helper()
	for _, x := range e.Touched {
		if x.Kind == kind {
			return x
		}
	}
	t.Fatalf("event %s does not touch a %s", e.Act, kind)
	return workflow.Touched{}
}

func openLog(t *testing.T, s Store) *archive.Log {
	t.Helper()
	key, err := archive.OpenLogKey(filepath.Join(t.TempDir(), "log.key"), "test.example/log")
	if err != nil {
		t.Fatal(err)
	}
	return archive.NewLog(s, key, slog.New(slog.DiscardHandler))
}

// testLog integrates from several sides while acts commit; in the end every event is in the tree once, and it verifies.
func testLog(t *testing.T, open Open) {
	w := set(t, open)
	log := openLog(t, w.s)
	const writers, each = 6, 10
	for _, err := range all(writers+2, func(i int) error {
		for range each {
			var err error
			if i < writers {
				err = w.try(func(tx workflow.Tx) error { return tx.Append(w.event(pact.ActReplySend)) })
			} else {
				_, err = log.Integrate(context.Background())
			}
			if err != nil {
				return err
			}
		}
		return nil
	}) {
		if err != nil {
			t.Error(err)
		}
	}
	c, err := log.Checkpoint(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if c.Size != 1+writers*each {
		t.Errorf("the tree holds %d entries, want %d", c.Size, 1+writers*each)
	}
	report, err := log.Verify(context.Background())
	if err != nil || report.Finding != nil || report.Root != c.Root || report.Size != c.Size || report.Waiting != 0 {
		t.Errorf("verified: %s, %v", asJSON(t, report), err)
	}
	for i, e := range w.events() {
		if e.Seq != int64(i+1) {
			t.Errorf("event %d of the pact has place %d in the log", i, e.Seq)
		}
	}
	// An event that waits is verified too.
	w.do(func(tx workflow.Tx) error { return tx.Append(w.event(pact.ActReplySend)) })
	report, err = log.Verify(context.Background())
	if err != nil || report.Finding != nil || report.Waiting != 1 {
		t.Errorf("verified: %s, %v", asJSON(t, report), err)
	}
}

// testLogTells has aggregates of every kind and verifies that the log knows each.
func testLogTells(t *testing.T, open Open) {
	w := set(t, open)
	y := w.reply(agency(1))
	draft := w.reply(agency(2))
	draft.SentAt = pact.Reply{}.SentAt
	hall := &pact.Comment{ID: pact.CommentID(id()), Pact: w.pact.ID, Number: 7, At: at(30)}
	w.do(func(tx workflow.Tx) error {
		return errors.Join(tx.SaveReply(y), tx.SaveReply(draft), tx.SaveHallComment(hall),
			tx.SaveResolution(&pact.Resolution{Comment: hall.ID, Pact: w.pact.ID, DecidedAt: at(31)}), tx.Append(w.event(pact.ActReplySend)))
	})
	seen := map[string]int{}
	err := w.s.ReadLog(context.Background(), func(r archive.LogReader) error {
		return r.Aggregates(func(a archive.Aggregate) error {
			seen[a.Kind]++
			if a.Skew != "" || a.Hash.IsZero() {
				t.Errorf("%s %s: hash %s, skew %q", a.Kind, a.ID, a.Hash, a.Skew)
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"cluster", "pact", "version", "round", "reply", "comment", "resolution"} {
		if seen[kind] != 1 {
			t.Errorf("%d of kind %s", seen[kind], kind)
		}
	}
	err = w.s.ReadLog(context.Background(), func(r archive.LogReader) error {
		entries, err := r.Waiting(0, 10)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if archive.BodyHash(e.Salt, e.Body) != e.Record.Body || len(e.Salt) != archive.SaltSize {
				t.Error("the salted hash of a body is not that of the body")
			}
			if e.Record.Body == sha256.Sum256(e.Body) {
				t.Error("the hash of a body is not salted")
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	report, err := openLog(t, w.s).Verify(context.Background())
	if err != nil || report.Finding != nil {
		t.Errorf("verified: %s, %v", asJSON(t, report), err)
	}
}
