package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"kyket/api/wire"
	"kyket/pact"
	"kyket/workflow"
)

// reasoned is an act whose only input is the reason why.
type reasoned func(context.Context, workflow.Call, pact.PactID, string) (*pact.Pact, error)

// registerSigning adds the paper, its signatures and the record.
func (s *server) registerSigning(a huma.API) {
	add(s, a, Route{Method: "POST", Path: "/pacts/{id}/freeze", Act: pact.ActPaperFreeze, Key: true, Tag: "signing",
		Summary: "Render the paper once, with number and date"}, s.freeze)
	s.withReason(a, "unfreeze", pact.ActPaperUnfreeze, "Discard a frozen paper before its signing", s.Workflow.Unfreeze)
	add(s, a, Route{Method: "POST", Path: "/pacts/{id}/signing/open", Act: pact.ActSigningOpen, Key: true, Tag: "signing",
		Summary: "Certify the paper and open the signing"}, s.openSigning)
	add(s, a, Route{Method: "POST", Path: "/certificates", Key: true, Status: 201, Tag: "signing",
		Summary: "Bind a certificate to oneself"}, s.addCertificate)
	add(s, a, Route{Method: "POST", Path: "/trial/certificates", Act: pact.ActSign, Key: true, Status: 201, Tag: "signing",
		Summary: "Get a trial certificate for whoever signs for the agency today"}, s.trialCertificate)
	add(s, a, Route{Method: "POST", Path: "/pacts/{id}/signatures", Act: pact.ActSign, Key: true, Status: 201, Tag: "signing",
		Summary: "Begin to sign; needs a fresh step-up"}, s.beginSignature)
	add(s, a, Route{Method: "GET", Path: "/pacts/{id}/signatures/{session}", Act: pact.ActSign, Tag: "signing",
		Summary: "Where an attempt stands"}, s.attempt)
	add(s, a, Route{Method: "POST", Path: "/pacts/{id}/signatures/{session}/value", Act: pact.ActSign, Key: true, Tag: "signing",
		Summary: "Bring what the key made"}, s.signatureValue)
	add(s, a, Route{Method: "DELETE", Path: "/pacts/{id}/signatures/{session}", Act: pact.ActSign, Tag: "signing",
		Summary: "Give an attempt up"}, s.giveUp)
	add(s, a, Route{Method: "POST", Path: "/pacts/{id}/decline", Act: pact.ActSignDecline, Key: true, Tag: "signing",
		Summary: "Say that an agency will not sign"}, s.decline)
	add(s, a, Route{Method: "POST", Path: "/pacts/{id}/signing/close", Act: pact.ActSigningClose, Key: true, Tag: "signing",
		Summary: "End the signing with seats empty"}, s.closeSigning)
	add(s, a, Route{Method: "POST", Path: "/pacts/{id}/archive", Act: pact.ActArchive, Key: true, Tag: "record",
		Summary: "Put the sealed pact into the record"}, s.archive)
	add(s, a, Route{Method: "GET", Path: "/pacts/{id}/revisions", Act: pact.ActPactRead, Tag: "record",
		Summary: "List the increments of the signed file"}, s.revisions)
	add(s, a, Route{Method: "GET", Path: "/pacts/{id}/files/{which}", Act: pact.ActPactRead, Tag: "record",
		Summary: "The paper: base, head, or any revision by its SHA-256"}, s.download)
	add(s, a, Route{Method: "GET", Path: "/pacts/{id}/activity", Act: pact.ActPactRead, Tag: "record",
		Summary: "The history, oldest first"}, s.activity)
	add(s, a, Route{Method: "GET", Path: "/pacts/{id}/jobs", Act: pact.ActPactRead, Tag: "record",
		Summary: "How much the service still has to do"}, s.jobs)
}

func (s *server) freeze(ctx context.Context, r *request, in *struct {
	wire.OnPact
	Body wire.Freeze
}) (*tagged[wire.FrozenPaper], error) {
	input, err := in.Body.Domain()
	if err != nil {
		return nil, err
	}
	f, err := s.Workflow.Freeze(ctx, r.call, in.Pact, input)
	if err != nil {
		return nil, err
	}
	return sayTagged(wire.FromFrozen(f), f.Pact.RowVersion), nil
}

func (s *server) openSigning(ctx context.Context, r *request, in *wire.OnPact) (*tagged[wire.Pact], error) {
	return showPact(s.Workflow.OpenSigning(ctx, r.call, in.Pact))
}

func showCertificate(c *workflow.Certificate, err error) (*answer[wire.Certificate], error) {
	if err != nil {
		return nil, err
	}
	return say(wire.FromCertificate(c)), nil
}

func (s *server) addCertificate(ctx context.Context, r *request, in *struct{ Body wire.CertificateInput }) (*answer[wire.Certificate], error) {
	return showCertificate(s.Workflow.AddCertificate(ctx, r.call, in.Body.Domain()))
}

func (s *server) trialCertificate(ctx context.Context, r *request, in *struct{ Body wire.TrialRequest }) (*answer[wire.Certificate], error) {
	b := in.Body
	return showCertificate(s.Workflow.IssueTrialCertificate(ctx, r.call, pact.ClusterID(b.Cluster), pact.AgencyCode(b.Agency), b.CSR,
		workflow.CertificateInput{Provider: b.Provider, Device: b.Device, Simulated: b.Simulated}))
}

func showAttempt(a *workflow.Attempt, err error) (*answer[wire.Attempt], error) {
	if err != nil {
		return nil, err
	}
	return say(wire.FromAttempt(a)), nil
}

func (s *server) beginSignature(ctx context.Context, r *request, in *struct {
	wire.OnPact
	Body wire.Sign
}) (*answer[wire.Attempt], error) {
	certificate, err := wire.Digest("certificate", in.Body.Certificate)
	if err != nil {
		return nil, err
	}
	p, err := s.Workflow.Pact(ctx, r.call, in.Pact)
	if err != nil {
		return nil, err
	}
	var base pact.Digest // of no paper: the act says that there is none
	if p.Issue != nil {
		base = p.Issue.Base
	}
	if in.Body.Base != "" {
		read, err := wire.Digest("base", in.Body.Base)
		if err != nil {
			return nil, err
		}
		if read != base {
			return nil, workflow.ErrOtherPaper
		}
	}
	consent, err := s.Identity.Consent(ctx, r.session, in.Pact, base)
	if err != nil {
		return nil, err
	}
	return showAttempt(s.Workflow.BeginSignature(ctx, r.call, in.Pact,
		workflow.SignInput{Agency: pact.AgencyCode(in.Body.Agency), Certificate: certificate, Consent: consent}))
}

func (s *server) attempt(ctx context.Context, r *request, in *wire.OnAttempt) (*answer[wire.Attempt], error) {
	return showAttempt(s.Workflow.Attempt(ctx, r.call, in.Pact, in.Session))
}

func (s *server) signatureValue(ctx context.Context, r *request, in *struct {
	wire.OnAttempt
	Body wire.SignatureValue
}) (*answer[wire.Attempt], error) {
	return showAttempt(s.Workflow.ResumeSignature(ctx, r.call, in.Pact, in.Session, in.Body.Value))
}

func (s *server) giveUp(ctx context.Context, r *request, in *wire.OnAttempt) (*answer[wire.Attempt], error) {
	return showAttempt(s.Workflow.GiveUp(ctx, r.call, in.Pact, in.Session))
}

func (s *server) decline(ctx context.Context, r *request, in *struct {
	wire.OnPact
	Body wire.Decline
}) (*tagged[wire.Pact], error) {
	return showPact(s.Workflow.Decline(ctx, r.call, in.Pact, pact.AgencyCode(in.Body.Agency), in.Body.Reason))
}

func (s *server) closeSigning(ctx context.Context, r *request, in *struct {
	wire.OnPact
	Body wire.CloseSigning
}) (*tagged[wire.Pact], error) {
	return showPact(s.Workflow.CloseSigning(ctx, r.call, in.Pact, pact.AgencyCode(in.Body.By), in.Body.Reason))
}

func (s *server) archive(ctx context.Context, r *request, in *struct {
	wire.OnPact
	Body wire.ArchiveInput
}) (*tagged[wire.Pact], error) {
	input, err := in.Body.Domain()
	if err != nil {
		return nil, err
	}
	return showPact(s.Workflow.Archive(ctx, r.call, in.Pact, input))
}

func (s *server) revisions(ctx context.Context, r *request, in *wire.OnPact) (*answer[wire.List[wire.Revision]], error) {
	p, err := s.Workflow.Pact(ctx, r.call, in.Pact)
	if err != nil {
		return nil, err
	}
	var all []pact.Revision
	if p.Signing != nil {
		all = p.Signing.Revisions
	}
	return say(whole(all, wire.FromRevision)), nil
}

func (s *server) download(ctx context.Context, r *request, in *struct {
	wire.OnPact
	Which string `path:"which" maxLength:"64" doc:"base, head or a SHA-256"`
}) (*file, error) {
	b, err := s.Workflow.Revision(ctx, r.call, in.Pact, in.Which)
	if err != nil {
		return nil, err
	}
	d := pact.DigestOf(b).String()
	return &file{ContentType: "application/pdf", ETag: `"` + d + `"`, Body: b,
		Disposition: `attachment; filename="giao-uoc-` + d[:12] + `.pdf"`}, nil
}

func (s *server) activity(ctx context.Context, r *request, in *struct {
	wire.OnPact
	wire.OnPage
}) (*answer[wire.List[wire.Event]], error) {
	all, err := s.Workflow.Activity(ctx, r.call, in.Pact, in.After, in.Limit+1)
	if err != nil {
		return nil, err
	}
	return say(paged(all, in.Limit, wire.FromEvent, func(e *workflow.Event) string { return e.ID })), nil
}

type openJobs struct {
	Open int `json:"open"`
}

func (s *server) jobs(ctx context.Context, r *request, in *wire.OnPact) (*answer[openJobs], error) {
	n, err := s.Workflow.OpenJobs(ctx, r.call, in.Pact)
	if err != nil {
		return nil, err
	}
	return say(openJobs{n}), nil
}
