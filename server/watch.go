package server

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"

	"go.lsp.dev/protocol"

	"dockwright/server/convert"
	"dockwright/server/discovery"
)

// The names of files that say which files count.
const (
	gitignore    = ".gitignore"
	ignoreSuffix = ".dockerignore" // also behind the name of a Dockerfile
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
			map[string]any{"globPattern": "**/*" + ignoreSuffix, "kind": anything},
		}})
	}
	if s.client.watchFiles && s.client.pull { // files that nobody has open are reported to clients that pull only
		const changes = int(protocol.WatchKindChange)
		add("dockwright.dockerfiles", protocol.MethodWorkspaceDidChangeWatchedFiles, map[string]any{"watchers": []any{
			map[string]any{"globPattern": "**/*[dD]ocker[fF]ile*", "kind": changes},
			map[string]any{"globPattern": "**/*[cC]ontainer[fF]ile*", "kind": changes},
			map[string]any{"globPattern": "**/" + gitignore, "kind": changes},
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

// didChangeWatchedFiles looks again at the build contexts that the files lie in, and at Dockerfiles that nobody has open.
func (s *session) didChangeWatchedFiles(p *protocol.DidChangeWatchedFilesParams) error {
	var paths []string
	refresh := false
	for _, change := range p.Changes {
		path, ok := convert.URIToPath(string(change.URI))
		if !ok {
			continue
		}
		ignore := strings.HasSuffix(path, ignoreSuffix)
		if change.Type != protocol.FileChangeTypeChanged || ignore {
			paths = append(paths, path)
		}
		name := filepath.Base(path)
		refresh = refresh || ignore || name == gitignore || discovery.IsDockerfile(name) && s.current().docs[change.URI] == nil
	}
	if refresh && s.client.pull {
		s.filesMoved()
		s.refreshPulled()
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
