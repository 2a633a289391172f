package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// folder of this checkout, seen from this package.
const root = "../.."

// TestMain builds the program once and opens one browser; the worlds are started by the tests that need them.
func TestMain(m *testing.M) {
	if os.Getenv("KYKET_E2E") == "" {
		fmt.Println("the browser's tests run with make e2e")
		return
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	if missing := lookForParts(); missing != "" {
		fmt.Println(missing + " is missing; make components installs it")
		if os.Getenv("CI") == "true" {
			return 1
		}
		return 0
	}
	dir, err := os.MkdirTemp("", "kyket-e2e-")
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer os.RemoveAll(dir)
	scratch, binary = dir, os.Getenv("KYKET_BINARY")
	if binary == "" {
		binary = filepath.Join(dir, "kyket")
		build := exec.Command("go", "build", "-o", binary, "./cmd/kyket")
		build.Dir = root
		if out, err := build.CombinedOutput(); err != nil {
			fmt.Printf("build: %v\n%s", err, out)
			return 1
		}
	}
	stop, err := openBrowser()
	defer stop()
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer closeWorlds()
	return m.Run()
}

// binary is the program, KYKET_BINARY if that is set; scratch is a folder that goes with the tests.
var binary, scratch string

// world is the running program with a folder of its own.
type world struct {
	URL    string
	Dir    string
	out    *output
	cmd    *exec.Cmd
	exited chan error

	mu      sync.Mutex
	cookies map[string]string // by login
	pacts   []pactFacts
}

var worlds []*world

func closeWorlds() {
	for _, w := range worlds {
		w.stop()
	}
}

// demo is the world that kyket demo makes, shared by the tests that only look.
var demo = sync.OnceValues(func() (*world, error) { return startDemo() })

func demoWorld(t *testing.T) *world {
	t.Helper()
	w, err := demo()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func startDemo() (*world, error) {
	dir, err := os.MkdirTemp(scratch, "demo-")
	if err != nil {
		return nil, err
	}
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	return start(dir, addr, "demo", "--data", dir, "--addr", addr)
}

// start runs the program and waits until it is ready; its end before that is the error.
func start(dir, addr string, args ...string) (*world, error) {
	w := &world{URL: "http://" + addr, Dir: dir, out: &output{}, cmd: exec.Command(binary, args...),
		exited: make(chan error, 1), cookies: map[string]string{}}
	w.cmd.Stdout, w.cmd.Stderr = w.out, w.out
	w.cmd.Env = slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, "KYKET_") }) // they would be settings
	if err := w.cmd.Start(); err != nil {
		return nil, err
	}
	worlds = append(worlds, w)
	go func() { w.exited <- w.cmd.Wait() }()
	for end := time.After(5 * time.Minute); ; {
		select {
		case err := <-w.exited:
			w.exited <- err
			return nil, fmt.Errorf("the program ended: %w\n%s", err, w.out)
		case <-end:
			return nil, fmt.Errorf("the program is not ready after five minutes\n%s", w.out)
		case <-time.After(50 * time.Millisecond): // asking again, not waiting for something to have happened
		}
		resp, err := http.Get(w.URL + "/readyz")
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return w, nil
			}
		}
	}
}

func (w *world) stop() {
	_ = w.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-w.exited:
	case <-time.After(20 * time.Second):
		_ = w.cmd.Process.Kill()
	}
}

func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// output is what the program prints.
type output struct {
	mu sync.Mutex
	b  strings.Builder
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// person is somebody of the demo, as the demo's folder keeps them.
type person struct{ Login, Name, Password, Agency string }

func (w *world) person(login string) (p person, err error) {
	b, err := os.ReadFile(filepath.Join(w.Dir, "rehearsal", "people", login+".json"))
	if err == nil {
		err = json.Unmarshal(b, &p)
	}
	return p, err
}

// cookie is the sign-in of a person, made once; a page that signs people out needs signInAnew.
func (w *world) cookie(login string) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c := w.cookies[login]; c != "" {
		return c, nil
	}
	c, err := w.signInAnew(login)
	w.cookies[login] = c
	return c, err
}

func (w *world) signInAnew(login string) (string, error) {
	p, err := w.person(login)
	if err != nil {
		return "", err
	}
	return w.signIn(login, p.Password)
}

func (w *world) signIn(login, password string) (string, error) {
	c := w.client()
	resp, err := c.PostForm(w.URL+"/sign-in", url.Values{"login": {login}, "password": {password}})
	if err != nil {
		return "", err
	}
	resp.Body.Close()
	for _, k := range resp.Cookies() {
		if k.Name == "kyket" && k.Value != "" {
			return k.Value, nil
		}
	}
	return "", fmt.Errorf("sign in as %s: %s", login, resp.Status)
}

// client follows no redirect.
func (w *world) client() *http.Client {
	jar, _ := cookiejar.New(nil)
	return &http.Client{Jar: jar, Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// as is a client that holds a person's sign-in.
func (w *world) as(t *testing.T, login string) *http.Client {
	t.Helper()
	c := w.client()
	if login == "" {
		return c
	}
	value, err := w.cookie(login)
	if err != nil {
		t.Fatal(err)
	}
	u, _ := url.Parse(w.URL)
	c.Jar.SetCookies(u, []*http.Cookie{{Name: "kyket", Value: value, Path: "/"}})
	return c
}

type pactFacts struct{ ID, Code, State, Subject string }

// pact is the first pact in a state.
func (w *world) pact(state string) (string, error) {
	w.mu.Lock()
	known := w.pacts
	w.mu.Unlock()
	if known == nil {
		var list struct{ Items []pactFacts }
		if err := w.get("thuky1", "/api/v1/pacts", &list); err != nil {
			return "", err
		}
		known = list.Items
		w.mu.Lock()
		w.pacts = known
		w.mu.Unlock()
	}
	for _, p := range known {
		if p.State == state {
			return p.ID, nil
		}
	}
	return "", fmt.Errorf("the demo has no pact in state %s", state)
}

// get reads JSON as a person.
func (w *world) get(login, path string, into any) error {
	value, err := w.cookie(login)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, w.URL+path, nil)
	if err != nil {
		return err
	}
	r.AddCookie(&http.Cookie{Name: "kyket", Value: value})
	resp, err := w.client().Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, 8<<20))
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s %s", path, resp.Status, b)
	}
	return json.Unmarshal(b, into)
}

// lookForParts names what is missing of browser and judge.
func lookForParts() string {
	if _, err := exec.LookPath("chromium"); err != nil {
		return "chromium"
	}
	if _, err := os.Stat(axeFile); errors.Is(err, os.ErrNotExist) {
		return "axe-core"
	}
	return ""
}

// id is a cluster's, a person's, or that of the first pact in a state.
func (w *world) id(what string) (string, error) {
	var list struct{ Items []struct{ ID string } }
	var err error
	switch what {
	case "cluster":
		err = w.get("quantri", "/api/v1/clusters", &list)
	case "person":
		err = w.get("quantri", "/api/v1/people", &list)
	default:
		return w.pact(what)
	}
	if err == nil && len(list.Items) == 0 {
		err = fmt.Errorf("the demo has no %s", what)
	}
	if err != nil {
		return "", err
	}
	return list.Items[0].ID, nil
}

// fillIn puts the ids of the demo's pacts into an address.
func (w *world) fillIn(t *testing.T, path string) string {
	t.Helper()
	before, rest, found := strings.Cut(path, "{")
	if !found {
		return path
	}
	what, after, _ := strings.Cut(rest, "}")
	id, err := w.id(what)
	if err != nil {
		t.Fatal(err)
	}
	return before + id + after
}
