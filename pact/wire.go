package pact

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"io"
	"time"

	"github.com/gowebpki/jcs"
)

// This file and wire_*.go are the codec of the bytes that last: docs/formats.md defines them. The structs here are the
// wire, and nothing else may depend on them.

// Refusals of documents.
var (
	ErrFormatSize = Problem(TooLarge, "document_too_large",
		"Tài liệu {format} dài {size} byte, vượt giới hạn {limit}.",
		"The {format} document has {size} bytes, more than {limit}.")
	ErrFormatSyntax = Problem(Invalid, "document_not_readable",
		"Không đọc được tài liệu {format}.",
		"The {format} document cannot be read.")
	ErrFormatUnknown = Problem(Invalid, "document_unknown_format",
		"Đây là tài liệu “{got}” phiên bản {schema}, không phải {format} phiên bản 1.",
		"This is a “{got}” document of schema {schema}, not {format} of schema 1.")
	ErrFormatForm = Problem(Invalid, "document_not_canonical",
		"Tài liệu {format} không ở dạng chuẩn duy nhất (RFC 8785).",
		"The {format} document is not in its one canonical form (RFC 8785).")
	ErrFormatValue = Problem(Invalid, "document_value",
		"Tài liệu {format} có giá trị không hợp lệ ở {field}: {value}.",
		"The {format} document holds a value that is not valid at {field}: {value}.")
	ErrLedgerGap = Problem(Conflict, "ledger_incomplete",
		"Góp ý số {number} chưa có đúng một trả lời nên chưa lập được sổ góp ý.",
		"Comment {number} has not exactly one answer, so that the ledger cannot be made.")
)

// The formats; each is at schema 1.
const (
	formatVersion  = "kyket-version"
	formatLedger   = "kyket-ledger"
	formatManifest = "kyket-manifest"
	formatPact     = "kyket-pact"

	maxVersionBytes  = 8 << 20
	maxManifestBytes = 1 << 20
	maxDepth         = 8
)

// header begins every document.
type header struct {
	Format string `json:"format"`
	Schema int    `json:"schema"`
}

// DigestOf is the SHA-256 of b.
func DigestOf(b []byte) Digest { return sha256.Sum256(b) }

// canonical is v in the form of RFC 8785.
func canonical(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, ErrInternal.Because(err)
	}
	out, err := jcs.Transform(b.Bytes())
	if err != nil {
		return nil, ErrInternal.Because(err)
	}
	return out, nil
}

// decode reads a document of one format into v, and refuses other formats, sizes and unknown members. That the bytes are
// the canonical ones is for sameBytes.
func decode(b []byte, format string, limit int, v any) error {
	if len(b) > limit {
		return ErrFormatSize.With("format", format).With("size", len(b)).With("limit", limit)
	}
	var h header
	if err := json.Unmarshal(b, &h); err != nil {
		return ErrFormatSyntax.With("format", format).Because(err)
	}
	if h.Format != format || h.Schema != 1 {
		return ErrFormatUnknown.With("got", h.Format).With("schema", h.Schema).With("format", format)
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return ErrFormatSyntax.With("format", format).Because(err)
	}
	if _, err := d.Token(); err != io.EOF {
		return ErrFormatSyntax.With("format", format)
	}
	return nil
}

// sameBytes refuses what was not written exactly as its reader would write it.
func sameBytes(format string, got, again []byte, err error) error {
	if err != nil {
		return err
	}
	if !bytes.Equal(got, again) {
		return ErrFormatForm.With("format", format)
	}
	return nil
}

// stamp writes a time of the wire, "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
