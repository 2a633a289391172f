package pact

import (
	"slices"
	"strings"
	"time"
)

// scope says how far a role reaches for an act.
type scope int

const (
	ownAgency scope = iota + 1 // the agency of the grant
	inCluster                  // everything of the grant's cluster
	anywhere                   // the whole system
)

// holder is one role that may do an act, and how far.
type holder struct {
	role  Role
	reach scope
}

// service marks acts that the service itself does: jobs and the certifying key.
const service Role = "service"

var (
	secretariat = []holder{{Secretary, inCluster}, {SecretaryChief, inCluster}}
	leadership  = []holder{{SecretaryChief, inCluster}, {LeadHead, inCluster}}
	everybody   = []holder{{LeadHead, inCluster}, {SecretaryChief, inCluster}, {Secretary, inCluster}, {Clerk, inCluster},
		{Focal, inCluster}, {HeadOfAgency, inCluster}, {Archivist, inCluster}, {Auditor, inCluster}, {service, anywhere}}
	agencyPeople = []holder{{Focal, ownAgency}, {HeadOfAgency, ownAgency}}
)

// permissions is the one table of who may do what. What is not here nobody may do.
var permissions = map[Act][]holder{
	ActClusterCreate: {{Admin, anywhere}},
	ActClusterEdit:   {{Admin, anywhere}, {SecretaryChief, inCluster}},
	ActPersonCreate:  {{Admin, anywhere}},

	ActPactCreate:      secretariat,
	ActDraftEdit:       secretariat,
	ActRoundOpen:       secretariat,
	ActRoundExtend:     secretariat,
	ActRoundRemind:     append([]holder{{service, anywhere}}, secretariat...),
	ActReplySave:       agencyPeople,
	ActReplySend:       agencyPeople,
	ActReplyRecord:     secretariat,
	ActReplyLateDecide: leadership,
	ActRoundClose:      secretariat,
	ActCommentResolve:  secretariat,
	ActLedgerClose:     secretariat,
	ActTextAgree:       append([]holder{{LeadHead, inCluster}}, secretariat...),
	ActTextReopen:      leadership,
	ActHallComment:     secretariat,
	ActAdopt:           leadership,
	ActAdoptUndo:       leadership,
	ActPaperFreeze:     {{Clerk, inCluster}},
	ActPaperUnfreeze:   {{Clerk, inCluster}},
	ActSigningOpen:     leadership,
	ActSign:            {{HeadOfAgency, ownAgency}},
	ActSignDecline:     {{HeadOfAgency, ownAgency}},
	ActStamp:           {{service, anywhere}},
	ActSigningClose:    leadership,
	ActSeal:            {{service, anywhere}},
	ActArchive:         {{Archivist, inCluster}},
	ActWithdraw:        leadership,

	ActPactRead:       everybody,
	ActRepliesReadOwn: agencyPeople,
	ActRepliesReadAll: append([]holder{{LeadHead, inCluster}, {Archivist, inCluster}}, secretariat...),
	ActRecordRead:     everybody,
	ActLogRead:        {{Auditor, inCluster}},
}

// Subject is what an act is about: a cluster, an agency of it where the act is on an agency's behalf, and when.
type Subject struct {
	Cluster ClusterID
	Agency  AgencyCode
	At      time.Time
}

// ErrWho says who may do what the actor may not; it is a detail of ErrForbidden.
var ErrWho = Problem(Forbidden, "who_may",
	"Việc “{act}” do {roles} thực hiện.",
	"To {act} is for: {roles}.")

// Permit says whether the actor may do the act: ErrSignIn when nobody is signed in, else ErrForbidden with a detail that
// says who may. The state of a pact is not looked at.
func Permit(a Actor, act Act, s Subject) error {
	if a.Person == "" && !a.Service {
		return ErrSignIn
	}
	for _, h := range permissions[act] {
		if h.role == service {
			if a.Service {
				return nil
			}
			continue
		}
		if slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.covers(h, s) }) {
			return nil
		}
	}
	return ErrForbidden.Listing(ErrWho.With("act", act).With("roles", holders(permissions[act])).At("act/" + string(act)))
}

// covers says whether the grant gives the holder's role for the subject at its time.
func (g Grant) covers(h holder, s Subject) bool {
	if g.Role != h.role || s.At.Before(g.From) || !g.To.IsZero() && !s.At.Before(g.To) {
		return false
	}
	switch h.reach {
	case anywhere:
		return true
	case inCluster:
		return s.Cluster != "" && g.Cluster == s.Cluster
	case ownAgency:
		return s.Cluster != "" && g.Cluster == s.Cluster && s.Agency != "" && g.Agency == s.Agency
	}
	return false
}

// holders is a list of roles as an argument of an error.
type holders []holder

// Words names the roles.
func (hs holders) Words(lang string) string {
	var all []string
	for _, h := range hs {
		w := h.role.Words(lang)
		if h.reach == ownAgency && lang != "en" {
			w += " (của chính đơn vị đó)"
		} else if h.reach == ownAgency {
			w += " (of that agency)"
		}
		all = append(all, w)
	}
	return strings.Join(all, ", ")
}

// VisibleTo says whether the actor may read the reply: a draft is for its own agency alone, what was sent also for those
// who read all replies.
func (y *Reply) VisibleTo(a Actor, s Subject) bool {
	s.Agency = y.Agency
	if Permit(a, ActRepliesReadOwn, s) == nil {
		return true
	}
	return y.Sent() && Permit(a, ActRepliesReadAll, s) == nil
}

// Permission is whether an act is possible now, and else why not.
type Permission struct {
	Act     Act
	Allowed bool
	Why     *Error
}

// Can lists every act on the pact with whether the actor can do it now, by permission and by state. What the act needs
// beyond the pact itself, such as a ledger without gaps, shows when it is tried.
func Can(a Actor, p *Pact, s Subject) []Permission {
	s.Cluster = p.Cluster
	var all []Permission
	for _, act := range Acts() {
		if act == ActPactCreate {
			continue
		}
		err := Permit(a, act, s)
		if err == nil {
			err = p.Allow(act)
		}
		e := Permission{Act: act, Allowed: err == nil}
		if err != nil {
			e.Why = asError(err)
		}
		all = append(all, e)
	}
	return all
}
