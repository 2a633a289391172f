package pdf

import (
	"bytes"
	"strings"
	"sync"
)

// Limits against hostile input.
const (
	maxObject   = 1 << 23 // ISO 32000-1, annex C
	maxEntries  = 1 << 20 // cross-reference entries of all revisions together
	maxSections = 4096
	maxRefs     = 16 // references behind one another
)

// File is a file as it was at one of its revisions; Open gives the newest one. It is safe for concurrent use. The
// objects it returns are shared: they must not be changed.
type File struct {
	*document
	view int
}

// document is what all views of a file share.
type document struct {
	data     []byte
	sections []Revision // oldest first
	streams  []bool     // per section: a cross-reference stream
	history  map[int][]entry

	mu       sync.Mutex
	unpacked int // bytes so far
	parsed   map[objectAt]*body
	packs    map[objectAt]*pack
}

// entry is one cross-reference entry of one revision.
type entry struct {
	rev, kind int // kind as in row
	a         int64
	b         int
}

// objectAt names an object by its number and the revision that wrote it.
type objectAt struct{ num, rev int }

type body struct {
	obj        Object
	start, end int64 // of the whole "1 0 obj ... endobj"; 0, 0 inside an object stream
	spans      map[Name][2]int64
}

// Revision is one section of a file: what an incremental update, or the first writing, put there.
type Revision struct {
	// Start and End bound its bytes; End is just behind its %%EOF and end-of-line.
	Start, End int64
	// StartXref is the offset of its cross-reference section.
	StartXref int64
	// Objects are the objects it wrote, object streams and its own cross-reference stream among them, Freed
	// those it declared free (without object 0), both by number.
	Objects, Freed []Ref
	// Trailer is its trailer dictionary, or the dictionary of its cross-reference stream.
	Trailer Dict

	objectsEnd int64 // where its last cross-reference section begins
	linearized bool
}

// Open reads the cross-reference sections of a file, newest first along /Prev. It is strict: it repairs nothing,
// wants each section right before its startxref and %%EOF, each object inside the revision that lists it, and no
// encryption. Of a hybrid file it sees what a reader of PDF 1.4 sees: /XRefStm is not followed. Objects themselves are read when they are asked for. data must not be
// changed afterwards. Bytes behind the newest revision's end are no error here: compare its End with len(data).
func Open(data []byte) (*File, error) {
	if len(data) > maxFile {
		return nil, &SyntaxError{0, "file too long"}
	}
	if !bytes.HasPrefix(data, []byte("%PDF-1.")) && !bytes.HasPrefix(data, []byte("%PDF-2.")) {
		return nil, &SyntaxError{0, "no PDF header"}
	}
	d := &document{data: data, history: map[int][]entry{}, parsed: map[objectAt]*body{}, packs: map[objectAt]*pack{}}
	if err := d.readSections(); err != nil {
		return nil, err
	}
	f := &File{d, len(d.sections) - 1}
	if root := f.Root(); root.Num == 0 {
		return nil, &SyntaxError{f.revision().StartXref, "trailer without /Root"}
	}
	return f, nil
}

// decode unpacks a stream that holds the file together, within what a file may take in all: a few bytes can unpack to
// very many.
func (d *document) decode(s *Stream) ([]byte, error) {
	data, err := s.Decode(maxDecode)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.unpacked += len(data); d.unpacked > maxUnpack {
		return nil, &SyntaxError{0, "file unpacks to too much"}
	}
	return data, err
}

func (f *File) revision() *Revision { return &f.sections[f.view] }

// Bytes is the whole file, whatever the view.
func (f *File) Bytes() []byte { return f.data }

// Trailer is the trailer dictionary of the newest revision of this view.
func (f *File) Trailer() Dict { return f.revision().Trailer }

// Root is the reference of the catalog.
func (f *File) Root() Ref {
	ref, _ := f.Trailer().Get("Root").(Ref)
	return ref
}

// Catalog is the document catalog (ISO 32000-1, 7.7.2).
func (f *File) Catalog() (Dict, error) {
	o, err := f.Get(f.Root())
	if err != nil {
		return nil, err
	}
	d, ok := o.(Dict)
	if !ok {
		return nil, &SyntaxError{f.revision().StartXref, "catalog is no dictionary"}
	}
	return d, nil
}

// Revisions are those of this view, oldest first.
func (f *File) Revisions() []Revision { return f.sections[:f.view+1] }

// At is the file as it was at revision i, an index of Revisions.
func (f *File) At(i int) *File { return &File{f.document, min(max(i, 0), len(f.sections)-1)} }

// Packed counts, for each object stream, the objects that the newest revision of this view has in it.
func (f *File) Packed() map[int]int {
	out := map[int]int{}
	for _, h := range f.history {
		for _, e := range h {
			if e.rev == f.view && e.kind == 2 {
				out[int(e.a)]++
			}
		}
	}
	return out
}

// Written is the index of the revision that wrote ref's object as this view sees it; -1 when there is none.
func (f *File) Written(ref Ref) int {
	if e, ok := f.find(ref); ok {
		return e.rev
	}
	return -1
}

// Tail is what an increment behind this revision must know.
func (f *File) Tail() Tail {
	r := f.revision()
	t := Tail{Size: r.End, StartXref: r.StartXref, Root: f.Root(), Streams: f.streams[f.view]}
	t.Unended = !strings.HasSuffix(string(f.data[max(0, r.End-1):r.End]), "\n")
	size, _ := r.Trailer.Get("Size").(Integer)
	t.Next = int(size)
	t.Info, _ = r.Trailer.Get("Info").(Ref)
	if id, ok := r.Trailer.Get("ID").(Array); ok && len(id) == 2 {
		first, _ := id[0].(String)
		t.ID = bytes.Clone(first)
	}
	return t
}
