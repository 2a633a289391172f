package storetest

import (
	"context"
	"errors"
	"testing"

	"kyket/pact"
	"kyket/workflow"
)

var errWanted = errors.New("wanted")

// testAtomicity lets a transaction fail after it has done everything: nothing of it may remain.
func testAtomicity(t *testing.T, open Open) {
	w := set(t, open)
	call := workflow.Call{Actor: pact.Actor{Person: "person-1"}, Key: "k", Fingerprint: pact.Digest{1}}
	y := w.reply(agency(1))
	before := w.events()
	_, err := w.s.Do(context.Background(), call, []workflow.Lock{workflow.OnPact(w.pact.ID)}, func(tx workflow.Tx) ([]byte, error) {
		p, err := tx.Pact(w.pact.ID)
		if err != nil {
			return nil, err
		}
		p.Subject = "đã đổi"
		err = errors.Join(tx.SavePact(p), tx.SaveReply(y), tx.Append(w.event(pact.ActReplySend)),
			tx.Enqueue(workflow.Job{Kind: workflow.JobSeal, Pact: w.pact.ID}))
		return nil, errors.Join(err, errWanted)
	})
	if err == nil || !errors.Is(err, errWanted) {
		t.Fatalf("got %v", err)
	}
	w.view(func(r workflow.Reader) error {
		p, err := r.Pact(w.pact.ID)
		if err != nil {
			return err
		}
		if p.Subject != "" || p.RowVersion != 1 {
			t.Errorf("the pact was changed: %q, row version %d", p.Subject, p.RowVersion)
		}
		_, err = r.Reply(w.pact.ID, 1, agency(1))
		wantIs(t, err, pact.ErrNotFound)
		_, err = r.Comment(y.Comments[0].ID)
		wantIs(t, err, pact.ErrNotFound)
		return nil
	})
	if got := w.events(); len(got) != len(before) {
		t.Errorf("%d events, want %d", len(got), len(before))
	}
	if n := w.openJobs(); n != 0 {
		t.Errorf("%d jobs", n)
	}
	// The key is free: the request does its work now.
	got, err := w.s.Do(context.Background(), call, nil, func(workflow.Tx) ([]byte, error) { return []byte("done"), nil })
	if err != nil || string(got) != "done" {
		t.Errorf("after the failure the key gives %q, %v", got, err)
	}
}

// testPanic lets an act panic: the store must go on.
func testPanic(t *testing.T, open Open) {
	w := set(t, open)
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		_ = w.try(func(tx workflow.Tx) error {
			p, err := tx.Pact(w.pact.ID)
			if err != nil {
				return err
			}
			p.Subject = "đã đổi"
			if err := tx.SavePact(p); err != nil {
				return err
			}
			panic("wanted")
		})
	}()
	w.do(func(tx workflow.Tx) error {
		p, err := tx.Pact(w.pact.ID)
		if err == nil && p.Subject != "" {
			t.Error("what the panicking act saved is there")
		}
		return err
	})
}

// testEventRequired: no state changes without an event; drafts do.
func testEventRequired(t *testing.T, open Open) {
	w := set(t, open)
	err := w.try(func(tx workflow.Tx) error {
		p, err := tx.Pact(w.pact.ID)
		if err != nil {
			return err
		}
		p.Subject = "đã đổi"
		return tx.SavePact(p)
	})
	if err == nil {
		t.Fatal("a pact was saved without an event")
	}
	draft := w.reply(agency(1))
	draft.SentAt = pact.Reply{}.SentAt
	w.do(func(tx workflow.Tx) error { return tx.SaveReply(draft) })
	w.do(func(tx workflow.Tx) error {
		d, err := tx.Draft(w.pact.ID)
		if err != nil {
			return err
		}
		d.NextClause++
		return tx.SaveDraft(d)
	})
}

// testStale saves every kind of aggregate under an old row version.
func testStale(t *testing.T, open Open) {
	w := set(t, open)
	y := w.reply(agency(1))
	x := &pact.Resolution{Comment: y.Comments[0].ID, Pact: w.pact.ID, Round: 1, Disposition: pact.Accepted, DecidedAt: at(20)}
	f := &workflow.File{Pact: w.pact.ID, SHA256: pact.Digest{1}}
	s := &workflow.Session{ID: id(), Pact: w.pact.ID, Created: at(1), Ends: at(2)}
	d := &pact.Draft{}
	w.do(func(tx workflow.Tx) (err error) {
		if d, err = tx.Draft(w.pact.ID); err != nil {
			return err
		}
		return errors.Join(tx.SaveReply(y), tx.SaveResolution(x), tx.SaveFile(f), tx.SaveSession(s), tx.Append(w.event(pact.ActReplySend)))
	})
	for name, c := range map[string]struct {
		version *int64
		save    func(workflow.Tx) error
	}{
		"cluster":    {&w.cluster.RowVersion, func(tx workflow.Tx) error { return tx.SaveCluster(w.cluster) }},
		"pact":       {&w.pact.RowVersion, func(tx workflow.Tx) error { return tx.SavePact(w.pact) }},
		"draft":      {&d.RowVersion, func(tx workflow.Tx) error { return tx.SaveDraft(d) }},
		"round":      {&w.round.RowVersion, func(tx workflow.Tx) error { return tx.SaveRound(w.round) }},
		"reply":      {&y.RowVersion, func(tx workflow.Tx) error { return tx.SaveReply(y) }},
		"resolution": {&x.RowVersion, func(tx workflow.Tx) error { return tx.SaveResolution(x) }},
		"file":       {&f.RowVersion, func(tx workflow.Tx) error { return tx.SaveFile(f) }},
		"session":    {&s.RowVersion, func(tx workflow.Tx) error { return tx.SaveSession(s) }},
	} {
		save := func(tx workflow.Tx) error { return errors.Join(c.save(tx), tx.Append(w.event(pact.ActDraftEdit))) }
		if *c.version != 1 {
			t.Errorf("%s: row version %d after the first save", name, *c.version)
		}
		if err := w.try(save); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if *c.version != 2 {
			t.Errorf("%s: row version %d after the second save", name, *c.version)
		}
		for _, old := range []int64{1, 3, 0} {
			*c.version = old
			if err := w.try(save); !errors.Is(err, pact.ErrStale) {
				t.Errorf("%s saved with row version %d over 2: %v", name, old, err)
			}
		}
	}
}

// testLostUpdate: of those who read one state and write at once without a lock, each change counts or is refused.
func testLostUpdate(t *testing.T, open Open) {
	w := set(t, open)
	const n = 8
	var read [n]*pact.Pact
	for i := range read {
		w.view(func(r workflow.Reader) (err error) {
			read[i], err = r.Pact(w.pact.ID)
			return err
		})
	}
	errs := all(n, func(i int) error {
		return w.try(func(tx workflow.Tx) error {
			p := *read[i]
			p.Comments++
			return errors.Join(tx.SavePact(&p), tx.Append(w.event(pact.ActHallComment)))
		})
	})
	saved := 0
	for _, err := range errs {
		if err == nil {
			saved++
		} else if !errors.Is(err, pact.ErrStale) {
			t.Error(err)
		}
	}
	if saved != 1 || w.count(pact.ActHallComment) != 1 {
		t.Errorf("%d of %d changes of one state were saved, %d events", saved, n, w.count(pact.ActHallComment))
	}
}

// testUniqueKeys inserts a second one of everything that there may be one of.
func testUniqueKeys(t *testing.T, open Open) {
	w := set(t, open)
	y := w.reply(agency(1))
	y.Comments[0].Number = 1
	x := pact.Resolution{Comment: y.Comments[0].ID, Pact: w.pact.ID, Round: 1, DecidedAt: at(20)}
	first := w.event(pact.ActReplySend)
	w.do(func(tx workflow.Tx) error {
		kept := x
		return errors.Join(tx.SaveReply(y), tx.SaveResolution(&kept), tx.Append(first))
	})
	other := w.reply(agency(2))
	for name, save := range map[string]func(workflow.Tx) error{
		"cluster of one year and code": func(tx workflow.Tx) error {
			return tx.SaveCluster(&pact.Cluster{ID: pact.ClusterID(id()), Year: 2026, Code: "cum-1"})
		},
		"pact of one code": func(tx workflow.Tx) error {
			return tx.SavePact(&pact.Pact{ID: pact.PactID(id()), Cluster: w.cluster.ID, Code: w.pact.Code, CreatedAt: at(0)})
		},
		"round of one number": func(tx workflow.Tx) error {
			return tx.SaveRound(&pact.Round{Pact: w.pact.ID, Number: 1, Version: 1})
		},
		"reply of one agency": func(tx workflow.Tx) error { return tx.SaveReply(w.reply(agency(1))) },
		"comment id in another reply": func(tx workflow.Tx) error {
			z := *other
			z.Comments = y.Comments
			return tx.SaveReply(&z)
		},
		"comment number": func(tx workflow.Tx) error {
			return tx.SaveHallComment(&pact.Comment{ID: pact.CommentID(id()), Pact: w.pact.ID, Number: 1})
		},
		"hall comment id": func(tx workflow.Tx) error {
			return tx.SaveHallComment(&pact.Comment{ID: y.Comments[0].ID, Pact: w.pact.ID, Number: 2})
		},
		"resolution of a comment": func(tx workflow.Tx) error { again := x; return tx.SaveResolution(&again) },
	} {
		err := w.try(func(tx workflow.Tx) error {
			if err := save(tx); err != nil {
				return err
			}
			return tx.Append(w.event(pact.ActDraftEdit))
		})
		if !errors.Is(err, pact.ErrStale) {
			t.Errorf("%s twice: %v", name, err)
		}
	}
	if err := w.try(func(tx workflow.Tx) error { return tx.Append(first) }); err == nil {
		t.Error("one event id twice")
	}
	for name, save := range map[string]func(workflow.Tx) error{
		"round of no version": func(tx workflow.Tx) error {
			return tx.SaveRound(&pact.Round{Pact: w.pact.ID, Number: 2, Version: 9})
		},
		"reply to no round": func(tx workflow.Tx) error {
			z := *other
			z.Round = 7
			return tx.SaveReply(&z)
		},
		"resolution of no comment": func(tx workflow.Tx) error {
			return tx.SaveResolution(&pact.Resolution{Comment: pact.CommentID(id()), Pact: w.pact.ID, DecidedAt: at(1)})
		},
	} {
		err := w.try(func(tx workflow.Tx) error { return errors.Join(save(tx), tx.Append(w.event(pact.ActDraftEdit))) })
		if err == nil {
			t.Errorf("%s was saved", name)
		}
	}
	// Pacts without a code yet are many.
	for range 2 {
		w.do(func(tx workflow.Tx) error {
			p := &pact.Pact{ID: pact.PactID(id()), Cluster: w.cluster.ID, CreatedAt: at(0)}
			return errors.Join(tx.SavePact(p), tx.Append(w.event(pact.ActPactCreate)))
		})
	}
}

// testVersions: a version that is not closed is replaced, a closed one never; its bytes are what its digest says.
func testVersions(t *testing.T, open Open) {
	w := set(t, open)
	add := func(v *pact.Version) error {
		return w.try(func(tx workflow.Tx) error {
			if err := tx.AddVersion(v); err != nil {
				return err
			}
			return tx.Append(w.event(pact.ActDraftEdit))
		})
	}
	second := version(t, w.pact.ID, 1, "bản một, sửa lại")
	second.Closed = true
	if err := add(second); err != nil {
		t.Fatal(err)
	}
	wantIs(t, add(version(t, w.pact.ID, 1, "bản một, sửa nữa")), pact.ErrStale)
	wrong := version(t, w.pact.ID, 2, "bản hai")
	wrong.SHA256[0]++
	if err := add(wrong); err == nil {
		t.Error("a version was stored under a digest that is not its own")
	}
	w.view(func(r workflow.Reader) error {
		v, err := r.Version(w.pact.ID, 1)
		if err == nil && (asJSON(t, v) != asJSON(t, second) || !v.CreatedAt.Equal(settled(2))) {
			t.Errorf("got %s", asJSON(t, v))
		}
		return err
	})
}
