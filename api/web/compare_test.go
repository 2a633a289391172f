package web

import (
	"fmt"
	"strings"
	"testing"

	"kyket/pact"
)

// text is a pact of one article with paragraphs; each is "id words".
func text(t *testing.T, paragraphs ...string) *pact.Content {
	t.Helper()
	items := []pact.Placed{{ID: "a", Anchor: "dieu-1", Heading: "Nội dung"}}
	for i, p := range paragraphs {
		id, words, _ := strings.Cut(p, " ")
		items = append(items, pact.Placed{ID: pact.ClauseID(id), Anchor: pact.Anchor(fmt.Sprintf("dieu-1.khoan-%d", i+1)), Text: words})
	}
	list, err := pact.BuildClauses(pact.Articles, items)
	if err != nil {
		t.Fatal(err)
	}
	return &pact.Content{Structure: pact.Articles, Clauses: list}
}

func TestChanges(t *testing.T) {
	for _, c := range []struct {
		name         string
		before, then []string
		want         string
	}{
		{"words", []string{"p một hai", "q ba"}, []string{"p một bốn", "q ba"}, "p:1"},
		{"moved to the end, the others only numbered anew", []string{"p 1", "q 2", "r 3", "s 4"}, []string{"q 2", "r 3", "s 4", "p 1"}, "p:moved"},
		{"moved to the front", []string{"p 1", "q 2", "r 3"}, []string{"r 3", "p 1", "q 2"}, "r:moved"},
		{"added first", []string{"p 1", "q 2"}, []string{"n 0", "p 1", "q 2"}, "n:added"},
		{"deleted, in its old place", []string{"p 1", "q 2", "r 3"}, []string{"p 1", "r 3"}, "q:deleted"},
		{"nothing", []string{"p 1"}, []string{"p 1"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, it := range changesOf(text(t, c.before...), text(t, c.then...)) {
				switch {
				case it.Added:
					got = append(got, string(it.ID)+":added")
				case it.Deleted:
					got = append(got, string(it.ID)+":deleted")
				case it.Moved:
					got = append(got, string(it.ID)+":moved")
				case it.Places > 0:
					got = append(got, fmt.Sprintf("%s:%d", it.ID, it.Places))
				}
			}
			if s := strings.Join(got, " "); s != c.want {
				t.Errorf("%q, want %q", s, c.want)
			}
		})
	}
}

func TestMark(t *testing.T) {
	show := func(list []piece) string {
		var b strings.Builder
		for _, p := range list {
			if p.Refs == nil {
				b.WriteString(p.Text)
			} else {
				fmt.Fprintf(&b, "[%s|%s]", p.Text, strings.Join(p.Refs, ","))
			}
		}
		return b.String()
	}
	words := "đạt trên 83% về việc và trên 48% về tiền"
	for _, c := range []struct {
		quotes []string
		want   string
	}{
		{[]string{"trên 83%", "trên 48%"}, "đạt [trên 83%|1] về việc và [trên 48%|2] về tiền"},
		{[]string{"trên 83%", "trên 83%"}, "đạt [trên 83%|1,2] về việc và trên 48% về tiền"},
		{[]string{"trên 83% về", "về việc"}, "đạt [trên 83% về|1] việc và trên 48% về tiền"},
		{[]string{"", "không có"}, words},
	} {
		if got := show(mark(words, c.quotes, []string{"1", "2"})); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

func TestProposed(t *testing.T) {
	cl := &pact.Clause{Text: "Thi hành xong đạt trên 83% về việc và trên 48% về tiền."}
	for _, c := range []struct {
		quote, proposal string
		shown           bool
	}{
		{"", "Thi hành xong đạt trên 85% về việc và trên 48% về tiền.", true},
		{"trên 83% về việc", "trên 85% về việc", true},
		{"trên 48% về tiền", "Không tính các vụ án đặc biệt lớn vào tỷ lệ về tiền.", false},
		{"trên 83%", "Bỏ cụm từ này.", false},
		{"", "", false},
	} {
		if got := proposed(cl, c.quote, c.proposal) != nil; got != c.shown {
			t.Errorf("%q for %q is shown as a change: %v", c.proposal, c.quote, got)
		}
	}
}

// TestSaid: the fix offers the new number with the target's unit, and nothing where that is not the only one.
func TestSaid(t *testing.T) {
	percent, meetings := pact.Target{Unit: "%"}, pact.Target{Unit: "hội nghị"}
	before := "đạt trên 83% về việc và trên 48% về tiền, 04 hội nghị"
	for _, c := range []struct {
		text string
		t    pact.Target
		want string
	}{
		{"đạt trên 84,5% về việc và trên 48% về tiền, 04 hội nghị", percent, "84,5"},
		{"đạt trên 84% về việc và trên 50% về tiền", percent, ""},
		{"đạt trên 83% về việc", percent, ""},
		{"tổ chức ít nhất 12.640 hội nghị", meetings, "12640"},
	} {
		if got := said(c.text, before, c.t); got != c.want {
			t.Errorf("%q says %q, want %q", c.text, got, c.want)
		}
	}
}

// TestPlaces: every place that is offered can be taken.
func TestPlaces(t *testing.T) {
	c := text(t, "p 1", "q 2")
	for _, at := range placesIn(c) {
		n := c.Clone()
		if err := n.Place(at.Anchor, &pact.Clause{ID: "new", Text: "x"}); err != nil {
			t.Errorf("%s is offered: %v", at.Anchor, err)
		} else if n.AnchorOf("new") != at.Anchor {
			t.Errorf("%s leads to %s", at.Anchor, n.AnchorOf("new"))
		}
	}
	want := "dieu-1 dieu-1.khoan-1 dieu-1.khoan-2 mo-dau dieu-2 phu-luc-I dieu-1.khoan-3 dieu-1.khoan-1.diem-a dieu-1.khoan-2.diem-a"
	var got []string
	for _, at := range placesIn(c) {
		got = append(got, string(at.Anchor))
	}
	if s := strings.Join(got, " "); s != want {
		t.Errorf("places %s", s)
	}
}
