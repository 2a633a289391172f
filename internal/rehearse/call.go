package rehearse

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// obj is a request's body: JSON with its keys in order, so that a repeated call has the same bytes.
type obj = map[string]any

// call is one thing that a person does.
type call struct {
	key    string    // its place in the play, below the scenario's code; the Idempotency-Key
	place  string    // its place in the file, for messages: "consultation.rounds[0].replies[2]"
	at     time.Time // on the pact's clock
	who    *person   // nil: nobody signed in
	method string
	path   string // below /api/v1
	body   any
	match  string // If-Match, "" none
	facts  any    // what is kept of the answer, a pointer; nil: nothing
}

// Problem is a refusal of the server (RFC 9457).
type Problem struct {
	Status  int    `json:"status"`
	Code    string `json:"code"`
	Vi      string `json:"vi"`
	En      string `json:"en"`
	Detail  string `json:"detail"`
	Details []struct {
		Code string `json:"code"`
		Ref  string `json:"ref"`
		Vi   string `json:"vi"`
		En   string `json:"en"`
	} `json:"details"`
	Errors []struct {
		Message  string `json:"message"`
		Location string `json:"location"`
	} `json:"errors"`
}

func (p *Problem) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s: %s / %s", p.Status, p.Code, or(p.Vi, p.Detail), or(p.En, p.Detail))
	for _, d := range p.Details {
		fmt.Fprintf(&b, "\n  %s: %s / %s", or(d.Ref, d.Code), d.Vi, d.En)
	}
	for _, e := range p.Errors {
		fmt.Fprintf(&b, "\n  %s: %s", e.Location, e.Message)
	}
	return b.String()
}

// Failure is a call that did not go as the scenario says.
type Failure struct {
	Place string // in the scenario file
	Call  string // method and path
	Err   error  // usually *Problem
}

func (f *Failure) Error() string { return fmt.Sprintf("%s (%s): %v", f.Place, f.Call, f.Err) }

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Err }

// do makes a call, unless the journal has its answer already.
func (y *player) do(ctx context.Context, c call) error {
	key := y.keyOf(c.key)
	y.now = c.at
	if e, done := y.journal.answers[key]; done {
		if c.facts == nil {
			return nil
		}
		return json.Unmarshal(e.Facts, c.facts)
	}
	if err := y.enter(ctx, c.at); err != nil {
		return &Failure{c.place, "wait", err}
	}
	status, err := y.request(ctx, c, key)
	if err != nil {
		return &Failure{c.place, c.method + " " + c.path, err}
	}
	return y.journal.Acknowledge(key, c.at, y.tsa, status, c.facts)
}

// keyOf is the Idempotency-Key of a call: its place in the play, in characters that a header takes.
func (y *player) keyOf(key string) string {
	parts := strings.Split(y.opt.Scenario.About.Code+"/"+key, "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return strings.Join(parts, "/")
}

// enter sets the stage for a call. Work that belongs to the time before is awaited first: it runs on its own clock.
func (y *player) enter(ctx context.Context, at time.Time) error {
	if err := y.settle(ctx); err != nil {
		return err
	}
	if err := y.journal.Cue(at, y.tsa); err != nil {
		return err
	}
	y.server.Stage.SetTSA(y.tsa)
	y.server.Stage.SetClock(at)
	return nil
}

// moment lets the pact's clock move without a call, and awaits what it brings about.
func (y *player) moment(ctx context.Context, key, place string, at time.Time) error {
	y.now = at
	if _, done := y.journal.answers[y.keyOf(key)]; done {
		return nil
	}
	if err := y.enter(ctx, at); err != nil {
		return &Failure{place, "wait", err}
	}
	if err := y.settle(ctx); err != nil {
		return &Failure{place, "wait", err}
	}
	return y.journal.Acknowledge(y.keyOf(key), at, y.tsa, 0, nil)
}

// patience is how long jobs may take on the machine's clock before the play gives up.
const patience = 90 * time.Second

// settle waits until the pact has no open job. While the time-stamp authority is silent nothing can settle.
func (y *player) settle(ctx context.Context) error {
	if y.pact == "" || !y.journal.cue.TSA || y.journal.cue.At.IsZero() {
		return nil
	}
	for end := time.Now().Add(patience); ; {
		var jobs struct {
			Open int `json:"open"`
		}
		if err := y.get(ctx, y.cast.chief, "/pacts/"+y.pact+"/jobs", &jobs); err != nil {
			return err
		}
		if jobs.Open == 0 {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("%d jobs of the pact are still open after %s", jobs.Open, patience)
		}
		if err := pause(ctx, 10*time.Millisecond); err != nil {
			return err
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// get reads; reading needs no journal.
func (y *player) get(ctx context.Context, who *person, path string, facts any) error {
	_, err := y.request(ctx, call{who: who, method: http.MethodGet, path: path, facts: facts}, "")
	if err != nil {
		return fmt.Errorf("GET %s: %w", path, err)
	}
	return nil
}

// request makes one request as a person, who signs in first if need be.
func (y *player) request(ctx context.Context, c call, key string) (int, error) {
	for again := false; ; again = true {
		token := ""
		if c.who != nil {
			if err := y.signIn(ctx, c.who); err != nil {
				return 0, err
			}
			token = c.who.Token
		}
		status, err := y.send(ctx, c, key, token)
		var p *Problem
		if !again && c.who != nil && errors.As(err, &p) && p.Code == "sign_in_required" {
			c.who.Token = "" // the session ended: sessions live on the machine's clock
			continue
		}
		return status, err
	}
}

// answerLimit is the most that the player reads of an answer.
const answerLimit = 64 << 20

// callTime bounds one request, which never waits for more than the lease of a signature.
const callTime = 60 * time.Second

func (y *player) send(ctx context.Context, c call, key, token string) (int, error) {
	var body io.Reader
	if c.body != nil {
		b, err := json.Marshal(c.body)
		if err != nil {
			return 0, err
		}
		body = bytes.NewReader(b)
	}
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, c.method, y.server.URL+"/api/v1"+c.path, body)
	if err != nil {
		return 0, err
	}
	for name, value := range map[string]string{"Idempotency-Key": key, "If-Match": c.match} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if c.who != nil {
		r.Header.Set("X-Forwarded-For", c.who.address())
	}
	return y.receive(r, c.facts)
}

func (y *player) receive(r *http.Request, facts any) (int, error) {
	resp, err := y.server.Client.Do(r)
	if err != nil {
		return 0, err
	}
	defer func() { _ = resp.Body.Close() }() // all that matters of it was read
	b, err := io.ReadAll(io.LimitReader(resp.Body, answerLimit))
	if err != nil {
		return resp.StatusCode, err
	}
	if resp.StatusCode >= 300 {
		p := &Problem{}
		if json.Unmarshal(b, p) != nil || p.Code == "" {
			p.Code, p.Detail = or(p.Code, "unexpected"), or(p.Detail, clip(string(b), 300))
		}
		p.Status = resp.StatusCode
		return resp.StatusCode, p
	}
	switch f := facts.(type) {
	case nil:
	case *[]byte:
		*f = b
	default:
		if err := json.Unmarshal(b, f); err != nil {
			return resp.StatusCode, fmt.Errorf("answer: %w", err)
		}
	}
	return resp.StatusCode, nil
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func clip(s string, n int) string {
	if len(s) > n {
		return s[:n] + "…"
	}
	return s
}
