package server

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"

	"go.lsp.dev/protocol"

	"dockwright/server/convert"
)

// register asks for the notifications that can only be asked for once the session runs, if the client offers that.
func (s *session) register() {
	var wanted []protocol.Registration
	add := func(id, method string, options any) {
		raw, err := json.Marshal(options)
		if err != nil {
			panic(err) // a literal of ours
		}
		wanted = append(wanted, protocol.Registration{ID: id, Method: method, RegisterOptions: raw})
	}
	if s.client.watchFiles {
		// Any file can be the source of a COPY; of most, only that it comes or goes matters.
		const comesOrGoes, anything = int(protocol.WatchKindCreate | protocol.WatchKindDelete), 7
		add("dockwright.files", protocol.MethodWorkspaceDidChangeWatchedFiles, map[string]any{"watchers": []any{
			map[string]any{"globPattern": "**/*", "kind": comesOrGoes},
			map[string]any{"globPattern": "**/*.dockerignore", "kind": anything},
		}})
	}
	if s.client.watchConfig {
		add("dockwright.settings", protocol.MethodWorkspaceDidChangeConfiguration, map[string]any{"section": section})
	}
	if len(wanted) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	if _, err := s.conn.Call(ctx, protocol.MethodClientRegisterCapability, &protocol.RegistrationParams{Registrations: wanted}, nil); err != nil && s.ctx.Err() == nil {
		s.log.Warn("the client refused a registration", "error", err)
	}
}

// didChangeWatchedFiles looks again at the build contexts that the files lie in.
func (s *session) didChangeWatchedFiles(p *protocol.DidChangeWatchedFilesParams) error {
	var paths []string
	for _, change := range p.Changes {
		path, ok := convert.URIToPath(string(change.URI))
		if ok && (change.Type != protocol.FileChangeTypeChanged || strings.HasSuffix(path, ".dockerignore")) {
			paths = append(paths, path)
		}
	}
	if len(paths) == 0 {
		return nil
	}
	for key, d := range s.current().docs {
		if d.ours && d.path != "" && d.touchedBy(paths) {
			s.reread(key)
		}
	}
	return nil
}

// touchedBy reports whether one of paths can matter to d: it lies in its build context or beside d.
func (d *document) touchedBy(paths []string) bool {
	dir, _ := d.contextDir()
	for _, p := range paths {
		if dir != "" && within(p, dir) || filepath.Dir(p) == filepath.Dir(d.path) {
			return true
		}
	}
	return false
}
