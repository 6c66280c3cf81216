package analysis_test

import (
	"encoding/json"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// boundary says what the packages below a folder must not import directly.
type boundary struct {
	below     string
	forbidden []string
	except    []string // packages below that may
	why       string
}

var boundaries = []boundary{
	{below: "dockwright/analysis", forbidden: []string{"net", "net/http", "os", "os/exec", "io/fs", "path/filepath", "log", "log/slog", "go.lsp.dev/", "dockwright/server", "dockwright/dockerops", "github.com/docker/docker", "unicode/utf16"}, except: []string{"dockwright/analysis/corpus"},
		why: "analysis is pure: text in, values out"},
	{below: "dockwright/analysis", forbidden: []string{"time"}, except: []string{"dockwright/analysis/verdict"},
		why: "analysis reads no clock; verdict reads the durations of HEALTHCHECK"},
	{below: "dockwright/dockerops", forbidden: []string{"go.lsp.dev/", "dockwright/server", "dockwright/analysis"},
		why: "dockerops knows no LSP and no Dockerfile; server/enrich.go joins them"},
	{below: "dockwright", forbidden: []string{"github.com/docker/docker/client"}, except: []string{"dockwright/dockerops/docker"},
		why: "one adapter imports the engine's client"},
	{below: "dockwright", forbidden: []string{"github.com/moby/buildkit/client"}, except: []string{"dockwright/dockerops/buildkit"},
		why: "one adapter imports BuildKit's client"},
	{below: "dockwright", forbidden: []string{"unicode/utf16"}, except: []string{"dockwright/server/convert", "dockwright/server/report"},
		why: "UTF-16 exists in server/convert, and in the reports whose format asks for it"},
	{below: "dockwright", forbidden: []string{"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"},
		why: "BuildKit's own linter is the oracle of tests only: it is quadratic and stops at the first error"},
}

func TestImportBoundaries(t *testing.T) {
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "dockwright/...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	packages := 0
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := d.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		packages++
		for _, b := range boundaries {
			checkBoundary(t, b, p.ImportPath, p.Imports)
		}
	}
	if packages < 6 {
		t.Errorf("go list gave only %d packages", packages)
	}
}

func checkBoundary(t *testing.T, b boundary, pkg string, imports []string) {
	t.Helper()
	if pkg != b.below && !strings.HasPrefix(pkg, b.below+"/") || slices.Contains(b.except, pkg) {
		return
	}
	for _, imported := range imports {
		for _, f := range b.forbidden {
			if imported == strings.TrimSuffix(f, "/") || strings.HasPrefix(imported, strings.TrimSuffix(f, "/")+"/") && (strings.HasSuffix(f, "/") || strings.Contains(f, ".")) {
				t.Errorf("%s imports %s: %s", pkg, imported, b.why)
			}
		}
	}
}
