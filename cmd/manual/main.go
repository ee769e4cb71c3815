// Command manual writes what packages of landfall have beside the program: a manual page
// for each command, and the completions of each shell.
//
//	go run ./cmd/manual DIR
//
// makes DIR/man and DIR/completions. The same commands come out as the same bytes: the
// pages are of the time that SOURCE_DATE_EPOCH says (Unix seconds), or of 1970.
package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/landfall-dev/landfall/cmd/internal/cli"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: manual DIR")
		os.Exit(2)
	}
	if err := write(os.Args[1], os.Getenv("SOURCE_DATE_EPOCH")); err != nil {
		fmt.Fprintln(os.Stderr, "manual:", err)
		os.Exit(1)
	}
}

func write(dir, epoch string) error {
	var date time.Time
	if epoch != "" {
		seconds, err := strconv.ParseInt(epoch, 10, 64)
		if err != nil {
			return fmt.Errorf("SOURCE_DATE_EPOCH is %q, and must be Unix seconds", epoch)
		}
		date = time.Unix(seconds, 0).UTC()
	} else {
		date = time.Unix(0, 0).UTC()
	}
	if err := writePages(filepath.Join(dir, "man"), date); err != nil {
		return err
	}
	return writeCompletions(filepath.Join(dir, "completions"))
}

// writePages writes one page of section 1 for each command.
func writePages(dir string, date time.Time) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	root := cli.Commands()
	root.InitDefaultCompletionCmd()
	root.DisableAutoGenTag = true
	header := &doc.GenManHeader{Section: "1", Date: &date, Source: "Landfall", Manual: "Landfall"}
	if err := doc.GenManTree(root, header, dir); err != nil {
		return fmt.Errorf("write the manual pages: %w", err)
	}
	return nil
}

// writeCompletions writes what each shell reads, named as it looks for it.
func writeCompletions(dir string) error {
	root := cli.Commands()
	for _, shell := range []struct {
		file  string
		write func(*cobra.Command, io.Writer) error
	}{
		{"landfall.bash", func(c *cobra.Command, w io.Writer) error { return c.GenBashCompletionV2(w, true) }},
		{"_landfall", func(c *cobra.Command, w io.Writer) error { return c.GenZshCompletion(w) }},
		{"landfall.fish", func(c *cobra.Command, w io.Writer) error { return c.GenFishCompletion(w, true) }},
		{"landfall.ps1", func(c *cobra.Command, w io.Writer) error { return c.GenPowerShellCompletionWithDesc(w) }},
	} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		if err := writeFile(filepath.Join(dir, shell.file), func(w io.Writer) error { return shell.write(root, w) }); err != nil {
			return fmt.Errorf("write the completion %s: %w", shell.file, err)
		}
	}
	return nil
}

func writeFile(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
