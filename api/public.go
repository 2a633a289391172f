package api

import (
	"context"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kyket/internal/identity"
	"kyket/pact"
	"kyket/workflow"
)

// registerPublic adds what strangers may read.
func (s *server) registerPublic(a huma.API) {
	add(s, a, Route{Method: "GET", Path: "/trust/root.pem", Access: Public, Tag: "public",
		Summary: "The anchor of this installation's own certificates"}, anchor(s.RootPEM))
	add(s, a, Route{Method: "GET", Path: "/trust/tsa.pem", Access: Public, Tag: "public",
		Summary: "The anchor of this installation's own time stamps"}, anchor(s.StampPEM))
	add(s, a, Route{Method: "GET", Path: "/log/checkpoint", Access: Public, Tag: "public",
		Summary: "The newest signed checkpoint of the log"}, s.checkpoint)
	add(s, a, Route{Method: "GET", Path: "/public/{code}", Access: Public, Tag: "public",
		Summary: "What a code from a paper stands for: a record to compare with"}, s.publicRecord)
}

func anchor(pem []byte) func(context.Context, *request, *nowhere) (*file, error) {
	return func(context.Context, *request, *nowhere) (*file, error) {
		if len(pem) == 0 {
			return nil, pact.ErrNotFound.With("what", "chứng thư gốc / anchor")
		}
		return &file{ContentType: "application/x-pem-file", Body: pem}, nil
	}
}

func (s *server) checkpoint(ctx context.Context, _ *request, _ *nowhere) (*file, error) {
	if s.Checkpoint == nil {
		return nil, pact.ErrNotFound.With("what", "checkpoint")
	}
	b, err := s.Checkpoint(ctx)
	if err != nil {
		return nil, err
	}
	return &file{ContentType: "text/plain; charset=utf-8", Body: b}, nil
}

// publicRecord is a record as a stranger sees it.
type publicRecord struct {
	Code     string         `json:"code"`
	State    string         `json:"state"`
	Title    string         `json:"title"`
	Subject  string         `json:"subject"`
	Number   string         `json:"number,omitempty"`
	Date     string         `json:"date,omitempty"`
	Place    string         `json:"place,omitempty"`
	Cluster  string         `json:"cluster"`
	Agencies []publicAgency `json:"agencies"`
	SHA256   string         `json:"sha256" doc:"Of the newest file: compare it with your copy"`
	Trial    bool           `json:"trial"`
	Vi       string         `json:"vi"`
	En       string         `json:"en"`
}

type publicAgency struct {
	Name   string `json:"name"`
	Signed bool   `json:"signed"`
}

const (
	compareVi = "Hệ thống có lưu một văn bản mang mã này. Hãy so sánh nội dung với bản bạn đang có; riêng mã này không chứng minh bản của bạn là thật."
	compareEn = "A record with this code exists. Compare its text with the copy in your hands; the code alone proves nothing about your copy."
)

func (s *server) publicRecord(ctx context.Context, r *request, in *struct {
	Code string `path:"code" maxLength:"64"`
}) (*answer[publicRecord], error) {
	p, err := s.lookUp(ctx, r, in.Code)
	if err != nil {
		return nil, err
	}
	out := publicRecord{Code: p.Code, State: string(p.State), Title: p.Title, Subject: p.Subject, Number: p.Number,
		Date: p.Date.String(), Place: p.Place, Cluster: p.Cluster, SHA256: p.SHA256.String(), Trial: p.Trial, Vi: compareVi, En: compareEn}
	out.Agencies = []publicAgency{}
	for _, a := range p.Agencies {
		out.Agencies = append(out.Agencies, publicAgency(a))
	}
	return say(out), nil
}

// lookUp finds the record of a code, at the pace of people who type one.
func (s *server) lookUp(ctx context.Context, r *request, code string) (*workflow.PublicRecord, error) {
	if err := s.tryCode(r.address); err != nil {
		return nil, err
	}
	return s.Workflow.Public(ctx, strings.ToLower(strings.TrimSpace(code)))
}

// tryCode and tryFile take one try of an address: a code, a file to be judged.
func (s *server) tryCode(address string) error { return s.try(s.codes, address) }

func (s *server) tryFile(address string) error { return s.try(s.files, address) }

func (s *server) try(t *identity.Throttle, address string) error {
	if wait, ok := t.Take(identity.AddressKey(address), s.Now()); !ok {
		return identity.ErrTooManyTries.With("seconds", int(wait.Seconds())+1)
	}
	return nil
}
