package scenario

import (
	"fmt"
	"strings"
)

// Fault is one place of a file that cannot be used. Its texts exist in Vietnamese and English.
type Fault struct {
	Code string // stable: scenario_unknown_key, …
	Path string // "signing.events[3].result"; "" is the whole file
	Line int    // from 1; 0 when there is no one line
	Args []any  // the offending value, what was expected
}

// faultTexts holds the message of each code: Vietnamese, English.
var faultTexts = map[string][2]string{
	"scenario_too_large":      {"tệp kịch bản lớn hơn %d byte", "the scenario file is larger than %d bytes"},
	"scenario_not_yaml":       {"không đọc được YAML: %s", "not readable as YAML: %s"},
	"scenario_too_deep":       {"lồng quá %d mức", "nested deeper than %d levels"},
	"scenario_too_many":       {"có hơn %d giá trị", "holds more than %d values"},
	"scenario_several":        {"tệp chứa nhiều tài liệu YAML, chỉ được một", "the file holds several YAML documents, one is expected"},
	"scenario_unknown_key":    {"không có khóa này trong bộ từ vựng: %q", "unknown key %q"},
	"scenario_repeated_key":   {"khóa %q viết hai lần", "key %q stands twice"},
	"scenario_both_keys":      {"chỉ dùng một trong hai khóa %q và %q", "only one of the keys %q and %q may stand here"},
	"scenario_missing":        {"thiếu khóa bắt buộc %q", "required key %q is missing"},
	"scenario_empty":          {"khóa bắt buộc %q để trống", "required key %q is empty"},
	"scenario_no_map":         {"cần một nhóm khóa, không phải %s", "a map is expected, not %s"},
	"scenario_no_list":        {"cần một danh sách, không phải %s", "a list is expected, not %s"},
	"scenario_no_text":        {"cần một đoạn chữ, không phải %s", "a text is expected, not %s"},
	"scenario_no_number":      {"%s không phải là số", "%s is no number"},
	"scenario_no_integer":     {"%s không phải là số nguyên từ %d đến %d", "%s is no whole number from %d to %d"},
	"scenario_no_bool":        {"%s không phải là true hoặc false", "%s is neither true nor false"},
	"scenario_no_time":        {"%s không phải là ngày hoặc thời điểm (viết không có dấu nháy: 2026-01-22 hoặc 2026-01-22T16:02:11+07:00)", "%s is no date or time (write it without quotes: 2026-01-22 or 2026-01-22T16:02:11+07:00)"},
	"scenario_not_a_word":     {"%q không thuộc: %s", "%q is none of %s"},
	"scenario_no_member":      {"không có thành viên mang mã %q", "no member has the code %q"},
	"scenario_repeated_code":  {"mã %q dùng cho hai thành viên", "two members have the code %q"},
	"scenario_not_nfc":        {"chữ không ở dạng Unicode NFC: %q", "the text is not in Unicode form NFC: %q"},
	"scenario_label":          {"số thứ tự không viết trong nội dung: %q", "a label stands inside the text: %q"},
	"scenario_anchor":         {"%q không phải là vị trí điều khoản của bố cục %s", "%q is no anchor of the structure %s"},
	"scenario_structure":      {"cần %q hoặc %q", "either %q or %q is expected"},
	"scenario_schema_version": {"phiên bản lược đồ %d chưa được hỗ trợ, chỉ có phiên bản 1", "schema version %d is not known here, only 1 is"},
}

// Error is the English text with its place.
func (f Fault) Error() string { return f.place() + f.text(1) }

// Vi is the Vietnamese text with its place.
func (f Fault) Vi() string { return f.place() + f.text(0) }

func (f Fault) text(language int) string { return fmt.Sprintf(faultTexts[f.Code][language], f.Args...) }

func (f Fault) place() string {
	switch {
	case f.Path != "" && f.Line > 0:
		return fmt.Sprintf("%s (line %d): ", f.Path, f.Line)
	case f.Path != "":
		return f.Path + ": "
	case f.Line > 0:
		return fmt.Sprintf("line %d: ", f.Line)
	}
	return ""
}

// Faults is everything that is wrong with a file, in its order, a line each; at most 50.
type Faults []Fault

func (f Faults) Error() string { return f.join(Fault.Error) }

// Vi is the Vietnamese text, a fault a line.
func (f Faults) Vi() string { return f.join(Fault.Vi) }

func (f Faults) join(text func(Fault) string) string {
	lines := make([]string, len(f))
	for i, one := range f {
		lines[i] = text(one)
	}
	return strings.Join(lines, "\n")
}
