package cli_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
)

// runExits is the program `exits CODE COMMAND ARG...`: it succeeds if the
// command ends with that code.
func runExits() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: exits CODE COMMAND ARG...")
		os.Exit(2)
	}
	cmd := exec.CommandContext(context.Background(), os.Args[2], os.Args[3:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	code := 0
	if err := cmd.Run(); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		code = exit.ExitCode()
	}
	if strconv.Itoa(code) != os.Args[1] {
		fmt.Fprintf(os.Stderr, "exit code %d, want %s\n", code, os.Args[1])
		os.Exit(1)
	}
}
