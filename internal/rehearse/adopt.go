package rehearse

import (
	"context"
	"net/http"
	"time"

	"kyket/internal/rehearse/scenario"
)

// adopt plays the conference: what is said in the hall, its answers, the vote; then the paper is frozen and signing opened.
func (y *player) adopt(ctx context.Context) error {
	a := y.plan.scenario.Adoption
	at := y.last(y.plan.conference())
	laid, err := y.version(ctx, y.newest)
	if err != nil {
		return err
	}
	hall := counted(y.plan.scenario, 0)
	for _, c := range hall {
		if err := y.takeDown(ctx, c, laid, at); err != nil {
			return err
		}
	}
	for _, c := range hall {
		if err := y.resolve(ctx, c, laid, at.Add(time.Minute)); err != nil {
			return err
		}
	}
	at = y.last(at.Add(2 * time.Minute))
	body, err := y.adoptionBody(a, laid)
	if err != nil {
		return err
	}
	if err := y.do(ctx, call{key: "adoption", place: "adoption", at: at, who: y.cast.chief, method: http.MethodPost,
		path: y.on("/adoption"), body: body}); err != nil {
		return err
	}
	y.say("%s  hội nghị thông qua: %d tán thành, %d không tán thành, %d ý kiến khác", y.stamp(at), a.Vote.Agree, a.Vote.Disagree, a.Vote.Abstain)
	return y.freeze(ctx, at.Add(5*time.Minute))
}

func (y *player) takeDown(ctx context.Context, c *scenario.Comment, laid *versionFacts, at time.Time) error {
	who := y.cast.chief
	if p := y.byName[c.TakenDownBy]; p != nil {
		who = p
	}
	var made struct {
		ID string `json:"id"`
	}
	err := y.do(ctx, call{key: "hall/" + c.ID, place: placeOf(c), at: at, who: who, method: http.MethodPost, path: y.on("/hall/comments"),
		body: obj{"agency": c.Member, "clause": laid.ids[c.Anchor], "quote": c.Quote, "kind": c.Kind, "text": c.Text, "proposal": c.Proposal}, facts: &made})
	y.ids[c.ID] = made.ID
	return err
}

func (y *player) adoptionBody(a scenario.Adoption, laid *versionFacts) (obj, error) {
	c := a.Conference
	place := c.Place
	if place == "" {
		place = c.HostPlace
	}
	conference := obj{"name": c.Name, "date": c.Date.DateText(), "time": c.Time, "place": place, "mode": c.Mode, "points": c.Points}
	if i := c.Invitation; i != nil {
		conference["invitation"] = paper(i.Number, i.Date, "", "")
	}
	vote, err := y.voteBody(a.Vote, laid)
	if err != nil {
		return nil, err
	}
	body := obj{"conference": conference, "vote": vote,
		"quorum": obj{"required": a.Quorum.Required, "present": a.Quorum.Present, "online": a.Quorum.PresentOnline}}
	if r := a.RegistrationsApproved; r != nil {
		if body["registrations"], err = y.voteBody(*r, laid); err != nil {
			return nil, err
		}
	}
	if m := a.Minutes; m != nil {
		body["minutes"] = obj{"number": m.Number, "secretary": m.Secretary, "chair": m.Chair}
	}
	return body, nil
}

func (y *player) voteBody(v scenario.Vote, laid *versionFacts) (obj, error) {
	body := obj{"method": v.Method, "agree": v.Agree, "disagree": v.Disagree, "abstain": v.Abstain, "dissent": []obj{}}
	if d := v.Dissent; d != nil {
		clause := laid.ids[y.script.opened[0].anchor[y.script.final.node[d.Clause]]]
		if clause == "" {
			return nil, misfit("adoption.vote.dissent.clause", "văn bản trình hội nghị không có %s", "the text laid before the conference has no %s", d.Clause)
		}
		body["dissent"] = []obj{{"agency": d.Member, "clause": clause, "text": d.Text}}
	}
	return body, nil
}

// freeze fixes the paper and opens the signing.
func (y *player) freeze(ctx context.Context, at time.Time) error {
	k, c := y.plan.scenario.Pact, y.plan.ceremony
	body := obj{"number_policy": k.NumberPolicy, "number": k.Number, "symbol": k.Symbol, "number_display": k.NumberDisplay,
		"place": k.Place, "date": k.Date.DateText(), "date_display": k.DateDisplay, "policy": c.Policy, "stamp": c.Stamp,
		"level_min": c.LevelMin, "org_seal": c.OrgSeal, "order": list(c.Order)}
	if c.Deadline != nil {
		body["deadline"] = y.plan.day(*c.Deadline)
	}
	at = y.last(at)
	if err := y.do(ctx, call{key: "freeze", place: "pact", at: at, who: y.cast.clerk, method: http.MethodPost, path: y.on("/freeze"), body: body}); err != nil {
		return err
	}
	y.say("%s  cố định bản giấy: %s", y.stamp(at), or(k.NumberDisplay, k.DateDisplay))
	lead, err := y.lead(ctx, at)
	if err != nil {
		return err
	}
	at = y.last(at.Add(5 * time.Minute))
	err = y.do(ctx, call{key: "signing/open", place: "signing", at: at, who: lead, method: http.MethodPost, path: y.on("/signing/open")})
	y.say("%s  mở ký", y.stamp(at))
	return err
}
