package identity

import (
	"net/netip"
	"sync"
	"time"
)

// Throttle counts tries per key in a bucket of Burst that gains one try each Refill. It holds at most Keys keys and
// forgets those that have recovered; when all are in trouble the oldest goes. It keeps to one process.
type Throttle struct {
	burst  float64
	refill time.Duration
	keys   int

	mu      sync.Mutex
	buckets map[string]*bucket
}

type bucket struct {
	left float64
	at   time.Time
}

// NewThrottle allows burst tries at once and then one each refill, for up to keys keys.
func NewThrottle(burst int, refill time.Duration, keys int) *Throttle {
	return &Throttle{burst: float64(burst), refill: refill, keys: keys, buckets: map[string]*bucket{}}
}

// Take uses one try of the key. When there is none it says how long to wait.
func (t *Throttle) Take(key string, now time.Time) (wait time.Duration, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	b := t.buckets[key]
	if b == nil {
		t.makeRoom(now)
		b = &bucket{left: t.burst, at: now}
		t.buckets[key] = b
	}
	b.left, b.at = t.left(b, now), now
	if b.left < 1 {
		return time.Duration((1 - b.left) * float64(t.refill)), false
	}
	b.left--
	return 0, true
}

// Return gives a try back: it was a good one.
func (t *Throttle) Return(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if b := t.buckets[key]; b != nil {
		b.left = min(b.left+1, t.burst)
	}
}

func (t *Throttle) left(b *bucket, now time.Time) float64 {
	if gone := now.Sub(b.at); gone > 0 {
		return min(t.burst, b.left+float64(gone)/float64(t.refill))
	}
	return b.left
}

// makeRoom forgets what has recovered once the table is full, and the longest unused key when nothing has.
func (t *Throttle) makeRoom(now time.Time) {
	if len(t.buckets) < t.keys {
		return
	}
	oldest, seen := "", time.Time{}
	for k, b := range t.buckets {
		if t.left(b, now) >= t.burst {
			delete(t.buckets, k)
		} else if oldest == "" || b.at.Before(seen) {
			oldest, seen = k, b.at
		}
	}
	if len(t.buckets) >= t.keys {
		delete(t.buckets, oldest)
	}
}

// AddressKey is what a client address counts as: itself, or its /64 in IPv6, where one holder has all of it.
func AddressKey(addr string) string {
	a, err := netip.ParseAddr(addr)
	if err != nil {
		return addr
	}
	a = a.Unmap().WithZone("")
	if a.Is6() {
		p, err := a.Prefix(64)
		if err == nil {
			return p.String()
		}
	}
	return a.String()
}
