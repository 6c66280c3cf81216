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

// readsContext reports whether the build context of d may be read, and would be of use.
func (d *document) readsContext() bool {
	return d.ours && d.path != "" && d.settings.ReadContext && d.settings.Enable && d.unfit() == nil
}

// question is what d wants to know of its build context: the same for the same folder and sources. It is empty if d wants
// to know nothing.
func (d *document) question() string {
	if !d.readsContext() {
		return ""
	}
	dir, _ := d.contextDir()
	return strings.Join(append([]string{dir}, analysis.Sources(d.parsed())...), "\x00") + "\x00"
}

// lookAround reads what the build context of d holds, in the background, and analyses d again if that is news. It never
// holds up what is known without it.
func (s *session) lookAround(d *document) {
	question := d.question()
	if question == "" {
		s.forgetContext(d.key)
		s.setFacts(d.key, "", nil)
		return
	}
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
		if d == nil || !d.readsContext() {
			return
		}
		f, err := d.readFacts(s.ctx, analysis.Sources(d.parsed()))
		if err != nil {
			s.log.Info("the build context was not read", "uri", d.uri, "error", err)
			s.forgetContext(d.key) // the next look tries again
		}
		s.setFacts(d.key, d.question(), f)
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

// setFacts puts the answer to a question in force, if the document still asks it: a newer question has an answer of its own
// coming. A client that pulls is told if the answer changes what is wrong.
func (s *session) setFacts(key uri.URI, question string, f *facts) {
	for {
		before := s.current().docs[key]
		if before == nil || before.facts.fingerprint() == f.fingerprint() || before.question() != question {
			return
		}
		after := before.withFacts(f)
		if !s.exchange(before, after) {
			continue // it has changed meanwhile
		}
		if !s.client.pull {
			s.changed(key)
		} else if !reflect.DeepEqual(before.diagnostics(), after.diagnostics()) {
			s.refreshPulled()
		}
		return
	}
}

// exchange replaces an open document, if it is still the newest version of itself.
func (s *session) exchange(before, after *document) (done bool) {
	s.update(func(next *Snapshot) {
		if done = next.docs[before.key] == before; done {
			next.docs[before.key] = after
		}
	})
	return done
}
