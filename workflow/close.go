package workflow

import (
	"context"

	"kyket/pact"
)

// Decline notes that an agency will not sign; its field stays empty. It may still change its mind until the close.
func (w *Workflow) Decline(ctx context.Context, call Call, id pact.PactID, agency pact.AgencyCode, why string) (*pact.Pact, error) {
	why, err := reason(why)
	if err != nil {
		return nil, err
	}
	return run(ctx, w, call, []Lock{OnPact(id)}, func(tx Tx) (*pact.Pact, error) {
		p, err := w.begin(tx, call, id, pact.ActSignDecline, agency)
		if err != nil {
			return nil, err
		}
		if _, err := agencyField(p, agency); err != nil {
			return nil, err
		}
		if signatureOf(p, agency) != nil {
			return nil, errSigned.With("agency", agency)
		}
		p.Signing.Declined = append(p.Signing.Declined, pact.Declined{Agency: agency, Reason: why, At: w.Clock().UTC()})
		if err := tx.SavePact(p); err != nil {
			return nil, err
		}
		return p, w.record(tx, call, entry{act: pact.ActSignDecline, pact: id, cluster: p.Cluster, agency: agency,
			body: struct{ Reason string }{why}})
	})
}

var errSigned = pact.Problem(pact.Conflict, "already_signed", "Đơn vị {agency} đã ký.", "{agency} has signed.")

// CloseSigning ends a signing that not all have signed (kết thúc ký), with a reason; the paper is then sealed as
// incomplete and says so everywhere.
func (w *Workflow) CloseSigning(ctx context.Context, call Call, id pact.PactID, by pact.AgencyCode, why string) (*pact.Pact, error) {
	why, err := reason(why)
	if err != nil {
		return nil, err
	}
	return w.onPact(ctx, call, id, pact.ActSigningClose, func(tx Tx, p *pact.Pact) (any, error) {
		switch {
		case p.Signing.Close != nil:
			return nil, errClosed
		case complete(p):
			return nil, errAllSigned
		case p.Signing.Level == pact.LevelB && p.Issue.LevelMin != pact.LevelB:
			return nil, errWaitsForStamp
		}
		cl, err := tx.Cluster(p.Cluster)
		if err != nil {
			return nil, err
		}
		if cl.Agency(by) == nil {
			return nil, pact.ErrField.With("field", "by").With("value", by)
		}
		p.Signing.Close = &pact.SigningClose{By: by, Reason: why, At: w.Clock().UTC()}
		return struct {
			By     pact.AgencyCode
			Reason string
		}{by, why}, nil
	})
}

var (
	errClosed    = pact.Problem(pact.Conflict, "signing_closed", "Việc ký đã kết thúc.", "The signing is closed already.")
	errAllSigned = pact.Problem(pact.Conflict, "all_signed", "Tất cả đơn vị đã ký; không cần kết thúc sớm.", "All have signed; there is nothing to close early.")
)

// Archive puts a sealed pact into the record with its retention.
func (w *Workflow) Archive(ctx context.Context, call Call, id pact.PactID, in ArchiveInput) (*pact.Pact, error) {
	var err error
	if in.Dossier, err = pact.CleanLine("dossier", in.Dossier, 100); err != nil {
		return nil, err
	}
	if in.Title, err = pact.CleanLine("title", in.Title, pact.MaxLine); err != nil {
		return nil, err
	}
	switch {
	case in.Dossier == "":
		return nil, pact.ErrMissing.With("field", "dossier")
	case in.Title == "":
		return nil, pact.ErrMissing.With("field", "title")
	case in.Retention.Permanent == (in.Retention.Years > 0):
		return nil, pact.ErrField.With("field", "retention").With("value", in.Retention.Years)
	case !in.Closed.IsZero() && in.Closed.Before(in.Opened):
		return nil, pact.ErrField.With("field", "closed").With("value", in.Closed)
	}
	return w.onPact(ctx, call, id, pact.ActArchive, func(_ Tx, p *pact.Pact) (any, error) {
		p.Archive = &pact.ArchiveRecord{Dossier: in.Dossier, Title: in.Title, Opened: in.Opened, Closed: in.Closed,
			Retention: in.Retention, At: w.Clock().UTC()}
		return struct{ Dossier string }{in.Dossier}, nil
	})
}
