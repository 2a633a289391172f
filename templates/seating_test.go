package templates

import (
	"slices"
	"testing"

	"kyket/pact"
)

func names(fields []pact.Field) (out []string) {
	for _, f := range fields {
		out = append(out, f.Name)
	}
	return out
}

func TestFieldNames(t *testing.T) {
	seats := []Seat{{"STP-Đồng Nai", "Sở Tư pháp tỉnh Đồng Nai"}, {"C02", "Thi hành án dân sự"}, {"c02", "Khác"}}
	for _, c := range []struct {
		s    Seating
		want []string
	}{
		{Seating{Seats: seats}, []string{"ky_stp_dong_nai", "ky_c02", "ky_c02_2", "chung_nhan", "luu_tru_1", "luu_tru_2", "luu_tru_3"}},
		{Seating{Seats: seats[:2], Seals: pact.EachSeal}, []string{"ky_stp_dong_nai", "dau_stp_dong_nai", "ky_c02", "dau_c02", "chung_nhan", "luu_tru_1", "luu_tru_2", "luu_tru_3"}},
		{Seating{Seats: seats[:2], Seals: pact.LeadSeal, Lead: "C02", Witnesses: []Seat{{"W1", "Đại diện Bộ Tư pháp"}}},
			[]string{"ky_stp_dong_nai", "ky_c02", "dau_c02", "chung_kien_w1", "chung_nhan", "luu_tru_1", "luu_tru_2", "luu_tru_3"}},
		{Seating{Seats: seats, Policy: pact.OpenTool}, []string{"luu_tru_1", "luu_tru_2", "luu_tru_3"}},
	} {
		if got := names(c.s.Fields()); !slices.Equal(got, c.want) {
			t.Errorf("%v", got)
		}
	}
}

func TestPlacedFieldsComeInTheOrderOfTheManifest(t *testing.T) {
	p := sample(parts(t), 7)
	p.Seating.Witnesses = []Seat{{"W1", "Đại diện Bộ Tư pháp"}}
	for _, seals := range []pact.OrgSeal{pact.NoSeal, pact.EachSeal, pact.LeadSeal} {
		p.Seating.Seals = seals
		var got []string
		for _, f := range mustRender(t, p).Fields {
			got = append(got, f.Name)
		}
		if want := names(p.Seating.Fields()); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", seals, got, want)
		}
	}
}

func TestPactTemplates(t *testing.T) {
	list, err := PactTemplates()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[pact.Structure]bool{}
	for _, p := range list {
		seen[p.Content.Structure] = true
		if p.ID == "" || p.NameVi == "" || p.NameEn == "" || len(p.Content.Bases) == 0 || len(p.Content.Recipients) == 0 {
			t.Errorf("%+v", p)
		}
		d := pact.Draft{Content: p.Content}
		d.Assign()
		paper := sample(d.Content, 6)
		if r := mustRender(t, paper); r.Pages < 2 {
			t.Errorf("%s: %d pages", p.ID, r.Pages)
		}
	}
	if !seen[pact.Articles] || !seen[pact.Parts] {
		t.Errorf("structures %v", seen)
	}
}
