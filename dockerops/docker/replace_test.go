package docker_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dockwright/dockerops"
)

// TestReplace puts a container of a newer image in the place of an old one, with the settings that it was given.
func TestReplace(t *testing.T) {
	engine := connectWith(t, "{}")
	image := func(version, program string) string {
		dir := folder(t, map[string]string{"Dockerfile": "FROM busybox:latest\nENV VERSION=" + version + " KEPT=image\nVOLUME /data\nCMD " + program + "\n"})
		built, _ := build(t, engine, dockerops.BuildSpec{ContextDir: dir})
		return built.ImageID
	}
	const serve = `["sh", "-c", "echo $VERSION $KEPT $OWN; sleep 1000"]`
	one, two := image("1", serve), image("2", serve)
	bind := t.TempDir()
	if err := os.WriteFile(filepath.Join(bind, "file"), []byte("bound"), 0o644); err != nil {
		t.Fatal(err)
	}
	old := run(t, engine, dockerops.RunSpec{
		Image: one, Name: "replaced", Detach: true, Env: map[string]string{"OWN": "caller"}, Labels: map[string]string{"test": "replace"},
		Mounts: []dockerops.Mount{{Type: "bind", Source: bind, Target: "/bound"}, {Type: "volume", Target: "/more"}},
	})
	t.Cleanup(func() {
		_, _ = engine.Remove(context.WithoutCancel(t.Context()), "replaced", dockerops.RemoveOptions{Force: true, Volumes: true})
	})
	exec := func(argv ...string) string {
		t.Helper()
		result, err := engine.Exec(t.Context(), dockerops.ExecSpec{Container: "replaced", Argv: argv})
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(result.Output.Stdout.Text)
	}
	exec("sh", "-c", "echo precious > /data/file; echo dear > /more/file")
	untouched := func(what string) {
		t.Helper()
		found, err := engine.InspectContainer(t.Context(), "replaced", dockerops.InspectOptions{})
		if err != nil || found.ID != old.ID || found.State.Status != dockerops.StateRunning {
			t.Fatalf("%s: the old one is not back: %+v, %v", what, found.State, err)
		}
		left, err := engine.ListContainers(t.Context(), dockerops.ContainerFilter{All: true, Labels: []string{"test=replace"}})
		if err != nil || len(left) != 1 {
			t.Fatalf("%s: left are %+v, %v", what, left, err)
		}
	}
	for what, program := range map[string]string{"no program": `["/nosuch"]`, "ends at once": `["sh", "-c", "echo sorry; exit 3"]`} {
		_, err := engine.Replace(t.Context(), "replaced", image("3", program))
		if err == nil {
			t.Fatalf("%s: a container that does not run has replaced one that does", what)
		}
		if what == "ends at once" && (dockerops.KindOf(err) != dockerops.KindNotRunning || !strings.HasSuffix(err.Error(), "with exit code 3, and the old one is back. The last that it wrote is: sorry")) {
			t.Errorf("%s: %v", what, err)
		}
		untouched(what)
	}
	cancelled, cancel := context.WithTimeout(t.Context(), 2*time.Second) // sh does not heed SIGTERM: its stop takes the grace
	defer cancel()
	if _, err := engine.Replace(cancelled, "replaced", two); err == nil {
		t.Fatal("it was cancelled, and has ended well")
	}
	untouched("cancelled")

	now, err := engine.Replace(t.Context(), "replaced", two)
	if err != nil || now.Name != "replaced" || now.ID == old.ID || now.State != dockerops.StateRunning {
		t.Fatalf("%+v, %v", now, err)
	}
	if got := exec("sh", "-c", "echo $VERSION $KEPT $OWN; cat /bound/file /data/file /more/file"); got != "2 image caller\nboundprecious\ndear" {
		t.Errorf("the new one has %q", got)
	}
	left, err := engine.ListContainers(t.Context(), dockerops.ContainerFilter{All: true, Labels: []string{"test=replace"}})
	if err != nil || len(left) != 1 {
		t.Errorf("left: %+v, %v", left, err)
	}
}
