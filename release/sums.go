package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// sumsName is the name of the file that `sha256sum --check` reads.
const sumsName = "SHA256SUMS"

// writeSums writes the SHA-256 of each file beside it. Images are known by digests of
// their own.
func (r *release) writeSums(context.Context) error {
	entries, err := os.ReadDir(r.out) // in order of names
	if err != nil {
		return err
	}
	return create(filepath.Join(r.out, sumsName), func(w io.Writer) error {
		for _, e := range entries {
			if e.IsDir() {
				continue
			}
			sum, err := sumOf(filepath.Join(r.out, e.Name()))
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintf(w, "%s  %s\n", sum, e.Name()); err != nil {
				return err
			}
		}
		return nil
	})
}
