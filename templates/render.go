package templates

import (
	"crypto/sha256"
	"fmt"
	"strconv"

	"kyket/internal/pdf/font"
	"kyket/pact"
	"kyket/templates/finish"
)

// Render sets, draws and finishes a paper. The same paper gives the same bytes, per Go release. Errors: ErrCharacter
// names a character that the font cannot show and where it stands.
func Render(p Paper) (Rendered, error) {
	if p.Fonts == nil {
		fonts, err := font.Liberation()
		if err != nil {
			return Rendered{}, fmt.Errorf("read the fonts: %w", err)
		}
		p.Fonts = fonts
	}
	return render(&p, newGofpdf(p.Created))
}

func render(p *Paper, d drawing) (Rendered, error) {
	if err := p.check(); err != nil {
		return Rendered{}, err
	}
	var out Rendered
	sheet := newSheet(d, p.Fonts)
	f := &flow{canvas: sheet, measurer: measurer{p.Fonts}}
	foot := &footer{paper: p}
	f.everyPage = func(sheetNumber int) { foot.draw(f, sheetNumber) }
	f.open(1)
	out.Warnings = p.warnings()
	p.compose(f, func(field pact.Field, page int, rect [4]float64) {
		placed := PlacedField{field, page, rect}
		if field.Name == "" {
			out.Boxes = append(out.Boxes, placed)
		} else {
			out.Fields = append(out.Fields, placed)
		}
	})
	sheet.root.Kids = append(sheet.root.Kids[foot.elements:], sheet.root.Kids[:foot.elements]...) // read after the text
	drawn, err := sheet.bytes()
	if err != nil {
		return Rendered{}, err
	}
	out.Pages = sheet.page()
	out.PDF, err = finish.Finish(drawn, p.plan(sheet, f.bookmarks))
	return out, err
}

// compose lays the paper out: text, signatures, recipients, annexes.
func (p *Paper) compose(f *flow, place func(pact.Field, int, [4]float64)) {
	c := &composer{paper: p}
	c.text()
	fields := p.Seating.Fields()
	c.add(seatRows(p.Seating, fields, place)...)
	var hidden []pact.Field
	for _, field := range fields {
		if field.Kind == pact.CertificationField || field.Kind == pact.StampField {
			hidden = append(hidden, field)
		}
	}
	if list := p.recipients(); len(list) > 0 {
		c.add(recipients{list})
	}
	c.add(unseen{hidden, place})
	f.run(append(c.blocks, c.annex...))
}

func (p *Paper) recipients() []string {
	list := p.Content.Recipients
	if len(list) == 0 {
		list = p.Recipients
	}
	var out []string
	for _, s := range list {
		if s = clean(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// title is the document's title in its properties.
func (p *Paper) title() string { return clean(p.Content.TypeName + " " + p.Content.Subject) }

func (p *Paper) plan(s *sheet, bookmarks []finish.Bookmark) finish.Plan {
	plan := finish.Plan{
		Root: s.root, Fonts: p.Fonts, Used: s.used, Bookmarks: bookmarks,
		Title: p.title(), Author: clean(p.Issuer), Subject: clean(p.Content.Subject), Language: "vi-VN", Producer: "Kyket",
		Created: p.Created, Plain: p.Seating.Policy == pact.OpenTool,
	}
	if len(p.Manifest) > 0 {
		plan.Files = append(plan.Files, finish.File{Name: "manifest.json", Type: "application/json", Relationship: "Data",
			Description: "Bản kê của văn bản: băm nội dung và hồ sơ lấy ý kiến, các đơn vị, ô chữ ký", Data: p.Manifest})
	}
	if len(p.PactJSON) > 0 {
		plan.Files = append(plan.Files, finish.File{Name: "pact.json", Type: "application/json", Relationship: "Source",
			Description: "Nội dung giao ước ở dạng máy đọc được", Data: p.PactJSON})
	}
	h := sha256.New()
	for _, part := range [][]byte{[]byte(p.title()), []byte(p.Code), p.Manifest, p.PactJSON} {
		h.Write(strconv.AppendInt(nil, int64(len(part)), 10))
		h.Write(part)
	}
	plan.ID = uuid(h.Sum(nil))
	return plan
}

// uuid makes a UUID of version 8 (RFC 9562) of a hash.
func uuid(sum []byte) string {
	b := append([]byte(nil), sum[:16]...)
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80
	return fmt.Sprintf("uuid:%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
