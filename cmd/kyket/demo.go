package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"text/tabwriter"
	"time"

	"kyket/internal/config"
	"kyket/internal/rehearse"
	"kyket/pact"
	"kyket/test/scenarios"
)

type demoCommand struct {
	Data string `default:"data" help:"Thư mục dữ liệu. / Data folder." placeholder:"DIR"`
	Addr string `default:"127.0.0.1:8080" help:"Địa chỉ lắng nghe, chỉ trong máy này. / Address to listen on, of this machine only." placeholder:"HOST:PORT"`
}

var errLoopback = pact.Problem(pact.Invalid, "demo_loopback",
	"Bản trình diễn chỉ mở trong máy này (127.0.0.1), không mở ra mạng: {addr}.",
	"The demo listens on this machine only (127.0.0.1), not on the network: {addr}.")

// folderOfPlay holds what the player keeps, below the data folder that serve and audit use as well.
const folderOfPlay = "rehearsal"

func (c demoCommand) Run(ctx context.Context, t terminal) error {
	host, _, err := net.SplitHostPort(c.Addr)
	if ip := net.ParseIP(host); err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return errLoopback.With("addr", c.Addr)
	}
	l, err := net.Listen("tcp", c.Addr) // first: a port that is taken should not be found out after the play
	if err != nil {
		return err
	}
	dir := filepath.Join(c.Data, folderOfPlay)
	if err := c.playOnce(ctx, t, dir); err != nil {
		return errors.Join(err, l.Close())
	}
	debug.FreeOSMemory() // what the play has used, the server does not need
	p, err := Open(ctx, Settings{Config: c.config(), Log: newLog(t.err, "warn", "text")})
	if err != nil {
		return errors.Join(err, l.Close())
	}
	if err := p.Start(ctx); err != nil {
		return errors.Join(err, l.Close(), p.Close())
	}
	if err := c.today(ctx, p, dir); err != nil {
		return errors.Join(err, l.Close(), p.Close())
	}
	if err := c.introduce(t, dir); err != nil {
		return errors.Join(err, l.Close(), p.Close())
	}
	return errors.Join(p.Serve(ctx, l), p.Close())
}

func (c demoCommand) config() config.Config {
	return config.Config{Data: c.Data, Addr: c.Addr, PublicURL: "http://" + c.Addr, Mode: config.Trial, TSA: config.TSA{Timeout: 10 * time.Second}}
}

// playOnce plays the sample year unless the folder holds it already; a play that was cut short is finished.
func (c demoCommand) playOnce(ctx context.Context, t terminal, dir string) error {
	if _, err := os.Stat(filepath.Join(dir, "summary.json")); err == nil {
		return nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	fmt.Fprintln(t.out, "Đang diễn một năm thi đua mẫu qua API thật… / Playing a sample year through the real API…")
	_, err := play(ctx, t, production{yaml: scenarios.Demo, name: scenarios.DemoName, dir: dir, data: c.Data, publicURL: "http://" + c.Addr,
		run: rehearse.Run{Level: "B-LTA", Key: "p256"}, resume: true})
	return err
}

// introduce prints who can sign in as what.
func (c demoCommand) introduce(t terminal, dir string) error {
	people, err := rehearse.People(dir)
	if err != nil {
		return err
	}
	fmt.Fprintf(t.out, "\nBản trình diễn / demo: http://%s\n\n", c.Addr)
	w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "TÊN ĐĂNG NHẬP\tMẬT KHẨU\tHỌ TÊN\tVAI TRÒ\tĐƠN VỊ")
	for _, p := range people {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", p.Login, p.Password, p.Name, p.Office, p.Agency)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(t.out, "\nVăn bản đã ký / signed papers: %s\nDừng / stop: Ctrl+C\n", dir)
	return nil
}
