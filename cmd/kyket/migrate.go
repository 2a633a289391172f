package main

import (
	"context"
	"fmt"
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
	return later(t, "xem được trạng thái cấu trúc mà không nâng nó", "show the schema's state without migrating it")
}
