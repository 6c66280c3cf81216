package server

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"time"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"dockwright/dockerops"
)

// class says what a command may do to the user's things, and with that what it takes: trust, a confirmation, or nothing.
type class string

const (
	reads    class = "read"    // looks only
	edits    class = "edit"    // has the editor change a document
	changes  class = "change"  // changes what the engine holds; needs trust
	executes class = "execute" // runs code: a build, a container, a process in one; needs trust
	destroys class = "destroy" // deletes; needs trust and a confirmed plan
)

// trusted reports whether a command of this class needs the workspace to be trusted.
func (c class) trusted() bool { return c == changes || c == executes || c == destroys }

// command is something that a client can call by workspace/executeCommand.
type command struct {
	id       string // without the client's prefix
	title    string
	class    class
	main     string // the argument that a single string stands for
	long     bool   // it is a job: it shows progress, can be cancelled, and keeps its output
	measured bool   // its progress has percentages
	doc      string
	handler
}

// handler is how a command is run, with the types of its arguments and of its data.
type handler struct {
	arguments, data reflect.Type
	run             func(context.Context, *invocation, json.RawMessage) (any, error)
}

// on makes a handler of a function that takes decoded arguments.
func on[A argumentSet, R any](f func(context.Context, *invocation, A) (R, error)) handler {
	return handler{reflect.TypeFor[A](), reflect.TypeFor[R](), func(ctx context.Context, c *invocation, raw json.RawMessage) (any, error) {
		var arguments A
		raw, err := c.planned(raw)
		if err != nil {
			return nil, err
		}
		if err := decodeArguments(raw, &arguments); err != nil {
			return nil, err
		}
		c.callTarget = arguments.shared()
		if c.TimeoutMs > 0 {
			limited, cancel := context.WithTimeoutCause(ctx, time.Duration(c.TimeoutMs)*time.Millisecond, errTimeLimit)
			defer cancel()
			ctx = limited
		}
		if err := c.admit(ctx); err != nil {
			return nil, err
		}
		return f(ctx, c, arguments)
	}}
}

// callTarget is what every command takes: which engine it is for, and how the call may go.
type callTarget struct {
	Context   string `json:"context,omitempty" jsonschema:"name of the Docker context whose engine to use for this call"`
	Host      string `json:"host,omitempty" jsonschema:"address of the engine to use for this call: unix:///path, tcp://host:port, ssh://user@host or npipe://path"`
	Confirm   string `json:"confirm,omitempty" jsonschema:"for what destroys: the confirmToken of a plan to carry out, or the word plan to get one instead of asking the user"`
	Tell      bool   `json:"tell,omitempty" jsonschema:"show the user in a message what was found, for editors that do nothing with results"`
	TimeoutMs int64  `json:"timeoutMs,omitempty" jsonschema:"milliseconds after which to give up; 0 is no limit"`
}

func (c callTarget) shared() callTarget { return c }

// argumentSet is the arguments of a command.
type argumentSet interface{ shared() callTarget }

// nothing is the data of a command that answers with its status alone.
type nothing struct{}

// invocation is one call of a command.
type invocation struct {
	*Snapshot
	callTarget
	command  *command
	raw      json.RawMessage        // its arguments
	token    protocol.ProgressToken // of the client, nil if it has none
	job      *job                   // of a long command
	warnings []string
	offers   []commandAction // what the user may do after a failure, besides what the failure proposes
	told     string          // what the user is shown of a success; empty shows nothing
	bare     bool            // it came without any argument, as from an editor that has no extension: results are lost on it
	engine   engineUse
}

// warn adds something that the user should know although the command succeeded.
func (c *invocation) warn(sentence string) { c.warnings = append(c.warnings, sentence) }

// The ends of a call that are not the engine's doing.
var (
	errTimeLimit = errors.New("the call's time limit has passed")
	errStopped   = errors.New("the user cancelled")
)

// commandNames lists the ids of all commands as a client calls them.
func commandNames(prefix string) (names []string) {
	for _, c := range commands() {
		names = append(names, prefix+c.id)
	}
	return names
}

// executeCommand answers workspace/executeCommand.
func executeCommand(ctx context.Context, s *Snapshot, p *protocol.ExecuteCommandParams) (jsonrpc2.RawMessage, error) {
	id, prefixed := strings.CutPrefix(p.Command, s.client.prefix)
	all := commands()
	at := slices.IndexFunc(all, func(c command) bool { return c.id == id })
	if at < 0 || !prefixed {
		return nil, jsonrpc2.Errorf(jsonrpc2.MethodNotFound, "unknown command %q", p.Command)
	}
	raw, err := singleArgument(p.Arguments, all[at].main)
	if err != nil {
		return nil, err
	}
	c := &invocation{Snapshot: s, command: &all[at], raw: raw, token: p.WorkDoneToken}
	c.bare = len(p.Arguments) == 0 || string(p.Arguments[0]) == "null"
	result, err := c.execute(ctx)
	if other := (*chosen)(nil); errors.As(err, &other) {
		c = other.call
		result, err = c.execute(ctx)
	}
	if err != nil {
		return nil, err
	}
	c.show(result)
	return json.Marshal(result)
}

// execute runs the command, as a job if it is long. Whichever way it ends, a panic too, the job ends with it.
func (c *invocation) execute(ctx context.Context) (result *commandResult, err error) {
	began := time.Now()
	result = &commandResult{Status: statusFailed} // until it is known better
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	if c.command.long {
		c.job = c.session.jobs.begin(c, stop)
		defer func() { c.session.jobs.end(c.job, result) }()
	}
	data, err := c.command.run(ctx, c, c.raw)
	if dockerops.KindOf(err) == dockerops.KindEngineUnreachable {
		c.session.engines.forget(c.engine)
	}
	if result, err = c.result(ctx, data, err); err != nil {
		return nil, err
	}
	result.DurationMs = time.Since(began).Milliseconds()
	return result, nil
}

// singleArgument is the one JSON object of a call; a string stands for the argument named by main.
func singleArgument(arguments []protocol.LSPAny, main string) (json.RawMessage, error) {
	if len(arguments) == 0 || string(arguments[0]) == "null" {
		return json.RawMessage("{}"), nil
	}
	if len(arguments) > 1 {
		return nil, jsonrpc2.NewError(jsonrpc2.InvalidParams, "arguments must be one JSON object")
	}
	object := json.RawMessage(arguments[0])
	var single string
	if json.Unmarshal(object, &single) != nil {
		return object, nil
	}
	if main == "" {
		return nil, jsonrpc2.NewError(jsonrpc2.InvalidParams, "arguments must be a JSON object: this command has no main argument")
	}
	return json.Marshal(map[string]string{main: single})
}

// decodeArguments reads the arguments of a command. Its error names the one that is wrong.
func decodeArguments(raw json.RawMessage, into any) error {
	decoder := json.NewDecoder(strings.NewReader(string(raw)))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(into)
	var wrong *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrong) && wrong.Field == "":
		return jsonrpc2.Errorf(jsonrpc2.InvalidParams, "arguments must be one JSON object, not %s", withArticle(wrong.Value))
	case errors.As(err, &wrong):
		field := wrong.Field[strings.LastIndexByte(wrong.Field, '.')+1:] // without the names of embedded types
		return badArgument(field, "must be %s, not %s", withArticle(jsonType(wrong.Type)), withArticle(wrong.Value))
	}
	if name, unknown := strings.CutPrefix(err.Error(), "json: unknown field "); unknown {
		return badArgument(name, "is unknown to this command")
	}
	return jsonrpc2.Errorf(jsonrpc2.InvalidParams, "arguments: %v", err)
}

// withArticle is a word for something of which there is one.
func withArticle(word string) string {
	if strings.ContainsAny(word[:1], "aeiou") {
		return "an " + word
	}
	return "a " + word
}

// jsonType is what JSON calls a type.
func jsonType(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Slice, reflect.Array:
		return "list"
	case reflect.Bool:
		return "boolean"
	case reflect.String:
		return "string"
	case reflect.Map, reflect.Struct:
		return "object"
	case reflect.Pointer:
		return jsonType(t.Elem())
	}
	return "number"
}

// badArgument is the error of an argument that makes no sense.
func badArgument(name, format string, args ...any) error {
	return jsonrpc2.Errorf(jsonrpc2.InvalidParams, "argument "+name+" "+format, args...)
}

// refused is the failure of something that will not work in the present state.
func refused(message string) error {
	return &dockerops.Error{Kind: dockerops.KindRefused, Message: message}
}
