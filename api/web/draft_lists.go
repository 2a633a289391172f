package web

import (
	"fmt"
	"strconv"
	"strings"

	"kyket/pact"
)

// draftLists are the parts of a text beside its clauses, as they stand in their forms; the last row of a list is empty,
// for one more. Each part carries the tag of what was read, so that two people conflict only on the same part.
type draftLists struct {
	TypeName, Subject, Theme, From, To string
	Bases                              []basisTyped
	Targets                            []targetTyped
	Registrations                      []pact.Registration
	Recipients                         string
	Tags                               map[string]string
}

type basisTyped struct{ Text, From, To, Source string }

type targetTyped struct {
	ID, Clause, Block, Indicator, Unit, Op, Value, Max, Source string
	Veto                                                       bool
}

// targetOps in the order in which they are offered.
var targetOps = []string{">=", ">", "=", "<=", "<"}

// Ops lists the comparisons of a target.
func (d *draftPage) Ops() []string { return targetOps }

// Levels are the levels that award a registered title, with their names.
func (d *draftPage) Levels() [][2]string { return awardLevels(d.Base) }

func awardLevels(b *Base) [][2]string {
	return [][2]string{{"tinh", b.Say("cấp tỉnh", "province")}, {"bo", b.Say("cấp bộ", "ministry")}, {"chinh_phu", b.Say("Chính phủ", "Government")}}
}

func listsOf(c *pact.Content) draftLists {
	l := draftLists{TypeName: c.TypeName, Subject: c.Subject, Theme: c.Theme, From: c.Effective.From.String(), To: c.Effective.To.String(),
		Recipients: strings.Join(c.Recipients, "\n"), Tags: map[string]string{}}
	for _, x := range c.Bases {
		l.Bases = append(l.Bases, basisTyped{x.Text, x.ValidFrom.String(), x.ValidTo.String(), x.Source})
	}
	for _, t := range c.Targets {
		l.Targets = append(l.Targets, targetTyped{string(t.ID), string(t.Clause), t.Block, t.Indicator, t.Unit, t.Op, t.Value.Vietnamese(),
			t.MaxScore.Vietnamese(), t.Source, t.Veto})
	}
	l.Registrations = append(l.Registrations, c.Registrations...)
	for _, part := range []string{"head", "bases", "targets", "registrations", "recipients"} {
		l.Tags[part] = listTag(c, part)
	}
	l.spare()
	return l
}

// spare adds the empty rows.
func (l *draftLists) spare() {
	if n := len(l.Bases); n == 0 || l.Bases[n-1] != (basisTyped{}) {
		l.Bases = append(l.Bases, basisTyped{})
	}
	if n := len(l.Targets); n == 0 || l.Targets[n-1].Indicator != "" {
		l.Targets = append(l.Targets, targetTyped{ID: fmt.Sprintf("T%02d", n+1), Block: pact.AllBlocks, Op: ">="})
	}
	if n := len(l.Registrations); n == 0 || l.Registrations[n-1] != (pact.Registration{}) {
		l.Registrations = append(l.Registrations, pact.Registration{})
	}
}

// listTag names the content of one part.
func listTag(c *pact.Content, part string) string {
	var x any
	switch part {
	case "bases":
		x = c.Bases
	case "targets":
		x = c.Targets
	case "registrations":
		x = c.Registrations
	case "recipients":
		x = c.Recipients
	default:
		x = []any{c.TypeName, c.Subject, c.Theme, c.Effective}
	}
	return pact.DigestOf(fmt.Appendf(nil, "%#v", x)).String()[:16]
}

// typedLists puts what was sent into the part that it belongs to. The tag stays that of the present text: who sends it
// again has seen what the other one wrote, which the text above shows.
func typedLists(v *Visit, l draftLists, part string) draftLists {
	switch part {
	case "head":
		l.TypeName, l.Subject, l.Theme, l.From, l.To = v.Text("type_name"), v.Text("subject"), v.Text("theme"), v.trimmed("from"), v.trimmed("to")
	case "bases":
		l.Bases = typedBases(v)
	case "targets":
		l.Targets = typedTargets(v)
	case "registrations":
		l.Registrations = typedRegistrations(v)
	case "recipients":
		l.Recipients = v.Text("recipients")
	}
	l.spare()
	return l
}

// rows calls fn for every row of a list in a form that is not marked to be dropped.
func (v *Visit) rows(list, always string, fn func(get func(string) string)) {
	for i := 0; v.Form.Has(list + "." + strconv.Itoa(i) + "." + always); i++ {
		at := list + "." + strconv.Itoa(i) + "."
		if v.Form.Get(at+"drop") == "" {
			fn(func(name string) string { return strings.TrimSpace(v.Text(at + name)) })
		}
	}
}

func typedBases(v *Visit) (out []basisTyped) {
	v.rows("b", "text", func(get func(string) string) {
		if x := (basisTyped{get("text"), get("from"), get("to"), get("source")}); x != (basisTyped{}) {
			out = append(out, x)
		}
	})
	return out
}

func typedTargets(v *Visit) (out []targetTyped) {
	v.rows("t", "indicator", func(get func(string) string) {
		x := targetTyped{get("id"), get("clause"), get("block"), get("indicator"), get("unit"), get("op"), get("value"), get("max"), get("source"), get("veto") != ""}
		if x.Indicator != "" || x.Value != "" {
			out = append(out, x)
		}
	})
	return out
}

func typedRegistrations(v *Visit) (out []pact.Registration) {
	v.rows("g", "award", func(get func(string) string) {
		if get("award") != "" || get("note") != "" {
			out = append(out, pact.Registration{Agency: pact.AgencyCode(get("agency")), Award: get("award"), Level: get("level"), Note: get("note")})
		}
	})
	return out
}

// changeList replaces one part of the text by what the form says.
func changeList(c *pact.Content, v *Visit, part string) (err error) {
	if v.Form.Get("was") != listTag(c, part) {
		return pact.ErrStale
	}
	switch part {
	case "head":
		c.TypeName, c.Subject, c.Theme = v.Text("type_name"), v.Text("subject"), v.Text("theme")
		if c.Effective.From, err = v.day("from"); err == nil {
			c.Effective.To, err = v.day("to")
		}
		return err
	case "bases":
		c.Bases, err = basesOf(typedBases(v))
	case "targets":
		c.Targets, err = targetsFrom(typedTargets(v), c.Targets)
	case "registrations":
		c.Registrations = typedRegistrations(v)
	case "recipients":
		c.Recipients = lines(v.Text("recipients"))
	default:
		return pact.ErrField.With("field", "do").With("value", part)
	}
	return err
}

func basesOf(list []basisTyped) (out []pact.Basis, err error) {
	for i, x := range list {
		b := pact.Basis{Text: x.Text, Source: x.Source}
		if b.ValidFrom, err = pact.ParseDate(x.From); err == nil {
			b.ValidTo, err = pact.ParseDate(x.To)
		}
		if err != nil {
			return nil, pact.ErrField.With("field", fmt.Sprintf("bases[%d]", i)).With("value", x.From+" "+x.To)
		}
		out = append(out, b)
	}
	return out, nil
}

func targetsFrom(list []targetTyped, old []pact.Target) (out []pact.Target, err error) {
	for _, x := range list {
		t := pact.Target{ID: pact.TargetID(x.ID), Clause: pact.ClauseID(x.Clause), Block: x.Block, Indicator: x.Indicator, Unit: x.Unit, Op: x.Op, Source: x.Source, Veto: x.Veto}
		if t.Value, err = decimal(x.Value); err != nil {
			return nil, err
		}
		if x.Max != "" {
			if t.MaxScore, err = decimal(x.Max); err != nil {
				return nil, err
			}
		}
		for _, o := range old {
			if o.ID == t.ID {
				t.SplitFrom = o.SplitFrom
			}
		}
		out = append(out, t)
	}
	return out, nil
}

// decimal reads a number as people write it here: 84,5.
func decimal(s string) (pact.Decimal, error) {
	return pact.ParseDecimal(strings.Replace(strings.TrimSpace(s), ",", ".", 1))
}
