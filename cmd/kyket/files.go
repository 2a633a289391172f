package main

import (
	"crypto/x509"
	"net/url"
	"os"
	"path/filepath"
	"slices"
)

// writeWhole writes a file so that a kill leaves the old one, or none, but never a part.
func writeWhole(path string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }() // gone after the rename
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// hostOf is the host of an address, without its port.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// hostsOf are the hosts that certificates name for questions about them.
func hostsOf(certs []*x509.Certificate) (hosts []string) {
	for _, c := range certs {
		for _, list := range [][]string{c.OCSPServer, c.CRLDistributionPoints, c.IssuingCertificateURL} {
			for _, address := range list {
				if h := hostOf(address); h != "" && !slices.Contains(hosts, h) {
					hosts = append(hosts, h)
				}
			}
		}
	}
	return hosts
}
