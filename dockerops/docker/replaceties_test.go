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

// created starts a Busybox container with settings of the host that no RunSpec has, and volumes without a name.
func created(t *testing.T, on *enginetest.Engine, engine *docker.Engine, name string, host map[string]any, volumes ...string) {
	t.Helper()
	anonymous := map[string]any{}
	for _, volume := range volumes {
		anonymous[volume] = struct{}{}
	}
	if host["NetworkMode"] == nil {
		host["NetworkMode"] = "none"
	}
	body := map[string]any{"Image": enginetest.BusyboxImage, "Cmd": []string{"sleep", "1000"}, "StopTimeout": 0, "Volumes": anonymous, "HostConfig": host}
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

// TestReplaceKeepsVolumesWithoutName hands a volume over that is mounted where a bind of another place has its source.
func TestReplaceKeepsVolumesWithoutName(t *testing.T) {
	engine, dir := connect(t), t.TempDir()
	created(t, private, engine, "nameless", map[string]any{"Binds": []string{dir + ":/bound"}}, dir)
	if _, err := engine.Exec(t.Context(), dockerops.ExecSpec{Container: "nameless", Argv: []string{"sh", "-c", "echo precious > " + dir + "/file"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := engine.Replace(t.Context(), "nameless", enginetest.BusyboxImage); err != nil {
		t.Fatal(err)
	}
	got, err := engine.Exec(t.Context(), dockerops.ExecSpec{Container: "nameless", Argv: []string{"cat", dir + "/file"}})
	if err != nil || got.Output.Stdout.Text != "precious\n" {
		t.Errorf("the new one has %+v, %v", got.Output, err)
	}
}

// TestReplacePaused pauses the new one as the old one was, on both engines, and the old one again where the new one does not run.
func TestReplacePaused(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(*testing.T) (*enginetest.Engine, *docker.Engine){"Docker": ownDocker, "Podman": ownPodman} {
		t.Run(name, func(t *testing.T) {
			own, engine := start(t)
			created(t, own, engine, "still", map[string]any{})
			if _, err := engine.Pause(t.Context(), "still"); err != nil {
				t.Fatal(err)
			}
			now, err := engine.Replace(t.Context(), "still", enginetest.BusyboxImage)
			if err != nil || now.State != dockerops.StatePaused {
				t.Fatalf("got %+v, %v", now, err)
			}
			if _, err := engine.Replace(t.Context(), "still", shortLived(t, engine)); dockerops.KindOf(err) != dockerops.KindNotRunning {
				t.Errorf("one that ends at once: %v", err)
			}
			if back, err := engine.InspectContainer(t.Context(), "still", dockerops.InspectOptions{}); err != nil || back.ID != now.ID || back.State.Status != dockerops.StatePaused {
				t.Errorf("the old one is not back: %+v, %v", back.State, err)
			}
		})
	}
}

func ownDocker(t *testing.T) (*enginetest.Engine, *docker.Engine) { return private, connect(t) }

// shortLived is an image whose containers end at once, whatever they are told to run.
func shortLived(t *testing.T, engine *docker.Engine) string {
	t.Helper()
	dir := folder(t, map[string]string{"Dockerfile": "FROM busybox:latest\nENTRYPOINT [\"false\"]\n"})
	built, _ := build(t, engine, dockerops.BuildSpec{ContextDir: dir})
	return built.ImageID
}

// TestReplaceShared replaces containers that live in another, and tells of the other which ones lose it. Podman cannot remove that one.
func TestReplaceShared(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(*testing.T) (*enginetest.Engine, *docker.Engine){"Docker": ownDocker, "Podman": ownPodman} {
		t.Run(name, func(t *testing.T) {
			own, engine := start(t)
			created(t, own, engine, "base", map[string]any{"IpcMode": "shareable"})
			created(t, own, engine, "apart", map[string]any{})
			created(t, own, engine, "side", map[string]any{"NetworkMode": "container:base", "PidMode": "container:base"})
			created(t, own, engine, "deep", map[string]any{"IpcMode": "container:base"})
			if now, err := engine.Replace(t.Context(), "side", enginetest.BusyboxImage); err != nil || now.State != dockerops.StateRunning {
				t.Errorf("one that shares a network: %+v, %v", now, err)
			}
			sharers, err := engine.Replaceable(t.Context(), "base")
			if name == "Podman" {
				if _, replaced := engine.Replace(t.Context(), "base", enginetest.BusyboxImage); dockerops.KindOf(replaced) != dockerops.KindRefused {
					t.Errorf("Podman replaced it: %v", replaced)
				}
				if failed := wantKind(t, err, dockerops.KindRefused); !strings.Contains(failed.Message, "deep, side") {
					t.Errorf("they are not named: %s", failed.Message)
				}
				return
			}
			var told []string
			for _, s := range sharers {
				told = append(told, s.Name+" "+strings.Join(s.Shares, "+"))
			}
			if err != nil || !slices.Equal(told, []string{"deep IPC", "side network+PID"}) {
				t.Errorf("got %q, %v", told, err)
			}
		})
	}
}
