package server

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"dockwright/analysis/text"
)

// The ids of commands, to which a client may have us put a prefix.
const (
	commandApplyFix = "dockwright.document.applyFix"
	commandFixAll   = "dockwright.document.fixAll"
	commandShowRule = "dockwright.document.showRule"
	commandSuppress = "dockwright.document.suppress"
)

// command is something that a client can call by workspace/executeCommand.
type command struct {
	id   string
	doc  string
	main string // the argument that a single string stands for
	run  func(context.Context, *Snapshot, actionArguments) (*commandResult, error)
}

// commands lists every command in alphabetical order of id. Dispatch and what is advertised are driven by it.
func commands() []command {
	return []command{
		{commandApplyFix, "Apply one fix of one finding. Code actions call it.", "uri", applyFix},
		{commandFixAll, "Apply all safe fixes of a Dockerfile, or all fixes of one rule.", "uri", applyFixAll},
		{commandShowRule, "Open the documentation of a rule.", "rule", showRule},
		{commandSuppress, "Skip a rule in a Dockerfile by a `# check=skip=` directive.", "uri", applySuppress},
	}
}

// commandResult is what every command answers. What a user can cause is in here and not a JSON-RPC error.
type commandResult struct {
	Status string        `json:"status"` // ok or failed
	Error  *commandError `json:"error,omitempty"`
}

type commandError struct {
	Kind    string `json:"kind"`
	Message string `json:"message"`
}

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
	arguments, err := decodeArguments(p.Arguments, all[at].main)
	if err != nil {
		return nil, err
	}
	result, err := all[at].run(ctx, s, arguments)
	if err != nil {
		return nil, err
	}
	if result.Error != nil {
		s.session.notify(protocol.MethodWindowShowMessage, &protocol.ShowMessageParams{Type: protocol.MessageTypeError, Message: result.Error.Message})
	}
	return json.Marshal(result)
}

// decodeArguments reads one JSON object, or a string that stands for the argument named by main.
func decodeArguments(raw []protocol.LSPAny, main string) (a actionArguments, err error) {
	if len(raw) == 0 {
		return a, nil
	}
	if len(raw) > 1 {
		return a, jsonrpc2.NewError(jsonrpc2.InvalidParams, "arguments must be one JSON object")
	}
	object := []byte(raw[0])
	var single string
	if json.Unmarshal(object, &single) == nil {
		object, err = json.Marshal(map[string]string{main: single})
		if err != nil {
			return a, err
		}
	}
	if err := json.Unmarshal(object, &a); err != nil {
		return a, jsonrpc2.Errorf(jsonrpc2.InvalidParams, "arguments: %v", err)
	}
	return a, nil
}

// badArgument is the error of an argument that makes no sense.
func badArgument(name, format string, args ...any) error {
	return jsonrpc2.Errorf(jsonrpc2.InvalidParams, "argument "+name+" "+format, args...)
}

func applyFixAll(ctx context.Context, s *Snapshot, a actionArguments) (*commandResult, error) {
	d, err := s.document(a)
	if err != nil {
		return nil, err
	}
	label := "Apply all safe fixes"
	if a.Rule != "" {
		label = "Fix all " + a.Rule + " findings"
	}
	return d.apply(ctx, label, d.fixAll(a.Rule))
}

func applySuppress(ctx context.Context, s *Snapshot, a actionArguments) (*commandResult, error) {
	d, err := s.document(a)
	if err != nil {
		return nil, err
	}
	if a.Rule == "" {
		return nil, badArgument("rule", "is missing: the name of the rule to skip")
	}
	edits := d.suppress(a.Rule)
	if len(edits) == 0 {
		return failed("refused", a.Rule+" cannot be skipped by a directive, or is already."), nil
	}
	return d.apply(ctx, "Skip "+a.Rule, edits)
}

func applyFix(ctx context.Context, s *Snapshot, a actionArguments) (*commandResult, error) {
	d, err := s.document(a)
	if err != nil {
		return nil, err
	}
	for _, f := range d.fixable() {
		if a.Span == nil || f.Rule != a.Rule || f.Span != *a.Span {
			continue
		}
		for _, fix := range f.Fixes {
			if fix.Title == a.Fix {
				return d.apply(ctx, fix.Title, fix.Edits)
			}
		}
	}
	return nil, badArgument("fix", "names no fix of this version of the file")
}

func showRule(ctx context.Context, s *Snapshot, a actionArguments) (*commandResult, error) {
	page := ruleNamed(a.Rule).URL
	if page == "" {
		return nil, badArgument("rule", "names no rule with a page: %q", a.Rule)
	}
	if !s.client.showDocument {
		return failed("refused", "This editor cannot open a page. The rule is documented at "+page), nil
	}
	p := &protocol.ShowDocumentParams{URI: uri.URI(page), External: new(true)}
	if _, err := s.client.conn.Call(ctx, protocol.MethodWindowShowDocument, p, nil); err != nil {
		return failed("refused", "The editor did not open "+page+": "+err.Error()), nil
	}
	return &commandResult{Status: "ok"}, nil
}

// apply has the client make edits.
func (d *document) apply(ctx context.Context, label string, edits []text.Edit) (*commandResult, error) {
	client := d.session.client
	switch {
	case len(edits) == 0:
		return &commandResult{Status: "ok"}, nil
	case !client.applyEdit:
		return failed("refused", "This editor does not let language servers edit files."), nil
	}
	var answer protocol.ApplyWorkspaceEditResult
	p := &protocol.ApplyWorkspaceEditParams{Label: &label, Edit: *d.workspaceEdit(edits)}
	if _, err := client.conn.Call(ctx, protocol.MethodWorkspaceApplyEdit, p, &answer); err != nil {
		return failed("refused", "The editor did not apply the edit: "+err.Error()), nil
	}
	if !answer.Applied {
		reason := "no reason given"
		if answer.FailureReason != nil {
			reason = *answer.FailureReason
		}
		return failed("refused", "The editor did not apply the edit: "+reason), nil
	}
	return &commandResult{Status: "ok"}, nil
}

func failed(kind, message string) *commandResult {
	return &commandResult{Status: "failed", Error: &commandError{Kind: kind, Message: message}}
}
