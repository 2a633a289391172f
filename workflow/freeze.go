package workflow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"kyket/pact"
	"kyket/signing"
	"kyket/signing/pades"
	"kyket/templates"
)

// FrozenPaper is what freezing answers.
type FrozenPaper struct {
	Pact     *pact.Pact
	Warnings []pact.Detail
}

// Freeze renders the adopted version once, with number and date in it and every signature field reserved, and keeps the
// bytes. The same version and issue give the same bytes.
func (w *Workflow) Freeze(ctx context.Context, call Call, id pact.PactID, in FreezeInput) (*FrozenPaper, error) {
	return run(ctx, w, call, []Lock{OnPact(id), OnFile(id)}, func(tx Tx) (*FrozenPaper, error) {
		p, err := w.begin(tx, call, id, pact.ActPaperFreeze, "")
		if err != nil {
			return nil, err
		}
		cl, err := tx.Cluster(p.Cluster)
		if err != nil {
			return nil, err
		}
		is, err := issueOf(cl, in)
		if err != nil {
			return nil, err
		}
		is.Version, is.FrozenAt = p.Adoption.Version, w.Clock().UTC()
		paper, err := w.paper(tx, p, cl, is)
		if err != nil {
			return nil, err
		}
		rendered, err := templates.Render(paper)
		if err != nil {
			return nil, err
		}
		if is.Base, err = w.Objects.Put(ctx, rendered.PDF); err != nil {
			return nil, err
		}
		is.BaseSize, is.Pages = int64(len(rendered.PDF)), rendered.Pages
		p.Issue = is
		if err := w.keepHead(tx, p, rendered.PDF); err != nil {
			return nil, err
		}
		if err := p.Move(pact.ActPaperFreeze); err != nil {
			return nil, err
		}
		if err := tx.SavePact(p); err != nil {
			return nil, err
		}
		warnings := append(rendered.Warnings, paper.Content.BasisFindings(is.Date)...)
		return &FrozenPaper{p, warnings}, w.record(tx, call, entry{act: pact.ActPaperFreeze, pact: id, cluster: p.Cluster,
			body: struct {
				Number       string
				Base, Ledger pact.Digest
			}{is.NumberDisplay, is.Base, is.Ledger}})
	})
}

// Unfreeze discards a frozen paper before its signing, with a reason.
func (w *Workflow) Unfreeze(ctx context.Context, call Call, id pact.PactID, why string) (*pact.Pact, error) {
	return w.withReason(ctx, call, id, pact.ActPaperUnfreeze, why, func(p *pact.Pact, _ string) { p.Issue = nil })
}

// issueOf checks what is fixed with the paper and fills the defaults.
func issueOf(cl *pact.Cluster, in FreezeInput) (*pact.Issue, error) {
	is := &pact.Issue{NumberPolicy: in.NumberPolicy, Number: in.Number, Symbol: in.Symbol, NumberDisplay: in.NumberDisplay,
		Place: in.Place, Date: in.Date, DateDisplay: in.DateDisplay, Policy: in.Policy, Stamp: in.Stamp,
		LevelMin: in.LevelMin, OrgSeal: in.OrgSeal, Order: in.Order, Deadline: in.Deadline}
	var err error
	for _, f := range []struct {
		name string
		s    *string
	}{{"number", &is.Number}, {"symbol", &is.Symbol}, {"number_display", &is.NumberDisplay}, {"place", &is.Place}, {"date_display", &is.DateDisplay}} {
		if *f.s, err = pact.CleanLine(f.name, *f.s, 200); err != nil {
			return nil, err
		}
	}
	is.NumberPolicy = cmpOr(is.NumberPolicy, pact.NoNumber)
	is.Policy, is.Stamp = cmpOr(is.Policy, pact.Reserved), cmpOr(is.Stamp, pact.StampMayFollow)
	is.LevelMin, is.OrgSeal = cmpOr(is.LevelMin, pact.LevelT), cmpOr(is.OrgSeal, pact.NoSeal)
	switch {
	case !slices.Contains([]pact.NumberPolicy{pact.NoNumber, pact.ClusterNumber, pact.LeadNumber, pact.CoverNumber}, is.NumberPolicy):
		return nil, pact.ErrField.With("field", "number_policy").With("value", is.NumberPolicy)
	case (is.NumberPolicy == pact.NoNumber) != (is.Number == ""):
		return nil, errNumber.With("policy", is.NumberPolicy)
	case is.Date.IsZero():
		return nil, pact.ErrMissing.With("field", "date")
	case is.Place == "":
		return nil, pact.ErrMissing.With("field", "place")
	case !slices.Contains([]pact.StampPolicy{pact.StampMayFollow, pact.StampWithinLease}, is.Stamp):
		return nil, pact.ErrField.With("field", "stamp").With("value", is.Stamp)
	case !slices.Contains([]pact.Level{pact.LevelB, pact.LevelT, pact.LevelLT, pact.LevelLTA}, is.LevelMin):
		return nil, pact.ErrField.With("field", "level_min").With("value", is.LevelMin)
	case is.Policy != pact.Reserved:
		return nil, errNotYet.With("what", "policy: "+string(is.Policy))
	case is.OrgSeal != pact.NoSeal:
		return nil, errNotYet.With("what", "org_seal: "+string(is.OrgSeal))
	}
	if is.Number != "" && is.NumberDisplay == "" {
		is.NumberDisplay = is.Number
		if is.Symbol != "" {
			is.NumberDisplay += "/" + is.Symbol
		}
	}
	if is.DateDisplay == "" {
		is.DateDisplay = dateLine(is.Place, is.Date)
	}
	is.Order, err = seatOrder(cl, is.Order)
	return is, err
}

var (
	errNumber = pact.Problem(pact.Invalid, "number_policy_mismatch",
		"Số văn bản không khớp với cách đánh số “{policy}”.", "The number does not fit the numbering policy {policy}.")
	errNotYet = pact.Problem(pact.Invalid, "not_available_yet",
		"Phiên bản này chưa hỗ trợ {what}.", "This version cannot do {what} yet.")
)

func cmpOr[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

// dateLine is place and date by Decree 30/2020/NĐ-CP, Annex I, II.4: days below 10 and the months 1 and 2 with a
// leading 0.
func dateLine(place string, d pact.Date) string {
	month := itoa(int(d.Month))
	if d.Month < 3 {
		month = "0" + month
	}
	return fmt.Sprintf("%s, ngày %02d tháng %s năm %d", place, d.Day, month, d.Year)
}

// seatOrder is the order of the seats: as given, covering every member once; by default the lead, its deputies, and the
// members as the cluster lists them.
func seatOrder(cl *pact.Cluster, order []pact.AgencyCode) ([]pact.AgencyCode, error) {
	if len(order) == 0 {
		order = append([]pact.AgencyCode{cl.Lead}, cl.Deputies...)
		for _, a := range cl.Agencies {
			if !slices.Contains(order, a.Code) {
				order = append(order, a.Code)
			}
		}
	}
	seen := map[pact.AgencyCode]bool{}
	for _, code := range order {
		if cl.Agency(code) == nil || seen[code] {
			return nil, pact.ErrField.With("field", "order").With("value", code)
		}
		seen[code] = true
	}
	if len(seen) != len(cl.Agencies) {
		return nil, errOrder.With("count", len(cl.Agencies))
	}
	return order, nil
}

var errOrder = pact.Problem(pact.Invalid, "order_incomplete",
	"Thứ tự ký phải có đủ {count} đơn vị, mỗi đơn vị một lần.", "The signing order must name each of the {count} agencies once.")

// paper puts together what is printed and attached, and notes ledger, manifest and fields in the issue.
func (w *Workflow) paper(tx Reader, p *pact.Pact, cl *pact.Cluster, is *pact.Issue) (templates.Paper, error) {
	v, err := tx.Version(p.ID, is.Version)
	if err != nil {
		return templates.Paper{}, err
	}
	ledger, err := ledgerBytes(tx, p)
	if err != nil {
		return templates.Paper{}, err
	}
	is.Ledger = pact.DigestOf(ledger)
	versions, err := tx.Versions(p.ID)
	if err != nil {
		return templates.Paper{}, err
	}
	seating := templates.Seating{Seals: is.OrgSeal, Lead: cl.Lead, Policy: is.Policy}
	m := pact.Manifest{PactCode: p.Code, Text: v.SHA256, Ledger: is.Ledger, Number: is.NumberDisplay, Date: is.Date,
		Place: is.Place, Policy: is.Policy, Stamp: is.Stamp, LevelMin: is.LevelMin, Trial: w.Trial}
	names := map[pact.AgencyCode]string{}
	for _, code := range is.Order {
		names[code] = cl.NameOn(code, is.Date)
		m.Agencies = append(m.Agencies, pact.NamedAgency{Code: code, Name: names[code]})
		seating.Seats = append(seating.Seats, templates.Seat{Code: string(code), Name: names[code]})
	}
	for _, wit := range cl.Witnesses {
		if wit.Signs {
			seating.Witnesses = append(seating.Witnesses, templates.Seat{Code: wit.Code, Name: wit.Label})
		}
	}
	for _, older := range versions {
		if older.Number < v.Number {
			m.Previous = append(m.Previous, older.SHA256)
		}
	}
	m.Fields = seating.Fields()
	is.Fields = m.Fields
	manifest, err := m.Bytes()
	if err != nil {
		return templates.Paper{}, err
	}
	is.Manifest = pact.DigestOf(manifest)
	data, err := pact.PactJSON(cl, p.Code, is, v.Content)
	if err != nil {
		return templates.Paper{}, err
	}
	blocks := map[string]string{}
	for _, b := range cl.Blocks {
		blocks[b.Code] = b.Name
	}
	return templates.Paper{Content: v.Content, Issuer: cl.Name, Number: is.NumberDisplay, PlaceAndDate: is.DateDisplay,
		Seating: seating, Names: names, Blocks: blocks, Recipients: cl.Recipients(is.Date),
		VerifyURL: w.PublicURL + "/v/" + p.Code, Code: p.Code, Trial: w.Trial, Created: is.Date.Time(),
		Manifest: manifest, PactJSON: data}, nil
}

// keepHead starts the signed file's head at the base, in place of that of a paper discarded before.
func (w *Workflow) keepHead(tx Tx, p *pact.Pact, base []byte) error {
	head, err := pades.Inspect(base)
	if err != nil {
		return signing.Explain(err)
	}
	f, err := tx.File(p.ID)
	if errors.Is(err, pact.ErrNotFound) {
		f, err = &File{Pact: p.ID}, nil
	}
	if err != nil {
		return err
	}
	f.SHA256, f.Number, f.Chains = p.Issue.Base, 0, nil
	if f.Head, err = json.Marshal(head); err != nil {
		return err
	}
	if f.Queue, err = json.Marshal(signing.NewQueue(w.Signing.Rules)); err != nil {
		return err
	}
	return tx.SaveFile(f)
}
