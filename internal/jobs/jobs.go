// Package jobs runs the work that follows an act: River behind a small engine, on the database that the acts are in, so
// that a job commits with its act or not at all. It knows kinds and pacts, and nothing of what a job does; handlers are
// wired in cmd.
package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"kyket/pact"
	"kyket/workflow"
)

// Config says how jobs run. The zero value is what a server uses.
type Config struct {
	// Workers is how many jobs run at a time; 0: 4.
	Workers int
	// Timeout ends a job that takes longer; 0: a minute. A job that a dead process left behind is taken up again half a
	// minute after that (on SQLite at once, when the next process starts).
	Timeout time.Duration
	// Backoff is the pause after a job's n-th failure, from 1; nil: Backoff(time.Second, 15*time.Minute).
	Backoff func(failures int) time.Duration
	Log     *slog.Logger
}

// Backoff doubles the pause after each failure, from first up to limit.
func Backoff(first, limit time.Duration) func(int) time.Duration {
	return func(failures int) time.Duration {
		d := first
		for range failures - 1 {
			if d >= limit {
				break
			}
			d *= 2
		}
		return min(d, limit)
	}
}

// Handler does one job. It may be called again for the same job, also after it succeeded. An error is retried, unless
// it is a refusal that no repetition changes (pact.Invalid, pact.NotFound, pact.Conflict): that is discarded, logged and
// kept with the job for an administrator to see.
type Handler func(context.Context, pact.PactID) error

// Engine takes jobs and works them.
type Engine struct {
	db       Database
	config   Config
	client   *river.Client[*sql.Tx]
	mu       sync.Mutex
	handlers map[workflow.JobKind]Handler
	busy     keyed
	stop     func(context.Context) error
}

// Database is where jobs are kept.
type Database struct {
	// DB is the pool that writes; on SQLite the one connection that everybody writes through.
	DB *sql.DB
	// SQLite is the path of the database file; empty on PostgreSQL.
	SQLite string
	// Postgres is the connection string for the listener that wakes the workers; empty on SQLite.
	Postgres string
}

// ErrLocked says that another process holds a lock.
var ErrLocked = errors.New("held by another process")

// maxAttempts, with pauses of a quarter of an hour, is ten days: longer than any outage that mends itself.
const maxAttempts = 1000

// pollEvery is how soon a committed job starts where the database cannot call. PostgreSQL calls when a job is added, but
// not when a retry comes due.
const (
	pollEvery         = 50 * time.Millisecond
	pollEveryPostgres = 250 * time.Millisecond
)

// args is what River stores of a job. One River kind serves all of ours, so that kinds stay plain values.
type args struct {
	Job  workflow.JobKind `json:"job"`
	Pact pact.PactID      `json:"pact"`
}

func (args) Kind() string { return "pact" }

// Migrate brings River's own tables to its newest form.
func Migrate(ctx context.Context, db Database) error {
	m, err := rivermigrate.New(driver(db, nil), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

func driver(db Database, listen *pgxpool.Pool) riverdriver.Driver[*sql.Tx] {
	switch {
	case db.SQLite != "":
		return riversqlite.New(db.DB)
	case listen != nil:
		return riverdatabasesql.NewWithPgxListener(db.DB, listen)
	default:
		return riverdatabasesql.New(db.DB)
	}
}

// New returns an engine that takes jobs; it works them from Start on.
func New(db Database, c Config) (*Engine, error) {
	if c.Workers == 0 {
		c.Workers = 4
	}
	if c.Timeout == 0 {
		c.Timeout = time.Minute
	}
	if c.Backoff == nil {
		c.Backoff = Backoff(time.Second, 15*time.Minute)
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	e := &Engine{db: db, config: c, handlers: map[workflow.JobKind]Handler{}}
	client, err := river.NewClient(driver(db, nil), &river.Config{Logger: slog.New(slog.DiscardHandler), MaxAttempts: maxAttempts})
	e.client = client
	return e, err
}

// Handle names the handler of a kind. All are named before Start.
func (e *Engine) Handle(kind workflow.JobKind, h Handler) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.handlers[kind] = h
}

func (e *Engine) handler(kind workflow.JobKind) Handler {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.handlers[kind]
}

// Insert adds jobs to a transaction. One that waits already is not added again; one that runs is, since it may have read
// the state before this transaction changed it. (River's own uniqueness cannot leave out running jobs.) Two transactions
// that overlap may both add it: a job may be repeated without harm.
func (e *Engine) Insert(ctx context.Context, tx *sql.Tx, jobs ...workflow.Job) error {
	for _, j := range jobs {
		waiting, err := e.count(ctx, tx, waitingStates, j.Pact, j.Kind)
		if err != nil {
			return fmt.Errorf("look for a waiting job: %w", err)
		}
		if waiting > 0 {
			continue
		}
		if _, err := e.client.InsertTx(ctx, tx, args{Job: j.Kind, Pact: j.Pact}, nil); err != nil {
			return fmt.Errorf("insert job: %w", err)
		}
	}
	return nil
}

// Open counts the jobs of a pact that are waiting, running or to be retried.
func (e *Engine) Open(ctx context.Context, id pact.PactID) (int, error) {
	return e.count(ctx, e.db.DB, openStates, id, "")
}

const (
	waitingStates = "('available','pending','retryable','scheduled')"
	openStates    = "('available','pending','retryable','scheduled','running')"
)

type querier interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}

func (e *Engine) count(ctx context.Context, q querier, states string, id pact.PactID, kind workflow.JobKind) (n int, err error) {
	query := "SELECT count(*) FROM river_job WHERE kind = 'pact' AND state IN " + states
	if e.db.SQLite != "" {
		query += " AND json_extract(args, '$.pact') = ? AND (? = '' OR json_extract(args, '$.job') = ?)"
	} else {
		query += " AND args->>'pact' = $1 AND ($2::text = '' OR args->>'job' = $3)"
	}
	err = q.QueryRowContext(ctx, query, string(id), string(kind), string(kind)).Scan(&n)
	return n, err
}

// Start begins to work jobs until Stop. On SQLite it holds a lock on the data folder, so that one process works them at
// a time: what is marked as running was then left by a process that died, and is made available again.
func (e *Engine) Start(ctx context.Context) error {
	var release []func() error
	undo := func(err error) error {
		for _, f := range release {
			err = errors.Join(err, f())
		}
		return err
	}
	c := &river.Config{
		Workers:      river.NewWorkers(),
		Queues:       map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: e.config.Workers}},
		JobTimeout:   e.config.Timeout,
		MaxAttempts:  maxAttempts,
		RetryPolicy:  retry(e.config.Backoff),
		Logger:       slog.New(atLeast{e.config.Log.Handler(), slog.LevelError}),
		ErrorHandler: reporter{e.config.Log},

		RescueStuckJobsAfter:        e.config.Timeout + 30*time.Second,
		CompletedJobRetentionPeriod: time.Hour,
		CancelledJobRetentionPeriod: 90 * 24 * time.Hour,
		DiscardedJobRetentionPeriod: 90 * 24 * time.Hour,
		FetchCooldown:               10 * time.Millisecond,
	}
	river.AddWorker(c.Workers, &worker{engine: e})
	var listen *pgxpool.Pool
	if e.db.SQLite != "" {
		c.PollOnly, c.FetchPollInterval = true, pollEvery
		unlock, err := LockFile(e.db.SQLite + ".jobs")
		if err != nil {
			return fmt.Errorf("take over the jobs of this data folder: %w", err)
		}
		release = append(release, unlock)
		if err := e.takeUp(ctx); err != nil {
			return undo(err)
		}
	} else {
		pool, err := pgxpool.New(ctx, e.db.Postgres)
		if err != nil {
			return err
		}
		listen = pool
		c.FetchPollInterval = pollEveryPostgres
		release = append(release, func() error { pool.Close(); return nil })
	}
	client, err := river.NewClient(driver(e.db, listen), c)
	if err != nil {
		return undo(err)
	}
	// River ties the workers' life to this context; ours ends with Stop.
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return undo(err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.stop = func(ctx context.Context) error {
		err := client.Stop(ctx)
		if err != nil {
			end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			err = client.StopAndCancel(end)
		}
		return undo(err)
	}
	return nil
}

// Stop lets running jobs finish until ctx ends, then cancels them; they run again at the next start.
func (e *Engine) Stop(ctx context.Context) error {
	e.mu.Lock()
	stop := e.stop
	e.stop = nil
	e.mu.Unlock()
	if stop == nil {
		return nil
	}
	return stop(ctx)
}

// takeUp makes jobs available again that a dead process left running. This is our SQL on River's table, to be looked at
// when River is upgraded; River itself would wait for RescueStuckJobsAfter.
func (e *Engine) takeUp(ctx context.Context) error {
	_, err := e.db.DB.ExecContext(ctx, "UPDATE river_job SET state = 'available' WHERE state = 'running'")
	return err
}
