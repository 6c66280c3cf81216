package docker_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"dockwright/dockerops"
)

// obedient is a command that ends on SIGTERM with exit code 5, and stays up until then.
var obedient = []string{"sh", "-c", "trap 'exit 5' TERM; echo up; sleep 1000 & wait"}

func TestLifecycle(t *testing.T) {
	t.Parallel()
	engine := connect(t)
	up := run(t, engine, dockerops.RunSpec{Name: "cycle", Argv: obedient, Detach: true})
	check := func(change dockerops.Change, err error) func(before, after dockerops.State) {
		return func(before, after dockerops.State) {
			t.Helper()
			if err != nil || change.Before != before || change.After != after || change.ID != up.ID {
				t.Errorf("got %+v, %v; want %s, then %s", change, err, before, after)
			}
		}
	}
	check(engine.Pause(t.Context(), "cycle"))(dockerops.StateRunning, dockerops.StatePaused)
	_, err := engine.Pause(t.Context(), "cycle")
	wantKind(t, err, dockerops.KindRefused)
	check(engine.Unpause(t.Context(), "cycle"))(dockerops.StatePaused, dockerops.StateRunning)
	_, err = engine.Unpause(t.Context(), "cycle")
	if failure := wantKind(t, err, dockerops.KindRefused); !strings.Contains(failure.Message, "Container cycle is not paused") {
		t.Errorf("it speaks of %q", failure.Message)
	}
	check(engine.Rename(t.Context(), "cycle", "cycle-2"))(dockerops.StateRunning, dockerops.StateRunning)
	_, err = engine.Rename(t.Context(), "cycle-2", "-")
	wantKind(t, err, dockerops.KindBadArgument)
	grace := time.Duration(0)
	check(engine.Restart(t.Context(), "cycle-2", dockerops.StopOptions{Grace: &grace}))(dockerops.StateRunning, dockerops.StateRunning)

	short, stop := context.WithTimeout(t.Context(), time.Millisecond)
	result, err := engine.Wait(short, "cycle-2")
	stop()
	if wantKind(t, err, dockerops.KindTimeout); result.ExitCode != nil {
		t.Errorf("it runs, and has exit code %d", *result.ExitCode)
	}

	waited := make(chan error, 1)
	go func() {
		result, err := engine.Wait(t.Context(), "cycle-2")
		if err == nil && (result.ExitCode == nil || *result.ExitCode != 5 && *result.ExitCode != 143) { // 143: the signal came before the trap was set.
			t.Errorf("it ended as %+v", result)
		}
		waited <- err
	}()
	change, err := engine.Kill(t.Context(), "cycle-2", "TERM")
	if err != nil || change.Before != dockerops.StateRunning {
		t.Errorf("got %+v, %v", change, err)
	}
	select {
	case err := <-waited:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(60 * time.Second):
		t.Fatal("Wait did not notice the end")
	}
	_, err = engine.Kill(t.Context(), "cycle-2", "")
	wantVerbs(t, wantKind(t, err, dockerops.KindNotRunning), dockerops.VerbStart)
	for _, signal := range []string{"no such", "-9"} {
		_, err = engine.Kill(t.Context(), "cycle-2", signal)
		wantKind(t, err, dockerops.KindBadArgument)
	}
	check(engine.Restart(t.Context(), "cycle-2", dockerops.StopOptions{}))(dockerops.StateExited, dockerops.StateRunning)
}

func TestRenameToATakenName(t *testing.T) {
	t.Parallel()
	engine := connect(t)
	first, second := run(t, engine, dockerops.RunSpec{Argv: []string{"true"}}), run(t, engine, dockerops.RunSpec{Argv: []string{"true"}})
	_, err := engine.Rename(t.Context(), second.ID, first.Name)
	if failure := wantKind(t, err, dockerops.KindNameInUse); failure.Fact("container") != first.ID {
		t.Errorf("facts: %+v", failure.Facts)
	}
}
