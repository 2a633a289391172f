package pact

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

// vectors are documents of every format, each member in use. Their files were written once and never change: -update writes
// only those that are missing.
func vectors(t testing.TB) map[string][]byte {
	t.Helper()
	p, first := readPlayed(t, "c")
	first.Targets[0].Source, first.Targets[0].Veto = "biểu thống kê ngành", true
	first.Registrations[0].Note = "<script> & “ngoặc”\u00a0\t"
	cl := someCluster()
	cl.Tacit = TacitConsent{Enabled: true, Wording: "Quá hạn xem như thống nhất.", AgreedIn: "Biên bản 2025"}
	comments, res := p.round(t, 0, 1, first)
	for i := range comments {
		comments[i].Agency = "B"
		if i >= 10 {
			comments[i].Agency = "C"
		}
	}
	res[0].Conflicts, res[1].Conflicts = []CommentID{comments[1].ID}, []CommentID{comments[0].ID}
	second, err := Consolidate(first, comments, res)
	if err != nil {
		t.Fatal(err)
	}
	name := func(c Content) ([]byte, Digest) {
		b, err := CanonicalVersion(c)
		if err != nil {
			t.Fatal(err)
		}
		return b, DigestOf(b)
	}
	v1, d1 := name(first)
	v2, d2 := name(second)
	no := false
	r := Round{Number: 1, Version: 1, Request: Paper{Number: "2230/STP-TCHC", Date: Date{2025, 8, 12}}, Signer: "A",
		OpenedAt: clockAt(8, 14), DueAt: clockAt(19, 17), ExtendedTo: clockAt(23, 17), Channels: []string{"he_thong"}, Asked: []AgencyCode{"B", "C", "D"},
		Reminders: []Reminder{{Agency: "D", At: clockAt(17, 9).Add(123456 * time.Microsecond), Phone: true}}}
	cl.Agencies = append(cl.Agencies, Agency{Code: "D", Block: "STP", Names: []DatedName{{Name: "Sở D"}}})
	replies := []Reply{
		{Round: 1, Agency: "B", Stance: AgreeWithComments, Number: "8841/STP-VP", SentAt: clockAt(19, 16), Comments: comments[:10]},
		{Round: 1, Agency: "C", Stance: Object, Note: "bảo lưu", SentAt: clockAt(20, 16), RecordedBy: "person", Scan: Digest{7}, Comments: comments[10:]},
		{Round: 1, Agency: "D", Stance: NoComment, Number: "97/STP", SentAt: clockAt(24, 9), Late: true, AcceptedLate: &no},
	}
	if _, err := r.Close(cl, replies, true, 1, clockAt(24, 10)); err != nil {
		t.Fatal(err)
	}
	hall := Comment{ID: "h", Agency: "C", Number: 15, Clause: second.At("dieu-4.khoan-3").ID, Kind: Opposed, Text: "Không đồng ý.", At: noon, TakenDownBy: "person"}
	c := Consultation{Cluster: cl, Rounds: []Round{r}, Replies: replies, Hall: []Comment{hall}, HallVersion: 2,
		Versions:    []Version{{Number: 2, Label: "v2", Cause: "round-1", SHA256: d2, Content: second}, {Number: 1, Label: "v1", Cause: "draft", SHA256: d1, Content: first}},
		Resolutions: append(res, Resolution{Comment: "h", Disposition: DeclinedExplained, Reason: "Theo phân bổ của Bộ.", Dissent: true, Order: 1}),
		Adoption: &Adoption{Version: 2, Conference: Conference{Name: "Hội nghị", Date: Date{2026, 22, 1}, Time: "14:00", Place: "Tây Ninh", Mode: "truc_tuyen", Points: 3,
			Invitation: Paper{Number: "12/GM-STP", Date: Date{2026, 14, 1}}}, Quorum: Quorum{2, 3, 1},
			Vote: Vote{Method: "bieu_quyet_tren_he_thong", Agree: 2, Disagree: 1, Dissent: []Dissent{{"C", hall.Clause, "Bảo lưu."}}}, Registrations: &Vote{Agree: 3},
			Minutes: Minutes{Number: "03/BB", Secretary: "Phạm Đăng Khoa", Chair: "A"}}}
	ledger, err := Ledger(c)
	if err != nil {
		t.Fatal(err)
	}
	m := Manifest{PactCode: "4kq2mxv7r3wjn6", Text: d2, Ledger: DigestOf(ledger), Previous: []Digest{d1}, Number: "07/BTT-STP", Date: Date{2026, 22, 1}, Place: "Tây Ninh",
		Agencies: []NamedAgency{{"A", "Sở A"}, {"B", "Sở B"}}, Policy: Reserved, Stamp: StampMayFollow, LevelMin: LevelT, Trial: true,
		Fields: []Field{{"cert", CertificationField, "", ""}, {"a", AgencyField, "A", "Sở A"}, {"a.seal", SealField, "A", "Sở A"}, {"w", WitnessField, "", "ĐẠI DIỆN BỘ TƯ PHÁP"}, {"dts", StampField, "", ""}}}
	manifest, err := m.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	whole, err := PactJSON(cl, m.PactCode, &Issue{NumberPolicy: LeadNumber, Number: "07", Symbol: "BTT-STP", NumberDisplay: "07/BTT-STP", Place: "Tây Ninh",
		Date: m.Date, DateDisplay: "Tây Ninh, ngày 22 tháng 01 năm 2026", Order: []AgencyCode{"A", "B"}}, second)
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{"version-1": v1, "version-2": v2, "ledger": ledger, "manifest": manifest, "pact": whole}
}

func TestVectorsNeverChange(t *testing.T) {
	for name, got := range vectors(t) {
		file := filepath.Join("testdata", "formats", name+".json")
		want, err := os.ReadFile(file)
		if os.IsNotExist(err) && *update {
			err, want = os.WriteFile(file, got, 0o644), got
		}
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s: the bytes changed; a published format never does\n%s", file, firstDifference(strings.ReplaceAll(string(got), ",\"", ",\n\""), strings.ReplaceAll(string(want), ",\"", ",\n\"")))
		}
	}
}

func TestDocumentsRoundTrip(t *testing.T) {
	v := vectors(t)
	for _, name := range []string{"version-1", "version-2"} {
		c, err := DecodeVersion(v[name])
		if err != nil {
			t.Fatal(err)
		}
		if again, _ := CanonicalVersion(c); !bytes.Equal(again, v[name]) {
			t.Errorf("%s is not what it was", name)
		}
	}
	m, err := DecodeManifest(v["manifest"])
	if err != nil {
		t.Fatal(err)
	}
	if m.Fields[3].Title != "ĐẠI DIỆN BỘ TƯ PHÁP" || m.Fields[1].Title != "Sở A" || !m.Trial || m.Previous[0].IsZero() {
		t.Errorf("%+v", m)
	}
	var whole struct{ Version json.RawMessage }
	if err := json.Unmarshal(v["pact"], &whole); err != nil || !bytes.Equal(whole.Version, v["version-2"]) {
		t.Errorf("the version inside the machine-readable pact is not the canonical one: %v", err)
	}
}

func TestDocumentsHoldNothingThatMustNotLast(t *testing.T) {
	for name, b := range vectors(t) {
		for _, s := range []string{"person", "Phạm Đăng Khoa", "recorded_at", "null", "C-C01", "\"\""} {
			if bytes.Contains(b, []byte(s)) {
				t.Errorf("%s holds %s", name, s)
			}
		}
	}
	if l := string(vectors(t)["ledger"]); !strings.Contains(l, `"stance":"tacit_agree"`) || !strings.Contains(l, `"set_aside":{"late":true`) {
		t.Error("silence by the cluster's rule is not named as such")
	}
}

func TestReadersRefuse(t *testing.T) {
	v := vectors(t)
	edit := func(b []byte, old, new string) []byte {
		t.Helper()
		if !bytes.Contains(b, []byte(old)) {
			t.Fatalf("%s is not in the document", old)
		}
		return bytes.Replace(b, []byte(old), []byte(new), 1)
	}
	version, manifest := v["version-1"], v["manifest"]
	deep := `{"kind":"khoan","text":"a"}`
	for range 9 {
		deep = `{"children":[` + deep + `],"kind":"khoan"}`
	}
	for name, x := range map[string]struct {
		b        []byte
		err      *Error
		manifest bool
	}{
		"white space":              {edit(version, `{"bases"`, `{ "bases"`), ErrFormatForm, false},
		"a line at the end":        {append(bytes.Clone(version), '\n'), ErrFormatForm, false},
		"something after":          {append(bytes.Clone(version), '{'), ErrFormatSyntax, false},
		"an unknown member":        {edit(version, `"recipients":`, `"recipes":`), ErrFormatSyntax, false},
		"another case":             {edit(version, `"theme":`, `"Theme":`), ErrFormatForm, false},
		"a member twice":           {edit(version, `"theme":`, `"theme":"x","theme":`), ErrFormatForm, false},
		"another order":            {edit(version, `"format":"kyket-version",`, ``), ErrFormatUnknown, false},
		"an escape that needs not": {edit(version, `"BẢN`, `"\u0042ẢN`), ErrFormatForm, false},
		"a later schema":           {edit(version, `"schema":1`, `"schema":2`), ErrFormatUnknown, false},
		"another number":           {edit(version, `"schema":1`, `"schema":1.0`), ErrFormatSyntax, false},
		"another document":         {manifest, ErrFormatUnknown, false},
		"no document":              {[]byte("PDF"), ErrFormatSyntax, false},
		"nothing":                  {nil, ErrFormatSyntax, false},
		"a null":                   {edit(version, `"theme":`, `"theme":null,"theme":`), ErrFormatForm, false},
		"a day that is none":       {edit(version, `"from":"2026-01-22"`, `"from":"2026-13-22"`), ErrFormatValue, false},
		"too deep":                 {[]byte(`{"clauses":[` + deep + `],"format":"kyket-version","schema":1}`), ErrFormatValue, false},
		"too long":                 {make([]byte, maxVersionBytes+1), ErrFormatSize, false},
		"too long a manifest":      {make([]byte, maxManifestBytes+1), ErrFormatSize, true},
		"a field twice":            {edit(manifest, `"field":"dts"`, `"field":"w"`), ErrFormatValue, true},
		"a field of nobody":        {edit(manifest, `"agency":"A"`, `"agency":"Z"`), ErrFormatValue, true},
		"an unknown policy":        {edit(manifest, `"policy":"reserved"`, `"policy":"any"`), ErrFormatValue, true},
		"no text":                  {edit(manifest, `"text_sha256":"`, `"text_sha256":"ff`), ErrFormatValue, true},
		"trial not stated":         {edit(manifest, `,"trial":true`, ``), ErrFormatForm, true},
		"an upper-case digest":     {edit(manifest, `"ledger_sha256":"`, `"ledger_sha256":"AA`), ErrFormatValue, true},
	} {
		t.Run(name, func(t *testing.T) {
			var err error
			if x.manifest {
				_, err = DecodeManifest(x.b)
			} else {
				_, err = DecodeVersion(x.b)
			}
			if !errors.Is(err, x.err) {
				t.Errorf("got %v, want %s", err, x.err.Code)
			}
		})
	}
}

func TestLedgerNeedsEveryAnswer(t *testing.T) {
	_, text := readPlayed(t, "d")
	cl := someCluster()
	hall := []Comment{{ID: "h", Agency: "B", Number: 1, Clause: text.At("phan-I").ID, Text: "a"}}
	c := Consultation{Cluster: cl, Hall: hall, HallVersion: 1, Versions: []Version{{Number: 1, Content: text}}}
	if _, err := Ledger(c); !errors.Is(err, ErrLedgerGap) {
		t.Errorf("without answer: %v", err)
	}
	one := Resolution{Comment: "h", Disposition: Noted, Reason: "a"}
	c.Resolutions = []Resolution{one, one}
	if _, err := Ledger(c); !errors.Is(err, ErrLedgerGap) {
		t.Errorf("with two answers: %v", err)
	}
	c.Resolutions = c.Resolutions[:1]
	if _, err := Ledger(c); err != nil {
		t.Error(err)
	}
	c.HallVersion = 9
	if _, err := Ledger(c); !errors.Is(err, ErrNotFound) {
		t.Errorf("on a version that is not there: %v", err)
	}
}

// Every member of the wire is defined in docs/formats.md.
func TestFormatsDocumentNamesEveryMember(t *testing.T) {
	doc, err := os.ReadFile("../docs/formats.md")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[reflect.Type]bool{}
	var look func(reflect.Type)
	look = func(x reflect.Type) {
		for x.Kind() == reflect.Pointer || x.Kind() == reflect.Slice {
			x = x.Elem()
		}
		if x.Kind() != reflect.Struct || seen[x] {
			return
		}
		seen[x] = true
		for i := range x.NumField() {
			name, _, _ := strings.Cut(x.Field(i).Tag.Get("json"), ",")
			if name != "" && !bytes.Contains(doc, []byte("`"+name+"`")) && !bytes.Contains(doc, []byte("`"+name+"[]`")) && !bytes.Contains(doc, []byte("{"+name+",")) && !bytes.Contains(doc, []byte(" "+name+"}`")) {
				t.Errorf("%s.%s (%q) is not in docs/formats.md", x.Name(), x.Field(i).Name, name)
			}
			look(x.Field(i).Type)
		}
	}
	for _, v := range []any{wireVersion{}, wireLedger{}, wireManifest{}, wirePact{}} {
		look(reflect.TypeOf(v))
	}
	if len(seen) < 25 {
		t.Errorf("only %d structs looked at", len(seen))
	}
}

func FuzzDecodeVersion(f *testing.F) {
	small := Content{Structure: Parts, TypeName: "BẢN", Theme: "a", Effective: Period{From: Date{2026, 22, 1}}, Bases: []Basis{{Text: "b", ValidTo: Date{2026, 1, 2}}},
		Clauses: []*Clause{{ID: "c1", Kind: Annex, Heading: "I", Table: &Table{OwnTable, []string{"STT", "c"}}, Children: []*Clause{{ID: "c2", Kind: Row, Cells: []string{""}}}}},
		Targets: []Target{{ID: "T", Clause: "c1", Op: ">", Value: "1", Veto: true}}, Registrations: []Registration{{Agency: "A"}}, Recipients: []string{"Lưu: VT"}}
	b, _ := CanonicalVersion(small) // the vectors are too long for the engine to be quick with
	f.Add(b)
	f.Add([]byte(`{"clauses":[{"children":[{"id":"c1","kind":"dieu"}]}],"format":"kyket-version","schema":1}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := DecodeVersion(b)
		if err != nil {
			return
		}
		again, err := CanonicalVersion(c)
		if err != nil || !bytes.Equal(again, b) {
			t.Errorf("read, but written differently: %v", err)
		}
		_ = c.Check() // whatever was read can be looked at
		c.Clone()
	})
}

func FuzzDecodeManifest(f *testing.F) {
	f.Add(vectors(f)["manifest"])
	f.Add([]byte(`{"format":"kyket-manifest","schema":1,"trial":false}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := DecodeManifest(b)
		if err != nil {
			return
		}
		if again, err := m.Bytes(); err != nil || !bytes.Equal(again, b) {
			t.Errorf("read, but written differently: %v", err)
		}
	})
}
