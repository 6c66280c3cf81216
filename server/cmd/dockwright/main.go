// Command dockwright is a language server for Dockerfiles, and the same checks from a shell.
//
// It holds flags, connections and exit codes only; what it serves is in package server.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

const usage = `dockwright is a language server for Dockerfiles. An editor starts it and talks to it.

Usage:
  dockwright --stdio            serve on standard input and output (the default when an editor starts it)
  dockwright --socket=PORT      connect to an editor that listens on this TCP port of the loopback interface
  dockwright --pipe=PATH        connect to an editor that listens on this Unix socket or Windows named pipe
  dockwright check [PATH...]    check Dockerfiles from a shell (see: dockwright check --help)
  dockwright format PATH...     lay Dockerfiles out (see: dockwright format --help)
  dockwright command ID [ARGS]  operate the container engine, as editors do (see: dockwright command --help)
  dockwright exec CONTAINER     make this terminal one of a container (see: dockwright exec --help)
  dockwright version            print the versions of dockwright, Go and the BuildKit whose rules it has

Flags of the server:
  --log-file=FILE               write the log to FILE, not to standard error
  --log-level=LEVEL             debug, info, warn (the default) or error
  --clientProcessId=PID         exit when this process is gone
`

// Exit codes beside those of the server and of check.
const (
	exitOK    = 0
	exitUsage = 2
)

func main() {
	// Standard output is the wire to the editor: whatever prints by mistake must not reach it.
	stdout := os.Stdout
	os.Stdout = os.Stderr
	os.Exit(run(context.Background(), os.Args[1:], os.Stdin, stdout, os.Stderr))
}

// run is the program but for the process around it.
func run(ctx context.Context, args []string, stdin, stdout *os.File, stderr io.Writer) int {
	name := ""
	if len(args) > 0 {
		name = args[0]
	}
	switch name {
	case "check":
		return runCheck(args[1:], stdin, stdout, stderr)
	case "command":
		return runCommand(ctx, args[1:], stdin, stdout, stderr)
	case "exec":
		return runExec(ctx, args[1:], stdin, stdout, stderr)
	case "format":
		return runFormat(args[1:], stdin, stdout, stderr)
	case "version", "--version", "-version":
		return printVersion(stdout)
	case "help", "--help", "-help", "-h":
		_, _ = io.WriteString(stdout, usage)
		return exitOK
	}
	if name == "" && term.IsTerminal(int(stdin.Fd())) { // nobody but a person starts it like this
		_, _ = io.WriteString(stdout, usage)
		return exitOK
	}
	if name != "" && name[0] != '-' {
		_, _ = fmt.Fprintf(stderr, "dockwright: unknown command %q\n\n%s", name, usage)
		return exitUsage
	}
	return serve(ctx, args, stdin, stdout, stderr)
}
