// Package editors_test runs the built binary in real editors and clients.
package editors_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "dockwright-editors-*")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(dir, "dockwright")
	if out, err := exec.Command("go", "build", "-o", binary, "dockwright/server/cmd/dockwright").CombinedOutput(); err != nil {
		panic("go build: " + string(out))
	}
	code := m.Run()
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

// run gives a program two minutes, and its output if it fails.
func run(t *testing.T, env []string, name string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
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

const dockerfile = "# 🚢 a ship, to shift the columns\nFROM golang:1.26 AS Build\nRUN go build -o /app .\nFROM alpine\nCOPY --from=Build /app /app\nCMD /app\n"

// TestNeovim runs in the nvim on PATH, and in those that the lines of DOCKWRIGHT_NEOVIM name.
func TestNeovim(t *testing.T) {
	var commands []string
	if path, err := exec.LookPath("nvim"); err == nil {
		commands = append(commands, path)
	}
	commands = append(commands, strings.FieldsFunc(os.Getenv("DOCKWRIGHT_NEOVIM"), func(r rune) bool { return r == '\n' })...)
	if len(commands) == 0 {
		missing(t, "Neovim", "apt-get install neovim")
	}
	script, err := filepath.Abs("neovim/testdata/smoke.lua")
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range commands {
		t.Run(filepath.Base(command), func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "a b 🐳", "Dockerfile")
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(dockerfile), 0o644); err != nil {
				t.Fatal(err)
			}
			home := t.TempDir()
			env := []string{"DOCKWRIGHT_BINARY=" + binary, "DOCKWRIGHT_FILE=" + file, "HOME=" + home, "XDG_STATE_HOME=" + home, "XDG_CONFIG_HOME=" + home, "XDG_DATA_HOME=" + home}
			out := run(t, env, command, "--headless", "-u", "NONE", "-i", "NONE", "-n", "-c", "filetype on", "-c", "luafile "+script)
			if !strings.Contains(out, "PASS Neovim") {
				t.Errorf("no PASS in %q", out)
			}
			t.Log(strings.TrimSpace(out))
		})
	}
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
