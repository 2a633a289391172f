package worddiff

import (
	"math/rand"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

const (
	before = "Phấn đấu 95% hồ sơ được tiếp nhận, xử lý đúng hạn; tỷ lệ hài lòng của tổ chức, cá nhân đạt từ 90% trở lên. Thủ trưởng các phòng chịu trách nhiệm phổ biến nội dung giao ước đến công chức."
	after  = "Phấn đấu 100% hồ sơ được tiếp nhận, giải quyết đúng hạn và trước hạn; tỷ lệ hài lòng của tổ chức, cá nhân đạt từ 95% trở lên. Thủ trưởng các phòng, ban, đơn vị chịu trách nhiệm phổ biến, quán triệt nội dung giao ước này đến toàn thể công chức, viên chức."
)

// show writes a diff for people.
func show(list []Segment) string {
	var b strings.Builder
	for _, s := range list {
		switch s.Op {
		case Equal:
			b.WriteString(s.Text)
		case Delete:
			b.WriteString("[-" + s.Text + "-]")
		case Insert:
			b.WriteString("{+" + s.Text + "+}")
		}
	}
	return b.String()
}

// holds is the property: the diff of a and b applied to a is b, and taken back from b it is a.
func holds(t *testing.T, a, b string) {
	t.Helper()
	var x, y strings.Builder
	list := Diff(a, b)
	for i, s := range list {
		if s.Text == "" || i > 0 && list[i-1].Op == s.Op {
			t.Fatalf("empty or unjoined segments: %v", list)
		}
		if s.Op != Insert {
			x.WriteString(s.Text)
		}
		if s.Op != Delete {
			y.WriteString(s.Text)
		}
	}
	if x.String() != norm.NFC.String(a) || y.String() != norm.NFC.String(b) {
		t.Fatalf("%q\n%q\ngive %q\n%q\n%s", a, b, x.String(), y.String(), show(list))
	}
}

func TestDiff(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{"đạt trên 83% về việc", "đạt trên 84,5% về việc", "đạt trên [-83%-]{+84,5%+} về việc"},
		{"trước ngày 30/9/2026", "trước ngày 30/10/2026.", "trước ngày [-30/9/2026-]{+30/10/2026.+}"},
		{"phổ biến nội dung", "phổ biến, quán triệt nội dung", "phổ biến{+, quán triệt+} nội dung"},
		{"các phòng xử lý đúng hạn", "các đơn vị giải quyết đúng hạn", "các [-phòng xử lý-]{+đơn vị giải quyết+} đúng hạn"},
		{"đến công chức.", "đến công chức, viên chức.", "đến công chức{+, viên chức+}."},
		{"", "mới", "{+mới+}"},
		{"cũ", "", "[-cũ-]"},
		{"như nhau", "như nhau", "như nhau"},
		{"một\nhai", "một\nba", "một\n[-hai-]{+ba+}"},
	} {
		if got := show(Diff(c.a, c.b)); got != c.want {
			t.Errorf("%q → %q: %s, want %s", c.a, c.b, got, c.want)
		}
		holds(t, c.a, c.b)
	}
	if list := Diff(norm.NFD.String(before), before); len(list) != 1 || list[0].Op != Equal {
		t.Errorf("the same words in another normal form differ: %s", show(list))
	}
	if n := Changes(Diff(before, after)); n != 9 {
		t.Errorf("%d places, want 9: %s", n, show(Diff(before, after)))
	}
}

func TestEveryDiffLeadsFromOneTextToTheOther(t *testing.T) {
	r := rand.New(rand.NewSource(3))
	words := append(strings.Fields(before+" "+after), "\n", "", ",", "84,5%", "12.640", "e\u0302\u0301")
	text := func() string {
		var list []string
		for range r.Intn(14) {
			list = append(list, words[r.Intn(len(words))%(2+r.Intn(len(words)-1))])
		}
		return strings.Join(list, " ")
	}
	for range 20_000 {
		holds(t, text(), text())
	}
	holds(t, before, after)
}

// TestDifferentTextsStayCheap: two long texts with nothing in common are given up early and are still a true diff.
func TestDifferentTextsStayCheap(t *testing.T) {
	var a, b strings.Builder
	for i := range 12_000 {
		a.WriteString(strings.Repeat("a", i%37+1) + " ")
		b.WriteString(strings.Repeat("b", i%41+1) + "\n")
	}
	holds(t, a.String(), b.String())
}

func FuzzDiff(f *testing.F) {
	f.Add(before, after)
	f.Add("", "84,5%")
	f.Add("a\nb", "a b")
	f.Add("\xff", "e\u0301")
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a)+len(b) < 20_000 {
			holds(t, a, b)
		}
	})
}

// long is a text of 10,000 words and what an editor makes of it: every tenth word changes.
func long() (string, string) {
	r := rand.New(rand.NewSource(1))
	w := strings.Fields(before + " " + after)
	var x, y []string
	for range 10_000 {
		t := w[r.Intn(len(w))]
		x = append(x, t)
		switch r.Intn(20) {
		case 0:
		case 1:
			y = append(y, t, "mới")
		default:
			y = append(y, t)
		}
	}
	return strings.Join(x, " "), strings.Join(y, " ")
}

func BenchmarkDiff10k(b *testing.B) {
	x, y := long()
	b.ReportAllocs()
	for b.Loop() {
		Diff(x, y)
	}
}
