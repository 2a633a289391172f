package pdf

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"sync"
)

// A zlib writer holds 800 kB of tables: increments of a few kilobytes would pay for nothing else. The usual level makes a
// signature half as dear as the best one, and an increment six bytes longer.
var deflaters = sync.Pool{New: func() any { return zlib.NewWriter(nil) }}

// deflate compresses data; the same input gives the same output (per Go release).
func deflate(data []byte) []byte {
	var b bytes.Buffer
	b.Grow(len(data)/2 + 64)
	w := deflaters.Get().(*zlib.Writer)
	w.Reset(&b)
	_, _ = w.Write(data) // a bytes.Buffer does not fail
	_ = w.Close()
	deflaters.Put(w)
	return b.Bytes()
}

// compressed makes a Flate stream of data, setting /Filter and /Length in a copy of d.
func compressed(d Dict, data []byte) *Stream {
	z := deflate(data)
	return &Stream{d.With("Filter", Name("FlateDecode")).With("Length", Integer(len(z))), z}
}

// inflaters hold readers; a fresh one costs 40 kB, and a file has one cross-reference stream per revision.
var inflaters sync.Pool

func inflate(data []byte, most int) ([]byte, error) {
	src := bytes.NewReader(data)
	r, _ := inflaters.Get().(io.ReadCloser)
	var err error
	if r == nil {
		r, err = zlib.NewReader(src)
	} else {
		err = r.(zlib.Resetter).Reset(src, nil)
	}
	if err != nil {
		return nil, fmt.Errorf("pdf: FlateDecode: %w", err)
	}
	var b bytes.Buffer
	b.Grow(min(4*len(data), most) + bytes.MinRead)
	n, err := b.ReadFrom(io.LimitReader(r, int64(most)+1))
	if err != nil {
		return nil, fmt.Errorf("pdf: FlateDecode: %w", err)
	}
	inflaters.Put(r)
	if n > int64(most) {
		return nil, errors.New("pdf: stream longer than allowed")
	}
	return b.Bytes(), nil
}

// Decode undoes the filters of a stream: none, or FlateDecode with or without a PNG predictor (ISO 32000-1, 7.4.4).
// More than most bytes, another filter, or several, are an error.
func (s *Stream) Decode(most int) ([]byte, error) {
	filter, parms := s.Dict.Get("Filter"), s.Dict.Get("DecodeParms")
	if a, ok := filter.(Array); ok {
		switch len(a) {
		case 0:
			filter = nil
		case 1:
			filter = a[0]
		default:
			return nil, errors.New("pdf: several filters")
		}
		if p, ok := parms.(Array); ok && len(p) == 1 {
			parms = p[0]
		}
	}
	if s.Dict.Get("F") != nil {
		return nil, errors.New("pdf: external stream")
	}
	switch f := filter.(type) {
	case nil, Null:
		if len(s.Data) > most {
			return nil, errors.New("pdf: stream longer than allowed")
		}
		return s.Data, nil
	case Name:
		if f == "FlateDecode" {
			return predicted(s.Data, parms, most)
		}
		return nil, fmt.Errorf("pdf: filter %s", f)
	}
	return nil, errors.New("pdf: bad filter")
}

func predicted(z []byte, parms Object, most int) ([]byte, error) {
	d, ok := parms.(Dict)
	if !ok {
		if parms != nil && parms != Object(Null{}) {
			return nil, errors.New("pdf: bad filter parameters")
		}
		return inflate(z, most)
	}
	get := func(k Name, def, top int) int {
		o := d.Get(k)
		if o == nil {
			return def
		}
		if n, ok := o.(Integer); ok && n > 0 && int64(n) <= int64(top) {
			return int(n)
		}
		return -1
	}
	predictor, colors, bits, columns := get("Predictor", 1, 15), get("Colors", 1, 32), get("BitsPerComponent", 8, 16), get("Columns", 1, 1<<20)
	if predictor < 1 || colors < 1 || bits < 1 || columns < 1 || predictor > 1 && predictor < 10 {
		return nil, errors.New("pdf: unknown predictor")
	}
	if predictor == 1 {
		return inflate(z, most)
	}
	row := (colors*bits*columns + 7) / 8
	data, err := inflate(z, most+most/row+1)
	if err != nil {
		return nil, err
	}
	return unpredict(data, row, max(1, colors*bits/8))
}

// unpredict undoes the PNG filters, in place (ISO/IEC 15948, 9).
func unpredict(data []byte, row, pixel int) ([]byte, error) {
	if len(data)%(row+1) != 0 {
		return nil, errors.New("pdf: rows of a wrong length")
	}
	out := data[:0]
	prior := make([]byte, row)
	for ; len(data) > 0; data = data[row+1:] {
		kind, cur := data[0], data[1:row+1]
		for i := range cur {
			var left, upLeft byte
			if i >= pixel {
				left, upLeft = cur[i-pixel], prior[i-pixel]
			}
			switch kind {
			case 0:
			case 1:
				cur[i] += left
			case 2:
				cur[i] += prior[i]
			case 3:
				cur[i] += byte((int(left) + int(prior[i])) / 2)
			case 4:
				cur[i] += paeth(left, prior[i], upLeft)
			default:
				return nil, errors.New("pdf: unknown row filter")
			}
		}
		copy(prior, cur)
		out = append(out, cur...)
	}
	return out, nil
}

func paeth(a, b, c byte) byte {
	p := int(a) + int(b) - int(c)
	da, db, dc := abs(p-int(a)), abs(p-int(b)), abs(p-int(c))
	if da <= db && da <= dc {
		return a
	}
	if db <= dc {
		return b
	}
	return c
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
