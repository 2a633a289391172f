package api_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base32"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/google/uuid"

	"kyket/api"
	"kyket/archive"
	"kyket/internal/identity"
	"kyket/internal/store"
	"kyket/internal/trialpki"
	"kyket/pact"
	"kyket/signing"
	"kyket/signing/trust"
	"kyket/workflow"
)

const password = "một mật khẩu đủ dài"

// cheap makes hashing quick; what it costs is not what these tests are about.
var cheap = argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// clock stands still until it is set.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

var base32Text = base32.StdEncoding.WithPadding(base32.NoPadding)

type mint struct{}

func (mint) ID() string { return uuid.Must(uuid.NewV7()).String() }
func (mint) Code(string) string {
	var b [12]byte
	rand.Read(b[:])
	return strings.ToLower(base32Text.EncodeToString(b[:]))
}

// world is a whole house without a network: real acts, a real database, a trial authority in the process.
type world struct {
	t        *testing.T
	handler  http.Handler
	routes   []api.Route
	accounts *identity.Accounts
	store    *store.Store
	workflow *workflow.Workflow
	machine  *clock // of sessions and throttles
	clock    *clock // of the pact
	log      *bytes.Buffer
	code     string // of the set-up
	tokens   map[string]string
	cluster  string
	other    string // another cluster
	n        int
	address  string
}

// newWorld opens an empty house; furnish adds people and clusters.
func newWorld(t *testing.T, change ...func(*api.Deps)) *world {
	t.Helper()
	ctx := context.Background()
	w := &world{t: t, tokens: map[string]string{}, log: &bytes.Buffer{}, address: "192.0.2.7:4711",
		machine: &clock{t: time.Now()}, clock: &clock{t: time.Date(2026, 1, 5, 8, 0, 0, 0, pact.ICT)}}
	logger := slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	dir := t.TempDir()
	var err error
	if w.store, err = store.Open(ctx, store.Config{SQLite: filepath.Join(dir, "kyket.db"), Now: w.machine.now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.store.Close() })
	objects, err := archive.OpenObjects(filepath.Join(dir, "objects"))
	if err != nil {
		t.Fatal(err)
	}
	pki, err := trialpki.New(w.clock.now, trialpki.P256, "http://127.0.0.1:8080/trial")
	if err != nil {
		t.Fatal(err)
	}
	key, cert, err := pki.NewService("Kyket TRIAL")
	if err != nil {
		t.Fatal(err)
	}
	certifier, err := signing.NewLocal(key, cert, pki.IssuingCA())
	if err != nil {
		t.Fatal(err)
	}
	people := trust.NewAnchors(trust.Anchor{Certificate: pki.Root(), Hosts: []string{"127.0.0.1"}})
	stamps := trust.NewAnchors(trust.Anchor{Certificate: pki.StampRoot(), Hosts: []string{"127.0.0.1"}})
	w.workflow = workflow.New(workflow.Deps{Store: w.store, Objects: objects, Clock: w.clock.now, Machine: w.machine.now, Mint: mint{},
		Signing: workflow.SigningDeps{Certifier: certifier, Rules: signing.DefaultRules, Trial: issuer{pki},
			Stamper: trust.NewAuthority(pki.StampURL(), pki, stamps, w.clock.now, time.Second),
			Status:  trust.NewSource(people.With(stamps), pki, w.clock.now, time.Second)},
		PublicURL: "http://127.0.0.1:8080", Trial: true, Log: logger})
	if w.accounts, err = identity.New(w.store, identity.Options{Now: w.machine.now, Logger: logger, Params: &cheap}); err != nil {
		t.Fatal(err)
	}
	if w.code, err = w.accounts.NewSetupCode(ctx); err != nil {
		t.Fatal(err)
	}
	deps := api.Deps{Workflow: w.workflow, Identity: w.accounts, PublicURL: "http://127.0.0.1:8080", Trial: true,
		RootPEM: []byte("-----BEGIN CERTIFICATE-----\n"), Logger: logger, Now: w.machine.now, Version: "test",
		Metrics: api.NewMetrics(), Ready: w.store.Ping,
		Checkpoint: func(context.Context) ([]byte, error) { return []byte("kyket\n0\n"), nil }}
	for _, f := range change {
		f(&deps)
	}
	if w.handler, w.routes, err = api.New(deps); err != nil {
		t.Fatal(err)
	}
	return w
}

type issuer struct{ pki *trialpki.World }

func (i issuer) Issue(csr []byte, s workflow.CertificateSubject) ([]byte, [][]byte, error) {
	c, err := i.pki.IssueRequest(csr, trialpki.Subject{CommonName: s.Name, Organization: s.Organization, Locality: s.Locality, Title: s.Title})
	if err != nil {
		return nil, nil, pact.ErrField.With("field", "csr").With("value", "PKCS#10").Because(err)
	}
	return c.Raw, [][]byte{i.pki.IssuingCA().Raw}, nil
}

// obj is a JSON object.
type obj = map[string]any

// call is one request; body is marshalled unless it is a string or nil.
type call struct {
	as     string // login; "" nobody
	method string
	path   string // below /api/v1, unless it begins with "//"
	body   any
	header map[string]string
	bare   bool // no Idempotency-Key
}

// reply is an answer with its body read.
type reply struct {
	*http.Response
	text string
	json obj
}

func (r *reply) code() string { s, _ := r.json["code"].(string); return s }

func (w *world) do(c call) *reply {
	w.t.Helper()
	var body io.Reader
	switch b := c.body.(type) {
	case nil:
	case string:
		body = strings.NewReader(b)
	default:
		data, err := json.Marshal(b)
		if err != nil {
			w.t.Fatal(err)
		}
		body = bytes.NewReader(data)
	}
	path := "/api/v1" + c.path
	if strings.HasPrefix(c.path, "//") {
		path = c.path[1:]
	}
	req := httptest.NewRequest(c.method, path, body)
	req.RemoteAddr = w.address
	if c.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.as != "" {
		token, ok := w.tokens[c.as]
		if !ok {
			w.t.Fatalf("nobody is signed in as %q", c.as)
		}
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if w.n++; c.method != "GET" && !c.bare {
		req.Header.Set("Idempotency-Key", fmt.Sprintf("test/%d", w.n))
	}
	for k, v := range c.header {
		req.Header.Set(k, v)
	}
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, req)
	r := &reply{Response: rec.Result(), text: rec.Body.String()}
	if strings.Contains(rec.Header().Get("Content-Type"), "json") {
		if err := json.Unmarshal(rec.Body.Bytes(), &r.json); err != nil {
			w.t.Fatalf("%s %s: %v in %s", c.method, path, err, r.text)
		}
	}
	return r
}

// must makes a request that has to succeed.
func (w *world) must(c call) obj {
	w.t.Helper()
	r := w.do(c)
	if r.StatusCode >= 300 {
		w.t.Fatalf("%s %s as %q: %d %s", c.method, c.path, c.as, r.StatusCode, r.text)
	}
	return r.json
}

func (w *world) post(as, path string, body any) obj {
	w.t.Helper()
	return w.must(call{as: as, method: "POST", path: path, body: body})
}

func (w *world) signIn(login string) {
	w.t.Helper()
	w.tokens[login] = w.post("", "/sign-in", obj{"login": login, "password": password})["token"].(string)
}

// The three agencies of the test cluster: A leads.
var agencies = []struct{ code, name, head string }{
	{"A", "Sở Tư pháp tỉnh Tây Ninh", "Nguyễn Văn An"},
	{"B", "Sở Tư pháp tỉnh Đồng Nai", "Trần Thị Bình"},
	{"C", "Sở Tư pháp tỉnh Cà Mau", "Lê Văn Cường"},
}

func clusterBody(code string) obj {
	var members []obj
	for _, a := range agencies {
		members = append(members, obj{"code": a.code, "place": "Tây Ninh", "block": "all", "names": []obj{{"name": a.name}},
			"heads": []obj{{"name": a.head, "position": "Giám đốc", "formula": "GIÁM ĐỐC"}}})
	}
	return obj{"code": code, "kind": "cum", "name": "Cụm thi đua " + code, "short_name": code, "year": 2026, "lead": "A",
		"decision":    obj{"number": "12/QĐ-BTP", "date": "2025-12-20", "issuer": "Bộ Tư pháp"},
		"blocks":      []obj{{"code": "all", "name": "Toàn cụm", "period": obj{"from": "2026-01-01", "to": "2026-11-30"}}},
		"secretariat": obj{"host": "A", "unit": "Văn phòng Sở"}, "remind_days": []int{2}, "agencies": members}
}

// cast are the people: login, name, grants in cluster one (or two).
var cast = []struct {
	login, name, role, agency string
	second                    bool // of the other cluster
}{
	{"lead", "Nguyễn Văn An", "lead_head", "", false},
	{"chief", "Phạm Thị Dung", "secretary_chief", "", false},
	{"secretary", "Võ Văn Em", "secretary", "", false},
	{"clerk", "Đỗ Thị Phượng", "clerk", "", false},
	{"focal-a", "Bùi Văn Giang", "focal", "A", false},
	{"focal-b", "Ngô Thị Hà", "focal", "B", false},
	{"focal-c", "Dương Văn Ích", "focal", "C", false},
	{"head-a", "Nguyễn Văn An", "head", "A", false},
	{"head-b", "Trần Thị Bình", "head", "B", false},
	{"head-c", "Lê Văn Cường", "head", "C", false},
	{"archivist", "Lý Thị Khánh", "archivist", "", false},
	{"auditor", "Hồ Văn Lâm", "auditor", "", false},
	{"far-secretary", "Mai Văn Minh", "secretary", "", true},
	{"far-chief", "Mai Thị Nga", "secretary_chief", "", true},
	{"far-head", "Trần Thị Bình", "head", "B", true},
	{"far-clerk", "Tạ Văn Oanh", "clerk", "", true},
}

// furnish sets the system up and signs everybody in.
func furnish(t *testing.T, change ...func(*api.Deps)) *world {
	t.Helper()
	w := newWorld(t, change...)
	w.post("", "/setup", obj{"code": w.code, "login": "admin", "name": "Quản trị", "password": password})
	w.signIn("admin")
	w.cluster = w.post("admin", "/clusters", clusterBody("C26"))["id"].(string)
	w.other = w.post("admin", "/clusters", clusterBody("K26"))["id"].(string)
	for _, p := range cast {
		g := obj{"role": p.role, "cluster": w.cluster}
		if p.second {
			g["cluster"] = w.other
		}
		if p.agency != "" {
			g["agency"] = p.agency
		}
		w.post("admin", "/people", obj{"login": p.login, "name": p.name, "password": password, "grants": []obj{g}})
		w.signIn(p.login)
	}
	return w
}

// contentBody is a small text with two articles.
func contentBody() obj {
	return obj{"structure": "dieu_khoan_diem", "type_name": "BẢN GIAO ƯỚC THI ĐUA", "subject": "Giao ước thi đua năm 2026",
		"effective": obj{"from": "2026-01-01", "to": "2026-12-31"},
		"bases":     []obj{{"text": "Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022", "valid_from": "2024-01-01"}},
		"clauses": []obj{
			{"anchor": "mo-dau", "text": "Các đơn vị trong Cụm thống nhất ký kết giao ước thi đua năm 2026."},
			{"anchor": "dieu-1", "heading": "Nội dung thi đua", "text": "Hoàn thành 100% kế hoạch công tác năm."},
			{"anchor": "dieu-2", "heading": "Tổ chức thực hiện", "text": "Các đơn vị báo cáo trước ngày 15 hằng tháng."},
		},
		"recipients": []string{"Các đơn vị thành viên", "Lưu: VT"}}
}

// start makes a pact in drafting.
func (w *world) start() string {
	w.t.Helper()
	return w.post("secretary", "/pacts", obj{"cluster": w.cluster, "content": contentBody()})["id"].(string)
}

// states in the order of a pact's life, as far as a test takes it.
var life = []string{"drafting", "in_review", "consolidating", "agreed", "adopted", "frozen", "signing", "sealed", "archived"}

// bring makes a pact in a state. Agency B has sent a reply with one comment; A agrees; C keeps a draft until the round closes.
func (w *world) bring(state string) string {
	w.t.Helper()
	id := w.start()
	for i := 1; w.state(id) != state; i++ {
		if i >= len(life) {
			w.t.Fatalf("no way to %s", state)
		}
		w.step(id, life[i])
	}
	return id
}

func (w *world) state(id string) string {
	w.t.Helper()
	return w.must(call{as: "secretary", method: "GET", path: "/pacts/" + id})["state"].(string)
}

// clauseOf is the id of the clause at an anchor of a version.
func (w *world) clauseOf(id, anchor string) string {
	w.t.Helper()
	v := w.must(call{as: "secretary", method: "GET", path: "/pacts/" + id + "/versions/1"})
	for _, c := range v["clauses"].([]any) {
		if c.(obj)["anchor"] == anchor {
			return c.(obj)["id"].(string)
		}
	}
	w.t.Fatalf("no clause at %s", anchor)
	return ""
}

func (w *world) step(id, to string) {
	w.t.Helper()
	p, due := "/pacts/"+id, w.clock.now().Add(72*time.Hour)
	switch to {
	case "in_review":
		w.post("secretary", p+"/rounds", obj{"label": "v1", "signer": "A", "due_at": due.Format(time.RFC3339),
			"request": obj{"number": "05/CV", "date": "2026-01-05"}, "channels": []string{"email"}, "asked": []string{"B", "C"}})
	case "consolidating":
		r := p + "/rounds/1/replies/"
		w.post("focal-b", r+"B/send", obj{"stance": "agree_with_comments", "comments": []obj{{"clause": w.clauseOf(id, "dieu-2"),
			"quote": "ngày 15", "kind": "sua_loi_van", "text": "Đề nghị sửa thành ngày 20.", "proposal": "ngày 20"}}})
		w.post("focal-c", r+"C/send", obj{"stance": "agree"})
		w.post("secretary", p+"/rounds/1/close", nil)
	case "agreed":
		l := w.must(call{as: "secretary", method: "GET", path: p + "/comments"})
		c := l["comments"].([]any)[0].(obj)["id"].(string)
		w.must(call{as: "secretary", method: "PUT", path: p + "/comments/" + c + "/resolution", body: obj{"disposition": "accepted",
			"reason": "Tiếp thu.", "new_text": "Các đơn vị báo cáo trước ngày 20 hằng tháng."}})
		w.post("secretary", p+"/rounds/1/ledger/close", obj{"label": "v2"})
		w.post("lead", p+"/agree", nil)
	case "adopted":
		w.post("lead", p+"/adoption", obj{
			"conference": obj{"name": "Hội nghị Cụm", "date": "2026-01-22", "place": "Tây Ninh", "mode": "truc_tiep", "points": 1},
			"quorum":     obj{"required": 2, "present": 3}, "vote": obj{"method": "bieu_quyet_gio_tay", "agree": 3},
			"minutes": obj{"number": "01/BB", "secretary": "Võ Văn Em", "chair": "A"}})
	case "frozen":
		w.post("clerk", p+"/freeze", obj{"number_policy": "so_rieng_cua_cum", "number": "01", "symbol": "GƯTĐ-CTĐ",
			"number_display": "Số: 01/GƯTĐ-CTĐ", "place": "Tây Ninh", "date": "2026-01-22", "policy": "reserved",
			"stamp": "may_follow", "level_min": "B-T", "org_seal": "khong"})
	case "signing":
		w.post("lead", p+"/signing/open", nil)
	case "sealed":
		for _, a := range agencies {
			w.sign(id, "head-"+strings.ToLower(a.code), a.code)
		}
		if err := w.workflow.Seal(context.Background(), pact.PactID(id)); err != nil {
			w.t.Fatal(err)
		}
	case "archived":
		w.post("archivist", p+"/archive", obj{"dossier": "2026/01", "title": "Giao ước thi đua 2026", "opened": "2026-01-05",
			"retention": obj{"years": 20, "basis": "Thông tư 10/2022/TT-BNV"}})
	}
}

// certificate gets a head a trial certificate for a key made here.
func (w *world) certificate(as, agency string) (crypto.Signer, string) {
	w.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		w.t.Fatal(err)
	}
	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key)
	if err != nil {
		w.t.Fatal(err)
	}
	c := w.post(as, "/trial/certificates", obj{"csr": csr, "cluster": w.cluster, "agency": agency, "provider": "in_process", "simulated": true})
	return key, c["sha256"].(string)
}

// sign signs for an agency with a fresh key.
func (w *world) sign(id, as, agency string) {
	w.t.Helper()
	key, certificate := w.certificate(as, agency)
	w.post(as, "/step-up", obj{"password": password})
	a := w.post(as, "/pacts/"+id+"/signatures", obj{"agency": agency, "certificate": certificate})
	toSign, err := base64.StdEncoding.DecodeString(fmt.Sprint(a["to_sign"]))
	if err != nil {
		w.t.Fatal(err)
	}
	digest := sha256.Sum256(toSign)
	value, err := key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		w.t.Fatal(err)
	}
	done := w.post(as, "/pacts/"+id+"/signatures/"+a["session"].(string)+"/value", obj{"value": value})
	if done["state"] != "done" {
		w.t.Fatalf("signature of %s: %v", agency, done)
	}
}
