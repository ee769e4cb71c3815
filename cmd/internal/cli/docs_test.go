package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// document reads a page of the documentation.
func document(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../../docs", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// eachCommand calls f for each command that does something.
func eachCommand(cmd *cobra.Command, f func(*cobra.Command)) {
	if !cmd.HasSubCommands() && cmd.Runnable() {
		f(cmd)
	}
	for _, child := range cmd.Commands() {
		eachCommand(child, f)
	}
}

// TestDocs_Commands fails for a command or a flag that the documentation does
// not name, and for a command without help.
func TestDocs_Commands(t *testing.T) {
	t.Parallel()
	page := document(t, "cli.md")
	eachCommand(newRootCmd(&App{}), func(cmd *cobra.Command) {
		if !strings.Contains(page, "| `"+cmd.CommandPath()) {
			t.Errorf("%s is not in cli.md", cmd.CommandPath())
		}
		if cmd.Short == "" || !strings.Contains(cmd.Example, cmd.CommandPath()) && !strings.Contains(cmd.Example, "ls ") {
			t.Errorf("%s has no summary, or no example of itself", cmd.CommandPath())
		}
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if !strings.Contains(page, "`--"+f.Name) {
				t.Errorf("--%s of %s is not in cli.md", f.Name, cmd.CommandPath())
			}
		})
	})
}

// TestDocs_ExitCodes holds the two lists of exit codes against each other.
func TestDocs_ExitCodes(t *testing.T) {
	t.Parallel()
	rows := regexp.MustCompile(`(?m)^\| (\d+) \| ([^|]+) \|`).FindAllStringSubmatch(document(t, "cli.md"), -1)
	help := regexp.MustCompile(`(?m)^ +(\d+)  (.+?)(?: \([A-Z_, ]+\))?$`).FindAllStringSubmatch(newExitCodesTopic().Long, -1)
	if len(rows) != 9 || len(help) != 9 {
		t.Fatalf("%d codes in cli.md, %d in help; want 9", len(rows), len(help))
	}
	for i := range rows {
		if rows[i][1] != help[i][1] || rows[i][2] != help[i][2] {
			t.Errorf("cli.md has %q, help has %q", rows[i][1:], help[i][1:])
		}
	}
}

// TestDocs_JSON fails for a field in any pinned document that cli-json.md does
// not list, and for one that it lists and no document has.
func TestDocs_JSON(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/golden/*.json.txt")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	written := map[string]bool{"version": true}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		body, _, _ := strings.Cut(string(text), "-- stderr --")
		var value any
		if err := json.Unmarshal([]byte(body), &value); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		fieldsOf(value, written)
	}
	listed := map[string]bool{}
	for _, m := range regexp.MustCompile("`([a-z][A-Za-z0-9]*)`").FindAllStringSubmatch(document(t, "cli-json.md"), -1) {
		listed[m[1]] = true
	}
	for field := range written {
		if !listed[field] {
			t.Errorf("%s is written and not in cli-json.md", field)
		}
	}
	notFields := map[string]bool{"where": true, "changes": true, "metrics": true, "mine": true, "list": true, "search": true, "log": true, "null": true}
	for field := range listed {
		if !written[field] && !notFields[field] {
			t.Errorf("%s is in cli-json.md and never written", field)
		}
	}
}

// fieldsOf adds the names of all fields in a value.
func fieldsOf(value any, fields map[string]bool) {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			fieldsOf(item, fields)
		}
	case map[string]any:
		for name, item := range v {
			fields[name] = true
			if name != "report" { // which is as the protocol of reports has it
				fieldsOf(item, fields)
			}
		}
	}
}
