// Package editors_test runs the built binary in real editors and clients.
package editors_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"dockwright/dockerops/enginetest"
)

var (
	binary  string // the built dockwright
	private *enginetest.Engine
)

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "dockwright-editors-*")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(dir, "dockwright")
	if out, err := exec.Command("go", "build", "-o", binary, "dockwright/server/cmd/dockwright").CombinedOutput(); err != nil {
		panic("go build: " + string(out))
	}
	code := enginetest.Main(m, &private)
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// missing skips a test that lacks a program, and fails it in CI, where everything has to be there.
func missing(t *testing.T, what, install string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing: %s", what, install)
	}
	t.Skipf("%s is missing: %s", what, install)
}

// writeFiles makes a folder with files.
func writeFiles(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// home is the environment of a user who has configured nothing.
func home(t *testing.T) []string {
	home := t.TempDir()
	return []string{"HOME=" + home, "XDG_STATE_HOME=" + home, "XDG_CONFIG_HOME=" + home, "XDG_DATA_HOME=" + home, "XDG_CACHE_HOME=" + home}
}

// run gives a program two minutes, and its output if it fails.
func run(t *testing.T, env []string, name string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", filepath.Base(name), err, out)
	}
	return string(out)
}

// TestNeutralClient drives the server with the protocol library that VS Code's own clients use.
func TestNeutralClient(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		missing(t, "node", "apt-get install nodejs npm")
	}
	if _, err := os.Stat("neutral/node_modules"); err != nil {
		missing(t, "vscode-languageserver-protocol", "npm ci in editors/neutral")
	}
	out := run(t, []string{"DOCKWRIGHT_BINARY=" + binary}, node, "--test", "--test-reporter=tap", "neutral/")
	t.Log(out[max(0, len(out)-200):])
	if !bytes.Contains([]byte(out), []byte("# fail 0")) {
		t.Errorf("no result in %q", out)
	}
}
