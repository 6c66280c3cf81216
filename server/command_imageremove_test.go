package server

import (
	"slices"
	"testing"

	"dockwright/dockerops"
)

// TestImageRemovalPlan tells of several names of one image what becomes of it when all of them are gone.
func TestImageRemovalPlan(t *testing.T) {
	all := []dockerops.Image{
		{ID: "sha256:aaaa", References: []string{"app:v1", "app:latest"}, Size: 7},
		{ID: "sha256:bbbb", References: []string{"other:v1"}, Size: 5},
	}
	for _, c := range []struct {
		names []string
		size  int64
		want  []string
	}{
		{[]string{"app:v1"}, 0, []string{"app:v1: loses this name, 1 more stay"}},
		{[]string{"app:v1", "app:latest"}, 7, []string{"app:v1: loses this name", "app:latest: its last name, so it is deleted"}},
		{[]string{"app", "other:v1", "app:latest", "app:v1"}, 12, []string{"app: loses this name", "other:v1: its last name, so it is deleted", "app:v1: its last name, so it is deleted"}},
		{[]string{"app:v1", "app:v1"}, 0, []string{"app:v1: loses this name, 1 more stay"}},
		{[]string{"other:v1", "bbbb", "sha256:bbbb"}, 5, []string{"bbbb: deleted"}},
		{[]string{"aaaa", "app:v1"}, 7, []string{"aaaa: deleted with its names app:v1, app:latest"}},
	} {
		p, err := planImageRemoval(all, c.names, false)
		if err != nil {
			t.Errorf("%q: %v", c.names, err)
			continue
		}
		var got []string
		for _, item := range p.Items {
			got = append(got, item.Name+": "+item.Reason)
		}
		if !slices.Equal(got, c.want) || p.Size != c.size {
			t.Errorf("%q: %q of %d bytes, want %q of %d", c.names, got, p.Size, c.want, c.size)
		}
	}
	all[0].Containers = []dockerops.ContainerUse{{ID: "c", Name: "user", State: dockerops.StateExited}}
	if _, err := planImageRemoval(all, []string{"app:v1", "app"}, false); dockerops.KindOf(err) != dockerops.KindImageInUse {
		t.Errorf("both names of an image that a container uses: %v, want that it is in use", err)
	}
}
