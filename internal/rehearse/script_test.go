package rehearse

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"kyket/internal/rehearse/scenario"
)

func readScenario(t *testing.T, letter string) *scenario.Scenario {
	t.Helper()
	name := map[string]string{"B": "b-taynambo-2019", "C": "c-dongnambo-2026", "D": "d-dongnambo-2019"}[letter]
	f, err := os.Open("../../test/scenarios/scenario-" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	s, err := scenario.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Where a clause of the first draft stands at the end, and with which answer each change of a target comes.
func TestScript(t *testing.T) {
	for _, r := range []struct {
		scenario string
		moved    map[scenario.Anchor]scenario.Anchor // first draft → final text; "" deleted
		changes  string
	}{
		{"C", map[scenario.Anchor]scenario.Anchor{
			"dieu-3.khoan-3": "dieu-4.khoan-4", "dieu-3.khoan-4": "dieu-3.khoan-3", "dieu-4.khoan-2": "dieu-4.khoan-3",
			"dieu-4.khoan-3": "dieu-4.khoan-5", "phu-luc-II.dong-1": "", "phu-luc-II.dong-2": "phu-luc-II.dong-3",
			"phu-luc-III.dong-2": "phu-luc-III.dong-3",
		}, "C-C03 sets T01; C-C03 sets T09 at dieu-2.khoan-1; C-C08 sets T05"},
		{"D", map[scenario.Anchor]scenario.Anchor{
			"phan-II.A.muc-2": "", "phan-II.A.muc-3": "phan-II.A.muc-2", "phan-II.C.muc-1.gach-3": "phan-II.C.muc-1.gach-3",
		}, "D-C02 drops T03"},
	} {
		s := readScenario(t, r.scenario)
		k, err := readScript(s)
		if err != nil {
			t.Fatal(err)
		}
		first := k.opened[s.Consultation.Rounds[0].Round]
		for from, to := range r.moved {
			if got := k.final.anchor[first.node[from]]; got != to {
				t.Errorf("%s: %s ends at %q, want %q", r.scenario, from, got, to)
			}
		}
		var got []string
		for _, c := range s.Consultation.Comments {
			for _, ch := range k.changes[c.ID] {
				what := "sets"
				if ch.drop {
					what = "drops"
				}
				line := fmt.Sprintf("%s %s %s", c.ID, what, ch.id)
				if ch.at != "" {
					line += " at " + string(ch.at)
				}
				got = append(got, line)
			}
		}
		if all := strings.Join(got, "; "); all != r.changes {
			t.Errorf("%s: %s\nwant %s", r.scenario, all, r.changes)
		}
	}
}

func TestScriptNamesWhatDoesNotFit(t *testing.T) {
	for place, spoil := range map[string]func(*scenario.Scenario){
		"consultation.comments[C-C01]":              func(s *scenario.Scenario) { s.Consultation.Comments[0].Anchor = "dieu-9" },
		"consultation.comments[C-C03].operation[1]": func(s *scenario.Scenario) { s.Consultation.Comments[2].Operations[1].To = "phu-luc-V.dong-1" },
		"pact.text_state.final_target_overrides.T08": func(s *scenario.Scenario) {
			s.Pact.TextState.FinalOverrides["T08"] = scenario.TargetOverride{}
			s.Consultation.Comments[10].Decision = scenario.Noted
		},
		"pact.text_state.final_target_overrides.T77": func(s *scenario.Scenario) {
			s.Pact.TextState.FinalOverrides["T77"] = scenario.TargetOverride{Dropped: true}
		},
		"pact.text_state.added_targets[0]": func(s *scenario.Scenario) { s.Pact.TextState.AddedTargets[0].By = "C-C99" },
	} {
		s := readScenario(t, "C")
		spoil(s)
		_, err := readScript(s)
		var misfit *PlaceError
		if !errors.As(err, &misfit) || misfit.Place != place || misfit.Vi == "" || misfit.En == "" {
			t.Errorf("%s: %v", place, err)
		}
	}
}

func TestWhatCannotBePlayed(t *testing.T) {
	for _, r := range []struct {
		letter  string
		digital bool
		not     string // features that stop it
		missing string // what is left out, beside files
	}{
		{"B", false, "signing.mode=giay import.scan", ""},
		{"D", false, "signing.mode=giay import.scan", ""},
		{"D", true, "", ""},
		{"C", false, "", "signing.events.result=bi_tu_choi signing.events.result=chung_thu_bi_thu_hoi amendment"},
	} {
		p, err := planOf(readScenario(t, r.letter), Run{Digital: r.digital})
		var u *Unplayable
		var not []string
		if errors.As(err, &u) {
			for _, use := range u.Uses {
				not = append(not, string(use.Feature))
			}
		} else if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(not, " "); got != r.not {
			t.Errorf("%s: stopped by %q, want %q", r.letter, got, r.not)
		}
		if r.not != "" {
			continue
		}
		if got := strings.Join(p.missing[:len(p.missing)-len(laterFiles)], " "); got != r.missing {
			t.Errorf("%s: missing %q, want %q", r.letter, got, r.missing)
		}
	}
}

func TestShiftIsWholeDaysToBeforeNow(t *testing.T) {
	s := readScenario(t, "D") // the dossier closes on 31 December 2019 at 17:00 +07:00
	last := s.Archive.Dossier.Closed.Time
	for now, want := range map[time.Time]int{
		last.AddDate(3, 0, 0):                  0,
		last.Add(2 * time.Hour):                0,
		last:                                   -1,
		last.AddDate(0, 0, -10):                -11,
		last.AddDate(0, 0, -10).Add(time.Hour): -10,
	} {
		if got := ShiftDays(s, true, now); got != want {
			t.Errorf("at %s: %d, want %d", now, got, want)
		}
	}
}
