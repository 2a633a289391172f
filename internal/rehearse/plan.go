package rehearse

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kyket/internal/rehearse/scenario"
)

// Unplayable says what a scenario needs that the program does not have yet.
type Unplayable struct{ Uses []scenario.Use }

func (u *Unplayable) Error() string {
	return "kịch bản cần điều mà phiên bản này chưa có / the scenario needs what this version does not have yet: " + strings.Join(names(u.Uses), ", ")
}

func names(uses []scenario.Use) []string {
	all := make([]string, len(uses))
	for i, u := range uses {
		all[i] = fmt.Sprintf("%s (%s)", u.Feature, u.Path)
	}
	return all
}

// What is not played yet. Without the first kind the outcome would be another one; without the second something is
// left out that changes nothing in the sealed paper, and the summary says so.
var (
	notYet  = []scenario.Feature{scenario.UsesPaper, scenario.UsesOpenPolicy, scenario.UsesSealEach, scenario.UsesSealLead}
	leftOut = []scenario.Feature{scenario.UsesUploadRefused, scenario.UsesRevocation, scenario.UsesAmendment, scenario.UsesWitness, scenario.UsesImport}
)

// files that a later version leaves beside those of this one.
var laterFiles = []string{"consolidated.pdf", "consolidated.docx", "consolidated.csv", "versions/vN.pdf", "versions/vN.docx",
	"redline/vA-vB.pdf", "minutes.pdf", "evidence.zip", "aip.zip"}

// plan is the scenario as it will be played.
type plan struct {
	scenario *scenario.Scenario
	ceremony scenario.Ceremony
	level    string
	missing  []string
	shift    int
}

func planOf(s *scenario.Scenario, run Run) (plan, error) {
	p := plan{scenario: s, ceremony: s.Ceremony(run.Digital), level: run.Level, shift: run.Shift}
	var not []scenario.Use
	for _, u := range s.Uses(run.Digital) {
		switch {
		case slices.Contains(notYet, u.Feature), u.Feature == scenario.UsesImport && !p.ceremony.Digital:
			not = append(not, u)
		case slices.Contains(leftOut, u.Feature):
			p.missing = append(p.missing, string(u.Feature))
		}
	}
	if len(not) > 0 {
		return p, &Unplayable{not}
	}
	p.missing = append(p.missing, laterFiles...)
	return p, nil
}

// ShiftDays is by how many days a scenario is shifted back so that its last event does not lie after now: 0 or negative.
func ShiftDays(s *scenario.Scenario, digital bool, now time.Time) int {
	last := s.Adoption.Conference.Date.Time
	later := func(t time.Time) {
		if t.After(last) {
			last = t
		}
	}
	c := s.Ceremony(digital)
	for _, step := range c.Steps {
		later(step.At.Time)
		if step.StampedAt != nil {
			later(step.StampedAt.Time)
		}
	}
	if c.Close != nil {
		later(c.Close.At.Time)
	}
	if s.Archive != nil {
		later(s.Archive.Dossier.Closed.Time)
	}
	last = last.Add(time.Hour) // what follows the last event: seal and archive
	days := 0
	for last.AddDate(0, 0, days).After(now) {
		days--
	}
	return days
}

// clock is a time of the scenario on the pact's clock.
func (p *plan) clock(t time.Time) time.Time { return t.AddDate(0, 0, p.shift) }

// day is a day of the scenario that rules hold against the pact's clock.
func (p *plan) day(w scenario.When) string { return p.clock(w.Time).Format(time.DateOnly) }

// stamps says whether the time-stamp authority answers when nothing else is said.
func (p *plan) stamps() bool { return true }

// opening is when the cluster is set up: the day before its first round.
func (p *plan) opening() time.Time {
	first := p.scenario.Consultation.Rounds[0].OpenedAt.Time
	return p.clock(first.Add(-24 * time.Hour))
}

// conference is when the conference acts. It lies before the first signature, also where the scenario leaves the hour open.
func (p *plan) conference() time.Time {
	c := p.scenario.Adoption.Conference
	at := c.Date.Time
	if h, m, ok := hour(c.Time); ok {
		at = time.Date(at.Year(), at.Month(), at.Day(), h, m, 0, 0, at.Location())
	}
	for _, s := range p.ceremony.Steps {
		if before := s.At.Add(-30 * time.Minute); before.Before(at) {
			at = before
		}
	}
	return p.clock(at)
}

func hour(s string) (h, m int, ok bool) {
	n, err := fmt.Sscanf(s, "%d:%d", &h, &m)
	return h, m, err == nil && n == 2 && h >= 0 && h < 24 && m >= 0 && m < 60
}
