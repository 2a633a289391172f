package templates

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"kyket/internal/pdf"
	"kyket/internal/pdf/font"
	"kyket/pact"
	"kyket/templates/finish"
)

// Appearance is what a signature shows in its box.
type Appearance struct {
	// Width and Height of the field's box in points.
	Width, Height float64
	// Formula is the capacity as printed, lines parted by "\n": "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC". It may be empty.
	Formula string
	// Name of the signer, or of the agency for its seal.
	Name string
	// Agency is drawn above the formula; usually empty, for it stands above the box already.
	Agency string
	// SignedAt is drawn in ISO 8601 with the zone of Vietnam (Decree 30/2020/NĐ-CP, Phụ lục I, II.7); zero draws no time.
	SignedAt time.Time
	// Image is a PNG of the handwriting or the seal; without one, a trial makes a scribble up
	// from the name: an invented autograph has no place on a paper with legal effect.
	Image []byte
	// Seal says that an agency seals: nothing is made up for it.
	Seal bool
	// Trial says that the signature has no legal effect.
	Trial bool
	// Fonts is the family of the paper; nil is Liberation Serif.
	Fonts *font.Family
}

// Refusals of an appearance.
var (
	// ErrBox refuses words that do not fit the box at a size that can be read.
	ErrBox = pact.Problem(pact.Invalid, "appearance_does_not_fit",
		"Họ tên và chức danh quá dài so với ô chữ ký ({width} x {height} điểm).",
		"Name and capacity are too long for the signature box ({width} x {height} points).")
	// ErrImage refuses a picture that is no usable PNG.
	ErrImage = pact.Problem(pact.Invalid, "signature_image",
		"Không dùng được ảnh chữ ký: cần tệp PNG không quá {most} KB, mỗi chiều không quá {side} điểm ảnh.",
		"The signature image cannot be used: a PNG of at most {most} KB and {side} pixels a side is needed.")
)

const (
	boxPad       = 4.0
	largestText  = 12.0 // of formula and name
	smallestText = 3.5
	textStep     = 0.25
	steadyName   = 9.5  // down to here the name keeps its size while the formula shrinks
	largestFoot  = 6.5  // of the line of the time
	imageShare   = 0.27 // of the box's height that the handwriting has at least
	trialWords   = "Chữ ký thử nghiệm"
)

// handwritingColour is the blue that Decree 30/2020/NĐ-CP asks for.
var handwritingColour = [3]byte{0x10, 0x20, 0x90}

// SignatureAppearance draws what a signature shows. Text is set in the fonts that every paper carries under the names
// VN and VNB in its AcroForm's /DR, as two-byte code points; a character that those do not hold is refused. Text is
// wrapped and made smaller until it fits the box.
func SignatureAppearance(a Appearance) (pdf.Form, error) {
	if a.Fonts == nil {
		fonts, err := font.Liberation()
		if err != nil {
			return pdf.Form{}, fmt.Errorf("read the fonts: %w", err)
		}
		a.Fonts = fonts
	}
	if err := a.check(); err != nil {
		return pdf.Form{}, err
	}
	set, ok := a.fit()
	if !ok {
		return pdf.Form{}, ErrBox.With("width", a.Width).With("height", a.Height)
	}
	images, err := a.images()
	if err != nil {
		return pdf.Form{}, err
	}
	return pdf.Form{
		Width: a.Width, Height: a.Height, Content: a.draw(set, images),
		Fonts: []pdf.Name{finish.RegularName, finish.BoldName}, Images: images,
	}, nil
}

// check refuses characters that the embedded fonts of a paper do not hold.
func (a Appearance) check() error {
	for _, t := range []struct{ place, ref, text string }{
		{"họ tên người ký", "name", a.Name}, {"chức danh người ký", "formula", a.Formula}, {"tên cơ quan", "agency", a.Agency},
	} {
		for _, r := range clean(t.text) {
			if !a.Fonts[font.Regular].Seeded(r) || !a.Fonts[font.Bold].Seeded(r) {
				return ErrCharacter.With("char", string(r)).With("code", fmt.Sprintf("U+%04X", r)).With("place", t.place).With("clause", t.ref)
			}
		}
	}
	return nil
}

// setting is the text of an appearance, broken: formula (and agency) on top, the name, and the line of the time.
type setting struct {
	top, name                   []row
	foot                        string
	topSize, nameSize, footSize float64
}

func (s setting) heights() (top, bottom float64) {
	bottom = float64(len(s.name)) * s.nameSize * single
	if s.foot != "" {
		bottom += s.footSize * single
	}
	return float64(len(s.top)) * s.topSize * single, bottom
}

// fit finds the largest sizes at which everything fits: the formula gives way before the name does.
func (a Appearance) fit() (setting, bool) {
	for _, least := range []float64{steadyName, smallestText} {
		for size := largestText; size >= smallestText; size -= textStep {
			if s, ok := a.set(size, max(size, least)); ok {
				return s, true
			}
		}
	}
	return setting{}, false
}

// set breaks the text at given sizes of formula and name.
func (a Appearance) set(topSize, nameSize float64) (setting, bool) {
	m := measurer{a.Fonts}
	width := a.Width - 2*boxPad
	s := setting{topSize: topSize, nameSize: nameSize, foot: a.foot()}
	fits := true
	broken := func(size float64, text string, style font.Style) []row {
		widest, _ := m.widest(size, span{text, style})
		fits = fits && widest <= width
		return m.balanced(size, width, span{text, style})
	}
	if agency := clean(a.Agency); agency != "" {
		s.top = append(s.top, broken(topSize, strings.ToUpper(agency), font.Regular)...)
	}
	for _, text := range lines(a.Formula) {
		s.top = append(s.top, broken(topSize, text, font.Bold)...)
	}
	s.name = broken(nameSize, clean(a.Name), font.Bold)
	s.footSize = min(largestFoot, nameSize)
	if w := m.width(typeface{font.Regular, s.footSize}, s.foot); w > width {
		s.footSize *= width / w
	}
	top, bottom := s.heights()
	return s, fits && top+bottom+a.Height*imageShare <= a.Height-2*boxPad
}

// foot is the line of the time, and of the trial.
func (a Appearance) foot() string {
	var parts []string
	if !a.SignedAt.IsZero() {
		parts = append(parts, a.SignedAt.In(pact.ICT).Format("2006-01-02T15:04:05-07:00"))
	}
	if a.Trial {
		parts = append(parts, trialWords)
	}
	return strings.Join(parts, " - ")
}

// draw writes the content stream: formula on top, name and time at the bottom, the image between them.
func (a Appearance) draw(s setting, images []pdf.Image) []byte {
	var b bytes.Buffer
	top, bottom := s.heights()
	room := a.Height - 2*boxPad - top - bottom
	for _, image := range images {
		w, h := float64(image.Width), float64(image.Height)
		scale := min(room/h, (a.Width-2*boxPad)*0.8/w)
		fmt.Fprintf(&b, "q %.2f 0 0 %.2f %.2f %.2f cm /%s Do Q\n", w*scale, h*scale, (a.Width-w*scale)/2, boxPad+bottom+(room-h*scale)/2, image.Name)
	}
	b.WriteString("0 g\n")
	y := a.Height - boxPad
	for _, r := range s.top {
		a.line(&b, r, y-s.topSize*ascent, s.topSize)
		y -= s.topSize * single
	}
	y = boxPad + bottom
	for _, r := range s.name {
		a.line(&b, r, y-s.nameSize*ascent, s.nameSize)
		y -= s.nameSize * single
	}
	if s.foot != "" {
		a.line(&b, row{words: []word{{text: s.foot}}, width: a.Fonts[font.Regular].Width(s.foot, s.footSize)}, y-s.footSize*ascent, s.footSize)
	}
	return b.Bytes()
}

// line sets one centred line; all its words are of one style.
func (a Appearance) line(b *bytes.Buffer, r row, y, size float64) {
	name := finish.RegularName
	if r.words[0].style == font.Bold {
		name = finish.BoldName
	}
	var text []string
	for _, w := range r.words {
		text = append(text, w.text)
	}
	fmt.Fprintf(b, "BT /%s %.2f Tf %.2f %.2f Td <%X> Tj ET\n", name, size, (a.Width-r.width)/2, y, font.Codes(nil, strings.Join(text, " ")))
}
