package api_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"kyket/pact"
	"kyket/signing"
	"kyket/signing/trust"
	"kyket/workflow"
)

// memoryKeys keeps trial keys in memory, locked by a password.
type memoryKeys struct {
	issuer workflow.TrialIssuer
	mu     sync.Mutex
	keys   map[string]signing.Key
}

func (m *memoryKeys) name(p pact.PersonID, a pact.AgencyCode, password string) string {
	return string(p) + "/" + string(a) + "/" + password
}

func (m *memoryKeys) Load(p pact.PersonID, a pact.AgencyCode, password string) (signing.Key, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if k, ok := m.keys[m.name(p, a, password)]; ok {
		return k, nil
	}
	return nil, pact.ErrNotFound.With("what", "khóa / key")
}

func (m *memoryKeys) Make(p pact.PersonID, a pact.AgencyCode, password string, s workflow.CertificateSubject) (signing.Key, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key)
	if err != nil {
		return nil, err
	}
	leaf, rest, err := m.issuer.Issue(csr, s)
	if err != nil {
		return nil, err
	}
	var chain []*x509.Certificate
	for _, der := range append([][]byte{leaf}, rest...) {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, err
		}
		chain = append(chain, c)
	}
	k, err := signing.NewLocal(key, chain[0], chain[1:]...)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.keys[m.name(p, a, password)] = k
	return k, nil
}

// withKeys is a furnished house whose trial folder makes keys.
func withKeys(t *testing.T) *world {
	w := furnish(t)
	w.workflow.Signing.TrialKeys = &memoryKeys{issuer: w.workflow.Signing.Trial, keys: map[string]signing.Key{}}
	return w
}

// see asks for a page as a browser does.
func (w *world) see(as, path string) *reply {
	w.t.Helper()
	return w.browse(as, http.MethodGet, path, "", nil)
}

// submit sends a form as a browser does.
func (w *world) submit(as, path string, form url.Values) *reply {
	w.t.Helper()
	return w.browse(as, http.MethodPost, path, "application/x-www-form-urlencoded", []byte(form.Encode()))
}

// send is submit with files.
func (w *world) send(as, path string, form url.Values, files map[string][]byte) *reply {
	w.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name, values := range form {
		for _, v := range values {
			if err := m.WriteField(name, v); err != nil {
				w.t.Fatal(err)
			}
		}
	}
	for name, data := range files {
		f, err := m.CreateFormFile(name, name+".bin")
		if err == nil {
			_, err = f.Write(data)
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		w.t.Fatal(err)
	}
	return w.browse(as, http.MethodPost, path, m.FormDataContentType(), b.Bytes())
}

func (w *world) browse(as, method, path, kind string, body []byte) *reply {
	w.t.Helper()
	req := httptest.NewRequest(method, path, bytes.NewReader(body))
	req.RemoteAddr = w.address
	req.Header.Set("Accept-Language", "vi")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if as != "" {
		req.Header.Set("Authorization", "Bearer "+w.tokens[as])
	}
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, req)
	return &reply{Response: rec.Result(), text: rec.Body.String()}
}

// shows fails unless a page has a status and all the words.
func (r *reply) shows(t *testing.T, status int, words ...string) *reply {
	t.Helper()
	if r.StatusCode != status {
		t.Errorf("status %d, want %d: %s", r.StatusCode, status, r.text)
	}
	for _, s := range words {
		if !strings.Contains(r.text, s) {
			t.Errorf("%q is not on the page", s)
		}
	}
	return r
}

func (r *reply) hides(t *testing.T, words ...string) *reply {
	t.Helper()
	for _, s := range words {
		if strings.Contains(r.text, s) {
			t.Errorf("%q is on the page", s)
		}
	}
	return r
}

// hidden is the value of a hidden field.
func (r *reply) hidden(t *testing.T, name string) string {
	t.Helper()
	_, after, ok := strings.Cut(r.text, `type="hidden" name="`+name+`" value="`)
	if !ok {
		t.Fatalf("no hidden field %s", name)
	}
	value, _, _ := strings.Cut(after, `"`)
	return value
}

func (w *world) signForm(as, id, agency string) url.Values {
	w.t.Helper()
	p := w.see(as, "/pacts/"+id+"/brief/"+agency)
	return url.Values{"key": {p.hidden(w.t, "key")}, "base": {p.hidden(w.t, "base")}, "consent": {"1"}, "password": {password}}
}

func TestBriefAndSign(t *testing.T) {
	w := withKeys(t)
	id := w.bring("signing")
	brief := "/pacts/" + id + "/brief/B"
	w.see("head-b", brief).shows(t, 200, "Đề nghị sửa thành ngày 20.", "Tiếp thu", "<del>15</del>", "<ins>20</ins>",
		`form="sign"`, "Không ai đang ký", "theo ý kiến đơn vị mình")

	form := w.signForm("head-b", id, "B")
	form.Del("consent")
	w.send("head-b", brief, form, nil).shows(t, 422, "đánh dấu ô xác nhận")
	form.Set("consent", "1")
	form.Set("password", "không phải mật khẩu")
	w.send("head-b", brief, form, nil).hides(t, "không phải mật khẩu").shows(t, 401, `value="1" required checked`, "Mật khẩu không đúng")
	form = w.signForm("head-b", id, "B")
	form.Set("base", strings.Repeat("0", 64))
	w.send("head-b", brief, form, nil).shows(t, 409, "không phải bản bạn đã đọc")

	form = w.signForm("head-b", id, "B")
	r := w.send("head-b", brief, form, nil).shows(t, 303)
	at := r.Header.Get("Location")
	w.see("head-b", at).shows(t, 200, `data-state="done"`, "Trần Thị Bình", "Thời điểm đã chứng minh", "B-T, đích B-LTA")
	if again := w.send("head-b", brief, form, nil); again.StatusCode != 409 && again.Header.Get("Location") != at {
		t.Errorf("sent twice: %d to %s, first %s", again.StatusCode, again.Header.Get("Location"), at)
	}
	if n := len(w.pact(id).Signing.Signatures); n != 1 {
		t.Errorf("%d signatures", n)
	}
	w.see("head-b", brief).shows(t, 200, "Đơn vị đã ký").hides(t, `form="sign"`)
	w.see("head-a", at).shows(t, 404)
	w.see("far-head", brief).shows(t, 404)
	w.see("focal-b", brief).shows(t, 403)
	w.see("secretary", "/pacts/"+id+"/signing").shows(t, 200, "Đã ký 1 trên 3", "Trần Thị Bình")
}

// noStamps is an authority that does not answer.
type noStamps struct{}

func (noStamps) Probe(context.Context) (int, error) { return 0, trust.ErrNoAnswer }
func (noStamps) Stamp(context.Context, []byte) (trust.Token, error) {
	return trust.Token{}, trust.ErrNoAnswer
}

func TestAttemptStates(t *testing.T) {
	w := withKeys(t)
	id := w.bring("signing")
	_, certificate := w.certificate("head-c", "C")
	w.post("head-c", "/step-up", obj{"password": password})
	holder := w.post("head-c", "/pacts/"+id+"/signatures", obj{"agency": "C", "certificate": certificate})["session"].(string)
	w.see("head-c", "/pacts/"+id+"/sign/"+holder).shows(t, 200, `data-state="lost"`, "văn bản không thay đổi")

	at := w.send("head-b", "/pacts/"+id+"/brief/B", w.signForm("head-b", id, "B"), nil).shows(t, 303).Header.Get("Location")
	w.see("head-b", at).shows(t, 200, `data-state="waiting"`, "Còn một đơn vị trước đơn vị mình", "Sở Tư pháp tỉnh Cà Mau",
		`<noscript><meta http-equiv="refresh" content="3"></noscript>`)
	w.see("head-b", "/pacts/"+id+"/brief/B").shows(t, 200, at)
	w.see("lead", "/pacts/"+id+"/signing").shows(t, 200, "Đang ký", "thứ 1 trong hàng chờ")
	w.submit("head-b", at+"/give-up", url.Values{"key": {"page-1"}}).shows(t, 303)
	w.see("head-b", at).shows(t, 200, `data-state="failed"`, "Bạn đã trả lượt ký", "Điều không bị ảnh hưởng")

	// The next one goes on by itself when the turn comes; without an authority the signature stands without a stamp.
	at = w.send("head-b", "/pacts/"+id+"/brief/B", w.signForm("head-b", id, "B"), nil).shows(t, 303).Header.Get("Location")
	stamper := w.workflow.Signing.Stamper
	w.workflow.Signing.Stamper = noStamps{}
	w.submit("head-c", "/pacts/"+id+"/sign/"+holder+"/give-up", url.Values{"key": {"page-2"}}).shows(t, 303)
	w.see("head-b", at).shows(t, 200, `data-state="done"`, "Chưa có dấu thời gian", "B-B, đích B-LTA", "chưa có</dd>").
		hides(t, "dấu thời gian <b>")
	w.workflow.Signing.Stamper = stamper
}

func TestOpeningWithoutStamps(t *testing.T) {
	w := furnish(t)
	id := w.bring("frozen")
	w.workflow.Signing.Stamper = noStamps{}
	w.submit("lead", "/pacts/"+id+"/signing/open", url.Values{"key": {"page-1"}}).shows(t, 503, "Văn bản không thay đổi", "Mở ký")
	if s := w.state(id); s != "frozen" {
		t.Errorf("state %s", s)
	}
}

func (w *world) pact(id string) *pact.Pact {
	w.t.Helper()
	p, err := w.workflow.Pact(w.t.Context(), w.service(), pact.PactID(id))
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

func (w *world) service() workflow.Call { return workflow.Call{Actor: workflow.Service} }
