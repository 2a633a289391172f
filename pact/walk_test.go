package pact

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// year is a pact on a random walk through its life, as an act of workflow would lead it: permission aside, each step
// decides with the rules of this package and nothing else.
type year struct {
	t        *rapid.T
	cl       *Cluster
	p        *Pact
	draft    Draft
	versions []Version
	bytes    [][]byte // canonical bytes of each version when it was made
	rounds   []Round
	replies  []Reply
	hall     []Comment
	res      []Resolution
	laid     int
	now      time.Time
	nextID   int
}

func newYear(t *rapid.T) *year {
	y := &year{t: t, cl: someCluster(), p: &Pact{Cluster: "k"}, now: noon}
	y.cl.Tacit.Enabled = rapid.Bool().Draw(t, "tacit")
	must(t, y.p.Move(ActPactCreate))
	clauses, err := BuildClauses(Articles, []Placed{
		{Anchor: "mo-dau", Text: "Các đơn vị thống nhất:"}, {Anchor: "dieu-1", Heading: "Chủ đề"},
		{Anchor: "dieu-1.khoan-1", Text: "đạt ít nhất 30% việc"}, {Anchor: "dieu-1.khoan-2", Text: "hai"},
		{Anchor: "dieu-1.khoan-2.diem-a", Text: "điểm a"}, {Anchor: "dieu-2", Heading: "Trách nhiệm", Text: "chung"},
		{Anchor: "phu-luc-I", Heading: "BẢNG", Table: &Table{Content: OwnTable, Columns: []string{"STT", "Tên"}}},
		{Anchor: "phu-luc-I.dong-1", Cells: []string{"một"}},
	})
	must(t, err)
	y.draft.Content = Content{Structure: Articles, TypeName: "BẢN GIAO ƯỚC", Subject: "Năm 2026", Clauses: clauses}
	y.draft.Assign()
	y.draft.Content.Targets = []Target{{ID: "T01", Clause: "c3", Block: AllBlocks, Indicator: "việc", Unit: "%", Op: ">=", Value: "30"}}
	return y
}

func must(t *rapid.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (y *year) text() *Content { return &y.versions[len(y.versions)-1].Content }

func (y *year) addVersion(c Content, cause string) {
	must(y.t, c.Check())
	b, err := CanonicalVersion(c)
	must(y.t, err)
	if n := len(y.bytes); n > 0 && bytes.Equal(b, y.bytes[n-1]) {
		return
	}
	y.bytes = append(y.bytes, b)
	y.versions = append(y.versions, Version{Number: len(y.versions) + 1, SHA256: DigestOf(b), Content: c, Cause: cause})
	y.p.Text = len(y.versions)
}

func (y *year) round() *Round { return &y.rounds[len(y.rounds)-1] }

// comments are those of the round that count, in the order of their numbers.
func (y *year) comments(round int) (all []Comment) {
	for _, r := range y.replies {
		if r.Round == round && r.Counts() {
			all = append(all, r.Comments...)
		}
	}
	slices.SortFunc(all, func(a, b Comment) int { return a.Number - b.Number })
	return all
}

func (y *year) answers(round int) (all []Resolution) {
	for _, r := range y.res {
		if r.Round == round {
			all = append(all, r)
		}
	}
	return all
}

func (y *year) clause(c *Content) ClauseID {
	var ids []ClauseID
	c.Walk(func(_ Anchor, _ string, cl *Clause) { ids = append(ids, cl.ID) })
	return rapid.SampledFrom(ids).Draw(y.t, "clause")
}

func (y *year) say(agency AgencyCode, round int) Comment {
	y.nextID++
	return Comment{ID: CommentID(fmt.Sprint("m", y.nextID)), Round: round, Agency: agency, Clause: y.clause(y.text()),
		Kind: rapid.SampledFrom(commentKinds).Draw(y.t, "kind"), Text: "ý kiến", At: y.now}
}

// act tries one act; the answer is the refusal of the rules.
func (y *year) act(a Act) error {
	if err := y.p.Allow(a); err != nil {
		return err
	}
	switch a {
	case ActRoundOpen:
		if len(y.versions) == 0 {
			y.addVersion(y.draft.Content.Clone(), "draft")
		} else if y.round().LedgerClosedAt.IsZero() {
			return OpenLedger
		}
		r := Round{Number: len(y.rounds) + 1, Version: y.p.Text, Signer: "A", Request: Paper{Number: "1", Date: DateIn(y.now)},
			OpenedAt: y.now, DueAt: y.now.Add(48 * time.Hour)}
		must(y.t, r.CheckOpen(y.cl))
		y.rounds = append(y.rounds, r)
	case ActRoundRemind:
		y.round().Reminders = append(y.round().Reminders, Reminder{Agency: rapid.SampledFrom(y.round().Asked).Draw(y.t, "reminded"), At: y.now})
	case ActRoundExtend:
		return y.round().Extend(y.now.Add(time.Duration(rapid.IntRange(-10, 100).Draw(y.t, "hours"))*time.Hour), y.now)
	case ActReplySend:
		return y.send()
	case ActReplyLateDecide:
		for i := range y.replies {
			if r := &y.replies[i]; r.Round == y.round().Number && r.Late {
				return r.DecideLate(y.round(), rapid.Bool().Draw(y.t, "taken"))
			}
		}
		return ErrNotLate
	case ActRoundClose:
		numbered, err := y.round().Close(y.cl, y.replies, rapid.Bool().Draw(y.t, "last"), y.p.Comments+1, y.now)
		if err != nil {
			return err
		}
		y.p.Comments += len(numbered)
	case ActCommentResolve:
		return y.resolve()
	case ActLedgerClose:
		r := y.round()
		if !r.LedgerClosedAt.IsZero() {
			return OpenLedger
		}
		if err := y.fold(r.Number, y.comments(r.Number)); err != nil {
			return err
		}
		r.LedgerClosedAt = y.now
	case ActTextAgree:
		if f := AgreeFindings(y.rounds); len(f) > 0 {
			return ErrRoundOpenItems.Listing(f...)
		}
		y.laid = y.p.Text
	case ActTextReopen:
		if len(y.hall) > 0 {
			return OpenLedger
		}
	case ActHallComment:
		y.p.Comments++
		m := y.say("B", 0)
		m.Clause, m.Number = y.clause(&y.versions[y.laid-1].Content), y.p.Comments
		y.hall = append(y.hall, m)
	case ActAdopt:
		if err := y.fold(0, y.hall); err != nil {
			return err
		}
		a := &Adoption{Version: y.p.Text, Conference: Conference{Date: DateIn(y.now)}, Quorum: Quorum{Required: 2, Present: 3},
			Vote: Vote{Agree: rapid.IntRange(1, 3).Draw(y.t, "agree")}}
		a.Vote.Disagree = 3 - a.Vote.Agree
		if err := a.Check(y.cl, *y.text()); err != nil {
			return err
		}
		y.p.Adoption = a
	case ActAdoptUndo:
		y.p.Adoption = nil
	case ActPaperFreeze:
		y.p.Issue = &Issue{Order: []AgencyCode{"A", "B", "C"}, LevelMin: LevelT, Version: y.p.Adoption.Version}
	case ActPaperUnfreeze:
		y.p.Issue = nil
	case ActSigningOpen:
		y.p.Signing = &SigningPhase{OpenedAt: y.now}
	case ActSign:
		if left := y.p.unsigned(); len(left) > 0 {
			level := rapid.SampledFrom([]Level{LevelB, LevelT}).Draw(y.t, "level")
			y.p.Signing.Signatures = append(y.p.Signing.Signatures, Signature{Agency: left[0], Level: level})
		}
	case ActStamp:
		for i := range y.p.Signing.Signatures {
			y.p.Signing.Signatures[i].Level = LevelT
		}
	case ActSigningClose:
		if len(y.p.unsigned()) == 0 || y.p.Signing.Close != nil {
			return ErrSigningEnded
		}
		y.p.Signing.Close = &SigningClose{By: "A", Reason: "hết hạn", At: y.now}
	}
	return y.p.Move(a)
}

func (y *year) send() error {
	agency := rapid.SampledFrom([]AgencyCode{"A", "B", "C"}).Draw(y.t, "agency")
	stance := rapid.SampledFrom([]Stance{Agree, AgreeWithComments, NoComment, Object, NoReply}).Draw(y.t, "stance")
	r := Reply{Round: y.round().Number, Agency: agency, Stance: stance}
	if had := y.round().of(agency, y.replies); had != nil {
		return y.round().CheckSend(had, y.now)
	}
	for range rapid.IntRange(0, 3).Draw(y.t, "comments") {
		r.Comments = append(r.Comments, y.say(agency, r.Round))
	}
	if err := y.round().CheckSend(&r, y.now); err != nil {
		return err
	}
	r.Send(y.round(), y.now)
	y.replies = append(y.replies, r)
	return nil
}

// resolve answers some comment of the present ledger, or answers it anew.
func (y *year) resolve() error {
	round, list, base := 0, y.hall, *y.text()
	if y.p.State == Consolidating {
		if r := y.round(); r.LedgerClosedAt.IsZero() {
			round, list, base = r.Number, y.comments(r.Number), y.versions[r.Version-1].Content
		} else {
			return OpenLedger
		}
	} else {
		base = y.versions[y.laid-1].Content
	}
	if len(list) == 0 {
		return OpenNoRound
	}
	m := rapid.SampledFrom(list).Draw(y.t, "comment")
	for _, x := range list { // mostly the first one without an answer
		open := !slices.ContainsFunc(y.res, func(r Resolution) bool { return r.Comment == x.ID })
		if open && rapid.IntRange(0, 4).Draw(y.t, "next") > 0 {
			m = x
			break
		}
	}
	r := Resolution{Comment: m.ID, Round: round, Reason: "lý do", Order: len(y.answers(round)) + 1,
		Disposition: rapid.SampledFrom([]Disposition{Accepted, PartlyAccepted, DeclinedExplained, Noted, Forwarded}).Draw(y.t, "disposition")}
	if rapid.Bool().Draw(y.t, "words") {
		r.NewText = ptr(rapid.SampledFrom([]string{"đạt ít nhất 30% việc, rõ hơn", "đạt ít nhất 30% việc, mạnh hơn"}).Draw(y.t, "new text"))
	}
	for range rapid.IntRange(0, 2).Draw(y.t, "operations") {
		r.Operations = append(r.Operations, y.operation(&base))
	}
	if rapid.IntRange(0, 3).Draw(y.t, "no change") == 0 {
		r.NoTextChange = "đã đúng"
	}
	err := CheckResolution(base, m, r)
	if r.Disposition.Accepts() && !r.Changes() && r.NoTextChange == "" && err == nil {
		y.t.Fatal("accepted without a result and without saying why")
	}
	if err != nil {
		return err
	}
	others := slices.DeleteFunc(y.answers(round), func(x Resolution) bool { return x.Comment == m.ID })
	next, err := Consolidate(base, list, append(others, r))
	if err != nil {
		return err
	}
	if err := next.Check(); err != nil {
		return err
	}
	y.res = append(slices.DeleteFunc(y.res, func(x Resolution) bool { return x.Comment == m.ID }), r)
	return nil
}

func (y *year) operation(base *Content) Operation {
	places := []Anchor{"dieu-1", "dieu-2", "dieu-3", "dieu-1.khoan-1", "dieu-1.khoan-3", "dieu-2.khoan-1", "dieu-1.khoan-2.diem-a", "phu-luc-I.dong-1", "phu-luc-I.dong-2", "phu-luc-II", "phan-I"}
	o := Operation{Op: rapid.SampledFrom([]OpKind{OpAdd, OpMove, OpDelete}).Draw(y.t, "op"), Clause: y.clause(base)}
	if o.Op != OpDelete {
		o.To = rapid.SampledFrom(places).Draw(y.t, "to")
	}
	if o.Op == OpAdd {
		o.Clause = ""
		if o.Cells = []string{"ô"}; !strings.Contains(string(o.To), "dong") {
			o.Cells, o.Text = nil, "lời văn mới"
		}
	}
	return o
}

// fold closes a ledger: what Open names is exactly what is missing.
func (y *year) fold(round int, list []Comment) error {
	base := y.versions[max(y.laid, 1)-1].Content
	if round > 0 {
		base = y.versions[y.round().Version-1].Content
	}
	answers := y.answers(round)
	open := Open(base, list, answers)
	var want, got []string
	for _, m := range list {
		if !slices.ContainsFunc(answers, func(r Resolution) bool { return r.Comment == m.ID }) {
			want = append(want, "comment/"+string(m.ID))
		}
	}
	for _, d := range open {
		got = append(got, d.Ref)
	}
	if !slices.Equal(got, want) {
		y.t.Fatalf("open: %v, without answer: %v", open, want)
	}
	if len(open) > 0 {
		return ErrRoundOpenItems.Listing(open...)
	}
	if n := len(list); n != len(answers) {
		y.t.Fatalf("%d comments and %d answers", n, len(answers))
	}
	next, err := Consolidate(base, list, answers)
	must(y.t, err)
	shuffled := slices.Clone(answers)
	slices.Reverse(shuffled)
	again, err := Consolidate(base, list, shuffled)
	must(y.t, err)
	a, _ := CanonicalVersion(next)
	if b, _ := CanonicalVersion(again); !bytes.Equal(a, b) {
		y.t.Fatal("the order in which answers are handed over changes the text")
	}
	y.addVersion(next, "round")
	return nil
}

// holds are the invariants that no step may break.
func (y *year) holds() {
	t := y.t
	if !slices.Contains(States(), y.p.State) {
		t.Fatalf("no such state: %s", y.p.State)
	}
	for i := range y.rounds {
		if r := &y.rounds[i]; !r.LedgerClosedAt.IsZero() {
			for _, m := range y.comments(r.Number) {
				n := 0
				for _, x := range y.res {
					if x.Comment == m.ID {
						n++
					}
				}
				if n != 1 {
					t.Fatalf("comment %d of the closed round %d has %d answers", m.Number, r.Number, n)
				}
			}
		}
	}
	after := func(s ...State) bool { return slices.Contains(s, y.p.State) }
	if (y.p.Adoption != nil) != after(Adopted, Frozen, Signing, Sealed, SealedIncomplete, Archived) && y.p.State != Withdrawn {
		t.Fatalf("adoption %v in %s", y.p.Adoption, y.p.State)
	}
	if after(Sealed) && len(y.p.unsigned()) > 0 || after(SealedIncomplete) && (len(y.p.unsigned()) == 0 || y.p.Signing.Close == nil) {
		t.Fatalf("%s with %v unsigned", y.p.State, y.p.unsigned())
	}
}

// keeps holds at the end of a walk: no version changed, each comes back from its bytes, and the record can be written.
func (y *year) keeps() {
	t := y.t
	for i, v := range y.versions {
		b, err := CanonicalVersion(v.Content)
		if err != nil || !bytes.Equal(b, y.bytes[i]) || DigestOf(b) != v.SHA256 {
			t.Fatalf("version %d changed", v.Number)
		}
		if back, err := DecodeVersion(b); err != nil || back.Check() != nil {
			t.Fatalf("version %d does not come back: %v", v.Number, err)
		}
	}
	if len(y.versions) > 0 {
		c := Consultation{Cluster: y.cl, Versions: y.versions, Rounds: y.rounds, Replies: y.replies, Hall: y.hall, HallVersion: y.laid, Resolutions: y.res}
		if _, err := Ledger(c); err != nil && !errors.Is(err, ErrLedgerGap) {
			t.Fatal(err)
		}
	}
}

func TestNoWalkReachesAnIllegalState(t *testing.T) {
	reached := map[State]int{}
	rapid.Check(t, func(t *rapid.T) {
		y := newYear(t)
		acts := Acts()[1:]
		for range rapid.IntRange(40, 160).Draw(t, "steps") {
			y.now = y.now.Add(time.Duration(rapid.SampledFrom([]int{0, 1, 20, 60, 100}).Draw(t, "hours")) * time.Hour)
			before := y.p.State
			var possible []Act // most steps try what the state allows, so that walks get far
			for _, a := range acts {
				back := slices.Contains([]Act{ActWithdraw, ActTextReopen, ActAdoptUndo, ActPaperUnfreeze}, a)
				more := a == ActRoundOpen && len(y.rounds) > 2 || a == ActHallComment && len(y.hall) > 2 || a == ActRoundRemind || a == ActRoundExtend
				if y.p.Allow(a) == nil && (!back && !more || rapid.IntRange(0, 49).Draw(t, "back") == 33) {
					possible = append(possible, a)
				}
			}
			from := acts
			if len(possible) > 0 && rapid.IntRange(0, 19).Draw(t, "legal") > 0 {
				from = possible
			}
			a := rapid.SampledFrom(from).Draw(t, "act")
			err := y.act(a)
			if err != nil && y.p.State != before {
				t.Fatalf("%s was refused and still moved %s to %s", a, before, y.p.State)
			}
			if err == nil && !slices.ContainsFunc(transitions, func(x transition) bool { return x.from == before && x.act == a && x.to == y.p.State }) {
				t.Fatalf("%s led from %s to %s", a, before, y.p.State)
			}
			y.holds()
			reached[y.p.State]++
		}
		y.keeps()
	})
	t.Logf("steps that ended in each state: %v", reached)
	for _, s := range []State{InReview, Consolidating, Agreed, Adopted, Frozen, Signing} {
		if reached[s] == 0 {
			t.Errorf("no walk came as far as %s: the property says little", s)
		}
	}
}

func TestAddMoveAndDeleteKeepTheTree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y := newYear(t)
		c := y.draft.Content.Clone()
		for i := range rapid.IntRange(1, 30).Draw(t, "steps") {
			var all []ClauseID
			c.Walk(func(_ Anchor, _ string, cl *Clause) { all = append(all, cl.ID) })
			if len(all) == 0 {
				return
			}
			before := c.Clone()
			id := rapid.SampledFrom(all).Draw(t, "clause")
			o := y.operation(&c)
			size := 0
			(&Content{Clauses: []*Clause{c.Find(id)}}).Walk(func(Anchor, string, *Clause) { size++ })
			want := len(all)
			cl := &Clause{ID: ClauseID(fmt.Sprint("n", i)), Text: o.Text, Cells: o.Cells}
			switch o.Op {
			case OpAdd:
				want++
			case OpMove:
				cl, _ = c.Take(id)
			case OpDelete:
				_, err := c.Take(id)
				must(t, err)
				want -= size
			}
			if o.Op != OpDelete {
				if err := c.Place(o.To, cl); err != nil {
					c = before
					continue
				}
				if a := c.AnchorOf(cl.ID); a != o.To {
					t.Fatalf("placed at %s, stands at %s", o.To, a)
				}
			}
			ids, anchors := map[ClauseID]bool{}, map[Anchor]bool{}
			c.Walk(func(a Anchor, label string, cl *Clause) {
				if ids[cl.ID] || anchors[a] {
					t.Fatalf("%s or %s stands twice", cl.ID, a)
				}
				ids[cl.ID], anchors[a] = true, true
				if !a.Fits(c.Structure) || c.At(a) != cl || c.Find(cl.ID) != cl || c.AnchorOf(cl.ID) != a {
					t.Fatalf("%s and %s do not name each other", a, cl.ID)
				}
			})
			if len(ids) != want {
				t.Fatalf("%s left %d clauses, want %d", o.Op, len(ids), want)
			}
			for j, cl := range c.Clauses {
				if cl.Kind == Annex && j+1 < len(c.Clauses) && c.Clauses[j+1].Kind != Annex {
					t.Fatal("something stands behind an annex")
				}
			}
		}
	})
}
