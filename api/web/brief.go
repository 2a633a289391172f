package web

import (
	"errors"
	"io"

	"kyket/internal/identity"
	"kyket/internal/worddiff"
	"kyket/pact"
	"kyket/workflow"
)

// briefPage is what a head reads before signing, and the form that signs.
type briefPage struct {
	*Base
	*workflow.Brief
	Hall  *workflow.Hall
	Seats []seat
	// SeenLabel names the version that the agency answered last; empty: it never did.
	SeenLabel                 string
	Changes                   []change
	Changed, Added, Gone, Old int
	Minutes                   int // to read what follows
	Text                      []change
	Notes                     []pact.Detail
	Dissent                   []dissentRow
	// Refused is why this person cannot sign now; nil: the form is shown.
	Refused  *pact.Error
	Mine     []answered
	Objected []answered
	SignNow  string // the actor's own attempt that still goes on
	BaseHash string
	Agreed   bool   // the consent box as it was sent
	Reason   string // not to sign, as it was typed
	FileOnly bool   // keys of our own are a trial folder's only
}

// change is a clause that differs from what the agency has seen.
type change struct {
	Label, Heading string
	State          string // new, gone, changed; empty for the full text
	Diff           []worddiff.Segment
	Ours           bool // an accepted comment of the agency asked for it
}

type answered struct {
	workflow.Answered
	Agency string
}

type dissentRow struct{ Agency, Clause, Text string }

// seat is one agency's place on the paper: who signs there, and whether it is done.
type seat struct {
	Code                  pact.AgencyCode
	Name, Short, Head     string
	State                 string // done, now, waits, declined, open
	Mine                  bool
	More, Warn            string
	Claimed, Proven       string
	Level                 pact.Level
	Formula, Certificate  string
	Provider, Device, Why string
}

func (p *Site) brief(v *Visit) error {
	view, err := p.briefPage(v)
	if err != nil {
		return err
	}
	return p.show(v, "brief", view)
}

func (p *Site) briefPage(v *Visit) (*briefPage, error) {
	ctx, id, agency := v.R.Context(), v.Pact(), pact.AgencyCode(v.Param("agency"))
	b, err := p.Workflow.Brief(ctx, v.Call, id, agency)
	if err != nil {
		return nil, err
	}
	view := &briefPage{Base: p.base(v, "inbox", "Đọc và ký: "+b.Pact.Subject, "Read and sign: "+b.Pact.Subject), Brief: b,
		BaseHash: b.Pact.Issue.Base.String(), FileOnly: !p.Trial}
	view.Narrow = true
	if view.Hall, err = p.Workflow.Hall(ctx, v.Call, id); err != nil {
		return nil, err
	}
	view.SignNow = view.Hall.Mine[agency]
	view.Seats = p.seats(view.Base, b.Pact, b.Cluster, view.Hall, agency)
	if err := p.Workflow.MaySign(ctx, v.Call, id, agency); err != nil {
		view.Refused = refusal(err)
	}
	view.Notes = append(view.Warnings, b.Final.Content.BasisFindings(b.Pact.Issue.Date)...)
	view.Mine = view.answers(b.Mine)
	view.Objected = view.answers(b.Objections)
	if a := b.Pact.Adoption; a != nil {
		for _, d := range a.Vote.Dissent {
			view.Dissent = append(view.Dissent, dissentRow{b.Cluster.NameOn(d.Agency, b.Pact.Issue.Date), b.Final.Content.LabelOf(d.Clause), d.Text})
		}
	}
	view.compare()
	return view, nil
}

// compare lists the clauses that differ from the version that the agency answered last.
func (d *briefPage) compare() {
	ours := map[pact.ClauseID]bool{}
	for _, a := range d.Brief.Mine {
		if a.Answer != nil && a.Answer.Disposition.Accepts() {
			ours[a.Comment.Clause] = true
		}
	}
	words := 0
	final := &d.Final.Content
	final.Walk(func(_ pact.Anchor, label string, cl *pact.Clause) {
		d.Text = append(d.Text, change{Label: label, Heading: cl.Heading, Diff: []worddiff.Segment{{Text: body(cl)}}})
	})
	if d.Seen == nil {
		return
	}
	d.SeenLabel = d.Seen.Label
	seen := &d.Seen.Content
	final.Walk(func(_ pact.Anchor, _ string, cl *pact.Clause) {
		c := change{Label: final.LabelOf(cl.ID), State: "changed", Ours: ours[cl.ID]}
		old := seen.Find(cl.ID)
		switch {
		case old == nil:
			c.State, c.Diff = "new", []worddiff.Segment{{Op: worddiff.Insert, Text: told(cl)}}
			d.Added++
		case old.Words() == cl.Words():
			d.Old++
			return
		default:
			c.Diff = worddiff.Diff(told(old), told(cl))
			d.Changed++
		}
		words += len(cl.Words())
		d.Changes = append(d.Changes, c)
	})
	seen.Walk(func(_ pact.Anchor, _ string, cl *pact.Clause) {
		if final.Find(cl.ID) == nil {
			d.Gone++
			d.Changes = append(d.Changes, change{Label: seen.LabelOf(cl.ID), State: "gone", Ours: ours[cl.ID],
				Diff: []worddiff.Segment{{Op: worddiff.Delete, Text: told(cl)}}})
		}
	})
	d.Minutes = 1 + words/1200 // some two hundred syllables a minute
}

// told is a clause with its heading on a line of its own.
func told(cl *pact.Clause) string {
	if cl.Heading == "" || body(cl) == "" {
		return cl.Words()
	}
	return cl.Heading + "\n" + body(cl)
}

// body is a clause below its heading, a row's cells joined.
func body(cl *pact.Clause) string {
	only := *cl
	only.Heading = ""
	return only.Words()
}

func (d *briefPage) answers(list []workflow.Answered) (out []answered) {
	for _, a := range list {
		out = append(out, answered{a, d.Cluster.NameOn(a.Comment.Agency, d.Pact.Issue.Date)})
	}
	return out
}

// IconOf and KindOf are the shape and the colour of a disposition.
func (d *briefPage) IconOf(x pact.Disposition) string {
	switch x {
	case pact.Accepted:
		return "ok"
	case pact.PartlyAccepted:
		return "half"
	case pact.DeclinedExplained:
		return "box"
	}
	return "ring"
}

// KindOf is the colour.
func (d *briefPage) KindOf(x pact.Disposition) string {
	switch x {
	case pact.Accepted, pact.PartlyAccepted:
		return "ok"
	case pact.DeclinedExplained:
		return "no"
	}
	return "mute"
}

// maxKeyFile is the largest key file that is read: they hold a key and a few certificates.
const maxKeyFile = 256 << 10

var (
	errConsent = pact.Problem(pact.Invalid, "consent_missing",
		"Hãy đánh dấu ô xác nhận rằng bạn đã đọc và đồng ý ký.", "Tick the box that says you have read the paper and agree to sign it.")
	errKeyFile = pact.Problem(pact.TooLarge, "key_file_too_large",
		"Tệp khóa lớn quá mức; tệp PKCS#12 (.p12, .pfx) chỉ vài chục kilobyte.", "The key file is too large; a PKCS#12 file (.p12, .pfx) has some ten kilobytes.")
	errNoKeyFile = pact.Problem(pact.Invalid, "key_file_missing",
		"Hãy chọn tệp khóa (.p12 hoặc .pfx) để ký.", "Choose your key file (.p12 or .pfx) to sign with.")
)

// sign is the one button: the person is confirmed, the will to sign this very paper is noted, and the signature begins.
func (p *Site) sign(v *Visit) error {
	session, err := p.signNow(v)
	if err == nil {
		return v.To("/pacts/" + string(v.Pact()) + "/sign/" + session)
	}
	view, again := p.briefPage(v)
	if again != nil {
		return err
	}
	view.Agreed = v.Form.Get("consent") != ""
	return p.refuse(v, err, view.Base, "brief", view)
}

func (p *Site) signNow(v *Visit) (session string, err error) {
	ctx, id, agency := v.R.Context(), v.Pact(), pact.AgencyCode(v.Param("agency"))
	if v.Form.Get("consent") == "" {
		return "", errConsent
	}
	// May this person sign at all? Asked first, so that nobody is asked for a password in vain.
	if err := p.Workflow.MaySign(ctx, v.Call, id, agency); err != nil {
		return "", err
	}
	x, err := p.Workflow.Pact(ctx, v.Call, id)
	if err != nil {
		return "", err
	}
	if v.Form.Get("base") != x.Issue.Base.String() {
		return "", workflow.ErrOtherPaper
	}
	in := workflow.HereInput{Agency: agency, Password: v.Form.Get("password")}
	if in.File, err = keyFile(v); err != nil {
		return "", err
	}
	if len(in.File) > 0 {
		in.Password = v.Form.Get("file_password")
	} else if !p.Trial {
		return "", errNoKeyFile
	}
	if _, err := p.Identity.StepUp(ctx, v.Session, v.Form.Get("password")); err != nil {
		return "", err
	}
	confirmed, _, err := p.Identity.Session(ctx, v.Token)
	if err != nil {
		return "", err
	}
	if in.Consent, err = p.Identity.Consent(ctx, confirmed, id, x.Issue.Base); err != nil {
		return "", err
	}
	call := v.Call
	// What is kept of the request must not be a quick way to try passwords on: the fingerprint leaves them out.
	call.Fingerprint = pact.DigestOf([]byte("sign " + string(id) + " " + string(agency) + " " + x.Issue.Base.String()))
	a, err := p.Workflow.SignHere(ctx, call, id, in)
	if err != nil {
		return "", err
	}
	return a.Session, nil
}

func keyFile(v *Visit) ([]byte, error) {
	files := v.Files["file"]
	if len(files) == 0 || files[0].Size == 0 {
		return nil, nil
	}
	if files[0].Size > maxKeyFile {
		return nil, errKeyFile
	}
	f, err := files[0].Open()
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, maxKeyFile+1))
	return data, errors.Join(err, f.Close())
}

// WrongPassword says that the refusal is about the account's password, for the field that takes it.
func (d *briefPage) WrongPassword() bool {
	return d.Error != nil && errors.Is(d.Error, identity.ErrPassword)
}

// decline notes that an agency will not sign.
func (p *Site) decline(v *Visit) error {
	agency := pact.AgencyCode(v.Param("agency"))
	_, err := p.Workflow.Decline(v.R.Context(), v.Call, v.Pact(), agency, v.Text("reason"))
	if err == nil {
		return v.Done("/pacts/"+string(v.Pact())+"/brief/"+string(agency), "declined")
	}
	view, again := p.briefPage(v)
	if again != nil {
		return err
	}
	view.Reason = v.Text("reason")
	return p.refuse(v, err, view.Base, "brief", view)
}
