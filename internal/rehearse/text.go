package rehearse

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"kyket/internal/rehearse/scenario"
)

// contentBody is the first text, in the words of the API.
func (y *player) contentBody() obj {
	s := y.plan.scenario
	k := s.Pact
	bases := []obj{}
	for _, b := range k.Bases {
		bases = append(bases, obj{"text": b.Text, "valid_from": dateOf(b.ValidFrom), "valid_to": dateOf(b.ValidTo), "source": b.Source})
	}
	targets := []obj{}
	for _, g := range k.Targets {
		targets = append(targets, obj{"target": targetBody(g), "anchor": g.Anchor})
	}
	registrations := []obj{}
	for _, r := range k.Registrations {
		registrations = append(registrations, obj{"agency": r.Member, "award": r.Award, "level": r.Level, "note": r.Note})
	}
	return obj{"structure": s.About.Structure, "type_name": k.TypeName, "subject": k.Subject, "theme": k.Theme,
		"effective": obj{"from": k.Effective.From.DateText(), "to": k.Effective.To.DateText()},
		"bases":     bases, "clauses": clauseBodies(k), "targets": targets, "registrations": registrations, "recipients": list(s.Recipients())}
}

func clauseBodies(k scenario.Pact) []obj {
	clauses := []obj{}
	for _, c := range k.Clauses {
		clauses = append(clauses, obj{"anchor": c.Anchor, "heading": c.Heading, "text": c.Text})
	}
	for _, x := range k.Annexes {
		content := x.Content
		if content == "" {
			content = scenario.OwnTable
		}
		annex := obj{"anchor": x.Code, "heading": x.Title, "text": x.Text}
		if len(x.Columns) > 0 || x.Content != "" {
			annex["table"] = obj{"content": content, "columns": list(x.Columns)}
		}
		clauses = append(clauses, annex)
		for i, row := range x.Rows {
			clauses = append(clauses, obj{"anchor": fmt.Sprintf("%s.dong-%d", x.Code, i+1), "cells": list(row)})
		}
	}
	return clauses
}

func targetBody(g scenario.Target) obj {
	block := g.Block
	if block == "" {
		block = scenario.AllBlocks
	}
	b := obj{"id": g.ID, "block": block, "indicator": g.Indicator, "unit": g.Unit, "op": g.Op, "value": decimal(g.Value),
		"source": g.Source, "veto": g.Veto, "split_from": g.SplitFrom}
	if g.MaxScore != nil {
		b["max_score"] = decimal(*g.MaxScore)
	}
	return b
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func dateOf(w *scenario.When) string {
	if w == nil {
		return ""
	}
	return w.DateText()
}

// createPact starts the pact with its first text.
func (y *player) createPact(ctx context.Context, at time.Time) error {
	var made struct {
		ID string `json:"id"`
	}
	err := y.do(ctx, call{key: "pact", place: "pact", at: at, who: y.cast.chief, method: http.MethodPost, path: "/pacts",
		body: obj{"cluster": y.cluster, "content": y.contentBody()}, facts: &made})
	y.pact = made.ID
	y.say("%s  soạn thảo: %s", y.stamp(at), y.plan.scenario.Pact.Subject)
	return err
}

// versionFacts is a version with the ids of its clauses by their places.
type versionFacts struct {
	Number  int    `json:"number"`
	Label   string `json:"label"`
	SHA256  string `json:"sha256"`
	Closed  bool   `json:"closed"`
	Clauses []struct {
		ID     string          `json:"id"`
		Anchor scenario.Anchor `json:"anchor"`
	} `json:"clauses"`
	ids map[scenario.Anchor]string
}

// version reads a version once; versions never change.
func (y *player) version(ctx context.Context, n int) (*versionFacts, error) {
	if v := y.texts[n]; v != nil {
		return v, nil
	}
	v := &versionFacts{ids: map[scenario.Anchor]string{}}
	if err := y.get(ctx, y.cast.chief, fmt.Sprintf("/pacts/%s/versions/%d", y.pact, n), v); err != nil {
		return nil, err
	}
	for _, c := range v.Clauses {
		v.ids[c.Anchor] = c.ID
	}
	y.texts[n] = v
	return v, nil
}
