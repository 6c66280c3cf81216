package server

import (
	"fmt"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"dockwright/server/convert"
)

// didOpen takes a document in. A second didOpen of the same one, which some clients send, replaces it.
func (s *session) didOpen(raw jsonrpc2.RawMessage) error {
	p, key, err := decodeOpen(raw)
	if err != nil {
		return err
	}
	item := p.TextDocument
	language, _ := item.LanguageID.(string)
	d := s.newDocument(key, item.URI, language, item.Version, item.Text)
	s.update(func(next *Snapshot) {
		next.docs[d.key] = d.withSettings(next.settings.of(d.key)).withOutcome(s.outcomes.of(d.key))
	})
	s.forgetContext(d.key)
	s.changed(d.key)
	s.restoreContext(d)
	return nil
}

// didChange brings a document to its next version, or leaves it as it is if one of the changes makes no sense.
func (s *session) didChange(raw jsonrpc2.RawMessage) error {
	p, key, err := decodeChange(raw)
	if err != nil {
		return err
	}
	d := s.current().docs[key]
	if d == nil {
		return fmt.Errorf("%s is not open", p.TextDocument.URI)
	}
	version := d.version
	if p.TextDocument.Version != nil {
		version = *p.TextDocument.Version
		// Clients that do not count send 0 every time.
		if version < d.version || version == d.version && version != 0 {
			s.log.Warn("ignored a stale change", "uri", d.uri, "version", version, "current", d.version)
			return nil
		}
	}
	buffer, err := applyChanges(p.ContentChanges, d.buffer(), s.client.encoding)
	if err != nil {
		return fmt.Errorf("%s stays at version %d: %w", d.uri, d.version, err)
	}
	src := buffer.String()
	s.update(func(next *Snapshot) {
		if d := next.docs[key]; d != nil { // not d itself: its facts may just have come
			next.docs[key] = d.withText(version, src)
			next.docs[key].buffer = func() *convert.Buffer { return buffer }
		}
	})
	s.changed(key)
	return nil
}

// didClose lets a document go. Its diagnostics go with it.
func (s *session) didClose(p *protocol.DidCloseTextDocumentParams) error {
	s.update(func(next *Snapshot) { delete(next.docs, p.TextDocument.URI) })
	s.outcomes.trim(s.current().docs, keptOutcomes)
	s.forgetContext(p.TextDocument.URI)
	s.changed(p.TextDocument.URI)
	return nil
}

// didSave is when the files beside a Dockerfile may have changed too.
func (s *session) didSave(p *protocol.DidSaveTextDocumentParams) error {
	s.reread(p.TextDocument.URI)
	return nil
}
