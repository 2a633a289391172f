package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"kyket/internal/rehearse"
	"kyket/internal/rehearse/scenario"
	"kyket/test/scenarios"
)

// today puts pacts on today's clock beside the played one, through the API of the program that will then be served. They
// are played on a port of their own: nobody should walk in while the furniture is carried.
func (c demoCommand) today(ctx context.Context, p *Program, dir string) (err error) {
	s, err := scenario.Parse(scenarios.Demo)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	serving, stop := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() { served <- p.Serve(serving, l) }()
	client := &http.Client{}
	defer func() {
		client.CloseIdleConnections()
		stop()
		err = errors.Join(err, <-served)
	}()
	run := rehearse.Run{Key: "p256", Shift: rehearse.ShiftDays(s, false, time.Now())}
	if err := rehearse.Today(ctx, dir, s, run, rehearse.Server{URL: "http://" + l.Addr().String(), Client: client}, time.Now()); err != nil {
		return fmt.Errorf("pacts of today: %w", err)
	}
	return nil
}
