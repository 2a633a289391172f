package pact

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The usual limits of a text field, in runes.
const (
	MaxLine = 500
	MaxText = 10_000
)

// Refusals of characters and lengths.
var (
	ErrNotUTF8 = Problem(Invalid, "text_not_utf8",
		"Nội dung ở {field} không phải văn bản UTF-8 hợp lệ.",
		"{field} is not valid UTF-8 text.")
	ErrControl = Problem(Invalid, "text_control_character",
		"Nội dung ở {field} có ký tự điều khiển {rune}; hãy xóa ký tự này rồi gửi lại.",
		"{field} holds the control character {rune}; remove it and send again.")
	ErrInvisible = Problem(Invalid, "text_invisible_character",
		"Nội dung ở {field} có ký tự ẩn hoặc ký tự đổi chiều chữ {rune}; hãy xóa ký tự này rồi gửi lại.",
		"{field} holds {rune}, which is invisible or changes the direction of the text; remove it and send again.")
	ErrNotBMP = Problem(Invalid, "text_unsupported_character",
		"Nội dung ở {field} có ký tự {rune} mà phông chữ của văn bản không thể hiện được; hãy thay bằng ký tự khác.",
		"{field} holds {rune}, which the paper's font cannot show; use another character.")
	ErrLineBreak = Problem(Invalid, "text_line_break",
		"Nội dung ở {field} phải viết trên một dòng.",
		"{field} must be a single line.")
	ErrTooLong = Problem(TooLarge, "text_too_long",
		"Nội dung ở {field} dài {length} ký tự, vượt giới hạn {limit} ký tự.",
		"{field} has {length} characters, more than the {limit} that are allowed.")
)

// CleanLine is s in the form in which we keep a single line: NFC, tabs as spaces, no space around it. Characters that a
// paper cannot carry are refused by name, never dropped. maxRunes is the limit after cleaning.
func CleanLine(field, s string, maxRunes int) (string, error) {
	s, err := CleanText(field, s, maxRunes)
	if err == nil && strings.ContainsRune(s, '\n') {
		return "", ErrLineBreak.With("field", field)
	}
	return s, err
}

// CleanText is CleanLine for a text of several lines, which end in LF alone.
func CleanText(field, s string, maxRunes int) (string, error) {
	if !utf8.ValidString(s) {
		return "", ErrNotUTF8.With("field", field)
	}
	if len(s) > 16*maxRunes+64 { // refused before it is worked on; NFC never shrinks a text this far
		return "", tooLong(field, utf8.RuneCountInString(s), maxRunes)
	}
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", " ").Replace(s)
	s = strings.TrimSpace(norm.NFC.String(s))
	for _, r := range s {
		if e := refuseRune(r); e != nil {
			return "", e.With("field", field).With("rune", fmt.Sprintf("U+%04X", r))
		}
	}
	if n := utf8.RuneCountInString(s); n > maxRunes {
		return "", tooLong(field, n, maxRunes)
	}
	return s, nil
}

func tooLong(field string, n, limit int) error {
	return ErrTooLong.With("field", field).With("length", n).With("limit", limit)
}

func refuseRune(r rune) *Error {
	switch {
	case r == '\n':
		return nil
	case unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp):
		return ErrControl
	case unicode.Is(unicode.Cf, r): // bidi overrides and isolates, joiners, zero widths, the soft hyphen, the byte order mark
		return ErrInvisible
	case r > 0xFFFF || unicode.In(r, unicode.Co) || r&0xFFFE == 0xFFFE || r >= 0xFDD0 && r <= 0xFDEF:
		return ErrNotBMP
	}
	return nil
}
