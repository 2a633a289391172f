package pact

import (
	"strings"
)

// Decimal is a decimal number as written, "84.5": figures of a pact are compared as text and never computed in binary.
// The empty string is none.
type Decimal string

// ParseDecimal reads digits with at most one point, at most 15 of them, as in JSON or YAML; trailing zeros after the
// point are dropped.
func ParseDecimal(s string) (Decimal, error) {
	digits, points := 0, 0
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == '.' && i > 0 && i < len(s)-1:
			points++
		default:
			return "", ErrField.With("field", "value").With("value", s)
		}
	}
	if digits == 0 || digits > 15 || points > 1 {
		return "", ErrField.With("field", "value").With("value", s)
	}
	if points == 1 {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if t := strings.TrimLeft(s, "0"); t == "" || t[0] == '.' {
		s = "0" + t
	} else {
		s = t
	}
	return Decimal(s), nil
}

// Vietnamese writes the number with a decimal comma: 84,5.
func (d Decimal) Vietnamese() string { return strings.Replace(string(d), ".", ",", 1) }
