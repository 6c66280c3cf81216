package docker_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
	"dockwright/dockerops/enginetest"
)

// ownEngine is an engine that no other test uses: plans are about everything an engine has.
func ownEngine(t *testing.T) (*enginetest.Engine, *docker.Engine) {
	t.Helper()
	enginetest.Need(t, private)
	own, err := enginetest.Start()
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

func itemOf(items []dockerops.PlanItem, id string) *dockerops.PlanItem {
	if at := slices.IndexFunc(items, func(item dockerops.PlanItem) bool { return item.ID == id || item.Name == id }); at >= 0 {
		return &items[at]
	}
	return nil
}

func TestPruneRemovesJustThePlan(t *testing.T) {
	t.Parallel()
	own, engine := ownEngine(t)
	start := func(spec dockerops.RunSpec) dockerops.RunResult {
		t.Helper()
		if spec.Image == "" {
			spec.Image = enginetest.BusyboxImage
		}
		result, err := engine.Run(t.Context(), spec)
		if err != nil {
			t.Fatal(err)
		}
		return result
	}
	make := func(content string, tags ...string) string {
		t.Helper()
		result, err := engine.Build(t.Context(), dockerops.BuildSpec{ContextDir: t.TempDir(), Content: []byte(content), Tags: tags}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return result.ImageID
	}
	unused := make("FROM busybox\nRUN echo a > /unused\nRUN echo b > /unused\n", "unused:v1", "unused:v2")
	dangling := make("FROM busybox\nRUN echo dangling > /f\n")
	used := make("FROM busybox\nRUN echo used > /f\n", "used:v1")
	ended := start(dockerops.RunSpec{Argv: []string{"sh", "-c", "dd if=/dev/zero of=/big bs=1M count=5; exit 3"}, Mounts: []dockerops.Mount{{Type: "volume", Source: "kept", Target: "/data"}}})
	again := start(dockerops.RunSpec{Argv: []string{"true"}})
	up := start(dockerops.RunSpec{Image: "used:v1", Argv: []string{"sleep", "1000"}, Detach: true})
	for _, path := range []string{"/volumes/create", "/networks/create"} {
		if err := own.Post(path, map[string]string{"Name": map[string]string{"/volumes/create": "loose", "/networks/create": "lonely"}[path]}); err != nil {
			t.Fatal(err)
		}
	}

	plan, err := engine.PlanSystem(t.Context(), dockerops.PruneOptions{AllImages: true, Volumes: []string{"loose"}})
	if err != nil {
		t.Fatal(err)
	}
	item := itemOf(plan.Items, ended.ID)
	if item == nil || item.Size < 5<<20 || item.LastUse.IsZero() || item.Reason == "" || item.Name != ended.Name {
		t.Errorf("the container that ended: %+v", item)
	}
	if item := itemOf(plan.Items, unused); item == nil || len(item.References) != 2 {
		t.Errorf("the unused image: %+v", item)
	}
	if item := itemOf(plan.Protected, used); item == nil || item.ProtectedBy[0] != "container "+up.Name {
		t.Errorf("the used image: %+v", item)
	}
	if itemOf(plan.Protected, up.ID) == nil || itemOf(plan.Items, dangling) == nil || itemOf(plan.Items, "lonely") == nil || itemOf(plan.Items, "loose") == nil || itemOf(plan.Items, "kept") != nil {
		t.Errorf("got %+v", plan)
	}
	if !slices.ContainsFunc(plan.Items, func(item dockerops.PlanItem) bool { return item.Kind == dockerops.ItemBuildCache }) {
		t.Error("no build cache in the plan")
	}

	// What appears or changes after the plan stays.
	late := start(dockerops.RunSpec{Argv: []string{"true"}})
	if _, err := engine.Start(t.Context(), again.ID, dockerops.StartOptions{Attach: true}); err != nil {
		t.Fatal(err)
	}
	if err := engine.Tag(t.Context(), dangling, "named-since:v1"); err != nil {
		t.Fatal(err)
	}
	lateImage := make("FROM busybox\nRUN echo late > /f\n")
	for _, item := range plan.Items {
		err := engine.RemovePlanned(t.Context(), item)
		switch {
		case item.ID == again.ID || item.ID == dangling || item.Name == enginetest.BusyboxImage:
			if kind := dockerops.KindOf(err); kind != dockerops.KindRefused && kind != dockerops.KindImageInUse {
				t.Errorf("%s: got %v", item.Name, err)
			}
		case item.Kind == dockerops.ItemBuildCache && dockerops.KindOf(err) == dockerops.KindRefused: // A late build uses it.
		case err != nil:
			t.Errorf("%+v: %v", item, err)
		}
	}
	for _, id := range []string{late.ID, again.ID, up.ID} {
		if find(t, engine, id, dockerops.ContainerFilter{All: true}) == nil {
			t.Errorf("container %.12s was not to be removed", id)
		}
	}
	if find(t, engine, ended.ID, dockerops.ContainerFilter{All: true}) != nil {
		t.Error("the ended container stays")
	}
	for id, stays := range map[string]bool{unused: false, dangling: true, used: true, lateImage: true} {
		if _, err := engine.InspectImage(t.Context(), id, dockerops.InspectOptions{}); (err == nil) != stays {
			t.Errorf("image %s: %v, but stays is %v", id, err, stays)
		}
	}
	for path, stays := range map[string]bool{"/volumes/kept": true, "/volumes/loose": false, "/networks/lonely": false} {
		if err := own.Do(http.MethodGet, path); (err == nil) != stays {
			t.Errorf("%s: %v, but stays is %v", path, err, stays)
		}
	}
	if err := engine.RemovePlanned(t.Context(), *itemOf(plan.Items, ended.ID)); err != nil {
		t.Errorf("what is gone already: %v", err)
	}
}

func TestPlanOptions(t *testing.T) {
	t.Parallel()
	_, engine := ownEngine(t)
	result, err := engine.Run(t.Context(), dockerops.RunSpec{Image: enginetest.BusyboxImage, Argv: []string{"true"}, Labels: map[string]string{"team": "blue"}})
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		options dockerops.PruneOptions
		count   int
	}{
		"all":         {dockerops.PruneOptions{}, 1},
		"unused":      {dockerops.PruneOptions{Unused: time.Hour}, 0},
		"label":       {dockerops.PruneOptions{Labels: []string{"team=blue"}}, 1},
		"other label": {dockerops.PruneOptions{Labels: []string{"team=red"}}, 0},
	} {
		plan, err := engine.PlanContainers(t.Context(), test.options)
		if err != nil || len(plan.Items) != test.count {
			t.Errorf("%s: %+v, %v", name, plan, err)
		}
	}
	plan, err := engine.PlanImages(t.Context(), dockerops.PruneOptions{AllImages: true})
	if err != nil || len(plan.Items) != 0 || len(plan.Protected) != 1 {
		t.Errorf("the container's image: %+v, %v", plan, err)
	}
	plan, err = engine.PlanSystem(t.Context(), dockerops.PruneOptions{AllImages: true}) // The container goes first.
	if err != nil || len(plan.Items) != 2 || plan.Items[0].ID != result.ID {
		t.Errorf("got %+v, %v", plan, err)
	}
	_, err = engine.PlanSystem(t.Context(), dockerops.PruneOptions{Volumes: []string{"nosuch"}})
	wantKind(t, err, dockerops.KindNotFound)
}
