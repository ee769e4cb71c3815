// Command landfall-agent is the product in small.
package main

import (
	"os"

	"github.com/landfall-dev/landfall/cmd/internal/cli"
)

func main() { _, _ = os.Stdout.WriteString(cli.Version() + "\n") }
