package server_test

import (
	"os"
	"path/filepath"
	"testing"

	"dockwright/server"
)

// TestLensesOfEarlierBuilds asks for lenses anew once it is known what was built before the session began.
func TestLensesOfEarlierBuilds(t *testing.T) {
	state := t.TempDir()
	t.Setenv("XDG_STATE_HOME", state)
	builds := `[{"id": "1", "dockerfile": "` + file + `", "tags": ["named:before"], "status": "ok"}]`
	if err := os.MkdirAll(filepath.Join(state, "dockwright"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(state, "dockwright", "builds.json"), []byte(builds), 0o600); err != nil {
		t.Fatal(err)
	}
	e := start(t, server.Options{})
	e.Ignore("textDocument/publishDiagnostics")
	e.Initialize(m{"textDocument": m{"publishDiagnostics": m{}}, "workspace": m{"codeLens": m{"refreshSupport": true}}}, nil)
	e.Open(file, 1, "FROM a\n")
	e.Reply(e.Request("workspace/codeLens/refresh"), nil)
	var lenses []struct{ Command struct{ Title string } }
	e.MustCall("textDocument/codeLens", m{"textDocument": m{"uri": file}}, &lenses)
	if len(lenses) == 0 || lenses[0].Command.Title != "Build named:before" {
		t.Errorf("%+v, want first that named:before is built", lenses)
	}
}
