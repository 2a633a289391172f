// Package rehearse plays a scenario: one cluster year as data becomes a pact, circulated, answered, adopted, signed,
// sealed and archived. Every person has an own sign-in and an own key, and acts through the HTTP API like anybody else.
//
// Beside HTTP the player holds nothing but the stage, with which it sets the pact's clock and lets the time-stamp
// authority fall silent. It must not know the rules of a pact: what may be done is decided by the server that is being
// rehearsed. An interrupted play goes on where it was: see journal.
package rehearse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"kyket/internal/rehearse/scenario"
)

// Stage is what the player may do beside HTTP.
type Stage struct {
	// SetClock sets the pact's clock, which stands still between two settings.
	SetClock func(time.Time)
	// SetTSA lets the trial time-stamp authority answer or not.
	SetTSA func(reachable bool)
}

// Server is the started server that a play acts on.
type Server struct {
	URL    string // without a slash at its end
	Client *http.Client
	// SetupCode is the one-time code of a first start; empty when the set-up was done before.
	SetupCode string
	Stage     Stage
}

// Options say what is played and where.
type Options struct {
	Scenario *scenario.Scenario
	Dir      string // made if absent
	Run      Run
	Resume   bool
	Out      io.Writer // progress, a line a step
	Log      *slog.Logger
}

// Production is a play that has been prepared: its folder is open and its journal read.
type Production struct {
	opt     Options
	cast    *cast
	journal *journal
	plan    plan
	script  *script
}

// Prepare opens the folder of a play, or opens it again with Resume. What cannot be played at all is Unplayable, and a
// folder of another run is ErrOtherRun; both before anything is written.
func Prepare(opt Options) (*Production, error) {
	pl, err := planOf(opt.Scenario, opt.Run)
	if err != nil {
		return nil, err
	}
	script, err := readScript(opt.Scenario)
	if err != nil {
		return nil, err
	}
	j, err := openJournal(opt.Dir, &opt.Run, opt.Resume)
	if err != nil {
		return nil, err
	}
	pl.shift = opt.Run.Shift
	c, err := openCast(opt.Dir, opt.Run.Key)
	if err != nil {
		return nil, errors.Join(err, j.Close())
	}
	return &Production{opt: opt, cast: c, journal: j, plan: pl, script: script}, nil
}

// Run is the run's parameters as they were at its first start.
func (p *Production) Run() Run { return p.opt.Run }

// Cue is the time and the state of the time-stamp authority at which the server has to start, so that work that an
// interruption left behind is done on the clock on which it was asked for.
func (p *Production) Cue() (clock time.Time, tsa bool) {
	if p.journal.cue.At.IsZero() {
		return p.plan.opening(), p.plan.stamps()
	}
	return p.journal.cue.At, p.journal.cue.TSA
}

// Close closes the journal.
func (p *Production) Close() error { return p.journal.Close() }

// Play plays to the end and writes the files that a rehearsal leaves.
func (p *Production) Play(ctx context.Context, s Server) (*Summary, error) {
	y := &player{Production: p, server: s, ids: map[string]string{}, byName: map[string]*person{},
		texts: map[int]*versionFacts{}, started: time.Now(), timings: map[string]int64{}}
	y.tsa = p.plan.stamps()
	for _, act := range []struct {
		name string
		play func(context.Context) error
	}{
		{"setup", y.setUp},
		{"consultation", y.consult},
		{"adoption", y.adopt},
		{"signing", y.sign},
		{"sealing", y.seal},
		{"archive", y.archive},
	} {
		from := time.Now()
		if err := act.play(ctx); err != nil {
			return nil, err
		}
		y.timings[act.name] = time.Since(from).Milliseconds()
	}
	return y.deliver(ctx)
}

// player is one play on one server.
type player struct {
	*Production
	server  Server
	ids     map[string]string // of comments, by their scenario id
	byName  map[string]*person
	cluster string
	pact    string // "" before it is created
	texts   map[int]*versionFacts
	newest  int       // number of the newest version
	now     time.Time // of the last call
	tsa     bool      // whether the time-stamp authority is to answer from the next call on
	silent  bool      // it is silent until a scene says otherwise
	sealed  bool
	started time.Time
	timings map[string]int64
	rounds  []roundSummary
}

func (y *player) say(format string, args ...any) {
	if y.opt.Out != nil {
		fmt.Fprintf(y.opt.Out, format+"\n", args...)
	}
}

// zone is how progress lines show times.
var zone = time.FixedZone("+07:00", 7*3600)
