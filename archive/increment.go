package archive

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"

	"kyket/pact"
)

// incrementSuffix is the end of the name of a file that holds an increment.
const incrementSuffix = ".inc"

// incrementHead stands before an increment's bytes. It is text, so that whoever finds the folder decades later, without
// this program, sees how to put the file together:
//
//	kyket-increment 1
//	parent <SHA-256 of the bytes before>
//	offset <number of bytes before>
//	length <number of bytes that follow>
//	whole <SHA-256 of both together>
//
// and an empty line. Lines end with LF.
type incrementHead struct {
	parent, whole  pact.Digest
	offset, length int64
}

const incrementFormat = "kyket-increment 1\nparent %x\noffset %d\nlength %d\nwhole %x\n\n"

func (h incrementHead) bytes() []byte {
	return fmt.Appendf(nil, incrementFormat, h.parent[:], h.offset, h.length, h.whole[:])
}

// maxIncrementHead is more than any head has.
const maxIncrementHead = 256

// parseIncrement reads a head in exactly the form that it is written in, and returns the increment behind it.
func parseIncrement(data []byte) (h incrementHead, increment []byte, err error) {
	end := bytes.Index(data[:min(len(data), maxIncrementHead)], []byte("\n\n"))
	if end < 0 {
		return h, nil, errors.New("no head")
	}
	lines := bytes.Split(data[:end], []byte("\n"))
	if len(lines) != 5 {
		return h, nil, errors.New("the head has not five lines")
	}
	values := make([]string, len(lines))
	for i, name := range []string{"kyket-increment", "parent", "offset", "length", "whole"} {
		got, value, ok := bytes.Cut(lines[i], []byte(" "))
		if !ok || string(got) != name {
			return h, nil, fmt.Errorf("line %d is not %q", i+1, name)
		}
		values[i] = string(value)
	}
	var errs [4]error
	h.parent, errs[0] = parseHash(values[1])
	h.offset, errs[1] = strconv.ParseInt(values[2], 10, 64)
	h.length, errs[2] = strconv.ParseInt(values[3], 10, 64)
	h.whole, errs[3] = parseHash(values[4])
	if err := errors.Join(errs[:]...); err != nil {
		return h, nil, err
	}
	increment = data[end+2:]
	if !bytes.Equal(h.bytes(), data[:end+2]) || h.length != int64(len(increment)) || h.parent.IsZero() || h.parent == h.whole {
		return h, nil, errors.New("the head does not fit")
	}
	return h, increment, nil
}

func parseHash(s string) (d pact.Digest, err error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(d) {
		return d, fmt.Errorf("%q is no SHA-256 value", s)
	}
	return pact.Digest(b), nil
}
