package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"

	"kyket/internal/jobs"
)

//go:embed migrations
var migrations embed.FS

// migrate brings the schema to the newest form, ours and then River's. The caller holds the lock that lets one starting
// process do it while the others wait.
func migrate(ctx context.Context, db jobs.Database) error {
	dialect, dir := goose.DialectPostgres, "migrations/postgres"
	if db.SQLite != "" {
		dialect, dir = goose.DialectSQLite3, "migrations/sqlite"
	}
	files, err := fs.Sub(migrations, dir)
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(dialect, db.DB, files, goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate the schema: %w", err)
	}
	if err := jobs.Migrate(ctx, db); err != nil {
		return fmt.Errorf("migrate the job tables: %w", err)
	}
	return nil
}
