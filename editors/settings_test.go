package editors_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// TestJSONSettings parses the files of editors that cannot be had here, and starts what they start.
func TestJSONSettings(t *testing.T) {
	t.Run("zed", func(t *testing.T) {
		settings := parseJSON[struct {
			Languages map[string]struct {
				Servers []string `json:"language_servers"`
			}
			LSP map[string]struct {
				Binary struct {
					Path      string
					Arguments []string
				}
			}
		}](t, "zed/settings.json")
		server := settings.LSP["dockerfile-language-server"].Binary
		starts(t, append([]string{server.Path}, server.Arguments...))
		if servers := settings.Languages["Dockerfile"].Servers; !slices.Contains(servers, "!docker-language-server") { // the extension's other one
			t.Errorf("of the extension's servers there run %q", servers)
		}
	})
	t.Run("sublime", func(t *testing.T) {
		settings := parseJSON[map[string]struct{ Command []string }](t, "sublime/LanguageServers.sublime-settings")
		starts(t, settings["dockwright"].Command)
	})
}

func parseJSON[T any](t *testing.T, path string) (out T) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return out
}

// starts checks that a command line is that of the language server.
func starts(t *testing.T, command []string) {
	t.Helper()
	if !slices.Equal(command, []string{"dockwright", "--stdio"}) {
		t.Errorf("it starts %q", command)
	}
}

// TestKakoune has Kakoune read its file, and a TOML parser what the file gives to kakoune-lsp, which cannot be had here.
func TestKakoune(t *testing.T) {
	kak, err := exec.LookPath("kak")
	if err != nil {
		missing(t, "Kakoune", "apt-get install kakoune")
	}
	python, err := exec.LookPath("python3")
	if err != nil || exec.Command(python, "-c", "import tomllib").Run() != nil {
		missing(t, "Python 3.11 with its TOML parser", "apt-get install python3")
	}
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"dev.Containerfile": "FROM scratch\n"})
	file, err := filepath.Abs("kakoune/dockwright.kak")
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "servers.toml")
	run(t, append(home(t), "XDG_RUNTIME_DIR="+dir), kak, "-n", "-ui", "dummy", "-e",
		"declare-option str lsp_servers; source '"+file+"'; edit '"+filepath.Join(dir, "dev.Containerfile")+"'; echo -to-file '"+out+"' %opt{lsp_servers}; kill")
	read := run(t, nil, python, "-c", "import json, sys, tomllib; print(json.dumps(tomllib.load(open(sys.argv[1], 'rb'))))", out)
	var servers map[string]struct {
		Command string
		Args    []string
	}
	if err := json.Unmarshal([]byte(read), &servers); err != nil {
		t.Fatalf("%v: %s", err, read)
	}
	starts(t, append([]string{servers["dockwright"].Command}, servers["dockwright"].Args...))
}
