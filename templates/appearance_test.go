package templates

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"kyket/internal/pdf"
	"kyket/internal/pdf/font"
	"kyket/pact"
)

var signedAt = time.Date(2027, 1, 15, 3, 5, 12, 0, time.UTC)

// appearances makes one for every field that shows something.
func appearances(t testing.TB, r Rendered) map[string]pdf.Form {
	t.Helper()
	out := map[string]pdf.Form{}
	for _, f := range r.Fields {
		if f.Width() == 0 {
			continue
		}
		a := Appearance{Width: f.Width(), Height: f.Height(), Formula: "KT. TRƯỞNG THI HÀNH ÁN DÂN SỰ\nPHÓ TRƯỞNG THI HÀNH ÁN DÂN SỰ", Name: "Điểu Thị Ngọc Bích", SignedAt: signedAt, Trial: true}
		if f.Kind == pact.SealField {
			a.Seal, a.Formula, a.Name = true, "", f.Title
		}
		form, err := SignatureAppearance(a)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = form
	}
	return out
}

var shown = regexp.MustCompile(`BT /(VNB?) ([\d.]+) Tf ([\d.-]+) ([\d.-]+) Td <([0-9A-F]+)> Tj ET`)

// textOfForm decodes a form's lines with their boxes.
func textOfForm(t *testing.T, form pdf.Form) (lines []string, boxes [][4]float64) {
	t.Helper()
	fonts, err := font.Liberation()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range shown.FindAllStringSubmatch(string(form.Content), -1) {
		var s []rune
		for i := 0; i+4 <= len(m[5]); i += 4 {
			n, err := strconv.ParseUint(m[5][i:i+4], 16, 16)
			if err != nil {
				t.Fatal(err)
			}
			s = append(s, rune(n))
		}
		face := fonts[font.Regular]
		if m[1] == "VNB" {
			face = fonts[font.Bold]
		}
		var v [3]float64
		for i := range v {
			v[i], _ = strconv.ParseFloat(m[2+i], 64)
		}
		lines = append(lines, string(s))
		boxes = append(boxes, [4]float64{v[1], v[2] - 0.22*v[0], v[1] + face.Width(string(s), v[0]), v[2] + 0.75*v[0]})
	}
	return lines, boxes
}

func TestAppearanceFitsItsBox(t *testing.T) {
	long := strings.TrimSpace(strings.Repeat("PHÓ TRƯỞNG PHÒNG TỔ CHỨC CÁN BỘ ", 3))
	for _, size := range [][2]float64{{226, 104}, {150, 82}, {147, 104}, {76, 104}, {600, 40}} {
		for _, formula := range []string{"", "GIÁM ĐỐC", "KT. TRƯỞNG THI HÀNH ÁN DÂN SỰ\nPHÓ TRƯỞNG THI HÀNH ÁN DÂN SỰ", "TUQ. GIÁM ĐỐC\n" + long} {
			for _, name := range []string{"Vũ Ân", "Nguyễn Thị Hồng Hạnh", strings.TrimSpace(strings.Repeat("Nguyễn Khắc ", 8))} {
				if size[1] < 50 && len(formula) > 60 {
					continue
				}
				form, err := SignatureAppearance(Appearance{Width: size[0], Height: size[1], Formula: formula, Name: name, SignedAt: signedAt, Trial: true})
				if err != nil {
					t.Errorf("%v, %q, %q: %v", size, formula, name, err)
					continue
				}
				lines, boxes := textOfForm(t, form)
				all := strings.Join(lines, " ")
				if want := strings.TrimSpace(strings.ReplaceAll(formula, "\n", " ") + " " + name + " 2027-01-15T10:05:12+07:00 - Chữ ký thử nghiệm"); all != want {
					t.Errorf("%v says %q, want %q", size, all, want)
				}
				for i, b := range boxes {
					if b[0] < 0 || b[1] < 0 || b[2] > size[0]+0.1 || b[3] > size[1] {
						t.Errorf("%v: %q stands at %.1f", size, lines[i], b)
					}
					if i > 0 && b[3] > boxes[i-1][3] {
						t.Errorf("%v: %q does not stand below %q", size, lines[i], lines[i-1])
					}
				}
			}
		}
	}
	if _, err := SignatureAppearance(Appearance{Width: 60, Height: 20, Formula: long, Name: long}); !errors.Is(err, ErrBox) {
		t.Errorf("a stamp-sized box takes everything: %v", err)
	}
}

// Two lines of formula and a name are readable in every box that a paper has.
func TestBoxesAreLargeEnough(t *testing.T) {
	for _, l := range []seatLayout{wideSeats, narrowSeats} {
		a := Appearance{Width: l.width, Height: l.height, Formula: "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC", Name: "Nguyễn Thị Hồng Hạnh", SignedAt: signedAt}
		a.Fonts, _ = font.Liberation()
		s, ok := a.fit()
		if !ok || s.topSize < 10 || s.nameSize < 10 || s.footSize < 5 {
			t.Errorf("%d columns: %+v", l.columns, s)
		}
	}
}

func TestAppearanceRefusesOtherCharacters(t *testing.T) {
	for _, a := range []Appearance{{Name: "Ngọc 🎉"}, {Name: "Ω", Formula: "GIÁM ĐỐC"}, {Name: "A", Formula: "GIÁM ĐỐC →"}} {
		a.Width, a.Height = 226, 104
		if _, err := SignatureAppearance(a); !errors.Is(err, ErrCharacter) {
			t.Errorf("%+v: %v", a, err)
		}
	}
	if _, err := SignatureAppearance(Appearance{Width: 226, Height: 104, Name: "Nguye\u0302\u0303n"}); err != nil { // decomposed is composed
		t.Error(err)
	}
}

func TestHandwriting(t *testing.T) {
	form := func(a Appearance) pdf.Form {
		a.Width, a.Height, a.Name = 226, 104, "Vũ Quang Minh"
		f, err := SignatureAppearance(a)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	first := form(Appearance{Trial: true}).Images[0]
	if !bytes.Equal(first.Alpha, form(Appearance{Trial: true}).Images[0].Alpha) || bytes.Equal(first.Alpha, scribble("Lê Anh Dũng")) {
		t.Error("the same name has the same hand, another one another")
	}
	if len(first.Alpha) != first.Width*first.Height || first.Colour[2] < first.Colour[0] {
		t.Errorf("%d x %d, colour %v", first.Width, first.Height, first.Colour)
	}
	for _, a := range []Appearance{{Seal: true, Trial: true}, {}} { // neither a seal nor an autograph with legal effect
		if n := len(form(a).Images); n != 0 {
			t.Errorf("%+v: %d pictures were made up", a, n)
		}
	}
	// A red seal with transparency, and black ink on white paper.
	seal := image.NewNRGBA(image.Rect(0, 0, 400, 400))
	ink := image.NewGray(image.Rect(0, 0, 300, 100))
	for i := range ink.Pix {
		ink.Pix[i] = 255
	}
	for i := range 100 {
		for j := range 100 {
			seal.SetNRGBA(150+i, 150+j, color.NRGBA{220, 0, 0, 255})
			ink.SetGray(i, j, color.Gray{0})
		}
	}
	for _, c := range []struct {
		picture image.Image
		red     bool
	}{{seal, true}, {ink, false}} {
		var b bytes.Buffer
		if err := png.Encode(&b, c.picture); err != nil {
			t.Fatal(err)
		}
		im := form(Appearance{Image: b.Bytes(), Seal: c.red}).Images[0]
		if len(im.Alpha) != im.Width*im.Height || im.Width > 2*maskWidth || im.Height > 2*maskHeight {
			t.Fatalf("%d x %d", im.Width, im.Height)
		}
		covered := 0
		for _, a := range im.Alpha {
			if a > 127 {
				covered++
			}
		}
		if share := float64(covered) / float64(len(im.Alpha)); share < 0.05 || share > 0.4 {
			t.Errorf("%.2f is covered", share)
		}
		if c.red != (im.Colour[0] > 200) {
			t.Errorf("colour %v", im.Colour)
		}
	}
	for _, b := range [][]byte{[]byte("GIF89a"), make([]byte, maxImageBytes+1), {0x89, 'P', 'N', 'G'}} {
		if _, err := SignatureAppearance(Appearance{Width: 226, Height: 104, Name: "A", Image: b}); !errors.Is(err, ErrImage) {
			t.Errorf("%d bytes: %v", len(b), err)
		}
	}
}

func FuzzSignatureImage(f *testing.F) {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 3, 2))); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte("\x89PNG\r\n\x1a\n"))
	f.Fuzz(func(t *testing.T, picture []byte) {
		form, err := SignatureAppearance(Appearance{Width: 150, Height: 82, Name: "A", Image: picture})
		if err == nil {
			for _, im := range form.Images {
				if len(im.Alpha) != im.Width*im.Height {
					t.Fatalf("%d x %d, %d", im.Width, im.Height, len(im.Alpha))
				}
			}
		}
	})
}
