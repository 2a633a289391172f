package pdf

import (
	"crypto/sha256"
	"fmt"
	"slices"
)

// Tail is all that an increment needs to know of the file before it: plain data that can be stored beside a
// document, so that an increment costs the same however long the file is.
type Tail struct {
	// Size is the length of the file in bytes, StartXref the offset of its newest cross-reference section.
	Size, StartXref int64
	// Next is the first object number never used.
	Next int
	// Root and Info are the catalog and the information dictionary (zero when there is none).
	Root, Info Ref
	// ID is the first half of the file's /ID, which never changes.
	ID []byte
	// Streams says that the file uses cross-reference streams, and so must what is appended.
	Streams bool
	// Unended says that no end-of-line follows the last %%EOF.
	Unended bool
}

// Increment collects the objects that an incremental update (ISO 32000-1, 7.5.6) writes behind a file.
type Increment struct {
	numbered
	tail Tail
}

// NewIncrement starts an update of the file that t describes. Objects of the file are rewritten by Put with
// their old reference.
func NewIncrement(t Tail) *Increment { return &Increment{newNumbered(t.Next), t} }

// Bytes writes the update: the bytes to append to the file; for each object the absolute offset at which its body
// begins in the whole file; and the tail of the file with the update. The second half of /ID is taken from a
// SHA-256 over the update.
func (i *Increment) Bytes() (tail []byte, offsets map[int]int64, next Tail, err error) {
	nums, err := i.complete()
	if err != nil {
		return nil, nil, Tail{}, err
	}
	if len(nums) == 0 || i.tail.Size <= 0 || i.tail.StartXref <= 0 || len(i.tail.ID) == 0 {
		return nil, nil, Tail{}, fmt.Errorf("pdf: an increment needs objects and the tail of a file")
	}
	s := section{base: i.tail.Size, streams: i.tail.Streams, bodies: make(map[int]int64, len(nums))}
	if i.tail.Unended {
		s.out = append(s.out, '\n')
	}
	for _, num := range nums {
		s.object(num, i.gens[num], i.objects[num])
	}
	sum := sha256.Sum256(s.out)
	trailer := Dict{{"Root", i.tail.Root}}
	if i.tail.Info.Num != 0 {
		trailer = append(trailer, Entry{"Info", i.tail.Info})
	}
	trailer = append(trailer, Entry{"Prev", Integer(i.tail.StartXref)})
	next = i.tail
	next.StartXref, next.Next = s.finish(i.next, trailer, String(i.tail.ID), String(sum[:16]))
	next.Size += int64(len(s.out))
	next.Unended = false
	return s.out, s.bodies, next, nil
}

// section is one revision being written: bytes from offset base of the file on, and its cross-reference rows.
type section struct {
	base    int64
	out     []byte
	streams bool
	rows    []row
	bodies  map[int]int64
}

// row is one cross-reference entry (ISO 32000-1, table 18): kind 0 free, 1 at offset a with generation b, 2 number b
// of object stream a.
type row struct {
	num, kind int
	a         int64
	b         int
}

func (s *section) offset() int64 { return s.base + int64(len(s.out)) }

func (s *section) object(num, gen int, o Object) {
	s.rows = append(s.rows, row{num: num, kind: 1, a: s.offset(), b: gen})
	s.out = fmt.Appendf(s.out, "%d %d obj\n", num, gen)
	if s.bodies != nil {
		s.bodies[num] = s.offset()
	}
	s.out = append(AppendObject(s.out, o), "\nendobj\n"...)
}

// finish writes the cross-reference section, next being the first unused number, and returns its offset and what is
// the first unused number then.
func (s *section) finish(next int, trailer Dict, id0, id1 String) (int64, int) {
	at := s.offset()
	if s.streams {
		s.rows = append(s.rows, row{num: next, kind: 1, a: at})
		next++
	}
	slices.SortFunc(s.rows, func(a, b row) int { return a.num - b.num })
	trailer = append(Dict{{"Size", Integer(next)}}, trailer...)
	trailer = append(trailer, Entry{"ID", Array{id0, id1}})
	if s.streams {
		s.xrefStream(next-1, trailer)
	} else {
		s.xrefTable(trailer)
	}
	s.out = fmt.Appendf(s.out, "startxref\n%d\n%%%%EOF\n", at)
	return at, next
}

// runs calls f for each run of consecutive numbers.
func (s *section) runs(f func(first int, rows []row)) {
	for i := 0; i < len(s.rows); {
		j := i + 1
		for j < len(s.rows) && s.rows[j].num == s.rows[j-1].num+1 {
			j++
		}
		f(s.rows[i].num, s.rows[i:j])
		i = j
	}
}

func (s *section) xrefTable(trailer Dict) {
	s.out = append(s.out, "xref\n"...)
	s.runs(func(first int, rows []row) {
		s.out = fmt.Appendf(s.out, "%d %d\n", first, len(rows))
		for _, r := range rows {
			use := byte('n')
			if r.kind == 0 {
				use = 'f'
			}
			s.out = fmt.Appendf(s.out, "%010d %05d %c \n", r.a, r.b, use)
		}
	})
	s.out = append(AppendObject(append(s.out, "trailer\n"...), trailer), '\n')
}

func (s *section) xrefStream(num int, trailer Dict) {
	var top int64
	for _, r := range s.rows {
		top = max(top, r.a)
	}
	width := 2
	for top>>(8*width) != 0 {
		width++
	}
	var index Array
	var data []byte
	s.runs(func(first int, rows []row) {
		index = append(index, Integer(first), Integer(len(rows)))
		for _, r := range rows {
			data = append(data, byte(r.kind))
			for k := width - 1; k >= 0; k-- {
				data = append(data, byte(r.a>>(8*k)))
			}
			data = append(data, byte(r.b>>8), byte(r.b))
		}
	})
	d := Dict{{"Type", Name("XRef")}, {"W", Array{Integer(1), Integer(width), Integer(2)}}, {"Index", index}}
	s.out = fmt.Appendf(s.out, "%d 0 obj\n", num)
	s.out = append(AppendObject(s.out, compressed(append(d, trailer...), data)), "\nendobj\n"...)
}
