package templates

import (
	"github.com/boombuler/barcode/qr"

	"kyket/internal/pdf/font"
	"kyket/templates/finish"
)

// TrialMark is printed on every page of a trial folder's papers.
const TrialMark = "BẢN THỬ NGHIỆM - KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"

// footer is what stands in the bottom margin: the QR code on the first page, the trial mark on every one.
type footer struct {
	paper *Paper
	// elements counts those that the first page's footer added to the structure.
	elements int
}

const (
	qrSize    = 13.5 * mm
	qrTop     = pageHeight - 17.5*mm
	footSize  = 8.0
	footGrey  = 0.25
	trialLine = qrTop + footSize*ascent + 2 // level with the short line beside the QR code
)

func (ft *footer) draw(f *flow, sheetNumber int) {
	if sheetNumber == 1 {
		ft.code(f)
	}
	if !ft.paper.Trial {
		return
	}
	t := typeface{font.Bold, footSize}
	mark := func() {
		f.text(marginLeft+textWidth-f.width(t, TrialMark), trialLine, t, TrialMark+" ", 0.45)
	}
	if sheetNumber > 1 {
		f.artifact(mark)
		return
	}
	f.begin(&finish.Element{Tag: "P"})
	mark()
	f.end()
	ft.elements++
}

// code draws the QR code of the public address, and the address beside it for who has no camera.
func (ft *footer) code(f *flow) {
	p := ft.paper
	if p.VerifyURL == "" {
		return
	}
	symbol, err := qr.Encode(p.VerifyURL, qr.M, qr.Auto)
	if err != nil {
		return // check has refused an address that is too long
	}
	x := marginLeft
	n := symbol.Bounds().Dx()
	module := qrSize / float64(n)
	f.begin(&finish.Element{Tag: "Figure", Alt: "Mã QR dẫn tới trang kiểm tra văn bản: " + p.VerifyURL,
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
	t := typeface{font.Regular, footSize}
	for i, s := range []string{"Kiểm tra văn bản tại: ", p.VerifyURL + " ", "Mã tra cứu: " + p.Code + " "} {
		f.begin(&finish.Element{Tag: "P"})
		f.text(x+qrSize+6, qrTop+footSize*ascent+2+float64(i)*footSize*1.35, t, s, footGrey)
		f.end()
	}
	ft.elements += 4
}
