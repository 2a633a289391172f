// Package store keeps what the rooms remember: gorm on SQLite and on PostgreSQL. It satisfies the interfaces that the
// rooms declare (workflow.Store, archive.Tables, …) and knows no rule of the domain. Rows never leave it.
//
// Each aggregate is one row: the columns that are locked, unique, listed or searched (ids, numbers, state, digests,
// times, row_version), and a body, the JSON of the whole domain value, which reading goes by. So the schema changes only
// when something new is looked for, an aggregate is read and written whole, and its hash is that of its body. The price
// is that the names of pact's fields are stored: a golden file pins them, and renaming one takes a migration.
//
// Nothing is written by reflection over a struct that may be half filled: rows are inserted whole or updated by named
// columns under their row version. Locks are SQL per dialect.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"kyket/internal/jobs"
	"kyket/pact"
	"kyket/workflow"
)

// Config says where the data is. One of SQLite and Postgres is set.
type Config struct {
	// SQLite is the path of the database file, made when it is not there.
	SQLite string
	// Postgres is a connection string.
	Postgres string
	// MaxConns caps the connections to PostgreSQL; 0: 16.
	MaxConns int
	// Jobs says how follow-up jobs run.
	Jobs jobs.Config
	// Now is the machine's clock; nil: time.Now.
	Now func() time.Time
}

// Store is the database. It is safe for concurrent use.
type Store struct {
	write, read *handle // the same one on PostgreSQL
	postgres    bool
	now         func() time.Time
	jobs        *jobs.Engine
}

// handle is a pool and gorm's view of it.
type handle struct {
	pool       *sql.DB
	gorm       *gorm.DB
	statements *statements // nil on PostgreSQL
}

// Open connects, brings the schema to its newest form and returns the store.
func Open(ctx context.Context, c Config) (s *Store, err error) {
	s = &Store{now: c.Now}
	if s.now == nil {
		s.now = time.Now
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	switch {
	case (c.SQLite == "") == (c.Postgres == ""):
		return s, errors.New("name one database: a SQLite file or a PostgreSQL connection")
	case c.SQLite != "":
		err = s.openSQLite(ctx, c)
	default:
		err = s.openPostgres(ctx, c)
	}
	if err != nil {
		return s, err
	}
	s.jobs, err = jobs.New(jobs.Database{DB: s.write.pool, SQLite: c.SQLite, Postgres: c.Postgres}, c.Jobs)
	return s, err
}

func (s *Store) openSQLite(ctx context.Context, c Config) (err error) {
	unlock, err := openingLock(ctx, c.SQLite)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	write, read, err := openSQLite(ctx, c.SQLite)
	if err != nil {
		return fmt.Errorf("open %s: %w", c.SQLite, err)
	}
	s.write = &handle{pool: write, statements: newStatements(write)}
	s.read = &handle{pool: read, statements: newStatements(read)}
	if s.write.gorm, err = openGorm(sqliteDialector{write}); err != nil {
		return err
	}
	if s.read.gorm, err = openGorm(sqliteDialector{read}); err != nil {
		return err
	}
	return migrate(ctx, jobs.Database{DB: write, SQLite: c.SQLite})
}

func (s *Store) openPostgres(ctx context.Context, c Config) error {
	pool, err := openPostgres(ctx, c.Postgres, c.MaxConns)
	if err != nil {
		return fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	s.postgres = true
	s.write = &handle{pool: pool}
	s.read = s.write
	if s.write.gorm, err = openGorm(postgres.New(postgres.Config{Conn: pool})); err != nil {
		return err
	}
	return withSessionLock(ctx, pool, func() error {
		return migrate(ctx, jobs.Database{DB: pool, Postgres: c.Postgres})
	})
}

func openGorm(d gorm.Dialector) (*gorm.DB, error) {
	return gorm.Open(d, &gorm.Config{
		SkipDefaultTransaction: true, // transactions are units of work, opened in one place
		DisableAutomaticPing:   true,
		TranslateError:         true,
		Logger:                 logger.Discard, // errors are returned; statements hold clause text, which is not logged
	})
}

// Close ends all connections. Jobs are stopped first, by their owner.
func (s *Store) Close() error {
	var err error
	handles := []*handle{s.write}
	if s.read != s.write {
		handles = append(handles, s.read)
	}
	for _, h := range handles {
		if h == nil {
			continue
		}
		if h.statements != nil {
			h.statements.close()
		}
		err = errors.Join(err, h.pool.Close())
	}
	return err
}

// Jobs is the engine that works what acts enqueue: name the handlers, then start it.
func (s *Store) Jobs() *jobs.Engine { return s.jobs }

// OpenJobs counts the jobs of a pact that are waiting, running or to be retried.
func (s *Store) OpenJobs(ctx context.Context, id pact.PactID) (int, error) {
	return s.jobs.Open(ctx, id)
}

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.write.pool.PingContext(ctx) }

var _ workflow.Store = (*Store)(nil)
