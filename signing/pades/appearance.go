package pades

import (
	"fmt"
	"slices"
	"strconv"

	"kyket/internal/pdf"
)

// draw writes an appearance: the blank's /BBox and fonts, and the images as soft masks over one point of colour.
func draw(inc *pdf.Increment, h Head, f Field, form *pdf.Form) (pdf.Ref, error) {
	bad := func(why string) (pdf.Ref, error) {
		return pdf.Ref{}, fmt.Errorf("%w: field %s: %s", ErrAppearance, f.Name, why)
	}
	if form == nil {
		if f.Visible() {
			return bad("it has a box, which must show who signed")
		}
		return pdf.Ref{}, nil
	}
	if !f.Visible() {
		return bad("it has no box")
	}
	if !near(form.Width, f.Rect[2]-f.Rect[0]) || !near(form.Height, f.Rect[3]-f.Rect[1]) {
		return bad(fmt.Sprintf("%g × %g drawn", form.Width, form.Height))
	}
	fonts := map[string]pdf.Ref{}
	for name, ref := range f.Fonts {
		fonts[name] = ref
	}
	for _, name := range form.Fonts {
		ref, known := h.Fonts[string(name)]
		if !known {
			return bad("unknown font " + string(name))
		}
		fonts[string(name)] = ref
	}
	var res, list, images pdf.Dict
	for _, name := range sortedKeys(fonts) {
		list = append(list, pdf.Entry{Key: pdf.Name(name), Value: fonts[name]})
	}
	if len(list) > 0 {
		res = append(res, pdf.Entry{Key: "Font", Value: list})
	}
	for _, im := range form.Images {
		ref, err := image(inc, im)
		if err != nil {
			return bad(err.Error())
		}
		images = append(images, pdf.Entry{Key: im.Name, Value: ref})
	}
	if len(images) > 0 {
		res = append(res, pdf.Entry{Key: "XObject", Value: images})
	}
	return inc.AddStream(pdf.Dict{
		{Key: "Type", Value: pdf.Name("XObject")}, {Key: "Subtype", Value: pdf.Name("Form")},
		{Key: "BBox", Value: pdf.Raw(f.BBox)}, {Key: "Resources", Value: res},
	}, form.Content), nil
}

func sortedKeys(m map[string]pdf.Ref) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// image writes handwriting: four bits of coverage a pixel are enough on paper and a third smaller than eight.
func image(inc *pdf.Increment, im pdf.Image) (pdf.Ref, error) {
	if im.Width < 1 || im.Height < 1 || im.Width > 4096 || im.Height > 4096 || len(im.Alpha) != im.Width*im.Height {
		return pdf.Ref{}, fmt.Errorf("image %s of %s × %s pixels with %s of them", im.Name, strconv.Itoa(im.Width), strconv.Itoa(im.Height), strconv.Itoa(len(im.Alpha)))
	}
	row := (im.Width + 1) / 2
	packed := make([]byte, row*im.Height)
	for y := range im.Height {
		for x, a := range im.Alpha[y*im.Width : (y+1)*im.Width] {
			v := byte((int(a) + 8) / 17) // to the nearest of sixteen
			if x%2 == 0 {
				v <<= 4
			}
			packed[y*row+x/2] |= v
		}
	}
	kind := func(w, h, bits int, space pdf.Name) pdf.Dict {
		return pdf.Dict{
			{Key: "Type", Value: pdf.Name("XObject")}, {Key: "Subtype", Value: pdf.Name("Image")},
			{Key: "Width", Value: pdf.Integer(w)}, {Key: "Height", Value: pdf.Integer(h)},
			{Key: "ColorSpace", Value: space}, {Key: "BitsPerComponent", Value: pdf.Integer(bits)},
		}
	}
	mask := inc.AddStream(kind(im.Width, im.Height, 4, "DeviceGray"), packed)
	colour := kind(1, 1, 8, "DeviceRGB").With("SMask", mask)
	return inc.Add(&pdf.Stream{Dict: colour, Data: im.Colour[:]}), nil
}
