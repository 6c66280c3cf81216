package editors_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"dockwright/dockerops/enginetest"
)

// TestVim has Vim with ALE show diagnostics, fix one, build by a code action, and run a command.
func TestVim(t *testing.T) {
	enginetest.Need(t, private)
	vim, err := exec.LookPath("vim")
	if err != nil {
		missing(t, "Vim", "apt-get install vim vim-ale")
	}
	const ale = "/usr/share/vim-ale" // of Debian's package
	if _, err := os.Stat(ale); err != nil {
		missing(t, "ALE", "apt-get install vim-ale")
	}
	plugin, err := filepath.Abs("vim")
	if err != nil {
		t.Fatal(err)
	}
	dir, out := filepath.Join(t.TempDir(), "vim-app"), filepath.Join(t.TempDir(), "out")
	writeFiles(t, dir, map[string]string{"Dockerfile": "# a ship\nFROM busybox:latest AS Build\nRUN echo hello from Vim\n"})
	env := append(home(t), "TERM=xterm", "DOCKWRIGHT_BINARY="+binary, "DOCKWRIGHT_PLUGIN="+plugin, "DOCKWRIGHT_ALE="+ale, "DOCKWRIGHT_DIR="+dir, "DOCKWRIGHT_HOST="+private.Host(),
		"DOCKER_HOST="+private.Host(), "DOCKWRIGHT_OUT="+out)
	run(t, env, vim, "-N", "-u", "NONE", "-i", "NONE", "--not-a-term", "-S", filepath.Join(plugin, "testdata", "walk.vim"))
	if text, _ := os.ReadFile(out); !strings.HasPrefix(string(text), "PASS") {
		t.Errorf("%s", text)
	} else {
		t.Logf("%s", text)
	}
}

// TestVimLsp has Vim read the settings of vim-lsp, which are given what that plugin gives them.
func TestVimLsp(t *testing.T) {
	vim, err := exec.LookPath("vim")
	if err != nil {
		missing(t, "Vim", "apt-get install vim")
	}
	dir, out := t.TempDir(), filepath.Join(t.TempDir(), "out")
	writeFiles(t, dir, map[string]string{"autoload/lsp.vim": "function! lsp#register_server(server) abort\n  call writefile([json_encode(a:server.cmd({})), a:server.name] + a:server.allowlist, $DOCKWRIGHT_OUT)\nendfunction\n"})
	run(t, append(home(t), "PATH="+filepath.Dir(binary)+":"+os.Getenv("PATH"), "DOCKWRIGHT_OUT="+out), vim, "-N", "-u", "NONE", "-i", "NONE", "-es", "--not-a-term",
		"-c", "set rtp^="+dir, "-S", "vim/vim-lsp.vim", "-c", "doautocmd User lsp_setup", "-c", "qall!")
	if text, _ := os.ReadFile(out); string(text) != "[\"dockwright\",\"--stdio\"]\ndockwright\ndockerfile\n" {
		t.Errorf("registered: %s", text)
	}
}
