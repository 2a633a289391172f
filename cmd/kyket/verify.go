package main

import (
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"kyket/signing/trust"
	"kyket/signing/validate"
)

type verifyCommand struct {
	Files    []string `arg:"" help:"Tệp PDF. / PDF files." placeholder:"FILE"`
	Trust    []string `sep:"none" help:"Chứng thư gốc của người ký (PEM). / Anchors of signers." placeholder:"PEM"`
	TSATrust []string `sep:"none" name:"tsa-trust" help:"Chứng thư gốc của dấu thời gian; bỏ trống thì dùng --trust. / Anchors of time stamps; absent: --trust serves both." placeholder:"PEM"`
	At       string   `help:"Thời điểm xem xét (RFC 3339); bỏ trống là hiện tại. / Time of the judgement." placeholder:"RFC3339"`
	JSON     bool     `help:"In JSON, mỗi tệp một đối tượng. / One JSON object a file."`
	Report   string   `help:"Ghi thêm báo cáo HTML. / Write a report as well." placeholder:"FILE.html"`
	Lang     string   `enum:"vi,en" default:"vi" help:"Ngôn ngữ của kết quả. / Language of the output (${enum})."`
}

// maxSigned bounds a file that is judged.
const maxSigned = 256 << 20

func (c verifyCommand) Run(t terminal) error {
	o, err := c.options()
	if err != nil {
		fmt.Fprintf(t.err, "kyket: %v\n", err)
		return exitCode(exitUsage)
	}
	var reports []validate.Report
	worst := 0
	for _, name := range c.Files {
		data, err := readBounded(name, maxSigned)
		if err != nil {
			fmt.Fprintf(t.err, "kyket: %v\n", err)
			worst = max(worst, exitUsage)
			continue
		}
		r := validate.Verify(data, o)
		r.File = name
		reports = append(reports, r)
		worst = max(worst, r.ExitCode())
	}
	if err := c.print(t.out, reports); err != nil {
		return err
	}
	if c.Report != "" {
		if err := writeReport(c.Report, reports, c.Lang, o); err != nil {
			fmt.Fprintf(t.err, "kyket: %v\n", err)
			return exitCode(exitUsage)
		}
	}
	if worst != 0 {
		return exitCode(worst)
	}
	return nil
}

func (c verifyCommand) options() (o validate.Options, err error) {
	if o.Trust, err = readAnchors(c.Trust); err != nil {
		return o, err
	}
	if o.TSATrust, err = readAnchors(c.TSATrust); err != nil {
		return o, err
	}
	if c.At != "" {
		o.At, err = time.Parse(time.RFC3339, c.At)
	}
	return o, err
}

func readAnchors(files []string) (all []*x509.Certificate, err error) {
	for _, f := range files {
		b, err := readBounded(f, 1<<20)
		if err != nil {
			return nil, err
		}
		certs, err := trust.ParsePEM(b)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f, err)
		}
		all = append(all, certs...)
	}
	return all, nil
}

func readBounded(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(b)) > most {
		err = fmt.Errorf("%s: larger than %d bytes", name, most)
	}
	return b, err
}

func (c verifyCommand) print(w io.Writer, reports []validate.Report) error {
	if c.JSON {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		for _, r := range reports {
			if err := enc.Encode(r); err != nil {
				return err
			}
		}
		return nil
	}
	for _, r := range reports {
		if err := printReport(w, r, words(c.Lang)); err != nil {
			return err
		}
	}
	return nil
}

// printReport says for people what was found.
func printReport(w io.Writer, r validate.Report, s wording) error {
	p := &printer{w: w}
	p.line("%s", filepath.Base(r.File))
	p.line("  %s: %s", s.Verdict, s.Of(r.Verdict))
	p.line("  SHA-256: %s", r.SHA256)
	p.line("  %s: %d", s.Revisions, r.Revisions)
	for _, g := range r.Signatures {
		p.line("")
		p.line("  %s · %s: %s", s.Of(g.Kind), g.Field, s.Of(g.Indication))
		if g.SubIndication != "" {
			p.line("    (%s)", g.SubIndication)
		}
		p.line("    %s: %s  –  %s: %s", s.Signer, g.Signer, s.Issuer, g.Issuer)
		if g.Level != "" {
			p.line("    %s: %s", s.Level, g.Level)
		}
		if g.ClaimedAt != nil {
			p.line("    %s: %s", s.Claimed, s.Time(g.ClaimedAt))
		}
		if g.ProvenAt != nil {
			p.line("    %s: %s", s.Proven, s.Time(g.ProvenAt))
		}
		p.line("    %s: %s", s.Coverage, s.Of(g.Coverage))
		for _, m := range g.Messages {
			p.line("    – %s", s.Message(m))
		}
		for _, ch := range g.ChangesAfter {
			if !ch.Allowed {
				p.line("    – %s: %s", ch.Object, s.Message(validate.Message(ch.Why)))
			}
		}
	}
	for _, u := range r.Unexplained {
		p.line("")
		p.line("  %s %s (%s %d): %s", s.Unexplained, u.Object, s.Revision, u.Revision, s.Message(validate.Message(u.Why)))
	}
	p.line("")
	return p.err
}

// printer remembers the first error of writing.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}
