package api_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"kyket/pact"
	"kyket/workflow"
)

// fields reads what a browser would send for the first form of a page that has a button with this name and value pair:
// every field as it stands.
func (r *reply) fields(t *testing.T, do string) url.Values {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(r.text))
	if err != nil {
		t.Fatal(err)
	}
	var found url.Values
	walk(doc, func(n *html.Node) {
		if n.Data == "form" && found == nil {
			if v, has := formOf(n, do); has {
				found = v
			}
		}
	})
	if found == nil {
		t.Fatalf("no form that does %q: %s", do, r.text)
	}
	return found
}

func walk(n *html.Node, fn func(*html.Node)) {
	if n.Type == html.ElementNode {
		fn(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, fn)
	}
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

// formOf collects a form's fields; has says whether one of its buttons, or a hidden field, does what is asked for.
func formOf(form *html.Node, do string) (v url.Values, has bool) {
	v = url.Values{}
	walk(form, func(n *html.Node) {
		name, _ := attr(n, "name")
		value, _ := attr(n, "value")
		switch n.Data {
		case "input":
			kind, _ := attr(n, "type")
			_, checked := attr(n, "checked")
			if name != "" && (kind != "radio" && kind != "checkbox" || checked) {
				v.Add(name, value)
			}
			has = has || name == "do" && value == do
		case "textarea":
			v.Add(name, textOf(n))
		case "button":
			has = has || name == "do" && value == do || name == "" && do == ""
		case "select":
			first, chosen := "", ""
			any := false
			walk(n, func(o *html.Node) {
				if o.Data != "option" {
					return
				}
				val, ok := attr(o, "value")
				if !ok {
					val = textOf(o)
				}
				if !any {
					first, any = val, true
				}
				if _, sel := attr(o, "selected"); sel {
					chosen = val
				}
			})
			if chosen == "" {
				chosen = first
			}
			v.Add(name, chosen)
		}
	})
	if has {
		v.Set("do", do)
	}
	return v, has
}

// press sends the form of a page that does something, with some fields filled in.
func (w *world) press(as, path, do string, fill ...string) *reply {
	w.t.Helper()
	form := w.see(as, path).fields(w.t, do)
	for i := 0; i+1 < len(fill); i += 2 {
		form.Set(fill[i], fill[i+1])
	}
	at, _, _ := strings.Cut(path, "?")
	return w.submit(as, at, form)
}

// goes fails unless a form was done, and answers where it leads.
func (r *reply) goes(t *testing.T, notice string) string {
	t.Helper()
	to := r.Header.Get("Location")
	if r.StatusCode != http.StatusSeeOther || !strings.Contains(to, "done="+notice) {
		t.Fatalf("status %d to %q, want %s: %s", r.StatusCode, to, notice, r.text)
	}
	return to
}

var inBrackets = regexp.MustCompile(`\?comment=([0-9a-f-]+)`)

// TestTextPages takes a pact from its template to the text before the conference with forms alone.
func TestTextPages(t *testing.T) {
	w := furnish(t)
	t.Cleanup(func() {
		for line := range strings.SplitSeq(w.log.String(), "\n") {
			if t.Failed() && strings.Contains(line, "page failed") {
				t.Log(line)
			}
		}
	})
	w.see("secretary", "/pacts/new").shows(t, 200, "Giao ước thi đua theo điều, khoản, điểm")
	made := w.submit("secretary", "/pacts/new", url.Values{"cluster": {w.cluster}, "template": {"dieu_khoan_diem"}, "subject": {"Năm 2026 của Cụm"},
		"from": {"2026-01-01"}, "to": {"2026-12-31"}}).goes(t, "pact")
	draft, _, _ := strings.Cut(made, "?")
	home := strings.TrimSuffix(draft, "/draft")

	w.see("secretary", draft).shows(t, 200, "Năm 2026 của Cụm", "Điều 2.", "Thêm điều khoản", "Lấy ý kiến")
	edit := draft + "?edit=" + w.clauseAt(home, "dieu-2.khoan-2")
	w.press("secretary", edit, "clause", "text", "Tỷ lệ hài lòng đạt từ 95% trở lên.").goes(t, "saved")
	w.see("secretary", draft).shows(t, 200, "đạt từ 95% trở lên")

	w.press("secretary", draft+"?panel=add", "add", "to", "dieu-2.khoan-3", "text", "Tổ chức ít nhất 04 hội nghị đối thoại.").goes(t, "saved")
	w.press("secretary", draft+"?panel=add", "add", "to", "phu-luc-III", "heading", "DANH MỤC").goes(t, "saved")
	w.press("secretary", draft+"?edit="+w.clauseAt(home, "phu-luc-III"), "table", "columns", "STT\nVụ án\nGhi chú").goes(t, "saved")
	w.press("secretary", draft+"?panel=add", "add", "to", "phu-luc-III.dong-1", "cells", "Vụ A\nloại trừ").goes(t, "saved")
	w.press("secretary", draft+"?edit="+w.clauseAt(home, "phu-luc-III.dong-1"), "clause", "cell.0", "Vụ B").goes(t, "saved")
	w.see("secretary", draft).shows(t, 200, "Vụ B", "loại trừ")

	w.press("secretary", draft+"?panel=targets", "targets", "t.0.indicator", "Tỷ lệ hài lòng", "t.0.clause", w.clauseAt(home, "dieu-2.khoan-2"),
		"t.0.value", "84,5", "t.0.unit", "%").goes(t, "saved")
	w.see("secretary", draft).shows(t, 200, "Chỉ tiêu T01 (Tỷ lệ hài lòng: &gt;= 84,5 %) không khớp")
	w.press("secretary", draft+"?panel=targets", "targets", "t.0.value", "95").goes(t, "saved")

	opened := w.press("secretary", home+"/rounds/new", "", "number", "05/CV-STP").goes(t, "round_open")
	round, _, _ := strings.Cut(opened, "?")
	w.see("secretary", round).shows(t, 200, "0 trên 2 đơn vị đã trả lời", "Sở Tư pháp tỉnh Đồng Nai", "Chưa chốt được")

	reply := round + "/reply/B"
	clause := w.clauseOf(strings.TrimPrefix(home, "/pacts/"), "dieu-2.khoan-2")
	at := w.press("focal-b", reply, "at:"+clause).Header.Get("Location")
	if !strings.Contains(at, "clause="+clause) {
		t.Fatalf("a new comment opens at %q", at)
	}
	at, _, _ = strings.Cut(at, "#")
	fill := []string{"c.0.text", "Đề nghị nâng mức.", "c.0.proposal", "Tỷ lệ hài lòng đạt từ 97% trở lên."}
	w.press("focal-b", at, "save", append(fill, "c.0.quote", "không có trong khoản")...).
		shows(t, 422, "Đề nghị nâng mức.", "không có trong khoản", "nguyên văn")
	w.press("focal-b", at, "save", append(fill, "c.0.quote", "từ 95%")...).goes(t, "reply_saved")
	w.see("focal-b", reply).shows(t, 200, "<del><span", "97%", "từ 95%")
	w.see("secretary", reply).shows(t, 200, "đơn vị chưa gửi trả lời")
	w.press("focal-b", reply, "send", "stance", "agree").shows(t, 422, "Đề nghị nâng mức.")
	w.press("focal-b", reply, "send", "stance", "agree_with_comments", "number", "12/CV").goes(t, "reply_sent")
	w.see("focal-b", reply).shows(t, 200, "Đã gửi lúc", "Đề nghị nâng mức.")

	form2 := w.see("secretary", round+"/record/C").fields(t, "record")
	form2.Set("stance", "agree")
	form2.Set("number", "33/STP")
	form2.Set("hour", "08:00")
	w.send("secretary", round+"/record/C", form2, nil).shows(t, 422, "33/STP")
	w.send("secretary", round+"/record/C", form2, map[string][]byte{"scan": []byte("%PDF-1.7 scan")}).goes(t, "recorded")
	desk := w.press("secretary", round, "close").goes(t, "round_close")
	desk, _, _ = strings.Cut(desk, "?")

	page := w.see("secretary", desk).shows(t, 200, "Đã trả lời 0 trên 1 ý kiến", "Chưa chốt được v2: còn 1 việc", "Đ2.2", "Đề nghị nâng mức.")
	answer := page.fields(t, "next")
	answer.Set("disposition", "accepted")
	answer.Set("result", "Tỷ lệ hài lòng đạt từ 97% trở lên.")
	w.submit("secretary", desk, answer).shows(t, 422, "từ 97% trở lên", "reason")
	answer.Set("reason", "Tiếp thu theo kết quả năm trước.")
	w.submit("secretary", desk, answer).goes(t, "resolved")
	w.see("focal-b", desk).shows(t, 200, "Tiếp thu theo kết quả năm trước.")
	id := inBrackets.FindStringSubmatch(w.see("secretary", desk).text)
	if id == nil {
		t.Fatal("the answer cannot be changed")
	}
	w.press("secretary", desk+"?comment="+id[1], "fix:T01=97").goes(t, "resolved")
	w.see("secretary", desk).shows(t, 200, "Đã trả lời 1 trên 1 ý kiến")
	if s := w.see("secretary", desk).text; strings.Contains(s, "không khớp với lời văn") {
		t.Error("figure and words still disagree after the fix")
	}
	w.press("secretary", desk, "close", "label", "dự thảo 2").goes(t, "ledger")
	w.see("secretary", home+"/compare?a=1&b=2").shows(t, 200, "1 khoản đổi", "95%", "97%", "Chỉ tiêu đã đổi")
	w.press("secretary", desk, "agree").goes(t, "agreed")

	hall := home + "/hall"
	w.press("secretary", hall, "take", "agency", "C", "clause", clause, "text", "Đề nghị giữ mức cũ.").goes(t, "hall")
	w.press("secretary", hall, "next", "disposition", "declined_explained", "reason", "Đã thống nhất ở đợt 1.").goes(t, "resolved")
	w.see("secretary", hall).shows(t, 200, "Đã thống nhất ở đợt 1.")
}

// clauseAt is the id of a draft's clause at an anchor.
func (w *world) clauseAt(home, anchor string) string {
	w.t.Helper()
	d, err := w.workflow.Draft(w.t.Context(), workflow.Call{Actor: pact.Actor{Person: "test", Grants: []pact.Grant{
		{Role: pact.Secretary, Cluster: pact.ClusterID(w.cluster)}}}}, pact.PactID(strings.TrimPrefix(home, "/pacts/")))
	if err != nil {
		w.t.Fatal(err)
	}
	cl := d.Content.At(pact.Anchor(anchor))
	if cl == nil {
		w.t.Fatalf("no clause at %s", anchor)
	}
	return string(cl.ID)
}

// TestDraftConflict: two people in one clause: nothing that either typed is lost; in two clauses they do not meet.
func TestDraftConflict(t *testing.T) {
	w := furnish(t)
	id := w.start()
	home := "/pacts/" + id
	draft := home + "/draft"
	one, two := w.clauseAt(home, "dieu-1"), w.clauseAt(home, "dieu-2")
	mine := w.see("secretary", draft+"?edit="+one).fields(t, "clause")
	other := w.see("secretary", draft+"?edit="+two).fields(t, "clause")
	w.press("chief", draft+"?edit="+one, "clause", "text", "Lời văn của người kia.").goes(t, "saved")
	other.Set("text", "Báo cáo trước ngày 20.")
	w.submit("secretary", draft, other).goes(t, "saved")
	mine.Set("text", "Lời văn của tôi.")
	page := w.submit("secretary", draft, mine).shows(t, 412, "Lời văn của người kia.", "Lời văn của tôi.")
	again := page.fields(t, "clause")
	if again.Get("text") != "Lời văn của tôi." {
		t.Errorf("the form holds %q", again.Get("text"))
	}
	w.submit("secretary", draft, again).goes(t, "saved")
	w.see("secretary", draft).shows(t, 200, "Lời văn của tôi.", "ngày 20")
}

// TestAutosave: the script's answer says when it was saved, and on a conflict what the other one wrote.
func TestAutosave(t *testing.T) {
	w := furnish(t)
	id := w.start()
	draft := "/pacts/" + id + "/draft"
	one := w.clauseAt("/pacts/"+id, "dieu-1")
	form := w.see("secretary", draft+"?edit="+one).fields(t, "clause")
	form.Del("key")
	form.Set("text", "Một.")
	send := func(form url.Values) *reply {
		return w.script("secretary", draft, form)
	}
	first := send(form)
	if first.StatusCode != 200 || !strings.Contains(first.text, `"saved":"08:00:00"`) {
		t.Fatalf("%d %s", first.StatusCode, first.text)
	}
	form.Set("text", "Hai.")
	if got := send(form); got.StatusCode != 412 || !strings.Contains(got.text, "Một.") {
		t.Errorf("a stale save: %d %s", got.StatusCode, got.text)
	}
}

// script sends a form as a script of the page does.
func (w *world) script(as, path string, form url.Values) *reply {
	w.t.Helper()
	req := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	req.RemoteAddr = w.address
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer "+w.tokens[as])
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, req)
	return &reply{Response: rec.Result(), text: rec.Body.String()}
}

// TestTextStaysText: what people type stands on every page as text.
func TestTextStaysText(t *testing.T) {
	w := furnish(t)
	id := w.start()
	home := "/pacts/" + id
	const evil = `<script>alert("x")</script>`
	for _, anchor := range []string{"mo-dau", "dieu-1", "dieu-2"} {
		w.press("secretary", home+"/draft?edit="+w.clauseAt(home, anchor), "clause", "text", evil).goes(t, "saved")
	}
	w.press("secretary", home+"/draft?panel=head", "head", "subject", evil, "theme", evil).goes(t, "saved")
	w.press("secretary", home+"/draft?panel=bases", "bases", "b.0.text", evil).goes(t, "saved")
	w.press("secretary", home+"/rounds/new", "", "number", evil, "label", evil).goes(t, "round_open")
	round := home + "/rounds/1"
	w.press("focal-b", round+"/reply/B?clause="+w.clauseOf(id, "dieu-1"), "send", "stance", "object", "number", evil, "note", evil,
		"c.0.quote", evil, "c.0.text", evil, "c.0.proposal", evil).goes(t, "reply_sent")
	for _, path := range []string{home + "/draft", round, round + "/reply/B", home + "/compare"} {
		if s := w.see("secretary", path); s.StatusCode != 200 || strings.Contains(s.text, "<script>alert") {
			t.Errorf("%s (%d) runs what was typed", path, s.StatusCode)
		}
	}
	w.press("focal-c", round+"/reply/C", "send", "stance", "no_comment").goes(t, "reply_sent")
	w.press("secretary", round, "close").goes(t, "round_close")
	desk := round + "/consolidate"
	w.press("secretary", desk, "next", "disposition", "noted", "reason", evil).goes(t, "resolved")
	if s := w.see("secretary", desk+"?c="+w.clauseOf(id, "dieu-1")); s.StatusCode != 200 || strings.Contains(s.text, "<script>alert") {
		t.Errorf("the desk runs what was typed (%d)", s.StatusCode)
	}
}

// TestRoundPage: silent agencies are reminded, the due date moves, a late reply is decided on.
func TestRoundPage(t *testing.T) {
	w := furnish(t)
	id := w.bring("in_review")
	round := "/pacts/" + id + "/rounds/1"
	if to := w.see("secretary", round+"/consolidate").Header.Get("Location"); to != round {
		t.Errorf("the consolidation of an open round leads to %q", to)
	}
	w.press("secretary", round, "phone").goes(t, "reminded")
	w.see("secretary", round).shows(t, 200, "gọi điện đôn đốc")
	w.press("secretary", round, "extend", "to", "2026-01-01").shows(t, 422, `value="2026-01-01"`)
	w.press("secretary", round, "extend", "to", "2026-01-12").goes(t, "extended")
	w.clock.add(10 * 24 * time.Hour)
	w.press("focal-b", round+"/reply/B", "send", "stance", "agree").goes(t, "reply_sent")
	w.see("secretary", round).shows(t, 200, "đến muộn", "chưa quyết định")
	w.press("chief", round, "accept").goes(t, "late")
	w.see("focal-c", round).shows(t, 200, "Đơn vị của bạn", "Góp ý")
	if s := w.see("focal-c", round); strings.Contains(s.text, "Đồng Nai") {
		t.Error("an agency sees another one's reply while the round is open")
	}
}
