package rehearse

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/url"
	"time"

	"kyket/internal/rehearse/scenario"
)

// consolidate answers the comments of a closed round in the order of the file and closes the ledger. The answers are
// spread over the time up to limit, when the next stage begins.
func (y *player) consolidate(ctx context.Context, r *round, limit time.Time, label string) error {
	comments := counted(y.plan.scenario, r.Round.Round)
	v, err := y.version(ctx, r.version)
	if err != nil {
		return err
	}
	from := y.now
	step := min(limit.Sub(from)/time.Duration(len(comments)+3), time.Hour).Truncate(time.Second)
	for i, c := range comments {
		at := y.last(from.Add(step * time.Duration(i+1)))
		if err := y.resolve(ctx, c, v, at); err != nil {
			return err
		}
	}
	at := y.last(from.Add(step * time.Duration(len(comments)+1)))
	var result struct {
		Number int    `json:"number"`
		Label  string `json:"label"`
	}
	err = y.do(ctx, call{key: r.key + "/ledger", place: r.place, at: at, who: y.cast.chief, method: http.MethodPost,
		path: y.on("/rounds/%d/ledger/close", r.number), body: obj{"label": label}, facts: &result})
	y.newest = result.Number
	y.say("%s  vòng %d: trả lời %d ý kiến, chốt bản tổng hợp → phiên bản %d", y.stamp(at), r.Round.Round, len(comments), result.Number)
	return err
}

var dispositions = map[scenario.Disposition]string{
	scenario.Accepted: "accepted", scenario.PartlyAccepted: "partly_accepted", scenario.Explained: "declined_explained",
	scenario.Noted: "noted", scenario.Forwarded: "forwarded",
}

// resolve answers one comment. Its places are those of the version that was commented on.
func (y *player) resolve(ctx context.Context, c *scenario.Comment, v *versionFacts, at time.Time) error {
	body := obj{"disposition": dispositions[c.Decision], "reason": c.Response, "no_text_change": c.NoTextChange, "dissent": c.DissentRecorded}
	if alters(c) {
		if c.ResultingText != nil {
			body["new_text"] = *c.ResultingText
		}
		body["operations"] = operations(c, v)
		body["targets"] = y.targetChanges(c.ID)
	}
	conflicts := []string{}
	for _, other := range c.ConflictsWith {
		if id := y.ids[other]; id != "" { // absent: a comment of a late reply that does not count
			conflicts = append(conflicts, id)
		}
	}
	body["conflicts"] = conflicts
	return y.do(ctx, call{key: "resolution/" + c.ID, place: placeOf(c), at: at, who: y.cast.chief, method: http.MethodPut,
		path: y.on("/comments/%s/resolution", url.PathEscape(y.ids[c.ID])), body: body, match: `"0"`})
}

func operations(c *scenario.Comment, v *versionFacts) []obj {
	all := []obj{}
	for _, op := range c.Operations {
		o := obj{"op": op.Op}
		switch op.Op {
		case scenario.Add:
			o["heading"], o["text"] = op.Heading, op.Text
			if op.Cells != nil {
				o["cells"] = op.Cells
			}
		default:
			anchor := op.Anchor
			if anchor == "" {
				anchor = c.Anchor
			}
			o["clause"] = v.ids[anchor]
		}
		if op.To != "" {
			o["to"] = op.To
		}
		all = append(all, o)
	}
	return all
}

func (y *player) targetChanges(comment string) []obj {
	all := []obj{}
	for _, ch := range y.script.changes[comment] {
		o := obj{"target": ch.id}
		if ch.drop {
			o["drop"] = true
		} else {
			o["set"] = targetBody(*ch.set)
		}
		if ch.at != "" {
			o["at"] = ch.at
		}
		all = append(all, o)
	}
	return all
}

// scan stands for the scanned letter of an agency: a small grey page, another one for each agency.
func scan(of string) []byte {
	page := image.NewGray(image.Rect(0, 0, 105, 148))
	for i := range page.Pix {
		page.Pix[i] = 0xf8
	}
	for line := 12; line < 136; line += 6 {
		for x := 10; x < 95-(line*len(of))%40; x++ {
			page.SetGray(x, line, color.Gray{Y: 0x40 + of[line%len(of)]})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, page); err != nil {
		panic(fmt.Sprintf("encode a grey page: %v", err)) // into memory: cannot fail
	}
	return b.Bytes()
}
