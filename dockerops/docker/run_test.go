package docker_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
	"dockwright/dockerops/enginetest"
)

// find lists all containers and returns the one with the id, or nil.
func find(t *testing.T, engine *docker.Engine, id string, filter dockerops.ContainerFilter) *dockerops.Container {
	t.Helper()
	containers, err := engine.ListContainers(t.Context(), filter)
	if err != nil {
		t.Fatal(err)
	}
	for _, container := range containers {
		if container.ID == id {
			return &container
		}
	}
	return nil
}

func TestRunAttachedAndStartAgain(t *testing.T) {
	engine := connect(t)
	result := run(t, engine, dockerops.RunSpec{Argv: []string{"sh", "-c", "echo out; echo err >&2; exit 3"}})
	if *result.ExitCode != 3 || result.Output.Stdout.Text != "out\n" || result.Output.Stderr.Text != "err\n" || result.State != dockerops.StateExited {
		t.Errorf("got %+v, %+v", result, result.Output)
	}
	if find(t, engine, result.ID, dockerops.ContainerFilter{}) != nil {
		t.Error("an ended container is listed among the running")
	}
	listed := find(t, engine, result.ID, dockerops.ContainerFilter{All: true})
	if listed == nil || listed.State != dockerops.StateExited || listed.ExitCode == nil || *listed.ExitCode != 3 || listed.Name != result.Name || listed.Image != enginetest.BusyboxImage {
		t.Errorf("listed as %+v", listed)
	}
	again, err := engine.Start(t.Context(), result.ID[:12], dockerops.StartOptions{Attach: true})
	if err != nil || *again.ExitCode != 3 || again.Output.Stdout.Text != "out\n" {
		t.Errorf("again: %+v, %v", again, err)
	}
	logs, err := engine.Logs(t.Context(), result.Name, dockerops.LogOptions{})
	if err != nil || logs.Stdout.Text != "out\nout\n" || logs.Stderr.Text != "err\nerr\n" {
		t.Errorf("the log of both: %+v, %v", logs, err)
	}
	logs, err = engine.Logs(t.Context(), result.Name, dockerops.LogOptions{Tail: 1})
	if err != nil || logs.Stdout.Text+logs.Stderr.Text != "out\n" && logs.Stdout.Text+logs.Stderr.Text != "err\n" {
		t.Errorf("the last line: %+v, %v", logs, err)
	}
}

func TestRunSpecReachesTheContainer(t *testing.T) {
	engine := connect(t)
	folder := t.TempDir()
	result := run(t, engine, dockerops.RunSpec{
		Name: "whole", Entrypoint: []string{"sh", "-c"}, Argv: []string{`echo "$GREETING $(pwd) $(id -u)"; echo kept > /data/f; echo kept > /host/f`},
		Env: map[string]string{"GREETING": "a=b c"}, Workdir: "/tmp", User: "0", Network: "none", Labels: map[string]string{"team": "blue"},
		Mounts: []dockerops.Mount{{Type: "volume", Source: "whole-data", Target: "/data"}, {Type: "bind", Source: folder, Target: "/host"}},
	})
	if got := result.Output.Stdout.Text; got != "a=b c /tmp 0\n" {
		t.Errorf("got %q, %q", got, result.Output.Stderr.Text)
	}
	if found, _ := filepath.Glob(folder + "/f"); len(found) != 1 {
		t.Error("nothing in the mounted folder")
	}
	listed := find(t, engine, result.ID, dockerops.ContainerFilter{All: true, Labels: []string{"team=blue"}, Names: []string{"whole"}})
	if listed == nil || len(listed.Mounts) != 2 || listed.Networks[0] != "none" || listed.Labels["team"] != "blue" {
		t.Errorf("listed as %+v", listed)
	}
	second := run(t, engine, dockerops.RunSpec{Argv: []string{"cat", "/data/f"}, Mounts: []dockerops.Mount{{Type: "volume", Source: "whole-data", Target: "/data", ReadOnly: true}}})
	if second.Output.Stdout.Text != "kept\n" {
		t.Errorf("the volume did not keep the data: %+v", second.Output)
	}
}

func TestShellWithTTYStaysUp(t *testing.T) {
	engine := connect(t)
	result := run(t, engine, dockerops.RunSpec{Argv: []string{"sh"}, TTY: true, Detach: true})
	if result.State != dockerops.StateRunning || find(t, engine, result.ID, dockerops.ContainerFilter{}) == nil {
		t.Errorf("got %+v", result)
	}
}

func TestRunAndRemove(t *testing.T) {
	engine := connect(t)
	result, err := engine.Run(t.Context(), dockerops.RunSpec{Image: enginetest.BusyboxImage, Argv: []string{"echo", "gone"}, Remove: true})
	if err != nil || result.Output.Stdout.Text != "gone\n" {
		t.Fatalf("got %+v, %v", result, err)
	}
	for deadline := time.Now().Add(30 * time.Second); find(t, engine, result.ID, dockerops.ContainerFilter{All: true}) != nil; {
		if time.Now().After(deadline) {
			t.Fatal("it was not removed")
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func TestCancelledRunIsKilled(t *testing.T) {
	engine := connect(t)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { // Cancels once it has written something.
		defer cancel()
		for t.Context().Err() == nil {
			logs, err := engine.Logs(t.Context(), "endless", dockerops.LogOptions{})
			if err == nil && logs.Stdout.Text != "" {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
	}()
	result, err := engine.Run(ctx, dockerops.RunSpec{Name: "endless", Image: enginetest.BusyboxImage, Argv: []string{"sh", "-c", "echo begun; sleep 1000"}})
	removeLater(t, engine, result.ID)
	wantKind(t, err, dockerops.KindCancelled)
	if result.Output == nil || result.Output.Stdout.Text != "begun\n" {
		t.Errorf("what it wrote until then: %+v", result.Output)
	}
	for deadline := time.Now().Add(30 * time.Second); find(t, engine, result.ID, dockerops.ContainerFilter{}) != nil; {
		if time.Now().After(deadline) {
			t.Fatal("it goes on")
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// TestCancelledStartGoesOn waits for a container that was there before, and gives up: it is not the waiter's to end.
func TestCancelledStartGoesOn(t *testing.T) {
	engine := connect(t)
	made := run(t, engine, dockerops.RunSpec{Argv: []string{"sh", "-c", "test -e /again && { echo begun; sleep 1000; }; touch /again"}})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	result, err := engine.Start(ctx, made.ID, dockerops.StartOptions{Attach: true, Live: func(dockerops.Stream, []byte) { cancel() }})
	wantKind(t, err, dockerops.KindCancelled)
	if result.State != dockerops.StateRunning || result.ExitCode != nil {
		t.Errorf("it is said to be %+v", result)
	}
	if row := find(t, engine, made.ID, dockerops.ContainerFilter{}); row == nil {
		t.Error("it was ended")
	}
}

// TestRunOutOfTime tells what has become of the container, and proposes what can work.
func TestRunOutOfTime(t *testing.T) {
	engine := connect(t)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	result, err := engine.Run(ctx, dockerops.RunSpec{Name: "out-of-time", Image: enginetest.BusyboxImage, Argv: []string{"sleep", "1000"}})
	removeLater(t, engine, "out-of-time")
	wantVerbs(t, wantKind(t, err, dockerops.KindTimeout), dockerops.VerbStart, dockerops.VerbLogs)
	if result.State != dockerops.StateExited || result.ExitCode == nil || *result.ExitCode != 137 {
		t.Errorf("it is said to be %+v", result)
	}
}

// TestRunCancelledAtAnyMoment cancels before, during and after creation and start: whatever it was doing, nothing runs on.
func TestRunCancelledAtAnyMoment(t *testing.T) {
	engine := connect(t)
	labels := map[string]string{"cancelled": "yes"}
	for wait := 0 * time.Millisecond; wait < 500*time.Millisecond; wait += 100 * time.Millisecond {
		ctx, cancel := context.WithTimeout(t.Context(), wait)
		result, err := engine.Run(ctx, dockerops.RunSpec{Image: enginetest.BusyboxImage, Argv: []string{"sleep", "1000"}, Labels: labels})
		cancel()
		wantKind(t, err, dockerops.KindTimeout)
		if result.ID != "" {
			removeLater(t, engine, result.ID)
		}
	}
	filter := dockerops.ContainerFilter{States: []dockerops.State{dockerops.StateCreated, dockerops.StateRunning}, Labels: []string{"cancelled=yes"}}
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		left, err := engine.ListContainers(t.Context(), filter)
		if err != nil {
			t.Fatal(err)
		}
		if len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("left behind: %+v", left)
		}
	}
}

func TestNameInUse(t *testing.T) {
	engine := connect(t)
	first := run(t, engine, dockerops.RunSpec{Name: "taken", Argv: []string{"true"}})
	_, err := engine.Run(t.Context(), dockerops.RunSpec{Name: "taken", Image: enginetest.BusyboxImage, Argv: []string{"true"}})
	failure := wantKind(t, err, dockerops.KindNameInUse)
	if failure.Fact("container") != first.ID || failure.Fact("name") != "taken" {
		t.Errorf("facts: %+v", failure.Facts)
	}
	wantVerbs(t, failure, dockerops.VerbRemove)
	up := sleeper(t, engine)
	_, err = engine.Run(t.Context(), dockerops.RunSpec{Name: up.Name, Image: enginetest.BusyboxImage, Argv: []string{"true"}})
	wantVerbs(t, wantKind(t, err, dockerops.KindNameInUse), dockerops.VerbForceRemove)
}

func TestPortInUseLeavesNothing(t *testing.T) {
	engine := connect(t)
	if !private.Networking {
		t.Skip("the private engine has no bridge here")
	}
	first := run(t, engine, dockerops.RunSpec{Argv: []string{"sleep", "1000"}, Detach: true, Ports: []dockerops.Port{{HostIP: "127.0.0.1", ContainerPort: 80}}})
	if len(first.Ports) != 1 || first.Ports[0].HostPort == 0 || first.Ports[0].ContainerPort != 80 {
		t.Fatalf("published: %+v", first.Ports)
	}
	_, err := engine.Run(t.Context(), dockerops.RunSpec{
		Name: "late", Image: enginetest.BusyboxImage, Argv: []string{"sleep", "1000"}, Detach: true,
		Ports: []dockerops.Port{{HostIP: "127.0.0.1", HostPort: first.Ports[0].HostPort, ContainerPort: 80}},
	})
	failure := wantKind(t, err, dockerops.KindPortInUse)
	if failure.Fact("port") == "" || failure.Fact("container") != first.ID || !strings.Contains(failure.Message, first.Name) {
		t.Errorf("got %+v", failure)
	}
	wantVerbs(t, failure, dockerops.VerbListRunning, dockerops.VerbStop)
	left, err := engine.ListContainers(t.Context(), dockerops.ContainerFilter{All: true, Names: []string{"late"}})
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %+v, %v", left, err)
	}
}

func TestRunsThatCannotBe(t *testing.T) {
	engine := connect(t)
	tests := map[string]struct {
		spec dockerops.RunSpec
		kind dockerops.Kind
		says string
	}{
		"missing image":   {dockerops.RunSpec{Image: "missing:v1"}, dockerops.KindNotFound, "missing:v1"},
		"missing program": {dockerops.RunSpec{Argv: []string{"nosuch"}}, dockerops.KindBadArgument, "nosuch"},
		"not executable":  {dockerops.RunSpec{Argv: []string{"/etc"}}, dockerops.KindBadArgument, "/etc"},
		"missing user":    {dockerops.RunSpec{Argv: []string{"true"}, User: "nobody-here"}, dockerops.KindBadArgument, "nobody-here"},
		"no command":      {dockerops.RunSpec{}, dockerops.KindBadArgument, "CMD"},
		"missing network": {dockerops.RunSpec{Argv: []string{"true"}, Network: "nosuch"}, dockerops.KindNotFound, "nosuch"},
		"missing folder": {dockerops.RunSpec{Argv: []string{"true"}, Mounts: []dockerops.Mount{{Type: "bind", Source: "/nonexistent/x", Target: "/x"}}},
			dockerops.KindBadArgument, "/nonexistent/x"},
		"mount type":   {dockerops.RunSpec{Argv: []string{"true"}, Mounts: []dockerops.Mount{{Type: "floppy"}}}, dockerops.KindBadArgument, "floppy"},
		"name":         {dockerops.RunSpec{Argv: []string{"true"}, Name: "a b"}, dockerops.KindBadArgument, "a b"},
		"short name":   {dockerops.RunSpec{Argv: []string{"true"}, Name: "a"}, dockerops.KindBadArgument, "two"},
		"variable":     {dockerops.RunSpec{Argv: []string{"true"}, Env: map[string]string{"A=B": ""}}, dockerops.KindBadArgument, "A=B"},
		"port":         {dockerops.RunSpec{Argv: []string{"true"}, Ports: []dockerops.Port{{}}}, dockerops.KindBadArgument, "port"},
		"host address": {dockerops.RunSpec{Argv: []string{"true"}, Ports: []dockerops.Port{{ContainerPort: 1, HostIP: "x"}}}, dockerops.KindBadArgument, "address"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if test.spec.Image == "" {
				test.spec.Image = enginetest.BusyboxImage
			}
			for _, detach := range []bool{false, true} {
				test.spec.Detach = detach
				_, err := engine.Run(t.Context(), test.spec)
				if failure := wantKind(t, err, test.kind); !strings.Contains(failure.Message, test.says) {
					t.Errorf("%q does not say %q", failure.Message, test.says)
				}
			}
		})
	}
	left, err := engine.ListContainers(t.Context(), dockerops.ContainerFilter{States: []dockerops.State{dockerops.StateCreated}})
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %+v, %v", left, err)
	}
}

func TestStopAndRemove(t *testing.T) {
	engine := connect(t)
	up := sleeper(t, engine)
	_, err := engine.Remove(t.Context(), up.Name, dockerops.RemoveOptions{})
	failure := wantKind(t, err, dockerops.KindRefused)
	wantVerbs(t, failure, dockerops.VerbStop, dockerops.VerbForceRemove)
	grace := time.Duration(0)
	change, err := engine.Stop(t.Context(), up.Name, dockerops.StopOptions{Grace: &grace})
	if err != nil || change.Before != dockerops.StateRunning || change.After != dockerops.StateExited {
		t.Errorf("got %+v, %v", change, err)
	}
	if change, err = engine.Remove(t.Context(), up.Name, dockerops.RemoveOptions{}); err != nil || change.Before != dockerops.StateExited || change.After != "" {
		t.Errorf("got %+v, %v", change, err)
	}
	_, err = engine.Remove(t.Context(), up.Name, dockerops.RemoveOptions{})
	wantVerbs(t, wantKind(t, err, dockerops.KindNotFound), dockerops.VerbList)
	for _, name := range []string{"", "../images", "a?b", "-x"} {
		_, err := engine.Stop(t.Context(), name, dockerops.StopOptions{})
		wantKind(t, err, dockerops.KindBadArgument)
	}
}
