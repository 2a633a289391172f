package pdf

import (
	"bytes"
	"fmt"
	"strconv"
)

// Limits against hostile input. They are far above what papers need.
const (
	maxDepth  = 64   // nesting of arrays and dictionaries
	maxName   = 1024 // bytes of a name, escapes undone
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
	for p.pos < len(p.data) && regular(p.data[p.pos]) && p.pos-start <= 3*maxName {
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
	if bytes.IndexByte(t, '#') < 0 && len(t) <= maxName {
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
	if len(out) > maxName {
		return nil, p.errorf("name too long")
	}
	return Name(out), nil
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
