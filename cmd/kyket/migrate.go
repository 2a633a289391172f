package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"kyket/internal/store"
)

type migrateUpCommand struct {
	configFlags `embed:""`
}

type migrateStatusCommand struct {
	configFlags `embed:""`
}

func (c migrateUpCommand) Run(ctx context.Context, t terminal) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	db, _, err := openTables(ctx, Settings{Config: cfg, Log: newLog(t.err, "warn", "text")})
	if err != nil {
		return err
	}
	fmt.Fprintln(t.out, "Cấu trúc cơ sở dữ liệu đã ở dạng mới nhất. / The schema is in its newest form.")
	return db.Close()
}

func (c migrateStatusCommand) Run(ctx context.Context, t terminal) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	where := store.Config{Postgres: cfg.Database}
	if !cfg.Postgres() {
		where.SQLite = databaseFile(cfg)
		if _, err := os.Stat(where.SQLite); err != nil {
			return errNoData.With("data", cfg.Data)
		}
	}
	steps, err := store.Migrations(ctx, where)
	if err != nil {
		return err
	}
	for _, m := range steps {
		applied := "chờ / pending"
		if !m.AppliedAt.IsZero() {
			applied = m.AppliedAt.UTC().Format(time.RFC3339)
		}
		fmt.Fprintf(t.out, "%s  %s\n", applied, m.Name)
	}
	return nil
}
