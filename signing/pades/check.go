package pades

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strconv"

	"kyket/internal/pdf"
)

// Sealing is the kind of an increment that Seal made: a document security store.
const Sealing Kind = "store"

func changed(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrChanged, fmt.Sprintf(format, args...))
}

// CheckIncrement says what an increment adds to the file of h, and to which field, knowing nothing but both: that it
// was written by this package, byte for byte explained; that it fills one empty field, or adds one time stamp or store;
// that it rewrites only the objects this needs and in the way this needs; that every new object belongs to it; and that
// the signature covers all bytes but its own and verifies. Certificates are not judged here. Anything else is ErrChanged,
// ErrValue or ErrToken.
func CheckIncrement(h Head, increment []byte) (Kind, string, error) {
	u, err := readUpdate(h.Tail, increment)
	if err != nil {
		return "", "", err
	}
	sig, kind := u.signature()
	if sig == 0 {
		return Sealing, "", u.checkStore(h)
	}
	field, kind, err := u.checkField(h, sig, kind)
	if err != nil {
		return "", "", err
	}
	return kind, field, u.checkSignature(h, sig, kind)
}

// signature finds the one new signature dictionary; 0 when there is none.
func (u *update) signature() (num int, kind Kind) {
	for _, o := range u.objects {
		switch {
		case bytes.HasPrefix(o.body, []byte("<< /Type /Sig ")):
			return o.num, Approval
		case bytes.HasPrefix(o.body, []byte("<< /Type /DocTimeStamp ")):
			return o.num, Timestamp
		}
	}
	return 0, ""
}

// checkField checks what was rewritten and what is new.
func (u *update) checkField(h Head, sig int, kind Kind) (string, Kind, error) {
	field, name := -1, ""
	var form bool
	for _, o := range u.objects {
		if o.num >= h.Tail.Next {
			continue
		}
		switch {
		case o.num == h.Tail.Root.Num && kind == Approval && h.Signatures+h.Stamps == 0:
			kind = Certification
			next := h
			next.Catalog.Perms = pdf.Ref{Num: sig}
			if !u.is(o.num, next.catalog()) {
				return "", "", changed("the catalog changes more than its /Perms")
			}
		case o.num == h.Form.Object.Num && kind == Timestamp:
			form = true
		default:
			i := h.byObject(o.num)
			if i < 0 || field >= 0 || h.Fields[i].Filled {
				return "", "", changed("object %d", o.num)
			}
			field, name = i, h.Fields[i].Name
		}
	}
	if form == (field >= 0) {
		return "", "", changed("not one field")
	}
	if form {
		name = h.newName()
		return name, kind, u.checkNewField(h, sig, name)
	}
	return name, kind, u.checkFilled(h, field, sig, kind)
}

func (h Head) byObject(num int) int {
	for i := range h.Fields {
		if h.Fields[i].Object.Num == num {
			return i
		}
	}
	return -1
}

// checkNewField checks a time stamp's field that the paper did not reserve.
func (u *update) checkNewField(h Head, sig int, name string) error {
	want := pdf.AppendObject(nil, pdf.Dict{{Key: "FT", Value: pdf.Name("Sig")}, {Key: "T", Value: pdf.TextString(name)}, {Key: "V", Value: pdf.Ref{Num: sig}}})
	for _, o := range u.objects {
		if bytes.Equal(o.body, want) {
			next := h
			next.Form.Fields = append(append([]pdf.Ref(nil), h.Form.Fields...), pdf.Ref{Num: o.num})
			if !u.is(h.Form.Object.Num, next.form()) {
				return changed("the form gets more than a field")
			}
			return u.noneBut(h, sig, o.num)
		}
	}
	return changed("no field %s", name)
}

// checkFilled checks the rewritten field and the objects of its appearance.
func (u *update) checkFilled(h Head, i, sig int, kind Kind) error {
	f := h.Fields[i]
	body := u.get(f.Object.Num)
	rest, ok := bytes.CutPrefix(body, f.Before)
	if !ok {
		return changed("field %s", f.Name)
	}
	mine := []int{sig}
	if len(f.After) > 0 {
		ref, after, ok := bytes.Cut(rest, []byte(" 0 R"))
		look, err := strconv.Atoi(string(ref))
		if !ok || err != nil || look < h.Tail.Next || kind == Timestamp {
			return changed("appearance of %s", f.Name)
		}
		if rest, ok = bytes.CutPrefix(after, f.After); !ok {
			return changed("field %s", f.Name)
		}
		if mine, err = u.appearance(h, f, look, mine); err != nil {
			return err
		}
	}
	if string(rest) != fmt.Sprintf(" /V %d 0 R >>", sig) {
		return changed("field %s", f.Name)
	}
	return u.noneBut(h, mine...)
}

// appearance follows the form XObject to its images and their masks, all of them new.
func (u *update) appearance(h Head, f Field, look int, mine []int) ([]int, error) {
	form := u.get(look)
	if !bytes.HasPrefix(form, []byte("<< /Type /XObject /Subtype /Form /BBox "+string(f.BBox)+" /Resources << ")) {
		return nil, changed("appearance of %s", f.Name)
	}
	mine = append(mine, look)
	fonts := map[int]bool{}
	for _, m := range []map[string]pdf.Ref{h.Fonts, f.Fonts} {
		for _, ref := range m {
			fonts[ref.Num] = true
		}
	}
	for _, num := range references(form) {
		if fonts[num] {
			continue
		}
		image := u.get(num)
		if num < h.Tail.Next || !bytes.HasPrefix(image, []byte("<< /Type /XObject /Subtype /Image /Width 1 /Height 1 ")) {
			return nil, changed("appearance of %s uses object %d", f.Name, num)
		}
		mine = append(mine, num)
		for _, mask := range references(image) {
			if mask < h.Tail.Next || !bytes.HasPrefix(u.get(mask), []byte("<< /Type /XObject /Subtype /Image ")) || len(references(u.get(mask))) > 0 {
				return nil, changed("appearance of %s uses object %d", f.Name, mask)
			}
			mine = append(mine, mask)
		}
	}
	return mine, nil
}

// noneBut demands that no other object is new.
func (u *update) noneBut(h Head, mine ...int) error {
	allowed := map[int]bool{u.xref: true}
	for _, num := range mine {
		allowed[num] = true
	}
	for _, o := range u.objects {
		if o.num >= h.Tail.Next && !allowed[o.num] {
			return changed("object %d belongs to nothing", o.num)
		}
	}
	return nil
}

// checkSignature checks byte range and contents.
func (u *update) checkSignature(h Head, num int, kind Kind) error {
	o := u.object(num)
	if (kind == Certification) != bytes.Contains(o.body, []byte("/TransformMethod /DocMDP ")) || bytes.Count(o.body, []byte("/ByteRange")) != 1 || bytes.Count(o.body, []byte(" /Contents <")) != 1 {
		return changed("signature dictionary")
	}
	gap := o.start + bytes.Index(o.body, []byte(" /Contents <")) + len(" /Contents ")
	end := bytes.IndexByte(u.data[gap:], '>')
	if end < 0 || gap+end+1 != o.start+len(o.body)-len(" >>") {
		return changed("/Contents")
	}
	end += gap + 1
	from, to := h.Tail.Size+int64(gap), h.Tail.Size+int64(end)
	want := fmt.Sprintf("/ByteRange [0 %d %d %d]", from, to, h.Tail.Size+int64(len(u.data))-to)
	if !bytes.Contains(o.body, []byte(want)) {
		return changed("/ByteRange is not all but /Contents")
	}
	s, err := h.resume()
	if err != nil {
		return err
	}
	s.Write(u.data[:gap])
	s.Write(u.data[end:])
	contents := make([]byte, hex.DecodedLen(end-gap-2))
	if _, err := hex.Decode(contents, u.data[gap+1:end-1]); err != nil {
		return changed("/Contents")
	}
	return verifyContents(contents, Digest(s.Sum(nil)), kind)
}

// checkStore checks an increment of Seal: the catalog's store, which repeats what an earlier one had.
func (u *update) checkStore(h Head) error {
	store := 0
	for _, o := range u.objects {
		switch {
		case o.num < h.Tail.Next && o.num != h.Tail.Root.Num:
			return changed("object %d", o.num)
		case bytes.HasPrefix(o.body, []byte("<< /Type /DSS")):
			store = o.num
		}
	}
	next := h
	next.Store.Object = pdf.Ref{Num: store}
	if store < h.Tail.Next || !u.is(h.Tail.Root.Num, next.catalog()) {
		return changed("the catalog changes more than its /DSS")
	}
	mine := []int{store}
	in := map[int]bool{}
	for _, num := range references(u.get(store)) {
		in[num] = true
		if num >= h.Tail.Next {
			mine = append(mine, num)
		}
	}
	for _, group := range [][]Stored{h.Store.Certs, h.Store.OCSPs, h.Store.CRLs} {
		for _, s := range group {
			if !in[s.Object.Num] {
				return changed("the store drops object %d", s.Object.Num)
			}
		}
	}
	return u.noneBut(h, mine...)
}
