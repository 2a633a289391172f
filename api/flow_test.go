package api_test

import "testing"

// TestFlow takes a pact the whole way over HTTP.
func TestFlow(t *testing.T) {
	w := furnish(t)
	id := w.bring("archived")
	p := w.must(call{as: "auditor", method: "GET", path: "/pacts/" + id})
	if p["state"] != "archived" {
		t.Errorf("state %v", p["state"])
	}
}
