package docker_test

import (
	"context"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
	"dockwright/dockerops/enginetest"
)

// podman starts Podman's service for one test.
func podman(t *testing.T) *docker.Engine {
	t.Helper()
	_, engine := ownPodman(t)
	return engine
}

// ownPodman is podman with the service itself.
func ownPodman(t *testing.T) (*enginetest.Engine, *docker.Engine) {
	t.Helper()
	enginetest.Need(t, private)
	if _, err := exec.LookPath("podman"); err != nil {
		enginetest.Missing(t, "podman is missing: apt-get install podman")
	}
	own, err := enginetest.StartPodman()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := own.Close(); err != nil {
			t.Error(err)
		}
	})
	return own, connectTo(t, own)
}

// TestPodman does with Podman what the other tests do with Docker, in as far as it can.
func TestPodman(t *testing.T) {
	t.Parallel()
	engine := podman(t)
	info, err := engine.Info(t.Context())
	if err != nil || info.Product != "podman" || info.BuildBackend != "classic" {
		t.Fatalf("got %+v, %v", info, err)
	}
	for name, test := range map[string]func(*testing.T, *docker.Engine){
		"run attached": podmanRuns, "cancelled run": podmanCancelled, "exec": podmanExec, "build": podmanBuilds, "lifecycle": podmanLifecycle,
		"log": podmanLog, "files": podmanFiles, "events": podmanEvents, "terminal": podmanTerminal, "prune": podmanPrune, "failures": podmanFailures,
	} {
		t.Run(name, func(t *testing.T) { test(t, engine) })
	}
}

// alone is a spec without a network, which Podman cannot set up in a namespace without one.
func alone(argv ...string) dockerops.RunSpec {
	return dockerops.RunSpec{Image: enginetest.BusyboxImage, Argv: argv, Network: "none"}
}

func podmanRuns(t *testing.T, engine *docker.Engine) {
	result := run(t, engine, alone("sh", "-c", "echo out; echo err >&2; exit 3"))
	if *result.ExitCode != 3 || result.Output.Stdout.Text != "out\n" || result.Output.Stderr.Text != "err\n" {
		t.Errorf("got %+v, %+v", result, result.Output)
	}
	again, err := engine.Start(t.Context(), result.ID, dockerops.StartOptions{Attach: true})
	if err != nil || *again.ExitCode != 3 || again.Output.Stdout.Text != "out\n" {
		t.Errorf("again: %+v, %v", again.Output, err)
	}
	spec := alone("echo", "gone")
	spec.Remove = true
	result, err = engine.Run(t.Context(), spec)
	if err != nil || result.Output.Stdout.Text != "gone\n" || find(t, engine, result.ID, dockerops.ContainerFilter{All: true}) != nil {
		t.Errorf("got %+v, %v", result, err)
	}
}

func podmanCancelled(t *testing.T, engine *docker.Engine) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	result, err := engine.Run(ctx, alone("sleep", "1000"))
	wantKind(t, err, dockerops.KindTimeout)
	removeLater(t, engine, result.ID)
	until(t, "it is killed", func() bool { return find(t, engine, result.ID, dockerops.ContainerFilter{}) == nil })
}

func podmanExec(t *testing.T, engine *docker.Engine) {
	spec := alone("sleep", "1000")
	spec.Detach = true
	up := run(t, engine, spec)
	result, err := engine.Exec(t.Context(), dockerops.ExecSpec{Container: up.ID, Argv: []string{"sh", "-c", "cat; echo bad >&2; exit 7"}, Stdin: "input\n"})
	if err != nil || *result.ExitCode != 7 || result.Output.Stdout.Text != "input\n" || result.Output.Stderr.Text != "bad\n" {
		t.Errorf("got %+v, %v", result, err)
	}
	table, err := engine.Top(t.Context(), up.ID)
	if err != nil || len(table.Rows) != 1 || len(table.Rows[0]) != len(table.Titles) || table.Rows[0][len(table.Titles)-1] != "sleep 1000" {
		t.Errorf("its processes: %q %q, %v", table.Titles, table.Rows, err)
	}
	grace := time.Duration(0)
	if _, err := engine.Stop(t.Context(), up.ID, dockerops.StopOptions{Grace: &grace}); err != nil {
		t.Fatal(err)
	}
	detail, err := engine.InspectContainer(t.Context(), up.ID, dockerops.InspectOptions{Size: true})
	if err != nil {
		t.Fatal(err)
	}
	past, err := engine.Past(t.Context(), up.ID, detail.State.Started)
	var told []string
	for _, event := range past.Events {
		told = append(told, event.Action)
	}
	if err != nil || past.Restarted || !past.Terse || !slices.Contains(told, "die") || !slices.Contains(told, "start") {
		t.Errorf("what happened: %q, %+v, %v", told, past, err)
	}
}

func podmanBuilds(t *testing.T, engine *docker.Engine) {
	dir := folder(t, map[string]string{"Dockerfile": "FROM busybox\nCOPY . /all\nRUN echo one >&2\nCMD ls /all\n", "kept": "", "big": "", ".dockerignore": "big\n"})
	result, told := build(t, engine, dockerops.BuildSpec{ContextDir: dir, Tags: []string{"built:v1"}})
	if result.Backend != "classic" || len(result.Steps) != 4 || !strings.Contains(told.log.String(), "one\n") || result.Tags[0].Reference != "built:v1" {
		t.Errorf("got %+v\n%s", result, told.log.String())
	}
	spec := alone()
	spec.Image = "built:v1"
	if ran := run(t, engine, spec); !strings.Contains(ran.Output.Stdout.Text, "kept") || strings.Contains(ran.Output.Stdout.Text, "big") {
		t.Errorf("got %+v", ran.Output)
	}
	_, err := engine.Build(t.Context(), dockerops.BuildSpec{ContextDir: t.TempDir(), Content: []byte("FROM busybox\nRUN echo first; exit 3\n")}, nil)
	if failure := wantKind(t, err, dockerops.KindBuildFailed); failure.Fact("exitCode") != "3" || !strings.Contains(failure.Fact("step"), "RUN") || !strings.Contains(failure.Fact("log"), "first") {
		t.Errorf("facts: %+v", failure.Facts)
	}
}

func podmanLifecycle(t *testing.T, engine *docker.Engine) {
	spec := alone(obedient...)
	spec.Detach, spec.Name = true, "cycle"
	up := run(t, engine, spec)
	for what, do := range map[string]func() (dockerops.Change, error){
		"rename": func() (dockerops.Change, error) { return engine.Rename(t.Context(), up.ID, "renamed") },
		"stop":   func() (dockerops.Change, error) { return engine.Stop(t.Context(), up.ID, dockerops.StopOptions{}) },
	} {
		if _, err := do(); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	detail, err := engine.InspectContainer(t.Context(), up.ID, dockerops.InspectOptions{})
	if err != nil || detail.Name != "renamed" || detail.State.ExitCode == nil {
		t.Errorf("got %+v, %v", detail, err)
	}
}

func podmanLog(t *testing.T, engine *docker.Engine) {
	ended := run(t, engine, alone("sh", "-c", "for i in 1 2 3; do echo out $i; echo err $i >&2; done; i=0; while [ $i -lt 2000 ]; do printf 0123456789; i=$((i+1)); done; echo; echo end"))
	got := follow(t.Context(), engine, ended.ID, dockerops.LogStreamOptions{Tail: -1})
	until(t, "the end comes", func() bool { lines := got.of(dockerops.Stdout); return len(lines) > 0 && lines[len(lines)-1] == "end" })
	if out, err := got.of(dockerops.Stdout), got.of(dockerops.Stderr); len(out) != 5 || len(err) != 3 || len(out[3]) != 20000 {
		t.Errorf("got %d and %d lines", len(out), len(err))
	}
	if _, err := engine.Remove(t.Context(), ended.ID, dockerops.RemoveOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := got.end(t); err != nil {
		t.Error(err)
	}
}

func podmanFiles(t *testing.T, engine *docker.Engine) {
	ended := run(t, engine, alone("sh", "-c", "mkdir /data; echo one > /data/one; ln -s one /data/link"))
	content, err := engine.ReadFile(t.Context(), ended.ID, "/data/link", 0)
	if err != nil || string(content.Data) != "one\n" {
		t.Errorf("got %q, %v", content.Data, err)
	}
	list, err := engine.ListFiles(t.Context(), ended.ID, "/data", dockerops.ListFilesOptions{})
	if err != nil || len(list.Files) != 2 {
		t.Errorf("got %+v, %v", list, err)
	}
	dir := t.TempDir()
	if _, err := engine.CopyOut(t.Context(), ended.ID, "/data", dir); err != nil {
		t.Error(err)
	}
	if _, err := engine.CopyIn(t.Context(), filepath.Join(dir, "data"), ended.ID, "/tmp"); err != nil {
		t.Error(err)
	}
	_, err = engine.ReadFile(t.Context(), ended.ID, "/nosuch", 0)
	wantKind(t, err, dockerops.KindNotFound)
}

func podmanEvents(t *testing.T, engine *docker.Engine) {
	watched := watch(t, engine)
	ended := run(t, engine, alone("true"))
	until(t, "it died", func() bool { return strings.Contains(strings.Join(watched.actions(ended.ID), " "), "die") })
}

func podmanFailures(t *testing.T, engine *docker.Engine) {
	spec := alone("true")
	spec.Name = "taken"
	first := run(t, engine, spec)
	_, err := engine.Run(t.Context(), spec)
	wantKind(t, err, dockerops.KindNameInUse)
	_, err = engine.Exec(t.Context(), dockerops.ExecSpec{Container: first.ID, Argv: []string{"true"}})
	wantKind(t, err, dockerops.KindNotRunning)
	spec = alone("nosuch")
	_, err = engine.Run(t.Context(), spec)
	wantKind(t, err, dockerops.KindBadArgument)
	spec = alone("true")
	spec.Image = "missing:v1"
	_, err = engine.Run(t.Context(), spec)
	wantKind(t, err, dockerops.KindNotFound)
	_, err = engine.InspectContainer(t.Context(), "missing", dockerops.InspectOptions{})
	wantKind(t, err, dockerops.KindNotFound)
}

func podmanTerminal(t *testing.T, engine *docker.Engine) {
	spec := alone("sh")
	shell := open(t, engine, dockerops.TerminalSpec{Mode: dockerops.TerminalRun, Run: spec, Size: dockerops.TerminalSize{Rows: 33, Columns: 99}})
	shell.types(t, "busybox stty size\n")
	shell.shows(t, "33 99")
	inside := open(t, engine, dockerops.TerminalSpec{Mode: dockerops.TerminalExec, Container: shell.Container})
	inside.types(t, "exit 4\n")
	inside.wantEnd(t, 4)
	shell.types(t, "exit 3\n")
	shell.wantEnd(t, 3)
}

func podmanPrune(t *testing.T, engine *docker.Engine) {
	ended := run(t, engine, alone("true"))
	plan, err := engine.PlanSystem(t.Context(), dockerops.PruneOptions{})
	if err != nil || itemOf(plan.Items, ended.ID) == nil {
		t.Fatalf("got %+v, %v", plan, err)
	}
	if err := engine.RemovePlanned(t.Context(), *itemOf(plan.Items, ended.ID)); err != nil {
		t.Error(err)
	}
}

// TestPodmanCancelledBuild says what Podman does not do: it ends no step that runs.
func TestPodmanCancelledBuild(t *testing.T) {
	t.Parallel()
	engine := podman(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	dir := folder(t, map[string]string{"Dockerfile": "FROM busybox\nRUN echo begun; sleep 5\n"})
	_, err := engine.Build(ctx, dockerops.BuildSpec{ContextDir: dir}, func(e dockerops.BuildEvent) {
		if e.Log != nil && strings.Contains(string(e.Log.Data), "begun") {
			cancel()
		}
	})
	if failed := wantKind(t, err, dockerops.KindCancelled); failed.Fact("goesOn") == "" {
		t.Errorf("%+v", failed)
	}
}
