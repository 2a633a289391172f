package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kyket/internal/rehearse"
	"kyket/signing/validate"
)

// playFile plays a scenario in this process, on SQLite, and returns its folder.
func playFile(t *testing.T, name string, run rehearse.Run) (string, *rehearse.Summary) {
	t.Helper()
	return playOn(t, "", name, run)
}

func playOn(t *testing.T, database, name string, run rehearse.Run) (string, *rehearse.Summary) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "out")
	var said bytes.Buffer
	s, err := play(context.Background(), terminal{out: &said, err: &said}, production{
		yaml: b, name: filepath.Base(name), dir: dir, data: filepath.Join(dir, "data"),
		database: database, publicURL: defaultURL, run: run})
	if err != nil {
		t.Fatalf("%v\n%s", err, said.String())
	}
	return dir, s
}

// checkRevisions holds each revision against the level that the summary states, by the validator.
func checkRevisions(t *testing.T, dir string, s *rehearse.Summary) {
	t.Helper()
	trusted, err := readAnchors([]string{filepath.Join(dir, "trust/root.pem")})
	if err != nil {
		t.Fatal(err)
	}
	stamps, err := readAnchors([]string{filepath.Join(dir, "trust/tsa.pem")})
	if err != nil {
		t.Fatal(err)
	}
	order := []string{validate.LevelB, validate.LevelT, validate.LevelLT, validate.LevelLTA}
	for _, r := range s.Revisions {
		b, err := os.ReadFile(filepath.Join(dir, r.File))
		if err != nil {
			t.Fatal(err)
		}
		report := validate.Verify(b, validate.Options{Trust: trusted, TSATrust: stamps})
		if len(report.Unexplained) > 0 || report.Verdict == validate.Failed {
			t.Errorf("%s: %s, %v", r.File, report.Verdict, report.Unexplained)
		}
		least := len(order)
		for _, g := range report.Signatures {
			if g.Kind != validate.Timestamp {
				least = min(least, slices.Index(order, g.Level))
			}
		}
		if r.Level != order[least] {
			t.Errorf("%s: the summary says %s, the file is at %s", r.File, r.Level, order[least])
		}
		if s.Files[r.File] != r.SHA256 {
			t.Errorf("%s is not listed with its digest", r.File)
		}
	}
}

func TestPaperYearPlayedDigitally(t *testing.T) {
	file := "../../test/scenarios/scenario-d-dongnambo-2019.yaml"
	dir, s := playFile(t, file, rehearse.Run{Level: "B-LTA", Key: "p256", Digital: true, Seed: "1"})
	checkRevisions(t, dir, s)
	if s.Pact.State != "archived" || s.Pact.Level != "B-LTA" || len(s.Signatures) != 6 {
		t.Errorf("%+v, %d signatures", s.Pact, len(s.Signatures))
	}
	var capacities []string
	for _, g := range s.Signatures {
		capacities = append(capacities, g.Agency+g.Capacity)
	}
	if got := strings.Join(capacities, " "); got != "D01 D04 D02KT D03Q D05TUQ D06" {
		t.Errorf("signed in the order %s", got)
	}
	again, _ := playFile(t, file, rehearse.Run{Level: "B-B", Key: "rsa2048", Digital: true, Seed: "1"})
	one, err := os.ReadFile(filepath.Join(dir, "base.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	two, err := os.ReadFile(filepath.Join(again, "base.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(one, two) {
		t.Error("one seed gave two papers")
	}
}

// The same year on PostgreSQL gives the same paper.
func TestRehearsalOnPostgres(t *testing.T) {
	dsn := postgresSchema(t)
	c := "../../test/scenarios/scenario-c-dongnambo-2026.yaml"
	dir, s := playOn(t, dsn, c, rehearse.Run{Level: "B-LTA", Key: "p256", Seed: "1"})
	checkRevisions(t, dir, s)
	if s.Pact.State != "archived" || len(s.Signatures) != 6 || s.Comments["total"] != 16 {
		t.Errorf("%+v, %d signatures, %v", s.Pact, len(s.Signatures), s.Comments)
	}
	onFile, _ := playFile(t, c, rehearse.Run{Level: "B-B", Key: "p256", Seed: "1"})
	one, err := os.ReadFile(filepath.Join(dir, "base.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	two, err := os.ReadFile(filepath.Join(onFile, "base.pdf"))
	if err != nil || !bytes.Equal(one, two) {
		t.Errorf("the two databases give two papers: %v", err)
	}
	var said bytes.Buffer
	t.Setenv("KYKET_DATABASE", dsn)
	if code := run(t.Context(), []string{"audit", "verify", "--data", filepath.Join(dir, "data")}, terminal{out: &said, err: &said}); code != 0 {
		t.Errorf("audit verify: exit %d, %s", code, said.String())
	}
}

// postgresSchema is a connection to a schema that the test has to itself. A developer may be without PostgreSQL; CI may not.
func postgresSchema(t *testing.T) string {
	t.Helper()
	dsn := os.Getenv("KYKET_TEST_POSTGRES")
	if dsn == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("KYKET_TEST_POSTGRES is not set")
		}
		t.Skip("KYKET_TEST_POSTGRES is not set")
	}
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	name := "kyket_test_" + strings.ToLower(rand.Text())
	psql := func(command string) {
		t.Helper()
		if out, err := exec.Command("psql", dsn, "-qc", command).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", command, err, out)
		}
	}
	psql("CREATE SCHEMA " + name)
	t.Cleanup(func() { psql("DROP SCHEMA " + name + " CASCADE") })
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return u.String()
}

// A scenario that nothing was made for: another kind of cluster, a year that is still to come, rules that the others do
// not have.
func TestScenarioThatNothingWasMadeFor(t *testing.T) {
	dir, s := playFile(t, "testdata/scenario-e-khoi-2031.yaml", rehearse.Run{Level: "B-LTA", Key: "p256", Seed: "1"})
	checkRevisions(t, dir, s)
	if s.ShiftDays >= 0 {
		t.Errorf("a year to come is not shifted: %d days", s.ShiftDays)
	}
	if s.Pact.State != "sealed_incomplete" || len(s.Signatures) != 2 || s.Signatures[0].Signer != "Phùng Thị Ý Nhi" {
		t.Errorf("%+v, %+v", s.Pact, s.Signatures)
	}
	if !slices.Contains(s.Missing, "signing.events.witness") {
		t.Errorf("missing: %v", s.Missing)
	}
	if want := map[string]int{"total": 3, "accepted": 2, "partly_accepted": 1, "declined_explained": 0, "noted": 0, "forwarded": 0}; !maps.Equal(s.Comments, want) {
		t.Errorf("comments %v", s.Comments)
	}
	if r := s.Rounds[0].Replies; r["tacit_agree"] != 1 || r["agree_with_comments"] != 1 {
		t.Errorf("replies %v", r)
	}
	labels := []string{}
	for _, v := range s.Versions {
		labels = append(labels, v.Label)
	}
	if len(labels) != 3 || labels[0] != "lan-1" || labels[1] != "lan-2" {
		t.Errorf("versions %v", labels)
	}
	checkTargets(t, filepath.Join(dir, "versions/v3.json"))
}

// checkTargets looks at the figures of the adopted text.
func checkTargets(t *testing.T, file string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var v struct {
		Targets []struct{ ID, Clause, Value string } `json:"targets"`
	}
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, g := range v.Targets {
		got[g.ID] = g.Value
		if g.Clause == "" {
			t.Errorf("target %s has no clause", g.ID)
		}
	}
	if want := map[string]string{"M1": "92", "M2": "3", "M3": "2"}; !maps.Equal(got, want) {
		t.Errorf("targets %v, want %v", got, want)
	}
}

func TestExitCodes(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.yaml")
	if err := os.WriteFile(bad, []byte("schema_version: 1\nsurprise: true\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	used := filepath.Join(dir, "used")
	if err := os.MkdirAll(filepath.Join(used, "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	c := "../../test/scenarios/scenario-c-dongnambo-2026.yaml"
	for _, r := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"no command", nil, 3, "expected one of"},
		{"unknown flag", []string{"verify", "--what"}, 3, "unknown flag"},
		{"not there yet", []string{"doctor"}, 3, "chưa tự kiểm tra được"},
		{"paper", []string{"rehearse", "../../test/scenarios/scenario-b-taynambo-2019.yaml", "--out", filepath.Join(dir, "b")}, 3, "signing.mode=giay"},
		{"unknown key", []string{"rehearse", bad, "--out", filepath.Join(dir, "bad")}, 3, "surprise"},
		{"no scenario", []string{"rehearse", "none.yaml", "--out", filepath.Join(dir, "none")}, 3, "none.yaml"},
		{"used folder", []string{"rehearse", c, "--out", used}, 3, "another rehearsal"},
		{"no file", []string{"verify", "none.pdf"}, 3, "none.pdf"},
		{"no pdf", []string{"verify", bad}, 3, ""},
		{"bad time", []string{"verify", bad, "--at", "yesterday"}, 3, "yesterday"},
		{"no data", []string{"audit", "verify", "--data", used}, 1, "no data of Kyket"},
		{"demo on the network", []string{"demo", "--data", used, "--addr", "0.0.0.0:0"}, 1, "127.0.0.1"},
		{"version", []string{"version"}, 0, ""},
	} {
		var said bytes.Buffer
		if code := run(context.Background(), r.args, terminal{in: strings.NewReader(""), out: &said, err: &said}); code != r.code {
			t.Errorf("%s: exit %d, want %d\n%s", r.name, code, r.code, said.String())
		}
		if !strings.Contains(said.String(), r.says) {
			t.Errorf("%s: says %s", r.name, said.String())
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "b")); !os.IsNotExist(err) {
		t.Error("a scenario that cannot be played left a folder behind")
	}
}
