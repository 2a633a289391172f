package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"kyket/archive"
	"kyket/pact"
	"kyket/workflow"
)

// unit is one transaction of acts.
type unit struct {
	reader
	store   *Store
	tx      *sql.Tx
	touched []workflow.Touched
	events  []*workflow.Event
	jobs    []workflow.Job
}

// aggregate names something whose changes the history carries.
type aggregate struct{ kind, id string }

// document is a row that holds an aggregate.
type document interface {
	TableName() string
	// key names the row.
	key() (where string, args []any)
	// values are all columns that an update sets; the row version is not among them.
	values() map[string]any
}

// put inserts a row, or updates the one whose version it is, and raises the version.
func (t *unit) put(row document, version *int64) error {
	if *version == 0 {
		if err := t.insert(row); err != nil {
			return err
		}
		*version = 1
		return nil
	}
	where, args := row.key()
	values := row.values()
	values["row_version"] = *version + 1
	res := t.db.Table(row.TableName()).Where(where, args...).Where("row_version = ?", *version).Updates(values)
	if res.Error != nil {
		return res.Error
	}
	if res.RowsAffected != 1 {
		return pact.ErrStale
	}
	*version++
	return nil
}

// insert adds a row. That its key is taken means that somebody was faster.
func (t *unit) insert(row any) error {
	err := t.db.Create(row).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return pact.ErrStale.Because(err)
	}
	return err
}

// track notes that an aggregate was saved. Its hash before is the one it was first read with in this transaction;
// load reads it when nobody has.
func (t *unit) track(a aggregate, isNew bool, load func() error, save func() (after pact.Digest, err error)) error {
	if _, ok := t.seen[a]; !ok {
		if isNew {
			t.seen[a] = pact.Digest{}
		} else if err := load(); err != nil {
			return err
		}
	}
	after, err := save()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(t.touched, func(x workflow.Touched) bool { return x.Kind == a.kind && x.ID == a.id })
	if i < 0 {
		t.touched = append(t.touched, workflow.Touched{Kind: a.kind, ID: a.id, Before: t.seen[a]})
		i = len(t.touched) - 1
	}
	t.touched[i].After = after
	return nil
}

// Append satisfies workflow.Tx.
func (t *unit) Append(e *workflow.Event) error {
	if e.ID == "" || e.Act == "" || e.OccurredAt.IsZero() || e.RecordedAt.IsZero() {
		return fmt.Errorf("event %q of act %q is not complete", e.ID, e.Act)
	}
	t.events = append(t.events, e)
	return nil
}

// Enqueue satisfies workflow.Tx.
func (t *unit) Enqueue(j workflow.Job) error {
	if !slices.Contains(t.jobs, j) {
		t.jobs = append(t.jobs, j)
	}
	return nil
}

// flush writes what the transaction gathered: jobs, then events. A row of the history takes its place at the very end,
// under a lock on its pact's history that the commit releases, so that within a pact the order of places is the order of
// commits and a reader who pages on misses nothing. Jobs come before, since inserting one may wait for another
// transaction, and nobody waits while holding that lock.
func (t *unit) flush(ctx context.Context) error {
	if len(t.touched) > 0 {
		if len(t.events) == 0 {
			return fmt.Errorf("%s %s was saved without an event", t.touched[0].Kind, t.touched[0].ID)
		}
		t.events[len(t.events)-1].Touched = t.touched
	}
	if err := t.store.jobs.Insert(ctx, t.tx, t.jobs...); err != nil {
		return err
	}
	if t.postgres {
		var pacts []string
		for _, e := range t.events {
			pacts = append(pacts, string(e.Pact))
		}
		slices.Sort(pacts)
		for _, id := range slices.Compact(pacts) {
			if err := t.db.Exec("SELECT pg_advisory_xact_lock(hashtextextended(?, 7))", id).Error; err != nil {
				return err
			}
		}
	}
	for _, e := range t.events {
		e.OccurredAt, e.RecordedAt = utc(e.OccurredAt), utc(e.RecordedAt)
		salt := make([]byte, archive.SaltSize)
		_, _ = rand.Read(salt)
		row, err := newEventRow(e, salt)
		if err != nil {
			return err
		}
		if err := t.db.Exec(insertEvent, row.ID, row.Act, row.Actor, row.Agency, row.ClusterID, row.PactID, row.OccurredAt, row.RecordedAt,
			row.Body, row.Salt, row.BodyHash, row.Touched, row.Leaf).Error; err != nil {
			return fmt.Errorf("append event: %w", err)
		}
	}
	return nil
}
