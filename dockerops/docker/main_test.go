package docker_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
	"dockwright/dockerops/enginetest"
)

var private *enginetest.Engine

func TestMain(m *testing.M) { os.Exit(enginetest.Main(m, &private)) }

// connect returns the private engine.
func connect(t testing.TB) *docker.Engine {
	t.Helper()
	enginetest.Need(t, private)
	return connectTo(t, private)
}

func connectTo(t testing.TB, to *enginetest.Engine) *docker.Engine {
	t.Helper()
	engine, err := docker.Connect(t.Context(), docker.Options{Host: to.Host()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = engine.Close() })
	return engine
}

// run runs a Busybox container, and removes it when the test ends.
func run(t testing.TB, engine *docker.Engine, spec dockerops.RunSpec) dockerops.RunResult {
	t.Helper()
	if spec.Image == "" {
		spec.Image = enginetest.BusyboxImage
	}
	result, err := engine.Run(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	removeLater(t, engine, result.ID)
	return result
}

// sleeper is a container that stays up.
func sleeper(t testing.TB, engine *docker.Engine) dockerops.RunResult {
	t.Helper()
	return run(t, engine, dockerops.RunSpec{Argv: []string{"sleep", "1000"}, Detach: true})
}

func removeLater(t testing.TB, engine *docker.Engine, id string) {
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_, err := engine.Remove(ctx, id, dockerops.RemoveOptions{Force: true, Volumes: true})
		if err != nil && dockerops.KindOf(err) != dockerops.KindNotFound {
			t.Error(err)
		}
	})
}

// wantKind checks the kind of an error, and that its message is one line that can be shown.
func wantKind(t testing.TB, err error, kind dockerops.Kind) *dockerops.Error {
	t.Helper()
	var typed *dockerops.Error
	if !errors.As(err, &typed) {
		t.Fatalf("got %v, want an error of kind %s", err, kind)
	}
	if typed.Kind != kind {
		t.Fatalf("got kind %s (%s; %v), want %s", typed.Kind, typed.Message, typed.Cause, kind)
	}
	if typed.Message == "" || strings.Contains(typed.Message, "\n") {
		t.Errorf("not one line: %q", typed.Message)
	}
	return typed
}

func wantVerbs(t testing.TB, err *dockerops.Error, verbs ...dockerops.Verb) {
	t.Helper()
	var got []string
	for _, action := range err.Actions {
		got = append(got, string(action.Verb))
	}
	var want []string
	for _, verb := range verbs {
		want = append(want, string(verb))
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("got the actions %v, want %v", got, want)
	}
}
