package server

import (
	"context"
	"os"
	"slices"
	"time"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"dockwright/server/discovery"
)

// diskReader remembers which Dockerfiles lie in the workspace and what they held, under the session's lock. Clients ask
// for all of them every few seconds.
type diskReader struct {
	lists map[string]fileList // by the folder that was searched
	files map[string]diskFile // by path
	moved int                 // how often files have come or gone that we know of
}

// fileList is the outcome of a search.
type fileList struct {
	paths []string
	moved int
	until time.Time
}

// share is how many times as long as a search has taken its outcome is taken for true. Not every client says when files
// come and go.
const share = 20

// searchTime is how long a search may take. A folder that takes longer is somebody's home or a whole disk.
const searchTime = 20 * time.Second

// pullWorkspaceDiagnostics answers workspace/diagnostic: for what is open, and for what lies on disk besides.
func pullWorkspaceDiagnostics(ctx context.Context, s *Snapshot, p *protocol.WorkspaceDiagnosticParams) (*protocol.WorkspaceDiagnosticReport, error) {
	r := &workspaceReport{Snapshot: s, token: p.PartialResultToken, previous: map[uri.URI]string{}, reported: map[uri.URI]bool{}}
	for _, before := range p.PreviousResultIds {
		r.previous[before.URI] = before.Value
	}
	for _, d := range s.docs {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if d.ours {
			r.document(d, &d.version)
		}
	}
	for _, path := range s.dockerfiles(ctx) {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		r.file(ctx, path)
	}
	if ctx.Err() != nil { // the search was cut short, so that what is gone is not known
		return nil, ctx.Err()
	}
	for _, before := range p.PreviousResultIds { // of what is gone nothing is wrong that we know of
		if !r.reported[before.URI] && before.Value != "" {
			r.add(&protocol.WorkspaceFullDocumentDiagnosticReport{FullDocumentDiagnosticReport: full(nil, ""), URI: before.URI})
		}
	}
	return &protocol.WorkspaceDiagnosticReport{Items: slices.Concat([]protocol.WorkspaceDocumentDiagnosticReport{}, r.items)}, nil
}

// workspaceReport is the answer to one workspace/diagnostic on its way.
type workspaceReport struct {
	*Snapshot
	token    protocol.ProgressToken // where the client wants parts of the answer as they come; nil if it waits for all
	previous map[uri.URI]string
	reported map[uri.URI]bool
	items    []protocol.WorkspaceDocumentDiagnosticReport
}

// file reports a file that nobody has open. One that is as the client knows it is not read again.
func (r *workspaceReport) file(ctx context.Context, path string) {
	d := r.unread(path)
	if r.docs[d.key] != nil || r.reported[d.key] || !d.settings.Enable {
		return
	}
	info, err := os.Stat(path)
	if err != nil {
		return // it has just gone
	}
	if known, ok := r.session.remembered(path, info); ok {
		d.size = known.text
		if id := d.withFacts(d.lookedUp(ctx, known.sources)).fingerprint(known.digest); r.previous[d.key] == id {
			r.unchanged(d, id, nil)
			return
		}
	}
	d, err = d.load(ctx, info)
	if err != nil {
		r.session.log.Info("a Dockerfile was not read", "path", path, "error", err)
		return
	}
	r.session.remember(d, info)
	r.document(d, nil)
}

// document reports d. A file that nobody has open has no version.
func (r *workspaceReport) document(d *document, version *int32) {
	id := d.resultID()
	if r.previous[d.key] == id || r.previous[uri.URI(d.uri)] == id {
		r.unchanged(d, id, version)
		return
	}
	r.reported[d.key], r.reported[uri.URI(d.uri)] = true, true
	r.add(&protocol.WorkspaceFullDocumentDiagnosticReport{
		FullDocumentDiagnosticReport: full(d.diagnostics(), id), URI: uri.URI(d.uri), Version: version})
}

func (r *workspaceReport) unchanged(d *document, id string, version *int32) {
	r.reported[d.key], r.reported[uri.URI(d.uri)] = true, true
	r.add(&protocol.WorkspaceUnchangedDocumentDiagnosticReport{
		UnchangedDocumentDiagnosticReport: unchanged(id), URI: uri.URI(d.uri), Version: version})
}

// add puts an item into the answer, or sends it ahead.
func (r *workspaceReport) add(item protocol.WorkspaceDocumentDiagnosticReport) {
	if r.token == nil {
		r.items = append(r.items, item)
		return
	}
	value, err := protocol.Marshal(&protocol.WorkspaceDiagnosticReportPartialResult{Items: []protocol.WorkspaceDocumentDiagnosticReport{item}})
	if err != nil {
		r.session.log.Error("a part of the workspace's diagnostics was not sent", "error", err)
		return
	}
	r.session.notify(protocol.MethodProgress, &protocol.ProgressParams{Token: r.token, Value: value})
}

// dockerfiles are the paths of the Dockerfiles in the workspace folders, leaving out what git ignores.
func (s *Snapshot) dockerfiles(ctx context.Context) (paths []string) {
	for _, root := range s.roots() {
		paths = append(paths, s.session.search(ctx, root)...)
	}
	slices.Sort(paths) // folders can lie within each other
	return slices.Compact(paths)
}

// search lists the Dockerfiles below a folder, or tells what the last search has found if that is still to be trusted.
func (s *session) search(ctx context.Context, root string) []string {
	s.mu.Lock()
	list, known := s.lists[root]
	moved := s.moved
	s.mu.Unlock()
	begin := time.Now()
	if known && list.moved == moved && begin.Before(list.until) {
		return list.paths
	}
	limited, cancel := context.WithTimeout(ctx, searchTime)
	defer cancel()
	list.paths = discovery.Find(limited, root, func(path string, err error) {
		s.log.Info("the search for Dockerfiles left something out", "path", path, "error", err)
	})
	if ctx.Err() != nil {
		return nil
	}
	if limited.Err() != nil {
		s.log.Warn("the search for Dockerfiles took too long and was given up", "folder", root, "found", len(list.paths))
	}
	end := time.Now()
	list.moved, list.until = moved, end.Add(share*end.Sub(begin))
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lists == nil {
		s.lists = map[string]fileList{}
	}
	s.lists[root] = list
	return list.paths
}

// filesMoved has the workspace searched again, and what is gone forgotten.
func (s *session) filesMoved() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.moved++
	s.lists, s.files = nil, nil
}
