package worddiff

// differ marks what goes and what comes: E. W. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), in
// linear space by the middle snake.
type differ struct {
	a, b       []int32
	gone, came []bool
	fwd, back  []int32
}

// maxCost bounds the search in one part: texts that have next to nothing in common are shown as replaced, which is also
// how a person sees them. Time stays below some tens of milliseconds for any two texts.
const maxCost = 3000

// walk compares a[a0:a1] with b[b0:b1].
func (d *differ) walk(a0, a1, b0, b1 int) {
	for a0 < a1 && b0 < b1 && d.a[a0] == d.b[b0] {
		a0, b0 = a0+1, b0+1
	}
	for a0 < a1 && b0 < b1 && d.a[a1-1] == d.b[b1-1] {
		a1, b1 = a1-1, b1-1
	}
	if a0 < a1 && b0 < b1 {
		if x, y, ok := d.middle(a0, a1, b0, b1); ok {
			d.walk(a0, x, b0, y)
			d.walk(x, a1, y, b1)
			return
		}
	}
	for i := a0; i < a1; i++ {
		d.gone[i] = true
	}
	for j := b0; j < b1; j++ {
		d.came[j] = true
	}
}

// middle finds a point on a shortest path, searching from both ends at once; not ok when that costs too much, or when the
// point is a corner and nothing would be gained.
func (d *differ) middle(a0, a1, b0, b1 int) (x, y int, ok bool) {
	a, b := d.a[a0:a1], d.b[b0:b1]
	n, m := len(a), len(b)
	limit := min((n+m+1)/2, maxCost)
	if size := 2*limit + 3; len(d.fwd) < size {
		d.fwd, d.back = make([]int32, size), make([]int32, size)
	}
	mid := limit + 1
	fwd, back := d.fwd[:2*limit+3], d.back[:2*limit+3]
	delta := n - m
	odd := delta&1 != 0
	fwd[mid+1], back[mid+1] = 0, 0
	for c := 0; c <= limit; c++ {
		for k := -c; k <= c; k += 2 {
			x := step(fwd, mid, k, c)
			y := x - k
			for x < n && y < m && x >= 0 && y >= 0 && a[x] == b[y] {
				x, y = x+1, y+1
			}
			fwd[mid+k] = int32(x)
			if r := delta - k; odd && r > -c && r < c && x+int(back[mid+r]) >= n {
				return d.point(a0, b0, n, m, x, y)
			}
		}
		for k := -c; k <= c; k += 2 {
			x := step(back, mid, k, c)
			y := x - k
			for x < n && y < m && x >= 0 && y >= 0 && a[n-1-x] == b[m-1-y] {
				x, y = x+1, y+1
			}
			back[mid+k] = int32(x)
			if r := delta - k; !odd && r >= -c && r <= c && x+int(fwd[mid+r]) >= n {
				return d.point(a0, b0, n, m, n-x, m-y)
			}
		}
	}
	return 0, 0, false
}

// step is the furthest point of diagonal k after one more change.
func step(v []int32, mid, k, c int) int {
	if k == -c || k != c && v[mid+k-1] < v[mid+k+1] {
		return int(v[mid+k+1])
	}
	return int(v[mid+k-1]) + 1
}

func (d *differ) point(a0, b0, n, m, x, y int) (int, int, bool) {
	inside := x >= 0 && y >= 0 && x <= n && y <= m && x+y > 0 && x+y < n+m
	return a0 + x, b0 + y, inside
}
