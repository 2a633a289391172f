package scenario

import "reflect"

// field is one key of a struct's vocabulary.
type field struct {
	key, one          string
	must, alone, bare bool
	index             []int
}

// fieldsOf lists the keys of a struct, those of embedded structs among them.
func fieldsOf(t reflect.Type) []field {
	var all []field
	for _, f := range reflect.VisibleFields(t) {
		if f.Anonymous {
			continue
		}
		all = append(all, field{
			key: f.Tag.Get("key"), one: f.Tag.Get("one"), must: f.Tag.Get("must") != "",
			alone: f.Tag.Get("alone") != "", bare: f.Tag.Get("bare") != "", index: f.Index,
		})
	}
	return all
}

func find(fields []field, key string) (field, bool) {
	for _, f := range fields {
		if f.key == key || f.one == key && key != "" {
			return f, true
		}
	}
	return field{}, false
}
