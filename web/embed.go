//go:build web

package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// dashboard is what was built of src.
func dashboard() (fs.FS, error) { return fs.Sub(dist, "dist") }
