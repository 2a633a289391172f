package pact

import "slices"

// Refusals of an adoption.
var (
	ErrAdoption = Problem(Invalid, "invalid_adoption",
		"Kết quả thông qua chưa hợp lệ; xem từng điểm bên dưới.",
		"The adoption is not valid yet; see each finding below.")
	ErrQuorum = Problem(Invalid, "quorum_not_met",
		"Số đơn vị dự họp ({present}) phải từ {required} đến {members} mới đủ điều kiện biểu quyết.",
		"{present} present: there must be between {required} (required) and {members} (members).")
	ErrOnline = Problem(Invalid, "online_not_part_of_present",
		"Số dự trực tuyến ({online}) không thể lớn hơn số có mặt ({present}).",
		"Those on line ({online}) are a part of those present ({present}).")
	ErrVoteSum = Problem(Invalid, "vote_sum",
		"Tổng số phiếu ({sum}) khác số đơn vị có mặt ({present}).",
		"The votes sum to {sum}, but {present} are present.")
	ErrVoteLost = Problem(Invalid, "vote_lost",
		"Chỉ {agree} trong {present} đơn vị có mặt tán thành, chưa quá nửa.",
		"Only {agree} of the {present} present agree, not more than half.")
	ErrDissentClause = Problem(Invalid, "dissent_clause",
		"Ý kiến bảo lưu của {agency} ghi điều khoản {clause}, không có trong văn bản được thông qua.",
		"The dissent of {agency} is on the clause {clause}, which the adopted text does not have.")
)

// Check says whether the conference could adopt text like this: quorum met, votes counting those present, more than half
// of them agreeing, reservations of members on clauses of the adopted text, and words that state every target's figure.
func (a *Adoption) Check(cl *Cluster, text Content) error {
	var f findings
	if a.Conference.Date.IsZero() {
		f.add("conference.date", ErrMissing.With("field", "conference.date"))
	}
	f.line("conference.name", "conference.name", a.Conference.Name)
	f.line("conference.place", "conference.place", a.Conference.Place)
	if !slices.Contains([]string{"", "truc_tiep", "truc_tuyen", "truc_tiep_ket_hop_truc_tuyen"}, a.Conference.Mode) {
		f.add("conference.mode", ErrField.With("field", "conference.mode").With("value", a.Conference.Mode))
	}
	q := a.Quorum
	if q.Required < 1 || q.Present < q.Required || q.Present > len(cl.Agencies) {
		f.add("quorum.present", ErrQuorum.With("present", q.Present).With("required", q.Required).With("members", len(cl.Agencies)))
	}
	if q.Online < 0 || q.Online > q.Present {
		f.add("quorum.online", ErrOnline.With("online", q.Online).With("present", q.Present))
	}
	a.Vote.check(&f, "vote", q, cl, &text)
	if a.Vote.Agree*2 <= q.Present {
		f.add("vote.agree", ErrVoteLost.With("agree", a.Vote.Agree).With("present", q.Present))
	}
	if a.Registrations != nil {
		a.Registrations.check(&f, "registrations", q, cl, &text)
	}
	if chair := a.Minutes.Chair; chair != "" && cl.Agency(chair) == nil {
		f.add("minutes.chair", ErrMember.With("agency", chair))
	}
	f.list = append(f.list, text.FigureFindings()...)
	f.list = append(f.list, text.MemberFindings(cl)...)
	if f.list == nil {
		return nil
	}
	return ErrAdoption.Listing(f.list...)
}

func (v *Vote) check(f *findings, field string, q Quorum, cl *Cluster, text *Content) {
	if !slices.Contains([]string{"", "bieu_quyet_gio_tay", "bieu_quyet_tren_he_thong", "bo_phieu_kin"}, v.Method) {
		f.add(field, ErrField.With("field", field+".method").With("value", v.Method))
	}
	if v.Agree < 0 || v.Disagree < 0 || v.Abstain < 0 || v.Agree+v.Disagree+v.Abstain != q.Present {
		f.add(field, ErrVoteSum.With("sum", v.Agree+v.Disagree+v.Abstain).With("present", q.Present))
	}
	for _, d := range v.Dissent {
		if cl.Agency(d.Agency) == nil {
			f.add(field+".dissent", ErrMember.With("agency", d.Agency))
		}
		if text.Find(d.Clause) == nil {
			f.add(field+".dissent", ErrDissentClause.With("agency", d.Agency).With("clause", d.Clause))
		}
		f.needed(field+".dissent.text", d.Text)
		f.clean(field+".dissent", field+".dissent.text", d.Text, MaxText, CleanText)
	}
}
