package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWrite(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := write(dir, "1795374865"); err != nil {
		t.Fatal(err)
	}
	for file, says := range map[string]string{
		"man/landfall.1":                     "Follow a git commit to where it runs",
		"man/landfall-snapshot-kubernetes.1": "exclude-namespace",
		"man/landfall-doctor.1":              "Nov 2026",
		"completions/landfall.bash":          "__start_landfall",
		"completions/_landfall":              "#compdef landfall",
		"completions/landfall.fish":          "complete -c landfall",
		"completions/landfall.ps1":           "Register-ArgumentCompleter",
	} {
		text, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil || !strings.Contains(string(text), says) {
			t.Errorf("%s: %v, and %q is not in it", file, err, says)
		}
	}
}

// What is packaged depends on nothing but the commands.
func TestWrite_SameBytes(t *testing.T) {
	t.Parallel()
	dirs := []string{t.TempDir(), t.TempDir()}
	var all [2]bytes.Buffer
	for i, dir := range dirs {
		if err := write(dir, ""); err != nil {
			t.Fatal(err)
		}
		files, err := filepath.Glob(filepath.Join(dir, "*", "*"))
		if err != nil || len(files) < 60 {
			t.Fatalf("%d files, %v", len(files), err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all[i].WriteString(filepath.Base(file) + "\n")
			all[i].Write(text)
		}
	}
	if !bytes.Equal(all[0].Bytes(), all[1].Bytes()) {
		t.Error("the second time something else was written")
	}
}

func TestWrite_Epoch(t *testing.T) {
	t.Parallel()
	if err := write(t.TempDir(), "yesterday"); err == nil || !strings.Contains(err.Error(), "SOURCE_DATE_EPOCH") {
		t.Errorf("err = %v", err)
	}
}
