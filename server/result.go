package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"mvdan.cc/sh/v3/syntax"

	"dockwright/dockerops"
)

// status is how a command ended.
type status string

const (
	statusOK        status = "ok"
	statusFailed    status = "failed"
	statusPartial   status = "partial" // some of several items failed
	statusCancelled status = "cancelled"
	statusConfirm   status = "confirmationRequired"
	statusInput     status = "inputRequired"
)

// commandResult is what every command answers. What a user can cause is in here and no JSON-RPC error.
type commandResult struct {
	Status       status              `json:"status"`
	Endpoint     *dockerops.Endpoint `json:"endpoint,omitempty"` // of the engine, if one was asked
	Data         any                 `json:"data,omitempty"`
	Error        *commandError       `json:"error,omitempty"`
	Plan         *plan               `json:"plan,omitempty"`
	ConfirmToken string              `json:"confirmToken,omitempty"`
	Input        *inputNeeded        `json:"input,omitempty"`
	JobID        string              `json:"jobId,omitempty"`
	Warnings     []string            `json:"warnings,omitempty"`
	Message      string              `json:"message,omitempty"` // what the user has been shown, in one piece
	DurationMs   int64               `json:"durationMs"`
}

// commandError is a failure as an editor can show it.
type commandError struct {
	Kind    dockerops.Kind   `json:"kind"`
	Message string           `json:"message"` // one line that says what to do
	Facts   []dockerops.Fact `json:"facts,omitempty"`
	Actions []commandAction  `json:"actions,omitempty"`
}

// commandAction is what the user may do next: a command with its arguments.
type commandAction struct {
	Title     string `json:"title"`
	Command   string `json:"command"`
	Arguments []any  `json:"arguments"`
}

// inputNeeded says which argument is missing, and what it can be.
type inputNeeded struct {
	Argument string   `json:"argument"`
	Message  string   `json:"message"`
	Choices  []choice `json:"choices"` // empty: any text
	// What the user has chosen already, for the next call.
	Arguments map[string]any `json:"arguments,omitempty"`
}

// choice is one value that an argument can have.
type choice struct {
	Title string `json:"title"`
	Value string `json:"value"`
}

// needs is how a call ends for want of a text that nobody can list.
func needs(argument, message string, chosen map[string]any) error {
	return &inputNeeded{argument, message, []choice{}, chosen}
}

// Error makes inputNeeded the way a command ends.
func (i *inputNeeded) Error() string { return i.Message }

// confirmNeeded is how a command ends that has made a plan and may not carry it out yet.
type confirmNeeded struct {
	plan  *plan
	token string
}

func (*confirmNeeded) Error() string { return "the plan must be confirmed" }

// partial is the failure of some of several items. The data tells which.
type partial struct{ first *dockerops.Error }

func (p *partial) Error() string { return p.first.Message }

// result makes the answer of what a command returned. Its error is one of the protocol.
func (c *invocation) result(ctx context.Context, data any, err error) (*commandResult, error) {
	r := &commandResult{Status: statusOK, Data: data, Endpoint: c.engine.endpoint(), Warnings: c.warnings}
	if c.job != nil {
		r.JobID = c.job.ID
	}
	if v := reflect.ValueOf(data); !v.IsValid() || v.IsZero() && (err != nil || v.Type() == reflect.TypeFor[nothing]()) { // it failed before it had anything, or has nothing to say
		r.Data = nil
	}
	var (
		wire    *jsonrpc2.Error
		input   *inputNeeded
		confirm *confirmNeeded
		some    *partial
	)
	switch {
	case err == nil:
	case errors.As(err, &wire) && !errors.As(err, new(*dockerops.Error)), errors.As(err, new(*chosen)):
		return nil, err
	case context.Cause(ctx) == errStopped:
		r.Status = statusCancelled
	case errors.As(err, &input):
		r.Status, r.Input, r.Data = statusInput, input, nil
	case errors.As(err, &confirm):
		r.Status, r.Plan, r.ConfirmToken, r.Data = statusConfirm, confirm.plan, confirm.token, nil
	case errors.As(err, &some):
		r.Status, r.Error = statusPartial, c.shown(some.first)
	case asFailure(err).Kind == dockerops.KindCancelled:
		r.Status = statusCancelled
	default:
		r.Status, r.Error = statusFailed, c.shown(asFailure(err))
	}
	return r, nil
}

// shown is a failure in the client's terms.
func (c *invocation) shown(failure *dockerops.Error) *commandError {
	out := &commandError{Kind: failure.Kind, Message: failure.Message, Facts: failure.Facts}
	for _, a := range failure.Actions {
		if action, known := c.action(a); known {
			out.Actions = append(out.Actions, action)
		}
	}
	out.Actions = append(out.Actions, c.offers...)
	return out
}

// action is the command behind what a failure proposes.
func (c *invocation) action(a dockerops.Action) (commandAction, bool) {
	id, arguments := "", map[string]any{"container": a.Target}
	switch a.Verb {
	case dockerops.VerbForceRemove:
		id, arguments["force"] = commandContainerRemove, true
	case dockerops.VerbForceRemoveImage:
		id, arguments = commandImageRemove, map[string]any{"image": a.Target, "force": true}
	case dockerops.VerbList:
		id, arguments = commandContainerList, map[string]any{"all": true}
	case dockerops.VerbListImages:
		id, arguments = commandImageList, map[string]any{}
	case dockerops.VerbListRunning:
		id, arguments = commandContainerList, map[string]any{}
	case dockerops.VerbLogs:
		id = commandContainerLogs
	case dockerops.VerbPull:
		id, arguments = commandImagePull, map[string]any{"image": a.Target}
		if a.Platform != "" {
			arguments["platform"] = a.Platform
		}
	case dockerops.VerbRemove:
		id = commandContainerRemove
	case dockerops.VerbRunShell: // whatever the image runs by itself
		id, arguments = commandContainerRun, map[string]any{"image": a.Target, "entrypoint": []string{"sh"}, "tty": true, "detach": true}
	case dockerops.VerbStart:
		id = commandContainerStart
	case dockerops.VerbStartAndExec, dockerops.VerbRetry, dockerops.VerbOverwrite:
		return c.again(a)
	case dockerops.VerbStop:
		id = commandContainerStop
	case dockerops.VerbUnpause:
		id = commandContainerUnpause
	default:
		return commandAction{}, false
	}
	c.place(arguments)
	return commandAction{Title: a.Title, Command: c.client.prefix + id, Arguments: []any{arguments}}, true
}

// show shows the user what failed, or what there is to know. Many editors ignore a command's result.
func (c *invocation) show(r *commandResult) {
	message, kind := c.message(r)
	if r.Message = message; message != "" {
		c.session.notify(protocol.MethodWindowShowMessage, &protocol.ShowMessageParams{Type: kind, Message: message})
	}
}

// message is what the user is shown: what failed, or what was done and what is to be known of it. Empty shows nothing.
func (c *invocation) message(r *commandResult) (string, protocol.MessageType) {
	switch {
	case r.Error != nil:
		return r.Error.Message, protocol.MessageTypeError
	case r.Status == statusInput:
		return r.Input.Message + c.unasked(r.Input.Choices), protocol.MessageTypeInfo
	case r.Status == statusConfirm && c.client.asks && c.Confirm != confirmPlan:
		return fmt.Sprintf("%s: nothing was done, because this editor cannot ask whether you mean it. In a terminal: %s", r.Plan.Title, c.typed()), protocol.MessageTypeWarning
	}
	said, kind := slices.Clone(r.Warnings), protocol.MessageTypeInfo
	if len(said) > 0 {
		kind = protocol.MessageTypeWarning
	}
	told := c.told
	if told == "" && (c.bare || c.Tell) {
		told = summary(r.Data)
	}
	if r.Status == statusOK && told != "" {
		said = slices.Insert(said, 0, told)
	}
	return strings.Join(said, " "), kind
}

// typed is the call as it is written in a shell. What looks like a secret is left out.
func (c *invocation) typed() string {
	var arguments map[string]any
	_ = json.Unmarshal(c.raw, &arguments) // it has been decoded before
	for _, value := range arguments {
		if named, ok := value.(map[string]any); ok { // args, labels, env …
			maps.DeleteFunc(named, func(name string, value any) bool {
				text, ok := value.(string)
				return ok && dockerops.MaskVariable(name, text).Masked
			})
		}
	}
	written, _ := json.Marshal(arguments) // values that came out of JSON, which cannot fail
	quoted, err := syntax.Quote(string(written), syntax.LangPOSIX)
	if err != nil { // what no shell can take
		quoted = "'{}'"
	}
	return "dockwright command " + strings.TrimPrefix(c.command.id, "dockwright.") + " " + quoted
}

// unasked names what there is to choose from to the user of an editor that was to ask, and cannot.
func (c *invocation) unasked(choices []choice) string {
	if !c.client.asks || len(choices) == 0 {
		return ""
	}
	return " There are: " + firstOf(choices, func(c choice) string { return c.Title }) + "."
}

// asFailure is err as the engine's error.
func asFailure(err error) *dockerops.Error {
	failure := &dockerops.Error{}
	switch {
	case errors.As(err, &failure):
	case errors.Is(err, context.DeadlineExceeded):
		failure = &dockerops.Error{Kind: dockerops.KindTimeout, Message: "It was not done within the time limit.", Cause: err}
	case errors.Is(err, context.Canceled):
		failure = &dockerops.Error{Kind: dockerops.KindCancelled, Message: "It was cancelled.", Cause: err}
	default:
		failure = &dockerops.Error{Kind: dockerops.KindInternal, Message: err.Error(), Cause: err}
	}
	return failure
}

// offered is a command with its arguments, for the engine of this call.
func (c *invocation) offered(title, id string, arguments map[string]any) commandAction {
	c.place(arguments)
	return commandAction{Title: title, Command: c.client.prefix + id, Arguments: []any{arguments}}
}
