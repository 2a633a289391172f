package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"kyket/pact"
	"kyket/workflow"
)

// recordPage is the record of a pact: its files, its signatures, its place in the log, and its description in the archive.
type recordPage struct {
	*Base
	Pact       *pact.Pact
	Cluster    *pact.Cluster
	Versions   []*pact.Version
	Final      *pact.Version
	Seats      []seat
	Signed     int
	Service    *seat // the certification
	Target     pact.Level
	Revisions  []revisionRow
	Events     int
	Log        checkpoint
	Jobs       int
	MayArchive bool
	WhyArchive *pact.Error
	In         archiveForm
	VerifyURL  string
}

type revisionRow struct {
	pact.Revision
	Grew int64 // bytes more than the one before
	Head bool
}

// archiveForm is the form as it was typed.
type archiveForm struct{ Dossier, Title, Opened, Closed, Years, Basis, Keep string }

func (p *Site) record(v *Visit) error {
	view, err := p.recordPage(v)
	if err != nil {
		return err
	}
	return p.show(v, "record", view)
}

func (p *Site) recordPage(v *Visit) (*recordPage, error) {
	ctx, id := v.R.Context(), v.Pact()
	x, err := p.Workflow.Pact(ctx, v.Call, id)
	if err != nil {
		return nil, err
	}
	nav := "pacts"
	if x.State == pact.Archived || x.State == pact.Sealed || x.State == pact.SealedIncomplete {
		nav = "archive"
	}
	view := &recordPage{Base: p.base(v, nav, "Hồ sơ: "+x.Subject, "Record: "+x.Subject), Pact: x, Target: p.Workflow.TargetLevel(),
		VerifyURL: p.PublicURL + "/v/" + x.Code}
	if view.Cluster, err = p.Workflow.Cluster(ctx, v.Call, x.Cluster); err != nil {
		return nil, err
	}
	if view.Versions, err = p.Workflow.Versions(ctx, v.Call, id); err != nil {
		return nil, err
	}
	hall, err := p.Workflow.Hall(ctx, v.Call, id)
	if err != nil {
		return nil, err
	}
	view.Jobs = hall.Jobs
	if view.MayArchive, view.WhyArchive, err = p.may(v, x, pact.ActArchive); err != nil {
		return nil, err
	}
	if view.Events, err = p.countEvents(v, id); err != nil {
		return nil, err
	}
	if p.Checkpoint != nil {
		if note, err := p.Checkpoint(ctx); err == nil { // a record reads well without the log's head
			view.Log = readCheckpoint(note)
		}
	}
	view.files(p, hall)
	view.begin(p)
	return view, nil
}

// files puts the paper, its revisions and its signatures into rows.
func (d *recordPage) files(p *Site, hall *workflow.Hall) {
	if d.Pact.Issue == nil {
		return
	}
	for _, x := range d.Versions {
		if x.Number == d.Pact.Issue.Version {
			d.Final = x
		}
	}
	d.Seats = p.seats(d.Base, d.Pact, d.Cluster, hall, "")
	for _, s := range d.Seats {
		if s.State == "done" {
			d.Signed++
		}
	}
	s := d.Pact.Signing
	if s == nil {
		return
	}
	d.Service = &seat{}
	d.Service.fill(d.Base, &s.Certification)
	before := d.Pact.Issue.BaseSize
	for i, r := range s.Revisions {
		d.Revisions = append(d.Revisions, revisionRow{r, r.Size - before, i == len(s.Revisions)-1})
		before = r.Size
	}
}

func (d *recordPage) begin(p *Site) {
	d.In = archiveForm{Title: d.Pact.Subject, Opened: pact.DateIn(d.Pact.CreatedAt).String(), Closed: pact.DateIn(p.Workflow.Clock()).String(), Keep: "years"}
}

// countEvents counts the entries of the pact's history; each is a leaf of the log.
func (p *Site) countEvents(v *Visit, id pact.PactID) (n int, err error) {
	for after := ""; ; {
		list, err := p.Workflow.Activity(v.R.Context(), v.Call, id, after, 200)
		if err != nil {
			return 0, err
		}
		if n += len(list); len(list) < 200 {
			return n, nil
		}
		after = list[len(list)-1].ID
	}
}

// checkpoint is the log's signed head in the form of x/mod/sumdb/note: origin, number of entries, root of the tree.
type checkpoint struct{ Origin, Size, Root string }

func readCheckpoint(note []byte) checkpoint {
	lines := strings.SplitN(string(note), "\n", 4)
	if len(lines) < 3 {
		return checkpoint{}
	}
	return checkpoint{lines[0], lines[1], lines[2]}
}

func (p *Site) archiveRecord(v *Visit) error {
	f := archiveForm{v.Text("dossier"), v.Text("title"), v.Form.Get("opened"), v.Form.Get("closed"), strings.TrimSpace(v.Form.Get("years")),
		v.Text("basis"), v.Form.Get("keep")}
	r := &fields{}
	in := workflow.ArchiveInput{Dossier: f.Dossier, Title: f.Title, Opened: r.date("opened", f.Opened), Closed: r.date("closed", f.Closed),
		Retention: pact.Retention{Permanent: f.Keep == "permanent", Basis: f.Basis}}
	if f.Keep != "permanent" {
		in.Retention.Years = r.number("retention.years", f.Years)
	}
	err := r.err
	if err == nil {
		_, err = p.Workflow.Archive(v.R.Context(), v.Call, v.Pact(), in)
	}
	if err == nil {
		return v.Done("/pacts/"+string(v.Pact())+"/record", "archived")
	}
	view, again := p.recordPage(v)
	if again != nil {
		return again
	}
	view.In = f
	return p.refuse(v, err, view.Base, "record", view)
}

// file gives a file of the pact: the base, the head or a revision by its SHA-256. The browser shows it; a link with
// "download" keeps it.
func (p *Site) file(v *Visit) error {
	b, err := p.Workflow.Revision(v.R.Context(), v.Call, v.Pact(), v.Param("which"))
	if err != nil {
		return err
	}
	d := pact.DigestOf(b).String()
	h := v.W.Header()
	h.Set("Content-Disposition", `inline; filename="giao-uoc-`+d[:12]+`.pdf"`)
	h.Set("Content-Type", "application/pdf")
	h.Set("ETag", `"`+d+`"`)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Content-Length", strconv.Itoa(len(b)))
	v.W.WriteHeader(http.StatusOK)
	_, err = v.W.Write(b)
	return err
}

// canonical gives the bytes that a version is named by.
func (p *Site) canonical(v *Visit) error {
	n, err := strconv.Atoi(v.Param("number"))
	if err != nil {
		return pact.ErrNotFound.With("what", "phiên bản / version")
	}
	x, err := p.Workflow.Version(v.R.Context(), v.Call, v.Pact(), n)
	if err != nil {
		return err
	}
	b, err := pact.CanonicalVersion(x.Content)
	if err != nil {
		return err
	}
	h := v.W.Header()
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="van-ban-%d-%s.json"`, n, x.SHA256.String()[:12]))
	h.Set("Content-Type", "application/json; charset=utf-8")
	v.W.WriteHeader(http.StatusOK)
	_, err = v.W.Write(b)
	return err
}

// CauseWords says why a revision exists.
func (b *Base) CauseWords(c pact.Cause) string {
	switch c {
	case pact.CauseCertification:
		return b.Say("hệ thống chứng nhận văn bản", "certified by the service")
	case pact.CauseSignature:
		return b.Say("chữ ký", "signature")
	case pact.CauseStamp:
		return b.Say("dấu thời gian bổ sung", "document time stamp")
	case pact.CauseEvidence:
		return b.Say("chứng cứ kiểm tra chứng thư", "evidence on the certificates")
	case pact.CauseSeal:
		return b.Say("niêm phong: dấu thời gian lưu trữ", "seal: archive time stamp")
	}
	return string(c)
}
