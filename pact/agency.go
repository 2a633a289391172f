package pact

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Refusals about a cluster and its people.
var (
	ErrCluster = Problem(Invalid, "invalid_cluster",
		"Thông tin cụm thi đua chưa hợp lệ; xem từng điểm bên dưới.",
		"The cluster is not valid yet; see each finding below.")
	ErrNoHead = Problem(Conflict, "no_signatory",
		"Chưa có người ký cho {agency} vào ngày {date}.",
		"Nobody signs for {agency} on {date}.")
	ErrSignatory = Problem(Conflict, "signatory_not_entitled",
		"Người ký của {agency} chưa đủ căn cứ để ký vào ngày {date}; xem từng điểm bên dưới.",
		"The signatory of {agency} may not sign on {date}; see each finding below.")
	ErrFormula = Problem(Invalid, "formula_not_known",
		"Thể thức đề ký “{formula}” không hợp lệ: KT., TUQ., TL., Q. hoặc TM. đứng đầu dòng thứ nhất, và KT. không đi cùng Q.",
		"The signing formula “{formula}” is not valid: KT., TUQ., TL., Q. or TM. begins its first line, and KT. never goes with Q.")
	ErrDeputyLine = Problem(Invalid, "formula_needs_deputy",
		"Ký thay (KT.) phải có dòng thứ hai ghi chức vụ cấp phó, ví dụ “KT. GIÁM ĐỐC / PHÓ GIÁM ĐỐC”.",
		"KT. needs a second line with the deputy's office, such as “KT. GIÁM ĐỐC / PHÓ GIÁM ĐỐC”.")
	ErrHeadName = Problem(Invalid, "head_name",
		"{capacity} phải ghi tên người đứng đầu được ký thay; các thể thức khác thì không.",
		"{capacity} names the head in whose place is signed; other formulas name nobody.")
	ErrAuthority = Problem(Invalid, "authority_paper_missing",
		"{capacity} phải có văn bản giao quyền hoặc ủy quyền.",
		"{capacity} rests on a paper that assigns or authorises, which is missing.")
	ErrNoAuthority = Problem(Invalid, "authority_paper_not_needed",
		"Thể thức “{formula}” không dựa trên văn bản ủy quyền {number}; hãy kiểm tra lại.",
		"The formula “{formula}” rests on no paper; check {number}.")
	ErrAuthorityLate = Problem(Invalid, "authority_paper_too_late",
		"Văn bản {number} ngày {date} có sau ngày sử dụng ({use}).",
		"The paper {number} of {date} is later than its use ({use}).")
	ErrDates = Problem(Invalid, "dates_out_of_order",
		"{field}: ngày bắt đầu phải tăng dần.",
		"{field}: the days from which they hold must rise.")
	ErrTacitBasis = Problem(Invalid, "tacit_rule_without_basis",
		"Quy ước “im lặng là đồng ý” phải ghi rõ được thống nhất ở văn bản nào.",
		"The rule of tacit consent needs the paper in which it was agreed.")
	WarnPublicCA = Problem(Conflict, "public_ca",
		"{name} dùng chứng thư của {issuer}, không phải chữ ký số chuyên dùng công vụ.",
		"{name} signs with a certificate of {issuer}, which is not a public-service signature.")
)

// Capacity is how a person signs: as the head (none), KT., TUQ., TL., Q. or TM. (Decree 30/2020/NĐ-CP, Article 13).
type Capacity string

// The capacities.
const (
	AsHead Capacity = ""
	KT     Capacity = "KT"
	TUQ    Capacity = "TUQ"
	TL     Capacity = "TL"
	Q      Capacity = "Q"
	TM     Capacity = "TM"
)

// publicService issues the certificates of state agencies (chữ ký số chuyên dùng công vụ).
const publicService = "VGCA"

// called is an agency's name at a time, for a sentence; its code when it has none.
func (cl *Cluster) called(code AgencyCode, at time.Time) string {
	if s := cl.NameOn(code, DateIn(at)); s != "" {
		return s
	}
	return string(code)
}

// Agency is the member of that code; nil when there is none.
func (cl *Cluster) Agency(code AgencyCode) *Agency {
	for i := range cl.Agencies {
		if cl.Agencies[i].Code == code {
			return &cl.Agencies[i]
		}
	}
	return nil
}

// NameOn is the agency's name on that day; "" when the cluster has no such agency.
func (cl *Cluster) NameOn(code AgencyCode, on Date) string {
	if a := cl.Agency(code); a != nil {
		return a.NameOn(on)
	}
	return ""
}

// NameOn is the name that the agency bears on that day; its first one before all others.
func (a *Agency) NameOn(on Date) (name string) {
	for i, n := range a.Names {
		if i == 0 || !on.Before(n.From) {
			name = n.Name
		}
	}
	return name
}

// HeadOn is who signs for the agency on that day.
func (a *Agency) HeadOn(on Date) (head Head, ok bool) {
	for _, h := range a.Heads {
		if h.From.IsZero() || !on.Before(h.From) {
			head, ok = h, true
		}
	}
	return head, ok
}

// Capacity is the formula's short form.
func (h Head) Capacity() Capacity {
	word, _, ok := strings.Cut(h.Formula, ".")
	if c := Capacity(word); ok && slices.Contains([]Capacity{KT, TUQ, TL, Q, TM}, c) {
		return c
	}
	return AsHead
}

// Check holds the formula against Decree 30: KT. is signed by a deputy and needs no paper; TUQ., TL. and Q. rest on one,
// not later than its use; KT., TUQ. and TL. name the head; KT. and Q. exclude each other. A zero use leaves the date aside.
func (h Head) Check(use Date) []Detail {
	var f findings
	c, ref := h.Capacity(), "head/"+h.Name
	f.needed("head.name", h.Name)
	f.needed("head.position", h.Position)
	f.needed("head.formula", h.Formula)
	f.line("head.name", "head.name", h.Name)
	f.line("head.position", "head.position", h.Position)
	f.clean("head.formula", "head.formula", h.Formula, MaxLine, CleanText)
	f.line("head.head_name", "head.head_name", h.HeadName)
	first, second, _ := strings.Cut(h.Formula, "\n")
	if named := formulaWords(h.Formula); len(named) > 0 && c == AsHead || len(formulaWords(first)) > 1 ||
		slices.Contains(named, "KT.") && slices.Contains(named, "Q.") {
		f.add(ref, ErrFormula.With("formula", first))
	}
	if c == KT && !strings.HasPrefix(second, "PHÓ ") {
		f.add(ref, ErrDeputyLine)
	}
	if (c == KT || c == TUQ || c == TL) != (h.HeadName != "") {
		f.add(ref, ErrHeadName.With("capacity", "KT., TUQ., TL."))
	}
	switch needs, paper := c == TUQ || c == TL || c == Q, h.Authority; {
	case needs && paper == nil:
		f.add(ref, ErrAuthority.With("capacity", c+"."))
	case paper == nil:
	case !needs:
		f.add(ref, ErrNoAuthority.With("formula", first).With("number", paper.Number))
	case paper.Number == "" || paper.Date.IsZero():
		f.add(ref, ErrMissing.With("field", "authority.number, authority.date"))
	case !use.IsZero() && use.Before(paper.Date):
		f.add(ref, ErrAuthorityLate.With("number", paper.Number).With("date", paper.Date).With("use", use))
	}
	return f.list
}

// formulaWords are the capacities that a formula names.
func formulaWords(s string) (all []string) {
	for _, w := range strings.Fields(s) {
		if slices.Contains([]string{"KT.", "TUQ.", "TL.", "Q.", "TM."}, w) {
			all = append(all, w)
		}
	}
	return all
}

// Warnings are policy warnings, which block nothing: public_ca.
func (h Head) Warnings() []Detail {
	var f findings
	if i := h.Certificate.Issuer; i != "" && i != publicService {
		f.add("head/"+h.Name, WarnPublicCA.With("name", h.Name).With("issuer", i))
	}
	return f.list
}

// Signatory is who signs for the agency on that day, with policy warnings; refused when nobody does, or when the formula
// or its paper do not bear the signature.
func (cl *Cluster) Signatory(code AgencyCode, on Date) (Head, []Detail, error) {
	a := cl.Agency(code)
	if a == nil {
		return Head{}, nil, ErrMember.With("agency", code)
	}
	h, ok := a.HeadOn(on)
	if !ok {
		return Head{}, nil, ErrNoHead.With("agency", a.NameOn(on)).With("date", on)
	}
	if bad := h.Check(on); len(bad) > 0 {
		return Head{}, nil, ErrSignatory.With("agency", a.NameOn(on)).With("date", on).Listing(bad...)
	}
	return h, h.Warnings(), nil
}

// Check says everything that is wrong with the cluster, as details of ErrCluster.
func (cl *Cluster) Check() error {
	var f findings
	for _, s := range [][2]string{{"code", cl.Code}, {"name", cl.Name}} {
		f.needed(s[0], s[1])
		f.line(s[0], s[0], s[1])
	}
	f.line("short_name", "short_name", cl.ShortName)
	if !slices.Contains([]ClusterKind{Cum, Khoi, KhuVuc}, cl.Kind) {
		f.add("kind", ErrField.With("field", "kind").With("value", cl.Kind))
	}
	if cl.Year < 1990 || cl.Year > 2200 {
		f.add("year", ErrField.With("field", "year").With("value", cl.Year))
	}
	if cl.Tacit.Enabled && cl.Tacit.AgreedIn == "" {
		f.add("tacit", ErrTacitBasis)
	}
	blocks := map[string]bool{}
	for i, b := range cl.Blocks {
		backwards := !b.Period.To.IsZero() && b.Period.To.Before(b.Period.From)
		if b.Code == "" || b.Code == AllBlocks || blocks[b.Code] || backwards {
			f.add(fmt.Sprintf("blocks[%d]", i), ErrField.With("field", "blocks.code").With("value", b.Code))
		}
		blocks[b.Code] = true
	}
	f.count("agencies", len(cl.Agencies), 500)
	seen := map[AgencyCode]bool{}
	for i := range cl.Agencies {
		a := &cl.Agencies[i]
		if seen[a.Code] {
			f.add("agency/"+string(a.Code), ErrDuplicate.With("id", a.Code))
		}
		seen[a.Code] = true
		a.check(&f, blocks)
	}
	for _, code := range append([]AgencyCode{cl.Lead}, cl.Deputies...) {
		if !seen[code] {
			f.add("lead", ErrMember.With("agency", code))
		}
	}
	if h := cl.Secretariat.Host; h != "" && !seen[h] {
		f.add("secretariat", ErrMember.With("agency", h))
	}
	if f.list == nil {
		return nil
	}
	return ErrCluster.Listing(f.list...)
}

func (a *Agency) check(f *findings, blocks map[string]bool) {
	ref := "agency/" + string(a.Code)
	if !targetIDForm.MatchString(string(a.Code)) {
		f.add(ref, ErrField.With("field", "agency.code").With("value", a.Code))
	}
	if !blocks[a.Block] {
		f.add(ref, ErrField.With("field", "agency.block").With("value", a.Block))
	}
	if len(a.Names) == 0 {
		f.add(ref, ErrMissing.With("field", "agency.names"))
	}
	for i, n := range a.Names {
		f.needed(ref+".name", n.Name)
		f.line(ref, "agency.name", n.Name)
		if i > 0 && !a.Names[i-1].From.Before(n.From) {
			f.add(ref, ErrDates.With("field", "agency.names"))
		}
	}
	if len(a.Heads) == 0 {
		f.add(ref, ErrMissing.With("field", "agency.heads"))
	}
	for i, h := range a.Heads {
		if i > 0 && !a.Heads[i-1].From.Before(h.From) {
			f.add(ref, ErrDates.With("field", "agency.heads"))
		}
		for _, d := range h.Check(h.From) {
			d.Ref = ref + "/" + d.Ref
			f.list = append(f.list, d)
		}
	}
}

// unitNames is the ministry's emulation unit by the day from which it bears the name.
var unitNames = []DatedName{
	{Name: "Vụ Thi đua - Khen thưởng"},
	{Name: "Vụ Tổ chức cán bộ", From: Date{Year: 2025, Month: time.March, Day: 1}},
}

// Recipients is the "Nơi nhận" of a paper of that day whose text names none: the members, the ministry's emulation unit,
// and the lead's file.
func (cl *Cluster) Recipients(on Date) []string {
	kind := map[ClusterKind]string{Cum: "Cụm", Khoi: "Khối", KhuVuc: "Khu vực"}[cl.Kind]
	ministry := Agency{Names: unitNames}
	return []string{
		"Các đơn vị thành viên " + kind + " thi đua",
		"Bộ Tư pháp (" + ministry.NameOn(on) + ")",
		"Lưu: VT (" + cl.NameOn(cl.Lead, on) + ")",
	}
}
