package store

import (
	"testing"

	"kyket/pact"
)

func TestAtHead(t *testing.T) {
	base, signed := pact.Digest{1}, pact.Digest{2}
	frozen := &pact.Pact{Issue: &pact.Issue{Base: base}}
	open := &pact.Pact{Issue: &pact.Issue{Base: base}, Signing: &pact.SigningPhase{Revisions: []pact.Revision{{Number: 1, SHA256: signed}}}}
	for name, c := range map[string]struct {
		p    *pact.Pact
		f    *fileRow
		want bool
	}{
		"no paper":          {&pact.Pact{}, nil, true},
		"frozen":            {frozen, &fileRow{SHA256: base[:]}, true},
		"signed":            {open, &fileRow{SHA256: signed[:], Number: 1}, true},
		"no file":           {frozen, nil, false},
		"set back":          {open, &fileRow{SHA256: base[:]}, false},
		"another number":    {open, &fileRow{SHA256: signed[:], Number: 2}, false},
		"further than that": {frozen, &fileRow{SHA256: signed[:], Number: 1}, false},
	} {
		if got := atHead(c.p, c.f); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestListed(t *testing.T) {
	y := &pact.Reply{Comments: []pact.Comment{{ID: "a"}, {ID: "b"}}}
	for _, rows := range [][]string{nil, {"a"}, {"a", "c"}, {"a", "b", "c"}} {
		if listed(y, rows) {
			t.Errorf("%v accepted", rows)
		}
	}
	if !listed(y, []string{"b", "a"}) {
		t.Error("refused")
	}
}
