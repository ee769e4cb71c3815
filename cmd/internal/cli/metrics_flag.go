package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

// hotfixFlag is how soon a version must come to be a hotfix; nil if not said.
type hotfixFlag struct {
	seconds *int // 0 for no such rule
	said    string
}

func (f *hotfixFlag) String() string { return f.said }

// Set takes a duration of whole seconds, or never.
func (f *hotfixFlag) Set(value string) error {
	seconds := 0
	if value != "never" {
		d, err := time.ParseDuration(value)
		if err != nil || d < time.Second || d%time.Second != 0 {
			return fmt.Errorf("write it as in 24h or 1h30m, or never")
		}
		seconds = int(d / time.Second)
	}
	f.seconds, f.said = &seconds, value
	return nil
}

// Type is what help calls the value.
func (f *hotfixFlag) Type() string { return "duration" }

func (f *hotfixFlag) add(cmd *cobra.Command) {
	cmd.Flags().Var(f, "hotfix-within", "`duration` within which a hotfix shows that the version before failed, or never (default 24h)")
	completeWith(cmd, "hotfix-within", []string{"never"})
}
