// Package font reads TrueType font programs and prepares what a PDF file embeds of them: subsets that keep
// their glyph numbers, widths, character maps. It knows glyphs and code points; it does not know PDF objects,
// pages or what the text says.
package font

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unicode"
)

// maxProgram bounds a font program that is read, in bytes: Times New Roman is 1.2 MB.
const maxProgram = 32 << 20

// table is a part of a font program. Reads beyond its end give zero, so that a damaged font yields a wrong
// glyph at worst.
type table []byte

func (t table) u16(i int) int {
	if i < 0 || i+2 > len(t) {
		return 0
	}
	return int(binary.BigEndian.Uint16(t[i:]))
}

func (t table) i16(i int) int { return int(int16(t.u16(i))) }

func (t table) u32(i int) int {
	if i < 0 || i+4 > len(t) {
		return 0
	}
	return int(binary.BigEndian.Uint32(t[i:]))
}

// cut returns the n bytes from i, nil when they are not all there.
func (t table) cut(i, n int) table {
	if i < 0 || n < 0 || i > len(t) || n > len(t)-i {
		return nil
	}
	return t[i : i+n : i+n]
}

// Font is a parsed TrueType font program with outlines in a glyf table (ISO/IEC 14496-22). It is read-only.
type Font struct {
	// PostScriptName is the font's own name, as "LiberationSerif-Bold".
	PostScriptName string
	// UnitsPerEm is the design grid; all other measures are in these units.
	UnitsPerEm int
	// Ascent and Descent of a line, CapHeight of a capital; Descent is negative.
	Ascent, Descent, CapHeight int
	// BBox holds xMin, yMin, xMax, yMax over all glyphs.
	BBox [4]int
	// ItalicAngle in degrees, negative when leaning right; Weight from 100 to 900.
	ItalicAngle float64
	Weight      int

	tables   map[string]table
	longLoca bool
	metrics  int // glyphs with an advance of their own in hmtx
	glyphs   int
	low      []uint16 // glyphs of the code points below len(low)
	high     map[rune]uint16
}

// lowRunes is where the dense part of the character map ends: Latin, Vietnamese and common punctuation are below.
const lowRunes = 0x2200

// Parse reads a TrueType font program. The font must have outlines (no CFF) and a Unicode character map of
// format 4; b is kept and must not change.
func Parse(b []byte) (*Font, error) {
	if len(b) > maxProgram {
		return nil, fmt.Errorf("font program of %d bytes: more than %d", len(b), maxProgram)
	}
	t := table(b)
	if len(b) < 12 || t.u32(0) != 0x00010000 {
		return nil, errors.New("not a TrueType font program")
	}
	f := &Font{tables: map[string]table{}}
	for i := range t.u16(4) {
		e := t.cut(12+16*i, 16)
		if e == nil {
			return nil, errors.New("font program ends within its table directory")
		}
		part := t.cut(e.u32(8), e.u32(12))
		if part == nil {
			return nil, fmt.Errorf("font table %q lies outside the program", e[:4])
		}
		f.tables[string(e[:4])] = part
	}
	for _, name := range []string{"head", "hhea", "maxp", "hmtx", "loca", "glyf", "cmap", "name", "post", "OS/2"} {
		if f.tables[name] == nil {
			return nil, fmt.Errorf("font has no %s table", name)
		}
	}
	if err := f.readMetrics(); err != nil {
		return nil, err
	}
	f.readName()
	return f, f.readCharacterMap()
}

func (f *Font) readMetrics() error {
	head, hhea, os2 := f.tables["head"], f.tables["hhea"], f.tables["OS/2"]
	f.UnitsPerEm = head.u16(18)
	if f.UnitsPerEm < 16 || f.UnitsPerEm > 16384 {
		return fmt.Errorf("font has %d units per em", f.UnitsPerEm)
	}
	for i := range f.BBox {
		f.BBox[i] = head.i16(36 + 2*i)
	}
	f.longLoca = head.u16(50) == 1
	f.Ascent, f.Descent, f.metrics = hhea.i16(4), hhea.i16(6), hhea.u16(34)
	f.glyphs = f.tables["maxp"].u16(4)
	if f.metrics < 1 || f.metrics > f.glyphs || len(f.tables["hmtx"]) < 4*f.metrics {
		return errors.New("font has no usable advance widths")
	}
	entry := 2
	if f.longLoca {
		entry = 4
	}
	if len(f.tables["loca"]) < entry*(f.glyphs+1) {
		return errors.New("font has no usable glyph locations")
	}
	for g := range f.glyphs { // outlines follow each other: all of them together are no larger than their table
		if f.location(g) > f.location(g+1) {
			return errors.New("font has glyph locations that go back")
		}
	}
	if len(head) < 54 || len(hhea) < 36 || len(f.tables["maxp"]) < 32 || len(f.tables["post"]) < 32 {
		return errors.New("font has a table that is too short")
	}
	f.CapHeight, f.Weight = os2.i16(88), os2.u16(4)
	f.ItalicAngle = float64(int32(f.tables["post"].u32(4))) / 65536
	return nil
}

// readName finds the PostScript name (name id 6, Windows platform, UTF-16BE of ASCII).
func (f *Font) readName() {
	t := f.tables["name"]
	for i := range t.u16(2) {
		r := t.cut(6+12*i, 12)
		if r.u16(0) != 3 || r.u16(6) != 6 {
			continue
		}
		var name []byte
		text := t.cut(t.u16(4)+r.u16(10), r.u16(8))
		for k := 1; k < len(text); k += 2 {
			if c := text[k]; c > ' ' && c < 0x7f && text[k-1] == 0 && c != '/' && c != '(' && c != ')' && c != '<' && c != '>' && c != '[' && c != ']' && c != '{' && c != '}' && c != '%' && c != '#' {
				name = append(name, c)
			}
		}
		f.PostScriptName = string(name)
		return
	}
}

func (f *Font) readCharacterMap() error {
	f.low, f.high = make([]uint16, lowRunes), map[rune]uint16{}
	t := f.tables["cmap"]
	for i := range t.u16(2) {
		r := t.cut(4+8*i, 8)
		if r.u16(0) != 3 || r.u16(2) != 1 {
			continue
		}
		from := r.u32(4)
		if from > len(t) || t[from:].u16(0) != 4 {
			continue
		}
		f.readFormat4(t[from:])
		return nil
	}
	return errors.New("font has no Unicode character map of format 4")
}

func (f *Font) readFormat4(s table) {
	half := s.u16(6) / 2
	ends, starts, deltas, offsets := 14, 16+2*half, 16+4*half, 16+6*half
	next := 0 // segments ascend and do not overlap: hostile ones would keep the loop busy for hours
	for k := range half {
		first, last := max(s.u16(starts+2*k), next), min(s.u16(ends+2*k), 0xFFFE)
		next = max(next, last+1)
		delta, offset := s.u16(deltas+2*k), s.u16(offsets+2*k)
		for c := first; c <= last; c++ {
			g := c
			if offset != 0 {
				if g = s.u16(offsets + 2*k + offset + 2*(c-s.u16(starts+2*k))); g == 0 {
					continue
				}
			}
			if g = (g + delta) & 0xFFFF; g == 0 || g >= f.glyphs {
				continue
			}
			if c < lowRunes {
				f.low[c] = uint16(g)
			} else {
				f.high[rune(c)] = uint16(g)
			}
		}
	}
}

// Glyph returns the glyph of a code point, 0 when the font has none.
func (f *Font) Glyph(r rune) uint16 {
	if r >= 0 && int(r) < len(f.low) {
		return f.low[r]
	}
	return f.high[r]
}

// Shows reports whether a line of text can hold r: the font has a glyph, and r is not a mark that needs to be
// placed over its neighbour (text is composed before it comes here, and nothing here places marks).
func (f *Font) Shows(r rune) bool {
	return f.Glyph(r) != 0 && r >= ' ' && !unicode.Is(unicode.M, r) && !unicode.Is(unicode.C, r)
}

// advance returns the width of a glyph in design units.
func (f *Font) advance(g uint16) int {
	return f.tables["hmtx"].u16(4 * min(int(g), f.metrics-1))
}

// thousandths converts design units to the 1/1000 em of PDF (ISO 32000-1, 9.2.4), rounded.
func (f *Font) thousandths(v int) int {
	if v < 0 {
		return -f.thousandths(-v)
	}
	return (v*2000 + f.UnitsPerEm) / (2 * f.UnitsPerEm)
}

// location is where the outline of a glyph begins in the glyf table.
func (f *Font) location(g int) int {
	if f.longLoca {
		return f.tables["loca"].u32(4 * g)
	}
	return 2 * f.tables["loca"].u16(2*g)
}

// outline returns the description of a glyph, empty for a blank one.
func (f *Font) outline(g int) table {
	from := f.location(g)
	return f.tables["glyf"].cut(from, f.location(g+1)-from)
}
