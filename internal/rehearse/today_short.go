package rehearse

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"

	"kyket/internal/rehearse/scenario"
)

// shortPact is a pact of a few clauses that is agreed, adopted and frozen within the day.
type shortPact struct {
	subject, theme, number string
	goal                   string // the clause with the one figure, 100 %
	indicator              string
}

var (
	sprint = shortPact{subject: "Đợt thi đua cao điểm số hóa hồ sơ của Cụm thi đua Đông Nam Bộ", number: "12",
		theme: "Hồ sơ số, giải quyết nhanh, người dân hài lòng", goal: "Số hóa 100% hồ sơ phát sinh trong thời gian thi đua.", indicator: "Hồ sơ phát sinh được số hóa"}
	digital = shortPact{subject: "Đợt thi đua phổ biến, giáo dục pháp luật trên môi trường số của Cụm thi đua Đông Nam Bộ", number: "11",
		theme: "Đưa pháp luật đến từng người dân", goal: "100% đơn vị có chuyên mục hỏi đáp pháp luật trực tuyến, trả lời trong 05 ngày làm việc.", indicator: "Đơn vị có chuyên mục hỏi đáp"}
)

func (p shortPact) content(d *day) obj {
	return obj{"structure": d.plan.scenario.About.Structure, "type_name": "BẢN GIAO ƯỚC THI ĐUA", "subject": p.subject, "theme": p.theme,
		"effective": obj{"from": d.date(0), "to": d.date(120)},
		"bases": []obj{{"text": "Căn cứ Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022", "valid_from": "2024-01-01"},
			{"text": "Theo thống nhất của các đơn vị thành viên Cụm thi đua"}},
		"clauses": []obj{
			{"anchor": "mo-dau", "text": "Các đơn vị thành viên Cụm thi đua Đông Nam Bộ thống nhất ký kết giao ước thi đua với các nội dung sau đây:"},
			{"anchor": "dieu-1", "heading": "Mục tiêu"},
			{"anchor": "dieu-1.khoan-1", "text": p.goal},
			{"anchor": "dieu-1.khoan-2", "text": "Kết quả của từng đơn vị được công khai trong Cụm mỗi tháng một lần."},
			{"anchor": "dieu-2", "heading": "Tổ chức thực hiện"},
			{"anchor": "dieu-2.khoan-1", "text": "Mỗi đơn vị cử 01 đầu mối, gửi số liệu cho Tổ thư ký trước ngày 05 hằng tháng."},
			{"anchor": "dieu-2.khoan-2", "text": "Giao ước có hiệu lực kể từ ngày ký."}},
		"targets": []obj{{"target": obj{"id": "T01", "block": scenario.AllBlocks, "indicator": p.indicator, "unit": "%", "op": ">=", "value": "100"},
			"anchor": "dieu-1.khoan-1"}},
		"registrations": []obj{}, "recipients": []string{"Các đơn vị thành viên Cụm thi đua", "Lưu: VT, TCHC"}}
}

// short brings a pact to its signing, and lets that many heads sign.
func (d *day) short(ctx context.Context, name string, p shortPact, signatures int) error {
	s := d.plan.scenario
	if err := d.create(ctx, name, p.content(d)); err != nil {
		return err
	}
	asked, err := d.circulate(ctx, name, p.number+"/STP-TCHC", d.at.AddDate(0, 0, 3))
	if err != nil {
		return err
	}
	for _, code := range asked {
		if err := d.reply(ctx, name, code, obj{"stance": "agree", "comments": []obj{}}, true); err != nil {
			return err
		}
	}
	lead, _ := s.Member(s.Cluster.Leadership.Lead)
	chair, err := d.signer(lead)
	if err != nil {
		return err
	}
	all := len(s.Members)
	for _, step := range []struct {
		who  *person
		path string
		body any
	}{
		{d.cast.chief, "/rounds/1/close", nil},
		{d.cast.chief, "/rounds/1/ledger/close", obj{"label": "v2"}},
		{d.cast.chief, "/agree", nil},
		{d.cast.chief, "/adoption", obj{
			"conference": obj{"name": "Hội nghị trực tuyến của Cụm thi đua", "date": d.date(0), "place": lead.Place, "mode": "truc_tuyen", "points": all},
			"quorum":     obj{"required": all - 1, "present": all, "online": all},
			"vote":       obj{"method": "bieu_quyet_tren_he_thong", "agree": all, "disagree": 0, "abstain": 0, "dissent": []obj{}}}},
		{d.cast.clerk, "/freeze", obj{"number_policy": s.Pact.NumberPolicy, "number": p.number, "symbol": s.Pact.Symbol, "place": lead.Place,
			"date": d.date(0), "order": []string{}, "deadline": d.date(10)}},
		{chair, "/signing/open", nil},
	} {
		if err := d.ask(ctx, step.who, http.MethodPost, d.on("%s", step.path), name+step.path, step.body, nil); err != nil {
			return err
		}
	}
	codes := append([]scenario.Code{lead.Code}, asked...)
	for _, code := range codes[:signatures] {
		if err := d.sign(ctx, name, code); err != nil {
			return err
		}
	}
	return nil
}

// sign lets the head of an agency sign with the key that the play has left, and a certificate of today: since the play
// an agency may have got another name.
func (d *day) sign(ctx context.Context, name string, code scenario.Code) error {
	m, _ := d.plan.scenario.Member(code)
	who, err := d.signer(m)
	if err != nil {
		return err
	}
	if err := who.prepareKey(); err != nil {
		return err
	}
	var got struct {
		SHA256 string `json:"sha256"`
	}
	if err := d.ask(ctx, who, http.MethodPost, "/trial/certificates", "people/"+who.Login+"/certificate",
		obj{"csr": who.Request, "cluster": d.cluster, "agency": code, "provider": "in_process"}, &got); err != nil {
		return err
	}
	for n := 1; ; n++ {
		err := d.attemptNow(ctx, who, code, got.SHA256, fmt.Sprintf("%s/sign/%s/%d", name, code, n))
		var over *attemptOver
		if err == nil || !errors.As(err, &over) || n == tries {
			return err
		}
	}
}

func (d *day) attemptNow(ctx context.Context, who *person, code scenario.Code, certificate, key string) error {
	if _, err := d.request(ctx, call{who: who, method: http.MethodPost, path: "/step-up", body: obj{"password": who.Password}}, ""); err != nil {
		return err
	}
	var a, done attemptFacts
	err := d.ask(ctx, who, http.MethodPost, d.on("/signatures"), key, obj{"agency": code, "certificate": certificate}, &a)
	if err != nil {
		return err
	}
	if len(a.ToSign) == 0 {
		if a, err = d.ticket(ctx, who, a); err != nil {
			return err
		}
	}
	value, err := who.sign(a.ToSign)
	if err != nil {
		return err
	}
	err = d.ask(ctx, who, http.MethodPost, d.on("/signatures/%s/value", a.Session), key+"/value", obj{"value": value}, &done)
	var p *Problem
	if errors.As(err, &p) && (p.Status == http.StatusConflict || p.Status == http.StatusGone || p.Status == http.StatusPreconditionFailed) {
		return &attemptOver{p.Code}
	}
	if err == nil && done.State != "done" {
		return &attemptOver{cmp.Or(done.Reason, done.State)}
	}
	return err
}
