package server_test

import (
	"runtime"
	"strings"
	"testing"

	"dockwright/analysis"
	"dockwright/analysis/lint"
	"dockwright/server"
)

// TestOldVersionsAreFreed changes files that are never parsed, since they are no Dockerfiles or diagnostics are off. What
// they held before is not kept.
func TestOldVersionsAreFreed(t *testing.T) {
	const size, versions = 1 << 20, 40
	for name, c := range map[string]struct {
		uri     string
		options m
	}{
		"no Dockerfile": {"file:///nowhere/notes", nil},
		"disabled":      {file, m{"diagnostics": m{"enable": false}}},
	} {
		e := start(t, server.Options{})
		e.Ignore("textDocument/publishDiagnostics")
		e.Initialize(pushing, c.options)
		e.Notify("textDocument/didOpen", m{"textDocument": m{"uri": c.uri, "languageId": "", "version": 0, "text": ""}})
		settle := func() (used uint64) {
			e.MustCall("textDocument/diagnostic", m{"textDocument": m{"uri": c.uri}}, nil)
			runtime.GC()
			var memory runtime.MemStats
			runtime.ReadMemStats(&memory)
			return memory.HeapAlloc
		}
		before := settle()
		for version := range versions {
			e.Change(c.uri, version+1, strings.Repeat("x", size))
		}
		if after := settle(); after > before+versions*size/2 {
			t.Errorf("%s: %d versions of %d bytes leave %d bytes behind", name, versions, size, after-before)
		}
	}
}

// TestUnchangedInstructionsAreJudgedOnce changes one instruction of many, and counts what is allocated: BuildKit's verdict on
// the others is that of the version before.
func TestUnchangedInstructionsAreJudgedOnce(t *testing.T) {
	done := make(chan struct{})
	e := start(t, server.Options{Analyze: func(*analysis.Document, lint.Options) []lint.Finding {
		done <- struct{}{}
		return nil
	}})
	e.Ignore("textDocument/publishDiagnostics")
	e.Initialize(pushing, nil)
	src := "FROM a\n" + strings.Repeat("RUN --mount=type=cache,target=/x make\n", 3000)
	cost := func(step func()) uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		step()
		<-done
		runtime.ReadMemStats(&after)
		return after.Mallocs - before.Mallocs
	}
	whole := cost(func() { e.Open(file, 1, src) })
	change := cost(func() { e.Change(file, 2, edit(t, "FROM «a»\n", "b")) })
	if change > whole*3/4 {
		t.Errorf("a change of one instruction allocates %d times, the whole file %d times", change, whole)
	}
}
