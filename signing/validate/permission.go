package validate

import (
	"slices"

	"kyket/internal/pdf"
)

// permission is the P of a certification's DocMDP transform (ISO 32000-1, 12.8.2.2); 0 when f is no certification.
func (c *judgement) permission(f *found) int {
	list, err := resolveArray(c.file, f.dict.Get("Reference"))
	if err != nil {
		return 0
	}
	for _, o := range list {
		ref, err := resolveDict(c.file, o)
		if err != nil || ref.Get("TransformMethod") != pdf.Object(pdf.Name("DocMDP")) {
			continue
		}
		params, err := resolveDict(c.file, ref.Get("TransformParams"))
		if err != nil {
			return 1
		}
		switch p := params.Get("P").(type) {
		case nil:
			return 2
		case pdf.Integer:
			if p >= 1 && p <= 3 {
				return int(p)
			}
		}
		return 1 // not understood: nothing is allowed
	}
	return 0
}

// certifies says whether the catalog of the signature's own revision names it as the certification. A DocMDP
// transform without that is no certification to any reader.
func (c *judgement) certifies(f *found) bool {
	if c.permission(f) == 0 {
		return false
	}
	perms := c.perms(f.revision)
	return perms.Get("DocMDP") == pdf.Object(f.ref)
}

func (c *judgement) perms(revision int) pdf.Dict {
	at := c.file.At(revision)
	cat, err := at.Catalog()
	if err != nil {
		return nil
	}
	d, _ := resolveDict(at, cat.Get("Perms"))
	return d
}

// constraints: a certification is the first signature and known to the catalog; and nobody else is named there.
func (c *judgement) constraints(s *Signature, f *found) *failure {
	switch p := c.permission(f); {
	case p != 0 && s.Kind != Certification:
		return indeterminate(ConstraintsFailure, "certification_unnamed")
	case p != 0 && f != c.found[0]:
		return failed(FormatFailure, "certification_late")
	}
	if f == c.found[0] && s.Kind != Certification && c.perms(f.revision).Get("DocMDP") != nil {
		return failed(FormatFailure, "certification_missing")
	}
	return nil
}

// promised: a paper whose manifest says "reserved" is certified by the service before anybody signs.
func (c *judgement) promised() {
	first := &c.report.Signatures[0]
	if c.manifest.Policy == reserved && first.Kind != Certification {
		first.fail(indeterminate(ConstraintsFailure, "not_certified"))
	}
}

// content looks for what can show different things to different people, in the document that was signed: scripts,
// layers, forms to fill. Papers have none of them.
func (c *judgement) content(f *pdf.File) {
	what := dynamic(f)
	if what == "" {
		return
	}
	for i := range c.report.Signatures {
		c.report.Signatures[i].fail(indeterminate(ConstraintsFailure, "dynamic", what))
	}
}

func dynamic(f *pdf.File) string {
	cat, err := f.Catalog()
	if err != nil {
		return "/Root"
	}
	for _, r := range f.Revisions() {
		if r.Trailer.Get("XRefStm") != nil { // objects that half of all readers do not see
			return "/XRefStm"
		}
	}
	for _, k := range []pdf.Name{"AA", "OCProperties", "Collection", "NeedsRendering"} {
		if cat.Get(k) != nil {
			return "/" + string(k)
		}
	}
	if open, err := f.Resolve(cat.Get("OpenAction")); err != nil {
		return "/OpenAction"
	} else if d, ok := open.(pdf.Dict); ok && d.Get("S") != pdf.Object(pdf.Name("GoTo")) {
		return "/OpenAction"
	}
	if names, err := resolveDict(f, cat.Get("Names")); err != nil || names.Get("JavaScript") != nil {
		return "/JavaScript"
	}
	form, err := acroForm(f)
	if err != nil || form.Get("XFA") != nil || form.Get("CO") != nil || form.Get("NeedAppearances") == pdf.Object(pdf.Bool(true)) {
		return "/AcroForm"
	}
	fields, err := formFields(f)
	if err != nil || slices.ContainsFunc(fields, func(x formField) bool {
		return x.kind != pdf.Object(pdf.Name("Sig")) || x.dict.Get("A") != nil || x.dict.Get("AA") != nil
	}) {
		return "/AcroForm /Fields"
	}
	return ""
}
