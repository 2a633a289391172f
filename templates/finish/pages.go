package finish

import (
	"bytes"
	"fmt"

	"kyket/internal/pdf"
	"kyket/internal/pdf/font"
)

// placeholders are the faces that the drawing is made with, by style: gofpdf needs no font program for them.
var placeholders = [4]pdf.Name{"Times-Roman", "Times-Bold", "Times-Italic", "Times-BoldItalic"}

// embedFonts writes the faces that the paper needs: those that it is set in, and the two for signatures.
func (j *job) embedFonts() {
	for style := range j.plan.Fonts {
		used := j.plan.Used[style]
		if len(used) == 0 && font.Style(style) != font.Regular && font.Style(style) != font.Bold {
			continue
		}
		j.fonts[style] = j.embed(j.plan.Fonts[style].Program(used), font.Style(style))
		j.used[style] = true
	}
}

// embed writes one face as a composite font (ISO 32000-1, 9.7) whose codes are code points.
func (j *job) embed(p *font.Program, style font.Style) pdf.Ref {
	stream := func(data []byte, more ...pdf.Entry) pdf.Ref {
		return j.out.Add(&pdf.Stream{Dict: append(more, pdf.Entry{Key: "Filter", Value: pdf.Name("FlateDecode")}), Data: data})
	}
	flags := 2 | 32 // serif, Latin
	if style == font.Italic || style == font.BoldItalic {
		flags |= 64
	}
	box := pdf.Array{}
	for _, v := range p.BBox {
		box = append(box, pdf.Integer(v))
	}
	name := pdf.Name(p.Name)
	descriptor := j.out.Add(pdf.Dict{
		{Key: "Type", Value: pdf.Name("FontDescriptor")},
		{Key: "FontName", Value: name},
		{Key: "Flags", Value: pdf.Integer(flags)},
		{Key: "FontBBox", Value: box},
		{Key: "ItalicAngle", Value: pdf.Real(p.ItalicAngle)},
		{Key: "Ascent", Value: pdf.Integer(p.Ascent)},
		{Key: "Descent", Value: pdf.Integer(p.Descent)},
		{Key: "CapHeight", Value: pdf.Integer(p.CapHeight)},
		{Key: "StemV", Value: pdf.Integer(p.StemV)},
		{Key: "FontFile2", Value: stream(p.File, pdf.Entry{Key: "Length1", Value: pdf.Integer(p.FileLength)})},
	})
	descendant := j.out.Add(pdf.Dict{
		{Key: "Type", Value: pdf.Name("Font")},
		{Key: "Subtype", Value: pdf.Name("CIDFontType2")},
		{Key: "BaseFont", Value: name},
		{Key: "CIDSystemInfo", Value: pdf.Dict{
			{Key: "Registry", Value: pdf.String("Adobe")},
			{Key: "Ordering", Value: pdf.String("Identity")},
			{Key: "Supplement", Value: pdf.Integer(0)},
		}},
		{Key: "FontDescriptor", Value: descriptor},
		{Key: "W", Value: pdf.Raw("[" + string(p.Widths) + "]")},
		{Key: "CIDToGIDMap", Value: stream(p.CIDToGID)},
	})
	return j.out.Add(pdf.Dict{
		{Key: "Type", Value: pdf.Name("Font")},
		{Key: "Subtype", Value: pdf.Name("Type0")},
		{Key: "BaseFont", Value: name},
		{Key: "Encoding", Value: pdf.Name("Identity-H")},
		{Key: "DescendantFonts", Value: pdf.Array{descendant}},
		{Key: "ToUnicode", Value: stream(p.ToUnicode)},
	})
}

// signatureFonts is the /Font dictionary that signatures may use.
func (j *job) signatureFonts() pdf.Dict {
	return pdf.Dict{{Key: RegularName, Value: j.fonts[font.Regular]}, {Key: BoldName, Value: j.fonts[font.Bold]}}
}

// readPages finds the pages of the drawing and takes numbers for them.
func (j *job) readPages() error {
	catalog, err := j.in.Catalog()
	if err != nil {
		return fmt.Errorf("finish: read the drawing: %w", err)
	}
	if j.tree, err = j.dict(catalog.Get("Pages")); err != nil {
		return err
	}
	kids, ok := j.tree.Get("Kids").(pdf.Array)
	if !ok || len(kids) == 0 {
		return errDrawing
	}
	for range len(kids) + 1 {
		j.pages = append(j.pages, j.out.Reserve())
	}
	j.kids, j.parents = kids, make([][]pdf.Ref, len(j.pages))
	return nil
}

// dict resolves an object of the drawing that must be a dictionary.
func (j *job) dict(o pdf.Object) (pdf.Dict, error) {
	o, err := j.in.Resolve(o)
	if err != nil {
		return nil, fmt.Errorf("finish: read the drawing: %w", err)
	}
	d, ok := o.(pdf.Dict)
	if !ok {
		return nil, errDrawing
	}
	return d, nil
}

// writePages writes the page tree; form and structure know the pages' numbers by then.
func (j *job) writePages() error {
	var resources pdf.Object
	out := pdf.Array{}
	for i, kid := range j.kids {
		page, err := j.dict(kid)
		if err != nil {
			return err
		}
		if resources == nil { // gofpdf's pages share one dictionary
			if resources, err = j.resources(page); err != nil {
				return err
			}
		}
		if err := j.writePage(i+1, page, resources); err != nil {
			return err
		}
		out = append(out, j.pages[i+1])
	}
	j.out.Put(j.pages[0], pdf.Dict{
		{Key: "Type", Value: pdf.Name("Pages")},
		{Key: "Kids", Value: out},
		{Key: "Count", Value: pdf.Integer(len(out))},
		{Key: "MediaBox", Value: j.tree.Get("MediaBox")},
	})
	return nil
}

// writePage writes page number n with the content that was drawn and the fields that are on it.
func (j *job) writePage(n int, page pdf.Dict, resources pdf.Object) error {
	content, err := j.in.Resolve(page.Get("Contents"))
	if err != nil {
		return fmt.Errorf("finish: read the drawing: %w", err)
	}
	stream, ok := content.(*pdf.Stream)
	if !ok || stream.Dict.Get("Filter") != nil {
		return errDrawing
	}
	d := pdf.Dict{
		{Key: "Type", Value: pdf.Name("Page")},
		{Key: "Parent", Value: j.pages[0]},
		{Key: "Resources", Value: resources},
		{Key: "Contents", Value: j.out.AddStream(nil, bytes.TrimSpace(stream.Data))},
		{Key: "StructParents", Value: pdf.Integer(n - 1)},
		{Key: "Tabs", Value: pdf.Name("S")},
	}
	var annots pdf.Array
	for _, w := range j.widgets {
		if w.Page == n {
			annots = append(annots, w.field)
		}
	}
	if annots != nil {
		d = append(d, pdf.Entry{Key: "Annots", Value: annots})
	}
	j.out.Put(j.pages[n], d)
	return nil
}

// resources names our faces as the drawing names its placeholders.
func (j *job) resources(page pdf.Dict) (pdf.Object, error) {
	all, err := j.dict(page.Get("Resources"))
	if err != nil {
		return nil, err
	}
	drawn, err := j.dict(all.Get("Font"))
	if err != nil {
		return nil, err
	}
	fonts := pdf.Dict{}
	for _, e := range drawn {
		f, err := j.dict(e.Value)
		if err != nil {
			return nil, err
		}
		for style, name := range placeholders {
			if f.Get("BaseFont") == name && j.used[style] {
				fonts = append(fonts, pdf.Entry{Key: e.Key, Value: j.fonts[style]})
			}
		}
	}
	return j.out.Add(pdf.Dict{{Key: "Font", Value: fonts}}), nil
}
