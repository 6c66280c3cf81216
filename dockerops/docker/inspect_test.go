package docker_test

import (
	"cmp"
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
		Argv: []string{"sh", "-c", "sleep 1000", "--password=hunter2", "--token", "hunter2"}, Detach: true, Env: map[string]string{"DB_PASSWORD": "hunter2", "GREETING": "hi"}, Workdir: "/tmp",
		Labels: map[string]string{"team": "blue", "secret_label": "hunter2"}, Mounts: []dockerops.Mount{{Type: "tmpfs", Target: "/scratch"}}, Network: "none",
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
	if detail.ID != up.ID || detail.Path != "sh" || detail.Config.Workdir != "/tmp" || detail.Networks[0].Name != "none" || detail.Created.IsZero() ||
		detail.Image != enginetest.BusyboxImage || !strings.HasPrefix(detail.ImageID, "sha256:") || detail.Mounts[0].Target != "/scratch" {
		t.Errorf("got %+v", detail)
	}
	if row := find(t, engine, up.ID, dockerops.ContainerFilter{}); row == nil || strings.Contains(fmt.Sprintf("%+v", row), "hunter2") || row.Labels["team"] != "blue" {
		t.Errorf("its row of the list: %+v", row)
	}
	detail, err = engine.InspectContainer(t.Context(), up.ID, dockerops.InspectOptions{ShowSecrets: true})
	if detail.Args[2] != "--password=hunter2" || detail.Config.Labels["secret_label"] != "hunter2" {
		t.Errorf("with its secrets: %+v", detail)
	}
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
LABEL secret_label=hunter2
HEALTHCHECK --interval=5s --retries=2 CMD true
ENTRYPOINT ["echo"]
CMD ["hi", "--password=hunter2"]
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

// TestListsAreStable lists containers and images of the same age in the same order each time.
func TestListsAreStable(t *testing.T) {
	t.Parallel()
	engine := connect(t)
	ids := map[string]bool{}
	for i := range 6 {
		made := run(t, engine, dockerops.RunSpec{Argv: []string{"true"}, Detach: true, Labels: map[string]string{"list": "stable"}})
		ids[made.ID] = true
		build(t, engine, dockerops.BuildSpec{ContextDir: t.TempDir(), Tags: []string{fmt.Sprintf("twin%d", i)}, Content: fmt.Appendf(nil, "FROM busybox\nLABEL twin=%d\n", i)})
	}
	var images, containers string
	for range 8 {
		listed, err := engine.ListImages(t.Context(), dockerops.ImageFilter{Reference: "twin*"})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, image := range listed {
			names = append(names, image.References...)
		}
		if got := strings.Join(names, " "); images != "" && got != images {
			t.Errorf("images: %s, before %s", got, images)
		} else {
			images = got
		}
		rows, err := engine.ListContainers(t.Context(), dockerops.ContainerFilter{All: true, Labels: []string{"list=stable"}})
		if err != nil || len(rows) != len(ids) {
			t.Fatalf("got %+v, %v", rows, err)
		}
		if !slices.IsSortedFunc(rows, func(a, b dockerops.Container) int {
			return cmp.Or(b.Created.Compare(a.Created), strings.Compare(a.Name, b.Name))
		}) {
			t.Error("the containers are not in order")
		}
		names = nil
		for _, row := range rows {
			names = append(names, row.Name)
		}
		if got := strings.Join(names, " "); containers != "" && got != containers {
			t.Errorf("containers: %s, before %s", got, containers)
		} else {
			containers = got
		}
	}
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
	wantVerbs(t, wantKind(t, err, dockerops.KindNotRunning), dockerops.VerbStart)
}
