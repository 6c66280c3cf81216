package docker_test

import (
	"slices"
	"strings"
	"testing"

	"dockwright/dockerops"
	"dockwright/dockerops/docker"
	"dockwright/dockerops/enginetest"
)

// listOne lists the images of a reference, of which there must be one.
func listOne(t *testing.T, engine *docker.Engine, reference string) dockerops.Image {
	t.Helper()
	images, err := engine.ListImages(t.Context(), dockerops.ImageFilter{Reference: reference})
	if err != nil {
		t.Fatal(err)
	}
	if len(images) != 1 {
		t.Fatalf("%d images of %s, want 1", len(images), reference)
	}
	return images[0]
}

func TestTagListAndRemoveImage(t *testing.T) {
	engine := connect(t)
	for _, reference := range []string{"app1:v1", "app1:v2"} {
		if err := engine.Tag(t.Context(), enginetest.BusyboxImage, reference); err != nil {
			t.Fatal(err)
		}
	}
	listed := listOne(t, engine, "app1")
	if !slices.Contains(listed.References, "app1:v1") || listed.Size == 0 || listed.Created.IsZero() || listed.Dangling {
		t.Errorf("incomplete: %+v", listed)
	}
	container := sleeper(t, engine)
	if uses := listOne(t, engine, "app1:v1").Containers; len(uses) != 1 || uses[0].ID != container.ID || uses[0].Name != container.Name || uses[0].State != dockerops.StateRunning {
		t.Errorf("containers that use it: %+v, want %s", uses, container.ID)
	}
	for _, reference := range []string{"app1:v1", "app1:v2"} {
		removed, err := engine.RemoveImage(t.Context(), reference, dockerops.RemoveImageOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(removed.Untagged, []string{reference}) || len(removed.Deleted) != 0 {
			t.Errorf("removing one of several tags of an image: %+v", removed)
		}
	}
	images, err := engine.ListImages(t.Context(), dockerops.ImageFilter{Reference: "app1"})
	if err != nil || len(images) != 0 {
		t.Errorf("app1 is still listed: %+v, %v", images, err)
	}
}

func TestRemoveLastReferenceDeletes(t *testing.T) {
	engine := connect(t)
	if err := private.Import("lonely:v1", make([]byte, 1024)); err != nil {
		t.Fatal(err)
	}
	removed, err := engine.RemoveImage(t.Context(), "lonely:v1", dockerops.RemoveImageOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(removed.Untagged, []string{"lonely:v1"}) || len(removed.Deleted) == 0 {
		t.Errorf("got %+v", removed)
	}
}

func TestDanglingImages(t *testing.T) {
	engine := connect(t)
	for range 2 { // The second takes the reference from the first.
		if err := private.Import("moving:v1", make([]byte, 1024)); err != nil {
			t.Fatal(err)
		}
	}
	yes := true
	images, err := engine.ListImages(t.Context(), dockerops.ImageFilter{Dangling: &yes})
	if err != nil || len(images) != 1 || !images[0].Dangling || len(images[0].References) != 0 {
		t.Fatalf("dangling: %+v, %v", images, err)
	}
	for _, name := range []string{images[0].ID, "moving:v1"} {
		if _, err := engine.RemoveImage(t.Context(), name, dockerops.RemoveImageOptions{}); err != nil {
			t.Error(err)
		}
	}
}

func TestImageInUse(t *testing.T) {
	engine := connect(t)
	container := sleeper(t, engine)
	_, err := engine.RemoveImage(t.Context(), enginetest.BusyboxImage, dockerops.RemoveImageOptions{})
	failure := wantKind(t, err, dockerops.KindImageInUse)
	if name := failure.Fact("container"); name == "" || name != container.ID[:len(name)] {
		t.Errorf("the container in the way: %q, want %s", name, container.ID)
	}
	wantVerbs(t, failure, dockerops.VerbStop, dockerops.VerbForceRemove, dockerops.VerbForceRemoveImage)
	if !strings.Contains(failure.Message, container.Name) {
		t.Errorf("it speaks of %q", failure.Message)
	}
}

func TestImagesThatCannotBe(t *testing.T) {
	engine := connect(t)
	_, err := engine.RemoveImage(t.Context(), "missing:v1", dockerops.RemoveImageOptions{})
	wantKind(t, err, dockerops.KindNotFound)
	wantKind(t, engine.Tag(t.Context(), enginetest.BusyboxImage, "App:v1"), dockerops.KindBadArgument)
	for _, name := range []string{"", "../containers", "a b", "x?force=1"} {
		_, err := engine.RemoveImage(t.Context(), name, dockerops.RemoveImageOptions{})
		wantKind(t, err, dockerops.KindBadArgument)
	}
}
