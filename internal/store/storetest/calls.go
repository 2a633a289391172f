package storetest

import (
	"context"
	"sync/atomic"
	"testing"

	"kyket/pact"
	"kyket/workflow"
)

func testReplay(t *testing.T, open Open) {
	w := set(t, open)
	call := workflow.Call{Actor: pact.Actor{Person: "person-1"}, Key: "k", Fingerprint: pact.Digest{1}}
	runs := 0
	send := func(call workflow.Call) string {
		answer, err := w.s.Do(context.Background(), call, nil, func(tx workflow.Tx) ([]byte, error) {
			runs++
			return []byte{0, byte(runs)}, tx.Append(w.event(pact.ActReplySend))
		})
		if err != nil {
			t.Fatal(err)
		}
		return string(answer)
	}
	if a, b := send(call), send(call); a != "\x00\x01" || b != a || runs != 1 || w.count(pact.ActReplySend) != 1 {
		t.Errorf("answers %q and %q, %d runs, %d events", a, b, runs, w.count(pact.ActReplySend))
	}
	// A key is a person's own; without a key nothing is remembered.
	call.Actor.Person = "person-2"
	send(call)
	send(workflow.Call{})
	send(workflow.Call{})
	if runs != 4 {
		t.Errorf("%d runs, want 4", runs)
	}
}

func testKeyReuse(t *testing.T, open Open) {
	w := set(t, open)
	call := workflow.Call{Actor: pact.Actor{Person: "person-1"}, Key: "k", Fingerprint: pact.Digest{1}}
	nothing := func(workflow.Tx) ([]byte, error) { return nil, nil }
	if _, err := w.s.Do(context.Background(), call, nil, nothing); err != nil {
		t.Fatal(err)
	}
	call.Fingerprint = pact.Digest{2}
	_, err := w.s.Do(context.Background(), call, nil, nothing)
	wantIs(t, err, pact.ErrKeyReused)
}

// testSameKeyAtOnce repeats one request while it runs: the work is done once, all get its answer.
func testSameKeyAtOnce(t *testing.T, open Open) {
	w := set(t, open)
	call := workflow.Call{Actor: pact.Actor{Person: "person-1"}, Key: "k", Fingerprint: pact.Digest{1}}
	var runs atomic.Int32
	answers := make([]string, 8)
	for _, err := range all(len(answers), func(i int) error {
		a, err := w.s.Do(context.Background(), call, nil, func(tx workflow.Tx) ([]byte, error) {
			runs.Add(1)
			e := w.event(pact.ActReplySend)
			return []byte(e.ID), tx.Append(e)
		})
		answers[i] = string(a)
		return err
	}) {
		if err != nil {
			t.Error(err)
		}
	}
	for _, a := range answers {
		if a == "" || a != answers[0] {
			t.Errorf("answers differ: %q", answers)
		}
	}
	if runs.Load() != 1 || w.count(pact.ActReplySend) != 1 {
		t.Errorf("done %d times, %d events", runs.Load(), w.count(pact.ActReplySend))
	}
}

// testRefusedKey: a refusal is not remembered, the request may succeed later.
func testRefusedKey(t *testing.T, open Open) {
	w := set(t, open)
	call := workflow.Call{Actor: pact.Actor{Person: "person-1"}, Key: "k", Fingerprint: pact.Digest{1}}
	_, err := w.s.Do(context.Background(), call, nil, func(workflow.Tx) ([]byte, error) { return nil, pact.ErrForbidden })
	wantIs(t, err, pact.ErrForbidden)
	a, err := w.s.Do(context.Background(), call, nil, func(workflow.Tx) ([]byte, error) { return []byte("a"), nil })
	if err != nil || string(a) != "a" {
		t.Errorf("got %q, %v", a, err)
	}
}
