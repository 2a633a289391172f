package pdf

import "bytes"

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}

func (p *parser) hex() (Object, error) {
	p.pos++
	end := bytes.IndexByte(p.data[p.pos:], '>')
	if end < 0 {
		return nil, p.errorf("hexadecimal string without end")
	}
	out := make(String, 0, (end+1)/2)
	high, odd := 0, false
	for i, c := range p.data[p.pos : p.pos+end] {
		d := unhex(c)
		switch {
		case d < 0 && space(c):
		case d < 0:
			p.pos += i
			return nil, p.errorf("no hexadecimal digit")
		case odd:
			out, odd = append(out, byte(high<<4|d)), false
		default:
			high, odd = d, true
		}
	}
	if odd {
		out = append(out, byte(high<<4))
	}
	p.pos += end + 1
	return out, nil
}

// literal reads a string in parentheses (ISO 32000-1, 7.3.4.2).
func (p *parser) literal() (Object, error) {
	start := p.pos
	out := String{}
	depth := 0
	for ; p.pos < len(p.data); p.pos++ {
		c := p.data[p.pos]
		switch c {
		case '(':
			depth++
			if depth == 1 {
				continue
			}
		case ')':
			depth--
			if depth == 0 {
				p.pos++
				return out, nil
			}
		case '\r':
			if p.pos+1 < len(p.data) && p.data[p.pos+1] == '\n' {
				p.pos++
			}
			c = '\n'
		case '\\':
			out = p.escape(out)
			continue
		}
		out = append(out, c)
	}
	p.pos = start
	return nil, p.errorf("string without end")
}

// escape reads what a backslash begins and leaves pos on its last byte.
func (p *parser) escape(out String) String {
	p.pos++
	c := p.peek()
	switch c {
	case 'n':
		return append(out, '\n')
	case 'r':
		return append(out, '\r')
	case 't':
		return append(out, '\t')
	case 'b':
		return append(out, '\b')
	case 'f':
		return append(out, '\f')
	case '\n':
		return out
	case '\r':
		if p.pos+1 < len(p.data) && p.data[p.pos+1] == '\n' {
			p.pos++
		}
		return out
	}
	if c < '0' || c > '7' {
		return append(out, c)
	}
	v := 0
	for k := 0; k < 3 && p.peek() >= '0' && p.peek() <= '7'; k++ {
		v = v<<3 | int(p.peek()-'0')
		p.pos++
	}
	p.pos--
	return append(out, byte(v))
}
