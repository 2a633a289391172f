package pact

type wireVersion struct {
	header
	Structure     Structure          `json:"structure,omitempty"`
	TypeName      string             `json:"type_name,omitempty"`
	Subject       string             `json:"subject,omitempty"`
	Theme         string             `json:"theme,omitempty"`
	Effective     *wirePeriod        `json:"effective,omitempty"`
	Bases         []wireBasis        `json:"bases,omitempty"`
	Clauses       []wireClause       `json:"clauses,omitempty"`
	Targets       []wireTarget       `json:"targets,omitempty"`
	Registrations []wireRegistration `json:"registrations,omitempty"`
	Recipients    []string           `json:"recipients,omitempty"`
}

type wirePeriod struct {
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
}

type wireBasis struct {
	Text      string `json:"text,omitempty"`
	ValidFrom string `json:"valid_from,omitempty"`
	ValidTo   string `json:"valid_to,omitempty"`
	Source    string `json:"source,omitempty"`
}

type wireClause struct {
	ID       ClauseID     `json:"id,omitempty"`
	Kind     ClauseKind   `json:"kind,omitempty"`
	Heading  string       `json:"heading,omitempty"`
	Text     string       `json:"text,omitempty"`
	Cells    []string     `json:"cells,omitempty"`
	Table    *wireTable   `json:"table,omitempty"`
	Children []wireClause `json:"children,omitempty"`
}

type wireTable struct {
	Content TableContent `json:"content,omitempty"`
	Columns []string     `json:"columns,omitempty"`
}

type wireTarget struct {
	ID        TargetID `json:"id,omitempty"`
	Clause    ClauseID `json:"clause,omitempty"`
	Block     string   `json:"block,omitempty"`
	Indicator string   `json:"indicator,omitempty"`
	Unit      string   `json:"unit,omitempty"`
	Op        string   `json:"op,omitempty"`
	Value     Decimal  `json:"value,omitempty"`
	MaxScore  Decimal  `json:"max_score,omitempty"`
	Source    string   `json:"source,omitempty"`
	Veto      bool     `json:"veto,omitempty"`
	SplitFrom TargetID `json:"split_from,omitempty"`
}

type wireRegistration struct {
	Agency AgencyCode `json:"agency,omitempty"`
	Award  string     `json:"award,omitempty"`
	Level  string     `json:"level,omitempty"`
	Note   string     `json:"note,omitempty"`
}

// CanonicalVersion are the bytes that name a text (docs/formats.md, canonical version).
func CanonicalVersion(c Content) ([]byte, error) { return canonical(versionWire(c)) }

// DecodeVersion reads canonical bytes of a version, at most 8 MiB, and nothing else. That they are a text that could be
// adopted today is for Content.Check.
func DecodeVersion(b []byte) (Content, error) {
	var w wireVersion
	if err := decode(b, formatVersion, maxVersionBytes, &w); err != nil {
		return Content{}, err
	}
	c, err := w.content()
	if err != nil {
		return Content{}, err
	}
	again, err := CanonicalVersion(c)
	if err := sameBytes(formatVersion, b, again, err); err != nil {
		return Content{}, err
	}
	return c, nil
}

func versionWire(c Content) wireVersion {
	w := wireVersion{
		header: header{formatVersion, 1}, Structure: c.Structure, TypeName: c.TypeName, Subject: c.Subject, Theme: c.Theme,
		Effective: periodWire(c.Effective), Clauses: clausesWire(c.Clauses), Recipients: c.Recipients,
	}
	for _, b := range c.Bases {
		w.Bases = append(w.Bases, wireBasis{b.Text, b.ValidFrom.String(), b.ValidTo.String(), b.Source})
	}
	for _, t := range c.Targets {
		w.Targets = append(w.Targets, wireTarget(t))
	}
	for _, r := range c.Registrations {
		w.Registrations = append(w.Registrations, wireRegistration(r))
	}
	return w
}

func periodWire(p Period) *wirePeriod {
	if p == (Period{}) {
		return nil
	}
	return &wirePeriod{p.From.String(), p.To.String()}
}

func clausesWire(list []*Clause) []wireClause {
	var all []wireClause
	for _, cl := range list {
		w := wireClause{ID: cl.ID, Kind: cl.Kind, Heading: cl.Heading, Text: cl.Text, Cells: cl.Cells, Children: clausesWire(cl.Children)}
		if cl.Table != nil {
			w.Table = &wireTable{cl.Table.Content, cl.Table.Columns}
		}
		all = append(all, w)
	}
	return all
}

func (w *wireVersion) content() (Content, error) {
	c := Content{Structure: w.Structure, TypeName: w.TypeName, Subject: w.Subject, Theme: w.Theme, Recipients: w.Recipients}
	var err error
	date := func(field, s string) Date {
		d, e := ParseDate(s)
		if e != nil && err == nil {
			err = ErrFormatValue.With("format", formatVersion).With("field", field).With("value", s)
		}
		return d
	}
	if w.Effective != nil {
		c.Effective = Period{date("effective.from", w.Effective.From), date("effective.to", w.Effective.To)}
	}
	for _, b := range w.Bases {
		c.Bases = append(c.Bases, Basis{b.Text, date("bases.valid_from", b.ValidFrom), date("bases.valid_to", b.ValidTo), b.Source})
	}
	for _, t := range w.Targets {
		c.Targets = append(c.Targets, Target(t))
	}
	for _, r := range w.Registrations {
		c.Registrations = append(c.Registrations, Registration(r))
	}
	var deep bool
	c.Clauses, deep = clausesFrom(w.Clauses, 1)
	if deep {
		return c, ErrFormatValue.With("format", formatVersion).With("field", "clauses.children").With("value", maxDepth)
	}
	return c, err
}

// clausesFrom also says whether the tree is deeper than any structure.
func clausesFrom(list []wireClause, depth int) (all []*Clause, deep bool) {
	if depth > maxDepth && len(list) > 0 {
		return nil, true
	}
	for _, w := range list {
		cl := &Clause{ID: w.ID, Kind: w.Kind, Heading: w.Heading, Text: w.Text, Cells: w.Cells}
		if w.Table != nil {
			cl.Table = &Table{w.Table.Content, w.Table.Columns}
		}
		kids, d := clausesFrom(w.Children, depth+1)
		cl.Children, deep = kids, deep || d
		all = append(all, cl)
	}
	return all, deep
}
