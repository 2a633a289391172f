package pact

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func clockAt(day, hour int) time.Time { return time.Date(2025, 12, day, hour, 0, 0, 0, ICT) }

// openRound asks B and C from the 8th at 14:00 until the 19th at 17:00.
func openRound(t *testing.T, cl *Cluster) *Round {
	t.Helper()
	r := &Round{Number: 1, Version: 1, Signer: "A", Request: Paper{Number: "2230/STP", Date: DateOf(clockAt(8, 0))},
		OpenedAt: clockAt(8, 14), DueAt: clockAt(19, 17)}
	if err := r.CheckOpen(cl); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestOpeningARound(t *testing.T) {
	cl := someCluster()
	r := openRound(t, cl)
	if !slices.Equal(r.Asked, []AgencyCode{"B", "C"}) {
		t.Errorf("asked %v: everybody but the lead is", r.Asked)
	}
	bad := &Round{Signer: "X", Asked: []AgencyCode{"B", "B", "Y"}, OpenedAt: clockAt(8, 14), DueAt: clockAt(8, 14),
		Request: Paper{Date: DateOf(clockAt(9, 0))}}
	want := []string{"missing_field request.number", "invalid_field request.date", "unknown_agency signer", "before_opening due_at",
		"duplicate_id agency/B", "unknown_agency agency/Y"}
	if got := codes(bad.CheckOpen(cl)); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestSending(t *testing.T) {
	cl := someCluster()
	one := []Comment{{Text: "a"}}
	tests := []struct {
		name string
		y    Reply
		at   time.Time
		err  *Error
	}{
		{"agreed", Reply{Agency: "B", Stance: Agree}, clockAt(10, 9), nil},
		{"agreed with comments", Reply{Agency: "B", Stance: AgreeWithComments, Comments: one}, clockAt(10, 9), nil},
		{"agreed with comments, without any", Reply{Agency: "B", Stance: AgreeWithComments}, clockAt(10, 9), ErrNeedsComments},
		{"objected without saying to what", Reply{Agency: "B", Stance: Object}, clockAt(10, 9), ErrNeedsComments},
		{"agreed wholly, with a comment", Reply{Agency: "B", Stance: Agree, Comments: one}, clockAt(10, 9), ErrTakesNoComments},
		{"no comment, with a comment", Reply{Agency: "B", Stance: NoComment, Comments: one}, clockAt(10, 9), ErrTakesNoComments},
		{"silence cannot be sent", Reply{Agency: "B", Stance: TacitAgree}, clockAt(10, 9), ErrStance},
		{"nor no stance", Reply{Agency: "B"}, clockAt(10, 9), ErrStance},
		{"the lead is not asked", Reply{Agency: "A", Stance: Agree}, clockAt(10, 9), ErrNotAskedHere},
		{"before the opening", Reply{Agency: "B", Stance: Agree}, clockAt(8, 13), ErrBeforeOpening},
		{"twice", Reply{Agency: "B", Stance: Agree, SentAt: clockAt(9, 9)}, clockAt(10, 9), ErrReplySent},
		{"paper without its scan", Reply{Agency: "B", Stance: Agree, RecordedBy: "s"}, clockAt(10, 9), ErrScan},
		{"paper with its scan", Reply{Agency: "B", Stance: Agree, RecordedBy: "s", Scan: Digest{1}}, clockAt(10, 9), nil},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			err := openRound(t, cl).CheckSend(&x.y, x.at)
			if (x.err == nil) != (err == nil) || x.err != nil && !errors.Is(err, x.err) {
				t.Error(err)
			}
		})
	}
	r := openRound(t, cl)
	r.ClosedAt = clockAt(20, 9)
	if err := r.CheckSend(&Reply{Agency: "B", Stance: Agree}, clockAt(20, 10)); !errors.Is(err, ErrRoundClosed) {
		t.Errorf("after the close: %v", err)
	}
}

func TestLateIsAfterTheExtendedDueDate(t *testing.T) {
	r := openRound(t, someCluster())
	send := func(at time.Time) bool {
		y := Reply{Agency: "B", Stance: Agree}
		y.Send(r, at)
		return y.Late
	}
	if send(r.DueAt) || !send(r.DueAt.Add(time.Second)) {
		t.Error("the due date itself is in time, a second later is late")
	}
	if err := r.Extend(r.DueAt, clockAt(18, 9)); !errors.Is(err, ErrExtension) {
		t.Errorf("an extension to the same time: %v", err)
	}
	if err := r.Extend(clockAt(23, 17), clockAt(24, 9)); !errors.Is(err, ErrExtension) {
		t.Errorf("an extension into the past: %v", err)
	}
	if err := r.Extend(clockAt(23, 17), clockAt(18, 9)); err != nil {
		t.Fatal(err)
	}
	if send(clockAt(23, 17)) || !send(clockAt(23, 18)) {
		t.Error("the extension does not count")
	}
}

func TestClosing(t *testing.T) {
	yes, no := true, false
	sent := Reply{Round: 1, Agency: "B", Stance: Agree, SentAt: clockAt(10, 9)}
	late := func(accepted *bool) Reply {
		return Reply{Round: 1, Agency: "C", Stance: NoComment, SentAt: clockAt(19, 18), Late: true, AcceptedLate: accepted}
	}
	onTime := Reply{Round: 1, Agency: "C", Stance: Agree, SentAt: clockAt(11, 9)}
	draft := Reply{Round: 1, Agency: "C", Stance: Object}
	tests := []struct {
		name     string
		c        *Reply
		tacit    bool
		reminded bool
		last     bool
		at       time.Time
		want     Stance
		open     string
	}{
		{"both replied, early", &onTime, false, false, true, clockAt(12, 9), Agree, ""},
		{"one may still reply", nil, false, true, false, clockAt(12, 9), "", "round_not_due agency/C"},
		{"tacit consent waits too", nil, true, true, false, clockAt(12, 9), "", "round_not_due agency/C"},
		{"silent, reminded", nil, false, true, false, clockAt(20, 9), NoReply, ""},
		{"a draft is no reply", &draft, false, true, false, clockAt(20, 9), NoReply, ""},
		{"silent, not reminded", nil, false, false, false, clockAt(20, 9), "", "reminder_missing agency/C"},
		{"silent in the last round", nil, false, true, true, clockAt(20, 9), "", "reply_missing agency/C"},
		{"silent, by the cluster's rule", nil, true, false, true, clockAt(20, 9), TacitAgree, ""},
		{"late, undecided", ptr(late(nil)), true, true, false, clockAt(20, 9), "", "late_reply_undecided agency/C"},
		{"late, taken", ptr(late(&yes)), false, false, true, clockAt(20, 9), NoComment, ""},
		{"late, refused, last round", ptr(late(&no)), false, true, true, clockAt(20, 9), "", "reply_missing agency/C"},
		{"late, refused, tacit", ptr(late(&no)), true, true, true, clockAt(20, 9), TacitAgree, ""},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			cl := someCluster()
			cl.Tacit.Enabled = x.tacit
			r := openRound(t, cl)
			replies := []Reply{sent}
			if x.c != nil {
				replies = append(replies, *x.c)
			}
			if x.reminded {
				r.Reminders = []Reminder{{Agency: "C", At: clockAt(17, 9)}}
			}
			_, err := r.Close(cl, replies, x.last, 1, x.at)
			if x.open != "" {
				if got := strings.Join(codes(err), ";"); got != x.open || !errors.Is(err, ErrRoundOpenItems) || !r.Open() {
					t.Errorf("open: %v, want %s", err, x.open)
				}
				return
			}
			if err != nil || r.Open() {
				t.Fatal(err)
			}
			if want := []Outcome{{"B", Agree}, {"C", x.want}}; !slices.Equal(r.Outcome, want) {
				t.Errorf("outcome %v, want %v", r.Outcome, want)
			}
		})
	}
}

func ptr[T any](v T) *T { return &v }

func TestNumbersFollowTheTimeOfSending(t *testing.T) {
	cl := someCluster()
	r := openRound(t, cl)
	r.Asked = []AgencyCode{"A", "B", "C"}
	say := func(code AgencyCode, hour int, texts ...string) Reply {
		y := Reply{Round: 1, Agency: code, Stance: Object, SentAt: clockAt(10, hour)}
		for _, s := range texts {
			y.Comments = append(y.Comments, Comment{ID: CommentID(s), Text: s})
		}
		return y
	}
	replies := []Reply{say("C", 9, "3", "4"), say("B", 9, "1", "2"), say("A", 10, "5"), {Round: 2, Agency: "A", SentAt: clockAt(9, 9), Comments: []Comment{{ID: "x"}}}}
	numbered, err := r.Close(cl, replies, true, 11, clockAt(20, 9))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i, m := range numbered {
		got = append(got, m.Text)
		if m.Number != 11+i {
			t.Errorf("comment %s has number %d", m.Text, m.Number)
		}
	}
	if !slices.Equal(got, []string{"1", "2", "3", "4", "5"}) {
		t.Errorf("order %v", got)
	}
	if replies[0].Comments[1].Number != 14 || replies[3].Comments[0].Number != 0 {
		t.Errorf("numbers in the replies: %v", replies)
	}
}

func TestAgreeing(t *testing.T) {
	closed := Round{Number: 1, ClosedAt: clockAt(20, 9), LedgerClosedAt: clockAt(21, 9), Outcome: []Outcome{{"C", NoReply}}}
	second := Round{Number: 2, ClosedAt: clockAt(30, 9), LedgerClosedAt: clockAt(31, 9), Outcome: []Outcome{{"C", TacitAgree}}}
	open := second
	open.LedgerClosedAt = time.Time{}
	for _, x := range []struct {
		rounds []Round
		want   string
	}{
		{nil, "no_round round"},
		{[]Round{closed}, "reply_missing agency/C"},
		{[]Round{closed, second}, ""},
		{[]Round{closed, open}, "round_ledger_open round"},
	} {
		if got := strings.Join(details(AgreeFindings(x.rounds)), ";"); got != x.want {
			t.Errorf("got %s, want %s", got, x.want)
		}
	}
}

func TestDueDates(t *testing.T) {
	cal := DefaultCalendar()
	if len(cal.Holidays) < 15 || len(cal.Workdays) < 3 {
		t.Fatalf("the calendar is not read: %+v", cal)
	}
	for _, h := range cal.Holidays {
		if h.Source == "" || h.Name == "" || h.To.Before(h.From) || h.From.IsZero() {
			t.Errorf("%+v needs a name, a source and days in order", h)
		}
	}
	for _, w := range cal.Workdays {
		if wd := w.Day.Time().Weekday(); w.Source == "" || wd != time.Saturday && wd != time.Sunday {
			t.Errorf("%+v is no weekend that is worked", w)
		}
	}
	tests := []struct {
		opened time.Time
		days   int
		want   string
	}{
		{time.Date(2025, 12, 8, 14, 0, 0, 0, ICT), 7, "2025-12-17T17:00:00+07:00"},
		{time.Date(2025, 12, 8, 23, 30, 0, 0, time.UTC), 1, "2025-12-10T17:00:00+07:00"}, // the 9th in Vietnam
		{time.Date(2026, 2, 13, 9, 0, 0, 0, ICT), 1, "2026-02-23T17:00:00+07:00"},        // over Tết
		{time.Date(2025, 4, 25, 9, 0, 0, 0, ICT), 1, "2025-04-26T17:00:00+07:00"},        // a Saturday that is worked
		{time.Date(2025, 12, 8, 14, 0, 0, 0, ICT), 0, "2025-12-09T17:00:00+07:00"},
	}
	for _, x := range tests {
		if got := DueAfter(x.opened, x.days, cal).Format(time.RFC3339); got != x.want {
			t.Errorf("%d working days after %s: %s, want %s", x.days, x.opened, got, x.want)
		}
	}
	r := openRound(t, someCluster())
	cl := &Cluster{RemindDays: []int{1, 3, 30}}
	if got := r.RemindTimes(cl); len(got) != 2 || !got[0].Equal(clockAt(16, 17)) || !got[1].Equal(clockAt(18, 17)) {
		t.Errorf("reminders at %v", got)
	}
}
