package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"time"

	"go.lsp.dev/jsonrpc2"
	"golang.org/x/term"

	"dockwright/server"
	"dockwright/server/convert"
)

const commandUsage = `Runs one of the commands that editors call by workspace/executeCommand.

Usage:
  dockwright command [flags] ID [ARGUMENTS]

ID may leave out "dockwright.". ARGUMENTS is a JSON object, or a plain word for the command's main argument:

  dockwright command image.list app1
  dockwright command container.list '{"all":true}'
  dockwright command describe                 every command with the JSON Schemas of its arguments and results

The result is printed as JSON. What a container or a build writes goes to standard error while it comes.
Relative paths are relative to the current folder. Ctrl-C cancels.

Flags:
  --host=ADDRESS     the engine to use: unix:///path, tcp://host:port, ssh://user@host
  --context=NAME     the Docker context to use
  --yes              say yes to the plan of a command that destroys, instead of being asked

Exit codes: 0 done; 1 failed, cancelled, or not confirmed; 2 the command line is wrong.
`

// exitFailed is the exit code of a command that did not do what it was asked.
const exitFailed = 1

// tidyWithin is how long a cancelled command may take to leave nothing behind.
const tidyWithin = 5 * time.Second

// runCommand is dockwright command: a server in this process, and its only client, which is the user's terminal.
func runCommand(ctx context.Context, args []string, stdin *os.File, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("command", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { _, _ = io.WriteString(stderr, commandUsage) }
	host := flags.String("host", "", "")
	name := flags.String("context", "", "")
	yes := flags.Bool("yes", false, "")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return exitOK
	} else if err != nil {
		return exitUsage
	}
	if flags.NArg() < 1 {
		_, _ = io.WriteString(stderr, commandUsage)
		return exitUsage
	}
	if problem := commandLineProblem(flags.Args()[1:], *host, *name); problem != "" {
		_, _ = fmt.Fprintf(stderr, "dockwright: %s\n", problem)
		return exitUsage
	}
	here, err := os.Getwd()
	if err != nil {
		_, _ = fmt.Fprintf(stderr, "dockwright: the current folder: %v\n", err)
		return exitUsage
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	shell := &shell{in: bufio.NewReader(stdin), err: stderr, asks: term.IsTerminal(int(stdin.Fd())), yes: *yes}
	result, err := shell.call(ctx, flags.Arg(0), flags.Args()[1:], map[string]any{
		"processId": nil, "rootUri": convert.PathToURI(here), "capabilities": map[string]any{},
		"initializationOptions": map[string]any{
			"jobOutput": true, "workspaceTrust": "trusted", "showMessageRequest": shell.asks || *yes,
			"engine": map[string]any{"host": *host, "context": *name},
		},
	})
	var wire *jsonrpc2.Error
	switch {
	case errors.As(err, &wire) && (wire.Code == jsonrpc2.InvalidParams || wire.Code == jsonrpc2.MethodNotFound):
		_, _ = fmt.Fprintf(stderr, "dockwright: %s\n", wire.Message)
		return exitUsage
	case err != nil:
		_, _ = fmt.Fprintf(stderr, "dockwright: %v\n", err)
		return exitFailed
	}
	return printResult(result, stdout, stderr)
}

// commandLineProblem is what is wrong with what was written behind the command's name, and with the flags that name an engine.
func commandLineProblem(arguments []string, host, context string) string {
	switch {
	case host != "" && context != "":
		return "--host and --context each name an engine: give one of them"
	case len(arguments) > 1:
		return fmt.Sprintf("there are %d arguments, but a command takes one: a word, or a JSON object in single quotes; flags stand before the command", len(arguments))
	case len(arguments) == 0:
		return ""
	}
	written, isJSON := argument(arguments[0]).(json.RawMessage)
	if !isJSON {
		return ""
	}
	var anything any
	if err := json.Unmarshal(written, &anything); err != nil {
		return fmt.Sprintf("the argument is no JSON: %v: %s", err, written)
	}
	return ""
}

// printResult prints a command's result and makes the exit code of its status.
func printResult(result json.RawMessage, stdout, stderr io.Writer) int {
	var pretty any
	var outcome struct{ Status string }
	if err := errors.Join(json.Unmarshal(result, &pretty), json.Unmarshal(result, &outcome)); err != nil {
		_, _ = fmt.Fprintf(stderr, "dockwright: the result: %v\n", err)
		return exitFailed
	}
	out := json.NewEncoder(stdout)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	if err := out.Encode(pretty); err != nil || outcome.Status != "ok" {
		return exitFailed
	}
	return exitOK
}

// shell is the client of one command: what the server shows and asks goes to the terminal.
type shell struct {
	in   *bufio.Reader
	err  io.Writer
	asks bool // somebody sits at the terminal
	yes  bool // every question is answered by its first button

	mu sync.Mutex // one message at a time
}

// call starts a server, calls one command and ends the server.
func (s *shell) call(ctx context.Context, id string, arguments []string, initialize map[string]any) (json.RawMessage, error) {
	here, there := net.Pipe()
	ended := make(chan int, 1)
	go func() { ended <- server.Serve(context.WithoutCancel(ctx), there, server.Options{Version: version()}) }()
	conn := jsonrpc2.NewConn(jsonrpc2.NewHeaderStream(here))
	lasting := context.WithoutCancel(ctx)
	conn.Go(lasting, s.handle)
	if _, err := conn.Call(lasting, "initialize", initialize, nil); err != nil {
		return nil, err
	}
	if err := conn.Notify(lasting, "initialized", map[string]any{}); err != nil {
		return nil, err
	}
	var given any = map[string]any{} // the result is printed: nothing need be said of it
	if len(arguments) > 0 {
		given = argument(arguments[0])
	}
	params := map[string]any{"command": "dockwright." + strings.TrimPrefix(id, "dockwright."), "workDoneToken": "shell", "arguments": []any{given}}
	patience, giveUp := context.WithCancel(lasting)
	defer giveUp()
	defer context.AfterFunc(ctx, func() {
		_ = conn.Notify(lasting, "window/workDoneProgress/cancel", map[string]any{"token": "shell"})
		time.AfterFunc(tidyWithin, giveUp)
	})()
	var result json.RawMessage
	_, err := conn.Call(patience, "workspace/executeCommand", params, &result)
	_, _ = conn.Call(patience, "shutdown", nil, nil)
	_ = conn.Notify(lasting, "exit", nil)
	<-ended
	_ = here.Close()
	return result, err
}

// argument is what was written on the command line: JSON, or a plain word.
func argument(written string) any {
	if trimmed := strings.TrimSpace(written); strings.HasPrefix(trimmed, "{") || strings.HasPrefix(trimmed, `"`) {
		return json.RawMessage(trimmed)
	}
	return written
}

// handle shows what the server says and asks.
func (s *shell) handle(ctx context.Context, req *jsonrpc2.Request) (any, error) {
	var params struct {
		Message string
		Data    string
		Actions []struct {
			Title string `json:"title"`
		}
	}
	if err := json.Unmarshal(req.Params(), &params); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch req.Method() {
	case "dockwright/job/output":
		_, _ = io.WriteString(s.err, params.Data)
	case "window/showMessage":
		_, _ = fmt.Fprintf(s.err, "dockwright: %s\n", params.Message)
	case "window/showMessageRequest":
		if len(params.Actions) == 0 {
			return nil, nil
		}
		var titles []string
		for _, action := range params.Actions {
			titles = append(titles, action.Title)
		}
		if at := s.answer(params.Message, titles); at >= 0 {
			return params.Actions[at], nil
		}
	}
	return nil, nil
}

// answer asks at the terminal which of the buttons to press; negative is none.
func (s *shell) answer(question string, buttons []string) int {
	_, _ = fmt.Fprintln(s.err, question)
	if s.yes {
		return 0
	}
	for i, title := range buttons {
		_, _ = fmt.Fprintf(s.err, "  %d) %s\n", i+1, title)
	}
	_, _ = io.WriteString(s.err, "Number: ")
	line, _ := s.in.ReadString('\n')
	line = strings.TrimSpace(line)
	return slices.IndexFunc(buttons, func(title string) bool { return strings.EqualFold(title, line) || line == numeral(buttons, title) })
}

// numeral is the number that stands in front of a button.
func numeral(buttons []string, title string) string {
	return fmt.Sprint(slices.Index(buttons, title) + 1)
}
