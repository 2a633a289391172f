package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kyket/internal/config"
	"kyket/internal/identity"
	"kyket/internal/trialpki"
	"kyket/signing"
	"kyket/signing/pkcs12"
)

func trialSettings(dir string) Settings {
	return Settings{Config: config.Config{Data: dir, Addr: "127.0.0.1:0", PublicURL: defaultURL, Mode: config.Trial,
		TSA: config.TSA{Timeout: time.Second}}, Log: slog.New(slog.DiscardHandler)}
}

// started opens and starts a program and serves it on a port of its own; stop ends it in order.
func started(t *testing.T, s Settings) (p *Program, url string, stop func()) {
	t.Helper()
	p, err := Open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- p.Serve(ctx, l) }()
	return p, "http://" + l.Addr().String(), func() {
		end()
		if err := errors.Join(<-served, p.Close()); err != nil {
			t.Error(err)
		}
	}
}

func status(t *testing.T, url string) int {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		t.Fatal(err)
	}
	return r.StatusCode
}

func TestFirstStartGivesTheSetUpCodeUntilItIsUsed(t *testing.T) {
	dir := t.TempDir()
	p, url, stop := started(t, trialSettings(dir))
	first := p.SetupCode
	if first == "" || status(t, url+"/readyz") != 200 || status(t, url+"/trial/certs/root.cer") != 200 {
		t.Errorf("code %q", first)
	}
	stop()
	p, _, stop = started(t, trialSettings(dir))
	if p.SetupCode == "" || p.SetupCode == first {
		t.Errorf("the second start gives %q after %q", p.SetupCode, first)
	}
	if _, err := p.Accounts.SetUp(t.Context(), p.SetupCode, identity.NewPerson{Login: "quantri", Name: "Quản trị", Password: "một câu dài để nhớ"}, "127.0.0.1"); err != nil {
		t.Fatal(err)
	}
	stop()
	p, _, stop = started(t, trialSettings(dir))
	if p.SetupCode != "" {
		t.Error("a code is given although there is an administrator")
	}
	stop()
}

func TestOneProcessWorksAFolder(t *testing.T) {
	dir := t.TempDir()
	_, _, stop := started(t, trialSettings(dir))
	defer stop()
	second, err := Open(t.Context(), trialSettings(dir))
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Start(t.Context()); err == nil {
		t.Error("a second process works the same folder")
	}
	if err := second.Close(); err != nil {
		t.Error(err)
	}
}

func TestTrialNeverBecomesProduction(t *testing.T) {
	dir := t.TempDir()
	_, _, stop := started(t, trialSettings(dir))
	stop()
	s := productionSettings(t, dir)
	if _, err := Open(t.Context(), s); !errors.Is(err, errMode) {
		t.Errorf("opened as production: %v", err)
	}
	s = productionSettings(t, t.TempDir())
	_, url, stop := started(t, s)
	defer stop()
	if got := status(t, url+"/trial/certs/root.cer"); got != 404 {
		t.Errorf("production has a trial authority: %d", got)
	}
	if got := status(t, url+"/api/v1/trust/root.pem"); got != 200 {
		t.Errorf("the anchors are not given: %d", got)
	}
}

// productionSettings names keys and anchors in files, as an administrator does.
func productionSettings(t *testing.T, dir string) Settings {
	t.Helper()
	w, err := trialpki.New(time.Now, trialpki.P256, "https://ca.example")
	if err != nil {
		t.Fatal(err)
	}
	key, cert, err := w.NewService("Bộ Tư pháp")
	if err != nil {
		t.Fatal(err)
	}
	local, err := signing.NewLocal(key, cert, w.IssuingCA())
	if err != nil {
		t.Fatal(err)
	}
	file, err := pkcs12.Save(local, "bí mật")
	if err != nil {
		t.Fatal(err)
	}
	keys := t.TempDir()
	for name, b := range map[string][]byte{"service.p12": file, "root.pem": certificatePEM(w.Root()), "tsa.pem": certificatePEM(w.StampRoot())} {
		if err := os.WriteFile(filepath.Join(keys, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := trialSettings(dir)
	s.Config.Mode = config.Production
	s.Config.Certifier = config.Certifier{PKCS12: filepath.Join(keys, "service.p12"), Password: "bí mật"}
	s.Config.Anchors = []string{filepath.Join(keys, "root.pem")}
	s.Config.TSA = config.TSA{URL: "https://tsa.example", Anchors: []string{filepath.Join(keys, "tsa.pem")}, Timeout: time.Second}
	return s
}

func TestMigrations(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	do := func(command string) (int, string) {
		var said bytes.Buffer
		code := run(t.Context(), []string{"migrate", command, "--data", dir}, terminal{out: &said, err: &said})
		return code, said.String()
	}
	if code, said := do("status"); code != 1 || !strings.Contains(said, dir) {
		t.Errorf("no data: exit %d, %s", code, said)
	}
	if code, said := do("up"); code != 0 {
		t.Fatalf("exit %d, %s", code, said)
	}
	if code, said := do("status"); code != 0 || strings.Contains(said, "pending") || !strings.Contains(said, ".sql") {
		t.Errorf("exit %d, %s", code, said)
	}
}

func TestUsersFromTheCommandLine(t *testing.T) {
	dir := t.TempDir()
	do := func(in string, args ...string) (int, string) {
		var said bytes.Buffer
		code := run(t.Context(), append(args, "--data", dir), terminal{in: strings.NewReader(in), out: &said, err: io.Discard})
		return code, said.String()
	}
	if code, _ := do("ngắn\n", "user", "add", "an", "--name", "An"); code != 1 {
		t.Errorf("a login and a password that are too short: exit %d", code)
	}
	if code, _ := do("một câu dài để nhớ\n", "user", "add", "quantri", "--name", "Trần Thị An"); code != 0 {
		t.Fatalf("exit %d", code)
	}
	if code, said := do("", "user", "list"); code != 0 || !strings.Contains(said, "Trần Thị An") || !strings.Contains(said, "admin") {
		t.Errorf("exit %d: %s", code, said)
	}
	if code, _ := do("một câu khác cũng dài\n", "user", "passwd", "quantri"); code != 0 {
		t.Errorf("passwd: exit %d", code)
	}
	if code, _ := do("", "user", "passwd", "quantri"); code != 1 {
		t.Errorf("no password: exit %d", code)
	}
	p, _, stop := started(t, trialSettings(dir))
	defer stop()
	if _, _, _, err := p.Accounts.SignIn(t.Context(), "quantri", "một câu khác cũng dài", "127.0.0.1", ""); err != nil {
		t.Error(err)
	}
}

func TestDemoPlaysOnceAndServes(t *testing.T) {
	dir := t.TempDir()
	addr := freePort(t)
	var first string
	for n := range 2 {
		ctx, stop := context.WithCancel(t.Context())
		out := &announced{sign: "Ctrl+C", seen: make(chan struct{})}
		ended := make(chan int, 1)
		go func() {
			ended <- run(ctx, []string{"demo", "--data", dir, "--addr", addr}, terminal{out: out, err: io.Discard})
		}()
		select {
		case <-out.seen:
		case code := <-ended:
			t.Fatalf("ended with %d\n%s", code, out.text.String())
		}
		if got := status(t, "http://"+addr+"/readyz"); got != 200 {
			t.Errorf("start %d: %d", n+1, got)
		}
		stop()
		if code := <-ended; code != 0 {
			t.Errorf("start %d: exit %d", n+1, code)
		}
		table := out.text.String()
		table = table[strings.Index(table, "TÊN ĐĂNG NHẬP"):]
		if n == 0 {
			first = table
			continue
		}
		if strings.Contains(out.text.String(), "vòng 1") {
			t.Error("the second start plays again")
		}
		if table != first {
			t.Error("the second start names other people or passwords")
		}
	}
	if !strings.Contains(first, "thuky1") || !strings.Contains(first, "c01.lanhdao") {
		t.Errorf("the table: %s", first)
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// announced is an output that tells when a text was written.
type announced struct {
	sign string
	seen chan struct{}
	text bytes.Buffer
}

func (a *announced) Write(b []byte) (int, error) {
	before := strings.Contains(a.text.String(), a.sign)
	a.text.Write(b)
	if !before && strings.Contains(a.text.String(), a.sign) {
		close(a.seen)
	}
	return len(b), nil
}
