package scenario

import (
	"fmt"
	"reflect"

	"gopkg.in/yaml.v3"
)

// Limits of one file. A cluster of sixty agencies with a thousand comments stays far below them.
const (
	MaxBytes  = 4 << 20
	maxDepth  = 24
	maxValues = 200_000
	maxFaults = 50
)

// decoder walks YAML nodes into the structs of this package. Their field tags are the vocabulary:
//
//	key    the name in the file
//	must   the key has to be there
//	one    a second name that holds a single value of the list ("member" beside "members")
//	alone  a single value may stand for the list
//	bare   a scalar in place of the map fills this field
type decoder struct {
	faults Faults
	values int
	quotes []located[string]
	codes  []located[Code]
	places []located[Anchor]
}

// located is a value that is checked once the whole file is known.
type located[T any] struct {
	value T
	path  string
	line  int
}

func (d *decoder) say(n *yaml.Node, path, code string, args ...any) {
	if len(d.faults) < maxFaults {
		d.faults = append(d.faults, Fault{Code: code, Path: path, Line: n.Line, Args: args})
	}
}

// enter counts a value and resolves an alias; nil when a limit is reached.
func (d *decoder) enter(n *yaml.Node, path string, depth int) *yaml.Node {
	d.values++
	if d.values > maxValues {
		if d.values == maxValues+1 {
			d.say(n, path, "scenario_too_many", maxValues)
		}
		return nil
	}
	if depth > maxDepth {
		d.say(n, path, "scenario_too_deep", maxDepth)
		return nil
	}
	if n.Kind == yaml.AliasNode {
		return d.enter(n.Alias, path, depth+1)
	}
	return n
}

var (
	textType   = reflect.TypeFor[string]()
	whenType   = reflect.TypeFor[When]()
	codeType   = reflect.TypeFor[Code]()
	anchorType = reflect.TypeFor[Anchor]()
)

func (d *decoder) value(n *yaml.Node, v reflect.Value, path string, depth int) {
	if n = d.enter(n, path, depth); n == nil {
		return
	}
	if v.Type() == whenType {
		d.when(n, v, path)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if isNull(n) {
			return
		}
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem(), path, depth)
	case reflect.Struct:
		d.structure(n, v, path, depth)
	case reflect.Slice:
		d.list(n, v, path, depth)
	case reflect.Map:
		d.table(n, v, path, depth)
	case reflect.Interface:
		if free := d.free(n, path, depth); free != nil {
			v.Set(reflect.ValueOf(free))
		}
	default:
		d.scalar(n, v, path)
	}
}

func (d *decoder) structure(n *yaml.Node, v reflect.Value, path string, depth int) {
	fields := fieldsOf(v.Type())
	if n.Kind == yaml.ScalarNode && !isNull(n) {
		for _, f := range fields {
			if f.bare {
				d.value(n, v.FieldByIndex(f.index), path, depth+1)
				return
			}
		}
	}
	if n.Kind != yaml.MappingNode {
		d.say(n, path, "scenario_no_map", kindOf(n))
		return
	}
	given := map[string]*yaml.Node{}
	d.pairs(n, path, func(key string, at, x *yaml.Node) {
		if _, ok := find(fields, key); !ok {
			d.say(at, join(path, key), "scenario_unknown_key", key)
			return
		}
		given[key] = x
	})
	for _, f := range fields {
		d.field(n, given, f, v.FieldByIndex(f.index), path, depth)
	}
}

func (d *decoder) field(n *yaml.Node, given map[string]*yaml.Node, f field, v reflect.Value, path string, depth int) {
	x, ok := given[f.key]
	one, single := given[f.one]
	single = single && f.one != "" && !isNull(one)
	if ok && isNull(x) {
		ok = false
		if f.must && !single {
			d.say(x, join(path, f.key), "scenario_empty", f.key)
			return
		}
	}
	switch {
	case ok && single:
		d.say(one, join(path, f.one), "scenario_both_keys", f.one, f.key)
	case single:
		d.first(one, v, join(path, f.one), depth)
	case ok && f.alone && x.Kind != yaml.SequenceNode:
		d.first(x, v, join(path, f.key), depth)
	case ok:
		d.value(x, v, join(path, f.key), depth+1)
	case f.must && f.one != "":
		d.say(n, path, "scenario_missing", f.one)
	case f.must:
		d.say(n, join(path, f.key), "scenario_missing", f.key)
	}
}

// first fills a list of one.
func (d *decoder) first(n *yaml.Node, v reflect.Value, path string, depth int) {
	v.Set(reflect.MakeSlice(v.Type(), 1, 1))
	d.value(n, v.Index(0), path, depth+1)
}

func (d *decoder) list(n *yaml.Node, v reflect.Value, path string, depth int) {
	if n.Kind != yaml.SequenceNode {
		d.say(n, path, "scenario_no_list", kindOf(n))
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, x := range n.Content {
		d.value(x, v.Index(i), fmt.Sprintf("%s[%d]", path, i), depth+1)
	}
}

func (d *decoder) table(n *yaml.Node, v reflect.Value, path string, depth int) {
	if n.Kind != yaml.MappingNode {
		d.say(n, path, "scenario_no_map", kindOf(n))
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	d.pairs(n, path, func(key string, _, x *yaml.Node) {
		e := reflect.New(v.Type().Elem()).Elem()
		d.value(x, e, join(path, key), depth+1)
		v.SetMapIndex(reflect.ValueOf(key), e)
	})
}

// free keeps what the vocabulary does not describe.
func (d *decoder) free(n *yaml.Node, path string, depth int) any {
	if n = d.enter(n, path, depth); n == nil {
		return nil
	}
	switch n.Kind {
	case yaml.SequenceNode:
		all := make([]any, len(n.Content))
		for i, x := range n.Content {
			all[i] = d.free(x, fmt.Sprintf("%s[%d]", path, i), depth+1)
		}
		return all
	case yaml.MappingNode:
		all := map[string]any{}
		d.pairs(n, path, func(key string, _, x *yaml.Node) { all[key] = d.free(x, join(path, key), depth+1) })
		return all
	}
	if isNull(n) {
		return nil
	}
	d.composed(n, path)
	return n.Value
}

func (d *decoder) pairs(n *yaml.Node, path string, each func(key string, at, x *yaml.Node)) {
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, x := n.Content[i], n.Content[i+1]
		switch {
		case k.Kind != yaml.ScalarNode:
			d.say(k, path, "scenario_no_text", kindOf(k))
		case seen[k.Value]:
			d.say(k, join(path, k.Value), "scenario_repeated_key", k.Value)
		default:
			seen[k.Value] = true
			d.composed(k, path)
			each(k.Value, k, x)
		}
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
