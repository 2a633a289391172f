package scenario

import "fmt"

// Feature is something that a program may or may not be able to play, written as the key, or key and value, that asks for it.
type Feature string

// The features. What every scenario has (rounds, replies, answers, votes, digital signatures by members) is none.
const (
	UsesPaper          Feature = "signing.mode=giay"
	UsesImport         Feature = "import.scan"
	UsesAmendment      Feature = "amendment"
	UsesOpenPolicy     Feature = "signing.policy=open"
	UsesWithinLease    Feature = "signing.stamp=within_lease"
	UsesSealEach       Feature = "signing.org_seal=moi_don_vi"
	UsesSealLead       Feature = "signing.org_seal=don_vi_truong_cum"
	UsesClose          Feature = "signing.close"
	UsesUploadRefused  Feature = "signing.events.result=bi_tu_choi"
	UsesRevocation     Feature = "signing.events.result=chung_thu_bi_thu_hoi"
	UsesReplacement    Feature = "signing.events.result=doi_nguoi_ky"
	UsesNotSigned      Feature = "signing.events.result=khong_ky"
	UsesNoStamp        Feature = "signing.events.result=loi_tsa"
	UsesPolicyWarning  Feature = "signing.events.result=hop_le_canh_bao"
	UsesWitness        Feature = "signing.events.witness"
	UsesSuccessors     Feature = "successors"
	UsesSecretariat    Feature = "consultation.rounds.replies.recorded_by=secretariat"
	UsesLateReply      Feature = "consultation.rounds.replies.late"
	UsesTacitConsent   Feature = "consultation.rounds.replies.tacit"
	UsesReminders      Feature = "consultation.rounds.replies.reminders"
	UsesExtension      Feature = "consultation.rounds.extended_to"
	UsesHall           Feature = "consultation.comments.source=hoi_nghi"
	UsesConflicts      Feature = "consultation.comments.conflicts_with"
	UsesOperations     Feature = "consultation.comments.operation"
	UsesDissent        Feature = "adoption.vote.dissent"
	UsesRegistrations  Feature = "adoption.registrations_approved"
	UsesFinalOverrides Feature = "pact.text_state.final_target_overrides"
	UsesAddedTargets   Feature = "pact.text_state.added_targets"
	UsesDossier        Feature = "archive.dossier"
)

// Use is a feature at the first place that asks for it.
type Use struct {
	Feature Feature
	Path    string // "signing.events[2]"
}

// Uses lists what the scenario asks for, each feature once, in the order of the file. With digital it is asked as
// Ceremony(true) plays it: paper, its import and what does not apply then are left out.
func (s *Scenario) Uses(digital bool) []Use {
	u := &uses{seen: map[Feature]bool{}}
	u.when(len(s.Successors) > 0, UsesSuccessors, "successors")
	u.when(len(s.Pact.TextState.FinalOverrides) > 0, UsesFinalOverrides, string(UsesFinalOverrides))
	u.when(len(s.Pact.TextState.AddedTargets) > 0, UsesAddedTargets, string(UsesAddedTargets))
	u.consultation(&s.Consultation)
	u.when(s.Adoption.Vote.Dissent != nil, UsesDissent, string(UsesDissent))
	u.when(s.Adoption.RegistrationsApproved != nil, UsesRegistrations, string(UsesRegistrations))
	c := s.Ceremony(digital)
	u.ceremony(c)
	u.when(s.Amendment != nil, UsesAmendment, "amendment")
	u.when(s.Import != nil && !(c.Digital && s.Signing.Mode == Paper), UsesImport, "import.scan")
	u.when(s.Archive != nil, UsesDossier, "archive.dossier")
	return u.all
}

type uses struct {
	all  []Use
	seen map[Feature]bool
}

func (u *uses) when(is bool, f Feature, path string) {
	if is && !u.seen[f] {
		u.seen[f] = true
		u.all = append(u.all, Use{f, path})
	}
}

func (u *uses) consultation(c *Consultation) {
	for i, r := range c.Rounds {
		at := fmt.Sprintf("consultation.rounds[%d]", i)
		u.when(r.ExtendedTo != nil, UsesExtension, at+".extended_to")
		for j, y := range r.Replies {
			reply := fmt.Sprintf("%s.replies[%d]", at, j)
			u.when(y.RecordedBy == BySecretariat, UsesSecretariat, reply)
			u.when(y.Late, UsesLateReply, reply)
			u.when(y.Tacit, UsesTacitConsent, reply)
			u.when(y.Reminders > 0, UsesReminders, reply)
		}
	}
	for i, k := range c.Comments {
		at := fmt.Sprintf("consultation.comments[%d]", i)
		u.when(k.InHall(), UsesHall, at)
		u.when(len(k.ConflictsWith) > 0, UsesConflicts, at)
		u.when(len(k.Operations) > 0, UsesOperations, at)
	}
}

func (u *uses) ceremony(c Ceremony) {
	u.when(!c.Digital, UsesPaper, "signing.mode")
	u.when(c.Policy == Open, UsesOpenPolicy, "signing.policy")
	u.when(c.Stamp == WithinLease, UsesWithinLease, "signing.stamp")
	u.when(c.OrgSeal == SealEach, UsesSealEach, "signing.org_seal")
	u.when(c.OrgSeal == SealLead, UsesSealLead, "signing.org_seal")
	results := map[Result]Feature{
		UploadRefused: UsesUploadRefused, Revoked: UsesRevocation, SignerReplaced: UsesReplacement,
		NotSigned: UsesNotSigned, NoStamp: UsesNoStamp, ValidWithWarning: UsesPolicyWarning,
	}
	for _, s := range c.Steps {
		u.when(s.Witness != "", UsesWitness, s.Path)
		if f, ok := results[s.Result]; ok {
			u.when(true, f, s.Path)
		}
	}
	u.when(c.Close != nil, UsesClose, "signing.close")
}
