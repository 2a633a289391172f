package pdf

import (
	"bytes"
	"compress/zlib"
	"sync"
)

// A zlib writer holds 800 kB of tables: increments of a few kilobytes would pay for nothing else.
var deflaters = sync.Pool{New: func() any {
	w, _ := zlib.NewWriterLevel(nil, zlib.BestCompression) // the level is valid
	return w
}}

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
