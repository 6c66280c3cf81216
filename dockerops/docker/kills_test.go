package docker_test

import (
	"context"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dockwright/dockerops"
	"dockwright/dockerops/enginetest"
)

// TestKillsInTheMiddle kills and restarts an engine again and again during builds, lists, execs, a followed log and a watch: each
// operation ends with a result or an error of ours, the next works, and the log and the events go on. CI does it 20 times.
func TestKillsInTheMiddle(t *testing.T) {
	t.Parallel()
	own, engine := ownEngine(t)
	rounds := 3
	if os.Getenv("CI") == "true" {
		rounds = 20
	}
	up, err := engine.Run(t.Context(), dockerops.RunSpec{Image: enginetest.BusyboxImage, Argv: talker, Detach: true})
	if err != nil {
		t.Fatal(err)
	}
	got := follow(t.Context(), engine, up.ID, dockerops.LogStreamOptions{Tail: -1})
	watched := watch(t, engine)
	dir := t.TempDir()
	var done atomic.Int64
	ctx, cancel := context.WithCancel(t.Context())
	var busy sync.WaitGroup
	for what, operation := range map[string]func() error{
		"list": func() error { _, err := engine.ListContainers(ctx, dockerops.ContainerFilter{All: true}); return err },
		"exec": func() error {
			_, err := engine.Exec(ctx, dockerops.ExecSpec{Container: up.ID, Argv: []string{"sleep", "0.2"}})
			return err
		},
		"build": func() error {
			_, err := engine.Build(ctx, dockerops.BuildSpec{ContextDir: dir, Content: []byte("FROM busybox\nRUN sleep 0.2\n"), NoCache: true, Tags: []string{"again:v1"}}, nil)
			return err
		},
	} {
		busy.Go(func() {
			for ctx.Err() == nil {
				err := operation()
				switch kind := dockerops.KindOf(err); kind {
				case "":
					done.Add(1)
				case dockerops.KindEngineUnreachable, dockerops.KindNotRunning, dockerops.KindCancelled:
					time.Sleep(20 * time.Millisecond)
				default:
					t.Logf("%s: %s: %v (%v)", what, kind, err, err.(*dockerops.Error).Cause)
				}
			}
		})
	}
	for range rounds {
		time.Sleep(time.Second)
		if err := own.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := own.Launch(); err != nil {
			t.Fatal(err)
		}
		if _, err := engine.Start(t.Context(), up.ID, dockerops.StartOptions{}); err != nil {
			t.Fatal(err)
		}
		before := done.Load()
		until(t, "operations work again", func() bool { return done.Load() > before+3 })
		until(t, "events come again", func() bool { return watched.last().Connected })
	}
	cancel()
	ended := make(chan struct{})
	go func() { busy.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(30 * time.Second):
		t.Fatal("an operation hangs")
	}
	if _, err := engine.Stop(t.Context(), up.ID, dockerops.StopOptions{}); err != nil {
		t.Fatal(err)
	}
	until(t, "the last event came", func() bool { return slices.Contains(watched.actions(up.ID), "stop") })
	wantWholeLog(t, engine, up.ID, got)
	listed, err := engine.ListContainers(t.Context(), dockerops.ContainerFilter{All: true})
	if err != nil || len(listed) != 1 || listed[0].State != dockerops.StateExited {
		t.Errorf("got %+v, %v", listed, err)
	}
}
