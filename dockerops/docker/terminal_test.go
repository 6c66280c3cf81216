package docker_test

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
	"dockwright/dockerops/enginetest"
)

// session is a terminal whose output is read in the background.
type session struct {
	*docker.Terminal
	mu     sync.Mutex
	text   bytes.Buffer
	errors bytes.Buffer // what comes on the standard error; to be looked at when the session has ended
	ended  chan error
}

func open(t *testing.T, engine *docker.Engine, spec dockerops.TerminalSpec) *session {
	t.Helper()
	terminal, err := engine.Terminal(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	result := &session{Terminal: terminal, ended: make(chan error, 1)}
	t.Cleanup(func() { _ = terminal.Close() })
	if spec.Mode == dockerops.TerminalRun {
		removeLater(t, engine, terminal.Container)
	}
	go func() { result.ended <- terminal.Copy(result, &result.errors) }()
	return result
}

// Write takes what the terminal shows.
func (s *session) Write(data []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(data)
}

func (s *session) shows(t *testing.T, text string) {
	t.Helper()
	until(t, "the terminal shows "+text, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return strings.Contains(s.text.String(), text)
	})
}

func (s *session) types(t *testing.T, text string) {
	t.Helper()
	if _, err := s.Terminal.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
}

func (s *session) wantEnd(t *testing.T, code int) {
	t.Helper()
	select {
	case err := <-s.ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(60 * time.Second):
		t.Fatal("the session does not end")
	}
	end, err := s.End(t.Context())
	if err != nil || end.Detached != (code < 0) || code >= 0 && (end.ExitCode == nil || *end.ExitCode != code) {
		t.Errorf("got %+v, %v; want exit code %d", end, err, code)
	}
}

func TestTerminalExec(t *testing.T) {
	t.Parallel()
	engine := connect(t)
	up := sleeper(t, engine)
	shell := open(t, engine, dockerops.TerminalSpec{
		Mode: dockerops.TerminalExec, Container: up.Name, Env: map[string]string{"GREETING": "hi"}, Size: dockerops.TerminalSize{Rows: 33, Columns: 99},
	})
	shell.types(t, "echo $GREETING there; busybox stty size\n")
	shell.shows(t, "hi there\r\n")
	shell.shows(t, "33 99")
	if err := shell.Resize(t.Context(), dockerops.TerminalSize{Rows: 20, Columns: 70}); err != nil {
		t.Error(err)
	}
	shell.types(t, "busybox stty size\n")
	shell.shows(t, "20 70")
	shell.types(t, "busybox stty raw; echo re''ady; dd bs=1 count=2 2>/dev/null | busybox hexdump -C; busybox stty sane\n")
	shell.shows(t, "ready")
	shell.types(t, "\x10\x11") // ctrl-p, ctrl-q, which detach by default.
	shell.shows(t, "10 11")
	shell.types(t, "exit 7\n")
	shell.wantEnd(t, 7)
}

func TestTerminalWithPipes(t *testing.T) {
	t.Parallel()
	engine := connect(t)
	up := sleeper(t, engine)
	cat := open(t, engine, dockerops.TerminalSpec{Mode: dockerops.TerminalExec, Container: up.ID, Argv: []string{"sh", "-c", "cat; echo bad >&2"}, NoTTY: true})
	cat.types(t, "input\n")
	if err := cat.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	cat.wantEnd(t, 0)
	cat.shows(t, "input\n")
	if cat.errors.String() != "bad\n" || strings.Contains(cat.text.String(), "bad") {
		t.Errorf("the outputs are %q and %q", cat.text.String(), cat.errors.String())
	}
}

func TestTerminalRunDetachAndAttach(t *testing.T) {
	t.Parallel()
	engine := connect(t)
	shell := open(t, engine, dockerops.TerminalSpec{
		Mode: dockerops.TerminalRun, Run: dockerops.RunSpec{Image: enginetest.BusyboxImage, Argv: []string{"sh"}}, DetachKeys: "ctrl-p,ctrl-q",
		Size: dockerops.TerminalSize{Rows: 33, Columns: 99},
	})
	shell.types(t, "busybox stty size\n")
	shell.shows(t, "33 99")
	shell.types(t, "\x10\x11")
	shell.wantEnd(t, -1)
	_ = shell.Close()
	again := open(t, engine, dockerops.TerminalSpec{Mode: dockerops.TerminalAttach, Container: shell.Container, Size: dockerops.TerminalSize{Rows: 20, Columns: 70}})
	again.types(t, "echo again; busybox stty size\n")
	again.shows(t, "again\r\n20 70")
	again.types(t, "exit 3\n")
	again.wantEnd(t, 3)
}

// TestDetachedProgramsGoOn leaves terminals by the keys, which must end nothing.
func TestDetachedProgramsGoOn(t *testing.T) {
	t.Parallel()
	engine := connect(t)
	up := sleeper(t, engine)
	inside := open(t, engine, dockerops.TerminalSpec{Mode: dockerops.TerminalExec, Container: up.ID, Argv: []string{"ash"}, DetachKeys: "ctrl-p,ctrl-q"})
	inside.types(t, "echo re''ady; sleep 778\n")
	inside.shows(t, "ready\r\n")
	inside.types(t, "\x10\x11")
	inside.wantEnd(t, -1)
	_ = inside.Close()
	if text := inside.text.String(); strings.Contains(text, "escape sequence") {
		t.Errorf("the terminal shows %q", text)
	}
	listed, err := engine.Exec(t.Context(), dockerops.ExecSpec{Container: up.ID, Argv: []string{"ps"}})
	if err != nil || !strings.Contains(listed.Output.Stdout.Text, "sleep 778") {
		t.Errorf("the program that was left: %+v, %v", listed, err)
	}

	spec := dockerops.TerminalSpec{Mode: dockerops.TerminalRun, DetachKeys: "ctrl-p,ctrl-q", Run: dockerops.RunSpec{Image: enginetest.BusyboxImage, Argv: []string{"sh"}, Remove: true}}
	left := open(t, engine, spec)
	left.types(t, "echo re''ady\n")
	left.shows(t, "ready\r\n")
	left.types(t, "\x10\x11")
	left.wantEnd(t, -1)
	_ = left.Close()
	if row := find(t, engine, left.Container, dockerops.ContainerFilter{All: true}); row == nil || row.State != dockerops.StateRunning {
		t.Fatalf("the container that was left: %+v", row)
	}
	again := open(t, engine, dockerops.TerminalSpec{Mode: dockerops.TerminalAttach, Container: left.Container})
	again.types(t, "exit 3\n")
	<-again.ended
	until(t, "it is removed when it ends", func() bool { return find(t, engine, left.Container, dockerops.ContainerFilter{All: true}) == nil })
}

func TestTerminalRunAndRemove(t *testing.T) {
	t.Parallel()
	engine := connect(t)
	spec := dockerops.TerminalSpec{Mode: dockerops.TerminalRun, Run: dockerops.RunSpec{Image: enginetest.BusyboxImage, Argv: []string{"sh", "-c", "echo brief; exit 5"}, Remove: true}}
	brief := open(t, engine, spec)
	brief.wantEnd(t, 5)
	brief.shows(t, "brief")
	spec.Run.Argv = []string{"sleep", "1000"}
	left := open(t, engine, spec)
	_ = left.Close()
	until(t, "both are removed", func() bool {
		return find(t, engine, brief.Container, dockerops.ContainerFilter{All: true}) == nil && find(t, engine, left.Container, dockerops.ContainerFilter{All: true}) == nil
	})
}

func TestClosedTerminalLeavesNoProcess(t *testing.T) {
	t.Parallel()
	engine := connect(t)
	up := sleeper(t, engine)
	for name, end := range map[string]func(*session, context.CancelFunc){
		"closed":    func(s *session, _ context.CancelFunc) { _ = s.Close() },
		"cancelled": func(s *session, cancel context.CancelFunc) { cancel(); _ = s.Close() },
	} {
		ctx, cancel := context.WithCancel(t.Context())
		terminal, err := engine.Terminal(ctx, dockerops.TerminalSpec{Mode: dockerops.TerminalExec, Container: up.ID, Argv: []string{"sh", "-c", "echo begun; sleep 776 & sleep 777"}})
		if err != nil {
			t.Fatal(err)
		}
		begun := &session{Terminal: terminal}
		go func() { _ = terminal.Copy(begun, begun) }()
		begun.shows(t, "begun")
		end(begun, cancel)
		until(t, name+": its processes end", func() bool {
			listed, err := engine.Exec(t.Context(), dockerops.ExecSpec{Container: up.ID, Argv: []string{"ps"}})
			return err == nil && !strings.Contains(listed.Output.Stdout.Text, "77") && strings.Contains(listed.Output.Stdout.Text, "sleep 1000")
		})
		cancel()
	}
}

func TestTerminalsThatCannotBe(t *testing.T) {
	t.Parallel()
	engine := connect(t)
	ended := run(t, engine, dockerops.RunSpec{Argv: []string{"rm", "-rf", "/bin"}})
	for name, test := range map[string]struct {
		spec dockerops.TerminalSpec
		kind dockerops.Kind
	}{
		"not running": {dockerops.TerminalSpec{Mode: dockerops.TerminalExec, Container: ended.ID}, dockerops.KindNotRunning},
		"attach":      {dockerops.TerminalSpec{Mode: dockerops.TerminalAttach, Container: ended.ID}, dockerops.KindNotRunning},
		"missing":     {dockerops.TerminalSpec{Mode: dockerops.TerminalExec, Container: "missing"}, dockerops.KindNotFound},
		"keys":        {dockerops.TerminalSpec{Mode: dockerops.TerminalExec, Container: ended.ID, DetachKeys: "bogus"}, dockerops.KindBadArgument},
		"mode":        {dockerops.TerminalSpec{Mode: "look"}, dockerops.KindBadArgument},
		"program":     {dockerops.TerminalSpec{Mode: dockerops.TerminalRun, Run: dockerops.RunSpec{Image: enginetest.BusyboxImage, Argv: []string{"nosuch"}}}, dockerops.KindBadArgument},
	} {
		if _, err := engine.Terminal(t.Context(), test.spec); dockerops.KindOf(err) != test.kind {
			t.Errorf("%s: got %v, want %s", name, err, test.kind)
		}
	}
	if shell, err := engine.FindShell(t.Context(), sleeper(t, engine).ID); err != nil || shell != "/bin/ash" {
		t.Errorf("got %s, %v", shell, err)
	}
	_, err := engine.FindShell(t.Context(), ended.ID)
	if failure := wantKind(t, err, dockerops.KindNotFound); !strings.Contains(failure.Message, "no shell") || !strings.Contains(failure.Message, ended.Name) {
		t.Errorf("got %q", failure.Message)
	}
}
