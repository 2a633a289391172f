package e2e

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// TestForeignForms: a form that another site sends is refused, whoever is signed in.
func TestForeignForms(t *testing.T) {
	w := demoWorld(t)
	for _, path := range []string{"/sign-in", "/sign-out", "/account/others", "/admin/people", "/pacts/new", "/setup"} {
		for name, value := range map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"} {
			r, _ := http.NewRequest(http.MethodPost, w.URL+path, strings.NewReader("login=a&password=b"))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set(name, value)
			resp, err := w.as(t, "quantri").Do(r)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != http.StatusForbidden {
				t.Errorf("POST %s with %s: %s is answered with %d", path, name, value, resp.StatusCode)
			}
		}
	}
	if _, err := w.client().Get(w.URL + "/readyz"); err != nil {
		t.Fatal(err)
	}
}

// TestHeaders: no page can be framed, sniffed or scripted from elsewhere, and every page's first load is small.
func TestHeaders(t *testing.T) {
	w := demoWorld(t)
	linked := regexp.MustCompile(`(?:href|src)="(/assets/[^"]+)"`)
	for _, v := range views {
		if v.do != nil {
			continue
		}
		resp, err := w.as(t, v.as).Get(w.URL + w.fillIn(t, v.path))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		policy := resp.Header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: the policy lacks %s: %s", v.path, want, policy)
			}
		}
		if strings.Contains(policy, "unsafe") || resp.Header.Get("X-Content-Type-Options") != "nosniff" || resp.Header.Get("Referrer-Policy") == "" {
			t.Errorf("%s: headers %v", v.path, resp.Header)
		}
		bytes, seen := len(body), map[string]bool{}
		for _, m := range linked.FindAllStringSubmatch(string(body), -1) {
			if seen[m[1]] {
				continue
			}
			seen[m[1]] = true
			asset, err := w.client().Get(w.URL + m[1])
			if err != nil {
				t.Fatal(err)
			}
			b, _ := io.ReadAll(asset.Body)
			asset.Body.Close()
			bytes += len(b)
		}
		t.Logf("%-22s %6d bytes", v.name, bytes)
		if bytes > 100<<10 {
			t.Errorf("%s: %d bytes to load", v.name, bytes)
		}
	}
}

// TestWaysOut: a sign-in leads to a page of ours, whatever next says.
func TestWaysOut(t *testing.T) {
	w := demoWorld(t)
	p, err := w.person("luutru")
	if err != nil {
		t.Fatal(err)
	}
	for _, next := range []string{"//evil.example", "https://evil.example/", `/\evil.example`, `\\evil.example`, "javascript:alert(1)", "/\t/evil.example", "///evil.example", "http:evil.example"} {
		resp, err := w.client().PostForm(w.URL+"/sign-in", url.Values{"login": {"luutru"}, "password": {p.Password}, "next": {next}})
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if at := resp.Header.Get("Location"); at != "/" {
			t.Errorf("next=%q leads to %q (%s)", next, at, resp.Status)
		}
	}
}

// TestFixation: a session that somebody planted in a browser is not the one that the sign-in gives.
func TestFixation(t *testing.T) {
	w := demoWorld(t)
	p, err := w.person("vanthu")
	if err != nil {
		t.Fatal(err)
	}
	planted, err := w.signInAnew("vanthu")
	if err != nil {
		t.Fatal(err)
	}
	c := w.client()
	u, _ := url.Parse(w.URL)
	c.Jar.SetCookies(u, []*http.Cookie{{Name: "kyket", Value: planted, Path: "/"}})
	resp, err := c.PostForm(w.URL+"/sign-in", url.Values{"login": {"vanthu"}, "password": {p.Password}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	for _, k := range c.Jar.Cookies(u) {
		if k.Name == "kyket" && k.Value == planted {
			t.Error("the planted session was taken over")
		}
	}
	r, _ := http.NewRequest(http.MethodGet, w.URL+"/account", nil)
	r.AddCookie(&http.Cookie{Name: "kyket", Value: planted})
	after, err := w.client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	after.Body.Close()
	if after.StatusCode != http.StatusSeeOther {
		t.Errorf("the planted session still opens pages: %d", after.StatusCode)
	}
}

// TestTooMuch: a form that is too large is refused before it is read.
func TestTooMuch(t *testing.T) {
	w := demoWorld(t)
	resp, err := w.as(t, "quantri").PostForm(w.URL+"/admin/people", url.Values{"people": {strings.Repeat("x", 2<<20)}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("two MiB are answered with %d", resp.StatusCode)
	}
}

// TestForeignIDs: what is not there and what is not yours look alike.
func TestForeignIDs(t *testing.T) {
	w := demoWorld(t)
	for _, path := range []string{"/pacts/{in_review}", "/pacts/{archived}/record", "/admin/clusters/{cluster}/agencies/ZZ", "/admin/people/nobody", "/admin/clusters/nothing"} {
		resp, err := w.as(t, "quantri").Get(w.URL + w.fillIn(t, path))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d for somebody of no cluster", path, resp.StatusCode)
		}
	}
}
