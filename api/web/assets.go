package web

import (
	"path"
	"strings"
	"sync"
)

// Asset is a style sheet or an ES module.
type Asset struct {
	Type string
	Data []byte
	path string
}

// Path is the asset's address; it changes with its bytes, so that it may be kept for ever.
func (a Asset) Path() string { return a.path }

var types = map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}

// assets are the files of the folder asset, by file name.
var assets = sync.OnceValue(func() map[string]Asset {
	names, err := tree.ReadDir("asset")
	if err != nil {
		panic(err) // embedded
	}
	out := map[string]Asset{}
	for _, n := range names {
		data := must(tree.ReadFile(path.Join("asset", n.Name())))
		ext := path.Ext(n.Name())
		out[n.Name()] = Asset{Type: types[ext], Data: data, path: "/assets/" + strings.TrimSuffix(n.Name(), ext) + "-" + sum(data) + ext}
	}
	return out
})

// Assets lists them, for whoever serves them.
func Assets() []Asset {
	var out []Asset
	for _, a := range assets() {
		out = append(out, a)
	}
	return out
}
