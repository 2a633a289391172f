// Package pdf is the file format of ISO 32000: objects, a strict reader with its revisions, a writer for a
// first revision and one for increments. It knows bytes and structure; it does not know what a pact, a
// signature policy or a certificate is.
package pdf

// Object is one of Null, Bool, Integer, Real, String, Name, Array, Dict, Ref, *Stream or Raw (ISO 32000-1, 7.3).
type Object interface{ isObject() }

type (
	// Null is the null object.
	Null struct{}
	// Bool is true or false.
	Bool bool
	// Integer is an integer number.
	Integer int64
	// Real is a number with a fraction; written with at most four decimals.
	Real float64
	// String holds the decoded bytes of a literal or hexadecimal string.
	String []byte
	// Name is a name without its solidus, #-escapes decoded.
	Name string
	// Array is an array object.
	Array []Object
	// Ref is an indirect reference.
	Ref struct{ Num, Gen int }
	// Dict is a dictionary that keeps the order of its keys: validators walk a file in its order, and a
	// rewritten dictionary must differ in nothing but what was meant to differ.
	Dict []Entry
	// Entry is one key of a Dict with its value.
	Entry struct {
		Key   Name
		Value Object
	}
	// Stream is a stream object with its data as stored in the file, filters not undone.
	Stream struct {
		Dict Dict
		Data []byte
	}
	// Raw is written to the file as it stands; the reader never returns it. A signature dictionary is one, so
	// that the places of its byte range and contents are known.
	Raw []byte
)

func (Null) isObject()    {}
func (Bool) isObject()    {}
func (Integer) isObject() {}
func (Real) isObject()    {}
func (String) isObject()  {}
func (Name) isObject()    {}
func (Array) isObject()   {}
func (Ref) isObject()     {}
func (Dict) isObject()    {}
func (*Stream) isObject() {}
func (Raw) isObject()     {}

// Get returns the value of key, nil when it is absent.
func (d Dict) Get(key Name) Object {
	for _, e := range d {
		if e.Key == key {
			return e.Value
		}
	}
	return nil
}

// With returns a copy of d in which key has the value v: in its old place, or at the end when it is new.
func (d Dict) With(key Name, v Object) Dict {
	out := make(Dict, 0, len(d)+1)
	found := false
	for _, e := range d {
		if e.Key == key {
			e.Value, found = v, true
		}
		out = append(out, e)
	}
	if !found {
		out = append(out, Entry{key, v})
	}
	return out
}

// Form is the appearance of a signature as a value: what a form XObject (ISO 32000-1, 8.10) draws in a field's box.
// templates makes it, signing/pades puts it into an increment; workflow only hands it on.
type Form struct {
	// Width and Height of the box in points; they must equal the field's /Rect.
	Width, Height float64
	// Content is the content stream, not compressed. It refers to fonts and images by the names below.
	Content []byte
	// Fonts lists the names of fonts of the AcroForm's default resources (/DR /Font) that Content uses.
	Fonts []Name
	// Images are alpha masks drawn in one colour, by the name that Content uses (/Im1 Do).
	Images []Image
}

// Image is a picture of handwriting: one colour, and how much of it covers each pixel.
type Image struct {
	Name          Name
	Width, Height int
	// Colour is the RGB colour of all pixels.
	Colour [3]byte
	// Alpha holds the coverage, 8 bits a pixel, row by row from the top.
	Alpha []byte
}
