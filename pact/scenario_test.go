package pact

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// played is one cluster year as testdata/scenarios holds it: the first draft, and the comments with their answers round by
// round, the hall last. The text beside it was numbered by an independent program.
type played struct {
	Content
	Clauses []Placed
	Targets []struct {
		Anchor Anchor
		Target Target
	}
	Names  map[AgencyCode]string
	Rounds [][]answered
}

// answered is a comment with its answer; anchors are read in the text that its round began with.
type answered struct {
	ID, Agency, Quote, Text, Proposal, Reason, NoTextChange string
	Anchor                                                  Anchor
	Kind                                                    CommentKind
	Disposition                                             Disposition
	NewText                                                 *string
	Dissent                                                 bool
	Conflicts                                               []CommentID
	Operations                                              []struct {
		Operation
		Anchor Anchor
	}
	Targets []TargetChange
}

func readPlayed(t testing.TB, code string) (p played, first Content) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "scenarios", code+".json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &p); err != nil {
		t.Fatal(err)
	}
	d := Draft{Content: p.Content}
	if d.Content.Clauses, err = BuildClauses(p.Structure, p.Clauses); err != nil {
		t.Fatal(err)
	}
	d.Assign()
	for _, x := range p.Targets {
		x.Target.Clause = d.Content.At(x.Anchor).ID
		d.Content.Targets = append(d.Content.Targets, x.Target)
	}
	if err := d.Content.Check(); err != nil {
		t.Fatal(err)
	}
	return p, d.Content
}

// round translates the anchors of one round into ids of its text and numbers its comments from n on.
func (p *played) round(t testing.TB, i, n int, text Content) (comments []Comment, res []Resolution) {
	t.Helper()
	for _, a := range p.Rounds[i] {
		at := func(x Anchor) ClauseID {
			cl := text.At(x)
			if cl == nil {
				t.Fatalf("%s: no clause at %s", a.ID, x)
			}
			return cl.ID
		}
		m := Comment{ID: CommentID(a.ID), Round: i + 1, Agency: AgencyCode(a.Agency), Number: n + len(comments), Clause: at(a.Anchor),
			Quote: a.Quote, Kind: a.Kind, Text: a.Text, Proposal: a.Proposal}
		r := Resolution{Comment: m.ID, Round: i + 1, Disposition: a.Disposition, Reason: a.Reason, NewText: a.NewText, Targets: a.Targets,
			NoTextChange: a.NoTextChange, Dissent: a.Dissent, Conflicts: a.Conflicts, Order: len(res) + 1}
		for _, o := range a.Operations {
			if o.Op != OpAdd {
				o.Operation.Clause = at(o.Anchor)
			}
			r.Operations = append(r.Operations, o.Operation)
		}
		comments, res = append(comments, m), append(res, r)
	}
	return comments, res
}

func TestScenariosConsolidateToTheTextOfTheReference(t *testing.T) {
	for _, code := range []string{"b", "c", "d"} {
		t.Run(code, func(t *testing.T) {
			p, text := readPlayed(t, code)
			n := 1
			for i := range p.Rounds {
				comments, res := p.round(t, i, n, text)
				n += len(comments)
				for j := range comments {
					if err := CheckResolution(text, comments[j], res[j]); err != nil {
						t.Errorf("%s: %v", comments[j].ID, err)
					}
				}
				if open := Open(text, comments, res); len(open) > 0 {
					t.Errorf("round %d: %v", i+1, open)
				}
				before, _ := CanonicalVersion(text)
				next, err := Consolidate(text, comments, res)
				if err != nil {
					t.Fatal(err)
				}
				if after, _ := CanonicalVersion(text); string(after) != string(before) {
					t.Fatal("consolidation changed its base")
				}
				text = next
			}
			if f := text.FigureFindings(); len(f) > 0 {
				t.Errorf("figures: %v", f)
			}
			if f := text.ReferenceFindings(); len(f) > 0 {
				t.Errorf("references: %v", f)
			}
			want, err := os.ReadFile(filepath.Join("testdata", "scenarios", code+".txt"))
			if err != nil {
				t.Fatal(err)
			}
			if got := plain(text, p.Names); got != string(want) {
				t.Errorf("text differs:\n%s", firstDifference(got, string(want)))
			}
		})
	}
}

// plain prints a text the way the reference does.
func plain(c Content, names map[AgencyCode]string) string {
	var b strings.Builder
	join := func(sep string, s ...string) {
		b.WriteString(strings.Join(slices.DeleteFunc(s, func(x string) bool { return x == "" }), sep) + "\n")
	}
	levels := map[string]string{"tinh": "Cấp tỉnh", "bo": "Bộ Tư pháp", "chinh_phu": "Chính phủ"}
	c.Walk(func(a Anchor, label string, cl *Clause) {
		switch cl.Kind {
		case Annex:
			b.WriteString("\n")
			join("\n", label, cl.Heading, cl.Text)
			fmt.Fprintln(&b, strings.Join(cl.Table.Columns, " | "))
			switch cl.Table.Content {
			case RegistrationTable:
				for i, r := range c.Registrations {
					fmt.Fprintf(&b, "%d | %s | %s | %s | %s\n", i+1, names[r.Agency], r.Award, levels[r.Level], r.Note)
				}
			case TargetTable:
				for i, t := range c.Targets {
					fmt.Fprintf(&b, "%d | %s | %s | %s %s | %s | %s\n", i+1, t.Indicator, t.Unit, t.Op, t.Value, t.Block, t.Source)
				}
			}
		case Row:
			join(" | ", append([]string{label}, cl.Cells...)...)
		default:
			head := strings.TrimSpace(label + " " + cl.Heading)
			sep := " "
			if cl.Heading != "" {
				sep = "\n"
			}
			join(sep, head, cl.Text)
		}
	})
	b.WriteString("\n")
	for _, t := range c.Targets {
		score := string(t.MaxScore)
		if score == "" {
			score = "-"
		}
		fmt.Fprintf(&b, "%s %s: %s %s %s %s (%s)\n", t.ID, c.AnchorOf(t.Clause), t.Indicator, t.Op, t.Value, t.Unit, score)
	}
	return b.String()
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		if i >= len(g) || i >= len(w) || g[i] != w[i] {
			return fmt.Sprintf("line %d\n got %q\nwant %q", i+1, at(g, i), at(w, i))
		}
	}
	return ""
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return "(nothing)"
}

// someCluster is a small cluster with every formula, for the tests of rules.
func someCluster() *Cluster {
	day := func(y, m, d int) Date { return Date{Year: y, Month: time.Month(m), Day: d} }
	head := func(name string) []Head {
		return []Head{{Name: name, Position: "Giám đốc", Formula: "GIÁM ĐỐC"}}
	}
	return &Cluster{
		ID: "k", Code: "CTD", Kind: Cum, Name: "Cụm thi đua", Year: 2026, Lead: "A", Deputies: []AgencyCode{"B"},
		Blocks: []Block{{Code: "STP", Name: "Khối Sở Tư pháp", Period: Period{day(2026, 1, 1), day(2026, 12, 31)}}},
		Agencies: []Agency{
			{Code: "A", Block: "STP", Names: []DatedName{{Name: "Sở A"}}, Heads: head("Trần An")},
			{Code: "B", Block: "STP", Names: []DatedName{{Name: "Sở B"}, {Name: "Sở B mới", From: day(2026, 4, 30)}}, Heads: head("Lê Bình")},
			{Code: "C", Block: "STP", Names: []DatedName{{Name: "Sở C"}}, Heads: []Head{
				{Name: "Vũ Chi", Position: "Giám đốc", Formula: "GIÁM ĐỐC"},
				{Name: "Hồ Cúc", Position: "Quyền Giám đốc", Formula: "Q. GIÁM ĐỐC", From: day(2026, 1, 26),
					Authority: &AuthorityPaper{Number: "87/QĐ", Date: day(2026, 1, 21)}},
			}},
		},
	}
}
