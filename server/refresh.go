package server

import (
	"context"

	"go.lsp.dev/protocol"
)

// refreshPulled has a client that pulls diagnostics pull again.
func (s *session) refreshPulled() {
	s.refresh(s.client.pull && s.client.refresh, protocol.MethodWorkspaceDiagnosticRefresh)
}

// refreshLenses has a client that shows lenses ask for them again.
func (s *session) refreshLenses() {
	s.refresh(s.client.refreshLenses, protocol.MethodWorkspaceCodeLensRefresh)
}

// refreshHints has a client that shows inlay hints ask for them again.
func (s *session) refreshHints() {
	s.refresh(s.client.refreshHints, protocol.MethodWorkspaceInlayHintRefresh)
}

// refresh calls a method of the client, if that knows it, and does not wait for the answer.
func (s *session) refresh(known bool, method string) {
	if !known {
		return
	}
	s.ask("refresh "+method, func() {
		ctx, cancel := context.WithTimeout(s.ctx, patience)
		defer cancel()
		if _, err := s.conn.Call(ctx, method, nil, nil); err != nil && s.ctx.Err() == nil {
			s.log.Warn("the client did not refresh", "method", method, "error", err)
		}
	})
}
