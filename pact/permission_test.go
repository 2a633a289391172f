package pact

import (
	"errors"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 1, 22, 5, 0, 0, 0, time.UTC)

func actor(role Role, agency AgencyCode) Actor {
	return Actor{Person: "p", Grants: []Grant{{Role: role, Cluster: "k", Agency: agency}}}
}

func TestPermissions(t *testing.T) {
	here := Subject{Cluster: "k", At: noon}
	of := func(code AgencyCode) Subject { return Subject{Cluster: "k", Agency: code, At: noon} }
	tests := []struct {
		name string
		a    Actor
		act  Act
		s    Subject
		ok   bool
	}{
		{"the focal person sends the own reply", actor(Focal, "B"), ActReplySend, of("B"), true},
		{"and nobody else's", actor(Focal, "B"), ActReplySend, of("C"), false},
		{"nor without naming an agency", actor(Focal, ""), ActReplySend, here, false},
		{"a head signs for the own agency", actor(HeadOfAgency, "B"), ActSign, of("B"), true},
		{"and for no other", actor(HeadOfAgency, "B"), ActSign, of("C"), false},
		{"the lead's head signs only with the agency's grant", actor(LeadHead, ""), ActSign, of("A"), false},
		{"a secretary answers comments", actor(Secretary, ""), ActCommentResolve, here, true},
		{"of the own cluster", actor(Secretary, ""), ActCommentResolve, Subject{Cluster: "other", At: noon}, false},
		{"a secretary does not adopt", actor(Secretary, ""), ActAdopt, here, false},
		{"the chief does", actor(SecretaryChief, ""), ActAdopt, here, true},
		{"the clerk freezes", actor(Clerk, ""), ActPaperFreeze, here, true},
		{"the chief does not", actor(SecretaryChief, ""), ActPaperFreeze, here, false},
		{"the archivist archives", actor(Archivist, ""), ActArchive, here, true},
		{"the auditor reads the log", actor(Auditor, ""), ActLogRead, here, true},
		{"and archives nothing", actor(Auditor, ""), ActArchive, here, false},
		{"the administrator sets up", actor(Admin, ""), ActClusterCreate, Subject{At: noon}, true},
		{"but sees no pact", actor(Admin, ""), ActPactRead, here, false},
		{"and signs none", actor(Admin, ""), ActSign, of("B"), false},
		{"the service seals", Actor{Service: true}, ActSeal, here, true},
		{"and signs for nobody", Actor{Service: true}, ActSign, of("B"), false},
		{"nobody else seals", actor(LeadHead, ""), ActSeal, here, false},
		{"an unknown act is nobody's", actor(Admin, ""), "no_such_act", here, false},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			err := Permit(x.a, x.act, x.s)
			if (err == nil) != x.ok {
				t.Fatalf("%v", err)
			}
			if err != nil && !errors.Is(err, ErrForbidden) {
				t.Errorf("not the refusal that it should be: %v", err)
			}
		})
	}
}

func TestGrantsHoldForTheirTime(t *testing.T) {
	a := Actor{Person: "p", Grants: []Grant{{Role: Clerk, Cluster: "k", From: noon, To: noon.Add(time.Hour)}}}
	for at, ok := range map[time.Time]bool{
		noon.Add(-time.Second): false, noon: true, noon.Add(time.Hour - 1): true, noon.Add(time.Hour): false,
	} {
		if err := Permit(a, ActPaperFreeze, Subject{Cluster: "k", At: at}); (err == nil) != ok {
			t.Errorf("at %s: %v", at, err)
		}
	}
}

func TestForbiddenSaysWhoMay(t *testing.T) {
	var e *Error
	if err := Permit(actor(Focal, "B"), ActSign, Subject{Cluster: "k", Agency: "B", At: noon}); !errors.As(err, &e) || len(e.Details) != 1 {
		t.Fatal(err)
	}
	if d := e.Details[0]; !strings.Contains(d.Vi, "người đứng đầu đơn vị") || !strings.Contains(d.En, "head of the agency") {
		t.Errorf("%+v", d)
	}
	if err := Permit(Actor{}, ActPactRead, Subject{Cluster: "k", At: noon}); !errors.Is(err, ErrSignIn) {
		t.Errorf("nobody: %v", err)
	}
}

func TestDraftRepliesAreForTheirAgencyAlone(t *testing.T) {
	s := Subject{Cluster: "k", At: noon}
	draft, sent := &Reply{Agency: "B"}, &Reply{Agency: "B", SentAt: noon}
	tests := []struct {
		a                   Actor
		seesDraft, seesSent bool
	}{
		{actor(Focal, "B"), true, true},
		{actor(HeadOfAgency, "B"), true, true},
		{actor(Focal, "C"), false, false},
		{actor(Secretary, ""), false, true},
		{actor(LeadHead, ""), false, true},
		{actor(Admin, ""), false, false},
	}
	for _, x := range tests {
		if draft.VisibleTo(x.a, s) != x.seesDraft || sent.VisibleTo(x.a, s) != x.seesSent {
			t.Errorf("%s of %q: draft %v, sent %v", x.a.Grants[0].Role, x.a.Grants[0].Agency, draft.VisibleTo(x.a, s), sent.VisibleTo(x.a, s))
		}
	}
}

func TestCanSaysWhyNot(t *testing.T) {
	p := &Pact{Cluster: "k", State: InReview}
	byAct := map[Act]Permission{}
	for _, x := range Can(actor(Secretary, ""), p, Subject{At: noon}) {
		if x.Allowed == (x.Why != nil) {
			t.Errorf("%s: allowed %v with %v", x.Act, x.Allowed, x.Why)
		}
		byAct[x.Act] = x
	}
	if !byAct[ActRoundClose].Allowed {
		t.Error("a secretary may close a round")
	}
	if w := byAct[ActCommentResolve].Why; w == nil || w.Code != ErrState.Code {
		t.Errorf("answering during the round: %v", w)
	}
	if w := byAct[ActAdopt].Why; w == nil || w.Code != ErrForbidden.Code {
		t.Errorf("adopting: %v", w)
	}
}
