package workflow

import (
	"context"
	"errors"

	"kyket/pact"
)

// see runs a reading query on a pact that the actor may read; others learn nothing of it.
func see[T any](ctx context.Context, w *Workflow, call Call, id pact.PactID, act pact.Act, fn func(Reader, *pact.Pact) (T, error)) (T, error) {
	var out T
	err := w.Store.View(ctx, func(tx Reader) error {
		p, err := tx.Pact(id)
		if err != nil {
			return err
		}
		if err := w.permit(call, pact.ActPactRead, p, ""); err != nil {
			return pact.ErrNotFound.With("what", "giao ước / pact")
		}
		if err := w.permit(call, act, p, ""); err != nil {
			return err
		}
		out, err = fn(tx, p)
		return err
	})
	return out, err
}

// Clusters lists the clusters that the actor has a role in; an administrator sees all.
func (w *Workflow) Clusters(ctx context.Context, call Call) (out []*pact.Cluster, err error) {
	err = w.Store.View(ctx, func(tx Reader) error {
		all, err := tx.Clusters()
		for _, c := range all {
			if w.sees(call, c.ID) {
				out = append(out, c)
			}
		}
		return err
	})
	return out, err
}

// Cluster reads one cluster.
func (w *Workflow) Cluster(ctx context.Context, call Call, id pact.ClusterID) (c *pact.Cluster, err error) {
	if !w.sees(call, id) {
		return nil, pact.ErrNotFound.With("what", "cụm / cluster")
	}
	err = w.Store.View(ctx, func(tx Reader) error {
		c, err = tx.Cluster(id)
		return err
	})
	return c, err
}

// sees says whether an actor may know of a cluster.
func (w *Workflow) sees(call Call, id pact.ClusterID) bool {
	s := pact.Subject{Cluster: id, At: w.Clock()}
	return pact.Permit(call.Actor, pact.ActPactRead, s) == nil || pact.Permit(call.Actor, pact.ActClusterEdit, s) == nil
}

// Pacts lists the pacts of the actor's clusters, newest first.
func (w *Workflow) Pacts(ctx context.Context, call Call, after pact.PactID, limit int) (out []*pact.Pact, err error) {
	err = w.Store.View(ctx, func(tx Reader) error {
		all, err := tx.Clusters()
		if err != nil {
			return err
		}
		var mine []pact.ClusterID
		for _, c := range all {
			if pact.Permit(call.Actor, pact.ActPactRead, pact.Subject{Cluster: c.ID, At: w.Clock()}) == nil {
				mine = append(mine, c.ID)
			}
		}
		if len(mine) == 0 {
			return nil
		}
		out, err = tx.Pacts(mine, after, limit)
		return err
	})
	return out, err
}

// Pact reads one pact.
func (w *Workflow) Pact(ctx context.Context, call Call, id pact.PactID) (*pact.Pact, error) {
	return see(ctx, w, call, id, pact.ActPactRead, func(_ Reader, p *pact.Pact) (*pact.Pact, error) { return p, nil })
}

// Actions says what the actor can do with a pact now, for an agency or for none, and why not.
func (w *Workflow) Actions(ctx context.Context, call Call, id pact.PactID, agency pact.AgencyCode) ([]pact.Permission, error) {
	return see(ctx, w, call, id, pact.ActPactRead, func(_ Reader, p *pact.Pact) ([]pact.Permission, error) {
		return pact.Can(call.Actor, p, pact.Subject{Cluster: p.Cluster, Agency: agency, At: w.Clock()}), nil
	})
}

// Draft reads the text that is being written.
func (w *Workflow) Draft(ctx context.Context, call Call, id pact.PactID) (*pact.Draft, error) {
	return see(ctx, w, call, id, pact.ActDraftEdit, func(tx Reader, _ *pact.Pact) (*pact.Draft, error) { return tx.Draft(id) })
}

// Versions lists the versions of the text.
func (w *Workflow) Versions(ctx context.Context, call Call, id pact.PactID) ([]*pact.Version, error) {
	return see(ctx, w, call, id, pact.ActPactRead, func(tx Reader, _ *pact.Pact) ([]*pact.Version, error) { return tx.Versions(id) })
}

// Version reads one version.
func (w *Workflow) Version(ctx context.Context, call Call, id pact.PactID, number int) (*pact.Version, error) {
	return see(ctx, w, call, id, pact.ActPactRead, func(tx Reader, _ *pact.Pact) (*pact.Version, error) { return tx.Version(id, number) })
}

// Rounds lists the rounds.
func (w *Workflow) Rounds(ctx context.Context, call Call, id pact.PactID) ([]*pact.Round, error) {
	return see(ctx, w, call, id, pact.ActPactRead, func(tx Reader, _ *pact.Pact) ([]*pact.Round, error) { return tx.Rounds(id) })
}

// Replies lists the replies of a round that the actor may see: an agency's draft is its own alone.
func (w *Workflow) Replies(ctx context.Context, call Call, id pact.PactID, round int) ([]*pact.Reply, error) {
	return see(ctx, w, call, id, pact.ActPactRead, func(tx Reader, p *pact.Pact) (out []*pact.Reply, err error) {
		all, err := tx.Replies(id, round)
		for _, y := range all {
			if w.shows(call, p, y) {
				out = append(out, y)
			}
		}
		return out, err
	})
}

// Reply reads one agency's reply, if the actor may see it.
func (w *Workflow) Reply(ctx context.Context, call Call, id pact.PactID, round int, agency pact.AgencyCode) (*pact.Reply, error) {
	return see(ctx, w, call, id, pact.ActPactRead, func(tx Reader, p *pact.Pact) (*pact.Reply, error) {
		y, err := tx.Reply(id, round, agency)
		if err == nil && !w.shows(call, p, y) {
			err = pact.ErrNotFound.With("what", "văn bản góp ý / reply "+string(agency))
		}
		return y, err
	})
}

func (w *Workflow) shows(call Call, p *pact.Pact, y *pact.Reply) bool {
	return y.VisibleTo(call.Actor, pact.Subject{Cluster: p.Cluster, Agency: y.Agency, At: w.Clock()})
}

// LedgerView is the consultation with its answers, as far as the actor may see it.
type LedgerView struct {
	Comments []pact.Comment
	Answers  []pact.Resolution
}

// Ledger reads a round's comments and answers; round 0 is the hall.
func (w *Workflow) Ledger(ctx context.Context, call Call, id pact.PactID, round int) (*LedgerView, error) {
	return see(ctx, w, call, id, pact.ActPactRead, func(tx Reader, p *pact.Pact) (*LedgerView, error) {
		if round == 0 && p.Laid == 0 {
			return &LedgerView{}, nil
		}
		if round > 0 {
			r, err := tx.Round(id, round)
			if err != nil {
				return nil, err
			}
			if r.Open() { // before the close each agency sees its own only
				return nil, errRoundOpen.With("round", round)
			}
		}
		l, err := loadLedger(tx, p, round)
		if err != nil {
			return nil, err
		}
		return &LedgerView{l.comments, l.answers}, nil
	})
}

var errRoundOpen = pact.Problem(pact.Conflict, "round_open",
	"Đợt góp ý {round} chưa đóng; bản tổng hợp có sau khi đóng đợt.", "Round {round} is still open; its ledger exists after the close.")

// Preview is the text that the answers of a round make so far.
func (w *Workflow) Preview(ctx context.Context, call Call, id pact.PactID, round int) (*pact.Content, error) {
	return see(ctx, w, call, id, pact.ActRepliesReadAll, func(tx Reader, p *pact.Pact) (*pact.Content, error) {
		l, err := loadLedger(tx, p, round)
		if err != nil {
			return nil, err
		}
		c, err := l.text()
		return &c, err
	})
}

// Activity lists events, oldest first.
func (w *Workflow) Activity(ctx context.Context, call Call, id pact.PactID, after string, limit int) ([]*Event, error) {
	return see(ctx, w, call, id, pact.ActPactRead, func(tx Reader, _ *pact.Pact) ([]*Event, error) { return tx.Events(id, after, limit) })
}

// OpenJobs counts what the service still has to do for a pact.
func (w *Workflow) OpenJobs(ctx context.Context, call Call, id pact.PactID) (int, error) {
	if _, err := w.Pact(ctx, call, id); err != nil {
		return 0, err
	}
	return w.Store.OpenJobs(ctx, id)
}

// Revision gives the bytes of the base, the head or any revision by its digest.
func (w *Workflow) Revision(ctx context.Context, call Call, id pact.PactID, which string) ([]byte, error) {
	p, err := w.Pact(ctx, call, id)
	if err != nil {
		return nil, err
	}
	d, err := revision(p, which)
	if err != nil {
		return nil, err
	}
	return w.Objects.Get(ctx, d)
}

// revision finds a revision of a pact's file: "base", "head", or a digest that belongs to it.
func revision(p *pact.Pact, which string) (pact.Digest, error) {
	missing := pact.ErrNotFound.With("what", "bản ký / revision "+which)
	if p.Issue == nil {
		return pact.Digest{}, missing
	}
	all := []pact.Digest{p.Issue.Base}
	if p.Signing != nil {
		for _, r := range p.Signing.Revisions {
			all = append(all, r.SHA256)
		}
	}
	switch which {
	case "base":
		return all[0], nil
	case "head":
		return all[len(all)-1], nil
	}
	for _, d := range all {
		if d.String() == which {
			return d, nil
		}
	}
	return pact.Digest{}, missing
}

// PublicRecord is what a stranger may see of a record: no person, no reservation, no ledger.
type PublicRecord struct {
	Code     string
	State    pact.State
	Title    string
	Subject  string
	Number   string
	Date     pact.Date
	Place    string
	Cluster  string
	Agencies []PublicAgency
	// SHA256 of the newest file: whoever holds a copy can compare.
	SHA256 pact.Digest
	Base   pact.Digest
	Trial  bool
}

// PublicAgency is an agency by its name on the paper, and whether it has signed.
type PublicAgency struct {
	Name   string
	Signed bool
}

// Public answers a code from a paper. A pact without a frozen paper has no public record.
func (w *Workflow) Public(ctx context.Context, code string) (*PublicRecord, error) {
	missing := pact.ErrNotFound.With("what", "văn bản có mã này / record with this code")
	var out *PublicRecord
	err := w.Store.View(ctx, func(tx Reader) error {
		p, err := tx.PactByCode(code)
		if errors.Is(err, pact.ErrNotFound) || err == nil && (p.Issue == nil || p.State == pact.Withdrawn) {
			return missing
		}
		if err != nil {
			return err
		}
		cl, err := tx.Cluster(p.Cluster)
		if err != nil {
			return err
		}
		v, err := tx.Version(p.ID, p.Issue.Version)
		if err != nil {
			return err
		}
		out = &PublicRecord{Code: p.Code, State: p.State, Title: v.Content.TypeName, Subject: v.Content.Subject,
			Number: p.Issue.NumberDisplay, Date: p.Issue.Date, Place: p.Issue.Place, Cluster: cl.Name, Base: p.Issue.Base, Trial: w.Trial}
		if out.SHA256, err = revision(p, "head"); err != nil {
			return err
		}
		for _, f := range p.Issue.Fields {
			if f.Kind == pact.AgencyField {
				out.Agencies = append(out.Agencies, PublicAgency{f.Title, p.Signing != nil && signatureOf(p, f.Agency) != nil})
			}
		}
		return nil
	})
	return out, err
}
