// Package scenarios carries the year that `kyket demo` plays inside the program, so that the demo needs no file beside it.
package scenarios

import _ "embed"

// DemoName is the name of the file that Demo holds, as it stands in messages.
const DemoName = "scenario-c-dongnambo-2026.yaml"

// Demo is the scenario file of the demo.
//
//go:embed scenario-c-dongnambo-2026.yaml
var Demo []byte
