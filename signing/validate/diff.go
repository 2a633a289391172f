package validate

import (
	"bytes"
	"fmt"
	"slices"

	"kyket/internal/pdf"
)

// differ explains each revision after the first signature, object by object, from a list of what may happen. What no
// rule explains is refused; nothing is ever judged harmless because no rule forbids it.
type differ struct {
	file *pdf.File
	// signs is the signature that ends a revision, by revision.
	signs map[int]*found
	// fillable is false when a certification forbids every change (DocMDP, P=1).
	fillable bool

	changes     []Change
	unexplained []Unexplained
}

// step is the comparison of one revision with the one before.
type step struct {
	*differ
	rev       int
	old, new  *pdf.File
	changed   map[int]pdf.Ref // differ from before, or are new
	fresh     map[int]bool    // were nothing before
	explained map[int]bool
	stamped   bool // a document time stamp came
}

// compare explains the revisions behind first, the index of the revision that the first signature ends.
func (d *differ) compare(first int) {
	revs := d.file.Revisions()
	for i := first + 1; i < len(revs); i++ {
		s := &step{differ: d, rev: i, old: d.file.At(i - 1), new: d.file.At(i),
			changed: map[int]pdf.Ref{}, fresh: map[int]bool{}, explained: map[int]bool{}}
		s.run()
	}
	if end := revs[len(revs)-1].End; end < int64(len(d.file.Bytes())) {
		d.refuse(len(revs), fmt.Sprintf("bytes %d-%d", end, len(d.file.Bytes())), "bytes_behind") // behind every signature
	}
}

func (d *differ) refuse(rev int, object, code string, args ...any) {
	why := Reason(say(code, args...))
	d.unexplained = append(d.unexplained, Unexplained{object, min(rev+1, len(d.file.Revisions())), why})
	d.changes = append(d.changes, Change{Kind: "other", Object: object, Why: why, revision: rev})
}

func (s *step) refuse(ref pdf.Ref, code string, args ...any) {
	s.explained[ref.Num] = true // named once
	s.differ.refuse(s.rev, name(ref), code, args...)
}

func (s *step) allow(kind string, ref pdf.Ref, code string, args ...any) {
	s.changes = append(s.changes, Change{kind, name(ref), true, Reason(say(code, args...)), s.rev})
}

func name(ref pdf.Ref) string { return fmt.Sprintf("%d %d R", ref.Num, ref.Gen) }

func (s *step) run() {
	rev := s.file.Revisions()[s.rev]
	for _, ref := range rev.Freed {
		s.refuse(ref, "freed")
	}
	if err := s.list(rev); err != nil {
		s.differ.refuse(s.rev, fmt.Sprintf("bytes %d-%d", rev.Start, rev.End), "not_read")
		return
	}
	s.trailer(rev)
	s.gaps(rev)
	s.signature()
	s.catalog()
	for _, ref := range rev.Objects {
		if _, changed := s.changed[ref.Num]; changed && !s.explained[ref.Num] {
			s.refuse(ref, "no_rule")
		}
	}
	if s.signs[s.rev] == nil && !s.has("dss") {
		s.differ.refuse(s.rev, fmt.Sprintf("bytes %d-%d", rev.Start, rev.End), "unsigned_revision")
	}
}

func (s *step) has(kind string) bool {
	return slices.ContainsFunc(s.changes, func(c Change) bool { return c.revision == s.rev && c.Kind == kind })
}

// list reads what the revision wrote and keeps what differs from before. Object streams and the cross-reference
// stream explain themselves when their number is new.
func (s *step) list(rev pdf.Revision) error {
	packed := s.new.Packed()
	for _, ref := range rev.Objects {
		before, err := s.old.Get(ref)
		if err != nil {
			return err
		}
		after, err := s.new.Get(ref)
		if err != nil {
			return err
		}
		fresh := s.old.Written(pdf.Ref{Num: ref.Num}) < 0 && before == pdf.Object(pdf.Null{})
		if !fresh && equal(before, after) {
			continue
		}
		if st, ok := after.(*pdf.Stream); ok && fresh && infrastructure(st, ref, rev, s.new, packed[ref.Num]) {
			continue
		}
		s.changed[ref.Num], s.fresh[ref.Num] = ref, fresh
	}
	return nil
}

// infrastructure says whether a stream holds the file together and shows nothing. An object stream does when each of
// its objects is one of the revision's: nothing else rides along in it.
func infrastructure(st *pdf.Stream, ref pdf.Ref, rev pdf.Revision, f *pdf.File, packed int) bool {
	switch st.Dict.Get("Type") {
	case pdf.Object(pdf.Name("XRef")):
		start, _, err := f.Span(ref)
		return err == nil && start == rev.StartXref
	case pdf.Object(pdf.Name("ObjStm")):
		return packed > 0 && st.Dict.Get("N") == pdf.Object(pdf.Integer(packed))
	}
	return false
}

// trailer: what leads to the document must stay.
func (s *step) trailer(rev pdf.Revision) {
	before := s.file.Revisions()[s.rev-1].Trailer
	for _, k := range []pdf.Name{"Root", "Info"} {
		if !equal(before.Get(k), rev.Trailer.Get(k)) {
			s.differ.refuse(s.rev, "trailer", "trailer_changed", k)
		}
	}
	a, _ := before.Get("ID").(pdf.Array)
	b, _ := rev.Trailer.Get("ID").(pdf.Array)
	if len(a) != len(b) || len(a) > 0 && !equal(a[0], b[0]) {
		s.differ.refuse(s.rev, "trailer", "trailer_changed", "ID")
	}
	for _, e := range rev.Trailer {
		switch e.Key {
		case "Root", "Info", "ID", "Size", "Prev", "Type", "W", "Index", "Filter", "DecodeParms", "Length":
		default:
			s.differ.refuse(s.rev, "trailer", "trailer_changed", e.Key)
		}
	}
}

// gaps: every byte of the revision belongs to an object that its cross-reference section lists, or to that section.
func (s *step) gaps(rev pdf.Revision) {
	type place struct{ start, end int64 }
	places := []place{{rev.StartXref, rev.End}}
	for _, ref := range rev.Objects {
		if start, end, err := s.new.Span(ref); err == nil {
			places = append(places, place{start, end})
		}
	}
	slices.SortFunc(places, func(a, b place) int { return int(a.start - b.start) })
	at := rev.Start
	for _, p := range places {
		if p.start > at && len(bytes.Trim(s.file.Bytes()[at:p.start], " \t\r\n")) > 0 || p.start < at && p.start != rev.StartXref {
			s.differ.refuse(s.rev, fmt.Sprintf("bytes %d-%d", min(at, p.start), max(at, p.start)), "bytes_between")
		}
		at = max(at, p.end)
	}
}

// equal compares parsed values: keys in any order, streams with their stored data.
func equal(a, b pdf.Object) bool {
	switch x := a.(type) {
	case nil:
		return b == nil || b == pdf.Object(pdf.Null{})
	case pdf.Null:
		return b == nil || b == pdf.Object(pdf.Null{})
	case pdf.String:
		y, ok := b.(pdf.String)
		return ok && bytes.Equal(x, y)
	case pdf.Array:
		y, ok := b.(pdf.Array)
		if !ok || len(x) != len(y) {
			return false
		}
		for i := range x {
			if !equal(x[i], y[i]) {
				return false
			}
		}
		return true
	case pdf.Dict:
		y, ok := b.(pdf.Dict)
		return ok && len(differing(x, y)) == 0
	case *pdf.Stream:
		y, ok := b.(*pdf.Stream)
		return ok && equal(x.Dict, y.Dict) && bytes.Equal(x.Data, y.Data)
	case pdf.Raw:
		return false
	}
	switch b.(type) {
	case pdf.Bool, pdf.Integer, pdf.Real, pdf.Name, pdf.Ref:
		return a == b
	}
	return false
}

// differing lists the keys whose values differ.
func differing(a, b pdf.Dict) []pdf.Name {
	var out []pdf.Name
	for _, e := range a {
		if !equal(e.Value, b.Get(e.Key)) {
			out = append(out, e.Key)
		}
	}
	for _, e := range b {
		if a.Get(e.Key) == nil && !equal(nil, e.Value) {
			out = append(out, e.Key)
		}
	}
	return out
}
