package editors_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dockwright/dockerops/enginetest"
)

// screen is a program in a terminal of tmux.
type screen struct {
	t    *testing.T
	name string // of a tmux of our own
}

// show starts a program in a terminal.
func show(t *testing.T, env []string, dir string, command ...string) *screen {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		missing(t, "tmux", "apt-get install tmux")
	}
	s := &screen{t, fmt.Sprintf("dockwright-%d-%s", os.Getpid(), strings.ReplaceAll(t.Name(), "/", "-"))}
	run(t, env, "tmux", append([]string{"-L", s.name, "-f", "/dev/null", "new-session", "-d", "-x", "140", "-y", "40", "-c", dir, "--"}, command...)...)
	t.Cleanup(func() { _ = exec.Command("tmux", "-L", s.name, "kill-server").Run() }) // the program may have ended it
	return s
}

func (s *screen) press(keys ...string) {
	s.t.Helper()
	run(s.t, nil, "tmux", append([]string{"-L", s.name, "send-keys", "--"}, keys...)...)
}

// see waits until the terminal shows a text.
func (s *screen) see(text string) string {
	s.t.Helper()
	shown := ""
	for deadline := time.Now().Add(60 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		out, err := exec.Command("tmux", "-L", s.name, "capture-pane", "-p").CombinedOutput()
		if shown = string(out); err == nil && strings.Contains(shown, text) {
			return shown
		}
	}
	s.t.Fatalf("the screen does not show %q but\n%s", text, shown)
	return ""
}

// TestHelix has Helix, with its file as it stands, show a diagnostic, apply a fix, build by a code action, show what that took, and run a command by name.
func TestHelix(t *testing.T) {
	enginetest.Need(t, private)
	helix := os.Getenv("DOCKWRIGHT_HELIX")
	for _, name := range []string{"hx", "helix"} {
		if path, err := exec.LookPath(name); err == nil && helix == "" {
			helix = path
		}
	}
	if helix == "" {
		missing(t, "Helix", "install Helix, or name its program in DOCKWRIGHT_HELIX")
	}
	languages, err := os.ReadFile("helix/languages.toml")
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	dir := filepath.Join(t.TempDir(), "helix-app")
	writeFiles(t, home, map[string]string{
		"helix/languages.toml": string(languages) + "workspaceTrust = \"trusted\"\n",
		"helix/config.toml":    "[editor.lsp]\ndisplay-messages = true\ndisplay-inlay-hints = true\n",
	})
	writeFiles(t, dir, map[string]string{"Dockerfile-dev": "# a ship\nFROM busybox:latest AS Build\nRUN echo hello from Helix\n"})
	s := show(t, []string{"HOME=" + home, "XDG_CONFIG_HOME=" + home, "XDG_CACHE_HOME=" + home, "XDG_STATE_HOME=" + home, "TERM=screen-256color",
		"DOCKER_HOST=" + private.Host(), "PATH=" + filepath.Dir(binary) + ":" + os.Getenv("PATH")}, dir, helix, "Dockerfile-dev")
	s.see("FROM busybox:latest AS Build")
	s.press("2", "g", "g", "g", "l")
	s.see("should be lowercase")
	s.press("Space", "a")
	s.see("Change to build")
	s.press("Enter")
	s.see("AS build")
	s.press(":", "w", "Enter")
	s.press("2", "g", "g", "Space", "a")
	s.see("Build helix-app-dev:latest")
	s.picture("helix")
	s.press("Enter")
	s.see("Built helix-app-dev:latest")
	s.press("g", "e", "o", "#", "Escape") // it asks for inlay hints with the next edit
	s.see("· built in")
	s.see(" NOR ")
	s.press(":lsp-workspace-command dockwright.engine.use {\"host\":\"unix:///nonexistent.sock\"}", "Enter")
	s.see("no such socket")
}
