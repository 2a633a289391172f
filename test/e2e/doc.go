// Package e2e drives the real program through a real browser: every page is looked at, judged by axe-core and
// photographed, every role walks its part of a pact's life, and what an attacker might try is tried. It must not know
// anything of the code: it sees addresses, pages and what people see on them.
//
// The tests run with `make e2e`, which sets KYKET_E2E; `go test ./...` alone starts no browser.
package e2e
