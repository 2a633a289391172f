package font

import "testing"

func TestSizes(t *testing.T) {
	fam, err := Liberation()
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range fam {
		p := f.Program(nil)
		t.Log(i, p.Name, len(p.File), p.FileLength, len(p.CIDToGID), len(p.ToUnicode), len(p.Widths), len(f.seed))
	}
}
