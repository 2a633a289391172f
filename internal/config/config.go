// Package config gathers what an operator has said about one server: flag before KYKET_* environment before file
// before default. Secrets can be read from a file (KYKET_…_FILE). Unknown keys are refused, since a misspelt limit or
// address that is silently ignored is found out on the day it is needed. It opens nothing but the files it is told to
// read, and knows neither flags' syntax nor what the values are used for.
package config

import (
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"

	"kyket/pact"
)

// Mode is what the data is for. It is chosen once; a trial folder never becomes production.
type Mode string

const (
	Trial      Mode = "trial"      // a CA, TSA and OCSP of our own; every paper says so
	Production Mode = "production" // real certificates only
)

// Config is the settings of one server. Its zero value is not usable: Load fills the defaults.
type Config struct {
	Data      string         // folder of everything that is kept
	Addr      string         // host:port to listen on
	PublicURL string         // address in QR codes and links, without a slash at the end
	Database  string         // "" : SQLite in Data; else a PostgreSQL DSN
	Mode      Mode           //
	Certifier Certifier      // the service's own key, for the certification of papers
	TSA       TSA            // where time stamps come from; empty in trial: our own
	Anchors   []string       // PEM files: certificates of signers are accepted below these
	Log       Log            //
	Proxies   []netip.Prefix // whose X-Forwarded-For is believed; empty: nobody's
}

// Certifier is a PKCS#12 file with its password. A trial folder makes one when none is named.
type Certifier struct {
	PKCS12   string
	Password Secret
}

// TSA is a time-stamp authority (RFC 3161).
type TSA struct {
	URL     string
	Anchors []string      // PEM files: its certificate is accepted below these
	Timeout time.Duration // one request; a signature never waits longer than its lease
}

// Log says what is logged and how.
type Log struct {
	Level  string // debug, info, warn, error
	Format string // text, json
}

// Secret is a value that no log and no message shows.
type Secret string

func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "***"
}

// GoString hides the value from %#v as well.
func (s Secret) GoString() string { return `"` + s.String() + `"` }

// MarshalText hides the value from encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Postgres says that Database names a PostgreSQL server.
func (c Config) Postgres() bool { return c.Database != "" }

// Source is where settings come from.
type Source struct {
	Flags map[string]string // by key, only those that were given
	Env   []string          // KEY=value, as os.Environ gives it
	File  string            // YAML; "" : KYKET_CONFIG, or none
	// Read reads the file and the secrets; nil is os.ReadFile.
	Read func(name string) ([]byte, error)
}

// The refusals of this package. Those that have several findings list them in Details, by key.
var (
	ErrConfig = pact.Problem(pact.Invalid, "config_invalid", "Cấu hình chưa dùng được, xin xem từng mục dưới đây.", "The configuration cannot be used; see each point below.")

	errUnknown  = pact.Problem(pact.Invalid, "config_unknown_key", "Không có mục cấu hình {key} (ghi tại {where}).", "There is no setting {key} (found in {where}).")
	errValue    = pact.Problem(pact.Invalid, "config_value", "Giá trị {value} không dùng được cho mục {key} ({where}): cần {wanted}.", "The value {value} cannot be used for {key} ({where}): {wanted} is needed.")
	errRead     = pact.Problem(pact.Invalid, "config_unreadable", "Không đọc được tệp {file} của mục {key}.", "The file {file} for {key} cannot be read.")
	errBoth     = pact.Problem(pact.Invalid, "config_both", "{key} và {key}_FILE không được đặt cùng lúc.", "{key} and {key}_FILE must not both be set.")
	errSyntax   = pact.Problem(pact.Invalid, "config_syntax", "Tệp cấu hình {file} không phải YAML hợp lệ: {reason}.", "The configuration file {file} is not valid YAML: {reason}.")
	errRequired = pact.Problem(pact.Invalid, "config_required", "Chế độ chính thức cần mục {key}.", "Production needs the setting {key}.")
)

// Load gathers the settings. The error is a pact.Error that lists every finding.
func Load(src Source) (Config, error) {
	if src.Read == nil {
		src.Read = os.ReadFile
	}
	l := &loader{src: src, found: map[string]given{}}
	l.env()
	l.file()
	l.flags()
	var c Config
	for _, s := range settings {
		g, ok := l.found[s.key]
		if !ok {
			g = given{text: s.fallback, where: "default"}
		}
		if g.text == "" {
			continue
		}
		if wanted := s.set(&c, g.text); wanted != nil {
			shown := g.text
			if s.secret {
				shown = Secret(shown).String()
			}
			l.say(s.key, errValue.With("value", shown).With("key", s.key).With("where", g.where).With("wanted", wanted))
		}
	}
	l.whole(&c)
	if len(l.bad) > 0 {
		return Config{}, ErrConfig.Listing(l.bad...)
	}
	return c, nil
}

// whole checks what no single setting knows, and derives the public address.
func (l *loader) whole(c *Config) {
	if c.Mode == Production {
		for key, missing := range map[string]bool{
			"public_url": c.PublicURL == "", "certifier.pkcs12": c.Certifier.PKCS12 == "", "tsa.url": c.TSA.URL == "",
			"tsa.anchors": len(c.TSA.Anchors) == 0, "anchors": len(c.Anchors) == 0,
		} {
			if missing {
				l.say(key, errRequired.With("key", key))
			}
		}
	}
	if c.PublicURL == "" {
		u := url.URL{Scheme: "http", Host: c.Addr}
		c.PublicURL = u.String()
	}
	c.PublicURL = strings.TrimRight(c.PublicURL, "/")
}

func (l *loader) say(key string, e *pact.Error) { l.bad = append(l.bad, e.At(key)) }
