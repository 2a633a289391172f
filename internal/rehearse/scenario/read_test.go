package scenario

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const folder = "../../../test/scenarios"

func load(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func read(t testing.TB, name string) *Scenario {
	t.Helper()
	s, err := Parse(load(t, name))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return s
}

const (
	fileB = "scenario-b-taynambo-2019.yaml"
	fileC = "scenario-c-dongnambo-2026.yaml"
	fileD = "scenario-d-dongnambo-2019.yaml"
)

func TestReadsTheThreeYears(t *testing.T) {
	for name, want := range map[string]struct{ members, clauses, comments, replies int }{
		fileB: {26, 25, 19, 26}, fileC: {6, 22, 16, 12}, fileD: {6, 19, 3, 5},
	} {
		s := read(t, name)
		replies := 0
		for _, r := range s.Consultation.Rounds {
			for _, y := range r.Replies {
				replies += len(y.Members)
			}
		}
		if len(s.Members) != want.members || len(s.Pact.Clauses) != want.clauses || len(s.Consultation.Comments) != want.comments || replies != want.replies {
			t.Errorf("%s: %d members, %d clauses, %d comments, %d replies; want %+v", name, len(s.Members), len(s.Pact.Clauses), len(s.Consultation.Comments), replies, want)
		}
	}
}

func TestKeepsWhatTheFileSays(t *testing.T) {
	c := read(t, fileC)
	equal(t, "number", c.Pact.Number, "07")
	equal(t, "place of the first basis", c.Pact.Bases[4].Text, "Theo thống nhất của các đơn vị thành viên Cụm thi đua")
	equal(t, "basis ends", c.Pact.Bases[3].ValidTo.DateText(), "2026-06-30")
	equal(t, "override by number", *c.Pact.TextState.FinalOverrides["T05"].Value, 84.0)
	equal(t, "override by map", *c.Pact.TextState.FinalOverrides["T01"].MaxScore, 12.0)
	equal(t, "three operations in order", len(c.Consultation.Comments[2].Operations), 3)
	equal(t, "one operation stands for a list", c.Consultation.Comments[9].Operations[0].To, Anchor("dieu-4.khoan-3"))
	equal(t, "opened", c.Consultation.Rounds[0].OpenedAt.Format("2006-01-02T15:04:05-07:00"), "2025-12-08T14:00:00+07:00")
	equal(t, "a date without hour is five in the afternoon", c.Signing.Deadline.Format("2006-01-02T15:04:05-07:00"), "2026-02-06T17:00:00+07:00")
	equal(t, "and says so", c.Signing.Deadline.HasHour, false)
	equal(t, "round ends with its extension", c.Consultation.Rounds[0].Due().DateText(), "2025-12-23")
	equal(t, "formula keeps its line break", read(t, fileB).Members[5].Signer.Formula, "KT. CỤC TRƯỞNG\nPHÓ CỤC TRƯỞNG")
	equal(t, "hall", len(read(t, fileB).Consultation.CommentsIn(0)), 2)
	equal(t, "round 2", len(c.Consultation.CommentsIn(2)), 2)
	equal(t, "retention", c.Archive.Dossier.Retention.Value, "20")
	equal(t, "dropped", read(t, fileD).Pact.TextState.FinalOverrides["T03"].Dropped, true)
}

func TestHeadOfTheDay(t *testing.T) {
	c := read(t, fileC)
	m, _ := c.Member("C04")
	for at, want := range map[string]string{"2026-01-25": "Lê Anh Dũng", "2026-01-26": "Nguyễn Trọng Thịnh", "2026-02-02": "Nguyễn Trọng Thịnh"} {
		w, ok := parseWhen(at)
		if !ok {
			t.Fatal(at)
		}
		person, _ := m.On(w)
		equal(t, at, person.Name, want)
	}
}

// Each row changes scenario C in one place and names the fault that has to be found there.
func TestRefusals(t *testing.T) {
	whole := string(load(t, fileC))
	for _, r := range []struct{ name, old, new, code, path string }{
		{"unknown key", "  policy: reserved", "  polcy: reserved", "scenario_unknown_key", "signing.polcy"},
		{"unknown key in a list", "device: sim_pki}", "device: sim_pki, pin: 1}", "scenario_unknown_key", "members[0].certificate.pin"},
		{"unknown key of an override", "T01: {indicator", "T01: {indikator", "scenario_unknown_key", "pact.text_state.final_target_overrides.T01.indikator"},
		{"unknown top key", "schema_version: 1", "schema_version: 1\nextra: 2", "scenario_unknown_key", "extra"},
		{"merge key", "  mode: tuan_tu_co_khoa", "  <<: {mode: giay}", "scenario_unknown_key", "signing.<<"},
		{"missing", "  year: 2026\n", "", "scenario_missing", "cluster.year"},
		{"empty", "  year: 2026\n", "  year:\n", "scenario_empty", "cluster.year"},
		{"twice", "  policy: reserved", "  policy: reserved\n  policy: open", "scenario_repeated_key", "signing.policy"},
		{"word", "result: loi_tsa", "result: loi_tsaa", "scenario_not_a_word", "signing.events[1].result"},
		{"number", "value: 95, max", "value: nhiều, max", "scenario_no_number", "pact.targets[2].value"},
		{"infinite", "value: 95, max", "value: .inf, max", "scenario_no_number", "pact.targets[2].value"},
		{"half", "required: 4", "required: 4.5", "scenario_no_integer", "adoption.quorum.required"},
		{"negative", "required: 4", "required: -4", "scenario_no_integer", "adoption.quorum.required"},
		{"bool", "signs: false", "signs: khong", "scenario_no_bool", "cluster.witness[0].signs"},
		{"quoted time", "  deadline: 2026-02-06", `  deadline: "2026-02-06"`, "scenario_no_time", "signing.deadline"},
		{"no such day", "  deadline: 2026-02-06", "  deadline: 2026-02-30", "scenario_no_time", "signing.deadline"},
		{"list for text", "place: Tây Ninh\n", "place: [Tây Ninh]\n", "scenario_no_text", "pact.place"},
		{"text for list", "channels: [he_thong]", "channels: he_thong", "scenario_no_list", "consultation.rounds[0].channels"},
		{"text for map", "decision: {number: 2864/QĐ-BTP, date: 2025-10-28,", "leadership_: {a: b}\n  decision: a\n  x: {", "scenario_no_map", "cluster.decision"},
		{"both", "{member: C05, at: 2026-01-22T16:02:11", "{member: C05, members: [C05], at: 2026-01-22T16:02:11", "scenario_both_keys", "signing.events[0].member"},
		{"nobody replies", "{member: C02, type: nhat_tri_co_gop_y", "{type: nhat_tri_co_gop_y", "scenario_missing", "consultation.rounds[0].replies[1]"},
		{"stranger", "order: [C05, C02", "order: [C05, X02", "scenario_no_member", "signing.order[1]"},
		{"same code", "{code: C02, block", "{code: C01, block", "scenario_repeated_code", "members"},
		{"anchor of the other structure", "anchor: dieu-1.khoan-1,", "anchor: phan-I.muc-1,", "scenario_anchor", "pact.clauses[2].anchor"},
		{"no such roman", "code: phu-luc-III\n", "code: phu-luc-XIII\n", "scenario_anchor", "pact.annexes[2].code"},
		{"label", `heading: "Chủ đề, mục tiêu"`, `heading: "Điều 1. Chủ đề"`, "scenario_label", "pact.clauses[1].heading"},
		{"label in a result", `resulting_text: "Sáu đơn vị`, `resulting_text: "1. Sáu đơn vị`, "scenario_label", "consultation.comments[0].resulting_text"},
		{"not composed", "place: Tây Ninh\n", "place: Ta\u0302y Ninh\n", "scenario_not_nfc", "pact.place"},
		{"version", "schema_version: 1", "schema_version: 2", "scenario_schema_version", "schema_version"},
		{"no yaml", "schema_version: 1", "schema_version: [", "scenario_not_yaml", ""},
		{"several documents", "schema_version: 1", "---\na: 1\n---\nschema_version: 1", "scenario_several", ""},
		{"empty file", whole, "", "scenario_not_yaml", ""},
		{"alias loop", "copies: {paper: 0, electronic_original: 1}", "copies: &a [*a]", "scenario_too_deep", ""},
		{"deep", "copies: {paper: 0, electronic_original: 1}", "copies: " + strings.Repeat("[", 40) + strings.Repeat("]", 40), "scenario_too_deep", ""},
	} {
		t.Run(r.name, func(t *testing.T) {
			broken := strings.Replace(whole, r.old, r.new, 1)
			if broken == whole {
				t.Fatalf("%q is not in the file", r.old)
			}
			_, err := Parse([]byte(broken))
			var faults Faults
			if !errors.As(err, &faults) {
				t.Fatalf("got %v", err)
			}
			for _, f := range faults {
				if f.Code == r.code && (f.Path == r.path || r.path == "") {
					return
				}
			}
			t.Errorf("want %s at %q, got\n%v", r.code, r.path, err)
		})
	}
}

// Aliases that unfold into a billion values are cut off by the budget.
func TestBillionValues(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c <= 'i'; c++ {
		p := string(c - 1)
		bomb += string(c) + ": &" + string(c) + " [*" + p + ",*" + p + ",*" + p + ",*" + p + ",*" + p + ",*" + p + ",*" + p + ",*" + p + ",*" + p + "]\n"
	}
	whole := strings.Replace(string(load(t, fileC)), "  copies: {paper: 0, electronic_original: 1}", "  copies:\n    "+strings.ReplaceAll(strings.TrimSpace(bomb), "\n", "\n    "), 1)
	_, err := Parse([]byte(whole))
	if err == nil || !strings.Contains(err.Error(), "200000 values") {
		t.Fatalf("got %v", err)
	}
}

func TestSize(t *testing.T) {
	_, err := Read(strings.NewReader(strings.Repeat("#", MaxBytes+1)))
	if err == nil || !strings.Contains(err.Error(), "larger than") {
		t.Fatalf("got %v", err)
	}
}

// Every code has two texts that take the same arguments.
func TestFaultTexts(t *testing.T) {
	for code, texts := range faultTexts {
		for _, text := range texts {
			if text == "" || strings.Count(text, "%") != strings.Count(texts[0], "%") {
				t.Errorf("%s: %q", code, texts)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	smallest, err := os.ReadFile("testdata/smallest.yaml")
	if err != nil {
		f.Fatal(err)
	}
	if _, err := Parse(smallest); err != nil {
		f.Fatal(err)
	}
	f.Add(smallest)
	f.Add([]byte("a: &a [*a]"))
	f.Add([]byte("schema_version: 1\npact: {copies: {? [a]: b}}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Parse(data)
		if (s == nil) != (err != nil) {
			t.Fatalf("scenario %v, error %v", s, err)
		}
		var faults Faults
		if errors.As(err, &faults) && (faults.Error() == "" || faults.Vi() == "" || strings.Contains(faults.Error(), "%!")) {
			t.Fatalf("faults without text: %q", faults.Error())
		}
		if s != nil {
			s.Uses(true)
			s.Recipients()
		}
	})
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
