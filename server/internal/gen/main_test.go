package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

func TestGenerated(t *testing.T) {
	for path, render := range files("../../../README.md", "../../../editors/vscode") {
		now, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
			continue
		}
		want, err := render(now)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if !bytes.Equal(now, want) {
			t.Errorf("%s says something else than the tables: run go generate ./server/internal/gen", path)
		}
	}
}

func TestManifestKeepsWhatIsNotInTheTables(t *testing.T) {
	const manifest = `{
  "contributes": {
    "commands": [
      { "title": "Restart", "command": "dockwright.server.restart" },
      { "command": "dockwright.container.stop", "title": "old", "icon": "$(debug-stop)" }
    ],
    "configuration": {
      "properties": {
        "dockwright.server.path": { "type": "string" }
      }
    }
  }
}
`
	out, err := renderManifest([]byte(manifest))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		`      { "command": "dockwright.container.stop", "title": "Stop Container", "category": "Dockwright", "icon": "$(debug-stop)" },`,
		`      { "command": "dockwright.server.restart", "title": "Restart", "category": "Dockwright" },`,
		`        "dockwright.server.path": { "type": "string" }`,
		`        "dockwright.diagnostics.enable": { "type": "boolean", "default": true, "scope": "resource", "markdownDescription": "Report what is wrong with Dockerfiles." },`,
	} {
		if !strings.Contains(string(out), line+"\n") {
			t.Errorf("there is no line %s in\n%s", line, out)
		}
	}
	again, err := renderManifest(out)
	if err != nil || !bytes.Equal(out, again) {
		t.Errorf("a second time gives something else (%v):\n%s", err, again)
	}
	if !json.Valid(out) {
		t.Error("it is no JSON")
	}
	if _, err := renderManifest([]byte("{}")); err == nil {
		t.Error("a manifest without lists gives no error")
	}
}

func TestRenderNeedsItsBlocks(t *testing.T) {
	if _, err := render([]byte("# no blocks\n")); err == nil {
		t.Error("a README without blocks gives no error")
	}
}
