package pact

import (
	"errors"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
)

//go:generate go test -run ^TestStatesDocument$ . -update

var update = flag.Bool("update", false, "write docs/states.md")

func TestStatesDocument(t *testing.T) {
	const file = "../docs/states.md"
	if *update {
		if err := os.WriteFile(file, []byte(StatesMarkdown()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil || string(got) != StatesMarkdown() {
		t.Errorf("%s is not what the transition table says; run go generate ./pact (%v)", file, err)
	}
}

func TestEveryStateAndActHasItsWords(t *testing.T) {
	for _, s := range States() {
		if s.Words("vi") == string(s) || s.Words("en") == s.Words("vi") {
			t.Errorf("state %s has no words", s)
		}
	}
	acts := append(Acts(), stateless...)
	for _, a := range acts {
		if a.Words("vi") == string(a) || a.Words("en") == a.Words("vi") {
			t.Errorf("act %s has no words", a)
		}
		if len(permissions[a]) == 0 {
			t.Errorf("nobody may do %s", a)
		}
	}
	for a := range permissions {
		if !slices.Contains(acts, a) {
			t.Errorf("permission for the unknown act %s", a)
		}
	}
	for a := range actNames {
		if !slices.Contains(acts, a) {
			t.Errorf("words for the unknown act %s", a)
		}
	}
}

func TestTransitionsLeadToKnownStatesAndEveryStateIsReached(t *testing.T) {
	reached := map[State]bool{Superseded: true} // by an amendment, which no act makes yet
	for _, x := range transitions {
		if !slices.Contains(States(), x.to) || x.from != "" && !slices.Contains(States(), x.from) {
			t.Errorf("unknown state in %v", x)
		}
		if (x.from == "") != (x.act == ActPactCreate) {
			t.Errorf("%s begins nowhere", x.act)
		}
		reached[x.to] = true
	}
	for _, s := range States() {
		if !reached[s] {
			t.Errorf("no act leads to %s", s)
		}
	}
}

func TestWrongStateNamesActAndStateInBothLanguages(t *testing.T) {
	p := &Pact{State: InReview}
	err := p.Move(ActAdopt)
	var e *Error
	if !errors.Is(err, ErrState) || !errors.As(err, &e) {
		t.Fatal(err)
	}
	if want := "Không thể thực hiện “thông qua” khi giao ước ở trạng thái “đang lấy ý kiến”."; e.Text("vi") != want {
		t.Errorf("got %q", e.Text("vi"))
	}
	if want := "adopt the text is not possible while the pact is being commented on."; e.Text("en") != want {
		t.Errorf("got %q", e.Text("en"))
	}
	if p.State != InReview {
		t.Error("a refused act moved the pact")
	}
	if err := p.Allow("no_such_act"); !errors.Is(err, ErrField) {
		t.Errorf("an unknown act: %v", err)
	}
	if err := p.Allow(ActPactRead); err != nil {
		t.Errorf("reading: %v", err)
	}
}

// signing is a pact whose two agencies are signing.
func signingPact(least Level, signed ...Signature) *Pact {
	return &Pact{State: Signing, Issue: &Issue{Order: []AgencyCode{"A", "B"}, LevelMin: least}, Signing: &SigningPhase{Signatures: signed}}
}

func TestSealing(t *testing.T) {
	a, b := Signature{Agency: "A", Level: LevelT}, Signature{Agency: "B", Level: LevelT}
	bare := Signature{Agency: "B", Level: LevelB}
	closed := &SigningClose{By: "A", Reason: "hết hạn"}
	tests := []struct {
		name  string
		p     *Pact
		close *SigningClose
		want  State
		err   *Error
	}{
		{"all signed", signingPact(LevelT, a, b), nil, Sealed, nil},
		{"one missing", signingPact(LevelT, a), nil, Signing, ErrSignatures},
		{"one missing, closed", signingPact(LevelT, a), closed, SealedIncomplete, nil},
		{"one at B-B", signingPact(LevelT, a, bare), nil, Signing, ErrLevel},
		{"one at B-B is enough", signingPact(LevelB, a, bare), nil, Sealed, nil},
		{"the seal itself reaches B-LTA", signingPact(LevelLTA, a, b), nil, Sealed, nil},
		{"no least level means B-T", signingPact("", a, bare), nil, Signing, ErrLevel},
		{"closed with a bare signature", signingPact(LevelT, bare), closed, Signing, ErrLevel},
		{"nobody signed, closed", signingPact(LevelT), closed, SealedIncomplete, nil},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			x.p.Signing.Close = x.close
			err := x.p.Move(ActSeal)
			if x.p.State != x.want || (x.err == nil) != (err == nil) || x.err != nil && !errors.Is(err, x.err) {
				t.Errorf("%s, %v", x.p.State, err)
			}
		})
	}
}

func TestSigningEnds(t *testing.T) {
	a := Signature{Agency: "A", Level: LevelT}
	p := signingPact(LevelT, a)
	if err := p.Allow(ActSigningClose); err != nil {
		t.Error(err)
	}
	p.Signing.Close = &SigningClose{}
	for _, act := range []Act{ActSign, ActSignDecline} {
		if err := p.Allow(act); !errors.Is(err, ErrSigningEnded) {
			t.Errorf("%s after the close: %v", act, err)
		}
	}
}

func TestStatesMarkdownShowsEveryTransition(t *testing.T) {
	doc := StatesMarkdown()
	for _, x := range transitions {
		if x.from != "" && !strings.Contains(doc, "| `"+string(x.from)+"` | `"+string(x.act)+"` |") {
			t.Errorf("%s in %s is missing", x.act, x.from)
		}
	}
}
