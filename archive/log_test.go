package archive

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"kyket/pact"
)

// TestRecordVector fixes the bytes of a record: they never change. docs/formats-log.md prints the same example.
func TestRecordVector(t *testing.T) {
	r := Record{
		Event: "0199e6a2-0000-7000-8000-000000000001", Act: "reply_send", Actor: "p1", Agency: "so-y-te", Cluster: "c1", Pact: "g1",
		OccurredAt: time.Date(2026, 3, 5, 16, 30, 0, 123456000, time.FixedZone("ICT", 7*3600)),
		RecordedAt: time.Date(2026, 3, 5, 9, 30, 1, 0, time.UTC),
		Touched:    []Touched{{Kind: "reply", ID: "r1", After: pact.Digest{0xab}}},
		Body:       BodyHash([]byte("0123456789abcdef"), []byte(`{"stance":"agree"}`)),
	}
	const want = `{"act":"reply_send","actor":"p1","agency":"so-y-te","body":"fc90b11b79823215148438058526d79a330304904f57a1112453740bf5e1a04a","cluster":"c1",` +
		`"event":"0199e6a2-0000-7000-8000-000000000001","occurred_at":"2026-03-05T09:30:00.123456Z","pact":"g1","recorded_at":"2026-03-05T09:30:01.000000Z",` +
		`"schema":1,"touched":[{"after":"ab00000000000000000000000000000000000000000000000000000000000000","before":"","id":"r1","kind":"reply"}]}`
	const wantLeaf = "9119acec23d522d71116f29f5829cf8bb4a1bb4f237076d986bf1dd73bcb95ff"
	b, err := r.Bytes()
	if err != nil || string(b) != want {
		t.Errorf("%v\n%s\nwant\n%s", err, b, want)
	}
	leaf, err := r.Leaf()
	if err != nil || leaf.String() != wantLeaf {
		t.Errorf("leaf %s, %v", leaf, err)
	}
	doc, err := os.ReadFile("../docs/formats-log.md")
	if err != nil || !strings.Contains(string(doc), "\n"+want+"\n") || !strings.Contains(string(doc), wantLeaf) {
		t.Errorf("docs/formats-log.md gives another example: %v", err)
	}
	for _, id := range []string{"a\"b", "a\\b", "a\nb", "a\xffb"} {
		r.Event = id
		if _, err := r.Leaf(); err == nil {
			t.Errorf("%q stands in a record", id)
		}
	}
}

func TestLogKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "log.key")
	k, err := OpenLogKey(path, "kyket.example/log")
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's file: %v, %v", info, err)
	}
	c, err := k.sign(3, pact.Digest{1})
	if err != nil {
		t.Fatal(err)
	}
	again, err := OpenLogKey(path, "another/log")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := again.Open(c.Note); err != nil || got.Size != 3 || got.Root != c.Root || got.Origin != "kyket.example/log" || again.Origin() != got.Origin {
		t.Errorf("%+v, %v", got, err)
	}
	// What others get to check it with, by the library alone.
	v, err := note.NewVerifier(again.Public())
	if err != nil {
		t.Fatal(err)
	}
	n, err := note.Open(c.Note, note.VerifierList(v))
	if want := "kyket.example/log\n3\n" + base64.StdEncoding.EncodeToString(c.Root[:]) + "\n"; err != nil || n.Text != want {
		t.Errorf("%q, %v", n.Text, err)
	}
	for _, i := range []int{0, len("kyket.example/log\n"), 30, len(c.Note) - 5} {
		bad := []byte(string(c.Note))
		bad[i]++
		if _, err := k.Open(bad); err == nil {
			t.Errorf("a checkpoint with byte %d changed was accepted", i)
		}
	}
	other, err := OpenLogKey(filepath.Join(t.TempDir(), "k"), "kyket.example/log")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Open(c.Note); err == nil {
		t.Error("another log's checkpoint was accepted")
	}
	for _, text := range []string{"kyket.example/log\n3\n", "kyket.example/log\n03\n" + strings.Repeat("A", 43) + "=\n", "another/log\n3\n" + strings.Repeat("A", 43) + "=\n",
		"kyket.example/log\n3\n" + strings.Repeat("A", 43) + "=\nmore\n", "kyket.example/log\n-1\n" + strings.Repeat("A", 43) + "=\n"} {
		signed, err := note.Sign(&note.Note{Text: text}, k.signer)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := k.Open(signed); err == nil {
			t.Errorf("%q was accepted as a checkpoint", text)
		}
	}
	if err := os.WriteFile(path, []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenLogKey(path, "x/log"); err == nil {
		t.Error("a key that cannot be read was replaced")
	}
}

// TestEdge compares the right edge that verification keeps with the library over a whole tree.
func TestEdge(t *testing.T) {
	var g edge
	var all []tlog.Hash
	whole := tlog.HashReaderFunc(func(places []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(places))
		for i, p := range places {
			out[i] = all[p]
		}
		return out, nil
	})
	for n := range int64(300) {
		leaf := tlog.RecordHash([]byte{byte(n), byte(n >> 8)})
		want, err := tlog.StoredHashesForRecordHash(n, leaf, whole)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, want...)
		got, err := g.add(n, pact.Digest(leaf))
		if err != nil || len(got) != len(want) {
			t.Fatalf("entry %d: %v", n, err)
		}
		wantRoot, err := tlog.TreeHash(n+1, whole)
		if err != nil {
			t.Fatal(err)
		}
		if root, err := g.root(n + 1); err != nil || root != pact.Digest(wantRoot) {
			t.Fatalf("root of %d: %v, %v", n+1, root, err)
		}
	}
}

func FuzzCheckpoint(f *testing.F) {
	k, err := OpenLogKey(filepath.Join(f.TempDir(), "k"), "test/log")
	if err != nil {
		f.Fatal(err)
	}
	c, err := k.sign(5, pact.Digest{1})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(c.Note)
	f.Fuzz(func(t *testing.T, data []byte) {
		if got, err := k.Open(data); err == nil && got.text() != c.text() {
			t.Errorf("a note that was never signed was accepted: %q", data)
		}
	})
}
