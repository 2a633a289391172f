package templates

import (
	"bytes"
	"crypto/sha256"
	"image"
	"image/color"
	"image/png"
	"math"

	"kyket/internal/pdf"
)

// imageName is the image's name in the appearance.
const imageName pdf.Name = "Im1"

// The size of the mask in pixels: more than a box of 4 cm needs in print, and less than two kilobytes.
const maskWidth, maskHeight = 150, 56

// The largest picture that is taken.
const maxImageBytes, maxImageSide = 512 << 10, 2000

// images is the handwriting: the given picture as a mask in one colour, or one made up from the name.
func (a Appearance) images() ([]pdf.Image, error) {
	if len(a.Image) == 0 {
		if a.Seal || !a.Trial {
			return nil, nil
		}
		return []pdf.Image{{Name: imageName, Width: maskWidth, Height: maskHeight, Colour: handwritingColour, Alpha: scribble(clean(a.Name))}}, nil
	}
	refused := ErrImage.With("most", maxImageBytes>>10).With("side", maxImageSide)
	if len(a.Image) > maxImageBytes {
		return nil, refused
	}
	config, err := png.DecodeConfig(bytes.NewReader(a.Image))
	if err != nil || config.Width < 1 || config.Height < 1 || config.Width > maxImageSide || config.Height > maxImageSide {
		return nil, refused.Because(err)
	}
	picture, err := png.Decode(bytes.NewReader(a.Image))
	if err != nil {
		return nil, refused.Because(err)
	}
	return []pdf.Image{mask(picture)}, nil
}

// mask reduces a picture to one colour and its coverage. A picture without transparency is taken for ink on white.
func mask(picture image.Image) pdf.Image {
	size := picture.Bounds()
	scale := min(1, min(2*maskWidth/float64(size.Dx()), 2*maskHeight/float64(size.Dy())))
	w, h := max(1, int(float64(size.Dx())*scale)), max(1, int(float64(size.Dy())*scale))
	opaque := isOpaque(picture)
	out := pdf.Image{Name: imageName, Width: w, Height: h, Alpha: make([]byte, w*h)}
	var weight float64
	var sum [3]float64
	for y := range h {
		for x := range w {
			var cover float64
			n := 0
			for sy := y * size.Dy() / h; sy < max((y+1)*size.Dy()/h, y*size.Dy()/h+1); sy++ {
				for sx := x * size.Dx() / w; sx < max((x+1)*size.Dx()/w, x*size.Dx()/w+1); sx++ {
					c := color.NRGBAModel.Convert(picture.At(size.Min.X+sx, size.Min.Y+sy)).(color.NRGBA)
					ink := float64(c.A)
					if opaque {
						ink = float64(255 - min(c.R, c.G, c.B))
					}
					cover += ink
					weight += ink
					for i, v := range [3]byte{c.R, c.G, c.B} {
						sum[i] += ink * float64(v)
					}
					n++
				}
			}
			out.Alpha[y*w+x] = sixteenth(cover / float64(n))
		}
	}
	if weight > 0 {
		for i := range sum {
			out.Colour[i] = byte(math.Round(sum[i] / weight))
		}
	}
	return out
}

func isOpaque(picture image.Image) bool {
	o, ok := picture.(interface{ Opaque() bool })
	return ok && o.Opaque()
}

// sixteenth rounds a coverage from 0 to 255 to sixteen levels, which is all that a pen stroke needs.
func sixteenth(v float64) byte {
	return byte(math.Round(math.Max(0, math.Min(255, v))/17)) * 17
}

// scribble makes up handwriting from a name: the same name, the same hand.
func scribble(name string) []byte {
	seed := sha256.Sum256([]byte("kyket handwriting\x00" + name))
	part := func(i int) float64 { return float64(seed[i]) / 255 }
	alpha := make([]float64, maskWidth*maskHeight)
	dot := func(cx, cy, radius float64) {
		for y := int(cy - 2); y <= int(cy+2); y++ {
			for x := int(cx - 2); x <= int(cx+2); x++ {
				if x < 0 || y < 0 || x >= maskWidth || y >= maskHeight {
					continue
				}
				v := 255 * (radius + 0.5 - math.Hypot(float64(x)-cx, float64(y)-cy))
				alpha[y*maskWidth+x] = math.Max(alpha[y*maskWidth+x], math.Min(v, 255))
			}
		}
	}
	letters := 4 + math.Round(3*part(0)) // loops of the hand
	lean, swell, drift := 6+8*part(1), 9+6*part(2), 6*(part(3)-0.5)
	const steps = 1400
	for i := range steps + 1 {
		t := float64(i) / steps
		round := 2 * math.Pi * (letters*t + part(4))
		fade := 1 - 0.55*t + 0.25*math.Sin(2*math.Pi*(1.5*t+part(5)))
		x := 14 + 112*t + lean*math.Cos(round)
		y := 30 + drift*t + swell*fade*math.Sin(round) + 4*math.Sin(2*math.Pi*(2.3*t+part(6)))
		dot(x, y, 0.75+0.45*math.Sin(round+part(7)*6))
	}
	for i := range 500 { // the stroke below
		t := float64(i) / 500
		dot(126-(70+30*part(8))*t, 45+3*math.Sin(math.Pi*(t+part(9)))-4*t, 0.5+0.5*math.Sin(math.Pi*t))
	}
	out := make([]byte, len(alpha))
	for i, v := range alpha {
		out[i] = sixteenth(v)
	}
	return out
}
