package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"kyket/pact"
	"kyket/workflow"
)

var errClosed = errors.New("the round is closed")

// testCloseRace lets 26 agencies send while the round closes, ten times over. Events are counted, not only who won: each
// reply that was answered with success is there with its event, none came after the close, and the close counted all.
func testCloseRace(t *testing.T, open Open) {
	w := set(t, open)
	for number := 1; number <= 10; number++ {
		if number > 1 {
			w.do(func(tx workflow.Tx) error {
				return errors.Join(tx.SaveRound(&pact.Round{Pact: w.pact.ID, Number: number, Version: 1, OpenedAt: at(1), DueAt: at(50)}),
					tx.Append(w.event(pact.ActRoundOpen)))
			})
		}
		act := pact.Act(fmt.Sprint("reply_send_", number))
		counted := -1
		errs := all(27, func(i int) error {
			if i == 26 {
				return w.try(func(tx workflow.Tx) error { return w.close(tx, number, &counted) }, workflow.OnPact(w.pact.ID), workflow.OnRound(w.pact.ID, number))
			}
			return w.try(func(tx workflow.Tx) error { return w.send(tx, number, agency(i), act) }, workflow.Share(workflow.OnRound(w.pact.ID, number)))
		})
		sent := 0
		for i, err := range errs {
			switch {
			case err == nil && i < 26:
				sent++
			case err != nil && (i == 26 || !errors.Is(err, errClosed)):
				t.Fatalf("round %d, actor %d: %v", number, i, err)
			}
		}
		w.checkClosed(number, act, sent, counted)
	}
}

// send is the shape of an act that depends on the round's state.
func (w *world) send(tx workflow.Tx, number int, a pact.AgencyCode, act pact.Act) error {
	r, err := tx.Round(w.pact.ID, number)
	if err != nil {
		return err
	}
	if !r.Open() {
		return errClosed
	}
	y := w.reply(a)
	y.Round, y.Comments[0].Round = number, number
	return errors.Join(tx.SaveReply(y), tx.Append(w.event(act)))
}

func (w *world) close(tx workflow.Tx, number int, counted *int) error {
	r, err := tx.Round(w.pact.ID, number)
	if err != nil {
		return err
	}
	replies, err := tx.Replies(w.pact.ID, number)
	if err != nil {
		return err
	}
	*counted = len(replies)
	for _, y := range replies {
		r.Outcome = append(r.Outcome, pact.Outcome{Agency: y.Agency, Stance: y.Stance})
	}
	r.ClosedAt = at(59)
	return errors.Join(tx.SaveRound(r), tx.Append(w.event(pact.ActRoundClose)))
}

func (w *world) checkClosed(number int, act pact.Act, sent, counted int) {
	w.t.Helper()
	w.view(func(r workflow.Reader) error {
		replies, err := r.Replies(w.pact.ID, number)
		if err != nil {
			return err
		}
		if len(replies) != sent || counted != sent || w.count(act) != sent {
			w.t.Fatalf("round %d: %d answered with success, %d stored, %d in the close, %d events", number, sent, len(replies), counted, w.count(act))
		}
		return nil
	})
	closed := false
	for _, e := range w.events() {
		if e.Act == pact.ActRoundClose && touches(e, workflow.RoundKey(w.pact.ID, number)) {
			closed = true
		}
		if e.Act == act && closed {
			w.t.Fatalf("round %d: a reply stands behind the close in the history", number)
		}
	}
	if !closed {
		w.t.Fatalf("round %d: no event of the close", number)
	}
}

func touches(e *workflow.Event, id string) bool {
	for _, x := range e.Touched {
		if x.ID == id {
			return true
		}
	}
	return false
}

// testLockOrder lets acts take the same locks, named in opposite orders: none may wait for the other for ever, and none
// may fail.
func testLockOrder(t *testing.T, open Open) {
	w := set(t, open)
	locks := []workflow.Lock{workflow.OnCluster(w.cluster.ID), workflow.OnPact(w.pact.ID), workflow.OnDraft(w.pact.ID),
		workflow.OnRound(w.pact.ID, 1), workflow.OnFile(w.pact.ID), workflow.OnRound(w.pact.ID, 99)}
	back := make([]workflow.Lock, 0, len(locks)+1)
	for i := len(locks) - 1; i >= 0; i-- {
		back = append(back, locks[i])
	}
	back = append(back, workflow.Share(workflow.OnPact(w.pact.ID)))
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	const n = 40
	runs := make([]int, n)
	for i, err := range all(n, func(i int) error {
		order := locks
		if i%2 == 1 {
			order = back
		}
		_, err := w.s.Do(ctx, workflow.Call{}, order, func(tx workflow.Tx) ([]byte, error) {
			runs[i]++
			p, err := tx.Pact(w.pact.ID)
			if err != nil {
				return nil, err
			}
			p.Comments++
			return nil, errors.Join(tx.SavePact(p), tx.Append(w.event(pact.ActHallComment)))
		})
		return err
	}) {
		if err != nil || runs[i] != 1 {
			t.Errorf("act %d, run %d times: %v", i, runs[i], err)
		}
	}
	w.view(func(r workflow.Reader) error {
		p, err := r.Pact(w.pact.ID)
		if err == nil && p.Comments != n {
			t.Errorf("%d of %d changes under a lock are there", p.Comments, n)
		}
		return err
	})
}

// testSharedLocks: an act that holds a round shared, and inserts below it, never waits for one that holds its pact and
// waits for the round: nobody is given up as a deadlock, so nothing is run twice.
func testSharedLocks(t *testing.T, open Open) {
	w := set(t, open)
	var runs [60]int
	for i, err := range all(len(runs), func(i int) error {
		if i%3 == 0 {
			return w.try(func(tx workflow.Tx) error {
				runs[i]++
				r, err := tx.Round(w.pact.ID, 1)
				if err != nil {
					return err
				}
				r.ExtendedTo = at(i)
				return errors.Join(tx.SaveRound(r), tx.Append(w.event(pact.ActRoundExtend)))
			}, workflow.OnPact(w.pact.ID), workflow.OnRound(w.pact.ID, 1))
		}
		return w.try(func(tx workflow.Tx) error {
			runs[i]++
			return w.send(tx, 1, agency(i), pact.ActReplySend)
		}, workflow.Share(workflow.OnRound(w.pact.ID, 1)))
	}) {
		if err != nil || runs[i] != 1 {
			t.Errorf("act %d, run %d times: %v", i, runs[i], err)
		}
	}
}

// testTwoServers lets two stores on one database write at once, as a server and a command line do: each waits for the
// other, no act fails and none is lost.
func testTwoServers(t *testing.T, open Open) {
	w := set(t, open)
	stores := []Store{w.s, open(t)}
	const n, each = 8, 5
	for _, err := range all(n, func(i int) error {
		for range each {
			_, err := stores[i%2].Do(context.Background(), workflow.Call{}, []workflow.Lock{workflow.OnPact(w.pact.ID)}, func(tx workflow.Tx) ([]byte, error) {
				p, err := tx.Pact(w.pact.ID)
				if err != nil {
					return nil, err
				}
				p.Comments++
				return nil, errors.Join(tx.SavePact(p), tx.Append(w.event(pact.ActHallComment)))
			})
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
	if got := w.count(pact.ActHallComment); got != n*each {
		t.Errorf("%d of %d acts are there", got, n*each)
	}
}

// testSnapshot: a view sees one state, whatever commits meanwhile.
func testSnapshot(t *testing.T, open Open) {
	w := set(t, open)
	w.view(func(r workflow.Reader) error {
		if _, err := r.Pact(w.pact.ID); err != nil {
			return err
		}
		w.do(func(tx workflow.Tx) error {
			p, err := tx.Pact(w.pact.ID)
			if err != nil {
				return err
			}
			p.Subject = "đã đổi"
			return errors.Join(tx.SavePact(p), tx.SaveReply(w.reply(agency(1))), tx.Append(w.event(pact.ActReplySend)))
		})
		p, err := r.Pact(w.pact.ID)
		if err != nil {
			return err
		}
		replies, err := r.Replies(w.pact.ID, 1)
		if p.Subject != "" || len(replies) != 0 {
			t.Errorf("the view changed while it was read: subject %q, %d replies", p.Subject, len(replies))
		}
		return err
	})
}
