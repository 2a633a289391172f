package api_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kyket/api"
)

func TestSetUpOnce(t *testing.T) {
	w := newWorld(t)
	body := obj{"code": w.code, "login": "admin", "name": "Quản trị", "password": password}
	w.check(t, want{"wrong code", call{method: "POST", path: "/setup", body: obj{"code": "000000", "login": "admin", "name": "X", "password": password}},
		403, "setup_code_wrong", "", ""})
	w.check(t, want{"weak password", call{method: "POST", path: "/setup", body: obj{"code": w.code, "login": "admin", "name": "X", "password": "12345"}},
		422, "password_short", "", "10"})
	first := w.post("", "/setup", body)
	if again := w.post("", "/setup", body); again["id"] != first["id"] {
		t.Errorf("the same request again made %v", again)
	}
	body["login"] = "second"
	w.check(t, want{"second administrator", call{method: "POST", path: "/setup", body: body}, 409, "setup_done", "", ""})
	if strings.Contains(w.log.String(), w.code) || strings.Contains(w.log.String(), password) {
		t.Error("a secret is in the log")
	}
}

func TestSignIn(t *testing.T) {
	w := furnish(t)
	for name, body := range map[string]obj{"wrong password": {"login": "focal-b", "password": "sai mật khẩu rồi"}, "unknown": {"login": "nobody", "password": password}} {
		r := w.do(call{method: "POST", path: "/sign-in", body: body})
		w.checkProblem(t, name, r)
		if r.StatusCode != 401 || r.code() != "credentials_wrong" || r.Header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: %d %s", name, r.StatusCode, r.text)
		}
	}
	r := w.do(call{method: "POST", path: "/sign-in", body: obj{"login": "focal-b", "password": 12345678901}})
	if strings.Contains(r.text, "12345678901") {
		t.Errorf("a password comes back: %s", r.text)
	}
	for _, header := range []string{"Bearer", "Bearer x", "Basic Zm9vOmJhcg==", w.tokens["focal-b"]} {
		if r := w.do(call{method: "GET", path: "/me", header: map[string]string{"Authorization": header}}); r.StatusCode != 401 {
			t.Errorf("%q lets in: %d", header, r.StatusCode)
		}
	}
	w.machine.add(3 * time.Hour)
	w.check(t, want{"idle", call{as: "focal-b", method: "GET", path: "/me"}, 401, "sign_in_required", "", ""})
}

func TestSignOut(t *testing.T) {
	w := furnish(t)
	w.must(call{as: "focal-b", method: "DELETE", path: "/sign-in"})
	w.check(t, want{"signed out", call{as: "focal-b", method: "GET", path: "/me"}, 401, "sign_in_required", "", ""})
	w.must(call{as: "focal-c", method: "GET", path: "/me"})
}

func TestPassword(t *testing.T) {
	w := furnish(t)
	old := w.tokens["focal-b"]
	w.signIn("focal-b")
	w.check(t, want{"wrong", call{as: "focal-b", method: "PUT", path: "/me/password", body: obj{"old": "sai", "password": "một câu khác hẳn"}}, 401, "password_wrong", "", ""})
	w.must(call{as: "focal-b", method: "PUT", path: "/me/password", body: obj{"old": password, "password": "một câu khác hẳn"}})
	w.must(call{as: "focal-b", method: "GET", path: "/me"})
	w.tokens["focal-b"] = old
	w.check(t, want{"other session", call{as: "focal-b", method: "GET", path: "/me"}, 401, "sign_in_required", "", ""})
}

// cookies are what a browser holds.
func (w *world) withCookie(method, path, body string, cookies []*http.Cookie, header ...string) *http.Response {
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	req.RemoteAddr = w.address
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	for _, c := range cookies {
		req.AddCookie(c)
	}
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, req)
	return rec.Result()
}

func TestCookie(t *testing.T) {
	signIn := `{"login":"focal-b","password":"` + password + `","cookie":true}`
	for _, c := range []struct {
		url, name string
		secure    bool
	}{{"http://127.0.0.1:8080", "kyket", false}, {"https://kyket.example", "__Host-kyket", true}, {"http://kyket.example", "kyket", true}} {
		w := furnish(t, func(d *api.Deps) { d.PublicURL = c.url })
		planted := []*http.Cookie{{Name: c.name, Value: "planted"}}
		r := w.withCookie("POST", "/api/v1/sign-in", signIn, planted)
		got := r.Cookies()
		if r.StatusCode != 200 || len(got) != 1 {
			t.Fatalf("%s: %d %v", c.url, r.StatusCode, got)
		}
		k := got[0]
		if k.Name != c.name || !k.HttpOnly || k.Secure != c.secure || k.SameSite != http.SameSiteLaxMode || k.Path != "/" || k.Domain != "" || k.Value == "planted" {
			t.Errorf("%s: cookie %v", c.url, k)
		}
		if hsts := r.Header.Get("Strict-Transport-Security"); (hsts != "") != strings.HasPrefix(c.url, "https") {
			t.Errorf("%s: HSTS %q", c.url, hsts)
		}
		if r := w.withCookie("GET", "/api/v1/me", "", planted); r.StatusCode != 401 {
			t.Errorf("%s: the planted session became real", c.url)
		}
		if r := w.withCookie("GET", "/api/v1/me", "", got); r.StatusCode != 200 {
			t.Errorf("%s: the cookie does not let in: %d", c.url, r.StatusCode)
		}
		// Signing in again ends the session that the browser held.
		again := w.withCookie("POST", "/api/v1/sign-in", signIn, got).Cookies()
		if w.withCookie("GET", "/api/v1/me", "", got).StatusCode != 401 || w.withCookie("GET", "/api/v1/me", "", again).StatusCode != 200 {
			t.Errorf("%s: the token did not change at sign-in", c.url)
		}
		out := w.withCookie("DELETE", "/api/v1/sign-in", "", again)
		if len(out.Cookies()) != 1 || out.Cookies()[0].Value != "" || w.withCookie("GET", "/api/v1/me", "", again).StatusCode != 401 {
			t.Errorf("%s: signing out left something", c.url)
		}
	}
}

// A form of another web site cannot act with somebody's cookie.
func TestCrossSite(t *testing.T) {
	w := furnish(t)
	cookies := w.withCookie("POST", "/api/v1/sign-in", `{"login":"secretary","password":"`+password+`","cookie":true}`, nil).Cookies()
	id := w.bring("in_review")
	path := "/api/v1/pacts/" + id + "/rounds/1/close"
	for _, header := range [][]string{
		{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"},
	} {
		r := w.withCookie("POST", path, "", cookies, append(header, "Idempotency-Key", "csrf")...)
		if r.StatusCode != 403 || r.Header.Get("Content-Type") != "application/problem+json" || r.Header.Get("X-Request-Id") == "" {
			t.Errorf("%v: %d", header, r.StatusCode)
		}
	}
	for _, header := range [][]string{{"Sec-Fetch-Site", "same-origin"}, {"Origin", "http://127.0.0.1:8080"}} {
		if r := w.withCookie("POST", path, "", cookies, append(header, "Idempotency-Key", "x")...); r.StatusCode == 403 {
			t.Errorf("%v is refused", header)
		}
	}
	if r := w.withCookie("GET", "/v", "", nil, "Sec-Fetch-Site", "cross-site"); r.StatusCode != 200 {
		t.Errorf("a link from elsewhere: %d", r.StatusCode)
	}
}

func TestStepUpBeforeSigning(t *testing.T) {
	w := furnish(t)
	id := w.bring("signing")
	_, certificate := w.certificate("head-b", "B")
	sign := call{as: "head-b", method: "POST", path: "/pacts/" + id + "/signatures", body: obj{"agency": "B", "certificate": certificate}}
	w.check(t, want{"no step-up", sign, 401, "step_up_required", "", ""})
	w.check(t, want{"wrong password", call{as: "head-b", method: "POST", path: "/step-up", body: obj{"password": "sai"}}, 401, "password_wrong", "", ""})
	w.check(t, want{"still none", sign, 401, "step_up_required", "", ""})
	w.post("head-b", "/step-up", obj{"password": password})
	w.machine.add(5 * time.Minute)
	w.check(t, want{"too late", sign, 401, "step_up_required", "", ""})
	w.post("head-b", "/step-up", obj{"password": password})
	other := sign
	other.body = obj{"agency": "B", "certificate": certificate, "base": strings.Repeat("ab", 32)}
	w.check(t, want{"another paper", other, 409, "other_paper", "", ""})
	base := w.must(call{as: "head-b", method: "GET", path: "/pacts/" + id})["issue"].(obj)["base"]
	other.body = obj{"agency": "B", "certificate": certificate, "base": base}
	a := w.must(other)
	// The attempt is the person's own.
	for _, who := range []string{"head-c", "focal-b", "lead", "far-head"} {
		for _, c := range []call{{method: "GET"}, {method: "DELETE"}, {method: "POST", body: obj{"value": []byte{1}}}} {
			c.as, c.path = who, "/pacts/"+id+"/signatures/"+a["session"].(string)
			if c.method == "POST" {
				c.path += "/value"
			}
			if r := w.do(c); r.StatusCode != 404 {
				t.Errorf("%s %s as %s: %d", c.method, c.path, who, r.StatusCode)
			}
		}
	}
	// A certificate is its person's own: somebody else's cannot be named.
	_, foreign := w.certificate("head-c", "C")
	sign.body = obj{"agency": "B", "certificate": foreign}
	if r := w.do(sign); r.StatusCode != 404 {
		t.Errorf("signing with the certificate of somebody else: %d %s", r.StatusCode, r.text)
	}
}

func TestThrottles(t *testing.T) {
	w := furnish(t)
	id := w.bring("frozen")
	code := w.must(call{as: "lead", method: "GET", path: "/pacts/" + id})["code"].(string)
	flood := func(name string, c call) *reply {
		t.Helper()
		for range 200 {
			if r := w.do(c); r.StatusCode == 429 {
				if r.Header.Get("Retry-After") == "" || r.Header.Get("Retry-After") == "0" {
					t.Errorf("%s: Retry-After %q", name, r.Header.Get("Retry-After"))
				}
				return r
			}
		}
		t.Errorf("%s is not throttled", name)
		return nil
	}
	for name, c := range map[string]call{
		"sign-in": {method: "POST", path: "/sign-in", body: obj{"login": "focal-b", "password": "x"}},
		"set-up":  {method: "POST", path: "/setup", body: obj{"code": "x", "login": "abc", "name": "x", "password": password}},
		"code":    {method: "GET", path: "/public/unknown-code"},
		"step-up": {as: "focal-b", method: "POST", path: "/step-up", body: obj{"password": "x"}},
	} {
		w.address = "198.51.100." + string(rune('1'+len(name))) + ":99"
		if r := flood(name, c); r != nil {
			w.checkProblem(t, name, r)
		}
	}
	// The page of a code counts with it, says how long, and somebody else is not kept out.
	w.address = "198.51.100.5:99"
	if r := w.do(call{method: "GET", path: "//v/" + code}); r.StatusCode != 429 || !strings.Contains(r.text, "<h1") || r.Header.Get("Retry-After") == "" {
		t.Errorf("the page: %d %v %s", r.StatusCode, r.Header, r.text)
	}
	w.address = "203.0.113.1:1"
	if r := w.do(call{method: "GET", path: "//v/" + code}); r.StatusCode != 200 {
		t.Errorf("somebody else: %d", r.StatusCode)
	}
	// What a stranger writes into a header is not an address.
	w.address = "198.51.100.5:99"
	if r := w.do(call{method: "GET", path: "/public/" + code, header: map[string]string{"X-Forwarded-For": "203.0.113.77"}}); r.StatusCode != 429 {
		t.Errorf("a header got around the throttle: %d", r.StatusCode)
	}
}
