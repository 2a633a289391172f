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
		if prev == nil && !rev.linearized {
			break
		}
		n, ok := prev.(Integer)
		if ok && rev.linearized && int64(n) > at && int64(n) < int64(len(d.data)) {
			if err := d.linearized(int64(n), &entries[len(entries)-1]); err != nil {
				return err
			}
			break
		}
		if !ok || rev.linearized || n <= 0 || int64(n) >= at {
			return &SyntaxError{at, "/Prev does not lead to an earlier section"}
		}
		at = int64(n)
	}
	slices.Reverse(d.sections)
	slices.Reverse(d.streams)
	slices.Reverse(entries)
	return d.index(entries)
}

// linearized reads the second half of the first revision of a file made for the web (ISO 32000-1, annex F): its
// cross-reference section stands at the end of the revision, the one that leads there near the beginning, and both
// together are one.
func (d *document) linearized(at int64, entries *[]numberedEntry) error {
	first := &d.sections[len(d.sections)-1]
	p := &parser{data: d.data, pos: int(at)}
	_, es, err := d.section(p)
	if err != nil {
		return err
	}
	lead, end, err := p.startxref()
	if err != nil {
		return err
	}
	if lead != first.StartXref {
		return &SyntaxError{at, "startxref names another section"}
	}
	first.End, first.objectsEnd = end, at
	*entries = append(*entries, es...)
	return nil
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
				if e.a < s.Start || e.a > s.objectsEnd {
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
	if !ok || n >= int64(len(p.data)) {
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
	rev := Revision{StartXref: at, objectsEnd: at}
	isTable := bytes.HasPrefix(p.data[at:], []byte("xref"))
	var es []numberedEntry
	var err error
	if rev.Trailer, es, err = d.section(p); err != nil {
		return rev, nil, false, err
	}
	if !bytes.HasPrefix(p.data[p.pos:], []byte("startxref")) {
		rev.linearized = true // some leave it out of the first half
		return rev, es, !isTable, nil
	}
	own, end, err := p.startxref()
	if err != nil {
		return rev, nil, false, err
	}
	if rev.linearized = own == 0; own != at && own != 0 {
		return rev, nil, false, &SyntaxError{at, "startxref names another section"}
	}
	rev.End = end
	return rev, es, !isTable, nil
}

// section reads a cross-reference section of either form, up to its startxref. The /XRefStm of a hybrid file (ISO
// 32000-1, 7.5.8.4) is not followed: what it lists is hidden from half of all readers.
func (d *document) section(p *parser) (Dict, []numberedEntry, error) {
	at := int64(p.pos)
	var es []numberedEntry
	var trailer Dict
	var err error
	if p.keyword("xref") {
		es, trailer, err = p.table()
	} else {
		es, trailer, err = d.xrefStream(p)
	}
	if err != nil {
		return nil, nil, err
	}
	if trailer.Get("Encrypt") != nil {
		return nil, nil, &SyntaxError{at, "file is encrypted"}
	}
	size, ok := trailer.Get("Size").(Integer)
	if !ok || size < 1 || size > maxObject {
		return nil, nil, &SyntaxError{at, "bad /Size"}
	}
	for _, e := range es {
		if e.num >= int(size) {
			return nil, nil, &SyntaxError{at, "object number beyond /Size"}
		}
	}
	p.skip() // writers put their name in a comment here
	return trailer, es, nil
}
