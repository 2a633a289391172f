package web

import (
	"fmt"
	"net/http"
	"time"
)

// live tells an open page that its pact has changed, by server-sent events. The page asks again for what it shows; the
// stream itself says nothing of it.
func (p *Site) live(v *Visit) error {
	ctx, id := v.R.Context(), v.Pact()
	x, err := p.Workflow.Pact(ctx, v.Call, id)
	if err != nil {
		return err
	}
	h := v.W.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	control := http.NewResponseController(v.W)
	_ = control.SetWriteDeadline(time.Time{})
	v.W.WriteHeader(http.StatusOK)
	fmt.Fprint(v.W, "retry: 3000\n\n")
	if err := control.Flush(); err != nil {
		return nil //nolint:nilerr // the browser has gone
	}
	tick := time.NewTicker(liveEvery)
	defer tick.Stop()
	seen := x.RowVersion
	for range liveTicks {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if x, err = p.Workflow.Pact(ctx, v.Call, id); err != nil {
			return nil
		}
		if x.RowVersion != seen {
			seen = x.RowVersion
			fmt.Fprintf(v.W, "event: change\ndata: %d\n\n", seen)
		} else {
			fmt.Fprint(v.W, ": \n\n")
		}
		if control.Flush() != nil {
			return nil
		}
	}
	return nil
}

// A stream ends after a while and is opened anew by the browser: a sign-in that ended is then noticed.
const (
	liveEvery = 2 * time.Second
	liveTicks = 150
)
