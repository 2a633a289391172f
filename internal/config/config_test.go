package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"kyket/pact"
)

func files(all map[string]string) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		if text, ok := all[name]; ok {
			return []byte(text), nil
		}
		return nil, fs.ErrNotExist
	}
}

func TestDefaults(t *testing.T) {
	c, err := Load(Source{})
	if err != nil {
		t.Fatal(err)
	}
	want := Config{Data: "data", Addr: "127.0.0.1:8080", PublicURL: "http://127.0.0.1:8080", Mode: Trial, TSA: TSA{Timeout: 10 * time.Second}, Log: Log{"info", "text"}}
	if got := fmt.Sprintf("%+v", c); got != fmt.Sprintf("%+v", want) {
		t.Errorf("got  %s\nwant %+v", got, want)
	}
}

func TestPrecedence(t *testing.T) {
	src := Source{File: "k.yaml", Read: files(map[string]string{"k.yaml": "addr: file:1\ndata: file\nlog: {level: warn, format: json}\n"})}
	for _, step := range []struct {
		do   func()
		want string
	}{
		{func() {}, "file:1 file warn json"},
		{func() { src.Env = []string{"KYKET_ADDR=env:2", "KYKET_LOG_LEVEL=error", "HOME=/"} }, "env:2 file error json"},
		{func() { src.Flags = map[string]string{"addr": "flag:3"} }, "flag:3 file error json"},
	} {
		step.do()
		c, err := Load(src)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(c.Addr, " ", c.Data, " ", c.Log.Level, " ", c.Log.Format); got != step.want {
			t.Errorf("got %s, want %s", got, step.want)
		}
	}
}

func TestConfigFileFromTheEnvironment(t *testing.T) {
	c, err := Load(Source{Env: []string{"KYKET_CONFIG=k.yaml"}, Read: files(map[string]string{"k.yaml": "tsa:\n  anchors: [a.pem, b.pem]\ntrusted_proxies: 10.0.0.0/8, 127.0.0.1/32\n"})})
	if err != nil || len(c.TSA.Anchors) != 2 || c.TSA.Anchors[1] != "b.pem" || len(c.Proxies) != 2 {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestSecretsComeFromFilesAndAreNotShown(t *testing.T) {
	c, err := Load(Source{Env: []string{"KYKET_CERTIFIER_PASSWORD_FILE=/run/p", "KYKET_DATABASE=postgres://u:geheim@h/d"}, Read: files(map[string]string{"/run/p": "geheim\n"})})
	if err != nil || c.Certifier.Password != "geheim" || !c.Postgres() {
		t.Fatalf("%v, %v", c, err)
	}
	inJSON, _ := json.Marshal(c.Certifier)
	for _, shown := range []string{fmt.Sprintf("%v %+v %#v %s", c.Certifier, c.Certifier, c.Certifier, c.Certifier.Password), string(inJSON)} {
		if strings.Contains(shown, "geheim") {
			t.Errorf("shown: %s", shown)
		}
	}
	_, err = Load(Source{Env: []string{"KYKET_DATABASE=mysql://u:geheim@h/d"}})
	if text := all(err); strings.Contains(text, "geheim") || !strings.Contains(text, "***") {
		t.Errorf("shown: %s", text)
	}
}

func TestRefusals(t *testing.T) {
	for _, r := range []struct {
		name string
		src  Source
		want string // code and key
	}{
		{"unknown flag", Source{Flags: map[string]string{"adr": "x"}}, "config_unknown_key adr"},
		{"unknown environment", Source{Env: []string{"KYKET_PUBLIC_ULR=x"}}, "config_unknown_key KYKET_PUBLIC_ULR"},
		{"file only for secrets", Source{Env: []string{"KYKET_ADDR_FILE=x"}}, "config_unknown_key KYKET_ADDR_FILE"},
		{"unknown in file", file("log: {lvel: info}"), "config_unknown_key log.lvel"},
		{"unknown group", file("logs: {level: info}"), "config_unknown_key logs"},
		{"map for value", file("addr: {host: a}"), "config_value addr"},
		{"no map", file("- a"), "config_unknown_key "},
		{"twice", file("addr: a:1\naddr: b:1"), "config_syntax addr"},
		{"no yaml", file("addr: ["), "config_syntax config"},
		{"two documents", file("addr: a:1\n---\naddr: b:1"), "config_syntax config"},
		{"no file", Source{File: "none.yaml", Read: files(nil)}, "config_unreadable config"},
		{"no secret", Source{Env: []string{"KYKET_DATABASE_FILE=none"}, Read: files(nil)}, "config_unreadable database"},
		{"plain and file", Source{Env: []string{"KYKET_DATABASE_FILE=a", "KYKET_DATABASE=b"}}, "config_both database"},
		{"address", env("ADDR=8080"), "config_value addr"},
		{"port", env("ADDR=a:99999"), "config_value addr"},
		{"url", env("PUBLIC_URL=ftp://a"), "config_value public_url"},
		{"url with query", env("PUBLIC_URL=https://a/?b=c"), "config_value public_url"},
		{"mode", env("MODE=test"), "config_value mode"},
		{"timeout", env("TSA_TIMEOUT=2h"), "config_value tsa.timeout"},
		{"empty item", env("ANCHORS=a.pem,,b.pem"), "config_value anchors"},
		{"network", env("TRUSTED_PROXIES=10.0.0.1"), "config_value trusted_proxies"},
		{"production without key", env("MODE=production"), "config_required certifier.pkcs12"},
	} {
		t.Run(r.name, func(t *testing.T) {
			_, err := Load(r.src)
			var e *pact.Error
			if !errors.As(err, &e) || e.Code != ErrConfig.Code {
				t.Fatalf("got %v", err)
			}
			if !slices.ContainsFunc(e.Details, func(d pact.Detail) bool { return d.Code+" "+d.Ref == r.want }) {
				t.Errorf("want %s, got %s", r.want, all(err))
			}
			if strings.ContainsAny(strings.ReplaceAll(all(err), "{…}", ""), "{}") {
				t.Errorf("a placeholder is left: %s", all(err))
			}
		})
	}
}

func file(text string) Source {
	return Source{File: "k.yaml", Read: files(map[string]string{"k.yaml": text})}
}

func env(pair string) Source { return Source{Env: []string{"KYKET_" + pair}} }

func all(err error) string {
	var e *pact.Error
	if !errors.As(err, &e) {
		return fmt.Sprint(err)
	}
	var b strings.Builder
	for _, d := range e.Details {
		fmt.Fprintln(&b, d.Code, d.Ref, d.Vi, d.En)
	}
	return b.String()
}

// The variables of tests and scripts do not keep a server from starting.
func TestForeignVariables(t *testing.T) {
	if _, err := Load(Source{Env: []string{"KYKET_TEST_POSTGRES=x", "KYKET_JUDGES=y"}}); err != nil {
		t.Error(err)
	}
}

// The page for operators names every key with its default.
func TestDocumentation(t *testing.T) {
	page, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range Settings() {
		if !strings.Contains(string(page), "`"+s.Key+"`") || !strings.Contains(string(page), s.Default) {
			t.Errorf("docs/configuration.md does not name %s with its default %q", s.Key, s.Default)
		}
		if s.Vi == "" || s.En == "" {
			t.Errorf("%s is not explained", s.Key)
		}
	}
}

func FuzzFile(f *testing.F) {
	for _, seed := range []string{"addr: a:1", "tsa: {anchors: [a, b]}", "a: &a [*a]", "? [a]: b", "log:\n  level: info\n---\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, err := Load(file(text))
		var e *pact.Error
		if err != nil && (!errors.As(err, &e) || len(e.Details) == 0) {
			t.Fatalf("got %v", err)
		}
	})
}
