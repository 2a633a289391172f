package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/pressly/goose/v3"
)

// Migration is a step of the schema; AppliedAt is zero while it is pending.
type Migration struct {
	Version   int64
	Name      string
	AppliedAt time.Time
}

// Migrations lists the steps of the schema in their order and applies none. The database must be there.
func Migrations(ctx context.Context, c Config) (all []Migration, err error) {
	var pool *sql.DB
	dialect, dir := goose.DialectPostgres, "migrations/postgres"
	if c.SQLite != "" {
		dialect, dir = goose.DialectSQLite3, "migrations/sqlite"
		pool, err = sql.Open("sqlite", sqliteDSN(c.SQLite, "_pragma=query_only(1)"))
	} else {
		pool, err = openPostgres(ctx, c.Postgres, 1)
	}
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	files, err := fs.Sub(migrations, dir)
	if err != nil {
		return nil, err
	}
	p, err := goose.NewProvider(dialect, pool, files, goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return nil, err
	}
	if _, err := pool.ExecContext(ctx, "SELECT 1 FROM goose_db_version LIMIT 1"); err != nil {
		for _, m := range p.ListSources() { // Status would make the table
			all = append(all, Migration{Version: m.Version, Name: filepath.Base(m.Path)})
		}
		return all, ctx.Err()
	}
	list, err := p.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the schema's state: %w", err)
	}
	for _, m := range list {
		all = append(all, Migration{m.Source.Version, filepath.Base(m.Source.Path), m.AppliedAt})
	}
	return all, nil
}
