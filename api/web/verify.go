package web

import (
	"errors"
	"io"
	"net/http"
	"time"

	"kyket/internal/identity"
	"kyket/pact"
	"kyket/workflow"
)

// verifyPage judges a file that anybody brings: the verdict first, then the signatures, then the details.
type verifyPage struct {
	*Base
	Result     *workflow.Verification
	Outcome    string // colour of the verdict: seal, warn, stop, mute
	Icon       string
	Headline   string
	Says       []string
	Signatures []judged
	Holds      int // signatures of persons that hold
	Pending    int // those that nothing speaks against, with evidence still to come
	Persons    int
	At         time.Time
	Seconds    int // to wait, after too many files
	Name       string
}

// judged is a signature of the file as it is shown: nothing but what the file itself says, and the verdict.
type judged struct {
	Name, Kind, Issuer, Field     string
	Proven, Claimed               string
	State, Icon, Word             string
	Level, Indication, Sub, Cover string
	Notes                         []string
}

func (p *Site) verifyPage(v *Visit) *verifyPage {
	return &verifyPage{Base: p.base(v, "verify", "Kiểm chứng giao ước", "Verify a pact"), At: p.Workflow.Clock()}
}

func (p *Site) askFile(v *Visit) error { return p.show(v, "verify", p.verifyPage(v)) }

var errNoFile = pact.Problem(pact.Invalid, "file_missing",
	"Hãy chọn tệp PDF cần kiểm chứng.", "Choose the PDF file to check.")

func (p *Site) verifyFile(v *Visit) error {
	view := p.verifyPage(v)
	err := p.TryFile(v.Address)
	if errors.Is(err, identity.ErrTooManyTries) {
		view.Seconds = retryAfter(v, err)
		return p.showAs(v, http.StatusTooManyRequests, "verify", view)
	}
	if err == nil {
		view.Result, err = p.judge(v, view)
	}
	if err != nil {
		return p.refuse(v, err, view.Base, "verify", view)
	}
	view.judge()
	return p.show(v, "verify", view)
}

func (p *Site) judge(v *Visit, view *verifyPage) (*workflow.Verification, error) {
	files := v.Files["file"]
	if len(files) == 0 || files[0].Size == 0 {
		return nil, errNoFile
	}
	if files[0].Size > workflow.MaxVerified {
		return nil, workflow.ErrFileTooLarge.With("max", workflow.MaxVerified>>20)
	}
	view.Name = begin(files[0].Filename, 120)
	f, err := files[0].Open()
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, workflow.MaxVerified+1))
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	return p.Workflow.VerifyFile(v.R.Context(), data)
}

// tryLater is the sub-indication of EN 319 102-1 for a signature whose certificates nobody has vouched for yet: a file
// holds that evidence from its seal on.
const tryLater = "TRY_LATER"

// judge puts the result into words.
func (d *verifyPage) judge() {
	r := d.Result.Report
	for _, s := range r.Signatures {
		j := judged{Name: s.Signer, Kind: s.Kind, Issuer: s.Issuer, Field: s.Field, Level: s.Level, Indication: s.Indication,
			Sub: s.SubIndication, Cover: s.Coverage}
		if s.ProvenAt != nil {
			j.Proven = d.Exact(*s.ProvenAt)
		}
		if s.ClaimedAt != nil {
			j.Claimed = d.Exact(*s.ClaimedAt)
		}
		switch s.Indication {
		case "TOTAL_PASSED":
			j.State, j.Icon, j.Word = "ok", "ok", d.Say("Hợp lệ", "Holds")
		case "TOTAL_FAILED":
			j.State, j.Icon, j.Word = "stop", "box", d.Say("Không hợp lệ", "Does not hold")
		default:
			j.State, j.Icon, j.Word = "warn", "half", d.Say("Chưa kết luận được", "Cannot be decided")
		}
		if s.SubIndication == tryLater {
			j.Word = d.Say("Khớp với tệp; chưa có chứng cứ thu hồi", "Fits the file; revocation not proven yet")
		}
		if s.Indication != "TOTAL_PASSED" {
			for _, m := range s.Messages {
				if m.Code == "agency_same" {
					continue // nothing to be told of
				}
				j.Notes = append(j.Notes, d.Say(m.VI, m.EN))
			}
		}
		if s.Kind == "approval" {
			d.Persons++
			if s.Indication == "TOTAL_PASSED" {
				d.Holds++
			} else if s.SubIndication == tryLater {
				d.Pending++
			}
		}
		d.Signatures = append(d.Signatures, j)
	}
	d.verdict()
}

// verdict chooses the headline and what follows it.
func (d *verifyPage) verdict() {
	say := func(outcome, icon, vi, en string) {
		d.Outcome, d.Icon, d.Headline = outcome, icon, d.Say(vi, en)
	}
	add := func(vi, en string, args ...any) { d.Says = append(d.Says, d.Say(vi, en, args...)) }
	switch d.Result.Finding {
	case workflow.Newest:
		say("seal", "seal", "Bản thật, còn nguyên vẹn", "Genuine and unharmed")
		add("Từng byte trùng với bản mới nhất lưu ở hệ thống này.", "Every byte is that of the newest file kept here.")
		d.state()
	case workflow.Earlier:
		say("warn", "late", "Bản thật, nhưng đã có bản mới hơn", "Genuine, but there is a newer one")
		add("Từng byte trùng với lần ghi thứ %d trong %d lần ghi lưu ở hệ thống này; bản mới hơn có thêm chữ ký hoặc dấu thời gian.",
			"Every byte is that of revision %d of %d kept here; the newer file has more signatures or time stamps.", d.Result.Revision, d.Result.Newest)
		add("Hãy hỏi đơn vị đã gửi văn bản để nhận bản mới nhất.", "Ask the agency that sent it for the newest file.")
		d.state()
	case workflow.Unsigned:
		say("warn", "none", "Bản thật, nhưng chưa có chữ ký", "Genuine, but not signed")
		add("Đây đúng là văn bản đã đóng băng ở hệ thống này, từ trước khi các đơn vị ký.", "This is the paper as it was frozen here, before anybody signed.")
	case workflow.Altered:
		say("stop", "box", "Tệp này đã bị thay đổi sau khi ký", "This file was changed after signing")
		add("Đừng dùng tệp này.", "Do not use this file.")
		add("Một chữ ký trong tệp có thể vẫn đúng với phần đầu của tệp; phần thay đổi không được chữ ký nào bảo vệ. Chương trình đọc PDF có thể không nói điều đó.",
			"A signature may still be right for the first part of the file; no signature covers what was changed. A PDF reader may not tell you.")
	case workflow.Invalid:
		say("stop", "box", "Có chữ ký không hợp lệ", "A signature does not hold")
		add("Đừng dùng tệp này trước khi hỏi lại đơn vị đã gửi.", "Ask the agency that sent it before you use this file.")
	case workflow.Elsewhere:
		say("mute", "ok", "Chữ ký hợp lệ, nhưng tệp không có ở đây", "Signatures hold, but no record here has this file")
		add("Các chữ ký đúng với tệp và chứng thư được tin cậy. Hệ thống này không lưu bản nào trùng với tệp.",
			"The signatures fit the file and lead to trusted certificates. No record of this system has the same bytes.")
	case workflow.Unreadable:
		say("mute", "none", "Không đọc được tệp này", "This file cannot be read")
		add("Đây không phải tệp PDF đúng chuẩn, hoặc tệp bị hỏng khi gửi. Điều đó chưa có nghĩa văn bản là giả.",
			"It is no sound PDF, or was damaged on its way. That does not make the paper a forgery.")
	default:
		say("mute", "none", "Không tìm thấy ở hệ thống này", "Not known to this system")
		add("Tệp không trùng bản nào lưu ở đây, và không kết luận được về chữ ký. Điều đó chưa có nghĩa là giả: có thể tệp đã được quét, in lại, hoặc ký ở hệ thống khác.",
			"No record here has these bytes, and nothing can be concluded about signatures. That does not make it a forgery: it may be a scan, a new print, or signed elsewhere.")
	}
}

// state adds what the record itself says of its state.
func (d *verifyPage) state() {
	if r := d.Result.Record; r.State == pact.SealedIncomplete {
		d.Says = append(d.Says, d.Say("Việc ký đã kết thúc khi còn thiếu chữ ký; ô trống là đơn vị chưa ký.",
			"The signing was closed incomplete; an empty field is an agency that did not sign."))
	} else if r.State == pact.Superseded {
		d.Says = append(d.Says, d.Say("Giao ước này đã được thay thế.", "This pact has been superseded."))
	}
}

// Unknown says that the next steps of somebody without an answer are worth showing.
func (d *verifyPage) Unknown() bool {
	f := d.Result.Finding
	return f == workflow.Unknown || f == workflow.Unreadable || f == workflow.Elsewhere
}

// KindWords says what a signature in the file is.
func (b *Base) KindWords(kind string) string {
	switch kind {
	case "certification":
		return b.Say("hệ thống chứng nhận văn bản", "certification by the service")
	case "timestamp":
		return b.Say("dấu thời gian của cả tệp", "time stamp over the whole file")
	}
	return b.Say("chữ ký", "signature")
}
