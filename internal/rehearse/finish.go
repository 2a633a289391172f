package rehearse

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"kyket/internal/rehearse/scenario"
)

// pactFacts is where the pact stands.
type pactFacts struct {
	ID      string `json:"id"`
	Code    string `json:"code"`
	State   string `json:"state"`
	Subject string `json:"subject"`
	Issue   struct {
		NumberDisplay string `json:"number_display"`
		Policy        string `json:"policy"`
	} `json:"issue"`
	Signing struct {
		Level         string           `json:"level"`
		Certification *signatureFacts  `json:"certification"`
		Signatures    []signatureFacts `json:"signatures"`
	} `json:"signing"`
}

type signatureFacts struct {
	Agency     string    `json:"agency"`
	Signer     string    `json:"signer"`
	Formula    string    `json:"formula"`
	Position   string    `json:"position"`
	Field      string    `json:"field"`
	Provider   string    `json:"provider"`
	Device     string    `json:"device"`
	Level      string    `json:"level"`
	OccurredAt time.Time `json:"occurred_at"`
	ProvenAt   time.Time `json:"proven_at"`
	SHA256     string    `json:"sha256"`
	Warning    string    `json:"warning"`
}

// seal awaits what the service does after the last signature.
func (y *player) seal(ctx context.Context) error {
	y.tsa = true
	at := y.now.Add(time.Minute)
	if err := y.moment(ctx, "sealed", "signing", at); err != nil {
		return err
	}
	var p pactFacts
	if err := y.get(ctx, y.cast.chief, y.on(""), &p); err != nil {
		return err
	}
	y.sealed = p.State != "signing"
	if !y.sealed && y.plan.level == "B-LTA" && len(p.Signing.Signatures) == len(y.plan.ceremony.Order) {
		return misfit("signing", "mọi đơn vị đã ký nhưng hệ thống chưa đóng gói lưu trữ", "everybody has signed, but the service did not seal")
	}
	y.say("%s  %s, mức %s", y.stamp(at), p.State, p.Signing.Level)
	return nil
}

// archive puts the sealed pact into the record.
func (y *player) archive(ctx context.Context) error {
	if y.plan.scenario.Archive == nil || !y.sealed { // a signing that is neither complete nor closed stays open
		return nil
	}
	d := y.plan.scenario.Archive.Dossier
	retention := obj{"basis": d.Retention.Basis}
	if d.Retention.Value == "vinh_vien" {
		retention["permanent"] = true
	} else {
		years, err := strconv.Atoi(d.Retention.Value)
		if err != nil {
			return misfit("archive.dossier.retention.value", "%q không phải số năm", "%q is no number of years", d.Retention.Value)
		}
		retention["years"] = years
	}
	at := y.last(y.plan.clock(d.Closed.Time))
	y.say("%s  đưa vào lưu trữ: hồ sơ %s", y.stamp(at), d.Code)
	return y.do(ctx, call{key: "archive", place: "archive", at: at, who: y.cast.archivist, method: http.MethodPost, path: y.on("/archive"),
		body: obj{"dossier": d.Code, "title": d.Title, "opened": d.Opened.DateText(), "closed": d.Closed.DateText(), "retention": retention}})
}

// ledger counts the answered comments by their disposition, as the server has them.
func (y *player) ledger(ctx context.Context) (map[string]int, error) {
	count := map[string]int{"total": 0}
	for _, d := range []scenario.Disposition{scenario.Accepted, scenario.PartlyAccepted, scenario.Explained, scenario.Noted, scenario.Forwarded} {
		count[dispositions[d]] = 0
	}
	for _, n := range append(roundsOf(y.rounds), 0) {
		var view struct {
			Comments []struct{} `json:"comments"`
			Answers  []struct {
				Disposition string `json:"disposition"`
			} `json:"answers"`
		}
		if err := y.get(ctx, y.cast.chief, y.on("/comments?round=%d", n), &view); err != nil {
			return nil, err
		}
		count["total"] += len(view.Comments)
		for _, a := range view.Answers {
			count[a.Disposition]++
		}
	}
	return count, nil
}

func roundsOf(all []roundSummary) (numbers []int) {
	for _, r := range all {
		numbers = append(numbers, r.Round)
	}
	return numbers
}
