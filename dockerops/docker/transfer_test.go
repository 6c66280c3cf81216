package docker_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
	"dockwright/dockerops/enginetest"
)

// registry starts a registry of the private engine for one test.
func registry(t *testing.T, options enginetest.RegistryOptions) string {
	t.Helper()
	enginetest.Need(t, private)
	started, err := private.StartRegistry(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := started.Close(); err != nil {
			t.Error(err)
		}
	})
	return started.Host
}

// connectWith returns the private engine with a config.json of its own.
func connectWith(t *testing.T, config string) *docker.Engine {
	t.Helper()
	enginetest.Need(t, private)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	engine, err := docker.Connect(t.Context(), docker.Options{Host: private.Host(), ConfigDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = engine.Close() })
	return engine
}

func TestPushAndPull(t *testing.T) {
	t.Parallel()
	engine := connectWith(t, "{}")
	name := registry(t, enginetest.RegistryOptions{Port: 5000}) + "/team/app:v1"
	build(t, engine, dockerops.BuildSpec{ContextDir: t.TempDir(), Tags: []string{name}, Content: []byte("FROM busybox\nRUN dd if=/dev/urandom of=/big bs=1M count=20\nRUN echo one > /f\n")})
	states := map[dockerops.LayerState]int{}
	var largest int64
	count := func(progress dockerops.LayerProgress) {
		states[progress.State]++
		largest = max(largest, progress.Total)
		if progress.Layer == "" || progress.Total > 0 && progress.Current > progress.Total {
			t.Errorf("got %+v", progress)
		}
	}
	pushed, err := engine.Push(t.Context(), name, count)
	if err != nil || !strings.HasPrefix(pushed.Digest, "sha256:") || states[dockerops.LayerUploading] == 0 || states[dockerops.LayerComplete] != 3 || largest < 20<<20 {
		t.Fatalf("got %+v, %v, %v", pushed, err, states)
	}
	id := listOne(t, engine, name).ID
	if pushed.Size < 20<<20 {
		t.Errorf("%d bytes of it were pushed", pushed.Size)
	}
	if _, err := engine.RemoveImage(t.Context(), name, dockerops.RemoveImageOptions{}); err != nil {
		t.Fatal(err)
	}
	clear(states)
	pulled, err := engine.Pull(t.Context(), dockerops.PullSpec{Reference: name}, count)
	if err != nil || pulled.ID != id || pulled.Digest != pushed.Digest || pulled.UpToDate || states[dockerops.LayerComplete]+states[dockerops.LayerExists] != 3 {
		t.Errorf("got %+v, %v, %v", pulled, err, states)
	}
	if again, err := engine.Pull(t.Context(), dockerops.PullSpec{Reference: name}, nil); err != nil || !again.UpToDate {
		t.Errorf("got %+v, %v", again, err)
	}
	if _, err := engine.RemoveImage(t.Context(), name, dockerops.RemoveImageOptions{}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err = engine.Pull(ctx, dockerops.PullSpec{Reference: name}, func(dockerops.LayerProgress) { cancel() })
	wantKind(t, err, dockerops.KindCancelled)
}

func TestRegistryWithLogin(t *testing.T) {
	t.Parallel()
	host := registry(t, enginetest.RegistryOptions{Port: 5001, Login: true})
	login := func(user, password string) string {
		return fmt.Sprintf(`{"auths":{%q:{"auth":%q}}}`, host, base64.StdEncoding.EncodeToString([]byte(user+":"+password)))
	}
	name := host + "/app:v1"
	right := connectWith(t, login(enginetest.RegistryUser, enginetest.RegistryPassword))
	if err := right.Tag(t.Context(), enginetest.BusyboxImage, name); err != nil {
		t.Fatal(err)
	}
	if _, err := right.Push(t.Context(), name, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := right.Pull(t.Context(), dockerops.PullSpec{Reference: name}, nil); err != nil {
		t.Error(err)
	}
	// A build takes its base image with the same credentials.
	build(t, right, dockerops.BuildSpec{ContextDir: t.TempDir(), Content: []byte("FROM " + name + "\n"), Pull: true})
	for who, config := range map[string]string{"nobody": "{}", "wrong password": login(enginetest.RegistryUser, "wrong")} {
		wrong := connectWith(t, config)
		_, err := wrong.Push(t.Context(), name, nil)
		if failure := wantKind(t, err, dockerops.KindAuthFailed); strings.Contains(fmt.Sprintf("%+v", failure), "wrong") {
			t.Errorf("%s: it tells the password: %+v", who, failure)
		}
		_, err = wrong.Pull(t.Context(), dockerops.PullSpec{Reference: name}, nil)
		wantKind(t, err, dockerops.KindAuthFailed)
		_, err = wrong.Build(t.Context(), dockerops.BuildSpec{ContextDir: t.TempDir(), Content: []byte("FROM " + name + "\n"), Pull: true, NoCache: true}, nil)
		if kind := dockerops.KindOf(err); kind != dockerops.KindAuthFailed && kind != dockerops.KindPullDenied {
			t.Errorf("%s builds: %v", who, err)
		}
	}
	if _, err := right.RemoveImage(t.Context(), name, dockerops.RemoveImageOptions{}); err != nil {
		t.Error(err)
	}
}

func TestTransfersThatCannotBe(t *testing.T) {
	t.Parallel()
	host := registry(t, enginetest.RegistryOptions{Port: 5002})
	engine := connectWith(t, "{}")
	for name, kind := range map[string]dockerops.Kind{
		host + "/nosuch:v1":      dockerops.KindPullDenied,
		"localhost:5999/app:v1":  dockerops.KindRegistryUnreachable,
		"registry.invalid/a:v1":  dockerops.KindRegistryUnreachable,
		"Bad Name":               dockerops.KindBadArgument,
		"busybox-not-pulled:v99": dockerops.KindRegistryUnreachable, // There is no way to Docker Hub.
	} {
		_, err := engine.Pull(t.Context(), dockerops.PullSpec{Reference: name}, nil)
		t.Log(wantKind(t, err, kind).Message)
	}
	_, err := engine.Push(t.Context(), host+"/not-here:v1", nil)
	if failed := wantKind(t, err, dockerops.KindNotFound); !strings.Contains(failed.Message, "/not-here:v1") {
		t.Errorf("it does not say which: %s", failed.Message)
	}
}

func TestHangingHelperEndsAPull(t *testing.T) {
	engine := connectWith(t, `{"credsStore":"hangs"}`)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "docker-credential-hangs"), []byte("#!/bin/sh\nsleep 1000\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err := engine.Pull(ctx, dockerops.PullSpec{Reference: "localhost:5000/app:v1"}, nil)
	wantKind(t, err, dockerops.KindTimeout)
}
