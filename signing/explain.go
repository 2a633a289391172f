package signing

import (
	"errors"

	"kyket/pact"
	"kyket/signing/pades"
)

// What a person is told when an increment cannot be prepared or finished. pades knows no pact, so its errors are put
// into words here.
var (
	ErrPaper       = pact.Problem(pact.Conflict, "paper_not_signable", "Văn bản này không ký được; hãy đóng băng lại văn bản.", "This paper cannot be signed; freeze it again.")
	ErrNoField     = pact.Problem(pact.NotFound, "signature_field_missing", "Văn bản không có ô ký này.", "The paper has no such signature field.")
	ErrFieldSigned = pact.Problem(pact.Conflict, "field_signed", "Ô này đã có chữ ký.", "This field is signed already.")
	ErrOrder       = pact.Problem(pact.Conflict, "certification_order", "Chữ ký chứng thực của hệ thống phải có trước mọi chữ ký khác.", "The service certifies before anybody else signs.")
	ErrValue       = pact.Problem(pact.Invalid, "signature_value_invalid", "Chữ ký nhận được không khớp với chứng thư số hoặc với nội dung văn bản.", "The signature value fits neither the certificate nor the paper.")
	ErrIncrement   = pact.Problem(pact.Internal, "increment_refused", "Chữ ký chưa được ghi vì không qua được bước tự kiểm tra.", "The signature was not recorded: it did not pass our own check.")
)

// Explain puts an error of pades into one that a person can act on, with the cause inside; others pass unchanged.
func Explain(err error) error {
	for _, e := range []struct {
		is error
		as *pact.Error
	}{
		{pades.ErrPaper, ErrPaper}, {pades.ErrNoField, ErrNoField}, {pades.ErrFilled, ErrFieldSigned}, {pades.ErrOrder, ErrOrder}, {pades.ErrValue, ErrValue},
		{pades.ErrToken, ErrIncrement}, {pades.ErrTooLong, ErrIncrement}, {pades.ErrChanged, ErrIncrement}, {pades.ErrAppearance, ErrIncrement},
	} {
		if errors.Is(err, e.is) {
			return e.as.Because(err)
		}
	}
	return err
}
