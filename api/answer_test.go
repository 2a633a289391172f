package api_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kyket/api"
)

// TestHeaders: every answer carries them, whatever it is.
func TestHeaders(t *testing.T) {
	w := furnish(t)
	id := w.bring("frozen")
	code := w.must(call{as: "lead", method: "GET", path: "/pacts/" + id})["code"].(string)
	for _, c := range []call{{method: "GET", path: "/me"}, {as: "lead", method: "GET", path: "/me"}, {method: "GET", path: "/nothing"},
		{method: "GET", path: "//v/" + code}, {method: "GET", path: "//healthz"}, {as: "lead", method: "GET", path: "/pacts/" + id + "/files/base"},
		{method: "GET", path: "/openapi.json"}, {method: "POST", path: "/sign-in", body: "{"}} {
		h := w.do(c).Header
		csp := h.Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "unsafe") ||
			h.Get("X-Content-Type-Options") != "nosniff" || len(h.Get("X-Request-Id")) < 16 || h.Get("Referrer-Policy") == "" || h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", c.path, h)
		}
	}
}

func TestLanguages(t *testing.T) {
	w := newWorld(t)
	for header, want := range map[string]string{"": "vi", "en": "en", "en-GB,en;q=0.9": "en", "vi-VN,en;q=0.8": "vi", "fr": "vi", "de,en;q=0.5": "en",
		"*": "vi", strings.Repeat("en,", 5000): "vi", "\x00": "vi"} {
		r := w.do(call{method: "GET", path: "/me", header: map[string]string{"Accept-Language": header}})
		if r.json["title"] != r.json[want] || r.Header.Get("Content-Language") != want {
			t.Errorf("%.20q: %s", header, r.text)
		}
	}
}

// TestPublicPage holds what strangers see to what they may see.
func TestPublicPage(t *testing.T) {
	w := furnish(t)
	early := w.bring("adopted")
	code := w.must(call{as: "lead", method: "GET", path: "/pacts/" + early})["code"].(string)
	if r := w.do(call{method: "GET", path: "//v/" + code}); r.StatusCode != 404 {
		t.Errorf("before there is a paper: %d", r.StatusCode)
	}
	id := w.bring("signing")
	w.sign(id, "head-b", "B")
	p := w.must(call{as: "lead", method: "GET", path: "/pacts/" + id})
	code = p["code"].(string)
	for _, path := range []string{"//v/" + code, "//v/" + strings.ToUpper(code), "//v/" + code + "?lang=en", "/public/" + code} {
		r := w.do(call{method: "GET", path: path})
		if r.StatusCode != 200 {
			t.Fatalf("%s: %d %s", path, r.StatusCode, r.text)
		}
		for _, must := range []string{"01/GƯTĐ-CTĐ", "BẢN GIAO ƯỚC THI ĐUA", "Sở Tư pháp tỉnh Đồng Nai", "Sở Tư pháp tỉnh Cà Mau", "Cụm thi đua C26"} {
			if !strings.Contains(r.text, must) {
				t.Errorf("%s does not say %q", path, must)
			}
		}
		low := strings.ToLower(r.text)
		for _, never := range []string{"Trần Thị Bình", "Nguyễn Văn An", "Võ Văn Em", "Đề nghị sửa", "Tiếp thu", "genuine", "authentic", "xác thực", "<script", p["id"].(string)} {
			if strings.Contains(low, strings.ToLower(never)) {
				t.Errorf("%s says %q", path, never)
			}
		}
	}
	r := w.do(call{method: "GET", path: "//v/nothing-like-it"})
	if r.StatusCode != 404 || !strings.Contains(r.text, `<form`) || !strings.Contains(r.text, "nothing-like-it") {
		t.Errorf("unknown code: %d %s", r.StatusCode, r.text)
	}
	if r := w.do(call{method: "GET", path: "//v?code=" + code}); r.StatusCode != 303 || r.Header.Get("Location") != "/v/"+code {
		t.Errorf("the form leads to %d %q", r.StatusCode, r.Header.Get("Location"))
	}
	for _, odd := range []string{"https://evil.example", "//evil.example", "..%2f..", "a b"} {
		r := w.do(call{method: "GET", path: "//v?code=" + strings.NewReplacer(" ", "+").Replace(odd)})
		if to := r.Header.Get("Location"); !strings.HasPrefix(to, "/v/") || strings.Contains(to[3:], "/") {
			t.Errorf("%q leads to %q", odd, to)
		}
	}
}

// TestOpenAPI: the document knows every route with every part of its address.
func TestOpenAPI(t *testing.T) {
	w := newWorld(t)
	doc := w.do(call{method: "GET", path: "/openapi.json"}).json
	if v := doc["openapi"]; !strings.HasPrefix(v.(string), "3.1") {
		t.Errorf("version %v", v)
	}
	ids := map[string]bool{}
	for _, r := range w.routes {
		if !strings.HasPrefix(r.Path, "/api/v1/") || strings.Contains(r.Path, "openapi") {
			continue
		}
		at, _ := doc["paths"].(obj)[r.Path].(obj)[strings.ToLower(r.Method)].(obj)
		if at == nil {
			t.Errorf("%s %s is not in the document", r.Method, r.Path)
			continue
		}
		if id := at["operationId"].(string); ids[id] || at["summary"] == "" {
			t.Errorf("%s %s: operation %q, summary %q", r.Method, r.Path, id, at["summary"])
		} else {
			ids[id] = true
		}
		named := map[string]bool{}
		params, _ := at["parameters"].([]any)
		for _, p := range params {
			named[p.(obj)["name"].(string)] = true
		}
		for _, part := range strings.Split(r.Path, "/") {
			if name, ok := strings.CutPrefix(part, "{"); ok && !named[strings.TrimSuffix(name, "}")] {
				t.Errorf("%s %s does not read %s", r.Method, r.Path, part)
			}
		}
		if _, secured := at["security"]; secured == (r.Access == api.Public) {
			t.Errorf("%s %s: security %v", r.Method, r.Path, secured)
		}
		if _, ok := at["responses"].(obj)["default"].(obj)["content"].(obj)["application/problem+json"]; !ok {
			t.Errorf("%s %s says nothing of problems", r.Method, r.Path)
		}
	}
}

func TestSystem(t *testing.T) {
	down := false
	w := furnish(t, func(d *api.Deps) {
		d.Ready = func(context.Context) error {
			if down {
				return errors.New("secret: the database is at 10.0.0.7")
			}
			return nil
		}
	})
	if r := w.do(call{method: "GET", path: "//readyz"}); r.StatusCode != 200 {
		t.Errorf("ready: %d", r.StatusCode)
	}
	down = true
	if r := w.do(call{method: "GET", path: "//readyz"}); r.StatusCode != 503 || strings.Contains(r.text, "10.0.0.7") {
		t.Errorf("not ready: %d %s", r.StatusCode, r.text)
	}
	if r := w.do(call{method: "GET", path: "//healthz"}); r.StatusCode != 200 {
		t.Errorf("alive: %d", r.StatusCode)
	}
	metrics := call{method: "GET", path: "//metrics"}
	if r := w.do(metrics); r.StatusCode != 401 {
		t.Errorf("figures for a stranger: %d", r.StatusCode)
	}
	metrics.as = "focal-b"
	if r := w.do(metrics); r.StatusCode != 403 {
		t.Errorf("figures for a member: %d", r.StatusCode)
	}
	metrics.as = "admin"
	if r := w.do(metrics); r.StatusCode != 200 {
		t.Errorf("figures for an administrator: %d", r.StatusCode)
	}
	metrics.as, w.address = "", "127.0.0.1:5"
	w.do(call{method: "GET", path: "/made-up/" + strings.Repeat("x", 50)})
	r := w.do(metrics)
	if r.StatusCode != 200 || !strings.Contains(r.text, `route="/api/v1/sign-in"`) || strings.Contains(r.text, "made-up") {
		t.Errorf("figures for the machine: %d %.300s", r.StatusCode, r.text)
	}
	metrics.header = map[string]string{"X-Forwarded-For": "203.0.113.1"}
	if r := w.do(metrics); r.StatusCode != 401 {
		t.Errorf("figures through a proxy: %d", r.StatusCode)
	}
}

// An error of ours says no more than that; the log says the rest, under the same id.
func TestInternalErrors(t *testing.T) {
	w := furnish(t, func(d *api.Deps) {
		d.Checkpoint = func(context.Context) ([]byte, error) { return nil, errors.New("secret /var/lib path") }
	})
	r := w.do(call{method: "GET", path: "/log/checkpoint"})
	w.checkProblem(t, "internal", r)
	if r.StatusCode != 500 || strings.Contains(r.text, "secret") || !strings.Contains(w.log.String(), "secret /var/lib path") ||
		!strings.Contains(w.log.String(), r.Header.Get("X-Request-Id")) {
		t.Errorf("%d %s\n%s", r.StatusCode, r.text, w.log)
	}
	w = furnish(t, func(d *api.Deps) {
		d.Checkpoint = func(context.Context) ([]byte, error) { panic("secret panic") }
	})
	r = w.do(call{method: "GET", path: "/log/checkpoint"})
	w.checkProblem(t, "panic", r)
	if r.StatusCode != 500 || strings.Contains(r.text, "secret") || !strings.Contains(w.log.String(), "secret panic") {
		t.Errorf("%d %s\n%s", r.StatusCode, r.text, w.log)
	}
}

// HEAD is GET without the body, over a real connection.
func TestHead(t *testing.T) {
	w := newWorld(t)
	s := httptest.NewServer(w.handler)
	defer s.Close()
	for path, want := range map[string]int{"/v": 200, "/nothing": 404, "/api/v1/me": 401} {
		r, err := http.Head(s.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if r.StatusCode != want || r.Header.Get("Content-Type") == "text/plain" {
			t.Errorf("%s: %d %v", path, r.StatusCode, r.Header)
		}
	}
}
