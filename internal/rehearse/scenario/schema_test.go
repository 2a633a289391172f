package scenario

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The block "keys" of SCHEMA.md and the structs are the same vocabulary: same keys, same duty, same words.
func TestStructsAreTheSchema(t *testing.T) {
	schema, same := schemaKeys(t)
	structs := map[string][]string{}
	collect(reflect.TypeFor[Scenario](), "", structs)
	for path, keys := range schema {
		got, want := slices.Sorted(slices.Values(structs[path])), slices.Sorted(slices.Values(keys))
		if !slices.Equal(got, want) {
			t.Errorf("%q:\nstructs %v\nschema  %v", path, got, want)
		}
	}
	for path := range structs {
		if _, ok := schema[path]; !ok && !strings.HasPrefix(path, "pact.text_state.final_target_overrides") && !under(path, same) {
			t.Errorf("%q is not in the schema", path)
		}
	}
}

func under(path string, same map[string]string) bool {
	for p := range same {
		if path == p || strings.HasPrefix(path, p+".") {
			return true
		}
	}
	return false
}

var token = regexp.MustCompile(`^(\w+)(\[\])?(\*?)([@#?&]?)(?:=(.+))?$`)

// schemaKeys gives for each path its keys as "name list must kind words".
func schemaKeys(t *testing.T) (keys map[string][]string, same map[string]string) {
	_, block, _ := strings.Cut(string(load(t, "SCHEMA.md")), "```keys\n")
	block, _, _ = strings.Cut(block, "```")
	keys, same = map[string][]string{}, map[string]string{}
	for line := range strings.Lines(block) {
		fields := strings.Fields(line)
		path := fields[0]
		if path == "top" {
			path = ""
		}
		if fields[1] == "=" {
			same[path] = fields[2]
			continue
		}
		for _, f := range fields[1:] {
			m := token.FindStringSubmatch(f)
			if m == nil {
				t.Fatalf("%s: %q", path, f)
			}
			kind := m[4]
			// Two places are narrower here than in the schema: a member's own code, and days are counted.
			switch {
			case path == "members" && m[1] == "code":
				kind = "&"
			case path == "consultation.tacit_consent" && m[1] == "reminders_before_days":
				kind = "#"
			}
			keys[path] = append(keys[path], strings.Join([]string{m[1], m[2], m[3], kind, sorted(m[5])}, " "))
		}
	}
	if len(keys) < 40 {
		t.Fatalf("only %d paths in the schema", len(keys))
	}
	for path, of := range same {
		keys[path] = keys[of]
	}
	return keys, same
}

func collect(t reflect.Type, path string, into map[string][]string) {
	for _, f := range fieldsOf(t) {
		typ := t.FieldByIndex(f.index).Type
		list := ""
		if typ.Kind() == reflect.Slice && !f.alone {
			list = "[]"
		}
		elem := typ
		for elem.Kind() == reflect.Pointer || elem.Kind() == reflect.Slice {
			elem = elem.Elem()
		}
		must := ""
		if f.must && f.one == "" {
			must = "*"
		}
		entry := func(name, list, must string) string {
			return strings.Join([]string{name, list, must, kindMark(elem), sorted(strings.Join(words[elem], "|"))}, " ")
		}
		into[path] = append(into[path], entry(f.key, list, must))
		if f.one != "" {
			into[path] = append(into[path], entry(f.one, "", ""))
		}
		if elem.Kind() == reflect.Struct && elem != whenType {
			collect(elem, strings.TrimPrefix(path+"."+f.key, "."), into)
		}
	}
}

// sorted orders words, whose order means nothing.
func sorted(list string) string {
	return strings.Join(slices.Sorted(strings.SplitSeq(list, "|")), "|")
}

func kindMark(t reflect.Type) string {
	switch {
	case t == whenType:
		return "@"
	case t == codeType:
		return "&"
	case t.Kind() == reflect.Int || t.Kind() == reflect.Float64:
		return "#"
	case t.Kind() == reflect.Bool:
		return "?"
	}
	return ""
}
