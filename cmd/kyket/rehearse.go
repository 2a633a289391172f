package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"kyket/internal/config"
	"kyket/internal/jobs"
	"kyket/internal/rehearse"
	"kyket/internal/rehearse/scenario"
	"kyket/internal/trialpki"
	"kyket/pact"
)

type rehearseCommand struct {
	Scenario string `arg:"" help:"Tệp kịch bản (YAML). / Scenario file." placeholder:"SCENARIO.yaml"`
	Out      string `required:"" help:"Thư mục kết quả, còn trống. / Folder for the result, empty." placeholder:"DIR"`
	Level    string `enum:"B-B,B-T,B-LTA" default:"B-LTA" help:"Mức chữ ký cần đạt. / Level to reach (${enum})."`
	Key      string `enum:"p256,rsa2048" default:"p256" help:"Loại khóa của người ký. / Kind of the people's keys (${enum})."`
	Signing  string `enum:",digital" default:"" help:"digital: ký số cả năm vốn ký giấy. / Let the people of a paper year sign digitally."`
	Seed     string `help:"Hạt giống của mã số. / Seed of codes." placeholder:"N"`
	Resume   bool   `help:"Diễn tiếp sau khi bị ngắt. / Go on after an interruption."`
}

func (c rehearseCommand) Run(ctx context.Context, t terminal) error {
	b, err := os.ReadFile(c.Scenario)
	if err != nil {
		fmt.Fprintf(t.err, "kyket: %v\n", err)
		return exitCode(exitUsage)
	}
	s, err := play(ctx, t, production{
		yaml: b, name: filepath.Base(c.Scenario), dir: c.Out, data: filepath.Join(c.Out, "data"), publicURL: defaultURL,
		run: rehearse.Run{Level: c.Level, Key: c.Key, Digital: c.Signing == "digital", Seed: c.Seed}, resume: c.Resume,
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(t.out, "%s: %s, %s, %d ms\n", filepath.Join(c.Out, "summary.json"), s.Pact.State, s.Pact.Level, s.Timings["total"])
	return nil
}

// defaultURL stands in the QR codes of rehearsals, where no reader finds more than the demo.
const defaultURL = "http://127.0.0.1:8080"

// production says what is played and where it is kept.
type production struct {
	yaml      []byte
	name      string
	dir, data string
	database  string // "": SQLite in data
	publicURL string
	run       rehearse.Run
	resume    bool
}

// stage is the pact's clock of a rehearsal.
type stage struct{ now atomic.Pointer[time.Time] }

func (s *stage) set(t time.Time) { s.now.Store(&t) }

func (s *stage) clock() time.Time { return *s.now.Load() }

// play starts a server of its own on a loopback port and lets the scenario be played on it.
func play(ctx context.Context, t terminal, in production) (sum *rehearse.Summary, err error) {
	s, err := scenario.Parse(in.yaml)
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256(in.yaml)
	in.run.Scenario, in.run.SHA256 = in.name, hex.EncodeToString(digest[:])
	in.run.Shift = rehearse.ShiftDays(s, in.run.Digital, time.Now())
	if in.run.Seed == "" {
		in.run.Seed = rand.Text()
	}
	log := newLog(t.err, "warn", "text")
	p, err := rehearse.Prepare(rehearse.Options{Scenario: s, Dir: in.dir, Run: in.run, Resume: in.resume, Out: t.out, Log: log})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	run := p.Run()
	at, tsa := p.Cue()
	st := &stage{}
	st.set(at)
	program, err := Open(ctx, Settings{
		Config: config.Config{Data: in.data, Database: in.database, Addr: "127.0.0.1:0", PublicURL: in.publicURL, Mode: config.Trial, TSA: config.TSA{Timeout: 10 * time.Second}},
		Log:    log, Clock: st.clock, Mint: seededMint{seed: run.Seed}, Target: pact.Level(run.Level), Key: trialpki.KeyKind(run.Key),
		Backoff: jobs.Backoff(50*time.Millisecond, time.Second), Proxies: []string{"127.0.0.1"},
	})
	if err != nil {
		return nil, err
	}
	program.World.SetTSA(tsa)
	return perform(ctx, p, program, st)
}

func perform(ctx context.Context, p *rehearse.Production, program *Program, st *stage) (sum *rehearse.Summary, err error) {
	defer func() { err = errors.Join(err, program.Close()) }()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	if err := program.Start(ctx); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	serving, stop := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() { served <- program.Serve(serving, l) }()
	defer func() {
		stop()
		err = errors.Join(err, <-served)
	}()
	client := &http.Client{}
	defer client.CloseIdleConnections()
	return p.Play(ctx, rehearse.Server{URL: "http://" + l.Addr().String(), Client: client, SetupCode: program.SetupCode,
		Stage: rehearse.Stage{SetClock: st.set, SetTSA: program.World.SetTSA}})
}
