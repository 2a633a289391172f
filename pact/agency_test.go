package pact

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestFormulas(t *testing.T) {
	paper := &AuthorityPaper{Number: "15/GUQ", Date: Date{2026, 10, 1}}
	day := Date{2026, 22, 1}
	tests := []struct {
		name     string
		h        Head
		capacity Capacity
		want     string
	}{
		{"the head", Head{Formula: "GIÁM ĐỐC"}, AsHead, ""},
		{"the head with somebody's paper", Head{Formula: "GIÁM ĐỐC", Authority: paper}, AsHead, "authority_paper_not_needed"},
		{"the head names a head", Head{Formula: "GIÁM ĐỐC", HeadName: "B"}, AsHead, "head_name"},
		{"a deputy", Head{Formula: "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC", HeadName: "B"}, KT, ""},
		{"a deputy without second line", Head{Formula: "KT. GIÁM ĐỐC", HeadName: "B"}, KT, "formula_needs_deputy"},
		{"a deputy without the head's name", Head{Formula: "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC"}, KT, "head_name"},
		{"a deputy with a paper", Head{Formula: "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC", HeadName: "B", Authority: paper}, KT, "authority_paper_not_needed"},
		{"acting", Head{Formula: "Q. GIÁM ĐỐC", Authority: paper}, Q, ""},
		{"acting without paper", Head{Formula: "Q. GIÁM ĐỐC"}, Q, "authority_paper_missing"},
		{"acting and for the head", Head{Formula: "KT. Q. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC", HeadName: "B"}, KT, "formula_not_known"},
		{"the same over two lines", Head{Formula: "Q. GIÁM ĐỐC\nKT. GIÁM ĐỐC", Authority: paper}, Q, "formula_not_known"},
		{"authorised", Head{Formula: "TUQ. GIÁM ĐỐC\nCHÁNH VĂN PHÒNG", HeadName: "B", Authority: paper}, TUQ, ""},
		{"authorised by a later paper", Head{Formula: "TUQ. GIÁM ĐỐC\nCHÁNH VĂN PHÒNG", HeadName: "B",
			Authority: &AuthorityPaper{Number: "16", Date: Date{2026, 23, 1}}}, TUQ, "authority_paper_too_late"},
		{"by order, by a deputy of the office", Head{Formula: "TL. GIÁM ĐỐC\nKT. CHÁNH VĂN PHÒNG\nPHÓ CHÁNH VĂN PHÒNG", HeadName: "B", Authority: paper}, TL, ""},
		{"on behalf of a collective", Head{Formula: "TM. BAN CHỦ NHIỆM"}, TM, ""},
		{"a formula in the middle", Head{Formula: "PHÓ GIÁM ĐỐC\nKT. GIÁM ĐỐC"}, AsHead, "formula_not_known"},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			x.h.Name, x.h.Position = "Vũ Chi", "Giám đốc"
			if c := x.h.Capacity(); c != x.capacity {
				t.Errorf("capacity %q", c)
			}
			var got []string
			for _, d := range x.h.Check(day) {
				got = append(got, d.Code)
			}
			if strings.Join(got, ";") != x.want {
				t.Errorf("got %v, want %s", got, x.want)
			}
		})
	}
}

func TestNamesAndHeadsOfTheDay(t *testing.T) {
	cl := someCluster()
	if got := cl.NameOn("B", Date{2026, 29, 4}); got != "Sở B" {
		t.Error(got)
	}
	if got := cl.NameOn("B", Date{2026, 30, 4}); got != "Sở B mới" {
		t.Error(got)
	}
	if got := cl.NameOn("X", Date{2026, 30, 4}); got != "" {
		t.Error(got)
	}
	if h, _, err := cl.Signatory("C", Date{2026, 25, 1}); err != nil || h.Name != "Vũ Chi" {
		t.Errorf("%v, %v", h, err)
	}
	if h, _, err := cl.Signatory("C", Date{2026, 26, 1}); err != nil || h.Name != "Hồ Cúc" {
		t.Errorf("%v, %v", h, err)
	}
	c := cl.Agency("C")
	c.Heads = c.Heads[1:]
	if _, _, err := cl.Signatory("C", Date{2026, 25, 1}); !errors.Is(err, ErrNoHead) {
		t.Errorf("before the first head: %v", err)
	}
	c.Heads[0].Authority = nil
	if _, _, err := cl.Signatory("C", Date{2026, 26, 1}); !errors.Is(err, ErrSignatory) {
		t.Errorf("acting without paper: %v", err)
	}
	a := cl.Agency("A")
	a.Heads[0].Certificate.Issuer = "CA công cộng"
	if _, warn, err := cl.Signatory("A", Date{2026, 26, 1}); err != nil || len(warn) != 1 || warn[0].Code != "public_ca" {
		t.Errorf("%v, %v", warn, err)
	}
}

func TestClusterCheck(t *testing.T) {
	if err := someCluster().Check(); err != nil {
		t.Fatal(err)
	}
	cl := someCluster()
	cl.Kind, cl.Lead, cl.Tacit.Enabled = "nhóm", "X", true
	cl.Agencies[0].Block = "Z"
	cl.Agencies[1].Code = "A"
	cl.Agencies[2].Names = append(cl.Agencies[2].Names, DatedName{Name: "Sở C"})
	cl.Agencies[2].Heads[1].Authority.Date = Date{2026, 27, 1}
	got := codes(cl.Check())
	for _, want := range []string{"invalid_field kind", "unknown_agency lead", "unknown_agency lead", "tacit_rule_without_basis tacit",
		"invalid_field agency/A", "duplicate_id agency/A", "dates_out_of_order agency/C", "authority_paper_too_late agency/C/head/Hồ Cúc"} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is not among %v", want, got)
		}
	}
}

func TestRecipientsOfTheDay(t *testing.T) {
	cl := someCluster()
	cl.Kind = KhuVuc
	if got := cl.Recipients(Date{2019, 22, 3}); got[0] != "Các đơn vị thành viên Khu vực thi đua" || got[1] != "Bộ Tư pháp (Vụ Thi đua - Khen thưởng)" || got[2] != "Lưu: VT (Sở A)" {
		t.Errorf("%q", got)
	}
	if got := cl.Recipients(Date{2026, 22, 1}); got[1] != "Bộ Tư pháp (Vụ Tổ chức cán bộ)" {
		t.Errorf("%q", got)
	}
}

func TestAdoption(t *testing.T) {
	_, text := readPlayed(t, "c")
	cl := someCluster()
	cl.Blocks = append(cl.Blocks, Block{Code: "THADS"})
	for _, code := range []AgencyCode{"C01", "C02", "C03", "C04", "C05", "C06"} {
		cl.Agencies = append(cl.Agencies, Agency{Code: code, Block: "STP"})
	}
	good := Adoption{Conference: Conference{Date: Date{2026, 22, 1}}, Quorum: Quorum{Required: 4, Present: 6, Online: 4},
		Vote:          Vote{Agree: 5, Disagree: 1, Dissent: []Dissent{{Agency: "C01", Clause: text.At("dieu-4.khoan-2").ID, Text: "bảo lưu"}}},
		Registrations: &Vote{Agree: 6}, Minutes: Minutes{Chair: "A"}}
	tests := []struct {
		name  string
		spoil func(*Adoption, *Content)
		want  string
	}{
		{"good", func(*Adoption, *Content) {}, ""},
		{"no day", func(a *Adoption, _ *Content) { a.Conference.Date = Date{} }, "missing_field conference.date"},
		{"no quorum", func(a *Adoption, _ *Content) { a.Quorum.Required = 7 }, "quorum_not_met quorum.present"},
		{"more than members", func(a *Adoption, _ *Content) {
			a.Quorum.Present, a.Vote.Agree, a.Registrations.Agree = 10, 9, 10
		}, "quorum_not_met quorum.present"},
		{"more on line than there", func(a *Adoption, _ *Content) { a.Quorum.Online = 7 }, "online_not_part_of_present quorum.online"},
		{"votes missing", func(a *Adoption, _ *Content) { a.Vote.Agree = 4 }, "vote_sum vote"},
		{"a negative vote", func(a *Adoption, _ *Content) { a.Vote.Agree, a.Vote.Abstain = 7, -2 }, "vote_sum vote"},
		{"lost", func(a *Adoption, _ *Content) { a.Vote.Agree, a.Vote.Disagree = 3, 3 }, "vote_lost vote.agree"},
		{"registrations do not sum", func(a *Adoption, _ *Content) { a.Registrations.Agree = 5 }, "vote_sum registrations"},
		{"dissent on nothing", func(a *Adoption, _ *Content) { a.Vote.Dissent[0].Clause = "c999" }, "dissent_clause vote.dissent"},
		{"dissent of a stranger", func(a *Adoption, _ *Content) { a.Vote.Dissent[0].Agency = "X" }, "unknown_agency vote.dissent"},
		{"a strange chair", func(a *Adoption, _ *Content) { a.Minutes.Chair = "X" }, "unknown_agency minutes.chair"},
		{"a figure that the words do not state", func(_ *Adoption, c *Content) { c.Targets[0].Value = "31" }, "figure_not_in_text target/T01"},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			a, c := good, text.Clone()
			a.Vote.Dissent = slices.Clone(good.Vote.Dissent)
			a.Registrations = ptr(*good.Registrations)
			x.spoil(&a, &c)
			if got := strings.Join(codes(a.Check(cl, c)), ";"); got != x.want {
				t.Errorf("got %s, want %s", got, x.want)
			}
		})
	}
}
