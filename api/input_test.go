package api_test

import (
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"kyket/api"
)

// want is what a refused request is answered with.
type want struct {
	name   string
	call   call
	status int
	code   string
	ref    string // a finding about this field
	says   string // in the English sentence or a finding's
}

func (w *world) check(t *testing.T, c want) {
	t.Helper()
	r := w.do(c.call)
	if r.StatusCode != c.status || r.code() != c.code {
		t.Errorf("%s: %d %s, want %d %s: %s", c.name, r.StatusCode, r.code(), c.status, c.code, r.text)
		return
	}
	w.checkProblem(t, c.name, r)
	if c.ref != "" && !strings.Contains(r.text, `"ref":"`+c.ref+`"`) {
		t.Errorf("%s: nothing about %s in %s", c.name, c.ref, r.text)
	}
	if c.says != "" && !strings.Contains(r.text, c.says) {
		t.Errorf("%s: does not say %q: %s", c.name, c.says, r.text)
	}
}

// checkProblem holds an answer to the form of a problem: both languages, nothing left to fill in.
func (w *world) checkProblem(t *testing.T, name string, r *reply) {
	t.Helper()
	if ct := r.Header.Get("Content-Type"); ct != "application/problem+json" {
		t.Errorf("%s: content type %q", name, ct)
	}
	vi, en := fmt.Sprint(r.json["vi"]), fmt.Sprint(r.json["en"])
	if vi == en || vi == "" || en == "" || strings.ContainsAny(vi+en, "{}") {
		t.Errorf("%s: sentences %q and %q", name, vi, en)
	}
	if r.json["status"] != float64(r.StatusCode) || r.json["type"] != "urn:kyket:problem:"+r.code() ||
		r.json["request_id"] != r.Header.Get("X-Request-Id") || r.json["title"] != vi {
		t.Errorf("%s: %s", name, r.text)
	}
	details, _ := r.json["details"].([]any)
	for _, d := range details {
		f := d.(obj)
		if f["vi"] == "" || f["en"] == "" || f["vi"] == f["en"] || f["code"] == "" {
			t.Errorf("%s: finding %v", name, f)
		}
	}
}

func TestBadInput(t *testing.T) {
	w := furnish(t)
	id := w.bring("in_review")
	reply := "/pacts/" + id + "/rounds/1/replies/B"
	events := func() int {
		return len(w.must(call{as: "secretary", method: "GET", path: "/pacts/" + id + "/activity"})["items"].([]any))
	}
	before := events()
	clause := w.clauseOf(id, "dieu-2")
	comment := func(field, value string) obj {
		c := obj{"clause": clause, "kind": "lam_ro", "text": "Ý kiến."}
		c[field] = value
		return obj{"stance": "agree_with_comments", "comments": []obj{c}}
	}
	send := func(body any) call { return call{as: "focal-b", method: "POST", path: reply + "/send", body: body} }
	deep := strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100)
	for _, c := range []want{
		{"unknown field", send(obj{"stance": "agree", "stanse": "x"}), 422, "invalid_input", "stanse", "unknown_field"},
		{"unknown field inside", send(obj{"stance": "agree", "comments": []obj{{"clause": "c1", "text": "x", "<b>": 1}}}), 422, "invalid_input", "comments[0].<b>", ""},
		{"field in another case", send(obj{"Stance": "agree"}), 422, "invalid_input", "Stance", "unknown_field"},
		{"number for text", send(obj{"stance": 7}), 422, "invalid_input", "stance", "7"},
		{"list for an object", send("[]"), 422, "invalid_input", "", ""},
		{"null", send("null"), 422, "invalid_input", "", ""},
		{"missing field", call{as: "secretary", method: "POST", path: "/pacts/" + id + "/rounds/1/reminders", body: obj{}}, 422, "invalid_input", "agency", "missing_field"},
		{"no body", call{as: "secretary", method: "POST", path: "/pacts/" + id + "/rounds/1/reminders"}, 400, "invalid_input", "", ""},
		{"no time", call{as: "secretary", method: "POST", path: "/pacts/" + id + "/rounds/1/extension", body: obj{"to": "morgen"}}, 422, "invalid_input", "to", "morgen"},
		{"no day", call{as: "clerk", method: "POST", path: "/pacts/" + id + "/freeze", body: obj{"date": "2026-02-30"}}, 422, "invalid_input", "date", "2026-02-30"},
		{"no day inside", call{as: "admin", method: "POST", path: "/clusters", body: obj{"code": "x", "kind": "cum", "name": "x", "year": 2026, "lead": "A",
			"agencies": []obj{{"code": "A", "names": []obj{{"name": "x", "from": "01/02/2026"}}}}}}, 422, "invalid_input", "agencies[0].names[0].from", "01/02/2026"},
		{"bad digest", call{as: "head-b", method: "POST", path: "/pacts/" + id + "/signatures", body: obj{"agency": "B", "certificate": "abc"}}, 422, "invalid_input", "certificate", "abc"},
		{"no digest", call{as: "head-b", method: "POST", path: "/pacts/" + id + "/signatures", body: obj{"agency": "B", "certificate": ""}}, 422, "invalid_input", "certificate", ""},
		{"bad base64", call{as: "head-b", method: "POST", path: "/certificates", body: obj{"der": "???"}}, 422, "invalid_input", "der", ""},
		{"no certificate", call{as: "head-b", method: "POST", path: "/certificates", body: obj{"der": []byte("x")}}, 422, "invalid_field", "", "der"},
		{"half a JSON", send(`{"stance":"agree"`), 400, "malformed_json", "", ""},
		{"two JSONs", send(`{"stance":"agree"} {}`), 400, "malformed_json", "", "byte 20"},
		{"no JSON", send(`stance=agree`), 400, "malformed_json", "", ""},
		{"deep JSON", send(deep), 400, "json_too_deep", "", ""},
		{"NUL", send("{\"stance\":\"agree\",\"note\":\"a\x00b\"}"), 400, "nul_character", "", ""},
		{"escaped NUL", send(`{"stance":"agree","note":"a\u0000b"}`), 400, "nul_character", "", ""},
		{"no UTF-8", send("{\"note\":\"\xff\"}"), 400, "not_utf8", "", ""},
		{"form for JSON", call{as: "focal-b", method: "POST", path: reply + "/send", body: obj{}, header: map[string]string{"Content-Type": "text/plain"}}, 415, "media_type", "", "text/plain"},
		{"no content type", call{as: "focal-b", method: "POST", path: reply + "/send", body: obj{}, header: map[string]string{"Content-Type": ""}}, 415, "media_type", "", ""},
		{"unknown query", call{as: "focal-b", method: "GET", path: "/pacts?limmit=3"}, 422, "invalid_input", "limmit", ""},
		{"bad query", call{as: "focal-b", method: "GET", path: "/pacts?limit=100000"}, 422, "invalid_input", "limit", "100000"},
		{"bad number", call{as: "focal-b", method: "GET", path: "/pacts/" + id + "/versions/one"}, 422, "invalid_input", "n", "one"},
		{"no such address", call{as: "focal-b", method: "GET", path: "/nothing"}, 404, "no_such_address", "", "/api/v1/nothing"},
		{"no such method", call{as: "focal-b", method: "DELETE", path: "/pacts"}, 405, "method_not_allowed", "", "DELETE"},
		{"no key", call{as: "focal-b", method: "POST", path: reply + "/send", body: obj{"stance": "agree"}, bare: true}, 400, "idempotency_key_required", "", ""},
		{"long key", call{as: "focal-b", method: "POST", path: reply + "/send", body: obj{}, header: map[string]string{"Idempotency-Key": strings.Repeat("k", 201)}}, 400, "idempotency_key_invalid", "", ""},
		{"odd key", call{as: "focal-b", method: "POST", path: reply + "/send", body: obj{}, header: map[string]string{"Idempotency-Key": "khóa"}}, 400, "idempotency_key_invalid", "", ""},
		{"no If-Match", call{as: "secretary", method: "PUT", path: "/pacts/" + id + "/draft", body: contentBody()}, 428, "if_match_required", "", ""},
		{"weak If-Match", call{as: "secretary", method: "PUT", path: "/pacts/" + id + "/draft", body: contentBody(), header: map[string]string{"If-Match": `W/"1"`}}, 400, "if_match_invalid", "", "W/"},
		{"any If-Match", call{as: "secretary", method: "PUT", path: "/pacts/" + id + "/draft", body: contentBody(), header: map[string]string{"If-Match": "*"}}, 400, "if_match_invalid", "", ""},
		{"other If-Match", call{as: "chief", method: "PUT", path: "/clusters/" + w.cluster, body: clusterBody("C26"), header: rowVersionNo}, 412, "stale", "", ""},
		{"unknown stance", send(obj{"stance": "maybe"}), 422, "", "", "maybe"},
		{"silence sent", send(obj{"stance": "tacit_agree"}), 422, "", "", ""},
		{"unknown clause", send(comment("clause", "c999")), 404, "", "", "c999"},
		{"quote that is none", send(comment("quote", "không có trong văn bản")), 422, "", "", "không có trong văn bản"},
		{"unknown kind", send(comment("kind", "khen")), 422, "", "", "khen"},
		{"emoji", send(comment("text", "Tốt 👍")), 422, "", "", "U+1F44D"},
		{"letters of another script", send(comment("text", "Hạn 漢字")), 422, "", "", "漢"},
		{"direction override", send(comment("text", "a\u202eb")), 422, "", "", "U+202E"},
		{"too long", send(comment("text", strings.Repeat("dài ", 10_000))), 413, "text_too_long", "", "10000"},
		{"foreign comment id", send(comment("id", "not-mine")), 404, "not_found", "", ""},
		{"no reason", call{as: "lead", method: "POST", path: "/pacts/" + id + "/withdraw", body: obj{"reason": "  "}}, 422, "missing_field", "", "reason"},
		{"scan that is none", call{as: "secretary", method: "POST", path: reply + "/record", body: obj{"stance": "agree",
			"received_at": "2026-01-05T08:00:00+07:00", "scan": []byte("MZ program")}}, 422, "invalid_field", "", "scan"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.code == "" {
				c.code = w.do(c.call).code() // pact's own; what counts is status, words and that nothing happened
			}
			w.check(t, c)
		})
	}
	if after := events(); after != before {
		t.Errorf("refused requests left %d events", after-before)
	}
	if r := w.do(call{as: "focal-b", method: "GET", path: reply}); r.StatusCode != 404 {
		t.Errorf("refused requests left a reply: %s", r.text)
	}
}

// counter counts what is read of an endless body.
type counter struct{ read int }

func (c *counter) Read(b []byte) (int, error) {
	c.read += len(b)
	for i := range b {
		b[i] = ' '
	}
	return len(b), nil
}

func TestSizeIsRefusedBeforeParsing(t *testing.T) {
	w := furnish(t)
	id := w.bring("in_review")
	reply := "/api/v1/pacts/" + id + "/rounds/1/replies/B"
	ask := func(path, as string, length int64, body io.Reader) (int, string) {
		req := httptest.NewRequest("POST", path, body)
		req.ContentLength = length
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Idempotency-Key", "size")
		if as != "" {
			req.Header.Set("Authorization", "Bearer "+w.tokens[as])
		}
		rec := httptest.NewRecorder()
		w.handler.ServeHTTP(rec, req)
		return rec.Code, rec.Body.String()
	}
	for _, c := range []struct {
		name, path, as string
		length         int64
		most, status   int
	}{
		{"announced", reply + "/send", "focal-b", 1 << 30, 0, 413},
		{"endless", reply + "/send", "focal-b", -1, 2 << 20, 413},
		{"scan announced", reply + "/record", "secretary", 1 << 30, 0, 413},
		{"scan endless", reply + "/record", "secretary", -1, 64 << 20, 413},
		{"from a stranger", reply + "/record", "", -1, 0, 401},
		{"to the sign-in", "/api/v1/sign-in", "", -1, 2 << 20, 413},
	} {
		body := &counter{}
		status, text := ask(c.path, c.as, c.length, body)
		if status != c.status || body.read > c.most || status == 413 && !strings.Contains(text, "body_too_large") {
			t.Errorf("%s: %d after %d bytes: %s", c.name, status, body.read, text)
		}
	}
	// A scan of the size of a letter is far above what other routes take.
	r := w.do(call{as: "secretary", method: "POST", path: strings.TrimPrefix(reply, "/api/v1") + "/record", body: obj{"stance": "agree",
		"received_at": "2026-01-05T08:00:00+07:00", "scan": append([]byte("%PDF-1.7\n"), make([]byte, 3<<20)...)}})
	if r.StatusCode != 201 {
		t.Errorf("a scan of 3 MiB: %d %s", r.StatusCode, r.text)
	}
}

// What people write stays what they wrote, and text wherever it is shown.
func TestMarkupStaysText(t *testing.T) {
	const evil = `<script>alert("1")</script> & <img src=x onerror=alert(1)> ' ` + "`${1}` {{.Lang}}"
	w := furnish(t)
	body := contentBody()
	body["type_name"], body["subject"] = "BẢN GIAO ƯỚC "+evil, "Chủ đề "+evil
	id := w.post("secretary", "/pacts", obj{"cluster": w.cluster, "content": body})["id"].(string)
	w.step(id, "in_review")
	reply := "/pacts/" + id + "/rounds/1/replies/B"
	w.post("focal-b", reply+"/send", obj{"stance": "agree_with_comments", "note": evil,
		"comments": []obj{{"clause": w.clauseOf(id, "dieu-2"), "kind": "lam_ro", "text": evil}}})
	r := w.do(call{as: "focal-b", method: "GET", path: reply})
	if r.json["note"] != evil || r.json["comments"].([]any)[0].(obj)["text"] != evil {
		t.Errorf("changed on the way: %s", r.text)
	}
	if ct := r.Header.Get("Content-Type"); ct != "application/json" || r.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("a browser might read %q as a page", ct)
	}
	w.post("focal-c", "/pacts/"+id+"/rounds/1/replies/C/send", obj{"stance": "agree"})
	w.post("secretary", "/pacts/"+id+"/rounds/1/close", nil)
	c := w.must(call{as: "secretary", method: "GET", path: "/pacts/" + id + "/comments"})["comments"].([]any)[0].(obj)["id"].(string)
	w.must(call{as: "secretary", method: "PUT", path: "/pacts/" + id + "/comments/" + c + "/resolution", body: obj{"disposition": "noted", "reason": evil}})
	w.post("secretary", "/pacts/"+id+"/rounds/1/ledger/close", obj{})
	w.post("lead", "/pacts/"+id+"/agree", nil)
	w.step(id, "adopted")
	w.step(id, "frozen")
	code := w.must(call{as: "lead", method: "GET", path: "/pacts/" + id})["code"].(string)
	page := w.do(call{method: "GET", path: "//v/" + code})
	if page.StatusCode != 200 || strings.Contains(page.text, "<script") || strings.Contains(page.text, "<img") || !strings.Contains(page.text, "&lt;script&gt;") {
		t.Errorf("the public page: %d %s", page.StatusCode, page.text)
	}
	page = w.do(call{method: "GET", path: "//v/%3Cscript%3Ealert(1)"})
	if page.StatusCode != 404 || strings.Contains(page.text, "<script") {
		t.Errorf("an unknown code: %d %s", page.StatusCode, page.text)
	}
}

// Composed and decomposed letters are the same text.
func TestTextIsComposed(t *testing.T) {
	w := furnish(t)
	body := contentBody()
	body["subject"] = "Giao u\u031bo\u031b\u0301c thi d\u0111ua"
	p := w.post("secretary", "/pacts", obj{"cluster": w.cluster, "content": body})
	if p["subject"] != "Giao ước thi dđua" {
		t.Errorf("subject %q", p["subject"])
	}
}

func FuzzCheckJSON(f *testing.F) {
	for _, s := range []string{`{}`, `[1,"a\u0000"]`, `{"a":"\\u0000"}`, `"\"{[`, strings.Repeat("[", 30), "{\"a\":\"\x00\"}", `{"a":1}x`, ""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if api.CheckJSON(b) != nil {
			return
		}
		// What passes holds no NUL for any parser and is not deep for any either.
		depth, most, inside := 0, 0, false
		for i := 0; i < len(b); i++ {
			switch {
			case inside && b[i] == '\\':
				i++
			case b[i] == '"':
				inside = !inside
			case !inside && (b[i] == '{' || b[i] == '['):
				depth++
				most = max(most, depth)
			case !inside && (b[i] == '}' || b[i] == ']'):
				depth--
			}
		}
		if most > 24 || strings.ContainsRune(string(b), 0) || strings.Contains(strings.ReplaceAll(string(b), `\\`, ""), `\u0000`) {
			t.Errorf("%q passed", b)
		}
	})
}

// slow is a connection whose body does not come; it notes that somebody limits the wait.
type slow struct {
	*httptest.ResponseRecorder
	deadlines []bool // set, lifted
}

func (s *slow) SetReadDeadline(t time.Time) error {
	s.deadlines = append(s.deadlines, !t.IsZero())
	return nil
}

func (s *slow) Read([]byte) (int, error) {
	if len(s.deadlines) != 1 || !s.deadlines[0] {
		return 0, io.ErrNoProgress // a server would hang here
	}
	return 0, os.ErrDeadlineExceeded
}

func TestSlowBody(t *testing.T) {
	w := furnish(t)
	s := &slow{ResponseRecorder: httptest.NewRecorder()}
	req := httptest.NewRequest("POST", "/api/v1/sign-in", s)
	req.Header.Set("Content-Type", "application/json")
	w.handler.ServeHTTP(s, req)
	if s.Code != 408 || !strings.Contains(s.Body.String(), "body_too_slow") {
		t.Errorf("%d %s", s.Code, s.Body)
	}
	if len(s.deadlines) != 2 || s.deadlines[1] {
		t.Errorf("deadlines set: %v; the answer must not be cut short by it", s.deadlines)
	}
}
