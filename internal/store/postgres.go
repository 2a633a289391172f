package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// postgresConns caps the pool unless the configuration says otherwise: an unlimited pool empties the server's slots
// for everybody.
const postgresConns = 16

func openPostgres(ctx context.Context, dsn string, conns int) (*sql.DB, error) {
	c, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = 10 * time.Second
	}
	c.RuntimeParams["timezone"] = "UTC"
	if c.RuntimeParams["application_name"] == "" {
		c.RuntimeParams["application_name"] = "kyket"
	}
	// A client that died holding locks must not hold up an office.
	c.RuntimeParams["idle_in_transaction_session_timeout"] = "60s"
	db := stdlib.OpenDB(*c)
	if conns <= 0 {
		conns = postgresConns
	}
	conns = max(conns, 2) // while the schema is brought up one connection holds the lock
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// migrationLock is the key of the lock under which servers that start at once bring the schema up one after the other.
const migrationLock = 0x6b796b6574 // "kyket"

// withSessionLock runs fn while this server holds that lock.
func withSessionLock(ctx context.Context, db *sql.DB, fn func() error) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", migrationLock); err != nil {
		return err
	}
	err = fn()
	_, unlocked := conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", migrationLock)
	return errors.Join(err, unlocked)
}

// mayRetry says whether PostgreSQL gave up a transaction that it would take another time: a serialization failure or a
// deadlock that it broke at our cost. SQLite has one writer and knows neither.
func mayRetry(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01")
}
