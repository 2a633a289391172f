package templates

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"

	"gopkg.in/yaml.v3"

	"kyket/pact"
)

// PactTemplate is what a new pact starts from: a skeleton in which "…" stands for what the secretariat fills in.
type PactTemplate struct {
	ID             string
	NameVi, NameEn string
	// Content has clauses without ids; a draft assigns them.
	Content pact.Content
}

//go:embed pacts/*.yaml
var pactFiles embed.FS

// pactFile is a template as it is written down.
type pactFile struct {
	ID         string         `yaml:"id"`
	NameVi     string         `yaml:"name_vi"`
	NameEn     string         `yaml:"name_en"`
	Structure  pact.Structure `yaml:"structure"`
	TypeName   string         `yaml:"type_name"`
	Subject    string         `yaml:"subject"`
	Bases      []string       `yaml:"bases"`
	Recipients []string       `yaml:"recipients"`
	Clauses    []struct {
		Anchor  pact.Anchor       `yaml:"anchor"`
		Heading string            `yaml:"heading"`
		Text    string            `yaml:"text"`
		Content pact.TableContent `yaml:"content"`
		Columns []string          `yaml:"columns"`
	} `yaml:"clauses"`
}

// PactTemplates lists the templates in the order of their files. Each call gives values of their own.
func PactTemplates() ([]PactTemplate, error) {
	names, err := fs.Glob(pactFiles, "pacts/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list pact templates: %w", err)
	}
	var out []PactTemplate
	for _, name := range names {
		b, err := pactFiles.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read pact template %s: %w", name, err)
		}
		t, err := readPactTemplate(b)
		if err != nil {
			return nil, fmt.Errorf("read pact template %s: %w", name, err)
		}
		out = append(out, t)
	}
	return out, nil
}

func readPactTemplate(b []byte) (PactTemplate, error) {
	var f pactFile
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(&f); err != nil {
		return PactTemplate{}, err
	}
	var items []pact.Placed
	for _, c := range f.Clauses {
		p := pact.Placed{Anchor: c.Anchor, Heading: c.Heading, Text: c.Text}
		if c.Content != "" {
			p.Table = &pact.Table{Content: c.Content, Columns: c.Columns}
		}
		items = append(items, p)
	}
	clauses, err := pact.BuildClauses(f.Structure, items)
	if err != nil {
		return PactTemplate{}, err
	}
	t := PactTemplate{ID: f.ID, NameVi: f.NameVi, NameEn: f.NameEn, Content: pact.Content{
		Structure: f.Structure, TypeName: f.TypeName, Subject: f.Subject, Clauses: clauses, Recipients: f.Recipients,
	}}
	for _, text := range f.Bases {
		t.Content.Bases = append(t.Content.Bases, pact.Basis{Text: text})
	}
	return t, nil
}
