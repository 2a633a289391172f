package rehearse

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kyket/internal/rehearse/scenario"
)

// node is a clause of the script: where it stands, not what it says.
type node struct {
	kind     scenario.Kind
	up       *node
	children []*node
}

// places is a text as a tree of places. The server knows clauses by ids that a scenario cannot know; the script finds
// out beforehand which clause each anchor means at each stage.
type places struct{ root *node }

func newPlaces() places { return places{&node{}} }

// at is the clause that stands there now; nil when none does.
func (p places) at(a scenario.Anchor) *node {
	n := p.root
	for _, s := range a.Segments() {
		if n = n.child(s); n == nil {
			return nil
		}
	}
	return n
}

func (n *node) child(s scenario.Segment) *node {
	k := 0
	for _, c := range n.children {
		if c.kind == s.Kind {
			if k++; k == s.Ordinal {
				return c
			}
		}
	}
	return nil
}

// put places n so that it stands at a when done; what was there moves down.
func (p places) put(a scenario.Anchor, n *node) error {
	up := p.root
	if parent := a.Parent(); parent != "" {
		up = p.at(parent)
	}
	path := a.Segments()
	if up == nil || path == nil {
		return fmt.Errorf("the text has no place %s then", a)
	}
	last := path[len(path)-1]
	n.kind, n.up = last.Kind, up
	if here := up.child(last); here != nil {
		up.children = slices.Insert(up.children, slices.Index(up.children, here), n)
	} else {
		up.children = append(up.children, n)
	}
	return nil
}

// leave takes n out, with its children.
func (n *node) leave() {
	if n.up != nil {
		n.up.children = slices.DeleteFunc(n.up.children, func(c *node) bool { return c == n })
		n.up = nil
	}
}

// stage is a text at one moment, both ways.
type stage struct {
	node   map[scenario.Anchor]*node
	anchor map[*node]scenario.Anchor
}

// stage notes who stands where now.
func (p places) stage() stage {
	s := stage{map[scenario.Anchor]*node{}, map[*node]scenario.Anchor{}}
	var walk func(n *node, prefix string)
	walk = func(n *node, prefix string) {
		count := map[scenario.Kind]int{}
		for _, c := range n.children {
			count[c.kind]++
			a := scenario.Anchor(prefix + part(c.kind, count[c.kind]))
			s.node[a], s.anchor[c] = c, a
			walk(c, string(a)+".")
		}
	}
	walk(p.root, "")
	return s
}

var (
	romans  = strings.Fields("I II III IV V VI VII VIII IX X XI XII")
	points  = strings.Fields("a b c d dd e g h i k l m n o p q r s t u v x y")
	letters = strings.Split("ABCDĐEGHIKLMN", "")
)

// part is the last part of the anchor of the n-th (from 1) clause of its kind below its parent.
func part(k scenario.Kind, n int) string {
	numeral := strconv.Itoa(n)
	list := map[scenario.Kind][]string{scenario.KindPart: romans, scenario.KindAnnex: romans, scenario.KindPoint: points, scenario.KindLetter: letters}[k]
	if n <= len(list) {
		numeral = list[n-1]
	}
	switch k {
	case scenario.KindPreamble:
		return string(k)
	case scenario.KindLetter:
		return numeral
	}
	return string(k) + "-" + numeral
}
