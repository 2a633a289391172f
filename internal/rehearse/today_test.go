package rehearse

import (
	"strings"
	"testing"
)

func TestRewriteMovesTheYearsOnce(t *testing.T) {
	body := obj{"subject": "Năm 2026", "clauses": []obj{{"text": "từ quý IV năm 2025 đến hết năm 2026, so với năm 2025"}}, "effective": obj{"to": "2026-12-31"}}
	if err := rewrite(&body, strings.NewReplacer("2026", "2027", "2025", "2026")); err != nil {
		t.Fatal(err)
	}
	clause := body["clauses"].([]any)[0].(map[string]any)["text"]
	if body["subject"] != "Năm 2027" || clause != "từ quý IV năm 2026 đến hết năm 2027, so với năm 2026" ||
		body["effective"].(map[string]any)["to"] != "2027-12-31" {
		t.Errorf("got %v", body)
	}
}
