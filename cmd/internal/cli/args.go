package cli

import (
	"strings"

	"github.com/spf13/cobra"
)

// exactly takes so many arguments, and names the one that is missing by its name
// in the command's usage.
func exactly(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch names := strings.Fields(cmd.Use)[1:]; {
		case len(args) < n:
			return usageErrorf("%s is missing", strings.Join(names[len(args):n], " and "))
		case len(args) > n:
			return usageErrorf("%q is one argument too many", args[n])
		}
		return nil
	}
}

// atMost takes so many arguments or fewer.
func atMost(n int) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) > n {
			return usageErrorf("%q is one argument too many", args[n])
		}
		return nil
	}
}
