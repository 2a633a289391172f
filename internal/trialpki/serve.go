package trialpki

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

const maxRequest = 16 << 10

// Ask answers in process what Handler answers over HTTP: a request to one of the addresses in the world's own
// certificates. Its shape is that of signing/trust's transport, so that a rehearsal needs no port.
func (w *World) Ask(ctx context.Context, address, _ string, body []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	path, ours := strings.CutPrefix(address, w.base+"/")
	if !ours {
		return nil, fmt.Errorf("%s is not an address of the trial world", address)
	}
	return w.answer(path, body)
}

func (w *World) answer(path string, body []byte) ([]byte, error) {
	switch dir, file, _ := strings.Cut(path, "/"); dir {
	case "tsa":
		return w.AnswerStamp(body)
	case "ocsp":
		if file != "" { // GET form (RFC 6960, A.1)
			der, err := base64.StdEncoding.DecodeString(file)
			if err != nil {
				return nil, fmt.Errorf("OCSP request in the address: %w", err)
			}
			body = der
		}
		return w.AnswerOCSP(body)
	case "crl":
		return w.CRL(strings.TrimSuffix(file, ".crl"))
	case "certs":
		e, known := w.entity[strings.TrimSuffix(file, ".cer")]
		if !known {
			return nil, fmt.Errorf("no certificate %s", file)
		}
		return e.cert.Raw, nil
	}
	return nil, fmt.Errorf("no such place: %s", path)
}

var mediaTypes = map[string]string{
	"tsa": "application/timestamp-reply", "ocsp": "application/ocsp-response", "crl": "application/pkix-crl", "certs": "application/pkix-cert",
}

// Handler serves /tsa, /ocsp, /crl/*.crl and /certs/*.cer; mount it, prefix stripped, at the path of Base.
func (w *World) Handler() http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, maxRequest))
		if err != nil {
			http.Error(rw, "request too long", http.StatusRequestEntityTooLarge)
			return
		}
		path := strings.TrimPrefix(r.URL.EscapedPath(), "/")
		dir, _, _ := strings.Cut(path, "/")
		if path, err = url.PathUnescape(path); err != nil {
			http.Error(rw, "bad address", http.StatusBadRequest)
			return
		}
		kind, known := mediaTypes[dir]
		if !known {
			http.NotFound(rw, r)
			return
		}
		out, err := w.answer(path, body)
		switch {
		case err != nil && dir == "tsa":
			http.Error(rw, err.Error(), http.StatusServiceUnavailable)
		case err != nil:
			http.Error(rw, err.Error(), http.StatusNotFound)
		default:
			rw.Header().Set("Content-Type", kind)
			_, _ = rw.Write(out) // the asker is gone: nobody is left to tell
		}
	})
}
