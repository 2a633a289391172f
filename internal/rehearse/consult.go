package rehearse

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"kyket/internal/rehearse/scenario"
)

// consult plays the rounds, each with the answers to its comments, up to the text laid before the conference.
func (y *player) consult(ctx context.Context) error {
	rounds := y.plan.scenario.Consultation.Rounds
	if err := y.createPact(ctx, y.plan.clock(rounds[0].OpenedAt.Add(-time.Hour))); err != nil {
		return err
	}
	for i := range rounds {
		r := &rounds[i]
		limit, label := y.plan.conference(), y.plan.scenario.Adoption.DraftVersion
		if i+1 < len(rounds) {
			limit, label = y.plan.clock(rounds[i+1].OpenedAt.Time), rounds[i+1].DraftVersion
		}
		if err := y.playRound(ctx, i, r, limit, label); err != nil {
			return err
		}
	}
	at := y.last(y.plan.conference().Add(-30 * time.Minute))
	return y.do(ctx, call{key: "agree", place: "adoption.draft_version", at: at, who: y.cast.chief, method: http.MethodPost,
		path: y.on("/agree")})
}

// on is an address below the pact.
func (y *player) on(format string, args ...any) string {
	return "/pacts/" + y.pact + fmt.Sprintf(format, args...)
}

// last is at, or the time of the last call when that is later: the clock never goes back.
func (y *player) last(at time.Time) time.Time {
	if y.now.After(at) {
		return y.now
	}
	return at
}

// event is something that happens in a round at a time.
type event struct {
	at   time.Time
	play func(context.Context, time.Time) error
}

// round is a round being played.
type round struct {
	*scenario.Round
	place   string // in the file
	key     string // in the play
	number  int    // the server's
	version int
	events  []event
	end     time.Time
}

func (r *round) add(at time.Time, play func(context.Context, time.Time) error) {
	r.events = append(r.events, event{at, play})
}

func (y *player) playRound(ctx context.Context, i int, s *scenario.Round, limit time.Time, label string) error {
	r := &round{Round: s, place: fmt.Sprintf("consultation.rounds[%d]", i), key: fmt.Sprintf("consultation/%d", s.Round)}
	if err := y.openRound(ctx, r); err != nil {
		return err
	}
	r.end = y.plan.clock(r.Due().Time)
	if r.ExtendedTo != nil {
		r.add(y.plan.clock(r.DueAt.Add(-30*time.Minute)), y.extend(r))
	}
	for j := range r.Replies {
		y.reply(r, j)
	}
	slices.SortStableFunc(r.events, func(a, b event) int { return a.at.Compare(b.at) })
	for _, e := range r.events {
		if err := e.play(ctx, y.last(e.at)); err != nil {
			return err
		}
	}
	if err := y.closeRound(ctx, r); err != nil {
		return err
	}
	return y.consolidate(ctx, r, limit, label)
}

func (y *player) openRound(ctx context.Context, r *round) error {
	at := y.plan.clock(r.OpenedAt.Time)
	var made struct {
		Number  int `json:"number"`
		Version int `json:"version"`
	}
	err := y.do(ctx, call{key: r.key + "/open", place: r.place, at: at, who: y.cast.chief, method: http.MethodPost, path: y.on("/rounds"),
		body: obj{"label": r.DraftVersion, "request": obj{"number": r.Request.Number, "date": y.plan.day(r.Request.Date)}, "signer": r.Request.Signer,
			"due_at": y.plan.clock(r.DueAt.Time), "channels": list(r.Channels), "asked": y.asked(r)}, facts: &made})
	r.number, r.version = made.Number, made.Version
	y.say("%s  vòng %d: gửi lấy ý kiến %d đơn vị (%s)", y.stamp(at), r.Round.Round, len(y.asked(r)), r.DraftVersion)
	return err
}

// asked are the members that are asked: all but those whose row says no, and but the lead without a row.
func (y *player) asked(r *round) []scenario.Code {
	asked := []scenario.Code{}
	for _, code := range y.plan.scenario.Codes() {
		i := slices.IndexFunc(r.Replies, func(p scenario.Reply) bool { return slices.Contains(p.Members, code) })
		if i < 0 && code == y.plan.scenario.Cluster.Leadership.Lead || i >= 0 && r.Replies[i].Type == scenario.NotAsked {
			continue
		}
		asked = append(asked, code)
	}
	return asked
}

func (y *player) extend(r *round) func(context.Context, time.Time) error {
	return func(ctx context.Context, at time.Time) error {
		return y.do(ctx, call{key: r.key + "/extension", place: r.place + ".extended_to", at: at, who: y.cast.chief, method: http.MethodPost,
			path: y.on("/rounds/%d/extension", r.number), body: obj{"to": y.plan.clock(r.ExtendedTo.Time)}})
	}
}

// reply plans what the agencies of one row do.
func (y *player) reply(r *round, j int) {
	p := r.Replies[j]
	place := fmt.Sprintf("%s.replies[%d]", r.place, j)
	for _, code := range p.Members {
		key := fmt.Sprintf("%s/reply/%s", r.key, code)
		open := y.plan.clock(r.OpenedAt.Time)
		until := r.end
		if p.ReceivedAt != nil {
			until = y.plan.clock(p.ReceivedAt.Time)
		}
		for k := range p.Reminders {
			at := open.Add(until.Sub(open) * time.Duration(k+1) / time.Duration(p.Reminders+1))
			phone := p.ChasedByPhone && k == p.Reminders-1
			r.add(at, func(ctx context.Context, at time.Time) error {
				return y.do(ctx, call{key: fmt.Sprintf("%s/reminder/%d", key, k+1), place: place + ".reminders", at: at, who: y.cast.chief,
					method: http.MethodPost, path: y.on("/rounds/%d/reminders", r.number), body: obj{"agency": code, "phone": phone}})
			})
		}
		if p.ReceivedAt == nil || p.Type == scenario.NoReply || p.Type == scenario.NotAsked {
			continue
		}
		r.add(until, func(ctx context.Context, at time.Time) error {
			return y.answerRequest(ctx, r, &p, code, key, place, at)
		})
		if p.Late {
			accept := p.AcceptedByLead == nil || *p.AcceptedByLead
			r.add(until.Add(5*time.Minute), func(ctx context.Context, at time.Time) error {
				lead, err := y.lead(ctx, at)
				if err != nil {
					return err
				}
				return y.do(ctx, call{key: key + "/late", place: place + ".accepted_by_lead", at: at, who: lead, method: http.MethodPost,
					path: y.on("/rounds/%d/replies/%s/late", r.number, url.PathEscape(string(code))), body: obj{"accept": accept}})
			})
		}
	}
}

var stances = map[scenario.ReplyType]string{
	scenario.Agree: "agree", scenario.AgreeWithComments: "agree_with_comments", scenario.NoComment: "no_comment", scenario.Object: "object",
}

// replyFacts are the ids that a reply's comments got, in the order in which they were sent.
type replyFacts struct {
	RowVersion int64 `json:"row_version"`
	Comments   []struct {
		ID string `json:"id"`
	} `json:"comments"`
}

// answerRequest sends one agency's reply: its focal person writes a draft and sends it, or the secretariat records a letter.
func (y *player) answerRequest(ctx context.Context, r *round, p *scenario.Reply, code scenario.Code, key, place string, at time.Time) error {
	v, err := y.version(ctx, r.version)
	if err != nil {
		return err
	}
	own := slices.DeleteFunc(y.plan.scenario.Consultation.CommentsIn(r.Round.Round), func(c *scenario.Comment) bool { return c.Member != code })
	comments := []obj{}
	for _, c := range own {
		comments = append(comments, obj{"clause": v.ids[c.Anchor], "quote": c.Quote, "kind": c.Kind, "text": c.Text, "proposal": c.Proposal})
	}
	body := obj{"stance": stances[p.Type], "number": p.Number, "note": p.Note, "comments": comments}
	path := y.on("/rounds/%d/replies/%s", r.number, url.PathEscape(string(code)))
	var sent replyFacts
	if p.RecordedBy == scenario.BySecretariat {
		body["received_at"], body["scan"] = at, scan(string(code))
		err = y.do(ctx, call{key: key, place: place, at: at, who: y.cast.chief, method: http.MethodPost, path: path + "/record", body: body, facts: &sent})
	} else {
		err = y.sendReply(ctx, call{key: key, place: place, at: at, path: path, body: body, facts: &sent}, code)
	}
	if err != nil {
		return err
	}
	if len(sent.Comments) != len(own) {
		return misfit(place, "gửi %d ý kiến nhưng máy chủ ghi %d", "sent %d comments, but the server recorded %d", len(own), len(sent.Comments))
	}
	for i, c := range own {
		y.ids[c.ID] = sent.Comments[i].ID
	}
	y.say("%s  %s trả lời: %s, %d ý kiến", y.stamp(at), code, stances[p.Type], len(own))
	return nil
}

func (y *player) sendReply(ctx context.Context, c call, code scenario.Code) error {
	focal, err := y.focal(code)
	if err != nil {
		return err
	}
	var draft replyFacts
	save := c
	save.key, save.who, save.method, save.facts, save.match = c.key+"/draft", focal, http.MethodPut, &draft, `"0"`
	if err := y.do(ctx, save); err != nil {
		return err
	}
	c.who, c.method, c.path, c.body = focal, http.MethodPost, c.path+"/send", nil
	return y.do(ctx, c)
}

func (y *player) closeRound(ctx context.Context, r *round) error {
	at := y.last(r.end).Add(time.Minute)
	var closed struct {
		Outcome []struct {
			Agency string `json:"agency"`
			Stance string `json:"stance"`
		} `json:"outcome"`
	}
	err := y.do(ctx, call{key: r.key + "/close", place: r.place, at: at, who: y.cast.chief, method: http.MethodPost,
		path: y.on("/rounds/%d/close", r.number), facts: &closed})
	sum := roundSummary{Round: r.number, Replies: map[string]int{}}
	for _, s := range allStances {
		sum.Replies[s] = 0
	}
	for _, o := range closed.Outcome {
		sum.Replies[o.Stance]++
	}
	y.rounds = append(y.rounds, sum)
	y.say("%s  vòng %d: chốt nhận ý kiến", y.stamp(at), r.Round.Round)
	return err
}

var allStances = []string{"agree", "agree_with_comments", "no_comment", "object", "tacit_agree", "no_reply"}
