package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"kyket/internal/config"
)

// configFlags are the settings that most people give on the command line; all others come from the environment or a file.
type configFlags struct {
	Config    string `help:"Tệp cấu hình YAML. / Configuration file (YAML)." placeholder:"FILE"`
	Data      string `help:"Thư mục dữ liệu. / Data folder." placeholder:"DIR"`
	Addr      string `help:"Địa chỉ lắng nghe. / Address to listen on." placeholder:"HOST:PORT"`
	PublicURL string `help:"Địa chỉ công khai trong mã QR. / Public address in QR codes." placeholder:"URL"`
	Mode      string `help:"trial (dùng thử) hoặc / or production." placeholder:"MODE"`
}

func (f configFlags) load() (config.Config, error) {
	flags := map[string]string{}
	for key, v := range map[string]string{"data": f.Data, "addr": f.Addr, "public_url": f.PublicURL, "mode": f.Mode} {
		if v != "" {
			flags[key] = v
		}
	}
	return config.Load(config.Source{Flags: flags, Env: os.Environ(), File: f.Config})
}

type serveCommand struct {
	configFlags `embed:""`
}

func (c serveCommand) Run(ctx context.Context, t terminal) error {
	began := time.Now()
	cfg, err := c.load()
	if err != nil {
		return err
	}
	log := newLog(t.err, cfg.Log.Level, cfg.Log.Format)
	p, err := Open(ctx, Settings{Config: cfg, Log: log})
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", cfg.Addr)
	if err != nil {
		return errors.Join(err, p.Close())
	}
	if err := p.Start(ctx); err != nil {
		return errors.Join(err, l.Close(), p.Close())
	}
	if p.SetupCode != "" {
		fmt.Fprintf(t.out, "Mã thiết lập (dùng một lần, để lập tài khoản quản trị đầu tiên) / one-time set-up code for the first administrator:\n\n    %s\n\n", p.SetupCode)
	}
	fmt.Fprintf(t.out, "Kyket: %s  (dữ liệu / data: %s)\n", cfg.PublicURL, cfg.Data)
	log.InfoContext(ctx, "serving", "addr", l.Addr().String(), "mode", cfg.Mode, "ready_ms", time.Since(began).Milliseconds())
	return errors.Join(p.Serve(ctx, l), p.Close())
}
