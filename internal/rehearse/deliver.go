package rehearse

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Summary is summary.json: what came out of a play. Its names are stable.
type Summary struct {
	Scenario      string             `json:"scenario"`
	ShiftDays     int                `json:"shift_days"`
	Missing       []string           `json:"missing"`
	Pact          pactSummary        `json:"pact"`
	Versions      []versionSummary   `json:"versions"`
	Rounds        []roundSummary     `json:"rounds"`
	Comments      map[string]int     `json:"comments"`
	Certification *certification     `json:"certification,omitempty"`
	Signatures    []signatureSummary `json:"signatures"`
	Seals         []struct{}         `json:"seals"`
	Witnesses     []struct{}         `json:"witnesses"`
	Revisions     []revisionSummary  `json:"revisions"`
	Refused       []struct{}         `json:"refused"`
	Audit         auditSummary       `json:"audit"`
	Files         map[string]string  `json:"files"`
	Timings       map[string]int64   `json:"timings_ms"`
}

type pactSummary struct {
	ID          string `json:"id"`
	Number      string `json:"number"`
	Title       string `json:"title"`
	State       string `json:"state"`
	Policy      string `json:"policy"`
	Level       string `json:"level"`
	TargetLevel string `json:"target_level"`
}

type versionSummary struct {
	Number  int    `json:"number"`
	Label   string `json:"label"`
	SHA256  string `json:"sha256"`
	Clauses int    `json:"clauses"`
	Closed  bool   `json:"closed"`
}

type roundSummary struct {
	Round   int            `json:"round"`
	Replies map[string]int `json:"replies"`
}

type certification struct {
	Field      string    `json:"field"`
	Signer     string    `json:"signer"`
	Level      string    `json:"level"`
	OccurredAt time.Time `json:"occurred_at"`
	ProvenAt   time.Time `json:"proven_at,omitzero"`
	SHA256     string    `json:"sha256"`
}

type signatureSummary struct {
	Agency     string    `json:"agency"`
	Signer     string    `json:"signer"`
	Capacity   string    `json:"capacity"`
	Title      string    `json:"title"`
	Provider   string    `json:"provider"`
	Simulated  string    `json:"simulated,omitempty"`
	Level      string    `json:"level"`
	OccurredAt time.Time `json:"occurred_at"`
	ProvenAt   time.Time `json:"proven_at,omitzero"`
	SHA256     string    `json:"sha256"`
	Warning    string    `json:"warning,omitempty"`
}

type revisionSummary struct {
	File   string `json:"file"`
	Cause  string `json:"cause"`
	Field  string `json:"field"`
	Level  string `json:"level"`
	SHA256 string `json:"sha256"`
}

type auditSummary struct {
	Origin string `json:"origin"`
	Size   int64  `json:"size"`
	Root   string `json:"root"`
}

// delivery writes the files of a play and remembers their digests.
type delivery struct {
	*player
	files map[string]string
}

// keep fetches a file and writes it; want is its digest, "" when it is not known beforehand.
func (d *delivery) keep(ctx context.Context, name, path, want string) error {
	var b []byte
	if err := d.get(ctx, d.cast.chief, path, &b); err != nil {
		return err
	}
	sum := sha256.Sum256(b)
	got := hex.EncodeToString(sum[:])
	if want != "" && got != want {
		return fmt.Errorf("%s: the server gave a file with the digest %s, named as %s", name, got, want)
	}
	file := filepath.Join(d.opt.Dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	d.files[name] = got
	return replaceFile(file, b, 0o644)
}

// deliver writes what a rehearsal leaves: the papers, the anchors, the versions and the summary.
func (y *player) deliver(ctx context.Context) (*Summary, error) {
	from := time.Now()
	d := &delivery{y, map[string]string{}}
	var p pactFacts
	if err := y.get(ctx, y.cast.chief, y.on(""), &p); err != nil {
		return nil, err
	}
	k := y.plan.scenario.Pact
	s := &Summary{Scenario: y.plan.scenario.About.Code, ShiftDays: y.plan.shift, Missing: list(y.plan.missing),
		Pact:   pactSummary{p.ID, p.Issue.NumberDisplay, k.TypeName + " " + k.Subject, p.State, p.Issue.Policy, p.Signing.Level, y.plan.level},
		Rounds: y.rounds, Signatures: []signatureSummary{}, Seals: []struct{}{}, Witnesses: []struct{}{}, Refused: []struct{}{},
		Versions: []versionSummary{}, Revisions: []revisionSummary{}, Files: d.files, Timings: y.timings}
	for _, step := range []func(context.Context, *Summary, *pactFacts) error{d.papers, d.texts, d.trust} {
		if err := step(ctx, s, &p); err != nil {
			return nil, err
		}
	}
	var err error
	if s.Comments, err = y.ledger(ctx); err != nil {
		return nil, err
	}
	y.timings["files"] = time.Since(from).Milliseconds()
	y.timings["total"] = time.Since(y.started).Milliseconds()
	if err := writeJSON(filepath.Join(y.opt.Dir, "summary.json"), s); err != nil {
		return nil, err
	}
	return s, os.Chmod(filepath.Join(y.opt.Dir, "summary.json"), 0o644)
}

func (d *delivery) papers(ctx context.Context, s *Summary, p *pactFacts) error {
	if err := d.keep(ctx, "base.pdf", d.on("/files/base"), ""); err != nil {
		return err
	}
	var revisions struct {
		Items []struct {
			Number int    `json:"number"`
			Cause  string `json:"cause"`
			Field  string `json:"field"`
			SHA256 string `json:"sha256"`
			Level  string `json:"level"`
		} `json:"items"`
	}
	if err := d.get(ctx, d.cast.chief, d.on("/revisions"), &revisions); err != nil {
		return err
	}
	for _, r := range revisions.Items {
		name := fmt.Sprintf("revisions/%02d-%s", r.Number, r.Cause)
		if r.Field != "" {
			name += "-" + fileName(r.Field)
		}
		name += ".pdf"
		if err := d.keep(ctx, name, d.on("/files/%s", r.SHA256), r.SHA256); err != nil {
			return err
		}
		s.Revisions = append(s.Revisions, revisionSummary{name, r.Cause, r.Field, r.Level, r.SHA256})
	}
	for _, g := range p.Signing.Signatures {
		one := signatureSummary{g.Agency, g.Signer, capacity(g.Formula), g.Position, g.Provider, "", g.Level, g.OccurredAt, g.ProvenAt, g.SHA256, g.Warning}
		if g.Device != "" && g.Provider == "in_process" {
			one.Simulated = g.Device
		}
		s.Signatures = append(s.Signatures, one)
	}
	if c := p.Signing.Certification; c != nil {
		s.Certification = &certification{c.Field, c.Signer, c.Level, c.OccurredAt, c.ProvenAt, c.SHA256}
	}
	return d.keep(ctx, "pact.pdf", d.on("/files/head"), "")
}

// fileName leaves of a field's name what every file system takes.
func fileName(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return '_'
	}, s)
}

// capacity is the abbreviation that a formula begins with: KT, TUQ, TL, Q, TM; "" for the head.
func capacity(formula string) string {
	first, _, _ := strings.Cut(formula, " ")
	switch c := strings.TrimSuffix(first, "."); c {
	case "KT", "TUQ", "TL", "Q", "TM":
		return c
	}
	return ""
}

func (d *delivery) texts(ctx context.Context, s *Summary, _ *pactFacts) error {
	var all struct {
		Items []versionFacts `json:"items"`
	}
	if err := d.get(ctx, d.cast.chief, d.on("/versions"), &all); err != nil {
		return err
	}
	for _, listed := range all.Items {
		v, err := d.version(ctx, listed.Number)
		if err != nil {
			return err
		}
		s.Versions = append(s.Versions, versionSummary{v.Number, v.Label, v.SHA256, len(v.Clauses), v.Closed})
		if err := d.keep(ctx, fmt.Sprintf("versions/v%d.json", v.Number), d.on("/versions/%d/canonical", v.Number), v.SHA256); err != nil {
			return err
		}
	}
	return nil
}

func (d *delivery) trust(ctx context.Context, s *Summary, _ *pactFacts) error {
	for _, name := range []string{"root", "tsa"} {
		if err := d.keep(ctx, "trust/"+name+".pem", "/trust/"+name+".pem", ""); err != nil {
			return err
		}
	}
	var note []byte
	if err := d.get(ctx, d.cast.chief, "/log/checkpoint", &note); err != nil {
		return err
	}
	lines := strings.SplitN(string(note), "\n", 4) // C2SP tlog-checkpoint: origin, size, root
	if len(lines) < 3 {
		return fmt.Errorf("the log's checkpoint has %d lines", len(lines))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return fmt.Errorf("the log's checkpoint: %w", err)
	}
	s.Audit = auditSummary{lines[0], size, lines[2]}
	return nil
}
