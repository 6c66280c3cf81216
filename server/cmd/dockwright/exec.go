package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"golang.org/x/term"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
	"dockwright/server"
)

const execUsage = `Makes this terminal one of a container.

Usage:
  dockwright exec [flags] CONTAINER [PROGRAM [ARGUMENT...]]
  dockwright exec --attach [flags] CONTAINER
  dockwright exec --run [flags] IMAGE [PROGRAM [ARGUMENT...]]

Without a PROGRAM, exec runs the best shell that the container has, and --run what the image says. The exit code is the
program's. No key leaves the terminal early, unless --detach-keys names some.

Flags:
  --attach             the container's main process, in place of a new one
  --run                a new container of IMAGE; with --rm, it is removed when its program ends
  --user=USER, --workdir=FOLDER, --env=NAME=VALUE (may be repeated)
  --detach-keys=KEYS   such as ctrl-p,ctrl-q: leave the terminal, and let the program go on
  --host=ADDRESS, --context=NAME   the engine to use
  --hold               at the end, say how it ended and wait for Enter; then the exit code is 0. A shell that you leave ends at once
  --order=FILE         what container.terminal has prepared

Exit codes beside the program's: 125 it could not be started, 2 the command line is wrong.
`

// exitNotStarted is the exit code if nothing could be run, as docker run has it.
const exitNotStarted = 125

// exitNobodyReads is the exit code if nobody takes the output any more, as shells report it of a program that SIGPIPE ended.
const exitNobodyReads = 128 + 13

// runExec is dockwright exec.
func runExec(ctx context.Context, args []string, stdin *os.File, stdout *os.File, stderr io.Writer) int {
	order, code, ok := execOrder(args, stdin, stderr)
	if !ok {
		return code
	}
	keys := &keyboard{from: stdin}
	end, err := openTerminal(ctx, order, keys, stdout, stderr)
	switch {
	case errors.Is(err, syscall.EPIPE):
		return exitNobodyReads
	case errors.Is(err, context.Canceled):
		return exitNotStarted // a signal, which the user knows of
	}
	code = tellEnd(end, err, stderr)
	if order.Hold != server.HoldNever && isTerminal(stdin) && isTerminal(stdout) {
		return hold(ctx, order.Hold, end, code, keys, stderr)
	}
	return code
}

// tellEnd says why nothing runs any more, if that is not the program's own doing, and returns the exit code.
func tellEnd(end dockerops.TerminalEnd, err error, stderr io.Writer) int {
	var failure *dockerops.Error
	switch {
	case errors.As(err, &failure):
		_, _ = fmt.Fprintf(stderr, "dockwright: %s\n", failure.Message)
		return exitNotStarted
	case err != nil:
		_, _ = fmt.Fprintf(stderr, "dockwright: %v\n", err)
		return exitNotStarted
	case end.Detached:
		_, _ = fmt.Fprintln(stderr, "dockwright: detached, the program goes on")
		return exitOK
	case end.ExitCode == nil:
		return exitNotStarted
	}
	return *end.ExitCode
}

// execOrder reads the command line. Without ok, the exit code says why.
func execOrder(args []string, stdin *os.File, stderr io.Writer) (order server.TerminalOrder, code int, ok bool) {
	flags := flag.NewFlagSet("exec", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { _, _ = io.WriteString(stderr, execUsage) }
	spec := &order.Spec
	env := map[string]string{}
	attach, run := flags.Bool("attach", false, ""), flags.Bool("run", false, "")
	remove := flags.Bool("rm", false, "")
	file, holds := flags.String("order", "", ""), flags.Bool("hold", false, "")
	flags.StringVar(&spec.User, "user", "", "")
	flags.StringVar(&spec.Workdir, "workdir", "", "")
	flags.StringVar(&spec.DetachKeys, "detach-keys", "", "")
	flags.StringVar(&order.Host, "host", "", "")
	flags.StringVar(&order.Context, "context", "", "")
	flags.Func("env", "", func(written string) error {
		name, value, found := strings.Cut(written, "=")
		if !found {
			value = os.Getenv(name)
		}
		env[name] = value
		return nil
	})
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return order, exitOK, false
	} else if err != nil {
		return order, exitUsage, false
	}
	if *file != "" {
		order, err := server.ReadOrder(*file)
		if err != nil {
			_, _ = fmt.Fprintf(stderr, "dockwright: what the terminal is for cannot be read, open it from the editor again: %v\n", err)
			return order, exitUsage, false
		}
		return order, 0, true
	}
	if err := dockerops.CheckDetachKeys(spec.DetachKeys); err != nil {
		_, _ = fmt.Fprintf(stderr, "dockwright: --detach-keys: %v\n", err)
		return order, exitUsage, false
	}
	if order.Host != "" && order.Context != "" {
		_, _ = io.WriteString(stderr, "dockwright: --host and --context each name an engine: give one of them\n")
		return order, exitUsage, false
	}
	if flags.NArg() == 0 || *attach && (*run || flags.NArg() > 1) {
		_, _ = io.WriteString(stderr, execUsage)
		return order, exitUsage, false
	}
	name, argv := flags.Arg(0), flags.Args()[1:]
	switch {
	case *run:
		spec.Mode = dockerops.TerminalRun
		spec.Run = dockerops.RunSpec{
			Image: name, Argv: argv, Env: env, User: spec.User, Workdir: spec.Workdir, Remove: *remove, TTY: isTerminal(stdin),
		}
	case *attach:
		spec.Mode, spec.Container = dockerops.TerminalAttach, name
	default:
		spec.Mode, spec.Container, spec.Argv, spec.Env = dockerops.TerminalExec, name, argv, env
	}
	if *holds {
		order.Hold = server.HoldAlways
		if spec.Mode == dockerops.TerminalExec && len(argv) == 0 {
			order.Hold = server.HoldBroken
		}
	}
	return order, 0, true
}

// openTerminal connects the terminal, and gives it back as it was, however it ends.
func openTerminal(ctx context.Context, order server.TerminalOrder, keys *keyboard, stdout *os.File, stderr io.Writer) (end dockerops.TerminalEnd, err error) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP) // in raw mode ctrl-c is the program's
	defer stop()
	signal.Ignore(syscall.SIGPIPE) // what runs in the container must be ended first
	engine, err := docker.Connect(ctx, docker.Options{Host: order.Host, Context: order.Context})
	if err != nil {
		return end, err
	}
	defer func() { _ = engine.Close() }()
	spec := order.Spec
	stdin := keys.from
	local := isTerminal(stdin) && isTerminal(stdout)
	spec.NoTTY = !local
	if local {
		spec.Size = sizeOf(stdout)
		withTerm(&spec)
	}
	terminal, err := engine.Terminal(ctx, spec)
	if err != nil {
		return end, err
	}
	defer func() { _ = terminal.Close() }()
	if local && terminal.TTY {
		before, err := term.MakeRaw(int(stdin.Fd()))
		if err != nil {
			return end, err
		}
		defer func() { _ = term.Restore(int(stdin.Fd()), before) }()
		defer onResize(func() { _ = terminal.Resize(ctx, sizeOf(stdout)) })()
	}
	keys.passTo(terminal)
	copied := make(chan error, 1)
	go func() { copied <- terminal.Copy(stdout, stderr) }()
	select {
	case err := <-copied:
		if errors.Is(err, syscall.EPIPE) {
			return end, err
		}
	case <-ctx.Done():
		return end, ctx.Err()
	}
	return terminal.End(ctx)
}

// withTerm tells the program what terminal it has.
func withTerm(spec *dockerops.TerminalSpec) {
	name := os.Getenv("TERM")
	env := &spec.Env
	if spec.Mode == dockerops.TerminalRun {
		env = &spec.Run.Env
	}
	if *env == nil {
		*env = map[string]string{}
	}
	if _, set := (*env)["TERM"]; !set && name != "" {
		(*env)["TERM"] = name
	}
}

func isTerminal(file *os.File) bool { return term.IsTerminal(int(file.Fd())) }

func sizeOf(terminal *os.File) dockerops.TerminalSize {
	columns, rows, err := term.GetSize(int(terminal.Fd()))
	if err != nil {
		return dockerops.TerminalSize{}
	}
	return dockerops.TerminalSize{Rows: uint16(rows), Columns: uint16(columns)}
}
