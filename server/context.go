package server

import (
	"encoding/json"
	"errors"
	"io/fs"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"go.lsp.dev/uri"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/server/convert"
)

// facts are what has been read of a document's build context, at one moment.
type facts struct {
	context *lint.Context
	print   string // the same for the same facts
}

func (f *facts) fingerprint() string {
	if f == nil {
		return ""
	}
	return f.print
}

// contextReader remembers what has been read for which question, so that it is read again only if the question changes
// or somebody says that the answer may have.
type contextReader struct {
	read map[uri.URI]string // by document, under the session's lock
}

// forgetContext has the build context of a document read again when it is next looked at.
func (s *session) forgetContext(key uri.URI) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.read, key)
}

// reread has the build context of an open document read again.
func (s *session) reread(key uri.URI) {
	s.forgetContext(key)
	s.ask("look "+string(key), func() {
		if d := s.current().docs[key]; d != nil && d.ours {
			s.lookAround(d)
		}
	})
}

// lookAround reads what the build context of d holds, in the background, and analyses d again if that is news. It never
// holds up what is known without it.
func (s *session) lookAround(d *document) {
	dir := d.contextDir()
	if d.path == "" || !d.settings.ReadContext || dir == "" || d.tooLarge() || !d.settings.Enable {
		s.setFacts(d.key, nil)
		return
	}
	sources := analysis.Sources(d.parsed())
	question := strings.Join(append([]string{dir}, sources...), "\x00")
	s.mu.Lock()
	known, ok := s.read[d.key]
	s.read[d.key] = question
	s.mu.Unlock()
	if ok && known == question {
		return
	}
	s.ask("context "+string(d.key), func() {
		// The newest question counts, which need not be the one that started this run.
		d := s.current().docs[d.key]
		if d == nil {
			return
		}
		dir := d.contextDir()
		if dir != "" && !d.leadsInside(dir) {
			s.log.Warn("the build context leads outside of the workspace", "context", dir)
			dir = ""
		}
		if dir == "" {
			s.setFacts(d.key, nil)
			return
		}
		found, err := s.opts.ReadContext(s.ctx, d.path, dir, analysis.Sources(d.parsed()))
		if err != nil {
			s.log.Info("the build context was not read", "uri", d.uri, "error", err)
			s.forgetContext(d.key) // the next look tries again
			s.setFacts(d.key, nil)
			return
		}
		if found == nil {
			s.setFacts(d.key, nil)
			return
		}
		print, _ := json.Marshal(found) // plain values, which cannot fail; maps come out sorted
		s.setFacts(d.key, &facts{context: found, print: string(print)})
	})
}

// setFacts puts facts about a document in force. A client that pulls is told if they change what is wrong with it.
func (s *session) setFacts(key uri.URI, f *facts) {
	var before, after *document
	s.update(func(next *Snapshot) {
		if d := next.docs[key]; d != nil && d.facts.fingerprint() != f.fingerprint() {
			before, after = d, d.withFacts(f)
			next.docs[key] = after
		}
	})
	switch {
	case after == nil:
	case !s.client.pull:
		s.changed(key)
	case !reflect.DeepEqual(before.findings(), after.findings()):
		s.refreshPulled()
	}
}

// contextDir is the folder that a build of d gets as its context; empty if it must not be read. A setting may come with
// a workspace that somebody else wrote, so that it cannot lead outside of the workspace.
func (d *document) contextDir() string {
	own := filepath.Dir(d.path)
	if d.settings.Context == "" || d.path == "" {
		return own
	}
	snap := d.session.current()
	dir := filepath.FromSlash(d.settings.Context)
	if folder, ok := innermost(snap.folders, d.key); ok && !filepath.IsAbs(dir) {
		if root, ok := convert.URIToPath(string(folder)); ok {
			dir = filepath.Join(root, dir)
		}
	} else if !filepath.IsAbs(dir) {
		dir = filepath.Join(own, dir)
	}
	dir = filepath.Clean(dir)
	if within(dir, own) {
		return dir
	}
	for _, f := range snap.folders {
		if root, ok := convert.URIToPath(string(f)); ok && within(dir, root) {
			return dir
		}
	}
	d.session.log.Warn("the build context lies outside of the workspace", "context", dir)
	return ""
}

// leadsInside reports whether dir, which contextDir allows, still lies in the workspace once symbolic links are followed.
// It asks the file system. What does not exist leads nowhere: reading it fails by itself.
func (d *document) leadsInside(dir string) bool {
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	roots := []string{filepath.Dir(d.path)}
	for _, f := range d.session.current().folders {
		if root, ok := convert.URIToPath(string(f)); ok {
			roots = append(roots, root)
		}
	}
	return slices.ContainsFunc(roots, func(root string) bool {
		root, err := filepath.EvalSymlinks(root)
		return err == nil && within(real, root)
	})
}

// within reports whether path is dir or lies below it.
func within(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
