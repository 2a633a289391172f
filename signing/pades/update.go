package pades

import (
	"bytes"
	"slices"
	"strconv"

	"kyket/internal/pdf"
)

// update is an increment taken apart: only in the form that internal/pdf writes, since it reads our own and nothing
// else. Foreign files go through pdf.Open.
type update struct {
	data    []byte
	objects []placed // in the order of the file
	xref    int      // number of the cross-reference stream; 0 with a table
}

type placed struct {
	num, start int // start of body within the increment
	body       []byte
}

func (u *update) object(num int) placed {
	for _, o := range u.objects {
		if o.num == num {
			return o
		}
	}
	return placed{}
}

func (u *update) get(num int) []byte { return u.object(num).body }

func (u *update) is(num int, want pdf.Object) bool {
	return bytes.Equal(u.get(num), pdf.AppendObject(nil, want))
}

// readUpdate takes an increment behind t apart and finds every byte of it explained: objects one behind the other at
// the offsets that the cross-reference section tells, the section, startxref, %%EOF.
func readUpdate(t pdf.Tail, data []byte) (*update, error) {
	u := &update{data: data}
	body, ok := bytes.CutSuffix(data, []byte("\n%%EOF\n"))
	at := bytes.LastIndex(body, []byte("startxref\n"))
	if !ok || at < 0 {
		return nil, changed("no end")
	}
	xref, err := strconv.ParseInt(string(body[at+len("startxref\n"):]), 10, 64)
	if err != nil || xref < t.Size || xref >= t.Size+int64(at) {
		return nil, changed("startxref")
	}
	section := data[xref-t.Size : at]
	var rows []int64 // number, offset, number, offset …
	if t.Streams {
		rows, err = u.xrefStream(t, section)
	} else {
		rows, err = xrefTable(t, section)
	}
	if err != nil {
		return nil, err
	}
	end := int(xref - t.Size)
	if t.Streams {
		end = at // the section is an object itself
	}
	return u, u.place(t, rows, end)
}

// place finds the objects at their offsets, without gaps, up to end.
func (u *update) place(t pdf.Tail, rows []int64, end int) error {
	type spot struct{ num, at int64 }
	var spots []spot
	for i := 0; i+1 < len(rows); i += 2 {
		spots = append(spots, spot{rows[i], rows[i+1] - t.Size})
	}
	slices.SortFunc(spots, func(a, b spot) int { return int(a.at - b.at) })
	at := 0
	if t.Unended && len(u.data) > 0 && u.data[0] == '\n' {
		at = 1
	}
	for i, s := range spots {
		stop := end
		if i+1 < len(spots) {
			stop = int(spots[i+1].at)
		}
		if s.at != int64(at) || stop <= at || stop > len(u.data) {
			return changed("object %d is not where it should be", s.num)
		}
		head := strconv.FormatInt(s.num, 10) + " 0 obj\n"
		body, ok := bytes.CutPrefix(u.data[at:stop], []byte(head))
		body, ended := bytes.CutSuffix(body, []byte("\nendobj\n"))
		if !ok || !ended {
			return changed("object %d", s.num)
		}
		u.objects = append(u.objects, placed{int(s.num), at + len(head), body})
		at = stop
	}
	if at != end || len(spots) == 0 {
		return changed("bytes that belong to no object")
	}
	return nil
}

// trailer checks the keys that an increment must not change.
func trailer(t pdf.Tail, d []byte) error {
	want := [][]byte{pdf.AppendObject([]byte(" /Root "), t.Root), strconv.AppendInt([]byte(" /Prev "), t.StartXref, 10), pdf.AppendObject([]byte(" /ID ["), pdf.String(t.ID))}
	if t.Info.Num != 0 {
		want = append(want, pdf.AppendObject([]byte(" /Info "), t.Info))
	}
	for _, w := range want {
		if bytes.Count(d, w) != 1 {
			return changed("trailer without%s", w)
		}
	}
	return nil
}

func xrefTable(t pdf.Tail, section []byte) ([]int64, error) {
	table, tail, ok := bytes.Cut(section, []byte("trailer\n"))
	table, isTable := bytes.CutPrefix(table, []byte("xref\n"))
	if !ok || !isTable {
		return nil, changed("cross-reference table")
	}
	if err := trailer(t, tail); err != nil {
		return nil, err
	}
	var rows []int64
	words := bytes.Fields(table)
	for len(words) >= 2 {
		first, err1 := strconv.Atoi(string(words[0]))
		count, err2 := strconv.Atoi(string(words[1]))
		words = words[2:]
		if err1 != nil || err2 != nil || count < 1 || count > len(words)/3 {
			return nil, changed("cross-reference table")
		}
		for i := range count {
			at, err := strconv.ParseInt(string(words[0]), 10, 64)
			if err != nil || string(words[2]) != "n" || string(words[1]) != "00000" {
				return nil, changed("cross-reference table")
			}
			rows = append(rows, int64(first+i), at)
			words = words[3:]
		}
	}
	return rows, nil
}

func (u *update) xrefStream(t pdf.Tail, section []byte) ([]int64, error) {
	num, _, ok := bytes.Cut(section, []byte(" 0 obj\n"))
	dict, data, isStream := bytes.Cut(section, []byte("\nstream\n"))
	data, ended := bytes.CutSuffix(data, []byte("\nendstream\nendobj\n"))
	var err error
	if u.xref, err = strconv.Atoi(string(num)); !ok || err != nil || !isStream || !ended || u.xref < t.Next || !bytes.Contains(dict, []byte("<< /Type /XRef ")) {
		return nil, changed("cross-reference stream")
	}
	if err := trailer(t, dict); err != nil {
		return nil, err
	}
	w, index := integers(dict, "/W ["), integers(dict, "/Index [")
	s := pdf.Stream{Dict: pdf.Dict{{Key: "Filter", Value: pdf.Name("FlateDecode")}}, Data: data}
	table, err := s.Decode(1 << 20)
	if err != nil || len(w) != 3 || w[0] != 1 || w[1] < 1 || w[1] > 8 || w[2] != 2 || len(index)%2 != 0 {
		return nil, changed("cross-reference stream")
	}
	var rows []int64
	for ; len(index) > 0; index = index[2:] {
		for i := range index[1] {
			width := int(3 + w[1])
			if len(table) < width || table[0] != 1 {
				return nil, changed("cross-reference stream")
			}
			var at int64
			for _, b := range table[1 : 1+w[1]] {
				at = at<<8 | int64(b)
			}
			rows = append(rows, index[0]+i, at)
			table = table[width:]
		}
	}
	if len(table) > 0 {
		return nil, changed("cross-reference stream")
	}
	return rows, nil
}

// integers reads the numbers of an array behind its key.
func integers(d []byte, key string) (out []int64) {
	_, rest, _ := bytes.Cut(d, []byte(key))
	list, _, _ := bytes.Cut(rest, []byte("]"))
	for _, w := range bytes.Fields(list) {
		v, err := strconv.ParseInt(string(w), 10, 64)
		if err != nil || v < 0 || v > 1<<40 {
			return nil
		}
		out = append(out, v)
	}
	return out
}

// references lists the numbers of "12 0 R" in an object's dictionary.
func references(body []byte) (out []int) {
	dict, _, _ := bytes.Cut(body, []byte("\nstream\n"))
	words := bytes.FieldsFunc(dict, func(r rune) bool { return r == ' ' || r == '[' || r == ']' })
	for i := 2; i < len(words); i++ {
		if string(words[i]) == "R" && string(words[i-1]) == "0" {
			if num, err := strconv.Atoi(string(words[i-2])); err == nil {
				out = append(out, num)
			}
		}
	}
	return out
}
