package scenario

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestCeremonyAsWritten(t *testing.T) {
	c := read(t, fileC).Ceremony(false)
	equal(t, "digital", c.Digital, true)
	equal(t, "policy", c.Policy, Reserved)
	equal(t, "steps", len(c.Steps), 9)
	equal(t, "a late stamp", c.Steps[1].StampedAt.Format("15:04:05"), "16:33:52")
	equal(t, "who signs", signers(c), "C05 C02 C03 C01 C06 C04")

	p := read(t, fileB).Ceremony(false)
	equal(t, "digital", p.Digital, false)
	equal(t, "policy does not apply on paper", p.Policy, "")
	equal(t, "one person a step, and the witness", len(p.Steps), 27)
	equal(t, "witness", p.Steps[22].Witness, "W1")
	equal(t, "path", p.Steps[26].Path, "signing.events[5]")
	equal(t, "result", p.Steps[26].Result, NotSigned)
}

func TestPaperPlayedWithKeys(t *testing.T) {
	c := read(t, fileD).Ceremony(true)
	got := fmt.Sprintf("%v %s %s %s %s %v", c.Digital, c.Policy, c.Stamp, c.LevelMin, c.OrgSeal, c.Order)
	equal(t, "defaults", got, "true reserved may_follow B-T khong [D01 D04 D02 D03 D05 D06]")
	equal(t, "who signs", signers(c), "D01 D04 D02 D03 D05 D06")
	for _, s := range c.Steps {
		equal(t, s.Path, fmt.Sprintf("%s %v", s.Result, s.TSA), "hop_le true")
	}

	b := read(t, fileB).Ceremony(true)
	equal(t, "a witness without certificate leaves its field empty", slices.ContainsFunc(b.Steps, func(s Step) bool { return s.Witness != "" }), false)
	equal(t, "declines", b.Steps[len(b.Steps)-1].Result, NotSigned)
	equal(t, "courier", b.Steps[22].Place, Remote)
	equal(t, "order ends with the one who declines", b.Order[25], Code("B14"))
	equal(t, "close", b.Close.At.DateText(), "2019-04-15")
}

func TestUnderWithinLeaseNoStampIsNoSignature(t *testing.T) {
	s := Step{Result: NoStamp}
	equal(t, "may follow", s.Signs(MayFollow), true)
	equal(t, "within the lease", s.Signs(WithinLease), false)
}

func signers(c Ceremony) string {
	var all []string
	for _, s := range c.Steps {
		if s.Signs(c.Stamp) {
			all = append(all, string(s.Member))
		}
	}
	return strings.Join(all, " ")
}

func TestUses(t *testing.T) {
	for _, r := range []struct {
		file    string
		digital bool
		want    string
	}{
		{fileC, false, "successors pact.text_state.final_target_overrides pact.text_state.added_targets consultation.rounds.extended_to consultation.rounds.replies.reminders consultation.comments.operation adoption.vote.dissent adoption.registrations_approved signing.events.result=loi_tsa signing.events.result=bi_tu_choi signing.events.result=chung_thu_bi_thu_hoi signing.events.result=hop_le_canh_bao signing.events.result=doi_nguoi_ky amendment archive.dossier"},
		{fileD, true, "successors pact.text_state.final_target_overrides consultation.rounds.replies.recorded_by=secretariat consultation.comments.operation archive.dossier"},
		{fileB, false, "successors consultation.rounds.replies.recorded_by=secretariat consultation.rounds.replies.tacit consultation.rounds.replies.reminders consultation.rounds.replies.late consultation.comments.conflicts_with consultation.comments.source=hoi_nghi consultation.comments.operation adoption.registrations_approved signing.mode=giay signing.events.witness signing.events.result=khong_ky signing.close import.scan archive.dossier"},
	} {
		var got []string
		for _, u := range read(t, r.file).Uses(r.digital) {
			got = append(got, string(u.Feature))
			if u.Path == "" {
				t.Errorf("%s: no path for %s", r.file, u.Feature)
			}
		}
		equal(t, r.file, strings.Join(got, " "), r.want)
	}
}

func TestRecipients(t *testing.T) {
	equal(t, "as written", len(read(t, fileC).Recipients()), 5)
	equal(t, "by rule, 2019", strings.Join(read(t, fileD).Recipients(), "|"),
		"Các đơn vị thành viên Khu vực thi đua|Bộ Tư pháp (Vụ Thi đua - Khen thưởng)|Lưu: VT (Sở Tư pháp Thành phố Hồ Chí Minh)")
	s := read(t, fileC)
	s.Pact.Recipients = nil
	equal(t, "by rule, 2026", s.Recipients()[1], "Bộ Tư pháp (Vụ Tổ chức cán bộ)")
}

func TestAnchors(t *testing.T) {
	for anchor, want := range map[Anchor]string{
		"mo-dau": "[{mo-dau 1}]", "dieu-2.khoan-11.diem-dd": "[{dieu 2} {khoan 11} {diem 5}]",
		"phan-II.A.muc-1.gach-3": "[{phan 2} {chu 1} {muc 1} {gach 3}]", "phan-I.Đ": "[{phan 1} {chu 5}]",
		"phu-luc-II.dong-3": "[{phu-luc 2} {dong 3}]",
		"dieu-02":           "[]", "dieu-0": "[]", "diem-w": "[]", "phan-IIII": "[]", "": "[]", "dieu-1.": "[]", "dieu-99999999999999999999": "[]",
	} {
		equal(t, string(anchor), fmt.Sprint(anchor.Segments()), want)
	}
	equal(t, "parent", Anchor("dieu-2.khoan-1").Parent(), "dieu-2")
	equal(t, "top", Anchor("dieu-2").Parent(), "")
	equal(t, "annex", Anchor("phu-luc-II.dong-3").Annex(), "phu-luc-II")
	equal(t, "no annex", Anchor("phan-II.A").Annex(), "")
	equal(t, "order of kinds", Anchor("khoan-1.dieu-2").Fits(Articles), false)
	equal(t, "structure", Anchor("dieu-1").Fits(Parts), false)
	equal(t, "point", Anchor("dieu-1.khoan-1.diem-w").Fits(Articles), false)
}

func TestTimes(t *testing.T) {
	for text, want := range map[string]string{
		"2026-01-22": "2026-01-22T17:00:00+07:00", "2026-01-22T16:02:11+07:00": "2026-01-22T16:02:11+07:00",
		"2026-01-22T16:02:11": "2026-01-22T16:02:11+07:00", "2026-01-22 16:02:11": "2026-01-22T16:02:11+07:00",
		"2026-01-22T09:02:11Z": "2026-01-22T09:02:11Z", "2026-01-22T09:02:11-05:00": "2026-01-22T09:02:11-05:00",
		"2026-13-01": "", "2026-02-29": "", "22/01/2026": "", "2026-01-22T25:00:00": "", "": "",
	} {
		w, ok := parseWhen(text)
		got := ""
		if ok {
			got = w.Format("2006-01-02T15:04:05Z07:00")
		}
		equal(t, text, got, want)
	}
}
