package finish

import "kyket/internal/pdf"

// outline writes the bookmarks: one line for each heading of the second level, in the order of the paper.
// ok is false when there is nothing to list.
func (j *job) outline() (root pdf.Ref, ok bool) {
	marks := j.plan.Bookmarks
	if len(marks) == 0 {
		return root, false
	}
	root = j.out.Reserve()
	var items []pdf.Ref
	for range marks {
		items = append(items, j.out.Reserve())
	}
	for i, m := range marks {
		d := pdf.Dict{
			{Key: "Title", Value: pdf.TextString(m.Title)},
			{Key: "Parent", Value: root},
			{Key: "Dest", Value: pdf.Array{j.pages[m.Page], pdf.Name("XYZ"), pdf.Null{}, pdf.Real(m.Top), pdf.Null{}}},
		}
		if i > 0 {
			d = append(d, pdf.Entry{Key: "Prev", Value: items[i-1]})
		}
		if i+1 < len(items) {
			d = append(d, pdf.Entry{Key: "Next", Value: items[i+1]})
		}
		j.out.Put(items[i], d)
	}
	j.out.Put(root, pdf.Dict{
		{Key: "Type", Value: pdf.Name("Outlines")},
		{Key: "First", Value: items[0]},
		{Key: "Last", Value: items[len(items)-1]},
		{Key: "Count", Value: pdf.Integer(len(items))},
	})
	return root, true
}
