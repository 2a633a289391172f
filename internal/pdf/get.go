package pdf

import (
	"bytes"
	"strconv"
)

// find returns the entry of ref as this view sees it.
func (f *File) find(ref Ref) (entry, bool) {
	h := f.history[ref.Num]
	for i := len(h) - 1; i >= 0; i-- {
		if h[i].rev > f.view {
			continue
		}
		gen := h[i].b
		if h[i].kind == 2 {
			gen = 0
		}
		return h[i], h[i].kind != 0 && gen == ref.Gen
	}
	return entry{}, false
}

// Get returns the object ref as of the newest revision of this view: Null when it is absent or free.
func (f *File) Get(ref Ref) (Object, error) {
	b, err := f.load(ref)
	if err != nil || b == nil {
		return Null{}, err
	}
	return b.obj, nil
}

// Resolve follows o as long as it is a reference; sixteen in a row are an error.
func (f *File) Resolve(o Object) (Object, error) {
	for range maxRefs {
		ref, ok := o.(Ref)
		if !ok {
			if o == nil {
				o = Null{}
			}
			return o, nil
		}
		var err error
		if o, err = f.Get(ref); err != nil {
			return nil, err
		}
	}
	return nil, &SyntaxError{0, "references in a circle"}
}

// Span is the place of ref's object in the file, from its number to its endobj; an error when it is absent or
// lives in an object stream.
func (f *File) Span(ref Ref) (start, end int64, err error) {
	b, err := f.load(ref)
	if err != nil {
		return 0, 0, err
	}
	if b == nil || b.end == 0 {
		return 0, 0, &SyntaxError{0, "object " + strconv.Itoa(ref.Num) + " has no place of its own"}
	}
	return b.start, b.end, nil
}

// ValueSpan is the place of the value of key in ref's dictionary, delimiters included.
func (f *File) ValueSpan(ref Ref, key Name) (start, end int64, err error) {
	b, err := f.load(ref)
	if err != nil {
		return 0, 0, err
	}
	if b == nil || b.spans == nil {
		return 0, 0, &SyntaxError{0, "object " + strconv.Itoa(ref.Num) + " has no place of its own"}
	}
	s, ok := b.spans[key]
	if !ok {
		return 0, 0, &SyntaxError{b.start, "no key /" + string(key)}
	}
	return s[0], s[1], nil
}

// load reads an object once; nil when it is absent or free.
func (f *File) load(ref Ref) (*body, error) {
	e, ok := f.find(ref)
	if !ok {
		return nil, nil
	}
	at := objectAt{ref.Num, e.rev}
	f.mu.Lock()
	b, ok := f.parsed[at]
	f.mu.Unlock()
	if ok {
		return b, nil
	}
	var err error
	if e.kind == 2 {
		b, err = f.unpack(ref.Num, e)
	} else {
		b, err = f.direct(ref, e)
	}
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	f.parsed[at] = b
	f.mu.Unlock()
	return b, nil
}

func (f *File) direct(ref Ref, e entry) (*body, error) {
	p := &parser{data: f.data[:f.sections[e.rev].End], pos: int(e.a)}
	return f.indirect(p, &ref)
}

// indirect reads "1 0 obj ... endobj". want is nil for a cross-reference stream, whose number nobody told, and
// whose /Length must be direct.
func (d *document) indirect(p *parser, want *Ref) (*body, error) {
	b := &body{start: int64(p.pos)}
	num, ok1 := p.natural()
	p.whitespace()
	gen, ok2 := p.natural()
	p.whitespace()
	if !ok1 || !ok2 || !p.keyword("obj") {
		return nil, p.errorf("no object")
	}
	if want != nil && (int64(want.Num) != num || int64(want.Gen) != gen) {
		return nil, p.errorf("object %d %d where %d %d should be", num, gen, want.Num, want.Gen)
	}
	p.skip()
	spans := map[Name][2]int64{}
	p.spans = spans
	o, err := p.object(0)
	if err != nil {
		return nil, err
	}
	p.spans = nil
	b.obj = o
	if dict, ok := o.(Dict); ok {
		b.spans = spans
		p.skip()
		if bytes.HasPrefix(p.data[p.pos:], []byte("stream")) {
			if b.obj, err = d.stream(p, dict, want); err != nil {
				return nil, err
			}
		}
	}
	p.skip()
	if !p.keyword("endobj") {
		return nil, p.errorf("endobj expected")
	}
	b.end = int64(p.pos)
	return b, nil
}

func (d *document) stream(p *parser, dict Dict, want *Ref) (*Stream, error) {
	p.pos += len("stream")
	if p.peek() == '\r' {
		p.pos++
	}
	if p.peek() != '\n' {
		return nil, p.errorf("line feed expected")
	}
	p.pos++
	length := dict.Get("Length")
	if ref, ok := length.(Ref); ok && want != nil && ref != *want {
		length = d.plainInteger(ref, p.pos)
	}
	n, ok := length.(Integer)
	if !ok || n < 0 || int64(n) > int64(len(p.data)-p.pos) {
		return nil, p.errorf("bad /Length")
	}
	data := p.data[p.pos : p.pos+int(n)]
	p.pos += int(n)
	p.whitespace()
	if !p.keyword("endstream") {
		return nil, p.errorf("endstream expected")
	}
	return &Stream{dict, data}, nil
}

// plainInteger reads an indirect /Length, which must stand in the file itself: nothing that needs a stream to be
// read first, so that reading cannot run in a circle.
func (d *document) plainInteger(ref Ref, near int) Object {
	for _, e := range d.history[ref.Num] {
		if e.kind != 1 || e.b != ref.Gen {
			continue
		}
		p := &parser{data: d.data[:d.sections[e.rev].End], pos: int(e.a)}
		if int64(near) < d.sections[e.rev].Start || int64(near) > d.sections[e.rev].End {
			continue // the length of a stream is written with it
		}
		num, _ := p.natural()
		p.whitespace()
		gen, _ := p.natural()
		p.whitespace()
		if num != int64(ref.Num) || gen != int64(ref.Gen) || !p.keyword("obj") {
			return nil
		}
		p.skip()
		n, ok := p.natural()
		if p.skip(); ok && p.keyword("endobj") {
			return Integer(n)
		}
	}
	return nil
}

// pack is an unpacked object stream.
type pack struct {
	data    []byte
	numbers []int
	offsets []int
}

func (f *File) unpack(num int, e entry) (*body, error) {
	pk, err := f.pack(int(e.a), e.rev)
	if err != nil {
		return nil, err
	}
	if e.b >= len(pk.numbers) || pk.numbers[e.b] != num {
		return nil, &SyntaxError{f.sections[e.rev].StartXref, "object " + strconv.Itoa(num) + " is not in its object stream"}
	}
	end := len(pk.data)
	if e.b+1 < len(pk.offsets) {
		end = pk.offsets[e.b+1]
	}
	p := &parser{data: pk.data[:end], pos: pk.offsets[e.b]}
	o, err := p.object(0)
	if err != nil {
		return nil, err
	}
	if p.skip(); p.pos != end {
		return nil, p.errorf("more than one object")
	}
	return &body{obj: o}, nil
}

// pack unpacks object stream stm as revision rev sees it (ISO 32000-1, 7.5.7).
func (f *File) pack(stm, rev int) (*pack, error) {
	at := objectAt{stm, rev}
	f.mu.Lock()
	pk, ok := f.packs[at]
	f.mu.Unlock()
	if ok {
		return pk, nil
	}
	fail := &SyntaxError{f.sections[rev].StartXref, "bad object stream " + strconv.Itoa(stm)}
	e, ok := f.At(rev).find(Ref{Num: stm})
	if !ok || e.kind != 1 {
		return nil, fail
	}
	o, err := f.At(rev).Get(Ref{Num: stm})
	if err != nil {
		return nil, err
	}
	s, ok := o.(*Stream)
	if !ok || s.Dict.Get("Type") != Object(Name("ObjStm")) {
		return nil, fail
	}
	n, ok1 := s.Dict.Get("N").(Integer)
	first, ok2 := s.Dict.Get("First").(Integer)
	data, err := f.decode(s)
	if err != nil {
		return nil, err
	}
	if !ok1 || !ok2 || n < 0 || int64(n) > int64(len(data)) || first < 0 || int64(first) > int64(len(data)) {
		return nil, fail
	}
	if pk, ok = packHead(data, int(n), int(first)); !ok {
		return nil, fail
	}
	f.mu.Lock()
	f.packs[at] = pk
	f.mu.Unlock()
	return pk, nil
}

func packHead(data []byte, n, first int) (*pack, bool) {
	pk := &pack{data: data, numbers: make([]int, n), offsets: make([]int, n)}
	p := &parser{data: data[:first]}
	for i := range n {
		p.whitespace()
		num, ok1 := p.natural()
		p.whitespace()
		off, ok2 := p.natural()
		if !ok1 || !ok2 || num > maxObject || off > int64(len(data)-first) {
			return nil, false
		}
		pk.numbers[i], pk.offsets[i] = int(num), first+int(off)
		if i > 0 && pk.offsets[i] < pk.offsets[i-1] {
			return nil, false
		}
	}
	return pk, true
}
