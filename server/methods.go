package server

import (
	"context"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
)

// work is a call whose parameters are decoded.
type work func(context.Context, *Snapshot) (any, error)

// method says how a message is handled. A method has one of the three.
type method struct {
	notice func(*session, jsonrpc2.RawMessage) error        // a notification: changes state, in wire order
	inline func(*session, jsonrpc2.RawMessage) (any, error) // a call that changes state, in wire order
	call   func(jsonrpc2.RawMessage) (work, error)          // a call that reads a snapshot, beside others
}

// methods is all that the server understands, in the order of the names.
var methods = map[string]method{
	protocol.MethodCancelRequest:                      notice((*session).cancelRequest),
	protocol.MethodCodeActionResolve:                  call(resolveCodeAction),
	protocol.MethodExit:                               {notice: (*session).exit},
	protocol.MethodInitialize:                         {inline: (*session).initialize},
	protocol.MethodInitialized:                        {notice: (*session).initialized},
	protocol.MethodSetTrace:                           {notice: func(*session, jsonrpc2.RawMessage) error { return nil }},
	protocol.MethodShutdown:                           {inline: (*session).shutdown},
	protocol.MethodTextDocumentCodeAction:             call(codeActions),
	protocol.MethodTextDocumentCodeLens:               call(codeLenses),
	protocol.MethodTextDocumentFormatting:             call(format),
	protocol.MethodTextDocumentHover:                  call(hover),
	protocol.MethodTextDocumentInlayHint:              call(inlayHints),
	protocol.MethodTextDocumentDiagnostic:             call(pullDiagnostics),
	protocol.MethodTextDocumentDidChange:              {notice: (*session).didChange},
	protocol.MethodTextDocumentDidClose:               notice((*session).didClose),
	protocol.MethodTextDocumentDidOpen:                {notice: (*session).didOpen},
	protocol.MethodTextDocumentDidSave:                notice((*session).didSave),
	protocol.MethodTextDocumentRangeFormatting:        call(formatRange),
	protocol.MethodTextDocumentRangesFormatting:       call(formatRanges),
	protocol.MethodWindowWorkDoneProgressCancel:       notice((*session).cancelProgress),
	protocol.MethodWorkspaceDiagnostic:                call(pullWorkspaceDiagnostics),
	protocol.MethodWorkspaceDidChangeConfiguration:    {notice: (*session).didChangeConfiguration},
	protocol.MethodWorkspaceDidChangeWatchedFiles:     notice((*session).didChangeWatchedFiles),
	protocol.MethodWorkspaceDidChangeWorkspaceFolders: notice((*session).didChangeWorkspaceFolders),
	protocol.MethodWorkspaceExecuteCommand:            call(executeCommand),
}

// notice makes a method of a function that takes a notification's parameters.
func notice[P any](f func(*session, *P) error) method {
	return method{notice: func(s *session, raw jsonrpc2.RawMessage) error {
		p, err := decode[P](raw)
		if err != nil {
			return err
		}
		return f(s, p)
	}}
}

// call makes a method of a function that answers from a snapshot.
func call[P, R any](f func(context.Context, *Snapshot, *P) (R, error)) method {
	return method{call: func(raw jsonrpc2.RawMessage) (work, error) {
		if len(raw) == 0 || string(raw) == "null" {
			return nil, jsonrpc2.NewError(jsonrpc2.InvalidParams, "the parameters are missing")
		}
		p, err := decode[P](raw)
		if err != nil {
			return nil, err
		}
		return func(ctx context.Context, s *Snapshot) (any, error) { return f(ctx, s, p) }, nil
	}}
}
