package server_test

import (
	"runtime"
	"strings"
	"testing"

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
