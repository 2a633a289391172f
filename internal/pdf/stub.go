package pdf

import "errors"

type File struct{}
type Revision struct {
	Start, End, StartXref int64
	Objects, Freed        []Ref
	Trailer               Dict
}

var errNotYet = errors.New("pdf: not yet")

func Open(data []byte) (*File, error)                              { return nil, errNotYet }
func (f *File) Trailer() Dict                                      { return nil }
func (f *File) Root() Ref                                          { return Ref{} }
func (f *File) Catalog() (Dict, error)                             { return nil, errNotYet }
func (f *File) Get(ref Ref) (Object, error)                        { return nil, errNotYet }
func (f *File) Resolve(o Object) (Object, error)                   { return nil, errNotYet }
func (f *File) Revisions() []Revision                              { return nil }
func (f *File) At(i int) *File                                     { return f }
func (s *Stream) Decode(max int) ([]byte, error)                   { return nil, errNotYet }
func (f *File) Tail() Tail                                         { return Tail{} }
func (f *File) Span(ref Ref) (start, end int64, err error)         { return 0, 0, errNotYet }
func (f *File) ValueSpan(ref Ref, key Name) (s, e int64, er error) { return 0, 0, errNotYet }
