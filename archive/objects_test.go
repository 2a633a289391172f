package archive

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"kyket/pact"
)

var ctx = context.Background()

func opened(t testing.TB, dir string) *Objects {
	t.Helper()
	o, err := OpenObjects(dir)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func put(t testing.TB, o *Objects, data string) pact.Digest {
	t.Helper()
	d, err := o.Put(ctx, []byte(data))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// chain stores a base and n revisions and returns their digests and the whole bytes of the last.
func chain(t testing.TB, o *Objects, n int) (revisions []pact.Digest, whole string) {
	t.Helper()
	whole = "base"
	revisions = []pact.Digest{put(t, o, whole)}
	for i := range n {
		inc := fmt.Sprintf("+increment %d\n\n", i)
		whole += inc
		d := pact.Digest(sha256.Sum256([]byte(whole)))
		if err := o.PutIncrement(ctx, revisions[i], []byte(inc), d); err != nil {
			t.Fatal(err)
		}
		revisions = append(revisions, d)
	}
	return revisions, whole
}

func TestRevisionsComeBack(t *testing.T) {
	dir := t.TempDir()
	o := opened(t, dir)
	revisions, whole := chain(t, o, 60)
	for _, o := range []*Objects{o, opened(t, dir)} {
		for i, d := range revisions {
			got, err := o.Get(ctx, d)
			if err != nil || !strings.HasPrefix(whole, string(got)) || sha256.Sum256(got) != d {
				t.Fatalf("revision %d: %q, %v", i, got, err)
			}
			if ok, err := o.Has(ctx, d); !ok || err != nil {
				t.Fatalf("revision %d is not there: %v", i, err)
			}
		}
	}
	// After a start the first increment reads its parent, and no more than that is stored.
	o = opened(t, dir)
	last := pact.Digest(sha256.Sum256([]byte(whole + "x")))
	if err := o.PutIncrement(ctx, revisions[60], []byte("x"), last); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(o.path(last) + incrementSuffix)
	if err != nil || info.Size() > maxIncrementHead+1 || info.Mode().Perm() != 0o400 {
		t.Errorf("an increment of one byte is stored as %v, %v", info, err)
	}
}

func TestPutTwice(t *testing.T) {
	o := opened(t, t.TempDir())
	d := put(t, o, "one")
	if again := put(t, o, "one"); again != d || d != sha256.Sum256([]byte("one")) {
		t.Errorf("%s, then %s", d, again)
	}
	whole := pact.Digest(sha256.Sum256([]byte("one+two")))
	for range 2 {
		if err := o.PutIncrement(ctx, d, []byte("+two"), whole); err != nil {
			t.Fatal(err)
		}
	}
	put(t, o, "one+two") // whole beside the increment
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { put(t, o, "at once") })
	}
	wg.Wait()
	f, err := o.Fixity(ctx)
	if err != nil || f.Objects != 4 || len(f.Damaged) != 0 {
		t.Errorf("%+v, %v", f, err)
	}
	if left, _ := filepath.Glob(filepath.Join(o.dir, "*", tempPrefix+"*")); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}

func TestIncrementRefused(t *testing.T) {
	o := opened(t, t.TempDir())
	d := put(t, o, "one")
	right := pact.Digest(sha256.Sum256([]byte("one+two")))
	for name, err := range map[string]error{
		"wrong digest":   o.PutIncrement(ctx, d, []byte("+three"), right),
		"unknown parent": o.PutIncrement(ctx, pact.Digest{1}, []byte("+two"), right),
		"empty":          o.PutIncrement(ctx, d, nil, d),
	} {
		if err == nil {
			t.Errorf("%s: stored", name)
		}
	}
	if ok, _ := o.Has(ctx, right); ok {
		t.Error("a refused increment is there")
	}
	if _, err := o.Get(ctx, right); !errors.Is(err, pact.ErrNotFound) {
		t.Errorf("what is not stored: %v", err)
	}
}

// TestDamage changes one byte of each stored file in turn: reading what rests on it fails, the walk names it, and
// storing a damaged object again mends it.
func TestDamage(t *testing.T) {
	dir := t.TempDir()
	o := opened(t, dir)
	revisions, _ := chain(t, o, 3)
	var files []string
	if err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			files = append(files, path)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if len(files) != 4 {
		t.Fatalf("files: %v", files)
	}
	for _, file := range files {
		good, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i := range good {
			bad := bytes.Clone(good)
			bad[i] ^= 1
			overwrite(t, file, bad)
			o := opened(t, dir)
			if _, err := o.Get(ctx, revisions[3]); !errors.Is(err, ErrDamaged) && !errors.Is(err, pact.ErrNotFound) {
				t.Fatalf("%s with byte %d changed: %v", filepath.Base(file), i, err)
			}
			f, err := o.Fixity(ctx)
			if err != nil || len(f.Damaged) == 0 || f.Objects != 4 {
				t.Fatalf("%s with byte %d changed: %+v, %v", filepath.Base(file), i, f, err)
			}
		}
		overwrite(t, file, good)
	}
	overwrite(t, o.path(revisions[0]), []byte("evil"))
	o = opened(t, dir)
	put(t, o, "base")
	if _, err := o.Get(ctx, revisions[3]); err != nil {
		t.Errorf("after storing the damaged base again: %v", err)
	}
	overwrite(t, filepath.Join(dir, "stray"), []byte("x"))
	if f, err := o.Fixity(ctx); err != nil || len(f.Damaged) != 1 || f.Damaged[0].File != "stray" {
		t.Errorf("a stray file: %+v, %v", f, err)
	}
}

func overwrite(t *testing.T, path string, data []byte) {
	t.Helper()
	_ = os.Remove(path)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestFlat: an increment costs the same however long the file before it is.
func TestFlat(t *testing.T) {
	o := opened(t, t.TempDir())
	cost := func(size int) float64 {
		base := strings.Repeat("x", size)
		parent := put(t, o, base)
		n := 0
		return testing.AllocsPerRun(20, func() {
			inc := fmt.Sprint("increment ", n)
			n++
			if err := o.PutIncrement(ctx, parent, []byte(inc), sha256.Sum256([]byte(base+inc))); err != nil {
				t.Fatal(err)
			}
		})
	}
	if small, large := cost(10), cost(1<<20); large > small+8 {
		t.Errorf("%v allocations on a small file, %v on a large one", small, large)
	}
	parent := put(t, o, strings.Repeat("y", 1<<20))
	if err := os.Remove(o.path(parent)); err != nil {
		t.Fatal(err)
	}
	if err := o.PutIncrement(ctx, parent, []byte("z"), sha256.Sum256([]byte(strings.Repeat("y", 1<<20)+"z"))); err != nil {
		t.Errorf("the parent was read again: %v", err)
	}
}

func FuzzParseIncrement(f *testing.F) {
	h := incrementHead{parent: pact.Digest{1}, whole: pact.Digest{2}, offset: 3, length: 4}
	f.Add(append(h.bytes(), "abcd"...))
	f.Add([]byte("kyket-increment 1\nparent 00\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		h, inc, err := parseIncrement(data)
		if err == nil && !bytes.Equal(append(h.bytes(), inc...), data) {
			t.Errorf("%q was read as %+v", data, h)
		}
	})
}

func BenchmarkPutIncrement(b *testing.B) {
	o := opened(b, b.TempDir())
	base := strings.Repeat("x", 1<<20)
	parent := put(b, o, base)
	whole := sha256.New()
	whole.Write([]byte(base))
	inc := bytes.Repeat([]byte("i"), 8<<10)
	for i := 0; b.Loop(); i++ {
		copy(inc, fmt.Sprintf("%09d", i))
		whole.Write(inc)
		d := digest(whole)
		if err := o.PutIncrement(ctx, parent, inc, d); err != nil {
			b.Fatal(err)
		}
		parent = d
	}
}

// BenchmarkWriteFloor is what the file system asks for a file and its name to be durable.
func BenchmarkWriteFloor(b *testing.B) {
	dir := b.TempDir()
	inc := bytes.Repeat([]byte("i"), 8<<10)
	for i := 0; b.Loop(); i++ {
		if err := writeOnce(filepath.Join(dir, fmt.Sprint(i)), 0o400, inc); err != nil {
			b.Fatal(err)
		}
	}
}
