package pdf

import (
	"bytes"
	"slices"
)

// readSections follows the chain from the last startxref back, then orders it oldest first.
func (d *document) readSections() error {
	last := bytes.LastIndex(d.data, []byte("startxref"))
	if last < 0 {
		return &SyntaxError{int64(len(d.data)), "no startxref"}
	}
	p := &parser{data: d.data, pos: last}
	at, _, err := p.startxref()
	if err != nil {
		return err
	}
	var entries [][]numberedEntry
	total := 0
	for {
		rev, es, isStream, err := d.readSection(at)
		if err != nil {
			return err
		}
		d.sections, d.streams, entries = append(d.sections, rev), append(d.streams, isStream), append(entries, es)
		if total += len(es); total > maxEntries || len(d.sections) > maxSections {
			return &SyntaxError{at, "too many cross-reference entries"}
		}
		prev := rev.Trailer.Get("Prev")
		if prev == nil {
			break
		}
		n, ok := prev.(Integer)
		if !ok || n <= 0 || int64(n) >= at {
			return &SyntaxError{at, "/Prev does not lead to an earlier section"}
		}
		at = int64(n)
	}
	slices.Reverse(d.sections)
	slices.Reverse(d.streams)
	slices.Reverse(entries)
	return d.index(entries)
}

type numberedEntry struct {
	num int
	entry
}

// index checks each section against the bounds of its revision and builds the history of every object.
func (d *document) index(entries [][]numberedEntry) error {
	packs := map[int]bool{} // object streams in use
	var start int64
	for rev := range d.sections {
		s := &d.sections[rev]
		if s.StartXref < start {
			return &SyntaxError{s.StartXref, "revisions overlap"}
		}
		s.Start, start = start, s.End
		slices.SortStableFunc(entries[rev], func(a, b numberedEntry) int { return a.num - b.num })
		for i, e := range entries[rev] {
			if i > 0 && entries[rev][i-1].num == e.num {
				return &SyntaxError{s.StartXref, "object listed twice"}
			}
			if packs[e.num] {
				// else older compressed objects would change without being listed
				return &SyntaxError{s.StartXref, "object stream written again"}
			}
			switch e.kind {
			case 0:
				if e.num != 0 {
					s.Freed = append(s.Freed, Ref{e.num, e.b})
				}
			case 1:
				if e.a < s.Start || e.a > s.StartXref {
					return &SyntaxError{s.StartXref, "object outside the revision that lists it"}
				}
				s.Objects = append(s.Objects, Ref{e.num, e.b})
			case 2:
				s.Objects = append(s.Objects, Ref{e.num, 0})
			}
			e.rev = rev
			d.history[e.num] = append(d.history[e.num], e.entry)
		}
		for _, e := range entries[rev] {
			if e.kind == 2 {
				packs[int(e.a)] = true
			}
		}
	}
	return nil
}

// startxref reads "startxref N %%EOF" and its end-of-line; it returns N and the place behind.
func (p *parser) startxref() (at, end int64, err error) {
	if !p.keyword("startxref") {
		return 0, 0, p.errorf("startxref expected")
	}
	p.whitespace()
	n, ok := p.natural()
	if !ok || n <= 0 || n >= int64(len(p.data)) {
		return 0, 0, p.errorf("bad startxref")
	}
	p.whitespace()
	if !bytes.HasPrefix(p.data[p.pos:], []byte("%%EOF")) {
		return 0, 0, p.errorf("%%%%EOF expected")
	}
	p.pos += 5
	if p.peek() == '\r' {
		p.pos++
	}
	if p.peek() == '\n' {
		p.pos++
	}
	return n, int64(p.pos), nil
}

func (p *parser) whitespace() {
	for p.pos < len(p.data) && space(p.data[p.pos]) {
		p.pos++
	}
}

func (d *document) readSection(at int64) (Revision, []numberedEntry, bool, error) {
	p := &parser{data: d.data, pos: int(at)}
	isTable := p.keyword("xref")
	rev := Revision{StartXref: at}
	var es []numberedEntry
	var err error
	if isTable {
		es, rev.Trailer, err = p.table()
	} else {
		es, rev.Trailer, err = d.xrefStream(p)
	}
	if err != nil {
		return rev, nil, false, err
	}
	for _, k := range []Name{"Encrypt", "XRefStm"} {
		if rev.Trailer.Get(k) != nil {
			return rev, nil, false, &SyntaxError{at, "trailer with /" + string(k)}
		}
	}
	size, ok := rev.Trailer.Get("Size").(Integer)
	if !ok || size < 1 || size > maxObject {
		return rev, nil, false, &SyntaxError{at, "bad /Size"}
	}
	for _, e := range es {
		if e.num >= int(size) {
			return rev, nil, false, &SyntaxError{at, "object number beyond /Size"}
		}
	}
	p.skip() // writers put their name in a comment here
	own, end, err := p.startxref()
	if err != nil {
		return rev, nil, false, err
	}
	if own != at {
		return rev, nil, false, &SyntaxError{at, "startxref names another section"}
	}
	rev.End = end
	return rev, es, !isTable, nil
}

// table reads a cross-reference table (ISO 32000-1, 7.5.4) and its trailer.
func (p *parser) table() ([]numberedEntry, Dict, error) {
	var es []numberedEntry
	for {
		p.whitespace()
		if p.keyword("trailer") {
			break
		}
		first, ok1 := p.natural()
		p.whitespace()
		count, ok2 := p.natural()
		p.whitespace()
		if !ok1 || !ok2 || first > maxObject || count > maxObject || int(count)*20 > len(p.data)-p.pos {
			return nil, nil, p.errorf("bad cross-reference subsection")
		}
		if len(es)+int(count) > maxEntries {
			return nil, nil, p.errorf("too many cross-reference entries")
		}
		for i := range int(count) {
			e, ok := tableEntry(p.data[p.pos : p.pos+20])
			if !ok {
				return nil, nil, p.errorf("bad cross-reference entry")
			}
			p.pos += 20
			es = append(es, numberedEntry{int(first) + i, e})
		}
	}
	o, err := p.object(0)
	if err != nil {
		return nil, nil, err
	}
	t, ok := o.(Dict)
	if !ok {
		return nil, nil, p.errorf("trailer is no dictionary")
	}
	return es, t, nil
}

func tableEntry(b []byte) (entry, bool) {
	var e entry
	for i, c := range b[:16] {
		if i == 10 {
			if c != ' ' {
				return e, false
			}
			continue
		}
		if c < '0' || c > '9' {
			return e, false
		}
		if i < 10 {
			e.a = e.a*10 + int64(c-'0')
		} else {
			e.b = e.b*10 + int(c-'0')
		}
	}
	if b[17] == 'n' {
		e.kind = 1
	}
	eol := string(b[18:])
	return e, b[16] == ' ' && (b[17] == 'n' || b[17] == 'f') && e.b <= 65535 && (eol == " \n" || eol == "\r\n" || eol == " \r")
}

// xrefStream reads a cross-reference stream (ISO 32000-1, 7.5.8).
func (d *document) xrefStream(p *parser) ([]numberedEntry, Dict, error) {
	start := p.pos
	b, err := d.indirect(p, nil)
	if err != nil {
		return nil, nil, err
	}
	s, ok := b.obj.(*Stream)
	if !ok || s.Dict.Get("Type") != Object(Name("XRef")) {
		p.pos = start
		return nil, nil, p.errorf("no cross-reference section")
	}
	data, err := d.decode(s)
	if err != nil {
		return nil, nil, err
	}
	es, ok := streamEntries(s.Dict, data)
	if !ok {
		p.pos = start
		return nil, nil, p.errorf("bad cross-reference stream")
	}
	return es, s.Dict, nil
}

func streamEntries(d Dict, data []byte) ([]numberedEntry, bool) {
	w, ok := naturals(d.Get("W"), 8)
	if !ok || len(w) != 3 || w[1] == 0 {
		return nil, false
	}
	index, ok := naturals(d.Get("Index"), maxObject)
	if d.Get("Index") == nil {
		size, _ := d.Get("Size").(Integer)
		index, ok = []int64{0, int64(size)}, true
	}
	if !ok || len(index)%2 != 0 {
		return nil, false
	}
	width := int(w[0] + w[1] + w[2])
	var es []numberedEntry
	for ; len(index) > 0; index = index[2:] {
		first, count := int(index[0]), int(index[1])
		if count < 0 || count*width > len(data) || len(es)+count > maxEntries {
			return nil, false
		}
		for i := range count {
			kind := int64(1)
			if w[0] > 0 {
				kind = bigEndian(data[:w[0]])
			}
			a, b := bigEndian(data[w[0]:w[0]+w[1]]), bigEndian(data[w[0]+w[1]:width])
			data = data[width:]
			if kind < 0 || kind > 2 || a < 0 || b < 0 || b > maxObject || kind == 2 && (a < 1 || a > maxObject) {
				return nil, false
			}
			es = append(es, numberedEntry{first + i, entry{kind: int(kind), a: a, b: int(b)}})
		}
	}
	return es, len(data) == 0
}

func bigEndian(b []byte) int64 {
	var n int64
	for _, c := range b {
		n = n<<8 | int64(c)
	}
	return n
}

func naturals(o Object, most int64) ([]int64, bool) {
	a, ok := o.(Array)
	if !ok {
		return nil, false
	}
	out := make([]int64, len(a))
	for i, e := range a {
		n, ok := e.(Integer)
		if !ok || n < 0 || int64(n) > most {
			return nil, false
		}
		out[i] = int64(n)
	}
	return out, true
}
