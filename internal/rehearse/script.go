package rehearse

import (
	"fmt"
	"maps"
	"slices"

	"kyket/internal/rehearse/scenario"
)

// script is what the player finds out about the text before the play: which clause an anchor means at each stage, and
// with which answer each change of a target comes.
type script struct {
	scenario *scenario.Scenario
	// opened is the text that a round was opened with, by number; 0 is the one laid before the conference. closed is the
	// text after its answers.
	opened, closed map[int]stage
	final          stage
	// lastChange is the last comment whose answer alters a clause.
	lastChange map[*node]string
	// changes are the changes of targets by the comment whose answer brings them.
	changes map[string][]targetChange
}

// targetChange is one change of a target, in the words of the API.
type targetChange struct {
	id   string
	drop bool
	set  *scenario.Target
	at   scenario.Anchor // of an added target, in the text after its round
}

// PlaceError is a scenario that does not fit together.
type PlaceError struct {
	Place  string
	Vi, En string
}

func (e *PlaceError) Error() string { return e.Place + ": " + e.Vi + " / " + e.En }

// misfit makes one; both sentences take the same arguments.
func misfit(place, vi, en string, args ...any) error {
	return &PlaceError{place, fmt.Sprintf(vi, args...), fmt.Sprintf(en, args...)}
}

// readScript goes through the changes of the text once. It checks only what it needs to know itself.
func readScript(s *scenario.Scenario) (*script, error) {
	t := &script{scenario: s, opened: map[int]stage{}, closed: map[int]stage{}, lastChange: map[*node]string{}, changes: map[string][]targetChange{}}
	p, err := firstText(s)
	if err != nil {
		return nil, err
	}
	rounds := make([]int, 0, len(s.Consultation.Rounds)+1)
	for _, r := range s.Consultation.Rounds {
		rounds = append(rounds, r.Round)
	}
	for _, n := range append(rounds, 0) {
		t.opened[n] = p.stage()
		for _, c := range counted(s, n) {
			if err := t.apply(p, n, c); err != nil {
				return nil, err
			}
		}
		t.closed[n] = p.stage()
	}
	t.final = t.closed[0]
	return t, t.bindTargets()
}

func firstText(s *scenario.Scenario) (places, error) {
	p := newPlaces()
	for i, c := range s.Pact.Clauses {
		if err := p.put(c.Anchor, &node{}); err != nil {
			return p, misfit(fmt.Sprintf("pact.clauses[%d]", i), "không có vị trí cha của %s", "%s has no parent", c.Anchor)
		}
	}
	for i, x := range s.Pact.Annexes {
		annex := &node{}
		if err := p.put(x.Code, annex); err != nil {
			return p, misfit(fmt.Sprintf("pact.annexes[%d]", i), "phụ lục %s không đúng chỗ", "%s is out of place", x.Code)
		}
		for range x.Rows {
			annex.children = append(annex.children, &node{kind: scenario.KindAnnexRow, up: annex})
		}
	}
	return p, nil
}

// counted are the comments of a round that are answered: not those of a late reply that the lead did not accept.
func counted(s *scenario.Scenario, round int) []*scenario.Comment {
	refused := map[scenario.Code]bool{}
	for _, r := range s.Consultation.Rounds {
		for _, y := range r.Replies {
			if r.Round == round && y.Late && y.AcceptedByLead != nil && !*y.AcceptedByLead {
				for _, m := range y.Members {
					refused[m] = true
				}
			}
		}
	}
	return slices.DeleteFunc(s.Consultation.CommentsIn(round), func(c *scenario.Comment) bool { return refused[c.Member] })
}

func alters(c *scenario.Comment) bool {
	return c.Decision == scenario.Accepted || c.Decision == scenario.PartlyAccepted
}

func (t *script) apply(p places, round int, c *scenario.Comment) error {
	own := t.opened[round].node[c.Anchor]
	if own == nil {
		return misfit(placeOf(c), "không có điều khoản %s trong văn bản của vòng này", "the text of this round has no clause %s", c.Anchor)
	}
	if !alters(c) {
		return nil
	}
	if c.ResultingText != nil {
		t.lastChange[own] = c.ID
	}
	for i, op := range c.Operations {
		place := fmt.Sprintf("%s.operation[%d]", placeOf(c), i)
		n := own
		if op.Anchor != "" {
			n = t.opened[round].node[op.Anchor]
		}
		if op.Op == scenario.Add {
			n = &node{}
		}
		if n == nil {
			return misfit(place, "không có điều khoản %s trong văn bản của vòng này", "the text of this round has no clause %s", op.Anchor)
		}
		t.lastChange[n] = c.ID
		n.leave()
		if op.Op == scenario.Delete {
			continue
		}
		if err := p.put(op.To, n); err != nil {
			return misfit(place, "không có vị trí %s lúc đó", "there is no place %s then", op.To)
		}
	}
	return nil
}

// bindTargets finds the answer that each change of a target comes with.
func (t *script) bindTargets() error {
	s := t.scenario
	for _, id := range slices.Sorted(maps.Keys(s.Pact.TextState.FinalOverrides)) {
		o := s.Pact.TextState.FinalOverrides[id]
		place := "pact.text_state.final_target_overrides." + id
		i := slices.IndexFunc(s.Pact.Targets, func(g scenario.Target) bool { return g.ID == id })
		if i < 0 {
			return misfit(place, "không có chỉ tiêu này", "there is no such target")
		}
		by := o.By
		if by == "" {
			by = t.lastChange[t.opened[s.Consultation.Rounds[0].Round].node[s.Pact.Targets[i].Anchor]]
		}
		if by == "" {
			return misfit(place, "không câu trả lời nào sửa khoản mục của chỉ tiêu", "no answer changes the target's clause")
		}
		ch := targetChange{id: id, drop: o.Dropped}
		if !o.Dropped {
			g := overridden(s.Pact.Targets[i], o)
			ch.set = &g
		}
		t.changes[by] = append(t.changes[by], ch)
	}
	for i := range s.Pact.TextState.AddedTargets {
		if err := t.bindAdded(i); err != nil {
			return err
		}
	}
	return nil
}

func (t *script) bindAdded(i int) error {
	g := t.scenario.Pact.TextState.AddedTargets[i]
	place := fmt.Sprintf("pact.text_state.added_targets[%d]", i)
	n := t.final.node[g.Anchor]
	by := g.By
	if by == "" {
		by = t.lastChange[n]
	}
	j := slices.IndexFunc(t.scenario.Consultation.Comments, func(c scenario.Comment) bool { return c.ID == by })
	if n == nil || j < 0 {
		return misfit(place, "không câu trả lời nào sửa %s", "no answer changes %s", g.Anchor)
	}
	round := t.scenario.Consultation.Comments[j].Round
	if t.scenario.Consultation.Comments[j].InHall() {
		round = 0
	}
	at, stands := t.closed[round].anchor[n]
	if !stands {
		return misfit(place, "%s chưa có trong văn bản sau câu trả lời %s", "%s is not in the text yet after the answer %s", g.Anchor, by)
	}
	t.changes[by] = append(t.changes[by], targetChange{id: g.ID, set: &g, at: at})
	return nil
}

func overridden(g scenario.Target, o scenario.TargetOverride) scenario.Target {
	over(&g.Block, o.Block)
	over(&g.Indicator, o.Indicator)
	over(&g.Unit, o.Unit)
	over(&g.Op, o.Op)
	over(&g.Value, o.Value)
	over(&g.Source, o.Source)
	over(&g.Veto, o.Veto)
	over(&g.SplitFrom, o.SplitFrom)
	if o.MaxScore != nil {
		g.MaxScore = o.MaxScore
	}
	return g
}

func over[T any](v *T, with *T) {
	if with != nil {
		*v = *with
	}
}

func placeOf(c *scenario.Comment) string { return "consultation.comments[" + c.ID + "]" }
