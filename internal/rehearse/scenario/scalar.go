package scenario

import (
	"math"
	"reflect"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
	"gopkg.in/yaml.v3"
)

// quoted are the styles in which a scalar is always a text.
const quoted = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle

func (d *decoder) when(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.ScalarNode || n.Style&quoted != 0 {
		d.say(n, path, "scenario_no_time", kindOf(n))
		return
	}
	w, ok := parseWhen(n.Value)
	if !ok {
		d.say(n, path, "scenario_no_time", kindOf(n))
		return
	}
	v.Set(reflect.ValueOf(w))
}

func (d *decoder) scalar(n *yaml.Node, v reflect.Value, path string) {
	if isNull(n) && v.Type() == textType {
		return // an empty cell
	}
	if n.Kind != yaml.ScalarNode || isNull(n) {
		d.say(n, path, "scenario_no_text", kindOf(n))
		return
	}
	switch v.Kind() {
	case reflect.String:
		d.text(n, v, path)
	case reflect.Bool:
		b, ok := truth(n)
		if !ok {
			d.say(n, path, "scenario_no_bool", kindOf(n))
		}
		v.SetBool(b)
	case reflect.Int:
		x, ok := number(n)
		if !ok || x != math.Trunc(x) || x < 0 || x > math.MaxInt32 {
			d.say(n, path, "scenario_no_integer", kindOf(n), 0, math.MaxInt32)
			return
		}
		v.SetInt(int64(x))
	case reflect.Float64:
		x, ok := number(n)
		if !ok {
			d.say(n, path, "scenario_no_number", kindOf(n))
		}
		v.SetFloat(x)
	}
}

func (d *decoder) text(n *yaml.Node, v reflect.Value, path string) {
	d.composed(n, path)
	v.SetString(n.Value)
	if all, ok := words[v.Type()]; ok {
		for _, w := range all {
			if w == n.Value {
				return
			}
		}
		d.say(n, path, "scenario_not_a_word", n.Value, strings.Join(all, ", "))
	}
	switch v.Type() {
	case codeType:
		d.codes = append(d.codes, located[Code]{Code(n.Value), path, n.Line})
	case anchorType:
		d.places = append(d.places, located[Anchor]{Anchor(n.Value), path, n.Line})
	default:
		d.quotes = append(d.quotes, located[string]{n.Value, path, n.Line})
	}
}

func (d *decoder) composed(n *yaml.Node, path string) {
	if !norm.NFC.IsNormalString(n.Value) {
		d.say(n, path, "scenario_not_nfc", clip(n.Value))
	}
}

// truth knows the words of YAML 1.1, written without quotes.
func truth(n *yaml.Node) (value, ok bool) {
	if n.Style&quoted != 0 {
		return false, false
	}
	switch strings.ToLower(n.Value) {
	case "true", "yes", "on":
		return true, true
	case "false", "no", "off":
		return false, true
	}
	return false, false
}

func number(n *yaml.Node) (float64, bool) {
	var x float64
	if n.Tag != "!!int" && n.Tag != "!!float" || n.Decode(&x) != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		return 0, false
	}
	return x, true
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// kindOf names what stands in a place, for a message in either language.
func kindOf(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "{…}"
	case n.Kind == yaml.SequenceNode:
		return "[…]"
	case isNull(n):
		return "null"
	}
	return strconv.Quote(clip(n.Value))
}

// clip shortens a value for a message.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
