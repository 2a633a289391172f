package web

import (
	"kyket/pact"
	"kyket/workflow"
)

// attemptPage is where one attempt to sign stands: each state says what happened, what is unharmed and what comes next.
type attemptPage struct {
	*Base
	Pact      *pact.Pact
	Cluster   *pact.Cluster
	Agency    pact.AgencyCode
	Name      string
	Attempt   *workflow.Attempt
	Hall      *workflow.Hall
	Seats     []seat
	Signed    int
	Show      string // waiting, signing, lost, done, failed
	Holder    string // the agency that signs now
	Signature *pact.Signature
	Proven    bool
	Target    pact.Level
	Next      string // the agency whose turn comes after
	Dissent   []string
	// Failure is why it did not work; nil where only the code is known.
	Failure *pact.Error
	// Every is how many seconds later the page asks again; 0: it stands.
	Every int
}

func (p *Site) attempt(v *Visit) error {
	view, err := p.attemptPage(v)
	if err != nil {
		return err
	}
	v.W.Header().Set("Cache-Control", "no-store")
	return p.show(v, "sign", view)
}

// attemptPage moves the person's own attempt on and tells where it stands. The will to sign was given with the attempt;
// looking at it again can only finish what was asked for, so a page that is read twice does no harm.
func (p *Site) attemptPage(v *Visit) (*attemptPage, error) {
	ctx, id, session := v.R.Context(), v.Pact(), v.Param("session")
	agency, err := p.Workflow.OwnAttempt(ctx, v.Call, id, session)
	if err != nil {
		return nil, err
	}
	view := &attemptPage{Agency: agency, Target: p.Workflow.TargetLevel()}
	view.Attempt, err = p.Workflow.Continue(ctx, v.Call, id, session)
	if err != nil {
		view.Failure = refusal(err)
		if k := view.Failure.Kind; k == pact.NotFound || k == pact.Forbidden || k == pact.Internal {
			return nil, err
		}
		if view.Attempt, err = p.Workflow.Attempt(ctx, v.Call, id, session); err != nil {
			return nil, err
		}
	}
	if view.Pact, err = p.Workflow.Pact(ctx, v.Call, id); err != nil {
		return nil, err
	}
	view.Base = p.base(v, "inbox", "Ký: "+view.Pact.Subject, "Sign: "+view.Pact.Subject)
	view.Narrow, view.Modules = true, []string{"sign.js"}
	if view.Cluster, err = p.Workflow.Cluster(ctx, v.Call, view.Pact.Cluster); err != nil {
		return nil, err
	}
	if view.Hall, err = p.Workflow.Hall(ctx, v.Call, id); err != nil {
		return nil, err
	}
	view.Name = view.Cluster.NameOn(agency, view.Pact.Issue.Date)
	view.Seats = p.seats(view.Base, view.Pact, view.Cluster, view.Hall, agency)
	view.settle(p.Workflow.HeldHere(session))
	return view, nil
}

// settle chooses the state that is shown.
func (d *attemptPage) settle(held bool) {
	for i, s := range d.Pact.Signing.Signatures {
		if s.Agency == d.Agency {
			d.Signature = &d.Pact.Signing.Signatures[i]
			d.Proven = !s.ProvenAt.IsZero()
		}
	}
	for _, s := range d.Seats {
		switch {
		case s.State == "done":
			d.Signed++
		case d.Next == "" && s.State != "declined":
			d.Next = s.Name
		}
	}
	if a := d.Pact.Adoption; a != nil {
		for _, x := range a.Vote.Dissent {
			if x.Agency == d.Agency {
				d.Dissent = append(d.Dissent, x.Text)
			}
		}
	}
	if d.Hall.Holder != "" && d.Hall.Holder != d.Agency {
		d.Holder = d.Cluster.NameOn(d.Hall.Holder, d.Pact.Issue.Date)
	}
	switch a := d.Attempt; {
	case d.Signature != nil:
		d.Show = "done"
		if !d.Proven {
			d.Every = 15
		}
	case a.State == "refused" || a.State == "failed" || a.State == "expired":
		d.Show = "failed"
	case d.Failure != nil && d.Failure.Kind != pact.Stale:
		d.Show = "failed"
	case !held:
		d.Show = "lost"
	case len(a.ToSign) > 0:
		d.Show, d.Every = "signing", 2
	default:
		d.Show, d.Every = "waiting", 3
	}
}

// GaveUp says that the person ended the attempt.
func (d *attemptPage) GaveUp() bool { return d.Attempt.Reason == "given_up" }

// What says what happened to a failed attempt.
func (d *attemptPage) What() string {
	switch {
	case d.Failure != nil:
		return d.Why(d.Failure)
	case d.Attempt.Reason == "stamp_demanded":
		return d.Say("Cụm yêu cầu dấu thời gian ngay khi ký, nhưng máy chủ dấu thời gian chưa trả lời.",
			"The cluster demands a time stamp at signing, and the authority did not answer.")
	case d.Attempt.State == "expired":
		return d.Say("Lượt ký đã hết hạn trước khi ký xong.", "Your turn ended before the signature was made.")
	}
	return d.Say("Lượt ký đã kết thúc mà chưa có chữ ký.", "The attempt ended without a signature.")
}

// giveUp gives the turn to the next.
func (p *Site) giveUp(v *Visit) error {
	id, session := v.Pact(), v.Param("session")
	agency, err := p.Workflow.OwnAttempt(v.R.Context(), v.Call, id, session)
	if err != nil {
		return err
	}
	if _, err := p.Workflow.GiveUp(v.R.Context(), v.Call, id, session); err == nil {
		return v.Done("/pacts/"+string(id)+"/brief/"+string(agency), "gave_up")
	} else if view, again := p.attemptPage(v); again == nil {
		return p.refuse(v, err, view.Base, "sign", view)
	} else {
		return err
	}
}

// seats are the places on the paper in their order, each with its state.
func (p *Site) seats(b *Base, x *pact.Pact, cl *pact.Cluster, hall *workflow.Hall, mine pact.AgencyCode) []seat {
	today := pact.DateIn(p.Workflow.Clock())
	var out []seat
	for _, code := range x.Issue.Order {
		s := seat{Code: code, Name: cl.NameOn(code, x.Issue.Date), State: "open", Mine: code == mine}
		if a := cl.Agency(code); a != nil {
			if h, ok := a.HeadOn(today); ok {
				s.Head = h.Name
			}
		}
		if x.Signing != nil {
			for _, d := range x.Signing.Declined {
				if d.Agency == code {
					s.State, s.More = "declined", d.Reason
				}
			}
		}
		for i, w := range hall.Waiting {
			if w == code {
				s.State, s.More = "waits", b.Say("thứ %d trong hàng chờ", "number %d in the queue", i+1)
			}
		}
		if hall.Holder == code {
			s.State, s.More = "now", b.Say("giữ lượt đến %s", "holds the turn until %s", b.clock(hall.Until))
		}
		if x.Signing != nil {
			for i := range x.Signing.Signatures {
				if g := &x.Signing.Signatures[i]; g.Agency == code {
					s.fill(b, g)
				}
			}
		}
		out = append(out, s)
	}
	return out
}

// fill tells a seat's signature: the time that its signer claims and the one that is proven are two.
func (s *seat) fill(b *Base, g *pact.Signature) {
	s.State, s.Head, s.Level, s.Formula = "done", g.Signer, g.Level, g.Formula
	s.Claimed, s.Proven, s.More = b.Exact(g.OccurredAt), b.Exact(g.ProvenAt), b.At(g.OccurredAt)
	s.Provider = b.Provider(g)
	s.Certificate = b.Short(g.Certificate)
	switch {
	case g.ProvenAt.IsZero():
		s.Warn = b.Say("chưa có dấu thời gian", "no time stamp yet")
	case g.Warning != "":
		s.Warn = b.warning(g.Warning)
	}
}
