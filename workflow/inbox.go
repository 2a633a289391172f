package workflow

import (
	"context"
	"errors"
	"slices"
	"time"

	"kyket/pact"
)

// Task is one thing that waits for the actor.
type Task struct {
	Act    pact.Act
	Pact   *pact.Pact
	Agency pact.AgencyCode // the agency that the actor acts for, if it is one's own matter
	Round  int
	Due    time.Time // zero: no date
	Open   int       // comments without an answer, members without signature: what the act is about
	Total  int
}

// Inbox lists what waits for the actor over all pacts: due dates first, then the newest pact.
func (w *Workflow) Inbox(ctx context.Context, call Call) ([]Task, error) {
	var out []Task
	err := w.Store.View(ctx, func(tx Reader) error {
		clusters, err := tx.Clusters()
		if err != nil {
			return err
		}
		for _, cl := range clusters {
			if pact.Permit(call.Actor, pact.ActPactRead, pact.Subject{Cluster: cl.ID, At: w.Clock()}) != nil {
				continue
			}
			pacts, err := tx.Pacts([]pact.ClusterID{cl.ID}, "", 100)
			if err != nil {
				return err
			}
			for _, p := range pacts {
				tasks, err := w.tasks(tx, call, cl, p)
				if err != nil {
					return err
				}
				out = append(out, tasks...)
			}
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b Task) int {
		switch {
		case a.Due.IsZero() != b.Due.IsZero():
			if a.Due.IsZero() {
				return 1
			}
			return -1
		default:
			return a.Due.Compare(b.Due)
		}
	})
	return out, err
}

// tasks are the acts of the present state that the actor may do and that somebody waits for.
func (w *Workflow) tasks(tx Reader, call Call, cl *pact.Cluster, p *pact.Pact) ([]Task, error) {
	may := func(act pact.Act, agency pact.AgencyCode) bool { return w.permit(call, act, p, agency) == nil }
	one := func(t Task) []Task { t.Pact = p; return []Task{t} }
	switch p.State {
	case pact.Drafting:
		if may(pact.ActDraftEdit, "") {
			return one(Task{Act: pact.ActDraftEdit}), nil
		}
	case pact.InReview:
		return w.reviewTasks(tx, may, cl, p)
	case pact.Consolidating:
		if !may(pact.ActCommentResolve, "") {
			return nil, nil
		}
		l, err := loadLedger(tx, p, p.Rounds)
		if err != nil {
			return nil, err
		}
		return one(Task{Act: pact.ActCommentResolve, Round: p.Rounds, Open: len(l.comments) - len(l.answers), Total: len(l.comments)}), nil
	case pact.Agreed:
		if may(pact.ActAdopt, "") {
			return one(Task{Act: pact.ActAdopt}), nil
		}
	case pact.Adopted:
		if may(pact.ActPaperFreeze, "") {
			return one(Task{Act: pact.ActPaperFreeze}), nil
		}
	case pact.Frozen:
		if may(pact.ActSigningOpen, "") {
			return one(Task{Act: pact.ActSigningOpen}), nil
		}
	case pact.Signing:
		return signTasks(may, p), nil
	case pact.Sealed, pact.SealedIncomplete:
		if may(pact.ActArchive, "") {
			return one(Task{Act: pact.ActArchive}), nil
		}
	}
	return nil, nil
}

// reviewTasks: an agency's reply, and for the secretariat the round as a whole.
func (w *Workflow) reviewTasks(tx Reader, may func(pact.Act, pact.AgencyCode) bool, cl *pact.Cluster, p *pact.Pact) (out []Task, err error) {
	r, err := tx.Round(p.ID, p.Rounds)
	if err != nil {
		return nil, err
	}
	silent := 0
	for _, code := range r.Asked {
		y, err := tx.Reply(p.ID, r.Number, code)
		if err != nil && !errors.Is(err, pact.ErrNotFound) {
			return nil, err
		}
		if err == nil && y.Sent() {
			continue
		}
		silent++
		if may(pact.ActReplySend, code) {
			out = append(out, Task{Act: pact.ActReplySend, Pact: p, Agency: code, Round: r.Number, Due: r.Due()})
		}
	}
	if may(pact.ActRoundClose, "") {
		out = append(out, Task{Act: pact.ActRoundClose, Pact: p, Round: r.Number, Due: r.Due(), Open: silent, Total: len(r.Asked)})
	}
	return out, nil
}

// signTasks: one's own signature, and for those who close the signing what is missing.
func signTasks(may func(pact.Act, pact.AgencyCode) bool, p *pact.Pact) (out []Task) {
	var due time.Time
	if !p.Issue.Deadline.IsZero() {
		due = p.Issue.Deadline.Time().Add(17 * time.Hour)
	}
	missing := 0
	for _, code := range p.Issue.Order {
		if signatureOf(p, code) != nil {
			continue
		}
		missing++
		if may(pact.ActSign, code) {
			out = append(out, Task{Act: pact.ActSign, Pact: p, Agency: code, Due: due, Open: 1, Total: len(p.Issue.Order)})
		}
	}
	if missing > 0 && may(pact.ActSigningClose, "") {
		out = append(out, Task{Act: pact.ActSigningClose, Pact: p, Due: due, Open: missing, Total: len(p.Issue.Order)})
	}
	return out
}
