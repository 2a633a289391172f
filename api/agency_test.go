package api_test

import (
	"fmt"
	"strings"
	"testing"
)

// A draft reply is its agency's own, until it is sent as a whole.
func TestDraftsAreTheAgencysOwn(t *testing.T) {
	w := furnish(t)
	id := w.bring("in_review")
	round := "/pacts/" + id + "/rounds/1"
	const words = "Ý kiến còn đang viết dở."
	w.must(call{as: "focal-b", method: "PUT", path: round + "/replies/B", body: obj{"stance": "agree_with_comments",
		"comments": []obj{{"clause": w.clauseOf(id, "dieu-2"), "kind": "lam_ro", "text": words}}}})
	places := []string{round + "/replies", round + "/replies/B", round + "/open-items", round, "/pacts/" + id + "/activity", "/pacts/" + id,
		"/pacts/" + id + "/comments", round + "/preview", "/pacts/" + id + "/actions"}
	for _, who := range append(append([]string{}, members...), outsiders...) {
		for _, p := range places {
			r := w.do(call{as: who, method: "GET", path: p})
			own := who == "focal-b" || who == "head-b"
			if strings.Contains(r.text, words) != (own && (p == round+"/replies" || p == round+"/replies/B")) {
				t.Errorf("%s as %s: %d %s", p, who, r.StatusCode, r.text)
			}
			if p == round+"/replies/B" && !own && r.StatusCode != 404 {
				t.Errorf("%s tells %s that there is a draft: %d", p, who, r.StatusCode)
			}
		}
	}
	// Nobody else writes it or sends it, not even the secretariat without a letter.
	for _, who := range []string{"focal-c", "head-c", "focal-a", "secretary", "chief", "lead", "admin", "far-head"} {
		for _, c := range []call{{method: "PUT", path: round + "/replies/B", body: obj{"stance": "agree"}},
			{method: "POST", path: round + "/replies/B/send"}, {method: "POST", path: round + "/replies/B/send", body: obj{"stance": "object"}}} {
			c.as = who
			if r := w.do(c); r.StatusCode != 403 && r.StatusCode != 404 {
				t.Errorf("%s %s as %s: %d", c.method, c.path, who, r.StatusCode)
			}
		}
	}
	// Sent: the secretariat reads it, other agencies do not before the close.
	w.post("head-b", round+"/replies/B/send", nil)
	for who, sees := range map[string]bool{"secretary": true, "lead": true, "focal-b": true, "focal-c": false, "auditor": false, "far-chief": false} {
		r := w.do(call{as: who, method: "GET", path: round + "/replies"})
		if strings.Contains(r.text, words) != sees {
			t.Errorf("after sending, %s: %d %s", who, r.StatusCode, r.text)
		}
	}
}

// Ids of another pact, cluster or comment open nothing.
func TestForeignIds(t *testing.T) {
	w := furnish(t)
	id := w.bring("consolidating")
	second := w.start()
	comment := w.must(call{as: "secretary", method: "GET", path: "/pacts/" + id + "/comments"})["comments"].([]any)[0].(obj)["id"].(string)
	far := w.post("far-secretary", "/pacts", obj{"cluster": w.other, "content": contentBody()})["id"].(string)
	for _, c := range []call{
		{as: "secretary", method: "PUT", path: "/pacts/" + second + "/comments/" + comment + "/resolution", body: obj{"disposition": "noted", "reason": reason}},
		{as: "far-secretary", method: "PUT", path: "/pacts/" + far + "/comments/" + comment + "/resolution", body: obj{"disposition": "noted", "reason": reason}},
		{as: "far-secretary", method: "GET", path: "/pacts/" + id},
		{as: "secretary", method: "GET", path: "/pacts/" + far},
		{as: "secretary", method: "GET", path: "/clusters/" + w.other},
		{as: "secretary", method: "GET", path: "/pacts/" + id + "/files/base"},
		{as: "secretary", method: "GET", path: "/pacts/" + id + "/files/" + strings.Repeat("ab", 32)},
		{as: "secretary", method: "GET", path: "/pacts/" + id + "/versions/9"},
		{as: "secretary", method: "GET", path: "/pacts/" + id + "/rounds/9"},
		{as: "admin", method: "GET", path: "/people/nobody"},
	} {
		r := w.do(c)
		w.checkProblem(t, c.path, r)
		if r.StatusCode != 404 && r.code() != "wrong_state" {
			t.Errorf("%s %s as %s: %d %s", c.method, c.path, c.as, r.StatusCode, r.text)
		}
	}
	if r := w.do(call{as: "secretary", method: "GET", path: "/pacts"}); strings.Contains(r.text, far) || !strings.Contains(r.text, second) {
		t.Errorf("the list of pacts: %s", r.text)
	}
	if r := w.do(call{as: "far-head", method: "GET", path: "/clusters"}); strings.Contains(r.text, w.cluster) {
		t.Errorf("the list of clusters: %s", r.text)
	}
}

// A grant is for its time, and taking it away works at once.
func TestGrantsEnd(t *testing.T) {
	w := furnish(t)
	id := w.start()
	me := w.must(call{as: "focal-c", method: "GET", path: "/me"})
	set := func(grants []obj) {
		t.Helper()
		p := w.do(call{as: "admin", method: "GET", path: "/people/" + me["id"].(string)})
		w.must(call{as: "admin", method: "PUT", path: "/people/" + me["id"].(string) + "/grants", body: obj{"grants": grants},
			header: map[string]string{"If-Match": p.Header.Get("ETag")}})
	}
	sees := func() bool { return w.do(call{as: "focal-c", method: "GET", path: "/pacts/" + id}).StatusCode == 200 }
	grant := func(from, to string) []obj {
		g := obj{"role": "focal", "cluster": w.cluster, "agency": "C"}
		if from != "" {
			g["from"] = from
		}
		if to != "" {
			g["to"] = to
		}
		return []obj{g}
	}
	for _, c := range []struct {
		grants []obj
		want   bool
	}{{nil, false}, {grant("", ""), true}, {grant("2026-01-06T00:00:00+07:00", ""), false}, {grant("", "2026-01-05T08:00:00+07:00"), false},
		{grant("2026-01-05T08:00:00+07:00", "2026-01-05T08:00:01+07:00"), true}} {
		if set(c.grants); sees() != c.want {
			t.Errorf("with %v: %v", c.grants, !c.want)
		}
	}
}

// A request sent again gets the answer that was given; the same key for something else is refused.
func TestRepeatedRequests(t *testing.T) {
	w := furnish(t)
	key := func(k string) map[string]string { return map[string]string{"Idempotency-Key": k} }
	create := call{as: "secretary", method: "POST", path: "/pacts", body: obj{"cluster": w.cluster, "content": contentBody()}, header: key("one")}
	first, again := w.do(create), w.do(create)
	if first.StatusCode != 201 || again.StatusCode != 201 || first.json["id"] != again.json["id"] {
		t.Fatalf("%d %s, %d %s", first.StatusCode, first.text, again.StatusCode, again.text)
	}
	other := create
	changed := contentBody()
	changed["subject"] = "Một giao ước khác"
	other.body = obj{"cluster": w.cluster, "content": changed}
	w.check(t, want{"another body", other, 409, "idempotency_key_reused", "", ""})
	other = create
	other.as = "chief" // keys are each person's own
	if r := w.do(other); r.StatusCode != 201 || r.json["id"] == first.json["id"] {
		t.Errorf("another person: %d %s", r.StatusCode, r.text)
	}
	person := call{as: "admin", method: "POST", path: "/people", body: obj{"login": "twice", "name": "Hai Lần", "password": password}, header: key("p")}
	if a, b := w.do(person), w.do(person); a.StatusCode != 201 || b.StatusCode != 201 || a.json["id"] != b.json["id"] {
		t.Errorf("%s, %s", a.text, b.text)
	}
	person.body = obj{"login": "twice", "name": "Hai Lần", "password": "một mật khẩu khác hẳn"}
	w.check(t, want{"another password", person, 409, "idempotency_key_reused", "", ""})
	id := fmt.Sprint(first.json["id"])
	w.step(id, "in_review")
	send := call{as: "focal-b", method: "POST", path: "/pacts/" + id + "/rounds/1/replies/B/send", body: obj{"stance": "agree"}, header: key("s")}
	if a, b := w.do(send), w.do(send); a.StatusCode != 200 || b.StatusCode != 200 || a.text != b.text {
		t.Errorf("%s, %s", a.text, b.text)
	}
	send.header = key("s2")
	if r := w.do(send); r.StatusCode != 412 && r.StatusCode != 409 {
		t.Errorf("sending twice: %d %s", r.StatusCode, r.text)
	}
}

// Two people at one draft: the later one is told, and nothing is lost.
func TestRowVersions(t *testing.T) {
	w := furnish(t)
	id := w.start()
	draft := w.do(call{as: "secretary", method: "GET", path: "/pacts/" + id + "/draft"})
	tag := draft.Header.Get("ETag")
	if tag == "" {
		t.Fatal("no ETag")
	}
	put := call{as: "secretary", method: "PUT", path: "/pacts/" + id + "/draft", body: contentBody(), header: map[string]string{"If-Match": tag}}
	saved := w.do(put)
	if saved.StatusCode != 200 || saved.Header.Get("ETag") == tag {
		t.Fatalf("%d %s", saved.StatusCode, saved.text)
	}
	put.as = "chief"
	w.check(t, want{"the later one", put, 412, "stale", "", ""})
	clauses := saved.json["content"].(obj)["clauses"].([]any)
	one, two := clauses[1].(obj), clauses[2].(obj)
	edit := func(c obj, was any) call {
		return call{as: "chief", method: "PATCH", path: "/pacts/" + id + "/draft/clauses/" + c["id"].(string),
			body: obj{"was": was, "heading": c["heading"], "text": "Hoàn thành vượt mức."}}
	}
	if r := w.do(edit(one, one["tag"])); r.StatusCode != 200 {
		t.Errorf("one clause: %d %s", r.StatusCode, r.text)
	}
	if r := w.do(edit(two, two["tag"])); r.StatusCode != 200 { // edits of two clauses do not meet
		t.Errorf("another clause: %d %s", r.StatusCode, r.text)
	}
	w.check(t, want{"the same clause", edit(one, one["tag"]), 412, "stale", "", ""})
}
