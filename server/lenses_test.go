package server_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
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

// TestEveryCommand reaches every command from a code action: by a choice, or where nothing can be asked those that need no answer. An editor
// that does nothing with results has them told.
func TestEveryCommand(t *testing.T) {
	for name, c := range map[string]struct {
		options any
		want    string
		absent  string
	}{
		"asking": {nil, `"Other commands …" dockwright.choose {"tell":true,"uri":"` + file + `"}`, "List containers"},
		"mute":   {m{"showMessageRequest": false}, `"List containers" dockwright.container.list {"all":true,"tell":true}`, "Other commands"},
		"ours":   {m{"jobOutput": true}, `"Other commands …" dockwright.choose {"uri":"` + file + `"}`, "List containers"},
	} {
		t.Run(name, func(t *testing.T) {
			e := start(t, server.Options{})
			e.Ignore("textDocument/publishDiagnostics")
			e.Initialize(literals, c.options)
			e.Open(file, 1, "FROM a\n")
			var actions []struct {
				Title   string
				Command struct {
					Command   string
					Arguments []json.RawMessage
				}
			}
			at := m{"line": 0, "character": 0}
			e.MustCall("textDocument/codeAction", m{"textDocument": m{"uri": file}, "range": m{"start": at, "end": at}, "context": m{"diagnostics": []any{}}}, &actions)
			var all []string
			for _, a := range actions {
				all = append(all, fmt.Sprintf("%q %s %s", a.Title, a.Command.Command, a.Command.Arguments[0]))
			}
			if !slices.Contains(all, c.want) || strings.Contains(strings.Join(all, "\n"), c.absent) {
				t.Errorf("%s, want %s and no %s", strings.Join(all, "\n"), c.want, c.absent)
			}
		})
	}
}
