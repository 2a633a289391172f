package templates

import (
	"testing"

	"kyket/internal/pdf"
)

// filled writes appearances into fields, as a signature's increment does, without a signature.
func filled(t testing.TB, r Rendered, forms map[string]pdf.Form) []byte {
	t.Helper()
	f, err := pdf.Open(r.PDF)
	if err != nil {
		t.Fatal(err)
	}
	acro := getDict(t, f, catalog(t, f).Get("AcroForm"))
	fonts := getDict(t, f, getDict(t, f, acro.Get("DR")).Get("Font"))
	inc := pdf.NewIncrement(f.Tail())
	for _, o := range acro.Get("Fields").(pdf.Array) {
		field := getDict(t, f, o)
		form, ok := forms[field.Get("T").(pdf.String).Text()]
		if !ok {
			continue
		}
		used := pdf.Dict{}
		for _, name := range form.Fonts {
			used = append(used, pdf.Entry{Key: name, Value: fonts.Get(name)})
		}
		images := pdf.Dict{}
		for _, im := range form.Images {
			mask := inc.AddStream(pdf.Dict{{Key: "Type", Value: pdf.Name("XObject")}, {Key: "Subtype", Value: pdf.Name("Image")},
				{Key: "Width", Value: pdf.Integer(im.Width)}, {Key: "Height", Value: pdf.Integer(im.Height)},
				{Key: "ColorSpace", Value: pdf.Name("DeviceGray")}, {Key: "BitsPerComponent", Value: pdf.Integer(8)}}, im.Alpha)
			images = append(images, pdf.Entry{Key: im.Name, Value: inc.AddStream(pdf.Dict{{Key: "Type", Value: pdf.Name("XObject")}, {Key: "Subtype", Value: pdf.Name("Image")},
				{Key: "Width", Value: pdf.Integer(1)}, {Key: "Height", Value: pdf.Integer(1)}, {Key: "ColorSpace", Value: pdf.Name("DeviceRGB")},
				{Key: "BitsPerComponent", Value: pdf.Integer(8)}, {Key: "SMask", Value: mask}}, im.Colour[:])})
		}
		ap := inc.AddStream(pdf.Dict{{Key: "Type", Value: pdf.Name("XObject")}, {Key: "Subtype", Value: pdf.Name("Form")},
			{Key: "BBox", Value: pdf.Array{pdf.Integer(0), pdf.Integer(0), pdf.Real(form.Width), pdf.Real(form.Height)}},
			{Key: "Resources", Value: pdf.Dict{{Key: "Font", Value: used}, {Key: "XObject", Value: images}}}}, form.Content)
		inc.Put(o.(pdf.Ref), field.With("AP", pdf.Dict{{Key: "N", Value: ap}}))
	}
	tail, _, _, err := inc.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return append(append([]byte(nil), r.PDF...), tail...)
}

func catalog(t testing.TB, f *pdf.File) pdf.Dict {
	t.Helper()
	d, err := f.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func get(t testing.TB, f *pdf.File, o pdf.Object) pdf.Object {
	t.Helper()
	o, err := f.Resolve(o)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func getDict(t testing.TB, f *pdf.File, o pdf.Object) pdf.Dict {
	t.Helper()
	switch v := get(t, f, o).(type) {
	case pdf.Dict:
		return v
	case *pdf.Stream:
		return v.Dict
	}
	t.Fatalf("%v is no dictionary", o)
	return nil
}
