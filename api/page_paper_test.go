package api_test

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"kyket/pact"
)

func (w *world) keyOf(as, path string) url.Values {
	w.t.Helper()
	return url.Values{"key": {w.see(as, path).hidden(w.t, "key")}}
}

func TestAdoptionPage(t *testing.T) {
	w := furnish(t)
	id := w.bring("agreed")
	at := "/pacts/" + id + "/adoption"
	form := w.keyOf("lead", at)
	for k, v := range map[string]string{"name": "<b>Hội nghị</b>", "date": "2026-01-22", "place": "Tây Ninh", "mode": "truc_tiep", "points": "1",
		"required": "2", "present": "3", "method": "bieu_quyet_gio_tay", "agree": "2", "disagree": "0", "minutes_number": "01/BB", "minutes_chair": "A",
		"dissent_agency_0": "B", "dissent_clause_0": w.clauseOf(id, "dieu-2"), "dissent_text_0": "Bảo lưu ngày báo cáo."} {
		form.Set(k, v)
	}
	w.submit("lead", at, form).shows(t, 422, "Tổng số phiếu (2) khác số đơn vị có mặt (3)", "&lt;b&gt;Hội nghị", "Bảo lưu ngày báo cáo.",
		`<option lang="vi" value="B" selected>`).hides(t, "<b>Hội nghị")
	form.Set("more", "1")
	w.submit("lead", at, form).shows(t, 200, `name="dissent_text_1"`, "Bảo lưu ngày báo cáo.")
	form.Del("more")
	form.Set("agree", "hai")
	w.submit("lead", at, form).shows(t, 422, `value="hai"`)
	form.Set("agree", "3")
	w.submit("secretary", at, form).shows(t, 403)
	w.submit("lead", at, form).shows(t, 303)
	w.see("focal-b", at).shows(t, 200, "3 tán thành", "Bảo lưu ngày báo cáo.", "Điều 2").hides(t, "Hủy kết quả thông qua</button>")
	w.submit("lead", at+"/undo", url.Values{"key": {"page-1"}, "reason": {" "}}).shows(t, 422, "Hủy kết quả đã ghi")
	w.submit("lead", at+"/undo", url.Values{"key": {"page-2"}, "reason": {"Ghi nhầm."}}).shows(t, 303)
	w.see("lead", at).shows(t, 200, `name="agree"`)
	w.see("far-chief", at).shows(t, 404)
}

func TestPaperPage(t *testing.T) {
	w := furnish(t)
	id := w.bring("adopted")
	at := "/pacts/" + id + "/paper"
	w.see("lead", at).shows(t, 200, "Chưa đóng băng được lúc này")
	form := w.keyOf("clerk", at)
	for k, v := range map[string]string{"number_policy": "so_rieng_cua_cum", "number": "", "symbol": "<i>GƯTĐ</i>", "place": "Tây Ninh",
		"date": "2026-01-22", "deadline": "2026-02-05", "stamp": "may_follow", "order_A": "2", "order_B": "2", "order_C": "3"} {
		form.Set(k, v)
	}
	w.submit("clerk", "/pacts/"+id+"/freeze", form).shows(t, 422, "cùng đứng thứ 2", "&lt;i&gt;GƯTĐ")
	form.Set("order_B", "1")
	w.submit("clerk", "/pacts/"+id+"/freeze", form).shows(t, 422, "Số văn bản không khớp", `name="order_B" value="1"`)
	form.Set("number", "07")
	form.Set("symbol", "BTT-STP")
	if r := w.submit("clerk", "/pacts/"+id+"/freeze", form); r.StatusCode != 303 && r.StatusCode != 200 {
		t.Fatalf("%d %s", r.StatusCode, r.text)
	}
	w.see("clerk", at).shows(t, 200, "07/BTT-STP", "Hủy bản đóng băng")
	if p := w.pact(id); p.Issue.Order[0] != "B" {
		t.Errorf("order %v", p.Issue.Order)
	}
	if r := w.see("focal-c", "/pacts/"+id+"/files/base"); r.Header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(r.text, "%PDF-") {
		t.Errorf("%d %v", r.StatusCode, r.Header)
	}
	w.see("far-clerk", "/pacts/"+id+"/files/base").shows(t, 404)
	w.submit("clerk", "/pacts/"+id+"/unfreeze", url.Values{"key": {"page-u"}, "reason": {"Sai số."}}).shows(t, 303)
	form.Set("key", "page-again")
	w.submit("clerk", "/pacts/"+id+"/freeze", form)
	w.submit("clerk", "/pacts/"+id+"/signing/open", url.Values{"key": {"page-o"}}).shows(t, 403)
	w.submit("lead", "/pacts/"+id+"/signing/open", url.Values{"key": {"page-p"}}).shows(t, 303)
	w.see("secretary", "/pacts/"+id+"/signing").shows(t, 200, "Đã ký 0 trên 3")
}

func TestSigningPage(t *testing.T) {
	w := furnish(t)
	id := w.bring("signing")
	brief := "/pacts/" + id + "/brief/C"
	w.submit("head-c", brief+"/decline", url.Values{"key": {"page-d"}, "reason": {""}}).shows(t, 422)
	w.submit("head-c", brief+"/decline", url.Values{"key": {"page-e"}, "reason": {"Chờ ý kiến <tỉnh>."}}).shows(t, 303)
	w.sign(id, "head-a", "A")
	at := "/pacts/" + id + "/signing"
	w.see("lead", at).shows(t, 200, "Đã ký 1 trên 3", "Không ký", "Chờ ý kiến &lt;tỉnh&gt;.")
	w.submit("lead", at+"/close", url.Values{"key": {"page-f"}, "by": {"B"}, "reason": {""}}).shows(t, 422, `<option value="B" lang="vi" selected>`)
	w.submit("lead", at+"/close", url.Values{"key": {"page-g"}, "by": {"A"}, "reason": {"Theo biên bản số 02."}}).shows(t, 303)
	w.see("auditor", at).shows(t, 200, "Theo biên bản số 02.").hides(t, `action="/pacts/`+id+`/signing/close"`)
	w.see("head-b", "/pacts/"+id+"/brief/B").shows(t, 200, "Chưa ký được lúc này").hides(t, `form="sign"`)
}

func TestRecordPage(t *testing.T) {
	w := furnish(t)
	id := w.bring("sealed")
	at := "/pacts/" + id + "/record"
	r := w.see("archivist", at).shows(t, 200, "Chữ ký: 3 trên 3", "B-LTA", "niêm phong: dấu thời gian lưu trữ", "hệ thống chứng nhận văn bản")
	p := w.pact(id)
	for _, v := range p.Signing.Revisions {
		if !strings.Contains(r.text, fmt.Sprintf("/pacts/%s/files/%s", id, v.SHA256)) {
			t.Errorf("revision %d has no link", v.Number)
		}
		if got := w.see("auditor", fmt.Sprintf("/pacts/%s/files/%s", id, v.SHA256)); pact.DigestOf([]byte(got.text)) != v.SHA256 {
			t.Errorf("revision %d comes with other bytes", v.Number)
		}
	}
	if got := w.see("auditor", at+"/versions/2"); pact.DigestOf([]byte(got.text)).String() == "" || !strings.HasPrefix(got.text, "{") {
		t.Errorf("no canonical version: %s", got.text)
	}
	w.see("auditor", at+"/versions/x").shows(t, 404)
	form := url.Values{"key": {"page-k"}, "dossier": {"01.2026"}, "title": {"Hồ sơ <năm>"}, "opened": {"2026-01-05"}, "closed": {"2025-01-01"}, "keep": {"years"}, "years": {"20"}}
	w.submit("archivist", at, form).shows(t, 422, "Hồ sơ &lt;năm&gt;", `value="2025-01-01"`)
	form.Set("closed", "2026-12-31")
	w.submit("archivist", at, form).shows(t, 303)
	w.see("lead", at).shows(t, 200, "01.2026", "20 năm").hides(t, `name="dossier"`)
}

func TestVerifyPage(t *testing.T) {
	w := furnish(t)
	pki := w.workflow.Signing.Trial.(issuer).pki
	w.workflow.Signing.Anchors = []*x509.Certificate{pki.Root()}
	w.workflow.Signing.StampAnchors = []*x509.Certificate{pki.StampRoot()}
	id := w.bring("sealed")
	file := func(which string) []byte {
		b, err := w.workflow.Revision(t.Context(), w.service(), pact.PactID(id), which)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	head, base := file("head"), file("base")
	earlier := file(w.pact(id).Signing.Revisions[1].SHA256.String())
	check := func(data []byte) *reply { return w.send("", "/verify", nil, map[string][]byte{"file": data}) }
	check(head).shows(t, 200, "Bản thật, còn nguyên vẹn", "Trần Thị Bình", "3 trên 3 chữ ký", "TOTAL_PASSED", "Điều chưa kiểm tra")
	check(earlier).shows(t, 200, "Bản thật, nhưng đã có bản mới hơn", "lần ghi thứ 2 trong")
	check(base).shows(t, 200, "Bản thật, nhưng chưa có chữ ký")
	check(append(bytes.Clone(head), "\n% thêm\n"...)).shows(t, 200, "Tệp này đã bị thay đổi sau khi ký").hides(t, "Bản thật")
	flipped := bytes.Clone(head)
	flipped[len(base)/3] ^= 1
	check(flipped).shows(t, 200).hides(t, "Bản thật", "Chữ ký hợp lệ, nhưng")
	check([]byte("không phải PDF")).shows(t, 200, "Không đọc được tệp này")
	check(nil).shows(t, 422, "Hãy chọn tệp PDF")
	w.see("", "/verify").shows(t, 200, `action="/verify"`, `action="/v"`)
	for range 10 {
		check(nil)
	}
	r := check(head).shows(t, 429, "Bạn gửi tệp quá nhanh")
	if r.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

func TestCodePage(t *testing.T) {
	w := furnish(t)
	id := w.bring("signing")
	w.sign(id, "head-b", "B")
	code := w.pact(id).Code
	w.see("", "/v/"+code).shows(t, 200, "Có văn bản mang mã này", "1 trên 3 đơn vị đã ký", "Riêng mã này không chứng minh").
		hides(t, "Trần Thị Bình", "Bản thật")
	w.see("", "/v/"+strings.ToUpper(code)).shows(t, 200, "Có văn bản mang mã này")
	w.see("", "/v/khong-co-ma-nay").shows(t, 404, "Không có văn bản nào mang mã này")
	w.see("", "/v/<script>").shows(t, 404).hides(t, "<script>")
	w.see("", "/v").shows(t, 200, "Tra cứu bằng mã in trên văn bản")
	if r := w.see("", "/v?code="+code); r.StatusCode != 303 || r.Header.Get("Location") != "/v/"+code {
		t.Errorf("%d %s", r.StatusCode, r.Header.Get("Location"))
	}
}
