package pact

import (
	"errors"
	"strings"
	"testing"
)

func TestClean(t *testing.T) {
	tests := []struct {
		name, in, want string
		err            *Error
	}{
		{"decomposed letters become one", "Hà Tĩnh", "Hà Tĩnh", nil},
		{"space around goes", "  một \t hai\n", "một   hai", nil},
		{"inner line breaks stay", "một\r\nhai\rba", "một\nhai\nba", nil},
		{"a null", "a\x00b", "", ErrControl},
		{"an escape", "a\x1b[31m", "", ErrControl},
		{"a line separator", "a\u2028b", "", ErrControl},
		{"a direction override", "a\u202egnp.exe", "", ErrInvisible},
		{"an isolate", "a\u2066b", "", ErrInvisible},
		{"a zero width space", "a\u200bb", "", ErrInvisible},
		{"a byte order mark", "\ufeffa", "", ErrInvisible},
		{"an emoji", "tốt 👍", "", ErrNotBMP},
		{"private use", "a\ue000", "", ErrNotBMP},
		{"no character", "a\ufffe", "", ErrNotBMP},
		{"broken UTF-8", "a\xffb", "", ErrNotUTF8},
		{"HTML stays text", `<script>alert("x")</script>`, `<script>alert("x")</script>`, nil},
		{"too long", strings.Repeat("ạ", 101), "", ErrTooLong},
		{"far too long", strings.Repeat("a", 1<<20), "", ErrTooLong},
		{"just as long as allowed, decomposed", strings.Repeat("a\u0323", 100), strings.Repeat("ạ", 100), nil},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			got, err := CleanText("text", x.in, 100)
			if got != x.want || (x.err == nil) != (err == nil) || x.err != nil && !errors.Is(err, x.err) {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
	if _, err := CleanLine("subject", "một\nhai", 100); !errors.Is(err, ErrLineBreak) {
		t.Errorf("two lines: %v", err)
	}
	_, err := CleanLine("subject", "a\u202eb", 100)
	var e *Error
	if !errors.As(err, &e) || !strings.Contains(e.Text("vi"), "subject") || !strings.Contains(e.Text("vi"), "U+202E") {
		t.Errorf("field and character are not named: %v", err)
	}
}

func FuzzCleanText(f *testing.F) {
	for _, s := range []string{"", "Hà Tĩnh", "a\u202eb", "\xff", "một\r\nhai", "a\u0323\u0302"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once, err := CleanText("text", s, 200)
		if err != nil {
			return
		}
		if twice, err := CleanText("text", once, 200); err != nil || twice != once {
			t.Errorf("%q is cleaned to %q, then to %q (%v)", s, once, twice, err)
		}
	})
}

func codes(err error) (all []string) {
	var e *Error
	if errors.As(err, &e) {
		for _, d := range e.Details {
			all = append(all, d.Code+" "+d.Ref)
		}
	}
	return all
}

func TestContentCheckFindsEverything(t *testing.T) {
	_, good := readPlayed(t, "c")
	tests := []struct {
		name  string
		spoil func(*Content)
		want  string // code and reference of a finding
	}{
		{"no words", func(c *Content) { c.At("dieu-1").Heading = "" }, "clause_without_words clause/c2"},
		{"a label", func(c *Content) { c.At("dieu-1.khoan-1").Text = "1. Thi đua" }, "label_in_text clause/c3"},
		{"a dash", func(c *Content) { c.At("dieu-1.khoan-1").Text = "- Thi đua" }, "label_in_text clause/c3"},
		{"a narrow row", func(c *Content) { r := c.At("phu-luc-II.dong-1"); r.Cells = r.Cells[:2] }, "row_width clause/c25"},
		{"a row in a table of registrations", func(c *Content) {
			a := c.At("phu-luc-I")
			a.Children = append(a.Children, &Clause{ID: "x", Kind: Row, Cells: []string{"a"}})
		}, "rows_without_table clause/x"},
		{"an id twice", func(c *Content) { c.At("dieu-1.khoan-2").ID = "c3" }, "duplicate_id clause/c3"},
		{"a target without clause", func(c *Content) { c.Targets[0].Clause = "c999" }, "target_without_clause target/T01"},
		{"a target twice", func(c *Content) { c.Targets[1].ID = "T01" }, "duplicate_id target/T01"},
		{"an unknown operator", func(c *Content) { c.Targets[0].Op = "≥" }, "invalid_field target/T01"},
		{"a number that is none", func(c *Content) { c.Targets[0].Value = "3e1" }, "invalid_field target/T01"},
		{"a clause of the other structure", func(c *Content) { c.At("dieu-1.khoan-1").Kind = Section }, "anchor_form clause/c3"},
		{"annexes before articles", func(c *Content) {
			n := len(c.Clauses)
			c.Clauses[0], c.Clauses[n-1] = c.Clauses[n-1], c.Clauses[0]
		}, "clause_order clause/c1"},
		{"a closing mark", func(c *Content) { c.Bases[0].Text += ";" }, "closing_mark bases[0]"},
		{"recipients without file", func(c *Content) { c.Recipients = c.Recipients[:2] }, "recipients_last_line recipients[1]"},
		{"text not in NFC", func(c *Content) { c.At("dieu-1").Heading = "Chu\u0309 đề" }, "text_not_clean clause/c2"},
		{"a character no paper shows", func(c *Content) { c.At("dieu-1").Heading = "Chủ đề 👍" }, "text_unsupported_character clause/c2"},
		{"too many points", func(c *Content) {
			k := c.At("dieu-1.khoan-1")
			for range 24 {
				k.Children = append(k.Children, &Clause{Kind: Point, Text: "a"})
			}
		}, "anchor_form clause/@dieu-1.khoan-1.diem-?24"},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			c := good.Clone()
			x.spoil(&c)
			if got := strings.Join(codes(c.Check()), "\n"); !strings.Contains("\n"+got+"\n", "\n"+x.want+"\n") {
				t.Errorf("want %s, found\n%s", x.want, got)
			}
		})
	}
	c := good.Clone()
	for _, x := range tests {
		x.spoil(&c)
	}
	if got := codes(c.Check()); len(got) < len(tests)-2 {
		t.Errorf("all at once: only %d findings: %v", len(got), got)
	}
}

func TestFigures(t *testing.T) {
	tests := []struct {
		op, value, unit, text string
		ok                    bool
	}{
		{">=", "84.5", "%", "đạt 84,5% trở lên", true},
		{">=", "4", "hội nghị", "ít nhất 04 hội nghị đối thoại", true},
		{">=", "4", "hội nghị", "ít nhất 4 Hội nghị đối thoại", true},
		{">=", "4", "hội nghị", "ít nhất 14 hội nghị", false},
		{">=", "5", "%", "đạt 84,5% trở lên", false},
		{">", "83", "%", "đạt trên 83% về việc", true},
		{">", "83", "%", "đạt Trên  83% về việc", true},
		{">", "83", "%", "đạt 83% về việc", false},
		{">", "83", "%", "bêntrên 83%", false},
		{">", "3", "%", "trên 83%", false},
		{"<", "1", "%", "dưới 1% tổng số", true},
		{"<", "1", "%", "dưới 01% tổng số", true},
		{"<", "1", "%", "dưới 11% tổng số", false},
		{"=", "12640", "tỷ đồng", "số tiền 12.640 tỷ đồng", true},
		{"=", "12640", "tỷ đồng", "số tiền 12640 tỷ đồng", true},
		{"=", "5", "", "chấm 5.", true},
		{"=", "5", "", "chấm 5,5.", false},
		{"=", "5", "", "chấm 50", false},
		{">=", "30", "%", "từ 10% lên ít nhất 30%", true},
		{">=", "95", "%", "", false},
	}
	for _, x := range tests {
		if got := (Target{Op: x.op, Value: Decimal(x.value), Unit: x.unit}).standsIn(x.text); got != x.ok {
			t.Errorf("%s %s %s in %q: %v", x.op, x.value, x.unit, x.text, got)
		}
	}
}

func TestReferencesAndBases(t *testing.T) {
	_, c := readPlayed(t, "c")
	k := c.At("dieu-1.khoan-1")
	k.Text = "Theo khoản 9 Điều 4, khoản 1 Điều này, khoản 7 Điều này, Phụ lục II và Phụ lục V; khoản 8 Điều 9 Luật Thi đua, khen thưởng."
	var got []string
	for _, d := range c.ReferenceFindings() {
		got = append(got, d.Code+": "+d.Vi)
	}
	all := strings.Join(got, "\n")
	for _, want := range []string{"khoản 9 Điều 4", "khoản 7 Điều này", "Phụ lục V,", "theme_not_in_text"} {
		if !strings.Contains(all, want) {
			t.Errorf("%s is not found in\n%s", want, all)
		}
	}
	if len(got) != 4 {
		t.Errorf("%d findings:\n%s", len(got), all)
	}

	want := []string{"basis_ends_early bases[3]"}
	if got := details(c.BasisFindings(Date{2026, 22, 1})); strings.Join(got, ";") != strings.Join(want, ";") {
		t.Errorf("on the day of the paper: %v", got)
	}
	want = []string{"basis_expired bases[3]"}
	if got := details(c.BasisFindings(Date{2026, 1, 9})); strings.Join(got, ";") != strings.Join(want, ";") {
		t.Errorf("in September: %v", got)
	}
	if got := details(c.BasisFindings(Date{2025, 1, 1})); !strings.Contains(strings.Join(got, ";"), "basis_not_in_force bases[1]") {
		t.Errorf("the year before: %v", got)
	}
}

func details(list []Detail) (all []string) {
	for _, d := range list {
		all = append(all, d.Code+" "+d.Ref)
	}
	return all
}
