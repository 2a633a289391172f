package font

import (
	"encoding/binary"
	"slices"
)

// Flags of a composite glyph's components (ISO/IEC 14496-22, glyf).
const (
	argsAreWords     = 0x0001
	haveScale        = 0x0008
	moreComponents   = 0x0020
	haveXYScale      = 0x0040
	haveTwoByTwo     = 0x0080
	haveInstructions = 0x0100
)

// maxComponents bounds the components of one glyph: a damaged font must not keep the loop busy.
const maxComponents = 64

// subset returns a font program with the outlines of runes only. Glyphs keep their numbers; hinting is left
// out (paper and today's screens are drawn without it, and it is half of the bytes).
func (f *Font) subset(runes []rune) []byte {
	use := map[int]table{0: f.bare(f.outline(0))}
	chars := map[rune]int{}
	var queue []int
	for _, r := range runes {
		if g := int(f.Glyph(r)); g != 0 {
			chars[r] = g
			queue = append(queue, g)
		}
	}
	for len(queue) > 0 {
		g := queue[0]
		queue = queue[1:]
		if _, seen := use[g]; seen || g >= f.glyphs {
			continue
		}
		o := f.outline(g)
		use[g] = f.bare(o)
		queue = append(queue, components(o)...)
	}
	last := 0
	for g := range use {
		last = max(last, g)
	}
	return f.assemble(use, last+1, chars)
}

// components lists the glyphs that a composite glyph is made of.
func components(o table) []int {
	if len(o) < 10 || o.i16(0) >= 0 {
		return nil
	}
	var out []int
	walkComponents(o, func(at int) { out = append(out, o.u16(at+2)) })
	return out
}

// walkComponents calls visit with the place of every component record and returns where the records end.
func walkComponents(o table, visit func(at int)) int {
	at := 10
	for range maxComponents {
		if at+4 > len(o) {
			return len(o)
		}
		flags := o.u16(at)
		visit(at)
		at += 6
		if flags&argsAreWords != 0 {
			at += 2
		}
		switch {
		case flags&haveScale != 0:
			at += 2
		case flags&haveXYScale != 0:
			at += 4
		case flags&haveTwoByTwo != 0:
			at += 8
		}
		if flags&moreComponents == 0 {
			break
		}
	}
	return min(at, len(o))
}

// bare returns an outline without its instructions.
func (f *Font) bare(o table) table {
	if len(o) < 10 {
		return nil
	}
	if contours := o.i16(0); contours >= 0 {
		at := 10 + 2*contours
		rest := o.cut(at+2+o.u16(at), len(o)-at-2-o.u16(at))
		if at+2 > len(o) || rest == nil {
			return nil
		}
		out := append(slices.Clone(o[:at]), 0, 0)
		return append(out, rest...)
	}
	out := slices.Clone(o)
	end := walkComponents(o, func(at int) {
		binary.BigEndian.PutUint16(out[at:], uint16(o.u16(at)&^haveInstructions))
	})
	return out[:end]
}

// assemble writes the tables of a program with n glyphs.
func (f *Font) assemble(use map[int]table, n int, chars map[rune]int) []byte {
	var glyf, loca, hmtx []byte
	for g := range n {
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		o, used := use[g]
		if !used {
			hmtx = append(hmtx, 0, 0, 0, 0)
			continue
		}
		glyf = append(glyf, o...)
		for len(glyf)%4 != 0 {
			glyf = append(glyf, 0)
		}
		hmtx = binary.BigEndian.AppendUint16(hmtx, uint16(f.advance(uint16(g))))
		hmtx = binary.BigEndian.AppendUint16(hmtx, uint16(f.bearing(g)))
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
	head, hhea, maxp := slices.Clone(f.tables["head"]), slices.Clone(f.tables["hhea"]), slices.Clone(f.tables["maxp"])
	put := binary.BigEndian.PutUint16
	binary.BigEndian.PutUint32(head[8:], 0)
	put(head[50:], 1)
	put(hhea[34:], uint16(n))
	put(maxp[4:], uint16(n))
	for _, at := range []int{16, 18, 20, 22, 24, 26} { // twilight zone, storage, functions, stack: no instructions left
		put(maxp[at:], 0)
	}
	put(maxp[14:], 1) // maxZones
	post := append([]byte{0, 3, 0, 0}, f.tables["post"][4:32]...)
	return writeProgram([]named{ // in the order of their names
		{"OS/2", f.tables["OS/2"]}, {"cmap", format4(chars)}, {"glyf", glyf}, {"head", head}, {"hhea", hhea},
		{"hmtx", hmtx}, {"loca", loca}, {"maxp", maxp}, {"name", f.tables["name"]}, {"post", post},
	})
}

// bearing returns the left side bearing of a glyph in design units.
func (f *Font) bearing(g int) int {
	if g < f.metrics {
		return f.tables["hmtx"].i16(4*g + 2)
	}
	return f.tables["hmtx"].i16(4*f.metrics + 2*(g-f.metrics))
}

// format4 writes a character map with one Unicode subtable of format 4.
func format4(chars map[rune]int) []byte {
	type segment struct{ first, last, delta int }
	var segments []segment
	for _, r := range sortedRunes(chars) {
		c, delta := int(r), (chars[r]-int(r))&0xFFFF
		if k := len(segments) - 1; k >= 0 && segments[k].last == c-1 && segments[k].delta == delta {
			segments[k].last = c
		} else {
			segments = append(segments, segment{c, c, delta})
		}
	}
	segments = append(segments, segment{0xFFFF, 0xFFFF, 1})
	n := len(segments)
	selector, power := searchRange(n)
	var b []byte
	word := func(v ...int) {
		for _, x := range v {
			b = binary.BigEndian.AppendUint16(b, uint16(x))
		}
	}
	word(0, 1, 3, 1, 0, 12) // version, one subtable: Windows, Unicode BMP, at byte 12
	word(4, 16+8*n, 0, 2*n, 2*power, selector, 2*(n-power))
	for _, s := range segments {
		word(s.last)
	}
	word(0)
	for _, s := range segments {
		word(s.first)
	}
	for _, s := range segments {
		word(s.delta)
	}
	for range segments {
		word(0)
	}
	return b
}

// searchRange returns log2 of the largest power of two not above n, and that power.
func searchRange(n int) (selector, power int) {
	power = 1
	for power*2 <= n {
		power *= 2
		selector++
	}
	return selector, power
}

func sortedRunes[V any](m map[rune]V) []rune {
	out := make([]rune, 0, len(m))
	for r := range m {
		out = append(out, r)
	}
	slices.Sort(out)
	return out
}

type named struct {
	name string
	data []byte
}

// writeProgram writes tables, already in the order of their names, as a font program with its checksums.
func writeProgram(parts []named) []byte {
	selector, power := searchRange(len(parts))
	var dir, body []byte
	dir = binary.BigEndian.AppendUint32(dir, 0x00010000)
	for _, v := range []int{len(parts), 16 * power, selector, 16 * (len(parts) - power)} {
		dir = binary.BigEndian.AppendUint16(dir, uint16(v))
	}
	base, headAt := len(dir)+16*len(parts), 0
	for _, p := range parts {
		at := base + len(body)
		if p.name == "head" {
			headAt = at
		}
		dir = append(dir, p.name...)
		for _, v := range []uint32{checksum(p.data), uint32(at), uint32(len(p.data))} {
			dir = binary.BigEndian.AppendUint32(dir, v)
		}
		body = append(body, p.data...)
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
	}
	out := append(dir, body...)
	binary.BigEndian.PutUint32(out[headAt+8:], 0xB1B0AFBA-checksum(out))
	return out
}

func checksum(b []byte) uint32 {
	var sum uint32
	for i := 0; i < len(b); i += 4 {
		var w [4]byte
		copy(w[:], b[i:])
		sum += binary.BigEndian.Uint32(w[:])
	}
	return sum
}
