package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"kyket/pact"
)

type auditVerifyCommand struct {
	configFlags `embed:""`
}

var errNoData = pact.Problem(pact.NotFound, "no_data",
	"Không có dữ liệu Kyket trong {data}.", "There is no data of Kyket in {data}.")

func (c auditVerifyCommand) Run(ctx context.Context, t terminal) (err error) {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(cfg.Data, "log.key")); err != nil {
		return errNoData.With("data", cfg.Data)
	}
	db, log, err := openTables(ctx, Settings{Config: cfg, Log: newLog(t.err, "warn", "text")})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	r, err := log.Verify(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(t.out, "%s\n%d\n%s\n", r.Origin, r.Size, base64.StdEncoding.EncodeToString(r.Root[:])) // as the checkpoint says it
	if r.Waiting > 0 {
		fmt.Fprintf(t.out, "%d mục chờ đưa vào cây / entries wait to be taken into the tree\n", r.Waiting)
	}
	if f := r.Finding; f != nil {
		fmt.Fprintf(t.err, "Mục %d không khớp (%s): %s %s\nEntry %d does not fit (%s): %s %s\n", f.Index, f.Problem, f.Event, f.What, f.Index, f.Problem, f.Event, f.What)
		return exitCode(exitFailed)
	}
	fmt.Fprintln(t.out, "Sổ nhật ký nguyên vẹn. / The log is intact.")
	return nil
}
