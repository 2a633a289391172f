package pdf

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
