package scenario

import (
	"fmt"
	"slices"
)

// Ceremony is the signing as it is to be played: defaults filled in, one person a step.
type Ceremony struct {
	Digital  bool
	Policy   Policy // the rest of this block is empty on paper
	Stamp    StampRule
	LevelMin Level
	Order    []Code
	OrgSeal  OrgSeal
	Deadline *When
	Steps    []Step
	Close    *Close
}

// Step is one thing that happens to one member or one witness; steps with the same time follow each other as listed.
type Step struct {
	Path      string // where it stands in the file
	Member    Code   // "" for a witness
	Witness   string
	At        When
	Place     Place
	Result    Result
	TSA       bool // stamped within the lease
	StampedAt *When
	Reason    string
	Note      string
}

// Signs says that the step leaves a signature on the paper, whatever its level.
func (s Step) Signs(rule StampRule) bool {
	switch s.Result {
	case Valid, ValidWithWarning, SignedOnPaper:
		return true
	case NoStamp:
		return rule == MayFollow
	}
	return false
}

// Ceremony gives the signing. With digital a paper year is played with keys: who signed signs, who declined declines,
// the courier is a remote signature. A witness without a certificate leaves the field empty then.
func (s *Scenario) Ceremony(digital bool) Ceremony {
	paper := s.Signing.Mode == Paper
	c := Ceremony{Digital: digital || !paper, OrgSeal: or(s.Signing.OrgSeal, SealNone), Deadline: s.Signing.Deadline, Close: s.Signing.Close}
	for i, e := range s.Signing.Events {
		step := Step{Path: fmt.Sprintf("signing.events[%d]", i), Witness: e.Witness, At: e.At, Place: e.Place, Result: e.Result, TSA: e.TSA, StampedAt: e.StampedAt, Reason: e.Reason, Note: e.Note}
		if c.Digital && paper {
			step = played(step)
		}
		if e.Witness != "" {
			if !c.Digital || s.witnessHasKey(e.Witness) {
				c.Steps = append(c.Steps, step)
			}
			continue
		}
		for _, m := range e.Members {
			step.Member = m
			c.Steps = append(c.Steps, step)
		}
	}
	if c.Digital {
		c.Policy, c.Stamp, c.LevelMin = or(s.Signing.Policy, Reserved), or(s.Signing.Stamp, MayFollow), or(s.Signing.LevelMin, LevelT)
		c.Order = s.Signing.Order
		if len(c.Order) == 0 {
			c.Order = s.orderOf(c.Steps)
		}
	}
	return c
}

// played turns a step on paper into the same step with a key.
func played(step Step) Step {
	if step.Result == SignedOnPaper {
		step.Result, step.TSA = Valid, true
	}
	if step.Place == Courier {
		step.Place = Remote
	}
	return step
}

// orderOf is the default queue: the members as the events name them, then those whom no event names.
func (s *Scenario) orderOf(steps []Step) []Code {
	var order []Code
	for _, step := range steps {
		if step.Member != "" && !slices.Contains(order, step.Member) {
			order = append(order, step.Member)
		}
	}
	for _, c := range s.Codes() {
		if !slices.Contains(order, c) {
			order = append(order, c)
		}
	}
	return order
}

func (s *Scenario) witnessHasKey(code string) bool {
	for _, w := range s.Cluster.Witnesses {
		if w.Code == code {
			return w.Certificate != nil
		}
	}
	return false
}

func or[T ~string](v, otherwise T) T {
	if v == "" {
		return otherwise
	}
	return v
}
