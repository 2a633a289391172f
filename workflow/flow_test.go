package workflow_test

import (
	"errors"
	"testing"
	"time"

	"kyket/pact"
	"kyket/signing"
	"kyket/signing/validate"
	"kyket/workflow"
)

// play is a pact that has come to some point of its life.
type play struct {
	*stage
	cl                           *pact.Cluster
	admin, chief, focal2, focal3 pact.Actor
	heads                        map[pact.AgencyCode]*person
}

func text() workflow.ContentInput {
	return workflow.ContentInput{
		Structure: pact.Articles, TypeName: "BẢN GIAO ƯỚC THI ĐUA", Subject: "Năm 2026 của Cụm thi đua thử nghiệm",
		Theme: "Đoàn kết", Effective: pact.Period{From: date("2026-01-22"), To: date("2026-12-31")},
		Bases: []pact.Basis{{Text: "Căn cứ Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022"}},
		Clauses: []pact.Placed{
			{Anchor: "mo-dau", Text: "Các đơn vị thống nhất ký kết giao ước thi đua với các nội dung sau đây:"},
			{Anchor: "dieu-1", Heading: "Chủ đề"},
			{Anchor: "dieu-1.khoan-1", Text: "Các đơn vị thi đua theo chủ đề “Đoàn kết”."},
			{Anchor: "dieu-2", Heading: "Chỉ tiêu"},
			{Anchor: "dieu-2.khoan-1", Text: "Tỷ lệ hài lòng đạt từ 95% trở lên."},
			{Anchor: "dieu-2.khoan-2", Text: "Gửi số liệu trước ngày 10."},
		},
		Targets: []workflow.TargetInput{{Anchor: "dieu-2.khoan-1", Target: pact.Target{ID: "T01", Block: "STP",
			Indicator: "Tỷ lệ hài lòng", Unit: "%", Op: ">=", Value: "95"}}},
		Recipients: []string{"Các đơn vị thành viên", "Lưu: VT"},
	}
}

// drafted is a pact with a text.
func drafted(t testing.TB) *play {
	t.Helper()
	p := &play{stage: newStage(t), heads: map[pact.AgencyCode]*person{}}
	p.admin = pact.Actor{Person: "admin", Name: "Quản trị", Grants: []pact.Grant{{Role: pact.Admin}}, Session: "s-admin"}
	var err error
	p.cl, err = p.w.CreateCluster(t.Context(), p.call(p.admin), cluster())
	check(t, err)
	p.chief = actor(p.cl.ID, "Trương Thị Yến Nhi", pact.Grant{Role: pact.SecretaryChief}, pact.Grant{Role: pact.Secretary},
		pact.Grant{Role: pact.LeadHead}, pact.Grant{Role: pact.Clerk}, pact.Grant{Role: pact.Archivist})
	p.focal2 = actor(p.cl.ID, "Đầu mối Hai", pact.Grant{Role: pact.Focal, Agency: "A2"})
	p.focal3 = actor(p.cl.ID, "Đầu mối Ba", pact.Grant{Role: pact.Focal, Agency: "A3"})
	n, err := p.w.CreatePact(t.Context(), p.call(p.chief), workflow.NewPact{Cluster: p.cl.ID, Content: text()})
	check(t, err)
	p.id = n.ID
	return p
}

// opened has its first round open.
func opened(t testing.TB) *play {
	t.Helper()
	p := drafted(t)
	_, err := p.w.OpenRound(t.Context(), p.call(p.chief), p.id, workflow.OpenRound{Label: "v1", Signer: "A1",
		Request: pact.Paper{Number: "1/STP", Date: date("2026-01-05")}, DueAt: start.AddDate(0, 0, 5), Channels: []string{"he_thong"}})
	check(t, err)
	return p
}

func (p *play) clause(t testing.TB, version int, at pact.Anchor) pact.ClauseID {
	t.Helper()
	v, err := p.w.Version(t.Context(), p.call(p.chief), p.id, version)
	check(t, err)
	return v.Content.At(at).ID
}

// consolidated has a comment accepted and the ledger closed.
func consolidated(t testing.TB) *play {
	t.Helper()
	p := opened(t)
	p.advance(time.Hour)
	c := p.clause(t, 1, "dieu-2.khoan-1")
	_, err := p.w.SendReply(t.Context(), p.call(p.focal2), p.id, workflow.ReplyInput{Round: 1, Agency: "A2",
		Stance: pact.AgreeWithComments, Comments: []workflow.CommentInput{{Clause: c, Quote: "95%", Kind: pact.Raise,
			Text: "Nâng lên 96%. <script>alert(1)</script>", Proposal: "96%"}}})
	check(t, err)
	_, err = p.w.SendReply(t.Context(), p.call(p.focal3), p.id, workflow.ReplyInput{Round: 1, Agency: "A3", Stance: pact.Agree})
	check(t, err)
	p.advance(5 * 24 * time.Hour)
	_, err = p.w.CloseRound(t.Context(), p.call(p.chief), p.id, 1)
	check(t, err)
	l, err := p.w.Ledger(t.Context(), p.call(p.chief), p.id, 1)
	check(t, err)
	if len(l.Comments) != 1 || l.Comments[0].Number != 1 {
		t.Fatalf("ledger: %+v", l)
	}
	_, err = p.w.CloseLedger(t.Context(), p.call(p.chief), p.id, 1, "v2")
	var e *pact.Error
	if !errors.As(err, &e) || e.Code != "open_items" || len(e.Details) == 0 {
		t.Fatalf("closed with an open comment: %v", err)
	}
	words := "Tỷ lệ hài lòng đạt từ 96% trở lên."
	_, err = p.w.Resolve(t.Context(), p.call(p.chief), p.id, workflow.ResolveInput{Comment: l.Comments[0].ID,
		Disposition: pact.Accepted, Reason: "Tiếp thu.", NewText: &words,
		Targets: []pact.TargetChange{{Target: "T01", Set: &pact.Target{ID: "T01", Block: "STP", Indicator: "Tỷ lệ hài lòng", Unit: "%", Op: ">=", Value: "96"}}}})
	check(t, err)
	v, err := p.w.CloseLedger(t.Context(), p.call(p.chief), p.id, 1, "v2")
	check(t, err)
	if v.Number != 2 || v.Label != "v2" || v.Content.Find(c).Text != words {
		t.Fatalf("version: %+v", v)
	}
	return p
}

// signingOpen is frozen, certified and waits for its heads.
func signingOpen(t testing.TB, stamp pact.StampPolicy) *play {
	t.Helper()
	p := consolidated(t)
	_, err := p.w.AgreeText(t.Context(), p.call(p.chief), p.id)
	check(t, err)
	p.advance(24 * time.Hour)
	_, err = p.w.Adopt(t.Context(), p.call(p.chief), p.id, workflow.AdoptInput{
		Conference: pact.Conference{Name: "Hội nghị", Date: pact.DateIn(p.now()), Mode: "truc_tiep"},
		Quorum:     pact.Quorum{Required: 2, Present: 3}, Vote: pact.Vote{Method: "bieu_quyet_gio_tay", Agree: 3}})
	check(t, err)
	f, err := p.w.Freeze(t.Context(), p.call(p.chief), p.id, workflow.FreezeInput{Place: "Tây Ninh", Date: pact.DateIn(p.now()), Stamp: stamp})
	check(t, err)
	if f.Pact.Issue.Base.IsZero() || f.Pact.Issue.Pages == 0 {
		t.Fatalf("issue: %+v", f.Pact.Issue)
	}
	_, err = p.w.OpenSigning(t.Context(), p.call(p.chief), p.id)
	check(t, err)
	for _, code := range []pact.AgencyCode{"A1", "A2", "A3"} {
		p.heads[code] = p.signer(p.cl, code)
	}
	return p
}

func (p *play) validate(t testing.TB) validate.Report {
	t.Helper()
	data, err := p.w.Revision(t.Context(), p.call(p.chief), p.id, "head")
	check(t, err)
	signers, stamps := p.anchors()
	return validate.Verify(data, validate.Options{Trust: signers, TSATrust: stamps, At: p.now().Add(time.Minute)})
}

func TestWholeLife(t *testing.T) {
	p := signingOpen(t, pact.StampMayFollow)
	if a := p.sign(p.heads["A1"], "A1"); a.Level != pact.LevelT {
		t.Fatalf("first signature: %+v", a)
	}
	p.advance(time.Minute)
	p.world.SetTSA(false)
	if a := p.sign(p.heads["A2"], "A2"); a.Level != pact.LevelB {
		t.Fatalf("without a stamp: %+v", a)
	}
	p.advance(time.Minute)
	p.world.SetTSA(true)
	p.settle()
	n, err := p.w.Pact(t.Context(), p.call(p.chief), p.id)
	check(t, err)
	if n.Signing.Level != pact.LevelT || n.Signing.Signatures[1].ProvenAt.IsZero() {
		t.Fatalf("not lifted: %+v", n.Signing)
	}
	p.advance(time.Minute)
	p.sign(p.heads["A3"], "A3")
	p.settle()
	if n, err = p.w.Pact(t.Context(), p.call(p.chief), p.id); err != nil || n.State != pact.Sealed || n.Signing.Level != pact.LevelLTA {
		t.Fatalf("not sealed: %v %+v", err, n)
	}
	if r := p.validate(t); r.Verdict != "TOTAL_PASSED" {
		t.Fatalf("our own validator: %+v", r)
	}
	_, err = p.w.Archive(t.Context(), p.call(p.chief), p.id, workflow.ArchiveInput{Dossier: "01.2026", Title: "Hồ sơ", Opened: date("2026-01-05"),
		Retention: pact.Retention{Years: 20, Basis: "cấu hình"}})
	check(t, err)
	if r, err := p.w.Public(t.Context(), n.Code); err != nil || len(r.Agencies) != 3 || r.State != pact.Archived {
		t.Fatalf("public record: %v %+v", err, r)
	}
}

func TestStampWithinLease(t *testing.T) {
	p := signingOpen(t, pact.StampWithinLease)
	p.world.SetTSA(false)
	a := p.begin(p.heads["A1"], "A1")
	_, err := p.w.ResumeSignature(t.Context(), p.call(p.heads["A1"].actor), p.id, a.Session, p.heads["A1"].value(t, a))
	var e *pact.Error
	if !errors.As(err, &e) || e.Code != "stamp_demanded" {
		t.Fatalf("recorded without the stamp that is demanded: %v", err)
	}
	n, _ := p.w.Pact(t.Context(), p.call(p.chief), p.id)
	if len(n.Signing.Signatures) != 0 || len(n.Signing.Revisions) != 1 {
		t.Fatalf("something was recorded: %+v", n.Signing)
	}
	p.world.SetTSA(true)
	if a := p.sign(p.heads["A1"], "A1"); a.State != string(signing.Done) || a.Level != pact.LevelT {
		t.Fatalf("second try: %+v", a)
	}
}

func TestQueue(t *testing.T) {
	p := signingOpen(t, pact.StampMayFollow)
	first, second := p.begin(p.heads["A2"], "A2"), p.begin(p.heads["A3"], "A3")
	if len(first.ToSign) == 0 || second.Position != 1 || len(second.ToSign) != 0 {
		t.Fatalf("first %+v, second %+v", first, second)
	}
	again, err := p.w.Attempt(t.Context(), p.call(p.heads["A3"].actor), p.id, second.Session)
	check(t, err)
	if again.Position != 1 {
		t.Fatalf("overtook: %+v", again)
	}
	if _, err := p.w.Attempt(t.Context(), p.call(p.heads["A2"].actor), p.id, second.Session); !errors.Is(err, pact.ErrNotFound) {
		t.Fatalf("somebody else's attempt: %v", err)
	}
	value := p.heads["A2"].value(t, first)
	call := p.call(p.heads["A2"].actor)
	for range 2 { // sent twice, done once
		a, err := p.w.ResumeSignature(t.Context(), call, p.id, first.Session, value)
		check(t, err)
		if a.State != "done" {
			t.Fatalf("%+v", a)
		}
	}
	if again, err = p.w.Attempt(t.Context(), p.call(p.heads["A3"].actor), p.id, second.Session); err != nil || len(again.ToSign) == 0 {
		t.Fatalf("no turn after the first: %v %+v", err, again)
	}
	if _, err := p.w.ResumeSignature(t.Context(), p.call(p.heads["A3"].actor), p.id, again.Session, value); !errors.Is(err, signing.ErrValue) {
		t.Fatalf("somebody else's value: %v", err)
	}
	check(t, errOf(p.w.GiveUp(t.Context(), p.call(p.heads["A3"].actor), p.id, again.Session)))
	if a := p.sign(p.heads["A1"], "A1"); a.State != "done" {
		t.Fatalf("the ticket sticks: %+v", a)
	}
}

func errOf[T any](_ T, err error) error { return err }

func TestWhoMaySign(t *testing.T) {
	p := signingOpen(t, pact.StampMayFollow)
	n, err := p.w.Pact(t.Context(), p.call(p.chief), p.id)
	check(t, err)
	h := p.heads["A2"]
	try := func(who *person, code pact.AgencyCode, change func(*workflow.SignInput)) error {
		in := workflow.SignInput{Agency: code, Certificate: who.cert.SHA256, Consent: p.consent(who, n.Issue.Base)}
		change(&in)
		_, err := p.w.BeginSignature(t.Context(), p.call(who.actor), p.id, in)
		return err
	}
	for _, r := range []struct {
		name string
		err  error
		want string
	}{
		{"another agency", try(h, "A3", func(*workflow.SignInput) {}), "forbidden"},
		{"another certificate", try(h, "A2", func(in *workflow.SignInput) { in.Certificate = p.heads["A3"].cert.SHA256 }), "not_found"},
		{"a colleague's certificate", try(&person{actor: h.actor, cert: p.certificateOf(t, h.actor, "Phó Giám Đốc Nào Đó", "Sở Tư pháp tỉnh Đồng Nai")}, "A2",
			func(*workflow.SignInput) {}), "certificate_wrong_person"},
		{"no consent", try(h, "A2", func(in *workflow.SignInput) { in.Consent = pact.Consent{} }), "step_up_required"},
		{"consent to another paper", try(h, "A2", func(in *workflow.SignInput) { in.Consent.Base[0]++ }), "step_up_required"},
		{"consent of another sign-in", try(h, "A2", func(in *workflow.SignInput) { in.Consent.Session = "x" }), "step_up_required"},
		{"old consent", try(h, "A2", func(in *workflow.SignInput) { in.Consent.Expires = time.Now().Add(-time.Second) }), "step_up_required"},
		{"somebody with the role only", try(&person{actor: actor(p.cl.ID, "Người Khác", pact.Grant{Role: pact.HeadOfAgency, Agency: "A2"}), key: h.key, cert: h.cert}, "A2",
			func(*workflow.SignInput) {}), "not_found"},
	} {
		var e *pact.Error
		if !errors.As(r.err, &e) || e.Code != r.want {
			t.Errorf("%s: %v, want %s", r.name, r.err, r.want)
		}
	}
	p.world.Revoke(mustLeaf(t, h.cert.DER).SerialNumber, p.now())
	if err := try(h, "A2", func(*workflow.SignInput) {}); !isCode(err, "certificate_revoked") {
		t.Errorf("revoked: %v", err)
	}
}

func TestWhatNoPaperShows(t *testing.T) {
	p := opened(t)
	c := p.clause(t, 1, "dieu-2.khoan-1")
	_, err := p.w.SendReply(t.Context(), p.call(p.focal2), p.id, workflow.ReplyInput{Round: 1, Agency: "A2", Stance: pact.Object,
		Comments: []workflow.CommentInput{{Clause: c, Kind: pact.Opposed, Text: "Không đồng ý 漢字"}}})
	if !isCode(err, "text_char_not_in_font") {
		t.Fatalf("comment: %v", err)
	}
	in := text()
	in.Clauses[2].Text = "Đoàn kết “Đoàn kết” 漢"
	if _, err := p.w.CreatePact(t.Context(), p.call(p.chief), workflow.NewPact{Cluster: p.cl.ID, Content: in}); !isCode(err, "text_char_not_in_font") {
		t.Fatalf("draft: %v", err)
	}
}

// TestLetterPassesDraft records an agency's letter although somebody there has begun a draft, which the secretariat
// cannot see.
func TestLetterPassesDraft(t *testing.T) {
	p := opened(t)
	p.advance(time.Hour)
	_, err := p.w.SaveReply(t.Context(), p.call(p.focal2), p.id, workflow.ReplyInput{Round: 1, Agency: "A2", Stance: pact.NoComment})
	check(t, err)
	y, err := p.w.RecordReply(t.Context(), p.call(p.chief), p.id, workflow.RecordedReply{ReceivedAt: p.now(), Scan: []byte("%PDF-1.7\n"),
		ReplyInput: workflow.ReplyInput{Round: 1, Agency: "A2", Stance: pact.Agree, Number: "12/STP"}})
	check(t, err)
	if !y.Sent() || y.Stance != pact.Agree || y.RecordedBy != p.chief.Person || y.Scan.IsZero() {
		t.Fatalf("%+v", y)
	}
}
