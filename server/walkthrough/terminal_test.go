package walkthrough_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"

	"dockwright/dockerops/enginetest"
	"dockwright/server/lsptest"
)

// terminal is what an editor's terminal is: a program that has one, what it shows, and keys.
type terminal struct {
	t    *testing.T
	keys *os.File
	cmd  *exec.Cmd

	mu    sync.Mutex
	shown bytes.Buffer
	ended chan struct{} // nothing more will be shown
}

// open runs a command line in a new terminal.
func open(t *testing.T, argv []string) *terminal {
	t.Helper()
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = append(os.Environ(), "DOCKER_HOST="+private.Host(), "TERM=xterm")
	keys, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		t.Fatal(err)
	}
	term := &terminal{t: t, keys: keys, cmd: cmd, ended: make(chan struct{})}
	t.Cleanup(func() { _ = keys.Close(); _ = cmd.Process.Kill() })
	go func() {
		defer close(term.ended)
		data := make([]byte, 4096)
		for {
			n, err := keys.Read(data)
			term.mu.Lock()
			term.shown.Write(data[:n])
			term.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	return term
}

// see waits until the terminal shows text, and forgets what it showed up to there.
func (term *terminal) see(text string) {
	term.t.Helper()
	for deadline := time.Now().Add(lsptest.Deadline); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		term.mu.Lock()
		_, after, found := bytes.Cut(term.shown.Bytes(), []byte(text))
		if found {
			rest := bytes.Clone(after)
			term.shown.Reset()
			term.shown.Write(rest)
		}
		term.mu.Unlock()
		if found {
			return
		}
	}
	term.t.Fatalf("the terminal does not show %q, but %q", text, term.text())
}

func (term *terminal) text() string {
	term.mu.Lock()
	defer term.mu.Unlock()
	return term.shown.String()
}

func (term *terminal) press(keys string) {
	term.t.Helper()
	if _, err := term.keys.WriteString(keys); err != nil {
		term.t.Fatal(err)
	}
}

// exit waits for the program's end.
func (term *terminal) exit() int {
	term.t.Helper()
	select {
	case <-term.ended:
	case <-time.After(lsptest.Deadline):
		term.t.Fatalf("the terminal's program does not end; it shows %q", term.text())
	}
	var failed *exec.ExitError
	if err := term.cmd.Wait(); err != nil && !errors.As(err, &failed) {
		term.t.Fatal(err)
	}
	return term.cmd.ProcessState.ExitCode()
}

type terminalCommand struct {
	Title, Cwd string
	Argv       []string
}

// TestTerminal works in the shell of a container as an editor's terminal has it.
func TestTerminal(t *testing.T) {
	e := editor(t, nil)
	up := must[container](t, e, "container.run", m{"image": enginetest.BusyboxImage, "argv": []string{"sleep", "1000"}, "detach": true})
	t.Cleanup(func() { elsewhere(t, "rm", "-f", up.ID) })
	order := must[terminalCommand](t, e, "container.terminal", m{"container": up.ID, "shell": "auto"})
	var told struct{ Message string }
	e.Notification("window/showMessage", &told)
	typed, run := strings.CutPrefix(told.Message, "Run this in a terminal: ")
	if !run || !strings.HasSuffix(typed, "' "+up.Name+" /bin/ash") {
		t.Errorf("a user whose editor ignores results is told %q", told.Message)
	}
	byHand := open(t, []string{"sh", "-c", typed})
	byHand.see("# ")
	byHand.press("exit 0\r")
	term := open(t, order.Argv)
	term.see("# ")
	term.press("echo $((6*7)) $TERM\r")
	term.see("42 xterm")
	if err := pty.Setsize(term.keys, &pty.Winsize{Rows: 50, Cols: 132}); err != nil {
		t.Fatal(err)
	}
	term.press("for i in 1 2 3 4 5 6 7 8 9; do busybox stty size; sleep 0.1; done\r") // the new size needs a moment to get there
	term.see("50 132")
	term.press("\x10\x15echo still $((1+1))\r") // ctrl-p is the shell's, and leaves nothing
	term.see("still 2")
	term.press("exit 7\r")
	if code := term.exit(); code != 7 {
		t.Errorf("exit code %d: %q", code, term.text())
	}
	if _, err := os.Stat(order.Argv[len(order.Argv)-1]); err == nil {
		t.Error("the order is still there")
	}
	again := open(t, order.Argv)
	again.see("open it from the editor again")
	if code := again.exit(); code != 2 {
		t.Errorf("the same order again: exit code %d", code)
	}
}

// TestRunInTerminal runs a shell in a new container, which goes when it is left.
func TestRunInTerminal(t *testing.T) {
	e := editor(t, nil)
	e.Ignore("window/showMessage")
	order := must[terminalCommand](t, e, "container.terminal", m{"run": m{
		"image": enginetest.BusyboxImage, "argv": []string{"sh"}, "remove": true, "labels": m{"test": "run-in-terminal"}, "env": m{"SECRET_TOKEN": "hush"},
	}})
	if strings.Contains(strings.Join(order.Argv, " "), "hush") {
		t.Error("a secret stands on the command line")
	}
	term := open(t, order.Argv)
	term.see("# ")
	term.press("echo got $SECRET_TOKEN\r")
	term.see("got hush")
	term.press("exit 3\r")
	if code := term.exit(); code != 3 {
		t.Errorf("exit code %d", code)
	}
	for range 100 { // the engine removes it in its own time
		if len(list(t, e, m{"all": true, "label": []string{"test=run-in-terminal"}})) == 0 {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Error("the container is still there")
}

// TestHold has terminals that close with their program stay until the user has read how it ended, but not when a shell is left.
func TestHold(t *testing.T) {
	e := editor(t, nil)
	e.Ignore("window/showMessage")
	prepare := func(arguments m) []string {
		arguments["hold"] = true
		return must[terminalCommand](t, e, "container.terminal", arguments).Argv
	}
	up := must[container](t, e, "container.run", m{"image": enginetest.BusyboxImage, "argv": []string{"sleep", "1000"}, "detach": true})
	t.Cleanup(func() { elsewhere(t, "rm", "-f", up.ID) })
	for said, argv := range map[string][]string{
		"Exit code 3: the program ended with its error 3.": prepare(m{"run": m{"image": enginetest.BusyboxImage, "argv": []string{"sh", "-c", "exit 3"}, "remove": true}}),
		"Exit code 0":           prepare(m{"container": up.ID, "argv": []string{"true"}}),
		"Exit code 4":           {program, "exec", "--hold", up.ID, "sh", "-c", "exit 4"},
		"There is no container": {program, "exec", "--hold", "nosuchcontainer"},
	} {
		term := open(t, argv)
		term.see(said)
		term.see("Press Enter")
		term.press("\r")
		if code := term.exit(); code != 0 {
			t.Errorf("%s: exit code %d", said, code)
		}
	}
	left := open(t, prepare(m{"container": up.ID}))
	left.see("# ")
	left.press("exit 4\r")
	if code := left.exit(); code != 0 || strings.Contains(left.text(), "Press Enter") {
		t.Errorf("a shell that is left: exit code %d: %q", code, left.text())
	}
	lost := open(t, prepare(m{"container": up.ID}))
	lost.see("# ")
	elsewhere(t, "kill", up.ID)
	lost.see("Exit code 137")
	lost.press("\r")
	if code := lost.exit(); code != 0 {
		t.Errorf("a shell whose container is killed: exit code %d", code)
	}
}

// TestTerminalFailures say what is wrong and what to do, and end with their own exit code.
func TestTerminalFailures(t *testing.T) {
	e := editor(t, nil)
	ended := must[container](t, e, "container.run", m{"image": enginetest.BusyboxImage, "argv": []string{"true"}})
	t.Cleanup(func() { elsewhere(t, "rm", "-f", ended.ID) })
	fails(t, e, "container.terminal", ended.ID, "notRunning")
	for _, c := range []struct {
		args []string
		want string
		code int
	}{
		{[]string{"exec", ended.ID}, "not running", 125},
		{[]string{"exec", "nosuchcontainer"}, "nosuchcontainer", 125},
		{[]string{"exec", "--host", "unix:///nonexistent.sock", "x"}, "no such socket", 125},
		{[]string{"exec"}, "Usage", 2},
	} {
		term := open(t, append([]string{program}, c.args...))
		code := term.exit()
		if code != c.code || !strings.Contains(term.text(), c.want) {
			t.Errorf("%q: exit code %d, %q; want %d and %q", c.args, code, term.text(), c.code, c.want)
		}
	}
}

// TestExecInPipes runs programs without a terminal: their two outputs stay apart, and nothing runs on when nobody reads.
func TestExecInPipes(t *testing.T) {
	enginetest.Need(t, private)
	up := elsewhere(t, "run", "-d", enginetest.BusyboxImage, "sleep", "1000")
	t.Cleanup(func() { elsewhere(t, "rm", "-f", up) })
	cmd := exec.Command(program, "exec", "--host", private.Host(), up, "sh", "-c", "echo out; echo err >&2; exit 4")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); cmd.ProcessState.ExitCode() != 4 || stdout.String() != "out\n" || stderr.String() != "err\n" {
		t.Errorf("%v, standard output %q, standard error %q", err, stdout.String(), stderr.String())
	}

	endless := exec.Command(program, "exec", "--host", private.Host(), up, "yes")
	reader, err := endless.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := endless.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := reader.Read(make([]byte, 2)); err != nil {
		t.Fatal(err)
	}
	_ = reader.Close()
	if err := endless.Wait(); endless.ProcessState.ExitCode() != 128+13 {
		t.Errorf("nobody reads, and it ends with %v", err)
	}
	if left := elsewhere(t, "top", up); strings.Contains(left, "yes") {
		t.Errorf("it runs on:\n%s", left)
	}

	wrong := exec.Command(program, "exec", "--host", private.Host(), "--detach-keys", "bogus", up)
	if out, _ := wrong.CombinedOutput(); wrong.ProcessState.ExitCode() != 2 || !strings.Contains(string(out), "ctrl-p,ctrl-q") {
		t.Errorf("keys that are none: %d, %s", wrong.ProcessState.ExitCode(), out)
	}
	both := exec.Command(program, "exec", "--host", private.Host(), "--context", "default", up)
	if out, _ := both.CombinedOutput(); both.ProcessState.ExitCode() != 2 || !strings.Contains(string(out), "give one of them") {
		t.Errorf("two engines: %d, %s", both.ProcessState.ExitCode(), out)
	}
}

// TestDetachFromARemovedRun leaves a container that is to be removed at its end: it goes on until then.
func TestDetachFromARemovedRun(t *testing.T) {
	enginetest.Need(t, private)
	term := open(t, []string{program, "exec", "--run", "--rm", "--detach-keys", "ctrl-p,ctrl-q", enginetest.BusyboxImage, "sh", "-c", "echo ready; sleep 779"})
	term.see("ready")
	term.press("\x10\x11")
	term.see("detached")
	if code := term.exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	left := elsewhere(t, "ps", "-q", "--no-trunc", "--filter", "ancestor="+enginetest.BusyboxImage)
	for id := range strings.FieldsSeq(left) {
		if strings.Contains(elsewhere(t, "inspect", "-f", "{{.Args}}", id), "sleep 779") {
			elsewhere(t, "rm", "-f", id)
			return
		}
	}
	t.Error("the container is gone")
}
