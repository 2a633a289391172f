package main

import (
	"time"

	"kyket/pact"
	"kyket/signing/validate"
)

// wording is what verify says around the validator's own sentences.
type wording struct {
	Lang, Title, Verdict, Revisions, Revision, Signer, Issuer, Level, Claimed, Proven, Coverage, Unexplained, At, NoSignature string

	values map[string]string
}

// Of is the wording of a value of the report; one that is not known is shown as it stands.
func (w wording) Of(value string) string {
	if s := w.values[value]; s != "" {
		return s
	}
	return value
}

// Message is a sentence of the validator.
func (w wording) Message(m validate.Message) string {
	if w.Lang == "en" {
		return m.EN
	}
	return m.VI
}

// Reason is the sentence of a change.
func (w wording) Reason(r validate.Reason) string { return w.Message(validate.Message(r)) }

// Time is a moment as people in Vietnam read it.
func (w wording) Time(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.In(pact.ICT).Format("15:04:05 02/01/2006 (-07:00)")
}

func words(lang string) wording {
	if lang == "en" {
		return wording{
			Lang: "en", Title: "Validation report", Verdict: "Verdict", Revisions: "Revisions", Revision: "revision", Signer: "Signer",
			Issuer: "issued by", Level: "Level", Claimed: "Claimed time of signing", Proven: "Proven by a time stamp at", Coverage: "Covers",
			Unexplained: "Unexplained:", At: "Judged as of", NoSignature: "The file holds no signature.",
			values: map[string]string{
				validate.Passed: "VALID (TOTAL_PASSED)", validate.Failed: "NOT VALID (TOTAL_FAILED)", validate.Indeterminate: "CANNOT BE DECIDED (INDETERMINATE)",
				validate.Approval: "Signature", validate.Certification: "Certification by the service", validate.Timestamp: "Document time stamp",
				validate.EntireFile: "the whole file", validate.EntireRevision: "its whole revision", validate.Partial: "a part only",
			},
		}
	}
	return wording{
		Lang: "vi", Title: "Báo cáo kiểm tra chữ ký", Verdict: "Kết luận", Revisions: "Số lần ghi tiếp", Revision: "lần ghi", Signer: "Người ký",
		Issuer: "chứng thư do", Level: "Mức", Claimed: "Thời điểm ký (theo máy ký)", Proven: "Dấu thời gian chứng minh lúc", Coverage: "Phạm vi",
		Unexplained: "Không giải thích được:", At: "Xem xét tại thời điểm", NoSignature: "Tệp không có chữ ký nào.",
		values: map[string]string{
			validate.Passed: "HỢP LỆ (TOTAL_PASSED)", validate.Failed: "KHÔNG HỢP LỆ (TOTAL_FAILED)", validate.Indeterminate: "CHƯA KẾT LUẬN ĐƯỢC (INDETERMINATE)",
			validate.Approval: "Chữ ký", validate.Certification: "Chứng nhận của hệ thống", validate.Timestamp: "Dấu thời gian của văn bản",
			validate.EntireFile: "toàn bộ tệp", validate.EntireRevision: "toàn bộ phần đến lần ghi đó", validate.Partial: "chỉ một phần",
		},
	}
}
