package templates

import (
	"github.com/boombuler/barcode/qr"

	"kyket/internal/pdf/font"
	"kyket/templates/finish"
)

// TrialMark is printed on every page of a trial folder's papers.
const TrialMark = "BẢN THỬ NGHIỆM - KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"

// footer is what stands in the bottom margin: the QR code on the first page; on every page the address and the code
// for who has no camera, and the trial mark.
type footer struct {
	paper *Paper
	// elements counts those that the first page's footer added to the structure.
	elements int
}

const (
	qrSize   = 13.5 * mm
	qrTop    = pageHeight - 17.5*mm
	footSize = 8.0
	footGrey = 0.25
	footLine = qrTop + footSize*ascent + 2 // the first of the lines beside the QR code
)

func (ft *footer) draw(f *flow, sheetNumber int) {
	first := sheetNumber == 1
	if first {
		ft.code(f)
	}
	if p := ft.paper; p.VerifyURL != "" {
		t, x := typeface{font.Regular, footSize}, marginLeft
		if first {
			x += qrSize + 6
		}
		for i, s := range []string{"Kiểm tra văn bản tại: ", p.VerifyURL + " ", "Mã tra cứu: " + p.Code + " "} {
			ft.line(f, first, x, footLine+float64(i)*footSize*1.35, t, s, footGrey)
		}
	}
	if ft.paper.Trial {
		t := typeface{font.Bold, footSize}
		ft.line(f, first, marginLeft+textWidth-f.width(t, TrialMark), footLine, t, TrialMark+" ", 0.45)
	}
}

// line sets a line of the footer: as text on the first page, as what repeats on the others.
func (ft *footer) line(f *flow, first bool, x, y float64, t typeface, s string, grey float64) {
	if !first {
		f.artifact(func() { f.text(x, y, t, s, grey) })
		return
	}
	f.begin(&finish.Element{Tag: "P"})
	f.text(x, y, t, s, grey)
	f.end()
	ft.elements++
}

// code draws the QR code of the public address.
func (ft *footer) code(f *flow) {
	url := ft.paper.VerifyURL
	if url == "" {
		return
	}
	symbol, err := qr.Encode(url, qr.M, qr.Auto)
	if err != nil {
		return // check has refused an address that is too long
	}
	x := marginLeft
	n := symbol.Bounds().Dx()
	module := qrSize / float64(n)
	f.begin(&finish.Element{Tag: "Figure", Alt: "Mã QR dẫn tới trang kiểm tra văn bản: " + url,
		Box: &[4]float64{cents(x), cents(pageHeight - qrTop - qrSize), cents(x + qrSize), cents(pageHeight - qrTop)}})
	for j := range n {
		for i := 0; i < n; i++ {
			from := i
			for i < n && dark(symbol.At(i, j)) {
				i++
			}
			if i > from {
				f.fill(x+float64(from)*module, qrTop+float64(j)*module, float64(i-from)*module, module)
			}
		}
	}
	f.end()
	ft.elements++
}
