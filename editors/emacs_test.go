package editors_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"dockwright/dockerops/enginetest"
)

// TestEmacs walks from a Dockerfile with a mistake to nothing left over, by each of Emacs' LSP clients.
func TestEmacs(t *testing.T) {
	enginetest.Need(t, private)
	emacs, err := exec.LookPath("emacs")
	if err != nil {
		missing(t, "Emacs", "apt-get install emacs-nox elpa-eglot elpa-lsp-mode elpa-dockerfile-mode")
	}
	plugin, err := filepath.Abs("emacs")
	if err != nil {
		t.Fatal(err)
	}
	for client, feature := range map[string]string{"eglot": "eglot", "lsp-mode": "lsp-mode"} {
		t.Run(client, func(t *testing.T) {
			t.Parallel()
			if out, err := exec.Command(emacs, "--batch", "--eval", "(progn (require 'dockerfile-mode) (require '"+feature+"))").CombinedOutput(); err != nil {
				missing(t, client, "apt-get install elpa-"+client+" elpa-dockerfile-mode: "+string(out))
			}
			dir := t.TempDir()
			writeFiles(t, dir, map[string]string{"Dockerfile": "# 🚢\nFROM busybox:latest AS Build\nRUN echo said >/said\nCMD [\"echo\", \"hello from Emacs by " + client + "\"]\n"})
			out := run(t, append(home(t), "DOCKWRIGHT_BINARY="+binary, "DOCKWRIGHT_PLUGIN="+plugin, "DOCKWRIGHT_DIR="+dir, "DOCKWRIGHT_HOST="+private.Host(), "DOCKWRIGHT_CLIENT="+client),
				emacs, "--batch", "--load", filepath.Join(plugin, "testdata", "walk.el"))
			if !strings.Contains(out, "PASS "+client) {
				t.Errorf("no PASS in %q", out)
			}
		})
	}
	t.Run("compile", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		run(t, nil, emacs, "--batch", "--eval", `(setq byte-compile-error-on-warn t byte-compile-dest-file-function (lambda (_) "`+filepath.Join(dir, "dockwright.elc")+`"))`,
			"--funcall", "batch-byte-compile", filepath.Join(plugin, "dockwright.el"))
	})
}
