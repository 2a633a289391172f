package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"kyket/internal/identity"
	"kyket/pact"
)

type userAddCommand struct {
	configFlags `embed:""`
	Login       string `arg:"" help:"Tên đăng nhập. / Login."`
	Name        string `required:"" help:"Họ tên. / Name."`
}

type userListCommand struct {
	configFlags `embed:""`
}

type userPasswdCommand struct {
	configFlags `embed:""`
	Login       string `arg:"" help:"Tên đăng nhập. / Login."`
}

// withAccounts opens the data folder for one piece of work; jobs do not run meanwhile.
func withAccounts(ctx context.Context, f configFlags, t terminal, do func(*identity.Accounts) error) error {
	cfg, err := f.load()
	if err != nil {
		return err
	}
	p, err := Open(ctx, Settings{Config: cfg, Log: newLog(t.err, "warn", "text")})
	if err != nil {
		return err
	}
	return errors.Join(do(p.Accounts), p.Close())
}

// password reads one line; it is never a flag, which other users of the machine could read.
func password(t terminal) (string, error) {
	fmt.Fprint(t.err, "Mật khẩu / password: ")
	line, err := bufio.NewReader(io.LimitReader(t.in, 4096)).ReadString('\n')
	if err != nil && !(errors.Is(err, io.EOF) && line != "") {
		return "", err
	}
	return strings.TrimRight(line, "\r\n"), nil
}

func (c userAddCommand) Run(ctx context.Context, t terminal) error {
	return withAccounts(ctx, c.configFlags, t, func(a *identity.Accounts) error {
		secret, err := password(t)
		if err != nil {
			return err
		}
		p, err := a.AddPerson(ctx, identity.Request{}, identity.NewPerson{Login: c.Login, Name: c.Name, Password: secret,
			Grants: []pact.Grant{{Role: pact.Admin}}})
		if err == nil {
			fmt.Fprintln(t.out, p.ID)
		}
		return err
	})
}

func (c userListCommand) Run(ctx context.Context, t terminal) error {
	return withAccounts(ctx, c.configFlags, t, func(a *identity.Accounts) error {
		w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
		for after := pact.PersonID(""); ; {
			page, err := a.People(ctx, after, 100)
			if err != nil {
				return err
			}
			for _, p := range page {
				after = p.ID
				var roles []string
				for _, g := range p.Grants {
					roles = append(roles, strings.TrimSuffix(string(g.Role)+" "+string(g.Agency), " "))
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", p.ID, p.Login, p.Name, strings.Join(roles, ", "))
			}
			if len(page) == 0 {
				return w.Flush()
			}
		}
	})
}

func (c userPasswdCommand) Run(ctx context.Context, t terminal) error {
	return withAccounts(ctx, c.configFlags, t, func(a *identity.Accounts) error {
		p, err := a.PersonByLogin(ctx, c.Login)
		if err != nil {
			return err
		}
		secret, err := password(t)
		if err != nil {
			return err
		}
		return a.SetPassword(ctx, "", p.ID, secret)
	})
}
