package font

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/go-fonts/liberation/liberationserifregular"
)

func family(t testing.TB) *Family {
	t.Helper()
	f, err := Liberation()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func inflate(t testing.TB, b []byte) []byte {
	t.Helper()
	r, err := zlib.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A subset is a sound font program by itself: what it maps has the number, the width and the outline of the whole font.
func TestSubsetKeepsGlyphs(t *testing.T) {
	for style, face := range family(t) {
		runes := Vietnamese()
		sub, err := Parse(inflate(t, face.Program(set(runes)).File))
		if err != nil {
			t.Fatalf("style %d: %v", style, err)
		}
		for _, r := range runes {
			g := face.Glyph(r)
			if g == 0 || sub.Glyph(r) != g || sub.advance(g) != face.advance(g) {
				t.Fatalf("style %d, %q: glyph %d of width %d became %d of width %d", style, r, g, face.advance(g), sub.Glyph(r), sub.advance(g))
			}
			if whole, part := face.outline(int(g)), sub.outline(int(g)); (len(whole) == 0) != (len(part) == 0) || len(part) > 0 && !bytes.Equal(whole[:10], part[:10]) {
				t.Fatalf("style %d, %q: the outline is another one", style, r)
			}
			for _, c := range components(sub.outline(int(g))) {
				if len(face.outline(c)) > 0 && len(sub.outline(c)) == 0 {
					t.Fatalf("style %d, %q: its part %d is missing", style, r, c)
				}
			}
		}
		for r := range rune(0x2200) {
			if sub.Glyph(r) != 0 && !slices.Contains(runes, r) && !face.Seeded(r) {
				t.Fatalf("style %d: %q was not asked for", style, r)
			}
		}
		if sub.PostScriptName != face.PostScriptName || sub.UnitsPerEm != face.UnitsPerEm {
			t.Errorf("style %d: %s, %d", style, sub.PostScriptName, sub.UnitsPerEm)
		}
	}
}

// Whole-file and table checksums are those that ISO/IEC 14496-22 asks for.
func TestSubsetChecksums(t *testing.T) {
	b := inflate(t, family(t)[Regular].Program(nil).File)
	if checksum(b) != 0xB1B0AFBA {
		t.Errorf("the whole sums to %08X", checksum(b))
	}
	last := ""
	for i := range int(binary.BigEndian.Uint16(b[4:])) {
		e := b[12+16*i:]
		name := string(e[:4])
		at, n := binary.BigEndian.Uint32(e[8:]), binary.BigEndian.Uint32(e[12:])
		part := slices.Clone(b[at : at+n])
		if name == "head" {
			copy(part[8:12], []byte{0, 0, 0, 0})
		}
		if checksum(part) != binary.BigEndian.Uint32(e[4:]) || at%4 != 0 || name <= last {
			t.Errorf("table %s", name)
		}
		last = name
	}
}

func set(runes []rune) map[rune]bool {
	m := map[rune]bool{}
	for _, r := range runes {
		m[r] = true
	}
	return m
}

func TestProgramIsReadyForVietnamese(t *testing.T) {
	face := family(t)[Regular]
	if face.Program(set(Vietnamese())) != face.Program(nil) {
		t.Error("Vietnamese text needs no subset of its own")
	}
	other := face.Program(set([]rune("Ω→")))
	if other == face.Program(nil) || other.Name == face.Program(nil).Name {
		t.Error("a subset with more characters has another name")
	}
	if !strings.Contains(string(inflate(t, other.ToUnicode)), "<03A9> <03A9>") {
		t.Error("the added character is not mapped to itself")
	}
	gids := inflate(t, other.CIDToGID)
	if g := binary.BigEndian.Uint16(gids[2*'Ω':]); g != face.Glyph('Ω') {
		t.Errorf("Ω is drawn by glyph %d", g)
	}
	if n := len(Vietnamese()); n < 250 || n > 300 {
		t.Errorf("%d characters", n)
	}
	if tag, _, ok := strings.Cut(other.Name, "+"); !ok || len(tag) != 6 || strings.ToUpper(tag) != tag {
		t.Errorf("name %s", other.Name)
	}
}

func TestWidths(t *testing.T) {
	face := family(t)[Regular]
	if w := face.Width("Ký kết", 14); w < 35 || w > 40 {
		t.Errorf("%.2f", w)
	}
	// In thousandths, Liberation Serif has the widths of Times: A is 722, a space 250.
	p := face.Program(nil)
	if w := string(p.Widths); !strings.HasPrefix(w, "32[250 ") || !strings.Contains(w, " 722 ") {
		t.Errorf("%.60s", w)
	}
	if face.Width("e\u0301", 10) != face.Width("e", 10) {
		t.Error("a combining mark has no width")
	}
}

func TestMissing(t *testing.T) {
	for text, want := range map[string]string{
		"Quyết tâm “vượt khó” – 100%": "", "thi đua 🎉🎉": "🎉", "中文": "中文", "e\u0301": "\u0301", "a\u0000b\u200b": "\u0000\u200b", "Ωα→": "",
	} {
		if got := string(Missing(family(t)[Regular], text)); got != want {
			t.Errorf("%q: missing %q, want %q", text, got, want)
		}
	}
}

func TestCodes(t *testing.T) {
	if got := fmt.Sprintf("%X", Codes(nil, "Aặ🎉")); got != "00411EB7" {
		t.Error(got)
	}
}

func TestParseRefuses(t *testing.T) {
	whole := liberationserifregular.TTF
	for name, b := range map[string][]byte{
		"nothing": nil, "text": []byte("hello, this is no font"), "directory cut": whole[:40], "tables cut": whole[:5000], "OpenType": append([]byte("OTTO"), whole[4:]...),
	} {
		if _, err := Parse(b); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := NewFamily([4][]byte{whole, whole, whole, nil}); err == nil {
		t.Error("a family without a face")
	}
}

func FuzzParse(f *testing.F) {
	face := family(f)[BoldItalic]
	small := inflate(f, face.Program(nil).File)
	f.Add(small)
	f.Add(small[:200])
	f.Add([]byte{0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := Parse(b)
		if err != nil {
			return
		}
		var runes []rune
		for r := rune(' '); r < 0x180; r++ {
			if p.Shows(r) {
				runes = append(runes, r)
			}
		}
		if again, err := NewFace(p, runes); err == nil {
			again.Width("abc", 12)
			again.Program(set([]rune("Ωω")))
		}
	})
}

func BenchmarkPrepareFamily(b *testing.B) {
	programs := [4][]byte{liberationserifregular.TTF, liberationserifregular.TTF, liberationserifregular.TTF, liberationserifregular.TTF}
	for b.Loop() {
		if _, err := NewFamily(programs); err != nil {
			b.Fatal(err)
		}
	}
}
