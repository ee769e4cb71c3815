//go:build !web

package web

import (
	"embed"
	"io/fs"
)

//go:embed stub
var stub embed.FS

// dashboard is a page that says how to build the dashboard, so that the server can be
// built without Node.
func dashboard() (fs.FS, error) { return fs.Sub(stub, "stub") }
