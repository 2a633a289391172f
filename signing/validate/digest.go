package validate

import (
	"crypto"
	"encoding"
	"encoding/hex"
	"hash"
	"slices"

	"kyket/internal/pdf"
)

// span asks for the digest of the bytes before gapStart and from gapEnd to end.
type span struct{ gapStart, gapEnd, end int64 }

// digestSpans computes the digests of all spans in one pass over the file: at each gap the state is copied, and the copy
// goes on behind the gap. Sixty signatures then cost one reading of the file and not sixty.
func digestSpans(data []byte, h crypto.Hash, spans []span) map[span][]byte {
	out := make(map[span][]byte, len(spans))
	sorted := slices.Clone(spans)
	slices.SortFunc(sorted, func(a, b span) int { return int(a.gapStart - b.gapStart) })
	run := h.New()
	var at int64
	for _, s := range sorted {
		run.Write(data[at:s.gapStart])
		at = s.gapStart
		if fork := forked(run, h); fork != nil {
			fork.Write(data[s.gapEnd:s.end])
			out[s] = fork.Sum(nil)
		}
	}
	return out
}

func forked(run hash.Hash, h crypto.Hash) hash.Hash {
	m, ok := run.(encoding.BinaryMarshaler)
	if !ok {
		return nil
	}
	state, err := m.MarshalBinary()
	if err != nil {
		return nil
	}
	fork := h.New()
	if fork.(encoding.BinaryUnmarshaler).UnmarshalBinary(state) != nil {
		return nil
	}
	return fork
}

// heads are the SHA-256 digests, in hexadecimal, of the file up to the end of each revision, and of the whole file.
func heads(data []byte, revs []pdf.Revision) ([]string, string) {
	run := crypto.SHA256.New()
	var at int64
	var out []string
	for _, r := range revs {
		run.Write(data[at:r.End])
		at = r.End
		out = append(out, hex.EncodeToString(run.Sum(nil)))
	}
	run.Write(data[at:])
	return out, hex.EncodeToString(run.Sum(nil))
}
