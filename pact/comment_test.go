package pact

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestComments(t *testing.T) {
	_, text := readPlayed(t, "c")
	k := text.At("dieu-1.khoan-2").ID
	tests := []struct {
		name string
		c    Comment
		err  *Error
	}{
		{"on exact words", Comment{Clause: k, Quote: "ít nhất ba đơn vị xếp loại xuất sắc", Kind: Reword, Text: "a"}, nil},
		{"on the whole clause", Comment{Clause: k, Kind: Reword, Text: "a"}, nil},
		{"on a cell", Comment{Clause: text.At("phu-luc-II.dong-1").ID, Quote: "trừ 01 điểm", Kind: Lower, Text: "a"}, nil},
		{"on words that are not there", Comment{Clause: k, Quote: "ít nhất bốn đơn vị", Kind: Reword, Text: "a"}, ErrQuote},
		{"on no clause", Comment{Clause: "c999", Kind: Reword, Text: "a"}, ErrNoClause},
		{"on the empty clause", Comment{Kind: Reword, Text: "a"}, ErrNoClause},
		{"of an unknown kind", Comment{Clause: k, Kind: "khen", Text: "a"}, ErrCommentKind},
		{"without words", Comment{Clause: k, Kind: Reword}, ErrComment},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			err := CheckComment(text, x.c)
			if (x.err == nil) != (err == nil) || x.err != nil && !errors.Is(err, x.err) {
				t.Error(err)
			}
		})
	}
}

func TestResolutions(t *testing.T) {
	_, text := readPlayed(t, "c")
	c := Comment{ID: "m", Number: 1, Clause: text.At("dieu-1.khoan-2").ID, Kind: Reword, Text: "a"}
	row := Comment{ID: "m", Number: 1, Clause: text.At("phu-luc-II.dong-1").ID, Kind: Reword, Text: "a"}
	words := ptr("Sáu đơn vị thi đua.")
	tests := []struct {
		name string
		c    Comment
		r    Resolution
		err  *Error
		find string
	}{
		{"accepted with words", c, Resolution{Disposition: Accepted, Reason: "a", NewText: words}, nil, ""},
		{"accepted with an operation", c, Resolution{Disposition: PartlyAccepted, Reason: "a",
			Operations: []Operation{{Op: OpDelete, Clause: c.Clause}}}, nil, ""},
		{"accepted, nothing to change", c, Resolution{Disposition: Accepted, Reason: "a", NoTextChange: "đã đúng"}, nil, ""},
		{"accepted without result", c, Resolution{Disposition: Accepted, Reason: "a"}, ErrNoResult, ""},
		{"accepted in part without result", c, Resolution{Disposition: PartlyAccepted, Reason: "a"}, ErrNoResult, ""},
		{"accepted both ways", c, Resolution{Disposition: Accepted, Reason: "a", NewText: words, NoTextChange: "b"}, ErrBothResults, ""},
		{"declined", c, Resolution{Disposition: DeclinedExplained, Reason: "a"}, nil, ""},
		{"declined, but changing words", c, Resolution{Disposition: DeclinedExplained, Reason: "a", NewText: words}, ErrChanges, ""},
		{"noted, but changing a target", c, Resolution{Disposition: Noted, Reason: "a", Targets: []TargetChange{{Target: "T01", Drop: true}}}, ErrChanges, ""},
		{"forwarded, saying why nothing changes", c, Resolution{Disposition: Forwarded, Reason: "a", NoTextChange: "b"}, ErrChanges, ""},
		{"without reason", c, Resolution{Disposition: Noted, Reason: " "}, ErrNoReason, ""},
		{"of no disposition", c, Resolution{Disposition: "xong", Reason: "a"}, ErrDisposition, ""},
		{"on a clause that is gone", Comment{ID: "m", Clause: "c999", Kind: Reword, Text: "a"}, Resolution{Disposition: Noted, Reason: "a"}, ErrNoClause, ""},
		{"words with a label", c, Resolution{Disposition: Accepted, Reason: "a", NewText: ptr("2. Sáu đơn vị")}, ErrResolution, "label_in_text"},
		{"no words left", c, Resolution{Disposition: Accepted, Reason: "a", NewText: ptr("")}, ErrResolution, "clause_without_words"},
		{"words for a row", row, Resolution{Disposition: Accepted, Reason: "a", NewText: words}, ErrResolution, "row_takes_no_text"},
		{"add without words", c, Resolution{Disposition: Accepted, Reason: "a", Operations: []Operation{{Op: OpAdd, To: "dieu-1.khoan-3"}}}, ErrResolution, "clause_without_words"},
		{"add to the other structure", c, Resolution{Disposition: Accepted, Reason: "a", Operations: []Operation{{Op: OpAdd, To: "phan-I", Text: "a"}}}, ErrResolution, "anchor_form"},
		{"add a narrow row", c, Resolution{Disposition: Accepted, Reason: "a", Operations: []Operation{{Op: OpAdd, To: "phu-luc-II.dong-1", Cells: []string{"a"}}}}, ErrResolution, "row_width"},
		{"move nothing", c, Resolution{Disposition: Accepted, Reason: "a", Operations: []Operation{{Op: OpMove, Clause: "c999", To: "dieu-2"}}}, ErrResolution, "no_such_clause"},
		{"move with words", c, Resolution{Disposition: Accepted, Reason: "a", Operations: []Operation{{Op: OpMove, Clause: c.Clause, To: "dieu-2.khoan-1", Text: "a"}}}, ErrResolution, "invalid_operation"},
		{"an unknown operation", c, Resolution{Disposition: Accepted, Reason: "a", Operations: []Operation{{Op: "swap", Clause: c.Clause, To: "dieu-2.khoan-1"}}}, ErrResolution, "invalid_operation"},
		{"a target that is dropped and set", c, Resolution{Disposition: Accepted, Reason: "a", NewText: words, Targets: []TargetChange{{Target: "T01", Drop: true, Set: &Target{}}}}, ErrResolution, "invalid_field"},
		{"a new target without clause", c, Resolution{Disposition: Accepted, Reason: "a", NewText: words,
			Targets: []TargetChange{{Target: "T77", Set: &Target{ID: "T77", Indicator: "a", Op: ">", Value: "1"}}}}, ErrResolution, "target_without_clause"},
		{"a target with a bad number", c, Resolution{Disposition: Accepted, Reason: "a", NewText: words,
			Targets: []TargetChange{{Target: "T01", Set: &Target{ID: "T01", Indicator: "a", Op: ">", Value: "một"}}}}, ErrResolution, "invalid_field"},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			err := CheckResolution(text, x.c, x.r)
			if (x.err == nil) != (err == nil) || x.err != nil && !errors.Is(err, x.err) {
				t.Fatal(err)
			}
			if !strings.Contains(strings.Join(codes(err), ";"), x.find) {
				t.Errorf("%s is not among %v", x.find, codes(err))
			}
		})
	}
}

func TestOpenNamesExactlyWhatIsOpen(t *testing.T) {
	_, text := readPlayed(t, "c")
	k, other := text.At("dieu-1.khoan-2").ID, text.At("dieu-2.khoan-1").ID
	say := func(id string, n int, clause ClauseID) Comment {
		return Comment{ID: CommentID(id), Number: n, Agency: "C01", Clause: clause, Kind: Raise, Text: "a"}
	}
	take := func(id, words string, conflicts ...CommentID) Resolution {
		return Resolution{Comment: CommentID(id), Disposition: Accepted, Reason: "a", NewText: &words, Conflicts: conflicts}
	}
	decline := func(id string, conflicts ...CommentID) Resolution {
		return Resolution{Comment: CommentID(id), Disposition: DeclinedExplained, Reason: "a", Conflicts: conflicts}
	}
	a, b, o := say("a", 1, k), say("b", 2, k), say("o", 3, other)
	tests := []struct {
		name     string
		comments []Comment
		res      []Resolution
		want     []string
	}{
		{"nothing said", nil, nil, nil},
		{"all answered", []Comment{a, b}, []Resolution{take("a", "x"), decline("b")}, nil},
		{"one without answer", []Comment{a, b}, []Resolution{take("a", "x")}, []string{"comment_unanswered comment/b"}},
		{"both without answer", []Comment{a, b}, nil, []string{"comment_unanswered comment/a", "comment_unanswered comment/b"}},
		{"one answered twice", []Comment{a}, []Resolution{take("a", "x"), decline("a")}, []string{"comment_answered_twice comment/a"}},
		{"a stranger's answer", []Comment{a}, []Resolution{take("a", "x"), decline("z")}, []string{"answer_without_comment comment/z"}},
		{"an answer without result", []Comment{a}, []Resolution{{Comment: "a", Disposition: Accepted, Reason: "a"}}, []string{"answers_do_not_apply comment/a"}},
		{"a conflict that one side knows", []Comment{a, b}, []Resolution{take("a", "x", "b"), decline("b")}, []string{"conflict_one_sided comment/a"}},
		{"a conflict across clauses", []Comment{a, o}, []Resolution{take("a", "x", "o"), decline("o", "a")},
			[]string{"conflict_one_sided comment/a", "conflict_one_sided comment/o"}},
		{"a conflict, one declined", []Comment{a, b}, []Resolution{take("a", "x", "b"), decline("b", "a")}, nil},
		{"a conflict, both accepted differently", []Comment{a, b}, []Resolution{take("a", "x", "b"), take("b", "y", "a")}, []string{"conflict_unresolved comment/a"}},
		{"a conflict, one shared text", []Comment{a, b}, []Resolution{take("a", "x", "b"), take("b", "x", "a")}, nil},
		{"a conflict with an earlier round", []Comment{a}, []Resolution{take("a", "x", "earlier")}, nil},
		{"a place that is not there", []Comment{a}, []Resolution{{Comment: "a", Disposition: Accepted, Reason: "a",
			Operations: []Operation{{Op: OpAdd, To: "dieu-9.khoan-1", Text: "x"}}}}, []string{"answers_do_not_apply round"}},
		{"a target that loses its clause", []Comment{o}, []Resolution{{Comment: "o", Disposition: Accepted, Reason: "a",
			Operations: []Operation{{Op: OpDelete, Clause: other}}}}, []string{"target_without_clause target/T01"}},
		{"a target that goes with its clause", []Comment{o}, []Resolution{{Comment: "o", Disposition: Accepted, Reason: "a",
			Operations: []Operation{{Op: OpDelete, Clause: other}}, Targets: []TargetChange{{Target: "T01", Drop: true}}}}, nil},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			if got := details(Open(text, x.comments, x.res)); !slices.Equal(got, x.want) {
				t.Errorf("got  %v\nwant %v", got, x.want)
			}
		})
	}
}

func TestAnswersOnOneClauseFollowTheirOrder(t *testing.T) {
	_, text := readPlayed(t, "c")
	k := text.At("dieu-1.khoan-2").ID
	comments := []Comment{{ID: "a", Number: 1, Clause: k}, {ID: "b", Number: 2, Clause: k}}
	res := []Resolution{{Comment: "a", Order: 2, NewText: ptr("sau")}, {Comment: "b", Order: 1, NewText: ptr("trước")}}
	got, err := Consolidate(text, comments, res)
	if err != nil || got.Find(k).Text != "sau" {
		t.Errorf("%q, %v", got.Find(k).Text, err)
	}
	if _, err := Consolidate(text, []Comment{{ID: "a", Clause: k}}, res[:1]); !errors.Is(err, ErrUnnumbered) {
		t.Errorf("a comment without number: %v", err)
	}
}

func TestAClauseThatIsMovedKeepsItsIDChildrenAndTargets(t *testing.T) {
	_, text := readPlayed(t, "d")
	id := text.At("phan-II.C.muc-1").ID
	comments := []Comment{{ID: "a", Number: 1, Clause: id}}
	res := []Resolution{{Comment: "a", Operations: []Operation{
		{Op: OpMove, Clause: id, To: "phan-II.A.muc-1"},
		{Op: OpAdd, To: "phan-II.A.muc-1.gach-2", Text: "“Một phong trào mới”;"},
		{Op: OpAdd, To: "phan-IV", Heading: "ĐIỀU KHOẢN THI HÀNH"},
	}}}
	got, err := Consolidate(text, comments, res)
	if err != nil {
		t.Fatal(err)
	}
	if a := got.AnchorOf(id); a != "phan-II.A.muc-1" {
		t.Errorf("moved to %s", a)
	}
	if kids := got.Find(id).Children; len(kids) != 4 || kids[1].ID != "g1-2" {
		t.Errorf("children %v", kids)
	}
	if a := got.AnchorOf(got.Targets[3].Clause); a != "phan-II.A.muc-2" {
		t.Errorf("the target of the clause below stands at %s", a)
	}
	if cl := got.At("phan-IV"); cl == nil || cl.ID != "g1-3" {
		t.Errorf("added part: %v", cl)
	}
}

func TestNamesOfPlaces(t *testing.T) {
	for a, want := range map[Anchor]string{
		"dieu-4.khoan-3":         "khoản 3 Điều 4",
		"dieu-4.khoan-3.diem-dd": "điểm đ khoản 3 Điều 4",
		"phan-II.A.muc-1":        "mục 1 phần II.A",
		"phan-II.muc-1":          "mục 1 phần II",
		"phan-II.C.muc-1.gach-2": "gạch đầu dòng thứ 2 mục 1 phần II.C",
		"phu-luc-II.dong-3":      "dòng 3 Phụ lục II",
		"mo-dau":                 "phần mở đầu",
		"phan-II.Đ":              "phần II.Đ",
	} {
		if got := a.Name(); got != want {
			t.Errorf("%s is called %q, want %q", a, got, want)
		}
	}
	var labels []string
	c := Content{Clauses: []*Clause{{Kind: Preamble}, {Kind: Article, Children: []*Clause{{Kind: Paragraph, Children: []*Clause{
		{Kind: Point}, {Kind: Point}, {Kind: Point}, {Kind: Point}, {Kind: Point}}}}}, {Kind: Part, Children: []*Clause{{Kind: Letter,
		Children: []*Clause{{Kind: Section, Children: []*Clause{{Kind: Dash}}}}}}}, {Kind: Annex, Children: []*Clause{{Kind: Row}}}}}
	c.Walk(func(_ Anchor, label string, _ *Clause) { labels = append(labels, label) })
	if got := strings.Join(labels, "|"); got != "|Điều 1.|1.|a)|b)|c)|d)|đ)|I.|A.|1.|-|Phụ lục I|1" {
		t.Errorf("labels %s", got)
	}
	for _, a := range []Anchor{"", ".", "dieu-0", "dieu-01", "dieu-1000", "dieu--1", "khoan-1", "dieu-1.diem-a", "dieu-1.khoan-1.diem-f", "phan-II",
		"phu-luc-IIII", "dieu-1.", "mo-dau.khoan-1", "A"} {
		if a.Fits(Articles) {
			t.Errorf("%q is taken for a place", a)
		}
	}
}
