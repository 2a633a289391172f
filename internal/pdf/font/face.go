package font

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"

	"golang.org/x/text/unicode/norm"
)

// Face is a font with the subset that every document embeds of it ready made. It is read-only and shared by
// any number of documents at once.
type Face struct {
	*Font
	seed  map[rune]bool
	ready *Program
}

// NewFace prepares a face whose embedded subset always holds seed: what is written into a document later, by
// a signature, can rely on these characters. A nil seed leaves the subset to each document.
func NewFace(f *Font, seed []rune) (*Face, error) {
	face := &Face{Font: f, seed: make(map[rune]bool, len(seed))}
	for _, r := range seed {
		if !f.Shows(r) {
			return nil, fmt.Errorf("font %s cannot show %q (U+%04X)", f.PostScriptName, r, r)
		}
		face.seed[r] = true
	}
	face.ready = f.program(sortedRunes(face.seed))
	return face, nil
}

// Width returns the width of s in points at a size in points. Characters that the font cannot show count as nothing.
func (f *Face) Width(s string, size float64) float64 {
	sum := 0
	for _, r := range s {
		if g := f.Glyph(r); g != 0 {
			sum += f.advance(g)
		}
	}
	return float64(sum) * size / float64(f.UnitsPerEm)
}

// Seeded reports whether every document's subset of the face holds r.
func (f *Face) Seeded(r rune) bool { return f.seed[r] }

// Program returns what a document that uses the given runes embeds: the seeded subset, or one with the rest as well.
func (f *Face) Program(used map[rune]bool) *Program {
	all := f.seed
	for r := range used {
		if f.seed[r] || !f.Shows(r) {
			continue
		}
		if len(all) == len(f.seed) {
			all = make(map[rune]bool, len(f.seed)+len(used))
			for s := range f.seed {
				all[s] = true
			}
		}
		all[r] = true
	}
	if len(all) == len(f.seed) {
		return f.ready
	}
	return f.program(sortedRunes(all))
}

// Missing lists the characters of text that a face cannot show, each once, in their order.
// Text must be in normal form C: a mark that stands by itself counts as missing.
func Missing(f *Face, text string) []rune {
	var out []rune
	for _, r := range text {
		if !f.Shows(r) && !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}

// Codes appends s as the two-byte codes of an Identity-H font whose character identifiers are code points, as
// Program describes it. Characters outside the basic plane are left out; Missing names them before.
func Codes(dst []byte, s string) []byte {
	for _, r := range s {
		if r <= 0xFFFF {
			dst = append(dst, byte(r>>8), byte(r))
		}
	}
	return dst
}

// Vietnamese lists the characters that signatures may need: printable ASCII, the letters of the Vietnamese
// alphabet with their tones (composed), and common punctuation and signs.
func Vietnamese() []rune {
	var out []rune
	for r := rune(' '); r < 0x7f; r++ {
		out = append(out, r)
	}
	for _, letter := range "AĂÂEÊIOÔƠUƯYaăâeêioôơuưy" {
		for _, tone := range []string{"\u0300", "\u0301", "\u0303", "\u0309", "\u0323", ""} {
			r := []rune(norm.NFC.String(string(letter) + tone))[0]
			if !slices.Contains(out, r) {
				out = append(out, r)
			}
		}
	}
	return append(out, []rune("Đđ₫“”‘’–—…•°²³½±×÷≤≥§«»\u00a0")...)
}

// Program is what a PDF file embeds of a font, as a composite font with Identity-H encoding whose character
// identifiers are the code points (ISO 32000-1, 9.7). Measures are in 1/1000 em. It is read-only.
type Program struct {
	// Name with subset tag, as "ABCDEF+LiberationSerif".
	Name string
	// Ascent, Descent, CapHeight, BBox, ItalicAngle, StemV of the font descriptor.
	Ascent, Descent, CapHeight, StemV int
	BBox                              [4]int
	ItalicAngle                       float64
	// Widths is the body of a /W array: runs of code points with their widths.
	Widths []byte
	// File is the font program, FileLength its length before compression.
	File       []byte
	FileLength int
	// CIDToGID maps code points to glyphs, ToUnicode to themselves, without a range that is not used.
	CIDToGID, ToUnicode []byte
}

// program prepares a subset; File, CIDToGID and ToUnicode are compressed (FlateDecode).
func (f *Font) program(runes []rune) *Program {
	raw := f.subset(runes)
	p := &Program{
		Ascent: f.thousandths(f.Ascent), Descent: f.thousandths(f.Descent), CapHeight: f.thousandths(f.CapHeight),
		ItalicAngle: f.ItalicAngle, StemV: 80, FileLength: len(raw), File: deflate(raw),
		ToUnicode: deflate(toUnicode(runes)), Widths: f.widths(runes),
	}
	if f.Weight >= 600 {
		p.StemV = 140
	}
	for i, v := range f.BBox {
		p.BBox[i] = f.thousandths(v)
	}
	sum := sha256.Sum256(raw)
	for _, c := range sum[:6] {
		p.Name += string('A' + rune(c%26))
	}
	p.Name += "+" + f.PostScriptName
	var gids []byte
	if len(runes) > 0 {
		gids = make([]byte, 2*(int(runes[len(runes)-1])+1))
	}
	for _, r := range runes {
		g := f.Glyph(r)
		gids[2*r], gids[2*r+1] = byte(g>>8), byte(g)
	}
	p.CIDToGID = deflate(gids)
	return p
}

// widths writes the body of a /W array (ISO 32000-1, 9.7.4.3) for runes in ascending order.
func (f *Font) widths(runes []rune) []byte {
	var b []byte
	for i := 0; i < len(runes); {
		b = append(strconv.AppendInt(b, int64(runes[i]), 10), '[')
		for first := i; i < len(runes) && runes[i] == runes[first]+rune(i-first); i++ {
			if i > first {
				b = append(b, ' ')
			}
			b = strconv.AppendInt(b, int64(f.thousandths(f.advance(f.Glyph(runes[i])))), 10)
		}
		b = append(b, ']')
	}
	return b
}

// toUnicode writes a ToUnicode map (ISO 32000-1, 9.10.3) that names each code by itself, and no other.
func toUnicode(runes []rune) []byte {
	var b bytes.Buffer
	b.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n" +
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	for part := range slices.Chunk(runes, 100) {
		fmt.Fprintf(&b, "%d beginbfchar\n", len(part))
		for _, r := range part {
			fmt.Fprintf(&b, "<%04X> <%04X>\n", r, r)
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n")
	return b.Bytes()
}

func deflate(data []byte) []byte {
	var b bytes.Buffer
	w, err := zlib.NewWriterLevel(&b, zlib.BestCompression)
	if err == nil {
		_, err = w.Write(data)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil { // a bytes.Buffer takes everything, and the level is one that exists
		return nil
	}
	return b.Bytes()
}
