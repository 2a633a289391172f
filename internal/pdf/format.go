package pdf

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// AppendObject appends the written form of o to dst. A nil object is written as null, a stream with the /Length of
// its data whatever its dictionary says, a Raw verbatim. Equal objects have equal bytes.
func AppendObject(dst []byte, o Object) []byte {
	switch v := o.(type) {
	case nil, Null:
		return append(dst, "null"...)
	case Bool:
		return strconv.AppendBool(dst, bool(v))
	case Integer:
		return strconv.AppendInt(dst, int64(v), 10)
	case Real:
		return appendReal(dst, float64(v))
	case String:
		return appendString(dst, v)
	case Name:
		return appendName(dst, v)
	case Ref:
		dst = strconv.AppendInt(dst, int64(v.Num), 10)
		dst = append(dst, ' ')
		dst = strconv.AppendInt(dst, int64(v.Gen), 10)
		return append(dst, " R"...)
	case Array:
		dst = append(dst, '[')
		for i, e := range v {
			if i > 0 {
				dst = append(dst, ' ')
			}
			dst = AppendObject(dst, e)
		}
		return append(dst, ']')
	case Dict:
		dst = append(dst, "<<"...)
		for _, e := range v {
			dst = append(dst, ' ')
			dst = appendName(dst, e.Key)
			dst = append(dst, ' ')
			dst = AppendObject(dst, e.Value)
		}
		return append(dst, " >>"...)
	case *Stream:
		dst = AppendObject(dst, v.Dict.With("Length", Integer(len(v.Data))))
		dst = append(dst, "\nstream\n"...)
		dst = append(dst, v.Data...)
		return append(dst, "\nendstream"...)
	case Raw:
		return append(dst, v...)
	}
	return append(dst, "null"...)
}

// appendReal writes at most four decimals, never an exponent (ISO 32000-1, 7.3.3), never "-0".
func appendReal(dst []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(dst, '0')
	}
	s := strconv.FormatFloat(f, 'f', 4, 64)
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	if s == "-0" || s == "" {
		s = "0"
	}
	return append(dst, s...)
}

const upperHex = "0123456789ABCDEF"

// appendString writes printable ASCII as a literal string and everything else in hexadecimal: a literal string with
// raw UTF-16 bytes is where writers break on the bytes of ( ) and \ inside letters such as U+0129.
func appendString(dst []byte, s String) []byte {
	for _, c := range s {
		if c < ' ' || c > '~' {
			dst = append(dst, '<')
			for _, c := range s {
				dst = append(dst, upperHex[c>>4], upperHex[c&15])
			}
			return append(dst, '>')
		}
	}
	dst = append(dst, '(')
	for _, c := range s {
		if c == '(' || c == ')' || c == '\\' {
			dst = append(dst, '\\')
		}
		dst = append(dst, c)
	}
	return append(dst, ')')
}

func appendName(dst []byte, n Name) []byte {
	dst = append(dst, '/')
	for i := 0; i < len(n); i++ {
		c := n[i]
		if c <= ' ' || c > '~' || c == '#' || delimiter(c) {
			dst = append(dst, '#', upperHex[c>>4], upperHex[c&15])
			continue
		}
		dst = append(dst, c)
	}
	return dst
}

// delimiter reports the delimiter characters of ISO 32000-1, table 2.
func delimiter(c byte) bool {
	switch c {
	case '(', ')', '<', '>', '[', ']', '{', '}', '/', '%':
		return true
	}
	return false
}

// TextString encodes s as a text string (ISO 32000-1, 7.9.2.2): ASCII as it is, everything else UTF-16BE with a
// byte order mark.
func TextString(s string) String {
	ascii := true
	for i := 0; i < len(s) && ascii; i++ {
		c := s[i]
		// 0x18..0x1F are accents in PDFDocEncoding, not controls
		ascii = c < 0x7F && (c >= ' ' || c == '\t' || c == '\n' || c == '\r')
	}
	if ascii {
		return String(s)
	}
	out := String{0xFE, 0xFF}
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u>>8), byte(u))
	}
	return out
}

// Text decodes a text string: UTF-16BE or UTF-8 with a byte order mark, else ASCII and Latin-1 (of
// PDFDocEncoding, the letters that differ from Latin-1 come out as U+FFFD).
func (s String) Text() string {
	switch {
	case len(s) >= 2 && s[0] == 0xFE && s[1] == 0xFF:
		u := make([]uint16, 0, len(s)/2)
		for i := 2; i+1 < len(s); i += 2 {
			u = append(u, uint16(s[i])<<8|uint16(s[i+1]))
		}
		return string(utf16.Decode(u))
	case len(s) >= 3 && s[0] == 0xEF && s[1] == 0xBB && s[2] == 0xBF:
		return strings.ToValidUTF8(string(s[3:]), "\uFFFD")
	}
	var b strings.Builder
	for _, c := range s {
		switch {
		case c < 0x80 && (c >= ' ' || c == '\t' || c == '\n' || c == '\r'), c > 0xA0:
			b.WriteRune(rune(c))
		default:
			b.WriteRune('\uFFFD')
		}
	}
	return b.String()
}

// Date writes t as a date string in its own zone (ISO 32000-1, 7.9.4): D:20261124150700+07'00'.
func Date(t time.Time) String {
	s := t.Format("D:20060102150405-07'00'")
	if _, off := t.Zone(); off == 0 {
		s = t.Format("D:20060102150405") + "Z"
	}
	return String(s)
}

// ParseDate reads a date string of which at least the day is given. Without a zone it is taken for UTC.
func ParseDate(s String) (time.Time, bool) {
	v := strings.TrimPrefix(s.Text(), "D:")
	if len(v) > 32 {
		return time.Time{}, false
	}
	v = strings.ReplaceAll(v, "'", "")
	if i := strings.IndexByte(v, 'Z'); i >= 0 {
		v = v[:i+1] // Z00'00' is written too
	}
	for _, layout := range []string{"20060102150405Z0700", "20060102150405", "200601021504Z0700", "200601021504", "20060102"} {
		if t, err := time.Parse(layout, v); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
