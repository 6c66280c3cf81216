package editors_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"dockwright/dockerops/enginetest"
)

// pictures has the tests write what their terminals show into images/screenshot.png of each editor's folder, for the READMEs.
var pictures = os.Getenv("DOCKWRIGHT_PICTURES") != ""

// freeze draws the text and colours of a terminal.
const freeze = "github.com/charmbracelet/freeze@v0.2.2"

// svgSize is how large a drawing says it is, in pixels.
var svgSize = regexp.MustCompile(`<svg width="(\d+)[^"]*" height="(\d+)`)

// picture keeps what the terminal shows as the picture of an editor, if pictures are wanted.
func (s *screen) picture(editor string) {
	s.t.Helper()
	if !pictures {
		return
	}
	shown, err := exec.Command("tmux", "-L", s.name, "capture-pane", "-e", "-p").Output()
	if err != nil {
		s.t.Fatal(err)
	}
	dir, err := filepath.Abs(filepath.Join(editor, "images"))
	if err != nil {
		s.t.Fatal(err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		s.t.Fatal(err)
	}
	svg := filepath.Join(s.t.TempDir(), "screen.svg")
	draw := exec.Command("go", "run", freeze, "--language", "ansi", "--font.family", "DejaVu Sans Mono", "--output", svg)
	draw.Stdin = strings.NewReader(strings.TrimRight(string(shown), "\n") + "\n")
	if out, err := draw.CombinedOutput(); err != nil {
		s.t.Fatalf("freeze: %v: %s", err, out)
	}
	drawn, err := os.ReadFile(svg)
	if err != nil {
		s.t.Fatal(err)
	}
	size := svgSize.FindSubmatch(drawn)
	if size == nil {
		s.t.Fatalf("freeze has drawn %.200s", drawn)
	}
	run(s.t, nil, "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--screenshot="+filepath.Join(dir, "screenshot.png"), fmt.Sprintf("--window-size=%s,%s", size[1], size[2]), "file://"+svg)
}

// TestScreens has terminals show what the READMEs of their editors do.
func TestScreens(t *testing.T) {
	enginetest.Need(t, private)
	const dockerfile = "# A small web server.\nFROM busybox:latest AS Build\nRUN echo hello >/index.html\nFROM busybox:latest\nCOPY --from=Build /index.html /www/\nENV PORT 8080\nEXPOSE 8080\nCMD [\"sh\", \"-c\", \"trap exit TERM; while true; do sleep 0.2; done\"]\n"
	shown := func(t *testing.T, program, install string, env []string, arguments ...string) *screen {
		command, err := exec.LookPath(program)
		if err != nil {
			missing(t, program, install)
		}
		dir := filepath.Join(t.TempDir(), "web")
		writeFiles(t, dir, map[string]string{"Dockerfile": dockerfile})
		plugin, err := filepath.Abs(filepath.Base(t.Name()))
		if err != nil {
			t.Fatal(err)
		}
		env = append(append(home(t), "TERM=screen-256color", "DOCKWRIGHT_BINARY="+binary, "DOCKWRIGHT_PLUGIN="+plugin, "DOCKWRIGHT_HELP="+filepath.Join(dir, "doc"), "DOCKWRIGHT_HOST="+private.Host()), env...)
		for i, argument := range arguments {
			arguments[i] = strings.ReplaceAll(argument, "PLUGIN", plugin)
		}
		s := show(t, env, dir, append([]string{command}, arguments...)...)
		run(t, nil, "tmux", "-L", s.name, "resize-window", "-x", "130", "-y", "20")
		return s
	}
	t.Run("neovim", func(t *testing.T) {
		s := shown(t, "nvim", "apt-get install neovim", nil, "-u", "PLUGIN/testdata/init.lua", "-i", "NONE", "-n", "Dockerfile")
		s.see("Build web:latest") // the lens
		s.press(":highlight SignColumn ctermbg=NONE", "Enter", ":Dockwright image.build tags=web:latest", "Enter")
		s.see("Built web:latest")
		s.press(":Dockwright container.run image=web:latest name=web detach=true", "Enter")
		s.see("Stop web")
		s.press(":only", "Enter", ":Dockwright panel", "Enter")
		s.see("●  web") // other tests have containers too: those that run come first
		s.press("g", "g")
		s.see("Containers (")
		s.picture("neovim")
		run(t, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "DOCKER_HOST=" + private.Host()}, binary, "command", "container.kill", `"web"`)
	})
	t.Run("emacs", func(t *testing.T) {
		s := shown(t, "emacs", "apt-get install emacs-nox elpa-eglot elpa-dockerfile-mode", nil, "-nw", "--load", "PLUGIN/testdata/screen.el", "Dockerfile")
		s.see("[eglot:")
		s.press("M-x", "flymake-show-buffer-diagnostics", "Enter")
		s.see("StageNameCasing")
		s.picture("emacs")
	})
	t.Run("vim", func(t *testing.T) {
		s := shown(t, "vim", "apt-get install vim vim-ale", []string{"DOCKWRIGHT_ALE=/usr/share/vim-ale"}, "-N", "-u", "PLUGIN/testdata/screen.vim", "-i", "NONE", "Dockerfile")
		s.see("--")
		s.press(":call search('PORT')", "Enter")
		s.see("LegacyKeyValueFormat")
		s.press(":ALECodeAction", "Enter")
		s.see("Change to key=value form")
		s.picture("vim")
	})
}
