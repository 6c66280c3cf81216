package docker_test

import (
	"context"
	"fmt"
	"io"
	"testing"
	"time"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
	"dockwright/dockerops/enginetest"
)

// broken returns the private engine behind a proxy of its own.
func broken(t *testing.T) (*docker.Engine, *enginetest.Proxy) {
	t.Helper()
	enginetest.Need(t, private)
	proxy, err := private.Proxy()
	if err != nil {
		t.Fatal(err)
	}
	engine, err := docker.Connect(t.Context(), docker.Options{Host: proxy.Host(), Check: 500 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = proxy.Close()
		_ = engine.Close()
	})
	return engine, proxy
}

var faults = map[string]enginetest.Fault{"cut": enginetest.FaultCut, "stall": enginetest.FaultStall, "garbage": enginetest.FaultGarbage}

// operations are what can be asked of an engine. Those that wait are still under way after a second.
func operations(engine *docker.Engine, up, image string, dir string) (quick, waiting map[string]func(context.Context) error) {
	exec := dockerops.ExecSpec{Container: up, Argv: []string{"sleep", "1000"}}
	quick = map[string]func(context.Context) error{
		"list": func(ctx context.Context) error {
			_, err := engine.ListContainers(ctx, dockerops.ContainerFilter{})
			return err
		},
		"images": func(ctx context.Context) error { _, err := engine.ListImages(ctx, dockerops.ImageFilter{}); return err },
		"info":   func(ctx context.Context) error { _, err := engine.Info(ctx); return err },
		"inspect": func(ctx context.Context) error {
			_, err := engine.InspectContainer(ctx, up, dockerops.InspectOptions{})
			return err
		},
		"logs": func(ctx context.Context) error { _, err := engine.Logs(ctx, up, dockerops.LogOptions{}); return err },
		"files": func(ctx context.Context) error {
			_, err := engine.ListFiles(ctx, up, "/etc", dockerops.ListFilesOptions{})
			return err
		},
		"copy": func(ctx context.Context) error { _, err := engine.CopyIn(ctx, dir, up, "/tmp"); return err },
		"plan": func(ctx context.Context) error {
			_, err := engine.PlanSystem(ctx, dockerops.PruneOptions{})
			return err
		},
		"tag": func(ctx context.Context) error { return engine.Tag(ctx, image, "broken:v1") },
		"pull": func(ctx context.Context) error {
			_, err := engine.Pull(ctx, dockerops.PullSpec{Reference: image}, nil)
			return err
		},
	}
	waiting = map[string]func(context.Context) error{
		"exec": func(ctx context.Context) error { _, err := engine.Exec(ctx, exec); return err },
		"run": func(ctx context.Context) error {
			_, err := engine.Run(ctx, dockerops.RunSpec{Image: image, Argv: []string{"sleep", "1000"}, Labels: map[string]string{"broken": "yes"}})
			return err
		},
		"wait": func(ctx context.Context) error { _, err := engine.Wait(ctx, up); return err },
		"build": func(ctx context.Context) error {
			_, err := engine.Build(ctx, dockerops.BuildSpec{ContextDir: dir, Content: []byte("FROM busybox\nRUN sleep 1033\n"), NoCache: true}, nil)
			return err
		},
		"classic build": func(ctx context.Context) error {
			_, err := engine.Build(ctx, dockerops.BuildSpec{ContextDir: dir, Content: []byte("FROM busybox\nRUN sleep 1034\n"), NoCache: true, Classic: true}, nil)
			return err
		},
		"terminal": func(ctx context.Context) error {
			terminal, err := engine.Terminal(ctx, dockerops.TerminalSpec{Mode: dockerops.TerminalExec, Container: up, Argv: exec.Argv})
			if err != nil {
				return err
			}
			defer func() { _ = terminal.Close() }()
			err = terminal.Copy(io.Discard, io.Discard)
			if err == nil {
				_, err = terminal.End(ctx)
			}
			return err
		},
	}
	return quick, waiting
}

// wantSoon checks that an operation ends by itself, with an error of ours.
func wantSoon(t *testing.T, what string, ended <-chan error) {
	t.Helper()
	select {
	case err := <-ended:
		switch kind := dockerops.KindOf(err); kind {
		case dockerops.KindEngineUnreachable, dockerops.KindInternal:
		default:
			t.Errorf("%s: got kind %q, %v", what, kind, err)
		}
	case <-time.After(40 * time.Second):
		t.Errorf("%s: it hangs", what)
	}
}

func TestFaultsEndOperations(t *testing.T) {
	t.Parallel()
	direct := connect(t)
	up := sleeper(t, direct)
	dir := folder(t, map[string]string{"a": "1"})
	t.Cleanup(func() { // What ran when the connection broke runs on: nobody can tell the engine.
		left, _ := direct.ListContainers(context.WithoutCancel(t.Context()), dockerops.ContainerFilter{All: true, Labels: []string{"broken=yes"}})
		for _, container := range left {
			_, _ = direct.Remove(context.WithoutCancel(t.Context()), container.ID, dockerops.RemoveOptions{Force: true})
		}
	})
	t.Cleanup(func() {
		until(t, "the builds end", func() bool { return processes(t, "sleep 1033")+processes(t, "sleep 1034") == 0 })
	})
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			engine, proxy := broken(t)
			quick, waiting := operations(engine, up.ID, enginetest.BusyboxImage, dir)
			begun := map[string]chan error{}
			for what, operation := range waiting {
				ended := make(chan error, 1)
				begun[what] = ended
				go func() { ended <- operation(t.Context()) }()
			}
			time.Sleep(2 * time.Second) // They are under way; were one not, the fault finds it earlier, with the same result.
			proxy.Set(fault)
			for what, ended := range begun {
				wantSoon(t, what+" in the middle", ended)
			}
			for what, operation := range quick {
				ended := make(chan error, 1)
				go func() { ended <- operation(t.Context()) }()
				wantSoon(t, what, ended)
			}
			proxy.Set(enginetest.FaultNone)
			if _, err := engine.ListContainers(t.Context(), dockerops.ContainerFilter{}); err != nil {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

func TestStreamsGoOnAfterFaults(t *testing.T) {
	t.Parallel()
	direct := connect(t)
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			engine, proxy := broken(t)
			up := run(t, direct, dockerops.RunSpec{Argv: talker, Detach: true})
			got := follow(t.Context(), engine, up.ID, dockerops.LogStreamOptions{Tail: -1})
			watched := watch(t, engine)
			for round := range 2 {
				count := len(got.of(dockerops.Stdout))
				until(t, fmt.Sprintf("round %d: it goes on", round), func() bool { return len(got.of(dockerops.Stdout)) > count+50 })
				proxy.Set(fault)
				until(t, "the watch notices", func() bool { return !watched.last().Connected })
				proxy.Set(enginetest.FaultNone)
				until(t, "the watch connects again", func() bool { return watched.last().Connected })
			}
			if _, err := direct.Stop(t.Context(), up.ID, dockerops.StopOptions{}); err != nil {
				t.Fatal(err)
			}
			wantWholeLog(t, direct, up.ID, got)
		})
	}
}
