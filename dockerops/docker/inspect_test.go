package docker_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"dockwright/dockerops"
	"dockwright/dockerops/enginetest"
)

func TestInspectContainer(t *testing.T) {
	t.Parallel()
	engine := connect(t)
	up := run(t, engine, dockerops.RunSpec{
		Argv: []string{"sleep", "1000"}, Detach: true, Env: map[string]string{"DB_PASSWORD": "hunter2", "GREETING": "hi"}, Workdir: "/tmp",
		Labels: map[string]string{"team": "blue"}, Mounts: []dockerops.Mount{{Type: "tmpfs", Target: "/scratch"}}, Network: "none",
	})
	detail, err := engine.InspectContainer(t.Context(), up.Name, dockerops.InspectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(fmt.Sprintf("%+v", detail), "hunter2") || !slices.Contains(detail.Config.Env, dockerops.Variable{Name: "GREETING", Value: "hi"}) {
		t.Errorf("environment: %+v", detail.Config.Env)
	}
	if detail.State.Status != dockerops.StateRunning || detail.State.ExitCode != nil || detail.State.Started.IsZero() || !detail.State.Finished.IsZero() || detail.State.Pid == 0 {
		t.Errorf("state: %+v", detail.State)
	}
	if detail.ID != up.ID || detail.Path != "sleep" || detail.Config.Workdir != "/tmp" || detail.Networks[0].Name != "none" || detail.Created.IsZero() ||
		detail.Image != enginetest.BusyboxImage || !strings.HasPrefix(detail.ImageID, "sha256:") || detail.Mounts[0].Target != "/scratch" {
		t.Errorf("got %+v", detail)
	}
	detail, err = engine.InspectContainer(t.Context(), up.ID, dockerops.InspectOptions{ShowSecrets: true})
	if err != nil || !slices.Contains(detail.Config.Env, dockerops.Variable{Name: "DB_PASSWORD", Value: "hunter2"}) {
		t.Errorf("got %+v, %v", detail.Config.Env, err)
	}
	ended := run(t, engine, dockerops.RunSpec{Argv: []string{"false"}})
	detail, err = engine.InspectContainer(t.Context(), ended.ID, dockerops.InspectOptions{})
	if err != nil || *detail.State.ExitCode != 1 || detail.State.Finished.IsZero() {
		t.Errorf("got %+v, %v", detail.State, err)
	}
}

func TestInspectImageAndHistory(t *testing.T) {
	t.Parallel()
	engine := connect(t)
	result, _ := build(t, engine, dockerops.BuildSpec{ContextDir: t.TempDir(), Tags: []string{"inspected"}, Content: []byte(`FROM busybox
ENV API_TOKEN=hunter2 GREETING=hi
EXPOSE 8080/tcp 53/udp
VOLUME /data
HEALTHCHECK --interval=5s --retries=2 CMD true
ENTRYPOINT ["echo"]
CMD ["hi"]
RUN true
USER 1000
`)})
	detail, err := engine.InspectImage(t.Context(), "inspected", dockerops.InspectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	config := detail.Config
	if detail.ID != result.ImageID || detail.OS != "linux" || detail.Size == 0 || len(detail.Layers) == 0 || config.Entrypoint[0] != "echo" || config.Cmd[0] != "hi" ||
		config.User != "1000" || config.Volumes[0] != "/data" || config.Healthcheck.Retries != 2 || config.ExposedPorts[0].ContainerPort != 53 || config.ExposedPorts[1].Protocol != "tcp" {
		t.Errorf("got %+v", detail)
	}
	rows, err := engine.ImageHistory(t.Context(), "inspected", dockerops.InspectOptions{})
	if err != nil || len(rows) < 9 || !strings.Contains(rows[1].CreatedBy, "true") || rows[0].Created.IsZero() {
		t.Errorf("got %+v, %v", rows, err)
	}
	if text := fmt.Sprintf("%+v %+v", detail, rows); strings.Contains(text, "hunter2") {
		t.Errorf("a secret shows: %s", text)
	}
	_, err = engine.InspectImage(t.Context(), "missing:v1", dockerops.InspectOptions{})
	wantKind(t, err, dockerops.KindNotFound)
	_, err = engine.ImageHistory(t.Context(), "missing:v1", dockerops.InspectOptions{})
	wantKind(t, err, dockerops.KindNotFound)
}

func TestTopStatsAndDiff(t *testing.T) {
	t.Parallel()
	engine := connect(t)
	up := run(t, engine, dockerops.RunSpec{Argv: []string{"sh", "-c", "echo x > /added; rm /bin/yes; while true; do :; done"}, Detach: true})
	stats, err := engine.Stats(t.Context(), up.Name)
	if err != nil || stats.CPUPercent < 5 || stats.MemoryBytes == 0 || stats.MemoryLimit <= stats.MemoryBytes || stats.Pids == 0 || stats.ID != up.ID {
		t.Errorf("got %+v, %v", stats, err)
	}
	table, err := engine.Top(t.Context(), up.Name)
	if err != nil || len(table.Rows) != 1 || !slices.Contains(table.Titles, "PID") || !strings.Contains(strings.Join(table.Rows[0], " "), "while true") {
		t.Errorf("got %+v, %v", table, err)
	}
	if _, err := engine.Kill(t.Context(), up.ID, ""); err != nil {
		t.Fatal(err)
	}
	changes, err := engine.Diff(t.Context(), up.Name)
	if err != nil || !slices.Contains(changes, dockerops.FileChange{Path: "/added", Kind: "added"}) || !slices.Contains(changes, dockerops.FileChange{Path: "/bin/yes", Kind: "deleted"}) ||
		!slices.Contains(changes, dockerops.FileChange{Path: "/bin", Kind: "modified"}) {
		t.Errorf("got %+v, %v", changes, err)
	}
	if _, err := engine.Wait(t.Context(), up.ID); err != nil {
		t.Fatal(err)
	}
	_, err = engine.Stats(t.Context(), up.Name)
	wantKind(t, err, dockerops.KindNotRunning)
	_, err = engine.Top(t.Context(), up.Name)
	wantKind(t, err, dockerops.KindNotRunning)
}
