package main

import (
	"context"
	_ "embed"
	"io"
	"path/filepath"
	"text/template"
)

//go:embed landfall.rb.tmpl
var formulaText string

var formula = template.Must(template.New("landfall.rb").Parse(formulaText))

// writeFormula writes how Homebrew installs the release on the platforms that it has.
func (r *release) writeFormula(context.Context) error {
	type download struct{ URL, SHA256 string }
	downloads := map[string]download{}
	for _, p := range r.platforms {
		if p.os == "windows" {
			continue
		}
		sum, err := sumOf(filepath.Join(r.out, r.archiveFile(p)))
		if err != nil {
			return err
		}
		downloads[p.os+"_"+p.arch] = download{"https://github.com/landfall-dev/landfall/releases/download/" + r.version + "/" + r.archiveFile(p), sum}
	}
	return create(filepath.Join(r.out, "landfall.rb"), func(w io.Writer) error {
		return formula.Execute(w, map[string]any{"Version": r.number(), "Downloads": downloads})
	})
}
