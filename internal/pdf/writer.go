package pdf

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
)

// numbered collects the objects of one revision; Writer and Increment share it.
type numbered struct {
	first, next int // numbers from first on are new in this revision
	objects     map[int]Object
	gens        map[int]int
	err         error
}

func newNumbered(next int) numbered {
	return numbered{first: next, next: next, objects: map[int]Object{}, gens: map[int]int{}}
}

// Reserve takes the next object number; the object itself is given by Put.
func (n *numbered) Reserve() Ref {
	n.next++
	return Ref{Num: n.next - 1}
}

// Add writes o as a new object.
func (n *numbered) Add(o Object) Ref {
	ref := n.Reserve()
	n.Put(ref, o)
	return ref
}

// AddStream writes data, compressed with Flate, as a new stream object; /Filter and /Length are added to d.
func (n *numbered) AddStream(d Dict, data []byte) Ref { return n.Add(compressed(d, data)) }

// Put writes o as the object ref; given twice, the later one counts. A number that was never given out, and a
// reference to object 0 inside o (pyHanko cannot read such a file), make Bytes fail.
func (n *numbered) Put(ref Ref, o Object) {
	switch {
	case ref.Num < 1 || ref.Num >= n.next || ref.Gen < 0 || ref.Gen > 65535:
		n.fail("pdf: object %d %d was never reserved", ref.Num, ref.Gen)
	case !sound(o, maxDepth):
		n.fail("pdf: object %d is nested too deep or refers to object 0", ref.Num)
	}
	n.objects[ref.Num] = o
	if ref.Gen != 0 {
		n.gens[ref.Num] = ref.Gen
	}
}

func (n *numbered) fail(format string, args ...any) {
	if n.err == nil {
		n.err = fmt.Errorf(format, args...)
	}
}

// complete reports a number that was reserved and never put, and gives all numbers in order.
func (n *numbered) complete() ([]int, error) {
	for num := n.first; num < n.next; num++ {
		if _, ok := n.objects[num]; !ok {
			n.fail("pdf: object %d was reserved and never written", num)
		}
	}
	nums := make([]int, 0, len(n.objects))
	for num := range n.objects {
		nums = append(nums, num)
	}
	slices.Sort(nums)
	return nums, n.err
}

func sound(o Object, depth int) bool {
	if depth < 0 {
		return false
	}
	switch v := o.(type) {
	case Ref:
		return v.Num > 0
	case Array:
		for _, e := range v {
			if !sound(e, depth-1) {
				return false
			}
		}
	case Dict:
		for _, e := range v {
			if !sound(e.Value, depth-1) {
				return false
			}
		}
	case *Stream:
		return v != nil && sound(v.Dict, depth)
	}
	return true
}

// Writer makes the first revision of a file.
type Writer struct {
	numbered
	// Plain asks for a cross-reference table and no object streams: the form of papers that foreign tools
	// sign, some of which harm a file with cross-reference streams. It costs about half as much again.
	Plain bool
}

// NewWriter starts a file; its objects are numbered from 1.
func NewWriter() *Writer { return &Writer{numbered: newNumbered(1)} }

// packedPerStream bounds an object stream: who wants one object must unpack all of its stream.
const packedPerStream = 512

// Bytes writes the file: %PDF-1.7, object streams and a cross-reference stream, ended by %%EOF and a line feed.
// /ID is the first half of a SHA-256 over the bytes before it: the same objects give the same file (per Go release,
// whose compression may differ). info may be the zero Ref.
func (w *Writer) Bytes(root, info Ref) ([]byte, error) {
	nums, err := w.complete()
	if err != nil {
		return nil, err
	}
	if _, ok := w.objects[root.Num].(Dict); !ok {
		return nil, fmt.Errorf("pdf: root %d is no dictionary", root.Num)
	}
	s := section{out: []byte("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n"), streams: !w.Plain}
	next := w.next
	s.rows = append(s.rows, row{num: 0, kind: 0, b: 65535})
	var packed []int
	for _, num := range nums {
		switch w.objects[num].(type) {
		case *Stream, Raw:
			s.object(num, w.gens[num], w.objects[num])
		default:
			if w.Plain {
				s.object(num, w.gens[num], w.objects[num])
			} else {
				packed = append(packed, num)
			}
		}
	}
	for part := range slices.Chunk(packed, packedPerStream) {
		s.pack(next, part, w.objects)
		next++
	}
	sum := sha256.Sum256(s.out)
	id := String(sum[:16])
	trailer := Dict{{"Root", root}}
	if info.Num != 0 {
		trailer = append(trailer, Entry{"Info", info})
	}
	s.finish(next, trailer, id, id)
	return s.out, nil
}

// pack writes the objects nums into object stream number stm (ISO 32000-1, 7.5.7).
func (s *section) pack(stm int, nums []int, objects map[int]Object) {
	var head, body []byte
	for i, num := range nums {
		head = fmt.Appendf(head, "%d %d ", num, len(body))
		body = append(AppendObject(body, objects[num]), '\n')
		s.rows = append(s.rows, row{num: num, kind: 2, a: int64(stm), b: i})
	}
	d := Dict{{"Type", Name("ObjStm")}, {"N", Integer(len(nums))}, {"First", Integer(len(head))}}
	s.object(stm, 0, compressed(d, bytes.Join([][]byte{head, body}, nil)))
}
