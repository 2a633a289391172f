package store

import (
	"sync"
	"testing"
	"time"

	"kyket/pact"
	"kyket/workflow"
)

// TestDeadlockIsRetried lets two acts save the same two aggregates in opposite orders without naming locks. PostgreSQL
// gives one of them up; that one is run again and both are done.
func TestDeadlockIsRetried(t *testing.T) {
	s := freshPostgres(t, postgresDSN(t))(t).(*Store)
	now := time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC)
	event := func(id string) *workflow.Event {
		return &workflow.Event{ID: id, Act: pact.ActClusterEdit, OccurredAt: now, RecordedAt: now, Cluster: "c"}
	}
	do := func(fn func(workflow.Tx) error) error {
		_, err := s.Do(ctx, workflow.Call{}, nil, func(tx workflow.Tx) ([]byte, error) { return nil, fn(tx) })
		return err
	}
	if err := do(func(tx workflow.Tx) error {
		for i, id := range []pact.ClusterID{"a", "b"} {
			if err := tx.SaveCluster(&pact.Cluster{ID: id, Year: 2026 + i}); err != nil {
				return err
			}
		}
		return tx.Append(event("first"))
	}); err != nil {
		t.Fatal(err)
	}
	rename := func(tx workflow.Tx, id pact.ClusterID) error {
		c, err := tx.Cluster(id)
		if err != nil {
			return err
		}
		c.Name += "x"
		return tx.SaveCluster(c)
	}
	var met, done sync.WaitGroup
	met.Add(2)
	runs, errs := make([]int, 2), make([]error, 2)
	over := []chan struct{}{make(chan struct{}), make(chan struct{})}
	for i, order := range [][]pact.ClusterID{{"a", "b"}, {"b", "a"}} {
		done.Go(func() {
			defer close(over[i])
			errs[i] = do(func(tx workflow.Tx) error {
				if runs[i]++; runs[i] == 2 {
					<-over[1-i] // else it may read what the other has not committed yet, and be stale
				}
				if err := rename(tx, order[0]); err != nil {
					return err
				}
				if runs[i] == 1 { // both hold one and want the other
					met.Done()
					met.Wait()
				}
				if err := rename(tx, order[1]); err != nil {
					return err
				}
				return tx.Append(event(string(order[0])))
			})
		})
	}
	done.Wait()
	if errs[0] != nil || errs[1] != nil || runs[0]+runs[1] != 3 {
		t.Errorf("run %v times, %v", runs, errs)
	}
	c, err := view(s, func(r workflow.Reader) (*pact.Cluster, error) { return r.Cluster("a") })
	if err != nil || c.Name != "xx" {
		t.Errorf("%+v, %v", c, err)
	}
}

func view[T any](s *Store, fn func(workflow.Reader) (T, error)) (v T, err error) {
	err = s.View(ctx, func(r workflow.Reader) error {
		v, err = fn(r)
		return err
	})
	return v, err
}
