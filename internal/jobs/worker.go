package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"kyket/pact"
)

type worker struct {
	river.WorkerDefaults[args]
	engine *Engine
}

// Work runs one job. Jobs of one pact run one after the other within a process: they would only get in each other's way.
func (w *worker) Work(ctx context.Context, j *river.Job[args]) error {
	h := w.engine.handler(j.Args.Job)
	if h == nil {
		return w.refuse(ctx, j, fmt.Errorf("no handler for %q", j.Args.Job))
	}
	unlock, ok := w.engine.busy.try(string(j.Args.Pact))
	if !ok {
		return river.JobSnooze(pollEvery)
	}
	defer unlock()
	err := h(ctx, j.Args.Pact)
	var refusal *pact.Error
	if errors.As(err, &refusal) {
		switch refusal.Kind {
		case pact.Invalid, pact.NotFound, pact.Conflict:
			return w.refuse(ctx, j, err)
		}
	}
	return err
}

// refuse gives a job up. River keeps it with its error and says nothing, so it is said here.
func (w *worker) refuse(ctx context.Context, j *river.Job[args], err error) error {
	w.engine.config.Log.ErrorContext(ctx, "job given up", "job", j.Args.Job, "pact", j.Args.Pact, "attempt", j.Attempt, "error", err)
	return river.JobCancel(err)
}

type retry func(int) time.Duration

func (r retry) NextRetry(j *rivertype.JobRow) time.Time { return time.Now().Add(r(len(j.Errors) + 1)) }

// reporter logs each failure once, with what an administrator looks for.
type reporter struct{ log *slog.Logger }

func (r reporter) HandleError(ctx context.Context, j *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	var a args
	_ = json.Unmarshal(j.EncodedArgs, &a)
	r.log.WarnContext(ctx, "job failed", "job", a.Job, "pact", a.Pact, "attempt", j.Attempt, "error", err)
	return nil
}

func (r reporter) HandlePanic(ctx context.Context, j *rivertype.JobRow, v any, trace string) *river.ErrorHandlerResult {
	r.log.ErrorContext(ctx, "job panicked", "args", string(j.EncodedArgs), "attempt", j.Attempt, "panic", v, "trace", trace)
	return nil
}

// atLeast drops what River says below a level: it reports failed jobs a second time.
type atLeast struct {
	slog.Handler
	level slog.Level
}

func (h atLeast) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= h.level && h.Handler.Enabled(ctx, l)
}

// keyed is a set of names that are taken.
type keyed struct {
	mu    sync.Mutex
	taken map[string]bool
}

func (k *keyed) try(name string) (release func(), ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.taken[name] {
		return nil, false
	}
	if k.taken == nil {
		k.taken = map[string]bool{}
	}
	k.taken[name] = true
	return func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		delete(k.taken, name)
	}, true
}
