package rehearse

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"kyket/internal/rehearse/scenario"
)

// todayFacts is what the folder keeps of the pacts of today, in today.json: a second start repeats the same requests,
// with the same times in them, until they are done.
type todayFacts struct {
	At   time.Time `json:"at"`
	Done bool      `json:"done"`
}

// Today lets pacts stand at the present time beside the one that was played, so that everybody who signs in has something
// to do: one in the middle of its comments, one half signed, one sealed and not yet archived. It asks a server without a
// stage and is finished, not repeated, by a second call on the same folder.
func Today(ctx context.Context, dir string, s *scenario.Scenario, run Run, server Server, now time.Time) error {
	file := filepath.Join(dir, "today.json")
	facts := todayFacts{At: now.UTC().Truncate(time.Second)}
	b, err := os.ReadFile(file)
	switch {
	case err == nil:
		err = json.Unmarshal(b, &facts)
	case errors.Is(err, fs.ErrNotExist):
		err = writeJSON(file, facts)
	}
	if err != nil || facts.Done {
		return err
	}
	d, err := newDay(ctx, dir, s, run, server, facts.At)
	if err != nil {
		return err
	}
	for _, play := range []func(context.Context) error{
		func(ctx context.Context) error { return d.short(ctx, "cao-diem", sprint, 2) },
		func(ctx context.Context) error { return d.short(ctx, "chuyen-doi-so", digital, len(s.Members)) },
		d.nextYear,
	} {
		if err := play(ctx); err != nil {
			return err
		}
	}
	facts.Done = true
	return writeJSON(file, facts)
}

// day plays on the present clock; the answers are not kept, since a repeated request is answered alike.
type day struct {
	*player
	at time.Time
}

func newDay(ctx context.Context, dir string, s *scenario.Scenario, run Run, server Server, at time.Time) (*day, error) {
	c, err := openCast(dir, run.Key)
	if err != nil {
		return nil, err
	}
	y := &player{Production: &Production{opt: Options{Scenario: s, Dir: dir}, cast: c, plan: plan{scenario: s, shift: run.Shift}}, server: server}
	for login, p := range map[string]**person{"quantri": &c.admin, "thuky1": &c.chief, "vanthu": &c.clerk} {
		if *p, err = c.person(Person{Login: login}); err != nil {
			return nil, err
		}
	}
	var clusters struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	if err := y.get(ctx, c.chief, "/clusters", &clusters); err != nil {
		return nil, err
	}
	if len(clusters.Items) == 0 {
		return nil, errors.New("the play has left no cluster")
	}
	y.cluster = clusters.Items[0].ID
	return &day{y, at}, nil
}

// ask makes one request whose key is its place in the day.
func (d *day) ask(ctx context.Context, who *person, method, path, key string, body, facts any) error {
	if _, err := d.request(ctx, call{who: who, method: method, path: path, body: body, facts: facts}, d.keyOf("today/"+key)); err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	return nil
}

func (d *day) create(ctx context.Context, name string, content obj) error {
	var made struct {
		ID string `json:"id"`
	}
	err := d.ask(ctx, d.cast.chief, http.MethodPost, "/pacts", name+"/pact", obj{"cluster": d.cluster, "content": content}, &made)
	d.pact, d.texts = made.ID, map[int]*versionFacts{}
	return err
}

// circulate opens the first round; the lead is not asked.
func (d *day) circulate(ctx context.Context, name, number string, due time.Time) (asked []scenario.Code, err error) {
	lead := d.plan.scenario.Cluster.Leadership.Lead
	asked = slices.DeleteFunc(slices.Clone(d.plan.scenario.Codes()), func(c scenario.Code) bool { return c == lead })
	return asked, d.ask(ctx, d.cast.chief, http.MethodPost, d.on("/rounds"), name+"/round", obj{"label": "v1",
		"request": obj{"number": number, "date": d.date(0)}, "signer": lead, "due_at": due, "channels": []string{"thu_dien_tu"}, "asked": asked}, nil)
}

// date is a day from today, in Vietnam.
func (d *day) date(days int) string { return d.at.In(zone).AddDate(0, 0, days).Format(time.DateOnly) }

// nextYear is the scenario's first text with its year moved on, half way through its comments: two agencies have
// replied, one has a draft that is not sent.
func (d *day) nextYear(ctx context.Context) error {
	year := d.plan.scenario.Cluster.Year
	move := strings.NewReplacer(fmt.Sprint(year), fmt.Sprint(year+1), fmt.Sprint(year-1), fmt.Sprint(year))
	content := d.contentBody()
	bases := content["bases"] // name laws and decisions of their own years
	if err := rewrite(&content, move); err != nil {
		return err
	}
	content["bases"] = bases
	if err := d.create(ctx, "next", content); err != nil {
		return err
	}
	due := d.at.In(zone).AddDate(0, 0, 7)
	due = time.Date(due.Year(), due.Month(), due.Day(), 17, 0, 0, 0, zone)
	asked, err := d.circulate(ctx, "next", "71/STP-TCHC", due)
	if err != nil {
		return err
	}
	v, err := d.version(ctx, 1)
	if err != nil {
		return err
	}
	replied := 0
	for _, code := range asked {
		var comments []obj
		for _, c := range d.plan.scenario.Consultation.CommentsIn(d.plan.scenario.Consultation.Rounds[0].Round) {
			if c.Member == code && v.ids[c.Anchor] != "" {
				comments = append(comments, obj{"clause": v.ids[c.Anchor], "quote": move.Replace(c.Quote), "kind": c.Kind,
					"text": move.Replace(c.Text), "proposal": move.Replace(c.Proposal)})
			}
		}
		if len(comments) == 0 || replied == 3 {
			continue
		}
		replied++
		if err := d.reply(ctx, "next", code, obj{"stance": "agree_with_comments", "comments": comments}, replied < 3); err != nil {
			return err
		}
	}
	return nil
}

// rewrite replaces words anywhere in a body.
func rewrite(body *obj, words *strings.Replacer) error {
	b, err := json.Marshal(*body)
	if err != nil {
		return err
	}
	*body = obj{}
	return json.Unmarshal([]byte(words.Replace(string(b))), body)
}

// reply writes an agency's draft, and sends it.
func (d *day) reply(ctx context.Context, name string, code scenario.Code, body obj, send bool) error {
	focal, err := d.focal(code)
	if err != nil {
		return err
	}
	path, key := d.on("/rounds/1/replies/%s", code), name+"/reply/"+string(code)
	if send {
		return d.ask(ctx, focal, http.MethodPost, path+"/send", key, body, nil)
	}
	return d.ask(ctx, focal, http.MethodPut, path, key, body, nil)
}

// signer is who signs for an agency today.
func (d *day) signer(m *scenario.Member) (*person, error) {
	name := "lanhdao"
	if r := m.Signer.ReplacedBy; r != nil && !d.plan.clock(r.From.Day()).After(d.at) {
		name = "lanhdao2"
	}
	return d.cast.person(Person{Login: d.login(m, name)})
}
