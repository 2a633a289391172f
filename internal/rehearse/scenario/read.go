package scenario

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// Read reads one scenario. The error is of type Faults and holds everything that was found.
func Read(r io.Reader) (*Scenario, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, err
	}
	return Parse(data)
}

// Parse is Read for bytes that are there already.
func Parse(data []byte) (*Scenario, error) {
	if len(data) > MaxBytes {
		return nil, Faults{{Code: "scenario_too_large", Args: []any{MaxBytes}}}
	}
	root, fault := document(data)
	if fault != nil {
		return nil, Faults{*fault}
	}
	d, s := &decoder{}, &Scenario{}
	d.value(root, reflect.ValueOf(s).Elem(), "", 0)
	if len(d.faults) == 0 {
		d.references(s)
	}
	if len(d.faults) > 0 {
		return nil, d.faults
	}
	return s, nil
}

func document(data []byte) (*yaml.Node, *Fault) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, next yaml.Node
	if err := dec.Decode(&doc); err != nil {
		return nil, &Fault{Code: "scenario_not_yaml", Args: []any{err.Error()}}
	}
	if err := dec.Decode(&next); !errors.Is(err, io.EOF) {
		return nil, &Fault{Code: "scenario_several"}
	}
	return doc.Content[0], nil
}

// label is a number or a letter that belongs to the position and is the renderer's work.
var label = regexp.MustCompile(`^\s*(Điều\s+\d+|Phụ lục [IVX]+$|\d+[.)]\s|[IVX]+\.\s|[A-ZĐ]\.\s|[a-zđ]\)|[-+–]\s)`)

// labelled are the places whose words must not begin with one.
var labelled = regexp.MustCompile(`(clauses|operation)\S*\.(text|heading)$|resulting_text$`)

// references checks what needs the whole file: codes, anchors, labels.
func (d *decoder) references(s *Scenario) {
	if s.SchemaVersion != 1 {
		d.report(located[int]{path: "schema_version"}.fault("scenario_schema_version", s.SchemaVersion))
	}
	known := map[Code]bool{}
	for _, m := range s.Members {
		if known[m.Code] {
			d.report(Fault{Code: "scenario_repeated_code", Path: "members", Args: []any{string(m.Code)}})
		}
		known[m.Code] = true
	}
	for _, c := range d.codes {
		if !known[c.value] && !strings.HasPrefix(c.path, "amendment.document.added_member.") {
			d.report(c.fault("scenario_no_member", string(c.value)))
		}
	}
	for _, a := range d.places {
		if !a.value.Fits(s.About.Structure) {
			d.report(a.fault("scenario_anchor", clip(string(a.value)), string(s.About.Structure)))
		}
	}
	for _, q := range d.quotes {
		if labelled.MatchString(q.path) && label.MatchString(q.value) {
			d.report(q.fault("scenario_label", clip(q.value)))
		}
	}
}

func (l located[T]) fault(code string, args ...any) Fault {
	return Fault{Code: code, Path: l.path, Line: l.line, Args: args}
}

func (d *decoder) report(f Fault) {
	if len(d.faults) < maxFaults {
		d.faults = append(d.faults, f)
	}
}
