package rehearse

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"kyket/internal/rehearse/scenario"
)

// setUp makes the administrator with the one-time code, the cluster, and everybody who is in office on the first day.
func (y *player) setUp(ctx context.Context) error {
	at := y.plan.opening()
	admin, err := y.cast.person(Person{Login: "quantri", Name: "Quản trị hệ thống", Office: "Quản trị"})
	if err != nil {
		return err
	}
	y.cast.admin = admin
	if err := y.firstPerson(ctx, admin, at); err != nil {
		return err
	}
	var made struct {
		ID string `json:"id"`
	}
	if err := y.do(ctx, call{key: "cluster", place: "cluster", at: at, who: admin, method: http.MethodPost, path: "/clusters",
		body: y.clusterBody(), facts: &made}); err != nil {
		return err
	}
	y.cluster = made.ID
	if err := y.engageSecretariat(ctx, at); err != nil {
		return err
	}
	for _, m := range y.plan.scenario.Members {
		if _, err := y.engage(ctx, y.focalOf(&m), at, "members["+string(m.Code)+"].focal", y.grant("focal", m.Code)); err != nil {
			return err
		}
		if _, err := y.head(ctx, &m, y.onDay(at), at); err != nil {
			return err
		}
	}
	y.say("%s  %s: %d đơn vị, %d người", y.stamp(at), y.plan.scenario.Cluster.Name, len(y.plan.scenario.Members), len(y.cast.people))
	return nil
}

// firstPerson uses the one-time code. A repeated set-up whose answer was lost is recognised by the account that it made.
func (y *player) firstPerson(ctx context.Context, admin *person, at time.Time) error {
	c := call{key: "setup", place: "cluster", at: at, method: http.MethodPost, path: "/setup",
		body: obj{"code": y.server.SetupCode, "login": admin.Login, "name": admin.Name, "password": admin.Password}}
	err := y.do(ctx, c)
	var p *Problem
	if !errors.As(err, &p) || p.Code != "setup_done" {
		return err
	}
	if err := y.signIn(ctx, admin); err != nil {
		return err
	}
	return y.journal.Acknowledge(y.keyOf(c.key), at, y.tsa, p.Status, nil)
}

// onDay is a moment of the pact's clock as a time of the scenario.
func (y *player) onDay(at time.Time) scenario.When {
	return scenario.When{Time: at.AddDate(0, 0, -y.plan.shift), HasHour: true}
}

func (y *player) stamp(at time.Time) string { return at.In(zone).Format("2006-01-02 15:04:05") }

func (y *player) grant(role string, agency scenario.Code) Grant {
	return Grant{Role: role, Cluster: y.cluster, Agency: string(agency)}
}

func (y *player) clusterBody() obj {
	s := y.plan.scenario
	c := s.Cluster
	body := obj{"code": c.Code, "kind": c.Kind, "name": c.Name, "short_name": c.ShortName, "year": c.Year,
		"lead": c.Leadership.Lead, "deputies": list(c.Leadership.Deputies),
		"tacit": obj{"enabled": s.Consultation.TacitConsent.Enabled, "wording": s.Consultation.TacitConsent.Wording,
			"agreed_in": s.Consultation.TacitConsent.AgreedIn},
		"remind_days": list(s.Consultation.TacitConsent.RemindersBeforeDays)}
	if d := c.Decision; d != nil {
		body["decision"] = paper(d.Number, d.Date, d.Issuer, d.Summary)
	}
	if o := c.Secretariat; o != nil {
		body["secretariat"] = obj{"host": o.Host, "unit": o.Unit}
	}
	blocks := []obj{}
	for _, b := range c.Blocks {
		blocks = append(blocks, obj{"code": b.Code, "name": b.Name, "period": obj{"from": b.PeriodStart.DateText(), "to": b.PeriodEnd.DateText()}})
	}
	agencies := []obj{}
	for _, m := range s.Members {
		agencies = append(agencies, y.agencyBody(&m))
	}
	witnesses := []obj{}
	for _, w := range c.Witnesses {
		witnesses = append(witnesses, obj{"code": w.Code, "name": w.Name, "position": w.Position, "agency": w.Agency, "label": w.Label, "signs": w.Signs})
	}
	body["blocks"], body["agencies"], body["witnesses"] = blocks, agencies, witnesses
	return body
}

func (y *player) agencyBody(m *scenario.Member) obj {
	agencyNames := []obj{{"name": m.Agency}}
	for _, x := range y.plan.scenario.Successors {
		for i, code := range x.From {
			if code != m.Code {
				continue
			}
			with := append(append([]scenario.Code{}, x.From[:i]...), x.From[i+1:]...)
			agencyNames = append(agencyNames, obj{"name": x.To, "from": x.At.DateText(), "merged_with": list(with)})
		}
	}
	heads := []obj{y.headBody(m.Signer.Person, m.Certificate)}
	if r := m.Signer.ReplacedBy; r != nil {
		h := y.headBody(r.Person, r.Certificate)
		h["from"] = y.plan.day(r.From)
		heads = append(heads, h)
	}
	return obj{"code": m.Code, "block": m.Block, "parent": m.Parent, "place": m.Place, "names": agencyNames, "heads": heads}
}

func (y *player) headBody(p scenario.Person, c *scenario.Certificate) obj {
	h := obj{"name": p.Name, "position": p.Position, "formula": p.Formula, "head_name": p.HeadName}
	if d := p.DelegationDoc; d != nil {
		h["authority"] = obj{"number": d.Number, "date": y.plan.day(d.Date), "scope": d.Scope}
	}
	if c != nil {
		h["certificate"] = obj{"issuer": c.Issuer, "device": c.Device}
	}
	return h
}

func paper(number string, date *scenario.When, issuer, summary string) obj {
	p := obj{"number": number, "issuer": issuer, "summary": summary}
	if date != nil {
		p["date"] = date.DateText()
	}
	return p
}

// list is never null in JSON.
func list[T any](in []T) []T { return append([]T{}, in...) }

// engageSecretariat opens the accounts of the secretariat, and of a records clerk and an archivist.
func (y *player) engageSecretariat(ctx context.Context, at time.Time) error {
	c := y.plan.scenario.Cluster
	var clerks []scenario.Clerk
	unit := ""
	if c.Secretariat != nil {
		clerks, unit = c.Secretariat.Persons, c.Secretariat.Unit
	}
	if len(clerks) == 0 {
		clerks = []scenario.Clerk{{Name: "Tổ trưởng Tổ thư ký", Role: scenario.ChiefClerk}}
	}
	chief := 0
	for i, k := range clerks {
		if k.Role == scenario.ChiefClerk {
			chief = i
			break
		}
	}
	for i, k := range clerks {
		role := map[scenario.ClerkRole]string{scenario.RecordsClerk: "clerk"}[k.Role]
		if i == chief {
			role = "secretary_chief"
		}
		place := fmt.Sprintf("cluster.secretariat.persons[%d]", i)
		p, err := y.engage(ctx, Person{Login: fmt.Sprintf("thuky%d", i+1), Name: k.Name, Office: offices[or(role, "secretary")], Agency: unit}, at, place, y.grant(or(role, "secretary"), ""))
		if err != nil {
			return err
		}
		if i == chief {
			y.cast.chief = p
		}
		if k.Role == scenario.RecordsClerk {
			y.cast.clerk = p
		}
		y.byName[k.Name] = p
	}
	var err error
	if y.cast.clerk == nil {
		y.cast.clerk, err = y.engage(ctx, Person{Login: "vanthu", Name: "Văn thư cơ quan", Office: offices["clerk"], Agency: unit}, at, "cluster.secretariat", y.grant("clerk", ""))
	}
	if err != nil {
		return err
	}
	y.cast.archivist, err = y.engage(ctx, Person{Login: "luutru", Name: "Người làm lưu trữ", Office: offices["archivist"], Agency: unit}, at, "archive", y.grant("archivist", ""))
	return err
}

var offices = map[string]string{
	"secretary_chief": "Tổ trưởng Tổ thư ký", "secretary": "Thành viên Tổ thư ký", "clerk": "Văn thư", "archivist": "Lưu trữ",
	"focal": "Đầu mối góp ý", "head": "Người ký",
}

func (y *player) focalOf(m *scenario.Member) Person {
	name := "Đầu mối " + m.Agency
	if m.Focal != nil {
		name = m.Focal.Name
	}
	return Person{Login: y.login(m, "daumoi"), Name: name, Office: offices["focal"], Agency: m.Agency}
}

// login is made of the agency's code where that gives one: plain letters and digits, and not the code of another agency
// but for capitals. Else it is made of the agency's number.
func (y *player) login(m *scenario.Member, office string) string {
	name := strings.ToLower(string(m.Code))
	plain := strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789") == ""
	number := 0
	for i, other := range y.plan.scenario.Codes() {
		if other == m.Code {
			number = i + 1
		} else if strings.EqualFold(string(other), string(m.Code)) {
			plain = false
		}
	}
	if !plain {
		name = fmt.Sprintf("donvi-%d", number)
	}
	return name + "." + office
}

func (y *player) focal(code scenario.Code) (*person, error) {
	m, _ := y.plan.scenario.Member(code)
	return y.cast.person(y.focalOf(m))
}

// head is who signs for a member at that time of the scenario; the account is opened at first.
func (y *player) head(ctx context.Context, m *scenario.Member, on scenario.When, at time.Time) (*person, error) {
	who, _ := m.On(on)
	g := y.grant("head", m.Code)
	p := Person{Login: y.login(m, "lanhdao"), Name: who.Name, Office: strings.ReplaceAll(who.Formula, "\n", " "), Agency: m.Agency}
	if r := m.Signer.ReplacedBy; r != nil {
		from := y.plan.clock(r.From.Day().Add(-7 * time.Hour)) // the beginning of the day at +07:00
		if who.Name == r.Name {
			p.Login, g.From = y.login(m, "lanhdao2"), &from
		} else {
			g.To = &from
		}
	}
	grants := []Grant{g}
	if m.Code == y.plan.scenario.Cluster.Leadership.Lead {
		lead := g
		lead.Role, lead.Agency = "lead_head", ""
		grants = append(grants, lead)
	}
	return y.engage(ctx, p, at, "members["+string(m.Code)+"].signer", grants...)
}

// lead is the head of the lead agency at that time.
func (y *player) lead(ctx context.Context, at time.Time) (*person, error) {
	m, _ := y.plan.scenario.Member(y.plan.scenario.Cluster.Leadership.Lead)
	return y.head(ctx, m, y.onDay(at), at)
}
