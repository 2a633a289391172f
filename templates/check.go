package templates

import (
	"fmt"
	"image/color"

	"kyket/internal/pdf/font"
	"kyket/pact"
)

// Refusals of a paper.
var (
	// ErrCharacter names a character that no face of the paper can show, with its place.
	ErrCharacter = pact.Problem(pact.Invalid, "text_char_not_in_font",
		"Ký tự “{char}” ({code}) ở {place} không có trong phông chữ của văn bản. Hãy thay bằng ký tự khác.",
		"The character “{char}” ({code}) in {place} is not in the paper's font. Please use another one.")
	// ErrAddress refuses a public address that does not fit a small QR code.
	ErrAddress = pact.Problem(pact.Invalid, "verify_url_too_long",
		"Địa chỉ tra cứu dài {length} ký tự, quá dài để in thành mã QR (tối đa {most}).",
		"The public address has {length} characters: too long for the QR code (at most {most}).")
	// ErrNoSeat refuses a paper that nobody signs.
	ErrNoSeat = pact.Problem(pact.Invalid, "paper_without_seats",
		"Văn bản chưa có đơn vị nào ký.", "Nobody signs this paper.")
)

const maxAddress = 120

// check refuses what cannot be printed, before anything is drawn. All characters that the font lacks are listed.
func (p *Paper) check() error {
	if len(p.Seating.Seats) == 0 {
		return ErrNoSeat
	}
	if len(p.VerifyURL) > maxAddress {
		return ErrAddress.With("length", len(p.VerifyURL)).With("most", maxAddress)
	}
	return p.printable()
}

// printable lists every character of the paper that its font lacks.
func (p *Paper) printable() error {
	var first *pact.Error
	p.texts(func(place, ref, text string) {
		for _, r := range missing(p.Fonts, clean(text)) {
			e := ErrCharacter.With("char", string(r)).With("code", fmt.Sprintf("U+%04X", r)).With("place", place).With("clause", ref)
			detail := pact.Detail{Code: e.Code, Vi: e.Text("vi"), En: e.Text("en"), Ref: ref}
			if first == nil {
				first = e.Listing(detail)
			} else {
				first = first.Listing(detail)
			}
		}
	})
	if first != nil {
		return first
	}
	return nil
}

// Printable refuses a text that no paper could show, when it is typed rather than when it is frozen.
func Printable(c pact.Content) error {
	fonts, err := font.Liberation()
	if err != nil {
		return err
	}
	return (&Paper{Content: c, Fonts: fonts}).printable()
}

// PrintableText is Printable for the text of one field.
func PrintableText(field, text string) error {
	fonts, err := font.Liberation()
	if err != nil {
		return err
	}
	for _, r := range missing(fonts, clean(text)) {
		return ErrCharacter.With("char", string(r)).With("code", fmt.Sprintf("U+%04X", r)).With("place", field).With("clause", "")
	}
	return nil
}

// Warnings about a paper, which do not keep it from being frozen.
var (
	warnWord = pact.Problem(pact.Invalid, "paper_word_cut",
		"“{word}” ở {place} dài hơn một dòng nên bị ngắt giữa chừng.", "“{word}” in {place} is longer than a line and is cut.")
	warnAgency = pact.Problem(pact.Invalid, "paper_agency_unnamed",
		"Danh sách đăng ký có đơn vị {agency} chưa có tên; văn bản in mã của đơn vị.", "The registrations hold {agency}, an agency without a name: its code is printed.")
)

// warnings lists what a secretariat may want to look at.
func (p *Paper) warnings() []pact.Detail {
	var out []pact.Detail
	warn := func(e *pact.Error, ref string) {
		out = append(out, pact.Detail{Code: e.Code, Vi: e.Text("vi"), En: e.Text("en"), Ref: ref})
	}
	m := measurer{p.Fonts}
	p.texts(func(place, ref, text string) {
		for _, w := range m.words(bodySize, []span{plain(clean(text))}) {
			if w.width > textWidth {
				warn(warnWord.With("word", w.text).With("place", place), ref)
			}
		}
	})
	for i, r := range p.Content.Registrations {
		if p.nameOf(r.Agency) == string(r.Agency) {
			warn(warnAgency.With("agency", r.Agency), fmt.Sprintf("registrations[%d]", i))
		}
	}
	return out
}

// missing lists characters that a face of the family cannot show.
func missing(fonts *font.Family, text string) []rune {
	for _, face := range fonts {
		if m := font.Missing(face, text); m != nil {
			return m
		}
	}
	return nil
}

// texts visits every text of the paper with the name of its place and a reference.
func (p *Paper) texts(visit func(place, ref, text string)) {
	visit("phần đầu văn bản", "issuer", p.Superior+" "+p.Issuer)
	visit("số, ký hiệu", "number", p.Number)
	visit("địa danh, ngày tháng", "place_and_date", p.PlaceAndDate)
	visit("tên loại và trích yếu", "subject", p.Content.TypeName+" "+p.Content.Subject)
	for i, b := range p.Content.Bases {
		visit(fmt.Sprintf("căn cứ thứ %d", i+1), fmt.Sprintf("bases[%d]", i), b.Text)
	}
	p.Content.Walk(func(a pact.Anchor, _ string, cl *pact.Clause) {
		ref := "clause/" + string(cl.ID)
		place := p.Content.LabelOf(cl.ID)
		visit(place, ref, cl.Heading+" "+cl.Text)
		for _, cell := range cl.Cells {
			visit(place, ref, cell)
		}
		if cl.Table != nil {
			for _, column := range cl.Table.Columns {
				visit(place, ref, column)
			}
		}
	})
	for i, r := range p.Content.Registrations {
		visit("danh sách đăng ký", fmt.Sprintf("registrations[%d]", i), p.nameOf(r.Agency)+" "+r.Award+" "+r.Level+" "+r.Note)
	}
	for _, t := range p.Content.Targets {
		visit("chỉ tiêu "+string(t.ID), "target/"+string(t.ID), t.Indicator+" "+t.Unit+" "+t.Source+" "+p.Blocks[t.Block])
	}
	for _, s := range append(append([]Seat(nil), p.Seating.Seats...), p.Seating.Witnesses...) {
		visit("khối chữ ký", "agency/"+s.Code, s.Name)
	}
	for i, s := range p.recipients() {
		visit("nơi nhận", fmt.Sprintf("recipients[%d]", i), s)
	}
	visit("địa chỉ tra cứu", "verify_url", p.VerifyURL+" "+p.Code)
}

// dark reports a dark module of a QR symbol.
func dark(c color.Color) bool {
	r, _, _, _ := c.RGBA()
	return r < 0x8000
}

// numbered puts the running number into its column and the other cells beside it, as many as there are columns.
func (g *grid) numbered(n int, cells []string) []string {
	out := make([]string, len(g.columns))
	next := 0
	for i, column := range g.columns {
		if column == numberColumn {
			out[i] = fmt.Sprint(n)
			continue
		}
		if next < len(cells) {
			out[i] = clean(cells[next])
			next++
		}
	}
	return out
}
