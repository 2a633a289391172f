package e2e

import (
	"net/http"
	"os"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestSetUp walks from an empty folder to people who sign in, by hand and without script.
func TestSetUp(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp(scratch, "empty-")
	if err != nil {
		t.Fatal(err)
	}
	addr, err := freeAddr()
	if err != nil {
		t.Fatal(err)
	}
	w, err := start(dir, addr, "serve", "--data", dir, "--addr", addr, "--public-url", "http://"+addr, "--mode", "trial")
	if err != nil {
		t.Fatal(err)
	}
	code := ""
	for end := time.Now().Add(10 * time.Second); code == "" && time.Now().Before(end); runtime.Gosched() { // what is printed comes through a pipe
		code = regexp.MustCompile(`[0-9A-Z]{6}(-[0-9A-Z]{6}){3}`).FindString(w.out.String())
	}
	if code == "" {
		t.Fatalf("no set-up code was printed:\n%s", w.out)
	}
	judged := w.tab(t, "", look{width: phone}) // the judge is a script
	judged.open("/setup")
	judged.judge("setup")
	b := w.tab(t, "", look{width: phone, noScript: true})
	b.open("/setup")
	b.shoot("setup")
	for at, text := range map[string]string{"#code": code, "#name": "Nguyễn Văn Quản", "#login": "quantri", "#password": "một mật khẩu đủ dài", "#again": "một mật khẩu khác hẳn"} {
		b.fill(at, text)
	}
	if got := b.press("main form button"); got != http.StatusUnprocessableEntity {
		t.Errorf("two different passwords: %d", got)
	}
	b.sees("không giống nhau")
	b.fill("#password", "một mật khẩu đủ dài")
	b.fill("#again", "một mật khẩu đủ dài")
	b.press("main form button")
	for at, text := range map[string]string{"#code": "CTD-TH", "#name": "Cụm thi đua thử nghiệm", "#lead": "A", "#deputies": "B",
		"#agencies": "A; K1; Sở <b>A</b>; Huế; Trần Văn An; Giám đốc\nB; K1; Sở B; Đà Nẵng; Lê Thị Bình"} {
		b.fill(at, text)
	}
	b.press("button[value=preview]")
	b.sees("Cần đúng 6 cột", "Sở <b>A</b>")
	b.fill("#agencies", "A; K1; Sở <b>A</b>; Huế; Trần Văn An; Giám đốc\nB; K1; Sở B; Đà Nẵng; Lê Thị Bình; Giám đốc")
	b.press("button[value=preview]")
	b.press("button[value=save]")
	b.sees("Đã lập cụm")
	b.press("button[value=preview]")
	b.sees("a.lanhdao", "Trần Văn An")
	b.press("button[value=save]")
	b.shoot("setup-passwords")
	row := regexp.MustCompile(`a\.lanhdao\s[^\n]*\s([a-z0-9]{4}(-[a-z0-9]{4}){3})`).FindStringSubmatch(b.text())
	if row == nil {
		t.Fatalf("no password is shown for a.lanhdao:\n%s", b.text())
	}
	if _, err := w.signIn("a.lanhdao", row[1]); err != nil {
		t.Error(err)
	}
	b.open("/setup")
	if at := b.path(); strings.HasPrefix(at, "/setup") {
		t.Errorf("after the set-up its page still answers at %s", at)
	}
}
