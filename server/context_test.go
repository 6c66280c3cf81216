package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/analysis/text"
	"dockwright/server"
	"dockwright/server/convert"
	"dockwright/server/lsptest"
)

// ignoring finds the ignore file's name, if the build context has been read.
func ignoring(_ *analysis.Document, o lint.Options) []lint.Finding {
	if o.Context == nil {
		return nil
	}
	return []lint.Finding{{Rule: "Ignoring", Severity: lint.Hint, Message: o.Context.IgnoreFile, Span: text.Span{}}}
}

// reader stands in for the file system: what it says is found next, and what it has been asked.
type reader struct {
	mu    sync.Mutex
	found string
	fail  error
	asked []string
	reads int
}

func (r *reader) read(_ context.Context, dockerfile, dir string, sources []string) (*lint.Context, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, filepath.ToSlash(dir)+" "+strings.Join(sources, ","))
	r.reads++
	return &lint.Context{IgnoreFile: r.found, Ignore: []string{strconv.Itoa(r.reads)}}, r.fail // other facts each time
}

func (r *reader) set(found string, fail error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.found, r.fail = found, fail
}

func (r *reader) take() (asked []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	asked, r.asked = r.asked, nil
	return asked
}

func (r *reader) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.reads
}

func reading(t *testing.T, r *reader, params m) *lsptest.Editor {
	e := start(t, server.Options{Analyze: ignoring, ReadContext: r.read})
	e.InitializeWith(params)
	return e
}

// TestFirstDiagnosticsDoNotWait has the build context hang. Diagnostics come all the same, and again when it answers.
func TestFirstDiagnosticsDoNotWait(t *testing.T) {
	hang := make(chan struct{})
	e := start(t, server.Options{Analyze: ignoring, ReadContext: func(context.Context, string, string, []string) (*lint.Context, error) {
		<-hang
		return &lint.Context{IgnoreFile: "late"}, nil
	}})
	e.Initialize(pushing, nil)
	e.Open(file, 1, "FROM a")
	if got := messages(e.Published()); got != "" {
		t.Errorf("before the context: %q", got)
	}
	e.Change(file, 2, "FROM b")
	if got := messages(e.Published()); got != "" {
		t.Errorf("a change meanwhile: %q", got)
	}
	close(hang)
	if got := e.Published(); messages(got) != "late" || *got.Version != 2 {
		t.Errorf("behind the context: %v", got)
	}
}

// TestWhenTheContextIsRead counts the reads: on open, when the sources change, on save and when files come or go.
func TestWhenTheContextIsRead(t *testing.T) {
	r := &reader{found: "one"}
	e := reading(t, r, m{"capabilities": pushing})
	e.Open(file, 1, "FROM a\nCOPY x /\n")
	e.Published()
	e.Published() // with the context
	e.Change(file, 2, edit(t, "‸FROM a\nCOPY x /\n", "# a comment\n"))
	if got := messages(e.Published()); got != "one" {
		t.Errorf("a change keeps what is known: %q", got)
	}
	if got := r.take(); !slices.Equal(got, []string{"/nowhere x"}) {
		t.Errorf("asked %q", got)
	}
	r.set("two", nil)
	e.Change(file, 3, edit(t, "# a comment\nFROM a\nCOPY «x» /\n", "y"))
	for messages(e.Published()) != "two" {
	}
	if got := r.take(); !slices.Equal(got, []string{"/nowhere y"}) {
		t.Errorf("other sources: asked %q", got)
	}
	r.set("three", nil)
	e.Notify("textDocument/didSave", m{"textDocument": m{"uri": file}})
	if got := messages(e.Published()); got != "three" {
		t.Errorf("saved: %q", got)
	}
	r.set("four", nil)
	watched := func(uri string, kind int) {
		e.Notify("workspace/didChangeWatchedFiles", m{"changes": []any{m{"uri": uri, "type": kind}}})
	}
	watched("file:///elsewhere/y", 1)
	watched("file:///nowhere/y", 2) // what is in a file does not matter
	watched("untitled:y", 1)
	watched("file:///nowhere/sub/y", 3)
	if got := messages(e.Published()); got != "four" {
		t.Errorf("a file is gone: %q", got)
	}
	r.set("five", nil)
	watched("file:///nowhere/.dockerignore", 2)
	if got := messages(e.Published()); got != "five" {
		t.Errorf("the ignore file changed: %q", got)
	}
	if got := len(r.take()); got != 3 {
		t.Errorf("read %d times, want 3", got)
	}
}

// TestOpenedAgain reads the context again when a document is opened a second time without having been closed.
func TestOpenedAgain(t *testing.T) {
	r := &reader{found: "one"}
	e := reading(t, r, m{"capabilities": pushing})
	for version, found := range []string{"one", "two"} {
		r.set(found, nil)
		e.Open(file, version, "FROM a\nCOPY x /\n")
		for messages(e.PublishedFor(version)) != found {
		}
	}
}

// TestContextFailure forgets what was known when a read fails, and reads again at the next look.
func TestContextFailure(t *testing.T) {
	r := &reader{fail: errors.New("no such folder")}
	e := reading(t, r, m{"capabilities": pushing})
	e.Open(file, 1, "FROM a")
	if got := messages(e.Published()); got != "" {
		t.Errorf("%q", got)
	}
	r.set("found", nil)
	e.Notify("textDocument/didSave", m{"textDocument": m{"uri": file}})
	if got := messages(e.Published()); got != "found" {
		t.Errorf("read again: %q", got)
	}
	r.set("", errors.New("gone"))
	e.Notify("textDocument/didSave", m{"textDocument": m{"uri": file}})
	if got := messages(e.Published()); got != "" {
		t.Errorf("failed: %q", got)
	}
	r.set("back", nil)
	e.Change(file, 2, "FROM b")
	for messages(e.PublishedFor(2)) != "back" { // the first version may have been looked at once more
	}
}

// TestContextOff reads nothing if the user does not want it.
func TestContextOff(t *testing.T) {
	r := &reader{found: "x"}
	e := reading(t, r, m{"capabilities": pushing, "initializationOptions": m{"build": m{"readContext": false}}})
	e.Open(file, 1, "FROM a")
	e.Published()
	e.Leave()
	if got := r.take(); len(got) > 0 {
		t.Errorf("read %q", got)
	}
}

// TestContextForbiddenMeanwhile takes the leave to read back while a read is under way and another waits: the answer is not
// used, and the other does not happen.
func TestContextForbiddenMeanwhile(t *testing.T) {
	for name, settings := range map[string]m{"readContext": {"build": m{"readContext": false}}, "enable": {"diagnostics": m{"enable": false}}} {
		for kind, caps := range map[string]m{"pulling": pulling, "pushing": pushing} {
			r, hang, started, used := &reader{found: "late"}, make(chan struct{}), make(chan struct{}, 9), atomic.Bool{}
			e := start(t, server.Options{
				Analyze: func(d *analysis.Document, o lint.Options) []lint.Finding {
					if o.Context != nil {
						used.Store(true)
					}
					return ignoring(d, o)
				},
				ReadContext: func(ctx context.Context, dockerfile, dir string, sources []string) (*lint.Context, error) {
					started <- struct{}{}
					<-hang
					return r.read(ctx, dockerfile, dir, sources)
				},
			})
			e.Ignore("textDocument/publishDiagnostics")
			e.Answer("workspace/diagnostic/refresh", func(json.RawMessage) any { return nil })
			e.Initialize(caps, nil)
			e.Open(file, 1, "FROM a\nCOPY x /\n")
			<-started
			e.Notify("textDocument/didSave", m{"textDocument": m{"uri": file}})
			e.Notify("workspace/didChangeConfiguration", m{"settings": m{"dockwright": settings}})
			pull(e, "")
			close(hang)
			for r.count() == 0 {
				runtime.Gosched()
			}
			for range 50 {
				pull(e, "")
			}
			e.Leave() // waits for what is under way
			if used.Load() || r.count() != 1 {
				t.Errorf("%s, %s: facts that are forbidden were used: %v; read %d times", name, kind, used.Load(), r.count())
			}
		}
	}
}

// TestContextForgotten forbids what is known, and allows it again. A client that pulls is told.
func TestContextForgotten(t *testing.T) {
	r := &reader{found: "one"}
	e := reading(t, r, m{"capabilities": pulling})
	e.Open(file, 1, "FROM a")
	e.Reply(e.Request("workspace/diagnostic/refresh"), nil)
	e.Notify("workspace/didChangeConfiguration", m{"settings": m{"dockwright": m{"build": m{"readContext": false}}}})
	e.Reply(e.Request("workspace/diagnostic/refresh"), nil)
	if got := pull(e, ""); len(got.Items) != 0 {
		t.Errorf("forbidden: %+v", got)
	}
	told := make(chan struct{}, 9)
	e.Answer("workspace/diagnostic/refresh", func(json.RawMessage) any { told <- struct{}{}; return nil })
	e.Notify("workspace/didChangeConfiguration", m{"settings": m{"dockwright": m{}}})
	for { // for the settings, and for the facts, which may come in time for the same
		<-told
		if len(pull(e, "").Items) == 1 {
			return
		}
	}
}

// TestContextOfAFileThatGrows has a file become too large to be analysed and small again, with the same sources.
func TestContextOfAFileThatGrows(t *testing.T) {
	r := &reader{found: "one"}
	e := reading(t, r, m{"capabilities": pushing, "initializationOptions": m{"diagnostics": m{"maxFileSize": 20}}})
	e.Open(file, 1, "FROM a")
	for messages(e.Published()) != "one" {
	}
	e.Change(file, 2, "FROM a"+strings.Repeat(" ", 20))
	e.PublishedFor(2)
	e.Change(file, 3, "FROM a")
	for messages(e.PublishedFor(3)) != "one" {
	}
}

// TestPullRefresh tells a client that pulls when the build context changes what is wrong, and what it pulls is new.
func TestPullRefresh(t *testing.T) {
	r := &reader{found: "one"}
	e := reading(t, r, m{"capabilities": pulling})
	e.Open(file, 1, "FROM a")
	e.Reply(e.Request("workspace/diagnostic/refresh"), nil)
	first := pull(e, "")
	if len(first.Items) != 1 || first.Items[0].Message != "one" {
		t.Errorf("%+v", first)
	}
	e.Notify("textDocument/didSave", m{"textDocument": m{"uri": file}}) // other facts, but nothing else is wrong: no refresh
	for r.count() < 2 {
		runtime.Gosched()
	}
	r.set("two", nil)
	e.Notify("textDocument/didSave", m{"textDocument": m{"uri": file}})
	e.Reply(e.Request("workspace/diagnostic/refresh"), nil)
	if got := pull(e, first.ResultID); got.Kind != "full" || got.ResultID == first.ResultID || got.Items[0].Message != "two" {
		t.Errorf("%+v", got)
	}
}

// TestRegistration asks for watched files only where the client lets itself be asked.
func TestRegistration(t *testing.T) {
	dynamic := m{"dynamicRegistration": true}
	e := start(t, server.Options{})
	e.Initialize(m{"workspace": m{"didChangeWatchedFiles": dynamic, "didChangeConfiguration": dynamic}}, nil)
	request := e.Request("client/registerCapability")
	var params struct {
		Registrations []struct {
			Method          string
			RegisterOptions struct {
				Watchers []struct {
					GlobPattern string
					Kind        int
				}
				Section string
			}
		}
	}
	if err := json.Unmarshal(request.Params, &params); err != nil || len(params.Registrations) != 2 {
		t.Fatalf("%s: %v", request.Params, err)
	}
	files := params.Registrations[0]
	if files.Method != "workspace/didChangeWatchedFiles" || len(files.RegisterOptions.Watchers) != 2 || files.RegisterOptions.Watchers[0].Kind != 5 {
		t.Errorf("%+v", files)
	}
	if s := params.Registrations[1]; s.Method != "workspace/didChangeConfiguration" || s.RegisterOptions.Section != "dockwright" {
		t.Errorf("%+v", s)
	}
	e.Reply(request, nil)
}

// TestRealContext reads a real folder: a source that is not there, and one that is ignored.
func TestRealContext(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{".dockerignore": "secret\n", "secret": "", "here": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	uri := convert.PathToURI(filepath.Join(dir, "Dockerfile"))
	e := lsptest.InProcess(t, serveReal)
	e.Initialize(pushing, nil)
	e.Open(uri, 1, "FROM scratch\nCOPY here secret gone /d/\n")
	if got := e.Published().Codes(); len(got) > 0 {
		t.Errorf("before the context is read: %q", got)
	}
	got := e.Published().Codes()
	slices.Sort(got)
	if !slices.Equal(got, []string{"CopyIgnoredFile", "CopySourceMissing"}) {
		t.Errorf("behind it: %q", got)
	}
}
