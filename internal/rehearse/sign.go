package rehearse

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"kyket/internal/rehearse/scenario"
)

// scene is one thing of the signing with its time: a step, or the time-stamp authority answering again.
type scene struct {
	scenario.Step
	at    time.Time
	again bool
}

// sign plays the signing in the order of time.
func (y *player) sign(ctx context.Context) error {
	var scenes []scene
	for _, s := range y.plan.ceremony.Steps {
		scenes = append(scenes, scene{Step: s, at: y.plan.clock(s.At.Time)})
		if s.StampedAt != nil {
			scenes = append(scenes, scene{Step: s, at: y.plan.clock(s.StampedAt.Time), again: true})
		}
	}
	slices.SortStableFunc(scenes, func(a, b scene) int { return a.at.Compare(b.at) })
	for _, s := range scenes {
		if err := y.playScene(ctx, s); err != nil {
			return err
		}
	}
	if c := y.plan.ceremony.Close; c != nil {
		at := y.last(y.plan.clock(c.At.Time))
		lead, err := y.lead(ctx, at)
		if err != nil {
			return err
		}
		y.say("%s  kết thúc việc ký: %s", y.stamp(at), c.Reason)
		return y.do(ctx, call{key: "signing/close", place: "signing.close", at: at, who: lead, method: http.MethodPost,
			path: y.on("/signing/close"), body: obj{"by": c.By, "reason": c.Reason}})
	}
	return nil
}

func (y *player) playScene(ctx context.Context, s scene) error {
	at := y.last(s.at)
	m, member := y.plan.scenario.Member(s.Member)
	key := fmt.Sprintf("%s/%s", s.Path, cmp.Or(string(s.Member), s.Witness))
	switch {
	case s.again:
		y.silent, y.tsa = false, true
		y.say("%s  dịch vụ dấu thời gian trả lời lại, chữ ký của %s được nâng mức", y.stamp(at), s.Member)
		return y.moment(ctx, key+"/stamped", s.Path+".stamped_at", at)
	case !member || s.Result == scenario.UploadRefused || s.Result == scenario.Revoked:
		return nil // named in the summary as missing
	case s.Result == scenario.SignerReplaced:
		who, err := y.head(ctx, m, s.At, at)
		if err != nil {
			return err
		}
		y.say("%s  %s: người ký mới là %s", y.stamp(at), s.Member, who.Name)
		_, err = y.certificate(ctx, who, m, s, at)
		return err
	case s.Result == scenario.NotSigned:
		who, err := y.head(ctx, m, s.At, at)
		if err != nil {
			return err
		}
		y.say("%s  %s không ký", y.stamp(at), s.Member)
		return y.do(ctx, call{key: key + "/decline", place: s.Path, at: at, who: who, method: http.MethodPost, path: y.on("/decline"),
			body: obj{"agency": s.Member, "reason": cmp.Or(s.Reason, s.Note, "Không ký")}})
	}
	if s.Result == scenario.NoStamp {
		y.silent = y.silent || s.StampedAt != nil
		y.tsa = false
	} else {
		y.tsa = s.TSA || !y.silent
	}
	err := y.signAs(ctx, m, s, key, at)
	y.tsa = !y.silent
	return err
}

// attemptFacts is where an attempt to sign stands.
type attemptFacts struct {
	Session string `json:"session"`
	State   string `json:"state"`
	ToSign  []byte `json:"to_sign,omitempty"`
	Level   string `json:"level,omitempty"`
	Reason  string `json:"reason,omitempty"`
}

// tries is how often somebody begins anew when an attempt ran out, as it does when the play was interrupted for long.
const tries = 5

// signAs lets the head of the day sign: confirm the password, wait for the ticket, sign what is handed out, hand it in.
func (y *player) signAs(ctx context.Context, m *scenario.Member, s scene, key string, at time.Time) error {
	who, err := y.head(ctx, m, s.At, at)
	if err != nil {
		return err
	}
	certificate, err := y.certificate(ctx, who, m, s, at)
	if err != nil {
		return err
	}
	for n := 1; ; n++ {
		level, err := y.attempt(ctx, who, s, certificate, fmt.Sprintf("%s/sign/%d", key, n), at)
		var over *attemptOver
		if errors.As(err, &over) && n < tries {
			y.opt.Log.Info("signing attempt is over, trying again", "place", s.Path, "reason", over.reason)
			continue
		}
		if err == nil {
			y.say("%s  %s ký: %s (%s)", y.stamp(at), s.Member, who.Name, cmp.Or(level, "chưa ghi nhận, không có dấu thời gian"))
		}
		return err
	}
}

// endings are the statuses of an attempt that ran out, lost its turn or belongs to a sign-in that is over.
var endings = []int{http.StatusConflict, http.StatusGone, http.StatusPreconditionFailed}

// attemptOver is an attempt that ended before its value came.
type attemptOver struct{ reason string }

func (a *attemptOver) Error() string { return "the attempt to sign is over: " + a.reason }

func (y *player) attempt(ctx context.Context, who *person, s scene, certificate, key string, at time.Time) (level string, err error) {
	var a attemptFacts
	start := call{key: key, place: s.Path, at: at, who: who, method: http.MethodPost, path: y.on("/signatures"),
		body: obj{"agency": s.Member, "certificate": certificate}, facts: &a}
	if err := y.confirmed(ctx, start); err != nil {
		return "", err
	}
	if len(a.ToSign) == 0 {
		if a, err = y.ticket(ctx, who, a); err != nil {
			return "", &Failure{s.Path, "ticket", err}
		}
	}
	value, err := who.sign(a.ToSign)
	if err != nil {
		return "", err
	}
	var done attemptFacts
	end := call{key: key + "/value", place: s.Path, at: at, who: who, method: http.MethodPost,
		path: y.on("/signatures/%s/value", a.Session), body: obj{"value": value}, facts: &done}
	err = y.do(ctx, end)
	var p *Problem
	switch {
	case errors.As(err, &p) && p.Code == "stamp_demanded" && s.Result == scenario.NoStamp:
		return "", y.journal.Acknowledge(y.keyOf(end.key), at, y.tsa, p.Status, done)
	case errors.As(err, &p) && slices.Contains(endings, p.Status), errors.As(err, &p) && p.Code == "step_up_required":
		return "", &attemptOver{p.Code}
	case err != nil:
		return "", err
	case done.State != "done":
		return "", &attemptOver{cmp.Or(done.Reason, done.State)}
	}
	return done.Level, nil
}

// confirmed makes a call for which the person confirms the password anew.
func (y *player) confirmed(ctx context.Context, c call) error {
	if _, done := y.journal.answers[y.keyOf(c.key)]; !done {
		confirm := call{who: c.who, method: http.MethodPost, path: "/step-up", body: obj{"password": c.who.Password}}
		if _, err := y.request(ctx, confirm, ""); err != nil {
			return &Failure{c.place, "POST /step-up", err}
		}
	}
	return y.do(ctx, c)
}

// ticket waits until it is this attempt's turn.
func (y *player) ticket(ctx context.Context, who *person, a attemptFacts) (attemptFacts, error) {
	for end := time.Now().Add(patience); ; {
		var now attemptFacts
		if err := y.get(ctx, who, y.on("/signatures/%s", a.Session), &now); err != nil {
			return a, err
		}
		switch {
		case len(now.ToSign) > 0:
			return now, nil
		case now.State != "waiting" && now.State != "pending" && now.State != "":
			return a, &attemptOver{cmp.Or(now.Reason, now.State)}
		case time.Now().After(end):
			return a, fmt.Errorf("no ticket after %s", patience)
		}
		if err := pause(ctx, 20*time.Millisecond); err != nil {
			return a, err
		}
	}
}

// certificate is the digest of the certificate that somebody signs with; the trial authority issues it at first.
func (y *player) certificate(ctx context.Context, who *person, m *scenario.Member, s scene, at time.Time) (string, error) {
	if err := who.prepareKey(); err != nil {
		return "", err
	}
	body := obj{"csr": who.Request, "cluster": y.cluster, "agency": m.Code, "provider": "in_process"}
	if _, c := m.On(s.At); c != nil {
		body["device"] = c.Device
		if c.Device == scenario.PKCS12File {
			body["provider"] = "pkcs12"
		} else {
			body["simulated"] = true
		}
	}
	var got struct {
		SHA256 string   `json:"sha256"`
		DER    []byte   `json:"der"`
		Chain  [][]byte `json:"chain"`
	}
	if err := y.do(ctx, call{key: "people/" + who.Login + "/certificate", place: "members[" + string(m.Code) + "].certificate", at: at,
		who: who, method: http.MethodPost, path: "/trial/certificates", body: body, facts: &got}); err != nil {
		return "", err
	}
	if who.certified {
		return got.SHA256, nil
	}
	var all []*x509.Certificate
	for _, der := range append([][]byte{got.DER}, got.Chain...) {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return "", fmt.Errorf("certificate of %s: %w", who.Login, err)
		}
		all = append(all, c)
	}
	who.certified = true
	return got.SHA256, who.keep(all[0], all[1:])
}
