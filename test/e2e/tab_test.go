package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// axeFile is the judge of accessibility, installed by make components.
const axeFile = root + "/build/e2e/node_modules/axe-core/axe.min.js"

// shots is where the pictures are kept.
const shots = root + "/build/shots"

var browser context.Context

// openBrowser starts the one browser of all tests; every tab has cookies of its own.
func openBrowser() (stop func(), err error) {
	path, _ := exec.LookPath("chromium")
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("no-first-run", true), chromedp.Flag("hide-scrollbars", true))
	alloc, stopAlloc := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, stopBrowser := chromedp.NewContext(alloc)
	browser = ctx
	return func() { stopBrowser(); stopAlloc() }, chromedp.Do(ctx) // nothing yet, but with a browser
}

// look is how a page is looked at.
type look struct {
	width    int // 390 is a phone
	dark     bool
	en       bool
	noScript bool
}

func (l look) String() string {
	scheme, lang := "light", "vi"
	if l.dark {
		scheme = "dark"
	}
	if l.en {
		lang = "en"
	}
	return fmt.Sprintf("%d-%s-%s", l.width, scheme, lang)
}

// phone and desk are the two sizes.
const (
	phone = 390
	desk  = 1440
)

// tab is one page of the browser, as one person.
type tab struct {
	t   *testing.T
	w   *world
	ctx context.Context
	look

	mu       sync.Mutex
	troubles []string // what the console said
}

// tabTime bounds everything that is done in one tab.
const tabTime = 2 * time.Minute

// tab opens a tab; login "" is a stranger.
func (w *world) tab(t *testing.T, login string, l look) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(ctx, tabTime) // not before the tab is there: the time would end the browser
	t.Cleanup(stop)
	b := &tab{t: t, w: w, ctx: ctx}
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatal(err)
	}
	send(b, cdplog.Enable, cdp.Empty{})
	send(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: watchShifts})
	b.setLook(l)
	if l.noScript {
		send(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	}
	if login != "" {
		value, err := w.cookie(login)
		if err != nil {
			t.Fatal(err)
		}
		b.cookie("kyket", value)
	}
	t.Cleanup(func() {
		for _, s := range b.heard() {
			t.Errorf("the browser's console: %s", s)
		}
	})
	return b
}

// watchShifts adds up what moved after it was drawn.
const watchShifts = `window.__shift = 0; window.__moved = []; new PerformanceObserver(l => { for (const e of l.getEntries()) if (!e.hadRecentInput) {
	window.__shift += e.value;
	for (const s of e.sources) window.__moved.push((s.node?.outerHTML ?? s.node?.textContent ?? "?").slice(0, 80) + " " + JSON.stringify(s.previousRect) + " -> " + JSON.stringify(s.currentRect));
} })
	.observe({type: 'layout-shift', buffered: true})`

// send gives the browser a command of its protocol.
func send[P, R any](b *tab, c cdp.Command[P, R], params P) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, c, params); err != nil {
		b.t.Fatalf("%s: %v (%s)", c.Method, err, b.look)
	}
}

// evaluate asks the page's script engine, also when the page itself may run none.
func evaluate[T any](b *tab, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%.80s: %v (%s)", expression, err, b.look)
	}
	return v
}

func (b *tab) cookie(name, value string) {
	b.t.Helper()
	send(b, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: b.w.URL})
}

// listen notes errors of scripts and violations of the content security policy. That a form was refused is no trouble.
func (b *tab) listen(ev any) {
	said := ""
	switch e := ev.(type) {
	case *cdplog.EventEntryAdded:
		if e.Entry.Level == cdplog.EntryLevelError && e.Entry.Source != cdplog.EntrySourceNetwork {
			said = string(e.Entry.Source) + ": " + e.Entry.Text
		}
	case *runtime.EventExceptionThrown:
		said = e.ExceptionDetails.Text
	}
	if said != "" {
		b.mu.Lock()
		b.troubles = append(b.troubles, said)
		b.mu.Unlock()
	}
}

func (b *tab) heard() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := b.troubles
	b.troubles = nil
	return out
}

func (b *tab) must(a ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, a...); err != nil {
		b.t.Fatalf("%v (%s)", err, b.look)
	}
}

// setLook changes width and colours of what is shown.
func (b *tab) setLook(l look) {
	b.t.Helper()
	b.look = l
	scheme := "light"
	if l.dark {
		scheme = "dark"
	}
	send(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: int64(l.width), Height: 900,
		DeviceScaleFactor: 1, Mobile: l.width == phone})
	send(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
}

// open goes to an address and returns the status of the answer.
func (b *tab) open(path string) int {
	b.t.Helper()
	lang := "vi"
	if b.en {
		lang = "en"
	}
	b.cookie("lang", lang)
	resp, err := chromedp.RunResponse(b.ctx, chromedp.Navigate(b.w.URL+path))
	if err != nil {
		b.t.Fatalf("%s: %v (%s)", path, err, b.look)
	}
	return int(resp.Status)
}

// path is where the tab is.
func (b *tab) path() string {
	b.t.Helper()
	return strings.TrimPrefix(evaluate[string](b, "location.href"), b.w.URL)
}

// text is what a person reads on the page.
func (b *tab) text() string {
	b.t.Helper()
	return evaluate[string](b, `document.querySelector('main').innerText`)
}

// sees fails when the page does not show all of that.
func (b *tab) sees(words ...string) {
	b.t.Helper()
	text := b.text()
	for _, s := range words {
		if !strings.Contains(strings.ToLower(text), strings.ToLower(s)) {
			b.t.Fatalf("%s does not show %q (%s):\n%s", b.path(), s, b.look, clip(text, 3000))
		}
	}
}

func clip(s string, n int) string {
	if len(s) > n {
		return s[:n] + "…"
	}
	return s
}

// fill types into the field with that name, of the form that is meant when there are several: "form#late note".
func (b *tab) fill(selector, value string) {
	b.t.Helper()
	evaluate[int](b, fmt.Sprintf("document.querySelector(%q).value = '', 0", selector))
	b.must(chromedp.SendKeys(chromedp.CSS(selector), value))
}

// press clicks a button or a link and waits for the page that follows.
func (b *tab) press(selector string) int {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second) // a click that leads nowhere
	defer cancel()
	resp, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(selector)))
	if err != nil {
		b.t.Fatalf("press %s on %s: %v (%s)", selector, b.path(), err, b.look)
	}
	return int(resp.Status)
}

// shoot keeps a picture of the whole page.
func (b *tab) shoot(name string) {
	b.t.Helper()
	png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.t.Fatalf("picture of %s: %v", name, err)
	}
	file := filepath.Join(shots, name+"-"+b.look.String()+".png")
	if err := os.MkdirAll(shots, 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(file, png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// finding is one rule of axe-core that a page breaks.
type finding struct {
	ID, Impact, Help string
	Nodes            []struct {
		Target         []any
		FailureSummary string
	}
}

var axe = sync.OnceValues(func() (string, error) {
	b, err := os.ReadFile(axeFile)
	return string(b), err
})

// judge lets axe-core look at the page, all rules.
func (b *tab) judge(name string) {
	b.t.Helper()
	source, err := axe()
	if err != nil {
		b.t.Fatal(err)
	}
	evaluate[int](b, source+"; 0")
	all := evaluate[[]finding](b, `axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(({id, impact, help, nodes}) =>
		({id, impact, help, nodes: nodes.map(({target, failureSummary}) => ({target, failureSummary}))})))`)
	for _, f := range all {
		for i, n := range f.Nodes {
			if i == 3 {
				b.t.Errorf("  … and %d more", len(f.Nodes)-i)
				break
			}
			b.t.Errorf("%s %s: axe %s (%s): %s %v: %s", name, b.look, f.ID, f.Impact, f.Help, n.Target, strings.ReplaceAll(n.FailureSummary, "\n", " "))
		}
	}
}

// shift is how much of the page moved after it was drawn; 0 is the only good answer.
func (b *tab) shift() float64 {
	b.t.Helper()
	return evaluate[float64](b, `new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(window.__shift || 0))))`)
}

// moved names what moved, from where and to where.
func (b *tab) moved() string {
	b.t.Helper()
	return evaluate[string](b, `(window.__moved || []).join("; ")`)
}

// overflow is how many pixels the page is wider than the window.
func (b *tab) overflow() int {
	b.t.Helper()
	return evaluate[int](b, `document.documentElement.scrollWidth - document.documentElement.clientWidth`)
}
