package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"kyket/internal/config"
	"kyket/internal/rehearse"
	"kyket/pact"
	"kyket/signing/validate"
	"kyket/workflow"
)

// By hand: go test ./cmd/kyket -run Kill -kills 100 -v
var (
	killRounds = flag.Int("kills", 2, "rehearsals that are killed and resumed")
	killSeed   = flag.Uint64("killseed", 0, "of the moments; 0: another one each time")
)

const killScenario = "../../test/scenarios/scenario-c-dongnambo-2026.yaml"

// TestKillAndResume ends the process with SIGKILL wherever it is, several times in one rehearsal, and lets it go on. What
// comes out must be what an undisturbed rehearsal makes: nothing that was acknowledged is lost, nothing is done twice.
func TestKillAndResume(t *testing.T) {
	seed := *killSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("moments by -killseed %d", seed)
	moments := rand.New(rand.NewPCG(seed, 0))
	binary := filepath.Join(t.TempDir(), "kyket")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	whole := filepath.Join(t.TempDir(), "undisturbed")
	if err := rehearseCommandIn(binary, whole, false).Run(); err != nil {
		t.Fatalf("undisturbed rehearsal: %v", err)
	}
	want := outcomeOf(t, whole)
	kills := 0
	for round := range *killRounds {
		dir := filepath.Join(t.TempDir(), fmt.Sprint("round", round))
		kills += disturb(t, binary, dir, moments, want.lines)
		got := outcomeOf(t, dir)
		got.compare(t, want)
		if t.Failed() {
			t.Fatalf("round %d", round)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d rehearsals, %d kills", *killRounds, kills)
}

func rehearseCommandIn(binary, dir string, resume bool) *exec.Cmd {
	args := []string{"rehearse", killScenario, "--out", dir, "--seed", "1"}
	if resume {
		args = append(args, "--resume")
	}
	return exec.Command(binary, args...)
}

// disturb plays into dir with up to four kills, each at a moment that is a number of lines in the journal and some
// milliseconds, and returns their number.
func disturb(t *testing.T, binary, dir string, moments *rand.Rand, total int) (kills int) {
	t.Helper()
	journal := filepath.Join(dir, "journal.jsonl")
	var before []byte
	for left := 1 + moments.IntN(4); ; left-- {
		cmd := rehearseCommandIn(binary, dir, true)
		var said bytes.Buffer
		cmd.Stdout, cmd.Stderr = &said, &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		killed := false
		if left > 0 {
			killed = killAt(cmd, ended, journal, lines(before)+moments.IntN(max(1, total-lines(before))), time.Duration(moments.IntN(40))*time.Millisecond)
		}
		if !killed {
			if err := <-ended; err != nil {
				t.Fatalf("resumed rehearsal: %v\n%s", err, said.String())
			}
		} else {
			kills++
			<-ended
		}
		now, err := os.ReadFile(journal)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if kept := before[:bytes.LastIndexByte(before, '\n')+1]; !bytes.HasPrefix(now, kept) {
			t.Fatalf("the journal lost acknowledged answers")
		}
		if before = now; !killed {
			return kills
		}
	}
}

// killAt kills when the journal has so many lines and the pause is over. It returns false when the process ended before;
// its result is then put back.
func killAt(cmd *exec.Cmd, ended chan error, journal string, at int, pause time.Duration) bool {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			ended <- err
			return false
		case <-tick.C:
		}
		b, _ := os.ReadFile(journal) // absent before the first answer
		if lines(b) < at {
			continue
		}
		select {
		case err := <-ended:
			ended <- err
			return false
		case <-time.After(pause):
			_ = cmd.Process.Kill() // the process that this test started; it may have ended just now
			return true
		}
	}
}

func lines(b []byte) int { return bytes.Count(b, []byte("\n")) }

// outcome is what a rehearsal left, as far as two of them must agree.
type outcome struct {
	journal []string // keys of acknowledged answers, without attempts to sign
	lines   int      // of the journal
	events  []string // of the pact: act, agency, time
	summary rehearse.Summary
	base    []byte
	dir     string
}

func outcomeOf(t *testing.T, dir string) outcome {
	t.Helper()
	o := outcome{dir: dir}
	b, err := os.ReadFile(filepath.Join(dir, "summary.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &o.summary); err != nil {
		t.Fatal(err)
	}
	if o.base, err = os.ReadFile(filepath.Join(dir, "base.pdf")); err != nil {
		t.Fatal(err)
	}
	if b, err = os.ReadFile(filepath.Join(dir, "journal.jsonl")); err != nil {
		t.Fatal(err)
	}
	o.lines = lines(b)
	for line := range bytes.Lines(b) {
		var e struct{ Key string }
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatalf("journal: %v", err)
		}
		if e.Key != "" && !bytes.Contains(line, []byte("/sign/")) {
			o.journal = append(o.journal, e.Key)
		}
	}
	o.examine(t)
	return o
}

// examine opens the data folder and looks at the history, the log and the sealed paper.
func (o *outcome) examine(t *testing.T) {
	t.Helper()
	ctx := context.Background()
	p, err := Open(ctx, Settings{Config: config.Config{Data: filepath.Join(o.dir, "data"), PublicURL: defaultURL, Mode: config.Trial,
		TSA: config.TSA{Timeout: time.Second}}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}()
	service := workflow.Call{Actor: pact.Actor{Service: true}}
	id := pact.PactID(o.summary.Pact.ID)
	events, err := p.Workflow.Activity(ctx, service, id, "", 10_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		o.events = append(o.events, fmt.Sprintf("%s %s %s", e.Act, e.Agency, e.OccurredAt.Format(time.RFC3339)))
	}
	slices.Sort(o.events)
	if n, err := p.Workflow.OpenJobs(ctx, service, id); err != nil || n != 0 {
		t.Errorf("%d open jobs, %v", n, err)
	}
	report, err := p.Log.Verify(ctx)
	if err != nil || report.Finding != nil {
		t.Errorf("the log does not verify: %+v, %v", report.Finding, err)
	}
	o.verify(t)
}

func (o *outcome) verify(t *testing.T) {
	t.Helper()
	trusted, err := readAnchors([]string{filepath.Join(o.dir, "trust/root.pem")})
	if err != nil {
		t.Fatal(err)
	}
	stamps, err := readAnchors([]string{filepath.Join(o.dir, "trust/tsa.pem")})
	if err != nil {
		t.Fatal(err)
	}
	paper, err := os.ReadFile(filepath.Join(o.dir, "pact.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	var expected []string
	for _, r := range o.summary.Revisions {
		expected = append(expected, r.SHA256)
	}
	r := validate.Verify(paper, validate.Options{Trust: trusted, TSATrust: stamps, Expected: expected})
	if r.ExitCode() != 0 {
		t.Errorf("pact.pdf: %s, unexplained %v", r.Verdict, r.Unexplained)
	}
}

func (o *outcome) compare(t *testing.T, want outcome) {
	t.Helper()
	if d := difference(o.journal, want.journal); d != "" {
		t.Errorf("acknowledged answers:\n%s", d)
	}
	if d := difference(o.events, want.events); d != "" {
		t.Errorf("events:\n%s", d)
	}
	if !bytes.Equal(o.base, want.base) {
		t.Error("base.pdf differs")
	}
	for i, v := range want.summary.Versions {
		if i >= len(o.summary.Versions) || o.summary.Versions[i] != v {
			t.Errorf("version %d differs", i+1)
		}
	}
	if !maps.Equal(o.summary.Comments, want.summary.Comments) {
		t.Errorf("comments: %v, want %v", o.summary.Comments, want.summary.Comments)
	}
	if len(o.summary.Revisions) != len(want.summary.Revisions) || len(o.summary.Signatures) != len(want.summary.Signatures) {
		t.Errorf("%d revisions and %d signatures, want %d and %d", len(o.summary.Revisions), len(o.summary.Signatures),
			len(want.summary.Revisions), len(want.summary.Signatures))
	}
	if o.summary.Pact.State != want.summary.Pact.State {
		t.Errorf("state %s", o.summary.Pact.State)
	}
}

// difference names what is on one side only, counting how often.
func difference(got, want []string) string {
	count := map[string]int{}
	for _, s := range got {
		count[s]++
	}
	for _, s := range want {
		count[s]--
	}
	var b bytes.Buffer
	for _, s := range slices.Sorted(maps.Keys(count)) {
		if n := count[s]; n != 0 {
			fmt.Fprintf(&b, "%+d %s\n", n, s)
		}
	}
	return b.String()
}
