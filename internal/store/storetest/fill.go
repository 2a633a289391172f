package storetest

import (
	"fmt"
	"reflect"
	"time"

	"kyket/pact"
)

// Fill sets every field of what v points at to a value of its own, so that a field that is lost on the way to the
// database and back is noticed. Times are in another zone and finer than a microsecond; Date and Digest hold what their
// text form can say; recursion ends at the third level of a type.
func Fill(v any) { (&filler{depth: map[reflect.Type]int{}}).fill(reflect.ValueOf(v).Elem()) }

type filler struct {
	n     int
	depth map[reflect.Type]int
}

func (f *filler) fill(v reflect.Value) {
	f.n++
	switch p := v.Addr().Interface().(type) {
	case *time.Time:
		*p = time.Date(2026, 1, 1+f.n%28, 3, f.n%60, 9, 987654321, zone)
		return
	case *pact.Date:
		*p = pact.Date{Year: 2026, Month: time.Month(1 + f.n%12), Day: 1 + f.n%28}
		return
	case *pact.Digest:
		p[0], p[31] = byte(f.n)|1, byte(f.n>>8)
		return
	case *[]byte:
		*p = []byte{0, byte(f.n), 0xff}
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("“đ%d” <&>\u2028\n", f.n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(f.n))
	case reflect.Uint8:
		v.SetUint(uint64(f.n % 256))
	case reflect.Pointer:
		if f.depth[v.Type()] < 2 {
			f.depth[v.Type()]++
			v.Set(reflect.New(v.Type().Elem()))
			f.fill(v.Elem())
			f.depth[v.Type()]--
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			f.fill(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(v.Field(i))
		}
	default:
		panic(fmt.Sprintf("no filling for %s", v.Type()))
	}
}
