package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"kyket/api"
	"kyket/archive"
	"kyket/internal/config"
	"kyket/internal/identity"
	"kyket/internal/jobs"
	"kyket/internal/store"
	"kyket/internal/trialpki"
	"kyket/pact"
	"kyket/signing"
	"kyket/workflow"
)

// Settings is what a Program is made of. The fields after Log are those of a rehearsal; a server leaves them empty.
type Settings struct {
	Config config.Config
	Log    *slog.Logger

	// Clock is the pact's clock; nil: the machine's.
	Clock func() time.Time
	// Mint makes ids and codes; nil: random ones.
	Mint workflow.Mint
	// Target is the level that papers are brought to; empty: B-LTA.
	Target pact.Level
	// Key is the kind of the trial world's keys; empty: P-256.
	Key trialpki.KeyKind
	// Backoff is the pause after a job's n-th failure; nil: that of a server.
	Backoff func(int) time.Duration
	// Proxies are addresses whose X-Forwarded-For is believed, beside those of Config.
	Proxies []string
}

// Program is the wired program: serve, demo, rehearse and the tests share it.
type Program struct {
	Handler   http.Handler
	Accounts  *identity.Accounts
	Workflow  *workflow.Workflow
	Log       *archive.Log
	SetupCode string          // of a first Start; empty when the set-up was done before
	World     *trialpki.World // nil in production

	settings Settings
	store    *store.Store
	sequence context.CancelFunc
	waiting  sync.WaitGroup
}

// Open opens everything below a data folder, made when it is not there. Nothing runs until Start.
func Open(ctx context.Context, s Settings) (p *Program, err error) {
	if s.Clock == nil {
		s.Clock = time.Now
	}
	if s.Mint == nil {
		s.Mint = randomMint{}
	}
	p = &Program{settings: s}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.Close())
		}
	}()
	if err := os.MkdirAll(s.Config.Data, 0o700); err != nil {
		return p, err
	}
	if err := holdMode(s.Config); err != nil {
		return p, err
	}
	objects, err := archive.OpenObjects(filepath.Join(s.Config.Data, "objects"))
	if err != nil {
		return p, err
	}
	if p.store, p.Log, err = openTables(ctx, s); err != nil {
		return p, err
	}
	trust, err := openTrust(s)
	if err != nil {
		return p, err
	}
	p.World = trust.world
	p.Workflow = workflow.New(workflow.Deps{Store: p.store, Objects: objects, Clock: s.Clock, Machine: time.Now, Mint: s.Mint,
		Signing: workflow.SigningDeps{Certifier: trust.certifier, Stamper: trust.stamper, Status: trust.status,
			Rules: signing.DefaultRules, Target: s.Target, Anchors: trust.anchors, StampAnchors: trust.stampAnchors, Trial: trust.issuer,
			Files: keyFiles{}, TrialKeys: trust.keys},
		PublicURL: s.Config.PublicURL, Trial: s.Config.Mode == config.Trial, Log: s.Log})
	if p.Accounts, err = identity.New(p.store, identity.Options{Now: time.Now, Logger: s.Log}); err != nil {
		return p, err
	}
	engine := p.store.Jobs()
	engine.Handle(workflow.JobStamp, p.Workflow.LiftStamps)
	engine.Handle(workflow.JobSeal, p.Workflow.Seal)
	return p, p.openHandler(trust)
}

// openTables opens the database and the log in it.
func openTables(ctx context.Context, s Settings) (*store.Store, *archive.Log, error) {
	c := store.Config{Postgres: s.Config.Database, Jobs: jobs.Config{Backoff: s.Backoff, Log: s.Log}}
	if !s.Config.Postgres() {
		c.SQLite = databaseFile(s.Config)
	}
	db, err := store.Open(ctx, c)
	if err != nil {
		return db, nil, err
	}
	key, err := archive.OpenLogKey(filepath.Join(s.Config.Data, "log.key"), origin(s.Config.PublicURL))
	if err != nil {
		return db, nil, err
	}
	return db, archive.NewLog(db, key, s.Log), nil
}

// databaseFile is where SQLite keeps what a data folder holds.
func databaseFile(c config.Config) string { return filepath.Join(c.Data, "kyket.db") }

func (p *Program) openHandler(trust trustDeps) error {
	s := p.settings
	proxies := s.Proxies
	for _, prefix := range s.Config.Proxies {
		proxies = append(proxies, prefix.String())
	}
	handler, _, err := api.New(api.Deps{Workflow: p.Workflow, Identity: p.Accounts, PublicURL: s.Config.PublicURL,
		Trial: s.Config.Mode == config.Trial, RootPEM: trust.rootPEM, StampPEM: trust.stampPEM,
		Checkpoint: func(ctx context.Context) ([]byte, error) {
			c, err := p.Log.Checkpoint(ctx)
			return c.Note, err
		},
		Ready: p.store.Ping, TrustedProxies: proxies, Metrics: prometheus.NewRegistry(), Logger: s.Log, Now: time.Now, Version: version()})
	if err != nil {
		return err
	}
	p.Handler = handler
	if p.World != nil {
		mux := http.NewServeMux()
		mux.Handle("/trial/", http.StripPrefix("/trial", p.World.Handler()))
		mux.Handle("/", handler)
		p.Handler = mux
	}
	return nil
}

// Start lets the jobs work and the log grow until Close. A first start makes the one-time code for the set-up, which
// replaces an older one; so it comes after the jobs, which no second process on the folder gets.
func (p *Program) Start(ctx context.Context) (err error) {
	if err := p.store.Jobs().Start(ctx); err != nil {
		return err
	}
	if p.SetupCode, err = p.Accounts.NewSetupCode(ctx); err != nil {
		return err
	}
	ctx, p.sequence = context.WithCancel(context.WithoutCancel(ctx))
	p.waiting.Go(func() { p.Log.Run(ctx) })
	p.waiting.Go(func() { p.purge(ctx) })
	return nil
}

// purge forgets sessions that are over, hourly.
func (p *Program) purge(ctx context.Context) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		if err := p.Accounts.Purge(ctx); err != nil && ctx.Err() == nil {
			p.settings.Log.Error("sessions not purged", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// grace is how long requests and jobs that run may go on when the program ends.
const grace = 10 * time.Second

// Serve answers on a listener until ctx ends, then lets running requests finish.
func (p *Program) Serve(ctx context.Context, l net.Listener) error {
	server := api.NewServer(l.Addr().String(), p.Handler)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if err := server.Shutdown(end); err != nil {
		return errors.Join(err, server.Close())
	}
	return nil
}

// Close stops jobs and sequencer and closes the database.
func (p *Program) Close() error {
	if p.store == nil {
		return nil
	}
	end, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	var err error
	if engine := p.store.Jobs(); engine != nil {
		err = engine.Stop(end)
	}
	if p.sequence != nil {
		p.sequence()
		p.waiting.Wait()
		if _, e := p.Log.Integrate(end); e != nil {
			err = errors.Join(err, e)
		}
	}
	return errors.Join(err, p.store.Close())
}

// holdMode writes down at first what the data is for, and refuses another mode ever after: papers of a trial must never
// stand beside real ones.
func holdMode(c config.Config) error {
	path := filepath.Join(c.Data, "mode")
	had, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return writeWhole(path, []byte(c.Mode+"\n"))
	}
	if err != nil {
		return err
	}
	if string(had) != string(c.Mode)+"\n" {
		return errMode.With("data", c.Data).With("mode", string(had[:max(len(had)-1, 0)]))
	}
	return nil
}

var errMode = pact.Problem(pact.Conflict, "data_mode",
	"Thư mục dữ liệu {data} được lập cho chế độ “{mode}” và không đổi được.",
	"The data folder {data} was made for the mode {mode}, which cannot be changed.")

// origin names the log after the public address.
func origin(publicURL string) string {
	_, host, _ := strings.Cut(publicURL, "://")
	return host + "/log"
}
