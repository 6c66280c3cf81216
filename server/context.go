package server

import (
	"context"
	"encoding/json"
	"reflect"
	"strings"

	"go.lsp.dev/uri"

	"dockwright/analysis"
	"dockwright/analysis/lint"
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
	diskReader
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
	if d.path == "" || !d.settings.ReadContext || d.unfit() != nil || !d.settings.Enable {
		s.setFacts(d.key, nil)
		return
	}
	dir, _ := d.contextDir()
	question := strings.Join(append([]string{dir}, analysis.Sources(d.parsed())...), "\x00")
	s.mu.Lock()
	known, ok := s.read[d.key]
	s.read[d.key] = question
	s.mu.Unlock()
	if ok && known == question {
		return
	}
	s.ask("context "+string(d.key), func() {
		// The newest question counts, which need not be the one that started this run.
		if d := s.current().docs[d.key]; d != nil {
			f, err := d.readFacts(s.ctx, analysis.Sources(d.parsed()))
			if err != nil {
				s.log.Info("the build context was not read", "uri", d.uri, "error", err)
				s.forgetContext(d.key) // the next look tries again
			}
			s.setFacts(d.key, f)
		}
	})
}

// readFacts reads what the build context of d holds; nil if it is not to be known. What is wrong with the setting that
// names the folder is told to the user.
func (d *document) readFacts(ctx context.Context, sources []string) (*facts, error) {
	s := d.session
	dir, problem := d.contextDir()
	if problem == "" && !d.leadsInside(dir) {
		problem = outside(dir)
	}
	if problem != "" {
		s.warnOnce(problem)
		return nil, nil
	}
	found, err := s.opts.ReadContext(ctx, d.path, dir, sources)
	if err != nil {
		if problem := d.wrongFolder(dir); problem != "" {
			s.warnOnce(problem)
		}
		return nil, err
	}
	if found == nil {
		return nil, nil
	}
	print, _ := json.Marshal(found) // plain values, which cannot fail; maps come out sorted
	return &facts{context: found, print: string(print)}, nil
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
	case !reflect.DeepEqual(before.diagnostics(), after.diagnostics()):
		s.refreshPulled()
	}
}
