package web

import (
	"io"

	"kyket/pact"
)

// file reads an uploaded file; none is empty.
func (v *Visit) file(name string) ([]byte, error) {
	list := v.Files[name]
	if len(list) == 0 || list[0].Size == 0 {
		return nil, pact.ErrMissing.With("field", name)
	}
	f, err := list[0].Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f) // of a body that was read within its limit
}

// KindWords is the name of a kind of comments as it stands in a form.
func (s *stage) KindWords(kind string) string { return pact.CommentKind(kind).Words(s.Lang) }
