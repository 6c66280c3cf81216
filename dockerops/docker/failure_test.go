package docker

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"dockwright/dockerops"
)

// TestSayings holds what engines of several versions say, for what the engine under test says in other words or not at all.
func TestSayings(t *testing.T) {
	const id = "4f0c9a5f1f0e4f0c9a5f1f0e4f0c9a5f1f0e4f0c9a5f1f0e4f0c9a5f1f0e4f0c"
	tests := []struct {
		text string
		kind dockerops.Kind
		fact string // name=value, or ""
	}{
		{`Conflict. The container name "/web" is already in use by container "` + id + `". You have to remove (or rename) that container to be able to reuse that name.`, dockerops.KindNameInUse, "name=web"},
		{`creating container storage: the container name "web" is already in use by "` + id + `". You have to remove that container to be able to reuse that name.: that name is already in use`, dockerops.KindNameInUse, "container=" + id},
		{`driver failed programming external connectivity on endpoint web (77): Bind for 127.0.0.1:8080 failed: port is already allocated`, dockerops.KindPortInUse, "port=8080"},
		{`driver failed programming external connectivity on endpoint web (77): Error starting userland proxy: listen tcp4 0.0.0.0:8080: bind: address already in use`, dockerops.KindPortInUse, "port=8080"},
		{`failed to set up container networking: driver failed programming external connectivity on endpoint web (77): failed to bind host port for 0.0.0.0:8080:172.17.0.2:80/tcp: address already in use`, dockerops.KindPortInUse, ""},
		{`conflict: unable to remove repository reference "app1:v1" (must force) - container 4f0c9a5f1f0e is using its referenced image 77aabbccdd00`, dockerops.KindImageInUse, "container=4f0c9a5f1f0e"},
		{`conflict: unable to delete 77aabbccdd00 (cannot be forced) - image has dependent child images`, dockerops.KindImageInUse, "image=77aabbccdd00"},
		{`conflict: unable to delete app1:v1 (must be forced) - container 4f0c9a5f1f0e is using its referenced image 77aabbccdd00`, dockerops.KindImageInUse, "image=app1:v1"},
		{`Image used by ` + id + `: image is in use by a container`, dockerops.KindImageInUse, ""},
		{`You cannot remove a running container ` + id + `. Stop the container before attempting removal or force remove`, dockerops.KindRefused, "container=" + id},
		{`cannot remove container "/web": container is running: stop the container before removing or force remove`, dockerops.KindRefused, "container=/web"},
		{`removal of container web is already in progress`, dockerops.KindRefused, "container=web"},
		{`Container ` + id + ` is paused, unpause the container before exec`, dockerops.KindPaused, "container=" + id},
		{`Container ` + id + ` is not running`, dockerops.KindNotRunning, "container=" + id},
		{`Container ` + id + ` is restarting, wait until the container is running`, dockerops.KindNotRunning, "container=" + id},
		{`OCI runtime exec failed: exec failed: container_linux.go:380: starting container process caused: process_linux.go:112: executing setns process caused: error executing setns process: exit status 1: unknown`, dockerops.KindNotRunning, ""},
		{`OCI runtime exec failed: exec failed: cannot exec in a stopped container: unknown`, dockerops.KindNotRunning, ""},
		{`remove data: volume is in use - [` + id + `]`, dockerops.KindVolumeInUse, "container=" + id},
		{`pull access denied for team/app, repository does not exist or may require 'docker login': denied: requested access to the resource is denied`, dockerops.KindPullDenied, "image=team/app"},
		{`No such image: app1:v1`, dockerops.KindNotFound, "image=app1:v1"},
		{`No such container: web`, dockerops.KindNotFound, "container=web"},
		{`no container with name or ID "web" found: no such container`, dockerops.KindNotFound, "container=web"},
		{`write /var/lib/docker/tmp/x: no space left on device`, dockerops.KindNoSpace, ""},
		{`failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "nosuch": executable file not found in $PATH: unknown`, dockerops.KindBadArgument, "program=nosuch"},
		{`OCI runtime create failed: container_linux.go:380: starting container process caused: exec: "/run.sh": permission denied: unknown`, dockerops.KindBadArgument, "program=/run.sh"},
	}
	for _, test := range tests {
		err := failure(t.Context(), errors.New("Error response from daemon: "+test.text), "trying")
		var got *dockerops.Error
		if !errors.As(err, &got) || got.Kind != test.kind {
			t.Errorf("%q: got %v, want kind %s", test.text, err, test.kind)
			continue
		}
		if name, value, _ := strings.Cut(test.fact, "="); got.Fact(name) != value {
			t.Errorf("%q: the fact %s is %q, want %q", test.text, name, got.Fact(name), value)
		}
		if strings.Contains(got.Message, "\n") || strings.Contains(got.Message, "internal") {
			t.Errorf("%q: %q helps nobody", test.text, got.Message)
		}
	}
}

// TestActionsCanWork looks at what is proposed: an action must be one that the engine will not refuse.
func TestActionsCanWork(t *testing.T) {
	for _, test := range []struct {
		text string
		want string // verb and target of each action, and the platform of a pull
	}{
		{`conflict: unable to remove repository reference "app1:v1" (must force) - container 4f0c9a5f1f0e is using its referenced image 77aabbccdd00`, "remove 4f0c9a5f1f0e, forceRemoveImage app1:v1"},
		{`conflict: unable to delete 77aabbccdd00 (cannot be forced) - image is being used by running container 4f0c9a5f1f0e`, "stop 4f0c9a5f1f0e, forceRemove 4f0c9a5f1f0e"},
		{`conflict: unable to delete 77aabbccdd00 (cannot be forced) - image has dependent child images`, ""},
		{`image does not exist locally with the tag: example.org/app`, "listImages "},
		{`Bind for 127.0.0.1:8080 failed: port is already allocated`, "listRunning "},
		{`no such image: docker.io/library/app1:v1: image not known`, "pull app1:v1, listImages "},
		{`image with reference busybox:latest was found but does not match the specified platform: wanted linux/arm64, actual: linux/amd64`, "pull busybox:latest linux/arm64"},
	} {
		var got *dockerops.Error
		if !errors.As(failure(t.Context(), errors.New(test.text), "trying"), &got) {
			t.Fatalf("%q is not recognised", test.text)
		}
		var actions []string
		for _, action := range got.Actions {
			actions = append(actions, strings.TrimSuffix(fmt.Sprintf("%s %s %s", action.Verb, action.Target, action.Platform), " "))
		}
		if strings.Join(actions, ", ") != test.want {
			t.Errorf("%q: got the actions %q, want %q", test.text, actions, test.want)
		}
		if strings.HasPrefix(got.Fact("reason"), ":") || strings.Contains(got.Message, ": here") {
			t.Errorf("%q: %q, %+v", test.text, got.Message, got.Facts)
		}
	}
}

func TestEndedContextBeatsEverything(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if kind := dockerops.KindOf(failure(ctx, errors.New("EOF"), "trying")); kind != dockerops.KindCancelled {
		t.Errorf("got %s", kind)
	}
	if failure(ctx, nil, "trying") != nil {
		t.Error("a success is no failure")
	}
}

// TestForbiddenSocket is told the refusal: the tests run as root, whom no socket refuses.
func TestForbiddenSocket(t *testing.T) {
	refused := attempt{target{Endpoint: dockerops.Endpoint{Host: "unix:///var/run/docker.sock"}}, fmt.Errorf("dial: %w", os.ErrPermission)}
	missing := attempt{target{Endpoint: dockerops.Endpoint{Host: "unix:///run/podman/podman.sock"}}, os.ErrNotExist}
	for _, attempts := range [][]attempt{{refused}, {refused, missing}, {missing, refused}} {
		got := unreachable(attempts)
		if got.Kind != dockerops.KindPermissionDenied || !strings.Contains(got.Message, "usermod -aG docker") || !strings.Contains(got.Message, "/var/run/docker.sock") {
			t.Errorf("got %s: %s", got.Kind, got.Message)
		}
		if !errors.Is(got, os.ErrPermission) || len(got.Facts) != len(attempts) {
			t.Errorf("cause %v, facts %v", got.Cause, got.Facts)
		}
	}
}
