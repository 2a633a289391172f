package e2e

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// BenchmarkPages asks for each page 50 times a second, whether or not the answers keep up, and reports how long they
// took: the median, the 99th of a hundred, and the slowest.
func BenchmarkPages(b *testing.B) {
	w, err := demo()
	if err != nil {
		b.Fatal(err)
	}
	const rate, seconds = 50, 4
	for _, v := range views {
		if v.do != nil || v.status != 0 {
			continue
		}
		b.Run(v.name, func(b *testing.B) {
			path, found := v.path, true
			for found {
				var before, what, after string
				if before, after, found = strings.Cut(path, "{"); found {
					what, after, _ = strings.Cut(after, "}")
					id, err := w.id(what)
					if err != nil {
						b.Fatal(err)
					}
					path = before + id + after
				}
			}
			c := w.client()
			if v.as != "" {
				value, err := w.cookie(v.as)
				if err != nil {
					b.Fatal(err)
				}
				u, _ := url.Parse(w.URL)
				c.Jar.SetCookies(u, []*http.Cookie{{Name: "kyket", Value: value, Path: "/"}})
			}
			c.Transport = &http.Transport{MaxIdleConnsPerHost: rate}
			took := make([]time.Duration, rate*seconds)
			var all sync.WaitGroup
			tick := time.NewTicker(time.Second / rate)
			defer tick.Stop()
			for i := range took {
				<-tick.C
				all.Go(func() {
					from := time.Now()
					resp, err := c.Get(w.URL + path)
					if err != nil {
						b.Error(err)
						return
					}
					_, _ = io.Copy(io.Discard, resp.Body)
					resp.Body.Close()
					if resp.StatusCode != http.StatusOK {
						b.Error(path, resp.Status)
					}
					took[i] = time.Since(from)
				})
			}
			all.Wait()
			slices.Sort(took)
			ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
			b.ReportMetric(ms(took[len(took)/2]), "p50-ms")
			b.ReportMetric(ms(took[len(took)*99/100]), "p99-ms")
			b.ReportMetric(ms(took[len(took)-1]), "max-ms")
			b.ReportMetric(0, "ns/op")
		})
	}
}
