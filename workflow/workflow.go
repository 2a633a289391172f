// Package workflow holds the acts: what people and jobs do with a pact, a file per act, one transaction each. An act
// checks permission, locks its own aggregate, decides with package pact, saves, and appends the event and the jobs that
// follow. It alone joins the rooms templates, signing and archive. It knows no HTTP, no SQL and no PDF.
package workflow

import (
	"context"
	"encoding/json"
	"log/slog"
	"strconv"
	"time"

	"kyket/pact"
	"kyket/templates"
)

// Workflow performs the acts. It is safe for concurrent use.
type Workflow struct {
	Deps
	held heldKeys
}

// Deps is what the acts need from outside.
type Deps struct {
	Store   Store
	Objects Objects
	// Clock is the pact's clock: acts, events, and in a trial folder the certificates and stamps.
	Clock func() time.Time
	// Machine is the machine's clock: leases and everything that waits.
	Machine func() time.Time
	Mint    Mint
	Signing SigningDeps
	// PublicURL is the address that the QR code starts with, without a slash at its end.
	PublicURL string
	// Trial marks every paper; chosen once for a data folder.
	Trial bool
	Log   *slog.Logger
}

// Objects keeps bytes by their digest, written once and durable before Put returns.
type Objects interface {
	Put(ctx context.Context, data []byte) (pact.Digest, error)
	PutIncrement(ctx context.Context, parent pact.Digest, increment []byte, whole pact.Digest) error
	Get(ctx context.Context, d pact.Digest) ([]byte, error)
}

// Mint makes names. In a rehearsal they derive from the seed and the call's key, so that two runs give the same paper.
type Mint interface {
	// ID is a new row id, ordered by time.
	ID() string
	// Code is a public code with at least 60 random bits; key is the call's Idempotency-Key.
	Code(key string) string
}

// New returns the acts over their dependencies.
func New(d Deps) *Workflow { return &Workflow{Deps: d} }

// run performs one act as a unit of work. Its answer is stored with the call's key as JSON of T.
func run[T any](ctx context.Context, w *Workflow, call Call, locks []Lock, fn func(Tx) (T, error)) (T, error) {
	var answer T
	data, err := w.Store.Do(ctx, call, locks, func(tx Tx) ([]byte, error) {
		v, err := fn(tx)
		if err != nil {
			return nil, err
		}
		return json.Marshal(v)
	})
	if err != nil {
		return answer, err
	}
	err = json.Unmarshal(data, &answer)
	return answer, err
}

// entry is what an act tells the history.
type entry struct {
	act      pact.Act
	pact     pact.PactID
	cluster  pact.ClusterID
	agency   pact.AgencyCode
	occurred time.Time // zero: now
	body     any
}

// record appends the event of an act and the jobs that follow it.
func (w *Workflow) record(tx Tx, call Call, e entry) error {
	body, err := json.Marshal(e.body)
	if err != nil {
		return err
	}
	now := w.Clock().UTC()
	if e.occurred.IsZero() {
		e.occurred = now
	}
	ev := &Event{
		ID: w.Mint.ID(), Act: e.act, Actor: call.Actor.Person, Agency: e.agency, Cluster: e.cluster, Pact: e.pact,
		OccurredAt: e.occurred.UTC(), RecordedAt: now, Body: body,
	}
	if err := tx.Append(ev); err != nil {
		return err
	}
	for _, kind := range followups[e.act] {
		if err := tx.Enqueue(Job{Kind: kind, Pact: e.pact}); err != nil {
			return err
		}
	}
	return nil
}

// permit checks the permission table for an actor on a pact, as of now.
func (w *Workflow) permit(call Call, act pact.Act, p *pact.Pact, agency pact.AgencyCode) error {
	return pact.Permit(call.Actor, act, pact.Subject{Cluster: p.Cluster, Agency: agency, At: w.Clock()})
}

// begin loads a pact and checks permission, then the state: who may not see a pact learns nothing of its state.
func (w *Workflow) begin(tx Reader, call Call, id pact.PactID, act pact.Act, agency pact.AgencyCode) (*pact.Pact, error) {
	p, err := tx.Pact(id)
	if err != nil {
		return nil, err
	}
	if err := w.permit(call, pact.ActPactRead, p, ""); err != nil {
		return nil, pact.ErrNotFound.With("what", "giao ước / pact")
	}
	if err := w.permit(call, act, p, agency); err != nil {
		return nil, err
	}
	return p, p.Allow(act)
}

// text cleans a text that may stand in a paper one day; what the paper's font cannot show is refused by name.
func text(field, s string, most int) (string, error) {
	s, err := pact.CleanText(field, s, most)
	if err == nil {
		err = templates.PrintableText(field, s)
	}
	return s, err
}

// reason cleans a reason that is mandatory.
func reason(s string) (string, error) {
	s, err := text("reason", s, 2000)
	if err == nil && s == "" {
		err = pact.ErrMissing.With("field", "reason")
	}
	return s, err
}

func itoa(n int) string { return strconv.Itoa(n) }

// values are the things that pointers of a list point at: rules take values and change nothing behind our back.
func values[T any](list []*T) []T {
	out := make([]T, len(list))
	for i, v := range list {
		out[i] = *v
	}
	return out
}
