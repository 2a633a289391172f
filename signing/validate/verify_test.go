package validate_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"kyket/internal/trialpki"
	"kyket/signing/validate"
)

// levels checks the level of every signature that is no time stamp.
func levels(t *testing.T, r validate.Report, want ...string) {
	t.Helper()
	var got []string
	for _, s := range r.Signatures {
		if s.Kind != validate.Timestamp {
			got = append(got, s.Level)
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("levels %v, want %v; %s", got, want, short(r))
	}
}

func sub(t *testing.T, r validate.Report, i int, indication, sub string) {
	t.Helper()
	if len(r.Signatures) <= i || r.Signatures[i].Indication != indication || r.Signatures[i].SubIndication != sub {
		t.Errorf("signature %d: want %s/%s; %s", i, indication, sub, short(r))
	}
}

func TestWholeLife(t *testing.T) {
	for _, kind := range []trialpki.KeyKind{trialpki.P256, trialpki.RSA2048} {
		t.Run(string(kind), func(t *testing.T) {
			s := newStage(t, kind)
			s = s.certified(3)
			r := s.want(validate.Indeterminate, 2)
			levels(t, r, "B-T")
			sub(t, r, 0, validate.Indeterminate, validate.TryLater)
			if r.Signatures[0].Kind != validate.Certification || r.Signatures[0].Coverage != validate.EntireFile || r.Signatures[0].ProvenAt == nil {
				t.Errorf("certification %+v", r.Signatures[0])
			}

			s.sign("ky_01", s.person("Nguyễn Trọng Nghĩa", agency), true)
			s.sign("ky_02", s.person("Trần Thị Tĩnh", agency), false)
			levels(t, s.want(validate.Indeterminate, 2), "B-T", "B-T", "B-B")

			s.stamp()
			r = s.want(validate.Indeterminate, 2)
			levels(t, r, "B-T", "B-T", "B-T")
			if got := len(r.Signatures[0].ChangesAfter); got != 3 {
				t.Errorf("%d changes after the certification", got)
			}

			s.store()
			levels(t, s.want(validate.Passed, 0), "B-LT", "B-LT", "B-LT")
			s.stamp()
			levels(t, s.want(validate.Passed, 0), "B-LTA", "B-LTA", "B-LTA")
			s.now = s.now.AddDate(3, 0, 0)
			levels(t, s.want(validate.Passed, 0), "B-LTA", "B-LTA", "B-LTA")
			s.stamp()
			levels(t, s.want(validate.Passed, 0), "B-LTA", "B-LTA", "B-LTA")
		})
	}
}

func TestNoAnchor(t *testing.T) {
	s := newStage(t, trialpki.P256).certified(1)
	s.store()
	s.stamp()
	for name, o := range map[string]validate.Options{
		"none":        {At: s.now},
		"only stamps": {TSATrust: s.options().TSATrust, At: s.now},
		"only people": {Trust: s.options().Trust, At: s.now},
	} {
		r := validate.Verify(s.file, o)
		if r.ExitCode() != 2 || r.Signatures[0].SubIndication != validate.NoChain {
			t.Errorf("%s: %s", name, short(r))
		}
	}
}

func TestUnsignedAndUnreadable(t *testing.T) {
	if r := validate.Verify(paper(t, 1, nil), validate.Options{}); r.ExitCode() != 4 || r.Verdict != validate.Indeterminate {
		t.Error(short(r))
	}
	for _, b := range [][]byte{nil, []byte("%PDF-1.7\n"), paper(t, 1, nil)[:500]} {
		if r := validate.Verify(b, validate.Options{}); r.ExitCode() != 3 {
			t.Error(short(r))
		}
	}
}

func TestJSON(t *testing.T) {
	s := newStage(t, trialpki.P256).certified(1)
	s.sign("ky_01", s.person("A", agency), true)
	b, err := json.Marshal(s.verify())
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	keys := func(m any, want ...string) {
		t.Helper()
		o := m.(map[string]any)
		for _, k := range want {
			if _, ok := o[k]; !ok {
				t.Errorf("no %s in %v", k, o)
			}
		}
		if len(o) != len(want) {
			t.Errorf("keys of %v, want %v", o, want)
		}
	}
	keys(got, "file", "sha256", "verdict", "revisions", "signatures", "unexplained")
	sig := got["signatures"].([]any)[0]
	keys(sig, "field", "kind", "signer", "issuer", "sub_filter", "level", "indication", "sub_indication", "claimed_at", "proven_at", "coverage", "changes_after", "messages")
	keys(sig.(map[string]any)["changes_after"].([]any)[0], "kind", "object", "allowed", "why")
	keys(sig.(map[string]any)["messages"].([]any)[0], "code", "vi", "en")
	if _, ok := got["unexplained"].([]any); !ok {
		t.Error("unexplained is no list")
	}
	if at, err := time.Parse(time.RFC3339, sig.(map[string]any)["proven_at"].(string)); err != nil || !at.Equal(noon) {
		t.Errorf("proven_at %v %v", at, err)
	}
}
