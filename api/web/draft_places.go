package web

import "kyket/pact"

// place is a position that a clause can be put at.
type place struct {
	Anchor pact.Anchor
	Name   string
	Last   bool // after all others of its kind
}

// clauseKinds in the order in which places are offered.
var clauseKinds = []pact.ClauseKind{pact.Preamble, pact.Article, pact.Part, pact.Letter, pact.Section, pact.Paragraph, pact.Point, pact.Dash, pact.Annex, pact.Row}

// placesIn lists every position of a text that a clause can take, in reading order.
func placesIn(c *pact.Content) []place {
	var out []place
	for _, r := range rowsOf(c) {
		out = append(out, place{Anchor: r.Anchor, Name: r.Name})
	}
	for _, kind := range clauseKinds {
		if a, ok := lastBelow(c, "", kind); ok {
			out = append(out, place{Anchor: a, Name: a.Name(), Last: true})
		}
	}
	c.Walk(func(up pact.Anchor, _ string, cl *pact.Clause) {
		for _, kind := range clauseKinds {
			if !mayHold(c.Structure, up, kind) {
				continue
			}
			if a, ok := lastBelow(c, cl.ID, kind); ok {
				out = append(out, place{Anchor: a, Name: a.Name(), Last: true})
			}
		}
	})
	return out
}

// mayHold says whether a kind of clauses can stand below a place.
func mayHold(s pact.Structure, up pact.Anchor, kind pact.ClauseKind) bool {
	first := pact.Anchor(string(kind) + "-1")
	switch kind {
	case pact.Letter:
		first = "A"
	case pact.Point:
		first = "diem-a"
	}
	return (up + "." + first).Fits(s)
}

// lastBelow is the place after all clauses of a kind below a parent ("": the text itself).
func lastBelow(c *pact.Content, up pact.ClauseID, kind pact.ClauseKind) (pact.Anchor, bool) {
	const probe = pact.ClauseID("~")
	n := c.Clone()
	cl := &pact.Clause{ID: probe, Kind: kind}
	if up == "" {
		n.Clauses = append(n.Clauses, cl)
	} else if parent := n.Find(up); parent != nil {
		parent.Children = append(parent.Children, cl)
	}
	a := n.AnchorOf(probe)
	return a, a != "" && a.Fits(c.Structure) && (kind != pact.Row || up != "" && ownTable(n.Find(up)))
}

func ownTable(cl *pact.Clause) bool {
	return cl != nil && cl.Table != nil && cl.Table.Content == pact.OwnTable
}
