package font

import (
	"fmt"
	"sync"

	"github.com/go-fonts/liberation/liberationserifbold"
	"github.com/go-fonts/liberation/liberationserifbolditalic"
	"github.com/go-fonts/liberation/liberationserifitalic"
	"github.com/go-fonts/liberation/liberationserifregular"
)

// Style is one of the four faces of a family.
type Style int

// The faces of a family.
const (
	Regular Style = iota
	Bold
	Italic
	BoldItalic
)

// Family is the four faces that a paper is set in. All but bold italic are
// seeded with Vietnamese: ready made for documents, and for what signatures add to them.
type Family [4]*Face

// NewFamily parses four font programs, in the order of the styles: an administrator's Times New Roman, for instance.
func NewFamily(programs [4][]byte) (*Family, error) {
	var out Family
	for style, b := range programs {
		f, err := Parse(b)
		if err != nil {
			return nil, fmt.Errorf("face %d: %w", style, err)
		}
		seed := Vietnamese()
		if Style(style) == BoldItalic { // all that a paper sets in it
			seed = []rune("Nơi nhận: ")
		}
		if out[style], err = NewFace(f, seed); err != nil {
			return nil, fmt.Errorf("face %d: %w", style, err)
		}
	}
	return &out, nil
}

// Liberation returns Liberation Serif (SIL Open Font License), whose widths are those of Times New Roman. It
// is prepared at the first call and shared afterwards.
func Liberation() (*Family, error) { return liberation() }

var liberation = sync.OnceValues(func() (*Family, error) {
	return NewFamily([4][]byte{
		liberationserifregular.TTF, liberationserifbold.TTF, liberationserifitalic.TTF, liberationserifbolditalic.TTF,
	})
})
