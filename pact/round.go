package pact

import (
	"cmp"
	"slices"
	"time"
)

// Refusals in a round.
var (
	ErrRound = Problem(Invalid, "invalid_round",
		"Đợt lấy ý kiến chưa hợp lệ; xem từng điểm bên dưới.",
		"The round is not valid yet; see each finding below.")
	ErrRoundClosed = Problem(Conflict, "round_closed",
		"Đợt góp ý {round} đã chốt, không nhận thêm trả lời.",
		"Round {round} is closed and takes no more replies.")
	ErrNotAskedHere = Problem(Invalid, "agency_not_asked",
		"Đơn vị {agency} không có trong danh sách lấy ý kiến của đợt này.",
		"{agency} was not asked in this round.")
	ErrReplySent = Problem(Conflict, "reply_already_sent",
		"Đơn vị {agency} đã gửi trả lời trong đợt này.",
		"{agency} has sent its reply in this round already.")
	ErrStance = Problem(Invalid, "unknown_stance",
		"Không có loại trả lời “{stance}”.",
		"There is no stance “{stance}” to send.")
	ErrNeedsComments = Problem(Invalid, "stance_needs_comments",
		"Trả lời “{stance}” phải có ít nhất một góp ý.",
		"A reply that says “{stance}” needs at least one comment.")
	ErrTakesNoComments = Problem(Invalid, "stance_takes_no_comments",
		"Trả lời “{stance}” không kèm góp ý; hãy chọn “nhất trí, có góp ý” hoặc bỏ {count} góp ý.",
		"A reply that says “{stance}” has no comments; choose to agree with comments, or remove the {count} there are.")
	ErrBeforeOpening = Problem(Invalid, "before_opening",
		"Thời điểm {at} sớm hơn lúc mở đợt góp ý ({opened}).",
		"{at} is before the round opened ({opened}).")
	ErrScan = Problem(Invalid, "scan_missing",
		"Trả lời bằng giấy do tổ thư ký nhập phải kèm bản quét công văn.",
		"A paper reply that the secretariat records needs the scanned letter.")
	ErrNotLate = Problem(Conflict, "reply_not_late",
		"Trả lời của {agency} đúng hạn, không cần quyết định.",
		"The reply of {agency} is in time; nothing is to be decided.")
	ErrExtension = Problem(Invalid, "extension_not_later",
		"Thời hạn mới {to} phải sau thời hạn hiện tại ({due}) và sau thời điểm này.",
		"The new due date {to} must be later than the present one ({due}) and than now.")
	ErrRoundOpenItems = Problem(Conflict, "round_not_ready",
		"Chưa thể chốt đợt góp ý {round}; xem từng việc còn lại bên dưới.",
		"Round {round} cannot be closed yet; see what is left below.")
)

// What keeps a round, or the text after it, from going on.
var (
	OpenNoReply = Problem(Conflict, "reply_missing",
		"{agency} chưa trả lời; đợt cuối cần trả lời của mọi đơn vị được hỏi, hoặc quy ước “im lặng là đồng ý” của cụm.",
		"{agency} has not replied; the last round needs a reply of everybody asked, or the cluster's rule of tacit consent.")
	OpenNoReminder = Problem(Conflict, "reminder_missing",
		"{agency} chưa trả lời và chưa được nhắc; hãy nhắc và ghi nhận trước khi chốt.",
		"{agency} has neither replied nor been reminded; remind it, on record, before closing.")
	OpenLate = Problem(Conflict, "late_reply_undecided",
		"Trả lời trễ hạn của {agency} chưa được đơn vị chủ trì quyết định nhận hay không.",
		"The lead has not decided yet whether the late reply of {agency} counts.")
	OpenNotDue = Problem(Conflict, "round_not_due",
		"{agency} còn thời gian trả lời đến {due}.",
		"{agency} has time to reply until {due}.")
	OpenLedger = Problem(Conflict, "round_ledger_open",
		"Bản tổng hợp của đợt góp ý {round} chưa chốt.",
		"The ledger of round {round} is not closed.")
	OpenNoRound = Problem(Conflict, "no_round",
		"Dự thảo chưa được gửi lấy ý kiến đợt nào.",
		"The text has not been circulated in any round.")
)

// moment writes a time as people of the cluster read it.
func moment(t time.Time) string { return t.In(ICT).Format("15:04 02/01/2006") }

// CheckOpen says whether the round may open: a dated request of a member, due after the opening, asked of members. Nobody
// named means every member but the lead, and is filled in.
func (r *Round) CheckOpen(cl *Cluster) error {
	var f findings
	if len(r.Asked) == 0 {
		for _, a := range cl.Agencies {
			if a.Code != cl.Lead {
				r.Asked = append(r.Asked, a.Code)
			}
		}
	}
	f.needed("request.number", r.Request.Number)
	f.line("request.number", "request.number", r.Request.Number)
	if r.Request.Date.IsZero() || DateIn(r.OpenedAt).Before(r.Request.Date) {
		f.add("request.date", ErrField.With("field", "request.date").With("value", r.Request.Date))
	}
	if cl.Agency(r.Signer) == nil {
		f.add("signer", ErrMember.With("agency", r.Signer))
	}
	if !r.DueAt.After(r.OpenedAt) {
		f.add("due_at", ErrBeforeOpening.With("at", moment(r.DueAt)).With("opened", moment(r.OpenedAt)))
	}
	seen := map[AgencyCode]bool{}
	for _, code := range r.Asked {
		switch {
		case cl.Agency(code) == nil:
			f.add("agency/"+string(code), ErrMember.With("agency", code))
		case seen[code]:
			f.add("agency/"+string(code), ErrDuplicate.With("id", code))
		}
		seen[code] = true
	}
	if len(r.Asked) == 0 {
		f.add("asked", ErrMissing.With("field", "asked"))
	}
	if f.list != nil {
		return ErrRound.Listing(f.list...)
	}
	return nil
}

// Extend moves the due date to a later time.
func (r *Round) Extend(to, now time.Time) error {
	if !r.Open() {
		return ErrRoundClosed.With("round", r.Number)
	}
	if !to.After(r.Due()) || !to.After(now) {
		return ErrExtension.With("to", moment(to)).With("due", moment(r.Due()))
	}
	r.ExtendedTo = to
	return nil
}

// of is the agency's reply in this round; nil when there is none.
func (r *Round) of(code AgencyCode, replies []Reply) *Reply {
	for i := range replies {
		if y := &replies[i]; y.Agency == code && y.Round == r.Number {
			return y
		}
	}
	return nil
}

// Silent lists who was asked and has sent nothing yet, in the order of asking.
func (r *Round) Silent(replies []Reply) (silent []AgencyCode) {
	for _, code := range r.Asked {
		if y := r.of(code, replies); y == nil || !y.Sent() {
			silent = append(silent, code)
		}
	}
	return silent
}

// RemindTimes are the moments at which silent agencies are reminded, earliest first: so many days before the due date, at
// its hour.
func (r *Round) RemindTimes(cl *Cluster) (times []time.Time) {
	for _, days := range cl.RemindDays {
		if t := r.Due().AddDate(0, 0, -days); t.After(r.OpenedAt) {
			times = append(times, t)
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	return times
}

// CheckSend says whether the reply may be sent in this round at that time: once, by somebody asked, with comments exactly
// when the stance has any. Whether each comment is on the text is for CheckComment.
func (r *Round) CheckSend(y *Reply, now time.Time) error {
	switch {
	case !r.Open():
		return ErrRoundClosed.With("round", r.Number)
	case !slices.Contains(r.Asked, y.Agency):
		return ErrNotAskedHere.With("agency", y.Agency)
	case y.Sent():
		return ErrReplySent.With("agency", y.Agency)
	case now.Before(r.OpenedAt):
		return ErrBeforeOpening.With("at", moment(now)).With("opened", moment(r.OpenedAt))
	case y.RecordedBy != "" && y.Scan.IsZero():
		return ErrScan
	}
	switch y.Stance {
	case AgreeWithComments, Object:
		if len(y.Comments) == 0 {
			return ErrNeedsComments.With("stance", y.Stance)
		}
	case Agree, NoComment:
		if n := len(y.Comments); n > 0 {
			return ErrTakesNoComments.With("stance", y.Stance).With("count", n)
		}
	default:
		return ErrStance.With("stance", string(y.Stance))
	}
	return nil
}

// Send makes the draft a reply that arrived at now; after the due date it is late and waits for the lead's decision.
func (y *Reply) Send(r *Round, now time.Time) {
	y.SentAt = now
	y.Late = now.After(r.Due())
	y.AcceptedLate = nil
}

// DecideLate is the lead's decision on a late reply; it may change until the round closes.
func (y *Reply) DecideLate(r *Round, accept bool) error {
	switch {
	case !r.Open():
		return ErrRoundClosed.With("round", r.Number)
	case !y.Sent() || !y.Late:
		return ErrNotLate.With("agency", y.Agency)
	}
	y.AcceptedLate = &accept
	return nil
}

// outcome is what silence or a reply counts as. Tacit consent comes from the cluster's rule alone.
func (r *Round) outcome(cl *Cluster, code AgencyCode, replies []Reply) Stance {
	switch y := r.of(code, replies); {
	case y != nil && y.Counts():
		return y.Stance
	case cl.Tacit.Enabled:
		return TacitAgree
	}
	return NoReply
}

// CloseFindings lists exactly what keeps the round from closing at that time; last says that no other round will follow.
// An agency that has sent nothing, or a late reply that the lead refused, needs the cluster's rule of tacit consent or,
// before the last round, a documented reminder.
func (r *Round) CloseFindings(cl *Cluster, replies []Reply, last bool, now time.Time) []Detail {
	var f findings
	for _, code := range r.Asked {
		y, ref := r.of(code, replies), "agency/"+string(code)
		say := func(e *Error) { f.add(ref, e.With("agency", cl.called(code, now)).With("due", moment(r.Due()))) }
		if y != nil && y.Sent() {
			if y.Late && y.AcceptedLate == nil {
				say(OpenLate)
			}
			if !y.Late || y.AcceptedLate == nil || *y.AcceptedLate {
				continue
			}
		}
		reminded := slices.ContainsFunc(r.Reminders, func(m Reminder) bool { return m.Agency == code })
		switch {
		case now.Before(r.Due()):
			say(OpenNotDue)
		case cl.Tacit.Enabled:
		case last:
			say(OpenNoReply)
		case !reminded && (y == nil || !y.Sent()):
			say(OpenNoReminder)
		}
	}
	return f.list
}

// Close ends the taking of replies: it fixes each asked agency's outcome and numbers the comments that count from first on,
// by the time of sending, then the agency's code, then their place in the reply. The numbers are set in replies too; the
// answer lists the comments in the order of their numbers. What keeps the round open is refused in whole.
func (r *Round) Close(cl *Cluster, replies []Reply, last bool, first int, now time.Time) ([]Comment, error) {
	if !r.Open() {
		return nil, ErrRoundClosed.With("round", r.Number)
	}
	if open := r.CloseFindings(cl, replies, last, now); len(open) > 0 {
		return nil, ErrRoundOpenItems.With("round", r.Number).Listing(open...)
	}
	r.Outcome = nil
	for _, code := range r.Asked {
		r.Outcome = append(r.Outcome, Outcome{code, r.outcome(cl, code, replies)})
	}
	r.ClosedAt = now
	var counted []*Reply
	for i := range replies {
		if y := &replies[i]; y.Round == r.Number && y.Counts() && slices.Contains(r.Asked, y.Agency) {
			counted = append(counted, y)
		}
	}
	slices.SortStableFunc(counted, func(a, b *Reply) int {
		return cmp.Or(a.SentAt.Compare(b.SentAt), cmp.Compare(a.Agency, b.Agency))
	})
	var numbered []Comment
	for _, y := range counted {
		for i := range y.Comments {
			y.Comments[i].Number = first + len(numbered)
			numbered = append(numbered, y.Comments[i])
		}
	}
	return numbered, nil
}

// AgreeFindings lists what keeps the text from being agreed after these rounds: a round still open, a ledger not closed,
// or an agency whose silence in the last round nothing stands for.
func AgreeFindings(rounds []Round) []Detail {
	var f findings
	if len(rounds) == 0 {
		f.add("round", OpenNoRound)
		return f.list
	}
	last := rounds[0]
	for _, r := range rounds {
		if r.Open() || r.LedgerClosedAt.IsZero() {
			f.add("round", OpenLedger.With("round", r.Number))
		}
		if r.Number > last.Number {
			last = r
		}
	}
	for _, o := range last.Outcome {
		if o.Stance == NoReply {
			f.add("agency/"+string(o.Agency), OpenNoReply.With("agency", o.Agency))
		}
	}
	return f.list
}
