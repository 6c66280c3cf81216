package docker_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
	"dockwright/dockerops/enginetest"
)

// created starts a Busybox container with settings of the host that no RunSpec has.
func created(t *testing.T, on *enginetest.Engine, engine *docker.Engine, name string, host map[string]any) {
	t.Helper()
	if host["NetworkMode"] == nil {
		host["NetworkMode"] = "none"
	}
	body := map[string]any{"Image": enginetest.BusyboxImage, "Cmd": []string{"sleep", "1000"}, "StopTimeout": 0, "HostConfig": host}
	if err := on.Post("/containers/create?name="+name, body); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = engine.Remove(context.WithoutCancel(t.Context()), name, dockerops.RemoveOptions{Force: true, Volumes: true})
	})
	if _, err := engine.Start(t.Context(), name, dockerops.StartOptions{}); err != nil {
		t.Fatal(err)
	}
}

// TestReplaceKeepsVolumesOfOthers replaces a container that may only read what another has, or what only it knew still.
func TestReplaceKeepsVolumesOfOthers(t *testing.T) {
	engine := connect(t)
	for _, name := range []string{"data", "gone"} {
		created(t, private, engine, name, map[string]any{"Mounts": []map[string]any{{"Type": "volume", "Target": "/" + name}}})
	}
	created(t, private, engine, "reader", map[string]any{"VolumesFrom": []string{"data:ro", "gone:ro"}})
	mounts := func() (mounts []dockerops.Mount) {
		t.Helper()
		detail, err := engine.InspectContainer(t.Context(), "reader", dockerops.InspectOptions{})
		if err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(detail.Mounts, func(a, b dockerops.Mount) int { return strings.Compare(a.Target, b.Target) })
		return detail.Mounts
	}
	before := mounts()
	if _, err := engine.Remove(t.Context(), "gone", dockerops.RemoveOptions{Force: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := engine.Replace(t.Context(), "reader", enginetest.BusyboxImage); err != nil {
		t.Fatal(err)
	}
	if got := mounts(); !slices.Equal(got, before) || len(got) != 2 || !got[0].ReadOnly || !got[1].ReadOnly {
		t.Errorf("got %+v, want %+v", got, before)
	}
}
