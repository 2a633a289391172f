package store

import (
	"context"
	"database/sql"
	"sync"
)

// statements keeps prepared statements of a SQLite pool: preparing is a fifth of what an act costs there. (pgx prepares
// by itself.) A statement that is met for the first time runs as it is and is prepared after its transaction, since the
// writer's only connection is taken until then.
type statements struct {
	pool *sql.DB

	mu       sync.Mutex
	prepared map[string]*sql.Stmt // nil while it is to be prepared
	missing  []string
}

// maxStatements bounds what is kept; there are about sixty. Long ones are lists of values, seldom met twice.
const (
	maxStatements = 300
	maxStatement  = 1000
)

func newStatements(pool *sql.DB) *statements {
	return &statements{pool: pool, prepared: map[string]*sql.Stmt{}}
}

func (s *statements) get(query string) *sql.Stmt {
	s.mu.Lock()
	defer s.mu.Unlock()
	st, known := s.prepared[query]
	if !known && len(s.prepared) < maxStatements && len(query) <= maxStatement {
		s.prepared[query] = nil
		s.missing = append(s.missing, query)
	}
	return st
}

// prepare prepares what was missing. It is called between transactions; a failure leaves the statement as it was.
func (s *statements) prepare(ctx context.Context) {
	s.mu.Lock()
	missing := s.missing
	s.missing = nil
	s.mu.Unlock()
	for _, query := range missing {
		st, err := s.pool.PrepareContext(ctx, query)
		s.mu.Lock()
		if err == nil {
			s.prepared[query] = st
		} else {
			delete(s.prepared, query)
		}
		s.mu.Unlock()
	}
}

func (s *statements) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, st := range s.prepared {
		if st != nil {
			_ = st.Close()
		}
	}
}

// preparedTx is a transaction that uses the prepared statements; gorm takes it for its connection.
type preparedTx struct {
	*sql.Tx
	statements *statements
}

func (t preparedTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if st := t.statements.get(query); st != nil {
		return t.StmtContext(ctx, st).ExecContext(ctx, args...)
	}
	return t.Tx.ExecContext(ctx, query, args...)
}

func (t preparedTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if st := t.statements.get(query); st != nil {
		return t.StmtContext(ctx, st).QueryContext(ctx, args...)
	}
	return t.Tx.QueryContext(ctx, query, args...)
}

func (t preparedTx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if st := t.statements.get(query); st != nil {
		return t.StmtContext(ctx, st).QueryRowContext(ctx, args...)
	}
	return t.Tx.QueryRowContext(ctx, query, args...)
}
