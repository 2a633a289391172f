package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"kyket/pact"
	"kyket/workflow"
)

// attempts bounds how often a transaction is tried that the database gave up. Locks are taken in one order, so a second
// time is rare and a fifth is a fault to be seen.
const attempts = 5

// Do satisfies workflow.Store.
func (s *Store) Do(ctx context.Context, call workflow.Call, locks []workflow.Lock, fn func(workflow.Tx) ([]byte, error)) ([]byte, error) {
	locks = inOrder(locks)
	for n := 1; ; n++ {
		answer, err := s.attempt(ctx, call, locks, fn)
		if !mayRetry(err) || n == attempts {
			return answer, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(pause(n)):
		}
	}
}

// pause spreads those that met, so that they do not meet again.
func pause(n int) time.Duration {
	var b [1]byte
	_, _ = rand.Read(b[:])
	return time.Duration(n) * (2*time.Millisecond + time.Duration(b[0])*20*time.Microsecond)
}

func (s *Store) attempt(ctx context.Context, call workflow.Call, locks []workflow.Lock, fn func(workflow.Tx) ([]byte, error)) (answer []byte, err error) {
	err = s.transact(ctx, func(db *gorm.DB, tx *sql.Tx) error {
		t := &unit{reader: reader{db: db, postgres: s.postgres, seen: map[aggregate]pact.Digest{}}, store: s, tx: tx}
		if call.Key != "" {
			known, given, err := t.claim(call)
			if err != nil || known {
				answer = given
				return err
			}
		}
		if err := t.lock(locks); err != nil {
			return err
		}
		a, err := fn(t)
		if err != nil {
			return err
		}
		if err := t.flush(ctx); err != nil {
			return err
		}
		answer = a
		if call.Key == "" {
			return nil
		}
		return t.answer(call, a)
	})
	if err != nil {
		return nil, err
	}
	return answer, nil
}

// transact runs fn in one transaction that writes.
func (s *Store) transact(ctx context.Context, fn func(*gorm.DB, *sql.Tx) error) error {
	return within(ctx, s.write, nil, func(db *gorm.DB, tx *sql.Tx) error {
		if err := fn(db, tx); err != nil {
			return err
		}
		if err := tx.Commit(); err != nil {
			return fmt.Errorf("commit: %w", err)
		}
		return nil
	})
}

// View satisfies workflow.Store.
func (s *Store) View(ctx context.Context, fn func(workflow.Reader) error) error {
	return s.snapshot(ctx, func(db *gorm.DB) error { return fn(&reader{db: db, postgres: s.postgres}) })
}

// snapshot runs fn on what was committed when it began.
func (s *Store) snapshot(ctx context.Context, fn func(*gorm.DB) error) error {
	var options *sql.TxOptions
	if s.postgres {
		options = &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	}
	return within(ctx, s.read, options, func(db *gorm.DB, _ *sql.Tx) error { return fn(db) })
}

// within runs fn in a transaction that is rolled back unless fn committed it, also after a panic: the one connection of
// SQLite must not stay in a transaction.
func within(ctx context.Context, h *handle, options *sql.TxOptions, fn func(*gorm.DB, *sql.Tx) error) error {
	tx, err := h.pool.BeginTx(ctx, options)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() {
		_ = tx.Rollback()
		if h.statements != nil {
			h.statements.prepare(context.WithoutCancel(ctx))
		}
	}()
	db := h.gorm.Session(&gorm.Session{NewDB: true, Context: ctx})
	db.Statement.ConnPool = tx
	if h.statements != nil {
		db.Statement.ConnPool = preparedTx{tx, h.statements}
	}
	return fn(db, tx)
}

// inOrder sorts locks by kind and id and keeps one per row, the exclusive one if there is any: taking a shared lock
// first and the exclusive one later is how two transactions come to wait for each other.
func inOrder(locks []workflow.Lock) []workflow.Lock {
	out := slices.Clone(locks)
	slices.SortFunc(out, func(a, b workflow.Lock) int {
		if a.Kind != b.Kind {
			return int(a.Kind) - int(b.Kind)
		}
		if c := strings.Compare(a.ID, b.ID); c != 0 {
			return c
		}
		switch {
		case a.Shared == b.Shared:
			return 0
		case b.Shared:
			return -1
		}
		return 1
	})
	return slices.CompactFunc(out, func(a, b workflow.Lock) bool { return a.Kind == b.Kind && a.ID == b.ID })
}

// lock takes the locks. A row that is not there locks nothing: its birth is guarded by a unique key. On SQLite the
// transaction already is the only one that writes. On PostgreSQL an exclusive lock is FOR NO KEY UPDATE, which excludes
// FOR SHARE and itself, but not the foreign key checks of rows below: FOR UPDATE would make a reply wait for whoever
// holds its pact, and that one wait for the round that the reply holds.
func (t *unit) lock(locks []workflow.Lock) error {
	if !t.postgres {
		return nil
	}
	for _, l := range locks {
		mode := " FOR NO KEY UPDATE"
		if l.Shared {
			mode = " FOR SHARE"
		}
		var query string
		args := []any{l.ID}
		switch l.Kind {
		case workflow.LockCluster:
			query = "SELECT 1 FROM clusters WHERE id = ?"
		case workflow.LockPact:
			query = "SELECT 1 FROM pacts WHERE id = ?"
		case workflow.LockDraft:
			query = "SELECT 1 FROM drafts WHERE pact_id = ?"
		case workflow.LockFile:
			query = "SELECT 1 FROM files WHERE pact_id = ?"
		case workflow.LockRound:
			i := strings.LastIndexByte(l.ID, '/')
			if i < 0 {
				return fmt.Errorf("lock: %q is no round", l.ID)
			}
			query, args = "SELECT 1 FROM rounds WHERE pact_id = ? AND number = ?::bigint", []any{l.ID[:i], l.ID[i+1:]}
		default:
			return fmt.Errorf("lock: no kind %d", l.Kind)
		}
		if err := t.db.Exec(query+mode, args...).Error; err != nil {
			return fmt.Errorf("lock: %w", err)
		}
	}
	return nil
}
