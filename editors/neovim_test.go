package editors_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dockwright/dockerops/enginetest"
)

// neovims are the nvim on PATH and those that the lines of DOCKWRIGHT_NEOVIM name.
func neovims(t *testing.T) (commands []string) {
	t.Helper()
	if path, err := exec.LookPath("nvim"); err == nil {
		commands = append(commands, path)
	}
	commands = append(commands, strings.FieldsFunc(os.Getenv("DOCKWRIGHT_NEOVIM"), func(r rune) bool { return r == '\n' })...)
	if len(commands) == 0 {
		missing(t, "Neovim", "apt-get install neovim")
	}
	return commands
}

// inNeovim runs a script of neovim/testdata in a Neovim that has the plugin, in a folder of its own.
func inNeovim(t *testing.T, command, script, registry string, files map[string]string) {
	t.Helper()
	plugin, err := filepath.Abs("neovim")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "a b 🐳")
	writeFiles(t, dir, files)
	help := filepath.Join(t.TempDir(), "help") // helptags writes beside the help
	if err := os.CopyFS(filepath.Join(help, "doc"), os.DirFS(filepath.Join(plugin, "doc"))); err != nil {
		t.Fatal(err)
	}
	tag := strings.NewReplacer(".", "", "-", "").Replace(filepath.Base(command)) + "-" + script
	out := run(t, append(home(t), "DOCKWRIGHT_BINARY="+binary, "DOCKWRIGHT_PLUGIN="+plugin, "DOCKWRIGHT_HELP="+filepath.Join(help, "doc"), "DOCKWRIGHT_DIR="+dir, "DOCKWRIGHT_HOST="+private.Host(), "DOCKWRIGHT_TAG="+tag+":v1", "DOCKWRIGHT_NAME=name-"+tag, "DOCKWRIGHT_REGISTRY="+registry),
		command, "--headless", "-u", filepath.Join(plugin, "testdata", "init.lua"), "-i", "NONE", "-n", "-c", "luafile "+filepath.Join(plugin, "testdata", script+".lua"))
	if !strings.Contains(out, "PASS "+script) {
		t.Errorf("no PASS in %q", out)
	}
	t.Log(strings.TrimSpace(out))
}

// TestNeovim walks from a Dockerfile with mistakes to nothing left over, in each Neovim.
func TestNeovim(t *testing.T) {
	enginetest.Need(t, private)
	enginetest.NeedRegistry(t)
	started, err := private.StartRegistry(enginetest.RegistryOptions{Port: 5019})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = started.Close() })
	for _, command := range neovims(t) {
		t.Run(filepath.Base(command), func(t *testing.T) {
			t.Parallel()
			for script, dockerfile := range map[string]string{
				"keys":  "FROM busybox:latest\nLABEL of=" + filepath.Base(command) + "\nEXPOSE 8080\nCMD [\"sh\", \"-c\", \"trap exit TERM; while true; do echo tick; sleep 0.2; done\"]\n",
				"first": "FROM busybox:latest\nMAINTAINER Jo\n",
				"more":  "FROM busybox:latest\n",
				"walk": "# 🚢 a ship, to shift the columns\n" +
					"FROM busybox:latest AS Build\nRUN echo hello from the walk in " + filepath.Base(command) + " >/said\nFROM busybox:latest\nCOPY --from=Build /said /said\nCMD [\"cat\", \"/said\"]\n",
			} {
				t.Run(script, func(t *testing.T) {
					t.Parallel()
					inNeovim(t, command, script, started.Host, map[string]string{"Dockerfile": dockerfile})
				})
			}
		})
	}
}

// TestNeovimScreen has a build fail on a real screen: no message, however long, asks for a key, and :messages has it whole.
func TestNeovimScreen(t *testing.T) {
	enginetest.Need(t, private)
	s := neovimScreen(t, "screen", "FROM busybox:latest\nRUN cd /a/folder/that/is/not/there/and/has/a/name/that/is/too/long/for/the/last/line && pwd\n")
	s.see("Build screen:latest") // the lens
	s.press(":Dockwright image.build", "Enter")
	if shown := s.see("(:Dockwright actions)"); strings.Contains(shown, "Press ENTER") || !strings.Contains(shown, "dockwright: Dockerfile:2: Build failed") {
		t.Errorf("the screen shows\n%s", shown)
	}
	s.see("[failed]") // of the output
	s.press(":messages", "Enter")
	s.see("too/long/for/the/last/line")
}

// TestNeovimPlan has the question about a plan leave the plan in sight on a real screen: each of few items on a line of its own, many of them side by side.
func TestNeovimPlan(t *testing.T) {
	enginetest.Need(t, private)
	s := neovimScreen(t, "plan", "FROM busybox:latest\n")
	var names []string
	for i := range 24 {
		names = append(names, fmt.Sprintf("plan-many%d", i+1))
		run(t, append(home(t), "DOCKER_HOST="+private.Host()), binary, "command", "container.run", `{"image": "busybox:latest", "name": "`+names[i]+`", "argv": ["touch", "/lost"], "detach": true}`)
	}
	s.see("Build plan:latest") // the lens
	for _, names := range [][]string{names[:3], names} {
		s.press(":Dockwright container.remove "+strings.Join(names, " "), "Enter")
		shown := s.see("Type number")
		for _, text := range slices.Concat(names, []string{fmt.Sprintf("Remove %d containers?", len(names)), "1 file that plan-many1 "}) {
			if !strings.Contains(shown, text) {
				t.Errorf("the screen lacks %s:\n%s", text, shown)
				break
			}
		}
		s.press("2", "Enter")
		s.see("not confirmed")
	}
}

// neovimScreen has the nvim on PATH show a Dockerfile, with the plugin, in a folder that has a name.
func neovimScreen(t *testing.T, name, dockerfile string) *screen {
	t.Helper()
	command, err := exec.LookPath("nvim")
	if err != nil {
		missing(t, "Neovim", "apt-get install neovim")
	}
	plugin, err := filepath.Abs("neovim")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), name)
	writeFiles(t, dir, map[string]string{"Dockerfile": dockerfile})
	return show(t, append(home(t), "TERM=screen-256color", "DOCKWRIGHT_BINARY="+binary, "DOCKWRIGHT_PLUGIN="+plugin, "DOCKWRIGHT_HELP="+filepath.Join(dir, "doc"), "DOCKWRIGHT_HOST="+private.Host()), dir,
		command, "-u", filepath.Join(plugin, "testdata", "init.lua"), "-i", "NONE", "-n", "Dockerfile")
}
