package workflow

import (
	"context"
	"errors"
	"net/http"

	"kyket/pact"
)

// SaveReply keeps an agency's answer as a draft, which nobody else sees. It is autosave, hence no event.
func (w *Workflow) SaveReply(ctx context.Context, call Call, id pact.PactID, in ReplyInput) (*pact.Reply, error) {
	return run(ctx, w, call, []Lock{Share(OnRound(id, in.Round))}, func(tx Tx) (*pact.Reply, error) {
		y, _, _, err := w.draftReply(tx, call, id, in, pact.ActReplySave)
		if err != nil {
			return nil, err
		}
		return y, tx.SaveReply(y)
	})
}

// SendReply sends an agency's answer as a whole: the comments become visible to the secretariat together. The round is
// locked shared, so that many agencies send in the last minute side by side and none slips past the close.
func (w *Workflow) SendReply(ctx context.Context, call Call, id pact.PactID, in ReplyInput) (*pact.Reply, error) {
	return run(ctx, w, call, []Lock{Share(OnRound(id, in.Round))}, func(tx Tx) (*pact.Reply, error) {
		y, p, r, err := w.draftReply(tx, call, id, in, pact.ActReplySend)
		if err != nil {
			return nil, err
		}
		now := w.Clock().UTC()
		if err := r.CheckSend(y, now); err != nil {
			return nil, err
		}
		y.Send(r, now)
		return w.sent(tx, call, p, y, pact.ActReplySend)
	})
}

// RecordReply enters a paper reply for an agency, with the scan of its letter.
func (w *Workflow) RecordReply(ctx context.Context, call Call, id pact.PactID, in RecordedReply) (*pact.Reply, error) {
	scan, err := w.keepScan(ctx, in.Scan)
	if err != nil {
		return nil, err
	}
	return run(ctx, w, call, []Lock{Share(OnRound(id, in.Round))}, func(tx Tx) (*pact.Reply, error) {
		y, p, r, err := w.draftReply(tx, call, id, in.ReplyInput, pact.ActReplyRecord)
		if err != nil {
			return nil, err
		}
		now := w.Clock().UTC()
		if in.ReceivedAt.IsZero() || in.ReceivedAt.After(now) || in.ReceivedAt.Before(r.OpenedAt) {
			return nil, pact.ErrField.With("field", "received_at").With("value", in.ReceivedAt)
		}
		y.RecordedBy, y.Scan = call.Actor.Person, scan
		received := in.ReceivedAt.UTC()
		if err := r.CheckSend(y, received); err != nil {
			return nil, err
		}
		y.Send(r, received)
		return w.sent(tx, call, p, y, pact.ActReplyRecord)
	})
}

// keepScan stores a scanned letter by its digest; only PDF, PNG and JPEG are letters.
func (w *Workflow) keepScan(ctx context.Context, scan []byte) (pact.Digest, error) {
	if len(scan) == 0 {
		return pact.Digest{}, pact.ErrMissing.With("field", "scan")
	}
	switch kind := http.DetectContentType(scan); kind {
	case "application/pdf", "image/png", "image/jpeg":
	default:
		return pact.Digest{}, pact.ErrField.With("field", "scan").With("value", kind)
	}
	return w.Objects.Put(ctx, scan)
}

// draftReply loads or starts an agency's reply and puts the input into it.
func (w *Workflow) draftReply(tx Tx, call Call, id pact.PactID, in ReplyInput, act pact.Act) (*pact.Reply, *pact.Pact, *pact.Round, error) {
	p, err := w.begin(tx, call, id, act, in.Agency)
	if err != nil {
		return nil, nil, nil, err
	}
	r, err := tx.Round(id, in.Round)
	if err != nil {
		return nil, nil, nil, err
	}
	y, err := tx.Reply(id, in.Round, in.Agency)
	if errors.Is(err, pact.ErrNotFound) {
		y, err = &pact.Reply{ID: w.Mint.ID(), Pact: id, Round: in.Round, Agency: in.Agency}, nil
	}
	if err != nil {
		return nil, nil, nil, err
	}
	if y.Sent() {
		return nil, nil, nil, pact.ErrReplySent.With("agency", in.Agency)
	}
	// Whoever records a letter does not see the agency's draft and cannot name its version: the letter counts.
	if act != pact.ActReplyRecord && y.RowVersion != in.RowVersion {
		return nil, nil, nil, pact.ErrStale
	}
	v, err := tx.Version(id, r.Version)
	if err != nil {
		return nil, nil, nil, err
	}
	if y.Number, err = pact.CleanLine("number", in.Number, 100); err != nil {
		return nil, nil, nil, err
	}
	if y.Note, err = pact.CleanText("note", in.Note, 2000); err != nil {
		return nil, nil, nil, err
	}
	y.Stance = in.Stance
	y.Comments, err = w.comments(in.Comments, y, v.Content)
	return y, p, r, err
}

// comments cleans and checks the remarks of a reply against the text that is commented on.
func (w *Workflow) comments(in []CommentInput, y *pact.Reply, text pact.Content) ([]pact.Comment, error) {
	if len(in) > maxComments {
		return nil, errTooManyComments.With("max", maxComments)
	}
	had := map[pact.CommentID]bool{}
	for _, c := range y.Comments {
		had[c.ID] = true
	}
	out := make([]pact.Comment, 0, len(in))
	for _, ci := range in {
		if ci.ID == "" {
			ci.ID = pact.CommentID(w.Mint.ID())
		} else if !had[ci.ID] {
			return nil, pact.ErrNotFound.With("what", "ý kiến / comment "+string(ci.ID))
		}
		delete(had, ci.ID) // a second use of the id is none of ours
		c, err := cleanComment(pact.Comment{ID: ci.ID, Pact: y.Pact, Round: y.Round, Agency: y.Agency, Clause: ci.Clause,
			Quote: ci.Quote, Kind: ci.Kind, Text: ci.Text, Proposal: ci.Proposal, At: w.Clock().UTC()}, text)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// maxComments is far above what a reply holds; it bounds what one request can cost.
const maxComments = 500

var errTooManyComments = pact.Problem(pact.TooLarge, "too_many_comments",
	"Một văn bản góp ý có nhiều nhất {max} ý kiến.", "A reply holds at most {max} comments.")

func cleanComment(c pact.Comment, on pact.Content) (pact.Comment, error) {
	var err error
	for _, f := range []struct {
		name string
		s    *string
	}{{"quote", &c.Quote}, {"text", &c.Text}, {"proposal", &c.Proposal}} {
		if *f.s, err = text(f.name, *f.s, pact.MaxText); err != nil {
			return c, err
		}
	}
	if c.Text == "" {
		return c, pact.ErrMissing.With("field", "text")
	}
	return c, pact.CheckComment(on, c)
}

// sent saves a reply that was just sent, with its event. The event is read by every member, the reply is not: it says
// that the agency has answered, not what.
func (w *Workflow) sent(tx Tx, call Call, p *pact.Pact, y *pact.Reply, act pact.Act) (*pact.Reply, error) {
	if err := tx.SaveReply(y); err != nil {
		return nil, err
	}
	return y, w.record(tx, call, entry{act: act, pact: p.ID, cluster: p.Cluster, agency: y.Agency, occurred: y.SentAt,
		body: struct{ Round int }{y.Round}})
}

// DecideLate is the lead's decision on a reply that came after the due date.
func (w *Workflow) DecideLate(ctx context.Context, call Call, id pact.PactID, round int, agency pact.AgencyCode, accept bool) (*pact.Reply, error) {
	return run(ctx, w, call, []Lock{Share(OnRound(id, round))}, func(tx Tx) (*pact.Reply, error) {
		p, err := w.begin(tx, call, id, pact.ActReplyLateDecide, "")
		if err != nil {
			return nil, err
		}
		r, err := tx.Round(id, round)
		if err != nil {
			return nil, err
		}
		y, err := tx.Reply(id, round, agency)
		if err != nil {
			return nil, err
		}
		if !y.Sent() {
			return nil, pact.ErrNotFound.With("what", "văn bản góp ý / reply "+string(agency))
		}
		if err := y.DecideLate(r, accept); err != nil {
			return nil, err
		}
		if err := tx.SaveReply(y); err != nil {
			return nil, err
		}
		return y, w.record(tx, call, entry{act: pact.ActReplyLateDecide, pact: id, cluster: p.Cluster, agency: agency,
			body: struct {
				Round  int
				Accept bool
			}{round, accept}})
	})
}
