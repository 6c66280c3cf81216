package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"strconv"

	"dockwright/server"
)

// serve parses the server's flags, connects, and serves until the editor is done.
func serve(ctx context.Context, args []string, stdin io.ReadCloser, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("dockwright", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { _, _ = io.WriteString(stderr, usage) }
	stdio := flags.Bool("stdio", false, "")
	socket := flags.Int("socket", 0, "")
	pipe := flags.String("pipe", "", "")
	logFile := flags.String("log-file", "", "")
	level := slog.LevelWarn
	flags.TextVar(&level, "log-level", level, "")
	client := flags.Int("clientProcessId", 0, "")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return exitOK
	} else if err != nil {
		return exitUsage
	}
	fail := func(format string, args ...any) int {
		_, _ = fmt.Fprintf(stderr, "dockwright: "+format+"\n", args...)
		return exitUsage
	}
	ways := 0
	for _, chosen := range []bool{*stdio, *socket != 0, *pipe != ""} {
		if chosen {
			ways++
		}
	}
	if ways > 1 || flags.NArg() > 0 {
		return fail("give one of --stdio, --socket=PORT and --pipe=PATH, and no other arguments")
	}
	sink := stderr
	if *logFile != "" {
		f, err := os.OpenFile(*logFile, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return fail("opening the log: %v", err)
		}
		defer f.Close()
		sink = f
	}
	conn, err := connect(*socket, *pipe, stdin, stdout)
	if err != nil {
		return fail("connecting to the editor: %v", err)
	}
	log := slog.New(slog.NewTextHandler(sink, &slog.HandlerOptions{Level: level}))
	return server.Serve(ctx, conn, server.Options{Version: version(), Log: log, ProcessID: *client})
}

// connect opens the way to the editor. As the editors' client libraries have it, the editor listens and we connect.
func connect(socket int, pipe string, stdin io.ReadCloser, stdout io.Writer) (io.ReadWriteCloser, error) {
	switch {
	case socket != 0:
		return dialLoopback(strconv.Itoa(socket))
	case pipe != "":
		return dialPipe(pipe)
	}
	return stdioConn{stdin, stdout}, nil
}

// dialLoopback connects to a port of this machine. An editor that listens on "localhost" listens on one of its two
// addresses, and which one depends on the system.
func dialLoopback(port string) (conn net.Conn, err error) {
	for _, host := range []string{"127.0.0.1", "::1"} {
		var failed error
		if conn, failed = net.Dial("tcp", net.JoinHostPort(host, port)); failed == nil {
			return conn, nil
		}
		err = errors.Join(err, failed)
	}
	return nil, err
}

// stdioConn is a connection over standard input and output.
type stdioConn struct {
	io.ReadCloser
	io.Writer
}
