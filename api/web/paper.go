package web

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kyket/pact"
	"kyket/workflow"
)

// paperPage fixes number, place, date and seats, freezes the paper, and opens the signing.
type paperPage struct {
	*Base
	Pact      *pact.Pact
	Cluster   *pact.Cluster
	Adopted   *pact.Version
	Warnings  []pact.Detail
	MayFreeze bool
	WhyFreeze *pact.Error
	MayUndo   bool
	MayOpen   bool
	WhyOpen   *pact.Error
	In        paperForm
	Order     []orderRow
	Reason    string
	Seats     []seat
}

// paperForm is the form as it was typed.
type paperForm struct {
	Policy, Number, Symbol, Display, Place, Date, Stamp, Deadline string
}

// orderRow is an agency's place in the order of the seats, as it was typed.
type orderRow struct {
	Code pact.AgencyCode
	Name string
	At   string
}

func (p *Site) paper(v *Visit) error {
	view, err := p.paperPage(v)
	if err != nil {
		return err
	}
	return p.show(v, "paper", view)
}

func (p *Site) paperPage(v *Visit) (*paperPage, error) {
	ctx, id := v.R.Context(), v.Pact()
	x, err := p.Workflow.Pact(ctx, v.Call, id)
	if err != nil {
		return nil, err
	}
	view := &paperPage{Base: p.base(v, "pacts", "Cấp số, đóng băng: "+x.Subject, "The paper: "+x.Subject), Pact: x}
	if view.Cluster, err = p.Workflow.Cluster(ctx, v.Call, x.Cluster); err != nil {
		return nil, err
	}
	if x.Adoption != nil {
		if view.Adopted, err = p.Workflow.Version(ctx, v.Call, id, x.Adoption.Version); err != nil {
			return nil, err
		}
	}
	if view.Warnings, err = p.Workflow.Warnings(ctx, v.Call, id); err != nil {
		return nil, err
	}
	if view.MayFreeze, view.WhyFreeze, err = p.may(v, x, pact.ActPaperFreeze); err != nil {
		return nil, err
	}
	if view.MayUndo, _, err = p.may(v, x, pact.ActPaperUnfreeze); err != nil {
		return nil, err
	}
	if view.MayOpen, view.WhyOpen, err = p.may(v, x, pact.ActSigningOpen); err != nil {
		return nil, err
	}
	if x.Issue != nil {
		view.Seats = p.seats(view.Base, x, view.Cluster, &workflow.Hall{}, "")
	}
	view.begin()
	return view, nil
}

// begin is the form before anything was typed.
func (d *paperPage) begin() {
	d.In = paperForm{Policy: string(pact.ClusterNumber), Stamp: string(pact.StampMayFollow)}
	on := pact.Date{}
	if a := d.Pact.Adoption; a != nil {
		on = a.Conference.Date
		d.In.Date = on.String()
	}
	if a := d.Cluster.Agency(d.Cluster.Lead); a != nil {
		d.In.Place = a.Place
	}
	order := append([]pact.AgencyCode{d.Cluster.Lead}, d.Cluster.Deputies...)
	for _, a := range d.Cluster.Agencies {
		if !slices.Contains(order, a.Code) {
			order = append(order, a.Code)
		}
	}
	for i, code := range order {
		d.Order = append(d.Order, orderRow{code, d.Cluster.NameOn(code, on), strconv.Itoa(i + 1)})
	}
}

// read takes the form as it was sent, over the page.
func (d *paperPage) read(v *Visit) {
	for name, to := range map[string]*string{"number_policy": &d.In.Policy, "number": &d.In.Number, "symbol": &d.In.Symbol,
		"number_display": &d.In.Display, "place": &d.In.Place, "date": &d.In.Date, "stamp": &d.In.Stamp, "deadline": &d.In.Deadline} {
		*to = strings.TrimSpace(v.Text(name))
	}
	for i := range d.Order {
		d.Order[i].At = strings.TrimSpace(v.Form.Get("order_" + string(d.Order[i].Code)))
	}
}

var errSamePlace = pact.Problem(pact.Invalid, "order_same_place",
	"Hai đơn vị cùng đứng thứ {place}; mỗi đơn vị một chỗ.", "Two agencies are number {place}; each has a place of its own.")

// domain makes the act's input.
func (d *paperPage) domain() (workflow.FreezeInput, error) {
	r := &fields{}
	in := workflow.FreezeInput{NumberPolicy: pact.NumberPolicy(d.In.Policy), Number: d.In.Number, Symbol: d.In.Symbol,
		NumberDisplay: d.In.Display, Place: d.In.Place, Date: r.date("date", d.In.Date), Deadline: r.date("deadline", d.In.Deadline),
		Stamp: pact.StampPolicy(d.In.Stamp)}
	if in.NumberPolicy != pact.NoNumber && in.NumberDisplay == "" && in.Number != "" {
		in.NumberDisplay = in.Number
		if in.Symbol != "" {
			in.NumberDisplay += "/" + in.Symbol
		}
	}
	at := map[pact.AgencyCode]int{}
	taken := map[int]bool{}
	for _, o := range d.Order {
		n := r.number("order", o.At)
		if taken[n] && r.err == nil {
			r.err = errSamePlace.With("place", n)
		}
		taken[n], at[o.Code] = true, n
		in.Order = append(in.Order, o.Code)
	}
	slices.SortStableFunc(in.Order, func(a, b pact.AgencyCode) int { return at[a] - at[b] })
	return in, r.err
}

// freeze prints the paper once. What the printer noticed is shown at once; reloading that page repeats nothing.
func (p *Site) freeze(v *Visit) error {
	view, err := p.paperPage(v)
	if err != nil {
		return err
	}
	view.read(v)
	in, err := view.domain()
	var done *workflow.FrozenPaper
	if err == nil {
		done, err = p.Workflow.Freeze(v.R.Context(), v.Call, v.Pact(), in)
	}
	switch {
	case err != nil:
		return p.refuse(v, err, view.Base, "paper", view)
	case len(done.Warnings) == 0:
		return v.Done("/pacts/"+string(v.Pact())+"/paper", "frozen")
	}
	if view, err = p.paperPage(v); err != nil {
		return err
	}
	known := map[string]bool{}
	for _, w := range view.Warnings {
		known[w.Vi] = true
	}
	for _, w := range done.Warnings {
		if !known[w.Vi] {
			view.Warnings = append(view.Warnings, w)
		}
	}
	n := notices["frozen"]
	view.Notice = view.Say(n[0], n[1])
	return p.show(v, "paper", view)
}

func (p *Site) unfreeze(v *Visit) error {
	reason := v.Text("reason")
	_, err := p.Workflow.Unfreeze(v.R.Context(), v.Call, v.Pact(), reason)
	return p.paperDone(v, err, "unfrozen", reason)
}

func (p *Site) openSigning(v *Visit) error {
	_, err := p.Workflow.OpenSigning(v.R.Context(), v.Call, v.Pact())
	if err == nil {
		return v.Done("/pacts/"+string(v.Pact())+"/signing", "opened")
	}
	return p.paperDone(v, err, "", "")
}

func (p *Site) paperDone(v *Visit, err error, notice, reason string) error {
	if err == nil {
		return v.Done("/pacts/"+string(v.Pact())+"/paper", notice)
	}
	view, again := p.paperPage(v)
	if again != nil {
		return again
	}
	view.Reason = reason
	return p.refuse(v, err, view.Base, "paper", view)
}

// NumberPolicies are the ways to number, with what each means.
func (b *Base) NumberPolicies() []choice {
	return []choice{
		{string(pact.ClusterNumber), b.Say("Số riêng của cụm, khối", "The cluster's own number")},
		{string(pact.LeadNumber), b.Say("Số của đơn vị trưởng cụm, khối", "A number of the lead agency")},
		{string(pact.CoverNumber), b.Say("Theo văn bản ban hành kèm", "By the letter that it goes out with")},
		{string(pact.NoNumber), b.Say("Không đánh số", "No number")},
	}
}

// StampWords says what happens without a time stamp.
func (b *Base) StampWords(s pact.StampPolicy) string {
	if s == pact.StampWithinLease {
		return b.Say("phải có ngay khi ký", "demanded at signing")
	}
	return b.Say("có thể bổ sung ngay sau khi ký", "may follow right after")
}

// PolicyWords is the name of a numbering policy.
func (b *Base) PolicyWords(n pact.NumberPolicy) string {
	for _, c := range b.NumberPolicies() {
		if c.Value == string(n) {
			return c.Text
		}
	}
	return string(n)
}

// Bytes is a size for people.
func (b *Base) Bytes(n int64) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d byte", n)
	case n < 1<<20:
		return fmt.Sprintf("%d KB", (n+512)>>10)
	}
	s := fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	if b.Lang == "vi" {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s
}
