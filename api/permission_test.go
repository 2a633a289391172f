package api_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"kyket/api"
)

// Who may do what, said once more by hand: the table in package pact is what is tested here.
var (
	secretariat  = []string{"secretary", "chief"}
	leadership   = []string{"lead", "chief"}
	members      = []string{"lead", "chief", "secretary", "clerk", "focal-a", "focal-b", "focal-c", "head-a", "head-b", "head-c", "archivist", "auditor"}
	readAll      = []string{"lead", "chief", "secretary", "archivist"}
	outsiders    = []string{"admin", "far-secretary", "far-chief", "far-head", "far-clerk"}
	signedInAll  = append(slices.Clone(members), outsiders...)
	agencyB      = []string{"focal-b", "head-b"}
	rowVersionNo = map[string]string{"If-Match": `"999999"`}
)

// rule is one route of the API: who may, what is sent, and what others are told.
type rule struct {
	who    []string
	body   any
	header map[string]string
	// denied is what people of the cluster are told who may not, outside what everybody else is; 0: 403 and 404.
	denied, outside int
}

const reason = "Lý do ghi rõ."

// rules are all routes of the API, beside the public ones. A route that is not here fails the test.
var rules = map[string]rule{
	"DELETE /sign-in":  {who: []string{}, denied: -1, outside: -1}, // would sign people out: TestSignOut
	"GET /me":          {who: signedInAll},
	"PUT /me/password": {who: signedInAll, body: obj{"old": "không phải", "password": password + " mới"}, denied: -1, outside: -1}, // 401 password_wrong: TestPassword
	"POST /step-up":    {who: signedInAll, body: obj{"password": password}},

	"POST /people":               {who: []string{"admin"}, body: obj{"login": "new.person", "name": "Mới", "password": password}, outside: 403},
	"GET /people":                {who: []string{"admin"}, outside: 403},
	"GET /people/{id}":           {who: []string{"admin"}, outside: 403},
	"PUT /people/{id}/grants":    {who: []string{"admin"}, body: obj{"grants": []obj{{"role": "admin"}}}, header: rowVersionNo, outside: 403},
	"PUT /people/{id}/password":  {who: []string{"admin"}, body: obj{"password": password}, outside: 403},
	"POST /clusters":             {who: []string{"admin"}, body: clusterBody("X26"), outside: 403},
	"GET /clusters":              {who: signedInAll},
	"GET /clusters/{cluster}":    {who: append([]string{"admin"}, members...)},
	"PUT /clusters/{cluster}":    {who: []string{"admin", "chief"}, body: clusterBody("C26"), header: rowVersionNo, outside: 403},
	"POST /pacts":                {who: secretariat, body: "pact", outside: 403},
	"GET /pacts":                 {who: signedInAll},
	"GET /pacts/{id}":            {who: members},
	"GET /pacts/{id}/actions":    {who: members},
	"GET /pacts/{id}/draft":      {who: secretariat},
	"PUT /pacts/{id}/draft":      {who: secretariat, body: contentBody(), header: rowVersionNo},
	"GET /pacts/{id}/versions":   {who: members},
	"GET /pacts/{id}/revisions":  {who: members},
	"GET /pacts/{id}/activity":   {who: members},
	"GET /pacts/{id}/jobs":       {who: members},
	"GET /pacts/{id}/comments":   {who: members},
	"GET /pacts/{id}/rounds":     {who: members},
	"GET /pacts/{id}/rounds/{n}": {who: members},

	"PATCH /pacts/{id}/draft/clauses/{clause}":          {who: secretariat, body: obj{"was": "0000", "text": "x"}},
	"GET /pacts/{id}/versions/{n}":                      {who: members},
	"GET /pacts/{id}/versions/{n}/canonical":            {who: members},
	"GET /pacts/{id}/files/{which}":                     {who: members},
	"POST /pacts/{id}/rounds":                           {who: secretariat, body: obj{"due_at": "2026-02-01T17:00:00+07:00", "signer": "A"}},
	"POST /pacts/{id}/rounds/{n}/extension":             {who: secretariat, body: obj{"to": "2026-02-10T17:00:00+07:00"}},
	"POST /pacts/{id}/rounds/{n}/reminders":             {who: secretariat, body: obj{"agency": "B"}},
	"POST /pacts/{id}/rounds/{n}/close":                 {who: secretariat},
	"GET /pacts/{id}/rounds/{n}/open-items":             {who: readAll},
	"GET /pacts/{id}/rounds/{n}/preview":                {who: readAll},
	"GET /pacts/{id}/rounds/{n}/replies":                {who: members},
	"GET /pacts/{id}/rounds/{n}/replies/{agency}":       {who: agencyB, denied: -1}, // by its state: TestDraftsAreTheAgencysOwn
	"PUT /pacts/{id}/rounds/{n}/replies/{agency}":       {who: agencyB, body: obj{"stance": "agree"}},
	"POST /pacts/{id}/rounds/{n}/replies/{agency}/send": {who: agencyB, body: obj{"stance": "agree"}},
	"POST /pacts/{id}/rounds/{n}/replies/{agency}/record": {who: secretariat,
		body: obj{"stance": "agree", "received_at": "2026-01-05T08:00:00+07:00", "scan": []byte("%PDF-1.7 scan")}},
	"POST /pacts/{id}/rounds/{n}/replies/{agency}/late": {who: leadership, body: obj{"accept": true}},
	"PUT /pacts/{id}/comments/{comment}/resolution":     {who: secretariat, body: obj{"disposition": "noted", "reason": reason}},
	"POST /pacts/{id}/rounds/{n}/ledger/close":          {who: secretariat, body: obj{}},
	"POST /pacts/{id}/agree":                            {who: []string{"lead", "chief", "secretary"}},
	"POST /pacts/{id}/reopen":                           {who: leadership, body: obj{"reason": reason}},
	"POST /pacts/{id}/withdraw":                         {who: leadership, body: obj{"reason": reason}},
	"POST /pacts/{id}/hall/comments":                    {who: secretariat, body: obj{"agency": "B", "clause": "c1", "kind": "lam_ro", "text": "Ý kiến."}},
	"POST /pacts/{id}/adoption": {who: leadership, body: obj{"conference": obj{}, "quorum": obj{"required": 2, "present": 3},
		"vote": obj{"agree": 3}}},
	"POST /pacts/{id}/adoption/undo":              {who: leadership, body: obj{"reason": reason}},
	"POST /pacts/{id}/freeze":                     {who: []string{"clerk"}, body: obj{"place": "Tây Ninh", "date": "2026-01-22"}},
	"POST /pacts/{id}/unfreeze":                   {who: []string{"clerk"}, body: obj{"reason": reason}},
	"POST /pacts/{id}/signing/open":               {who: leadership},
	"POST /certificates":                          {who: signedInAll, body: obj{"der": []byte{1}}},
	"POST /trial/certificates":                    {who: []string{"head-b"}, body: "trial", outside: 403},
	"POST /pacts/{id}/signatures":                 {who: []string{"head-b"}, body: obj{"agency": "B", "certificate": strings.Repeat("ab", 32)}},
	"GET /pacts/{id}/signatures/{session}":        {who: []string{"head-b"}, denied: 404},
	"POST /pacts/{id}/signatures/{session}/value": {who: []string{"head-b"}, body: obj{"value": []byte{1}}, denied: 404},
	"DELETE /pacts/{id}/signatures/{session}":     {who: []string{"head-b"}, denied: 404},
	"POST /pacts/{id}/decline":                    {who: []string{"head-b"}, body: obj{"agency": "B", "reason": reason}},
	"POST /pacts/{id}/signing/close":              {who: leadership, body: obj{"by": "A", "reason": reason}},
	"POST /pacts/{id}/archive": {who: []string{"archivist"}, body: obj{"dossier": "1", "title": "x", "opened": "2026-01-01",
		"retention": obj{"years": 20}}},
}

// public are the routes for strangers.
var public = []string{
	"POST /api/v1/setup", "POST /api/v1/sign-in", "GET /api/v1/trust/root.pem", "GET /api/v1/trust/tsa.pem",
	"GET /api/v1/log/checkpoint", "GET /api/v1/public/{code}", "GET /api/v1/openapi.json", "GET /api/v1/openapi.yaml",
	"GET /api/v1/openapi-3.0.json", "GET /api/v1/openapi-3.0.yaml", "GET /v", "GET /v/:code", "GET /healthz", "GET /readyz",
	"GET /sign-in", "POST /sign-in", "GET /setup", "POST /setup", "GET /verify", "POST /verify", "POST /lang",
}

// nameOf is a route as the rules call it; the cluster's id is told apart from a pact's and a person's.
func nameOf(r api.Route) string {
	p := strings.TrimPrefix(r.Path, "/api/v1")
	return r.Method + " " + strings.Replace(p, "/clusters/{id}", "/clusters/{cluster}", 1)
}

func TestEveryRouteHasItsRule(t *testing.T) {
	w := newWorld(t)
	seen := map[string]bool{}
	for _, r := range w.routes {
		full := r.Method + " " + r.Path
		switch {
		case r.Access == api.Public:
			if !slices.Contains(public, full) && !strings.HasPrefix(full, "GET /assets/") {
				t.Errorf("%s is open to strangers and not in the list", full)
			}
		case r.Access == api.Local:
			if full != "GET /metrics" {
				t.Errorf("%s is open to the machine", full)
			}
		case r.Page:
			if strings.Contains(r.Path, ":id") && r.Act == "" {
				t.Errorf("page %s names no act", full)
			}
		default:
			if _, ok := rules[nameOf(r)]; !ok {
				t.Errorf("%s is not in the permission test", full)
			}
			seen[nameOf(r)] = true
		}
	}
	for name := range rules {
		if !seen[name] {
			t.Errorf("%s has a rule and is no route", name)
		}
	}
}

// stage is a pact in one state, with what the addresses name.
type stage struct {
	*world
	id, comment, session, person string
}

func newStage(t *testing.T, state string) *stage {
	w := furnish(t)
	s := &stage{world: w, id: w.bring(state), comment: "none", session: "none"}
	if l := w.do(call{as: "secretary", method: "GET", path: "/pacts/" + s.id + "/comments"}); len(l.json["comments"].([]any)) > 0 {
		s.comment = l.json["comments"].([]any)[0].(obj)["id"].(string)
	}
	if state == "signing" {
		_, certificate := w.certificate("head-b", "B")
		w.post("head-b", "/step-up", obj{"password": password})
		s.session = w.post("head-b", "/pacts/"+s.id+"/signatures", obj{"agency": "B", "certificate": certificate})["session"].(string)
	}
	for _, who := range signedInAll { // so that nobody is refused for want of it
		w.post(who, "/step-up", obj{"password": password})
	}
	s.person = w.post("admin", "/people", obj{"login": "nobody.else", "name": "Người khác", "password": password})["id"].(string)
	return s
}

func (s *stage) request(name string, r rule, as string) call {
	method, path, _ := strings.Cut(name, " ")
	id := s.id
	if strings.HasPrefix(path, "/people") {
		id = s.person
	}
	path = strings.NewReplacer("{id}", id, "{cluster}", s.cluster, "{n}", "1", "{agency}", "B", "{comment}", s.comment,
		"{session}", s.session, "{clause}", "c1", "{which}", "base").Replace(path)
	body := r.body
	switch body {
	case "pact":
		body = obj{"cluster": s.cluster, "content": contentBody()}
	case "trial":
		body = obj{"csr": []byte{1}, "cluster": s.cluster, "agency": "B"}
	}
	return call{as: as, method: method, path: path, body: body, header: r.header}
}

func (s *stage) history() int {
	s.t.Helper()
	return len(s.must(call{as: "secretary", method: "GET", path: "/pacts/" + s.id + "/activity?limit=200"})["items"].([]any))
}

// TestPermissions sends every request as everybody in every state of a pact.
func TestPermissions(t *testing.T) {
	for _, state := range life {
		t.Run(state, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, state)
			s.t = t
			before := s.history()
			for name, r := range rules {
				if got := s.do(s.request(name, r, "")).StatusCode; got != http.StatusUnauthorized {
					t.Errorf("%s as nobody: %d", name, got)
				}
				s.refuses(name, r, members, r.denied, http.StatusForbidden)
				s.refuses(name, r, outsiders, r.outside, http.StatusNotFound)
			}
			if after := s.history(); after != before {
				t.Errorf("refused requests left %d events", after-before)
			}
			for name, r := range rules {
				if r.denied < 0 && r.outside < 0 {
					continue
				}
				for _, who := range r.who {
					got := s.do(s.request(name, r, who))
					if got.StatusCode == 401 || got.StatusCode == 403 && got.code() == "forbidden" || got.StatusCode >= 500 {
						t.Errorf("%s as %s, who may: %d %s", name, who, got.StatusCode, got.text)
					}
				}
			}
		})
	}
}

// refuses checks that those who are not in the rule are refused, with the same words whoever they are.
func (s *stage) refuses(name string, r rule, people []string, want, usual int) {
	s.t.Helper()
	if want < 0 {
		return
	}
	if want == 0 {
		want = usual
	}
	for _, who := range people {
		if slices.Contains(r.who, who) {
			continue
		}
		if got := s.do(s.request(name, r, who)); got.StatusCode != want {
			s.t.Errorf("%s as %s: %d, want %d: %s", name, who, got.StatusCode, want, got.text)
		}
	}
}

// holders says by hand which logins may do an act that a page names.
var holders = map[string][]string{
	"pact_read": members, "pact_create": secretariat, "draft_edit": secretariat, "round_open": secretariat, "round_extend": secretariat,
	"round_remind": secretariat, "reply_save": agencyB, "reply_send": agencyB, "reply_record": secretariat, "reply_late_decide": leadership,
	"round_close": secretariat, "comment_resolve": secretariat, "ledger_close": secretariat, "text_agree": {"lead", "chief", "secretary"},
	"text_reopen": leadership, "hall_comment": secretariat, "adopt": leadership, "adopt_undo": leadership, "paper_freeze": {"clerk"},
	"paper_unfreeze": {"clerk"}, "signing_open": leadership, "sign": {"head-b"}, "sign_decline": {"head-b"}, "signing_close": leadership,
	"archive": {"archivist"}, "withdraw": leadership, "replies_read_all": readAll, "replies_read_own": agencyB, "record_read": members,
	"cluster_create": {"admin"}, "cluster_edit": {"admin", "chief"}, "person_create": {"admin"}, "log_read": {"auditor"},
}

// TestPages holds the pages to the same: strangers are led to the sign-in, other clusters find nothing, and nobody gets
// anything done that is not theirs to do.
func TestPages(t *testing.T) {
	s := newStage(t, "in_review")
	s.t = t
	for _, r := range s.routes {
		if !r.Page || r.Access == api.Public {
			continue
		}
		name := r.Method + " " + r.Path
		path := strings.NewReplacer(":id", s.id, ":n", "1", ":agency", "B", ":comment", s.comment, ":session", s.session,
			":clause", "c1", ":which", "base", ":cluster", s.cluster, ":person", s.person).Replace(r.Path)
		visit := func(who string) *http.Response {
			req := httptest.NewRequest(r.Method, path, strings.NewReader("key=k&reason=x"))
			if r.Method == "GET" {
				req = httptest.NewRequest(r.Method, path, nil)
			}
			req.RemoteAddr = s.address
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if who != "" {
				req.AddCookie(&http.Cookie{Name: "kyket", Value: s.tokens[who]})
			}
			ctx, leave := context.WithCancel(req.Context())
			rec := &glance{httptest.NewRecorder(), leave}
			s.handler.ServeHTTP(rec, req.WithContext(ctx))
			return rec.Result()
		}
		switch got := visit(""); {
		case r.Method == "GET" && (got.StatusCode != http.StatusSeeOther || !strings.HasPrefix(got.Header.Get("Location"), "/sign-in")):
			t.Errorf("%s for a stranger: %d to %q", name, got.StatusCode, got.Header.Get("Location"))
		case r.Method != "GET" && got.StatusCode != http.StatusUnauthorized:
			t.Errorf("%s for a stranger: %d", name, got.StatusCode)
		}
		if r.Act == "" {
			continue
		}
		who, known := holders[string(r.Act)]
		if !known {
			t.Errorf("%s needs %s, which the test does not know", name, r.Act)
		}
		if strings.Contains(r.Path, "/pacts/:id") {
			for _, far := range outsiders {
				// A form may be refused for what is in it before anything is looked up.
				if got := visit(far); got.StatusCode != http.StatusNotFound && (r.Method == "GET" || got.StatusCode != http.StatusUnprocessableEntity) {
					t.Errorf("%s as %s: %d", name, far, got.StatusCode)
				}
			}
		}
		for _, one := range signedInAll {
			if got := visit(one); !slices.Contains(who, one) && got.StatusCode < 400 {
				t.Errorf("%s as %s, who may not: %d", name, one, got.StatusCode)
			}
		}
	}
}

// glance is a visitor who leaves as soon as the answer begins: pages that stay open to tell news end then.
type glance struct {
	*httptest.ResponseRecorder
	leave context.CancelFunc
}

func (g *glance) WriteHeader(status int) {
	g.ResponseRecorder.WriteHeader(status)
	g.leave()
}

func (g *glance) Write(b []byte) (int, error) {
	defer g.leave()
	return g.ResponseRecorder.Write(b)
}
