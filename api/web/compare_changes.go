package web

import (
	"slices"

	"kyket/internal/worddiff"
	"kyket/pact"
)

// changesOf lists the clauses of b in reading order, with those that only a has after the clause that they followed.
func changesOf(a, b *pact.Content) []changeRow {
	before, after := rowsOf(a), rowsOf(b)
	old := map[pact.ClauseID]clauseRow{}
	for _, r := range before {
		old[r.ID] = r
	}
	moved := movedIn(a, b)
	var out []changeRow
	have := map[pact.ClauseID]bool{}
	for _, r := range after {
		have[r.ID] = true
		it := changeRow{clauseRow: r}
		o, was := old[r.ID]
		switch {
		case !was:
			it.Added = true
			it.set("", "", r.Heading, r.body())
		default:
			it.set(o.Heading, o.body(), r.Heading, r.body())
			it.Moved = moved[r.ID]
			if o.Name != r.Name {
				it.Before = o.Name
			}
		}
		out = append(out, it)
	}
	previous := pact.ClauseID("")
	for _, r := range before {
		if !have[r.ID] {
			it := changeRow{clauseRow: r, Deleted: true}
			it.set(r.Heading, r.body(), "", "")
			at := slices.IndexFunc(out, func(x changeRow) bool { return x.ID == previous }) + 1
			out = slices.Insert(out, at, it)
		}
		previous = r.ID
	}
	return out
}

// body is the clause below its heading, a row's cells on lines of their own.
func (r clauseRow) body() string {
	s := r.Text
	for i, c := range r.Cells {
		if i > 0 || s != "" {
			s += "\n"
		}
		s += c
	}
	return s
}

// set compares the words.
func (c *changeRow) set(oldHead, oldBody, newHead, newBody string) {
	c.HeadInline = worddiff.Diff(oldHead, newHead)
	c.Inline = worddiff.Diff(oldBody, newBody)
	c.Places = worddiff.Changes(c.HeadInline) + worddiff.Changes(c.Inline)
	for _, s := range c.Inline {
		if s.Op != worddiff.Insert {
			c.Old = append(c.Old, s)
		}
		if s.Op != worddiff.Delete {
			c.New = append(c.New, s)
		}
	}
}

// movedIn says which clauses changed their place: they stand below another clause, or in another order among those that
// both versions have. Being numbered anew because others came or went is no move.
func movedIn(a, b *pact.Content) map[pact.ClauseID]bool {
	out := map[pact.ClauseID]bool{}
	parents := func(c *pact.Content) (up map[pact.ClauseID]pact.ClauseID, kids map[pact.ClauseID][]pact.ClauseID) {
		up, kids = map[pact.ClauseID]pact.ClauseID{}, map[pact.ClauseID][]pact.ClauseID{}
		note := func(parent pact.ClauseID, list []*pact.Clause) {
			for _, k := range list {
				up[k.ID] = parent
				kids[parent] = append(kids[parent], k.ID)
			}
		}
		note("", c.Clauses)
		c.Walk(func(_ pact.Anchor, _ string, cl *pact.Clause) { note(cl.ID, cl.Children) })
		return up, kids
	}
	upA, kidsA := parents(a)
	upB, kidsB := parents(b)
	for id, up := range upB {
		if was, ok := upA[id]; ok && was != up {
			out[id] = true
		}
	}
	for parent, list := range kidsB {
		place := map[pact.ClauseID]int{}
		for i, id := range kidsA[parent] {
			place[id] = i
		}
		var common []pact.ClauseID
		var order []int
		for _, id := range list {
			if i, ok := place[id]; ok {
				common, order = append(common, id), append(order, i)
			}
		}
		stay := longestRise(order)
		for i, id := range common {
			if !stay[i] {
				out[id] = true
			}
		}
	}
	return out
}

// longestRise marks a longest rising subsequence: the siblings that need not have moved.
func longestRise(list []int) []bool {
	best, from := make([]int, len(list)), make([]int, len(list))
	end := -1
	for i := range list {
		best[i], from[i] = 1, -1
		for j := range i {
			if list[j] < list[i] && best[j]+1 > best[i] {
				best[i], from[i] = best[j]+1, j
			}
		}
		if end < 0 || best[i] > best[end] {
			end = i
		}
	}
	stay := make([]bool, len(list))
	for ; end >= 0; end = from[end] {
		stay[end] = true
	}
	return stay
}

// changedTargets lists the targets that differ.
func changedTargets(a, b []pact.Target) (out []targetChange) {
	for _, n := range b {
		i := slices.IndexFunc(a, func(o pact.Target) bool { return o.ID == n.ID })
		switch {
		case i < 0:
			out = append(out, targetChange{New: n})
		case a[i] != n:
			out = append(out, targetChange{Old: a[i], New: n})
		}
	}
	for _, o := range a {
		if !slices.ContainsFunc(b, func(n pact.Target) bool { return n.ID == o.ID }) {
			out = append(out, targetChange{Old: o, New: o, Drop: true})
		}
	}
	return out
}
