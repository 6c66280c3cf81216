package walkthrough_test

import (
	"path/filepath"
	"testing"

	"dockwright/dockerops/enginetest"
)

// TestRegistry pushes an image to a registry, removes it, and gets it back.
func TestRegistry(t *testing.T) {
	e := progressing(t)
	e.Ignore("dockwright/job/output")
	confirmAll(e)
	registry, err := private.StartRegistry(enginetest.RegistryOptions{Port: 5017})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := registry.Close(); err != nil {
			t.Error(err)
		}
	})
	name := registry.Host + "/team/app:v1"
	dir := project(t, map[string]string{"Dockerfile": "FROM " + enginetest.BusyboxImage + "\nRUN echo content > /file\n"})
	built := must[struct{ ImageID string }](t, e, "image.build", m{"dockerfile": filepath.Join(dir, "Dockerfile"), "tags": []string{name}})
	_ = ended(t, e)
	e.Notification("window/showMessage", &m{}) // that it was built
	pushed := must[struct{ Digest string }](t, e, "image.push", name)
	if outcome := ended(t, e); outcome != "completed" || pushed.Digest == "" {
		t.Errorf("pushed: %+v, %s", pushed, outcome)
	}
	must[any](t, e, "image.remove", name)
	if found := must[struct{ Images []image }](t, e, "image.list", name).Images; len(found) != 0 {
		t.Fatalf("removed, but the list has %+v", found)
	}
	pulled := must[struct{ ID string }](t, e, "image.pull", name)
	if outcome := ended(t, e); outcome != "completed" || pulled.ID != built.ImageID {
		t.Errorf("pulled: %+v, %s, want %s", pulled, outcome, built.ImageID)
	}
	fails(t, e, "image.pull", registry.Host+"/team/nosuch:v1", "pullDenied")
	if outcome := ended(t, e); outcome != "failed" {
		t.Errorf("the failed pull ends as %s", outcome)
	}
	must[any](t, e, "image.remove", name)
}
