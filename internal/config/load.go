package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"kyket/pact"
)

// maxFile bounds the configuration and the files with secrets.
const maxFile = 1 << 20

// foreign are names below KYKET_ that belong to tests and scripts, not to the server.
var foreign = []string{"KYKET_TEST_", "KYKET_JUDGES", "KYKET_PYTHON", "KYKET_E2E"}

type given struct{ text, where string }

type loader struct {
	src   Source
	found map[string]given
	bad   []pact.Detail
	path  string // of the configuration file
}

// put keeps the first value of a key: the sources are asked in order of precedence, except flags, which overwrite.
func (l *loader) put(key, text, where string) {
	if _, there := l.found[key]; !there {
		l.found[key] = given{text, where}
	}
}

func (l *loader) flags() {
	for _, key := range slices.Sorted(maps.Keys(l.src.Flags)) {
		if !known(key) {
			l.say(key, errUnknown.With("key", key).With("where", "--"+key))
			continue
		}
		l.found[key] = given{l.src.Flags[key], "--" + key}
	}
}

func (l *loader) env() {
	names := map[string]string{}
	for _, pair := range l.src.Env {
		if name, v, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "KYKET_") && !slices.ContainsFunc(foreign, func(p string) bool { return strings.HasPrefix(name, p) }) {
			names[name] = v
		}
	}
	l.path = l.src.File
	if l.path == "" {
		l.path = names["KYKET_CONFIG"]
	}
	delete(names, "KYKET_CONFIG")
	for _, s := range settings {
		name := "KYKET_" + strings.ToUpper(strings.ReplaceAll(s.key, ".", "_"))
		v, plain := names[name]
		file, fromFile := names[name+"_FILE"]
		switch {
		case plain && fromFile && s.secret:
			l.say(s.key, errBoth.With("key", name))
		case plain:
			l.put(s.key, v, name)
		case fromFile && s.secret:
			l.secret(s.key, name+"_FILE", file)
		}
		delete(names, name)
		if s.secret {
			delete(names, name+"_FILE")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		l.say(name, errUnknown.With("key", name).With("where", "environment"))
	}
}

// secret reads one line; the line's end is not part of it.
func (l *loader) secret(key, name, file string) {
	data, err := l.src.Read(file)
	if err != nil || len(data) > maxFile {
		l.say(key, errRead.With("file", file).With("key", name).Because(err))
		return
	}
	l.put(key, strings.TrimRight(string(data), "\r\n"), name)
}

func (l *loader) file() {
	if l.path == "" {
		return
	}
	data, err := l.src.Read(l.path)
	if err != nil || len(data) > maxFile {
		l.say("config", errRead.With("file", l.path).With("key", "config").Because(err))
		return
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, next yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return // an empty file sets nothing
	case err != nil:
		l.say("config", errSyntax.With("file", l.path).With("reason", err.Error()))
		return
	}
	if err := dec.Decode(&next); !errors.Is(err, io.EOF) {
		l.say("config", errSyntax.With("file", l.path).With("reason", "---"))
		return
	}
	l.node(doc.Content[0], "")
}

// node walks maps down to a known key.
func (l *loader) node(n *yaml.Node, key string) {
	where := fmt.Sprintf("%s:%d", l.path, n.Line)
	if known(key) {
		text, ok := scalars(n)
		if !ok {
			l.say(key, errValue.With("value", "{…}").With("key", key).With("where", where).With("wanted", &wanted{"một giá trị", "a value"}))
			return
		}
		l.put(key, text, where)
		return
	}
	if n.Kind != yaml.MappingNode || key != "" && !prefix(key) {
		l.say(key, errUnknown.With("key", key).With("where", where))
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		inner := strings.TrimPrefix(key+"."+k.Value, ".")
		if seen[inner] {
			l.say(inner, errSyntax.With("file", l.path).With("reason", inner+" × 2"))
			continue
		}
		seen[inner] = true
		l.node(n.Content[i+1], inner)
	}
}

// scalars is a scalar, or a list of scalars joined by commas; null is an empty value.
func scalars(n *yaml.Node) (string, bool) {
	switch {
	case n.Kind == yaml.ScalarNode && n.Tag == "!!null":
		return "", true
	case n.Kind == yaml.ScalarNode:
		return n.Value, true
	case n.Kind != yaml.SequenceNode:
		return "", false
	}
	parts := make([]string, len(n.Content))
	for i, x := range n.Content {
		if x.Kind != yaml.ScalarNode || strings.Contains(x.Value, ",") {
			return "", false
		}
		parts[i] = x.Value
	}
	return strings.Join(parts, ","), true
}

func known(key string) bool {
	return slices.ContainsFunc(settings, func(s setting) bool { return s.key == key })
}

func prefix(key string) bool {
	return slices.ContainsFunc(settings, func(s setting) bool { return strings.HasPrefix(s.key, key+".") })
}
