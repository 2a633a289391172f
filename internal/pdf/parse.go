package pdf

import (
	"bytes"
	"fmt"
	"strconv"
)

// Limits against hostile input. They are far above what papers need.
const (
	maxDepth  = 64   // nesting of arrays and dictionaries
	maxName   = 1024 // bytes of a name or number
	maxFile   = 1 << 30
	maxDecode = 32 << 20  // bytes of an unpacked object or cross-reference stream
	maxUnpack = 256 << 20 // bytes of all of them together
)

// SyntaxError is a file that breaks ISO 32000, with the place where it does.
type SyntaxError struct {
	Offset int64 // in the file, or in the unpacked data of an object stream
	Msg    string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("pdf: %s at offset %d", e.Msg, e.Offset) }

// parser reads objects from data[pos:end]. It does not follow references.
type parser struct {
	data []byte
	pos  int
	// spans, when not nil, takes the places of the values of the outermost dictionary.
	spans map[Name][2]int64
}

func (p *parser) errorf(format string, args ...any) error {
	return &SyntaxError{int64(p.pos), fmt.Sprintf(format, args...)}
}

func space(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func regular(c byte) bool { return !space(c) && !delimiter(c) }

// skip passes white space and comments.
func (p *parser) skip() {
	for p.pos < len(p.data) {
		switch c := p.data[p.pos]; {
		case space(c):
			p.pos++
		case c == '%':
			for p.pos < len(p.data) && p.data[p.pos] != '\n' && p.data[p.pos] != '\r' {
				p.pos++
			}
		default:
			return
		}
	}
}

func (p *parser) peek() byte {
	if p.pos < len(p.data) {
		return p.data[p.pos]
	}
	return 0
}

// keyword passes word if it comes next as a whole token.
func (p *parser) keyword(word string) bool {
	if !bytes.HasPrefix(p.data[p.pos:], []byte(word)) {
		return false
	}
	end := p.pos + len(word)
	if end < len(p.data) && regular(p.data[end]) {
		return false
	}
	p.pos = end
	return true
}

// token passes a run of regular characters.
func (p *parser) token() []byte {
	start := p.pos
	for p.pos < len(p.data) && regular(p.data[p.pos]) && p.pos-start <= maxName {
		p.pos++
	}
	return p.data[start:p.pos]
}

// natural reads a number of digits only, as headers and cross-reference tables have.
func (p *parser) natural() (int64, bool) {
	start := p.pos
	t := p.token()
	n, err := strconv.ParseInt(string(t), 10, 64)
	if err != nil || t[0] < '0' || t[0] > '9' {
		p.pos = start
		return 0, false
	}
	return n, true
}

func (p *parser) object(depth int) (Object, error) {
	if depth > maxDepth {
		return nil, p.errorf("objects nested too deep")
	}
	p.skip()
	switch c := p.peek(); {
	case c == '/':
		return p.name()
	case c == '(':
		return p.literal()
	case c == '<' && bytes.HasPrefix(p.data[p.pos:], []byte("<<")):
		return p.dict(depth)
	case c == '<':
		return p.hex()
	case c == '[':
		return p.array(depth)
	case c >= '0' && c <= '9', c == '+', c == '-', c == '.':
		return p.number()
	case p.keyword("true"):
		return Bool(true), nil
	case p.keyword("false"):
		return Bool(false), nil
	case p.keyword("null"):
		return Null{}, nil
	}
	return nil, p.errorf("no object")
}

// number reads an integer, a real or a reference: "12 0 R".
func (p *parser) number() (Object, error) {
	start := p.pos
	t := p.token()
	if n, err := strconv.ParseInt(string(t), 10, 64); err == nil {
		if t[0] >= '0' && t[0] <= '9' {
			if ref, ok := p.reference(n); ok {
				return ref, nil
			}
		}
		return Integer(n), nil
	}
	for i, c := range t {
		if (c < '0' || c > '9') && c != '.' && (i > 0 || c != '+' && c != '-') {
			p.pos = start
			return nil, p.errorf("bad number")
		}
	}
	f, err := strconv.ParseFloat(string(t), 64)
	if err != nil {
		p.pos = start
		return nil, p.errorf("bad number")
	}
	return Real(f), nil
}

func (p *parser) reference(num int64) (Ref, bool) {
	start := p.pos
	p.skip()
	if gen, ok := p.natural(); ok && gen <= 65535 && num > 0 && num <= maxObject {
		p.skip()
		if p.keyword("R") {
			return Ref{int(num), int(gen)}, true
		}
	}
	p.pos = start
	return Ref{}, false
}

func (p *parser) name() (Object, error) {
	p.pos++
	t := p.token()
	if len(t) > maxName {
		return nil, p.errorf("name too long")
	}
	if bytes.IndexByte(t, '#') < 0 {
		return Name(t), nil
	}
	out := make([]byte, 0, len(t))
	for i := 0; i < len(t); i++ {
		if t[i] != '#' {
			out = append(out, t[i])
			continue
		}
		if i+2 >= len(t) || unhex(t[i+1]) < 0 || unhex(t[i+2]) < 0 {
			return nil, p.errorf("bad escape in a name")
		}
		out = append(out, byte(unhex(t[i+1])<<4|unhex(t[i+2])))
		i += 2
	}
	return Name(out), nil
}

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

func (p *parser) array(depth int) (Object, error) {
	p.pos++
	out := Array{}
	for {
		p.skip()
		if p.peek() == ']' {
			p.pos++
			return out, nil
		}
		o, err := p.object(depth + 1)
		if err != nil {
			return nil, err
		}
		out = append(out, o)
	}
}

// dict reads a dictionary. A key given twice is an error: readers differ in which one they take.
func (p *parser) dict(depth int) (Object, error) {
	p.pos += 2
	spans := p.spans
	p.spans = nil
	out := Dict{}
	var seen keys
	for {
		p.skip()
		if bytes.HasPrefix(p.data[p.pos:], []byte(">>")) {
			p.pos += 2
			return out, nil
		}
		if p.peek() != '/' {
			return nil, p.errorf("dictionary key expected")
		}
		k, err := p.name()
		if err != nil {
			return nil, err
		}
		key := k.(Name)
		if seen.twice(out, key) {
			return nil, p.errorf("key /%s given twice", key)
		}
		p.skip()
		start := p.pos
		v, err := p.object(depth + 1)
		if err != nil {
			return nil, err
		}
		if spans != nil {
			spans[key] = [2]int64{int64(start), int64(p.pos)}
		}
		out = append(out, Entry{key, v})
	}
}

// keys finds a key given twice. Most dictionaries are short; a long one gets an index, or its cost would be quadratic.
type keys map[Name]bool

func (k *keys) twice(d Dict, key Name) bool {
	if len(d) < 32 {
		return d.Get(key) != nil
	}
	if *k == nil {
		*k = make(keys, 2*len(d))
		for _, e := range d {
			(*k)[e.Key] = true
		}
	}
	was := (*k)[key]
	(*k)[key] = true
	return was
}
