package server

import (
	"reflect"
	"testing"

	"dockwright/dockerops"
)

// TestWhatPassesIsNoChange compares what an engine held at two moments as clients are told of it.
func TestWhatPassesIsNoChange(t *testing.T) {
	facts := func(status, health string, state dockerops.State) *engineFacts {
		return &engineFacts{
			containers: []dockerops.Container{{ID: "4f0c", Status: status, Health: health, State: state}},
			images:     []dockerops.Image{{ID: "77aa", Containers: []dockerops.ContainerUse{{ID: "4f0c", State: state}}}},
		}
	}
	before := facts("Up 3 seconds (healthy)", "healthy", dockerops.StateRunning)
	for _, c := range []struct {
		after             *engineFacts
		containers, image bool
	}{
		{facts("Up 4 seconds (healthy)", "healthy", dockerops.StateRunning), false, false},
		{facts("Up 4 seconds (unhealthy)", "unhealthy", dockerops.StateRunning), true, false},
		{facts("Exited (0) 1 second ago", "", dockerops.StateExited), true, false},
		{&engineFacts{containers: before.containers}, false, true},
	} {
		if changed := !reflect.DeepEqual(before.shownContainers(), c.after.shownContainers()); changed != c.containers {
			t.Errorf("%+v: containers changed: %t", c.after, changed)
		}
		if changed := !reflect.DeepEqual(before.shownImages(), c.after.shownImages()); changed != c.image {
			t.Errorf("%+v: images changed: %t", c.after, changed)
		}
	}
	if before.containers[0].Status == "" || before.images[0].Containers[0].State == "" {
		t.Error("the comparison has changed what it compares")
	}
	for action, want := range map[string]bool{"exec_start": false, "exec_die": false, "top": false, "die": true, "health_status": true, "rename": true} {
		if changesFacts(dockerops.Event{Type: "container", Action: action}) != want {
			t.Errorf("%s changes something: %t", action, !want)
		}
	}
}
